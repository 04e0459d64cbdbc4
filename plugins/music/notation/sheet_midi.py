"""Scores (MusicXML, ABC, Humdrum kern) as PrettyMIDI: as they are played, with repeats, in one tempo map."""

from __future__ import annotations

import itertools
import logging
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.errors import FormatError
from ..theory.score import TICKS
from .abc_read import decode_abc, read_tunes
from .charset import find_encoding
from .kern_read import read_kern_sheet
from .loudness import USUAL_VELOCITY
from .midi_read import MAX_SECONDS, MAX_TEMPO_TICK
from .musicxml_read import read_musicxml_sheet
from .payload import KeySignature, Lyric, make_midi, pickup_metres, ticks_to_seconds
from .sheet import Sheet, joined, metres_of, unfold

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["RESOLUTION", "read_sheet", "sheet_to_midi"]

_log = logging.getLogger("artwright")

RESOLUTION = 480
MAX_BYTES = 32 << 20
DEFAULT_QPM = 96.0


def read_sheet(path: Path, *, repeats: bool = True) -> tuple[PrettyMIDI, str]:
    """(music, title or "") of a .musicxml, .xml, .mxl, .abc or .krn file; of an ABC book the first tune.

    repeats: play repeats, endings and jumps, or give the page as it stands. Raises FormatError if it is broken or there
    is no note.
    """
    path = Path(path)
    if not path.is_file():
        raise FormatError(f"{str(path)!r} cannot be read: no such file")
    if not 0 < path.stat().st_size <= MAX_BYTES:
        raise FormatError(
            f"{path.name!r} has {path.stat().st_size} bytes; scores of 1 byte to {MAX_BYTES >> 20} MB are read"
        )
    sheet = _read(path)
    return sheet_to_midi(unfold(sheet) if repeats else sheet), sheet.title


def _read(path: Path) -> Sheet:
    suffix = path.suffix.lower()
    if suffix not in (".abc", ".krn"):
        return read_musicxml_sheet(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if suffix == ".krn":
        return read_kern_sheet(data.decode(find_encoding([data]), "replace"), name=path.name)
    tunes = list(itertools.islice(read_tunes(decode_abc(data)), 2))
    if not tunes:
        raise FormatError(f"{path.name!r} holds no notes that can be read as ABC; a tune begins with 'X:' and 'K:'")
    if len(tunes) > 1:
        _log.warning("%s: a book of several tunes; the first, X:%s, is read", path.name, tunes[0][0])
    return tunes[0][1]


def sheet_to_midi(sheet: Sheet) -> PrettyMIDI:
    """A sheet as PrettyMIDI: ties merged, pickups kept; parts without notes are left out.

    Raises FormatError if there is no note, or the music is too long.
    """
    import pretty_midi as pm

    def tick(at: Fraction) -> int:
        return max(0, round(at * RESOLUTION))

    played = [(part, joined(part.notes)) for part in sheet.parts]
    end = max((tick(n.end) for _, notes in played for n in notes), default=0)
    if not end:
        raise FormatError("the score holds no notes; there is nothing to read")
    tempi = {0: _microseconds(sheet.tempi[0][1] if sheet.tempi else DEFAULT_QPM)}
    tempi.update({tick(at): _microseconds(qpm) for at, qpm in sheet.tempi})
    changes = sorted(tempi.items())
    changes = [row for i, row in enumerate(changes) if not i or row[1] != changes[i - 1][1]]
    if end > MAX_TEMPO_TICK or ticks_to_seconds(RESOLUTION, changes, [end])[0] > MAX_SECONDS:
        raise FormatError(f"the score lasts longer than {MAX_SECONDS // 60} minutes: cut it into parts")
    midi = make_midi(RESOLUTION, changes)

    def seconds(at: Fraction) -> float:
        return ticks_to_seconds(RESOLUTION, changes, [tick(at)])[0]

    for part, notes in played:
        if not notes:
            continue
        player = pm.Instrument(program=part.program, is_drum=part.is_drum, name=part.name)
        ticks = [(tick(n.start), max(tick(n.end), tick(n.start) + 1)) for n in notes]
        times = ticks_to_seconds(RESOLUTION, changes, [t for row in ticks for t in row])
        player.notes = [
            pm.Note(n.velocity or USUAL_VELOCITY, n.pitch, a, b)
            for n, a, b in zip(notes, times[::2], times[1::2], strict=True)
        ]
        midi.instruments.append(player)
        midi.lyrics += [Lyric(text, seconds(at), player) for at, text, _ in part.words]
    midi.lyrics.sort(key=lambda lyric: lyric.time)
    for metre in metres_of(sheet):
        at = Fraction(metre.tick, TICKS)
        stated = [(at, metre.numerator, metre.denominator)]
        if metre.tick < 0:
            stated = pickup_metres(at + Fraction(metre.bar, TICKS), (metre.numerator, metre.denominator))
        midi.time_signature_changes += [pm.TimeSignature(top, bottom, seconds(at)) for at, top, bottom in stated]
    midi.key_signature_changes = [KeySignature(sharps, minor, seconds(at)) for at, sharps, minor in sheet.keys]
    return midi


def _microseconds(qpm: float) -> int:
    return min(max(round(6e7 / qpm), 1), 0xFFFFFF)
