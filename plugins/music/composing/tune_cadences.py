"""What a given tune asks of a harmonisation: its mode, where its phrases end, and the chain of their cadences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..models.composer.cursor import Goal
from ..models.composer.style_facts import facts
from ..theory.chord_classes import triad
from ..theory.intervals import MAJOR_SCALE
from ..theory.key_finding import correlations
from ..theory.score import TICKS, Metre, Note, bar_at
from .rules import MINOR_FINALS

__all__ = ["find_tonic", "next_cadence", "phrase_ends", "tune_goals"]

_PRIOR = {0: 0.12, 9: 0.12, 2: 0.05, 7: 0.02, 4: 0.0, 5: 0.0}
"""Tonics in the empty signature (major, minor, Dorian, Mixolydian, Phrygian, Lydian), and what speaks for them unheard."""
_LAST, _LAST_THIRD, _LAST_FIFTH, _FIRST = 0.35, 0.12, 0.08, 0.08
"""Evidence of a last note that is tonic, third or fifth, and of a first strong note that is tonic or fifth."""
_SIZES = {2: 0.7, 3: 1.6, 4: 0.0, 5: 1.8, 6: 1.2, 8: 0.9}
"""Bars of a phrase, and what a size costs."""
_PICARDY = 0.5


def find_tonic(melody: Sequence[Note], shift: int) -> int:
    """Pitch class of the tonic where the signature of a tune is transposed to the empty one: 0 for major, 9 for minor, 2,
    4, 5 or 7 for the modes. shift: semitones to it.
    """
    weights = np.zeros(12)
    for n in melody:
        weights[(n.pitch + shift) % 12] += n.length
    heard, last, first = correlations(weights), (melody[-1].pitch + shift) % 12, (melody[0].pitch + shift) % 12

    def evidence(tonic: int) -> float:
        minor = tonic in MINOR_FINALS
        closes = {0: _LAST, 4 - minor: _LAST_THIRD, 7: _LAST_FIFTH}.get((last - tonic) % 12, -0.2)
        opens = _FIRST if (first - tonic) % 12 in (0, 7) else 0.0
        return float(heard[tonic + 12 * minor]) + _PRIOR[tonic] + closes + opens

    return max(_PRIOR, key=evidence)


def phrase_ends(melody: Sequence[Note], metres: tuple[Metre, ...]) -> list[tuple[int, int]]:
    """(start, end) of the last note of each phrase: marked ones, else those of the cheapest division into phrases that
    are as many bars as phrases usually are, and end on long notes, before rests, where a bar does.
    """
    final = (melody[-1].onset, melody[-1].end)
    marked = [(n.onset, n.end) for n in melody if n.phrase_end]
    if marked:
        return marked if marked[-1] == final else [*marked, final]
    usual = float(np.median([n.length for n in melody]))
    start, metre = bar_at(metres, melody[0].onset)
    upbeat = (melody[0].onset - start) % metre.bar
    costs = [_open(melody, i, usual, upbeat, metres) for i in range(len(melody))]
    best: list[tuple[float, int]] = [(0.0, -1)]
    for j in range(len(melody)):
        options = []
        for i in range(j + 1):
            bars = (melody[j].end - melody[i].onset) / metre.bar
            if bars > 8.6:
                continue
            size = min(_SIZES, key=lambda n: abs(n - bars))
            options.append((best[i][0] + _SIZES[size] + 2 * abs(size - bars) + costs[j], i))
        best.append(min(options, default=(1e9, j)))
    ends, at = [], len(melody)
    while at > 0:
        ends.append((melody[at - 1].onset, melody[at - 1].end))
        at = best[at][1]
    return ends[::-1]


def _open(melody: Sequence[Note], i: int, usual: float, upbeat: int, metres: tuple[Metre, ...]) -> float:
    """What it costs that a phrase ends on a note: short, off the beat, not where the bar (or its upbeat) ends."""
    n = melody[i]
    if i == len(melody) - 1:
        return 0.0
    start, metre = bar_at(metres, n.onset)
    rest = melody[i + 1].onset - n.end
    place = (melody[i + 1].onset - bar_at(metres, melody[i + 1].onset)[0]) % metre.bar
    cost = 1.0 - 0.9 * float(np.clip(np.log2((n.length + rest) / usual), -1, 1.5)) - 0.5 * (rest > 0)
    cost += 0.0 if place == upbeat else 0.6 if place == 0 else 1.5
    cost += 0.0 if n.length >= TICKS else 1.5
    return cost + (0.8 if (n.onset - start) % TICKS else 0.0)


def tune_goals(
    melody: Sequence[Note],
    metres: tuple[Metre, ...],
    shift: int,
    rng: np.random.Generator,
    *,
    cadences: bool,
) -> tuple[list[Goal], int]:
    """(phrase ends with their chords, class of the tonic triad that the piece is in).

    The chords follow one another as Bach's cadences do, each holds the note of the tune, the last is the tonic, reached
    through its dominant where the tune allows. cadences: whether phrase ends are bound to a dominant before them.
    """
    tonic = find_tonic(melody, shift)
    minor = tonic in MINOR_FINALS
    goals: list[Goal] = []
    previous = 0
    ends = phrase_ends(melody, metres)
    ends[-1] = (_last_close(melody, metres, ends[-1][0]), melody[-1].end)
    for start, stop in ends:
        top = (_at(melody, start).pitch + shift) % 12
        chord = _last(top, tonic, minor, rng) if stop == ends[-1][1] else next_cadence(previous, tonic, minor, rng, top)
        root = (chord - 1) // 2
        before = [n for n in melody if n.onset < start and n.end > start - TICKS]
        fits = any((n.pitch + shift - root) % 12 in _OVER_DOMINANT for n in before)
        dominant = cadences and start >= TICKS and fits
        goals.append(Goal(start, stop, chord, top + 1, dominant=dominant))
        previous = chord
    return goals, 1 + 2 * tonic + int(minor)


def _last_close(melody: Sequence[Note], metres: tuple[Metre, ...], start: int) -> int:
    """Where the close begins whose last note is at `start`: a last note that is said again, up to a bar and a half before, is
    one close.
    """
    metre = bar_at(metres, start)[1]
    first = start
    for note, following in zip(melody[-2:0:-1], melody[:1:-1], strict=False):
        if note.pitch != following.pitch or 2 * (start - note.onset) > 3 * metre.bar:
            break
        if note.onset == bar_at(metres, note.onset)[0]:
            first = note.onset
    return first


_OVER_DOMINANT = (2, 5, 7, 11)
"""Notes of a tune, above the root of a phrase's last chord, below which its dominant seventh may stand."""


