"""The film plugin."""
