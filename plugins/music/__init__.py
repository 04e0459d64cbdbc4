"""The music plugin."""
