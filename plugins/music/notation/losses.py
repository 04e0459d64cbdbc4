"""What a conversion loses: what stands in a file and is not read, and what a format cannot hold of what was read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from .loudness import USUAL_VELOCITY
from .musicxml_read import read_root
from .page import GRID
from .payload import COPYRIGHT, seconds_to_ticks

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["changed_notes", "unread", "unwritten"]

_XML_SIGNS = {
    "creator": "name of an author",
    "grace": "grace note",
    "cue": "cue note",
    "slur": "slur",
    "wedge": "hairpin",
    "articulations": "articulation",
    "ornaments": "ornament",
    "technical": "fingering or technical mark",
    "harmony": "chord symbol",
    "figured-bass": "figured bass",
    "pedal": "pedal mark",
    "arpeggiate": "arpeggio",
    "words": "direction in words",
    "rehearsal": "rehearsal mark",
}
_PAIRED = frozenset({"slur", "wedge", "pedal"})
"""Signs that begin and end: half as many as there are elements."""

_ABC_SIGNS = {
    r"\{[^}]*\}": "grace group",
    r'"[A-G][^"]*"': "chord symbol",
    r"![^!\n]+!": "decoration",
    r"\((?!\d)": "slur",
}
_KERN_SIGNS = {
    r"[A-Ga-g]+[#n-]*[qQ]": "grace note",
    r"\(": "slur",
    r"[A-Ga-g][#n-]*[^\s]*[TtMmWwS]": "ornament",
    r"['~^]": "articulation",
}


def unread(path: Path) -> dict[str, int]:
    """What stands in a score and is not read, by name, and how often."""
    suffix = path.suffix.lower()
    if suffix in (".musicxml", ".mxl", ".xml"):
        return _in_musicxml(read_root(path))
    if suffix not in (".abc", ".krn"):
        return {}
    text = path.read_bytes().decode("utf-8", "replace")
    if suffix == ".abc":
        rows = [line.split("%")[0] for line in text.splitlines() if not re.match(r"[A-Za-z]:|%", line)]
        return _counted({name: len(re.findall(sign, "\n".join(rows))) for sign, name in _ABC_SIGNS.items()})
    fields = [f for line in text.splitlines() if not line.startswith(("!", "*", "=")) for f in re.split(r"[\t ]", line)]
    return _counted({name: sum(bool(re.search(s, f)) for f in fields) for s, name in _KERN_SIGNS.items()})


def _in_musicxml(root: ET.Element) -> dict[str, int]:
    counts = dict.fromkeys(_XML_SIGNS, 0)
    for element in root.iter():
        if element.tag in counts:
            counts[element.tag] += 1
    return _counted({name: -(-counts[tag] // (2 if tag in _PAIRED else 1)) for tag, name in _XML_SIGNS.items()})


def unwritten(midi: PrettyMIDI, suffix: str) -> dict[str, int]:
    """What of some music a format cannot hold, by name, and how often. suffix: of the file that is written."""
    if suffix in (".mid", ".midi"):
        return {}
    players = midi.instruments
    texts = list(getattr(midi, "text_events", ()))
    out = {
        "marker or text": sum(getattr(t, "kind", 0) != COPYRIGHT for t in texts),
        "copyright notice": sum(getattr(t, "kind", 0) == COPYRIGHT for t in texts),
    }
    if suffix in (".musicxml", ".mxl", ".abc", ".ly", ".svg", ".png", ".pdf"):
        out["controller"] = sum(len(p.control_changes) for p in players)
        out["pitch bend"] = sum(len(p.pitch_bends) for p in players)
        out["note moved to the grid of 24ths of a quarter"] = sum(_off_grid(midi))
        if suffix == ".ly":
            out["drum note"] = sum(len(p.notes) for p in players if p.is_drum)
        if suffix == ".abc":
            out["velocity"] = sum(n.velocity != USUAL_VELOCITY for p in players for n in p.notes)
    else:
        out["syllable"] = len(midi.lyrics)
        out["change of metre or key"] = len(midi.time_signature_changes) + len(midi.key_signature_changes)
    return _counted(out)


def _off_grid(midi: PrettyMIDI) -> list[bool]:
    notes = [n for p in midi.instruments for n in p.notes]
    ticks = seconds_to_ticks(midi, [t for n in notes for t in (n.start, n.end)]).tolist()
    off = [t * GRID % midi.resolution != 0 for t in ticks]
    return [a or b for a, b in zip(off[::2], off[1::2], strict=True)]


def changed_notes(before: PrettyMIDI, after: PrettyMIDI) -> int:
    """How many notes are not read back from what was written, to a 24th of a quarter."""

    def rows(midi: PrettyMIDI) -> set[tuple[int, int, int, bool]]:
        out = set()
        for player in midi.instruments:
            ticks = seconds_to_ticks(midi, [t for n in player.notes for t in (n.start, n.end)]).tolist()
            steps = [round(t * GRID / midi.resolution) for t in ticks]
            for note, start, end in zip(player.notes, steps[::2], steps[1::2], strict=True):
                out.add((start, max(end, start + 1), note.pitch, bool(player.is_drum)))
        return out

    return len(rows(before) - rows(after))


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
