"""Writes the beginnings of a plugin: a small package that is complete, tested and installable as it is.

The templates are files in `templates/`: `common/` for every kind, and a folder for each kind with its module and its
tests. `$name` and the like are filled in; a file's own name ends in `.txt`, so that no tool takes it for code of ours.
"""

from __future__ import annotations

import keyword
import re
import shutil
import sys
import tempfile
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path
from string import Template

from ..errors import InputError, OutputError

__all__ = ["KINDS", "write_plugin"]

KINDS = ("model", "medium", "style", "command", "wrapper")
MAX_NAME = 40
_TEMPLATES = Path(__file__).parent / "templates"


def write_plugin(name: str, kind: str, parent: Path, *, taken: Collection[str] = ()) -> list[Path]:
    """Write the package `name` ("artwright-stipple") of a kind into a new folder of that name; returns its files.

    taken: names that a plugin of this kind cannot bring. Raises InputError for a name that is no distribution's, or would
    hide another module, OutputError if the folder exists or cannot be written.
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
    words = _words(name, kind)
    if words["short"] in taken:
        raise InputError(
            f"{words['short']!r} is taken: artwright has a {kind} or a plugin of that name; choose another"
        )
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
            text = Template(source.read_text("utf-8")).substitute(words)
            if path.suffix == ".py":
                compile(text, str(path), "exec")
            path.write_text(text, "utf-8")
        folder.chmod(0o755)
        folder.rename(target)
    except SyntaxError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise InputError(f"{name!r} makes no module that Python reads ({error.msg}); choose another name") from error
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise OutputError(
            f"cannot write {str(target)!r}: {error.strerror}; choose another folder with --output"
        ) from error
    return sorted(path for path in target.rglob("*") if path.is_file())


def _words(name: str, kind: str) -> dict[str, str]:
    """What is filled in. Raises InputError for a name whose module would hide one that is there."""
    short, package = name.removeprefix("artwright-"), name.replace("-", "_")
    if len(short) > MAX_NAME:
        raise InputError(f"{name!r} is longer than {MAX_NAME} characters; choose a shorter name")
    if package == "artwright" or package in sys.stdlib_module_names or keyword.iskeyword(package) or _is_there(package):
        raise InputError(
            f"a package {name!r} would hide the module {package!r}, which is there already; write it as "
            f"'artwright-{short if short != 'artwright' else 'stipple'}', or choose another name"
        )
    symbol = short.replace("-", "_")
    class_name = "".join(part.capitalize() for part in short.split("-"))
    return {
        "name": name,
        "package": package,
        "short": short,
        "symbol": symbol,
        "suffix": f".{symbol[:20]}",
        "title": short.replace("-", " ").capitalize(),
        "kind": kind,
        "class_name": class_name if class_name[0].isalpha() else f"A{class_name}",
    }


def _is_there(module: str) -> bool:
    """Whether a module of that name is installed; a mere folder of the name is none."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None
