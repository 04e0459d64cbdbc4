"""Labels in files: where each format has room for one, and beside the file where it has none."""

from __future__ import annotations

from pathlib import Path

from ..errors import FormatError
from ..files import atomic, write_text
from ..manifest import canonical_manifest, sidecar
from ..manifest_form import read_json
from .containers.notes import put_in_notes
from .containers.parts import is_packet, is_picture, put_chunk, put_packet, without_parts
from .containers.streams import format_of, is_mp4, put_tags, xmp_box
from .labels import Label

__all__ = ["put_label"]


def put_label(path: Path, label: Label) -> None:
    """Put a label into the file at `path`, or beside it, into its manifest, where the format has no room.

    XMP: PNG, JPEG, WebP, WAV, MP4, SVG; tags: FLAC, MP3, Ogg, WebM; fields of their own: MIDI, MusicXML, ABC, Markdown.
    """
    with open(path, "rb") as file:
        head = file.read(16)
    try:
        if format_of(head):
            with atomic(path) as retagged:
                put_tags(path, retagged, label.tags())
            return
        packet = label.packet().encode()
        if is_mp4(head):
            with open(path, "ab") as file:
                file.write(xmp_box(packet))
            return
        data = path.read_bytes()
        labelled: bytes | None
        if is_picture(data):
            labelled = put_packet(data, packet)
        elif head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            labelled = put_chunk(without_parts(data, is_packet), b"_PMX", packet)
        else:
            labelled = put_in_notes(data, path.suffix.lower(), label)
    except FormatError:
        labelled = None
    if labelled is not None:
        path.write_bytes(labelled)
        return
    beside = sidecar(path)
    row = read_json(beside.read_bytes()) if beside.is_file() else {"artwright": 1}
    write_text(beside, canonical_manifest(row | {"label": label.tags()}))
