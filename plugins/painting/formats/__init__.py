"""Pictures in files: read from what there is, written with their manifest."""
