"""Scores and texts: where MIDI, MusicXML, ABC, SVG and Markdown have room for a label."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import escape

from ...errors import FormatError
from ..labels import MIDI_MARK, Label

__all__ = ["put_in_notes"]

_MOST_BYTES = 64 << 20


def put_in_notes(data: bytes, suffix: str, label: Label) -> bytes | None:
    """The file with a label in it; None for a format that has no room. Raises FormatError if it is broken."""
    if data.startswith(b"MThd"):
        return _in_midi(data, label)
    if data.startswith(b"PK\x03\x04"):
        return _in_mxl(data, label)
    if b"<score-partwise" in data[:2000]:
        return _in_musicxml(data, label)
    if re.search(rb"<svg[\s>]", data[:4000]):
        return _in_svg(data, label)
    if suffix == ".abc":
        first, newline, rest = data.partition(b"\n")
        lines = "".join(f"% {name}: {value}\n" for name, value in _rows(label).items())
        return first + newline + lines.encode() + rest
    if data.startswith(b"---\n") and suffix == ".md":
        lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in _rows(label).items())
        return data[:4] + lines.encode() + data[4:]
    return None


def _rows(label: Label) -> dict[str, str]:
    """A label's tags, each one line."""
    return {name: " ".join(value.split()) for name, value in label.tags().items()}


def _in_midi(data: bytes, label: Label) -> bytes:
    """As a text event at the very beginning of the first track."""
    if data[14:18] != b"MTrk":
        raise FormatError("the MIDI file has no track")
    text = (MIDI_MARK + json.dumps(label.tags(), ensure_ascii=True, sort_keys=True)).encode("ascii")
    size, length = len(text), b""
    while size or not length:
        length = bytes([size & 127 | (128 if length else 0)]) + length
        size >>= 7
    event = b"\0\xff\x01" + length + text
    track = int.from_bytes(data[18:22], "big") + len(event)
    return data[:18] + track.to_bytes(4, "big") + event + data[22:]


def _in_musicxml(data: bytes, label: Label) -> bytes:
    """As rights and miscellaneous fields of the identification, at the places that its schema has for them."""
    tags = _rows(label)
    rights = tags.pop("copyright", "")
    tags.pop("artist", None)
    fields = "".join(
        f'<miscellaneous-field name="{name}">{escape(value, quote=False)}</miscellaneous-field>'
        for name, value in tags.items()
    )
    if b"</identification>" not in data or b"<encoding>" not in data:
        raise FormatError("the MusicXML has no identification")
    if rights:
        data = data.replace(b"<encoding>", f"<rights>{escape(rights, quote=False)}</rights><encoding>".encode(), 1)
    if fields:
        end = f"<miscellaneous>{fields}</miscellaneous></identification>".encode()
        data = data.replace(b"</identification>", end, 1)
    return data


def _in_mxl(data: bytes, label: Label) -> bytes | None:
    """In the score of the archive; every entry keeps its name, date and packing."""
    out, found = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        if sum(entry.file_size for entry in source.infolist()) > _MOST_BYTES:
            raise FormatError("the archive is too large")
        for entry in source.infolist():
            content = source.read(entry)
            if b"<score-partwise" in content[:2000]:
                content, found = _in_musicxml(content, label), True
            target.writestr(entry, content)
    return out.getvalue() if found else None


def _in_svg(data: bytes, label: Label) -> bytes:
    """As XMP in a metadata element, the first in the drawing."""
    start = re.search(rb"<svg[\s>]", data)
    end = data.find(b">", start.start()) if start else -1
    if end < 0:
        raise FormatError("the SVG has no root element")
    return data[: end + 1] + f"<metadata>{label.packet()}</metadata>".encode() + data[end + 1 :]
