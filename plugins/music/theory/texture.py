"""Texture and ranges: how many lines there are, how they move together, how far each goes."""

from __future__ import annotations

import numpy as np

from .note_table import NoteTable

__all__ = ["read_ranges", "read_texture"]


def read_texture(notes: NoteTable) -> dict[str, float | str]:
    """kind; voices; together: share of attacks that two or more voices make at once; independence: 1 - mean likeness of
    the voices' rhythms;
    contrary: share of moves of the outer voices in opposite directions, among those where both move.
    """
    if not len(notes.pitched):
        return {"kind": "drums", "voices": 0, "together": 0.0, "independence": 0.0, "contrary": 0.0}
    if notes.voices == 1:
        return {"kind": "single line", "voices": 1, "together": 0.0, "independence": 0.0, "contrary": 0.0}
    onsets = [frozenset(np.round(notes.onset[notes.line(v)], 3).tolist()) for v in range(notes.voices)]
    every = frozenset().union(*onsets)
    together = float(np.mean([sum(t in line for line in onsets) >= 2 for t in every]))
    likeness = [len(a & b) / max(len(a | b), 1) for i, a in enumerate(onsets) for b in onsets[i + 1 :]]
    independence = float(1 - np.mean(likeness))
    tops = len(onsets[0]) / max(float(np.mean([len(line) for line in onsets[1:]])), 1.0)
    kind = (
        "chorale"
        if together > 0.75 and independence < 0.6
        else "melody and accompaniment"
        if not 0.5 < tops < 1.6 and independence > 0.6
        else "counterpoint"
    )
    return {
        "kind": kind,
        "voices": notes.voices,
        "together": round(together, 3),
        "independence": round(independence, 3),
        "contrary": round(_contrary(notes), 3),
    }


def _contrary(notes: NoteTable) -> float:
    high, low = notes.line(0), notes.line(notes.voices - 1)
    shared, i, j = np.intersect1d(np.round(notes.onset[high], 3), np.round(notes.onset[low], 3), return_indices=True)
    if len(shared) < 2:
        return 0.0
    up, down = np.diff(notes.pitch[high][i]), np.diff(notes.pitch[low][j])
    both = (up != 0) & (down != 0)
    return float((up[both] * down[both] < 0).mean()) if both.any() else 0.0


def read_ranges(notes: NoteTable) -> list[dict[str, float | int]]:
    """For each voice from the highest: lowest, highest and mean pitch, range in semitones, notes, share of steps, leaps
    (beyond a fourth) and repeated notes among its moves."""
    out: list[dict[str, float | int]] = []
    for voice in range(notes.voices):
        line = notes.line(voice)
        pitch = notes.pitch[line]
        moves = np.abs(np.diff(pitch))
        total = max(len(moves), 1)
        out.append(
            {
                "lowest": int(pitch.min()),
                "highest": int(pitch.max()),
                "mean": round(float(np.average(pitch, weights=notes.end[line] - notes.onset[line])), 2),
                "range": int(pitch.max() - pitch.min()),
                "notes": len(line),
                "steps": round(float(((moves > 0) & (moves <= 2)).sum() / total), 3),
                "leaps": round(float((moves > 5).sum() / total), 3),
                "repeats": round(float((moves == 0).sum() / total), 3),
            }
        )
    return out
