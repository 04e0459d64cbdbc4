"""MusicXML, plain or zipped, by part or by time, as a sheet.

Source: the W3C's MusicXML 4.0 specification. Read are notes, ties, unpitched notes, metres, keys, tempi, words, names and
programs, loudness, fermatas, repeats, endings and jumps; grace and cue notes and the looks of the page are skipped. music21 reads
far more, and takes seconds a work where this takes milliseconds; the tests compare the two.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

from ....core.errors import FormatError
from ..performing.instruments import find_program
from ..theory.score import Score
from .loudness import MARKS
from .repeats import Signs
from .sheet import Measure, Part, Sheet, Written, to_score

__all__ = ["read_musicxml", "read_musicxml_sheet", "read_root"]

MAX_BYTES = 200_000_000
MAX_REPEATS = 16

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_UNITS = {"long": 16, "breve": 8, "whole": 4, "half": 2, "quarter": 1, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}
_KIT = {
    "E4": 36,
    "F4": 36,
    "G4": 41,
    "A4": 43,
    "B4": 45,
    "C5": 38,
    "D5": 47,
    "E5": 50,
    "F5": 51,
    "G5": 42,
    "A5": 49,
    "D4": 44,
}
"""What stands where in a usual drum staff (Weinberg 1998), as percussion keys of General MIDI."""

Rows = list[list[ET.Element]]


def read_musicxml(path: Path, *, name: str, style: str) -> Score:
    """The score in a file as the composer learns from it, repeats not played. Raises FormatError if it is broken or
    holds no notes.
    """
    return to_score(read_musicxml_sheet(path), name=name, style=style)


def read_musicxml_sheet(path: Path) -> Sheet:
    """The page in a file, parts in its order. Raises FormatError if it is broken or holds no notes."""
    root = read_root(path)
    sheet = _Reader(root).sheet()
    if not any(part.notes for part in sheet.parts):
        raise FormatError(f"{path.name!r} holds no notes; there is nothing to read")
    return sheet


def read_root(path: Path) -> ET.Element:
    """The root of a file, plain or zipped. Raises FormatError if it is no MusicXML."""
    try:
        data = path.read_bytes()
        if data[:2] == b"PK":
            data = _unzipped(path.name, data)
        root = ET.fromstring(data)
    except (ET.ParseError, LookupError, ValueError) as error:
        raise FormatError(f"{path.name!r} is not MusicXML: {error}") from error
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if root.tag not in ("score-partwise", "score-timewise"):
        raise FormatError(f"{path.name!r} is not MusicXML: it is {root.tag[:60]!r}, not 'score-partwise'")
    return root


def _unzipped(name: str, data: bytes) -> bytes:
    """The score in a zipped file: the one that its container names, else the first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {i.filename: i for i in archive.infolist()}
            inside = [f for f in files if f.endswith((".xml", ".musicxml")) and not f.startswith("META-INF")]
            if "META-INF/container.xml" in files and files["META-INF/container.xml"].file_size < 1 << 20:
                match = re.search(rb'full-path="([^"]+)"', archive.read("META-INF/container.xml"))
                inner = match[1].decode("utf-8", "replace") if match else ""
                inside = [inner] if inner in files else inside
            if not inside or files[inside[0]].file_size > MAX_BYTES:
                raise FormatError(f"{name!r} holds no MusicXML that can be read")
            return archive.read(inside[0])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, KeyError) as error:
        raise FormatError(f"{name!r} is a broken .mxl file: {error}") from error


def _number(text: str | None, default: Fraction = Fraction(0)) -> Fraction:
    match = re.fullmatch(r"\s*([+-]?\d{1,12}(?:\.\d{1,12})?)\s*", text or "")
    return Fraction(match[1]) if match else default


def _whole(text: str | None, default: int = 0) -> int:
    return int(_number(text, Fraction(default)))


