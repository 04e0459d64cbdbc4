"""A folder of pictures with what is known of each: `metadata.csv` where there is one, else the folders' names as
artists.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ....core.errors import FormatError, InputError
from ..formats.files import FORMATS

__all__ = ["Work", "classes_of", "list_works"]

SUFFIXES = tuple(FORMATS)
_LARGEST_TABLE = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Work:
    """A picture file and what is known of it; "" where nothing is."""

    path: Path
    name: str
    artist: str = ""
    style: str = ""
    genre: str = ""
    title: str = ""
    year: str = ""

    def label(self, subject: str) -> str:
        """Its class in "movement", "artist", "genre", or "hand" (the artist again, for rarer ones)."""
        return {"movement": self.style, "artist": self.artist, "genre": self.genre, "hand": self.artist}[subject]


def list_works(folder: Path) -> list[Work]:
    """All pictures under a folder, in a fixed order. Raises InputError if there are none, or rows name files that are
    missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            f"{str(folder)!r} is no folder; name a folder of pictures, with a metadata.csv or a folder for each artist"
        )
    table = folder / "metadata.csv"
    works = _from_table(folder, table) if table.exists() else _from_folders(folder)
    if not works:
        raise InputError(f"{str(folder)!r} holds no pictures ({', '.join(SUFFIXES)})")
    return works


def _from_table(folder: Path, table: Path) -> list[Work]:
    if table.stat().st_size > _LARGEST_TABLE:
        raise FormatError(f"{str(table)!r} is larger than {_LARGEST_TABLE:,} bytes; split it")
    try:
        with open(table, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"{str(table)!r} cannot be read as a table in UTF-8: {error}") from error
    if rows and "path" not in rows[0]:
        raise FormatError(
            f"{str(table)!r} has the columns {', '.join(rows[0])}; 'path' is needed, and artist, style, genre, "
            f"title, year are used"
        )
    known = ("artist", "style", "genre", "title", "year")
    works = [
        Work(path=folder / r["path"], name=r["path"], **{k: (r.get(k) or "").strip() for k in known})
        for r in rows
        if r.get("path")
    ]
    missing = [w.name for w in works if not w.path.is_file()]
    if missing:
        raise InputError(
            f"{len(missing)} of {len(works)} works of {str(table)!r} are missing, such as {missing[0]!r}; mend the "
            f"table or the folder"
        )
    return works


def _from_folders(folder: Path) -> list[Work]:
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    return [
        Work(
            path=p,
            name=p.relative_to(folder).as_posix(),
            artist=p.parent.name if p.parent != folder else "",
            title=p.stem.replace("-", " ").replace("_", " "),
        )
        for p in found
    ]


def classes_of(works: list[Work], subject: str, at_least: int) -> list[str]:
    """Names of the classes with `at_least` works or more, the most frequent first."""
    counts = Counter(w.label(subject) for w in works)
    counts.pop("", None)
    return [name for name, count in sorted(counts.items(), key=lambda e: (-e[1], e[0])) if count >= at_least]
