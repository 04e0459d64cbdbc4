"""The music code of ABC: notes, rests, bars, tuplets, words, one voice at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from .repeats import Signs
from .sheet import Measure, Written

__all__ = ["Voice", "read_key", "read_metre", "read_music"]

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
_NOTE = re.compile(r"(\^\^|\^|__|_|=)?(?:\d*/\d*(?=[A-Ga-g]))?([A-Ga-g])([,']*)(\d*)(/*)(\d*)")
_REST = re.compile(r"([zxZX])(\d*)(/*)(\d*)")
_LENGTH = re.compile(r"(\d*)(/*)(\d*)")
_TUPLET = re.compile(r"\((\d)(?::(\d?))?(?::(\d?))?")
_BAR = re.compile(r"\.?(:*)(\[\||\|+\]?|)(:*)(?:\[?(\d[\d,\-]*)|\[\"([\d.,\- ]+)\")?")
_BEGINS_BAR = re.compile(r"\.?[|:]|\[[|\d]|\[\"[\d.,\- ]+\"")
_INLINE = re.compile(r"\[([A-Za-z]):([^\]\n]*)\]")
_DECORATION = re.compile(r"!([^!\n]*)!|\+([^+\n]*)\+")
_SAID = re.compile(r"\"([^\"]*)\"")
_SKIP = re.compile(r"\{[^}]*\}|[~.uvHLMOPRSTJ`\\)(\s$*yU]\d*")
_SYLLABLE = re.compile(r"(?:\\-|[^\s\-_*|])+|[-_*|]|\s+")
_MAX_REST = 1_000


def read_key(text: str) -> tuple[int, bool] | None:
    """(sharps, whether minor) of `K:` text; None where it names no key."""
    if re.match(r"\s*none\b", text):
        return 0, False
    if text.strip().startswith(("HP", "Hp")):
        return 2, False
    match = re.match(r"\s*([A-G])([#b]?)\s*([A-Za-z]*)", text)
    if not match:
        return None
    fifths = _FIFTHS[match[1]] + 7 * (match[2] == "#") - 7 * (match[2] == "b")
    mode = match[3].lower()
    minor = mode in ("m", "mi") or mode[:3] in ("min", "aeo")
    return max(-7, min(7, fifths + _MODES.get(mode[:3], _MODES["m"] if minor else 0))), minor


def read_metre(text: str) -> tuple[int, int] | None:
    """(beats, unit) of `M:` text; None for free metre."""
    text = text.strip()
    if text.startswith("C|"):
        return 2, 2
    if text.startswith("C"):
        return 4, 4
    match = re.match(r"\(?([\d+ ]+)\)?\s*/\s*(\d+)", text)
    if not match:
        return None
    top, bottom = sum(int(n) for n in match[1].replace(" ", "").split("+") if n), int(match[2])
    return (top, bottom) if 1 <= top <= 255 and bottom in (1, 2, 4, 8, 16, 32, 64, 128) else None


class Voice:
    """The state of the reader inside one voice. Times are quarters."""

    def __init__(self) -> None:
        self.metre: tuple[int, int] = (4, 4)
        self.unit: Fraction | None = None
        self.sharps = 0
        self.shift = 0
        self.notes: list[Written] = []
        self.words: list[tuple[Fraction, str, int]] = []
        self.time = self.bar_start = Fraction(0)
        self.bar_end: Fraction | None = None
        self.measures: list[Measure] = []
        self.keys: list[tuple[Fraction, int, bool]] = []
        self.altered: dict[tuple[str, int], int] = {}
        self.broken = Fraction(1)
        self.tuplet: list[Fraction] = []
        self.tied: set[int] = set()
        self.spelled: dict[tuple[str, int], int] = {}
        self.latest: list[int] = []
        self.signs = Signs()
        self.endings: frozenset[int] = frozenset()
        self.row = self.verses = 0

    def fresh(self) -> Voice:
        """A voice that begins under the same metre, unit and key."""
        other = Voice()
        other.begin_under(self)
        other.shift = self.shift
        return other

    def begin_under(self, header: Voice) -> None:
        """Take metre, unit and key of the tune's header."""
        self.metre, self.unit, self.sharps, self.keys = header.metre, header.unit, header.sharps, list(header.keys)

    def usual_unit(self) -> Fraction:
        """The unit length in quarters: as given, or what the metre implies."""
        return self.unit or (Fraction(1, 2) if Fraction(*self.metre) >= Fraction(3, 4) else Fraction(1, 4))

    def close_bar(self) -> None:
        """End the measure here, if something stands in it."""
        self.time = max(self.time, self.bar_end or self.time)
        self.bar_end = None
        if self.time > self.bar_start:
            signs = replace(self.signs, endings=self.endings)
            self.measures.append(Measure(self.bar_start, self.time - self.bar_start, self.metre, signs))
            self.bar_start = self.time
            self.signs = Signs()
        self.altered.clear()

    def bar(self, ends: int, begins: int, ending: str, line: str) -> None:
        """A bar line with so many colons before and after it; ending: numbers of the ending that begins, or ""."""
        self.close_bar()
        if ends and self.measures:
            last = self.measures[-1]
            self.measures[-1] = replace(last, signs=replace(last.signs, plays=ends + 1))
        if ends or begins or line in ("||", "|]", "[|"):
            self.endings = frozenset()
        if begins:
            self.signs = replace(self.signs, begin=True)
        if ending:
            self.endings = _numbers(ending)

    def mark(self, sign: str) -> None:
        """A decoration that says in which order the measures are played."""
        word = sign.strip().lower()
        if word in ("segno", "coda"):
            self.signs = replace(
                self.signs, segno=self.signs.segno or word == "segno", coda=self.signs.coda or word == "coda"
            )
        elif word in ("fine", "dacoda", "to coda", "tocoda"):
            self._at_end(fine=word == "fine", to_coda=word != "fine")
        elif word.replace(".", "").startswith(("dc", "da capo", "dacapo")):
            self._at_end(jump="capo")
        elif word.replace(".", "").startswith(("ds", "dal segno", "dalsegno")):
            self._at_end(jump="segno")

    def _at_end(self, *, fine: bool = False, to_coda: bool = False, jump: str = "") -> None:
        """What stands at the end of a measure, before its bar line or behind it."""
        if self.time == self.bar_start and self.measures:
            last = self.measures[-1]
            self.measures[-1] = replace(last, signs=_with(last.signs, fine, to_coda, jump))
        else:
            self.signs = _with(self.signs, fine, to_coda, jump)

    def overlay(self) -> None:
        """Begin the measure again, for another layer."""
        self.bar_end = max(self.time, self.bar_end or self.time)
        self.time = self.bar_start
        self.altered.clear()

    def length(self, digits: str, slashes: str, under: str) -> Fraction:
        """A length in quarters, with what a tuplet or broken rhythm makes of it."""
        value = self.usual_unit() * int(digits[:6] or 1) / (int(under[:6]) or 1 if under else 2 ** min(len(slashes), 9))
        value *= self.broken
        self.broken = Fraction(1)
        return value * self.tuplet.pop(0) if self.tuplet else value

    def pitch(self, accidental: str, letter: str, marks: str) -> int:
        """The MIDI number of a note under what was altered in this measure, and the key."""
        octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
        step = letter.upper()
        key = step, octave
        if not accidental and self.spelled.get(key) in self.tied:
            return self.spelled[key]
        if accidental:
            self.altered[key] = accidental.count("^") - accidental.count("_")
        if key in self.altered:
            alter = self.altered[key]
        else:
            alter = int(step in _SHARPS[: max(0, self.sharps)]) - int(step in _FLATS[: max(0, -self.sharps)])
        pitch = 12 * (octave + 1) + _STEPS[step] + alter + self.shift
        self.spelled[key] = pitch
        return pitch

    def add(self, pitches: list[int], length: Fraction) -> None:
        """Notes that sound together from here."""
        self.latest = []
        for pitch in dict.fromkeys(pitches):
            if 0 <= pitch < 128:
                self.latest.append(len(self.notes))
                self.notes.append(Written(self.time, length, pitch))
        self.tied.clear()
        self.time += length

    def tie(self) -> None:
        """Tie what was said last to what comes."""
        for i in self.latest:
            self.notes[i] = replace(self.notes[i], tied=True)
            self.tied.add(self.notes[i].pitch)

    def rest(self, length: Fraction) -> None:
        """Silence from here."""
        self.time += length
        self.latest = []
        self.tied.clear()

    def stretch(self, factor: Fraction) -> None:
        """Make what was said last longer or shorter, as broken rhythm does."""
        if not self.latest:
            return
        length = self.notes[self.latest[0]].length
        for i in self.latest:
            self.notes[i] = replace(self.notes[i], length=self.notes[i].length * factor)
        self.time += length * (factor - 1)

    def field(self, letter: str, value: str) -> None:
        """A change of metre, unit or key from here on."""
        if letter == "M":
            metre = read_metre(value)
            if metre and metre != self.metre:
                self.close_bar()
                self.metre = metre
        elif letter == "L":
            unit = re.match(r"\s*(\d+)(?:/(\d+))?", value)
            if unit and int(unit[1]) and int(unit[2] or 1):
                self.unit = Fraction(4 * int(unit[1]), int(unit[2] or 1))
        elif letter == "K":
            key = read_key(value)
            if key is not None:
                self.sharps = key[0]
                self.keys = [row for row in self.keys if row[0] != self.time] + [(self.time, *key)]
            self.transpose(value)

    def transpose(self, text: str) -> None:
        """Obey `transpose=` (semitones) and `octave=` of a key or voice."""
        for name, number in re.findall(r"\b(transpose|octave)\s*=\s*([+-]?\d{1,3})", text):
            self.shift = int(number) * (12 if name == "octave" else 1)

    def begin_row(self) -> None:
        """A line of music begins: words that follow belong to its notes."""
        self.row, self.verses = len(self.notes), 0

    def end_phrase(self) -> None:
        """The line ends; where lines are phrases, so does a phrase."""
        for i in range(len(self.notes) - 1, -1, -1):
            if self.notes[i].start != self.notes[-1].start:
                break
            self.notes[i] = replace(self.notes[i], phrase_end=True)

    def sing(self, text: str) -> None:
        """Put the syllables of a `w:` field under the notes of the line before it."""
        self.verses += 1
        places = sorted({n.start for n in self.notes[self.row :]})
        bars = [m.start for m in self.measures]
        at = 0
        for token in _SYLLABLE.findall(text.replace("\\-", "\u2011")):
            if token.isspace() or token == "-":
                continue
            if token == "|":
                here = places[at - 1] if at else Fraction(-1)
                bar = next((b for b in bars if b > here), None)
                at = next((i for i, p in enumerate(places) if bar is not None and p >= bar), at)
                continue
            if at >= len(places):
                break
            if token not in ("_", "*"):
                self.words.append((places[at], token.replace("~", " ").replace("\u2011", "-"), self.verses))
            at += 1


