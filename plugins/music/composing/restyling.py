"""Style transfer: the melody and the form of a work stay, the rest is written anew in another style.

For styles of several voices the highest line is kept note by note, with its phrase ends, and the other voices are
written to it; for styles of one voice the notes on strong beats are kept, which is what variation in those traditions
keeps. A style given by reference works is the learned style in whose eyes they are likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..theory.score import TICKS, Note, Score, bar_lines, strong_beats
from .filling import Free, Gap

__all__ = ["embroidery_gap", "mix_bars"]


def mix_bars(new: Score, old: Score, strength: float, rng: np.random.Generator) -> Score:
    """New lower voices in a share of the bars, the old ones in the others; notes go with the bar they begin in."""
    bars = bar_lines(old.metres, old.length)
    fresh = {start for start, _ in bars if rng.random() < strength}
    starts = np.array([b[0] for b in bars])

    def is_fresh(tick: int) -> bool:
        return int(starts[max(int(np.searchsorted(starts, tick, side="right")) - 1, 0)]) in fresh

    lines = [new.lines[0]]
    for mine, theirs in zip(new.lines[1:], old.lines[1:], strict=True):
        picked = sorted(
            [*(n for n in mine if is_fresh(n.onset)), *(n for n in theirs if not is_fresh(n.onset))],
            key=lambda n: n.onset,
        )
        cut = [replace(a, length=min(a.length, b.onset - a.onset)) for a, b in pairwise(picked)] + picked[-1:]
        lines.append(tuple(n for n in cut if n.length > 0))
    return replace(new, lines=tuple(lines))


def embroidery_gap(
    melody: Sequence[Note], score: Score, style: str, strength: float, rng: np.random.Generator
) -> Gap | None:
    """The melody with its strong beats kept and a share of the notes between free; None where none is."""
    strong = strong_beats(bar_lines(score.metres, melody[-1].end), halved_from=2 * TICKS)
    free = [Free(0, n.onset, n.onset + 1) for n in melody[:-1] if n.onset not in strong and rng.random() < strength]
    if not free:
        return None
    return Gap(replace(score, style=style, lines=(tuple(melody),), names=(), title=""), free, style, "notes")
