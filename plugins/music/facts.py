"""Facts about each style that are counted once in the training works and shipped as a table (`data/styles.json`).

For each style: how often each number of voices, metre, pickup and number of bars occurs; the range of each voice;
of the chorales, which chords phrases end on, one after another, by mode. Plans, masks and the code length of a header use them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .encoding import chord_class, fold, key_shift
from .scores import Score

__all__ = ["count_facts", "facts", "header_nats"]

PATH = Path(__file__).parent / "data" / "styles.json"


@lru_cache(maxsize=1)
def facts() -> dict[str, Any]:
    """The shipped table by style."""
    return dict(json.loads(PATH.read_text("utf-8")))


def _bars(score: Score) -> int:
    return max(1, math.ceil((score.length - score.metres[0].tick) / score.metres[0].bar))


def pickup_of(score: Score) -> int:
    """Length of the pickup in ticks, 0 if there is none."""
    first = score.metres[0]
    return first.tick + first.bar if first.tick < 0 else 0


def count_facts(scores: Sequence[Score]) -> dict[str, Any]:
    """The table for some works."""
    table: dict[str, Any] = {}
    for style in sorted({s.style for s in scores}):
        of = [s for s in scores if s.style == style]
        ranges: dict[str, list[list[int]]] = {}
        for voices in sorted({len(s.lines) for s in of}):
            group = [s for s in of if len(s.lines) == voices]
            if len(group) < 3:
                continue
            ranges[str(voices)] = [
                [int(x) for x in np.percentile([n.pitch for s in group for n in s.lines[v]], [0.3, 99.7]).round()] for v in range(voices)
            ]
        row: dict[str, Any] = {
            "works": len(of), "notes": sum(s.notes for s in of), "ranges": ranges,
            "voices": _counts(len(s.lines) for s in of),
            "metres": _counts(f"{s.metres[0].numerator}/{s.metres[0].denominator}" for s in of),
            "pickups": _counts(f"{s.metres[0].numerator}/{s.metres[0].denominator}:{pickup_of(s)}" for s in of),
            "bars": _counts(_bars(s) for s in of),
            "notes_per_quarter": round(float(np.mean([s.notes / len(s.lines) / (s.length / 24) for s in of])), 3),
        }
        if style == "bach":
            row["cadences"] = _cadences(of)
        table[style] = row
    return table


def _counts(values: Any) -> dict[str, int]:
    return {str(k): n for k, n in sorted(Counter(values).items(), key=lambda e: (-e[1], str(e[0])))}


def _cadences(scores: Sequence[Score]) -> dict[str, Any]:
    """By mode: counts of pairs (chord of a phrase end, chord of the next), "0" before the first; the last is the final."""
    table: dict[str, dict[str, Counter[str]]] = {"major": {}, "minor": {}}
    for score in scores:
        shift = key_shift(score.signature)
        ends = sorted({n.end for n in score.lines[0] if n.phrase_end})
        chords = [chord_class([fold(n.pitch + shift) for line in score.lines for n in line if n.onset < e <= n.end]) for e in ends]
        if not chords or chords[-1] not in (1, 19, 20):
            continue
        mode = table["major" if chords[-1] == 1 else "minor"]
        previous = "0"
        for i, chord in enumerate(chords):
            if chord > 24:
                continue
            key = f"{previous}>end" if i == len(chords) - 1 else previous
            mode.setdefault(key, Counter())[str(chord)] += 1
            previous = str(chord)
    return {mode: {key: dict(c.most_common()) for key, c in sorted(rows.items())} for mode, rows in table.items()}


def header_nats(score: Score, style: str) -> float:
    """Code length of what the composer is told before the first note: voices, metre, pickup, key, length, final.

    From counts in the training works with an escape; the key is uniform over 12 transpositions, the final over 27 classes with
    two that hold most of the mass, further metres cost a uniform bar and a metre each.
    """
    row = facts().get(style) or {}

    def cost(name: str, value: object, universe: int) -> float:
        counts = row.get(name, {})
        total = sum(counts.values())
        return -math.log((counts.get(str(value), 0) + 0.5 / universe) / (total + 0.5))

    metre = score.metres[0]
    name = f"{metre.numerator}/{metre.denominator}"
    bars = _bars(score)
    tail = math.log(max(1, metre.bar // 12))
    nats = cost("voices", len(score.lines), 32) + cost("metres", name, 400) + cost("bars", bars, 4096) + tail + math.log(12)
    pickups = {k.split(":")[1]: n for k, n in row.get("pickups", {}).items() if k.split(":")[0] == name}
    total = sum(pickups.values())
    nats -= math.log((pickups.get(str(pickup_of(score)), 0) + 0.5 / max(1, metre.bar)) / (total + 0.5))
    nats += math.log(2) if len(score.metres) == 1 else sum(math.log(max(2, score.length // 6)) + math.log(20) for _ in score.metres[1:])
    return nats
