"""PrettyMIDI as the lines of a page: what MusicXML and ABC write.

One staff or voice for each line of the score, notes that begin and end together as chords, ties over bar lines, pickups
and changes of metre, key and tempo kept, words under their notes. Positions are rounded to 24ths of a quarter; music on
that grid reads back equal.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from ..theory.key_finding import find_key
from ..theory.note_table import Bars, NoteTable, read_notes
from .payload import seconds_to_ticks, sharps_of

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["GRID", "Line", "Page", "Piece", "make_page", "spell"]

GRID = 24
"""Steps a quarter."""

MAX_NOTES = 20_000
_PLAIN = 3
"""Steps a 32nd note: what begins and ends on it is written in plain values, the rest in pieces within the beat, tied."""

_FIFTHS = "FCGDAEB"
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Piece:
    """What stands in one bar of a note or chord, in steps; tied: from what comes before, to what comes after."""

    start: int
    end: int
    pitches: tuple[int, ...]
    tied: tuple[bool, bool]
    word: str = ""


@dataclass(frozen=True)
class Line:
    """A voice to write: name, program, whether it is drums, and its pieces by bar."""

    name: str
    program: int
    is_drum: bool
    bars: tuple[tuple[Piece, ...], ...]

    @property
    def mean_pitch(self) -> float:
        """The mean of its lowest notes."""
        return float(np.mean([min(p.pitches) for bar in self.bars for p in bar]))

    @property
    def keys(self) -> list[int]:
        """The pitches it has, each once."""
        return sorted({pitch for bar in self.bars for piece in bar for pitch in piece.pitches})


@dataclass(frozen=True)
class Page:
    """title; lines; bars: (first, last step) of each; measures: their metres and numbers; keys: (step, sharps, whether
    minor), the first at 0; tempi: (step, quarters a minute), the first at 0.
    """

    title: str
    lines: list[Line]
    bars: list[tuple[int, int]]
    measures: Bars
    keys: list[tuple[int, int, bool]]
    tempi: list[tuple[int, float]]

    @property
    def pickup(self) -> bool:
        """Whether the first bar is one."""
        return bool(self.measures.number[0] == 0) and len(self.bars) > 1

    def metre(self, bar: int) -> tuple[int, int]:
        """The metre that is written at a bar: at a pickup that of the bar which it leads to."""
        shown = 1 if bar == 0 and self.pickup else bar
        return int(self.measures.numerator[shown]), int(self.measures.denominator[shown])


def make_page(midi: PrettyMIDI, title: str = "") -> Page:
    """The page of some music. Raises InputError if there is no note, or more than 20,000."""
    table = read_notes(midi)
    if not len(table):
        raise InputError("the music holds no note; a score needs one at least")
    if len(table) > MAX_NOTES:
        raise InputError(
            f"the music has {len(table)} notes; scores of up to {MAX_NOTES} are written: cut it, or save it as .mid"
        )
    bars = [
        (round(s * GRID), round((s + n) * GRID))
        for s, n in zip(table.bars.start.tolist(), table.bars.length.tolist(), strict=True)
    ]
    tempi = [(round(at * GRID), qpm) for at, qpm in table.tempi]
    return Page(
        title=" ".join((title or "Untitled").split()),
        lines=_lines(table, bars, _words(midi)),
        bars=bars,
        measures=table.bars,
        keys=_keys(midi, table),
        tempi=[row for i, row in enumerate(tempi) if i + 1 == len(tempi) or tempi[i + 1][0] != row[0]],
    )


def _keys(midi: PrettyMIDI, table: NoteTable) -> list[tuple[int, int, bool]]:
    signed = midi.key_signature_changes
    ticks = seconds_to_ticks(midi, [k.time for k in signed]).tolist()
    keys = {
        round(t * GRID / midi.resolution): (sharps_of(k), int(k.key_number) >= 12)
        for t, k in zip(ticks, signed, strict=True)
    }
    if 0 not in keys:
        found = find_key(table)
        keys[0] = (0, False) if found is None else (sharps_of(found.number), found.number >= 12)
    return [(at, *key) for at, key in sorted(keys.items())]


def _words(midi: PrettyMIDI) -> dict[int, dict[int, str]]:
    """Syllables by step, of each instrument that has notes (counted among those); words that belong to none go to the
    instrument most of whose notes begin where they stand.
    """
    playing = [i for i in midi.instruments if i.notes]
    onsets = [_steps(midi, i) for i in playing]
    ticks = seconds_to_ticks(midi, [word.time for word in midi.lyrics]).tolist()
    at = [round(t * GRID / midi.resolution) for t in ticks]
    loose = {step for step, word in zip(at, midi.lyrics, strict=True) if getattr(word, "part", None) not in playing}
    usual = max(range(len(playing)), key=lambda k: len(loose & onsets[k])) if playing else 0
    words: dict[int, dict[int, str]] = {}
    for step, word in zip(at, midi.lyrics, strict=True):
        part = getattr(word, "part", None)
        owner = next((k for k, player in enumerate(playing) if player is part), usual)
        text = " ".join(word.text.split())
        if text:
            words.setdefault(owner, {})[step] = text
    return words


def _steps(midi: PrettyMIDI, instrument: Instrument) -> set[int]:
    ticks = seconds_to_ticks(midi, [n.start for n in instrument.notes])
    return {round(t * GRID / midi.resolution) for t in ticks.tolist()}


def _lines(table: NoteTable, bars: list[tuple[int, int]], words: dict[int, dict[int, str]]) -> list[Line]:
    """The lines of all parts: voices as read, each split again where notes still overlap."""
    out: list[Line] = []
    start = np.rint(table.onset * GRID).astype(int)
    end = np.maximum(np.rint(table.end * GRID).astype(int), start + 1)
    for i, part in enumerate(table.parts):
        mine = np.flatnonzero(table.part == i)
        rows = _rows(table, mine, start, end)
        if len(rows) > 1:
            rows = [
                row
                for voice in np.unique(table.voice[mine])
                for row in _rows(table, mine[table.voice[mine] == voice], start, end)
            ]
        left = dict(words.get(i, {}))
        for k, row in enumerate(rows):
            name = part.name or f"Part {i + 1}"
            cells = _cells(table, row, bars, {at: left.pop(at) for at, *_ in row if at in left})
            out.append(Line(name if len(rows) == 1 else f"{name} {k + 1}", part.program, part.is_drum, cells))
    return out


def _cells(
    table: NoteTable, row: list[tuple[int, int, tuple[int, ...]]], bars: list[tuple[int, int]], words: dict[int, str]
) -> tuple[tuple[Piece, ...], ...]:
    cells: list[list[Piece]] = [[] for _ in bars]
    for a, b, pitches in row:
        parts = _pieces(a, b, bars)
        for k, (c, d) in enumerate(parts):
            tied = k > 0, k < len(parts) - 1
            word = words.get(a, "") if not k else ""
            cells[int(table.bars.index(c / GRID))].append(Piece(c, d, pitches, tied, word))
    return tuple(map(tuple, cells))


def _rows(
    table: NoteTable, notes: np.ndarray, start: np.ndarray, end: np.ndarray
) -> list[list[tuple[int, int, tuple[int, ...]]]]:
    """(start, end, pitches) of notes that begin and end together, in as many rows as they need so that none overlap."""
    chords: dict[tuple[int, int], list[int]] = {}
    for n in notes.tolist():
        chords.setdefault((int(start[n]), int(end[n])), []).append(int(table.pitch[n]))
    rows: list[list[tuple[int, int, tuple[int, ...]]]] = []
    for (a, b), pitches in sorted(chords.items()):
        row = next((r for r in rows if r[-1][1] <= a), None)
        if row is None:
            row = []
            rows.append(row)
        row.append((a, b, tuple(sorted(set(pitches)))))
    return rows


def _pieces(start: int, end: int, bars: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A note cut at bar lines, and at beats (quarters) where it is off the grid of 32nds."""
    cuts = {start, end, *(a for a, _ in bars if start < a < end)}
    if start % _PLAIN or end % _PLAIN:
        cuts |= {q for q in range(start - start % GRID, end, GRID) if start < q < end}
    points = sorted(cuts)
    return list(itertools.pairwise(points))


def spell(pitch: int, sharps: int) -> tuple[str, int, int]:
    """(letter, semitones up, octave) of a pitch under a signature: the spelling that is nearest on the line of fifths."""
    fifths = (7 * pitch - (sharps - 3)) % 12 + sharps - 3
    letter, alter = _FIFTHS[(fifths + 1) % 7], (fifths + 1) // 7
    return letter, alter, (pitch - alter - _NATURAL[letter]) // 12 - 1
