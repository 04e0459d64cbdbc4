"""PrettyMIDI as the bytes of a Standard MIDI File: the same music, always the same bytes.

`pretty_midi.write` truncates tempi to whole microseconds, sorts controllers by number (which breaks registered
parameters, sequences of controllers 101, 100, 6, 38) and writes names in Latin-1 only. This writer rounds, keeps the
order of controllers, writes UTF-8 and gives each instrument a channel of its own (with a port prefix beyond 15), so
that reading the file back and writing it again gives the same bytes. Those bytes, without title and manifest,
are also the content that a work's id is the hash of.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from .payload import Text, seconds_to_ticks, sharps_of, tempo_map

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["MANIFEST_MARK", "midi_bytes"]

MANIFEST_MARK = "artwright "
"""How the text event that carries the manifest begins."""

MAX_RESOLUTION = 32_767
BANK_CONTROLLERS = frozenset({0, 32})
DRUM_CHANNEL = 9
TEXT, LYRIC = 0x01, 0x05

_MELODIC_CHANNELS = [c for c in range(16) if c != DRUM_CHANNEL]
Event = tuple[int, int, bytes]


def midi_bytes(midi: PrettyMIDI, *, title: str = "", manifest: str = "") -> bytes:
    """A format-1 file of `midi`.

    Notes keep their ticks (a note shorter than a tick lasts one), velocities are kept within 1-127. Of notes of one pitch
    and instrument that overlap each ends where the next begins, which lasts as long as any of them: a channel has one
    such note at a time. Instruments without notes, controllers, bends or texts are left out. title: the name of the
    first track; manifest: JSON, stored in a text event.
    Raises InputError if there is no note, a value is outside MIDI's range or a metre cannot be written.
    """
    if not any(instrument.notes for instrument in midi.instruments):
        raise InputError("the music holds no note; a work needs one at least")
    if not 1 <= midi.resolution <= MAX_RESOLUTION:
        raise InputError(f"the resolution is {midi.resolution} ticks a quarter; MIDI takes 1 to {MAX_RESOLUTION}")
    texts: dict[int, list[Event]] = {}
    ours = {id(instrument) for instrument in midi.instruments}
    for order, events in ((7, midi.lyrics), (8, midi.text_events)):
        for tick, event in zip(seconds_to_ticks(midi, [e.time for e in events]).tolist(), events, strict=True):
            if order == 8 and event.text.startswith(MANIFEST_MARK):
                continue
            kind = LYRIC if order == 7 else event.kind if isinstance(event, Text) else TEXT
            part = id(getattr(event, "part", None))
            texts.setdefault(part if part in ours else 0, []).append(
                (tick, order, _meta(kind, event.text.encode("utf-8", "replace")))
            )
    tracks = [_meta_track(midi, title, manifest) + texts.get(0, [])]
    melodic = drums = 0
    for instrument in midi.instruments:
        words = texts.get(id(instrument), [])
        if not (instrument.notes or instrument.control_changes or instrument.pitch_bends):
            if words:
                tracks.append(_named(instrument) + words)
            continue
        if instrument.is_drum:
            port, channel = drums, DRUM_CHANNEL
            drums += 1
        else:
            port, channel = divmod(melodic, len(_MELODIC_CHANNELS))
            channel = _MELODIC_CHANNELS[channel]
            melodic += 1
        if port > 127:
            raise InputError(
                f"the music has {len(midi.instruments)} instruments; at most {128 * len(_MELODIC_CHANNELS)} can be "
                f"written"
            )
        tracks.append(_instrument_track(midi, instrument, port, channel) + words)
    head = b"MThd" + (6).to_bytes(4, "big") + (1).to_bytes(2, "big")
    head += len(tracks).to_bytes(2, "big") + int(midi.resolution).to_bytes(2, "big")
    return head + b"".join(_chunk(track) for track in tracks)


def _meta_track(midi: PrettyMIDI, title: str, manifest: str) -> list[Event]:
    events: list[Event] = []
    if title:
        events.append((0, 0, _meta(0x03, title.encode("utf-8", "replace"))))
    if manifest:
        events.append((0, 1, _meta(TEXT, (MANIFEST_MARK + manifest).encode("utf-8", "replace"))))
    ticks, _, tempi = tempo_map(midi)
    events += [(int(t), 2, _meta(0x51, int(us).to_bytes(3, "big"))) for t, us in zip(ticks, tempi, strict=True)]
    metres = midi.time_signature_changes
    for tick, metre in zip(seconds_to_ticks(midi, [m.time for m in metres]).tolist(), metres, strict=True):
        power = int(metre.denominator).bit_length() - 1
        if not 1 <= metre.numerator <= 255 or 1 << power != metre.denominator or power > 7:
            raise InputError(
                f"the metre {metre.numerator}/{metre.denominator} cannot be written; MIDI takes 1-255 beats of 1/1 to "
                f"1/128"
            )
        events.append((tick, 3, _meta(0x58, bytes([metre.numerator, power, 24, 8]))))
    keys = midi.key_signature_changes
    for tick, key in zip(seconds_to_ticks(midi, [k.time for k in keys]).tolist(), keys, strict=True):
        events.append((tick, 4, _meta(0x59, bytes([sharps_of(key) % 256, int(key.key_number >= 12)]))))
    return events


def _named(instrument: Instrument) -> list[Event]:
    return [(0, 0, _meta(0x03, instrument.name.encode("utf-8", "replace")))] if instrument.name else []


def _instrument_track(midi: PrettyMIDI, instrument: Instrument, port: int, channel: int) -> list[Event]:
    events: list[Event] = [(0, 0, _meta(0x21, bytes([port])))] if port else []
    events += _named(instrument)
    events.append((0, 2, bytes([0xC0 | channel, _seven_bits(instrument.program, "program")])))
    ticks = seconds_to_ticks(midi, [c.time for c in instrument.control_changes])
    for tick, change in zip(ticks.tolist(), instrument.control_changes, strict=True):
        number = _seven_bits(change.number, "controller")
        order = 1 if tick == 0 and number in BANK_CONTROLLERS else 4
        events.append(
            (tick, order, bytes([0xB0 | channel, number, _seven_bits(change.value, "value of a controller")]))
        )
    ticks = seconds_to_ticks(midi, [b.time for b in instrument.pitch_bends])
    for tick, bend in zip(ticks.tolist(), instrument.pitch_bends, strict=True):
        value = int(bend.pitch) + 8192
        if not 0 <= value < 16384:
            raise InputError(f"a pitch bend is {bend.pitch}; MIDI takes -8192 to 8191")
        events.append((tick, 5, bytes([0xE0 | channel, value & 127, value >> 7])))
    starts = seconds_to_ticks(midi, [n.start for n in instrument.notes])
    ends = np.maximum(seconds_to_ticks(midi, [n.end for n in instrument.notes]), starts + 1)
    by_pitch: dict[int, list[tuple[int, int, int]]] = {}
    for n, start, end in zip(instrument.notes, starts.tolist(), ends.tolist(), strict=True):
        row = (start, end, min(127, max(1, int(n.velocity))))
        by_pitch.setdefault(_seven_bits(n.pitch, "pitch"), []).append(row)
    rows = sorted(
        (start, pitch, velocity, end) for pitch, found in by_pitch.items() for start, end, velocity in _apart(found)
    )
    events += [(start, 6, bytes([0x90 | channel, pitch, velocity])) for start, pitch, velocity, _ in rows]
    events += [(end, 3, bytes([0x80 | channel, pitch, 64])) for end, pitch in sorted((r[3], r[1]) for r in rows)]
    return events


def _apart(notes: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """(start, end, velocity) of notes of one pitch so that no note ends while another sounds: at an off, all end."""
    sounding: list[tuple[int, int]] = []
    until = 0
    for start, end, velocity in sorted(notes):
        if start >= until:
            yield from ((begun, until, loud) for begun, loud in sounding)
            sounding, until = [], end
        elif end != until:
            yield from ((begun, start, loud) for begun, loud in sounding if begun < start)
            sounding = [row for row in sounding if row[0] == start]
        until = max(end, until)
        sounding.append((start, velocity))
    yield from ((begun, until, loud) for begun, loud in sounding)


def _seven_bits(value: float, what: str) -> int:
    if not 0 <= int(value) <= 127:
        raise InputError(f"the {what} {value} is outside MIDI's range of 0 to 127")
    return int(value)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _variable(len(data)) + data


def _variable(value: int) -> bytes:
    """A number in MIDI's variable-length form, 7 bits a byte, at most 4 bytes."""
    if value < 128:
        return bytes([value])
    if value >= 1 << 28:
        raise InputError(
            f"a gap of {value} ticks is longer than MIDI can say ({(1 << 28) - 1}); use a lower resolution"
        )
    parts = [value & 127]
    while value := value >> 7:
        parts.append(128 | value & 127)
    return bytes(reversed(parts))


def _chunk(events: list[Event]) -> bytes:
    events.sort(key=lambda event: event[:2])
    out = bytearray()
    now = 0
    for tick, _, data in events:
        out += _variable(tick - now)
        out += data
        now = tick
    out += b"\x00\xff\x2f\x00"
    return b"MTrk" + len(out).to_bytes(4, "big") + bytes(out)
