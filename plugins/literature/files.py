"""Text files: encodings, front matter, sidecars, and how lines become stanzas.

Read: UTF-8 (with or without a mark), UTF-16 with a mark, GB 18030 where the bytes read as common Chinese; anything else
is refused with the byte that breaks it. Written: UTF-8, LF. A `.md` carries its manifest as one line of JSON in the
front
matter; a `.txt` has it beside it, in `FILE.artwright.json`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...core.artwork import Text
from ...core.errors import FormatError
from ...core.files import write_text
from ...core.manifest import Manifest, find_manifest, write_sidecar

__all__ = ["MAX_BYTES", "ReadText", "decode", "read_text", "to_stanzas", "write_work"]

MAX_BYTES = 10 * 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class ReadText:
    """What a file holds: title, stanzas, its manifest (empty if none), and notes on how it was read."""

    title: str
    stanzas: tuple[tuple[str, ...], ...]
    manifest: Manifest
    notes: Mapping[str, str]


def decode(data: bytes, *, name: str) -> tuple[str, str]:
    """(text, encoding) of bytes. Raises FormatError that names the byte which cannot be read."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise FormatError(
                    f"{name!r} begins as {encoding} but byte {error.start} ({data[error.start]:#04x}) breaks it; save it "
                    f"as UTF-8"
                ) from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken = error
    text = _as_gb18030(data)
    if text is not None:
        return text, "gb18030"
    raise FormatError(
        f"{name!r} is not text in UTF-8 or GB 18030: byte {broken.start} is {data[broken.start]:#04x} "
        f"({broken.reason}); save it as UTF-8"
    )


def _as_gb18030(data: bytes) -> str | None:
    """The text if the bytes are GB 18030 and four fifths of what is not ASCII are common Chinese (GB 2312, level 1) or
    its marks.
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    other = [c for c in text if ord(c) > 0x7F]
    common = 0
    for c in other:
        raw = c.encode("gb18030")
        common += len(raw) == 2 and (0xB0 <= raw[0] <= 0xD7 or 0xA1 <= raw[0] <= 0xA3) and raw[1] >= 0xA1
    return text if other and common >= 0.8 * len(other) else None


def read_text(path: Path) -> ReadText:
    """A text file. Raises FormatError in one line: missing, too large, empty, broken."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise FormatError(
                f"{str(path)!r} has {size / 1e6:.1f} MB; texts of at most {MAX_BYTES // 2**20} MB are read. Split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(f"{str(path)!r} is not a text: byte {data.index(0)} is 0x00")
    text, encoding = decode(data, name=str(path))
    notes: dict[str, str] = {}
    if encoding not in ("utf-8", "utf-8-sig"):
        notes["encoding"] = f"read as {encoding}, not UTF-8"
    cleaned = _CONTROL.sub("", re.sub(r"\r\n?|[\x0c\u2028\u2029]", "\n", text))
    if len(cleaned) < len(text.replace("\r\n", "\n")):
        gone = len(text.replace("\r\n", "\n")) - len(cleaned)
        notes["control"] = f"{gone} control character(s) were left out"
    inside = title = ""
    if path.suffix.lower() == ".md":
        cleaned, inside, title = _front_matter(cleaned)
    manifest, remarks = find_manifest(inside, path, medium="literature")
    if remarks:
        notes["manifest"] = "; ".join(remarks)
    marked = manifest != Manifest()
    lines = [unicodedata.normalize("NFC", " ".join(line.split(" ")).rstrip()) for line in cleaned.split("\n")]
    if path.suffix.lower() == ".md":
        lines = [_plain_markdown(line) for line in lines]
        heads = [i for i, line in enumerate(lines) if line.startswith("# ")]
        if heads and not any(lines[: heads[0]]):
            title = title or lines[heads[0]][2:].strip()
            lines = lines[heads[0] + 1 :]
    elif manifest.title and lines and lines[0].strip() == manifest.title.strip():
        title, lines = manifest.title, lines[1:]
    elif not marked:
        title, lines = _find_title(lines)
    stanzas = to_stanzas(lines)
    if not any(c.isalnum() for stanza in stanzas for line in stanza for c in line):
        raise FormatError(f"{str(path)!r} holds no word; a poem or a page of prose is needed")
    return ReadText(title=title or manifest.title, stanzas=stanzas, manifest=manifest, notes=notes)


def to_stanzas(lines: list[str]) -> tuple[tuple[str, ...], ...]:
    """Lines grouped at the empty ones."""
    stanzas: list[tuple[str, ...]] = []
    current: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            current.append(line.strip())
        elif current:
            stanzas.append(tuple(current))
            current = []
    return tuple(stanzas)


def _find_title(lines: list[str]) -> tuple[str, list[str]]:
    """A first line of its own, short and without a closing mark, is a title."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if len(filled) < 2 or filled[1] - filled[0] < 2:
        return "", lines
    first = lines[filled[0]].strip()
    if len(first) > (20 if _HAN.search(first) else 70) or first[-1] in ".,;:!?，。；：！？、…":
        return "", lines
    return first, lines[filled[0] + 1 :]


def _plain_markdown(line: str) -> str:
    return (
        line
        if line.startswith("# ")
        else re.sub(r"(\\|<br\s*/?>)$", "", re.sub(r"^(>\s?|#{2,6}\s)", "", line)).replace("**", "").rstrip()
    )


def _front_matter(text: str) -> tuple[str, str, str]:
    """(rest, manifest, title) of a text that may begin with front matter."""
    if not text.startswith("---\n") or (end := text.find("\n---", 3)) < 0:
        return text, "", ""
    manifest = title = ""
    for line in text[4:end].split("\n"):
        key, _, value = line.partition(":")
        if key.strip() == "artwright":
            manifest = value.strip()
        elif key.strip() == "title":
            title = value.strip().strip("\"'")
    return text[end + 4 :].lstrip("\n"), manifest, title


def write_work(text: Text, path: Path, manifest: str) -> None:
    """Write a text as its suffix says, manifest inside (.md) or beside it (.txt)."""
    if path.suffix.lower() == ".md":
        title = json.dumps(text.title, ensure_ascii=False)
        head = (
            f"---\ntitle: {title}\nlanguage: {text.language}\nform: {text.form or 'unknown'}\nartwright: "
            f"{manifest}\n---\n\n"
        )
        prose = text.form.startswith("prose")
        body = "\n\n".join(("\n" if prose else "\\\n").join(stanza) for stanza in text.stanzas)
        write_text(path, head + (f"# {text.title}\n\n" if text.title else "") + body + "\n")
        return
    write_text(path, (f"{text.title}\n\n" if text.title else "") + str(text) + "\n")
    write_sidecar(path, manifest)
