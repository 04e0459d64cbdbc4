"""PrettyMIDI as MusicXML (through music21, the `scores` extra) and as ABC (by hand).

Both write the same notes: one staff or voice for each line of the score, notes that begin and end together as chords,
ties over bar lines, pickups
and changes of metre and key kept. Positions are rounded to 24ths of a quarter; music on that grid reads back equal.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError
from ..theory.chords import note_names
from ..theory.key import find_key
from ..theory.score import Score, read_score
from .sheet_read import need_music21

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["GRID", "write_sheet"]

GRID = 24
"""Steps a quarter."""

MAX_NOTES = 20_000
_PLAIN = 3
"""Steps a 32nd note: what begins and ends on it is written in plain values, the rest in pieces within the beat, tied."""


@dataclass(frozen=True)
class _Line:
    """A voice to write: name, program, part it comes from, (start, end, pitches) in steps, in
    time, none overlapping.
    """

    name: str
    program: int
    is_drum: bool
    notes: list[tuple[int, int, tuple[int, ...]]]


def write_sheet(midi: PrettyMIDI, path: Path, *, title: str = "") -> None:
    """Write a score as the suffix says (.musicxml or .abc). Raises InputError for more than 20,000 notes, UsageError
    without music21 (MusicXML only).
    """
    score = read_score(midi)
    if not len(score):
        raise InputError("the music holds no note; a score needs one at least")
    if len(score) > MAX_NOTES:
        raise InputError(
            f"the music has {len(score)} notes; scores of up to {MAX_NOTES} are written: cut it, or save it as .mid"
        )
    lines = _lines(score)
    if path.suffix.lower() == ".abc":
        path.write_text(_abc(score, lines, title), "utf-8")
    else:
        _musicxml(score, lines, path, title)


def _lines(score: Score) -> list[_Line]:
    """The lines of all parts: voices as read, each split again where notes still overlap."""
    out: list[_Line] = []
    start = np.rint(score.onset * GRID).astype(int)
    end = np.maximum(np.rint(score.end * GRID).astype(int), start + 1)
    for i, part in enumerate(score.parts):
        mine = np.flatnonzero(score.part == i)
        rows = _rows(score, mine, start, end)
        if len(rows) > 1:
            rows = [
                row
                for voice in np.unique(score.voice[mine])
                for row in _rows(score, mine[score.voice[mine] == voice], start, end)
            ]
        for k, row in enumerate(rows):
            name = part.name or f"Part {i + 1}"
            out.append(_Line(name if len(rows) == 1 else f"{name} {k + 1}", part.program, part.is_drum, row))
    return out


def _rows(
    score: Score, notes: np.ndarray, start: np.ndarray, end: np.ndarray
) -> list[list[tuple[int, int, tuple[int, ...]]]]:
    """(start, end, pitches) of notes that begin and end together, in as many rows as they need so that none overlap."""
    chords: dict[tuple[int, int], list[int]] = {}
    for n in notes.tolist():
        chords.setdefault((int(start[n]), int(end[n])), []).append(int(score.pitch[n]))
    rows: list[list[tuple[int, int, tuple[int, ...]]]] = []
    for (a, b), pitches in sorted(chords.items()):
        row = next((r for r in rows if r[-1][1] <= a), None)
        if row is None:
            row = []
            rows.append(row)
        row.append((a, b, tuple(sorted(set(pitches)))))
    return rows


def _pieces(start: int, end: int, bars: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A note cut at bar lines, and at beats (quarters) where it is off the grid of 32nds."""
    cuts = {start, end, *(a for a, _ in bars if start < a < end)}
    if start % _PLAIN or end % _PLAIN:
        cuts |= {q for q in range(start - start % GRID, end, GRID) if start < q < end}
    points = sorted(cuts)
    return list(itertools.pairwise(points))


def _bar_steps(score: Score) -> list[tuple[int, int]]:
    return [
        (round(s * GRID), round((s + n) * GRID))
        for s, n in zip(score.bars.start.tolist(), score.bars.length.tolist(), strict=True)
    ]


def _signature(number: int) -> int:
    """Sharps (flats below zero) of a key number."""
    from .payload import sharps_of

    return sharps_of(number)


def _first_key(score: Score) -> int:
    if score.keys and score.keys[0][0] < 1e-6:
        return score.keys[0][1]
    key = find_key(score)
    return key.number if key is not None else 0


