"""Variation by figuration: each note of a tune becomes a figure of its own length, one figure throughout; the mode, the
rhythm, the register and the pace go where a theme wants them, harmony and phrases stay.

After the ways of the classical variation as Schoenberg describes them (*Fundamentals of Musical Composition*, 1967).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..theory.score import TICKS, Note
from .character import Means

__all__ = ["MANNERS", "Manner", "Tonality", "choose_manner", "in_mode", "varied"]

_SCALES = {False: (0, 2, 4, 5, 7, 9, 11), True: (0, 2, 3, 5, 7, 8, 10)}
_TO_MINOR, _TO_MAJOR = {4: 3, 9: 8, 11: 10}, {3: 4, 8: 9, 10: 11}
_HIGHEST, _LOWEST = 96, 55
"""MIDI pitches that a figure keeps between."""
_MIDDLE = 69
"""Below it a tune rocks to notes above it."""


@dataclass(frozen=True)
class Tonality:
    """tonic: pitch class; minor: whether its third is minor."""

    tonic: int
    minor: bool

    def degree(self, pitch: int) -> int:
        """The step of the scale, counted through octaves, at or next below a pitch."""
        octave, within = divmod(pitch - self.tonic, 12)
        return 7 * octave + max(i for i, step in enumerate(_SCALES[self.minor]) if step <= within)

    def pitch(self, degree: int) -> int:
        """The inverse of `degree`."""
        octave, step = divmod(degree, 7)
        return self.tonic + 12 * octave + _SCALES[self.minor][step]


Chords = Callable[[int], frozenset[int]]
"""The pitch classes of the harmony at a tick; empty where there is none."""


@dataclass(frozen=True)
class Manner:
    """figure: name of `MANNERS`; unit: ticks of its notes; minor: the mode it turns to, None for the tune's own; octaves: that
    the tune is moved; pace: what the tempo is multiplied by.
    """

    figure: str
    unit: int
    minor: bool | None = None
    octaves: int = 0
    pace: float = 1.0


MANNERS = ("passage", "arpeggio", "turn", "triplets", "dotted", "syncopated", "plain")
"""Running steps, broken chords, neighbour notes, triplets, dotted pairs, notes after the beat, the tune as it is."""

_OF_RHYTHM = {
    "running": ("passage",),
    "dotted": ("dotted",),
    "rocking": ("triplets",),
    "broken": ("arpeggio", "syncopated"),
    "flowing": ("triplets", "turn"),
    "even": ("turn", "passage"),
}


def choose_manner(means: Means, minor: bool, tune: Sequence[Note], rng: np.random.Generator) -> Manner:
    """The manner that a theme asks for; without one, of those that give the tune more notes, by lot."""
    figures = _OF_RHYTHM.get(means.rhythm, ("passage", "arpeggio", "turn", "triplets"))
    slow = means.density < -0.5 and means.rhythm not in ("dotted", "rocking")
    if slow and means.mode and (means.mode == "minor") != minor:
        figures = ("plain",)  # a slow minore or maggiore is change enough
    figure = figures[int(rng.integers(len(figures)))]
    usual = float(np.median([n.length for n in tune])) if tune else float(TICKS)
    fine = 6 if usual <= 18 or (means.density > 0.4 and usual <= TICKS) else 12
    unit = {"triplets": 8 if usual <= TICKS else 16, "dotted": 6, "syncopated": 12, "plain": TICKS}.get(figure, fine)
    turned = None if not means.mode or (means.mode == "minor") == minor else means.mode == "minor"
    octaves = 1 if means.register > 0.45 else -1 if means.register < -0.6 else 0
    return Manner(figure, unit, turned, octaves, float(np.clip(means.pace, 0.6, 1.5)))


def in_mode(pitch: int, following: int | None, home: Tonality, minor: bool) -> int:
    """A pitch of a piece in `home` in the parallel key of the other mode: third and sixth are turned, the seventh where it
    does not lead to the tonic. following: the pitch that comes next in its line.
    """
    if minor == home.minor:
        return pitch
    within = (pitch - home.tonic) % 12
    leads = following is not None and following - pitch == 1 and within == 11
    if minor:
        held = within == 11 and (following is None or leads or (following - home.tonic) % 12 in (0, 2, 7))
        return pitch if held else pitch + _TO_MINOR.get(within, within) - within
    return pitch + _TO_MAJOR.get(within, within) - within


def varied(
    tune: Sequence[Note], home: Tonality, manner: Manner, chords: Chords, *, last: int, strong: Callable[[int], bool]
) -> list[Note]:
    """The tune in a manner. last: the tick from which on it stays as it is, so that the end is heard as one; strong:
    whether a tick is a beat that keeps its note.
    """
    shift = 12 * manner.octaves if _fits(tune, 12 * manner.octaves) else 0
    moved = [Note(n.onset, n.length, n.pitch + shift, n.phrase_end) for n in tune]
    if manner.figure == "dotted":
        return _led(_dotted(moved, home, last, strong), home)
    out: list[Note] = []
    for i, note in enumerate(moved):
        following = moved[i + 1] if i + 1 < len(moved) else None
        apart = following is None or following.onset > note.end
        count, rest = divmod(note.length, manner.unit)
        if manner.figure == "plain" or note.onset >= last or count < 2 or rest or note.length > 4 * TICKS:
            out.append(note)
            continue
        if manner.figure == "syncopated":
            out += _after_the_beat(note, manner.unit)
            continue
        goal = note.pitch if apart or following is None else following.pitch
        kept = 2 * count // 3 if note.phrase_end or apart else count
        pitches = _FIGURES[manner.figure](note.pitch, goal, max(2, kept), home, chords(note.onset))
        for k, pitch in enumerate(pitches):
            final = k == len(pitches) - 1
            length = note.end - note.onset - k * manner.unit if final else manner.unit
            out.append(Note(note.onset + k * manner.unit, length, pitch, note.phrase_end and final))
    return _led(out, home)


def _led(line: Sequence[Note], home: Tonality) -> list[Note]:
    """In minor, the seventh raised where it turns between the tonic, or the step above it, and the tonic."""
    out = list(line)
    for i in range(1, len(out) - 1 if home.minor else 0):
        before, note, after = out[i - 1 : i + 2]
        if (
            (note.pitch - home.tonic) % 12 == 10
            and after.pitch - note.pitch == 2
            and before.pitch - note.pitch in (2, 4)
        ):
            out[i] = replace(note, pitch=note.pitch + 1)
    return out


def _fits(tune: Sequence[Note], shift: int) -> bool:
    return all(_LOWEST <= n.pitch + shift <= _HIGHEST for n in tune)


def _passage(pitch: int, goal: int, count: int, home: Tonality, chord: frozenset[int]) -> list[int]:
    """Steps of the scale from a note to the neighbour of the next: the cheapest path, thirds only onto notes of the chord."""
    start, end = home.degree(pitch), home.degree(goal)
    cost: dict[int, tuple[float, tuple[int, ...]]] = {start: (0.0, (start,))}
    for k in range(1, count):
        paths: dict[int, tuple[float, tuple[int, ...]]] = {}
        for at, (so_far, path) in cost.items():
            for step in (-2, -1, 1, 2):
                to = at + step
                sounding = home.pitch(to) % 12 in chord or not chord
                if abs(step) == 2 and not sounding:
                    continue
                price = so_far + (0.9 if abs(step) == 2 else 0.0) + (0.5 if k % 2 == 0 and not sounding else 0.0)
                price += 0.25 if len(path) > 1 and (path[-1] - path[-2]) * step < 0 else 0.0
                price += 0.02 * abs(to - start)
                if to not in paths or price < paths[to][0]:
                    paths[to] = (price, (*path, to))
        cost = paths
    _, path = min(cost.values(), key=lambda c: c[0] + 1.2 * abs(abs(end - c[1][-1]) - 1) + (end == c[1][-1]))
    return [pitch, *(home.pitch(d) for d in path[1:])]


def _arpeggio(pitch: int, goal: int, count: int, home: Tonality, chord: frozenset[int]) -> list[int]:
    """The note, then notes of its chord below it in turn, as a broken chord under the tune."""
    below = [p for p in range(pitch - 3, pitch - 13, -1) if p % 12 in chord][:2]
    if len(below) < 2:
        return _passage(pitch, goal, count, home, chord)
    order = (pitch, below[0], below[1], below[0])
    return [order[k % 4] for k in range(count)]


def _turn(pitch: int, goal: int, count: int, home: Tonality, chord: frozenset[int]) -> list[int]:
    """Upper and lower neighbours in turn, then a step to what comes."""
    at = home.degree(pitch)
    order = (0, 1, 0, -1)
    out = [pitch, *(home.pitch(at + order[k % 4]) for k in range(1, count))]
    if count > 2 and goal != pitch:
        out[-1] = home.pitch(home.degree(goal) + (1 if goal < pitch else -1))
    return out


def _triplets(pitch: int, goal: int, count: int, home: Tonality, chord: frozenset[int]) -> list[int]:
    """The note and the two notes of its chord next to it, rocking."""
    below = range(pitch - 1, pitch - 10, -1)
    near = [p for p in (below if pitch >= _MIDDLE else range(pitch + 1, pitch + 10)) if p % 12 in chord][:2]
    if not near:
        return _passage(pitch, goal, count, home, chord)
    order = (pitch, near[0], near[-1])
    return [order[k % 3] for k in range(count)]


_FIGURES = {"passage": _passage, "arpeggio": _arpeggio, "turn": _turn, "triplets": _triplets}


def _after_the_beat(note: Note, unit: int) -> list[Note]:
    """The note, struck again half a beat later and held."""
    rest = note.length - unit
    return [Note(note.onset, unit, note.pitch), Note(note.onset + unit, rest, note.pitch, note.phrase_end)]


def _between(pitch: int, goal: int, home: Tonality) -> int:
    """A short note before the next: on the way to it, or its neighbour from above."""
    start, end = home.degree(pitch), home.degree(goal)
    if abs(end - start) == 1:
        return pitch
    return home.pitch(end + 1 if end <= start else end - 1)


def _dotted(tune: Sequence[Note], home: Tonality, last: int, strong: Callable[[int], bool]) -> list[Note]:
    """Pairs of equal notes become long and short; a longer note says the next one shortly before."""
    out: list[Note] = []
    i = 0
    while i < len(tune):
        note = tune[i]
        following = tune[i + 1] if i + 1 < len(tune) else None
        joined = following is not None and following.onset == note.end and note.onset < last
        pair = joined and following is not None and following.length == note.length and note.length in (6, 12, 24)
        if pair and following is not None and strong(note.onset) and not strong(following.onset):
            more = note.length // 2
            out.append(Note(note.onset, note.length + more, note.pitch, note.phrase_end))
            out.append(Note(following.onset + more, following.length - more, following.pitch, following.phrase_end))
            i += 2
            continue
        if joined and following is not None and note.length in (24, 48) and not note.phrase_end:
            short = note.length // 4
            out.append(Note(note.onset, note.length - short, note.pitch))
            out.append(Note(note.end - short, short, _between(note.pitch, following.pitch, home)))
        else:
            out.append(note)
        i += 1
    return out
