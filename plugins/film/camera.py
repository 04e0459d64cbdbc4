"""The camera: a picture as a canvas of the film's shape, and slow moves over it.

A picture whose shape is far from the film's (a hanging scroll, a panorama) is laid on a wider canvas over a blurred and
darkened copy of itself, so that each move is a rectangle on one canvas. Sampling is done on the three planes that
the encoder wants (BT.709, limited range, chroma at half size) with Pillow's convolution resize, whose box takes
fractions of
a pixel: a slow move glides and does not tremble, and fine strokes do not flicker when the whole is shown small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Canvas", "Frame", "Path", "Rectangle", "blend", "fade", "find_focus", "yuv_of"]

MAX_CANVAS_WIDTH = 3840  # beyond this a frame costs more time than it gains detail
MAX_ENLARGEMENT = 1.6  # strokes stay crisp up to about here

Frame = tuple["NDArray[np.uint8]", "NDArray[np.uint8]", "NDArray[np.uint8]"]


@dataclass(frozen=True)
class Rectangle:
    """A view of a canvas: centre and width as shares of the canvas width and height; its shape is the film's."""

    x: float
    y: float
    width: float

    def inside(self) -> Rectangle:
        """The nearest view that lies on the canvas."""
        width = min(self.width, 1.0)
        half = width / 2
        return Rectangle(min(max(self.x, half), 1 - half), min(max(self.y, half), 1 - half), width)


class Path:
    """A camera path: views at rising times, and a smooth way between them.

    Each of x, y and log width is a monotone cubic (PCHIP, Fritsch and Carlson 1980): no overshoot beyond a view, no
    jerk at one. Equal times
    change the width by equal factors, which the eye takes for an even speed.
    """

    def __init__(self, times: Sequence[float], views: Sequence[Rectangle]) -> None:
        self.times, self.views = tuple(times), tuple(views)
        if len(self.views) > 1:
            from scipy.interpolate import PchipInterpolator

            self._curve = PchipInterpolator(self.times, [(v.x, v.y, np.log(v.width)) for v in self.views], axis=0)

    def at(self, time: float) -> Rectangle:
        """The view at a time; before the first and after the last it stays."""
        if len(self.views) == 1:
            return self.views[0]
        x, y, size = self._curve(min(max(time, self.times[0]), self.times[-1]))
        return Rectangle(float(x), float(y), float(np.exp(size))).inside()


def yuv_of(rgb: NDArray[np.floating]) -> NDArray[np.float32]:
    """RGB of shape (..., 3) in 0..255 to Y, Cb, Cr of BT.709 in limited range (16..235, 16..240)."""
    r, g, b = (rgb[..., i].astype(np.float32) for i in range(3))
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return np.stack(
        [16 + luma * (219 / 255), 128 + (b - luma) * (224 / 255 / 1.8556), 128 + (r - luma) * (224 / 255 / 1.5748)],
        axis=-1,
    )


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
        first = _planes(self.image)
        return [first, tuple(plane.reduce(2) for plane in first)] if self.image.width >= 2.6 * self.size[0] else [first]  # type: ignore[list-item]

    @cached_property
    def blurred(self) -> tuple[Image.Image, Image.Image, Image.Image]:
        """The planes out of focus and a little darker: the ground of a title."""
        small = self.image.resize((256, round(256 * self.size[1] / self.size[0])), Image.Resampling.BOX).filter(
            ImageFilter.GaussianBlur(4)
        )
        return _planes(small.point(lambda v: round(v * 0.62)))

    @cached_property
    def _small(self) -> Image.Image:
        width = min(480, self.image.width)
        return self.image.convert("L").resize(
            (width, max(1, round(width * self.size[1] / self.size[0]))), Image.Resampling.BOX
        )

    def glance(self, at: Rectangle) -> NDArray[np.uint8]:
        """The lightness of a view, 160 pixels wide."""
        return _sample(
            self._small, at, (160, max(1, round(160 * self.size[1] / self.size[0]))), Image.Resampling.BILINEAR
        )

    def view(self, at: Rectangle, *, blurred: bool = False) -> Frame:
        """The frame that a view shows."""
        planes = self.blurred if blurred else self.levels[1 if len(self.levels) > 1 and at.width > 0.8 else 0]
        width, height = self.size
        sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
        filters = (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.BILINEAR)
        return tuple(
            _sample(plane, at, size, filter_) for plane, size, filter_ in zip(planes, sizes, filters, strict=True)
        )  # type: ignore[return-value]


def _sample(plane: Image.Image, at: Rectangle, size: tuple[int, int], filter_: Image.Resampling) -> NDArray[np.uint8]:
    wide, high = plane.size
    left, top = (at.x - at.width / 2) * wide, (at.y - at.width / 2) * high
    box = (
        max(0.0, left),
        max(0.0, top),
        min(float(wide), left + at.width * wide),
        min(float(high), top + at.width * high),
    )
    return np.asarray(plane.resize(size, filter_, box=box))


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


def _planes(image: Image.Image) -> tuple[Image.Image, Image.Image, Image.Image]:
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


def find_focus(canvas: Canvas, count: int) -> list[tuple[float, float]]:
    """Up to `count` places worth a look, best first, as shares of the canvas; at least one."""
    field = salience(canvas.picture).copy()
    left, top, right, bottom = canvas.inner
    if not canvas.is_framed:
        field = salience(canvas.image).copy()
    high, wide = field.shape
    rows, columns = np.mgrid[0:high, 0:wide]
    found: list[tuple[float, float]] = []
    best = float(field.max())
    while len(found) < count:
        row, column = np.unravel_index(int(np.argmax(field)), field.shape)
        if found and field[row, column] < 0.35 * best:
            break
        found.append((left + (right - left) * (column + 0.5) / wide, top + (bottom - top) * (row + 0.5) / high))
        near = ((rows - row) / (0.30 * high)) ** 2 + ((columns - column) / (0.30 * wide)) ** 2
        field *= 1 - np.exp(-near)
    return found


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
