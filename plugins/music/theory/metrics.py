"""The usual figures of symbolic music, by the definitions of MusPy (Dong, Chen, McAuley and Berg-Kirkpatrick, ISMIR
2020).

MusPy counts time steps; here positions are quarters and steps are 24ths of a quarter, its default resolution. Where
MusPy's words and its code differ, the words decide. Drums are left out, but for emptiness and groove.
"""

from __future__ import annotations

import itertools

import numpy as np

from .intervals import MAJOR_SCALE, MINOR_SCALE
from .note_table import NoteTable

__all__ = ["STEPS", "entropy", "set_metrics"]

STEPS = 24
"""Time steps a quarter."""


def set_metrics(notes: NoteTable) -> dict[str, float]:
    """The figures of a piece, each a plain number; 0 where there is nothing to count.

    pitch_range: semitones between the lowest and the highest pitch; n_pitches_used, n_pitch_classes_used;
    pitch_entropy, pitch_class_entropy: bits, over notes; scale_consistency: share of notes in the best of 24 scales;
    polyphony: mean number of pitches where any sounds; polyphony_rate: share of all steps where two or more sound;
    empty_beat_rate, empty_measure_rate; groove_consistency: 1 - mean share of steps that differ between the onsets of a
    bar and the next (bars of one length only).
    """
    pitch = notes.pitch[notes.pitched]
    counts = np.bincount(pitch, minlength=128) if len(pitch) else np.zeros(128)
    classes = np.array([counts[c::12].sum() for c in range(12)])
    sounding = _pitches_sounding(notes)
    return {
        "pitch_range": float(pitch.max() - pitch.min()) if len(pitch) else 0.0,
        "n_pitches_used": float(np.count_nonzero(counts)),
        "n_pitch_classes_used": float(np.count_nonzero(classes)),
        "pitch_entropy": entropy(counts),
        "pitch_class_entropy": entropy(classes),
        "scale_consistency": scale_consistency(classes),
        "polyphony": float(sounding[sounding > 0].mean()) if (sounding > 0).any() else 0.0,
        "polyphony_rate": float((sounding >= 2).mean()) if len(sounding) else 0.0,
        "empty_beat_rate": _empty_rate(notes, notes.bars.beats),
        "empty_measure_rate": _empty_rate(notes, notes.bars.start),
        "groove_consistency": groove_consistency(notes),
    }


def entropy(counts: np.ndarray) -> float:
    """Shannon entropy in bits of some counts."""
    total = counts.sum()
    share = counts[counts > 0] / total if total else np.zeros(0)
    return float(-(share * np.log2(share)).sum()) + 0.0


def scale_consistency(classes: np.ndarray) -> float:
    """The largest share of notes in a scale, over 12 major and 12 natural minor scales (which hold the same notes by
    pairs).
    """
    total = classes.sum()
    if not total:
        return 0.0
    return float(
        max(
            classes[[(root + step) % 12 for step in scale]].sum()
            for root in range(12)
            for scale in (MAJOR_SCALE, MINOR_SCALE)
        )
        / total
    )


def _pitches_sounding(notes: NoteTable) -> np.ndarray:
    """How many different pitches sound in each step, up to the end of the last note."""
    length = round(notes.length * STEPS)
    start = np.rint(notes.onset[notes.pitched] * STEPS).astype(int)
    end = np.rint(notes.end[notes.pitched] * STEPS).astype(int)
    total = np.zeros(length + 1, int)
    pitch = notes.pitch[notes.pitched]
    for value in np.unique(pitch):
        change = np.zeros(length + 1, int)
        mine = pitch == value
        np.add.at(change, start[mine], 1)
        np.add.at(change, end[mine], -1)
        total += np.cumsum(change) > 0
    return total[:length]


def _empty_rate(notes: NoteTable, edges: np.ndarray) -> float:
    """Share of the spans between `edges` (and the end) in which no note, drums included, sounds."""
    inside = edges[edges < notes.length - 1e-6]
    if not len(inside):
        return 0.0
    bounds = np.append(inside, np.inf)
    covered = np.zeros(len(inside) + 1, int)
    first = np.searchsorted(bounds, notes.onset + 1e-6, side="right") - 1
    last = np.searchsorted(bounds, notes.end - 1e-6, side="left") - 1
    np.add.at(covered, np.maximum(first, 0), 1)
    np.add.at(covered, np.minimum(last, len(inside) - 1) + 1, -1)
    return float((np.cumsum(covered)[: len(inside)] == 0).mean())


def groove_consistency(notes: NoteTable) -> float:
    """1 - mean Hamming distance between the onset patterns of neighbouring bars, per step; pairs of bars of different
    lengths are left out.
    """
    bars = notes.bars
    patterns = [np.zeros(max(1, round(n * STEPS)), bool) for n in bars.length]
    index = bars.index(notes.onset)
    for i, offset in zip(
        index.tolist(), np.rint((notes.onset - bars.start[index]) * STEPS).astype(int).tolist(), strict=True
    ):
        patterns[i][min(offset, len(patterns[i]) - 1)] = True
    used = patterns[: int(index.max()) + 1] if len(index) else []
    pairs = [np.mean(a != b) for a, b in itertools.pairwise(used) if len(a) == len(b)]
    return float(1 - np.mean(pairs)) if pairs else 1.0
