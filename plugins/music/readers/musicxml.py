"""MusicXML, plain or zipped, as far as notes, ties, metres, key signatures and fermatas go.

Source: the W3C's MusicXML 4.0 specification. music21 reads far more, and takes seconds a work where this takes
milliseconds; the tests compare the two.
"""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

from ....core.errors import FormatError
from ..scores import TICKS, Note, Score, merge_metres, to_lines

__all__ = ["read_musicxml"]

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAX_BYTES = 200_000_000


def _root(path: Path) -> ET.Element:
    data = path.read_bytes()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [
                i
                for i in archive.infolist()
                if i.filename.endswith((".xml", ".musicxml")) and not i.filename.startswith("META-INF")
            ]
            if not inside or inside[0].file_size > MAX_BYTES:
                raise FormatError(f"{str(path)!r} holds no MusicXML that can be read")
            data = archive.read(inside[0])
    try:
        return ET.fromstring(data)
    except ET.ParseError as error:
        raise FormatError(f"{str(path)!r} is not MusicXML: {error}") from error


class _Part:
    """A part while it is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.divisions, self.transpose = 1, 0
        self.notes: list[Note] = []
        self.tied: dict[int, tuple[Fraction, bool]] = {}


def read_musicxml(path: Path, *, name: str, style: str) -> Score:
    """The score in a file, parts in the order of the page. Raises FormatError if it is broken or holds no notes."""
    root = _root(path)
    titles = {e.get("id"): (e.findtext("part-name") or "").strip() for e in root.iter("score-part")}
    elements = root.findall("part")
    parts = [_Part(titles.get(e.get("id"), "")) for e in elements]
    rows = [e.findall("measure") for e in elements]
    start, metre, signature, first = Fraction(0), (4, 4), 0, True
    measures: list[tuple[int, int, int, int]] = []
    for index in range(max(map(len, rows), default=0)):
        longest = Fraction(0)
        for part, row in zip(parts, rows, strict=True):
            if index >= len(row):
                continue
            for found in row[index].iter("time"):
                beats, kind = found.findtext("beats") or "", found.findtext("beat-type") or ""
                if kind.isdigit() and all(b.strip().isdigit() for b in beats.split("+")) and beats:
                    metre = sum(int(b) for b in beats.split("+")), int(kind)
            fifths = row[index].findtext("attributes/key/fifths")
            if fifths and first:
                signature, first = int(fifths) + _transposed_fifths(row[index]), False
            longest = max(longest, _read_measure(row[index], part, start))
        if longest:
            measures.append((round(TICKS * start), round(TICKS * longest), *metre))
        start += longest
    if not any(p.notes for p in parts):
        raise FormatError(f"{str(path)!r} holds no notes")
    lines, names = [], []
    for part in parts:
        for line in to_lines(part.notes):
            lines.append(line)
            names.append(part.name)
    return Score(
        name=name,
        style=style,
        lines=tuple(lines),
        metres=merge_metres(measures),
        signature=max(-7, min(7, signature)),
        names=tuple(names),
    )


def _transposed_fifths(measure: ET.Element) -> int:
    """How far the written signature of a transposing part is from the sounding one."""
    chromatic = measure.findtext("attributes/transpose/chromatic")
    return ((7 * int(float(chromatic)) + 6) % 12 - 6) if chromatic else 0


def _read_measure(measure: ET.Element, part: _Part, start: Fraction) -> Fraction:
    """Add the measure's notes to `part`; returns its length in quarters."""
    cursor = last = longest = Fraction(0)
    for element in measure:
        if element.tag == "attributes":
            part.divisions = int(element.findtext("divisions") or part.divisions)
            if element.find("transpose") is not None:
                octaves = int(element.findtext("transpose/octave-change") or 0)
                part.transpose = int(float(element.findtext("transpose/chromatic") or 0)) + 12 * octaves
            continue
        if element.tag not in ("note", "backup", "forward"):
            continue
        length = Fraction(int(float(element.findtext("duration") or 0)), part.divisions)
        if element.tag == "backup":
            cursor = max(Fraction(0), cursor - length)
        elif element.tag == "forward":
            cursor += length
        elif element.find("grace") is None:
            if element.find("chord") is None:
                last, cursor = cursor, cursor + length
            if element.find("pitch") is not None and element.find("cue") is None:
                _add(element, part, start + last, length)
        longest = max(longest, cursor)
    return longest


def _add(element: ET.Element, part: _Part, onset: Fraction, length: Fraction) -> None:
    step = element.findtext("pitch/step") or "C"
    alter = round(float(element.findtext("pitch/alter") or 0))
    pitch = 12 * (int(element.findtext("pitch/octave") or 4) + 1) + _STEPS[step] + alter + part.transpose
    ties = {t.get("type") for t in element.findall("tie")}
    ends_phrase = element.find("notations/fermata") is not None
    end = onset + length
    if "stop" in ties and pitch in part.tied:
        onset, before = part.tied.pop(pitch)
        ends_phrase = ends_phrase or before
    if "start" in ties:
        part.tied[pitch] = onset, ends_phrase
        return
    on, off = round(TICKS * onset), round(TICKS * end)
    if off > on and 0 < pitch < 128:
        part.notes.append(Note(on, off - on, pitch, ends_phrase))