def _at(melody: Sequence[Note], tick: int) -> Note:
    """The note of a melody that sounds at or before a tick."""
    return max((n for n in melody if n.onset <= tick), key=lambda n: n.onset, default=melody[0])


def _last(top: int, tonic: int, minor: bool, rng: np.random.Generator) -> int:
    """The tonic triad, in minor now and then with a major third; another triad only if the tune ends outside it."""
    thirds = [int(minor)] if not minor or rng.random() >= _PICARDY else [0, 1]
    for third in [*thirds, int(minor)]:
        chord = 1 + 2 * tonic + third
        if top in (triad(chord) or ()):
            return chord
    return next((c for c in _triads(tonic, minor) if top in (triad(c) or ())), 1 + 2 * tonic + int(minor))


def _triads(tonic: int, minor: bool) -> list[int]:
    """Triads of the white keys and the dominant with its leading tone, the nearest to the tonic first."""
    dominant = 1 + 2 * ((tonic + 7) % 12)
    found = [1 + 2 * tonic + int(minor), dominant]
    for degree in (5, 9, 8, 3, 4, 2, 10, 7):
        root = (tonic + degree) % 12
        for third, interval in ((0, 4), (1, 3)):
            if root in MAJOR_SCALE and {(root + interval) % 12, (root + 7) % 12} <= {*MAJOR_SCALE}:
                found.append(1 + 2 * root + third)
    return found


def next_cadence(previous: int, tonic: int, minor: bool, rng: np.random.Generator, top: int = -1) -> int:
    """A chord for a phrase end, as often as Bach's phrases end on it after one that ended on `previous` (0: the first).

    top: pitch class of the tune there, which the chord must hold; -1 for any.
    """
    table = facts()["bach"]["cadences"]["minor" if minor else "major"]
    moved = 2 * ((tonic - (9 if minor else 0)) % 12)
    known = _triads(tonic, minor)

    def home(chord: int) -> str:
        return str((chord - 1 - moved) % 24 + 1) if chord else "0"

    row, start = table.get(home(previous), {}), table["0"]
    options = [c for c in known if top < 0 or top in (triad(c) or ())] or known
    half = 1 + 2 * ((tonic + 7) % 12)
    weights = np.array(
        [
            (row.get(home(c), 0) / (sum(row.values()) or 1) + 0.3 * start.get(home(c), 0) / sum(start.values()) + 0.01)
            * (0.3 if c == previous == half else 1.0)
            * (3.0 if c == known[0] and not previous else 1.0)
            for c in options
        ]
    )
    weights = weights**1.5
    return options[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), side="right"))]
