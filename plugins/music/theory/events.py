"""Moments worth hearing: suspensions, Picardy thirds, chromatic chords, pedal points, the highest note."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .chords import Chord, note_names
from .key_finding import KeySpan, key_at
from .note_table import NoteTable

__all__ = ["Moment", "find_moments"]

_SUSPENSIONS = {
    (11, 9): "7-6",
    (10, 9): "7-6",
    (10, 8): "7-6",
    (5, 4): "4-3",
    (5, 3): "4-3",
    (6, 4): "4-3",
    (2, 0): "9-8",
    (1, 0): "9-8",
}
"""(interval above the bass on the beat, after its resolution): name."""


@dataclass(frozen=True)
class Moment:
    """A moment: kind ("suspension", "Picardy third", "applied dominant", "diminished seventh", "Neapolitan", "pedal
    point", "highest note"), printed bar, beat, position in quarters, detail (for a suspension "4-3", for an applied
    dominant "V7/V", for notes their name), voice (-1 if it concerns all).
    """

    kind: str
    bar: int
    beat: float
    position: float
    detail: str
    voice: int = -1


def find_moments(notes: NoteTable, keys: list[KeySpan], chords: list[Chord]) -> list[Moment]:
    """The moments of a piece, in time."""
    moments = [*_suspensions(notes), *_colours(notes, chords), *_pedals(notes, keys), *_summit(notes, keys)]
    return sorted(moments, key=lambda m: (m.position, m.kind))


def _moment(notes: NoteTable, kind: str, position: float, detail: str, voice: int = -1) -> Moment:
    return Moment(
        kind,
        int(notes.bars.numbers(position)),
        round(float(notes.bars.beat_in_bar(position)), 3),
        float(position),
        detail,
        voice,
    )


def _suspensions(notes: NoteTable) -> list[Moment]:
    """Notes held (or struck again) over a change of the bass, dissonant with it, that step down into a consonance."""
    if notes.voices < 2:
        return []
    out = []
    for voice in range(notes.voices - 1):
        line = notes.line(voice)
        for before, note, after in zip(
            np.concatenate([[-1], line[:-1]]).tolist(),
            line.tolist(),
            np.concatenate([line[1:], [-1]]).tolist(),
            strict=True,
        ):
            if (
                after < 0
                or abs(notes.onset[after] - notes.end[note]) > 0.02
                or not 1 <= notes.pitch[note] - notes.pitch[after] <= 2
            ):
                continue
            tied = (
                before >= 0
                and notes.pitch[before] == notes.pitch[note]
                and abs(notes.end[before] - notes.onset[note]) < 0.02
            )
            beats = notes.bars.beats
            inside = beats[(beats > notes.onset[note] + 0.02) & (beats < notes.end[note] - 0.02)]
            at = float(inside[-1]) if len(inside) else float(notes.onset[note]) if tied else -1.0
            if at < 0:
                continue
            low_now, low_then = notes.sounding(at), notes.sounding(float(notes.onset[after]))
            if not len(low_now) or not len(low_then) or low_now[0] == note or notes.onset[low_now[0]] < at - 0.02:
                continue
            bass, goal = int(notes.pitch[low_now[0]]), int(notes.pitch[low_then[0]])
            name = _SUSPENSIONS.get(((int(notes.pitch[note]) - bass) % 12, (int(notes.pitch[after]) - bass) % 12))
            if name and goal % 12 == bass % 12 and notes.pitch[note] - bass > 2:
                out.append(_moment(notes, "suspension", at, name, voice))
    return out


def _colours(notes: NoteTable, chords: list[Chord]) -> list[Moment]:
    """Chords that step out of the key."""
    out = []
    for i, chord in enumerate(chords):
        degree = (chord.root - chord.key) % 12
        if chord.applied:
            out.append(_moment(notes, "applied dominant", chord.start, chord.numeral))
        elif chord.kind == "diminished seventh":
            out.append(_moment(notes, "diminished seventh", chord.start, chord.name))
        elif degree == 1 and chord.kind == "major":
            out.append(_moment(notes, "Neapolitan", chord.start, chord.name))
        elif i == len(chords) - 1 and chord.key >= 12 and degree == 0 and chord.kind == "major":
            out.append(_moment(notes, "Picardy third", chord.start, chord.name))
    return out


def _pedals(notes: NoteTable, keys: list[KeySpan]) -> list[Moment]:
    """Bass notes that lie for two bars or more below three changes of the upper voices."""
    out: list[Moment] = []
    if notes.voices < 3:
        return out
    for note in notes.line(notes.voices - 1).tolist():
        length = notes.end[note] - notes.onset[note]
        bar = float(notes.bars.length[notes.bars.index(notes.onset[note])])
        above = notes.pitched[
            (notes.onset[notes.pitched] > notes.onset[note] + 0.02)
            & (notes.onset[notes.pitched] < notes.end[note] - 0.02)
        ]
        if length >= 2 * bar - 0.01 and len(np.unique(np.round(notes.onset[above], 3))) >= 4:
            key = key_at(keys, float(notes.onset[note]))
            out.append(
                _moment(
                    notes,
                    "pedal point",
                    float(notes.onset[note]),
                    note_names(key)[notes.pitch[note] % 12],
                    notes.voices - 1,
                )
            )
    return out


def _summit(notes: NoteTable, keys: list[KeySpan]) -> list[Moment]:
    """The highest note of the highest voice, if it comes once."""
    line = notes.line(0)
    if len(line) < 8:
        return []
    top = int(notes.pitch[line].max())
    peaks = line[notes.pitch[line] == top]
    if len(peaks) != 1:
        return []
    at = float(notes.onset[peaks[0]])
    key = key_at(keys, at)
    return [_moment(notes, "highest note", at, f"{note_names(key)[top % 12]}{top // 12 - 1}", 0)]
