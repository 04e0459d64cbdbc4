"""Text files and pages: encodings, Markdown, layout, characters."""
