"""Moments worth hearing: suspensions, Picardy thirds, chromatic chords, pedal points, the highest note."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .chords import Chord, note_names
from .key_finding import KeySpan
from .note_table import Score

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
    point", "highest note"), printed
    bar, beat, position in quarters,
    detail (for a suspension "4-3", for an applied dominant "V7/V", for notes their name), voice (-1 if it concerns
    all).
    """

    kind: str
    bar: int
    beat: float
    position: float
    detail: str
    voice: int = -1


def find_moments(score: Score, keys: list[KeySpan], chords: list[Chord]) -> list[Moment]:
    """The moments of a piece, in time."""
    found = [*_suspensions(score), *_colours(score, chords), *_pedals(score, keys), *_summit(score, keys)]
    return sorted(found, key=lambda m: (m.position, m.kind))


def _moment(score: Score, kind: str, position: float, detail: str, voice: int = -1) -> Moment:
    return Moment(
        kind,
        int(score.bars.numbers(position)),
        round(float(score.bars.beat_in_bar(position)), 3),
        float(position),
        detail,
        voice,
    )


def _suspensions(score: Score) -> list[Moment]:
    """Notes held (or struck again) over a change of the bass, dissonant with it, that step down into a consonance."""
    if score.voices < 2:
        return []
    out = []
    for voice in range(score.voices - 1):
        line = score.line(voice)
        for before, note, after in zip(
            np.concatenate([[-1], line[:-1]]).tolist(),
            line.tolist(),
            np.concatenate([line[1:], [-1]]).tolist(),
            strict=True,
        ):
            if (
                after < 0
                or abs(score.onset[after] - score.end[note]) > 0.02
                or not 1 <= score.pitch[note] - score.pitch[after] <= 2
            ):
                continue
            tied = (
                before >= 0
                and score.pitch[before] == score.pitch[note]
                and abs(score.end[before] - score.onset[note]) < 0.02
            )
            beats = score.bars.beats
            inside = beats[(beats > score.onset[note] + 0.02) & (beats < score.end[note] - 0.02)]
            at = float(inside[-1]) if len(inside) else float(score.onset[note]) if tied else -1.0
            if at < 0:
                continue
            low_now, low_then = score.sounding(at), score.sounding(float(score.onset[after]))
            if not len(low_now) or not len(low_then) or low_now[0] == note or score.onset[low_now[0]] < at - 0.02:
                continue
            bass, goal = int(score.pitch[low_now[0]]), int(score.pitch[low_then[0]])
            name = _SUSPENSIONS.get(((int(score.pitch[note]) - bass) % 12, (int(score.pitch[after]) - bass) % 12))
            if name and goal % 12 == bass % 12 and score.pitch[note] - bass > 2:
                out.append(_moment(score, "suspension", at, name, voice))
    return out


def _colours(score: Score, chords: list[Chord]) -> list[Moment]:
    """Chords that step out of the key."""
    out = []
    for i, chord in enumerate(chords):
        degree = (chord.root - chord.key) % 12
        if chord.applied:
            out.append(_moment(score, "applied dominant", chord.start, chord.numeral))
        elif chord.kind == "diminished seventh":
            out.append(_moment(score, "diminished seventh", chord.start, chord.name))
        elif degree == 1 and chord.kind == "major":
            out.append(_moment(score, "Neapolitan", chord.start, chord.name))
        elif i == len(chords) - 1 and chord.key >= 12 and degree == 0 and chord.kind == "major":
            out.append(_moment(score, "Picardy third", chord.start, chord.name))
    return out


def _pedals(score: Score, keys: list[KeySpan]) -> list[Moment]:
    """Bass notes that lie for two bars or more below three changes of the upper voices."""
    out: list[Moment] = []
    if score.voices < 3:
        return out
    for note in score.line(score.voices - 1).tolist():
        length = score.end[note] - score.onset[note]
        bar = float(score.bars.length[score.bars.index(score.onset[note])])
        above = score.pitched[
            (score.onset[score.pitched] > score.onset[note] + 0.02)
            & (score.onset[score.pitched] < score.end[note] - 0.02)
        ]
        if length >= 2 * bar - 0.01 and len(np.unique(np.round(score.onset[above], 3))) >= 4:
            key = next((k.number for k in keys if score.onset[note] < k.end), 0)
            out.append(
                _moment(
                    score,
                    "pedal point",
                    float(score.onset[note]),
                    note_names(key)[score.pitch[note] % 12],
                    score.voices - 1,
                )
            )
    return out


def _summit(score: Score, keys: list[KeySpan]) -> list[Moment]:
    """The highest note of the highest voice, if it comes once."""
    line = score.line(0)
    if len(line) < 8:
        return []
    top = int(score.pitch[line].max())
    peaks = line[score.pitch[line] == top]
    if len(peaks) != 1:
        return []
    at = float(score.onset[peaks[0]])
    key = next((k.number for k in keys if at < k.end), 0)
    return [_moment(score, "highest note", at, f"{note_names(key)[top % 12]}{top // 12 - 1}", 0)]
