"""Checksums of containers: what must be written anew where a few bytes of a file are replaced by as many others.

PNG has one for each chunk, Ogg for each page, Matroska for each large element; the other formats that carry manifests have
none. Only the parts that a patch lies in are read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

__all__ = ["Patch", "mended", "patched"]

Patch = tuple[int, bytes]
"""Where bytes are replaced, and by which."""

Bytes = bytes | memoryview
_LONGEST = 4 << 20  # of a part; a manifest has at most one MiB
_MOST_PARTS = 100_000


def mended(data: Bytes, patches: Sequence[Patch]) -> list[Patch]:
    """The patches, and those of the checksums of the parts that they lie in."""
    find = _finder(data)
    found: dict[int, bytes] = {}
    for place, size, checksum in find(data, [at for at, _ in patches]):
        part = patched(
            data[place : place + size], [(at - place, new) for at, new in patches if place <= at < place + size]
        )
        at, new = checksum(place, part)
        found[at] = new
    return sorted([*patches, *found.items()])


def patched(part: Bytes, patches: Sequence[Patch]) -> bytes:
    """Bytes with some of them replaced."""
    changed = bytearray(part)
    for at, new in patches:
        changed[at : at + len(new)] = new
    return bytes(changed)


_Checksum = Callable[[int, bytes], Patch]
_Parts = Iterator[tuple[int, int, _Checksum]]


def _finder(data: Bytes) -> Callable[[Bytes, Sequence[int]], _Parts]:
    head = bytes(data[:8])
    if head == b"\x89PNG\r\n\x1a\n":
        return _chunks_of_png
    if head[:4] == b"OggS":
        return _pages_of_ogg
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _elements_of_matroska
    return lambda data, places: iter(())


def _chunks_of_png(data: Bytes, places: Sequence[int]) -> _Parts:
    """Type and body of the chunks that hold some places."""
    at = 8
    for _ in range(_MOST_PARTS):
        if at + 12 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big") + 4
        if size > 4 and any(at + 4 <= place < at + 4 + size for place in places) and size <= _LONGEST:
            yield at + 4, size, lambda at, part: (at + len(part), struct.pack(">I", zlib.crc32(part)))
        at += size + 8


def _pages_of_ogg(data: Bytes, places: Sequence[int]) -> _Parts:
    """The pages that hold some places."""
    at, last = 0, max(places)
    while at <= last and bytes(data[at : at + 4]) == b"OggS" and at + 27 <= len(data):
        count = data[at + 26]
        size = 27 + count + sum(data[at + 27 : at + 27 + count])
        if any(at <= place < at + size for place in places):
            yield at, size, lambda at, part: (at + 22, struct.pack("<I", _ogg_crc(patched(part, [(22, bytes(4))]))))
        at += size


@lru_cache(maxsize=1)
def _ogg_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        crc = value << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
        table.append(crc)
    return tuple(table)


def _ogg_crc(page: bytes) -> int:
    """The checksum of Ogg (RFC 3533): a CRC of 32 bits, the highest first, without any turning of bits."""
    crc, table = 0, _ogg_table()
    for byte in page:
        crc = crc << 8 & 0xFFFFFFFF ^ table[crc >> 24 ^ byte]
    return crc


_SEGMENT, _CRC = 0x18538067, 0xBF


def _elements_of_matroska(data: Bytes, places: Sequence[int]) -> _Parts:
    """What stands after the checksum, in the elements of a segment that begin with one and hold some places."""
    at, end = 0, len(data)
    for _ in range(_MOST_PARTS):
        if at >= end:
            return
        head = _element(data, at)
        if head is None:
            return
        kind, body, size = head
        if kind == _SEGMENT:
            at = body
            continue
        size = min(size, end - body)
        if size <= _LONGEST and any(body + 6 <= place < body + size for place in places) and data[body] == _CRC:
            yield body + 6, size - 6, lambda at, part: (at - 4, struct.pack("<I", zlib.crc32(part)))
        at = body + size


def _element(data: Bytes, at: int) -> tuple[int, int, int] | None:
    """(id, where the body begins, its size) of the element of EBML (RFC 8794) at a place."""
    numbers = []
    for keeps_mark in (True, False):
        if at >= len(data) or data[at] == 0:
            return None
        length = 9 - data[at].bit_length()
        value = int.from_bytes(data[at : at + length], "big")
        numbers.append(value if keeps_mark else value & (1 << 7 * length) - 1)
        at += length
    return numbers[0], at, numbers[1]
