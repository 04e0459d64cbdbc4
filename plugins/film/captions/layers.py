"""A layer: a small premultiplied patch in the encoder's colours with one alpha, laid over the frames of a film."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageFilter

from ..camera.planes import Frame, yuv_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ink", "Layer", "choose_ink", "paint_layer"]

Ink = Literal["light", "dark"]
_INKS = {"light": ((251, 246, 234), (12, 11, 14)), "dark": ((30, 24, 21), (250, 246, 236))}


@dataclass(frozen=True, eq=False)
class Layer:
    """A patch: left and top (even), alpha of shape (h, w) and premultiplied colour planes; the chroma ones at half
    size.
    """

    left: int
    top: int
    alpha: NDArray[np.float32]
    half_alpha: NDArray[np.float32]
    colour: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]

    def over(self, frame: Frame, share: float) -> Frame:
        """The frame with the patch on it, `share` in [0, 1] of its strength."""
        if share <= 0:
            return frame
        planes = []
        for index, plane in enumerate(frame):
            scale = 1 if index == 0 else 2
            alpha = self.alpha if index == 0 else self.half_alpha
            top, left = self.top // scale, self.left // scale
            window = slice(top, top + alpha.shape[0]), slice(left, left + alpha.shape[1])
            copied = plane if plane.flags.writeable else plane.copy()
            copied[window] = np.rint(copied[window] * (1 - share * alpha) + share * self.colour[index]).astype(np.uint8)
            planes.append(copied)
        return tuple(planes)  # type: ignore[return-value]


def choose_ink(ground: NDArray[np.float32]) -> tuple[Ink, float]:
    """(ink, how strong the shade under it must be in 0..1) for the lightness values (0..255) of the ground that words
    stand on.

    Each ink is judged by the worst tenth of the ground: dark ink on pale paper, light ink elsewhere; the busier the
    ground, the stronger the shade.
    """
    low, high = np.quantile(ground, (0.1, 0.9))
    ink: Ink = "dark" if low - 30 > 1.25 * (245 - high) else "light"
    worst = low - 30 if ink == "dark" else 245 - high
    return ink, float(np.clip(1.15 - worst / 160, 0.3 if ink == "light" else 0.5, 1.0))


def paint_layer(mask: Image.Image, corner: tuple[int, int], *, size: int, ink: Ink, shade: float) -> Layer:
    """Letters and what calms the ground under them: a soft shadow or, on pale paper, a soft light.

    mask: "L", 255 where letters are, with even sides; corner: its left and top on the film; size: of the letters, in
    pixels; shade: strength of what is under them, in 0..1.
    """
    text = np.asarray(mask, np.float32) / 255
    close = (
        np.asarray(mask.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(size * 0.07)), np.float32)
        / 255
    )
    wide = (
        np.asarray(mask.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(size * 0.45)), np.float32)
        / 255
    )
    under = np.clip(0.55 * close + (0.30 + 0.55 * shade) * np.clip(1.7 * wide, 0, 1), 0, 0.62 + 0.24 * shade)
    under = (under * _window(under.shape, size)).astype(np.float32) * (1 - text)
    letters, ground = yuv_of(np.array(_INKS[ink]))
    alpha = (under + text).astype(np.float32)
    planes = [(under * ground[i] + text * letters[i]).astype(np.float32) for i in range(3)]
    return Layer(*corner, alpha, _half(alpha), (planes[0], _half(planes[1]), _half(planes[2])))


def _window(shape: tuple[int, ...], size: int) -> NDArray[np.float32]:
    """Fades a patch out at its borders, so that the shadow has no edge."""
    reach = max(2, round(size * 0.5))
    sides = []
    for length in shape:
        ramp = np.minimum(np.arange(length), np.arange(length)[::-1]) / reach
        sides.append(np.clip(ramp, 0, 1).astype(np.float32))
    return np.outer(sides[0], sides[1])


def _half(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    high, wide = plane.shape
    return plane.reshape(high // 2, 2, wide // 2, 2).mean(axis=(1, 3))
