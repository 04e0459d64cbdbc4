"""Text files: encodings, front matter, sidecars, and how lines become stanzas.

Read: what `decoding` knows; characters are tidied (`characters`), and of a file that artwright did not write, heads,
notes, numbers and rules are told from the text (`layout`, `markdown`). Written: UTF-8, LF. A `.md` carries its manifest
as one line of JSON in the front matter; a `.txt` has it beside it, in `FILE.artwright.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ....core.artwork import Text
from ....core.errors import FormatError
from ....core.files import write_text
from ....core.manifest import Manifest, find_manifest, write_sidecar
from .characters import tidy
from .decoding import decode
from .layout import read_layout
from .markdown import escape_line, front_matter, plain_lines, split_front_matter

__all__ = ["MAX_BYTES", "ReadText", "read_text", "read_words", "to_stanzas", "write_work"]

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ReadText:
    """What a file holds: title, author, stanzas, its manifest (empty if none), and notes on how it was read."""

    title: str
    author: str
    stanzas: tuple[tuple[str, ...], ...]
    manifest: Manifest
    notes: Mapping[str, str]

    @property
    def is_own(self) -> bool:
        """Whether the file tells of itself what artwright writes."""
        return self.manifest != Manifest()


def read_text(path: Path) -> ReadText:
    """A text file. Raises FormatError in one line: missing, too large, empty, broken."""
    text, notes = read_words(path)
    title, inside = "", ""
    values: Mapping[str, str] = {}
    is_markdown = path.suffix.lower() == ".md"
    if is_markdown:
        text, values, inside = split_front_matter(text)
    manifest, remarks = find_manifest(inside, path, medium="literature")
    if remarks:
        notes["manifest"] = "; ".join(remarks)
    left_out: dict[str, int] = {}
    if is_markdown:
        title, lines, gone = plain_lines(text, footnotes=manifest == Manifest())
        title = values.get("title") or title
        left_out |= {"mark of Markdown": gone} if gone else {}
    else:
        lines = text.split("\n")
    author = values.get("author", "")
    if manifest != Manifest():
        # A work of artwright's own: all of its lines are its text.
        lines = [line.strip() for line in lines]
        filled = next((i for i, line in enumerate(lines) if line), 0)
        if not is_markdown and manifest.title and lines[filled] == " ".join(manifest.title.split()):
            lines = lines[filled + 1 :]
        title = manifest.title or title
    else:
        found = read_layout(lines, title=title, author=author)
        title, author, lines = found.title, found.author, found.lines
        left_out |= found.left_out
    if left_out := {what: n for what, n in left_out.items() if n}:
        notes["left_out"] = ", ".join(map(_counted, left_out, left_out.values()))
    stanzas = to_stanzas(lines)
    if not any(c.isalnum() for stanza in stanzas for line in stanza for c in line):
        raise FormatError(f"{str(path)!r} holds no word; a poem or a page of prose is needed")
    return ReadText(title=title, author=author, stanzas=stanzas, manifest=manifest, notes=notes)


def _counted(what: str, count: int) -> str:
    """A number of things: 2 lines of notes."""
    head, of, tail = what.partition(" of ")
    return f"{count} {head}{'s' if count > 1 else ''}{of}{tail}"


def read_words(path: Path, *, limit: int = MAX_BYTES) -> tuple[str, dict[str, str]]:
    """(the text of a file in tidy characters, notes on how it was read). limit: bytes that are read at most, 0 for all.

    Raises FormatError in one line.
    """
    try:
        size = path.stat().st_size
        if limit and size > limit:
            raise FormatError(
                f"{str(path)!r} has {size / 1e6:.1f} MB; texts of at most {limit // 2**20} MB are read. Split it"
            )
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    text, encoding = decode(data, name=str(path))
    notes: dict[str, str] = {}
    if encoding not in ("utf-8", "utf-8-sig"):
        notes["encoding"] = f"read as {encoding}, not UTF-8"
    text, control, changed = tidy(text)
    if control:
        notes["control"] = f"{control} control character(s) were left out"
    if changed:
        notes["characters"] = f"{changed} invisible or look-alike character(s) were left out or made plain"
    return text, notes


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


def write_work(text: Text, path: Path, manifest: str) -> None:
    """Write a text as its suffix says, manifest (JSON) inside (.md) or beside it (.txt)."""
    if path.suffix.lower() == ".md":
        head = front_matter({"title": text.title, "language": text.language, "form": text.form or "unknown"}, manifest)
        joint = "\n" if text.form.startswith("prose") else "\\\n"
        body = "\n\n".join(joint.join(map(escape_line, stanza)) for stanza in text.stanzas)
        write_text(path, head + (f"\n# {escape_line(text.title)}\n" if text.title else "") + f"\n{body}\n")
        return
    write_text(path, (f"{text.title}\n\n" if text.title else "") + str(text) + "\n")
    write_sidecar(path, manifest)
