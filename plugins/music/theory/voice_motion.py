"""How voices move in a style, counted in its works: how often they attack together, how long they are silent, who is
busy, how they step.

A model that writes four voices tends to let all of them speak at once; candidates are therefore compared with what real
works of the style do (`facts` holds mean and spread of each measure over works).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from .score import Note

__all__ = ["MEASURES", "distance", "spread", "voice_motion"]

MEASURES = ("together", "silent", "short", "uneven", "repeated", "steps", "density")


def voice_motion(lines: Sequence[Sequence[Note]], start: int, stop: int) -> dict[str, float]:
    """The measures of what begins from tick `start` to before `stop`.

    together: mean share of the voices that attack where one does; silent: share of voice time without a note; short:
    share of notes of an eighth or less; uneven: share of all notes that the busiest voice has, above an even share;
    repeated, steps: shares of melodic intervals; density: logarithm of notes a quarter in a voice.
    """
    inside = [[n for n in line if start <= n.onset < stop] for line in lines]
    notes = [n for line in inside for n in line]
    span = max(1, stop - start)
    if not notes:
        return dict.fromkeys(MEASURES, 0.0) | {"silent": 1.0, "density": -3.0}
    voices = len(lines)
    onsets = {n.onset for n in notes}
    sounding = sum(
        min(n.end, stop) - max(n.onset, start) for line in lines for n in line if n.onset < stop and n.end > start
    )
    moves = np.abs([b.pitch - a.pitch for line in inside for a, b in pairwise(line) if b.onset - a.end < 24] or [1])
    return {
        "together": len(notes) / (voices * len(onsets)),
        "silent": max(0.0, 1 - sounding / (voices * span)),
        "short": sum(n.length <= 12 for n in notes) / len(notes),
        "uneven": max(map(len, inside)) / len(notes) - 1 / voices,
        "repeated": float((moves == 0).mean()),
        "steps": float(((moves > 0) & (moves <= 2)).mean()),
        "density": float(np.log(len(notes) * 24 / (voices * span))),
    }


def spread(rows: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
    """Mean and standard deviation of each measure over works."""
    return {
        name: [round(float(np.mean([r[name] for r in rows])), 4), round(float(np.std([r[name] for r in rows])), 4)]
        for name in MEASURES
    }


def distance(found: Mapping[str, float], usual: Mapping[str, Sequence[float]]) -> float:
    """Mean distance of the measures from those of a style, in standard deviations (of works), each at most 4."""
    return float(
        np.mean([min(4.0, abs(found[name] - mean) / max(deviation, 0.05)) for name, (mean, deviation) in usual.items()])
    )
