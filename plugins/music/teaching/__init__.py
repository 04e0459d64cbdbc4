"""Exercises in four-part writing, marked by the counterpoint of `theory`."""
