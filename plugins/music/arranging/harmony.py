"""Chords of a key as an accompaniment uses them, and progressions that end where a phrase is to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DEGREES", "Harmony", "Numeral", "numerals_of", "progression"]


@dataclass(frozen=True)
class Numeral:
    """A chord in its key. root: semitones above the tonic; tones: semitones above the root."""

    name: str
    root: int
    tones: tuple[int, ...]

    def classes(self, tonic: int) -> frozenset[int]:
        """Pitch classes in the key on `tonic`."""
        return frozenset((tonic + self.root + t) % 12 for t in self.tones)


@dataclass(frozen=True)
class Harmony:
    """A chord in time: ticks, the pitch class of its root, pitch classes above it in close order, its symbol."""

    start: int
    end: int
    root: int
    tones: tuple[int, ...]
    name: str

    @property
    def classes(self) -> frozenset[int]:
        """Pitch classes that belong to it."""
        return frozenset((self.root + t) % 12 for t in self.tones)


_MAJOR, _MINOR, _DIM, _SEVENTH = (0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10)
DEGREES: dict[bool, tuple[Numeral, ...]] = {
    False: (
        Numeral("I", 0, _MAJOR),
        Numeral("ii", 2, _MINOR),
        Numeral("iii", 4, _MINOR),
        Numeral("IV", 5, _MAJOR),
        Numeral("V", 7, _MAJOR),
        Numeral("vi", 9, _MINOR),
        Numeral("V7", 7, _SEVENTH),
    ),
    True: (
        Numeral("i", 0, _MINOR),
        Numeral("iio", 2, _DIM),
        Numeral("III", 3, _MAJOR),
        Numeral("iv", 5, _MINOR),
        Numeral("V", 7, _MAJOR),
        Numeral("VI", 8, _MAJOR),
        Numeral("V7", 7, _SEVENTH),
        Numeral("VII", 10, _MAJOR),
    ),
}
"""Chords of major and of minor keys; the fifth degree of minor has its leading tone."""

# How usual it is that one follows the other, rows from, columns to; after Piston's table of root progressions.
_NEXT_MAJOR = np.array(
    [
        [3, 3, 1, 4, 3, 3, 2],
        [0.3, 2, 0.2, 0.5, 5, 0.5, 5],
        [0.2, 1, 1, 3, 0.4, 5, 0.2],
        [3, 2, 0.3, 3, 4, 0.5, 3],
        [5, 0.2, 0.3, 0.5, 3, 2.5, 3],
        [0.5, 4, 1, 4, 2, 2, 1],
        [6, 0.1, 0.1, 0.2, 0.1, 2, 2],
    ]
)
_NEXT_MINOR = np.array(
    [
        [3, 1.5, 1, 4, 3, 3, 2, 2],
        [0.3, 1, 0.2, 0.3, 5, 0.3, 5, 0.3],
        [0.5, 0.5, 2, 2.5, 0.6, 4, 0.4, 1.5],
        [3, 1.5, 0.4, 3, 4, 0.5, 3, 1],
        [6, 0.1, 0.2, 0.5, 3, 2.5, 3, 0.1],
        [0.5, 2, 2, 3.5, 2, 2, 1, 2],
        [6, 0.1, 0.1, 0.1, 0.1, 2, 2, 0.1],
        [1, 0.2, 5, 0.5, 0.8, 1.5, 0.3, 1.5],
    ]
)


def numerals_of(minor: bool) -> tuple[Numeral, ...]:
    """The chords of a major or minor key."""
    return DEGREES[minor]


def progression(
    minor: bool,
    length: int,
    rng: np.random.Generator,
    *,
    first: str = "",
    last: Sequence[str] = (),
    costs: NDArray[np.float64] | None = None,
) -> list[Numeral]:
    """A drawn progression of so many chords. first: name that it begins with, or ""; last: names that it ends with;
    costs: (length, chords) what each chord costs at each place, in nats, e.g. against a melody.
    """
    chords = numerals_of(minor)
    names = [c.name for c in chords]
    table = _NEXT_MINOR if minor else _NEXT_MAJOR
    step = -np.log(table / table.sum(1, keepdims=True))
    local = rng.gumbel(0, 0.45, (length, len(chords))) * -1.0
    if costs is not None:
        local = local + costs
    fixed = {0: first} if first else {}
    fixed |= {length - len(last) + i: name for i, name in enumerate(last) if length - len(last) + i >= 0}
    for place, name in fixed.items():
        local[place, [i for i, n in enumerate(names) if n != name]] += 1e6
    local[:, names.index("V7")] += np.where(np.arange(length) == length - 1, 1e3, 0.0)
    cost, back = local[0], []
    for place in range(1, length):
        every = cost[:, None] + step
        back.append(every.argmin(0))
        cost = every.min(0) + local[place]
    path = [int(cost.argmin())]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    return [chords[i] for i in reversed(path)]
