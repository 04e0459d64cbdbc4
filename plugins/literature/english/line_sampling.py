"""Drawing candidates of one line, word by word from its end, for several poems at once.

A draw is from the model's distribution under masks (metre, rhyme, acrostic), with soft pressure: towards common words
a little less than the model, against words used before, against pairs of words that never stand together, towards words
that are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..models.verse_en.engine import Features, Lines, Past, VerseEngine
from .corpus import NONE
from .words import MARKS

__all__ = ["Candidate", "LineTask", "Settings", "draw_lines", "pick"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Settings:
    """How bold the draw is and what counts in a line's score."""

    temperature: float = 0.8
    min_p: float = 0.02
    unseen_draw: float = 2.0
    unigram_draw: float = 0.1
    used_draw: float = 2.0
    alpha: float = 0.7
    unseen: float = 1.5
    repeated: float = 3.0
    pronouns: float = 1.5
    inner_mark: float = 1.0
    opening: float = 2.0
    going_on: float = 1.2
    forward: float = 0.8
    sparse: float = 1.5
    syntax: float = 0.8
    worst: float = 0.5
    deep: int = 12
    agreement: float = 3.0
    pull: float = 1.0
    field: float = 1.0
    overuse: float = 0.6
    clauses: float = 4.0
    stock: float = 3.0
    unprepared: float = 8.0
    critic: float = 1.2


@dataclass
class LineTask:
    """A line to be drawn.

    number: place in the stanza as the model counts it; total: syllables; mask: (total + 1, vocabulary), additive;
    end: (beams, vocabulary), additive, for the last word; marks: (marks,) additive over NONE and MARKS; relation;
    partner,
    before: tokens, one a beam; pressure: (beams, vocabulary), added at each draw; initial: (vocabulary,) bool for the
    words that may open the line, or None; keep: tokens of a given line from its end, or None; frame: the tokens that
    may
    stand at each place, from the line's end, or None.
    """

    number: int
    total: int
    mask: Array
    end: Array
    marks: Array
    relation: int
    partner: Ints
    before: Ints
    pressure: Array
    initial: NDArray[np.bool_] | None = None
    keep: Sequence[int] | None = None
    frame: tuple[NDArray[np.bool_], ...] | None = None


@dataclass
class Candidate:
    """A line that was drawn: tokens from its end (mark first), log p of each, row and beam it came from."""

    tokens: list[int]
    log_p: list[float]
    row: int
    beam: int
    broken: bool = False
    score: float = 0.0
    notes: dict[str, float] = field(default_factory=dict)


def pick(logits: Array, rng: np.random.Generator, min_p: float) -> Ints:
    """One token a row from logits (already divided by the temperature); -1 where all are -inf. One uniform a row."""
    top = logits.max(axis=1)
    uniform = rng.random(len(logits))
    rows, columns = np.nonzero(logits >= (top + np.float32(np.log(min_p)))[:, None])
    p = np.exp(logits[rows, columns] - np.where(np.isfinite(top), top, 0)[rows]).astype(np.float64)
    mass = np.cumsum(p)
    first = np.searchsorted(rows, np.arange(len(logits)))
    last = np.searchsorted(rows, np.arange(len(logits)), side="right")
    base = np.where(first > 0, mass[first - 1], 0.0)
    total = np.where(last > first, mass[np.maximum(last - 1, 0)] - base, 0.0)
    at = np.minimum(np.searchsorted(mass, base + uniform * total, side="right"), np.maximum(last - 1, 0))
    out = np.where(np.isfinite(top), columns[at] if len(columns) else -1, -1)
    return out.astype(np.int64)


def _features(task: LineTask, left: Ints, beam: Ints) -> Features:
    return Features(
        np.minimum(left, 19),
        np.full(len(left), task.number),
        np.full(len(left), task.relation),
        task.partner[beam],
        task.before[beam],
    )


