"""Music as arrays on a grid of quarters: notes, bars and beats, voices. What every analysis starts from.

A PrettyMIDI counts in seconds; a reader of music counts in bars. Ticks are exact, so positions are quarters = ticks /
resolution. Bars follow the metres of the file, a pickup included: a first metre that lasts one bar only, half of the next
at most and counted in no longer unit (1/4 before 4/4), or a metre stated again within its own first bar, makes bar 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..notation.payload import is_pickup, seconds_to_ticks, tempo_map

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["Bars", "NoteTable", "Part", "read_notes"]

MAX_VOICES = 8
_EPSILON = 1e-6


@dataclass(frozen=True)
class Part:
    """An instrument: name, General MIDI program, whether it is drums, how many notes it has."""

    name: str
    program: int
    is_drum: bool
    notes: int


@dataclass(frozen=True)
class Bars:
    """The bars of a piece. start, length: quarters; number: as printed, the first whole bar being 1; numerator,
    denominator: the metre.
    """

    start: np.ndarray
    length: np.ndarray
    number: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    def index(self, position: np.ndarray | float) -> np.ndarray:
        """Which bar (0 = the first in the file) holds a position in quarters."""
        return np.clip(np.searchsorted(self.start, np.asarray(position) + _EPSILON, side="right") - 1, 0, len(self) - 1)

    def numbers(self, position: np.ndarray | float) -> np.ndarray:
        """The printed number of the bar that holds a position in quarters."""
        return self.number[self.index(position)]

    def beat_length(self, index: int) -> float:
        """Quarters a beat: a dotted note in 6/8, 9/8, 12/8 and the like, else the metre's lower number."""
        top, bottom = int(self.numerator[index]), int(self.denominator[index])
        return 12 / bottom if top > 3 and top % 3 == 0 and bottom >= 8 else 4 / bottom

    def beat_in_bar(self, position: float) -> float:
        """The beat within its bar, 1 = the bar line; a pickup counts so that it ends with the bar's last beat."""
        i = int(self.index(position))
        offset = position - self.start[i]
        if self.number[i] == 0 and len(self) > 1:
            offset += max(0.0, self.length[i + 1] - self.length[i])
        return 1 + offset / self.beat_length(i)

    @property
    def first_whole(self) -> int:
        """Index of bar 1: the first, or the one after a pickup."""
        return 1 if self.number[0] == 0 and len(self) > 1 else 0

    def metre_name(self, index: int) -> str:
        """The metre of a bar, as in "3/4"."""
        return f"{self.numerator[index]}/{self.denominator[index]}"

    @cached_property
    def beats(self) -> np.ndarray:
        """The positions of all beats in quarters."""
        return np.concatenate(
            [
                s + np.arange(0, n - _EPSILON, self.beat_length(i))
                for i, (s, n) in enumerate(zip(self.start, self.length, strict=True))
            ]
        )


