"""Who plays which line, and what their hands and instruments can do: ranges, double stops, the reach of a hand.

These are masks like those of `rules`: a note that the player of a line could not play beside what sounds already is
never drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..models.composer.cursor import Cursor
from ..models.composer.vocabulary import LOW, PITCHES

if TYPE_CHECKING:
    from .rules import Rules

__all__ = ["KEYBOARDS", "RANGES", "STRINGS", "TENTH", "Seat", "beside", "seated", "seats_for", "stopped"]

STRINGS = {40: (55, 62, 69, 76), 41: (48, 55, 62, 69), 42: (36, 43, 50, 57), 110: (55, 62, 69, 76)}
"""Open strings, by General MIDI program: violin, viola, cello, fiddle."""
KEYBOARDS = range(8)
"""General MIDI programs that two hands play."""
TENTH = 16
_FRAME = 5
"""Semitones along the strings that a hand spans in one position."""
RANGES = {
    24: (40, 83),
    25: (40, 83),
    40: (55, 93),
    41: (48, 84),
    42: (36, 76),
    43: (28, 60),
    56: (54, 82),
    57: (40, 72),
    58: (28, 58),
    60: (41, 77),
    64: (56, 87),
    65: (49, 81),
    66: (44, 76),
    67: (36, 69),
    68: (58, 89),
    69: (52, 81),
    70: (34, 72),
    71: (50, 89),
    72: (74, 102),
    73: (60, 93),
    74: (48, 93),
    75: (60, 91),
    77: (62, 86),
    110: (55, 88),
}
"""What players are comfortable in, as it sounds, by program; recorders as a consort."""
_ROOM = 12
"""Semitones that a line needs."""


@dataclass(frozen=True)
class Seat:
    """player: number of who plays a line; strings: open strings, lowest first, () for what has none; reach: semitones
    between the lowest and the highest note of a hand, 0 for any.
    """

    player: int
    strings: tuple[int, ...] = ()
    reach: int = 0


def seats_for(programs: Sequence[int], players: Sequence[int]) -> tuple[Seat, ...]:
    """For each line the seat of its player. programs: of each line; players: of each line, who plays it."""
    return tuple(
        Seat(player, STRINGS.get(program, ()), TENTH if program in KEYBOARDS else 0)
        for program, player in zip(programs, players, strict=True)
    )


def seated(rules: Rules, programs: Sequence[int], players: Sequence[int]) -> Rules:
    """The rules of a style for lines that these players play, within the ranges of their instruments."""
    ranges = []
    for (low, high), program in zip(rules.ranges, programs, strict=True):
        least, most = RANGES.get(program, (low, high))
        lowest, highest = max(low, least), min(high, most)
        if highest - lowest < _ROOM:  # a line that lies elsewhere moves to the nearer end of the instrument
            lowest, highest = (least, least + _ROOM + 7) if low < least else (most - _ROOM - 7, most)
        ranges.append((lowest, highest))
    return replace(rules, ranges=tuple(ranges), seats=seats_for(programs, players))


def beside(cursor: Cursor, seats: Sequence[Seat], v: int) -> NDArray[np.bool_]:
    """Which pitches, (PITCHES,), the player of a voice can add to what sounds in the other lines of that player."""
    mask = np.ones(PITCHES, bool)
    for u, other in enumerate(seats):
        sound = cursor.sounding(u) if u != v and other.player == seats[v].player else 0
        if sound:
            mask &= _together(seats[v], sound + LOW - 1 - cursor.frame.shift, cursor.frame.shift)
    return mask


@lru_cache(maxsize=4096)
def _together(seat: Seat, sounding: int, shift: int) -> NDArray[np.bool_]:
    """Which pitches, (PITCHES,), go with a written pitch in one player's hands; what is no pitch always does."""
    mask = np.zeros(PITCHES, bool)
    mask[0] = mask[-1] = True
    for at in range(1, PITCHES - 1):
        pitch = at + LOW - 1 - shift
        if pitch != sounding:
            mask[at] = stopped(seat.strings, pitch, sounding) if seat.strings else _reached(seat, pitch, sounding)
    mask.flags.writeable = False
    return mask


def _reached(seat: Seat, pitch: int, sounding: int) -> bool:
    return not seat.reach or abs(pitch - sounding) <= seat.reach


def stopped(strings: tuple[int, ...], one: int, other: int) -> bool:
    """Whether two pitches lie on neighbouring strings within a hand's frame, or one of them on an open string."""
    low, high = min(one, other), max(one, other)
    for lower, upper in itertools.pairwise(strings):
        a, b = low - lower, high - upper
        if a >= 0 and b >= 0 and (a == 0 or b == 0 or abs(a - b) <= _FRAME):
            return True
    return False
