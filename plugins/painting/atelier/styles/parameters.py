"""What a hand is, as data: the numbers that a style's pipeline works with. Learned styles are files of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from .....core.errors import FormatError
from ..brush import Layer
from ..colour import Array

__all__ = ["Outline", "StyleParameters"]

FAMILIES = ("stroke", "dots", "veil", "print", "ink", "gold", "facet")


@dataclass(frozen=True, kw_only=True)
class Outline:
    """Contour strokes. width, length (px at 768); count: at most; colour `#rrggbb`; own: share of the thing's own
    colour.
    """

    width: float = 5.5
    length: float = 26.0
    count: int = 2600
    colour: str = "#1d2a4a"
    own: float = 0.3
    opacity: float = 0.9
    dry: float = 0.0


@dataclass(frozen=True, kw_only=True)
class StyleParameters:
    """A hand.

    family: the pipeline; palette: rows (L, a, b, weight) of the colours it likes; palette_light, palette_chroma: how
    far a
    picture's colours go there (0..1); floor, span: L' = floor + span L; contrast: about the middle; chroma: factor;
    shadow: (a, b) added in the darks; ground: "#rrggbb" of the priming and ground_share of it under the paint;
    layers: passes of the brush; turn_by_kind: angle jitter by kind's name; outline: contour strokes or None;
    swirl: turning skies 0..1; streak: lines along the flow before painting; level_water: how far water is brushed
    level;
    spot: light gathered at the focus 0..1; umber: share of brown; highlight: a last layer on the lights;
    relief, shine, weave: see `relight`; varnish: factors on R, G, B; vignette: darkening of corners;
    extra: numbers of one family alone.
    """

    name: str
    family: str = "stroke"
    summary: str = ""
    palette: tuple[tuple[float, float, float, float], ...] = ()
    palette_light: float = 0.1
    palette_chroma: float = 0.25
    floor: float = 0.0
    span: float = 1.0
    contrast: float = 1.0
    chroma: float = 1.0
    shadow: tuple[float, float] = (0.0, 0.0)
    ground: str = "#b9ad98"
    ground_share: float = 0.5
    layers: tuple[Layer, ...] = ()
    turn_by_kind: Mapping[str, float] = field(default_factory=dict)
    outline: Outline | None = None
    outline_after: int = 2
    swirl: float = 0.0
    streak: float = 0.0
    level_water: float = 0.0
    spot: float = 0.0
    umber: float = 0.0
    highlight: Layer | None = None
    relief: float = 0.4
    shine: float = 0.0
    weave: float = 0.012
    varnish: tuple[float, float, float] = (1.0, 1.0, 1.0)
    vignette: float = 0.0
    extra: Mapping[str, float] = field(default_factory=dict)

    def palette_points(self, rng: np.random.Generator, count: int = 2000) -> Array:
        """A sample of the palette (count, 3), a little scattered."""
        rows = np.array(self.palette, np.float32)
        weight = rows[:, 3] / rows[:, 3].sum()
        points = rows[rng.choice(len(rows), count, p=weight), :3]
        return (points + rng.normal(0, 0.012, points.shape) * (1.6, 0.7, 0.7)).astype(np.float32)

    def but(self, **changes: Any) -> StyleParameters:
        """A copy with changes."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, lossless."""
        row = asdict(self)
        row["layers"] = [asdict(layer) for layer in self.layers]
        return row

    @classmethod
    def from_dict(cls, row: Mapping[str, Any], *, strict: bool = False) -> StyleParameters:
        """The inverse of `to_dict`. Raises FormatError if it is not a style, and if `strict` for an entry that none has."""
        try:
            values = {k: v for k, v in row.items() if strict or k in {f.name for f in fields(cls)}}
            values["layers"] = tuple(_layer(v) for v in values.get("layers", ()))
            for name, make in (("highlight", _layer), ("outline", lambda v: Outline(**v))):
                if values.get(name) is not None:
                    values[name] = make(values[name])
            values["palette"] = tuple(tuple(float(x) for x in p) for p in values.get("palette", ()))
            for name in ("shadow", "varnish"):
                if name in values:
                    values[name] = tuple(values[name])
            made = cls(**values)
        except (TypeError, ValueError, AttributeError) as error:
            raise FormatError(f"this is not a painting style: {error}") from error
        if made.family not in FAMILIES:
            raise FormatError(
                f"the style {made.name!r} is of the family {made.family!r}; there are: {', '.join(FAMILIES)}"
            )
        return made


def _layer(row: Mapping[str, Any]) -> Layer:
    return Layer(**{**row, "kinds": tuple(row.get("kinds", ()))})
