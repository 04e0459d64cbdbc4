"""A page as the source of LilyPond 2.24: staves, voices, values that show the beats, words, slurs, loudness, chord symbols."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .loudness import loudness_marks
from .musicxml_measures import Cell, cells_of, voices_of
from .page import GRID, Page, spell
from .rhythm import measured
from .staves import Clef, Group, Staff, WrittenPart, groups_of, parts_of

__all__ = ["lilypond_text"]

_VALUES = {
    "breve": "\\breve",
    "whole": "1",
    "half": "2",
    "quarter": "4",
    "eighth": "8",
    "16th": "16",
    "32nd": "32",
    "64th": "64",
}
_VOICES = ("\\voiceOne", "\\voiceTwo", "\\voiceThree", "\\voiceFour")
_GROUPS = {"brace": "PianoStaff", "bracket": "StaffGroup"}
_CHORDS = {"": "", "m": ":m", "7": ":7", "m7": ":m7", "maj7": ":maj7", "dim": ":dim", "dim7": ":dim7", "m7b5": ":m7.5-",
           "aug": ":aug", "sus4": ":sus4", "sus2": ":sus2", "6": ":6", "m6": ":m6", "9": ":9", "m9": ":m9", "maj9": ":maj9",
           "add9": ":5.9"}  # fmt: skip


def lilypond_text(page: Page) -> str:
    """The text of the file. Drums are left out."""
    parts = [part for part in parts_of(page) if not part.is_drum]
    groups = {g.first: g for g in groups_of(parts)}
    rows = [
        '\\version "2.24.0"',
        "\\header {",
        f"  title = {_quoted(page.title)}",
        *([f"  composer = {_quoted(page.composer)}"] if page.composer else []),
        "  tagline = ##f",
        "}",
        "\\score {",
        "  <<",
        *_symbols(page),
    ]
    last = -1
    for i, part in enumerate(parts):
        group = groups.get(i)
        if group is not None:
            rows.append(f"  \\new {_GROUPS[group.symbol]} {_names(group)}<<")
            last = group.last
        rows += _part(page, part, leads=i == 0)
        if i == last:
            rows.append("  >>")
    return "\n".join([*rows, "  >>", "  \\layout { }", "  \\midi { }", "}"]) + "\n"


def _quoted(text: str) -> str:
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _names(named: WrittenPart | Group) -> str:
    if not named.name:
        return ""
    return f"\\with {{ instrumentName = {_quoted(named.name)} shortInstrumentName = {_quoted(named.short)} }} "


def _part(page: Page, part: WrittenPart, *, leads: bool) -> list[str]:
    """The staves of a part, in a brace where there are several."""
    hand = part.name in ("Right hand", "Left hand")
    rows = []
    if len(part.staves) > 1:
        rows.append(f"  \\new PianoStaff {_names(part)}<<")
    for number, staff in enumerate(part.staves):
        named = "" if len(part.staves) > 1 or hand else _names(part)
        rows.append(f"  \\new Staff {named}<<")
        for k in range(max(len(voices_of([line.bars[b] for line in staff.lines])) for b in range(len(page.bars)))):
            rows += _voice(page, part, staff, k, leads=leads and not number and not k)
        rows.append("  >>")
    return [*rows, "  >>"] if len(part.staves) > 1 else rows


def _voice(page: Page, part: WrittenPart, staff: Staff, k: int, *, leads: bool) -> list[str]:
    """A voice of a staff: bars, and the words under them."""
    several = any(len(voices_of([line.bars[b] for line in staff.lines])) > 1 for b in range(len(page.bars)))
    owner = part.staves[0].lines[0].part
    slurs = {f: "(" for o, f, _ in page.slurs if o == owner}, {n: ")" for o, _, n in page.slurs if o == owner}
    marks = loudness_marks(page, part) if not k and staff is part.staves[0] else {}
    rows = ["  \\new Voice {", f"    \\clef {_clef(staff.clef)}"]
    if several and k < len(_VOICES):
        rows.append(f"    {_VOICES[k]}")
    words: list[str] = []
    metre = None
    for bar, (first, last) in enumerate(page.bars):
        signs = [(sharps, minor) for at, sharps, minor in page.keys if first <= at < last]
        if signs:
            rows.append(f"    \\key {_key(*signs[-1])}")
        if page.metre(bar) != metre:
            metre = page.metre(bar)
            rows.append(f"    \\time {metre[0]}/{metre[1]}")
        pickup = bar == 0 and page.pickup
        if pickup:
            rows.append(f"    \\partial {_partial(last - first)}")
        if leads:
            rows += [f"    \\tempo 4 = {max(1, round(qpm))}" for at, qpm in page.tempi if first <= at < last]
        found = voices_of([line.bars[bar] for line in staff.lines])
        pieces = found[k] if k < len(found) else []
        shape = measured(page.metre(bar), first, last, pickup=pickup)
        cells = cells_of(pieces, shape)
        key = next((sharps, minor) for at, sharps, minor in reversed(page.keys) if at < last)
        body, told = _bar(cells, key, page.fermatas, slurs, hidden=k > 0, loud=marks.get(bar, ("", 0))[0])
        words += told
        rows.append(f"    {body} |")
    rows.append("  }")
    if any(word != "_" for word in words):
        rows.append(f"  \\addlyrics {{ {' '.join(words)} }}")
    return rows


def _bar(
    cells: Sequence[Cell],
    key: tuple[int, bool],
    fermatas: frozenset[int],
    slurs: tuple[dict[int, str], dict[int, str]],
    *,
    hidden: bool,
    loud: str,
) -> tuple[str, list[str]]:
    """(notes of a bar, a syllable or "_" for each note that is not tied from before)."""
    out: list[str] = []
    words: list[str] = []
    window = None
    for cell in cells:
        value = cell.value
        if window is not None and value.triplet != window:
            out.append("}")
            window = None
        if value.triplet is not None and window is None:
            out.append("\\tuplet 3/2 {")
            window = value.triplet
        length = _VALUES[value.name] + "." * value.dots
        if cell.piece is None:
            out.append(("s" if hidden else "r") + length)
            continue
        names = [_pitch(pitch, key) for pitch in cell.piece.pitches]
        note = (names[0] if len(names) == 1 else f"<{' '.join(names)}>") + length
        note += "~" if cell.tied[1] else ""
        at = cell.piece.start
        fresh = cell.leads and not cell.piece.tied[0]
        if not hidden:
            note += slurs[1].get(at, "") if not cell.tied[1] else ""
            note += slurs[0].get(at, "") if fresh else ""
        note += "\\fermata" if at in fermatas and cell.leads else ""
        note += f"\\{loud}" if loud else ""
        loud = ""
        out.append(note)
        if fresh:
            words.append(_syllable(cell.piece.word))
    return " ".join([*out, "}"] if window is not None else out), words


def _syllable(word: str) -> str:
    if not word:
        return "_"
    goes_on = len(word) > 1 and word.endswith("-")
    return _quoted(word.removesuffix("-") if goes_on else word) + (" --" if goes_on else "")


def _letter(letter: str, alter: int) -> str:
    return letter.lower() + ("is" * alter if alter > 0 else "es" * -alter)


def _pitch(pitch: int, key: tuple[int, bool]) -> str:
    letter, alter, octave = spell(pitch, key[0], minor=key[1])
    return _letter(letter, alter) + ("'" * (octave - 3) if octave > 3 else "," * (3 - octave))


def _key(sharps: int, minor: bool) -> str:
    fifths = sharps + (3 if minor else 0)
    letter, alter = "FCGDAEB"[(fifths + 1) % 7], (fifths + 1) // 7
    return f"{_letter(letter, alter)} \\{'minor' if minor else 'major'}"


def _clef(clef: Clef) -> str:
    name = {("G", 2): "treble", ("F", 4): "bass", ("C", 3): "alto"}.get((clef.sign, clef.line), "treble")
    return f'"{name}{"_8" if clef.octave < 0 else "^8" if clef.octave > 0 else ""}"'


def _partial(steps: int) -> str:
    """A length as 32nds."""
    return f"32*{max(1, round(steps * 8 / GRID))}"


def _symbols(page: Page) -> list[str]:
    """Chord symbols over the staves."""
    if not page.symbols:
        return []
    end = page.bars[-1][1]
    begin = page.bars[0][0]
    rows = [(at, text) for at, symbol in page.symbols if begin <= at < end and (text := _chord(symbol)) is not None]
    starts = [at for at, _ in rows]
    stops = [*starts[1:], end]
    lead = [f"s4*{starts[0] - begin}/{GRID}"] if rows and starts[0] > begin else []
    chords = [text.replace("*", f"4*{stop - at}/{GRID}", 1) for (at, text), stop in zip(rows, stops, strict=True)]
    return [f"  \\new ChordNames \\chordmode {{ {' '.join([*lead, *chords])} }}"] if rows else []


def _chord(symbol: str) -> str | None:
    """A symbol as LilyPond's, `*` where its length stands; None for what is none."""
    match = re.fullmatch(r"([A-G])(#|b)?([^/]*)(?:/([A-G])(#|b)?)?", symbol)
    if match is None or match[3] not in _CHORDS:
        return None
    sign = {"#": 1, "b": -1, None: 0}
    bass = f"/{_letter(match[4], sign[match[5]])}" if match[4] else ""
    return f"{_letter(match[1], sign[match[2]])}*{_CHORDS[match[3]]}{bass}"
