"""Passes of the brush that belong to a whole family, from `data/passes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ..brush import Layer
from ..scene import Kind

__all__ = ["passes_of"]


@lru_cache(maxsize=4)
def passes_of(family: str) -> Mapping[str, Layer]:
    """The passes of a family by name."""
    rows = tomllib.loads((Path(__file__).parent / "data" / "passes.toml").read_text("utf-8"))[family]
    return {
        name: Layer(**{**row, "kinds": tuple(int(Kind[kind.upper()]) for kind in row.get("kinds", ()))})
        for name, row in rows.items()
    }
