"""Intervals and scales, in semitones."""

from __future__ import annotations

__all__ = ["DISSONANT", "MAJOR_SCALE", "MINOR_SCALE", "PERFECT", "SHARP"]

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
"""The natural one."""
PERFECT = (0, 7)
"""Octaves (and unisons) and fifths, which may not follow one another in parallel."""
DISSONANT = (1, 2, 6, 10, 11)
"""Above the bass: seconds, the tritone, sevenths."""
SHARP = (1, 11)
"""Between any two voices: minor seconds and ninths, major sevenths."""
