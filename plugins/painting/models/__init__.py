"""The painting models: one file for each."""
