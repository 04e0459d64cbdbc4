"""What lies in a folder that a model is to learn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import sha256_file

__all__ = ["Survey", "survey"]

_PACKED = (".gz", ".xz")
_TABLES = (".jsonl", ".csv")  # many works in one file: how many, only the model's reader knows


@dataclass(frozen=True, kw_only=True)
class Survey:
    """files: that the medium reads, each content once; kinds: how many of each suffix; size: of them in bytes; copies:
    files whose content is that of another; tables: files that hold many works; others: files that are none of all these.
    """

    files: int
    kinds: Mapping[str, int]
    size: int
    copies: int
    tables: int
    others: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, for a report card."""
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(self).items()}

    def describe(self) -> str:
        """One line on what was found."""
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in self.kinds.items()) or "nothing that is read"
        more = [
            f"{self.tables} collections" if self.tables else "",
            f"{self.copies} exact copies" if self.copies else "",
            f"{self.others} files of another kind" if self.others else "",
        ]
        return ", ".join([kinds, *filter(None, more)])


def survey(folder: Path, suffixes: Iterable[str]) -> Survey:
    """Look through a folder, or at a file. suffixes: those of the medium's files. Contents are compared where two files
    have one size; hidden files and links to folders are passed over.
    """
    known = frozenset(suffixes)
    paths = [folder] if folder.is_file() else sorted(p for p in folder.rglob("*") if p.is_file())
    paths = [path for path in paths if not path.name.startswith(".")]
    tables = [path for path in paths if _suffix(path) in _TABLES]
    fitting = [path for path in paths if path.suffix.lower() in known and _suffix(path) not in _TABLES]
    by_size: defaultdict[int, list[Path]] = defaultdict(list)
    for path in fitting:
        by_size[path.stat().st_size].append(path)
    kept: list[Path] = []
    for same in by_size.values():
        kept += same if len(same) == 1 else {sha256_file(path): path for path in reversed(same)}.values()
    return Survey(
        files=len(kept),
        kinds=dict(Counter(path.suffix.lower() for path in kept).most_common()),
        size=sum(path.stat().st_size for path in kept),
        copies=len(fitting) - len(kept),
        tables=len(tables),
        others=len(paths) - len(fitting) - len(tables),
    )


def _suffix(path: Path) -> str:
    """The suffix of a file, of what is inside where it is packed."""
    inside = path.with_suffix("") if path.suffix.lower() in _PACKED else path
    return inside.suffix.lower()
