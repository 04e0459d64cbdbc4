"""A page as MusicXML 4.0, ready to be engraved: parts in brackets, staves with clefs, values that show the beats, beams,
accidentals, repeats, words; drums unpitched. The same music, the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pretty_midi

from .musicxml_elements import add, add_text, player_id
from .musicxml_measures import PartWriter
from .page import Page
from .staves import WrittenPart, groups_of, parts_of
from .strains import written_bars

__all__ = ["musicxml_bytes", "zipped"]

_DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'
)


def musicxml_bytes(page: Page) -> bytes:
    """The bytes of the file."""
    root = ET.Element("score-partwise", version="4.0")
    add_text(add(root, "work"), "work-title", page.title)
    about = add(root, "identification")
    if page.composer:
        add_text(about, "creator", page.composer).set("type", "composer")
    encoding = add(about, "encoding")
    add_text(encoding, "software", "artwright")
    for element in ("accidental", "beam"):
        add(encoding, "supports", element=element, type="yes")
    _credit(root, "title", page.title, justify="center", valign="top", size="20")
    if page.composer:
        _credit(root, "composer", page.composer, justify="right", valign="bottom", size="11")
    parts = parts_of(page)
    _list_parts(add(root, "part-list"), parts)
    bars = written_bars(page)
    for i, part in enumerate(parts):
        writer = PartWriter(page, part, f"P{i + 1}", leads=i == 0)
        measures = add(root, "part", id=f"P{i + 1}")
        for number, bar in enumerate(bars):
            writer.write(measures, bar, number + (0 if page.pickup else 1), is_last=number == len(bars) - 1)
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, "utf-8") + b"\n"


def zipped(musicxml: bytes) -> bytes:
    """The bytes of an .mxl file."""
    container = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<container><rootfiles><rootfile full-path="score.musicxml" '
        b'media-type="application/vnd.recordare.musicxml+xml"/></rootfiles></container>\n'
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        rows = (
            ("mimetype", b"application/vnd.recordare.musicxml"),
            ("META-INF/container.xml", container),
            ("score.musicxml", musicxml),
        )
        for name, content in rows:
            entry = zipfile.ZipInfo(name)  # dated 1980, so that equal music gives equal files
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return data.getvalue()


def _credit(root: ET.Element, kind: str, text: str, *, justify: str, valign: str, size: str) -> None:
    """Words that stand over the music."""
    credit = add(root, "credit", page="1")
    add_text(credit, "credit-type", kind)
    words = add_text(credit, "credit-words", text)
    words.attrib.update({"font-size": size, "justify": justify, "valign": valign, "halign": justify})


def _list_parts(listed: ET.Element, parts: Sequence[WrittenPart]) -> None:
    """The parts, their instruments, and the brackets around them."""
    groups = {g.first: g for g in groups_of(parts)}
    ends = {g.last for g in groups.values()}
    melodic = 0
    for i, part in enumerate(parts):
        if i in groups:
            group = add(listed, "part-group", type="start", number="1")
            if groups[i].name:
                add_text(group, "group-name", groups[i].name)
                add_text(group, "group-abbreviation", groups[i].short)
            add_text(group, "group-symbol", groups[i].symbol)
            add_text(group, "group-barline", "yes" if groups[i].joined else "no")
        channel = 10 if part.is_drum else melodic % 15 + 1 + (melodic % 15 >= 9)
        melodic += not part.is_drum
        named = any(g.name and g.first <= i <= g.last for g in groups.values())
        _declare(listed, f"P{i + 1}", part, channel, shown=not named)
        if i in ends:
            add(listed, "part-group", type="stop", number="1")


def _declare(listed: ET.Element, part_id: str, part: WrittenPart, channel: int, *, shown: bool) -> None:
    listed_part = add(listed, "score-part", id=part_id)
    name = add_text(listed_part, "part-name", part.name)
    if not shown:
        name.set("print-object", "no")
    if shown and part.short and part.short != part.name:
        add_text(listed_part, "part-abbreviation", part.short)
    keys = part.keys if part.is_drum else [-1]
    for key in keys:
        add_text(add(listed_part, "score-instrument", id=player_id(part_id, key)), "instrument-name", _named(part, key))
    for key in keys:
        player = add(listed_part, "midi-instrument", id=player_id(part_id, key))
        add_text(player, "midi-channel", channel)
        add_text(player, "midi-program", part.program + 1)
        if part.is_drum:
            add_text(player, "midi-unpitched", key + 1)


def _named(part: WrittenPart, key: int) -> str:
    if part.is_drum:
        return pretty_midi.note_number_to_drum_name(key) or f"Key {key}"
    return str(pretty_midi.program_to_instrument_name(part.program))
