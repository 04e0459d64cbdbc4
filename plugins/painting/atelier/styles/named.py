"""The named hands, from `data/hands.toml`, with their measured palettes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from .....core.errors import UnknownName
from ..names import SUMMARIES
from .parameters import StyleParameters

__all__ = ["HANDS", "find_style"]

_DATA = Path(__file__).parent / "data"


def _read_hands() -> Mapping[str, StyleParameters]:
    """The hands without their palettes. Raises FormatError for an entry that a hand has not."""
    rows = tomllib.loads((_DATA / "hands.toml").read_text("utf-8"))
    return {
        name: StyleParameters.from_dict({"name": name, "summary": SUMMARIES[name], **row}, strict=True)
        for name, row in rows.items()
    }


HANDS = _read_hands()


@lru_cache(maxsize=1)
def _palettes() -> dict[str, list[list[float]]]:
    palettes: dict[str, list[list[float]]] = json.loads((_DATA / "palettes.json").read_text("utf-8"))
    return palettes


def find_style(name: str) -> StyleParameters:
    """A named hand with its measured palette. Raises UnknownName."""
    if name not in HANDS:
        raise UnknownName("style", name, HANDS, where=" for medium 'painting'")
    hand = HANDS[name]
    rows = _palettes().get(name, [])
    return hand.but(palette=tuple(tuple(r) for r in rows)) if rows else hand
