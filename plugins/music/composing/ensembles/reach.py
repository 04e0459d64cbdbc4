"""What players can do: ranges of voices, instruments and hands, the reach of a hand, double stops, parts that don't cross."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.vocabulary import SLOTS
from ...models.composer.vocabulary import HOLD, LOW, PITCHES, REST
from ..seating import STRINGS, TENTH, stopped

__all__ = ["Player", "beside", "players_of", "unparallel"]

Mask = NDArray[np.bool_]
PITCH = np.arange(PITCHES)
SOUNDS = (PITCH != REST) & (PITCH != HOLD)
_RIGHT, _LEFT = (SLOTS.index("right"), SLOTS.index("right 2")), (SLOTS.index("left"), SLOTS.index("left 2"))


@dataclass(frozen=True)
class Player:
    """What one slot can play. low, high: written pitches; tones: most notes at once; strings: open strings; hand: the
    slots of one hand, () for who has none; bass: whether chords are spoken from below.
    """

    low: int
    high: int
    tones: int = 1
    strings: tuple[int, ...] = ()
    hand: tuple[int, ...] = ()
    bass: bool = False


_HANDS = {
    "right": Player(55, 96, 4, hand=_RIGHT),
    "right 2": Player(53, 84, 3, hand=_RIGHT),
    "left": Player(28, 67, 4, hand=_LEFT, bass=True),
    "left 2": Player(33, 67, 3, hand=_LEFT, bass=True),
}
_SEATS: Mapping[str, Mapping[str, Player]] = {
    "piano": _HANDS,
    "song": {"voice": Player(60, 79), **_HANDS, "right": Player(53, 91, 4, hand=_RIGHT)},
    "quartet": {
        "part 1": Player(55, 91, 2, STRINGS[40]),
        "part 2": Player(55, 83, 2, STRINGS[40]),
        "part 3": Player(48, 76, 2, STRINGS[41]),
        "part 4": Player(36, 67, 2, STRINGS[42]),
    },
    "hymn": {
        "part 1": Player(60, 77),
        "part 2": Player(55, 72),
        "part 3": Player(48, 67),
        "part 4": Player(40, 62),
    },
}


def players_of(ensemble: str) -> dict[int, Player]:
    """The players of an ensemble by slot."""
    seats = _SEATS.get(ensemble, _SEATS["hymn"])
    return {SLOTS.index(name): player for name, player in seats.items()}


def beside(cursor: Cursor, players: Mapping[int, Player]) -> Mask:
    """Which pitches, (PITCHES,), the player whose turn it is can strike beside what already sounds."""
    u, shift = cursor.slot, cursor.frame.shift
    player = players[u]
    mask = SOUNDS & (player.low + shift - LOW + 1 <= PITCH) & (player.high + shift - LOW + 1 >= PITCH)
    said = cursor.said
    if said:
        mask &= said[-1] < PITCH if player.bass else said[-1] > PITCH
    if player.hand:
        mask &= _in_hand(cursor, player, players)
    elif player.strings and said:
        written = said[-1] + LOW - 1 - shift
        for at in np.flatnonzero(mask).tolist():
            mask[at] = stopped(player.strings, at + LOW - 1 - shift, written)
    elif not player.strings and SLOTS[u].startswith("part"):
        mask &= _uncrossed(cursor, u)
    return mask


def _tones(cursor: Cursor, slots: tuple[int, ...]) -> list[int]:
    """What sounds in some slots at this instant."""
    return [
        tone for v in slots if v in cursor.frame.slots and cursor.end[v] > cursor.now for tone in cursor.tones[v][-1]
    ]


def _in_hand(cursor: Cursor, player: Player, players: Mapping[int, Player]) -> Mask:
    """Within the reach of the hand, on no key that is down, and on its own side of the other hand."""
    mine = [*cursor.said, *_tones(cursor, player.hand)]
    other = _tones(cursor, _LEFT if player.hand == _RIGHT else _RIGHT)
    mask = np.ones(PITCHES, bool)
    if mine:
        mask &= (max(mine) - TENTH <= PITCH) & (min(mine) + TENTH >= PITCH)
        mask[mine] = False
        if len(mine) > 4:
            mask[:] = False
    if other:
        mask &= max(other) < PITCH if player.hand == _RIGHT else min(other) > PITCH
    return mask


def _uncrossed(cursor: Cursor, u: int) -> Mask:
    """Between the parts above and below."""
    mask = np.ones(PITCHES, bool)
    for v in cursor.frame.slots:
        if v != u and cursor.end[v] > cursor.now and cursor.tones[v][-1]:
            there = cursor.tones[v][-1][0]
            mask &= there >= PITCH if v < u else there <= PITCH
    return mask


def unparallel(cursor: Cursor, u: int, root: int | None, players: Mapping[int, Player]) -> Mask:
    """Without fifths and octaves in parallel with a part that has just moved, or with the bass that will go to `root`, a
    pitch class.
    """
    mask = np.ones(PITCHES, bool)
    own = cursor.tones[u][-1] if cursor.tones[u] else ()
    if not own:
        return mask
    moves = []
    for v in cursor.frame.slots:
        tones = cursor.tones[v]
        moved = v != u and cursor.end[v] > cursor.now and cursor.onsets[v][-1] == cursor.now and len(tones) > 1
        if moved and tones[-1] and tones[-2]:
            moves.append((tones[-2][0], tones[-1][0]))
    bass = cursor.frame.slots[-1]
    if (
        root is not None
        and u != bass
        and cursor.end[bass] == cursor.now
        and cursor.tones[bass]
        and cursor.tones[bass][-1]
    ):
        before = cursor.tones[bass][-1][0]
        roots = [int(p) for p in PITCH if (p + LOW - 1) % 12 == root]
        moves.append((before, min(roots, key=lambda p: abs(p - before))))
    for before, there in moves:
        gap = abs(own[0] - before) % 12
        if gap in (0, 7) and before != there:
            mask &= ~((np.abs(PITCH - there) % 12 == gap) & (own[0] != PITCH))
    return mask
