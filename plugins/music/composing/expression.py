"""Loudness: a velocity for each note, from the character of a theme, the phrases of the plan and the metre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..theory.score import TICKS, Metre, bar_at

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from .character import Means

__all__ = ["shade"]

_SOFTEST, _LOUDEST = 20, 120
_DOWNBEAT, _BEAT, _TOP = 5, 2, 4
"""Velocities that the first note of a bar, a note on a beat, and the highest part gain."""


def shade(midi: PrettyMIDI, means: Means, metres: tuple[Metre, ...], ends: Sequence[int]) -> None:
    """Set the velocities of all notes in place. metres, ends: of the score; ticks of its phrase ends."""
    scale = TICKS / midi.resolution
    stops = sorted({*ends}) or [1]
    for part, instrument in enumerate(midi.instruments):
        for note in instrument.notes:
            tick = round(midi.time_to_tick(note.start) * scale)
            start, _ = bar_at(metres, tick)
            accent = _DOWNBEAT if tick == start else _BEAT if (tick - start) % TICKS == 0 else 0
            top = _TOP if part == 0 and len(midi.instruments) > 1 else 0
            level = means.level + means.contrast * _curve(means.shape, tick, stops) + accent + top
            note.velocity = int(np.clip(round(level), _SOFTEST, _LOUDEST))


def _curve(shape: str, tick: int, stops: Sequence[int]) -> float:
    """Where a tick stands between the softest (-0.5) and the loudest (0.5)."""
    index = next((i for i, stop in enumerate(stops) if tick < stop), len(stops) - 1)
    begin = stops[index - 1] if index else 0
    within = min(1.0, (tick - begin) / max(1, stops[index] - begin))
    whole = min(1.0, tick / max(1, stops[-1]))
    arch = float(np.sin(np.pi * min(1.0, within / 1.2) ** 1.2))  # the height of a phrase lies behind its middle
    if shape == "fading":
        return 0.5 - whole + 0.25 * (arch - 0.5)
    if shape == "swell":
        return whole - 0.5 + 0.2 * (arch - 0.5)
    if shape == "terraced":
        return (0.4 if index % 2 == 0 or index == len(stops) - 1 else -0.4) + 0.1 * (arch - 0.5)
    if shape == "waves":
        return float(np.sin(2 * np.pi * (2 * within - 0.25))) / 2
    if shape == "steady":
        return 0.3 * (arch - 0.5)
    return arch - 0.5
