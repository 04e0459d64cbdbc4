"""The measures of a part as MusicXML: attributes, tempi, notes and rests of its voices, with what is written at each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from .loudness import USUAL_VELOCITY, loudness_marks
from .musicxml_elements import (
    add,
    add_text,
    harmony,
    left_barline,
    loudness,
    player_id,
    right_barline,
    sound_tempo,
    tempo,
)
from .page import GRID, Page, Piece, signed, spell
from .rhythm import Measured, Value, beams, measured, triplets, values
from .staves import VOICES_A_STAFF, WrittenPart
from .strains import WrittenBar

__all__ = ["Cell", "PartWriter", "cells_of", "voices_of"]

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

_SIGNS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}


@dataclass(frozen=True)
class Cell:
    """A value of a voice in a bar: what sounds, if anything; tied: from before, to what follows; leads: whether the note
    begins with it.
    """

    value: Value
    piece: Piece | None
    tied: tuple[bool, bool] = (False, False)
    leads: bool = False


@dataclass(frozen=True)
class _Place:
    """voice, staff: as they are numbered; staff is "" where there is one."""

    voice: str
    staff: str


class PartWriter:
    """Writes the measures of one part. leads: whether the signs of all parts stand here."""

    def __init__(self, page: Page, part: WrittenPart, part_id: str, *, leads: bool) -> None:
        self.page, self.part, self.part_id, self.leads = page, part, part_id, leads
        self.metre: tuple[int, int] | None = None
        self.key = (0, False)
        self.shown_tempi = _shown_tempi(page)
        self.loudness = loudness_marks(page, part)
        self.open_words: set[str] = set()
        number = part.staves[0].lines[0].part
        mine = [(first, last) for owner, first, last in page.slurs if owner == number]
        self.slurs = {first: "start" for first, _ in mine}, {last: "stop" for _, last in mine}

    def write(self, part: ET.Element, bar: WrittenBar, number: int, *, is_last: bool) -> None:
        """Add one measure."""
        page = self.page
        first, last = page.bars[bar.bar]
        measure = add(part, "measure", number=str(number))
        is_pickup = bar.bar == 0 and page.pickup
        if is_pickup:
            measure.set("implicit", "yes")
        self.key = next((sharps, minor) for at, sharps, minor in reversed(page.keys) if at < last)
        left_barline(measure, bar)
        self._attributes(measure, bar.bar, begins=number == (0 if page.pickup else 1))
        if self.leads:
            self._tempi(measure, first, last)
            for at, symbol in page.symbols:
                if first <= at < last:
                    harmony(measure, symbol, at - first)
        if bar.bar in self.loudness:
            loudness(measure, *self.loudness[bar.bar])
        shape = measured(page.metre(bar.bar), first, last, pickup=is_pickup)
        for number_of_staff, staff in enumerate(self.part.staves):
            voices = voices_of([line.bars[bar.bar] for line in staff.lines])
            signs = self._accidentals(piece for voice in voices for piece in voice)
            for k, pieces in enumerate(voices):
                if number_of_staff or k:
                    add_text(add(measure, "backup"), "duration", last - first)
                voice = number_of_staff * VOICES_A_STAFF + k + 1
                place = _Place(str(voice), str(number_of_staff + 1) if len(self.part.staves) > 1 else "")
                self._voice(measure, pieces, shape, place, signs, hidden=k > 0)
        right_barline(measure, bar, is_last=is_last)

    def _attributes(self, measure: ET.Element, bar: int, *, begins: bool) -> None:
        page = self.page
        first, last = page.bars[bar]
        keys = [(sharps, minor) for at, sharps, minor in page.keys if first <= at < last]
        metre = page.metre(bar)
        if not begins and metre == self.metre and (not keys or self.part.is_drum):
            return
        attributes = add(measure, "attributes")
        if begins:
            add_text(attributes, "divisions", GRID)
        if keys and not self.part.is_drum:
            signature = add(attributes, "key")
            add_text(signature, "fifths", keys[-1][0])
            add_text(signature, "mode", "minor" if keys[-1][1] else "major")
        if metre != self.metre:
            self.metre = metre
            time = add(attributes, "time")
            add_text(time, "beats", metre[0])
            add_text(time, "beat-type", metre[1])
        if begins:
            staves = self.part.staves
            if len(staves) > 1:
                add_text(attributes, "staves", len(staves))
            for number, staff in enumerate(staves, 1):
                clef = add(attributes, "clef", **({"number": str(number)} if len(staves) > 1 else {}))
                add_text(clef, "sign", staff.clef.sign)
                add_text(clef, "line", staff.clef.line)
                if staff.clef.octave:
                    add_text(clef, "clef-octave-change", staff.clef.octave)

    def _tempi(self, measure: ET.Element, first: int, last: int) -> None:
        for at, qpm in self.page.tempi:
            if first <= at < last:
                if at in self.shown_tempi:
                    tempo(measure, at - first, qpm, self.page.metre(int(self.page.measures.index(at / GRID))))
                else:
                    sound = add(measure, "sound", tempo=sound_tempo(qpm))
                    if at > first:
                        add_text(sound, "offset", at - first)

    def _accidentals(self, pieces: Iterable[Piece]) -> dict[tuple[int, int], str]:
        """The signs that stand in a bar of a staff, by (step, pitch) of their notes: what the signature and the signs
        before them in the bar don't say. What is tied from before needs none.
        """
        if self.part.is_drum:
            return {}
        sharps, minor = self.key
        now: dict[tuple[str, int], int] = {}
        out: dict[tuple[int, int], str] = {}
        for piece in sorted(pieces, key=lambda p: p.start):
            for pitch in piece.pitches:
                letter, alter, octave = spell(pitch, sharps, minor=minor)
                if piece.tied[0]:
                    continue
                if alter != now.get((letter, octave), signed(letter, sharps)):
                    now[letter, octave] = alter
                    out[piece.start, pitch] = _SIGNS[alter]
        return out

    def _voice(
        self,
        measure: ET.Element,
        pieces: Sequence[Piece],
        shape: Measured,
        place: _Place,
        signs: dict[tuple[int, int], str],
        *,
        hidden: bool,
    ) -> None:
        if not pieces and shape.is_whole:
            rest = add(measure, "note")
            add(rest, "rest", measure="yes")
            add_text(rest, "duration", shape.end - shape.start)
            add_text(rest, "voice", place.voice)
            if place.staff:
                add_text(rest, "staff", place.staff)
            return
        cells = cells_of(pieces, shape)
        joined = beams(shape, [(c.value, c.piece is not None) for c in cells])
        windows = _ends_of_triplets(cells)
        for i, cell in enumerate(cells):
            if cell.piece is None:
                if hidden and cell.value.triplet is None:
                    add_text(add(measure, "forward"), "duration", cell.value.steps)
                else:
                    self._note(measure, cell, None, place, (), windows.get(i, ()), {})
                continue
            for n, pitch in enumerate(cell.piece.pitches):
                beamed = joined[i] if not n else ()
                self._note(measure, cell, pitch, place, beamed, windows.get(i, ()) if not n else (), signs, chord=n > 0)

    def _note(
        self,
        measure: ET.Element,
        cell: Cell,
        pitch: int | None,
        place: _Place,
        joined: Sequence[str],
        windows: Sequence[str],
        signs: dict[tuple[int, int], str],
        *,
        chord: bool = False,
    ) -> None:
        value, piece = cell.value, cell.piece
        note = add(measure, "note")
        if chord:
            add(note, "chord")
        if pitch is None or piece is None:
            add(note, "rest")
        else:
            velocity = piece.velocities[piece.pitches.index(pitch)] if piece.velocities else USUAL_VELOCITY
            if velocity != USUAL_VELOCITY or self.loudness:
                note.set("dynamics", f"{velocity / 0.9:.2f}")
            self._pitch(note, pitch)
        add_text(note, "duration", value.steps)
        ties = [kind for kind, holds in zip(("stop", "start"), cell.tied, strict=True) if holds]
        for kind in ties:
            add(note, "tie", type=kind)
        if self.part.is_drum and pitch is not None:
            add(note, "instrument", id=player_id(self.part_id, pitch))
        add_text(note, "voice", place.voice)
        add_text(note, "type", value.name)
        for _ in range(value.dots):
            add(note, "dot")
        if pitch is not None and cell.leads and (value.start, pitch) in signs:
            add_text(note, "accidental", signs[value.start, pitch])
        if value.triplet is not None:
            changed = add(note, "time-modification")
            add_text(changed, "actual-notes", 3)
            add_text(changed, "normal-notes", 2)
        if place.staff:
            add_text(note, "staff", place.staff)
        for level, word in enumerate(joined, 1):
            add_text(note, "beam", word).set("number", str(level))
        held = cell.leads and piece is not None and not chord and piece.start in self.page.fermatas
        slurs = self._slurs(cell) if not chord and place.voice == "1" else []
        _notations(note, ties, windows, slurs, held=held)
        if piece is not None and piece.word and cell.leads and not chord and not piece.tied[0]:
            self._lyric(note, piece.word, place.staff)

    def _slurs(self, cell: Cell) -> list[str]:
        """Whether slurs begin or end at a value: at the first of a note's, and at its last."""
        if cell.piece is None:
            return []
        starts, stops = self.slurs
        ends = [stops[cell.piece.start]] if cell.piece.start in stops and not cell.tied[1] else []
        begins = [starts[cell.piece.start]] if cell.piece.start in starts and cell.leads else []
        return ends + begins

    def _lyric(self, note: ET.Element, word: str, staff: str) -> None:
        """A syllable; one that ends with a hyphen goes on in the next."""
        lyric = add(note, "lyric", number="1")
        goes_on = len(word) > 1 and word.endswith("-")
        opened = staff in self.open_words
        kind = ("middle" if opened else "begin") if goes_on else "end" if opened else "single"
        (self.open_words.add if goes_on else self.open_words.discard)(staff)
        add_text(lyric, "syllabic", kind)
        add_text(lyric, "text", word.removesuffix("-") if goes_on else word)

    def _pitch(self, note: ET.Element, pitch: int) -> None:
        if self.part.is_drum:
            place = add(note, "unpitched")
            staff = _KIT_STAFF.get(pitch, "C5")
            add_text(place, "display-step", staff[0])
            add_text(place, "display-octave", staff[1])
            return
        letter, alter, octave = spell(pitch, self.key[0], minor=self.key[1])
        element = add(note, "pitch")
        add_text(element, "step", letter)
        if alter:
            add_text(element, "alter", alter)
        add_text(element, "octave", octave)


