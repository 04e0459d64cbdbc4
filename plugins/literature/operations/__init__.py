"""What literature does: one module a verb, each with the function of its name."""
