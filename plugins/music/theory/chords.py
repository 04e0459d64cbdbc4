"""Chords, and what they are called: letters, and Roman numerals in the key of the moment.

Each half beat is compared with 108 chords (12 roots, 9 kinds): tones of the chord that sound count for it, others
against it, tones on the beat and in the bass more; the likeliest path pays for each change, more off the beat (a
Viterbi path, as in Raphael and Stoddard 2004, with weights chosen on 18 analysed chorales, two thirds to tune and one
third to judge). Passing tones thus do not become chords.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from .intervals import MAJOR_SCALE, MINOR_SCALE
from .key_finding import KEY_NAMES, KeyEstimate, KeySpan, find_key, key_at, keys_over_time
from .note_table import NoteTable

__all__ = ["KINDS", "Chord", "find_chords", "key_functions", "note_names", "read_harmony", "spell"]

KINDS: dict[str, tuple[tuple[int, ...], str, float]] = {
    "major": ((0, 4, 7), "", 0.0),
    "minor": ((0, 3, 7), "m", 0.0),
    "diminished": ((0, 3, 6), "dim", -0.19),
    "augmented": ((0, 4, 8), "aug", -0.26),
    "dominant seventh": ((0, 4, 7, 10), "7", -0.09),
    "minor seventh": ((0, 3, 7, 10), "m7", -0.16),
    "major seventh": ((0, 4, 7, 11), "maj7", -0.32),
    "half-diminished": ((0, 3, 6, 10), "m7b5", -0.16),
    "diminished seventh": ((0, 3, 6, 9), "dim7", -0.43),
}
"""Kinds of chords: intervals above the root, suffix of the letter name, evidence against them to begin with."""

_NAMES = list(KINDS)
_TABLE = np.zeros((12 * len(KINDS), 12))
_ROOT = np.zeros(len(_TABLE), int)
_KIND = np.zeros(len(_TABLE), int)
_PRIOR = np.zeros(len(_TABLE))
for _i, (_intervals, _, _prior) in enumerate(KINDS.values()):
    for _tonic in range(12):
        _row = 12 * _i + _tonic
        _TABLE[_row, [(_tonic + step) % 12 for step in _intervals]] = 1
        _ROOT[_row], _KIND[_row], _PRIOR[_row] = _tonic, _i, _prior

FOREIGN = 0.48
MISSING = 0.38
BASS_IS_ROOT, BASS_IS_OTHER, BASS_IS_FOREIGN = 0.16, 0.04, -0.08
CHANGE_ON_BEAT, CHANGE_OFF_BEAT = 0.235, 0.96
IN_KEY = 0.10

OUTSIDE = -0.8
_SIMPLE = {
    "major": "M",
    "major seventh": "M",
    "augmented": "+",
    "minor": "m",
    "minor seventh": "m",
    "dominant seventh": "7",
    "diminished": "o",
    "half-diminished": "o",
    "diminished seventh": "o",
}
_SERVICE: tuple[dict[tuple[int, str], float], ...] = (
    {
        (0, "M"): 1.0,
        (7, "M"): 0.9,
        (7, "7"): 1.3,
        (5, "M"): 0.6,
        (2, "m"): 0.6,
        (9, "m"): 0.4,
        (4, "m"): 0.1,
        (11, "o"): 1.0,
        (2, "7"): 0.0,
        (2, "M"): -0.2,
        (0, "7"): 0.0,
    },
    {
        (0, "m"): 1.0,
        (7, "M"): 0.9,
        (7, "7"): 1.3,
        (5, "m"): 0.6,
        (2, "o"): 0.7,
        (8, "M"): 0.4,
        (3, "M"): 0.3,
        (10, "M"): 0.2,
        (7, "m"): 0.0,
        (11, "o"): 1.0,
        (5, "M"): -0.1,
        (0, "M"): 0.2,
    },
)
"""How well a chord (steps above the tonic, kind) serves a key, major then minor."""

DEGREES = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
DEGREES_MINOR = ("I", "bII", "II", "III", "#III", "IV", "#IV", "V", "VI", "#VI", "VII", "#VII")
_FIFTHS = ("F", "C", "G", "D", "A", "E", "B")
_FIGURES = {3: ("", "6", "64"), 4: ("7", "65", "43", "42")}


@dataclass(frozen=True)
class Chord:
    """A chord: start and end in quarters, root and bass (pitch classes), kind (a key of `KINDS`), inversion (0 = root
    in the bass, -1 = the bass is foreign),
    key (number) and Roman numeral in it, name ("D7/F#"), applied: the degree that it is the dominant of, or "".
    """

    start: float
    end: float
    root: int
    kind: str
    bass: int
    inversion: int
    key: int
    numeral: str
    name: str
    applied: str = ""

    @property
    def degree(self) -> str:
        """The numeral without figures: "V", "ii", "viio"."""
        return self.numeral.split("/")[0].rstrip("0123456789")


def spell(place: int) -> str:
    """The name of a place on the line of fifths, 0 being C: -1 is F, 6 is F#, -2 is Bb."""
    sharps, step = divmod(place + 1, 7)
    return _FIFTHS[step] + ("#" * sharps if sharps > 0 else "b" * -sharps)


