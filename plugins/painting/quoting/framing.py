"""How a work stands in the frame of a new picture: crop, zoom, mirror, or smaller than the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..atelier.colour import Array
from .works import Work, drawing_of, masses_of

__all__ = ["Box", "Crop", "crop_to", "inside", "place_box", "sharpness", "view"]

Box = tuple[float, float, float, float]
_STRETCH = 1.12
"""A work may be widened or narrowed by so much: it fits more frames, and is less of a copy."""


@dataclass(frozen=True)
class Crop:
    """Part of a work that fills the frame: left, top, right, bottom in 0..1 of the work, mirrored afterwards or not. Where it
    reaches beyond the work, the work is smaller than the frame.
    """

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
    lean: float = 0.5,
) -> Crop:
    """The part of a work that fills a frame of `aspect`.

    zoom: how much nearer than the whole work, below 1 further away; lean: where the work then lies, 0 left to 1 right;
    horizon: where in the frame the work's horizon should lie (it is moved there as far as the work reaches); keep: a box of the
    work that should stay inside.
    """
    ratio = aspect / work.aspect
    stretch = float(np.clip(ratio, 1 / _STRETCH, _STRETCH))
    wide = min(1.0, ratio / stretch) / zoom
    tall = min(1.0, stretch / ratio) / zoom
    left, top = lean * (1 - wide) if wide > 1 else 0.5 * (1 - wide), (1 - tall) * (1.0 if tall > 1 else 0.5)
    if keep is not None:
        left = _hold(left, wide, keep[0], keep[2])
        top = _hold(top, tall, keep[1], keep[3])
    if horizon is not None and work.horizon is not None:
        top = float(np.clip(work.horizon - horizon * tall, min(0, 1 - tall), max(0, 1 - tall)))
    return Crop(left, top, left + wide, top + tall, mirror)


def sharpness(work: Work, crop: Crop) -> float:
    """Pixels of a side, were the frame a square, up to which what a crop shows of a work is drawn."""
    return work.detail * ((crop.right - crop.left) * (crop.bottom - crop.top)) ** 0.5


def _hold(start: float, size: float, low: float, high: float) -> float:
    """A start for a window of `size` in 0..1 that holds [low, high], or its middle if it is too small for it."""
    if high - low > size:
        start = 0.5 * (low + high - size)
    else:
        start = min(max(start, high - size), low)
    return float(np.clip(start, min(0, 1 - size), max(0, 1 - size)))


def inside(crop: Crop, size: tuple[int, int], margin: float = 0.012) -> Array:
    """1 where a frame of (height, width) `size` shows the work, 0 beyond its edges."""
    y = crop.top + (np.arange(size[0]) + 0.5) / size[0] * (crop.bottom - crop.top)
    x = crop.left + (np.arange(size[1]) + 0.5) / size[1] * (crop.right - crop.left)
    x = x[::-1] if crop.mirror else x
    down = (y > (margin if crop.top < 0 else -1)) & (y < (1 - margin if crop.bottom > 1 else 2))
    across = (x > (margin if crop.left < 0 else -1)) & (x < (1 - margin if crop.right > 1 else 2))
    return (down[:, None] & across[None]).astype(np.float32)


def view(name: str, crop: Crop, size: tuple[int, int], *, fine: bool = False) -> Array:
    """The masses of a work in a frame of (height, width) `size`, Oklab; mirrored beyond its edges. fine: with its drawing."""
    from PIL import Image as pil

    lab = drawing_of(name) if fine else masses_of(name)
    h, w = lab.shape[:2]
    over = max(0.0, -crop.left, -crop.top, crop.right - 1, crop.bottom - 1)
    rim = min(int(np.ceil(over * max(h, w))) + 1, h - 1, w - 1) if over > 1e-6 else 0
    if rim:
        lab = np.pad(lab, ((rim, rim), (rim, rim), (0, 0)), mode="reflect")
    low, high = np.zeros(2), np.array(lab.shape[1::-1], float)
    start = np.clip(np.array([crop.left * w, crop.top * h]) + rim, low, high - 1)
    end = np.clip(np.array([crop.right * w, crop.bottom * h]) + rim, start + 1, high)
    box = (float(start[0]), float(start[1]), float(end[0]), float(end[1]))
    layers = [
        np.asarray(
            pil.fromarray(np.ascontiguousarray(lab[..., i])).resize((size[1], size[0]), pil.Resampling.BICUBIC, box=box)
        )
        for i in range(3)
    ]
    out = np.stack(layers, -1)
    return np.ascontiguousarray(out[:, ::-1] if crop.mirror else out)
