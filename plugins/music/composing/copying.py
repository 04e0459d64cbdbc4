"""Copying: what a piece is compared by, and the longest run that each of its lines shares with a known work.

A line is compared as steps: the interval into each note, and how much longer it is to the next one than it was to this
one. So a copy that was transposed, written in half the values or played at another tempo is the same copy. The known
works are those that the nets learned from, by name, in one index (`tools/build_music_index.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..notation.score_midi import voice_names
from ..theory.score import Note, Score, bar_at, bar_lines

if TYPE_CHECKING:
    from ....core.originality import Fingerprint, Index, Originality

__all__ = ["FEWEST", "GRAM", "INDEX", "LIMITS", "check_copies", "fingerprint", "longest_copies", "measure", "steps"]

INDEX = Path(__file__).parent / "data" / "works.safetensors"
FEWEST = 24
"""Steps of the shortest piece that is compared: a scale stands everywhere."""

GRAM = 6
"""Steps of the shortest run that is told."""

LIMITS = {"bach": (40, 18, 16, 21)}
"""Longest run that may be shared, by voice from the top: what 99 % of held-out works keep to; other styles: `OTHER`.
Chorale tunes are common property, so a soprano may share more.
"""
OTHER = 24


def steps(line: Sequence[Note]) -> NDArray[np.int64]:
    """One number for each note of a line but the first: its interval, and the ratio of its time to the next note to the
    time that led to it (twelfths of an octave of lengths; that of the last note is its own length).
    """
    if len(line) < 2:
        return np.zeros(0, np.int64)
    pitch = np.array([n.pitch for n in line], np.int64)
    onset = np.array([n.onset for n in line], np.float64)
    until = np.append(np.diff(onset), float(line[-1].length))
    ratio = np.rint(12 * np.log2(until[1:] / until[:-1])).astype(np.int64)
    return (np.diff(pitch) + 128) * 1024 + ratio + 512


def fingerprint(score: Score) -> Fingerprint:
    """What of a piece is compared, its lines from the top; places are told by bar and voice."""
    from ....core.originality import Fingerprint

    bars = [tick for tick, _ in bar_lines(score.metres, score.length)]
    first = 0 if score.metres[0].tick < 0 else 1
    names = score.names if len(score.names) == len(score.lines) and all(score.names) else voice_names(len(score.lines))
    marks = []
    for line, name in zip(score.lines, names, strict=True):
        rows: list[tuple[int, str]] = []
        for i, note in enumerate(line[1:]):
            bar = bars.index(bar_at(score.metres, note.onset)[0]) + first
            place = f"bar {bar}" + (f" of {name}" if len(score.lines) > 1 else "")
            if not rows or rows[-1][1] != place:
                rows.append((i, place))
        marks.append(tuple(rows))
    return Fingerprint(kind="music", sequences=tuple(map(steps, score.lines)), unit="notes", marks=tuple(marks))


@lru_cache(maxsize=1)
def _index() -> Index | None:
    from ....core.originality import Index

    return Index.load(INDEX) if INDEX.exists() else None


def measure(score: Score) -> Originality | None:
    """The report on a piece by the shipped index; None where that is missing, or the piece is too short to tell."""
    known, print_ = _index(), fingerprint(score)
    return None if known is None or print_.size < FEWEST else known.measure(print_)


def longest_copies(score: Score, index: Index | None = None) -> list[int]:
    """For each line the length, in notes, of its longest run that a known work holds too. index: the shipped one."""
    from ....core.originality import Fingerprint

    known = index or _index()
    runs = []
    for line in score.lines:
        run = known.measure(Fingerprint(kind="music", sequences=(steps(line),))).longest_copy if known else None
        runs.append(run.length + 1 if run else 0)
    return runs


def check_copies(copies: Sequence[int], style: str) -> bool:
    """Whether each voice stays within its limit."""
    limits = LIMITS.get(style, ())
    return all(n <= (limits[v] if v < len(limits) else OTHER) for v, n in enumerate(copies))
