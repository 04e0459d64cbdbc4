"""Drawing the notes of a plan: several rows at once, at each phrase end the best go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.sampling import draw
from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.encoding import Word
from ...models.composer.roles.engine import RoleEngine
from ...models.composer.roles.vocabulary import COLUMNS, MORE, REFERENCES
from ...models.composer.vocabulary import HOLD, LENGTHS, PITCHES, REST
from .form import RolePlan
from .leanings import length_bias, pitch_bias
from .masks import FIRST, Rules, length_mask, pitch_mask, repeated
from .taste import phrase_cost

__all__ = ["Row", "draw_rows"]

_NEVER = np.float32(-1e9)
_KEPT = 2
"""Rows that go on from a phrase end in the place of all."""


@dataclass
class Row:
    """A piece in the making: its cursor, the negative log-likelihood of what was drawn and how many notes that was; cost
    so far; queue: what must be said next; history: inputs so far.
    """

    cursor: Cursor
    nats: float = 0.0
    drawn: int = 0
    cost: float = 0.0
    begun: tuple[float, int] = (0.0, 0)
    queue: list[Word] = field(default_factory=list)
    history: list[NDArray[np.int32]] = field(default_factory=list, repr=False)

    def split(self) -> Row:
        """A row of its own that goes on from here."""
        return Row(
            self.cursor.copy(), self.nats, self.drawn, self.cost, (self.nats, self.drawn), [], list(self.history)
        )


def draw_rows(
    engine: RoleEngine,
    plan: RolePlan,
    rules: Rules,
    rng: np.random.Generator,
    *,
    count: int,
    temperature: float,
    top_p: float,
    first: Row | None = None,
    tell: Callable[[float], None] | None = None,
) -> list[Row]:
    """`count` rows of a plan, the best first. first: what all of them begin with, in place of nothing."""
    rows = [first.split() if first is not None else Row(Cursor(plan.frame)) for _ in range(count)]
    for close in plan.closes:
        _write(engine, plan, rules, rows, close.end, rng, temperature, top_p)
        for row in rows:
            nats, drawn = row.nats - row.begun[0], row.drawn - row.begun[1]
            mean = nats / max(1, drawn) if drawn > 4 else None
            row.cost += phrase_cost(row.cursor, close.begin, close.end, mean, plan.closes[-1].key)
        rows.sort(key=lambda row: row.cost)
        if not close.last:
            rows = [rows[i % min(_KEPT, len(rows))].split() for i in range(len(rows))]
        if tell is not None:
            tell(close.end / plan.frame.total)
    return rows


def _write(
    engine: RoleEngine,
    plan: RolePlan,
    rules: Rules,
    rows: Sequence[Row],
    until: int,
    rng: np.random.Generator,
    temperature: float,
    top_p: float,
) -> None:
    """Go on with every row until nobody has anything to say before the tick `until`."""

    def waits(row: Row) -> bool:
        return row.cursor.done or row.cursor.now >= until

    lanes = [row for row in rows if not waits(row)]
    if not lanes:
        return
    session = engine.session(len(lanes), [row.history for row in lanes])
    while any(not waits(row) for row in lanes):
        going = [at for at, row in enumerate(lanes) if not waits(row)]
        if len(going) < len(lanes):
            session.keep(np.array(going))
            lanes = [lanes[at] for at in going]
        inputs = np.zeros((len(lanes), len(COLUMNS)), np.uint8)
        references = np.zeros((len(lanes), REFERENCES), np.uint8)
        for at, row in enumerate(lanes):
            row.cursor.inputs(inputs[at], references[at])
            if not row.queue:
                row.queue = _echoed(row.cursor, plan) or repeated(row.cursor, plan)
        log_pitch = session.put(inputs, references)
        masked = np.full((len(lanes), PITCHES), _NEVER)
        for at, row in enumerate(lanes):
            if row.queue:
                masked[at, row.queue[0][0]] = 0
            else:
                allowed = pitch_mask(row.cursor, plan, rules)
                masked[at] = np.where(allowed, log_pitch[at] + pitch_bias(row.cursor, plan, rules), _NEVER)
        pitch = draw(masked, rng, temperature=temperature, top_p=top_p)
        log_length = session.lengths(pitch)
        masked = np.full((len(lanes), MORE + 1), _NEVER)
        for at, row in enumerate(lanes):
            if row.queue:
                masked[at, row.queue[0][1]] = 0
            else:
                allowed = length_mask(row.cursor, plan, rules, int(pitch[at]))
                bias = length_bias(row.cursor, plan, rules, int(pitch[at]))
                masked[at] = np.where(allowed, log_length[at] + bias, _NEVER)
        length = draw(masked, rng, temperature=temperature, top_p=top_p)
        for at, row in enumerate(lanes):
            if row.queue:
                row.queue.pop(0)
            else:
                row.nats -= float(log_pitch[at, pitch[at]] + log_length[at, length[at]])
                row.drawn += int(pitch[at] not in (REST, HOLD))
            row.history.append(session.last(at))
            row.cursor.push(int(pitch[at]), int(length[at]))


def _echoed(cursor: Cursor, plan: RolePlan) -> list[Word]:
    """What a slot said where its section, or its tune, was heard before, if it said something there."""
    u, now = cursor.slot, cursor.now
    for start, stop, back in (*plan.echoes, *(plan.tunes if u in FIRST else ())):
        if start <= now < stop and not cursor.said:
            at = cursor.at(u, now - back)
            length = cursor.lengths[u][at]
            if cursor.onsets[u][at] == now - back and now + LENGTHS[length] <= stop:
                tones = cursor.tones[u][at]
                if cursor.held[u][at] or not tones:
                    return [(HOLD if cursor.held[u][at] else REST, length)]
                return [*((tone, MORE) for tone in tones[:-1]), (tones[-1], length)]
    return []
