"""How long the tags of a sound or a film are, read from the sizes in its head before a decoder takes them into memory."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

from .errors import FormatError

__all__ = ["MAX_TAG_BYTES", "check_tags", "tag_bytes"]

MAX_TAG_BYTES = 16 << 20
"""A manifest has at most one MiB; the rest is for pictures of covers."""

_MOST_PARTS = 10_000
_TEXTS = (b"LIST", b"id3 ", b"ID3 ")
_WITHIN = {b"moov": 0, b"udta": 0, b"trak": 0, b"meta": 4}  # boxes with boxes in them, and bytes before the first


def check_tags(path: Path) -> None:
    """Raise FormatError if a file says that its tags are longer than `MAX_TAG_BYTES`, or cannot be read."""
    try:
        found = tag_bytes(path)
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if found > MAX_TAG_BYTES:
        raise FormatError(
            f"{str(path)!r} carries {found / 2**20:.0f} MiB of tags; at most {MAX_TAG_BYTES >> 20} are read. Remove them"
        )


def tag_bytes(path: Path) -> int:
    """Bytes of the longest block of tags in a WAV, MP3 or MP4 (MOV) file; 0 where there is none, or it is another kind.

    Raises OSError.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(12)
        if head[:3] == b"ID3" and len(head) >= 10:
            a, b, c, d = head[6:10]
            return min(size, (a & 127) << 21 | (b & 127) << 14 | (c & 127) << 7 | d & 127)
        if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
            return _of_chunks(file, size)
        if head[4:8] == b"ftyp":
            return _of_boxes(file, 0, size, 0)
    return 0


def _of_chunks(file: BinaryIO, end: int) -> int:
    longest, at = 0, 12
    for _ in range(_MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        length = int(struct.unpack("<I", head[4:])[0])
        if head[:4] in _TEXTS:
            longest = max(longest, min(length, end - at))
        at += 8 + length + length % 2
    return longest


def _of_boxes(file: BinaryIO, start: int, end: int, depth: int) -> int:
    longest, at = 0, start
    for _ in range(_MOST_PARTS):
        file.seek(at)
        head = file.read(16)
        if at + 8 > end or len(head) < 8:
            break
        length, kind, before = int(struct.unpack(">I", head[:4])[0]), head[4:8], 8
        if length == 1 and len(head) == 16:
            length, before = int(struct.unpack(">Q", head[8:])[0]), 16
        length = end - at if length == 0 else length
        if length < before:
            break
        if kind == b"ilst":
            longest = max(longest, min(length, end - at))
        elif kind in _WITHIN and depth < 8:
            inner = at + before + _WITHIN[kind]
            longest = max(longest, _of_boxes(file, inner, min(at + length, end), depth + 1))
        at += length
    return longest
