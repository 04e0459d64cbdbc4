"""A melody for syllables in time: near the chords, singable, with an arch to each line and a close where one is asked.

The cheapest path through the pitches of the scale is found by dynamic programming over pairs of pitches, with drawn
noise, so that each seed is another melody and none has a leap without its return. What steps and leaps cost follows the
share that they have in vocal music (Huron, "Sweet Anticipation", 2006: seconds two thirds, large leaps rare and turned
back).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sung", "contradicts", "melisma", "sing"]

#: Cost of an interval of 0 to 12 semitones; sevenths and tritones are not sung.
_INTERVAL = (0.5, 0.1, 0.0, 0.45, 0.55, 0.9, 6.0, 1.1, 1.7, 1.8, 6.0, 7.0, 2.2)
_LEAP = 5
_NOISE = 0.35
#: How high each Mandarin tone lies, from 0 to 4, as a melody hears it (Chao's five levels, its mean).
_LEVEL = {1: 4.0, 2: 3.0, 3: 0.8, 4: 2.6}

_HEARD = 0.9
"""Levels by which two tones differ to the ear."""


@dataclass(frozen=True)
class Sung:
    """A syllable to be sung: slot (eighth in its line, from the first full bar), strength of its place, weight and tone of
    the syllable, pitch classes of the chord there, length in eighths.
    """

    slot: int
    strength: float
    weight: int
    tone: int
    chord: frozenset[int]
    length: int


def sing(
    notes: Sequence[Sung],
    scale: frozenset[int],
    compass: tuple[int, int],
    rng: np.random.Generator,
    *,
    before: int = 0,
    height: float = 0.0,
    close: frozenset[int] = frozenset(),
    model: Mapping[int, int] | None = None,
) -> list[int]:
    """Pitches for the notes of a line.

    scale: pitch classes beside those of the chord; compass: lowest and highest pitch; before: the last pitch of the line
    before, 0 for none; height: of the arch's top, -1 to 1 within the compass; close: pitch classes for the last note, ()
    for any of its chord; model: pitch by slot of a line that this one takes up.
    """
    low, high = compass
    pitches = np.arange(low, high + 1)
    local = np.stack([_local(n, pitches, scale) for n in notes])
    local += _arch(len(notes), pitches, compass, height)
    local -= rng.gumbel(0, _NOISE, local.shape)
    if close:
        local[-1, ~np.isin(pitches % 12, list(close))] += 1e4
    if model:
        for i, note in enumerate(notes):
            if note.slot in model and not (close and i == len(notes) - 1):
                local[i] += 0.35 * np.minimum(np.abs(pitches - model[note.slot]), 6)
    return [int(pitches[i]) for i in _cheapest(local, pitches, before, notes)]


def _local(note: Sung, pitches: NDArray[np.int64], scale: frozenset[int]) -> NDArray[np.float64]:
    """What each pitch costs at a note by itself: foreign to the chord on strong places or for long, out of the scale."""
    classes = pitches % 12
    in_chord = np.isin(classes, list(note.chord))
    in_scale = np.isin(classes, list(scale)) | in_chord
    weight = 0.4 + 0.45 * note.strength + 0.25 * max(0, note.length - 2)
    return np.where(in_scale, 0.0, 1e3) + np.where(in_chord, 0.0, weight)


def _arch(count: int, pitches: NDArray[np.int64], compass: tuple[int, int], height: float) -> NDArray[np.float64]:
    """A gentle pull towards an arch: up to two thirds of the line, then down."""
    low, high = compass
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    at = np.linspace(0, 1, max(2, count))[:count]
    curve = np.sin(np.pi * np.minimum(1.0, at / 1.3) ** 1.1)
    target = middle + half * (0.55 * height + 0.75 * (curve - 0.55))
    return np.asarray(0.022 * (pitches[None, :] - target[:, None]) ** 2)


def _cheapest(local: NDArray[np.float64], pitches: NDArray[np.int64], before: int, notes: Sequence[Sung]) -> list[int]:
    """Indices of the cheapest path; the state is a pair of neighbours, so that a leap can be answered."""
    size = len(pitches)
    apart = pitches[None, :] - pitches[:, None]
    table = np.array([*_INTERVAL, *([9.0] * 24)])
    step = table[np.abs(apart)]
    first = local[0] + (table[np.abs(pitches - before)] if before else 0.0)
    if len(local) == 1:
        return [int(first.argmin())]
    cost = first[:, None] + step + local[1][None, :] + _contradiction(notes[0], notes[1], apart)
    turn = _answer(apart)
    back = []
    for i in range(2, len(local)):
        every = cost[:, :, None] + turn + (step + _contradiction(notes[i - 1], notes[i], apart))[None]
        back.append(every.argmin(0))
        cost = every.min(0) + local[i][None, :]
    a, b = divmod(int(cost.argmin()), size)
    path = [b, a]
    for table_back in reversed(back):
        a, b = int(table_back[a, b]), a
        path.append(a)
    return path[::-1]


def _answer(apart: NDArray[np.int64]) -> NDArray[np.float64]:
    """(pitches, pitches, pitches): a leap wants a step back, and three leaps or repetitions in a row tire."""
    first, second = apart[:, :, None], apart[None, :, :]
    leap = np.abs(first) >= _LEAP
    back = (np.sign(first) == -np.sign(second)) & (np.abs(second) <= 4)
    same = (first == 0) & (second == 0)
    onward = leap & (np.abs(second) >= 3) & (np.sign(first) == np.sign(second))
    return np.where(leap & ~back, 0.8, 0.0) + np.where(onward, 1.2, 0.0) + np.where(same, 1.2, 0.0)


def contradicts(one: int, other: int, step: int) -> bool:
    """Whether a melodic step of so many semitones goes against two neighbouring Mandarin tones."""
    if one not in _LEVEL or other not in _LEVEL:
        return False
    rise = _LEVEL[other] - _LEVEL[one]
    return abs(rise) >= _HEARD and step * rise < 0


def _contradiction(one: Sung, other: Sung, apart: NDArray[np.int64]) -> NDArray[np.float64]:
    """What a melodic step costs that goes against the tones of its two syllables."""
    if one.tone not in _LEVEL or other.tone not in _LEVEL:
        return np.zeros(apart.shape)
    rise = _LEVEL[other.tone] - _LEVEL[one.tone]
    if abs(rise) < _HEARD:
        return np.zeros(apart.shape)
    against = np.sign(apart) == -np.sign(rise)
    return np.where(against, 1.3 + 0.1 * np.minimum(np.abs(apart), 5), np.where(apart == 0, 0.25, 0.0))


def melisma(pitch: int, goal: int, length: int, scale: frozenset[int]) -> list[tuple[int, int, int]]:
    """(ticks from the syllable's begin, ticks, pitch) of two or three notes for a syllable of `length` eighths: on the way to
    the next pitch where that is a third or more away, else round a neighbour.
    """
    up = goal > pitch or (goal == pitch and length < 4)
    near = [p for p in (range(pitch + 1, pitch + 4) if up else range(pitch - 1, pitch - 4, -1)) if p % 12 in scale]
    back = [p for p in (range(pitch - 1, pitch - 4, -1) if up else range(pitch + 1, pitch + 4)) if p % 12 in scale]
    if not near:
        return []
    steps = [pitch, near[0]]
    if length >= 3:
        steps = [pitch, near[0], pitch] if abs(goal - pitch) < 3 else [pitch, (back or near)[0], near[0]]
    parts = [length * 12 - 12 * (len(steps) - 1), *[12] * (len(steps) - 1)]
    places = [sum(parts[:i]) for i in range(len(parts))]
    return list(zip(places, parts, steps, strict=True))