def draw_lines(
    engine: VerseEngine,
    past: Past,
    hidden: Array,
    task: LineTask,
    each: int,
    rng: np.random.Generator,
    settings: Settings,
    *,
    full: bool = False,
) -> tuple[list[Candidate], Lines]:
    """`each` candidates a beam. past, hidden: the poems so far, the break before the line read. full: use the rare
    words too.
    """
    index = engine.index
    mark_tokens = np.array([index[NONE], *(index[m] for m in MARKS)])
    inner = np.array([index[m] for m in MARKS])
    lines = engine.lines(past, each, task.total * 2 + 4)
    beam, rows = lines.beam, len(lines.beam)
    candidates = [Candidate([], [], r, int(beam[r])) for r in range(rows)]
    log_p = engine.log_probabilities(hidden, full=full)[:, mark_tokens]
    if task.keep is not None:
        drawn = np.full(rows, task.keep[0])
        drawn_p = np.zeros(rows, np.float32)
    else:
        # Where no mark may stand, none does.
        chosen = np.maximum(pick((log_p + task.marks)[beam] / np.float32(settings.temperature), rng, 0.005), 0)
        drawn, drawn_p = mark_tokens[chosen], log_p[beam, chosen]
    for c, token, p in zip(candidates, drawn, drawn_p, strict=True):
        c.tokens.append(int(token))
        c.log_p.append(float(p))
    left = np.full(rows, task.total)
    tokens = drawn.astype(np.int64)
    limit = engine.size(full=full)
    marked = np.zeros(limit, np.float32)
    marked[inner[inner < limit]] = -settings.inner_mark
    feasible = _feasible(engine, task)
    completes = _completes(engine, task)
    live = np.ones(rows, bool)
    written = 0
    while live.any() and written < task.total * 2 + 3:
        written += 1
        hidden = engine.step(past, lines, tokens, _features(task, left, beam))
        log_p = engine.log_probabilities(hidden, full=full)
        if task.keep is not None:
            choice = np.full(rows, task.keep[written])
            value = np.zeros(rows, np.float32)
        else:
            logits = log_p - settings.unigram_draw * engine.unigram[:limit] + task.mask[left][:, :limit]
            logits += (
                task.pressure[beam][:, :limit]
                if written > 1
                else task.pressure[beam][:, :limit] + task.end[beam][:, :limit]
            )
            _discourage_unseen(engine, logits, tokens, settings.unseen_draw, limit)
            if written > 1 and task.frame is None:
                may = (left > 0) & (tokens >= engine.first_word)
                logits[np.ix_(np.flatnonzero(may), inner)] = (log_p + marked)[np.ix_(np.flatnonzero(may), inner)]
            if task.frame is not None:
                _hold_frame(engine, logits, log_p, task.frame[written - 1], completes[written], left, limit)
            if task.initial is not None:
                rest = left[:, None] - engine.lexicon.syllables[None, :limit]
                logits[
                    ((rest == 0) & ~task.initial[None, :limit]) | ((rest > 0) & ~feasible[np.maximum(rest, 0)])
                ] = -np.inf
            choice = pick(logits / np.float32(settings.temperature), rng, settings.min_p)
            value = log_p[np.arange(rows), np.maximum(choice, 0)]
        for r in np.flatnonzero(live):
            c = candidates[r]
            if choice[r] < 0:
                c.broken = True
                live[r] = False
                continue
            c.tokens.append(int(choice[r]))
            c.log_p.append(float(value[r]))
            left[r] -= int(engine.lexicon.syllables[choice[r]])
            length = len(task.keep) - 1 if task.keep is not None else len(task.frame) if task.frame is not None else 0
            if written >= length if length else left[r] <= 0:
                live[r] = False
        left = np.maximum(left, 0)
        tokens = np.where(choice >= 0, choice, 0)
    for c in candidates:
        c.broken = c.broken or (task.keep is None and bool(live[c.row]))
    return candidates, _fed_last(engine, past, lines, tokens, task, left)


def _feasible(engine: VerseEngine, task: LineTask) -> NDArray[np.bool_]:
    """For each number of syllables left, whether a line can still be completed by a word that may open it."""
    out = np.ones(task.total + 1, bool)
    if task.initial is None:
        return out
    sizes = engine.lexicon.syllables
    for left in range(1, task.total + 1):
        legal = np.isfinite(task.mask[left])
        opens = bool((legal & task.initial & (sizes == left)).any())
        out[left] = opens or any(out[left - size] and left > size for size in np.unique(sizes[legal]))
    return out


def _completes(engine: VerseEngine, task: LineTask) -> NDArray[np.bool_]:
    """(places + 1, syllables + 1): whether the places of a frame from one on can fill exactly the syllables left."""
    if task.frame is None:
        return np.ones((1, 1), bool)
    n, sizes = len(task.frame), engine.lexicon.syllables
    out = np.zeros((n + 1, task.total + 1), bool)
    out[n, 0] = True
    marks = sizes == 0
    for place in range(n - 1, -1, -1):
        allowed = task.frame[place]
        for left in range(task.total + 1):
            if (allowed & marks).any():
                out[place, left] = out[place + 1, left]
                continue
            found = np.unique(sizes[allowed & np.isfinite(task.mask[left])])
            out[place, left] = any(out[place + 1, left - size] for size in found if size <= left)
    return out


def _hold_frame(
    engine: VerseEngine,
    logits: Array,
    log_p: Array,
    allowed: NDArray[np.bool_],
    completes: NDArray[np.bool_],
    left: Ints,
    limit: int,
) -> None:
    """Leave only what may stand at a place of a frame and lets the rest of it fit. completes: of the places behind, by
    syllables left.
    """
    marks = (engine.lexicon.syllables[:limit] == 0) & allowed[:limit]
    if marks.any():
        logits[:, marks] = log_p[:, marks]
    rest = left[:, None] - engine.lexicon.syllables[None, :limit]
    logits[~allowed[None, :limit] | (rest < 0) | ~completes[np.maximum(rest, 0)]] = -np.inf


def _fed_last(engine: VerseEngine, past: Past, lines: Lines, tokens: Ints, task: LineTask, left: Ints) -> Lines:
    """Feed the words drawn last, so that every candidate's keys are complete."""
    engine.step(past, lines, tokens, _features(task, left, lines.beam))
    return lines


def _discourage_unseen(engine: VerseEngine, logits: Array, tokens: Ints, penalty: float, limit: int) -> None:
    logits -= np.float32(penalty)
    for row, token in enumerate(tokens):
        seen = engine.seen_left_of(int(token))
        logits[row, seen[seen < limit]] += np.float32(penalty)
