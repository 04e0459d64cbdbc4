"""English verse by whole words, each line from its end."""
