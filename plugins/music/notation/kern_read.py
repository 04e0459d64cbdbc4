"""Humdrum **kern as a sheet: notes, ties, fermatas, metres, keys, tempi, words, names, repeats.

Source: the format's guide (humdrum.org/guide). Spines that split become lines of their own; grace notes and
everything that is not pitch, length, tie or fermata is skipped. The order of playing is that of the expansion list
(`*>[A,A,B]`) where there is one, else that of the repeat signs. Checked against music21 in the tests.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from ....core.errors import FormatError
from ..performing.instruments import find_program
from ..theory.score import Score
from .repeats import Signs
from .sheet import Measure, Part, Sheet, Written, measures_at, to_score

__all__ = ["read_kern", "read_kern_sheet"]

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_TOKEN = re.compile(r"(\d+)(?:%(\d+))?(\.*)")
_PITCH = re.compile(r"([A-Ga-g])\1*")
_MAX_PLAYED = 5_000
_CODES = {
    "vox": 52,
    "soprn": 52,
    "mezzo": 52,
    "alto": 52,
    "tenor": 52,
    "barit": 52,
    "bass": 52,
    "piano": 0,
    "organ": 19,
    "violn": 40,
    "viola": 41,
    "cello": 42,
    "cbass": 43,
    "flt": 73,
    "clars": 71,
}
"""Humdrum's names of instruments (`*Ivox`), as programs of General MIDI."""


class _Spine:
    """One column: its part, the time reached and whether it carries words rather than notes."""

    def __init__(self, part: int, time: Fraction, *, words: bool = False) -> None:
        self.part, self.time, self.words = part, time, words


def read_kern(text: str, *, name: str, style: str) -> Score:
    """The score in `text`, parts from the highest column (the last) down, repeats not played. Raises FormatError if it
    holds no notes.
    """
    return to_score(read_kern_sheet(text, name=name), name=name, style=style)


def read_kern_sheet(text: str, *, name: str) -> Sheet:
    """The page in `text`, parts from the highest column (the last) down. Raises FormatError if it holds no notes."""
    page = _Page()
    for row in text.splitlines():
        page.row(row)
    sheet = page.sheet()
    if not any(part.notes for part in sheet.parts):
        raise FormatError(f"{name!r} holds no notes in **kern")
    return sheet


