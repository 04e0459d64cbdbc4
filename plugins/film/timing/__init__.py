"""When things happen in a film."""
