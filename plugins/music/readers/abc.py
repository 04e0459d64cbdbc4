"""ABC, as far as collections of tunes for one voice use it.

Source: the ABC standard 2.1 (abcnotation.com). Repeats are not played out; grace notes, decorations, slurs and
chord names are skipped; of a chord the highest note is kept. Checked against music21 in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from ..scores import TICKS, Note, Score, merge_metres

__all__ = ["read_abc"]

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"C": 0, "D": 2, "E": 4, "F": -1, "G": 1, "A": 3, "B": 5}
_MODES = {
    "": 0,
    "maj": 0,
    "ion": 0,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "mix": -1,
    "dor": -2,
    "phr": -4,
    "lyd": 1,
    "loc": -5,
}
_SHARPS, _FLATS = "FCGDAEB", "BEADGCF"
_NOTE = re.compile(r"(\^\^|\^|__|_|=)?([A-Ga-g])([,']*)(\d*)(/*)(\d*)")
_REST = re.compile(r"([zxZ])(\d*)(/*)(\d*)")
_LENGTH = re.compile(r"(\d*)(/*)(\d*)")
_TUPLET = re.compile(r"\((\d)(?::(\d?))?(?::(\d?))?")
_BAR = re.compile(r"\[?:*\|[\]|:]*(?:\[?\d)?|::|:\|?|\[\d|\|\]")
_SKIP = re.compile(r"\"[^\"]*\"|\{[^}]*\}|![^!\n]*!|\+[^+\n]*\+|[~.uvHLMOPRSTJ`\\)(\s$*yU]|\[\w:[^\]]*\]")


def read_abc(text: str, *, name: str, style: str, phrases: bool = False) -> Iterator[Score]:
    """Every tune of a file of ABC as a score of one line, named `name#X`. Tunes without notes are passed over.

    phrases: whether an end of line in the source is the end of a phrase, as in the Essen collection.
    """
    for block in re.split(r"\n(?=X:)", "\n" + text.replace("\r", "")):
        if found := re.match(r"\s*X:\s*(\S+)", block):
            score = _read_tune(block, f"{name}#{found[1]}", style, phrases)
            if score is not None:
                yield score


def _signature(key: str) -> int | None:
    found = re.match(r"\s*([A-G])([#b]?)\s*([A-Za-z]*)", key)
    if not found:
        return None
    fifths = _FIFTHS[found[1]] + 7 * (found[2] == "#") - 7 * (found[2] == "b")
    mode = found[3].lower()
    return fifths + _MODES.get(mode[:3], _MODES["m"] if mode in ("m", "mi") else 0)


def _metre(text: str) -> tuple[int, int] | None:
    text = text.strip()
    if text.startswith("C|"):
        return 2, 2
    if text.startswith("C"):
        return 4, 4
    found = re.match(r"\(?([\d+]+)\)?\s*/\s*(\d+)", text)
    return (sum(int(n) for n in found[1].split("+") if n), int(found[2])) if found else None


class _Tune:
    """The state of the reader inside one tune."""

    def __init__(self) -> None:
        self.metre: tuple[int, int] = (4, 4)
        self.unit: Fraction | None = None
        self.signature: int | None = None
        self.first_signature: int | None = None
        self.notes: list[Note] = []
        self.time = self.bar_start = Fraction(0)
        self.measures: list[tuple[Fraction, Fraction, int, int]] = []
        self.altered: dict[tuple[str, int], int] = {}
        self.broken = Fraction(1)
        self.tuplet: list[Fraction] = []
        self.tied = False
        self.last: tuple[str, int] | None = None

    def close_bar(self) -> None:
        if self.time > self.bar_start:
            self.measures.append((self.bar_start, self.time - self.bar_start, *self.metre))
            self.bar_start = self.time
        self.altered.clear()

    def length(self, digits: str, slashes: str, under: str) -> Fraction:
        unit = self.unit or (Fraction(1, 2) if Fraction(*self.metre) >= Fraction(3, 4) else Fraction(1, 4))
        value = unit * int(digits or 1) / (int(under) if under else 2 ** len(slashes))
        value *= self.broken
        self.broken = Fraction(1)
        return value * self.tuplet.pop(0) if self.tuplet else value

    def pitch(self, accidental: str, letter: str, marks: str) -> int:
        octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
        step = letter.upper()
        key = step, octave
        if self.tied and not accidental and key == self.last and self.notes:
            return self.notes[-1].pitch
        self.last = key
        if accidental:
            self.altered[key] = accidental.count("^") - accidental.count("_")
        if key in self.altered:
            alter = self.altered[key]
        else:
            signature = self.signature or 0
            alter = int(step in _SHARPS[: max(0, signature)]) - int(step in _FLATS[: max(0, -signature)])
        return 12 * (octave + 1) + _STEPS[step] + alter

    def add(self, pitch: int, length: Fraction) -> None:
        on, off = round(TICKS * self.time), round(TICKS * (self.time + length))
        if self.tied and self.notes and self.notes[-1].pitch == pitch and self.notes[-1].end == on:
            last = self.notes.pop()
            on = last.onset
        if off > on:
            self.notes.append(Note(on, off - on, pitch))
        self.tied = False
        self.time += length

    def field(self, letter: str, value: str) -> None:
        if letter == "M":
            found = _metre(value)
            if found and found != self.metre:
                self.close_bar()
                self.metre = found
        elif letter == "L":
            found_ = re.match(r"\s*(\d+)/(\d+)", value)
            self.unit = Fraction(4 * int(found_[1]), int(found_[2])) if found_ else self.unit
        elif letter == "K":
            signature = _signature(value)
            self.signature = signature if signature is not None else self.signature
            if self.first_signature is None:
                self.first_signature = self.signature

    def end_phrase(self) -> None:
        if self.notes:
            last = self.notes[-1]
            self.notes[-1] = Note(last.onset, last.length, last.pitch, True)


def _read_tune(block: str, name: str, style: str, phrases: bool) -> Score | None:
    tune = _Tune()
    in_body = False
    for row in block.splitlines():
        row = row.split("%")[0]
        if re.match(r"[A-Za-z]:", row) and not row.startswith(("|:", "::")):
            if row[0] == "V":
                return None
            tune.field(row[0], row[2:])
            in_body = in_body or row[0] == "K"
        elif in_body and row.strip():
            _read_row(row, tune)
            if phrases:
                tune.end_phrase()
    tune.close_bar()
    if len(tune.notes) < 2:
        return None
    whole = [(round(TICKS * s), round(TICKS * length), n, d) for s, length, n, d in tune.measures]
    signature = max(-7, min(7, tune.first_signature or 0))
    return Score(name=name, style=style, lines=(tuple(tune.notes),), metres=merge_metres(whole), signature=signature)


def _read_row(row: str, tune: _Tune) -> None:
    at = 0
    while at < len(row):
        if found := re.compile(r"\[([KML]):([^\]]*)\]").match(row, at):
            tune.field(found[1], found[2])
        elif found := _TUPLET.match(row, at):
            count = int(found[1])
            compound = tune.metre[0] % 3 == 0 and tune.metre[0] > 3
            usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(count, 3 if compound else 2)
            tune.tuplet = [Fraction(int(found[2] or usual), count)] * int(found[3] or count)
        elif found := _BAR.match(row, at):
            tune.close_bar()
        elif row[at] == "[" and (close := row.find("]", at)) > 0:
            inside = [_NOTE.match(row, m.start()) for m in _NOTE.finditer(row, at + 1, close)]
            chord = [n for n in inside if n]
            if chord:
                outer = _LENGTH.match(row, close + 1)
                assert outer is not None
                times = Fraction(int(outer[1] or 1), int(outer[3]) if outer[3] else 2 ** len(outer[2]))
                length = tune.length(*chord[0].group(4, 5, 6)) * times
                tune.add(max(tune.pitch(n[1] or "", n[2], n[3]) for n in chord), length)
                close = outer.end() - 1
            at = close + 1
            continue
        elif found := _SKIP.match(row, at):
            pass
        elif found := _NOTE.match(row, at):
            length = tune.length(found[4], found[5], found[6])
            tune.add(tune.pitch(found[1] or "", found[2], found[3]), length)
        elif found := _REST.match(row, at):
            if found[1] == "Z":
                tune.time += Fraction(4 * tune.metre[0], tune.metre[1]) * int(found[2] or 1)
            else:
                tune.time += tune.length(found[2], found[3], found[4])
            tune.tied = False
        elif row[at] == "-":
            tune.tied = True
            at += 1
            continue
        elif row[at] in "<>":
            _break_rhythm(row, at, tune)
            while at < len(row) and row[at] in "<>":
                at += 1
            continue
        else:
            at += 1
            continue
        at = found.end()


def _break_rhythm(row: str, at: int, tune: _Tune) -> None:
    """`A>B` dots the first and halves the second, `<` the other way round; the mark doubled, the dot doubled."""
    count = len(row[at:]) - len(row[at:].lstrip(row[at]))
    short = Fraction(1, 2**count)
    first, second = (2 - short, short) if row[at] == ">" else (short, 2 - short)
    if tune.notes and round(TICKS * tune.time) == tune.notes[-1].end:
        last = tune.notes[-1]
        length = Fraction(last.length, TICKS)
        tune.time += length * (first - 1)
        tune.notes[-1] = Note(last.onset, max(1, round(last.length * first)), last.pitch, last.phrase_end)
    tune.broken = second
