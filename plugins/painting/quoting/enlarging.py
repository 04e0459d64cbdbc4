"""Masses at twice their size with their edges drawn anew, where a bicubic enlargement has ramps.

Rapid and accurate image super-resolution (Romano, Isidoro and Milanfar 2016): each place is put into a bucket by how its
neighbourhood runs (angle, strength and coherence of the structure tensor), and each bucket has filters of its own, found by least
squares on pairs of real paintings, large and small (`tools/build_enlarger.py`). Here the four pixels of a place are made at once, from
light and both colours alike.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ....core.errors import WeightsError
from ..atelier.colour import Array
from ..paint.raster import blur, gradient

__all__ = ["BUCKETS", "FILTERS", "REACH", "bilinear", "bucket_of", "enlarge_twice", "patches_of"]

FILTERS = Path(__file__).parent / "data" / "enlarger.npy"
REACH = 3
"""Pixels on each side that a filter sees."""
_ANGLES = 24
_STRENGTHS = (0.008, 0.018, 0.035, 0.065)
_COHERENCES = (0.35, 0.65)
BUCKETS = _ANGLES * (len(_STRENGTHS) + 1) * (len(_COHERENCES) + 1)


def enlarge_twice(picture: Array) -> Array:
    """An sRGB picture (height, width, 3) in 0..1 at twice its size."""
    h, w = picture.shape[:2]
    filters, buckets = _filters(), bucket_of(picture.mean(-1)).ravel()
    order = np.argsort(buckets, kind="stable")
    starts = np.searchsorted(buckets[order], np.arange(BUCKETS + 1))
    seen = np.stack([patches_of(picture[..., i]) for i in range(3)], 1)[order]
    found = np.empty((h * w, 3, 4), np.float32)
    for bucket in np.unique(buckets):
        part = slice(starts[bucket], starts[bucket + 1])
        found[order[part]] = seen[part] @ filters[bucket]
    fine = found.reshape(h, w, 3, 2, 2).transpose(0, 3, 1, 4, 2).reshape(2 * h, 2 * w, 3)
    return np.clip(bilinear(picture) + fine, 0, 1).astype(np.float32)


def bucket_of(light: Array) -> NDArray[np.int64]:
    """How each place's neighbourhood runs, as a number below `BUCKETS`, (height, width)."""
    down, right = gradient(blur(light, 0.5))
    jxx, jyy, jxy = (blur(v, 1.5) for v in (right * right, down * down, right * down))
    apart = np.sqrt((jxx - jyy) ** 2 + 4 * jxy**2)
    angle = np.floor((np.arctan2(2 * jxy, jxx - jyy) / (2 * np.pi) % 1) * _ANGLES).astype(np.int64) % _ANGLES
    strong, weak = np.sqrt(np.maximum(0.5 * (jxx + jyy + apart), 0)), np.sqrt(np.maximum(0.5 * (jxx + jyy - apart), 0))
    coherent = np.digitize((strong - weak) / (strong + weak + 1e-6), _COHERENCES)
    steep = np.digitize(strong, _STRENGTHS)
    return (angle * (len(_STRENGTHS) + 1) + steep) * (len(_COHERENCES) + 1) + coherent


def patches_of(layer: Array) -> Array:
    """What is seen about each place of a map, less what it is itself: (places, 49); edges are repeated."""
    side = 2 * REACH + 1
    padded = np.pad(layer, REACH, mode="edge")
    seen = sliding_window_view(padded, (side, side)).reshape(-1, side * side)
    return seen - layer.reshape(-1, 1)


def bilinear(picture: Array) -> Array:
    """(height, width, n) at twice the size: each pixel a quarter of the way to its neighbours."""
    for axis in (0, 1):
        n = picture.shape[axis]
        at = np.arange(n)
        sides = [picture.take(np.clip(at + step, 0, n - 1), axis) for step in (-1, 1)]
        both = np.stack([0.75 * picture + 0.25 * side for side in sides], axis + 1)
        shape = list(picture.shape)
        shape[axis] *= 2
        picture = both.reshape(shape)
    return picture


@lru_cache(maxsize=1)
def _filters() -> Array:
    """(BUCKETS, 49, 4)."""
    try:
        filters = np.load(FILTERS, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise WeightsError(f"the filters of masses cannot be read: {error}; install artwright again") from error
    return filters.astype(np.float32)