@lru_cache(maxsize=24)
def note_names(key: int) -> tuple[str, ...]:
    """Letters of the twelve pitch classes in a key: from its lowered second to its raised fourth on the line of fifths."""
    tonic = next(p for p in range(-7, 12) if spell(p) == KEY_NAMES[key].split()[0])
    return tuple(
        spell(next(p for p in range(tonic - 5, tonic + 7) if p * 7 % 12 == pitch_class)) for pitch_class in range(12)
    )


def chord_tone_name(root: str, interval: int) -> str:
    """The letter of a chord tone `interval` semitones above a root: a third is two letters on, a fifth four, a seventh
    six.
    """
    letters = "CDEFGAB"
    generic = {0: 0, 3: 2, 4: 2, 6: 4, 7: 4, 8: 4, 9: 6, 10: 6, 11: 6}[interval]
    natural = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    letter = letters[(letters.index(root[0]) + generic) % 7]
    pitch = natural[root[0]] + root.count("#") - root[1:].count("b") + interval
    shift = (pitch - natural[letter] + 6) % 12 - 6
    return letter + ("#" * shift if shift > 0 else "b" * -shift)


def read_harmony(notes: NoteTable, home: KeyEstimate | None = None) -> tuple[list[KeySpan], list[Chord]]:
    """(keys over time, chords): keys from the notes, chords in them, then keys again from what the chords do, and their
    numerals.
    """
    home = home or find_key(notes)
    keys = keys_over_time(notes, home)
    chords = find_chords(notes, keys)
    if chords:
        keys = keys_over_time(notes, home, key_functions(notes, chords))
        chords = find_chords(notes, keys)
    return keys, chords


def find_chords(notes: NoteTable, keys: list[KeySpan]) -> list[Chord]:
    """The chords of a piece in time, rests left out. keys: the keys over time, for the numerals."""
    if not len(notes.pitched) or not keys:
        return []
    edges, strong = _grid(notes)
    bass = _bass(notes, edges) % 12
    evidence, sounds = _evidence(notes, edges, keys)
    path = _path(evidence, strong)
    spans: list[tuple[int, int]] = []
    for i in range(len(path)):
        if not sounds[i]:
            continue
        start = spans[-1][0] if spans else 0
        arrives = (
            strong[i] and bass[i] == _ROOT[path[i]] != bass[start]
        )  # an inversion that the bass turns into root position on a beat
        if (
            spans
            and spans[-1][1] == i
            and path[i] == path[start]
            and not arrives
            and key_at(keys, edges[i]) == key_at(keys, edges[start])
        ):
            spans[-1] = (spans[-1][0], i + 1)
        else:
            spans.append((i, i + 1))
    rough = [_chord(notes, float(edges[a]), float(edges[b]), int(path[a]), keys) for a, b in spans]
    return _applied(rough)