def _with(signs: Signs, fine: bool, to_coda: bool, jump: str) -> Signs:
    return replace(signs, fine=signs.fine or fine, to_coda=signs.to_coda or to_coda, jump=jump or signs.jump)


def _numbers(text: str) -> frozenset[int]:
    """`1`, `1,3`, `1-3`, `"1.-3."` as the passes they name."""
    endings: set[int] = set()
    for first, last in re.findall(r"(\d{1,3})\.?(?:\s*-\s*(\d{1,3}))?", text):
        endings.update(range(int(first), min(int(last or first), int(first) + 99) + 1))
    return frozenset(endings)


def read_music(row: str, voice: Voice, other: Callable[[str, str], Voice]) -> None:
    """Read a line of music code into `voice`.

    other: what to do with an inline field that is not the voice's own (letter, text); gives the voice that goes on.
    """
    at = 0
    while at < len(row):
        if bar_end := _INLINE.match(row, at):
            if bar_end[1] in "KML":
                voice.field(bar_end[1], bar_end[2])
            else:
                voice = other(bar_end[1], bar_end[2].strip())
        elif bar_end := _TUPLET.match(row, at):
            _begin_tuplet(bar_end, voice)
        elif _BEGINS_BAR.match(row, at):
            bar_end = _read_bar(row, at, voice)
        elif row[at] == "[" and (close := row.find("]", at)) > 0:
            at = _read_chord(row, at, close, voice)
            continue
        elif bar_end := _DECORATION.match(row, at):
            voice.mark(bar_end[1] or bar_end[2] or "")
        elif bar_end := _SAID.match(row, at):
            if bar_end[1].startswith(("^", "_", "<", ">", "@")):
                voice.mark(bar_end[1][1:])
        elif bar_end := _SKIP.match(row, at):
            pass
        elif bar_end := _NOTE.match(row, at):
            length = voice.length(bar_end[4], bar_end[5], bar_end[6])
            voice.add([voice.pitch(bar_end[1] or "", bar_end[2], bar_end[3])], length)
        elif bar_end := _REST.match(row, at):
            _read_rest(bar_end, voice)
        else:
            at += _read_sign(row, at, voice)
            continue
        at = bar_end.end() if bar_end else at + 1


