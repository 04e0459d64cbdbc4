"""The literature plugin."""
