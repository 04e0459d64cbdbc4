"""The folder that a piece made, read again: its manifest, and the works in it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import FormatError, InputError, UnknownName

if TYPE_CHECKING:
    from ..artwork import Artwork
    from ..studio import Studio

__all__ = ["Made", "put", "read_folder"]

_THEN = (1980, 1, 1, 0, 0, 0)  # the time of all files in an archive


@dataclass(frozen=True, kw_only=True)
class Made:
    """A piece's folder: its manifest, and what each step left."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """Rows of the manifest, a step each."""
        return list(self.manifest["steps"])

    @property
    def title(self) -> str:
        """The piece's title, or its name."""
        return str(self.manifest.get("title") or self.manifest["piece"])

    def works(self, studio: Studio) -> Iterator[tuple[Mapping[str, Any], Path, Artwork]]:
        """(row, file, work) of each step that wrote a file which its medium reads; others are left out."""
        for row in self.steps:
            if row["operation"] == "analyze":
                continue
            for name in row["files"]:
                try:
                    yield row, self.folder / name, studio.load(self.folder / name, row["medium"])
                except (FormatError, UnknownName):
                    continue
                break


def read_folder(folder: Path) -> Made:
    """The folder of a piece that has ended. Raises InputError if it is none, or a file of it is gone."""
    try:
        row = json.loads((folder / "manifest.json").read_text("utf-8"))
        names = [name for step in row["steps"] for name in step["files"]] + ([row["page"]] if row.get("page") else [])
        if not isinstance(row["piece"], str) or any(Path(name).name != name for name in names):
            raise ValueError("it is of another form")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{str(folder)!r} is no folder that a piece made: its manifest.json cannot be read") from error
    gone = [name for name in names if not (folder / name).is_file()]
    if gone:
        raise InputError(f"{str(folder)!r} lacks {gone[0]!r} of its manifest; run the piece again with --force")
    return Made(folder=folder, manifest=row)


def put(archive: zipfile.ZipFile, name: str, data: bytes, *, stored: bool = False) -> None:
    """Put a file into an archive, without the time of today."""
    entry = zipfile.ZipInfo(name, _THEN)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
