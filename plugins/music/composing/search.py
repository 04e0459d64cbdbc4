"""Decoding: many candidates at once, each note drawn under the masks of its style, the best kept.

All randomness comes from the generator that is passed in; the same generator state gives the same notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ....core.transformer.sampling import draw
from ..models.composer.cursor import Cursor, Frame
from ..models.composer.engine import Engine
from ..models.composer.vocabulary import COLUMNS, LENGTHS, PITCHES
from .costs import length_bias, pitch_bias
from .rules import Rules, length_mask, pitch_mask

__all__ = ["Candidate", "Survival", "decode"]

_NEVER = np.float32(-1e9)


@dataclass
class Candidate:
    """One row: its cursor, the natural log-likelihood of what was drawn (at temperature 1, without masks), and how many
    notes that was.

    before: nats and notes drawn when the last phrase began; history: the model's inputs so far, as rows of its table,
    for every view.
    """

    cursor: Cursor
    nats: float
    drawn: int
    before: tuple[float, int] = (0.0, 0)
    history: list[NDArray[np.int32]] = field(default_factory=list, repr=False)

    @property
    def nats_per_note(self) -> float:
        """Negative log-likelihood of the drawn part by note."""
        return self.nats / max(1, self.drawn)

    @property
    def phrase_nats_per_note(self) -> float:
        """The same since the last phrase began."""
        return (self.nats - self.before[0]) / max(1, self.drawn - self.before[1])

    def split(self) -> Candidate:
        """A row of its own that goes on from here."""
        return Candidate(self.cursor.copy(), self.nats, self.drawn, (self.nats, self.drawn), list(self.history))


@dataclass(frozen=True)
class Survival:
    """Choosing on the way: at each of the ticks `stops`, the `kept` rows of the lowest `cost` (of a row, from a tick,
    to a tick) go on in all rows' stead.
    """

    stops: tuple[int, ...]
    cost: Callable[[Candidate, int, int], float]
    kept: int = 2


NO_SURVIVAL = Survival((), lambda row, start, stop: 0.0)


def decode(
    engine: Engine,
    frames: Sequence[Frame],
    rules: Rules,
    rng: np.random.Generator,
    *,
    temperature: float = 0.9,
    top_p: float = 0.97,
    echoes: Sequence[Sequence[tuple[int, int, int]]] | None = None,
    tell: Callable[[float], None] | None = None,
    survival: Survival = NO_SURVIVAL,
) -> list[Candidate]:
    """One candidate for each frame. echoes: for each frame, stretches (start, stop, back) in which the highest voice
    repeats itself.

    survival: only where all frames and echoes are the same.
    """
    sample = partial(draw, rng=rng, temperature=temperature, top_p=top_p)
    rows = [Candidate(Cursor(frame), 0.0, 0) for frame in frames]
    start = 0
    for stop in survival.stops if len(rows) > 1 else ():
        _write(engine, rows, stop, rules, sample, echoes, tell)
        order = sorted(range(len(rows)), key=lambda i: survival.cost(rows[i], start, stop))
        rows = [rows[order[i % survival.kept]].split() for i in range(len(rows))]
        start = stop
    _write(engine, rows, None, rules, sample, echoes, tell)
    return rows


def _write(
    engine: Engine,
    rows: Sequence[Candidate],
    until: int | None,
    rules: Rules,
    sample: Callable[[NDArray[np.float32]], NDArray[np.int64]],
    echoes: Sequence[Sequence[tuple[int, int, int]]] | None,
    tell: Callable[[float], None] | None,
) -> None:
    """Go on with every row until no voice has anything to say before the tick `until`, or to the end."""

    def waits(row: Candidate) -> bool:
        return row.cursor.done or (until is not None and row.cursor.now >= until)

    lanes = [i for i, row in enumerate(rows) if not waits(row)]
    active = list(lanes)
    session = engine.session(len(lanes), [rows[i].history for i in lanes])
    inputs = np.zeros((len(lanes), len(COLUMNS)), np.uint8)
    steps = 0
    while active:
        if len(active) <= 0.7 * len(lanes):
            session.keep(np.array([lanes.index(i) for i in active]))
            inputs = np.zeros((len(active), len(COLUMNS)), np.uint8)
            lanes = list(active)
        speaking = {at: i for at, i in enumerate(lanes) if not waits(rows[i])}
        for at, i in speaking.items():
            rows[i].cursor.inputs(inputs[at])
        log_pitch = session.put(inputs)
        forced = {at: _forced(rows[i].cursor, echoes[i] if echoes else ()) for at, i in speaking.items()}
        free = [at for at, said in forced.items() if said is None]
        masked = _only({at: said[0] if said else None for at, said in forced.items()}, len(lanes), PITCHES)
        for at in free:
            cursor = rows[speaking[at]].cursor
            bias = pitch_bias(cursor, rules)
            wanted = log_pitch[at] if bias is None else log_pitch[at] + bias
            masked[at] = np.where(pitch_mask(cursor, rules), wanted, _NEVER)
        pitch = sample(masked)
        log_length = session.lengths(pitch)
        masked = _only({at: said[1] if said else None for at, said in forced.items()}, len(lanes), len(LENGTHS))
        for at in free:
            wanted = log_length[at] + length_bias(rows[speaking[at]].cursor, rules, int(pitch[at]))
            masked[at] = np.where(length_mask(rows[speaking[at]].cursor, rules, int(pitch[at])), wanted, _NEVER)
        length = sample(masked)
        for at, i in speaking.items():
            row = rows[i]
            if forced[at] is None:
                row.nats -= float(log_pitch[at, pitch[at]] + log_length[at, length[at]])
                row.drawn += int(0 < pitch[at] < PITCHES - 1)
            if until is not None:
                row.history.append(session.last(at))
            row.cursor.push(int(pitch[at]), int(length[at]))
        active = [i for i in active if not waits(rows[i])]
        steps += 1
        if tell is not None and steps % 16 == 0:
            first = rows[lanes[0]].cursor
            tell(min(1.0, first.now / max(1, first.frame.total)))


def _only(forced: Mapping[int, int | None], lanes: int, width: int) -> NDArray[np.float32]:
    """Log probabilities, (lanes, width), that leave each lane one choice: what it is bound to, the first where it waits;
    none (to be written) where a lane of `forced` is free.
    """
    masked = np.full((lanes, width), _NEVER)
    masked[:, 0] = 0
    for at, choice in forced.items():
        masked[at, 0] = _NEVER
        if choice is not None:
            masked[at, choice] = 0
    return masked


def _forced(cursor: Cursor, echoes: Sequence[tuple[int, int, int]]) -> tuple[int, int] | None:
    """(target, length) of what must be said now: a given note, or an echo of the voice itself."""
    given = cursor.given()
    if given is not None:
        return given[2], given[1]
    if cursor.voice == 0:
        for start, stop, back in echoes:
            if start <= cursor.now < stop:
                at = cursor.at(0, cursor.now - back)
                if cursor.onsets[0][at] == cursor.now - back:
                    return cursor.targets[0][at], cursor.lengths[0][at]
    return None
