"""Chinese prose by characters: counts and a small network."""
