"""Words in the corner of every picture of a film."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ....core.fonts import pil_font

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..camera.planes import Frame

__all__ = ["stamp"]

_SHARE = 0.05
"""Height of the letters in shares of the shorter side: what GB 45438-2025 asks for at least."""
_WHITE, _BLACK, _GREY = 235.0, 16.0, 128.0  # of limited range


def stamp(size: tuple[int, int], words: str) -> Callable[[Frame], Frame]:
    """What writes some words, light with a dark edge, into the lower right corner of planar frames of this size."""
    height = max(6, -int(-_SHARE * min(size) // 1))
    margin = max(1, height // 2)
    font = pil_font(height)
    if (wide := font.getlength(words)) > size[0] - 2 * margin:
        font = pil_font(max(4, int(height * (size[0] - 2 * margin) / wide)))
    _, _, right, bottom = font.getbbox(words)
    place = (size[0] - margin - right, size[1] - margin - bottom)
    inks = []
    for edge in (max(1, height // 14), 0):
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).text(place, words, font=font, fill=255, stroke_width=edge, stroke_fill=255)
        inks.append(_share(mask))
    around, letters = inks
    whole = Image.fromarray((around * 255).astype(np.uint8))
    half = _share(whole.resize((size[0] // 2, size[1] // 2)))

    def write(frame: Frame) -> Frame:
        luma, blue, red = frame
        dark = _mixed(luma, around, _BLACK)
        return _mixed(dark, letters, _WHITE), _mixed(blue, half, _GREY), _mixed(red, half, _GREY)

    return write


def _share(mask: Image.Image) -> NDArray[np.float32]:
    return np.asarray(mask, dtype=np.float32) / np.float32(255)


def _mixed(plane: NDArray[np.uint8], ink: NDArray[np.float32], value: float) -> NDArray[np.uint8]:
    mixed: NDArray[np.float32] = plane.astype(np.float32) * (1 - ink) + value * ink
    return (mixed + 0.5).astype(np.uint8)
