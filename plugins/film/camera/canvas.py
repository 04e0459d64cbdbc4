"""A canvas: a picture laid out in the film's shape, to be seen from any view.

A picture whose shape is far from the film's (a hanging scroll, a panorama) is laid on a wider canvas over a blurred and
darkened copy of itself, so that each move is a rectangle on one canvas. Sampling is done on the three planes that
the encoder wants with Pillow's convolution resize, whose box takes fractions of a pixel: a slow move glides and does not
tremble, and fine strokes do not flicker when the whole is shown small.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from .moves import Rectangle
from .planes import Frame, planes_of_image, sample
from .salience import find_peaks, salience

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Canvas"]

MAX_CANVAS_WIDTH = 3840  # beyond this a frame costs more time than it gains detail
MAX_ENLARGEMENT = 1.6  # strokes stay crisp up to about here


class Canvas:
    """A picture laid out for a film of `width` x `height` pixels."""

    def __init__(self, picture: Image.Image, width: int, height: int) -> None:
        self.size = width, height
        self.picture = _flatten(picture)
        self.image, self.inner = self._lay_out()

    def _lay_out(self) -> tuple[Image.Image, tuple[float, float, float, float]]:
        """(canvas, the picture's box on it as shares). The canvas has the film's shape exactly."""
        shape = self.size[0] / self.size[1]
        wide, high = self.picture.size
        if 0.78 <= (wide / high) / shape <= 1.3:
            crop_w, crop_h = min(wide, high * shape), min(high, wide / shape)
            left, top = (wide - crop_w) / 2, (high - crop_h) * self._vertical_share(crop_h / high)
            out_w = min(MAX_CANVAS_WIDTH, max(round(crop_w), self.size[0] // 2))
            box = (left, top, left + crop_w, top + crop_h)
            return self.picture.resize((out_w, round(out_w / shape)), Image.Resampling.LANCZOS, box=box), (
                0.0,
                0.0,
                1.0,
                1.0,
            )
        return self._framed(shape)

    def _framed(self, shape: float) -> tuple[Image.Image, tuple[float, float, float, float]]:
        wide, high = self.picture.size
        margin = 0.07
        canvas_h = max(high * (1 + 2 * margin), wide * (1 + 2 * margin) / shape)
        scale = min(1.0, MAX_CANVAS_WIDTH / (canvas_h * shape))
        size = round(canvas_h * shape * scale), round(canvas_h * scale)
        inner = self.picture.resize(
            (max(1, round(wide * scale)), max(1, round(high * scale))), Image.Resampling.LANCZOS
        )
        small = _cover(self.picture, 96, round(96 / shape)).filter(ImageFilter.GaussianBlur(5))
        back = small.resize(size, Image.Resampling.BICUBIC).point(lambda v: round(v * 0.5))
        at = (size[0] - inner.width) // 2, (size[1] - inner.height) // 2
        soft = max(4, size[1] // 60)
        shadow = Image.new("L", (size[0] // 4, size[1] // 4))
        shadow.paste(
            170,
            (
                (at[0] - soft // 2) // 4,
                at[1] // 4,
                (at[0] + inner.width + soft // 2) // 4,
                (at[1] + inner.height + soft) // 4,
            ),
        )
        back.paste(
            (0, 0, 0), (0, 0), shadow.filter(ImageFilter.GaussianBlur(soft / 4)).resize(size, Image.Resampling.BICUBIC)
        )
        back.paste(inner, at)
        box = (at[0] / size[0], at[1] / size[1], (at[0] + inner.width) / size[0], (at[1] + inner.height) / size[1])
        return back, box

    def _vertical_share(self, kept: float) -> float:
        """Where to cut a picture that is a little too high: the part that is most worth seeing stays."""
        if kept >= 1:
            return 0.5
        rows = salience(self.picture).mean(axis=1)
        window = max(1, round(kept * len(rows)))
        sums = np.convolve(rows, np.ones(window), "valid")
        return float(np.argmax(sums) / max(1, len(sums) - 1)) if len(sums) > 1 else 0.5

    @cached_property
    def is_framed(self) -> bool:
        """Whether the picture lies on a wider canvas."""
        return self.inner != (0.0, 0.0, 1.0, 1.0)

    @cached_property
    def closest(self) -> float:
        """The narrowest view, as a share of the canvas width, that still looks sharp."""
        return min(0.92, max(0.42, self.size[0] / MAX_ENLARGEMENT / self.image.width))

    @cached_property
    def levels(self) -> list[tuple[Image.Image, Image.Image, Image.Image]]:
        """The planes at full size and at half size: the second saves time where the view is wide."""
        first = planes_of_image(self.image)
        return [first, tuple(plane.reduce(2) for plane in first)] if self.image.width >= 2.6 * self.size[0] else [first]  # type: ignore[list-item]

    @cached_property
    def blurred(self) -> tuple[Image.Image, Image.Image, Image.Image]:
        """The planes out of focus and a little darker: the ground of a title."""
        small = self.image.resize((256, round(256 * self.size[1] / self.size[0])), Image.Resampling.BOX).filter(
            ImageFilter.GaussianBlur(4)
        )
        return planes_of_image(small.point(lambda v: round(v * 0.62)))

    @cached_property
    def _small(self) -> Image.Image:
        width = min(480, self.image.width)
        return self.image.convert("L").resize(
            (width, max(1, round(width * self.size[1] / self.size[0]))), Image.Resampling.BOX
        )

    def focus(self, count: int) -> list[tuple[float, float]]:
        """Up to `count` places worth a look, best first, as shares of the canvas; at least one."""
        left, top, right, bottom = self.inner
        peaks = find_peaks(salience(self.picture if self.is_framed else self.image), count)
        return [(left + (right - left) * x, top + (bottom - top) * y) for x, y in peaks]

    def glance(self, at: Rectangle) -> NDArray[np.uint8]:
        """The lightness of a view, 160 pixels wide."""
        return sample(
            self._small, at, (160, max(1, round(160 * self.size[1] / self.size[0]))), Image.Resampling.BILINEAR
        )

    def view(self, at: Rectangle, *, blurred: bool = False) -> Frame:
        """The frame that a view shows."""
        planes = self.blurred if blurred else self.levels[1 if len(self.levels) > 1 and at.width > 0.8 else 0]
        width, height = self.size
        sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
        filters = (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BILINEAR)
        return tuple(
            sample(plane, at, size, filter_) for plane, size, filter_ in zip(planes, sizes, filters, strict=True)
        )  # type: ignore[return-value]


def _flatten(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, (246, 241, 230, 255))
        return Image.alpha_composite(ground, rgba).convert("RGB")
    return picture.convert("RGB")


def _cover(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The middle of a picture, filling a box."""
    scale = max(width / picture.width, height / picture.height)
    wide, high = width / scale, height / scale
    left, top = (picture.width - wide) / 2, (picture.height - high) / 2
    return picture.resize((width, height), Image.Resampling.BOX, box=(left, top, left + wide, top + high))
