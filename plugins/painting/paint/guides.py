"""What leads the paint: soft light and colour, light in wide surroundings, direction, height in the picture, edges.

Target and exemplars are looked at alike, so a patch is taken from where its master painted such a place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..atelier.colour import Array
from .raster import blur, gradient, halve, resize, shifted

__all__ = ["GUIDES", "Weights", "around", "guide_maps", "touch_of"]

GUIDES = 9
"""Maps: L, a, b, L in wide surroundings, direction (2, double angle), height, edge, liveliness of the touch."""


@dataclass(frozen=True)
class Weights:
    """How much each kind of guide counts; ring: share of what is taken at four places around a patch."""

    light: float = 1.6
    colour: float = 2.2
    wide: float = 0.7
    direction: float = 0.10
    height: float = 0.12
    edge: float = 0.12
    touch: float = 0.18
    ring: float = 0.6


def touch_of(lab: Array) -> Array:
    """How lively the touch is at each place: log of the fine texture of light about it, at half the size of `lab`."""
    light = lab[..., 0]
    fine = halve(np.abs(light - blur(light, 2.0)))
    return np.log(blur(fine, 6.0) + 1e-3)


def guide_maps(lab: Array, sigma: float, weights: Weights, touch: Array | float) -> Array:
    """Guides of a picture in Oklab, (height, width, 9), at the size of `lab`.

    sigma: softness in pixels of `lab`: what is finer is left to the patches; touch: how lively it is, or shall be, in
    deviations from the usual.
    """
    h, w = lab.shape[:2]
    soft = blur(lab, sigma)
    wide = blur(_small(soft[..., 0], 4), 6 * sigma / 4)
    down, right = gradient(blur(soft[..., 0], 0.5 * sigma))
    power = np.sqrt(down * down + right * right) + 1e-6
    force = np.minimum(1, power * sigma / 0.05)
    jxx, jyy, jxy = (blur(v, sigma) for v in (right * right, down * down, right * down))
    total = jxx + jyy + 1e-7
    cosine, sine = (jxx - jyy) / total, 2 * jxy / total
    calm = blur(force, sigma)
    maps = [
        weights.light * soft[..., 0],
        weights.colour * soft[..., 1],
        weights.colour * soft[..., 2],
        weights.wide * resize(wide, (h, w)),
        weights.direction * cosine * calm,
        weights.direction * sine * calm,
        weights.height * np.broadcast_to(np.linspace(0, 1, h, dtype=np.float32)[:, None], (h, w)),
        weights.edge * force,
        weights.touch * np.broadcast_to(np.asarray(touch, np.float32), (h, w)),
    ]
    return np.stack(maps, -1).astype(np.float32)


def _small(image: Array, factor: int) -> Array:
    h, w = image.shape
    return resize(image, (max(2, h // factor), max(2, w // factor)))


def around(guides: Array, radius: int, share: float) -> Array:
    """Guides at each place and `share` of L, a, b at four places `radius` pixels around it: (height, width, 21)."""
    corners = ((-radius, -radius), (-radius, radius), (radius, -radius), (radius, radius))
    ring = [shifted(guides[..., :3], *corner) * (share * 0.5) for corner in corners]
    return np.concatenate([guides, *ring], -1)
