"""The light margins of a picture: paper round a print, the mount of a scan."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..atelier.colour import Array, srgb_to_oklab

__all__ = ["without_margins"]

_SIDE = 256
_LIGHT, _EVEN = 0.8, 0.03
"""What is paper: lighter than this, and of one tone to within this all along the edge."""
_WIDEST = 0.25
_LEAST = 0.012
"""Shares of a side: the widest margin that is cut off, and the narrowest that is one."""


def without_margins(picture: Image.Image) -> Image.Image:
    """The picture (RGB) without light even margins, and a little more, so that no edge of paper is left. A margin has one tone all
    along its edge; a sky that ends at three edges has not.
    """
    small = picture.copy()
    small.thumbnail((_SIDE, _SIDE))
    lab = srgb_to_oklab(np.asarray(small, np.float32) / np.float32(255))
    sides = [_margin(lab), _margin(lab[::-1]), _margin(np.swapaxes(lab, 0, 1)), _margin(np.swapaxes(lab, 0, 1)[::-1])]
    if sum(side > 0 for side in sides) < 3:  # paper goes round; a light sky does not
        return picture
    top, bottom, left, right = (side + _LEAST * (side > 0) for side in sides)
    wide, tall = picture.size
    return picture.crop((round(left * wide), round(top * tall), round((1 - right) * wide), round((1 - bottom) * tall)))


def _margin(lab: Array) -> float:
    """Share of the height that is paper from the top row down; 0 where that is no margin."""
    paper = np.median(lab[0], 0)
    if paper[0] < _LIGHT:
        return 0.0
    away = np.abs(lab - paper).max(-1)
    rows = (away < _EVEN).mean(1) > 0.97
    deep = int(np.argmin(rows)) if not rows.all() else 0
    share = deep / len(lab)
    return share if _LEAST <= share <= _WIDEST else 0.0
