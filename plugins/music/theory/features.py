"""A few dozen numbers that describe a piece: what taste is learned on, and what set figures compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .intervals import DISSONANT
from .key_finding import correlations, find_key
from .metrics import entropy, set_metrics
from .note_table import NoteTable, read_notes
from .texture import read_ranges, read_texture

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["features", "features_of", "mood_numbers"]


def features(midi: PrettyMIDI) -> dict[str, float]:
    """The same forty-odd keys for each piece; zeros where there is nothing to count (as in a recording without a
    melody).
    """
    return features_of(read_notes(midi))


def features_of(notes: NoteTable) -> dict[str, float]:
    """`features` of notes that are read already."""
    metrics = set_metrics(notes)
    some = notes.pitched
    length = np.maximum(notes.end - notes.onset, 1e-6)
    ranges, texture = read_ranges(notes), read_texture(notes)
    key = find_key(notes)
    classes = notes.weights(np.array([0.0, max(notes.length, 1e-6)]))[0]
    if key is not None:
        classes = np.roll(classes, -key.tonic)
    classes = classes / max(classes.sum(), 1e-9)
    gaps = np.diff(np.unique(np.round(notes.onset[some], 4)))
    qpm = mean_tempo(notes)
    row = {
        **metrics,
        "seconds": notes.seconds,
        "quarters": notes.length,
        "bars": float(len(notes.bars)),
        "tempo_qpm": qpm,
        "notes_per_second": len(some) / max(notes.seconds, 1e-6),
        "notes_per_quarter": len(some) / max(notes.length, 1e-6),
        "mean_length": float(length[some].mean()) if len(some) else 0.0,
        "length_spread": float(np.log2(length[some]).std()) if len(some) else 0.0,
        "rhythm_entropy": _entropy_of(np.round(length[some], 2)),
        "gap_entropy": _entropy_of(np.round(gaps, 2)),
        "syncopation": _syncopation(notes),
        "mean_pitch": float(np.average(notes.pitch[some], weights=length[some])) if len(some) else 0.0,
        "mean_velocity": float(notes.velocity.mean()) if len(notes) else 0.0,
        "velocity_spread": float(notes.velocity.std()) if len(notes) else 0.0,
        "voices": float(notes.voices),
        "parts": float(len(notes.parts)),
        "drums": float(any(p.is_drum for p in notes.parts)),
        "steps": float(np.mean([r["steps"] for r in ranges])) if ranges else 0.0,
        "leaps": float(np.mean([r["leaps"] for r in ranges])) if ranges else 0.0,
        "repeats": float(np.mean([r["repeats"] for r in ranges])) if ranges else 0.0,
        "top_range": float(ranges[0]["range"]) if ranges else 0.0,
        "together": float(texture["together"]),
        "independence": float(texture["independence"]),
        "contrary": float(texture["contrary"]),
        "minor": float(key.is_minor) if key else 0.0,
        "key_strength": float(correlations(np.roll(classes, key.tonic)).max()) if key else 0.0,
        "dissonance": _dissonance(notes),
    }
    row |= {f"degree_{i}": float(classes[i]) for i in range(12)}
    return {name: float(value) for name, value in row.items()}


def mean_tempo(notes: NoteTable) -> float:
    """Quarters a minute over the whole piece."""
    return 60 * notes.length / notes.seconds if notes.seconds > 0 else (notes.tempi[0][1] if notes.tempi else 120.0)


def _entropy_of(values: np.ndarray) -> float:
    return entropy(np.unique(values, return_counts=True)[1])


def _syncopation(notes: NoteTable) -> float:
    """Share of notes that begin off the beat and sound past the next one."""
    some = notes.pitched
    if not len(some):
        return 0.0
    index = notes.bars.index(notes.onset[some])
    beat = np.array([notes.bars.beat_length(i) for i in range(len(notes.bars))])[index]
    offset = (notes.onset[some] - notes.bars.start[index]) / beat
    off = np.abs(offset - np.rint(offset)) > 0.02
    past = (notes.end - notes.onset)[some] / beat > np.ceil(offset) - offset + 0.02
    return float((off & past).mean())


def _dissonance(notes: NoteTable) -> float:
    """Share of beats on which two sounding pitches are a second, a seventh or a tritone apart."""
    beats = notes.beats
    if not len(beats) or not len(notes.pitched):
        return 0.0
    roll = np.zeros((len(beats), 12), bool)
    some = notes.pitched
    first = np.searchsorted(beats, notes.onset[some] - 1e-6)
    last = np.searchsorted(beats, notes.end[some] - 1e-6)
    for step in range(int((last - first).max(initial=0))):
        live = first + step < last
        roll[(first + step)[live], notes.pitch[some][live] % 12] = True
    harsh = np.zeros(len(beats), bool)
    for interval in DISSONANT[:3]:  # the others are their inversions
        harsh |= (roll & np.roll(roll, interval, axis=1)).any(1)
    return float(harsh.mean())


def mood_numbers(row: dict[str, float]) -> tuple[float, float]:
    """(valence, arousal), both in [-1, 1], from features.

    Signs follow the reviews of Gabrielsson and Lindstroem (2010): major, fast, high and consonant is glad; fast, dense,
    loud and leaping is excited. Sizes are chosen so that the pieces of music21's corpus spread over both ranges.
    """
    tempo = np.clip(np.log2(max(row["tempo_qpm"], 20) / 96), -1.5, 1.5)
    density = np.clip(np.log2(max(row["notes_per_second"] / max(row["polyphony"], 1), 0.1) / 2), -2, 2)
    register = np.clip((row["mean_pitch"] - 62) / 12, -1.5, 1.5) if row["mean_pitch"] else 0.0
    loud = np.clip((row["mean_velocity"] - 76) / 40, -1, 1)
    valence = (
        0.4 * (1 - 2 * row["minor"])
        + 0.25 * tempo
        + 0.15 * register
        + 0.12 * density
        - 0.3 * (row["dissonance"] - 0.25)
    )
    arousal = (
        0.4 * tempo
        + 0.32 * density
        + 0.3 * loud
        + 0.4 * (row["leaps"] - 0.12)
        + 0.15 * row["drums"]
        + 0.3 * (row["dissonance"] - 0.25)
    )
    return float(np.clip(valence, -1, 1)), float(np.clip(arousal, -1, 1))
