"""The operations of painting: a file for each, with the function of its name."""