class _Page:
    """The state of the reader."""

    def __init__(self) -> None:
        self.spines: list[_Spine | None] = []
        self.parts: list[Part] = []
        self.points: list[tuple[Fraction, tuple[int, int], Signs]] = []
        self.labels: list[tuple[Fraction, str]] = []
        self.expansion: list[str] = []
        self.keys: list[tuple[Fraction, int, bool]] = []
        self.tempi: list[tuple[Fraction, float]] = []
        self.metre = (4, 4)
        self.bar_start = Fraction(0)
        self.begins = False
        self.reached = Fraction(0)
        self.title = ""

    def now(self) -> Fraction:
        """The time reached, in quarters."""
        self.reached = max([self.reached, *(s.time for s in self.spines if s and not s.words)])
        return self.reached

    def row(self, row: str) -> None:
        """Read one line of the file."""
        if row.startswith("!!!OTL"):
            self.title = self.title or row.partition(":")[2].strip()
        if not row or row.startswith("!"):
            return
        cells = row.split("\t")
        if row.startswith("**"):
            self._begin(cells)
        elif row.startswith("*"):
            for cell, spine in zip(cells, self.spines, strict=False):
                self._interpret(cell, spine)
            self.spines = _turn(self.spines, cells)
        elif row.startswith("="):
            self._bar(cells[0])
        else:
            now = min(
                (s.time for c, s in zip(cells, self.spines, strict=False) if s and not s.words and c != "."),
                default=self.now(),
            )
            for cell, spine in zip(cells, self.spines, strict=False):
                if spine is None or cell == ".":
                    continue
                if spine.words:
                    word = cell.strip("-").replace("|", "")
                    if word and word != "_":
                        self.parts[spine.part].words.append((now, word, 1))
                else:
                    _read_cell(cell, spine, self.parts[spine.part].notes)

    def _begin(self, cells: list[str]) -> None:
        for cell in cells:
            if cell == "**kern":
                self.parts.append(Part())
                self.spines.append(_Spine(len(self.parts) - 1, Fraction(0)))
            elif cell in ("**text", "**silbe", "**lyrics") and self.parts:
                self.spines.append(_Spine(len(self.parts) - 1, Fraction(0), words=True))
            else:
                self.spines.append(None)

    def _close(self) -> None:
        """End the measure here, if something stands in it."""
        now = self.now()
        if now > self.bar_start:
            self.points.append((self.bar_start, self.metre, Signs(begin=self.begins)))
            self.bar_start, self.begins = now, False

    def _bar(self, cell: str) -> None:
        self._close()
        if ":|" in cell.replace("!", "") and self.points:
            at, metre, signs = self.points[-1]
            self.points[-1] = (at, metre, replace(signs, plays=2))
        if "|:" in cell.replace("!", ""):
            self.begins = True

    def _interpret(self, cell: str, spine: _Spine | None) -> None:
        now = self.now()
        if found := re.fullmatch(r"\*M(\d{1,3})/(\d{1,3})", cell):
            self._close()
            if int(found[1]) and int(found[2]) in (1, 2, 4, 8, 16, 32, 64, 128):
                self.metre = int(found[1]), int(found[2])
        elif found := re.fullmatch(r"\*k\[([^\]]*)\]", cell):
            self._add_key(now, found[1].count("#") - found[1].count("-"), False)
        elif (found := re.fullmatch(r"\*([a-gA-G])[-#]*:", cell)) and self.keys:
            self._add_key(self.keys[-1][0], self.keys[-1][1], found[1].islower())
        elif found := re.fullmatch(r"\*MM(\d+(?:\.\d+)?)", cell):
            if 1 <= float(found[1]) <= 60_000:
                self.tempi = [row for row in self.tempi if row[0] != now] + [(now, float(found[1]))]
        elif found := re.fullmatch(r"\*>(?!norep)\w*\[([^\]]*)\]", cell):
            self.expansion = self.expansion or found[1].split(",")
        elif (found := re.fullmatch(r"\*>([^\[\]]+)", cell)) and (now, found[1]) not in self.labels:
            self._close()
            self.labels.append((now, found[1]))
        elif spine is not None and (found := re.fullmatch(r'\*I"(.+)', cell)):
            part = self.parts[spine.part]
            part.name = part.name or found[1]
            program = find_program(found[1])
            part.program = part.program if program is None else program
        elif spine is not None and cell[2:] in _CODES and cell.startswith("*I"):
            self.parts[spine.part].program = _CODES[cell[2:]]

    def _add_key(self, at: Fraction, sharps: int, minor: bool) -> None:
        if abs(sharps) <= 7:
            self.keys = [row for row in self.keys if row[0] != at] + [(at, sharps, minor)]

    def sheet(self) -> Sheet:
        """What was read."""
        self._close()
        measures = measures_at(self.points, self.now())
        return Sheet(
            title=self.title,
            parts=self.parts[::-1],
            measures=measures,
            keys=self.keys,
            tempi=self.tempi,
            order=self._expanded(measures),
        )

    def _expanded(self, measures: list[Measure]) -> list[int]:
        """The measures in the order of the expansion list; [] where there is none, or it names what isn't there."""
        ends = [at for at, _ in self.labels[1:]] + [self.now()]
        sections = {
            name: [i for i, m in enumerate(measures) if start <= m.start < end]
            for (start, name), end in zip(self.labels, ends, strict=False)
        }
        if not all(name in sections for name in self.expansion):
            return []
        before = [i for i, m in enumerate(measures) if not self.labels or m.start < self.labels[0][0]]
        order = before + [i for name in self.expansion for i in sections[name]]
        return order if self.expansion and len(order) <= _MAX_PLAYED else []


def _turn(spines: list[_Spine | None], cells: list[str]) -> list[_Spine | None]:
    turned: list[_Spine | None] = []
    joined = False
    for cell, spine in zip(cells, spines, strict=False):
        if cell == "*^":
            turned += [spine, None if spine is None else _Spine(spine.part, spine.time, words=spine.words)]
        elif cell == "*v":
            if not joined:
                turned.append(spine)
            joined = True
            continue
        elif cell != "*-":
            turned.append(spine)
        joined = False
    return turned


def _read_cell(cell: str, spine: _Spine, notes: list[Written]) -> None:
    longest = Fraction(0)
    for token in cell.split(" "):
        match = _TOKEN.search(token)
        if not match or "q" in token or "Q" in token or len(match[1]) > 6:
            continue
        number = int(match[1])
        length = Fraction(4 * 2 ** len(match[1]) if number == 0 else Fraction(4 * int((match[2] or "1")[:6]), number))
        length = length * (2 - Fraction(1, 2 ** min(len(match[3]), 9)))
        longest = max(longest, length)
        letters = _PITCH.search(token)
        if "r" in token or not letters:
            continue
        step, count = letters[1], len(letters[0])
        octave = 4 + count - 1 if step.islower() else 4 - count
        pitch = 12 * (octave + 1) + _STEPS[step.lower()] + token.count("#") - token.count("-")
        if 0 <= pitch < 128:
            notes.append(Written(spine.time, length, pitch, "[" in token or "_" in token, ";" in token))
    spine.time += longest
