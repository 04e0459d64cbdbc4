"""Keys: of a piece, with how sure it is, and over time.

Profiles are those that Krumhansl and Kessler (1982) measured with listeners. The evidence for a key is the correlation
of its profile with how long each
pitch class sounds; over a piece the last bass note and the file's own signature add to it (weights below, chosen on
chorales). Probabilities are a softmax of the evidence, with a temperature at which they are right as often as they say.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .note_table import NoteTable

__all__ = [
    "KEY_NAMES",
    "KeyEstimate",
    "KeySpan",
    "correlations",
    "decide",
    "find_key",
    "key_at",
    "key_name",
    "keys_over_time",
    "profile",
    "shortfall",
]

_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_ROLLED = np.array([np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)])
_STANDARD = (_ROLLED - _ROLLED.mean(1, keepdims=True)) / _ROLLED.std(1, keepdims=True)

KEY_NAMES = (
    *(f"{n} major" for n in ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")),
    *(f"{n} minor" for n in ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")),
)
"""Names of the 24 keys in pretty_midi's numbering: 0-11 major, 12-23 minor."""

TEMPERATURE = 0.09
LAST_BASS, LAST_OF_LINE = 0.25, 0.1
SIGNATURE, RELATIVE_SIGNATURE = 0.3, 0.22
"""Evidence of the last bass note (of a single line: its last note, which tells less), and of the file's signature
for its major or minor key and the relative one. A signature of C counts half: programs write it where nobody chose one."""
HOME = 0.035
FUNCTION = 0.79
WINDOW_BEATS = 6
STAY = 1.29
"""Evidence that a modulation has to outweigh, per step of the circle of fifths and for the mode: keys change seldom."""


@dataclass(frozen=True)
class KeyEstimate:
    """A key: number (0-11 major, 12-23 minor), probability in [0, 1] among the 24, the next likely one and its
    probability.
    """

    number: int
    probability: float
    second: int
    second_probability: float

    @property
    def tonic(self) -> int:
        """Pitch class of the tonic."""
        return self.number % 12

    @property
    def is_minor(self) -> bool:
        """Whether the mode is minor."""
        return self.number >= 12

    @property
    def name(self) -> str:
        """As in "B minor"."""
        return KEY_NAMES[self.number]


@dataclass(frozen=True)
class KeySpan:
    """A stretch in one key: start and end in quarters, key number, mean probability."""

    start: float
    end: float
    number: int
    probability: float

    @property
    def name(self) -> str:
        """As in "B minor"."""
        return KEY_NAMES[self.number]


def key_name(number: int, language: str = "en") -> str:
    """The name of a key; in Chinese as in "降B大调"."""
    if language != "zh":
        return KEY_NAMES[number]
    letter, mode = KEY_NAMES[number].split()
    sign = "降" if letter.endswith("b") else "升" if letter.endswith("#") else ""
    return sign + letter[0] + ("大调" if mode == "major" else "小调")


def key_at(keys: Sequence[KeySpan], position: float) -> int:
    """The number of the key at a position in quarters: of the last stretch beyond its end, 0 where there is none."""
    return next((span.number for span in keys if position < span.end - 1e-6), keys[-1].number if keys else 0)


def profile(number: int) -> np.ndarray:
    """How well each pitch class fits a key, (12,): Krumhansl and Kessler's ratings in standard deviations about their
    mean.
    """
    return np.asarray(_STANDARD[number])


def shortfall(weights: np.ndarray, number: int, lead: float = 0.0) -> float:
    """How much the correlation of pitch class weights, (12,), with a key falls short of `lead` above that with every
    other key; 0 where it doesn't.
    """
    found = correlations(weights)
    return float(max(0.0, np.delete(found, number).max() + lead - found[number]))


def correlations(weights: np.ndarray) -> np.ndarray:
    """Pearson's correlation of pitch class weights, shape (..., 12), with the 24 profiles: shape (..., 24); 0 where
    nothing sounds.
    """
    centred = weights - weights.mean(-1, keepdims=True)
    spread = centred.std(-1, keepdims=True)
    return np.where(spread > 1e-12, centred / np.maximum(spread, 1e-12), 0.0) @ _STANDARD.T / 12


