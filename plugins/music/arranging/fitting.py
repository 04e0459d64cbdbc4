"""Chords for a given melody: one a bar or two, cheap where the melody's strong and long notes belong to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..theory.keys import Key
from ..theory.score import Metre, Note, bar_lines
from .harmony import Harmony, numerals_of, progression

__all__ = ["fit_chords"]

_FOREIGN = 2.6
"""What a melody costs a chord that holds none of it, in nats: about a rare progression's price."""


def fit_chords(melody: Sequence[Note], metres: tuple[Metre, ...], key: Key, rng: np.random.Generator) -> list[Harmony]:
    """Chords under a melody from its first bar to its last, which begins and ends on the tonic where the melody allows.

    A bar of four quarters has two chords where its halves ask for different ones.
    """
    spans = _spans(melody, metres)
    numerals = numerals_of(key.minor)
    costs = np.array([[_misfit(melody, span, n.classes(key.tonic)) for n in numerals] for span in spans])
    tonic = "i" if key.minor else "I"
    place = [n.name for n in numerals].index(tonic)
    last = [tonic] if costs[-1, place] <= costs[-1].min() + 0.6 * _FOREIGN else []
    first = tonic if costs[0, place] <= costs[0].min() + 0.5 * _FOREIGN else ""
    chosen = progression(key.minor, len(spans), rng, first=first if len(spans) > 1 else "", last=last, costs=costs)
    found: list[Harmony] = []
    for (start, end), numeral in zip(spans, chosen, strict=True):
        root = (key.tonic + numeral.root) % 12
        if (
            found
            and found[-1].root == root
            and found[-1].tones == numeral.tones
            and _same_bar(metres, found[-1], start)
        ):
            found[-1] = Harmony(found[-1].start, end, root, numeral.tones, numeral.name)
        else:
            found.append(Harmony(start, end, root, numeral.tones, numeral.name))
    return found


def _same_bar(metres: tuple[Metre, ...], chord: Harmony, start: int) -> bool:
    return any(tick <= chord.start and start < tick + metre.bar for tick, metre in bar_lines(metres, start + 1)[-1:])


def _spans(melody: Sequence[Note], metres: tuple[Metre, ...]) -> list[tuple[int, int]]:
    """Halves of bars of four quarters, else bars; a pickup has none."""
    length = melody[-1].end
    spans = []
    for start, metre in bar_lines(metres, length):
        if start < 0:
            continue
        half = metre.numerator == 4 and metre.denominator == 4
        middle = start + metre.bar // 2
        spans += [(start, middle), (middle, start + metre.bar)] if half else [(start, start + metre.bar)]
    return spans or [(0, metres[0].bar)]


def _misfit(melody: Sequence[Note], span: tuple[int, int], classes: frozenset[int]) -> float:
    """How much of what sounds in a span is foreign to a chord; what begins it counts twice."""
    start, end = span
    heard = foreign = 0.0
    for note in melody:
        shared = min(note.end, end) - max(note.onset, start)
        if shared > 0:
            weight = shared * (2.0 if note.onset <= start < note.end else 1.0)
            heard += weight
            foreign += weight * (note.pitch % 12 not in classes)
    return _FOREIGN * foreign / heard if heard else 0.0
