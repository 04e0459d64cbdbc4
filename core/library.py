"""The works on disk, by id, each with a manifest of how it came to be.

    works/ab/ab12.../work.png          the work, in its medium's first format
    works/ab/ab12.../manifest.json     id, medium, title, provenance, and the file's size and SHA-256
    inputs/ab12...                     a file that works were made with, too long for their manifests, by its SHA-256

A folder appears whole or not at all: it is filled under a temporary name, brought to the disk and then renamed. A work
is never changed; adding it again does nothing. A work of a person's own is kept as the file that it came in. Nothing is
created before the first work is added.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from .artwork import Artwork, Medium, Provenance, find_reader
from .errors import ArtwrightError, FormatError, InputError, OutputError, StoreError, UnknownName, UsageError
from .files import is_file, make_folder, sha256_file, sync_folder, sync_tree, temporary_folder, write_bytes, write_text
from .home import inputs_folder, works_folder
from .manifest import provenance_row, sidecar

__all__ = ["Library"]

_log = logging.getLogger("artwright")
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})", re.IGNORECASE)


class Library:
    """Works by id under `home/works`.

    home: the studio's folder; media: the media there are, by name, asked to read and write the works.
    """

    def __init__(self, home: Path, media: Mapping[str, Medium] | None = None) -> None:
        self._home = Path(home)
        self.folder = works_folder(self._home)
        self._media: Mapping[str, Medium] = media if media is not None else {}

    def add(self, artwork: Artwork, medium: Medium | None = None) -> Path:
        """Keep a work; returns its file. A work that is there already is left as it is.

        Raises OutputError if the disk is full or the library cannot be written; nothing half-done is left.
        """
        medium = medium or self._medium(artwork.medium)

        def fill(folder: Path) -> Path:
            file = folder / f"work{medium.writes[0]}"
            medium.save(artwork, file)
            return file

        return self._add(artwork, fill)

    def add_file(self, path: Path, artwork: Artwork) -> Path:
        """Keep a work that was loaded from `path` as that very file, with the manifest beside it, if there is one.

        Raises OutputError as `add`.
        """

        def fill(folder: Path) -> Path:
            file = folder / f"work{path.suffix.lower()}"
            shutil.copyfile(path, file)
            if sidecar(path).is_file():
                shutil.copyfile(sidecar(path), sidecar(file))
            return file

        return self._add(artwork, fill)

    def _add(self, artwork: Artwork, fill: Callable[[Path], Path]) -> Path:
        folder = self._folder(artwork.id)
        kept = self._kept(folder)
        if kept is not None:
            return kept
        try:
            with temporary_folder(self.folder) as temporary:
                whole = temporary / "whole"
                whole.mkdir()
                file = fill(whole)
                write_text(whole / "manifest.json", json.dumps(_manifest(artwork, file), ensure_ascii=False, indent=1))
                sync_tree(whole)
                make_folder(folder.parent)
                self._place(whole, folder)
                sync_folder(folder.parent)
        except (OSError, OutputError) as error:
            kept = self._kept(folder)
            if kept is not None:  # another process was faster
                return kept
            raise self._cannot("keep", artwork.short_id, error) from error
        return folder / file.name

    def _cannot(self, verb: str, short_id: str, error: Exception) -> OutputError:
        cause = error if isinstance(error, OSError) else error.__cause__
        reason = (cause.strerror if isinstance(cause, OSError) else None) or str(error)
        return OutputError(
            f"cannot {verb} the work {short_id} in the library {str(self.folder)!r}: {reason}; "
            "make room or make it writable, or set ARTWRIGHT_HOME to another folder"
        )

    def keep_input(self, data: bytes) -> None:
        """Keep a file that a work was made with, by its content. Raises OutputError."""
        path = self._input(hashlib.sha256(data).hexdigest())
        if not path.exists():
            write_bytes(path, data)

    def find_input(self, digest: str) -> bytes | None:
        """The kept file whose SHA-256 is `digest`, 64 hexadecimal digits; None if it is not here, or not as it was."""
        try:
            data = self._input(digest).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == digest else None

    def _input(self, digest: str) -> Path:
        return inputs_folder(self._home) / digest

    def work(self, id_: str) -> Artwork:
        """The work of a full id, never of a file: what a manifest may ask for. Raises as `get`."""
        return self._open(self.find(id_))

    def get(self, reference: str | Path) -> Artwork:
        """The work of an id, of a prefix of it that fits one work (4 digits or more), or in a file.

        Raises UnknownName if there is none, UsageError if a prefix fits several, StoreError if the library's file was
        changed or lost since, and what the medium raises for a file that it cannot read.
        """
        if isinstance(reference, Path) or is_file(reference):
            return self._load(Path(reference))
        return self._open(self.find(reference))

    def _open(self, row: Mapping[str, Any]) -> Artwork:
        work = self._medium(row["medium"]).load(Path(row["file"]))
        return work.with_(id=row["id"], title=row["title"], provenance=_provenance(row))

    def find(self, reference: str) -> dict[str, Any]:
        """The manifest of an id or of a prefix of it, with `"file"`: where the work is. Errors as `get`."""
        match = _ID.fullmatch(reference.strip())
        digits = match[1].lower() if match else ""
        folders = self._folders(digits) if match else []
        if not folders:
            raise UnknownName(
                "work",
                reference,
                [folder.name[:12] for folder in sorted(self._folders(), key=_age, reverse=True)[:5]],
                where=" in the library",
                hint="Name it by its id, by the first digits of it (4 or more), or by a file; `artwright works` lists them",
            )
        if len(folders) > 1:
            shown = ", ".join(folder.name[: max(12, len(digits) + 4)] for folder in folders[:5])
            raise UsageError(
                f"the id {reference!r} fits {len(folders)} works: {shown}{' ...' if len(folders) > 5 else ''}; give "
                f"more digits"
            )
        try:
            row = _read(folders[0])
        except FormatError as error:
            raise StoreError(f"{error}; remove it with `rm -r` and make the work again") from error
        file = Path(row["file"])
        if not file.is_file():
            raise StoreError(
                f"the file {str(file)!r} of the work {folders[0].name[:12]} is gone; bring it back, or remove its "
                f"folder"
            )
        if row["sha256"] != sha256_file(file):
            raise StoreError(
                f"the file {str(file)!r} was changed after the work {folders[0].name[:12]} was made; name it by its "
                f"path to use it as the new work that it is"
            )
        return row

    def entries(self, *, medium: str | None = None, limit: int | None = None, words: str = "") -> list[dict[str, Any]]:
        """The manifests, newest first, each with `"file"`; of one medium, with all of some words in title, theme, style,
        model or id, and at most so many, if told. Of many works only the newest are read where that is enough.

        A manifest that cannot be read is told in the log (logger "artwright") and left out.
        """
        wanted = words.lower().split()
        rows: list[dict[str, Any]] = []
        for _, group in groupby(
            sorted(((_age(f), f) for f in self._folders()), reverse=True), key=lambda pair: pair[0]
        ):
            if limit is not None and len(rows) >= limit:
                break
            for _, folder in group:
                try:
                    row = _read(folder)
                except FormatError as error:
                    _log.warning("%s; it is left out", error)
                    continue
                if medium in (None, row["medium"]) and (not wanted or _has_words(row, wanted)):
                    rows.append(row)
        rows.sort(key=lambda row: (row["added"], row["id"]), reverse=True)
        return rows[:limit]

    def known(self, id_: str) -> dict[str, Any] | None:
        """The manifest of a full id, or None if the work is not here or its manifest cannot be read."""
        try:
            return _read(self._folder(id_))
        except FormatError:
            return None

    def check(self) -> list[str]:
        """What is wrong with the library, a line each: manifests that cannot be read, files lost or changed."""
        wrong = []
        for folder in self._folders():
            try:
                self.find(folder.name)
            except ArtwrightError as error:
                wrong.append(str(error))
        return wrong

    def remove(self, reference: str) -> dict[str, Any]:
        """Delete a work by its id or prefix; returns its manifest. What was said of it stays in the feedback store.

        Raises UnknownName, UsageError as `find`, OutputError if the folder cannot be written.
        """
        match = _ID.fullmatch(reference.strip())
        folders = self._folders(match[1].lower()) if match else []
        if len(folders) == 1:
            try:
                row = _read(folders[0])
            except FormatError:
                row = {
                    "id": "sha256:" + folders[0].name,
                    "medium": "",
                    "title": "",
                }  # a broken entry can be removed too
        else:
            row = self.find(reference)
        try:
            with temporary_folder(self.folder) as doomed:
                os.rename(folders[0], doomed / "work")
                sync_folder(folders[0].parent)
        except OSError as error:
            raise self._cannot("remove", folders[0].name[:12], error) from error
        return row

    def size(self) -> tuple[int, int]:
        """(works, bytes on disk)."""
        folders = self._folders()
        return len(folders), sum(
            file.stat().st_size for folder in folders for file in folder.iterdir() if file.is_file()
        )

    def _medium(self, name: str) -> Medium:
        if name not in self._media:
            raise UnknownName("medium", name, self._media)
        return self._media[name]

    def _load(self, path: Path) -> Artwork:
        if not path.exists():
            raise InputError(f"there is no file {str(path)!r}")
        medium = find_reader(path.suffix, self._media.values())
        if medium is not None:
            return medium.load(path)
        raise UnknownName("file type", path.suffix or path.name, (s for m in self._media.values() for s in m.reads))

    def _folder(self, id_: str) -> Path:
        digits = id_.removeprefix("sha256:")
        return self.folder / digits[:2] / digits

    def _folders(self, prefix: str = "") -> list[Path]:
        """Folders of the works whose id begins so, by id."""
        if len(prefix) == 64:
            return [folder] if (folder := self._folder(prefix)).is_dir() else []
        folders: list[Path] = []
        try:
            outer = (
                [self.folder / prefix[:2]]
                if len(prefix) >= 2
                else [e for e in self.folder.iterdir() if len(e.name) == 2]
            )
            for place in outer:
                if place.is_dir():
                    folders.extend(e for e in place.iterdir() if len(e.name) == 64 and e.name.startswith(prefix))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(
                f"cannot read the library {str(self.folder)!r}: {error.strerror or error}; make it readable, or set "
                f"ARTWRIGHT_HOME"
            ) from error
        return sorted(folders)

    def _kept(self, folder: Path) -> Path | None:
        """The file of a work that is there and whole."""
        try:
            row = _read(folder)
        except FormatError:
            return None
        file = Path(row["file"])
        return file if file.is_file() and file.stat().st_size == row["bytes"] else None

    def _place(self, temporary: Path, folder: Path) -> None:
        try:
            os.rename(temporary, folder)
        except OSError:
            if not folder.is_dir() or self._kept(folder) is not None:
                raise
            os.rename(folder, temporary.parent / "broken")  # what is there is no whole work: put this one in its place
            os.rename(temporary, folder)


def _age(folder: Path) -> int:
    """When a work was added, in whole seconds: folders are not written to after they are placed."""
    try:
        return int(folder.stat().st_mtime)
    except OSError:
        return 0


def _has_words(row: Mapping[str, Any], wanted: Iterable[str]) -> bool:
    provenance = row.get("provenance") if isinstance(row.get("provenance"), dict) else None
    theme = provenance.get("theme") if provenance else None
    parts = [
        row["id"],
        row["title"],
        row["medium"],
        *((provenance.get("style"), provenance.get("model")) if provenance else ()),
    ]
    text = " ".join(str(part or "") for part in (*parts, theme.get("text") if isinstance(theme, dict) else "")).lower()
    return all(word in text for word in wanted)


def _manifest(artwork: Artwork, file: Path) -> dict[str, Any]:
    provenance = artwork.provenance
    return {
        "artwright": 1,
        "id": artwork.id,
        "medium": artwork.medium,
        "title": artwork.title,
        "added": datetime.now(UTC).isoformat(timespec="microseconds"),
        "name": file.name,
        "bytes": file.stat().st_size,
        "sha256": sha256_file(file),
        "provenance": provenance_row(provenance) if provenance else None,
    }


def _read(folder: Path) -> dict[str, Any]:
    """A manifest, checked, with `"file"`. Raises FormatError in one line."""
    path = folder / "manifest.json"
    try:
        row = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FormatError(
            f"the work {folder.name[:12]} has no manifest that can be read ({str(path)!r}: {error.strerror or error})"
        ) from error
    except ValueError as error:
        raise FormatError(f"the manifest {str(path)!r} is broken: {error}") from error
    texts = ("id", "medium", "title", "added", "name", "sha256")
    if (
        not isinstance(row, dict)
        or not all(isinstance(row.get(key), str) for key in texts)
        or not isinstance(row.get("bytes"), int)
    ):
        raise FormatError(f"the manifest {str(path)!r} is broken: it lacks one of {', '.join(texts)}, bytes")
    if row["id"] != "sha256:" + folder.name or Path(row["name"]).name != row["name"]:
        raise FormatError(f"the manifest {str(path)!r} is broken: it is of another work, {row['id'][:19]!r}")
    return {**row, "file": str(folder / row["name"])}


def _provenance(row: Mapping[str, Any]) -> Provenance | None:
    provenance = row.get("provenance")
    return Provenance.from_dict(provenance) if isinstance(provenance, dict) else None
