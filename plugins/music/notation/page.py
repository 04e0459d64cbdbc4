"""PrettyMIDI as the lines of a page: what MusicXML and ABC write.

A line for each voice of the score, notes that begin and end together as chords, ties over bar lines, pickups
and changes of metre, key and tempo kept, words under their notes. Positions are rounded to 24ths of a quarter; music on
that grid reads back equal.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from ..theory.key_finding import find_key
from ..theory.note_table import Bars, NoteTable, read_notes
from .hands import two_hands, wants_two_staves
from .payload import seconds_to_ticks, sharps_of

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["GRID", "Line", "Page", "Piece", "in_beats", "make_page", "signed", "spell"]

GRID = 24
"""Steps a quarter."""

MAX_NOTES = 20_000
_PLAIN = 3
"""Steps a 32nd note: what begins and ends on it is written in plain values, the rest in pieces within the beat, tied."""

_FIFTHS = "FCGDAEB"
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Piece:
    """What stands in one bar of a note or chord, in steps; tied: from what comes before, to what comes after;
    velocities: 1-127, of each pitch.
    """

    start: int
    end: int
    pitches: tuple[int, ...]
    tied: tuple[bool, bool]
    word: str = ""
    velocities: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """A voice to write: name, program, whether it is drums, and its pieces by bar; part: which instrument plays it, and
    its name; staff: of that part, counted from 1 at the top.
    """

    name: str
    program: int
    is_drum: bool
    bars: tuple[tuple[Piece, ...], ...]
    part: int = 0
    part_name: str = ""
    staff: int = 1

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
    minor), the first at 0; tempi: (step, quarters a minute), the first at 0; composer: who is named as such; fermatas:
    steps at which notes begin that are dwelt on; slurs: (part, step at which the first note begins, the last); symbols:
    (step, chord symbol over the first part).
    """

    title: str
    lines: list[Line]
    bars: list[tuple[int, int]]
    measures: Bars
    keys: list[tuple[int, int, bool]]
    tempi: list[tuple[int, float]]
    composer: str = ""
    fermatas: frozenset[int] = frozenset()
    slurs: frozenset[tuple[int, int, int]] = frozenset()
    symbols: tuple[tuple[int, str], ...] = ()

    @property
    def pickup(self) -> bool:
        """Whether the first bar is one."""
        return bool(self.measures.number[0] == 0) and len(self.bars) > 1

    def metre(self, bar: int) -> tuple[int, int]:
        """The metre that is written at a bar: at a pickup that of the bar which it leads to."""
        shown = 1 if bar == 0 and self.pickup else bar
        return int(self.measures.numerator[shown]), int(self.measures.denominator[shown])


def make_page(
    midi: PrettyMIDI,
    title: str = "",
    *,
    composer: str = "",
    fermatas: Sequence[float] = (),
    slurs: Sequence[tuple[int, float, float]] = (),
    symbols: Sequence[tuple[float, str]] = (),
) -> Page:
    """The page of some music. fermatas: quarters at which chords begin that are dwelt on; slurs: (part, quarter at which
    its first note begins, the last); symbols: (quarter, chord symbol), as in `musicxml_elements.harmony`.

    Raises InputError if there is no note, or more than 20,000.
    """
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
        composer=" ".join(composer.split()),
        fermatas=frozenset(round(at * GRID) for at in fermatas),
        slurs=frozenset((part, round(first * GRID), round(last * GRID)) for part, first, last in slurs),
        symbols=tuple((round(at * GRID), symbol) for at, symbol in symbols),
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


Row = list[tuple[int, int, tuple[int, ...], tuple[int, ...]]]
"""(start, end, pitches, velocities) of chords that follow one another."""


