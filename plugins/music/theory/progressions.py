"""How usual a succession of chords is: from beat to beat, counted in Bach's chorales.

A sonority is the bass and the set of pitch classes that sound on a beat, in the empty key signature. What follows what
is looked up twice, in the key (so that a dominant of the dominant differs from a dominant) and relative to the bass
before it (so that a turn to a far key still has its grammar); both are mixed with plain frequencies. The critic asks
for progressions about as usual as Bach's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .score import Note, sounding

__all__ = ["count_progressions", "leanings", "sonorities", "surprise"]

PATH = Path(__file__).parent / "data" / "harmony.npz"
SIZE = 1 << 12
SHARES = (0.4, 0.3, 0.25, 0.05)
"""Of bigrams in the key, of bigrams relative to the bass, of plain frequencies, and of nothing known."""


def sonorities(lines: Sequence[Sequence[Note]], start: int, stop: int, shift: int, pickup: int = 0) -> list[int]:
    """Bass * 4096 + set of pitch classes at each beat from `start` to before `stop`; silent beats are left out."""
    beats = np.arange(start + (pickup - start) % 24, stop, 24)
    if not len(beats):
        return []
    by_beat = []
    for column in np.stack([sounding(tuple(line), beats) for line in lines]).T.tolist():
        heard = [p for p in column if p]
        if heard:
            by_beat.append((min(heard) + shift) % 12 * SIZE + _mask({(p + shift) % 12 for p in heard}))
    return by_beat


def _mask(classes: Iterable[int]) -> int:
    return sum(1 << c for c in classes)


def _relative(before: int, after: int) -> tuple[int, int]:
    """The first sonority above its own bass, and the second (bass and set) relative to the first's bass."""
    bass = before // SIZE
    return _turned(before % SIZE, bass), (after // SIZE - bass) % 12 * SIZE + _turned(after % SIZE, bass)


def _turned(mask: int, down: int) -> int:
    return (mask >> down | mask << (12 - down)) & (SIZE - 1)


def count_progressions(works: Iterable[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    """Rows (first, second, times) of bigrams in the key and relative to the bass, from sonorities of works."""
    exact: Counter[tuple[int, int]] = Counter()
    relative: Counter[tuple[int, int]] = Counter()
    for work in works:
        for before, after in pairwise(work):
            exact[before, after] += 1
            relative[_relative(before, after)] += 1
    return {
        name: np.array([(*key, n) for key, n in sorted(table.items())], np.int64)
        for name, table in (("exact", exact), ("relative", relative))
    }


Table = tuple[dict[tuple[int, int], int], dict[int, int]]


@lru_cache(maxsize=1)
def _tables() -> tuple[Table, Table, dict[int, int], int]:
    with np.load(PATH, allow_pickle=False) as file:
        exact, relative = (_table(file[name].tolist()) for name in ("exact", "relative"))
    plain: dict[int, int] = {}
    for (_, after), n in exact[0].items():
        plain[after] = plain.get(after, 0) + n
    return exact, relative, plain, sum(plain.values())


def _table(rows: list[list[int]]) -> Table:
    totals: dict[int, int] = {}
    for before, _, n in rows:
        totals[before] = totals.get(before, 0) + n
    return {(before, after): n for before, after, n in rows}, totals


def surprise(found: Sequence[int]) -> float:
    """Mean nats of a sonority given the one before it; 0 for fewer than two."""
    if len(found) < 2:
        return 0.0
    return sum(_nats(before, after) for before, after in pairwise(found)) / (len(found) - 1)


def _nats(before: int, after: int) -> float:
    """Of a sonority after another."""
    exact, relative, plain, total = _tables()
    a, b = _relative(before, after)
    p = SHARES[3] / (12 * SIZE) + SHARES[2] * plain.get(after, 0) / total
    p += SHARES[0] * exact[0].get((before, after), 0) / max(1, exact[1].get(before, 0))
    p += SHARES[1] * relative[0].get((a, b), 0) / max(1, relative[1].get(a, 0))
    return -math.log(p)


@lru_cache(maxsize=1 << 14)
def leanings(past: frozenset[int], past_bass: int, others: frozenset[int], bass: int) -> NDArray[np.float64]:
    """How usual each pitch class of one more voice would make the chord, in nats below the most usual, at most 4,
    (12,).

    past, past_bass: pitch classes and bass of the chord before; others: of the voices that are known now; bass: that of
    the chord now, -1 if the one more voice is the bass.
    """
    before = past_bass * SIZE + _mask(past)
    nats = np.array([_nats(before, (tone if bass < 0 else bass) * SIZE + _mask(others | {tone})) for tone in range(12)])
    return -np.minimum(nats - nats.min(), 4.0)
