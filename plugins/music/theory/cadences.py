"""Cadences: where phrases end, and how.

A phrase end is a beat on which the music comes to rest. Each beat is weighed by what can be heard there (how long the
chord lies, whether the voices move together into it and on from it, a dominant before it, the metre, a rest after it);
the weights are a logistic regression on chorales whose fermatas are known (figures in docs/media/music.md). Kinds
follow the usual terms: perfect and imperfect authentic, half, Phrygian, plagal, deceptive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .chords import KINDS, Chord
from .note_table import NoteTable

__all__ = ["CADENCES", "Cadence", "cadence_inputs", "find_cadences"]

CADENCES = (
    "perfect authentic",
    "imperfect authentic",
    "half",
    "Phrygian half",
    "plagal",
    "deceptive",
    "other",
)
"""The kinds of cadences."""

INPUTS = (
    "length",
    "still",
    "joint",
    "joint after",
    "dominant before",
    "tonic or dominant",
    "triad in root position",
    "strong",
    "rest after",
    "top longer",
    "last",
    "busy before",
)
WEIGHTS = np.array([-0.39, 4.51, 2.49, -1.77, 1.06, 1.14, 2.76, 2.25, 1.6, 0.68, 1.54, 1.54])
BIAS = -12.54
"""Fitted on the fermatas of 200 Bach chorales of music21's corpus, the test split left out."""

PHRASE_BEATS = {
    4: 0.0,
    5: -0.2,
    6: 0.73,
    7: -0.2,
    8: 1.45,
    9: 0.0,
    10: 0.26,
    11: -0.55,
    12: 0.6,
    14: -0.2,
    15: -0.9,
    16: 0.26,
}
OTHER_LENGTH = -1.0
SHORTEST, LONGEST = 3, 24
RAREST = 1 / 20
"""Music that comes to rest less plainly than chorales: its best twentieth of beats are taken for possible ends, and
only those with a cadence of a usual kind are kept."""

"""How likely phrases of so many beats are (half the logarithm of their share in the same chorales, against 3 %)."""


@dataclass(frozen=True)
class Cadence:
    """A cadence: position (of its last chord) and end in quarters, printed bar, beat, kind (of `CADENCES`), key number,
    numerals of its two chords, probability that a phrase ends here."""

    position: float
    end: float
    bar: int
    beat: float
    kind: str
    key: int
    numerals: tuple[str, str]
    probability: float


def cadence_inputs(notes: NoteTable, chords: list[Chord]) -> tuple[np.ndarray, np.ndarray]:
    """(beats in quarters, inputs of the regression: shape (beats, inputs)) for each beat on which a note begins."""
    pitched = notes.pitched
    onset, _end = notes.onset[pitched], notes.end[pitched]
    beats = notes.beats
    beats = beats[np.isin(np.round(beats, 4), np.round(onset, 4))]
    times = np.unique(np.round(onset, 4))
    voices = max(notes.voices, 1)
    typical = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    top = pitched[notes.voice[pitched] == 0]
    rows = []
    for beat in beats:
        unit = notes.bars.beat_length(int(notes.bars.index(beat)))
        after = times[times > beat + 1e-4]
        following = float(after[0]) if len(after) else notes.length
        next_beat = beat + unit
        starts = pitched[np.abs(onset - beat) < 1e-3]
        here = notes.sounding(float(beat))
        nexts = np.abs(notes.onset[pitched] - next_beat) < 1e-3
        inside = (onset > beat + 1e-3) & (onset < next_beat - 1e-3)
        lengths = notes.end[starts] - notes.onset[starts]
        chord = _chord_at(chords, float(beat))
        before = _chord_before(chords, chord)
        mine = top[np.abs(notes.onset[top] - beat) < 1e-3]
        old = top[(notes.onset[top] < beat - 1e-3) & (notes.onset[top] > beat - 4 * unit)]
        silence = float(max(0.0, following - (notes.end[here].max() if len(here) else beat)))
        into = (onset < beat - 1e-3) & (onset > beat - unit + 1e-3)
        rows.append(
            [
                min(float(lengths.max(initial=0)) / unit, 4.0),
                float(not inside.any()),
                len(starts) / voices,
                nexts.sum() / voices,
                float(chord is not None and before is not None and _is_dominant(before, chord)),
                float(chord is not None and (chord.root - chord.key) % 12 in (0, 7)),
                float(chord is not None and chord.inversion == 0 and chord.kind in ("major", "minor")),
                float(notes.bars.beat_in_bar(float(beat)) % 2 == 1),
                min(silence / unit, 1.0),
                float(
                    len(mine) > 0
                    and len(old) > 0
                    and (notes.end[mine[0]] - notes.onset[mine[0]]) > np.mean(notes.end[old] - notes.onset[old]) * 1.2
                ),
                float(following >= notes.length - 1e-3),
                float(into.any()) * min(1.0, unit / max(typical, 1e-3) / 2),
            ]
        )
    return beats, np.array(rows).reshape(-1, len(INPUTS))


