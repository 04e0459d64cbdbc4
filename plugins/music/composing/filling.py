"""Filling in: the one edit that continue, restore, harmonise, vary and style transfer are.

Some stretches of some voices are free, everything else is given and stays as it is. The model reads what is given
ahead (the known future) and writes from left to right, with lengths that meet the given notes exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..models.composer.cursor import Frame, Goal, Segment
from ..models.composer.encoding import segments
from ..models.composer.engine import Engine
from ..theory.keys import key_shift
from ..theory.part_writing import measure
from ..theory.score import Note, Score, bar_at
from .critic import judge_filled
from .plan import rules_for
from .rules import Rules
from .search import decode

__all__ = ["Filled", "Free", "Gap", "fill", "next_bar", "widen"]


@dataclass(frozen=True)
class Free:
    """A stretch of a voice that is to be written anew: ticks from `start` to `stop`."""

    voice: int
    start: int
    stop: int


def _given(
    line: Sequence[Note], free: Sequence[Free], total: int, shift: int
) -> tuple[list[Segment], list[Note], list[tuple[int, int]]]:
    """(segments that stay, notes that stay, stretches that are written) of one voice.

    A note stays if it begins outside every stretch; a stretch begins where the note before it ends and reaches to the
    end of the last note that begins in it.
    """
    kept = [n for n in line if not any(f.start <= n.onset < f.stop for f in free)]
    gone = [n for n in line if any(f.start <= n.onset < f.stop for f in free)]
    open_ = np.zeros(total + 1, bool)
    for f in free:
        open_[f.start : min(f.stop, total)] = True
    for n in gone:
        open_[n.onset : min(n.end, total)] = True
    for n in kept:
        open_[n.onset : n.end] = False
    edges = np.flatnonzero(np.diff(np.concatenate([[False], open_[:total], [False]]).astype(int)))
    stretches = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    spoken: list[Segment] = []
    at = 0
    for start, stop in [*stretches, (total, total)]:
        inside = [replace(n, onset=n.onset - at) for n in kept if at <= n.onset < start]
        spoken += [(on + at, length, pitch, sound) for on, length, pitch, sound in segments(inside, start - at, shift)]
        at = stop
    return spoken, kept, stretches


def widen(rules: Rules, lines: Sequence[Sequence[Note]], given: Sequence[Sequence[Note]]) -> Rules:
    """`rules` with ranges that hold what is given, and with crossing allowed where the given voices cross."""
    ranges = []
    for v, (low, high) in enumerate(rules.ranges):
        pitches = [n.pitch for n in lines[v]] if v < len(lines) else []
        ranges.append((min([low, *pitches]), max([high, *pitches])))
    figures = measure(given, bar=96) if sum(map(bool, given)) > 1 else None
    return replace(rules, ranges=tuple(ranges), crossing=rules.crossing or bool(figures and figures.crossings > 0.5))


@dataclass(frozen=True)
class Gap:
    """What is to be filled in, and what binds it.

    score: voices from the highest down, empty ones allowed; free: what to write; style: learned name; task: as the nets
    know it ("free", "gap", "melody", "notes"); total: ticks, at least the score's length; goals: phrase ends whose
    chords bind what is free; final: class of the last chord, 0 leaves it open; rules: None for those of the style; echoes:
    (start, stop, back) in ticks, where the highest voice repeats itself.
    """

    score: Score
    free: Sequence[Free]
    style: str
    task: str
    total: int = 0
    goals: Sequence[Goal] = ()
    final: int = 0
    rules: Rules | None = None
    echoes: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Filled:
    """What `fill` wrote. score: the whole; new: the new notes by voice; cost: what the critic says of it, lower is
    better; nats_per_note: of what was drawn.
    """

    score: Score
    new: list[list[Note]]
    cost: float
    nats_per_note: float

    def notes(self) -> dict[str, float]:
        """What a manifest remembers."""
        return {"nats_per_note": round(self.nats_per_note, 4), "critic": round(self.cost, 4)}


def fill(
    engine: Engine,
    gap: Gap,
    rng: np.random.Generator,
    *,
    tries: int = 8,
    temperature: float = 0.9,
    top_p: float = 0.97,
    tell: Callable[[float], None] | None = None,
) -> Filled:
    """The best of `tries` by the critic. Given notes come back untouched."""
    score, voices = gap.score, len(gap.score.lines)
    total = max(score.length, gap.total)
    shift = key_shift(score.signature)
    parts = [_given(line, [f for f in gap.free if f.voice == v], total, shift) for v, line in enumerate(score.lines)]
    rules = widen(gap.rules or rules_for(gap.style, voices), score.lines, [kept for _, kept, _ in parts])
    frame = Frame(
        style=gap.style,
        voices=voices,
        metres=score.metres,
        total=total,
        shift=shift,
        goals=tuple(gap.goals),
        final=gap.final,
        task=gap.task,
        given=tuple(tuple(spoken) for spoken, _, _ in parts),
    )
    rows = decode(
        engine,
        [frame] * tries,
        rules,
        rng,
        temperature=temperature,
        top_p=top_p,
        tell=tell,
        echoes=[gap.echoes] * tries if gap.echoes else None,
    )
    verdicts = [judge_filled(row, gap.style) for row in rows]
    best = min(range(len(rows)), key=lambda i: verdicts[i].cost)
    written = [
        [n for n in line if any(a <= n.onset < b for a, b in stretches)]
        for line, (_, _, stretches) in zip(verdicts[best].lines, parts, strict=True)
    ]
    merged = tuple(
        tuple(sorted([*kept, *new], key=lambda n: n.onset)) for (_, kept, _), new in zip(parts, written, strict=True)
    )
    return Filled(replace(score, lines=merged), written, verdicts[best].cost, rows[best].nats_per_note)


def next_bar(score: Score) -> int:
    """The first bar line at or after the end of the score."""
    start, metre = bar_at(score.metres, max(score.length - 1, 0))
    return start + metre.bar
