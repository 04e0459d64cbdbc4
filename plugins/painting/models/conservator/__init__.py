"""`conservator`: finds damage and mends it."""