def _read_rest(found: re.Match[str], voice: Voice) -> None:
    if found[1] in "zx":
        voice.rest(voice.length(found[2], found[3], found[4]))
        return
    bar = Fraction(4 * voice.metre[0], voice.metre[1])
    for _ in range(min(int(found[2][:6] or 1), _MAX_REST)):
        voice.rest(bar)
        voice.close_bar()


def _read_sign(row: str, at: int, voice: Voice) -> int:
    """A tie, overlay or broken rhythm, or what means nothing; returns how many characters it takes."""
    if row[at] in "<>":
        return _break_rhythm(row, at, voice)
    if row[at] == "-":
        voice.tie()
    elif row[at] == "&":
        voice.overlay()
    return 1


def _begin_tuplet(found: re.Match[str], voice: Voice) -> None:
    count = int(found[1]) or 1
    compound = voice.metre[0] % 3 == 0 and voice.metre[0] > 3
    usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(count, 3 if compound else 2)
    voice.tuplet = [Fraction(int(found[2] or usual), count)] * int(found[3] or count)


def _read_bar(row: str, at: int, voice: Voice) -> re.Match[str] | None:
    """A bar line with its repeat signs and ending."""
    match = _BAR.match(row, at)
    if match is None:
        return None
    before, line, after = match[1], match[2], match[3]
    ending = match[4] or match[5] or ""
    if not line and len(before) >= 2:
        before, after = before[: len(before) // 2], before[len(before) // 2 :]
    if line or after or ending:
        voice.bar(len(before), len(after), ending, line)
    return match if match.end() > at else None


def _read_chord(row: str, at: int, close: int, voice: Voice) -> int:
    """The notes between brackets, as long as the first of them; returns where it stops."""
    chord = list(_NOTE.finditer(row, at + 1, close))
    outer = _LENGTH.match(row, close + 1)
    assert outer is not None
    if not chord:
        return close + 1
    times = Fraction(int(outer[1][:6] or 1), (int(outer[3][:6]) or 1) if outer[3] else 2 ** min(len(outer[2]), 9))
    length = voice.length(*chord[0].group(4, 5, 6)) * times
    voice.add([voice.pitch(n[1] or "", n[2], n[3]) for n in chord], length)
    if "-" in row[at:close]:
        voice.tie()
    return outer.end()


def _break_rhythm(row: str, at: int, voice: Voice) -> int:
    """`A>B` dots the first and halves the second, `<` the other way round; the mark doubled, the dot doubled. Returns
    how many marks there are.
    """
    count = min(len(row[at:]) - len(row[at:].lstrip(row[at])), 4)
    short = Fraction(1, 2**count)
    first, second = (2 - short, short) if row[at] == ">" else (short, 2 - short)
    voice.stretch(first)
    voice.broken = second
    return count
