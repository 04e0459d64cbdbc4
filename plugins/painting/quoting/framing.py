"""How a work stands in the frame of a new picture: crop, zoom, mirror."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..atelier.colour import Array
from .works import Work, masses_of

__all__ = ["Box", "Crop", "crop_to", "place_box", "view"]

Box = tuple[float, float, float, float]
_STRETCH = 1.12
"""A work may be widened or narrowed by so much: it fits more frames, and is less of a copy."""


@dataclass(frozen=True)
class Crop:
    """Part of a work that fills the frame: left, top, right, bottom in 0..1 of the work, mirrored afterwards or not."""

    left: float
    top: float
    right: float
    bottom: float
    mirror: bool = False

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A place of the work as a place of the frame."""
        u = (x - self.left) / (self.right - self.left)
        return (1 - u if self.mirror else u), (y - self.top) / (self.bottom - self.top)


def place_box(box: Box, crop: Crop) -> Box:
    """A box of the work in the frame, clipped to it."""
    (x0, y0), (x1, y1) = crop.point(box[0], box[1]), crop.point(box[2], box[3])
    low, high = min(x0, x1), max(x0, x1)
    return max(0.0, low), max(0.0, y0), min(1.0, high), min(1.0, y1)


def crop_to(
    work: Work,
    aspect: float,
    *,
    zoom: float = 1.0,
    mirror: bool = False,
    horizon: float | None = None,
    keep: Box | None = None,
) -> Crop:
    """The part of a work that fills a frame of `aspect`.

    zoom: how much nearer than the whole work; horizon: where in the frame the work's horizon should lie (it is moved there as
    far as the work reaches); keep: a box of the work that should stay inside.
    """
    ratio = aspect / work.aspect
    stretch = float(np.clip(ratio, 1 / _STRETCH, _STRETCH))
    wide = min(1.0, ratio / stretch) / zoom
    tall = min(1.0, stretch / ratio) / zoom
    left, top = 0.5 * (1 - wide), 0.5 * (1 - tall)
    if keep is not None:
        left = _hold(left, wide, keep[0], keep[2])
        top = _hold(top, tall, keep[1], keep[3])
    if horizon is not None and work.horizon is not None:
        top = float(np.clip(work.horizon - horizon * tall, 0, 1 - tall))
    return Crop(left, top, left + wide, top + tall, mirror)


def _hold(start: float, size: float, low: float, high: float) -> float:
    """A start for a window of `size` in 0..1 that holds [low, high], or its middle if it is too small for it."""
    if high - low > size:
        start = 0.5 * (low + high - size)
    else:
        start = min(max(start, high - size), low)
    return float(np.clip(start, 0, 1 - size))


def view(name: str, crop: Crop, size: tuple[int, int]) -> Array:
    """The masses of a work in a frame of (height, width) `size`, Oklab."""
    from PIL import Image as pil

    lab = masses_of(name)
    h, w = lab.shape[:2]
    box = (crop.left * w, crop.top * h, crop.right * w, crop.bottom * h)
    layers = [
        np.asarray(
            pil.fromarray(np.ascontiguousarray(lab[..., i])).resize((size[1], size[0]), pil.Resampling.BICUBIC, box=box)
        )
        for i in range(3)
    ]
    out = np.stack(layers, -1)
    return np.ascontiguousarray(out[:, ::-1] if crop.mirror else out)
