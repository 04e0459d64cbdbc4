"""The analyst: reads notes by rules and counting, recordings by their spectrum. No weights."""
