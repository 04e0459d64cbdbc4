"""Exercises in colour, marked by the colour space that the pictures are painted in."""
