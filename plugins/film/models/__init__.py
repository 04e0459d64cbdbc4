"""Models of the medium film."""
