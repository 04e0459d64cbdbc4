"""Models of literature: `poet`, the front of all, and the networks behind it."""
