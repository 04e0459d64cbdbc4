"""Two hands at one keyboard: which notes of a part stand in the upper staff, and which in the lower."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["two_hands", "wants_two_staves"]

_KEYBOARDS = frozenset([*range(0, 9), 10, 11, 12, *range(14, 21), 46, 108])
"""Programs that are played with both hands: keyboards, mallets, organs, harp."""

_CHORAL = frozenset([*range(48, 56), *range(88, 96)])
"""Programs that stand for many players or voices."""

_LOWEST, _HIGHEST, _MIDDLE = 45, 76, 60
_REACH = 14
"""Semitones that a hand spans without cost."""


def wants_two_staves(program: int, pitches: NDArray[np.int64], voices: int) -> bool:
    """Whether a part is written on two staves: a keyboard that needs both clefs, or many players in several voices."""
    low, high = int(pitches.min()), int(pitches.max())
    if low >= _MIDDLE - 5:
        return False
    return (program in _KEYBOARDS and high > _MIDDLE + 2) or (program in _CHORAL and voices > 2 and high > _MIDDLE + 7)


def two_hands(start: NDArray[np.int64], end: NDArray[np.int64], pitch: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which notes the right hand plays: a border between the hands for each instant, which moves little, stays near
    middle C, stands in wide gaps and asks no hand for more than it reaches. Notes in order of time; bool of their shape.
    """
    borders = np.arange(_LOWEST, _HIGHEST + 1)
    groups = np.split(np.arange(len(start)), np.flatnonzero(np.diff(start)) + 1)
    away = 0.04 * np.abs(borders - _MIDDLE)
    move = 0.35 * np.abs(borders[:, None] - borders[None])
    total, back = np.zeros(len(borders)), []
    for group in groups:
        now = np.sort(pitch[group])
        cost = away + np.array(_splits(now.tolist()))[np.searchsorted(now, borders)]
        steps = total[:, None] + move
        back.append(steps.argmin(axis=0))
        total = steps.min(axis=0) + cost
    border = int(total.argmin())
    right = np.zeros(len(pitch), bool)
    for group, before in zip(reversed(groups), reversed(back), strict=True):
        right[group] = pitch[group] >= borders[border]
        border = int(before[border])
    return right


def _splits(pitches: list[int]) -> list[float]:
    """What it costs to give the lowest 0, 1, 2 ... of some notes to the left hand."""
    out = []
    for k in range(len(pitches) + 1):
        low, high = pitches[:k], pitches[k:]
        cost = float(sum(max(0, hand[-1] - hand[0] - _REACH) for hand in (low, high) if hand))
        out.append(cost - 0.05 * min(high[0] - low[-1], 12) if low and high else cost)
    return out
