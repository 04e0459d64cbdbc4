"""Where a score in the making stands: whose turn it is, and the inputs of that position.

This is `encoding` turned round for decoding, one position at a time. A test pushes real works through it and compares
every input with the training rows.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...theory.score import Metre, Note, bar_lines
from .encoding import TO_END_CAP, bins
from .vocabulary import COLUMNS, FORM, HOLD, INDEX, LENGTHS, LOW, METRES, REST, SLOTS, STYLES, TASKS, quantise

__all__ = ["Cursor", "Frame", "Goal", "Segment"]

Segment = tuple[int, int, int, int]
"""onset, length index, target, sounding pitch (encoded)."""

_PITCH_CAP = 127
_NOW = [INDEX[f"now{u}"] for u in range(SLOTS)]
_BEFORE = [INDEX[f"before{u}"] for u in range(SLOTS)]
_LEFT = [INDEX[f"left{u}"] for u in range(SLOTS)]
_OWN = [INDEX[f"own{k}"] for k in (1, 2, 3)]
_FORM = [(k, INDEX[f"form{k}"], INDEX[f"form_length{k}"], INDEX[f"form_run{k}"]) for k in FORM]
_TOP_FORM = {4: INDEX["top_form4"], 8: INDEX["top_form8"]}
_NEXT = [(INDEX[f"next{u}"], INDEX[f"next_in{u}"], INDEX[f"after{u}"]) for u in range(SLOTS)]
_VOICE, _FROM_BASS = INDEX["voice"], INDEX["from_bass"]
_LAST = INDEX["last_pitch"], INDEX["last_length"], INDEX["last_voice"]
_OWN_LENGTH = INDEX["own_length1"], INDEX["own_length2"]
_TO = INDEX["to_top"], INDEX["to_bass"], INDEX["to_above"]


@dataclass(frozen=True)
class Goal:
    """A phrase end.

    start, end: ticks of its last chord; chord: class as in `encoding.chord_class`, 0 if free; top: 1 + pitch class, 0
    if free; dominant: whether the beat before is bound to be its dominant.
    """

    start: int
    end: int
    chord: int = 0
    top: int = 0
    dominant: bool = False


@dataclass(frozen=True)
class Frame:
    """All that is fixed before the first note.

    style; voices; metres; total: ticks; shift: semitones from written to encoded pitch; goals: phrase ends in order;
    final: class
    of the last chord, 0 if free; task: a name of `TASKS`; given: for each voice the segments that are given, in order.
    """

    style: str
    voices: int
    metres: tuple[Metre, ...]
    total: int
    shift: int = 0
    goals: tuple[Goal, ...] = ()
    final: int = 0
    task: str = "free"
    given: tuple[tuple[Segment, ...], ...] = ()
    key: int = 0
    told: bool = True
    table: NDArray[np.uint8] = field(init=False, repr=False)
    bar: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table, bar = _static(self)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "bar", bar)


def _static(frame: Frame) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Inputs that depend on the tick alone, (total, columns); and the length of the bar at each tick."""
    ticks = np.arange(max(frame.total, 1))
    out = np.zeros((len(ticks), len(COLUMNS)), np.uint8)
    bars = bar_lines(frame.metres, len(ticks))
    starts = np.array([b[0] for b in bars])
    sizes = np.array([b[1].bar for b in bars])
    names = [(b[1].numerator, b[1].denominator) for b in bars]
    metres = np.array([METRES.index(m) if m in METRES else 0 for m in names])
    bar = np.maximum(np.searchsorted(starts, ticks, side="right") - 1, 0)
    place, size = ticks - starts[bar], sizes[bar]
    out[:, INDEX["style"]] = (STYLES.index(frame.style) if frame.style in STYLES else 0) + 1
    out[:, INDEX["voices"]] = frame.voices
    out[:, INDEX["metre"]] = metres[bar]
    out[:, INDEX["key"]] = (frame.shift + 6) % 12 + 1
    out[:, INDEX["shift"]] = 7 + frame.key
    out[:, INDEX["task"]] = TASKS.index(frame.task) + 1
    out[:, INDEX["place"]] = np.minimum(place // 6, 63) + 1
    out[:, INDEX["rest_of_place"]] = place % 6 + 1
    out[:, INDEX["beat"]] = np.minimum(place // 24, 11) + 1
    out[:, INDEX["to_bar"]] = 1 + bins(size - place)
    out[:, INDEX["to_end"]] = 1 + bins(np.minimum(frame.total - ticks, TO_END_CAP))
    out[:, INDEX["bar_of_eight"]] = (bar - int(starts[0] < 0)) % 8 + 1
    out[:, INDEX["final"]] = frame.final
    start = 0
    for goal in frame.goals if frame.told else ():
        rows = slice(start, goal.end)
        out[rows, INDEX["goal"]] = 1 + bins(goal.end - ticks[rows])
        out[rows, INDEX["goal_chord"]] = goal.chord
        out[rows, INDEX["goal_top"]] = goal.top
        start = goal.end
    return out, size


class Cursor:
    """One row of decoding. `voice` speaks next at tick `now`; -1 when all voices have reached the end."""

    def __init__(self, frame: Frame) -> None:
        n = frame.voices
        self.frame = frame
        self.end = [0] * n
        self.onsets: list[list[int]] = [[] for _ in range(n)]
        self.lengths: list[list[int]] = [[] for _ in range(n)]
        self.sounds: list[list[int]] = [[] for _ in range(n)]
        self.targets: list[list[int]] = [[] for _ in range(n)]
        self.runs: list[dict[int, int]] = [dict.fromkeys(FORM, 0) for _ in range(n)]
        self.spoken = [0] * n
        self.last: tuple[int, int, int] | None = None
        self.voice, self.now = 0, 0
        self._turn()

    def copy(self) -> Cursor:
        """An independent copy."""
        other = Cursor.__new__(Cursor)
        other.__dict__.update(self.__dict__)
        for name in ("onsets", "lengths", "sounds", "targets"):
            setattr(other, name, [list(x) for x in getattr(self, name)])
        other.runs = [dict(r) for r in self.runs]
        other.end, other.spoken = list(self.end), list(self.spoken)
        return other

    def _turn(self) -> None:
        self.now = min(self.end)
        self.voice = self.end.index(self.now) if self.now < self.frame.total else -1

    @property
    def done(self) -> bool:
        """Whether every voice has reached the end."""
        return self.voice < 0

    def given(self) -> Segment | None:
        """The given segment that must be spoken now, if any."""
        if not self.frame.given:
            return None
        mine = self.frame.given[self.voice]
        at = self.spoken[self.voice]
        return mine[at] if at < len(mine) and mine[at][0] == self.now else None

    def next_given(self, voice: int) -> Segment | None:
        """The next given segment of a voice that is not yet spoken."""
        if not self.frame.given:
            return None
        mine = self.frame.given[voice]
        return mine[self.spoken[voice]] if self.spoken[voice] < len(mine) else None

    def room(self) -> int:
        """Ticks until the next given segment of the voice that speaks, or the end."""
        following = self.next_given(self.voice)
        return (following[0] if following else self.frame.total) - self.now

    def sounding(self, voice: int) -> int:
        """What sounds in a voice at this instant as far as it is said, 0 if nothing."""
        return self.sounds[voice][-1] if self.end[voice] > self.now else 0

    def at(self, voice: int, tick: int) -> int:
        """Index of the segment of `voice` at `tick`."""
        return max(bisect_right(self.onsets[voice], tick) - 1, 0)

    def inputs(self, out: NDArray[np.uint8]) -> None:
        """Write the inputs of the position that comes, (columns,)."""
        v, t, frame = self.voice, self.now, self.frame
        values = frame.table[t].tolist()
        voices = frame.voices
        values[_VOICE], values[_FROM_BASS] = v + 1, voices - v
        if self.last is not None:
            values[_LAST[0]], values[_LAST[1]], values[_LAST[2]] = self.last
        for u in range(voices):
            sounds = self.sounds[u]
            if sounds:
                onset = self.onsets[u][-1]
                values[_NOW[u]] = sounds[-1] or HOLD
                values[_LEFT[u]] = 1 + 2 * quantise(self.end[u] - t) + (onset == t)
                if len(sounds) > 1:
                    values[_BEFORE[u]] = sounds[-2] or HOLD
        own, lengths = self.sounds[v], self.lengths[v]
        for k in range(min(3, len(own))):
            values[_OWN[k]] = own[-1 - k] or HOLD
            if k < 2:
                values[_OWN_LENGTH[k]] = lengths[-1 - k] + 1
        if own and own[-1]:
            for column, other in zip(_TO, (0, voices - 1, max(v - 1, 0)), strict=True):
                theirs = self.sounds[other]
                if theirs and theirs[-1]:
                    values[column] = min(max(own[-1] - theirs[-1] + 64, 1), _PITCH_CAP)
        self._form(values, v, t)
        if frame.given:
            for u in range(voices):
                mine, at = frame.given[u], self.spoken[u]
                if at < len(mine):
                    values[_NEXT[u][0]] = mine[at][3] or HOLD
                    values[_NEXT[u][1]] = 1 + quantise(mine[at][0] - t)
                    if at + 1 < len(mine):
                        values[_NEXT[u][2]] = mine[at + 1][3] or HOLD
        out[:] = values

    def _form(self, values: list[int], v: int, t: int) -> None:
        bar = int(self.frame.bar[t])
        for k, pitch, length, run in _FORM:
            back = t - k * bar
            if back < 0:
                continue
            at = self.at(v, back)
            values[pitch] = self.sounds[v][at] or HOLD
            values[length] = self.lengths[v][at] + 1 if self.onsets[v][at] == back else len(LENGTHS) + 1
            values[run] = 1 + min(self.runs[v][k], 7)
            if k in _TOP_FORM:
                top = self.at(0, back)
                values[_TOP_FORM[k]] = self.sounds[0][top] or HOLD

    def push(self, target: int, length: int) -> None:
        """Say a pitch (target alphabet) and a length (index) in the voice whose turn it is."""
        v, t = self.voice, self.now
        sound = self.sounds[v][-1] if target == HOLD and self.sounds[v] else (0 if target == HOLD else target)
        bar = int(self.frame.bar[t])
        for k in FORM:
            back = t - k * bar
            same = False
            if back >= 0:
                at = self.at(v, back)
                same = self.onsets[v][at] == back and self.lengths[v][at] == length and self.sounds[v][at] == sound
            self.runs[v][k] = self.runs[v][k] + 1 if same else 0
        following = self.next_given(v)
        if following is not None and following[0] == t:
            self.spoken[v] += 1
        self.onsets[v].append(t)
        self.lengths[v].append(length)
        self.sounds[v].append(sound)
        self.targets[v].append(target)
        self.end[v] = t + LENGTHS[length]
        self.last = (sound or HOLD, length + 1, v + 1)
        self._turn()

    def lines(self) -> list[list[Note]]:
        """What was said so far as written notes, one list a voice."""
        lines: list[list[Note]] = []
        for v in range(self.frame.voices):
            line: list[Note] = []
            for onset, length, target in zip(self.onsets[v], self.lengths[v], self.targets[v], strict=True):
                ticks = LENGTHS[length]
                if target == HOLD and line and line[-1].end == onset:
                    line[-1] = Note(line[-1].onset, line[-1].length + ticks, line[-1].pitch)
                elif target not in (REST, HOLD):
                    line.append(Note(onset, ticks, target + LOW - 1 - self.frame.shift))
            lines.append(line)
        return lines
