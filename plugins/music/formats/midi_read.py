"""Standard MIDI Files as PrettyMIDI, nothing lost that PrettyMIDI has a place for.

`pretty_midi`'s own reader keeps the program of a channel for each track apart (a program set in a first track of
its own is lost), drops notes without an end, closes all notes of one pitch at once and reads names as Latin-1.
Here a track without a program of its own takes that of its channel, the first note on is the first off, and texts are
UTF-8, or GB 2312, Shift-JIS or
Windows-1252
where they are not. What a player would forgive is mended and told (`Reading.mended`); what leaves no music is an error.
Aftertouch and system exclusive messages have no place in PrettyMIDI and are left out, with a remark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import FormatError
from .midi_write import DRUM_CHANNEL, MANIFEST_MARK

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

__all__ = ["MAX_BYTES", "MAX_SECONDS", "MAX_TICKS", "Reading", "read_midi"]

MAX_BYTES = 8 << 20
MAX_SECONDS = 3 * 3600
MAX_TICKS = 30_000_000
"""PrettyMIDI holds a table of 8 bytes a tick: 240 MB at this limit."""

_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


@dataclass
class Reading:
    """What a MIDI file held.

    midi: the music; title: the name of a first track without notes, or ""; manifest: the JSON that artwright left, or
    "";
    mended: remarks on what had to be mended or left out, one line each.
    """

    midi: PrettyMIDI
    title: str = ""
    manifest: str = ""
    mended: list[str] = field(default_factory=list)


@dataclass
class _Raw:
    notes: list[tuple[tuple[int, int, int, int], int, int, int, int]] = field(default_factory=list)
    changes: list[tuple[tuple[int, int, int, int], int, int, int]] = field(default_factory=list)
    bends: list[tuple[tuple[int, int, int, int], int, int]] = field(default_factory=list)
    tempi: list[tuple[int, int]] = field(default_factory=list)
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[int, int]] = field(default_factory=list)
    lyrics: list[tuple[int, str]] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    last_tick: int = 0


def read_midi(data: bytes, name: str) -> Reading:
    """The music in the bytes of a file; `name` is what messages call it.

    Raises FormatError if it is empty, no MIDI file, truncated, corrupt, of type 2 with several patterns, without notes,
    with a tempo
    of zero, or beyond a limit (8 MB, 3 hours, 30 million ticks).
    """
    if not data:
        raise FormatError(f"{name!r} is empty; a MIDI file begins with 'MThd'")
    if len(data) > MAX_BYTES:
        raise FormatError(
            f"{name!r} is {len(data) / (1 << 20):.1f} MB large; MIDI files of up to {MAX_BYTES >> 20} MB are read"
        )
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = data[20:]
    mended: list[str] = []
    kind, resolution, seconds_a_tick, chunks = _header(data, name)
    if kind == 2 and len(chunks) > 1:
        raise FormatError(
            f"{name!r} is a type-2 MIDI file of {len(chunks)} independent patterns; types 0 and 1 are read: save "
            f"it as type 1 first"
        )
    tracks = [_events(data, start, end, name, mended) for start, end in chunks]
    raw = _collect(tracks, name, mended)
    if not raw.notes:
        raise FormatError(f"{name!r} is a MIDI file without notes; there is nothing to read")
    if seconds_a_tick is not None:
        raw.tempi = [(0, round(seconds_a_tick * resolution * 1e6))]
    return _build(raw, resolution, name, mended)


def _header(data: bytes, name: str) -> tuple[int, int, float | None, list[tuple[int, int]]]:
    """(type, ticks a quarter, seconds a tick of an SMPTE file or None, (start, end) of each track)."""
    if data[:4] != b"MThd":
        raise FormatError(f"{name!r} is not a MIDI file: it begins with {data[:4]!r}, not with b'MThd'")
    if len(data) < 14:
        raise FormatError(f"{name!r} is truncated: it ends within the header, after {len(data)} bytes")
    size = int.from_bytes(data[4:8], "big")
    kind, count, division = (int.from_bytes(data[i : i + 2], "big") for i in (8, 10, 12))
    if size < 6 or kind > 2:
        raise FormatError(
            f"{name!r} is corrupt: its header says {size} bytes and type {kind}; 6 bytes and type 0 or 1 are read"
        )
    seconds_a_tick = None
    if division & 0x8000:
        frames = {232: 24.0, 231: 25.0, 227: 30000 / 1001, 226: 30.0}.get(division >> 8)
        if frames is None or not division & 255:
            raise FormatError(f"{name!r} is corrupt: its time division {division:#06x} is no SMPTE rate")
        seconds_a_tick = 1 / (frames * (division & 255))
        division = round(1 / seconds_a_tick)
    if not division:
        raise FormatError(f"{name!r} is corrupt: it has 0 ticks a quarter, at least 1 is needed")
    chunks: list[tuple[int, int]] = []
    at = 8 + size
    while at < len(data) and len(chunks) < count:
        tag, end = data[at : at + 4], at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        if at + 8 > len(data) or end > len(data):
            raise FormatError(
                f"{name!r} is truncated: track {len(chunks) + 1} of {count} should reach byte {end}, the file ends at "
                f"{len(data)}"
            )
        if tag == b"MTrk":
            chunks.append((at + 8, end))
        at = end
    if len(chunks) < count:
        raise FormatError(f"{name!r} is truncated: its header says {count} tracks, {len(chunks)} are there")
    return kind, division, seconds_a_tick, chunks


def _number(data: bytes, at: int, end: int, name: str) -> tuple[int, int]:
    value = 0
    for place in range(at, min(at + 4, end)):
        byte = data[place]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, place + 1
    raise FormatError(f"{name!r} is corrupt at byte {at}: no length of at most 4 bytes is there")


def _events(data: bytes, at: int, end: int, name: str, mended: list[str]) -> list[tuple[int, int, int, bytes | int]]:
    """The events of a track: (tick, status, first data byte or kind of meta event, second data byte or bytes)."""
    out: list[tuple[int, int, int, bytes | int]] = []
    tick = running = 0
    while at < end:
        gap, at = (data[at], at + 1) if data[at] < 128 else _number(data, at, end, name)
        tick += gap
        if at >= end:
            raise FormatError(f"{name!r} is corrupt at byte {at}: a track ends where an event should be")
        status = data[at]
        if status < 0x80:
            if not running:
                raise FormatError(f"{name!r} is corrupt at byte {at}: data {status:#04x} without a status before it")
            status = running
        else:
            at += 1
        if status < 0xF0:
            running, size = status, _DATA_BYTES[status >> 4]
            found = data[at : min(at + size, end)]
            if len(found) < size or max(found) > 127:
                raise FormatError(
                    f"{name!r} is corrupt at byte {at}: the message {status:#04x} needs {size} data bytes below 128"
                )
            at += size
            out.append((tick, status, found[0], found[1] if size == 2 else 0))
        elif status in (0xFF, 0xF0, 0xF7):
            kind = status
            if status == 0xFF:
                if at >= end:
                    raise FormatError(f"{name!r} is corrupt at byte {at}: a track ends within a meta event")
                kind, at = data[at], at + 1
            size, at = _number(data, at, end, name)
            if at + size > end:
                raise FormatError(
                    f"{name!r} is corrupt at byte {at}: an event of {size} bytes reaches beyond its track"
                )
            if status == 0xFF:
                out.append((tick, status, kind, data[at : at + size]))
                if kind == 0x2F:
                    return out
            else:
                _once(mended, "system exclusive messages are left out")
            at += size
        else:
            at += _SYSTEM_BYTES.get(status, 0)
    _once(mended, "a track had no end mark")
    out.append((tick, 0xFF, 0x2F, b""))
    return out


def _collect(tracks: list[list[tuple[int, int, int, bytes | int]]], name: str, mended: list[str]) -> _Raw:
    """Sort the events of all tracks in time and give each its instrument (track, port, channel, program)."""
    raw = _Raw()
    ports = {
        i: int(e[3][0])
        for i, track in enumerate(tracks)
        for e in reversed(track)
        if e[1] == 0xFF and e[2] == 0x21 and isinstance(e[3], bytes) and e[3]
    }
    programs: dict[tuple[int, int], int] = defaultdict(int)
    own_programs: dict[tuple[int, int, int], int] = {}
    open_notes: dict[tuple[int, int, int, int], list[tuple[tuple[int, int, int, int], int, int]]] = defaultdict(list)
    merged = ((e[0], i, e) for i, track in enumerate(tracks) for e in track)
    for tick, track, (_, status, a, b) in sorted(merged, key=lambda row: row[:2]):
        raw.last_tick = max(raw.last_tick, tick)
        if status == 0xFF:
            assert isinstance(b, bytes)
            _meta(raw, tick, track, a, b, name, mended)
            continue
        assert isinstance(b, int)
        port, kind, number = ports.get(track, 0), status >> 4, status & 15
        program = own_programs.get((track, port, number), programs[port, number])
        key = (track, port, number, program)
        if kind == 0x9 and b:
            open_notes[track, port, number, a].append((key, tick, b))
        elif kind in (0x8, 0x9):
            waiting = open_notes[track, port, number, a]
            if waiting:
                owner, start, velocity = waiting.pop(0)
                raw.notes.append((owner, start, tick, a, velocity))
        elif kind == 0xC:
            programs[port, number] = own_programs[track, port, number] = a
        elif kind == 0xB:
            raw.changes.append((key, tick, a, b))
        elif kind == 0xE:
            raw.bends.append((key, tick, (b << 7 | a) - 8192))
        else:
            _once(mended, "aftertouch is left out")
    unended = [
        (owner, start, pitch, velocity) for (*_, pitch), rows in open_notes.items() for owner, start, velocity in rows
    ]
    for owner, start, pitch, velocity in unended:
        raw.notes.append((owner, start, max(raw.last_tick, start + 1), pitch, velocity))
    if unended:
        mended.append(f"{len(unended)} notes had no end and last to the end of the file")
    short = sum(start == end for _, start, end, *_ in raw.notes)
    if short:
        mended.append(f"{short} notes of no length last one tick")
        raw.notes = [(k, start, max(end, start + 1), pitch, velocity) for k, start, end, pitch, velocity in raw.notes]
    return raw


def _meta(raw: _Raw, tick: int, track: int, kind: int, data: bytes, name: str, mended: list[str]) -> None:
    if kind == 0x51 and len(data) == 3:
        tempo = int.from_bytes(data, "big")
        if not tempo:
            raise FormatError(
                f"{name!r} has a tempo of 0 microseconds a quarter at tick {tick}: no time would pass; it must be at "
                f"least 1"
            )
        raw.tempi.append((tick, tempo))
    elif kind == 0x58 and len(data) >= 2:
        if data[0] and data[1] <= 7:
            raw.metres.append((tick, data[0], 1 << data[1]))
        else:
            _once(mended, f"a metre of {data[0]} beats of 1/2^{data[1]} is left out; the one before it goes on")
    elif kind == 0x59 and len(data) >= 2:
        sharps = data[0] - 256 if data[0] > 127 else data[0]
        if abs(sharps) <= 7 and data[1] <= 1:
            raw.keys.append((tick, sharps * 7 % 12 if not data[1] else (sharps * 7 + 9) % 12 + 12))
        else:
            _once(mended, f"a key signature of {sharps} sharps is left out; -7 to 7 are possible")
    elif kind == 0x05:
        raw.lyrics.append((tick, _decode(data)))
    elif kind == 0x01:
        raw.texts.append((tick, _decode(data)))
    elif kind == 0x03 and track not in raw.names:
        raw.names[track] = _decode(data)


def _decode(data: bytes) -> str:
    """Text in UTF-8; where it is not, GB 2312 or Shift-JIS if it looks like them, else Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    runs = re.findall(rb"[\x80-\xff]+", data)
    even = all(len(run) % 2 == 0 and min(run) >= 0xA1 for run in runs)
    for encoding, likely in (("gb2312", even), ("shift_jis", any(0x81 <= run[0] <= 0x9F for run in runs))):
        if likely:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return data.decode("cp1252", "replace")


