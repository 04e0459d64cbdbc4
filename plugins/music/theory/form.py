"""Form: phrases, which of them come back, and how alike all bars are.

Phrases end at cadences, or after four bars where there are none. Two phrases are compared by their highest line as
(interval, length) pairs with an
edit distance, so a phrase that returns in another key is known again; letters follow the usual way (A A' B).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from .cadences import Cadence
from .note_table import NoteTable

__all__ = ["Phrase", "bar_similarity", "find_phrases"]

SAME, ALIKE = 0.88, 0.6


@dataclass(frozen=True)
class Phrase:
    """A phrase: start and end in quarters, first and last printed bar, letter ("A", "A'", "B")."""

    start: float
    end: float
    first_bar: int
    last_bar: int
    letter: str


def bar_similarity(notes: NoteTable) -> np.ndarray:
    """How alike the bars are: cosine of what sounds (pitch classes) and when notes begin; float64 of shape (bars,
    bars), 1 on the diagonal.
    """
    bars = notes.bars
    inside = bars.start < notes.length - 1e-6
    edges = np.append(bars.start[inside], notes.length)
    sound = notes.weights(edges)
    slots = 16
    index = bars.index(notes.onset)
    rhythm = np.zeros((len(sound), slots))
    place = np.minimum(((notes.onset - bars.start[index]) / bars.length[index] * slots).astype(int), slots - 1)
    np.add.at(rhythm, (index, place), 1)
    vectors = np.hstack(
        [
            sound / np.maximum(np.linalg.norm(sound, axis=1, keepdims=True), 1e-9),
            0.6 * rhythm / np.maximum(np.linalg.norm(rhythm, axis=1, keepdims=True), 1e-9),
        ]
    )
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    out = (vectors / norms) @ (vectors / norms).T
    np.fill_diagonal(out, 1.0)
    return out


def find_phrases(notes: NoteTable, cadences: list[Cadence]) -> list[Phrase]:
    """The phrases of a piece with their letters, in time; at most 200 are compared."""
    if not len(notes.pitched):
        return []
    cuts = [0.0, *(c.end for c in cadences if c.end < notes.length - 0.5), notes.length]
    edges: list[float] = [0.0]
    longest = 8 * float(np.median(notes.bars.length))
    for cut in cuts[1:]:
        while cut - edges[-1] > longest * 1.5:
            edges.append(edges[-1] + longest / 2)
        if cut > edges[-1] + 1e-6:
            edges.append(cut)
    top = _skyline(notes)
    spans = [(a, b) for a, b in itertools.pairwise(edges)][:200]
    tunes = [_tune(notes, top[(notes.onset[top] >= a - 1e-6) & (notes.onset[top] < b - 1e-6)]) for a, b in spans]
    letters: list[str] = []
    models: list[tuple[str, list[tuple[int, float]], int]] = []
    for tune in tunes:
        scores = [(_likeness(tune, model), i) for i, (_, model, _) in enumerate(models)]
        best, which = max(scores, default=(0.0, -1), key=lambda row: (row[0], -row[1]))
        if best >= SAME:
            letters.append(models[which][0])
        elif best >= ALIKE:
            name, model, primes = models[which]
            models[which] = (name, model, primes + 1)
            letters.append(name + "'" * min(primes + 1, 3))
        else:
            name = _letter(len(models))
            models.append((name, tune, 0))
            letters.append(name)
    return [
        Phrase(a, b, int(notes.bars.numbers(a)), int(notes.bars.numbers(b - 0.01)), letter)
        for (a, b), letter in zip(spans, letters, strict=True)
    ]


def _skyline(notes: NoteTable) -> np.ndarray:
    """Indices of the highest notes: at each onset the highest, where nothing higher is held; the melody as a listener
    takes it.
    """
    if notes.voices <= 1:
        return notes.line(0)
    some = notes.pitched
    _, first = np.unique(np.round(notes.onset[some], 4), return_index=True)
    highest = some[first]  # notes are sorted by onset, then from above
    out: list[int] = []
    for note in highest.tolist():
        if out and notes.end[out[-1]] > notes.onset[note] + 0.3 and notes.pitch[out[-1]] > notes.pitch[note]:
            continue
        out.append(note)
    return np.array(out, int)


def _letter(i: int) -> str:
    return chr(65 + i) if i < 26 else chr(65 + i // 26 - 1) + chr(65 + i % 26)


def _tune(notes: NoteTable, chosen: np.ndarray) -> list[tuple[int, float]]:
    """(interval from the note before, length) of a line; the first interval is 0."""
    pitch = notes.pitch[chosen]
    steps = np.diff(pitch, prepend=pitch[:1])
    lengths = np.round(notes.end[chosen] - notes.onset[chosen], 2)
    return [(int(s), float(n)) for s, n in zip(steps, lengths, strict=True)]


def _likeness(a: list[tuple[int, float]], b: list[tuple[int, float]]) -> float:
    """1 - edit distance per note: another interval costs 0.7, another length 0.3, a note more or less 1."""
    a, b = a[:64], b[:64]
    if not a or not b:
        return 0.0
    row = np.arange(len(b) + 1, dtype=float)
    steps_b, lengths_b = np.array([s for s, _ in b]), np.array([n for _, n in b])
    for step, length in a:
        change = row[:-1] + 0.7 * (steps_b != step) + 0.3 * (lengths_b != length)
        best = np.minimum(change, row[1:] + 1)
        new = np.concatenate([[row[0] + 1], best])
        new = np.minimum.accumulate(new - np.arange(len(new))) + np.arange(len(new))
        row = new
    return float(1 - row[-1] / max(len(a), len(b)))