class _Player:
    """A part while it is read. tied: as it was told; keys: sharps where they change."""

    def __init__(self, told: ET.Element | None) -> None:
        self.part = Part()
        self.divisions = Fraction(1)
        self.transpose = 0
        self.drums: dict[str, int] = {}
        self.keys: list[tuple[Fraction, int, bool]] = []
        self.unpitched = 0
        self.velocity = 0
        if told is None:
            return
        self.part.name = (told.findtext("part-name") or "").strip()
        names = [self.part.name, *((e.text or "") for e in told.iter("instrument-name"))]
        programs = [_whole(e.text) - 1 for e in told.iter("midi-program")]
        guesses = [p for p in map(find_program, names) if p is not None]
        self.part.program = next((p for p in [*programs, *guesses] if 0 <= p < 128), 0)
        self.part.is_drum = any(_whole(e.text) == 10 for e in told.iter("midi-channel"))
        for e in told.iter("midi-instrument"):
            key = _whole(e.findtext("midi-unpitched")) - 1
            if 0 <= key < 128:
                self.drums[e.get("id") or ""] = key

    def key_of(self, note: ET.Element) -> int:
        """The percussion key of an unpitched note: as its instrument says, else as it stands in a usual drum staff."""
        instrument = note.find("instrument")
        drum = self.drums.get(instrument.get("id") or "") if instrument is not None else None
        if drum is None and len(self.drums) == 1:
            drum = next(iter(self.drums.values()))
        step, octave = note.findtext("unpitched/display-step"), note.findtext("unpitched/display-octave")
        return drum if drum is not None else _KIT.get(f"{(step or '').strip()}{(octave or '').strip()}", 38)


