"""What stands before the notes of a page: parts with their staves, clefs, brackets, names and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .page import Line, Page

__all__ = ["VOICES_A_STAFF", "Clef", "Group", "Staff", "WrittenPart", "clef_of", "groups_of", "parts_of"]

VOICES_A_STAFF = 4
"""More than these few programs keep apart."""


@dataclass(frozen=True)
class Clef:
    """sign: G, F, C or percussion; line: where it stands; octave: up (below 0 down) of what it reads."""

    sign: str
    line: int = 0
    octave: int = 0


TREBLE, BASS, ALTO, TENOR = Clef("G", 2), Clef("F", 4), Clef("C", 3), Clef("G", 2, -1)
HIGH, DEEP, KIT = Clef("G", 2, 1), Clef("F", 4, -1), Clef("percussion", 2)
_REACHES = {TREBLE: (64, 77), BASS: (43, 57), ALTO: (53, 67), TENOR: (52, 65), HIGH: (76, 89), DEEP: (31, 45)}
"""The lowest and the highest line of each."""

_VOCAL = frozenset({52, 53, 54, 85, 91})
_GUITARS = frozenset(range(24, 32))
_BASSES = frozenset([*range(32, 40), 43])
_VIOLA = 41
_TREBLE_ONLY = frozenset({40, 56, 59, *range(64, 70), *range(71, 80), 110})
"""Violin and fiddle, trumpet, saxophones, oboe, cor anglais, clarinet, flutes: they read no other clef, however low they play."""
_LOW = frozenset({42, 57, 58, 70})
"""Cello, trombone, tuba, bassoon."""
_AWAY = 4
"""Semitones of ledger lines that a player accepts rather than another clef than the usual one."""
_KEYBOARD = frozenset([*range(0, 9), *range(16, 21)])
_HANDS = ["Right hand", "Left hand"]
"""Parts that are one player's."""
_FAMILIES: tuple[tuple[str, frozenset[int]], ...] = (
    ("voices", _VOCAL),
    ("strings", frozenset(range(40, 46))),
    ("brass", frozenset(range(56, 64))),
    ("woodwinds", frozenset(range(64, 80))),
    ("keyboard", _KEYBOARD),
)
_SHORT = {
    "soprano": "S.",
    "alto": "A.",
    "tenor": "T.",
    "bass": "B.",
    "baritone": "Bar.",
    "voice": "V.",
    "violin": "Vln.",
    "viola": "Vla.",
    "cello": "Vc.",
    "violoncello": "Vc.",
    "contrabass": "Cb.",
    "flute": "Fl.",
    "oboe": "Ob.",
    "clarinet": "Cl.",
    "bassoon": "Bsn.",
    "horn": "Hn.",
    "trumpet": "Tpt.",
    "trombone": "Tbn.",
    "piano": "Pno.",
    "organ": "Org.",
    "guitar": "Gtr.",
    "harp": "Hp.",
    "harpsichord": "Hpd.",
    "drums": "Dr.",
    "recorder": "Rec.",
    "fiddle": "Fdl.",
    "melody": "",
    "upper": "",
    "lower": "",
}


@dataclass(frozen=True)
class Staff:
    """A staff of a part: its clef, and its lines, the highest first."""

    clef: Clef
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class WrittenPart:
    """A part of the page: name and short name; program; whether drums; staves from the top."""

    name: str
    short: str
    program: int
    is_drum: bool
    staves: tuple[Staff, ...]

    @property
    def keys(self) -> list[int]:
        """The pitches it has, each once."""
        return sorted({key for staff in self.staves for line in staff.lines for key in line.keys})


@dataclass
class Group:
    """Parts that belong together, from index `first` to `last`. symbol: bracket or brace; joined: bar lines run through;
    name, short: of the whole, shown in place of those of its parts.
    """

    first: int
    last: int
    symbol: str = "bracket"
    joined: bool = field(default=True)
    name: str = ""
    short: str = ""


