"""Reading collections of Chinese verse and prose from disk, plain or packed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....core.errors import InputError
from ..formats.files import read_words
from ..formats.rows import read_rows

__all__ = ["Poem", "clean_prose", "collections", "poem_of", "read_poems", "read_prose", "split_clauses"]

_CLAUSE = re.compile(r"([^，。、！？；：]*)([，。、！？；：]|$)")


@dataclass(frozen=True, kw_only=True)
class Poem:
    """A poem as the model sees it: clauses of (characters, closing punctuation or "")."""

    title: str
    author: str
    dynasty: str
    form: str
    regulated: bool | None
    clauses: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The lines joined without a separator."""
        return "".join(a + b for a, b in self.clauses)

    @property
    def opening(self) -> str:
        """The first two clauses: they decide on which side of a split a poem stands, so that copies stay together."""
        return "".join(text for text, _ in self.clauses[:2])


def split_clauses(lines: list[str]) -> tuple[tuple[str, str], ...]:
    """Clauses of a poem's lines; a line without closing punctuation is a clause that ends with ""."""
    found = []
    for line in lines:
        found += [(m[1], m[2]) for m in _CLAUSE.finditer("".join(line.split())) if m[0]]
    return tuple(found)


def poem_of(row: dict[str, Any]) -> Poem | None:
    """A row as a poem; None if it holds no Chinese lines."""
    lines = row.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        return None
    clauses = split_clauses(lines)
    if not any("\u3400" <= c <= "\u9fff" for text, _ in clauses for c in text):
        return None
    return Poem(
        title=str(row.get("title") or ""),
        author=str(row.get("author") or ""),
        dynasty=str(row.get("dynasty") or ""),
        form=str(row.get("form") or "other"),
        regulated=row.get("regulated"),
        clauses=clauses,
    )


def collections(path: Path) -> list[Path]:
    """The collections of verse at `path`: the file itself, or those of a folder (.jsonl, packed or not), English ones
    apart.
    """
    if path.is_file():
        return [path]
    found = sorted(p for p in path.rglob("*") if re.search(r"\.jsonl(\.gz|\.xz)?$", p.name))
    return [p for p in found if "prose" not in p.name]


def read_poems(path: Path) -> list[Poem]:
    """All Chinese poems of a file or folder. Raises InputError if there is none."""
    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a .jsonl file of poems, or a folder of them")
    poems = []
    for file in collections(path):
        for row in read_rows(file):
            poem = poem_of(row)
            if poem is None and not path.is_file():
                break
            if poem is not None:
                poems.append(poem)
    if not poems:
        raise InputError(
            f"{str(path)!r} holds no Chinese poem; each line of a .jsonl file is an object with 'lines', 'form' "
            f"and 'title'"
        )
    return poems


def clean_prose(text: str) -> str:
    """Paragraphs without indentation or empty lines, one a line."""
    return "\n".join(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())


def read_prose(path: Path) -> list[tuple[str, str, str]]:
    """(author, name, text) of .txt files under a folder (the author is the folder's name), and rows of .jsonl files
    with `text`.
    """
    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a folder of .txt files")
    wanted = re.compile(r"(?!poetry).*\.(txt|jsonl|jsonl\.gz|jsonl\.xz)$")
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if wanted.match(p.name))
    found: list[tuple[str, str, str]] = []
    for file in files:
        if file.suffix == ".txt":
            found.append((file.parent.name, file.stem, clean_prose(read_words(file, limit=0)[0])))
        else:
            found += [
                ("", str(r.get("work", file.stem)), clean_prose(r["text"]))
                for r in read_rows(file)
                if isinstance(r.get("text"), str)
            ]
    return [(a, n, t) for a, n, t in found if len(t) >= 20 and 3 * len(re.findall(r"[\u3400-\u9fff]", t)) >= len(t)]