def find_key(notes: NoteTable) -> KeyEstimate | None:
    """The key of a piece as a whole; None if it has no pitched note."""
    if not len(notes.pitched):
        return None
    weights = notes.weights(np.array([0.0, notes.length]))[0]
    evidence = correlations(weights)
    last = notes.sounding(float(notes.end[notes.pitched].max()) - 0.01)
    if len(last):
        bass = int(notes.pitch[last[0]]) % 12
        evidence[[bass, bass + 12]] += LAST_BASS if notes.voices > 1 else LAST_OF_LINE
    if notes.keys and notes.keys[0][0] == 0:
        signature = notes.keys[0][1]
        relative = (signature + 9) % 12 + 12 if signature < 12 else (signature + 3) % 12
        trust = 0.5 if signature == 0 else 1.0
        evidence[signature] += trust * SIGNATURE
        evidence[relative] += trust * RELATIVE_SIGNATURE
    return decide(evidence)


def decide(evidence: np.ndarray) -> KeyEstimate:
    """The likeliest key and the next, from evidence of shape (24,)."""
    odds = np.exp((evidence - evidence.max()) / TEMPERATURE)
    odds /= odds.sum()
    first, second = (int(i) for i in np.argsort(-odds, kind="stable")[:2])
    return KeyEstimate(first, float(odds[first]), second, float(odds[second]))


def _distances() -> np.ndarray:
    """How far keys are from each other: steps on the circle of fifths between their signatures, and one for a change of
    mode.
    """
    signature = [(t * 7 + 6) % 12 for t in range(12)] + [((t + 3) * 7 + 6) % 12 for t in range(12)]
    fifths = np.abs(np.subtract.outer(signature, signature))
    mode = np.arange(24) >= 12
    return np.minimum(fifths, 12 - fifths) + (mode[:, None] != mode[None])


def keys_over_time(
    notes: NoteTable, home: KeyEstimate | None = None, functions: np.ndarray | None = None
) -> list[KeySpan]:
    """Stretches of one key each, found beat by beat: the likeliest path through the keys, windows of some beats, change
    having its price.

    home: the key of the piece, a little likelier everywhere. functions: how well the chord on each beat serves each
    key, shape (beats, 24),
    where chords are known already. Stretches that are shorter than two beats join the one before.
    """
    home = home or find_key(notes)
    if home is None:
        return []
    beats = np.append(notes.beats, notes.length)
    weights = notes.weights(beats)
    kernel = np.hanning(WINDOW_BEATS + 3)[1:-1]
    smooth = (
        np.apply_along_axis(np.convolve, 0, weights, kernel, "same")
        if len(weights) >= len(kernel)
        else np.repeat(weights.sum(0)[None], len(weights), 0)
    )
    evidence = correlations(smooth)
    evidence[:, home.number] += HOME
    if functions is not None:
        evidence = evidence + FUNCTION * functions[: len(evidence)]
    change = STAY * (0.6 + 0.4 * _distances())
    np.fill_diagonal(change, 0.0)
    best = evidence[0].copy()
    best[home.number] += 0.3
    came = np.zeros((len(evidence), 24), int)
    for i in range(1, len(evidence)):
        ways = best[:, None] - change
        came[i] = ways.argmax(0)
        best = ways.max(0) + evidence[i]
    best[home.number] += 0.3
    path = [int(best.argmax())]
    for i in range(len(evidence) - 1, 0, -1):
        path.append(int(came[i, path[-1]]))
    path.reverse()
    odds = np.exp(evidence / TEMPERATURE)
    odds /= odds.sum(1, keepdims=True)
    return _spans(np.array(path), odds, beats)


def _spans(path: np.ndarray, odds: np.ndarray, beats: np.ndarray) -> list[KeySpan]:
    cuts = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    spans: list[KeySpan] = []
    for first, last in itertools.pairwise(cuts):
        number = int(path[first])
        probability = float(odds[first:last, number].mean())
        if spans and (last - first < 2 or spans[-1].number == number):
            before = spans.pop()
            spans.append(KeySpan(before.start, float(beats[last]), before.number, before.probability))
        else:
            spans.append(KeySpan(float(beats[first]), float(beats[last]), number, probability))
    return spans
