"""Accompaniment: chords under a melody, and the textures that they are played in."""
