"""How much of a picture is a quotation: where its drawing agrees with a work's, window by window."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from ..atelier.colour import Array
from ..paint.raster import blur, gradient, resize, shifted

__all__ = ["MOST_QUOTED", "agreement", "drawn_share", "quoted_share", "unaltered_share"]

MOST_QUOTED = 0.5
"""The share of a picture that may agree with one work."""
_SIDE, _WINDOW = 96, 24
_ALIKE = 0.7
_NEAR = (-3, 0, 3)
"""Places of 96 by which a window may have been moved and still be the same drawing."""
_WIDE, _RECOGNISED = 32, 0.4
_VALUE, _RANGE = 0.08, 1.5
"""Windows whose light differs by less, and whose contrast by less than this factor, are the same in value."""


def quoted_share(picture: Array, work: Array) -> float:
    """Share of the windows of a picture that agree with a work laid over it (both Oklab, any size)."""
    return float((agreement(picture[..., 0], work[..., 0]) > _ALIKE).mean())


def drawn_share(picture: Array, work: Array) -> float:
    """Share of the windows of a picture in which one recognises the drawing of a work (both Oklab, any size, the work cropped and
    mirrored as it was quoted): edges run the same way, whatever the light, in a third of the side, moved by up to 3 of 96 places.
    """
    one, two = (_edges(resize(np.ascontiguousarray(p[..., 0]), (_SIDE, _SIDE))) for p in (picture, work))
    best = np.zeros(one.shape[:2], np.float32)
    for down in _NEAR:
        for right in _NEAR:
            moved = shifted(two, down, right)
            both = uniform_filter((one * moved).sum(-1), _WIDE, mode="reflect")
            power = [uniform_filter((e * e).sum(-1), _WIDE, mode="reflect") for e in (one, moved)]
            best = np.maximum(best, both / np.sqrt(np.maximum(power[0] * power[1], 1e-9)))
    return float((best > _RECOGNISED).mean())


def _edges(light: Array) -> Array:
    """Directions of edges (double angle), stronger ones longer but none much, (height, width, 2)."""
    down, right = gradient(blur(light, 1.2))
    power = np.hypot(down, right) + 1e-6
    length = np.minimum(1, power / (2 * power.mean()))
    return np.stack([(right * right - down * down), 2 * right * down], -1) * (length / power**2)[..., None]


def unaltered_share(picture: Array, work: Array) -> float:
    """Share of the windows of a picture that are a work's as it stands: of its drawing, wherever it was moved by up to 3 of 96 places,
    and of its value too (both Oklab, any size, the work cropped and mirrored as it was quoted).
    """
    one, two = (resize(np.ascontiguousarray(p[..., 0]), (_SIDE, _SIDE)) for p in (picture, work))
    same = np.zeros(one.shape, bool)
    mean, spread = _mean_and_spread(one)
    for down in _NEAR:
        for right in _NEAR:
            moved = shifted(two, down, right)
            there, wide = _mean_and_spread(moved)
            ratio = np.maximum(spread, wide) / np.minimum(spread, wide)
            valued = (np.abs(mean - there) < _VALUE) & (ratio < _RANGE)
            if (valued & ~same).any():
                same |= valued & (agreement(one, moved) > _ALIKE)
    return float(same.mean())


def _mean_and_spread(light: Array) -> tuple[Array, Array]:
    mean = uniform_filter(light, _WINDOW, mode="reflect")
    return mean, np.sqrt(np.maximum(uniform_filter(light * light, _WINDOW, mode="reflect") - mean * mean, 1e-5))


def agreement(one: Array, two: Array) -> Array:
    """Correlation of the middle band of light (0.6 to 6 of 96 pixels) in a window of 24 around each place, 96 x 96 in -1..1."""
    a, b = (_band(resize(layer, (_SIDE, _SIDE))) for layer in (one, two))

    def mean(layer: Array) -> Array:
        return uniform_filter(layer, _WINDOW, mode="reflect")

    ma, mb = mean(a), mean(b)
    both = mean(a * b) - ma * mb
    spread = np.sqrt(np.maximum(mean(a * a) - ma * ma, 1e-7) * np.maximum(mean(b * b) - mb * mb, 1e-7))
    return np.asarray(both / spread, np.float32)


def _band(layer: Array) -> Array:
    return blur(layer, 0.6) - blur(layer, 6.0)
