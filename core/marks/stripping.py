"""Personal data taken out of files: names, places, cameras, paths and prompts that lie beside the content.

What is taken out is all that the format keeps beside its content; what is put back is what others must be able to read: that
a model made it (IPTC's source type and TC260's object), and of a JPEG how it is turned. The content itself is not touched, and
nothing is coded anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError
from .containers.parts import Bytes, Part, is_packet, is_picture, without_parts
from .containers.streams import format_of, put_tags
from .embedding import put_label
from .labels import Label
from .reading.claims import read_claims
from .reading.sources import Said, read_said

__all__ = ["Stripped", "strip_file"]

_KEPT_TAGS = ("title", "comment")  # of ours: the name of the work and its manifest
_OUR_TEXT = b"artwright\0"


@dataclass(frozen=True)
class Stripped:
    """What was done. removed: names of what was taken out; left: what stays, a sentence each."""

    removed: tuple[str, ...]
    left: tuple[str, ...]


def strip_file(path: Path, target: Path, *, manifest: bool = False) -> Stripped:
    """Write the file at `path` to `target` without personal data. manifest: take out artwright's own manifest, too.

    Raises FormatError for a format that is not stripped: PNG, JPEG, WebP, FLAC, MP3, Ogg, Opus and WebM are.
    """
    before = read_said(path)
    label = _label_in(path)
    with open(path, "rb") as file:
        head = file.read(16)
    if format_of(head):
        _strip_tags(path, target, manifest=manifest)
    else:
        data = path.read_bytes()
        if not is_picture(data):
            raise FormatError(
                f"{path.name!r} is of a kind that is not stripped; PNG, JPEG, WebP, FLAC, MP3, Ogg, Opus and WebM are"
            )
        target.write_bytes(_stripped_picture(data, manifest=manifest))
    if label is not None:
        put_label(target, label)
    return _tell(before, read_said(target), target, label)


def _label_in(path: Path) -> Label | None:
    """The label that a file carries, without author and rights: no law lets it be taken out."""
    claims = {claim.kind: claim for claim in read_claims(path)[0] if claim.holds is None}
    source = claims["iptc"].details["source_type"] if "iptc" in claims else ""
    aigc = claims["tc260"].details if "tc260" in claims else {}
    return Label(source_type=source, aigc=aigc) if source or aigc else None


def _strip_tags(path: Path, target: Path, *, manifest: bool) -> None:
    from .containers.streams import read_tags

    tags = read_tags(path)
    kept = {name: tags[name] for name in _KEPT_TAGS if name in tags}
    if manifest or not kept.get("comment", "").startswith('{"artwright":'):
        kept.pop("comment", None)
    put_tags(path, target, kept, alone=True)


def _stripped_picture(data: bytes, *, manifest: bool) -> bytes:
    turned = _orientation(data)

    def is_beside(whole: bytes, part: Part) -> bool:
        _, _, name, begin, end = part
        if name in (b"tEXt", b"zTXt", b"iTXt") and whole[begin:end].startswith(_OUR_TEXT):
            return manifest
        if _is_exif(whole, part) and b'{"artwright":' in whole[begin:end]:
            return manifest
        return (
            name in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX", b"C2PA", b"\xfe", b"\xeb", b"\xed")
            or _is_exif(whole, part)
            or is_packet(whole, part)
        )

    stripped = without_parts(data, is_beside)
    if stripped[:4] == b"RIFF" and stripped[12:16] == b"VP8X":
        flags = stripped[20] & ~0x04
        if b"EXIF" not in stripped:
            flags &= ~0x08
        stripped = stripped[:20] + bytes([flags]) + stripped[21:]
    if turned not in (0, 1) and stripped.startswith(b"\xff\xd8"):
        stripped = stripped[:2] + _exif_of(turned) + stripped[2:]
    return stripped


def _is_exif(data: Bytes, part: Part) -> bool:
    _, _, name, begin, _ = part
    return name in (b"eXIf", b"EXIF") or (name == b"\xe1" and bytes(data[begin : begin + 6]) == b"Exif\0\0")


def _orientation(data: bytes) -> int:
    """How EXIF says that a JPEG is to be turned, 0 where it says nothing."""
    found = re.search(rb"Exif\0\0(MM|II)", data[: 1 << 16])
    if not found:
        return 0
    order = "big" if found[1] == b"MM" else "little"
    base = found.start(1)
    start = base + int.from_bytes(data[base + 4 : base + 8], order)  # type: ignore[arg-type]
    count = int.from_bytes(data[start : start + 2], order)  # type: ignore[arg-type]
    for n in range(min(count, 200)):
        row = data[start + 2 + 12 * n : start + 14 + 12 * n]
        if len(row) == 12 and int.from_bytes(row[:2], order) == 0x0112:  # type: ignore[arg-type]
            return int.from_bytes(row[8:10], order)  # type: ignore[arg-type]
    return 0


def _exif_of(turned: int) -> bytes:
    """The segment of a JPEG that says how it is turned, and nothing else."""
    from PIL import ExifTags, Image

    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    body = exif.tobytes()
    body = body if body.startswith(b"Exif\0\0") else b"Exif\0\0" + body
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _tell(before: Said, after: Said, target: Path, label: Label | None) -> Stripped:
    stayed = {name.lower() for name, _ in after.texts}
    removed = [name for name, _ in before.texts if name.lower() not in stayed]
    removed += ["XMP"] if before.packets else []
    removed += ["Content Credentials"] if before.c2pa and not after.c2pa else []
    left = []
    data = target.read_bytes()
    ours = b'"artwright":' in data or _OUR_TEXT in data
    if ours:
        left.append(
            "artwright's own manifest, with the theme and the options that were asked for (--manifest takes it out)"
        )
    if label is not None:
        told = f", with the producer {label.aigc['ContentProducer']!r}" if label.aigc.get("ContentProducer") else ""
        left.append(f"the label that a model made it{told}")
    left += [f"the tag {name!r}" for name in sorted(stayed & {"title"})]
    left.append("what is seen or heard in the work itself, and the name of the file")
    return Stripped(tuple(dict.fromkeys(removed)), tuple(left))