class _Reader:
    """The state of the reader."""

    def __init__(self, root: ET.Element) -> None:
        self.root = root
        listed = {e.get("id"): e for e in root.iter("score-part")}
        ids, self.rows = _rows(root)
        self.players = [_Player(listed.get(i)) for i in ids]
        self.metre = (4, 4)
        self.tempi: dict[Fraction, float] = {}
        self.endings: frozenset[int] = frozenset()

    def sheet(self) -> Sheet:
        """The page, measure by measure over all parts."""
        start = Fraction(0)
        measures: list[Measure] = []
        for index in range(max(map(len, self.rows), default=0)):
            here = [(p, row[index]) for p, row in zip(self.players, self.rows, strict=True) if index < len(row)]
            for _, measure in here:
                self._read_metre(measure)
            longest = max((self._read_measure(measure, player, start) for player, measure in here), default=Fraction(0))
            measures.append(Measure(start, longest, self.metre, self._signs([m for _, m in here])))
            start += longest
        for player in self.players:
            player.part.is_drum = player.part.is_drum or 2 * player.unpitched > len(player.part.notes)
        plain = [p for p in self.players if p.keys and not p.part.is_drum]
        keys = min(plain, key=lambda p: abs(p.transpose) % 12 != 0).keys if plain else []
        title = self.root.findtext("work/work-title") or self.root.findtext("movement-title") or ""
        return Sheet(
            title=" ".join(title.split()),
            parts=[p.part for p in self.players],
            measures=measures,
            keys=keys,
            tempi=sorted(self.tempi.items()),
        )

    def _read_metre(self, measure: ET.Element) -> None:
        for time in measure.iter("time"):
            parts = []
            for beats, kind in zip(time.findall("beats"), time.findall("beat-type"), strict=False):
                tops = [_whole(b) for b in (beats.text or "").split("+")]
                parts.append((sum(tops), _whole(kind.text)))
            if parts and all(top > 0 and bottom in (1, 2, 4, 8, 16, 32, 64, 128) for top, bottom in parts):
                bottom = max(b for _, b in parts)
                top = sum(t * bottom // b for t, b in parts)
                self.metre = (top, bottom) if top < 256 else self.metre

    def _signs(self, measures: list[ET.Element]) -> Signs:
        """What the measure says of the order of playing, in any of the parts."""
        signs = Signs()
        stops = False
        for measure in measures:
            for line in measure.iter("barline"):
                for ending in line.findall("ending"):
                    if ending.get("type") == "start":
                        self.endings = frozenset(int(n) for n in re.findall(r"\d{1,2}", ending.get("number") or ""))
                    else:
                        stops = True
                for repeat in line.findall("repeat"):
                    if repeat.get("direction") == "forward":
                        signs = replace(signs, begin=True)
                    else:
                        plays = min(max(2, _whole(repeat.get("times"), 2)), MAX_REPEATS)
                        signs = replace(signs, plays=plays)
            signs = _jumps(measure, signs)
        signs = replace(signs, endings=self.endings)
        if stops:
            self.endings = frozenset()
        return signs

    def _read_measure(self, measure: ET.Element, player: _Player, start: Fraction) -> Fraction:
        """Add the measure's notes to the part; returns its length in quarters."""
        cursor = last = longest = Fraction(0)
        for element in measure:
            if element.tag == "attributes":
                self._read_attributes(element, player, start + cursor)
            elif element.tag in ("direction", "sound"):
                offset = _number(element.findtext("offset")) / player.divisions
                self._read_tempo(element, max(Fraction(0), start + cursor + offset))
                player.velocity = _loudness(element) or player.velocity
            elif element.tag == "backup":
                cursor = max(Fraction(0), cursor - self._length(element, player))
            elif element.tag == "forward":
                cursor += self._length(element, player)
            elif element.tag == "note" and element.find("grace") is None:
                length = self._length(element, player)
                if element.find("chord") is None:
                    last, cursor = cursor, cursor + length
                if element.find("cue") is None:
                    _add_note(element, player, start + last, length)
            longest = max(longest, cursor)
        return longest

    def _length(self, element: ET.Element, player: _Player) -> Fraction:
        return max(Fraction(0), _number(element.findtext("duration"))) / player.divisions

    def _read_attributes(self, element: ET.Element, player: _Player, at: Fraction) -> None:
        divisions = _number(element.findtext("divisions"), player.divisions)
        player.divisions = divisions if divisions > 0 else player.divisions
        moved = element.find("transpose")
        if moved is not None:
            octaves = _whole(moved.findtext("octave-change"))
            player.transpose = _whole(moved.findtext("chromatic")) + 12 * octaves
        fifths = element.findtext("key/fifths")
        if fifths:
            mode = (element.findtext("key/mode") or "").strip()
            sharps = _whole(fifths) + (7 * player.transpose + 6) % 12 - 6 if player.transpose % 12 else _whole(fifths)
            if abs(sharps) <= 7:
                player.keys.append((at, sharps, mode in ("minor", "aeolian")))

    def _read_tempo(self, element: ET.Element, at: Fraction) -> None:
        """The tempo of a direction: what it says to players of sound, else what stands on the page."""
        sound = element if element.tag == "sound" else element.find("sound")
        qpm = _number(sound.get("tempo")) if sound is not None else Fraction(0)
        if not qpm:
            for mark in element.iter("metronome"):
                units = [e.tag for e in mark if e.tag in ("beat-unit", "beat-unit-dot", "per-minute")]
                number = re.search(r"\d{1,5}(?:\.\d+)?", mark.findtext("per-minute") or "")
                if number and units[:1] == ["beat-unit"] and units.count("beat-unit") == 1:
                    beat = Fraction(_UNITS.get(mark.findtext("beat-unit") or "", 1))
                    qpm = beat * (2 - Fraction(1, 2 ** units.count("beat-unit-dot"))) * Fraction(number[0])
        if 1 <= qpm <= 60_000:
            self.tempi[at] = float(qpm)


def _rows(root: ET.Element) -> tuple[list[str | None], Rows]:
    """(ids of the parts, measures of each), whichever way the file is ordered."""
    if root.tag == "score-partwise":
        parts = root.findall("part")
        return [p.get("id") for p in parts], [p.findall("measure") for p in parts]
    by_part: dict[str | None, list[ET.Element]] = {}
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            by_part.setdefault(part.get("id"), []).append(part)
    return list(by_part), list(by_part.values())


def _jumps(measure: ET.Element, signs: Signs) -> Signs:
    """Segno, coda, da capo and the rest: as told to players of sound, else as the words on the page have it."""
    for direction in measure.iter("direction"):
        told = direction.find("sound")
        attributes = set(told.attrib) if told is not None else set()
        words = " ".join((e.text or "") for e in direction.iter("words")).lower()
        if "segno" in attributes or (
            direction.find("direction-type/segno") is not None and "dalsegno" not in attributes
        ):
            signs = replace(signs, segno=True)
        to_coda = "tocoda" in attributes or bool(re.search(r"\bto coda\b|\bal coda\b(?<!d\.c\. al coda)", words))
        jumps = (
            "capo"
            if re.search(r"\bd\.\s*c\.|\bda capo\b", words)
            else "segno"
            if re.search(r"\bd\.\s*s\.|\bdal segno\b", words)
            else ""
        )
        if "dacapo" in attributes or "dalsegno" in attributes:
            jumps = "capo" if "dacapo" in attributes else "segno"
        if jumps:
            signs = replace(signs, jump=jumps)
        elif to_coda:
            signs = replace(signs, to_coda=True)
        elif "coda" in attributes or direction.find("direction-type/coda") is not None:
            signs = replace(signs, coda=True)
        if "fine" in attributes or (not jumps and re.fullmatch(r"\s*fine\.?\s*", words)):
            signs = replace(signs, fine=True)
    for sound in measure.findall("sound"):
        signs = replace(
            signs,
            jump="capo" if sound.get("dacapo") else "segno" if sound.get("dalsegno") else signs.jump,
            fine=signs.fine or sound.get("fine") is not None,
            segno=signs.segno or sound.get("segno") is not None,
            coda=signs.coda or sound.get("coda") is not None,
            to_coda=signs.to_coda or sound.get("tocoda") is not None,
        )
    return signs


def _velocity(percent: str | None) -> int:
    """MIDI velocity of a loudness in percent of forte (90), 0 where none is told."""
    told = _number(percent)
    return min(127, max(1, round(told * 9 / 10))) if told > 0 else 0


def _loudness(direction: ET.Element) -> int:
    """The velocity that a direction asks for: what it says to players of sound, else its mark; 0 where there is none."""
    sound = direction if direction.tag == "sound" else direction.find("sound")
    told = _velocity(sound.get("dynamics")) if sound is not None else 0
    marks = [MARKS[mark.tag] for found in direction.iter("dynamics") for mark in found if mark.tag in MARKS]
    return told or (marks[0] if marks else 0)


def _add_note(element: ET.Element, player: _Player, onset: Fraction, length: Fraction) -> None:
    if element.find("rest") is not None:
        return
    if element.find("pitch") is not None:
        step = (element.findtext("pitch/step") or "").strip()
        if step not in _STEPS:
            return
        alter = round(_number(element.findtext("pitch/alter")))
        pitch = 12 * (_whole(element.findtext("pitch/octave"), 4) + 1) + _STEPS[step] + alter + player.transpose
    elif element.find("unpitched") is not None:
        pitch = player.key_of(element)
        player.unpitched += 1
    else:
        return
    ties = {t.get("type") for t in [*element.findall("tie"), *element.iter("tied")]}
    fermata = element.find("notations/fermata") is not None
    velocity = _velocity(element.get("dynamics")) or player.velocity
    staff = max(1, _whole(element.findtext("staff"), 1))
    tied = bool(ties & {"start", "continue"})
    if 0 <= pitch < 128:
        player.part.notes.append(Written(onset, length, pitch, tied, fermata, velocity, staff))
    for verse, lyric in enumerate(element.findall("lyric"), 1):
        number = _whole(lyric.get("number"), verse)
        text = "".join((e.text or "") if e.tag == "text" else " " for e in lyric if e.tag in ("text", "elision"))
        if text.strip():
            goes_on = (lyric.findtext("syllabic") or "").strip() in ("begin", "middle")
            text = text.strip() + "-" if goes_on and not text.strip().endswith("-") else text.strip()
            player.part.words.append((onset, text, number if 0 < number < 100 else verse))
