"""The bytes of a Standard MIDI File as events: chunks, delta times, running status. Broken files get one line."""

from __future__ import annotations

from dataclasses import dataclass

from ....core.errors import FormatError

__all__ = ["Event", "File", "parse_midi"]

_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}

Event = tuple[int, int, int, bytes | int]
"""(tick, status, first data byte or kind of meta event, second data byte or the bytes of a meta event)."""


@dataclass(frozen=True)
class File:
    """kind: 0, 1 or 2; resolution: ticks a quarter; seconds_a_tick: of a file in SMPTE time, else None; tracks."""

    kind: int
    resolution: int
    seconds_a_tick: float | None
    tracks: list[list[Event]]


def parse_midi(data: bytes, name: str, mended: list[str]) -> File:
    """The events of a file; what is forgiven goes to `mended`. Raises FormatError if it is truncated or corrupt, or of
    type 2 with several patterns.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        data = data[20:]
    kind, resolution, seconds_a_tick, chunks = _header(data, name)
    if kind == 2 and len(chunks) > 1:
        raise FormatError(
            f"{name!r} is a type-2 MIDI file of {len(chunks)} independent patterns; types 0 and 1 are read: save "
            f"it as type 1 first"
        )
    return File(kind, resolution, seconds_a_tick, [_events(data, a, b, name, mended) for a, b in chunks])


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


def _events(data: bytes, at: int, end: int, name: str, mended: list[str]) -> list[Event]:
    """The events of a track: (tick, status, first data byte or kind of meta event, second data byte or bytes)."""
    out: list[Event] = []
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
            data_bytes = data[at : min(at + size, end)]
            if len(data_bytes) < size or max(data_bytes) > 127:
                raise FormatError(
                    f"{name!r} is corrupt at byte {at}: the message {status:#04x} needs {size} data bytes below 128"
                )
            at += size
            out.append((tick, status, data_bytes[0], data_bytes[1] if size == 2 else 0))
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
                once(mended, "system exclusive messages are left out")
            at += size
        else:
            at += _SYSTEM_BYTES.get(status, 0)
    once(mended, "a track had no end mark")
    out.append((tick, 0xFF, 0x2F, b""))
    return out


def once(remarks: list[str], text: str) -> None:
    """Add a remark unless it is there."""
    if text not in remarks:
        remarks.append(text)
