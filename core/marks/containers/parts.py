"""PNG, JPEG and WebP (and WAV, which is made alike), part by part: their packet of XMP, their texts, and what else is said beside the pixels."""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from ...errors import FormatError

__all__ = [
    "Part",
    "credentials_in",
    "is_packet",
    "is_picture",
    "keeps_parts",
    "parts_of",
    "put_chunk",
    "put_packet",
    "without_parts",
]

Part = tuple[int, int, bytes, int, int]
"""A part of a file: where it begins and ends, its name, where its body begins and ends."""

Bytes = bytes | memoryview | mmap.mmap

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
_MOST_PARTS = 100_000
XMP_OF_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
XMP_OF_PNG = b"XML:com.adobe.xmp\0"
_LONGEST_SEGMENT = 65_533


def keeps_parts(path: Path) -> bool:
    """Whether what is put into the file at a path, part by part, can be taken out again without a trace: PNG, JPEG, RIFF."""
    with open(path, "rb") as file:
        return file.read(8).startswith((_PNG, _JPEG, b"RIFF"))


def credentials_in(data: Bytes) -> list[tuple[int, int]]:
    """Where the store of C2PA stands in a PNG, JPEG or RIFF file: (begin, end) of each of its parts."""
    return [(begin, end) for begin, end, name, *_ in parts_of(data) if name in (b"caBX", b"C2PA", b"\xeb")]


def is_picture(data: Bytes) -> bool:
    """Whether a file begins as one of the three."""
    head = bytes(data[:12])
    return head.startswith((_PNG, _JPEG)) or (head[:4] == b"RIFF" and head[8:] == b"WEBP")


def parts_of(data: Bytes) -> Iterator[Part]:
    """The parts of a file, as far as they are whole: chunks of PNG and RIFF, segments of JPEG up to its pixels."""
    head = bytes(data[:12])
    if head.startswith(_PNG):
        return _chunks_of_png(data)
    if head.startswith(_JPEG):
        return _segments_of_jpeg(data)
    return _chunks_of_riff(data) if head[:4] == b"RIFF" else iter(())


def _chunks_of_png(data: Bytes) -> Iterator[Part]:
    at = len(_PNG)
    for _ in range(_MOST_PARTS):
        if at + 12 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        if end > len(data):
            return
        yield at, end, bytes(data[at + 4 : at + 8]), at + 8, end - 4
        at = end


def _segments_of_jpeg(data: Bytes) -> Iterator[Part]:
    at = 2
    for _ in range(_MOST_PARTS):
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] == 0xDA:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end > len(data) or end < at + 4:
            return
        yield at, end, bytes(data[at + 1 : at + 2]), at + 4, end
        at = end


def _chunks_of_riff(data: Bytes) -> Iterator[Part]:
    at = 12
    for _ in range(_MOST_PARTS):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            return
        yield at, min(len(data), at + 8 + size + size % 2), bytes(data[at : at + 4]), at + 8, at + 8 + size
        at += 8 + size + size % 2


def put_packet(data: bytes, packet: bytes) -> bytes:
    """The file with a packet of XMP, the only one in it. Raises FormatError if it is broken, or has no room."""
    data = without_parts(data, is_packet)
    if data.startswith(_PNG):
        body = XMP_OF_PNG + b"\0\0\0\0" + packet
        chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
        first = next(parts_of(data), None)
        if first is None:
            raise FormatError("the PNG has no head")
        return data[: first[1]] + chunk + data[first[1] :]
    if data.startswith(_JPEG):
        body = XMP_OF_JPEG + packet
        if len(body) > _LONGEST_SEGMENT:
            raise FormatError(f"a JPEG holds a packet of at most {_LONGEST_SEGMENT} bytes")
        after = max((end for _, end, name, *_ in parts_of(data) if name in (b"\xe0", b"\xe1")), default=2)
        return data[:after] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[after:]
    return put_chunk(_with_xmp_flag(data), b"XMP ", packet)


def put_chunk(data: bytes, name: bytes, body: bytes) -> bytes:
    """A RIFF file with one chunk more at its end."""
    whole = data + name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


def _with_xmp_flag(data: bytes) -> bytes:
    """A WebP that says in its extended head that it has XMP. Raises FormatError if it has no such head."""
    if data[12:16] != b"VP8X":
        raise FormatError("the WebP has no extended head, and so no room for a packet")
    return data[:20] + bytes([data[20] | 0x04]) + data[21:]


def is_packet(data: Bytes, part: Part) -> bool:
    """Whether a part is a packet of XMP."""
    _, _, name, begin, end = part
    if name == b"iTXt":
        return bytes(data[begin : begin + len(XMP_OF_PNG)]) == XMP_OF_PNG
    if name == b"\xe1":
        return bytes(data[begin : begin + len(XMP_OF_JPEG)]) == XMP_OF_JPEG
    return name in (b"XMP ", b"_PMX") and end > begin


def without_parts(data: bytes, taken: Callable[[bytes, Part], bool]) -> bytes:
    """A file without the parts for which taken(data, part) holds."""
    kept, at = [], 0
    for part in parts_of(data):
        if taken(data, part):
            kept.append(data[at : part[0]])
            at = part[1]
    if not at:
        return data
    whole = b"".join([*kept, data[at:]])
    if whole[:4] == b"RIFF":
        whole = whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]
    return whole
