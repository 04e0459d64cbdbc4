"""Copying: the longest run of notes that a new work shares with the training works, voice by voice.

A note is (interval from the note before, length); so a transposed copy is a copy. Runs of real, held-out works shared
with other
real works set the limits: chorale tunes are common property, so a soprano may share up to 40 notes, the other voices
what
99 % of real works stay within. The training works are shipped as fingerprints of runs, not as notes: a run is found by
its hash.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .scores import Note, Score

__all__ = ["LIMITS", "build_index", "check_copies", "longest_copies"]

PATH = Path(__file__).parent / "data" / "runs.npz"
GRAM = 6
"""Notes in a fingerprint; a run of n notes is found as n - GRAM + 1 fingerprints in a row."""

LIMITS = {"bach": (40, 18, 16, 21)}
"""Longest run that may be shared, by voice from the top; other styles: `OTHER`."""
OTHER = 24


def steps(line: Sequence[Note]) -> list[tuple[int, int]]:
    """(interval, length) of each note of a line; the first has the interval 99."""
    return [(n.pitch - line[i - 1].pitch if i else 99, n.length) for i, n in enumerate(line)]


def fingerprints(line: Sequence[Note]) -> NDArray[np.uint32]:
    """A hash of each run of GRAM notes; the interval into its first note counts not."""
    found = steps(line)
    out = []
    for i in range(len(found) - GRAM + 1):
        run = found[i : i + GRAM]
        out.append(zlib.crc32(repr((run[0][1], run[1:])).encode()))
    return np.array(out, np.uint32)


def build_index(scores: Iterable[Score]) -> dict[str, NDArray[np.uint32]]:
    """Sorted fingerprints of all lines, by style."""
    table: dict[str, list[NDArray[np.uint32]]] = {}
    for score in scores:
        for line in score.lines:
            table.setdefault(score.style, []).append(fingerprints(line))
    return {style: np.unique(np.concatenate(each)) for style, each in table.items()}


@lru_cache(maxsize=1)
def _index() -> dict[str, NDArray[np.uint32]]:
    if not PATH.exists():
        return {}
    with np.load(PATH, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def longest_run(line: Sequence[Note], index: NDArray[np.uint32]) -> int:
    """Notes of the longest stretch of `line` all of whose runs of GRAM notes occur in the index (an upper bound of the
    longest copy).
    """
    prints = fingerprints(line)
    if not len(prints) or not len(index):
        return 0
    at = np.minimum(np.searchsorted(index, prints), len(index) - 1)
    best = run = 0
    for known in (index[at] == prints).tolist():
        run = run + 1 if known else 0
        best = max(best, run)
    return best + GRAM - 1 if best else 0


def longest_copies(score: Score, style: str) -> list[int]:
    """For each line the length, in notes, of its longest run that the training works of `style` hold too."""
    index = _index().get(style, np.zeros(0, np.uint32))
    return [longest_run(line, index) for line in score.lines]


def check_copies(copies: Sequence[int], style: str) -> bool:
    """Whether each voice stays within its limit."""
    limits = LIMITS.get(style, ())
    return all(n <= (limits[v] if v < len(limits) else OTHER) for v, n in enumerate(copies))