@dataclass(frozen=True)
class NoteTable:
    """Notes sorted by onset, then pitch from above; arrays of one length.

    onset, end: quarters; start_s, end_s: seconds; pitch 0-127; velocity 1-127; part: index into `parts`; voice: 0 = the
    highest line,
    -1 for drums; bars; keys: (quarter, key number 0-11 major, 12-23 minor) of the file's signatures; tempi: (quarter,
    quarters a minute).
    """

    onset: np.ndarray
    end: np.ndarray
    start_s: np.ndarray
    end_s: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    part: np.ndarray
    voice: np.ndarray
    parts: tuple[Part, ...]
    bars: Bars
    keys: tuple[tuple[float, int], ...]
    tempi: tuple[tuple[float, float], ...]
    resolution: int

    def __len__(self) -> int:
        return len(self.onset)

    @cached_property
    def length(self) -> float:
        """The end of the last note in quarters."""
        return float(self.end.max()) if len(self) else 0.0

    @cached_property
    def seconds(self) -> float:
        """The end of the last note in seconds."""
        return float(self.end_s.max()) if len(self) else 0.0

    @cached_property
    def beats(self) -> np.ndarray:
        """The positions of the beats before the last note ends, in quarters."""
        return self.bars.beats[self.bars.beats < self.length - _EPSILON]

    @cached_property
    def pitched(self) -> np.ndarray:
        """Indices of the notes that are not drums."""
        return np.flatnonzero(self.voice >= 0)

    @cached_property
    def voices(self) -> int:
        """How many lines there are."""
        return int(self.voice.max()) + 1 if len(self) and self.voice.max() >= 0 else 0

    def line(self, voice: int) -> np.ndarray:
        """Indices of the notes of one voice, in time."""
        return np.flatnonzero(self.voice == voice)

    def weights(self, edges: np.ndarray) -> np.ndarray:
        """How long each pitch class sounds between each two of `edges` (quarters): float64 of shape (len(edges) - 1,
        12).
        """
        out = np.zeros((len(edges) - 1, 12))
        some = self.pitched
        if not len(some):
            return out
        onset, end, pc = self.onset[some], self.end[some], self.pitch[some] % 12
        first = np.searchsorted(edges, onset + _EPSILON, side="right") - 1
        last = np.searchsorted(edges, end - _EPSILON, side="left") - 1
        for step in range(int((last - first).max()) + 1):
            place = first + step
            live = (place <= last) & (place >= 0) & (place < len(out))
            at = place[live]
            lasts = np.minimum(end[live], edges[at + 1]) - np.maximum(onset[live], edges[at])
            np.add.at(out, (at, pc[live]), np.maximum(lasts, 0))
        return out

    def sounding(self, position: float) -> np.ndarray:
        """Indices of the pitched notes that sound at a position in quarters, the lowest first."""
        live = self.pitched[
            (self.onset[self.pitched] <= position + _EPSILON) & (self.end[self.pitched] > position + _EPSILON)
        ]
        return live[np.argsort(self.pitch[live], kind="stable")]


def read_notes(midi: PrettyMIDI) -> NoteTable:
    """The notes of some MIDI; instruments without notes are left out."""
    rows: list[np.ndarray] = []
    parts: list[Part] = []
    for instrument in midi.instruments:
        if not instrument.notes:
            continue
        starts = seconds_to_ticks(midi, [n.start for n in instrument.notes])
        ends = np.maximum(seconds_to_ticks(midi, [n.end for n in instrument.notes]), starts + 1)
        values = np.array([(n.pitch, n.velocity, n.start, n.end) for n in instrument.notes])
        rows.append(np.column_stack([starts, ends, values, np.full(len(starts), len(parts))]))
        parts.append(Part(instrument.name, int(instrument.program), bool(instrument.is_drum), len(instrument.notes)))
    table = np.concatenate(rows) if rows else np.zeros((0, 7))
    table = table[np.lexsort((table[:, 6], -table[:, 2], table[:, 0]))]
    resolution = float(midi.resolution)
    onset, end = table[:, 0] / resolution, table[:, 1] / resolution
    pitch, part = table[:, 2].astype(int), table[:, 6].astype(int)
    ticks, _, tempi = tempo_map(midi)
    signatures = sorted(
        (int(seconds_to_ticks(midi, [k.time])[0]) / resolution, int(k.key_number)) for k in midi.key_signature_changes
    )
    return NoteTable(
        onset=onset,
        end=end,
        start_s=table[:, 4],
        end_s=table[:, 5],
        pitch=pitch,
        velocity=table[:, 3].astype(int),
        part=part,
        voice=_voices(onset, end, pitch, part, parts),
        parts=tuple(parts),
        bars=_bars(midi, float(end.max()) if len(end) else 0.0),
        keys=tuple(signatures),
        tempi=tuple((float(t) / resolution, 6e7 / float(us)) for t, us in zip(ticks, tempi, strict=True)),
        resolution=midi.resolution,
    )


