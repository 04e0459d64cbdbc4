"""The styles that the composer knows by name: what they are, and how they usually go (`data/styles.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DEFAULT", "OWN", "STYLE_TABLE", "StyleFacts"]

DEFAULT = "bach"

OWN = "user"
"""How works of a person's own folder stand in the alphabet of styles."""


@dataclass(frozen=True, kw_only=True)
class StyleFacts:
    """learned: the name in the model's alphabet; metres: usual; qpm: quarters a minute at a calm, neutral mood;
    ensemble: usual; voices; bars: of a piece; aliases: other names of the style.
    """

    learned: str
    summary: str
    metres: tuple[tuple[int, int], ...]
    qpm: float
    ensemble: str
    voices: int
    bars: int = 16
    aliases: tuple[str, ...] = ()


def _read() -> dict[str, StyleFacts]:
    table = json.loads((Path(__file__).parent / "data" / "styles.json").read_text("utf-8"))
    return {
        name: StyleFacts(
            learned=name,
            **row | {"metres": tuple(map(tuple, row["metres"])), "aliases": tuple(row["aliases"])},
        )
        for name, row in table.items()
    }


STYLE_TABLE = _read()
