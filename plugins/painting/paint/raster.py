"""Small tools on maps of a picture: blur, resize, gradients. Arrays are float32, (height, width) or (height, width, n)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..atelier.colour import Array

__all__ = ["blur", "gradient", "halve", "resize", "shifted"]


def blur(image: Array, sigma: float) -> Array:
    """A Gaussian blur of deviation `sigma` pixels; edges are mirrored."""
    if sigma < 0.05:
        return image
    sigmas = (sigma, sigma, 0)[: image.ndim]
    return ndimage.gaussian_filter(image, sigmas, mode="reflect", truncate=3.0)


def halve(image: Array) -> Array:
    """Means of blocks of 2 x 2; an odd last row or column is doubled first."""
    h, w = image.shape[:2]
    if h % 2 or w % 2:
        image = np.pad(image, [(0, h % 2), (0, w % 2), *[(0, 0)] * (image.ndim - 2)], mode="edge")
    return 0.25 * (image[::2, ::2] + image[1::2, ::2] + image[::2, 1::2] + image[1::2, 1::2])


def resize(image: Array, size: tuple[int, int]) -> Array:
    """The picture at (height, width) `size`: bicubic where it grows, averaged where it shrinks."""
    from PIL import Image as pil

    if image.shape[:2] == size:
        return image
    layers = image[..., None] if image.ndim == 2 else image
    how = pil.Resampling.BICUBIC
    out = [
        np.asarray(pil.fromarray(np.ascontiguousarray(layers[..., i], np.float32)).resize((size[1], size[0]), how))
        for i in range(layers.shape[-1])
    ]
    return out[0] if image.ndim == 2 else np.stack(out, -1)


def gradient(image: Array) -> tuple[Array, Array]:
    """(down, right) central differences of one map."""
    down, right = np.gradient(image)
    return np.asarray(down, np.float32), np.asarray(right, np.float32)


def shifted(image: Array, down: int, right: int) -> Array:
    """The map read `down`, `right` pixels further; what lies beyond the edge repeats the edge."""
    h, w = image.shape[:2]
    rows = np.clip(np.arange(h) + down, 0, h - 1)
    columns = np.clip(np.arange(w) + right, 0, w - 1)
    return image[rows[:, None], columns[None, :]]
