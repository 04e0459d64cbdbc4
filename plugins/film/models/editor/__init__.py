"""The editor: a film cut from pictures, words and music by rules."""
