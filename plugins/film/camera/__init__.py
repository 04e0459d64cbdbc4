"""Slow moves over pictures."""