def parts_of(page: Page) -> list[WrittenPart]:
    """The parts of the page in its order; a part whose voices are too many for a staff has more staves."""
    by_part: dict[int, list[Line]] = {}
    for line in page.lines:
        by_part.setdefault(line.part, []).append(line)
    names = _names([lines[0] for lines in by_part.values()])
    out = []
    for lines, name in zip(by_part.values(), names, strict=True):
        first = lines[0]
        staves = []
        for number in sorted({line.staff for line in lines}):
            mine = [line for line in lines if line.staff == number]
            for k in range(0, len(mine), VOICES_A_STAFF):
                some = tuple(mine[k : k + VOICES_A_STAFF])
                staves.append(Staff(clef_of(some, name), some))
        out.append(WrittenPart(name, _short(name), first.program, first.is_drum, tuple(staves)))
    return out


def clef_of(lines: Sequence[Line], name: str = "") -> Clef:
    """The clef that needs the fewest ledger lines, of those that the instrument or voice is written in."""
    first = lines[0]
    if first.is_drum:
        return KIT
    spoken = name.lower()
    pieces = [p for line in lines for bar in line.bars for p in bar]
    spans = [(pitch, p.end - p.start) for p in pieces for pitch in p.pitches]
    mean = sum(pitch * n for pitch, n in spans) / sum(n for _, n in spans)
    sung = first.program in _VOCAL or re.search(r"\b(soprano|alto|tenor|bass|baritone)\b", spoken) is not None
    choices, usual = [TREBLE, BASS], False
    if first.program == _VIOLA or "viola" in spoken:
        choices, usual = [ALTO, TREBLE], True
    elif sung and (voice := re.search(r"soprano|alto|tenor|baritone|bass", spoken)):
        choices = {"soprano": [TREBLE], "alto": [TREBLE], "tenor": [TENOR]}.get(voice[0], [BASS])
    elif sung or first.program in _GUITARS:
        choices = [TREBLE, TENOR, BASS]
    elif first.program in _TREBLE_ONLY:
        choices = [TREBLE]
    elif first.program in _BASSES:
        choices = [DEEP, BASS]
    elif first.program in _LOW:
        choices, usual = [BASS, TREBLE], True
    if mean > 88:
        choices, usual = [TREBLE, HIGH], False
    if mean < 36:
        choices, usual = [BASS, DEEP], False

    def ledgers(clef: Clef) -> float:
        low, high = _REACHES[clef]
        away = _AWAY if usual and clef is not choices[0] else 0
        return sum(n * (max(0, low - 2 - pitch, pitch - high - 2) + away) for pitch, n in spans)

    return min(choices, key=lambda clef: (ledgers(clef), choices.index(clef)))


def groups_of(parts: Sequence[WrittenPart]) -> list[Group]:
    """Neighbours of one family: choirs, quartets and winds in brackets, parts of one keyboard in a brace."""
    out: list[Group] = []
    i = 0
    while i < len(parts):
        family = _family(parts[i])
        last = i
        while last + 1 < len(parts) and family and _family(parts[last + 1]) == family:
            last += 1
        if last > i:
            hands = family == "keyboard" and last - i == 1
            whole = (
                ("Piano", _SHORT["piano"]) if hands and [p.name for p in parts[i : last + 1]] == _HANDS else ("", "")
            )
            out.append(Group(i, last, "brace" if hands else "bracket", family != "voices", *whole))
        i = last + 1
    return out


def _family(part: WrittenPart) -> str:
    if part.is_drum:
        return ""
    return next((name for name, programs in _FAMILIES if part.program in programs), "")


def _names(firsts: Sequence[Line]) -> list[str]:
    """Names of parts: their own, else of their instruments, numbered where several have one."""
    import pretty_midi

    names = [
        line.part_name
        or ("Drums" if line.is_drum else str(pretty_midi.program_to_instrument_name(line.program)))
        .replace("Acoustic Grand ", "")
        .replace("Acoustic Guitar", "Guitar")
        for line in firsts
    ]
    out = []
    for i, (name, line) in enumerate(zip(names, firsts, strict=True)):
        twins = [k for k, other in enumerate(names) if other == name]
        out.append(f"{name} {twins.index(i) + 1}" if len(twins) > 1 and not line.part_name else name)
    return out


def _short(name: str) -> str:
    """An abbreviation for all systems but the first."""
    words = name.split()
    head = words[0].lower() if words else ""
    if head not in _SHORT:
        return name if len(name) <= 6 else f"{name[:4].rstrip()}."
    rest = " ".join(w for w in words[1:] if w.isdigit() or re.fullmatch(r"[IVX]+", w))
    return f"{_SHORT[head]} {rest}".strip()
