"""Listening to recordings: what can be heard in them, and the melody of a single line."""
