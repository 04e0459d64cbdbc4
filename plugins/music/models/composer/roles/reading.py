"""From the page of any format to players with roles."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from ......core.errors import FormatError
from ....notation.hands import two_hands
from ....notation.score_midi import from_midi
from ....notation.sheet import Measure, Part, Sheet, Written, joined, metres_of
from ....performing.instruments import find_program
from ....theory.keys import key_shift
from ....theory.score import TICKS, Note, bar_lines, to_lines
from .scores import Chord, RoleScore
from .vocabulary import SLOTS

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["guess_ensemble", "midi_sheet", "read_roles", "seats", "strands"]

_VOICE, _RIGHT, _LEFT, _PART = (SLOTS.index(name) for name in ("voice", "right", "left", "part 1"))
_SUNG = frozenset({52, 53, 54, 85, 91})
_SINGER = (
    r"\b(voice|vocal|sing|solo voice|voix|gesang|singstimme|canto|chant|g[lł]os|soprano|mezzo|alto|tenor|baritone)\b"
)
_KEYED = frozenset([*range(8), *range(16, 21)])
_MOST_TONES = 6
"""Notes of a chord; of more, the inner ones are left out."""


def read_roles(sheet: Sheet, *, name: str, style: str, ensemble: str) -> RoleScore:
    """The page as an ensemble plays it, repeats not played. Raises FormatError if other players are on it."""
    parts = _playing(sheet)
    if not parts:
        raise FormatError(f"{name!r} holds no notes")
    slots = _seated(parts, ensemble)
    keys = _keys(sheet)
    score = RoleScore(
        name=name,
        style=style,
        ensemble=ensemble,
        slots=slots,
        metres=metres_of(sheet),
        keys=keys,
        sections=_sections(sheet, keys),
        tempo_qpm=sheet.tempi[0][1] if sheet.tempi else 90.0,
        title=sheet.title,
    )
    return replace(score, minor=_is_minor(sheet, score))


def _playing(sheet: Sheet) -> list[Part]:
    return [part for part in sheet.parts if not part.is_drum and part.notes]


def _seated(parts: Sequence[Part], ensemble: str) -> dict[int, tuple[Chord, ...]]:
    """What each slot plays. Raises FormatError for parts that are no such ensemble."""
    seats = {"piano": _keyboard, "song": _song}.get(ensemble, _voices)(parts)
    slots: dict[int, tuple[Chord, ...]] = {}
    for slot, notes in seats.items():
        hand = slot in (_RIGHT, _LEFT)
        for i, chords in enumerate(strands(notes, 2 if hand else 1, bass=slot == _LEFT)):
            if chords:
                slots[slot + i] = chords
    return slots


def seats(sheet: Sheet, ensemble: str) -> dict[int, int]:
    """Which part of a page, by number, plays each slot of an ensemble that `read_roles` reads from it."""
    numbers = {id(part): i for i, part in enumerate(sheet.parts)}
    parts = _playing(sheet)
    if ensemble == "song":
        sung = [numbers[id(part)] for part in parts if _is_sung(part)]
        hands = [numbers[id(part)] for part in parts if not _is_sung(part)]
        voices = {_VOICE + i: part for i, part in enumerate(sung)}
    else:
        hands, voices = [numbers[id(part)] for part in parts], {}
    if ensemble in ("piano", "song"):
        right, left = hands[0], hands[-1]
        return {**voices, _RIGHT: right, _RIGHT + 1: right, _LEFT: left, _LEFT + 1: left}
    return {_PART + i: hands[min(i, len(hands) - 1)] for i in range(4)}


def guess_ensemble(sheet: Sheet) -> str:
    """Which ensemble plays a page: "piano", "song", "quartet", "hymn" (three or four single voices), or "" for others."""
    parts = _playing(sheet)
    programs = [_program(part) for part in parts]
    keyed = [program in _KEYED for program in programs]
    if len(parts) == 4 and all(40 <= program < 50 for program in programs):
        return "quartet"
    if 2 <= len(parts) <= 4 and 1 <= sum(_is_sung(part) for part in parts) <= 2:
        others = [k for k, part in zip(keyed, parts, strict=True) if not _is_sung(part)]
        if 1 <= len(others) <= 2 and all(others):
            return "song"
    if len(parts) in (3, 4) and all(_is_single(part) for part in parts):
        return "hymn"
    if len(parts) in (1, 2) and all(keyed) and not all(_is_single(part) for part in parts):
        return "piano"
    return ""


def _program(part: Part) -> int:
    named = find_program(part.name) if part.name else None
    return part.program if named is None else named


def _is_sung(part: Part) -> bool:
    return bool(part.words) or _program(part) in _SUNG or re.search(_SINGER, part.name.lower()) is not None


def _is_single(part: Part) -> bool:
    """Whether no two notes of it sound at once."""
    notes = sorted((n for n in part.notes if n.length > 0), key=lambda n: n.start)
    return all(a.end <= b.start for a, b in itertools.pairwise(notes))


def midi_sheet(midi: PrettyMIDI) -> Sheet:
    """A MIDI file as a page: its parts with notes, metres, first key and tempo."""
    score = from_midi(midi, limit=64)
    scale = TICKS / midi.resolution
    parts = []
    for instrument in midi.instruments:
        notes = []
        for note in instrument.notes:
            on, off = (round(midi.time_to_tick(max(0.0, t)) * scale) for t in (note.start, note.end))
            notes.append(Written(Fraction(on, TICKS), Fraction(max(1, off - on), TICKS), note.pitch))
        parts.append(Part(instrument.name, instrument.program, instrument.is_drum, notes))
    measures = [
        Measure(
            Fraction(max(start, 0), TICKS), Fraction(start + m.bar - max(start, 0), TICKS), (m.numerator, m.denominator)
        )
        for start, m in bar_lines(score.metres, score.length)
    ]
    minor = any(int(key.key_number) >= 12 for key in midi.key_signature_changes[:1])
    return Sheet(
        parts=parts,
        measures=measures,
        keys=[(Fraction(0), score.signature, minor)],
        tempi=[(Fraction(0), score.tempo_qpm)],
    )


def _ticks(parts: Iterable[Part]) -> list[tuple[Note, int]]:
    """(note on the grid, its staff) of some parts, in time."""
    rows = []
    for part in parts:
        for note in joined(part.notes):
            on, off = round(TICKS * note.start), round(TICKS * note.end)
            if off > on and 0 < note.pitch < 128:
                rows.append((Note(on, off - on, note.pitch), note.staff))
    return sorted(rows, key=lambda row: (row[0].onset, -row[0].pitch))


def _keyboard(parts: Sequence[Part]) -> dict[int, list[Note]]:
    """Two staves: of one part, or two parts; of one part on one staff, what each hand would take."""
    if len(parts) > 2:
        raise FormatError(f"{len(parts)} parts are no piano piece")
    if len(parts) == 2:
        return {slot: [n for n, _ in _ticks([part])] for slot, part in zip((_RIGHT, _LEFT), parts, strict=True)}
    rows = _ticks(parts)
    if any(staff > 1 for _, staff in rows):
        return {
            _RIGHT: [n for n, staff in rows if staff == 1],
            _LEFT: [n for n, staff in rows if staff > 1],
        }
    start, end, pitch = (np.array([getattr(n, key) for n, _ in rows]) for key in ("onset", "end", "pitch"))
    right = two_hands(start, end, pitch)
    return {
        slot: [n for (n, _), r in zip(rows, right, strict=True) if r == (slot == _RIGHT)] for slot in (_RIGHT, _LEFT)
    }


def _song(parts: Sequence[Part]) -> dict[int, list[Note]]:
    """One or two voices over a keyboard."""
    sung = [part for part in parts if _is_sung(part)]
    rest = [part for part in parts if not any(part is one for one in sung)]
    if not 1 <= len(sung) <= 2 or not 1 <= len(rest) <= 2:
        raise FormatError(f"{len(sung)} sung parts and {len(rest)} others are no song with piano")
    voices = {_VOICE + i: [n for n, _ in _ticks([part])] for i, part in enumerate(sung)}
    return {**voices, **_keyboard(rest)}


def _voices(parts: Sequence[Part]) -> dict[int, list[Note]]:
    """Three or four players from the top; two staves of two voices each."""
    lines = [[n for n, _ in _ticks([part])] for part in parts]
    if len(lines) == 2:
        lines = [list(line) for notes in lines for line in to_lines(notes, 2)]
    if len(lines) not in (3, 4):
        raise FormatError(f"{len(parts)} parts are no music in three or four parts")
    return {_PART + i: line for i, line in enumerate(lines)}


def strands(notes: Sequence[Note], count: int, *, bass: bool = False) -> list[tuple[Chord, ...]]:
    """One or two lines of chords from the notes of a hand or player, the first with what sounds on top.

    Notes struck together and held as long are a chord. Where more sounds at once than there are lines, what was struck
    before stops. bass: whether chords are spoken from below.
    """
    groups: dict[int, dict[int, set[int]]] = {}
    for note in notes:
        groups.setdefault(note.onset, {}).setdefault(note.length, set()).add(note.pitch)
    lines: list[list[Chord]] = [[] for _ in range(count)]
    for onset in sorted(groups):
        chords = sorted(groups[onset].items(), key=lambda item: -max(item[1]))
        while len(chords) > count:  # the shortest joins its neighbour
            length, tones = min(chords, key=lambda item: len(item[1]))
            chords = [(size, of) for size, of in chords if size != length]
            near = min(chords, key=lambda item: abs(item[0] - length))
            near[1].update(tones)
        free = [i for i in range(count) if not lines[i] or lines[i][-1].end <= onset]
        places = list(range(count)) if len(chords) == count else (free or [_first_to_end(lines)])[:1]
        for (length, tones), i in zip(chords, places, strict=False):
            if lines[i] and lines[i][-1].end > onset:
                lines[i][-1] = replace(lines[i][-1], length=onset - lines[i][-1].onset)
            ordered = sorted(tones, reverse=not bass)
            lines[i].append(Chord(onset, length, (*ordered[: _MOST_TONES - 1], *ordered[_MOST_TONES - 1 :][-1:])))
    return [tuple(line) for line in lines]


def _first_to_end(lines: Sequence[Sequence[Chord]]) -> int:
    return min(range(len(lines)), key=lambda i: lines[i][-1].end)


def _keys(sheet: Sheet) -> tuple[tuple[int, int], ...]:
    """(tick, sharps) where they change."""
    rows = [(max(0, round(TICKS * at)), max(-7, min(7, sharps))) for at, sharps, _ in sorted(sheet.keys)]
    out: list[tuple[int, int]] = [(0, rows[0][1] if rows else 0)]
    for tick, sharps in rows:
        if sharps != out[-1][1]:
            out.append((tick, sharps))
    return tuple(out)


def _sections(sheet: Sheet, keys: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Where sections begin: at repeats, at new signatures and metres."""
    starts = {0, *(tick for tick, _ in keys)}
    before = None
    for measure in sheet.measures:
        tick = round(TICKS * measure.start)
        if measure.signs.begin or (before is not None and (before.signs.plays > 1 or before.metre != measure.metre)):
            starts.add(tick)
        before = measure
    return tuple(sorted(starts))


def _is_minor(sheet: Sheet, score: RoleScore) -> bool | None:
    """By what the page says, else by the bass of the last chord."""
    if any(minor for *_, minor in sheet.keys[:1]):
        return True
    final = _last_bass(score.slots)
    degree = (final + key_shift(score.keys[-1][1])) % 12
    return {0: False, 9: True}.get(degree)


def _last_bass(slots: Mapping[int, tuple[Chord, ...]]) -> int:
    end = max(chords[-1].end for chords in slots.values())
    return min(min(chords[-1].tones) for chords in slots.values() if chords[-1].end >= end - TICKS)
