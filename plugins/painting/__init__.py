"""The painting plugin."""
