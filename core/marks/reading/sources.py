"""What a file of any format says beside its content: packets of XMP and named texts, found within limits.

Nothing here decodes pictures or sound, follows an entity, or unpacks more than it is going to look at; what is broken is left out.
"""

from __future__ import annotations

import io
import json
import mmap
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import FormatError
from ...manifest import sidecar
from ...manifest_form import MAX_BYTES, read_json
from ...tags import MAX_TAG_BYTES, tag_bytes
from ..containers.parts import parts_of
from ..containers.streams import format_of, is_mp4, read_tags
from ..labels import MIDI_MARK

__all__ = ["Said", "read_said"]

_LONGEST = 1 << 20
_MOST_TEXTS = 200
_MOST_PACKETS = 8
_MOST_ENTRIES = 50
_BEGIN, _END = b"<x:xmpmeta", b"</x:xmpmeta>"
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_HEAD_OF_TAGS = 2 << 20  # what is looked at of formats that have their tags in front


@dataclass
class Said:
    """What was found. packets: of XMP, as text; texts: (name, text) in the order of the file; c2pa: whether it has a store of
    C2PA; left_out: what was too long or broken to be read, a line each.
    """

    packets: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    c2pa: bool = False
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, text: str | bytes) -> None:
        """Keep a text, unless it is empty or too long, or there are too many."""
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        text = text.strip("\0 \r\n\t")
        if len(text) > _LONGEST:
            self.left_out.append(f"a text of more than {_LONGEST >> 10} KiB called {name[:40]!r}")
        elif text and len(self.texts) < _MOST_TEXTS:
            self.texts.append((name, text))


