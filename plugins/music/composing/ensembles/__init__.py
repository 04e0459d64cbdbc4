"""Pieces for players with roles: what form they have, what can be played, and how their notes are drawn."""
