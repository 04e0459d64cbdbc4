"""Pieces inside pieces: a step that includes another piece stands for its steps, under its name and a full stop."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import InputError, UnknownName
from .reading import Places, read_yaml
from .schema import MAX_STEPS

__all__ = ["include"]

_DEEPEST = 8
_REFERENCES = ("theme_from", "from", "work", "style_from")
_HOLE = re.compile(r"\{\{|\}\}|\{(\w+)\}")


def include(
    row: Any, places: Places, folder: Path | None, tell: Callable[[str, Exception], None], chain: tuple[Path, ...] = ()
) -> Any:
    """A piece's row with the steps of the pieces that it includes. folder: below which they lie, None where there is no
    file; tell: told of each problem by its place; chain: the files that include one another.
    """
    if not isinstance(row, Mapping) or not isinstance(row.get("steps"), Mapping):
        return row
    steps: dict[Any, Any] = {}
    for name, step in row["steps"].items():
        if not isinstance(step, Mapping) or "include" not in step:
            steps[name] = step
            continue
        where = places.where("steps", name, "include")
        try:
            included = _included(str(name), step, places, folder, tell, chain)
            if len(steps) + len(included) > MAX_STEPS:  # told before a chain of small files grows without end
                raise InputError(f"with {step['include']} there are over {MAX_STEPS} steps, which is the most")
            if twice := sorted(set(included) & set(map(str, row["steps"]))):
                raise InputError(f"the step {twice[0]!r} is there twice: written, and included; rename one")
            steps |= included
        except (InputError, UnknownName) as error:
            tell(where, error)
    return {**row, "steps": steps}


def _included(
    name: str,
    step: Mapping[str, Any],
    places: Places,
    folder: Path | None,
    tell: Callable[[str, Exception], None],
    chain: tuple[Path, ...],
) -> dict[str, Any]:
    if odd := sorted(set(map(str, step)) - {"include", "with"}):
        raise InputError(f"a step that includes a piece takes 'include' and 'with', not {odd[0]!r}")
    path = _below(str(step["include"]), folder)
    if path in chain:
        circle = " -> ".join(file.name for file in (*chain[chain.index(path) :], path))
        raise InputError(f"these pieces include one another: {circle}; cut the circle")
    if len(chain) >= _DEEPEST:
        raise InputError(f"pieces are included {_DEEPEST} deep; that is the most")
    inner, marks = read_yaml(path)
    inner = include(inner, marks, folder, tell, (*chain, path))
    if not isinstance(inner, Mapping) or not isinstance(inner.get("steps"), Mapping):
        raise InputError(f"{path.name} is no piece with steps")
    values = inner.get("values") or {}
    given = step.get("with") or {}
    if not isinstance(values, Mapping) or not isinstance(given, Mapping):
        raise InputError("'with' and 'values' are mappings of names to what they stand for")
    for key in given:
        if key not in values:
            raise UnknownName("value", str(key), map(str, values), where=f" in the piece {path.name!r}")
    known = {key: given[key] if key in given else _escaped(value) for key, value in values.items()}
    for keys, place in marks.at.items():
        if len(keys) > 1 and keys[0] == "steps":
            places.at["steps", f"{name}.{keys[1]}", *keys[2:]] = (
                place if place.count(":") > 1 else f"{path.name}:{place}"
            )
    return {f"{name}.{label}": _moved(body, name, known) for label, body in inner["steps"].items()}


def _below(file: str, folder: Path | None) -> Path:
    path = PurePosixPath(file)
    if folder is None:
        raise InputError("a piece that is no file cannot include another one")
    whole = (folder / path).resolve()
    if path.is_absolute() or ".." in path.parts or "\\" in file or not whole.is_relative_to(folder.resolve()):
        raise InputError(f"{file!r} is not in the folder of the piece; lay it there")
    return whole


def _moved(body: Any, name: str, known: Mapping[str, Any]) -> Any:
    """A step of an included piece: its references under the new name, its values filled in."""
    if not isinstance(body, Mapping):
        return body
    moved = {key: _filled(value, known) for key, value in body.items()}
    for key in _REFERENCES:
        if moved.get(key):
            moved[key] = _under(moved[key], name)
    each = moved.get("for_each")
    if isinstance(each, Mapping) and each.get("works"):
        moved["for_each"] = {**each, "works": f"{name}.{each['works']}"}
    elif isinstance(each, str) and not each.lower().endswith((".csv", ".tsv", ".jsonl")):
        moved["for_each"] = f"{name}.{each}"
    return moved


def _under(value: Any, name: str) -> Any:
    return [f"{name}.{one}" for one in value] if isinstance(value, list) else f"{name}.{value}"


def _filled(value: Any, known: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, known) for part in value]
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\{(\w+)\}", value)
    if whole and whole[1] in known:
        return known[whole[1]]
    return _HOLE.sub(
        lambda hole: str(known[hole[1]]) if hole[1] in known and known[hole[1]] is not None else hole[0], value
    )


def _escaped(value: Any) -> Any:
    return value.replace("{", "{{").replace("}", "}}") if isinstance(value, str) else value
