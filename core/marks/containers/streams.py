"""Sound and film: tags in the container, the coded streams left as they are (PyAV); XMP in a box of its own in MP4."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ...errors import FormatError

__all__ = ["FORMATS", "format_of", "is_mp4", "put_tags", "read_tags", "xmp_box"]

FORMATS = {b"fLaC": "flac", b"OggS": "ogg", b"ID3": "mp3", b"\x1a\x45\xdf\xa3": "webm"}
"""What a file of tags begins with, and the name of its container."""

XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The name of the box of MP4 that holds XMP (ISO 16684-3)."""


def format_of(head: bytes) -> str:
    """The container of a file that begins so, "" if it is none of these."""
    return next((name for start, name in FORMATS.items() if head.startswith(start)), "")


def is_mp4(head: bytes) -> bool:
    """Whether a file begins as MP4, M4A or MOV does."""
    return head[4:8] == b"ftyp"


def xmp_box(packet: bytes) -> bytes:
    """The box of MP4 that holds a packet of XMP."""
    return struct.pack(">I", 24 + len(packet)) + b"uuid" + XMP_BOX + packet


def put_tags(path: Path, target: Path, tags: Mapping[str, str], *, alone: bool = False) -> None:
    """Write the same streams with more tags to `target`; alone: without those that are there. Raises FormatError."""
    import av

    with open(path, "rb") as file:
        container = format_of(file.read(4))
    try:
        with (
            av.open(str(path), metadata_errors="replace") as source,
            av.open(str(target), "w", format=container, options={"fflags": "+bitexact"}) as out,
        ):
            known: dict[str, str] = {} if alone else dict(source.metadata)
            pairs = {}
            for stream in source.streams:
                pairs[stream.index] = out.add_stream_from_template(stream)
                if container == "ogg" and not alone:
                    known = {**stream.metadata, **known}
            whole = {key: value for key, value in {**known, **tags}.items() if key.lower() != "encoder"}
            out.metadata.update(whole)
            if container == "ogg":
                for stream in pairs.values():
                    stream.metadata.update(whole)
            packets = [p for p in source.demux(list(source.streams)) if p.size and p.pts is not None]
            for packet in packets:
                if packet.dts is None:
                    packet.dts = packet.pts
                packet.stream = pairs[packet.stream.index]
                out.mux(packet)
    except (av.error.FFmpegError, ValueError) as error:
        raise FormatError(f"its tags cannot be written: {error}") from error


def read_tags(source: Path | BinaryIO) -> dict[str, str]:
    """All tags of a container and of its streams, by names in lower case; none where it cannot be read."""
    import av

    try:
        with av.open(str(source) if isinstance(source, Path) else source, metadata_errors="replace") as file:
            rows: dict[str, Any] = dict(file.metadata)
            for stream in file.streams:
                rows = {**stream.metadata, **rows}
            return {key.lower(): str(value) for key, value in rows.items()}
    except (av.error.FFmpegError, ValueError, OSError):
        return {}