def key_functions(notes: NoteTable, chords: list[Chord]) -> np.ndarray:
    """How well the chord on each beat serves each of the 24 keys: shape (beats, 24), 0 where no chord is."""
    beats = notes.beats
    out = np.zeros((len(beats), 24))
    at = 0
    for i, beat in enumerate(beats):
        while at < len(chords) - 1 and chords[at].end <= beat + 1e-6:
            at += 1
        if chords and chords[at].end > beat + 1e-6:
            for mode, table in enumerate(_SERVICE):
                for tonic in range(12):
                    out[i, 12 * mode + tonic] = table.get(
                        ((chords[at].root - tonic) % 12, _SIMPLE[chords[at].kind]), OUTSIDE
                    )
    return out


def _grid(notes: NoteTable) -> tuple[np.ndarray, np.ndarray]:
    """(edges of half beats in quarters, whether each begins on a beat)."""
    points, strong = [], []
    for i, (start, length) in enumerate(zip(notes.bars.start, notes.bars.length, strict=True)):
        step = notes.bars.beat_length(i) / (3 if notes.bars.beat_length(i) in (0.75, 1.5, 3.0) else 2)
        offsets = np.arange(0, length - 1e-6, step)
        points.append(start + offsets)
        strong.append(np.abs(offsets / notes.bars.beat_length(i) - np.rint(offsets / notes.bars.beat_length(i))) < 1e-6)
    edges, flags = np.concatenate(points), np.concatenate(strong)
    inside = edges < notes.length - 1e-6
    return np.append(edges[inside], notes.length), flags[inside]


def _bass(notes: NoteTable, edges: np.ndarray) -> np.ndarray:
    """The lowest pitch that sounds at the start of each half beat (or first within it); -1 where none does."""
    lowest = np.full(len(edges) - 1, 999)
    some = notes.pitched
    first = np.searchsorted(edges, notes.onset[some] + 1e-6, side="right") - 1
    last = np.searchsorted(edges, notes.end[some] - 1e-6, side="left") - 1
    begins = np.abs(notes.onset[some] - edges[np.clip(first, 0, len(edges) - 1)]) < 1e-6
    for step in range(int((last - first).max()) + 1):
        place = first + step
        live = (place <= last) & (place >= 0) & (place < len(lowest)) & (begins | (step > 0))
        np.minimum.at(lowest, place[live], notes.pitch[some][live])
    for offset in np.flatnonzero(lowest == 999):
        late = some[(first == offset) & ~begins]
        lowest[offset] = notes.pitch[late].min() if len(late) else -1
    return lowest


def _evidence(notes: NoteTable, edges: np.ndarray, keys: list[KeySpan]) -> tuple[np.ndarray, np.ndarray]:
    """(evidence of shape (half beats, chords), whether anything sounds)."""
    weights = notes.weights(edges)
    some = notes.pitched
    place = np.searchsorted(edges, notes.onset[some] + 1e-6, side="right") - 1
    on_edge = np.abs(notes.onset[some] - edges[place]) < 1e-6
    np.add.at(
        weights,
        (place[on_edge], notes.pitch[some][on_edge] % 12),
        0.2 * np.minimum(notes.end - notes.onset, 1.0)[some][on_edge],
    )
    total = weights.sum(1, keepdims=True)
    share = weights / np.maximum(total, 1e-9)
    has = np.minimum(share * 8, 1)
    size = _TABLE.sum(1)
    inside = share @ _TABLE.T
    missing = 1 - has @ _TABLE.T / size
    evidence = inside - FOREIGN * (1 - inside) - MISSING * missing * size + _PRIOR
    bass = _bass(notes, edges) % 12
    root_in_bass = bass[:, None] == _ROOT[None]
    chord_tone = _TABLE.T[bass] > 0
    evidence += np.where(root_in_bass, BASS_IS_ROOT, np.where(chord_tone, BASS_IS_OTHER, BASS_IS_FOREIGN))
    scales = np.array([_scale(number) for number in range(24)])
    diatonic = (_TABLE @ (1 - scales).T < 0.5).T
    at = np.array([key_at(keys, float(e)) for e in edges[:-1]])
    evidence += IN_KEY * diatonic[at]
    sounds = total[:, 0] > 1e-9
    evidence[~sounds] = 0
    return evidence, sounds


def _scale(number: int) -> np.ndarray:
    """The tones of a key as a mask: major, or harmonic and natural minor together."""
    steps = MAJOR_SCALE if number < 12 else (*MINOR_SCALE, 11)
    mask = np.zeros(12)
    mask[[(number + s) % 12 for s in steps]] = 1
    return mask


