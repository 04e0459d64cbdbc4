"""The analysis of a piece: everything that `theory` reads, gathered into plain JSON (described in docs/media/music.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.theme import Mood
from ...listening.mood import instrument_names, mood_words, tempo_word
from ...theory.cadences import Cadence, find_cadences
from ...theory.chords import Chord, read_harmony
from ...theory.counterpoint import Fault, find_faults, summarise_faults, voice_names
from ...theory.events import Moment, find_moments
from ...theory.features import features_of, mood_numbers
from ...theory.form import Phrase, bar_similarity, find_phrases
from ...theory.key_finding import KeyEstimate, KeySpan, find_key, key_name
from ...theory.metrics import set_metrics
from ...theory.note_table import Bars, NoteTable, read_notes
from ...theory.texture import read_ranges, read_texture

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["MAX_LISTED", "Reading", "describe_key", "findings", "read_music"]

MAX_LISTED = 2_000
"""Longest list of chords, faults or moments in the findings; what is beyond is counted."""


@dataclass(frozen=True)
class Reading:
    """All that is read in a piece; key is None and the lists are empty where no pitched note is."""

    notes: NoteTable
    key: KeyEstimate | None
    keys: list[KeySpan]
    chords: list[Chord]
    cadences: list[Cadence]
    phrases: list[Phrase]
    faults: list[Fault]
    moments: list[Moment]
    features: Mapping[str, float]


def read_music(midi: PrettyMIDI) -> Reading:
    """Read a piece. About 0.3 s for five minutes in four parts."""
    notes = read_notes(midi)
    key = find_key(notes)
    keys, chords = read_harmony(notes, key) if key is not None else ([], [])
    if notes.voices < 2:
        chords = []
    cadences = find_cadences(notes, chords)
    return Reading(
        notes=notes,
        key=key,
        keys=keys,
        chords=chords,
        cadences=cadences,
        phrases=find_phrases(notes, cadences),
        faults=find_faults(notes, keys),
        moments=find_moments(notes, keys, chords),
        features=features_of(notes),
    )


def findings(reading: Reading, midi: PrettyMIDI) -> dict[str, Any]:
    """The reading as plain JSON."""
    notes, bars = reading.notes, reading.notes.bars
    names = voice_names(notes.voices)
    valence, arousal = mood_numbers(dict(reading.features))
    first_qpm = notes.tempi[0][1]
    return _plain(
        {
            "seconds": round(notes.seconds, 3),
            "quarters": round(notes.length, 4),
            "bars": int(bars.number[-1]),
            "pickup_quarters": float(bars.length[0]) if bars.number[0] == 0 else 0.0,
            "notes": len(notes),
            "instruments": instrument_names(midi),
            "key": describe_key(reading.key),
            "keys": _keys(reading),
            "metre": {"name": bars.metre_name(bars.first_whole), "changes": _metre_changes(bars)},
            "tempo": {
                "qpm": round(first_qpm, 3),
                "mean_qpm": round(reading.features["tempo_qpm"], 3),
                "word": tempo_word(first_qpm),
                "changes": len(notes.tempi) - 1,
            },
            "voices": [{"name": name, **row} for name, row in zip(names, read_ranges(notes), strict=True)],
            "texture": read_texture(notes),
            "chords": _chords(reading),
            "cadences": _cadences(reading),
            "form": _form(reading),
            "counterpoint": _counterpoint(reading, names),
            "moments": _moments(reading, names),
            "metrics": _rounded(set_metrics(notes)),
            "mood": {
                "valence": round(valence, 3),
                "arousal": round(arousal, 3),
                "words": list(mood_words(Mood(valence=valence, arousal=arousal))),
            },
            "features": _rounded(reading.features),
        }
    )


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}


def _keys(reading: Reading) -> list[dict[str, Any]]:
    numbers = reading.notes.bars.numbers
    return [
        {
            "from_bar": numbers(k.start),
            "to_bar": numbers(k.end - 0.01),
            "start": k.start,
            "end": k.end,
            "name": k.name,
            "probability": round(k.probability, 3),
        }
        for k in reading.keys
    ]


def _chords(reading: Reading) -> list[dict[str, Any]]:
    bars = reading.notes.bars
    return [
        {
            "bar": bars.numbers(c.start),
            "beat": round(bars.beat_in_bar(c.start), 3),
            "start": c.start,
            "length": c.end - c.start,
            "name": c.name,
            "numeral": c.numeral,
            "key": key_name(c.key),
        }
        for c in reading.chords[:MAX_LISTED]
    ]


def _cadences(reading: Reading) -> list[dict[str, Any]]:
    return [
        {
            "bar": c.bar,
            "beat": c.beat,
            "kind": c.kind,
            "key": key_name(c.key),
            "numerals": list(c.numerals),
            "start": c.position,
            "probability": c.probability,
        }
        for c in reading.cadences
    ]


def _form(reading: Reading) -> dict[str, Any]:
    return {
        "letters": " ".join(p.letter for p in reading.phrases),
        "phrases": [
            {"letter": p.letter, "from_bar": p.first_bar, "to_bar": p.last_bar, "start": p.start, "end": p.end}
            for p in reading.phrases
        ],
        "repetition": repetition(reading.notes),
    }


def _counterpoint(reading: Reading, names: Sequence[str]) -> dict[str, Any]:
    return {
        **summarise_faults(reading.faults, len(reading.notes.bars)),
        "faults": [
            {"kind": f.kind, "bar": f.bar, "beat": f.beat, "voices": [names[v] for v in f.voices]}
            for f in reading.faults[:MAX_LISTED]
        ],
    }


def _moments(reading: Reading, names: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "kind": m.kind,
            "bar": m.bar,
            "beat": m.beat,
            "detail": m.detail,
            "voice": names[m.voice] if m.voice >= 0 else "",
        }
        for m in reading.moments[:MAX_LISTED]
    ]


def repetition(notes: NoteTable) -> float:
    """Share of bars that are nearly the same (cosine above 0.98) as one before them."""
    alike = bar_similarity(notes)
    if len(alike) < 2:
        return 0.0
    return round(float(np.mean([alike[i, :i].max() > 0.98 for i in range(1, len(alike))])), 4)


def describe_key(key: KeyEstimate | None) -> dict[str, Any] | None:
    """A key as JSON, with the next likely one; None for none."""
    if key is None:
        return None
    return {
        "name": key.name,
        "probability": round(key.probability, 3),
        "second": key_name(key.second),
        "second_probability": round(key.second_probability, 3),
    }


def _metre_changes(bars: Bars) -> list[dict[str, Any]]:
    return [
        {"bar": int(bars.number[i]), "metre": bars.metre_name(i)}
        for i in range(bars.first_whole + 1, len(bars))
        if bars.metre_name(i) != bars.metre_name(i - 1)
    ]


def _plain(value: Any) -> Any:
    """Numbers of numpy as numbers of Python, through all lists and dicts."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return value.item() if value.ndim == 0 else value.tolist()
    return value.item() if isinstance(value, np.generic) else value