def _musicxml(score: Score, lines: list[_Line], path: Path, title: str) -> None:
    m21 = need_music21()
    sheet = m21.stream.Score()
    sheet.metadata = m21.metadata.Metadata(title=title or "Untitled")
    bars = _bar_steps(score)
    for line in lines:
        part = m21.stream.Part()
        part.partName = line.name
        player = (
            m21.instrument.UnpitchedPercussion()
            if line.is_drum
            else m21.instrument.instrumentFromMidiProgram(line.program)
        )
        player.partName = line.name
        player.midiProgram = line.program
        part.insert(0, player)
        cells: dict[int, list[Any]] = {i: [] for i in range(len(bars))}
        for a, b, pitches in line.notes:
            parts = _pieces(a, b, bars)
            for k, (c, d) in enumerate(parts):
                note = m21.note.Note(pitches[0]) if len(pitches) == 1 else m21.chord.Chord(list(pitches))
                note.duration = m21.duration.Duration(Fraction(d - c, GRID))
                if len(parts) > 1:
                    note.tie = m21.tie.Tie("start" if k == 0 else "stop" if k == len(parts) - 1 else "continue")
                bar = int(score.bars.index(c / GRID))
                cells[bar].append((Fraction(c - bars[bar][0], GRID), note))
        for i, (a, b) in enumerate(bars):
            part.append(_measure(m21, score, i, Fraction(b - a, GRID), cells[i]))
        sheet.insert(0, part)
    exporter = m21.musicxml.m21ToXml.GeneralObjectExporter(sheet)
    data = exporter.parse()
    path.write_bytes(_undated(data))


def _measure(m21: Any, score: Score, i: int, length: Fraction, notes: list[tuple[Fraction, Any]]) -> Any:
    bars = score.bars
    bar = m21.stream.Measure(number=int(bars.number[i]))
    pickup = bars.number[i] == 0
    if (
        i == 0
        or (i == 1 and bars.number[0] == 0)
        or (i and (bars.numerator[i], bars.denominator[i]) != (bars.numerator[i - 1], bars.denominator[i - 1]))
    ):
        shown = 1 if pickup and len(bars) > 1 else i
        if not (i == 1 and bars.number[0] == 0):
            bar.timeSignature = m21.meter.TimeSignature(f"{bars.numerator[shown]}/{bars.denominator[shown]}")
    for at, number in score.keys or ((0.0, _first_key(score)),):
        if abs(at - bars.start[i]) < 1e-6:
            key = m21.key.KeySignature(_signature(number))
            bar.keySignature = key.asKey("minor" if number >= 12 else "major")
    for at, qpm in score.tempi:
        if bars.start[i] - 1e-6 <= at < bars.start[i] + bars.length[i] - 1e-6 and (i == 0 or at > 0):
            bar.insert(
                Fraction(round((at - bars.start[i]) * GRID), GRID), m21.tempo.MetronomeMark(number=round(qpm, 2))
            )
    now = Fraction(0)
    for offset, note in notes:
        if offset > now:
            _rest(m21, bar, now, offset)
        bar.insert(offset, note)
        now = offset + Fraction(note.duration.quarterLength)
    if now < length:
        _rest(m21, bar, now, length)
    if pickup:
        bar.paddingLeft = float(bars.length[1] - bars.length[0]) if len(bars) > 1 else 0.0
    return bar


def _rest(m21: Any, bar: Any, start: Fraction, end: Fraction) -> None:
    """Rests from `start` to `end` within a bar, in values that can be written."""
    a, b = int(start * GRID), int(end * GRID)
    for c, d in _pieces(a, b, []):
        rest = m21.note.Rest()
        rest.duration = m21.duration.Duration(Fraction(d - c, GRID))
        bar.insert(Fraction(c, GRID), rest)


def _undated(data: bytes) -> bytes:
    """MusicXML without the date and version of the program that wrote it: the same music, the same bytes."""
    import re

    data = re.sub(rb"\s*<encoding-date>[^<]*</encoding-date>", b"", data)
    data = re.sub(rb"<software>[^<]*</software>", b"<software>artwright</software>", data)
    names = dict.fromkeys(re.findall(rb'id="([PI][0-9a-f]{8,})"', data))
    for i, name in enumerate(names):
        data = data.replace(name, b"%s%d" % (name[:1], i + 1))
    return data


_LETTERS = ("C", "D", "E", "F", "G", "A", "B")
_NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARP_ORDER, _FLAT_ORDER = "FCGDAEB", "BEADGCF"


