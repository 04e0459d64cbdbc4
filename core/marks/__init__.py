"""Marks that works carry and that tell where they come from: keys, seals, labels, credentials, and how all are read."""
