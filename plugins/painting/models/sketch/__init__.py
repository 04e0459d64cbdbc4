"""`sketch`: idea sketches of a movement and a genre."""