def _notations(
    note: ET.Element, ties: Sequence[str], windows: Sequence[str], slurs: Sequence[str], *, held: bool
) -> None:
    """Ties, slurs, ends of triplets and a fermata."""
    if ties or windows or slurs or held:
        marks = add(note, "notations")
        for kind in ties:
            add(marks, "tied", type=kind)
        for kind in slurs:
            add(marks, "slur", type=kind, number="1")
        for kind in windows:
            add(marks, "tuplet", type=kind, number="1")
        if held:
            add(marks, "fermata")


def voices_of(lines: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """The voices of a staff in a bar: its lines, those made one that follow one another without meeting, as no reader
    needs a rest in one for each note of the other. Notes tied over the bar lines stay where they are.
    """
    out: list[list[Piece]] = []
    for line in lines:
        if not line:
            continue
        free = not any(any(p.tied) for p in line)
        place = next(
            (v for v in out if free and all(a.end <= b.start or b.end <= a.start for a in v for b in line)), None
        )
        if place is None:
            out.append(list(line))
        else:
            place[:] = sorted([*place, *line], key=lambda p: p.start)
    return out or [[]]


def cells_of(pieces: Sequence[Piece], shape: Measured) -> list[Cell]:
    """The values of a voice in a bar, rests between its notes."""
    edges = [edge for p in pieces for edge in (p.start, p.end)]
    windows = triplets(shape, edges)
    out: list[Cell] = []
    at = shape.start
    for piece in pieces:
        out += [Cell(v, None) for v in values(shape, at, piece.start, windows, rest=True)]
        parts = values(shape, piece.start, piece.end, windows, rest=False)
        for k, value in enumerate(parts):
            tied = k > 0 or piece.tied[0], k + 1 < len(parts) or piece.tied[1]
            out.append(Cell(value, piece, tied, leads=k == 0))
        at = piece.end
    return out + [Cell(v, None) for v in values(shape, at, shape.end, windows, rest=True)]


def _ends_of_triplets(cells: Sequence[Cell]) -> dict[int, tuple[str, ...]]:
    """Which values begin and end a triplet."""
    out: dict[int, tuple[str, ...]] = {}
    for i, cell in enumerate(cells):
        if cell.value.triplet is not None:
            begins = not i or cells[i - 1].value.triplet != cell.value.triplet
            ends = i + 1 == len(cells) or cells[i + 1].value.triplet != cell.value.triplet
            kinds = (*(("start",) if begins else ()), *(("stop",) if ends else ()))
            if kinds:
                out[i] = kinds
    return out


def _shown_tempi(page: Page) -> set[int]:
    """Steps of the tempi that stand on the page: the first, and those that stay for two bars; all are heard."""
    shown = {page.tempi[0][0]}
    now = page.tempi[0][1]
    for i, (at, qpm) in enumerate(page.tempi[1:], 1):
        until = page.tempi[i + 1][0] if i + 1 < len(page.tempi) else page.bars[-1][1]
        bar = page.bars[int(page.measures.index(at / GRID))]
        if until - at >= 2 * (bar[1] - bar[0]) and abs(qpm / now - 1) > 0.03:
            shown.add(at)
            now = qpm
    return shown
