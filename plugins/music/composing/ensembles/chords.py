"""The chords of a plan: for each phrase a progression of its key that ends as the phrase is to close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...arranging.harmony import progression

if TYPE_CHECKING:
    from .form import Close

__all__ = ["Planned", "plan_chords"]


@dataclass(frozen=True)
class Planned:
    """A chord to aim at, from tick `start` to `stop`. root: pitch class in the empty signature; classes: all of it."""

    start: int
    stop: int
    root: int
    classes: frozenset[int]


def plan_chords(closes: Sequence[Close], unit: int, rng: np.random.Generator) -> tuple[Planned, ...]:
    """Chords of `unit` ticks, or longer where one comes twice, up to each close. A phrase begins on the tonic of its key where
    the one before closed there, and goes through a subdominant and the dominant where there is room.
    """
    out: list[Planned] = []
    before: Close | None = None
    for close in closes:
        key, count = close.key, max(1, (close.start - close.begin) // unit)
        tonic = "i" if key.minor else "I"
        tail = ["V7", tonic] if close.full else [*((["iv"] if key.minor else ["IV"]) if count > 2 else []), "V"]
        first = tonic if count > 1 and (before is None or before.key == key) else ""
        numerals = progression(key.minor, count + 1, rng, first=first, last=tail[-count - 1 :])[:count]
        for i, numeral in enumerate(numerals):
            start = close.begin + i * unit
            stop = close.start if i == count - 1 else start + unit
            root = (key.tonic + numeral.root) % 12
            out.append(Planned(start, stop, root, numeral.classes(key.tonic)))
        before = close
    return tuple(out)