def _lines(table: NoteTable, bars: list[tuple[int, int]], words: dict[int, dict[int, str]]) -> list[Line]:
    """The lines of all parts: one where that is enough, else those of two hands, or voices as read, each split again
    where notes still overlap.
    """
    out: list[Line] = []
    start = np.rint(table.onset * GRID).astype(int)
    end = np.maximum(np.rint(table.end * GRID).astype(int), start + 1)
    for i, part in enumerate(table.parts):
        mine = np.flatnonzero(table.part == i)
        rows = [(1, row) for row in _rows(table, mine, start, end)]
        voices = [mine[table.voice[mine] == voice] for voice in np.unique(table.voice[mine])]
        neighbours = table.parts[max(0, i - 1) : i] + table.parts[i + 1 : i + 2]
        is_hand = any(other.program == part.program and not other.is_drum for other in neighbours)
        if not (part.is_drum or is_hand) and wants_two_staves(part.program, table.pitch[mine], len(voices)):
            right = two_hands(start[mine], end[mine], table.pitch[mine])
            hands = [(1, mine[right]), (2, mine[~right])]
            rows = [(staff, row) for staff, notes in hands for row in _rows(table, notes, start, end)]
        elif len(rows) > 1:
            rows = [(1, row) for notes in voices for row in _rows(table, notes, start, end)]
        left = dict(words.get(i, {}))
        name = part.name or f"Part {i + 1}"
        for k, (staff, row) in enumerate(rows):
            cells = _cells(table, row, bars, {at: left.pop(at) for at, *_ in row if at in left})
            line_name = name if len(rows) == 1 else f"{name} {k + 1}"
            out.append(Line(line_name, part.program, part.is_drum, cells, part=i, part_name=part.name, staff=staff))
    return out


def _cells(
    table: NoteTable, row: Row, bars: list[tuple[int, int]], words: dict[int, str]
) -> tuple[tuple[Piece, ...], ...]:
    cells: list[list[Piece]] = [[] for _ in bars]
    for a, b, pitches, velocities in row:
        points = sorted({a, b, *(at for at, _ in bars if a < at < b)})
        parts = list(itertools.pairwise(points))
        for k, (c, d) in enumerate(parts):
            tied = k > 0, k < len(parts) - 1
            word = words.get(a, "") if not k else ""
            cells[int(table.bars.index(c / GRID))].append(Piece(c, d, pitches, tied, word, velocities))
    return tuple(map(tuple, cells))


def _rows(table: NoteTable, notes: np.ndarray, start: np.ndarray, end: np.ndarray) -> list[Row]:
    """Notes that begin and end together as chords, in as many rows as they need so that none overlap; the highest row
    first. A chord goes on where a free row was nearest to it.
    """
    chords: dict[tuple[int, int], dict[int, int]] = {}
    for n in notes.tolist():
        chords.setdefault((int(start[n]), int(end[n])), {})[int(table.pitch[n])] = int(table.velocity[n])
    rows: list[Row] = []
    for (a, b), struck in sorted(chords.items(), key=lambda item: (item[0][0], -max(item[1]), item[0][1])):
        free = [row for row in rows if row[-1][1] <= a]
        pitches = tuple(sorted(struck))
        velocities = tuple(struck[p] for p in pitches)
        if free:
            row = min(free, key=lambda row: abs(row[-1][2][-1] - pitches[-1]))
        else:
            row = []
            rows.append(row)
        row.append((a, b, pitches, velocities))
    rows.sort(key=lambda row: -float(np.mean([pitches[-1] for _, _, pitches, _ in row])))
    return rows


def in_beats(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces of a bar, those off the grid of 32nds cut at the beats (quarters) and tied."""
    for piece in pieces:
        cuts = {piece.start, piece.end}
        if piece.start % _PLAIN or piece.end % _PLAIN:
            cuts |= {q for q in range(piece.start - piece.start % GRID, piece.end, GRID) if piece.start < q < piece.end}
        points = sorted(cuts)
        for a, b in itertools.pairwise(points):
            tied = a > piece.start or piece.tied[0], b < piece.end or piece.tied[1]
            yield replace(piece, start=a, end=b, tied=tied, word=piece.word if a == piece.start else "")


def spell(pitch: int, sharps: int, *, minor: bool = False) -> tuple[str, int, int]:
    """(letter, semitones up, octave) of a pitch under a signature: the spelling that is nearest on the line of fifths, in
    minor with the raised fourth, sixth and seventh.
    """
    lowest = sharps - 2 if minor else sharps - 3
    fifths = (7 * pitch - lowest) % 12 + lowest
    letter, alter = _FIFTHS[(fifths + 1) % 7], (fifths + 1) // 7
    return letter, alter, (pitch - alter - _NATURAL[letter]) // 12 - 1


def signed(letter: str, sharps: int) -> int:
    """What a signature does to a letter: 1 for a sharp, -1 for a flat."""
    place = _FIFTHS.index(letter)
    return int(place < sharps) - int(6 - place < -sharps)