def _path(evidence: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """The likeliest path: staying is free, changing costs less on the beat."""
    best = evidence[0].copy()
    came = np.zeros(evidence.shape, int)
    for i in range(1, len(evidence)):
        jump = int(best.argmax())
        cost = best[jump] - (CHANGE_ON_BEAT if strong[i] else CHANGE_OFF_BEAT)
        stay = best >= cost
        came[i] = np.where(stay, np.arange(len(best)), jump)
        best = np.where(stay, best, cost) + evidence[i]
    path = [int(best.argmax())]
    for i in range(len(evidence) - 1, 0, -1):
        path.append(int(came[i, path[-1]]))
    return np.array(path[::-1])


def _chord(notes: NoteTable, start: float, end: float, which: int, keys: list[KeySpan]) -> Chord:
    root, kind = int(_ROOT[which]), _NAMES[int(_KIND[which])]
    tones = KINDS[kind][0]
    sounding = notes.sounding(start)
    if not len(sounding):
        sounding = notes.pitched[
            (notes.onset[notes.pitched] >= start - 1e-6) & (notes.onset[notes.pitched] < end - 1e-6)
        ]
        sounding = sounding[np.argsort(notes.pitch[sounding], kind="stable")]
    bass = int(notes.pitch[sounding[0]]) % 12 if len(sounding) else root
    interval = (bass - root) % 12
    inversion = tones.index(interval) if interval in tones else -1
    key = key_at(keys, start)
    letters = note_names(key)
    below = chord_tone_name(letters[root], interval) if inversion > 0 else letters[bass]
    name = letters[root] + KINDS[kind][1] + ("" if bass == root else f"/{below}")
    return Chord(start, end, root, kind, bass, inversion, key, _numeral(root, kind, inversion, key), name)


def _numeral(root: int, kind: str, inversion: int, key: int) -> str:
    degree = (DEGREES_MINOR if key >= 12 else DEGREES)[(root - key) % 12]
    minor = kind in ("minor", "diminished", "minor seventh", "half-diminished", "diminished seventh")
    if minor:
        degree = degree.replace("I", "i").replace("V", "v")
        if (key >= 12 and degree == "#vii" and "diminished" in kind) or (
            key >= 12 and degree == "#vi" and "diminished" in kind
        ):
            degree = degree[1:]
    mark = {
        "diminished": "o",
        "diminished seventh": "o",
        "half-diminished": "\u00f8",
        "augmented": "+",
        "major seventh": "maj",
    }.get(kind, "")
    size = len(KINDS[kind][0])
    figure = _FIGURES[size][max(inversion, 0)]
    return degree + mark + figure


def _applied(chords: list[Chord]) -> list[Chord]:
    """Name dominants of other degrees: a chromatic dominant that goes where it leads becomes V/x or viio/x."""
    out = list(chords)
    for i, chord in enumerate(chords[:-1]):
        target = chords[i + 1]
        leads = (
            (chord.root + 5) % 12
            if chord.kind in ("major", "dominant seventh")
            else (chord.root + 1) % 12
            if "diminished" in chord.kind
            else -1
        )
        if leads != target.root or target.kind not in (
            "major",
            "minor",
            "dominant seventh",
            "minor seventh",
            "major seventh",
        ):
            continue
        tones = {(chord.root + s) % 12 for s in KINDS[chord.kind][0]}
        scale = _scale(chord.key)
        if leads == chord.key % 12 or all(scale[t] for t in tones):
            continue
        degree = (DEGREES_MINOR if chord.key >= 12 else DEGREES)[(leads - chord.key) % 12]
        if target.kind in ("minor", "minor seventh"):
            degree = degree.replace("I", "i").replace("V", "v")
        figures = _FIGURES[len(KINDS[chord.kind][0])][max(chord.inversion, 0)]
        own = (
            "V"
            if chord.kind in ("major", "dominant seventh")
            else "vii\u00f8"
            if chord.kind == "half-diminished"
            else "viio"
        )
        out[i] = replace(chord, numeral=f"{own}{figures}/{degree}", applied=degree)
    return out
