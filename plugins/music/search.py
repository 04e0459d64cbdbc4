"""Decoding: many candidates at once, each note drawn under the masks of its style, the best kept.

All randomness comes from the generator that is passed in; the same generator state gives the same notes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...core.transformer.sampling import draw
from .cursor import Cursor, Frame
from .engine import Engine
from .rules import Rules, length_mask, pitch_bias, pitch_mask
from .vocabulary import COLUMNS, LENGTHS, PITCHES

__all__ = ["Candidate", "decode"]

_NEVER = np.float32(-1e9)


@dataclass
class Candidate:
    """One finished row: its cursor, the natural log-likelihood of what was drawn (at temperature 1, without masks), and how many notes that was."""

    cursor: Cursor
    nats: float
    drawn: int

    @property
    def nats_per_note(self) -> float:
        """Negative log-likelihood of the drawn part by note."""
        return self.nats / max(1, self.drawn)


def decode(
    engine: Engine, frames: Sequence[Frame], rules: Rules, rng: np.random.Generator, *,
    temperature: float = 0.9, top_p: float = 0.97, echoes: Sequence[Sequence[tuple[int, int, int]]] | None = None,
    tell: Callable[[float], None] | None = None,
) -> list[Candidate]:
    """One candidate for each frame. echoes: for each frame, stretches (start, stop, back) in which the highest voice repeats itself."""
    rows = [Candidate(Cursor(frame), 0.0, 0) for frame in frames]
    session = engine.session(len(rows))
    active = [i for i, row in enumerate(rows) if not row.cursor.done]
    lanes = list(range(len(rows)))
    inputs = np.zeros((len(rows), len(COLUMNS)), np.uint8)
    steps = 0
    while active:
        if len(active) <= 0.7 * len(lanes):
            session.keep(np.array([lanes.index(i) for i in active]))
            inputs = np.zeros((len(active), len(COLUMNS)), np.uint8)
            lanes = list(active)
        for at, i in enumerate(lanes):
            if not rows[i].cursor.done:
                rows[i].cursor.inputs(inputs[at])
        log_pitch = session.put(inputs)
        forced = {at: _forced(rows[i].cursor, echoes[i] if echoes else ()) for at, i in enumerate(lanes) if not rows[i].cursor.done}
        masked = np.full((len(lanes), PITCHES), _NEVER)
        for at, i in enumerate(lanes):
            said = forced.get(at)
            if said is not None:
                masked[at, said[0]] = 0
            elif at in forced:
                bias = pitch_bias(rows[i].cursor, rules)
                wanted = log_pitch[at] if bias is None else log_pitch[at] + bias
                masked[at] = np.where(pitch_mask(rows[i].cursor, rules), wanted, _NEVER)
            else:
                masked[at, 0] = 0
        pitch = draw(masked, rng, temperature=temperature, top_p=top_p)
        log_length = session.lengths(pitch)
        masked = np.full((len(lanes), len(LENGTHS)), _NEVER)
        for at, i in enumerate(lanes):
            said = forced.get(at)
            if said is not None:
                masked[at, said[1]] = 0
            elif at in forced:
                masked[at] = np.where(length_mask(rows[i].cursor, rules, int(pitch[at])), log_length[at], _NEVER)
            else:
                masked[at, 0] = 0
        length = draw(masked, rng, temperature=temperature, top_p=top_p)
        for at, i in enumerate(lanes):
            if at not in forced:
                continue
            row = rows[i]
            if forced[at] is None:
                row.nats -= float(log_pitch[at, pitch[at]] + log_length[at, length[at]])
                row.drawn += int(0 < pitch[at] < PITCHES - 1)
            row.cursor.push(int(pitch[at]), int(length[at]))
        active = [i for i in active if not rows[i].cursor.done]
        steps += 1
        if tell is not None and steps % 16 == 0:
            first = rows[lanes[0]].cursor
            tell(min(1.0, first.now / max(1, first.frame.total)))
    return rows


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
