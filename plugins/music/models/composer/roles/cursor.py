"""Where a score with roles stands in the making: who speaks next, and all that the net may know there.

Training and decoding walk with the same cursor, so what a net learned from is what it is asked with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....theory.keys import key_shift
from ....theory.score import Metre, bar_lines
from ..encoding import TO_END_CAP
from ..vocabulary import HOLD, LENGTHS, METRES, REST, quantise
from .vocabulary import COLUMNS, ENSEMBLES, FORM, INDEX, MORE, NO_TONE, SLOTS, STYLES

__all__ = ["Cursor", "Frame"]

_LONGEST_SECTION = 16
_PER_SLOT = [
    tuple(INDEX[f"{name}{u}"] for name in ("now", "edge", "left", "before", "size")) for u in range(len(SLOTS))
]
_OWN = [INDEX[f"own{k}"] for k in (1, 2, 3, 4)]
_OWN_LENGTH = [INDEX[f"own_length{k}"] for k in (1, 2, 3)]
_FORM = [(INDEX[f"form{k}"], INDEX[f"form_length{k}"], INDEX[f"form_run{k}"]) for k in range(len(FORM))]
_SOUNDS, _HEARD = INDEX["sounds0"], INDEX["heard0"]
_SPEAKER = tuple(INDEX[name] for name in ("role", "slot", "said", "tone", "to_top", "to_bass"))
_LAST = tuple(INDEX[name] for name in ("last_pitch", "last_length", "last_slot"))
_TICK = tuple(
    INDEX[name]
    for name in (
        "metre",
        "place",
        "rest_of_place",
        "beat",
        "to_bar",
        "to_end",
        "bar_of_eight",
        "turned",
        "section",
        "section_left",
        "section_bar",
    )
)


@dataclass(frozen=True)
class Frame:
    """All that is fixed before the first note.

    style, ensemble: names of the vocabulary; slots: those that speak, in order; metres; total: ticks; keys, minor,
    sections: as in `RoleScore`.
    """

    style: str
    ensemble: str
    slots: tuple[int, ...]
    metres: tuple[Metre, ...]
    total: int
    keys: tuple[tuple[int, int], ...] = ((0, 0),)
    minor: bool | None = None
    sections: tuple[int, ...] = ()

    @property
    def shift(self) -> int:
        """Semitones from written to encoded pitches."""
        return key_shift(self.keys[0][1])


class _Clock:
    """What depends on the tick alone."""

    def __init__(self, frame: Frame) -> None:
        bars = bar_lines(frame.metres, max(frame.total, 1))
        self.starts = [start for start, _ in bars]
        self.metres = [metre for _, metre in bars]
        self.first = int(self.starts[0] < 0)
        self.total = frame.total
        self.key_ticks = [tick for tick, _ in frame.keys]
        shift = frame.shift
        self.turns = [1 + (key_shift(sharps) - shift) % 12 for _, sharps in frame.keys]
        sections = sorted({0, *(s for s in frame.sections if s < frame.total)}) if frame.sections else []
        self.sections = sections
        self.section_bars = [self.bar(s) for s in [*sections, max(frame.total - 1, 0)]] if sections else []
        self.last = -1
        self.values: tuple[int, ...] = ()

    def bar(self, tick: int) -> int:
        """Index of the bar at a tick."""
        return max(bisect_right(self.starts, tick) - 1, 0)

    def at(self, tick: int) -> tuple[int, ...]:
        """The values of the columns `_TICK`."""
        if tick == self.last:
            return self.values
        bar = self.bar(tick)
        metre = self.metres[bar]
        name = (metre.numerator, metre.denominator)
        place, size = tick - self.starts[bar], metre.bar
        section = left = within = 0
        if self.sections:
            at = bisect_right(self.sections, tick) - 1
            section = 1 + min(at, 6)
            left = 1 + min(self.section_bars[at + 1] - bar, _LONGEST_SECTION)
            within = 1 + min(bar - self.section_bars[at], _LONGEST_SECTION)
        self.last = tick
        self.values = (
            METRES.index(name) if name in METRES else 0,
            min(place // 6, 63) + 1,
            place % 6 + 1,
            min(place // 24, 11) + 1,
            1 + quantise(size - place),
            1 + quantise(min(self.total - tick, TO_END_CAP)),
            (bar - self.first) % 8 + 1,
            self.turns[max(bisect_right(self.key_ticks, tick) - 1, 0)],
            section,
            left,
            max(0, within),
        )
        return self.values


def _level(ticks: int, bar: int) -> int:
    """How much of a bar a pitch class has sounded: 0 to 4."""
    return 0 if ticks <= 0 else 1 + (8 * ticks > bar) + (3 * ticks > bar) + (4 * ticks > 3 * bar)


class Cursor:
    """`slot` speaks next at tick `now`; -1 when all have reached the end. said: tones of the chord in the making.

    For each slot, the events so far: onsets in ticks, indices of lengths, encoded tones (() for a rest).
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.clock = _Clock(frame)
        count = len(SLOTS)
        self.end = [0] * count
        self.onsets: list[list[int]] = [[] for _ in range(count)]
        self.lengths: list[list[int]] = [[] for _ in range(count)]
        self.tones: list[list[tuple[int, ...]]] = [[] for _ in range(count)]
        self.held: list[list[bool]] = [[] for _ in range(count)]
        self.runs = [[0] * len(FORM) for _ in range(count)]
        self.heard = [0] * 12
        self.heard_bar = 0
        self.said: tuple[int, ...] = ()
        self.last: tuple[int, int, int] = (0, 0, 0)
        self.slot = self.now = 0
        self.fixed = [0] * len(COLUMNS)
        parts = sum(SLOTS[u].startswith("part") for u in frame.slots)
        ensemble = ENSEMBLES.index(frame.ensemble) if frame.ensemble in ENSEMBLES else 0
        header = {
            "style": 1 + (STYLES.index(frame.style) if frame.style in STYLES else 0),
            "ensemble": 1 + ensemble,
            "parts": parts,
            "key": 1 + (frame.shift + 6) % 12,
            "mode": 0 if frame.minor is None else 1 + frame.minor,
        }
        for name, value in header.items():
            self.fixed[INDEX[name]] = value
        self.role = 1 + ensemble * len(SLOTS)
        self._turn()

    def copy(self) -> Cursor:
        """An independent copy."""
        other = Cursor.__new__(Cursor)
        other.__dict__.update(self.__dict__)
        for name in ("onsets", "lengths", "tones", "held", "runs"):
            setattr(other, name, [list(x) for x in getattr(self, name)])
        other.end, other.heard = list(self.end), list(self.heard)
        return other

    def _turn(self) -> None:
        self.slot = min(self.frame.slots, key=lambda u: self.end[u])
        self.now = self.end[self.slot]
        if self.now >= self.frame.total:
            self.slot = -1

    @property
    def done(self) -> bool:
        """Whether all have reached the end."""
        return self.slot < 0

    def bar_at(self, tick: int) -> tuple[int, int]:
        """(first tick, ticks) of the bar at a tick."""
        bar = self.clock.bar(tick)
        return self.clock.starts[bar], self.clock.metres[bar].bar

    def backs(self, tick: int) -> list[int]:
        """The ticks at which the form inputs look, below 0 where there is nothing."""
        _, size = self.bar_at(tick)
        beat = size // 2 if size % 48 == 0 else size // 3
        return [tick - (beat if k < 1 else int(k) * size) for k in FORM]

    def at(self, slot: int, tick: int) -> int:
        """Index of the event of `slot` at `tick`."""
        return max(bisect_right(self.onsets[slot], tick) - 1, 0)

    def sounding(self) -> list[int]:
        """All tones that sound at this instant as far as they are said."""
        tones = list(self.said)
        for u in self.frame.slots:
            if self.end[u] > self.now:
                tones += self.tones[u][-1]
        return tones

    def inputs(self, out: NDArray[np.uint8], references: NDArray[np.uint8]) -> None:
        """Write the inputs of the position that comes, (columns,), and the pitches that intervals are measured from."""
        u, t, i = self.slot, self.now, len(self.said)
        values = list(self.fixed)
        for column, value in zip(_TICK, self.clock.at(t), strict=True):
            values[column] = value
        for v in self.frame.slots:
            tones = self.tones[v]
            if tones:
                now, edge, left, before, size = _PER_SLOT[v]
                last = tones[-1]
                values[now], values[edge] = (last[0], last[-1]) if last else (NO_TONE, NO_TONE)
                values[left] = 1 + 2 * quantise(self.end[v] - t) + (self.onsets[v][-1] == t)
                values[size] = 1 + min(len(last), 5)
                if len(tones) > 1:
                    values[before] = tones[-2][0] if tones[-2] else NO_TONE
        sounding = self.sounding()
        for tone in sounding:
            values[_SOUNDS + tone % 12] = 1
        start, bar = self.bar_at(t)
        if start == self.heard_bar:
            for k, ticks in enumerate(self.heard):
                values[_HEARD + k] = _level(ticks, bar)
        own, lengths = self.tones[u], self.lengths[u]
        for k in range(min(4, len(own))):
            values[_OWN[k]] = own[-1 - k][i] if i < len(own[-1 - k]) else NO_TONE
            if k < 3:
                values[_OWN_LENGTH[k]] = lengths[-1 - k] + 1
        form = self._form(values, u, t, i)
        mine = next((tones for tones in reversed(own) if tones), ())
        top, bass = max(sounding, default=0), min(sounding, default=0)
        anchor = self.said[-1] if i else (mine[0] if mine else 0)
        role, slot, said, tone, to_top, to_bass = _SPEAKER
        values[role], values[slot], values[said] = self.role + u, 1 + u, 1 + min(i, 7)
        values[tone] = self.said[-1] if i else 0
        if anchor and top:
            values[to_top] = min(max(anchor - top + 64, 1), 127)
            values[to_bass] = min(max(anchor - bass + 64, 1), 127)
        for column, value in zip(_LAST, self.last, strict=True):
            values[column] = value
        out[:] = values
        references[:] = (
            mine[0] if mine else 0,
            self.said[-1] if i else (mine[-1] if mine else 0),
            bass,
            top,
            form[1],
            form[0],
        )

    def _form(self, values: list[int], u: int, t: int, i: int) -> list[int]:
        """Fill what stood at the same place before; gives the tones there, 0 for none."""
        found = [0] * len(FORM)
        onsets = self.onsets[u]
        for k, back in enumerate(self.backs(t)):
            if back < 0:
                continue
            at = self.at(u, back)
            tones = self.tones[u][at]
            pitch, length, run = _FORM[k]
            if i < len(tones):
                values[pitch] = found[k] = tones[i]
            else:
                values[pitch] = NO_TONE
            begins = onsets[at] == back
            values[length] = (MORE if i + 1 < len(tones) else self.lengths[u][at]) + 1 if begins else MORE + 2
            values[run] = 1 + min(self.runs[u][k], 7)
        return found

    def push(self, pitch: int, length: int) -> None:
        """Say a pitch (REST, a tone, HOLD) and a length (index, or MORE) where it is somebody's turn."""
        u, t = self.slot, self.now
        self.last = (pitch or NO_TONE, length + 1, u + 1)
        if length == MORE:
            self.said = (*self.said, pitch)
            return
        tones = self.tones[u][-1] if pitch == HOLD and self.tones[u] else ()
        if pitch not in (REST, HOLD):
            tones = (*self.said, pitch)
        self._note_runs(u, t, length, tones)
        self._note_heard(t, LENGTHS[length], tones)
        self.onsets[u].append(t)
        self.lengths[u].append(length)
        self.tones[u].append(tones)
        self.held[u].append(pitch == HOLD)
        self.end[u] = t + LENGTHS[length]
        self.said = ()
        self._turn()

    def _note_runs(self, u: int, t: int, length: int, tones: Sequence[int]) -> None:
        for k, back in enumerate(self.backs(t)):
            same = False
            if back >= 0:
                at = self.at(u, back)
                same = self.onsets[u][at] == back and self.lengths[u][at] == length and self.tones[u][at] == tones
            self.runs[u][k] = self.runs[u][k] + 1 if same else 0

    def _note_heard(self, t: int, ticks: int, tones: Sequence[int]) -> None:
        start, bar = self.bar_at(t)
        if start != self.heard_bar:
            self.heard_bar, self.heard = start, [0] * 12
        for tone in tones:
            self.heard[tone % 12] += min(ticks, start + bar - t)
