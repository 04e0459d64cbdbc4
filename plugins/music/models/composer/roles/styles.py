"""The styles of music for players with roles, and how they usually go (`../data/role_styles.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROLE_STYLES", "RoleStyle"]


@dataclass(frozen=True, kw_only=True)
class RoleStyle:
    """learned, ensemble: names of `vocabulary`; metres: usual; qpm: quarters a minute at a calm, neutral mood; bars: of a
    piece; density: of the notes of its melodies, -1 to 1; aliases: other names.
    """

    summary: str
    learned: str
    ensemble: str
    metres: tuple[tuple[int, int], ...]
    qpm: float
    bars: int
    density: float = 0.0
    aliases: tuple[str, ...] = ()


def _read() -> dict[str, RoleStyle]:
    path = Path(__file__).parent.parent / "data" / "role_styles.json"
    table = json.loads(path.read_text("utf-8"))
    return {
        name: RoleStyle(**row | {"metres": tuple(map(tuple, row["metres"])), "aliases": tuple(row["aliases"])})
        for name, row in table.items()
    }


ROLE_STYLES = _read()
