"""ABC 2.1: tunes of one voice or several, as a sheet.

Source: the ABC standard 2.1 (abcnotation.com). Voices (`V:`, inline too), overlays, whole-measure and invisible rests,
tuplets, broken rhythm, repeats and endings, words, tempi and changes of metre, key and unit are read; grace notes,
decorations that are not jumps, slurs and chord names are skipped. Checked against music21 in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ..theory.score import Note, Score
from .abc_voice import Voice, read_music
from .charset import find_encoding
from .repeats import Signs, play_order
from .sheet import Measure, Part, Sheet, to_score

__all__ = ["decode_abc", "read_abc", "read_tunes"]

_FIELD = re.compile(r"([A-Za-z+]):(?![|:])(.*)")
_CHARSET = re.compile(rb"^(?:%|%%|I:)abc-charset\s+([\w-]+)", re.MULTILINE)
_PAIRS = re.compile(r"""(\w+)\s*=\s*("[^"]*"|\S+)""")
_BEATS = {"largo": 50, "adagio": 66, "andante": 80, "moderato": 104, "allegretto": 116, "allegro": 138, "presto": 180}


def decode_abc(data: bytes) -> str:
    """The text of a file: in the encoding that it names (`%abc-charset`), in UTF-8, or in what fits its bytes best."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    named = _CHARSET.search(data)
    for encoding in (*([named[1].decode("ascii")] if named else []), find_encoding([data])):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("cp1252", "replace")


def read_tunes(text: str) -> Iterator[tuple[str, Sheet]]:
    """(X number, sheet) of every tune of a file that holds notes."""
    for block in re.split(r"\n(?=\s*X:)", "\n" + text.replace("\r\n", "\n").replace("\r", "\n")):
        if found := re.search(r"^\s*X:\s*(\S*)", block, re.MULTILINE):
            sheet = _Tune(block).sheet()
            if any(part.notes for part in sheet.parts):
                yield found[1], sheet


def read_abc(text: str, *, name: str, style: str, phrases: bool = False) -> Iterator[Score]:
    """Every tune of a file as a score, named `name#X`; repeats are not played, of a chord in a single voice the highest
    note is kept. Tunes of fewer than two notes are passed over.

    phrases: whether an end of line in the source is the end of a phrase, as in the Essen collection.
    """
    for number, sheet in read_tunes(text):
        if sum(len(part.notes) for part in sheet.parts) < 2:
            continue
        score = to_score(sheet, name=f"{name}#{number}", style=style, lines=1 if len(sheet.parts) == 1 else 4)
        if not phrases:
            lines = tuple(tuple(Note(n.onset, n.length, n.pitch) for n in line) for line in score.lines)
            score = replace(score, lines=lines)
        yield score


MAX_PLAYED = 5_000
_LONGEST_ORDER = 2_000


class _Tune:
    """One tune while it is read."""

    def __init__(self, block: str) -> None:
        self.titles: list[str] = []
        self.first = Voice()
        self.voices: dict[str, Voice] = {}
        self.parts: dict[str, Part] = {}
        self.usual = Part()
        self.now = ""
        self.in_body = False
        self.tempi: list[tuple[Fraction, float]] = []
        self.last_field = ""
        self.order = ""
        self.labels: dict[str, Fraction] = {}
        for row in block.split("\n"):
            self._row(row)

    def _row(self, row: str) -> None:
        if row.startswith("%%") or row.startswith("I:MIDI"):
            self._directive(row[2:])
            return
        row = re.sub(r"(?<!\\)%.*", "", row)
        match = _FIELD.match(row)
        if match and not row.startswith("|:"):
            letter = self.last_field if match[1] == "+" else match[1]
            self._field(letter, match[2].strip())
            self.last_field = letter
        elif self.in_body and row.strip():
            self.voice().begin_row()
            read_music(row, self.voice(), self._inline)
            self.voice().end_phrase()

    def _inline(self, letter: str, value: str) -> Voice:
        """A field in brackets; the voice that goes on after it."""
        self._field(letter, value)
        if letter == "V":
            self.voice().begin_row()
        return self.voice()

    def voice(self) -> Voice:
        """The voice that is being written, made when it first says something."""
        if self.now not in self.voices:
            self.voices[self.now] = self.first.fresh()
            self._part()
        return self.voices[self.now]

    def _field(self, letter: str, value: str) -> None:
        if letter == "T" and not self.in_body:
            self.titles.append(value)
        elif letter == "V":
            self._voice(value)
        elif letter == "Q":
            self._tempo(value)
        elif letter == "w" and self.in_body:
            self.voice().sing(value)
        elif letter == "P" and not self.in_body:
            self.order = _letters(value)
        elif letter == "P":
            self.voice().close_bar()
            self.labels.setdefault(value[:1], self.voice().time)
        elif letter in "MLK":
            if self.in_body:
                self.voice().field(letter, value)
                return
            self.first.field(letter, value)
            if letter == "K":
                self.in_body = True
                self.now = next(iter(self.voices), "")
                for voice in self.voices.values():
                    voice.begin_under(self.first)

    def _part(self) -> Part:
        return self.parts.setdefault(self.now, replace(self.usual, notes=[], words=[]))

    def _voice(self, value: str) -> None:
        name, _, rest = value.partition(" ")
        self.now = name.strip()
        part = self._part()
        pairs = {key.lower(): text.strip('"') for key, text in _PAIRS.findall(rest)}
        part.name = pairs.get("name") or pairs.get("nm") or part.name
        voice = self.voice() if self.in_body else self.voices.setdefault(self.now, self.first.fresh())
        voice.transpose(rest)
        if pairs.get("clef", "").startswith("perc"):
            part.is_drum = True

    def _directive(self, row: str) -> None:
        """`%%MIDI program 40`, `%%MIDI channel 10`; in the header for all voices."""
        match = re.search(r"MIDI\s*=?\s*(program|channel)\s+(?:\d+\s+)?(\d{1,3})\s*$", row)
        if not match:
            return
        part = self._part() if self.in_body or self.now else self.usual
        if match[1] == "program":
            part.program = min(int(match[2]), 127)
        elif int(match[2]) == 10:
            part.is_drum = True

    def _tempo(self, value: str) -> None:
        """`1/4=120`, `3/8=80`, `120`, or a word such as "Allegro"; of several units the sum is one beat."""
        at = self.voices[self.now].time if self.in_body and self.now in self.voices else Fraction(0)
        words = " ".join(re.findall(r'"([^"]*)"', value)).lower()
        plain = re.sub(r'"[^"]*"', "", value)
        match = re.search(r"((?:\d+/\d+\s*)+)=\s*(\d+(?:\.\d+)?)", plain)
        qpm: float | None = None
        if match:
            beat = sum(
                (Fraction(4 * int(a), int(b)) for a, b in re.findall(r"(\d+)/(\d+)", match[1]) if int(b)), Fraction(0)
            )
            qpm = float(beat) * float(match[2])
        elif alone := re.fullmatch(r"\s*(?:C\s*=\s*)?(\d+(?:\.\d+)?)\s*", plain):
            qpm = float(self.first.usual_unit()) * float(alone[1])
        else:
            qpm = next((float(n) for word, n in _BEATS.items() if word in words), None)
        if qpm is not None and 1 <= qpm <= 60_000:
            self.tempi.append((at, qpm))

    def sheet(self) -> Sheet:
        """What was read; measures, metres and keys are those of the first voice with the most of them."""
        for voice in self.voices.values():
            voice.close_bar()
        sounding = [name for name in self.voices if self.voices[name].notes]
        if not sounding:
            return Sheet()
        leader = max((self.voices[n] for n in sounding), key=lambda v: len(v.measures))
        parts = []
        for name in sounding:
            voice, part = self.voices[name], self.parts[name]
            part.notes, part.words = voice.notes, voice.words
            parts.append(part)
        keys = leader.keys or self.first.keys
        measures = leader.measures or [Measure(Fraction(0), leader.time, leader.metre, Signs())]
        return Sheet(
            title=self.titles[0] if self.titles else "",
            parts=parts,
            measures=measures,
            keys=keys,
            tempi=sorted(dict(self.tempi).items()),
            order=self._order(measures),
        )

    def _order(self, measures: list[Measure]) -> list[int]:
        """The measures in the order of the parts that the header names (`P:AABA`), repeats played within each; [] where it
        names none, or one that isn't there.
        """
        if not self.order or not set(self.order) <= set(self.labels):
            return []
        starts = sorted(self.labels.values())
        played = [i for i, m in enumerate(measures) if m.start < starts[0]]
        for name in self.order:
            end = next((s for s in starts if s > self.labels[name]), None)
            inside = [
                i for i, m in enumerate(measures) if m.start >= self.labels[name] and (end is None or m.start < end)
            ]
            played += [inside[k] for k in play_order([measures[i].signs for i in inside])]
        return played if len(played) <= MAX_PLAYED else []


def _letters(text: str) -> str:
    """`A2(BC)2` as `AABCBC`; the letters of what is no such order as they stand."""
    text = re.sub(r"[^A-Za-z0-9()]", "", text)[:60]
    while found := re.search(r"\(([A-Za-z0-9]*)\)(\d?)", text):
        text = text[: found.start()] + _letters(found[1]) * int(found[2] or 1) + text[found.end() :]
        if len(text) > _LONGEST_ORDER:
            return ""
    return re.sub(r"([A-Za-z])(\d)", lambda m: m[1] * int(m[2]), text)[:200]
