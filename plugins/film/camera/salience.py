"""Where the eye goes in a picture: contrast of light and colour with what is around, no learned part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_peaks", "salience"]


def salience(picture: Image.Image) -> NDArray[np.float32]:
    """Where the eye goes, as a map of at most 96 x 96 that sums to 1.

    Centre-surround contrast of lightness and of two colour axes at two scales (the idea of Itti, Koch and Niebur 1998,
    without
    orientation maps), with a mild liking for the middle; no learned part.
    """
    small = picture.copy()
    small.thumbnail((96, 96), Image.Resampling.BOX)
    pixels = np.asarray(small.convert("RGB"), np.float32) / 255
    channels = (pixels.mean(-1), pixels[..., 0] - pixels[..., 1], pixels[..., 2] - pixels[..., :2].mean(-1))
    high, wide, _ = pixels.shape
    total = np.zeros((high, wide), np.float32)
    for channel, weight in zip(channels, (1.0, 1.6, 1.2), strict=True):
        for radius in (4, 12):
            total += weight * np.abs(_blur(channel, 1.5) - _blur(channel, radius))
    y, x = np.arange(high)[:, None], np.arange(wide)
    middle = np.exp(-(((x / max(1, wide - 1) - 0.5) / 0.42) ** 2 + ((y / max(1, high - 1) - 0.55) / 0.40) ** 2))
    total = _blur(total, 3) * (0.35 + 0.65 * middle.astype(np.float32)) + 1e-6
    return (total / total.sum()).astype(np.float32)


def _blur(channel: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(channel, radius, mode="nearest")


def find_peaks(field: NDArray[np.float32], count: int) -> list[tuple[float, float]]:
    """Up to `count` places (x, y in [0, 1]) where a map is highest, best first and apart; at least one."""
    field = field.copy()
    high, wide = field.shape
    rows, columns = np.mgrid[0:high, 0:wide]
    peaks: list[tuple[float, float]] = []
    best = float(field.max())
    while len(peaks) < count:
        row, column = np.unravel_index(int(np.argmax(field)), field.shape)
        if peaks and field[row, column] < 0.35 * best:
            break
        peaks.append(((column + 0.5) / wide, (row + 0.5) / high))
        near = ((rows - row) / (0.30 * high)) ** 2 + ((columns - column) / (0.30 * wide)) ** 2
        field *= 1 - np.exp(-near)
    return peaks
