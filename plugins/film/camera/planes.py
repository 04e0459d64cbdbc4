"""Frames as the encoder wants them: three planes of BT.709 in limited range, colour at half size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .moves import Rectangle

__all__ = ["Frame", "blend", "fade", "planes_of_image", "sample", "yuv_of"]

Frame = tuple["NDArray[np.uint8]", "NDArray[np.uint8]", "NDArray[np.uint8]"]


def yuv_of(rgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """RGB of shape (..., 3) in 0..255 to Y, Cb, Cr of BT.709 in limited range (16..235, 16..240)."""
    r, g, b = (rgb[..., i].astype(np.float32) for i in range(3))
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return np.stack(
        [16 + luma * (219 / 255), 128 + (b - luma) * (224 / 255 / 1.8556), 128 + (r - luma) * (224 / 255 / 1.5748)],
        axis=-1,
    )


def sample(plane: Image.Image, at: Rectangle, size: tuple[int, int], filter_: Image.Resampling) -> NDArray[np.uint8]:
    """What a view shows of one plane, at a size of (width, height)."""
    wide, high = plane.size
    left, top = (at.x - at.width / 2) * wide, (at.y - at.width / 2) * high
    box = (
        max(0.0, left),
        max(0.0, top),
        min(float(wide), left + at.width * wide),
        min(float(high), top + at.width * high),
    )
    return np.asarray(plane.resize(size, filter_, box=box))


def planes_of_image(image: Image.Image) -> tuple[Image.Image, Image.Image, Image.Image]:
    """Y, and Cb, Cr at half size, computed in bands so that a large canvas needs little memory."""
    pixels = np.asarray(image)
    high, wide = pixels.shape[0], pixels.shape[1]
    out = [np.empty((high, wide), np.uint8) for _ in range(3)]
    for top in range(0, high, 256):
        band = np.clip(np.rint(yuv_of(pixels[top : top + 256])), 0, 255).astype(np.uint8)
        for plane in range(3):
            out[plane][top : top + 256] = band[..., plane]
    half = (max(1, wide // 2), max(1, high // 2))
    y, u, v = (Image.fromarray(plane) for plane in out)
    return y, u.resize(half, Image.Resampling.BOX), v.resize(half, Image.Resampling.BOX)


def blend(first: Frame, second: Frame, share: float) -> Frame:
    """A dissolve: `share` in [0, 1] of the second."""
    weight = round(share * 256)
    return tuple(  # type: ignore[return-value]
        ((a.astype(np.uint16) * (256 - weight) + b.astype(np.uint16) * weight + 128) >> 8).astype(np.uint8)
        for a, b in zip(first, second, strict=True)
    )


def fade(frame: Frame, share: float) -> Frame:
    """The frame with `share` in [0, 1] of its light; 0 is black."""
    weight = round(share * 256)
    y = ((frame[0].astype(np.int16) - 16).clip(0).astype(np.uint16) * weight + 128 >> 8) + 16
    chroma = (((plane.astype(np.int32) - 128) * weight + 128 >> 8) + 128 for plane in frame[1:])
    return (y.astype(np.uint8), *(plane.astype(np.uint8) for plane in chroma))  # type: ignore[return-value]
