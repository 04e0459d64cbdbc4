"""Drawing candidates of one line, word by word from its end, for several poems at once.

A draw is from the model's distribution under masks (metre, rhyme, acrostic), with soft pressure: towards common words
a little less than the model, against words used before, against pairs of words that never stand together, towards words
that are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..models.verse_en.engine import Features, Lines, Past, VerseEngine
from .corpus import NONE
from .words import MARKS

__all__ = ["Candidate", "LineTask", "Settings", "draw_lines", "pick"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
#: Marks less likely than this share of the likeliest are not drawn.
_LEAST_MARK = 0.005


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

    @property
    def places(self) -> int:
        """Tokens of a line that is given or framed, the mark not counted; 0 where syllables alone count."""
        return len(self.keep) - 1 if self.keep is not None else len(self.frame or ())


@dataclass
class Candidate:
    """A line that was drawn: tokens from its end (mark first), log p of each, row and beam it came from."""

    tokens: list[int]
    log_p: list[float]
    row: int
    beam: int
    broken: bool = False


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
    lines = engine.lines(past, each, task.total * 2 + 4)
    beam, rows = lines.beam, len(lines.beam)
    draw = _Draw(engine, task, settings, beam, full=full)
    tokens, value = draw.mark(hidden, rng)
    candidates = [Candidate([int(tokens[r])], [float(value[r])], r, int(beam[r])) for r in range(rows)]
    left = np.full(rows, task.total)
    live = np.ones(rows, bool)
    written = 0
    while live.any() and written < task.total * 2 + 3:
        written += 1
        hidden = engine.step(past, lines, tokens, _features(task, left, beam))
        choice, value = draw.word(hidden, tokens, left, written, rng)
        for r in np.flatnonzero(live):
            if choice[r] < 0:
                candidates[r].broken, live[r] = True, False
                continue
            candidates[r].tokens.append(int(choice[r]))
            candidates[r].log_p.append(float(value[r]))
            left[r] -= int(engine.lexicon.syllables[choice[r]])
            live[r] = written < task.places if task.places else left[r] > 0
        left = np.maximum(left, 0)
        tokens = np.where(choice >= 0, choice, 0)
    for c in candidates:
        c.broken = c.broken or (task.keep is None and bool(live[c.row]))
    engine.step(past, lines, tokens, _features(task, left, beam))  # so that every candidate's keys are complete
    return candidates, lines


class _Draw:
    """What stays the same while the candidates of a line are drawn. beam: of each candidate."""

    def __init__(self, engine: VerseEngine, task: LineTask, settings: Settings, beam: Ints, *, full: bool) -> None:
        self.engine, self.task, self.settings, self.beam, self.full = engine, task, settings, beam, full
        self.inner = np.array([engine.index[m] for m in MARKS])
        self.limit = engine.size(full=full)
        self.marked = np.zeros(self.limit, np.float32)
        self.marked[self.inner[self.inner < self.limit]] = -settings.inner_mark
        self.feasible, self.completes = _feasible(engine, task), _completes(engine, task)

    def mark(self, hidden: Array, rng: np.random.Generator) -> tuple[Ints, Array]:
        """(the mark that ends each candidate, or NONE; its log p). Where no mark may stand, none does."""
        rows, task = len(self.beam), self.task
        if task.keep is not None:
            return np.full(rows, task.keep[0], np.int64), np.zeros(rows, np.float32)
        marks = np.array([self.engine.index[NONE], *self.inner])
        log_p = self.engine.log_probabilities(hidden, full=self.full)[:, marks]
        logits = (log_p + task.marks)[self.beam] / np.float32(self.settings.temperature)
        chosen = np.maximum(pick(logits, rng, _LEAST_MARK), 0)
        return marks[chosen], log_p[self.beam, chosen]

    def word(
        self, hidden: Array, tokens: Ints, left: Ints, written: int, rng: np.random.Generator
    ) -> tuple[Ints, Array]:
        """(the next token of each candidate, -1 where none may stand; its log p). tokens: those before; written: how
        many with it, the mark not counted.
        """
        rows = len(self.beam)
        log_p = self.engine.log_probabilities(hidden, full=self.full)
        if self.task.keep is not None:
            return np.full(rows, self.task.keep[written]), np.zeros(rows, np.float32)
        logits = self._logits(log_p, tokens, left, written)
        choice = pick(logits / np.float32(self.settings.temperature), rng, self.settings.min_p)
        return choice, log_p[np.arange(rows), np.maximum(choice, 0)]

    def _logits(self, log_p: Array, tokens: Ints, left: Ints, written: int) -> Array:
        """Log p with what presses on it, and -inf where a token may not stand."""
        engine, task, limit = self.engine, self.task, self.limit
        logits = log_p - self.settings.unigram_draw * engine.unigram[:limit] + task.mask[left][:, :limit]
        pressure = task.pressure[self.beam][:, :limit]
        logits += pressure if written > 1 else pressure + task.end[self.beam][:, :limit]
        _discourage_unseen(engine, logits, tokens, self.settings.unseen_draw, limit)
        if written > 1 and task.frame is None:
            may = np.ix_(np.flatnonzero((left > 0) & (tokens >= engine.first_word)), self.inner)
            logits[may] = (log_p + self.marked)[may]
        if task.frame is not None:
            _hold_frame(engine, logits, log_p, task.frame[written - 1], self.completes[written], left, limit)
        if task.initial is not None:
            rest = left[:, None] - engine.lexicon.syllables[None, :limit]
            ends_wrong = (rest == 0) & ~task.initial[None, :limit]
            logits[ends_wrong | ((rest > 0) & ~self.feasible[np.maximum(rest, 0)])] = -np.inf
        return logits


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


def _discourage_unseen(engine: VerseEngine, logits: Array, tokens: Ints, penalty: float, limit: int) -> None:
    logits -= np.float32(penalty)
    for row, token in enumerate(tokens):
        seen = engine.seen_left_of(int(token))
        logits[row, seen[seen < limit]] += np.float32(penalty)
