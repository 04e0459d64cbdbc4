"""What a page of music says, whatever format it is written in: measures with their signs, parts, notes, words, tempi.

Each reader gives a `Sheet` in the order of the page; `unfold` turns it into the order of playing, with repeats, endings
and jumps; `to_score` gives what the composer learns from. Positions and lengths are exact, in quarters.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeVar

from ..theory.score import TICKS, Metre, Note, Score, merge_metres, to_lines
from .repeats import Signs, play_order

__all__ = ["Measure", "Part", "Sheet", "Written", "joined", "metres_of", "to_score", "unfold"]

T = TypeVar("T")


@dataclass(frozen=True)
class Written:
    """A note on the page. start, length: quarters; tied: to the next of its pitch; phrase_end: under a fermata; velocity:
    1-127, or 0 where the page says nothing of it; staff: of its part, counted from 1 at the top.
    """

    start: Fraction
    length: Fraction
    pitch: int
    tied: bool = False
    phrase_end: bool = False
    velocity: int = 0
    staff: int = 1

    @property
    def end(self) -> Fraction:
        """Where it stops, in quarters."""
        return self.start + self.length


@dataclass
class Part:
    """A staff or player. program: General MIDI; words: (quarter, syllable, verse counted from 1)."""

    name: str = ""
    program: int = 0
    is_drum: bool = False
    notes: list[Written] = field(default_factory=list)
    words: list[tuple[Fraction, str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Measure:
    """From `start`, `length` quarters, under a metre (beats, unit); signs: what it says of the order of playing."""

    start: Fraction
    length: Fraction
    metre: tuple[int, int]
    signs: Signs = field(default_factory=Signs)


@dataclass
class Sheet:
    """parts from the top of the page; keys: (quarter, sharps, whether minor); tempi: (quarter, quarters a minute);
    order: indices of the measures as they are played, where the page tells it outright.
    """

    title: str = ""
    parts: list[Part] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    keys: list[tuple[Fraction, int, bool]] = field(default_factory=list)
    tempi: list[tuple[Fraction, float]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)


def unfold(sheet: Sheet) -> Sheet:
    """The sheet as it is played: repeats, endings, da capo and dal segno written out; verses follow one another."""
    order = sheet.order or play_order([m.signs for m in sheet.measures])
    if order == list(range(len(sheet.measures))):
        return sheet
    way = _Way(sheet.measures, order)
    parts = []
    for part in sheet.parts:
        verses = max((verse for *_, verse in part.words), default=1)
        parts.append(
            replace(
                part,
                notes=[replace(n, start=at) for at, n, _ in way.moved([(n.start, n) for n in part.notes])],
                words=[
                    (at, word, 1)
                    for at, (word, verse), sung in way.moved([(at, (w, v)) for at, w, v in part.words])
                    if verse == min(sung, verses)
                ],
            )
        )
    played = [sheet.measures[i] for i in order]
    return Sheet(
        title=sheet.title,
        parts=parts,
        measures=[Measure(start, m.length, m.metre) for start, m in zip(way.starts, played, strict=True)],
        keys=[(at, *key) for at, key in way.in_force([(at, (sharps, minor)) for at, sharps, minor in sheet.keys])],
        tempi=list(way.in_force(sheet.tempi)),
    )


class _Way:
    """The way through the measures of a page. order: their indices as they are played; starts: when each visit begins;
    passes: the how manieth visit of its measure it is.
    """

    def __init__(self, measures: list[Measure], order: list[int]) -> None:
        self.measures, self.order = measures, order
        lengths = [measures[i].length for i in order]
        self.starts = list(itertools.accumulate(lengths, initial=Fraction(0)))[:-1]
        visits = Counter[int]()
        self.passes = []
        for i in order:
            visits[i] += 1
            self.passes.append(visits[i])
        self._first = [m.start for m in measures]
        self._first[0] = min(self._first[0], Fraction(0))

    def moved(self, rows: list[tuple[Fraction, T]]) -> Iterator[tuple[Fraction, T, int]]:
        """(new position, row, pass) of rows in the order of playing."""
        by_measure: dict[int, list[tuple[Fraction, T]]] = {}
        for at, row in rows:
            by_measure.setdefault(max(0, bisect_right(self._first, at) - 1), []).append((at, row))
        for start, i, visit in zip(self.starts, self.order, self.passes, strict=True):
            for at, row in by_measure.get(i, ()):
                yield start + at - self.measures[i].start, row, visit

    def in_force(self, rows: list[tuple[Fraction, T]]) -> Iterator[tuple[Fraction, T]]:
        """What holds from where, in the order of playing: after a jump, what stood before its target."""
        rows = sorted(rows, key=lambda row: row[0])
        places = [at for at, _ in rows]
        stated = [(at, row, 1) for at, row, _ in self.moved(rows)]
        for start, i in zip(self.starts, self.order, strict=True):
            before = bisect_right(places, self.measures[i].start) - 1
            if before >= 0:
                stated.append((start, rows[before][1], 0))
        now: T | None = None
        for at, row, _ in sorted(stated, key=lambda row: (row[0], row[2])):
            if row != now:
                yield at, row
            now = row


def joined(notes: list[Written]) -> list[Written]:
    """Notes in time with tied ones made one, by pitch and adjacency; those of no length are left out."""
    rows: list[Written] = []
    held: dict[tuple[int, Fraction], int] = {}
    for note in sorted(notes, key=lambda n: n.start):
        if note.length <= 0:
            continue
        before = held.pop((note.pitch, note.start), None)
        if before is None:
            before = len(rows)
            rows.append(note)
        else:
            whole = rows[before]
            rows[before] = replace(whole, length=note.end - whole.start, phrase_end=whole.phrase_end or note.phrase_end)
        if note.tied:
            held[note.pitch, note.end] = before
    return rows


def metres_of(sheet: Sheet) -> tuple[Metre, ...]:
    """The metre map on the composer's grid of 24 ticks a quarter; a short first measure is a pickup."""
    rows = [(round(TICKS * m.start), round(TICKS * m.length), *m.metre) for m in sheet.measures if m.length > 0]
    return merge_metres(rows)


def to_score(sheet: Sheet, *, name: str, style: str, lines: int = 4) -> Score:
    """The sheet as lines on the grid of the composer, at most `lines` of each part; drums are left out."""
    all_lines: list[tuple[Note, ...]] = []
    names: list[str] = []
    for part in sheet.parts:
        notes = []
        for note in joined(part.notes) if not part.is_drum else ():
            on, off = round(TICKS * note.start), round(TICKS * note.end)
            if off > on and 0 < note.pitch < 128:
                notes.append(Note(on, off - on, note.pitch, note.phrase_end))
        for line in to_lines(notes, lines):
            all_lines.append(line)
            names.append(part.name)
    return Score(
        name=name,
        style=style,
        lines=tuple(all_lines),
        metres=metres_of(sheet),
        signature=max(-7, min(7, sheet.keys[0][1])) if sheet.keys else 0,
        names=tuple(names) if any(names) else (),
        title=sheet.title,
    )


def measures_at(points: list[tuple[Fraction, tuple[int, int], Signs]], end: Fraction) -> list[Measure]:
    """Measures from where each begins, under which metre and signs, the last until `end`."""
    starts = [p[0] for p in points] + [max(end, points[-1][0] if points else end)]
    return [
        Measure(a, b - a, metre, signs)
        for (a, b), (_, metre, signs) in zip(itertools.pairwise(starts), points, strict=True)
    ]
