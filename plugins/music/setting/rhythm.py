"""The rhythm that a poem asks for: a metre for the whole, and a place in it for each syllable.

Bars are counted in eighths. Strong syllables want strong places, weak ones weak places, neighbours lie a quarter or an
eighth apart, and a line fills its phrase; the cheapest placing is found by dynamic programming, after the rule of
prosody that composers of songs keep (Halle and Lerdahl, "A generative textsetting model", 1993). Where they rank
constraints, this adds up costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..theory.score import TICKS
from .syllables import Syllable

__all__ = ["EIGHTH", "METRES", "Placed", "choose_rhythm", "place_line"]

EIGHTH = TICKS // 2
#: How strong each eighth of a bar is, by metre.
METRES: dict[str, tuple[float, ...]] = {
    "4/4": (3, 0, 1, 0, 2, 0, 1, 0),
    "3/4": (3, 0, 1, 0, 1, 0),
    "6/8": (3, 0, 0, 2, 0, 0),
    "2/4": (3, 0, 1.5, 0),
}
#: What it costs that two syllables lie so many eighths apart, 1 to 6, in bars of halves and of thirds.
_GAPS = {False: (0.35, 0.0, 0.45, 0.5, 1.5, 1.8), True: (0.25, 0.2, 0.15, 1.2, 1.5, 1.6)}
_FAR = 4.0
_NEW = 0.12
"""What a place costs that the first line does not have."""
_UPBEAT = 3
"""Eighths before the first bar line that an unstressed beginning may take."""
_BREATH = 1
_LEAST = 2
"""Eighths that a line's last syllable is held at least, before the breath."""


@dataclass(frozen=True)
class Placed:
    """A line in time. starts: eighth at which each syllable is sung, from the line's first full bar, below 0 in the
    upbeat; bars: that the phrase takes.
    """

    starts: tuple[int, ...]
    bars: int


def choose_rhythm(
    lines: Sequence[Sequence[Syllable]], rng: np.random.Generator, *, metre: str = "", wanted: Sequence[str] = ()
) -> tuple[str, list[Placed]]:
    """(metre, the lines in time). metre: one of `METRES`, or "" for one that suits the words; wanted: preferred ones.

    Raises InputError for another metre, and for a line of more syllables than a phrase of six bars holds.
    """
    if metre and metre not in METRES:
        raise InputError(f"words are not set in {metre!r}; there are: {', '.join(METRES)}")
    found: dict[str, tuple[float, list[Placed]]] = {}
    for name in [metre] if metre else METRES:
        tried = [_fit(lines, name, bars) for bars in (1, 2, 3, 4)]
        cost, placed = min(tried, key=lambda t: t[0])
        found[name] = cost - 0.15 * (name in wanted) + 0.1 * (name == "2/4"), placed
    names = list(found)
    costs = np.array([found[n][0] for n in names])
    if not np.isfinite(costs.min()):
        long = max(lines, key=len)
        raise InputError(
            f"a line of {len(long)} syllables is too long for a phrase; break it in two "
            f"({' '.join(s.text for s in long[:6])} ...)"
        )
    chance = np.exp(-(costs - costs.min()) / 0.06)
    chosen = names[int(rng.choice(len(names), p=chance / chance.sum()))]
    return chosen, found[chosen][1]


def _fit(lines: Sequence[Sequence[Syllable]], metre: str, bars: int) -> tuple[float, list[Placed]]:
    """(mean cost of a syllable, lines) with `bars` bars a line; a line that does not fit takes one or two more."""
    total = 0.0
    placed: list[Placed] = []
    for line in lines:
        like = placed[0].starts if placed else ()
        tries = [place_line(line, metre, bars + more, like) for more in (0, 1, 2)]
        costs = [cost + 0.8 * more * len(line) ** 0.5 for more, (cost, _) in enumerate(tries)]
        best = int(np.argmin(costs))
        total += costs[best]
        placed.append(tries[best][1])
    syllables = sum(map(len, lines))
    size = len(METRES[metre])
    room = sum(p.bars * size for p in placed)
    loose = max(0.0, room / syllables - 2.7)  # more than about a quarter a syllable drags
    odd = 0.12 if bars == 3 or (bars == 1 and size < 8) else 0.0
    return total / syllables + 0.5 * loose + odd, placed


def place_line(line: Sequence[Syllable], metre: str, bars: int, like: Sequence[int] = ()) -> tuple[float, Placed]:
    """(cost, places) of a line in a phrase of so many bars; cost infinite if it does not fit. like: places that the first
    line has, which are taken again where that costs little.
    """
    strengths = METRES[metre]
    size = len(strengths)
    upbeat = min(_UPBEAT, size // 2) if line[0].weight < 2 else 0
    last = bars * size - _LEAST - _BREATH
    if last + upbeat + 1 < len(line):
        return float("inf"), Placed(tuple(range(len(line))), bars)
    places = np.arange(-upbeat, last + 1)
    strength = np.array([strengths[p % size] for p in places])
    new = _NEW * ~np.isin(places, like) if like else np.zeros(len(places))
    apart = places[None, :] - places[:, None]
    thirds = metre == "6/8"
    table = np.array([*_GAPS[thirds], _FAR])
    step = np.where(apart > 0, table[np.clip(apart, 1, 7) - 1], np.inf)
    cost = new + np.where(places <= strengths.index(2) if 2 in strengths else places <= 2, 0.0, 2.0)
    cost = cost + 0.25 * (places < 0) + _misfit(line[0].weight, strength)
    cost = cost + np.where(places > 0, 1.2 * places / size, 0.0)
    back: list[NDArray[np.int64]] = []
    for syllable in line[1:]:
        every = cost[:, None] + step
        back.append(every.argmin(0))
        cost = every.min(0) + _misfit(syllable.weight, strength) + new
    held = bars * size - _BREATH - places
    cost = (
        cost
        + np.where(strength >= 2, 0.0, np.where(strength >= 1, 0.7, 1.6))
        + 0.15 * np.maximum(0, held - 5)
        + 0.2 * (held < 3)
    )
    at = int(cost.argmin())
    best, path = float(cost[at]), [at]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    starts = tuple(int(places[i]) for i in reversed(path))
    assert all(a < b for a, b in pairwise(starts)) or not np.isfinite(best)
    return best, Placed(starts, bars)


def _misfit(weight: int, strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """What it costs to put a syllable of a weight on places of such strength."""
    if weight == 2:
        return np.where(strength >= 2, 0.0, np.where(strength >= 1, 0.2, np.where(strength > 0, 0.7, 2.2)))
    if weight == 1:
        return np.where(strength >= 1, 0.0, np.where(strength > 0, 0.3, 0.9))
    return np.where(strength >= 3, 1.2, np.where(strength >= 2, 0.3, np.where(strength > 0, 0.1, 0.0)))
