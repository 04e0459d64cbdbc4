"""What a phrase costs in the ear of a critic: clashes, leaps, silence, dullness, and how far it is from what the net
expects of real works.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.vocabulary import SLOTS
from ...models.composer.vocabulary import LENGTHS, LOW
from ...theory.key_finding import shortfall
from .form import LocalKey

__all__ = ["TYPICAL", "phrase_cost"]

TYPICAL = 1.5
"""Nats a note of a phrase that is neither dull nor wild."""
_TOP = tuple(SLOTS.index(name) for name in ("voice", "part 1", "right"))
_UNISON, _USUAL = 1.5, 0.26
"""What it costs when all players of a quartet move in one rhythm more often than real ones do."""
_KEY, _LEAD = 4.0, 0.06
"""What it costs when another key is heard in the piece so far, and by how much its own should lead."""


def phrase_cost(cursor: Cursor, start: int, stop: int, nats: float | None, home: LocalKey) -> float:
    """Cost of what sounds from tick `start` to `stop`; nats: of a drawn note, None where most was an echo; home: the key
    that should be heard.
    """
    events = {u: _events(cursor, u, start, stop) for u in cursor.frame.slots}
    top = next((events[u] for u in _TOP if u in events and any(tones for *_, tones in events[u])), [])
    tune = [(onset, ticks, tones[0]) for onset, ticks, tones in top if tones]
    steps = [abs(b[2] - a[2]) for a, b in pairwise(tune)]
    cost = 0.0
    if steps:
        cost += 0.8 * float(np.mean([step > 7 for step in steps])) + 0.5 * abs(
            float(np.mean([s == 0 for s in steps])) - 0.12
        )
        cost += 0.25 * (len({pitch for *_, pitch in tune}) < 5)
    else:
        cost += 1.0
    if cursor.frame.ensemble == "quartet":
        cost += _UNISON * max(0.0, _together(events) - _USUAL) + 0.2 * (len({ticks for _, ticks, _ in tune}) < 3)
    sounding = sum(ticks for _, ticks, _ in tune) / max(1, stop - start)
    cost += 1.0 * max(0.0, 0.75 - sounding)
    cost += 1.5 * _clashes(events, start, stop)
    cost += _KEY * shortfall(_weights(cursor), home.tonic + 12 * home.minor, _LEAD)
    if nats is not None:
        cost += 0.5 * max(0.0, nats - TYPICAL) + 0.4 * max(0.0, TYPICAL - 0.5 - nats)
    return cost


def _weights(cursor: Cursor) -> NDArray[np.float64]:
    """How long each pitch class has sounded, (12,)."""
    out = np.zeros(12)
    for u in cursor.frame.slots:
        for length, tones in zip(cursor.lengths[u], cursor.tones[u], strict=True):
            for tone in tones:
                out[(tone + LOW - 1) % 12] += LENGTHS[length]
    return out


def _events(cursor: Cursor, u: int, start: int, stop: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """(onset, ticks, tones) of a slot within a stretch."""
    rows = zip(cursor.onsets[u], cursor.lengths[u], cursor.tones[u], strict=True)
    return [(onset, LENGTHS[length], tones) for onset, length, tones in rows if start <= onset < stop]


def _together(events: dict[int, list[tuple[int, int, tuple[int, ...]]]]) -> float:
    """Share of the moments at which somebody begins a note at which all do."""
    begun = [{onset for onset, _, tones in rows if tones} for rows in events.values()]
    either = set().union(*begun)
    return len(set.intersection(*begun)) / len(either) if either else 0.0


def _clashes(events: dict[int, list[tuple[int, int, tuple[int, ...]]]], start: int, stop: int) -> float:
    """Share of quarters on which two notes a semitone apart (by pitch class) are struck or held together."""
    clashing = total = 0
    for tick in range(start, stop, 24):
        classes = {
            tone % 12
            for rows in events.values()
            for onset, ticks, tones in rows
            if onset <= tick < onset + ticks
            for tone in tones
        }
        total += 1
        clashing += any((c + 1) % 12 in classes for c in classes)
    return clashing / max(1, total)
