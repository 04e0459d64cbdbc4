"""Where heads may be in a picture: compact areas of the colours of skin. A guess that only says what is drawn with more care."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..atelier.colour import Array
from ..atelier.noise import resize

__all__ = ["Box", "find_heads"]

Box = tuple[float, float, float, float]

_SIDE = 128
_LEAST, _MOST = 0.004, 0.2
"""Share of the picture that the skin of a head has."""
_FULL = 0.5
"""Share of its box that a head fills; hands and arms, sand and sunsets fill less or run out of the frame."""


def find_heads(lab: Array) -> list[Box]:
    """Boxes (left, top, right, bottom in 0..1) about what may be heads in a picture in Oklab, largest first, at most six."""
    scale = _SIDE / max(lab.shape[:2])
    height, width = (max(8, round(n * scale)) for n in lab.shape[:2])
    light, a, b = np.moveaxis(resize(lab, height, width), -1, 0)
    skin = (light > 0.42) & (light < 0.94) & (a > 0.012) & (a < 0.1) & (b > 0.015) & (b < 0.12) & (b < 3.5 * a + 0.02)
    labels, _ = ndimage.label(ndimage.binary_opening(ndimage.binary_closing(skin, iterations=1), iterations=1))
    found: list[tuple[float, Box]] = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        piece = labels[rows, columns] == number
        tall, wide = piece.shape
        share, apart = piece.sum() / labels.size, tall / wide
        inside = rows.start > 0 and columns.start > 0 and columns.stop < width and rows.stop < height
        drawn = float(light[rows, columns][piece].std())
        if inside and _LEAST < share < _MOST and 0.7 < apart < 2.2 and piece.mean() > _FULL and drawn > 0.03:
            more_y, more_x = 0.15 * tall, 0.15 * wide
            box = (columns.start - more_x, rows.start - 1.5 * more_y, columns.stop + more_x, rows.stop + more_y)
            sides = (width, height, width, height)
            found.append((-share, tuple(float(np.clip(v / n, 0, 1)) for v, n in zip(box, sides, strict=True))))  # type: ignore[arg-type]
    return [box for _, box in sorted(found)[:6]]