def read_said(path: Path) -> Said:
    """All that a file says. Raises FormatError if it cannot be opened or is empty."""
    said = Said()
    try:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            _read(said, path, data)
    except (OSError, ValueError) as error:
        raise FormatError(f"{str(path)!r} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    _read_beside(said, path)
    return said


def _read_beside(said: Said, path: Path) -> None:
    """The label in the sidecar of a file whose format has no room for one."""
    beside = sidecar(path)
    try:
        if not beside.is_file():
            return
        with open(beside, "rb") as file:
            label = read_json(file.read(MAX_BYTES + 1)).get("label")
    except (OSError, FormatError):  # whoever reads the manifest tells what is wrong with it
        return
    for name, text in label.items() if isinstance(label, dict) else ():
        if isinstance(text, str):
            said.add(name, text)


def _read(said: Said, path: Path, data: mmap.mmap) -> None:
    head = data[:16]
    _read_packets(said, data)
    if head[:4] == b"RIFF" or head.startswith((b"\x89PNG", b"\xff\xd8")):
        _read_parts(said, data)
    if head.startswith(b"PK\x03\x04"):
        _read_archive(said, data)
    if head.startswith(b"MThd"):
        _read_midi(said, data)
    if format_of(head) or is_mp4(head) or head[8:12] == b"WAVE":
        _read_tags(said, path, data)
    if is_mp4(head):
        said.c2pa = said.c2pa or data.find(b"uuid" + _C2PA_UUID) >= 0
    if head.startswith(b"%PDF"):
        said.c2pa = data.find(b"C2PA_Manifest") >= 0
    _read_text(said, data)


def _read_packets(said: Said, data: mmap.mmap) -> None:
    """Packets of XMP wherever they stand unpacked: every format that has them, has them so, but a PNG now and then."""
    at = data.find(_BEGIN)
    while at >= 0:
        end = data.find(_END, at, at + _LONGEST)
        if len(said.packets) == _MOST_PACKETS or end < 0:
            said.left_out.append(f"packets of XMP beyond {_MOST_PACKETS}, or of more than {_LONGEST >> 10} KiB")
            return
        said.packets.append(data[at : end + len(_END)].decode("utf-8", "replace"))
        at = data.find(_BEGIN, end)


def _read_parts(said: Said, data: mmap.mmap) -> None:
    for _, _, name, begin, end in parts_of(data):
        if name in (b"caBX", b"C2PA"):
            said.c2pa = True
        elif name == b"\xeb":
            said.c2pa = said.c2pa or b"jumb" in data[begin : begin + 64]
        elif name in (b"tEXt", b"zTXt", b"iTXt"):
            _read_png_text(said, name, data[begin : min(end, begin + _LONGEST + 200)])
        elif name in (b"eXIf", b"EXIF") or (name == b"\xe1" and data[begin : begin + 6] == b"Exif\0\0"):
            _read_exif(said, data[begin : min(end, begin + _LONGEST)])
        elif name == b"\xfe":
            said.add("comment", data[begin:end])


def _read_png_text(said: Said, kind: bytes, body: bytes) -> None:
    name, _, rest = body.partition(b"\0")
    key = name.decode("latin-1")
    try:
        if kind == b"iTXt":
            packed, rest = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[2]
        else:
            packed, rest = kind == b"zTXt", rest[1:] if kind == b"zTXt" else rest
        if packed:
            rest = zlib.decompressobj().decompress(rest, _LONGEST + 1)
    except (zlib.error, IndexError):
        said.left_out.append(f"a broken text called {key[:40]!r}")
        return
    if key == "XML:com.adobe.xmp":
        if packed and len(said.packets) < _MOST_PACKETS and len(rest) <= _LONGEST:
            said.packets.append(rest.decode("utf-8", "replace"))
    elif key != "artwright":
        said.add(key, rest if kind == b"iTXt" else _latin(rest))


def _latin(text: bytes) -> str:
    """A text that should be Latin-1, and often is UTF-8 nevertheless."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


_EXIF_TEXTS = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
}


def _read_exif(said: Said, body: bytes) -> None:
    from PIL import ExifTags, Image

    exif = Image.Exif()
    try:
        exif.load(body)
        for tag, name in _EXIF_TEXTS.items():
            if (value := exif.get(tag)) is not None:
                said.add(name, value if isinstance(value, str | bytes) else str(value))
        comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
        if exif.get_ifd(ExifTags.IFD.GPSInfo):
            said.add("GPSInfo", "a place")
    except Exception as error:  # Pillow raises what its parsers happen to raise
        said.left_out.append(f"a broken EXIF ({type(error).__name__})")
        return
    if isinstance(comment, bytes):
        code, text = comment[:8], comment[8:]
        decoded = (
            text.decode("utf-16-be" if b"\0" in text[:1] else "utf-16-le", "replace")
            if code == b"UNICODE\0"
            else text.decode("utf-8", "replace")
        )
        comment = decoded if code in (b"UNICODE\0", b"ASCII\0\0\0", bytes(8)) else comment.decode("utf-8", "replace")
    if isinstance(comment, str) and not comment.startswith('{"artwright":'):
        said.add("UserComment", comment)


def _read_archive(said: Said, data: mmap.mmap) -> None:
    """The texts of the first entries of a ZIP: MXL, EPUB, OpenRaster. Each is unpacked as far as it is looked at."""
    tail = data[max(0, len(data) - 65_600) :]
    listing = tail[tail.rfind(b"PK\5\6") :][12:16]
    if int.from_bytes(listing, "little") > _LONGEST:
        said.left_out.append(f"an archive whose list of entries is longer than {_LONGEST >> 10} KiB")
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data) if len(data) < MAX_TAG_BYTES else _Whole(data)) as archive:
            for entry in archive.infolist()[:_MOST_ENTRIES]:
                if entry.filename.endswith((".musicxml", ".xml", ".opf")):
                    with archive.open(entry) as file:
                        _read_fields(said, file.read(_LONGEST).decode("utf-8", "replace"))
                said.c2pa = said.c2pa or entry.filename == "META-INF/content_credential.c2pa"
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
        said.left_out.append("a broken archive")


class _Whole(io.RawIOBase):
    """A mapped file as a file, so that a large one is not copied."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data, self._at = data, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, (0, self._at, len(self._data))[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = len(self._data) if size is None or size < 0 else self._at + size
        found = self._data[self._at : end]
        self._at += len(found)
        return found


def _read_midi(said: Said, data: mmap.mmap) -> None:
    for found in re.finditer(re.escape(MIDI_MARK.encode()), data):
        for name, text in _object_at(data[found.end() : found.end() + _LONGEST]).items():
            said.add(name, text)


def _object_at(text: bytes) -> dict[str, str]:
    """The texts of the JSON object that some bytes begin with."""
    try:
        row, _ = json.JSONDecoder().raw_decode(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in row.items() if isinstance(value, str)} if isinstance(row, dict) else {}


def _read_tags(said: Said, path: Path, data: mmap.mmap) -> None:
    if tag_bytes(path) > MAX_TAG_BYTES:
        said.left_out.append(f"more than {MAX_TAG_BYTES >> 20} MiB of tags")
        return
    in_front = format_of(data[:4]) in ("flac", "ogg", "mp3")
    for name, text in read_tags(io.BytesIO(data[:_HEAD_OF_TAGS]) if in_front else path).items():
        if not text.startswith('{"artwright":'):
            said.add(name, text)
    said.c2pa = said.c2pa or data.find(b"application/c2pa") >= 0 or data.find(b"application/x-c2pa") >= 0


_FIELDS = (
    re.compile(r'<miscellaneous-field name="([^"<>]{1,80})">([^<]{0,20000})</miscellaneous-field>'),
    re.compile(r"<(?:dc:)?(rights|creator)\b[^>]{0,200}>([^<]{1,2000})</(?:dc:)?\1>"),
    re.compile(r'<meta\s+name="([^"<>]{1,80})"\s+content="([^"<>]{0,20000})"'),
)
_LINES = re.compile(r"^(?:% )?(AIGC|DigitalSourceType|license|copyright|artist): (.{1,20000})$", re.MULTILINE)


def _read_text(said: Said, data: mmap.mmap) -> None:
    """Fields of a text: XML, HTML, front matter of Markdown, comments of ABC."""
    head = data[: 256 << 10]
    if b"\0" in head[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    text = head.decode("utf-8", "replace")
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        _read_fields(said, text)
    elif text.startswith("---\n") or re.match(r"%abc|X:", text):
        for name, value in _LINES.findall(text):
            said.add(name, _unquoted(value))
    said.c2pa = said.c2pa or "c2pa:manifest" in text or "-----BEGIN C2PA MANIFEST-----" in text


def _read_fields(said: Said, text: str) -> None:
    from html import unescape

    for pattern in _FIELDS:
        for name, value in pattern.findall(text):
            said.add(name, unescape(value))


def _unquoted(value: str) -> str:
    """A value of YAML as `json.dumps` quotes it, or as it stands."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return read if isinstance(read, str) else value
