"""Things that can be in a picture: one file for each family, one function for each thing."""
