"""English prose by word pieces."""
