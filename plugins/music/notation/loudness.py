"""Loudness on paper: marks from velocities, velocities from marks."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .page import Page
    from .staves import WrittenPart

__all__ = ["MARKS", "USUAL_VELOCITY", "loudness_marks"]

USUAL_VELOCITY = 80
"""What a note has where nothing is said of it."""

MARKS = {"ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 126}
"""MIDI velocity of each mark, as notation programs play them."""


def loudness_marks(page: Page, part: WrittenPart) -> dict[int, tuple[str, int]]:
    """The marks of a part by bar: (mark, step in the bar). None where all of it has the usual velocity; a change is
    marked where it lasts for two bars that have notes.
    """
    rows: list[tuple[int, int, float]] = []
    for bar, (first, _) in enumerate(page.bars):
        pieces = [p for staff in part.staves for line in staff.lines for p in line.bars[bar] if p.velocities]
        fresh = [p for p in pieces if not p.tied[0]]
        if fresh:
            loud = median(v for p in fresh for v in p.velocities)
            rows.append((bar, min(p.start for p in fresh) - first, loud))
    if all(loud == USUAL_VELOCITY for *_, loud in rows):
        return {}
    out: dict[int, tuple[str, int]] = {}
    now = 0.0
    for i, (bar, offset, loud) in enumerate(rows):
        after = rows[i + 1][2] if i + 1 < len(rows) else now
        if not out or (abs(loud - now) > 11 and abs(after - now) > 11 and nearest(loud) != nearest(now)):
            out[bar] = nearest(loud), offset
            now = loud
    return out


def nearest(velocity: float) -> str:
    """The mark whose velocity is nearest."""
    return min(MARKS, key=lambda mark: abs(MARKS[mark] - velocity))
