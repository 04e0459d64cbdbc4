"""Notes as triples of arrival time, duration and note: the vocabulary of the Anticipatory Music Transformer.

Source: Thickstun, Hall, Donahue and Liang, "Anticipatory Music Transformer" (2023), arXiv 2306.08620; written from the paper. A piece is
a row of triples in order of time, in hundredths of a second; notes that are given beforehand (controls) have tokens of their own and
stand `AHEAD` before they sound, so that a model writes towards them. Where we differ: only times and lengths on a grid of the metre, notes
in the range of who plays, and in the scale of a key that was asked for, are ever drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.pretrained.causal import CausalModel, Rows

__all__ = ["AHEAD", "RATE", "TOKENS", "Event", "Frame", "Heat", "write_events"]

RATE = 100
"""Times to a second."""
TIMES, LENGTHS, NOTES = 10_000, 1_000, 129 * 128
"""Times within one window, lengths, and notes: 128 instruments and the drums by 128 pitches."""
AHEAD = 5 * RATE
_LENGTH, _NOTE = TIMES, TIMES + LENGTHS
_REST = _NOTE + NOTES
_CONTROLS = _REST + 1
_SEPARATOR = _CONTROLS + TIMES + LENGTHS + NOTES
_ALONE, _TOWARDS = _SEPARATOR + 1, _SEPARATOR + 2
TOKENS = _SEPARATOR + 3
"""Tokens of the vocabulary: 55,028."""
_PAUSE = RATE
"""A silence is told by a rest after so long."""
_RESTS = 4
_TOGETHER = 10
"""Rests in a row and notes at one instant, at most."""


@dataclass(frozen=True, order=True)
class Event:
    """A note. time, length: in hundredths of a second; program: General MIDI, 128 for drums; pitch: MIDI number."""

    time: int
    length: int
    program: int
    pitch: int

    def tokens(self, since: int = 0, *, given: bool = False) -> list[int]:
        """Its triple, with times counted from `since`; given: as a control."""
        shift = _CONTROLS if given else 0
        note = _NOTE + 128 * self.program + self.pitch
        length = int(np.clip(self.length, 0, LENGTHS - 1))
        return [shift + max(0, self.time - since), shift + _LENGTH + length, shift + note]


@dataclass(frozen=True)
class Frame:
    """What may be written. begins: times at which a note may begin, in order; ends: at which it may end; stop: when it is over;
    players: pitches of each program; most: notes at most.
    """

    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    stop: int
    players: Mapping[int, Sequence[int]]
    most: int

    @property
    def notes(self) -> list[int]:
        """Numbers of the notes that may be drawn."""
        return [128 * program + pitch for program, pitches in self.players.items() for pitch in pitches]


@dataclass(frozen=True)
class Heat:
    """temperature of a draw; top_p: the share of the chances that counts."""

    temperature: float
    top_p: float


@dataclass
class _Window:
    """What a model has read: triples in order, and the rows that know them."""

    model: CausalModel
    begin: int
    known: list[tuple[Event, bool]]
    since: int = 0
    rows: Rows | None = field(default=None)

    def read(self) -> Rows:
        """The rows after all that is known; the oldest of it is let go where the model sees no further."""
        most = max(4, (min(self.model.width, 1024) - 1) // 3)
        room = most if self.rows is None else most - most // 3
        self.known = self.known[-room:]
        while len(self.known) > 1 and self.known[-1][0].time - self.known[0][0].time > TIMES - 2 * AHEAD:
            self.known.pop(0)
        self.since = min((event.time for event, _ in self.known), default=0)
        tokens = [self.begin]
        for event, given in self.known:
            tokens += _tokens(event, self.since, given)
        self.rows = self.model.read(tokens)
        return self.rows

    def has_room(self, time: int) -> bool:
        """Whether one triple more at a time can be read."""
        return (len(self.known) + 2) * 3 < min(self.model.width, 1024) and time - self.since < TIMES - AHEAD

    def add(self, event: Event, given: bool, told: int) -> None:
        """A triple more, of which the first `told` tokens were read already."""
        self.known.append((event, given))
        if self.rows is None or not self.has_room(event.time):
            self.read()
            return
        for token in _tokens(event, self.since, given)[told:]:
            self.rows.step([token])


def _tokens(event: Event, since: int, given: bool) -> list[int]:
    tokens = event.tokens(since, given=given)
    return tokens if event.pitch >= 0 else [*tokens[:2], _REST]


def write_events(
    model: CausalModel,
    frame: Frame,
    rng: np.random.Generator,
    heat: Heat,
    *,
    before: Sequence[Event] = (),
    given: Sequence[Event] = (),
) -> tuple[list[Event], float]:
    """(notes of a frame in order of time, mean log chance of a note). before: what sounds before the frame; given: what sounds in
    it or after it and stays. Raises InputError if nothing may be written at all.
    """
    if not len(frame.begins) or not frame.notes:
        raise InputError("there is no time or no note that could be written; ask for more bars or another key")
    window = _Window(model, _TOWARDS if given else _ALONE, [(event, False) for event in sorted(before)])
    window.read()
    written: list[Event] = []
    chances: list[float] = []
    waiting, rests = sorted(given), 0
    now = int(frame.begins[0])
    while len(written) < frame.most:
        while waiting and waiting[0].time <= now + AHEAD:
            window.add(waiting.pop(0), True, 0)
        if not window.has_room(now + _PAUSE):
            window.read()
        found, chance = _draw(window, frame, written, now, rests, rng, heat)
        if found is None:
            break
        now = found.time
        if found.pitch < 0:
            rests += 1
            continue
        rests = 0
        written.append(found)
        chances.append(chance)
    return written, float(np.mean(chances)) if chances else -np.inf


def _draw(
    window: _Window,
    frame: Frame,
    written: Sequence[Event],
    now: int,
    rests: int,
    rng: np.random.Generator,
    heat: Heat,
) -> tuple[Event | None, float]:
    """(the next event, a rest as one of pitch -1, or None where the piece is over; its log chance)."""
    assert window.rows is not None
    last = [event for event in written if event.time == now]
    soonest = now + 1 if len(last) >= _TOGETHER else now
    pause = now + _PAUSE  # no triple is further from the last one: a rest stands between
    later = [int(t) for t in frame.begins if t >= soonest]
    times = [t for t in later if t <= pause] or later[:1]
    if rests < _RESTS and pause < frame.stop and pause not in times:
        times.append(pause)
    over = list(range(frame.stop - window.since, pause - window.since + 1)) if written else []
    if not times and not over:
        return None, 0.0
    time, first = _choose(window.rows.log_p[0], [*(t - window.since for t in times), *over], rng, heat)
    time += window.since
    if time >= frame.stop:
        return None, first
    window.rows.step([time - window.since])
    lengths = [int(e) - time for e in frame.ends if 0 < e - time < LENGTHS] if time in frame.begins else []
    silent = [0] if rests < _RESTS or not lengths else []
    length, second = _choose(window.rows.log_p[0], [_LENGTH + n for n in [*silent, *lengths]], rng, heat)
    length -= _LENGTH
    if length == 0:
        window.add(Event(time, 0, 0, -1), False, 1)
        return Event(time, 0, 0, -1), first + second
    window.rows.step([_LENGTH + length])
    busy = {128 * e.program + e.pitch for e in written if e.time + e.length > time}
    notes = [_NOTE + n for n in frame.notes if n not in busy]
    if not notes:
        window.known.append((Event(time, 0, 0, -1), False))
        window.read()
        return Event(time, 0, 0, -1), first + second
    note, third = _choose(window.rows.log_p[0], notes, rng, heat)
    event = Event(time, length, (note - _NOTE) // 128, (note - _NOTE) % 128)
    window.add(event, False, 2)
    return event, first + second + third


def _choose(
    log_p: NDArray[np.float32], tokens: Sequence[int], rng: np.random.Generator, heat: Heat
) -> tuple[int, float]:
    """(a token of some, drawn by its chances among them, its log chance there)."""
    ids = np.asarray(tokens)
    values = log_p[ids].astype(np.float64) / heat.temperature
    chances = np.exp(values - values.max())
    chances /= chances.sum()
    order = np.argsort(-chances, kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(chances[order]), heat.top_p)) + 1]
    at = kept[
        int(
            np.searchsorted(np.cumsum(chances[kept]), rng.random() * chances[kept].sum(), side="right").clip(
                0, len(kept) - 1
            )
        )
    ]
    return int(ids[at]), float(np.log(chances[at] + 1e-12))
