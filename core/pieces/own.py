"""Which files of a folder are a piece's own: what its last run placed there, and nobody has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import OutputError
from ..files import sha256_file

__all__ = ["check_folder", "check_names", "hashes", "kept"]


def hashes(out: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of files of the folder, by name: how a later run knows them again."""
    return {name: sha256_file(out / name) for name in names}


def check_folder(out: Path, own: Mapping[str, str], *, force: bool) -> None:
    """Raise OutputError if a piece cannot go to the folder `out`. own: what the piece's last run placed there.

    Without force a folder that holds anything must be the piece's own, and its files as it left them. Files of others may
    lie beside them.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(f"{str(out)!r} is a file; a piece needs a folder: choose another with --out")
    if force or not out.is_dir() or not any(out.iterdir()):
        return
    there = {name: sha for name, sha in own.items() if (out / name).is_file()}
    if not there:
        raise kept(out)
    changed = [name for name, sha in there.items() if sha256_file(out / name) != sha]
    if changed:
        raise OutputError(
            f"{', '.join(map(repr, changed[:5]))} in {str(out)!r} {'was' if len(changed) == 1 else 'were'} changed since the piece "
            f"made {'it' if len(changed) == 1 else 'them'}, and nothing is replaced; use --force to replace, or another --out"
        )


def check_names(out: Path, names: Iterable[str], own: Mapping[str, str]) -> None:
    """Raise OutputError if one of the names is a file of somebody else in the folder."""
    for name in names:
        if name not in own and (out / name).exists():
            raise OutputError(
                f"{name!r} in {str(out)!r} is not the piece's own and is kept; use --force to replace it, or another --out"
            )


def kept(out: Path) -> OutputError:
    """The error of a folder that holds works of somebody else."""
    return OutputError(
        f"the folder {str(out)!r} is not empty and is kept; use --force to replace the files of the piece in it, or another "
        f"--out"
    )
