"""Words on a film."""
