"""Texts of a piece with `{names}`: what they stand for is put in; there is no code in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from ..errors import InputError, UnknownName
from ..theme import find_language
from .schema import PieceSpec, StepSpec

__all__ = ["fill_piece", "fill_step", "fill_text", "known_values"]

_HOLE = re.compile(r"\{\{|\}\}|\{(\w+)\}")
_TEXTS = ("theme", "style", "title", "region")


def known_values(spec: PieceSpec, values: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    """What a piece's names stand for: its own values, and those that are given. Raises UnknownName for one it does not use."""
    for key in values:
        if key not in spec.values:
            raise UnknownName("value", key, spec.values, where=f" in the piece {name!r}")
    return {**spec.values, **values}


def fill_text(text: Any, known: Mapping[str, Any], *, optional: bool = False) -> Any:
    """A text with its names filled in; one that is just a name keeps the value's type. optional: a name whose value is null
    gives None. Raises InputError for a name that stands for nothing.
    """
    if isinstance(text, list):
        return [fill_text(item, known) for item in text]
    if not isinstance(text, str) or ("{" not in text and "}" not in text):
        return text
    whole = re.fullmatch(r"\{(\w+)\}", text)
    if whole and whole[1] in known and (optional or known[whole[1]] is not None):
        return known[whole[1]]

    def one(hole: re.Match[str]) -> str:
        if hole[1] is None:
            return hole[0][0]
        value = known.get(hole[1])
        if value is None:
            fault = "has no value; give it with --set"
            if hole[1] not in known:
                fault = f"is not among its values: {', '.join(known) or 'none'}; add it under 'values'"
            raise InputError(f"{{{hole[1]}}} {fault}")
        return str(value)

    return _HOLE.sub(one, text)


def fill_step(step: StepSpec, known: Mapping[str, Any]) -> StepSpec:
    """A step with its names filled in. Raises InputError naming the key."""
    row: dict[str, Any] = {}
    for key in _TEXTS:
        if "{" in (text := getattr(step, key)) or "}" in text:
            row[key] = str(_filled(text, known, key))
    if step.options:
        options = {key: _filled(value, known, key, optional=True) for key, value in step.options.items()}
        row["options"] = {key: value for key, value in options.items() if value is not None}
    if any("{" in file or "}" in file for file in step.outputs):
        row["output"] = [str(_filled(file, known, "output")) for file in step.outputs]
    return step.model_copy(update=row) if row else step


def _filled(text: Any, known: Mapping[str, Any], key: str, optional: bool = False) -> Any:
    try:
        return fill_text(text, known, optional=optional)
    except InputError as error:
        raise InputError(f"{key}: {error}") from error


def fill_piece(spec: PieceSpec, known: Mapping[str, Any], *, name: str) -> PieceSpec:
    """A piece with the names of its title and of the line about it filled in. Raises InputError."""
    about = spec.about
    if isinstance(about, dict):
        chosen: Literal["en", "zh"] = "zh" if find_language(str(known.get("theme", ""))) == "zh" else "en"
        about = about.get(chosen) or next(iter(about.values()), "")
    try:
        return spec.model_copy(
            update={"title": str(fill_text(spec.title, known)), "about": str(fill_text(about, known))}
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
