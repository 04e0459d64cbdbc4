"""Exercises in verse, marked by the rhyme book."""
