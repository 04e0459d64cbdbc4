"""The command-line groups that no medium owns, and the one that every medium has."""
