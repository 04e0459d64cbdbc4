"""Textures: how an accompaniment plays its chords, by name, in any metre.

Chords are voiced so that the voices of the right hand move as little as they can; the bass takes the root in the octave
nearest to where it was, within the left hand's compass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from ..theory.score import TICKS, Note
from .harmony import Harmony

__all__ = ["TEXTURES", "accompany"]

_BASS_LOW, _BASS_HIGH = 36, 52
_UPPER_LOW, _UPPER_HIGH = 53, 71
_EIGHTH = TICKS // 2

Voicing = tuple[int, ...]
Hands = tuple[list[Note], list[Note]]


def accompany(
    chords: Sequence[Harmony], texture: str, *, beat: int, bar: int, below: Sequence[Note] = ()
) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """(right hand, left hand) for chords in time. texture: a name of `TEXTURES`; beat, bar: ticks; below: a melody that
    the right hand keeps under while it sounds.
    """
    pattern = TEXTURES[texture]
    right: list[Note] = []
    left: list[Note] = []
    upper: Voicing = ()
    bass = 43
    for chord in chords:
        top = min([_UPPER_HIGH, *(n.pitch - 1 for n in below if n.onset < chord.end and n.end > chord.start)])
        upper = _voice(chord, upper, max(top, _UPPER_LOW + 12))
        bass = _bass(chord.root, bass)
        one, two = pattern(chord, upper, bass, beat, bar)
        right += one
        left += two
    return tuple(right), tuple(left)


def _voice(chord: Harmony, before: Voicing, top: int) -> Voicing:
    """Three notes of a chord, close together, that lie nearest to those before."""
    tones = chord.tones if len(chord.tones) == 3 else (chord.tones[1], chord.tones[2], chord.tones[3])
    classes = [(chord.root + t) % 12 for t in tones]
    spots = [[p for p in range(_UPPER_LOW, top + 1) if p % 12 == c] for c in classes]
    found = [tuple(sorted(v)) for v in product(*spots) if max(v) - min(v) <= 12]
    if not before:
        return min(found, key=lambda v: abs(sum(v) / 3 - 61))
    return min(found, key=lambda v: (sum(abs(a - b) for a, b in zip(v, before, strict=True)), abs(sum(v) / 3 - 61)))


def _bass(root: int, before: int) -> int:
    spots = [p for p in range(_BASS_LOW, _BASS_HIGH + 1) if p % 12 == root]
    return min(spots, key=lambda p: abs(p - before) + 0.5 * abs(p - 43))


def _chord(pitches: Sequence[int], onset: int, length: int) -> list[Note]:
    return [Note(onset, length, p) for p in pitches]


def _block(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
    length = chord.end - chord.start
    return _chord(upper, chord.start, length), [Note(chord.start, length, bass)]


def _repeated(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
    right = [n for at in range(chord.start, chord.end, beat) for n in _chord(upper, at, min(beat, chord.end - at))]
    return right, [Note(chord.start, chord.end - chord.start, bass)]


def _oom_pah(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
    right: list[Note] = []
    left: list[Note] = []
    for i, at in enumerate(range(chord.start, chord.end, beat)):
        length = min(beat, chord.end - at)
        strong = i == 0 or (bar // beat == 4 and i % 2 == 0)
        if strong:
            fifth = i and bass + 7 <= _BASS_HIGH
            left.append(Note(at, length, bass + 7 if fifth else bass))
        else:
            right += _chord(upper, at, length)
    return right, left


def _broken(order: Sequence[int]) -> Callable[[Harmony, Voicing, int, int, int], Hands]:
    """Single notes of the chord in an order, an eighth each: 0 the lowest of the right hand's three."""

    def pattern(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
        places = range(chord.start, chord.end, _EIGHTH)
        right = [
            Note(at, min(_EIGHTH, chord.end - at), upper[order[i % len(order)]])
            for i, at in enumerate(places)
            if order[i % len(order)] >= 0
        ]
        return right, [Note(chord.start, chord.end - chord.start, bass)]

    return pattern


def _arpeggio(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
    """Up from the bass through both hands and back."""
    fifth = bass + 7 if (bass + 7 - chord.root) % 12 in {t % 12 for t in chord.tones} else bass + 12
    steps = tuple(dict.fromkeys((bass, fifth, *upper)))
    steps = (*steps, *steps[-2:1:-1])
    right: list[Note] = []
    left: list[Note] = []
    for i, at in enumerate(range(chord.start, chord.end, _EIGHTH)):
        pitch = steps[i % len(steps)]
        length = min(_EIGHTH, chord.end - at)
        (left if pitch < _UPPER_LOW else right).append(Note(at, length, pitch))
    return right, left


def _strum(chord: Harmony, upper: Voicing, bass: int, beat: int, bar: int) -> Hands:
    """Down on the beat, down and up between: a quarter, then eighths."""
    right: list[Note] = []
    for i, at in enumerate(range(chord.start, chord.end, beat)):
        half = beat // 2 if i % 2 else beat
        right += [n for t in range(at, min(at + beat, chord.end), half) for n in _chord(upper, t, half)]
    return right, [Note(chord.start, chord.end - chord.start, bass)]


TEXTURES: dict[str, Callable[[Harmony, Voicing, int, int, int], Hands]] = {
    "block": _block,
    "repeated": _repeated,
    "oom-pah": _oom_pah,
    "alberti": _broken((0, 2, 1, 2)),
    "broken": _broken((0, 1, 2, 1)),
    "arpeggio": _arpeggio,
    "strum": _strum,
}
"""Textures by name: held chords, chords on each beat, bass and chord in turn, and chords broken in eighths."""
