"""Writes the beginnings of a plugin: a small package that is complete, tested and installable as it is.

The templates are files in `templates/`: `common/` for every kind, and a folder for each kind with its module and its
tests. `$name` and the like are filled in; a file's own name ends in `.txt`, so that no tool takes it for code of ours.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from string import Template

from ..errors import InputError, OutputError

__all__ = ["KINDS", "write_plugin"]

KINDS = ("model", "medium", "style", "command", "wrapper")
_TEMPLATES = Path(__file__).parent / "templates"


def write_plugin(name: str, kind: str, parent: Path) -> list[Path]:
    """Write the package `name` ("artwright-stipple") of a kind into a new folder of that name; returns its files.

    Raises InputError for a name that is no distribution's, OutputError if the folder exists or cannot be written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(
            f"{name!r} is not a name for a package; use lower-case letters, digits and '-', as in 'artwright-stipple'"
        )
    if kind not in KINDS:
        raise InputError(f"{kind!r} is not a kind of plugin; there are: {', '.join(KINDS)}")
    target = parent / name
    if target.exists():
        raise OutputError(f"{str(target)!r} exists and is kept; choose another name or folder")
    short = name.removeprefix("artwright-")
    words = {
        "name": name,
        "package": name.replace("-", "_"),
        "short": short,
        "symbol": short.replace("-", "_"),
        "title": short.replace("-", " ").capitalize(),
        "kind": kind,
        "class_name": "".join(part.capitalize() for part in short.split("-")),
    }
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".artwright-", dir=parent))
    except OSError as error:
        raise OutputError(
            f"cannot write in {str(parent)!r}: {error.strerror}; choose another folder with --output"
        ) from error
    try:
        for source in sorted([*(_TEMPLATES / "common").rglob("*.txt"), *(_TEMPLATES / kind).rglob("*.txt")]):
            base = _TEMPLATES / ("common" if (_TEMPLATES / "common") in source.parents else kind)
            relative = Template(str(source.relative_to(base)).removesuffix(".txt").replace("dot-", ".")).substitute(
                words
            )
            path = folder / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Template(source.read_text("utf-8")).substitute(words), "utf-8")
        folder.chmod(0o755)
        folder.rename(target)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise OutputError(
            f"cannot write {str(target)!r}: {error.strerror}; choose another folder with --output"
        ) from error
    return sorted(path for path in target.rglob("*") if path.is_file())
