"""Elements of MusicXML: how one is added, and the signs that stand between notes: bar lines, tempi, loudness."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from .strains import WrittenBar

__all__ = [
    "add",
    "add_text",
    "harmony",
    "left_barline",
    "loudness",
    "player_id",
    "right_barline",
    "sound_tempo",
    "tempo",
]


def add(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    """A new element at the end of another."""
    return ET.SubElement(parent, tag, attributes)


def add_text(parent: ET.Element, tag: str, text: object) -> ET.Element:
    """A new element with a text, without the characters that XML cannot hold."""
    element = ET.SubElement(parent, tag)
    element.text = "".join(
        c for c in str(text) if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff"
    )
    return element


def player_id(part_id: str, key: int) -> str:
    """The id of an instrument of a part: of a percussion key, or of the part itself (-1)."""
    return f"{part_id}-I{key if key >= 0 else 1}"


def left_barline(measure: ET.Element, bar: WrittenBar) -> None:
    """What stands before a bar: the beginning of a repeat or of an ending."""
    if bar.begins or bar.opens:
        line = add(measure, "barline", location="left")
        if bar.begins:
            add_text(line, "bar-style", "heavy-light")
        if bar.opens:
            add(line, "ending", number=str(bar.ending), type="start")
        if bar.begins:
            add(line, "repeat", direction="forward")


def right_barline(measure: ET.Element, bar: WrittenBar, *, is_last: bool) -> None:
    """What stands after a bar: the end of a repeat, of an ending, of the music."""
    if bar.ends or bar.closes or is_last:
        line = add(measure, "barline", location="right")
        if bar.ends or is_last:
            add_text(line, "bar-style", "light-heavy")
        if bar.closes:
            add(line, "ending", number=str(bar.ending), type="stop" if bar.ends else "discontinue")
        if bar.ends:
            add(line, "repeat", direction="backward")


def sound_tempo(qpm: float) -> str:
    """Quarters a minute as they are played."""
    return f"{qpm:.6f}".rstrip("0").rstrip(".")


def tempo(measure: ET.Element, offset: int, qpm: float, metre: tuple[int, int]) -> None:
    """A metronome mark, rounded for the eye, exact for the ear."""
    direction = add(measure, "direction", placement="above")
    mark = add(add(direction, "direction-type"), "metronome")
    compound = metre[1] == 8 and metre[0] % 3 == 0
    add_text(mark, "beat-unit", "half" if metre[1] == 2 else "quarter")
    if compound:
        add(mark, "beat-unit-dot")
    add_text(mark, "per-minute", max(1, round(qpm / (1.5 if compound else 2 if metre[1] == 2 else 1))))
    if offset:
        add_text(direction, "offset", offset)
    add(direction, "sound", tempo=sound_tempo(qpm))


def loudness(measure: ET.Element, mark: str, offset: int) -> None:
    """A mark of loudness, such as "mf"."""
    direction = add(measure, "direction", placement="below")
    add(add(add(direction, "direction-type"), "dynamics"), mark)
    if offset:
        add_text(direction, "offset", offset)


_KINDS = {
    "": "major",
    "m": "minor",
    "7": "dominant",
    "m7": "minor-seventh",
    "maj7": "major-seventh",
    "dim": "diminished",
    "dim7": "diminished-seventh",
    "m7b5": "half-diminished",
    "aug": "augmented",
    "sus4": "suspended-fourth",
    "sus2": "suspended-second",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "9": "dominant-ninth",
    "m9": "minor-ninth",
    "maj9": "major-ninth",
    "add9": "major",
}
"""Names that MusicXML has for what stands after a root."""


def harmony(measure: ET.Element, symbol: str, offset: int) -> None:
    """A chord symbol such as "Am", "F#7" or "C/E" over the music, `offset` steps into the measure; other texts are left out."""
    match = re.fullmatch(r"([A-G])(#|b)?([^/]*)(?:/([A-G])(#|b)?)?", symbol)
    if match is None or match[3] not in _KINDS:
        return
    chord = add(measure, "harmony", **{"print-frame": "no"})
    _letter(add(chord, "root"), "root", match[1], match[2])
    add_text(chord, "kind", _KINDS[match[3]]).set("text", match[3])
    if match[4]:
        _letter(add(chord, "bass"), "bass", match[4], match[5])
    if match[3] == "add9":
        degree = add(chord, "degree")
        add_text(degree, "degree-value", 9)
        add_text(degree, "degree-alter", 0)
        add_text(degree, "degree-type", "add")
    if offset:
        add_text(chord, "offset", offset)


def _letter(place: ET.Element, kind: str, letter: str, sign: str | None) -> None:
    add_text(place, f"{kind}-step", letter)
    if sign:
        add_text(place, f"{kind}-alter", 1 if sign == "#" else -1)
