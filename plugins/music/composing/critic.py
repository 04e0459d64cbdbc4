"""Which of several candidates is best: the model's own likelihood, the rules of part-writing, the habits of a style.

All costs are in nats a note, and lower is better. The likeliest candidate is a dull one: what counts is how near it
comes to what real, unseen works cost the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..models.composer.cursor import Frame
from ..models.composer.style_facts import facts
from ..theory.key_finding import shortfall
from ..theory.part_writing import Figures, awkward, measure, stagnation
from ..theory.progressions import sonorities, surprise
from ..theory.score import Note, pickup_of
from ..theory.voice_motion import distance, voice_motion
from .rules import home_key
from .search import Candidate

__all__ = ["Verdict", "is_chorale", "judge", "judge_filled", "judge_phrase", "judge_stretch"]

_TYPICAL_NATS = {
    "palestrina": 2.2,
    "monteverdi": 2.8,
    "mozart": 2.8,
    "haydn": 3.1,
    "beethoven": 3.0,
    "trecento": 2.8,
    "ryan": 1.6,
    "oneill": 1.8,
    "aird": 1.9,
    "essen": 2.3,
    "chinese": 2.5,
}
"""Nats per note of real works that the nets have not seen: the likeliest candidates are drones, so the critic asks for nine tenths of these."""
_UNKNOWN_NATS = 2.5

_TYPICAL_CHORALE = 1.6
"""Nats per note of real chorales that the model has not seen."""
_USUAL_CHORDS = 3.1
"""Nats per beat of the chords of real chorales (`progressions.surprise`): 3.0 of those counted, 3.3 of others."""


@dataclass(frozen=True)
class Verdict:
    """What the critic says of a candidate: cost, figures, and the lines that it read."""

    cost: float
    figures: Figures
    lines: list[list[Note]]


def is_chorale(style: str, voices: int) -> bool:
    """Whether music of a style is judged as a four-part chorale."""
    return style == "bach" and voices == 4


def judge(candidate: Candidate, style: str) -> Verdict:
    """A whole piece."""
    frame, lines = candidate.cursor.frame, candidate.cursor.lines()
    if is_chorale(style, len(lines)):
        return _judge_chorale(candidate, lines)
    figures = measure(lines, bar=frame.metres[0].bar, start=pickup_of(frame.metres))
    motion = voice_motion(lines, 0, frame.total)
    cost = _style_cost(candidate.nats_per_note, figures, motion, style, len(lines)) + _astray(frame, lines)
    return Verdict(cost + 0.05 * max(0, 8 - figures.ambitus), figures, lines)


def judge_filled(candidate: Candidate, style: str) -> Verdict:
    """A work of which a part was written anew: what is given is not held against it."""
    frame, lines = candidate.cursor.frame, candidate.cursor.lines()
    if is_chorale(style, len(lines)):
        return _judge_chorale(candidate, lines)
    figures = measure(lines, bar=frame.metres[0].bar, start=pickup_of(frame.metres) % 24)
    return Verdict(candidate.nats_per_note + _clashes(figures, len(lines)), figures, lines)


def judge_phrase(candidate: Candidate, start: int, stop: int) -> float:
    """The cost of a chorale's phrase from `start` to `stop` (ticks), with the chord it follows."""
    frame = candidate.cursor.frame
    pickup = pickup_of(frame.metres)
    before = max((g.start for g in frame.goals if g.end <= start), default=0)
    lines = [[n for n in line if before <= n.onset < stop] for line in candidate.cursor.lines()]
    moved = _moved(lines, before)
    figures = measure(moved, bar=frame.metres[0].bar, start=(pickup - before) % 24)
    chords = surprise(sonorities(lines, before, stop, frame.shift, pickup))
    return _chorale_cost(figures, candidate.phrase_nats_per_note, moved, chords, frame.shift)


def judge_stretch(candidate: Candidate, style: str, start: int, stop: int) -> float:
    """The cost of the stretch from `start` to `stop` (ticks) in a style without chorale rules."""
    frame, lines = candidate.cursor.frame, candidate.cursor.lines()
    inside = _moved([[n for n in line if start <= n.onset < stop] for line in lines], start)
    figures = measure(inside, bar=frame.metres[0].bar, start=(pickup_of(frame.metres) - start) % 24)
    motion = voice_motion(lines, start, stop)
    return _style_cost(candidate.phrase_nats_per_note, figures, motion, style, len(lines)) + _astray(frame, inside) / 2


_ASTRAY, _LEAD = 5.0, 0.05


def _astray(frame: Frame, lines: Sequence[Sequence[Note]]) -> float:
    """What it costs that listeners hear another key than that of the plan, or hardly this one."""
    key = home_key(frame)
    if key < 0:
        return 0.0
    weights = np.zeros(12)
    for n in (n for line in lines for n in line):
        weights[(n.pitch + frame.shift) % 12] += n.length
    return _ASTRAY * shortfall(weights, key, _LEAD)


def _moved(lines: Sequence[Sequence[Note]], back: int) -> list[list[Note]]:
    return [[replace(n, onset=n.onset - back) for n in line] for line in lines]


def _judge_chorale(candidate: Candidate, lines: list[list[Note]]) -> Verdict:
    frame = candidate.cursor.frame
    pickup = pickup_of(frame.metres)
    figures = measure(lines, bar=frame.metres[0].bar, start=pickup)
    chords = surprise(sonorities(lines, 0, frame.total, frame.shift, pickup))
    cost = _chorale_cost(figures, candidate.nats_per_note, lines, chords, frame.shift) + _astray(frame, lines)
    return Verdict(cost, figures, lines)


def _style_cost(nats_per_note: float, figures: Figures, motion: dict[str, float], style: str, voices: int) -> float:
    """Likelihood, how the voices move (against real works), leaps, and clashes of several voices."""
    usual = facts().get(style, {}).get("motion")
    cost = abs(nats_per_note - 0.9 * _TYPICAL_NATS.get(style, _UNKNOWN_NATS))
    cost += 0.05 * figures.big_leaps / max(1.0, figures.bars)
    cost += 2.5 * distance(motion, usual) + abs(motion["density"] - usual["density"][0]) if usual else 0.0
    return cost + _clashes(figures, voices)


def _clashes(figures: Figures, voices: int) -> float:
    if voices < 2:
        return 0.0
    return 0.7 * (figures.fifths + figures.octaves) + 2.0 * max(0.0, figures.sharp - 0.05)


def _chorale_cost(
    figures: Figures, nats_per_note: float, lines: Sequence[Sequence[Note]], chords: float, shift: int
) -> float:
    """Parallels, dissonance beyond Bach's, awkward steps, a dull or narrow melody, odd harmony, and
    likelihood far from real chorales'.

    chords: nats per beat of the progression; shift: semitones to the empty signature.
    """
    top = lines[0]
    return (
        abs(nats_per_note - _TYPICAL_CHORALE)
        + 1.5 * (figures.fifths + figures.octaves)
        + 0.5 * figures.crossings
        + 3.0 * abs(figures.dissonant - 0.16)
        + 2.0 * max(0.0, figures.sharp - 0.06)
        + 4.0 * abs(figures.other - 0.27)
        + 2.0 * abs(figures.repeated - 0.147)
        + 0.8 * stagnation(top)
        + 0.3 * sum(stagnation(line, 6) for line in lines[1:3])
        + 0.04 * max(0, 9 - figures.ambitus)
        + 1.2 * max(0.0, 0.66 - figures.steps)
        + 0.8 * awkward(lines, shift) / figures.bars
        + max(0.0, chords - _USUAL_CHORDS)
    )
