"""MusicXML and ABC as PrettyMIDI, read by music21 (the `scores` extra)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ....core.errors import FormatError, UsageError

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["RESOLUTION", "music21_to_midi", "need_music21", "read_sheet"]

RESOLUTION = 480
MAX_BYTES = 32 << 20
DEFAULT_QPM = 96.0


def need_music21() -> Any:
    """The module music21. Raises UsageError if the extra is not installed."""
    try:
        import music21
    except ImportError as error:
        raise UsageError(
            "MusicXML and ABC need music21, which is not installed; install it with: pip install 'artwright[scores]'"
        ) from error
    return music21


def read_sheet(path: Path) -> tuple[PrettyMIDI, str]:
    """(music, title or "") of a .musicxml, .mxl or .abc file. Raises FormatError if music21 cannot read it or there is
    no note.
    """
    path = Path(path)
    if not path.is_file():
        raise FormatError(f"{str(path)!r} cannot be read: no such file")
    if not 0 < path.stat().st_size <= MAX_BYTES:
        raise FormatError(
            f"{path.name!r} has {path.stat().st_size} bytes; scores of 1 byte to {MAX_BYTES >> 20} MB are read"
        )
    music21 = need_music21()
    form = "abc" if path.suffix.lower() == ".abc" else "musicxml"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = path.read_text("utf-8", "replace") if form == "abc" else str(path)
            score = music21.converter.parse(source, format=form, forceSource=True)
    except (
        music21.exceptions21.Music21Exception,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
        SyntaxError,
        OSError,
    ) as error:
        raise FormatError(
            f"{path.name!r} cannot be read as {form}: "
            f"{str(error).splitlines()[0] if str(error) else type(error).__name__}"
        ) from error
    if isinstance(score, music21.stream.Opus):
        score = score.scores[0]
    title = score.metadata.title if score.metadata is not None and score.metadata.title else ""
    midi = music21_to_midi(score)
    if form == "abc":
        text = path.read_text("utf-8", "replace")
        _name_voices(midi, text)
        _add_changes(music21, midi, score, text)
    if not any(instrument.notes for instrument in midi.instruments):
        raise FormatError(f"{path.name!r} holds no notes; there is nothing to read")
    return midi, str(title)


def _name_voices(midi: PrettyMIDI, text: str) -> None:
    """Names and programs of ABC voices, which music21 leaves out: `V:1 name="Alto"` and `%%MIDI
    program 52` after it.
    """
    names = re.findall(r'^V:[^\n"]*name="([^"]*)"', text, re.MULTILINE)
    programs = re.findall(r"^%%MIDI program (\d{1,3})\s*$", text, re.MULTILINE)
    for i, instrument in enumerate(midi.instruments):
        if len(names) == len(midi.instruments):
            instrument.name = names[i]
        if len(programs) == len(midi.instruments):
            instrument.program = min(int(programs[i]), 127)


def _add_changes(music21: Any, midi: PrettyMIDI, score: Any, text: str) -> None:
    """Changes of metre and key within an ABC tune, which music21 leaves out: taken from the first voice, whose bars are
    counted.
    """
    import pretty_midi as pm

    body = text.split("\nK:", 1)[-1].partition("\n")[2]
    voices = re.split(r"^V:.*$", body, flags=re.MULTILINE)
    first = next((v for v in voices if "|" in v), "")
    barred = next(
        (
            list(p.getElementsByClass(music21.stream.Measure))
            for p in score.parts
            if p.getElementsByClass(music21.stream.Measure)
        ),
        [],
    )
    bar = 0
    pace = midi._tick_scales[0][1] * midi.resolution
    for token in re.findall(r"^[MK]:[^\n]*$|\[[MK]:[^\]]*\]|\|+\]?|\"[^\"]*\"", first, re.MULTILINE):
        if token.startswith("|"):
            bar += 1
            continue
        field = token.strip("[]")
        if bar >= len(barred) or not bar or not field.startswith(("M:", "K:")):
            continue
        at = float(barred[bar].offset) * pace
        metre = re.fullmatch(r"M:\s*(\d+)/(\d+)\s*", field)
        if metre and int(metre[1]) and int(metre[2]) in (1, 2, 4, 8, 16, 32, 64):
            midi.time_signature_changes = [m for m in midi.time_signature_changes if abs(m.time - at) > 1e-6] + [
                pm.TimeSignature(int(metre[1]), int(metre[2]), at)
            ]
        elif field.startswith("K:"):
            try:
                sign = music21.abcFormat.ABCMetadata(field)
                sign.preParse()
                number, mode = sign.getKeySignatureParameters()
            except music21.exceptions21.Music21Exception:
                continue
            midi.key_signature_changes.append(
                pm.KeySignature((number * 7 + 9) % 12 + 12 if mode == "minor" else number * 7 % 12, at)
            )
    midi.time_signature_changes.sort(key=lambda m: m.time)


def music21_to_midi(score: Any) -> PrettyMIDI:
    """A stream of music21 as PrettyMIDI: ties merged, repeats not expanded, pickups kept, transposing instruments at
    sounding pitch.
    """
    import pretty_midi as pm

    music21 = need_music21()
    parts = list(score.parts) or [score]
    qpm = next(
        (
            float(m.getQuarterBPM() or DEFAULT_QPM)
            for m in score.recurse().getElementsByClass(music21.tempo.MetronomeMark)
        ),
        DEFAULT_QPM,
    )
    midi = pm.PrettyMIDI(resolution=RESOLUTION)
    midi._tick_scales = [(0, round(6e7 / qpm) / 1e6 / RESOLUTION)]
    pace = midi._tick_scales[0][1] * RESOLUTION
    for part in parts:
        sounding = part.toSoundingPitch() if part.atSoundingPitch is False else part
        first = next(iter(sounding.recurse().getElementsByClass(music21.instrument.Instrument)), None)
        program = first.midiProgram if first is not None and first.midiProgram is not None else 0
        drums = isinstance(first, music21.instrument.UnpitchedPercussion)
        player = pm.Instrument(program=int(program), is_drum=drums, name=str(part.partName or ""))
        for start, end, pitch, velocity in _notes(music21, sounding):
            player.notes.append(pm.Note(velocity, pitch, float(start) * pace, float(end) * pace))
        if player.notes:
            midi.instruments.append(player)
    barred = next((p for p in parts if p.getElementsByClass(music21.stream.Measure)), parts[0])
    signed = next((p for p in parts if p.recurse().getElementsByClass(music21.key.KeySignature)), parts[0])
    for at, top, bottom in _metres(music21, barred):
        midi.time_signature_changes.append(pm.TimeSignature(top, bottom, float(at) * pace))
    for at, number in _keys(music21, signed):
        midi.key_signature_changes.append(pm.KeySignature(number, float(at) * pace))
    for note in barred.flatten().notes:
        if note.lyric:
            midi.lyrics.append(pm.Lyric(str(note.lyric), float(note.offset) * pace))
    end = max((note.end for player in midi.instruments for note in player.notes), default=0.0)
    midi._update_tick_to_time(round(end / pace * RESOLUTION) + 1)
    return midi


def _notes(music21: Any, part: Any) -> list[tuple[Fraction, Fraction, int, int]]:
    """(start, end, pitch, velocity) in quarters, tied notes merged by pitch and adjacency; grace notes and chord
    symbols are left out.
    """
    rows: list[tuple[Fraction, Fraction, int, int]] = []
    held: dict[tuple[int, Fraction], int] = {}
    for element in part.flatten().notes:
        if isinstance(element, music21.harmony.Harmony) or element.duration.isGrace:
            continue
        start = Fraction(element.offset)
        end = start + Fraction(element.quarterLength)
        for note in element.notes if isinstance(element, music21.chord.Chord) else [element]:
            pitch = note.pitch.midi if hasattr(note, "pitch") else 60
            velocity = int(note.volume.velocity or 80)
            tie = note.tie.type if note.tie is not None else ""
            before = held.pop((pitch, start), None)
            if before is not None:
                rows[before] = (rows[before][0], end, pitch, rows[before][3])
            else:
                rows.append((start, end, pitch, velocity))
            if tie in ("start", "continue"):
                held[pitch, end] = before if before is not None else len(rows) - 1
    return [row for row in rows if row[1] > row[0]]


def _metres(music21: Any, part: Any) -> Iterator[tuple[Fraction, int, int]]:
    """(quarter, beats, unit), a pickup as a short first metre; equal ones in a row are one."""
    bars = list(part.getElementsByClass(music21.stream.Measure))
    now = None
    for i, bar in enumerate(bars):
        metre = bar.timeSignature or now
        if metre is None or metre.denominator & (metre.denominator - 1):
            continue
        if i == 0 and len(bars) > 1 and 0 < bar.duration.quarterLength < metre.barDuration.quarterLength:
            short = Fraction(bar.duration.quarterLength) / 4
            unit = max(short.denominator, metre.denominator)
            if unit & (unit - 1) == 0:
                yield Fraction(0), int(short * unit), unit
                yield Fraction(bars[1].offset), metre.numerator, metre.denominator
                now = metre
                continue
        if now is None or metre.ratioString != now.ratioString:
            yield Fraction(bar.offset), metre.numerator, metre.denominator
        now = metre
    if not bars:
        for metre in part.flatten().getElementsByClass(music21.meter.TimeSignature):
            yield Fraction(metre.offset), metre.numerator, metre.denominator


def _keys(music21: Any, part: Any) -> Iterator[tuple[Fraction, int]]:
    """(quarter, key number of pretty_midi); a signature without a mode is read as major."""
    now = None
    for key in part.flatten().getElementsByClass(music21.key.KeySignature):
        minor = getattr(key, "mode", None) == "minor"
        number = (key.sharps * 7 + 9) % 12 + 12 if minor else key.sharps * 7 % 12
        if number != now:
            yield Fraction(key.offset), number
        now = number