def _once(remarks: list[str], text: str) -> None:
    if text not in remarks:
        remarks.append(text)


def _owners(raw: _Raw) -> Iterator[tuple[tuple[int, int, int, int], tuple[int, int, int, int]]]:
    """For each key that a controller or bend came with, the instrument that shall have it.

    That is the instrument of the same track, channel and program; else of the same track and channel; else the first of
    the channel;
    else one of its own, without notes.
    """
    playing = sorted({key for key, *_ in raw.notes})
    for key in sorted({k for k, *_ in raw.changes} | {k for k, *_ in raw.bends}):
        same_track = [k for k in playing if k[:3] == key[:3]]
        same_channel = [k for k in playing if k[1:3] == key[1:3]]
        yield key, key if key in playing else (same_track or same_channel or [key])[0]


def _build(raw: _Raw, resolution: int, name: str, mended: list[str]) -> Reading:
    import pretty_midi as pm

    last = max([raw.last_tick, *(n[2] for n in raw.notes)])
    tempi = {0: 500_000}
    tempi.update(sorted(raw.tempi, key=lambda row: row[0]))
    changes = [(t, us) for t, us in sorted(tempi.items())]
    changes = [row for i, row in enumerate(changes) if not i or row[1] != changes[i - 1][1]]
    ends = [*(t for t, _ in changes[1:]), max(last, changes[-1][0])]
    length_s = sum((end - t) * us for (t, us), end in zip(changes, ends, strict=True)) / 1e6 / resolution
    if length_s > MAX_SECONDS or last > MAX_TICKS:
        raise FormatError(
            f"{name!r} lasts {length_s / 60:.0f} minutes ({last} ticks); at most {MAX_SECONDS // 60} minutes and "
            f"{MAX_TICKS} ticks are read: cut it into parts"
        )
    midi = pm.PrettyMIDI(resolution=resolution)
    midi._tick_scales = [(t, us / 1e6 / resolution) for t, us in changes]
    midi._update_tick_to_time(last + 1)
    clock: np.ndarray = midi._PrettyMIDI__tick_to_time
    owner = dict(_owners(raw))
    players: dict[tuple[int, int, int, int], pm.Instrument] = {}
    for key in sorted({n[0] for n in raw.notes} | set(owner.values())):
        track, _, channel, program = key
        players[key] = pm.Instrument(program=program, is_drum=channel == DRUM_CHANNEL, name=raw.names.get(track, ""))
        midi.instruments.append(players[key])
    for key, start, end, pitch, velocity in sorted(raw.notes, key=lambda n: (n[1], n[3], n[4], n[2])):
        players[key].notes.append(pm.Note(velocity, pitch, float(clock[start]), float(clock[end])))
    for key, tick, number, value in raw.changes:
        players[owner[key]].control_changes.append(pm.ControlChange(number, value, float(clock[tick])))
    for key, tick, value in raw.bends:
        players[owner[key]].pitch_bends.append(pm.PitchBend(value, float(clock[tick])))
    midi.time_signature_changes = [pm.TimeSignature(n, d, float(clock[t])) for t, n, d in dict.fromkeys(raw.metres)]
    midi.key_signature_changes = [pm.KeySignature(k, float(clock[t])) for t, k in dict.fromkeys(raw.keys)]
    midi.lyrics = [pm.Lyric(text, float(clock[t])) for t, text in raw.lyrics]
    manifest = next((text for _, text in raw.texts if text.startswith(MANIFEST_MARK)), "")
    midi.text_events = [pm.Text(text, float(clock[t])) for t, text in raw.texts if not text.startswith(MANIFEST_MARK)]
    used = {key[0] for key in players}
    title = raw.names.get(0, "") if 0 not in used else ""
    return Reading(midi=midi, title=title, manifest=manifest.removeprefix(MANIFEST_MARK), mended=mended)
