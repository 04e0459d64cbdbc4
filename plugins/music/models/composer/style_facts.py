"""Facts about each style that are counted once in the training works and shipped as a table (`data/style_counts.json`).

For each style: how often each number of voices, metre, pickup and number of bars occurs; the range of each voice;
of the chorales, which chords phrases end on, one after another, by mode. Plans, masks and the code length of a header
use them.
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

from ...theory.chord_classes import chord_class
from ...theory.keys import key_shift
from ...theory.score import Score, pickup_of
from ...theory.voice_motion import spread, voice_motion
from .encoding import fold
from .vocabulary import LOW

__all__ = ["count_facts", "facts", "header_nats"]

PATH = Path(__file__).parent / "data" / "style_counts.json"


@lru_cache(maxsize=1)
def facts() -> dict[str, Any]:
    """The shipped table by style."""
    return dict(json.loads(PATH.read_text("utf-8")))


def _bars(score: Score) -> int:
    return max(1, math.ceil((score.length - score.metres[0].tick) / score.metres[0].bar))


def _tail(score: Score) -> int:
    """Ticks of the last bar that are filled."""
    return score.length - score.metres[0].tick - (_bars(score) - 1) * score.metres[0].bar


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
                [int(x) for x in np.percentile([n.pitch for s in group for n in s.lines[v]], [0.3, 99.7]).round()]
                for v in range(voices)
            ]
        row: dict[str, Any] = {
            "works": len(of),
            "notes": sum(s.notes for s in of),
            "ranges": ranges,
            "voices": _counts(len(s.lines) for s in of),
            "metres": _counts(f"{s.metres[0].numerator}/{s.metres[0].denominator}" for s in of),
            "pickups": _counts(f"{s.metres[0].numerator}/{s.metres[0].denominator}:{pickup_of(s.metres)}" for s in of),
            "bars": _counts(_bars(s) for s in of),
            "keys": _counts(key_shift(s.signature) % 12 for s in of),
            "changes": _counts(len(s.metres) - 1 for s in of),
            "tails": _counts(
                f"{s.metres[0].numerator}/{s.metres[0].denominator}:{pickup_of(s.metres)}:{_tail(s)}" for s in of
            ),
            "motion": spread([voice_motion(s.lines, 0, min(s.length, 24 * 96)) for s in of]),
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
        chords = [
            chord_class([fold(n.pitch + shift) + LOW - 1 for line in score.lines for n in line if n.onset < e <= n.end])
            for e in ends
        ]
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
    """Code length of what the composer is told before the first note: voices, metre, pickup, key, and the length to the
    tick.

    From counts in the training works, with an escape to a uniform distribution. Metres after the first cost their place
    (uniform over sixteenths) and one of twenty each.
    """
    row = facts().get(style) or {}
    metre = score.metres[0]
    name, pickup = f"{metre.numerator}/{metre.denominator}", pickup_of(score.metres)
    nats = _cost(row.get("voices", {}), len(score.lines), 32) + _cost(row.get("metres", {}), name, 400)
    nats += _cost(_given(row.get("pickups", {}), name), pickup, max(2, metre.bar))
    nats += _cost(row.get("keys", {}), key_shift(score.signature) % 12, 12)
    nats += _bars_cost(row.get("bars", {}), _bars(score))
    nats += _cost(_given(row.get("tails", {}), f"{name}:{pickup}"), _tail(score), max(2, metre.bar))
    nats += _cost(row.get("changes", {}), len(score.metres) - 1, 256)
    return nats + sum(math.log(max(2, score.length // 6)) + math.log(20) for _ in score.metres[1:])


def _given(counts: dict[str, int], name: str) -> dict[str, int]:
    """Counts of what follows `name:` in the keys."""
    return {key.removeprefix(f"{name}:"): n for key, n in counts.items() if key.startswith(f"{name}:")}


def _cost(counts: dict[str, int], value: object, universe: int) -> float:
    """Nats of a value; counts give way to a uniform distribution over `universe` with the weight of half a work."""
    return -math.log((counts.get(str(value), 0) + 0.5 / universe) / (sum(counts.values()) + 0.5))


def _bars_cost(counts: dict[str, int], bars: int) -> float:
    """Nats of a number of bars: what was counted, its neighbourhood (wider for longer works), and a uniform rest up to
    4,096.
    """
    total = sum(counts.values())
    if not total:
        return math.log(4096)
    near = 0.0
    for key, n in counts.items():
        decay = math.exp(-1 / (1 + 0.1 * int(key)))
        near += n / total * decay ** abs(bars - int(key)) * (1 - decay) / (1 + decay)
    return -math.log(0.68 * counts.get(str(bars), 0) / total + 0.3 * near + 0.02 / 4096)
