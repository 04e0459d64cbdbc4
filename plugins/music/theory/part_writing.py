"""Part-writing counted on the notes alone: rates of parallels, dissonance and steps, and what singers stumble over.

Definitions follow the study of Bach's chorales that the critic's goals come from: beats are quarters; a beat is
dissonant if some voice is a second, tritone or seventh above the bass, sharp if two voices are a semitone or a major
seventh apart; parallels are fifths or octaves between two voices that both move, in similar motion, to the next note.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from .intervals import DISSONANT, PERFECT, SHARP
from .metrics import entropy
from .score import Note, sounding

__all__ = ["ALTERED", "Figures", "awkward", "cross_relations", "direct", "measure", "parallels", "stagnation"]

_TRIADS = {frozenset((r + i) % 12 for i in shape) for r in range(12) for shape in ((0, 4, 7), (0, 3, 7), (0, 3, 6))}


@dataclass(frozen=True)
class Figures:
    """Rates of a piece: per bar (parallels, crossings, notes), per beat (dissonant, sharp, other), per step (repeated,
    steps, leaps); entropy in bits.
    """

    fifths: float
    octaves: float
    crossings: float
    dissonant: float
    sharp: float
    other: float
    repeated: float
    steps: float
    big_leaps: int
    notes_per_bar: float
    entropy: float
    ambitus: int
    bars: float


def measure(lines: Sequence[Sequence[Note]], *, bar: int, start: int = 0) -> Figures:
    """Figures of a piece. bar: ticks; start: tick from which beats are counted (the pickup)."""
    total = max((line[-1].end for line in lines if line), default=1)
    bars = max(1.0, total / bar)
    beats = np.arange(start % 24, total, 24)
    grid = np.stack([sounding(tuple(line), beats) for line in lines])
    dissonant = sharp = other = counted = 0
    for column in grid.T.tolist():
        heard = [p for p in column if p]
        if len(heard) < 2:
            continue
        counted += 1
        bass = heard[-1]
        dissonant += any((p - bass) % 12 in DISSONANT for p in heard)
        sharp += any(abs(a - b) % 12 in SHARP for a, b in combinations(heard, 2))
        classes = {p % 12 for p in heard}
        other += not any(classes <= t for t in _TRIADS)
    fifths, octaves = parallels(lines)
    crossings = sum(
        1 for upper, lower in pairwise(lines) for n in upper if (s := sounding_at(lower, n.onset)) and s > n.pitch
    )
    moves = [b.pitch - a.pitch for line in lines for a, b in pairwise(line) if a.end == b.onset]
    size = np.abs(np.array(moves or [0]))
    histogram = np.bincount([n.pitch % 12 for line in lines for n in line], minlength=12).astype(float)
    top = [n.pitch for n in lines[0]] or [0]
    return Figures(
        fifths=fifths / bars,
        octaves=octaves / bars,
        crossings=crossings / bars,
        dissonant=dissonant / max(1, counted),
        sharp=sharp / max(1, counted),
        other=other / max(1, counted),
        repeated=float((size == 0).mean()),
        steps=float(((size > 0) & (size <= 2)).mean()),
        big_leaps=int((size > 9).sum()),
        notes_per_bar=sum(map(len, lines)) / bars,
        entropy=entropy(histogram),
        ambitus=max(top) - min(top),
        bars=bars,
    )


def sounding_at(line: Sequence[Note], tick: int) -> int:
    """Pitch of `line` at a tick, 0 in a rest."""
    at = bisect_right([n.onset for n in line], tick) - 1
    return line[at].pitch if at >= 0 and tick < line[at].end else 0


def parallels(lines: Sequence[Sequence[Note]]) -> tuple[int, int]:
    """(fifths, octaves) that two voices reach by similar motion from the same interval, both attacking, without a rest
    between.
    """
    fifths = octaves = 0
    for upper, lower in combinations(lines, 2):
        starts = {n.onset: i for i, n in enumerate(lower)}
        for a, b in pairwise(upper):
            at = starts.get(b.onset)
            if not at or a.end != b.onset:
                continue
            c, d = lower[at - 1], lower[at]
            if (
                c.end != d.onset
                or a.pitch == b.pitch
                or c.pitch == d.pitch
                or (b.pitch > a.pitch) != (d.pitch > c.pitch)
            ):
                continue
            before, after = (a.pitch - c.pitch) % 12, (b.pitch - d.pitch) % 12
            if before == after == 7:
                fifths += 1
            elif before == after == 0:
                octaves += 1
    return fifths, octaves


def stagnation(line: Sequence[Note], window: int = 8) -> float:
    """Share of stretches of `window` notes of a line that use at most two pitches."""
    if len(line) < window:
        return 0.0
    stretches = [len({n.pitch for n in line[i : i + window]}) for i in range(len(line) - window + 1)]
    return sum(s <= 2 for s in stretches) / len(stretches)


def awkward(lines: Sequence[Sequence[Note]], shift: int = 0) -> float:
    """What singers stumble over, weighed: leaps of a tritone or a sixth above the minor .5, of a seventh or more than
    an octave 2, overlaps .4, an octave or fifth that the outer voices reach together with a leap above 1, cross
    relations .7. shift: semitones to the empty signature."""
    total = 0.0
    for line in lines:
        for a, b in pairwise(line):
            step = abs(b.pitch - a.pitch)
            total += {6: 0.6, 9: 0.4, 10: 2.0, 11: 2.0}.get(step, 2.5 if step > 12 else 0.0)
    for upper, lower in pairwise(lines):
        starts = {n.onset: i for i, n in enumerate(lower)}
        for i, n in enumerate(upper[1:], 1):
            at = starts.get(n.onset)
            if at and (lower[at].pitch > upper[i - 1].pitch or n.pitch < lower[at - 1].pitch):
                total += 0.4
    return total + 1.0 * direct(lines) + 0.7 * cross_relations(lines, shift)


def direct(lines: Sequence[Sequence[Note]]) -> int:
    """Fifths and octaves that the outer voices reach by similar motion, the upper one by a leap."""
    starts = {n.onset: i for i, n in enumerate(lines[-1])}
    count = 0
    for a, b in pairwise(lines[0]):
        at = starts.get(b.onset)
        up, below = b.pitch - a.pitch, lines[-1][at].pitch - lines[-1][at - 1].pitch if at else 0
        count += bool(at and abs(up) > 2 and up * below > 0 and (b.pitch - lines[-1][at].pitch) % 12 in PERFECT)
    return count


ALTERED = {1: (0,), 3: (2, 4), 6: (5,), 8: (7,), 10: (11,)}
"""Pitch classes outside the empty signature, and the notes of the scale that they alter."""


def cross_relations(lines: Sequence[Sequence[Note]], shift: int) -> int:
    """Notes that follow, in another voice, their own chromatic alteration."""
    clash = {(a, b) for a, of in ALTERED.items() for b in of}
    clash |= {(b, a) for a, b in clash}
    ends: dict[int, list[tuple[int, int]]] = {}
    for v, line in enumerate(lines):
        for n in line:
            ends.setdefault(n.end, []).append((v, (n.pitch + shift) % 12))
    count = 0
    for v, line in enumerate(lines):
        for a, b in pairwise(line):
            tone, own = (b.pitch + shift) % 12, (a.pitch + shift) % 12
            count += any((tone, other) in clash and own != other and u != v for u, other in ends.get(b.onset, ()))
    return count
