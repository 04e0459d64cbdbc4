"""Likelihood of works: nats for the whole token sequence, header included, so that any tokenizer can be compared.

The numerator is the negative log-likelihood of every pitch, rest and length of a work, and of its header (voices,
metre, pickup, key, number of bars); the denominator is the number of sounding notes, ties merged, each voice counted.
MIDI files tell no pickup unless a short first bar says so: where a file begins with one metre, each beat is tried as
bar line, and the choice is paid for in the header.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...theory.score import Score
from .blending import blend, parameters
from .continuations import counts
from .dataset import windows
from .encoding import Encoded, encode
from .engine import Engine, Reading
from .style_facts import header_nats
from .styles import STYLE_TABLE
from .vocabulary import HOLD, SLOTS

if TYPE_CHECKING:
    pass

__all__ = ["evaluate_scores", "nearest_styles", "note_nats", "scores_nats"]


VIEWS = (-2, 0, 2)
"""Transpositions under which a work is read when it is judged."""


def _groups(score: Score) -> list[Score]:
    """The score in groups of at most SLOTS lines, each a sequence of its own."""
    return [replace(score, lines=score.lines[i : i + SLOTS], names=()) for i in range(0, len(score.lines), SLOTS)]


def read_nets(engine: Engine, encoded: Encoded) -> Reading:
    """What the nets alone say of each position, under all views in which the piece stays inside the alphabet."""
    heard = encoded.sound[encoded.sound > 0]
    inside = [m for m in engine.views if m == 0 or (len(heard) and heard.min() + m >= 1 and heard.max() + m < HOLD)]
    return engine.read([windows(encoded, shift=move) for move in inside], inside)


def sequence_nats(engine: Engine, score: Score, style: str) -> float:
    """Nats of the notes of one group by the nets alone, without the header."""
    return -float(read_nets(engine, encode(score, style=style)).logs.sum())


def note_nats(engine: Engine, works: Sequence[Encoded], style: str, *, alone: bool = False) -> list[float]:
    """Nats of each work's notes, without the header: the nets, with what was counted in the training works and in the
    work itself mixed in.

    alone: by the nets alone.
    """
    weights = None if alone else parameters(style)
    if weights is None:
        return [-float(read_nets(engine, work).logs.sum()) for work in works]
    candidates = []
    for work, counted in zip(works, counts(works, style), strict=True):
        reading = read_nets(engine, work)
        candidates.append(-float(blend(reading.logs, reading.undecided, counted, weights).sum()))
    return candidates


def _bar_choices(score: Score) -> list[Score]:
    """The score under each bar line it may begin on: each beat of the first metre, where the file says nothing of a
    pickup.
    """
    first = score.metres[0]
    if len(score.metres) > 1 or first.tick < 0:
        return [score]
    beat = max(1, 96 // first.denominator)
    return [
        replace(score, metres=(replace(first, tick=up - first.bar if up else 0),)) for up in range(0, first.bar, beat)
    ]


def with_bars(engine: Engine, score: Score, style: str) -> Score:
    """The score under the bar lines that make it likeliest to the nets."""
    choices = _bar_choices(score)[:8]
    if len(choices) == 1:
        return score
    plain = engine.seen((0,))
    probe = [sequence_nats(plain, _groups(_head(c))[0], style) for c in choices]
    ranked = sorted(range(len(choices)), key=probe.__getitem__)[:2]
    nats = {
        i: header_nats(choices[i], style) + sum(sequence_nats(plain, g, style) for g in _groups(choices[i]))
        for i in ranked
    }
    return choices[min(nats, key=nats.__getitem__)]


def scores_nats(
    engine: Engine, scores: Sequence[Score], style: str, *, search: bool = True, alone: bool = False
) -> tuple[list[float], list[Score]]:
    """(nats of header and notes of each score, the scores with the bar lines that were chosen). search: whether to look
    for bar lines.
    """
    chosen = [with_bars(engine, score, style) if search else score for score in scores]
    groups = [_groups(score) for score in chosen]
    each = iter(note_nats(engine, [encode(group, style=style) for of in groups for group in of], style, alone=alone))
    return [
        header_nats(score, style) + sum(next(each) for _ in of) for score, of in zip(chosen, groups, strict=True)
    ], chosen


def _head(score: Score, quarters: int = 64) -> Score:
    """The first quarters of a score."""
    lines = tuple(tuple(n for n in line if n.onset < 24 * quarters) for line in score.lines)
    return replace(score, lines=tuple(line for line in lines if line) or score.lines, names=())


def nearest_styles(engine: Engine, score: Score) -> dict[str, float]:
    """Learned styles by nats per note of the beginning of a score, with its header (so that a single line is no
    chorale), likeliest first.
    """
    head = _groups(_head(score))[0]
    engine = engine.seen((0,))
    notes = max(1, head.notes)
    figures = {
        f.learned: (sequence_nats(engine, head, f.learned) + header_nats(score, f.learned)) / notes
        for f in STYLE_TABLE.values()
    }
    return dict(sorted(figures.items(), key=lambda e: e[1]))


def evaluate_scores(
    engines: dict[str, Engine], scores: Sequence[Score], style: str = "", *, alone: bool = False
) -> dict[str, Any]:
    """Sums over scores. engines: by style, with "all" for the rest; style: to read them in, "" for the likeliest of
    each; alone: without counts.
    """
    by_style: dict[str, list[Score]] = {}
    for score in scores:
        by_style.setdefault(style or next(iter(nearest_styles(engines["all"], score))), []).append(score)
    choice = 0.0 if style else math.log(len(STYLE_TABLE))
    total = header = 0.0
    for chosen, of in by_style.items():
        nats, read = scores_nats(engines.get(chosen, engines["all"]), of, chosen, alone=alone)
        total += sum(nats) + choice * len(of)
        header += sum(header_nats(score, chosen) + choice for score in read)
    notes = sum(score.notes for score in scores)
    sixteenths = sum(score.length / 6 for score in scores)
    grid = sum(score.length / 6 * len(score.lines) for score in scores)
    used = {chosen: len(of) for chosen, of in by_style.items()}
    return {
        "files": len(scores),
        "notes": notes,
        "nats": round(total, 3),
        "nats_per_note": round(total / max(1, notes), 5),
        "nats_per_sixteenth": round(total / max(1.0, sixteenths), 5),
        "nats_per_grid_token": round(total / max(1.0, grid), 5),
        "header_nats_per_note": round(header / max(1, notes), 5),
        "styles": used,
    }
