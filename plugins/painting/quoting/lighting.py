"""Light that falls where a work did not have it: one lamp, near or far, and the dusk beyond its reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core.errors import InputError
from ..atelier.colour import Array

__all__ = ["Lamp", "relight"]

_FIELDS = {"x": (-1, 2), "y": (-1, 2), "reach": (0.05, 3), "strength": (0, 0.8), "key": (0.4, 2.5)}
_WARM = 0.012
"""How much warmer what is lit becomes, and cooler what is not, in b of Oklab."""


@dataclass(frozen=True)
class Lamp:
    """x, y: where in the picture it is brightest, 0..1 or up to one picture beyond; reach: in sides of the picture, to where half
    of the dusk lies; strength: share of light that is taken where it is darkest, half of which is given where it is brightest;
    key: power of all light before, below 1 a brighter hour.
    """

    x: float
    y: float
    reach: float
    strength: float
    key: float = 1.0

    def to_dict(self) -> dict[str, float]:
        """Plain JSON."""
        return {name: round(getattr(self, name), 4) for name in _FIELDS}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Lamp:
        """The inverse of `to_dict`. Raises InputError for what is out of range."""
        lamp = cls(*(float(row[name]) for name in _FIELDS))
        for name, (low, high) in _FIELDS.items():
            if not low <= getattr(lamp, name) <= high:
                raise InputError(f"{name} of the plan's lamp is {row[name]}; it must lie between {low} and {high}")
        return lamp


def relight(picture: Array, lamp: Lamp) -> Array:
    """A picture (Oklab) as it would look were it lit so: dimmed beyond the lamp's reach, brighter and a little warmer within."""
    h, w = picture.shape[:2]
    wide = (w / h) ** 0.5
    y, x = np.meshgrid((np.arange(h) + 0.5) / h, (np.arange(w) + 0.5) / w, indexing="ij")
    away = np.hypot((x - lamp.x) * wide, (y - lamp.y) / wide)
    lit = np.exp(-0.69 * (away / lamp.reach) ** 2).astype(np.float32)
    lit = (lit - lit.min()) / max(1e-6, float(lit.max() - lit.min()))
    out = picture.copy()
    light = np.maximum(picture[..., 0], 0) ** lamp.key
    dusk = lamp.strength * (1 - lit)
    out[..., 0] = light * (1 - dusk) + 0.5 * lamp.strength * lit * light * (1 - np.clip(light, 0, 1))
    out[..., 1:] *= (1 + 0.3 * lamp.strength * lit - 0.3 * dusk)[..., None]
    out[..., 2] += _WARM * lamp.strength * (2 * lit - 1)
    return out