def _bars(midi: PrettyMIDI, length: float) -> Bars:
    metres = [
        (float(seconds_to_ticks(midi, [m.time])[0]) / midi.resolution, int(m.numerator), int(m.denominator))
        for m in midi.time_signature_changes
    ]
    kept: list[tuple[float, int, int]] = []
    for at, top, bottom in sorted(metres, key=lambda row: row[0]):
        if kept and at == kept[-1][0]:
            kept.pop()
        again_in_first_bar = len(kept) == 1 and kept[0][0] == 0 and 0 < at < top * 4 / bottom - _EPSILON
        if not kept or (top, bottom) != kept[-1][1:] or again_in_first_bar:
            kept.append((at, top, bottom))
    if not kept or kept[0][0] > 0:
        kept.insert(0, (0.0, 4, 4))
    rows: list[tuple[float, float, int, int]] = []
    for i, (at, top, bottom) in enumerate(kept):
        until = kept[i + 1][0] if i + 1 < len(kept) else max(length, at + 2 * _EPSILON)
        size = top * 4 / bottom
        while at < until - _EPSILON:
            last = i + 1 < len(kept)
            rows.append((at, min(size, until - at) if last else size, top, bottom))
            at += size
    starts, lengths, tops, bottoms = (np.array(column) for column in zip(*rows, strict=True))
    pickup = (
        len(rows) > 1
        and len(kept) > 1
        and np.isclose(kept[1][0], lengths[0])
        and lengths[0] < lengths[1] - _EPSILON
        and (
            lengths[0] < kept[0][1] * 4 / kept[0][2] - _EPSILON
            or is_pickup(float(lengths[0]), kept[0][1:], kept[1][1:])
        )
    )
    return Bars(starts, lengths, np.arange(len(rows)) + (0 if pickup else 1), tops.astype(int), bottoms.astype(int))


def _voices(onset: np.ndarray, end: np.ndarray, pitch: np.ndarray, part: np.ndarray, parts: list[Part]) -> np.ndarray:
    """A line for each note: the parts themselves where they are of one voice, else lines that move as little as
    possible.
    """
    lines = np.full(len(onset), -1)
    count = 0
    for i, of in enumerate(parts):
        mine = np.flatnonzero(part == i)
        if of.is_drum or not len(mine):
            continue
        overlap = np.mean(onset[mine][1:] < end[mine][:-1] - 0.125) if len(mine) > 1 else 0.0
        own = np.zeros(len(mine), int) if overlap < 0.02 else _separate(onset[mine], end[mine], pitch[mine])
        lines[mine] = own + count
        count += int(own.max()) + 1
    if not count:
        return lines
    heights = [float(np.average(pitch[lines == v], weights=end[lines == v] - onset[lines == v])) for v in range(count)]
    rank = np.argsort(np.argsort([-h for h in heights], kind="stable"), kind="stable")
    lines[lines >= 0] = rank[lines[lines >= 0]]
    return lines


def _separate(onset: np.ndarray, end: np.ndarray, pitch: np.ndarray) -> np.ndarray:
    """Lines of one polyphonic part: each chord is matched to the lines so that they move least (Chew and Wu 2004 in
    spirit).

    Notes beyond `MAX_VOICES` at one time join the nearest line.
    """
    from scipy.optimize import linear_sum_assignment

    out = np.zeros(len(onset), int)
    last_pitch: list[int] = []
    last_end: list[float] = []
    groups = np.split(np.arange(len(onset)), np.flatnonzero(np.diff(onset) > _EPSILON) + 1)
    for group in groups:
        now = onset[group[0]]
        free = [v for v in range(len(last_end)) if last_end[v] <= now + 0.125]
        new = max(0, min(len(group) - len(free), MAX_VOICES - len(last_end)))
        slots = free + list(range(len(last_end), len(last_end) + new))
        if not slots:
            slots = list(range(len(last_end)))
        idle = np.array([1.0 if v >= len(last_end) else min(now - last_end[v], 8.0) for v in slots])
        where = np.array([pitch[group[0]] if v >= len(last_end) else last_pitch[v] for v in slots])
        cost = np.abs(pitch[group][:, None] - where[None]) + idle[None]
        rows, columns = linear_sum_assignment(cost)
        chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
        for _ in range(new):
            last_pitch.append(0)
            last_end.append(-1.0)
        for i, note in enumerate(group.tolist()):
            voice = slots[chosen.get(i, int(cost[i].argmin()))]
            out[note] = voice
            last_pitch[voice], last_end[voice] = int(pitch[note]), float(end[note])
    used = np.unique(out)
    return np.searchsorted(used, out)
