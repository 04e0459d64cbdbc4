"""A page as MusicXML 4.0: staves with clefs, drums unpitched, tempi, words; the same music, the same bytes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from .page import GRID, Line, Page, Piece, spell

__all__ = ["musicxml_bytes"]

_DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_TYPES = ((96, "whole"), (48, "half"), (24, "quarter"), (12, "eighth"), (6, "16th"), (3, "32nd"))
_VALUES: dict[int, tuple[str, int, bool]] = {
    **{steps * 2 // 3: (name, 0, True) for steps, name in _TYPES},
    1: ("64th", 0, True),
    **{steps * 3 // 2: (name, 1, False) for steps, name in _TYPES if steps > 3},
    **{steps: (name, 0, False) for steps, name in _TYPES},
}
"""Steps of each value that can be written: (type, dots, whether of a triplet)."""

_KIT_STAFF = {
    36: "F4",
    35: "F4",
    38: "C5",
    40: "C5",
    42: "G5",
    44: "D4",
    46: "G5",
    49: "A5",
    51: "F5",
    41: "G4",
    43: "A4",
    45: "B4",
    47: "D5",
    50: "E5",
}
"""Where percussion keys stand in a usual drum staff (Weinberg 1998); all others on C5."""


def musicxml_bytes(page: Page) -> bytes:
    """The bytes of the file."""
    root = ET.Element("score-partwise", version="4.0")
    _text(_sub(root, "work"), "work-title", page.title)
    encoding = _sub(_sub(root, "identification"), "encoding")
    _text(encoding, "software", "artwright")
    listed = _sub(root, "part-list")
    melodic = 0
    for i, line in enumerate(page.lines):
        channel = 10 if line.is_drum else melodic % 15 + 1 + (melodic % 15 >= 9)
        melodic += not line.is_drum
        _declare(listed, f"P{i + 1}", line, channel)
    for i, line in enumerate(page.lines):
        part = _sub(root, "part", id=f"P{i + 1}")
        for bar in range(len(page.bars)):
            _measure(part, page, line, bar, part_id=f"P{i + 1}", leads=i == 0)
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, "utf-8") + b"\n"


def _sub(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, tag, attributes)


def _text(parent: ET.Element, tag: str, text: object) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = "".join(
        c for c in str(text) if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff"
    )
    return element


def _declare(listed: ET.Element, part_id: str, line: Line, channel: int) -> None:
    part = _sub(listed, "score-part", id=part_id)
    _text(part, "part-name", line.name)
    keys = line.keys if line.is_drum else [-1]
    for key in keys:
        _text(_sub(part, "score-instrument", id=_player(part_id, key)), "instrument-name", _named(line, key))
    for key in keys:
        player = _sub(part, "midi-instrument", id=_player(part_id, key))
        _text(player, "midi-channel", channel)
        _text(player, "midi-program", line.program + 1)
        if line.is_drum:
            _text(player, "midi-unpitched", key + 1)


def _player(part_id: str, key: int) -> str:
    return f"{part_id}-I{key if key >= 0 else 1}"


def _named(line: Line, key: int) -> str:
    import pretty_midi

    if line.is_drum:
        return pretty_midi.note_number_to_drum_name(key) or f"Key {key}"
    return str(pretty_midi.program_to_instrument_name(line.program))


def _measure(part: ET.Element, page: Page, line: Line, bar: int, *, part_id: str, leads: bool) -> None:
    first, last = page.bars[bar]
    measure = _sub(part, "measure", number=str(int(page.measures.number[bar])))
    if bar == 0 and page.pickup:
        measure.set("implicit", "yes")
    keys = [(sharps, minor) for at, sharps, minor in page.keys if first <= at < last]
    new_metre = bar == 0 or page.metre(bar) != page.metre(bar - 1)
    if bar == 0 or keys or new_metre:
        _attributes(measure, page, line, bar, keys[-1] if keys else None, new_metre)
    sharps = next(s for at, s, _ in reversed(page.keys) if at < last)
    for at, qpm in page.tempi:
        if leads and first <= at < last:
            _tempo(measure, at - first, qpm)
    at = first
    for piece in line.bars[bar]:
        _rest(measure, at, piece.start)
        _note(measure, piece, line, sharps, part_id)
        at = piece.end
    if at == first:
        rest = _sub(measure, "note")
        _sub(rest, "rest", measure="yes")
        _text(rest, "duration", last - first)
        _text(rest, "voice", 1)
    else:
        _rest(measure, at, last)


def _attributes(
    measure: ET.Element, page: Page, line: Line, bar: int, key: tuple[int, bool] | None, new_metre: bool
) -> None:
    attributes = _sub(measure, "attributes")
    if bar == 0:
        _text(attributes, "divisions", GRID)
    if key is not None and not line.is_drum:
        signature = _sub(attributes, "key")
        _text(signature, "fifths", key[0])
        _text(signature, "mode", "minor" if key[1] else "major")
    if new_metre:
        metre = _sub(attributes, "time")
        _text(metre, "beats", page.metre(bar)[0])
        _text(metre, "beat-type", page.metre(bar)[1])
    if bar == 0:
        clef = _sub(attributes, "clef")
        low = not line.is_drum and line.mean_pitch < 57
        _text(clef, "sign", "percussion" if line.is_drum else "F" if low else "G")
        if not line.is_drum:
            _text(clef, "line", 4 if low else 2)


def _tempo(measure: ET.Element, offset: int, qpm: float) -> None:
    direction = _sub(measure, "direction", placement="above")
    mark = _sub(_sub(direction, "direction-type"), "metronome")
    _text(mark, "beat-unit", "quarter")
    _text(mark, "per-minute", f"{qpm:.2f}".rstrip("0").rstrip("."))
    if offset:
        _text(direction, "offset", offset)
    _sub(direction, "sound", tempo=f"{qpm:.6f}".rstrip("0").rstrip("."))


def _values(steps: int) -> list[int]:
    """Steps in values that can be written, the longest first."""
    out = []
    while steps:
        best = steps if steps in _VALUES else max(v for v in _VALUES if v == 1 or (v <= steps and not _VALUES[v][2]))
        out.append(best)
        steps -= best
    return out


def _rest(measure: ET.Element, start: int, end: int) -> None:
    for steps in _values(end - start):
        note = _sub(measure, "note")
        _sub(note, "rest")
        _length(note, steps)


def _note(measure: ET.Element, piece: Piece, line: Line, sharps: int, part_id: str) -> None:
    values = _values(piece.end - piece.start)
    for k, steps in enumerate(values):
        back, on = k > 0 or piece.tied[0], k < len(values) - 1 or piece.tied[1]
        for n, pitch in enumerate(piece.pitches):
            note = _sub(measure, "note")
            if n:
                _sub(note, "chord")
            _pitch(note, pitch, line, sharps)
            _text(note, "duration", steps)
            for kind, holds in (("stop", back), ("start", on)):
                if holds:
                    _sub(note, "tie", type=kind)
            if line.is_drum:
                _sub(note, "instrument", id=_player(part_id, pitch))
            _kind(note, steps)
            if back or on:
                marks = _sub(note, "notations")
                for kind, holds in (("stop", back), ("start", on)):
                    if holds:
                        _sub(marks, "tied", type=kind)
            if piece.word and not k and not n:
                lyric = _sub(note, "lyric", number="1")
                _text(lyric, "syllabic", "single")
                _text(lyric, "text", piece.word)


def _pitch(note: ET.Element, pitch: int, line: Line, sharps: int) -> None:
    if line.is_drum:
        place = _sub(note, "unpitched")
        staff = _KIT_STAFF.get(pitch, "C5")
        _text(place, "display-step", staff[0])
        _text(place, "display-octave", staff[1])
        return
    letter, alter, octave_number = spell(pitch, sharps)
    step = _sub(note, "pitch")
    _text(step, "step", letter)
    if alter:
        _text(step, "alter", alter)
    _text(step, "octave", octave_number)


def _length(note: ET.Element, steps: int) -> None:
    _text(note, "duration", steps)
    _kind(note, steps)


def _kind(note: ET.Element, steps: int) -> None:
    """Voice, type, dots and triplet of so many steps."""
    name, dots, triplet = _VALUES[steps]
    _text(note, "voice", 1)
    _text(note, "type", name)
    for _ in range(dots):
        _sub(note, "dot")
    if triplet:
        changed = _sub(note, "time-modification")
        _text(changed, "actual-notes", 3)
        _text(changed, "normal-notes", 2)