def _abc(score: Score, lines: list[_Line], title: str) -> str:
    """The score in ABC 2.1: the unit is a 16th, a voice for each line."""
    bars = _bar_steps(score)
    key = _first_key(score)
    shown = 1 if score.bars.number[0] == 0 and len(score.bars) > 1 else 0
    head = [
        "X:1",
        f"T:{' '.join((title or 'Untitled').split())}",
        f"M:{score.bars.numerator[shown]}/{score.bars.denominator[shown]}",
        "L:1/16",
        f"Q:1/4={score.tempi[0][1]:.0f}",
    ]
    if len(lines) > 1:
        head += [
            f'V:{i + 1} name="{line.name.replace(chr(34), chr(39))}"' + (" clef=bass" if _mean(line) < 57 else "")
            for i, line in enumerate(lines)
        ]
    head.append(f"K:{_abc_key(key)}")
    out = head
    for i, line in enumerate(lines):
        if len(lines) > 1:
            out.append(f"V:{i + 1}")
        out.append(f"%%MIDI program {line.program}")
        out += _abc_voice(score, line, bars, key)
    return "\n".join(out) + "\n"


def _mean(line: _Line) -> float:
    return sum(p[0] for *_, p in line.notes) / len(line.notes)


def _abc_key(number: int) -> str:
    from ..theory.key import KEY_NAMES

    letter, mode = KEY_NAMES[number].split()
    return letter + ("m" if mode == "minor" else "")


def _abc_voice(score: Score, line: _Line, bars: list[tuple[int, int]], key: int) -> list[str]:
    out: list[str] = []
    changes = {round(at * GRID): number for at, number in score.keys if at > 1e-6}
    at = 0
    queue = list(line.notes)
    cells: list[list[tuple[int, int, tuple[int, ...], bool]]] = [[] for _ in bars]
    for a, b, pitches in queue:
        parts = _pieces(a, b, bars)
        for k, (c, d) in enumerate(parts):
            cells[int(score.bars.index(c / GRID))].append((c, d, pitches, k < len(parts) - 1))
    row: list[str] = []
    metre = (score.bars.numerator[0], score.bars.denominator[0])
    for i, (first, last) in enumerate(bars):
        signs: set[str] = set()
        text: list[str] = []
        fields: list[str] = []
        if (score.bars.numerator[i], score.bars.denominator[i]) != metre:
            metre = (score.bars.numerator[i], score.bars.denominator[i])
            if i > 1 or score.bars.number[0] != 0:
                fields.append(f"M:{metre[0]}/{metre[1]}")
        if first in changes:
            key = changes[first]
            fields.append(f"K:{_abc_key(key)}")
        if fields:
            out += ([" ".join(row)] if row else []) + fields
            row = []
        at = first
        for c, d, pitches, tied in cells[i]:
            if c > at:
                text.append("z" + _abc_length(c - at))
            names = [_abc_pitch(p, key, signs) for p in pitches]
            body = names[0] if len(names) == 1 else "[" + "".join(names) + "]"
            text.append(body + _abc_length(d - c) + ("-" if tied else ""))
            at = d
        if at < last:
            text.append("z" + _abc_length(last - at))
        row.append(" ".join(text) + " |")
        if len(row) == 4 or i == len(bars) - 1:
            out.append(" ".join(row) + ("]" if i == len(bars) - 1 else ""))
            row = []
    return out


def _abc_length(steps: int) -> str:
    """A length in 16ths: "" for one, "3", "/2", "4/3"."""
    value = Fraction(steps * 4, GRID)
    top = "" if value.numerator == 1 else str(value.numerator)
    return top if value.denominator == 1 else f"{top}/{value.denominator}"


def _abc_pitch(pitch: int, key: int, signs: set[str]) -> str:
    """A pitch with its accidental: where it differs from the signature, or its letter has had one in this bar
    (`signs`); readers disagree on what holds.
    """
    name = note_names(key)[pitch % 12]
    letter, shift = name[0], name.count("#") - name[1:].count("b")
    octave = (pitch - _NATURAL[letter] - shift) // 12 - 1
    sharps = _signature(key)
    usual = 1 if letter in _SHARP_ORDER[: max(sharps, 0)] else -1 if letter in _FLAT_ORDER[: max(-sharps, 0)] else 0
    mark = ""
    if shift != usual or letter in signs:
        mark = "=" if shift == 0 else "^" * shift if shift > 0 else "_" * -shift
        signs.add(letter)
    body = letter.lower() + "'" * (octave - 5) if octave >= 5 else letter + "," * (4 - octave)
    return mark + body