def _chord_at(chords: list[Chord], position: float) -> Chord | None:
    return next((c for c in chords if c.start - 1e-6 <= position < c.end - 1e-6), None)


def _chord_before(chords: list[Chord], chord: Chord | None) -> Chord | None:
    """The chord before, of another root."""
    before = None
    for c in chords:
        if chord is None or c.start >= chord.start - 1e-6:
            break
        before = c if c.root != chord.root else before
    return before


def _is_dominant(before: Chord, chord: Chord) -> bool:
    """Whether `before` leads to `chord` as a dominant does, or would have led to the tonic where the sixth degree comes
    instead.
    """
    deceptive = (before.root - before.key) % 12 == 7 and (chord.root - before.key) % 12 in (8, 9)
    return ((before.root - chord.root) % 12 in (7, 11) or deceptive) and before.kind in (
        "major",
        "dominant seventh",
        "diminished",
        "half-diminished",
        "diminished seventh",
    )


def find_cadences(notes: NoteTable, chords: list[Chord]) -> list[Cadence]:
    """The cadences of a piece in time, at least three beats apart, its last chord always among them.

    The likeliest set of phrase ends, each with its own evidence and a prior for the length of the phrase before it.
    """
    if not chords:
        return []
    beats, inputs = cadence_inputs(notes, chords)
    if not len(beats):
        return []
    evidence = inputs @ WEIGHTS + BIAS
    shy = max(0.0, -float(np.quantile(evidence, 1 - RAREST)))
    evidence = evidence + shy
    odds = 1 / (1 + np.exp(-evidence))
    units = np.array([notes.bars.beat_length(i) for i in range(len(notes.bars))])[notes.bars.index(beats)]
    chosen = _phrase_ends(beats, units, evidence, chords[-1].start)
    out = []
    for i in chosen:
        beat = float(beats[i])
        chord = _chord_at(chords, beat) or chords[-1]
        before = _chord_before(chords, chord)
        kind = _kind(notes, before, chord, beat)
        if shy and kind == "other" and i != chosen[-1]:
            continue
        numerals = (before.numeral if before is not None else "", chord.numeral)
        lasts = max((float(notes.end[n]) for n in notes.sounding(beat)), default=chord.end)
        out.append(
            Cadence(
                beat,
                lasts,
                int(notes.bars.numbers(beat)),
                round(notes.bars.beat_in_bar(beat), 3),
                kind,
                chord.key,
                numerals,
                round(float(odds[i]), 3),
            )
        )
    return out


def _phrase_ends(beats: np.ndarray, units: np.ndarray, evidence: np.ndarray, last_chord: float) -> list[int]:
    """Indices of the best set of ends (dynamic programming), the last one in the last chord."""
    best = np.where(beats >= SHORTEST * units - 1e-6, evidence, evidence - 20.0)
    came = np.full(len(beats), -1)
    for i in range(len(beats)):
        for j in range(i - 1, -1, -1):
            gap = round((beats[i] - beats[j]) / units[i])
            if gap > LONGEST:
                break
            value = best[j] + evidence[i] + PHRASE_BEATS.get(gap, OTHER_LENGTH)
            if gap >= SHORTEST and value > best[i]:
                best[i], came[i] = value, j
    late = np.flatnonzero(beats >= min(last_chord, float(beats[-1])) - 1e-6)
    at = int(late[np.argmax(best[late])])
    chosen = []
    while at >= 0:
        chosen.append(at)
        at = int(came[at])
    return chosen[::-1]


def _kind(notes: NoteTable, before: Chord | None, chord: Chord, beat: float) -> str:
    degree = (chord.root - chord.key) % 12
    minor = chord.key >= 12
    if before is None:
        return "other"
    from_dominant = (before.root - chord.key) % 12 in (7, 11) and 4 in {
        (t + before.root - chord.key - 7) % 12 for t in KINDS[before.kind][0]
    }
    if degree == 0 and chord.inversion in (0, -1) and from_dominant:
        sounding = notes.sounding(beat)
        top_is_tonic = bool(len(sounding)) and (int(notes.pitch[sounding[-1]]) - chord.key) % 12 == 0
        from_root = (before.root - chord.key) % 12 == 7 and before.inversion == 0
        return "perfect authentic" if top_is_tonic and from_root and chord.inversion == 0 else "imperfect authentic"
    if degree == 0 and from_dominant:
        return "imperfect authentic"
    if degree == 0 and (before.root - chord.key) % 12 == 5:
        return "plagal"
    if degree == 7 and chord.kind in ("major", "dominant seventh"):
        falls = (before.bass - chord.bass) % 12 == 1
        return "Phrygian half" if minor and falls and before.inversion == 1 else "half"
    if from_dominant and degree in (9, 8, 5):
        return "deceptive"
    return "other"
