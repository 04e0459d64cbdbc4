"""What the medium can be asked for: one file for each operation."""
