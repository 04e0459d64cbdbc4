"""What a piece reads and writes besides its works: files of its own folders alone, whoever wrote it.

A piece may come from a stranger. Options that are files to write are names in the folder that it makes; options that are
files to read are names below the folder that the piece itself lies in, or places that the person running it gave as a
value.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import InputError, OutputError
from ..files import check_output, place_files, sync_folder, sync_tree
from ..home import locks_folder
from ..locks import lock, unlock
from ..options import Options
from .own import check_folder, check_names

__all__ = ["alone", "input_place", "is_at_work", "place_folder", "place_options", "run_id"]


def place_options(
    type_: type[Options],
    options: Mapping[str, Any],
    *,
    target: Path,
    folder: Path | None,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """The options of a step with its places: outputs in the folder `target`, inputs below `folder`. Raises InputError."""
    placed = _named(options)
    for option in type_.outputs():
        if placed.get(option):
            placed[option] = str(target / str(placed[option]))
    for option in type_.inputs():
        value = placed.get(option)
        if value and str(value) not in type_.words().get(option, ()):
            placed[option] = input_place(str(value), f"the option {option!r}", folder=folder, values=values)
    return placed


def input_place(value: str, what: str, *, folder: Path | None, values: Mapping[str, Any]) -> str:
    """Where a file lies that a piece names: below its folder, or where the person who runs it said. folder: None for a piece
    that its author runs. Raises InputError.
    """
    if folder is None or value in {str(given) for given in values.values()}:
        return value
    path = PurePosixPath(value)
    below = (folder / path).resolve()
    if path.is_absolute() or ".." in path.parts or "\\" in value or not below.is_relative_to(folder.resolve()):
        raise InputError(
            f"{what} names {value!r}, which is not in the folder of the piece; lay the file there, or give it with --set"
        )
    return str(folder / path)


def _named(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in options.items()}


def place_folder(folder: Path, out: Path, own: Mapping[str, str], *, force: bool) -> list[str]:
    """Move what was made to where it belongs; returns the names, the manifest last. Raises OutputError, OSError.

    A new folder appears whole. In one that is there, files of `own` are replaced, with `force` any; everything is
    checked before the first file is.
    """
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    names.sort(key=lambda name: (name == "manifest.json", name.endswith(".html")))
    mask = os.umask(0)
    os.umask(mask)
    for path in (folder, *folder.rglob("*")):
        os.chmod(path, (0o777 if path.is_dir() else 0o666) & ~mask)
    sync_tree(folder)
    try:
        if os.name == "nt" and out.is_dir():
            out.rmdir()
        os.rename(folder, out)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) and not out.is_dir():
            raise
        check_folder(out, own, force=force)  # somebody may have been faster
        if not force:
            check_names(out, names, own)
    else:
        sync_folder(out.parent)
        return names
    for name in names:
        check_output(out / name, force=True, option="out")
    for name in names:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
    place_files([(folder / name, out / name) for name in names], force=True)
    return names


def run_id(out: Path) -> str:
    """The name of the runs into a folder, in the journal and among the locks."""
    return hashlib.sha256(str(out.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def is_at_work(home: Path, out: Path) -> bool:
    """Whether a run of this home is writing to the folder `out`."""
    name = locks_folder(home) / run_id(out)
    try:
        held = lock(name) if name.exists() else -1
    except OSError:
        return False
    if held is None:
        return True
    if held >= 0:
        unlock(held)
    return False


@contextmanager
def alone(home: Path, out: Path) -> Iterator[None]:
    """Keep other runs of this home from the folder `out` in the block. Raises OutputError if one is at work there.

    A home that cannot be written keeps none of them; then the second one to end is refused.
    """
    try:
        locks_folder(home).mkdir(parents=True, exist_ok=True)
        held = lock(locks_folder(home) / run_id(out))
    except OSError:
        yield
        return
    if held is None:
        raise OutputError(
            f"another run is writing to the folder {str(out)!r}; wait for its end, or choose another --out"
        )
    try:
        yield
    finally:
        unlock(held)
