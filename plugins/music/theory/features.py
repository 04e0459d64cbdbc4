"""A few dozen numbers that describe a piece: what taste is learned on, and what set figures compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .key_finding import correlations, find_key
from .metrics import set_metrics
from .note_table import Score, read_score
from .texture import read_ranges, read_texture

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["features", "mood_numbers", "score_features"]


def features(midi: PrettyMIDI) -> dict[str, float]:
    """The same forty-odd keys for each piece; zeros where there is nothing to count (as in a recording without a
    melody).
    """
    return score_features(read_score(midi))


def score_features(score: Score) -> dict[str, float]:
    """`features` of a score."""
    metrics = set_metrics(score)
    some = score.pitched
    length = np.maximum(score.end - score.onset, 1e-6)
    ranges, texture = read_ranges(score), read_texture(score)
    key = find_key(score)
    classes = score.weights(np.array([0.0, max(score.length, 1e-6)]))[0]
    if key is not None:
        classes = np.roll(classes, -key.tonic)
    classes = classes / max(classes.sum(), 1e-9)
    gaps = np.diff(np.unique(np.round(score.onset[some], 4)))
    qpm = mean_tempo(score)
    row = {
        **metrics,
        "seconds": score.seconds,
        "quarters": score.length,
        "bars": float(len(score.bars)),
        "tempo_qpm": qpm,
        "notes_per_second": len(some) / max(score.seconds, 1e-6),
        "notes_per_quarter": len(some) / max(score.length, 1e-6),
        "mean_length": float(length[some].mean()) if len(some) else 0.0,
        "length_spread": float(np.log2(length[some]).std()) if len(some) else 0.0,
        "rhythm_entropy": _entropy_of(np.round(length[some], 2)),
        "gap_entropy": _entropy_of(np.round(gaps, 2)),
        "syncopation": _syncopation(score),
        "mean_pitch": float(np.average(score.pitch[some], weights=length[some])) if len(some) else 0.0,
        "mean_velocity": float(score.velocity.mean()) if len(score) else 0.0,
        "velocity_spread": float(score.velocity.std()) if len(score) else 0.0,
        "voices": float(score.voices),
        "parts": float(len(score.parts)),
        "drums": float(any(p.is_drum for p in score.parts)),
        "steps": float(np.mean([r["steps"] for r in ranges])) if ranges else 0.0,
        "leaps": float(np.mean([r["leaps"] for r in ranges])) if ranges else 0.0,
        "repeats": float(np.mean([r["repeats"] for r in ranges])) if ranges else 0.0,
        "top_range": float(ranges[0]["range"]) if ranges else 0.0,
        "together": float(texture["together"]),
        "independence": float(texture["independence"]),
        "contrary": float(texture["contrary"]),
        "minor": float(key.is_minor) if key else 0.0,
        "key_strength": float(correlations(np.roll(classes, key.tonic)).max()) if key else 0.0,
        "dissonance": _dissonance(score),
    }
    row |= {f"degree_{i}": float(classes[i]) for i in range(12)}
    return {name: float(value) for name, value in row.items()}


def mean_tempo(score: Score) -> float:
    """Quarters a minute over the whole piece."""
    return 60 * score.length / score.seconds if score.seconds > 0 else (score.tempi[0][1] if score.tempi else 120.0)


def _entropy_of(values: np.ndarray) -> float:
    _, counts = np.unique(values, return_counts=True)
    share = counts / max(counts.sum(), 1)
    return float(-(share * np.log2(share)).sum()) + 0.0 if len(counts) else 0.0


def _syncopation(score: Score) -> float:
    """Share of notes that begin off the beat and sound past the next one."""
    some = score.pitched
    if not len(some):
        return 0.0
    index = score.bars.index(score.onset[some])
    beat = np.array([score.bars.beat_length(i) for i in range(len(score.bars))])[index]
    offset = (score.onset[some] - score.bars.start[index]) / beat
    off = np.abs(offset - np.rint(offset)) > 0.02
    past = (score.end - score.onset)[some] / beat > np.ceil(offset) - offset + 0.02
    return float((off & past).mean())


def _dissonance(score: Score) -> float:
    """Share of beats on which two sounding pitches are a second, a seventh or a tritone apart."""
    beats = score.bars.beats[score.bars.beats < score.length - 1e-6]
    if not len(beats) or not len(score.pitched):
        return 0.0
    roll = np.zeros((len(beats), 12), bool)
    some = score.pitched
    first = np.searchsorted(beats, score.onset[some] - 1e-6)
    last = np.searchsorted(beats, score.end[some] - 1e-6)
    for step in range(int((last - first).max(initial=0))):
        live = first + step < last
        roll[(first + step)[live], score.pitch[some][live] % 12] = True
    harsh = np.zeros(len(beats), bool)
    for interval in (1, 2, 6):
        harsh |= (roll & np.roll(roll, interval, axis=1)).any(1)
    return float(harsh.mean())


def mood_numbers(row: dict[str, float]) -> tuple[float, float]:
    """(valence, arousal), both in [-1, 1], from features.

    Signs follow the reviews of Gabrielsson and Lindstroem (2010): major, fast, high and consonant is glad; fast, dense,
    loud and
    leaping is excited. Sizes are chosen so that the pieces of music21's corpus spread over both ranges.
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
