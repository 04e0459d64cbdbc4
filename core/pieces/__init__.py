"""Pieces: scripts that make several works from one another, and the page that shows them."""
