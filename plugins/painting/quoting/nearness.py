"""How much of a picture is a quotation: where its drawing agrees with a work's, window by window."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter

from ..atelier.colour import Array
from ..paint.raster import blur, resize

__all__ = ["MOST_QUOTED", "agreement", "quoted_share"]

MOST_QUOTED = 0.5
"""The share of a picture that may agree with one work."""
_SIDE, _WINDOW = 96, 24
_ALIKE = 0.7


def quoted_share(picture: Array, work: Array) -> float:
    """Share of the windows of a picture that agree with a work laid over it (both Oklab, any size)."""
    return float((agreement(picture[..., 0], work[..., 0]) > _ALIKE).mean())


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
