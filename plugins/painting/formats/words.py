"""Words on a picture: small, in a corner, light on dark or dark on light."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from ....core.fonts import pil_font

__all__ = ["written_on"]

_SHARE = 0.05
"""Height of the letters in shares of the shorter side: what GB 45438-2025 asks for at least."""
_SMALLEST_PX = 6


def written_on(picture: Image.Image, words: str) -> Image.Image:
    """A copy of a picture with some words in its lower right corner, in a colour that stands out from what is there.

    Words wider than the picture are drawn smaller.
    """
    copy = picture.convert("RGB")
    size = max(_SMALLEST_PX, -int(-_SHARE * min(copy.size) // 1))
    margin = max(1, size // 2)
    font = pil_font(size)
    left, top, right, bottom = font.getbbox(words)
    if right - left > copy.width - 2 * margin:
        font = pil_font(max(4, int(size * (copy.width - 2 * margin) / (right - left))))
        left, top, right, bottom = font.getbbox(words)
    x, y = copy.width - margin - right, copy.height - margin - bottom
    box = (max(0, x + left), max(0, y + top), copy.width, copy.height)
    is_light = float(np.asarray(copy.crop(box).convert("L")).mean()) > 127
    ink, edge = ((20, 20, 20), (235, 235, 235)) if is_light else ((245, 245, 245), (15, 15, 15))
    ImageDraw.Draw(copy).text((x, y), words, font=font, fill=ink, stroke_width=max(1, size // 14), stroke_fill=edge)
    return copy
