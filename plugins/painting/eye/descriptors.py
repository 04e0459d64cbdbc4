"""Dense local descriptors of a picture: what is seen of drawing, colour, grain and touch around each point.

A picture is read as a 224 x 224 square, whatever its format, since that is how the works of the corpus are kept.
Each kind of descriptor looks at 4 x 4 cells around points of a regular grid. Cell sums over all points are two
matrix products, `A @ map @ A.T`, with the rows of `A` holding the triangular weights of one cell of one point: no
loop over pixels or points.

Sources: dense SIFT (Lowe 2004; Bosch, Zisserman and Munoz 2007), its square root (Arandjelovic and Zisserman 2012),
opponent colours (van de Sande, Gevers and Snoek 2010), local colour statistics (Clinchant et al. 2007), tensors of the
gradient
(Bigun and Granlund 1987). Where we differ: cells of several sizes on one picture in place of a pyramid of pictures, and
a
kind that sees drawing and colour of a place together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["KINDS", "SIDE", "Kind", "View", "read_square"]

SIDE = 224
ORIENTATIONS = 8
CELLS = 4
Array = NDArray[np.floating[Any]]


def read_square(picture: Image) -> Array:
    """An RGB picture as float32 (224, 224, 3) in [0, 1], squeezed to a square with antialiasing."""
    from PIL import Image as pil

    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    if picture.size != (SIDE, SIDE):
        picture = picture.resize((SIDE, SIDE), pil.Resampling.BICUBIC)
    return np.asarray(picture, np.float32) / 255


def opponent(rgb: Array) -> Array:
    """Intensity, red - green and yellow - blue, float32 (3, height, width); the first in [0, 1]."""
    r, g, b = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    return np.stack([(r + g + b) / 3, (r - g) / 2**0.5, (r + g - 2 * b) / 6**0.5])


@dataclass(frozen=True)
class View:
    """A square picture as the descriptors see it. channels: opponent colours, float32 (3, 224, 224)."""

    channels: Array

    @classmethod
    def of(cls, square: Array) -> View:
        """float32 (224, 224, 3) in [0, 1] -> its view."""
        return cls(opponent(square))

    @cached_property
    def maps(self) -> Array:
        """Orientation maps of the three channels, (3, 8, 224, 224)."""
        return np.stack([_orientation_maps(c) for c in self.channels])


@lru_cache(maxsize=16)
def _cell_weights(cell: int, step: int, *, box: bool) -> Array:
    """Weights (points * 4, 224) of the cells along one axis: triangular (2 cells wide), or boxes of mean 1."""
    points = (SIDE - CELLS * cell) // step + 1
    start = np.arange(points)[:, None] * step + np.arange(CELLS) * cell
    x = np.arange(SIDE) - start[..., None]
    if box:
        weights = ((x >= 0) & (x < cell)) / cell
    else:
        weights = np.maximum(0, 1 - np.abs(x - (cell - 1) / 2) / cell)
    return np.ascontiguousarray(weights.reshape(points * CELLS, SIDE), np.float32)


def _orientation_maps(channel: Array) -> Array:
    """Gradient energy in eight directions, linearly shared between neighbours: (8, height, width)."""
    gy, gx = np.empty_like(channel), np.empty_like(channel)
    gy[1:-1], gy[0], gy[-1] = channel[2:] - channel[:-2], 0, 0
    gx[:, 1:-1], gx[:, 0], gx[:, -1] = channel[:, 2:] - channel[:, :-2], 0, 0
    energy = np.hypot(gx, gy)
    turn = np.arctan2(gy, gx) * np.float32(ORIENTATIONS / (2 * np.pi)) + ORIENTATIONS
    low = np.floor(turn)
    share = (turn - low) * energy
    first = low.astype(np.int32) % ORIENTATIONS
    maps = np.zeros((ORIENTATIONS, channel.size), np.float32)
    at = np.arange(channel.size)
    maps[first.ravel(), at] = (energy - share).ravel()
    maps[(first.ravel() + 1) % ORIENTATIONS, at] = share.ravel()
    return maps.reshape(ORIENTATIONS, *channel.shape)


def _gather(maps: Array, cell: int, step: int, *, box: bool = False) -> Array:
    """Cell sums of each map: (points, maps, 4, 4), points row by row."""
    weights = _cell_weights(cell, step, box=box)
    points = weights.shape[0] // CELLS
    sums = np.matmul(np.matmul(weights, maps), weights.T)
    sums = sums.reshape(len(maps), points, CELLS, points, CELLS)
    return sums.transpose(1, 3, 0, 2, 4).reshape(points * points, len(maps), CELLS, CELLS)


def _places(cell: int, step: int) -> Array:
    """Centres of the points as (points^2, 2), x and y in [-.5, .5]."""
    points = (SIDE - CELLS * cell) // step + 1
    return _grid((np.arange(points) * step + CELLS * cell / 2) / SIDE - 0.5)


def _grid(centre: Array) -> Array:
    """Places (points^2, 2) of a square grid, x and y, row by row."""
    y, x = np.meshgrid(centre, centre, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


def _joined(found: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    return np.concatenate([d for d, _ in found]), np.concatenate([p for _, p in found])


@lru_cache(maxsize=4)
def _windows(size: int, step: int) -> Array:
    """Weights (points, 224) of means over windows along one axis."""
    start = np.arange((SIDE - size) // step + 1)[:, None] * step
    x = np.arange(SIDE)
    return np.ascontiguousarray(((x >= start) & (x < start + size)) / size, np.float32)


@lru_cache(maxsize=4)
def _blur(sigma: float) -> Array:
    """A Gaussian blur along one axis as a matrix (224, 224), the picture mirrored at its borders."""
    reach = round(4 * sigma + 0.5)
    offsets = np.arange(-reach, reach + 1)
    taps = np.exp(-(offsets**2) / (2 * sigma**2))
    place = np.abs(np.arange(SIDE)[:, None] + offsets)
    place = np.where(place >= SIDE, 2 * (SIDE - 1) - place, place)
    weights = np.zeros((SIDE, SIDE))
    np.add.at(weights, (np.arange(SIDE)[:, None], place), taps / taps.sum())
    return np.ascontiguousarray(weights, np.float32)


def _blurred(channels: Array, sigma: float) -> Array:
    weights = _blur(sigma)
    blurred: Array = np.matmul(np.matmul(weights, channels), weights.T)
    return blurred


def _root(sums: Array, cell: int) -> Array:
    """Square root of each descriptor's share, by channel; flat places stay near 0 instead of becoming noise."""
    total = sums.sum(axis=1, keepdims=True) + 0.002 * cell**2
    return np.sqrt(sums / total)


def _grey_sift(view: View) -> tuple[Array, Array]:
    found = [(_root(_gather(view.maps[0], cell, 4).reshape(-1, 128), cell), _places(cell, 4)) for cell in (3, 5, 8)]
    return _joined(found)


def _colour(view: View) -> tuple[Array, Array]:
    maps = np.concatenate([view.channels, view.channels**2])
    found = []
    for cell in (4, 8):
        sums = _gather(maps, cell, 8, box=True).reshape(-1, 6, 16)
        mean = sums[:, :3]
        deviation = np.sqrt(np.maximum(sums[:, 3:] - mean**2, 0))
        found.append((np.concatenate([mean, deviation], axis=1).reshape(-1, 96), _places(cell, 8)))
    return _joined(found)


def _grain(view: View) -> tuple[Array, Array]:
    """Patches of 7 x 7 pixels in opponent colours, less their mean, over their own contrast: the grain of the paint."""
    windows = np.lib.stride_tricks.sliding_window_view(view.channels, (7, 7), axis=(1, 2))[:, ::4, ::4]
    rows = windows.shape[1]
    patches = windows.transpose(1, 2, 0, 3, 4).reshape(rows * rows, 3, 49).astype(np.float32)
    patches = patches - patches.mean(axis=2, keepdims=True)
    patches = patches.reshape(len(patches), 147)
    patches /= np.sqrt((patches**2).mean(axis=1, keepdims=True) + 1e-3)
    return patches, _grid((np.arange(rows) * 4 + 3.5) / SIDE - 0.5)


def _touch(view: View) -> tuple[Array, Array]:
    """How strong, how sharp and how directed the paint is: energies and tensors of the gradient at three blurs, log
    scale, with light and chroma,
    over 2 x 2 windows of 12 pixels. SIFT and grain are blind to strength."""
    maps = []
    for reach, sigma in zip((1, 2, 4), (0.0, 1.1, 2.2), strict=True):
        seen = _blurred(view.channels, sigma) if sigma else view.channels
        gx, gy, bend = (np.zeros_like(seen) for _ in range(3))
        middle, low, high = slice(reach, -reach), slice(None, -2 * reach), slice(2 * reach, None)
        gy[:, middle] = seen[:, high] - seen[:, low]
        gx[:, :, middle] = seen[:, :, high] - seen[:, :, low]
        bend[:, middle, middle] = (
            4 * seen[:, middle, middle]
            - seen[:, high, middle]
            - seen[:, low, middle]
            - seen[:, middle, high]
            - seen[:, middle, low]
        )
        maps += [gx**2, gy**2, gx * gy, bend**2]
    maps += [view.channels, view.channels**2]
    windows = _windows(12, 6)
    means = np.matmul(np.matmul(windows, np.concatenate(maps)), windows.T).reshape(
        len(maps), 3, len(windows), len(windows)
    )
    rows = []
    for xx, yy, xy, bend in means[:12].reshape(3, 4, *means.shape[1:]):
        energy = xx + yy + 2e-5
        rows += [0.3 * np.log(energy), (xx - yy) / energy, 2 * xy / energy, 0.3 * np.log(bend + 2e-5)]
    spread = np.sqrt(np.maximum(means[13] - means[12] ** 2, 0))
    rows += [3 * means[12], 0.3 * np.log(spread + 0.01)]
    table = np.concatenate(rows)
    last = len(windows) - 2
    four = np.concatenate([table[:, y : y + last, x : x + last] for y in (0, 2) for x in (0, 2)])
    return np.ascontiguousarray(four.reshape(len(four), -1).T, np.float32), _grid(
        (np.arange(last) * 6 + 12) / SIDE - 0.5
    )


def _form(view: View) -> tuple[Array, Array]:
    """SIFT in the three opponent channels with cells of 12 and 20 pixels: outlines and masses, a fifth and a third of
    the picture wide.
    """
    maps = view.maps.reshape(3 * ORIENTATIONS, SIDE, SIDE)
    found = []
    for cell in (12, 20):
        sums = _gather(maps, cell, 8).reshape(-1, 3, 128)
        found.append((np.concatenate([_root(sums[:, c], cell) for c in range(3)], axis=1), _places(cell, 8)))
    return _joined(found)


def _tint(view: View) -> tuple[Array, Array]:
    """Grey SIFT and the colours of the four quarters of the same place, in one descriptor: which drawing goes with
    which colour.
    """
    weight = np.repeat([1.3, 3.9, 3.9], 4)  # so that colours vary about as much as drawing does
    found = []
    for cell in (4, 6):
        drawing = _root(_gather(view.maps[0], cell, 5).reshape(-1, 128), cell)
        colours = _gather(view.channels, cell, 5, box=True).reshape(-1, 3, 2, 2, 2, 2).mean(axis=(3, 5)).reshape(-1, 12)
        found.append((np.concatenate([drawing, colours * weight], axis=1).astype(np.float32), _places(cell, 5)))
    return _joined(found)


@dataclass(frozen=True)
class Kind:
    """A kind of descriptor. describe: a view -> descriptors (n, width), places (n, 2); components: how many principal
    components
    are kept; share: of the Gaussians asked for, how many its mixture has."""

    name: str
    width: int
    components: int
    describe: Callable[[View], tuple[Array, Array]]
    share: float = 1.0


KINDS = (
    Kind("sift", 128, 64, _grey_sift),
    Kind("colour", 96, 40, _colour),
    Kind("grain", 147, 48, _grain, 0.5),
    Kind("touch", 168, 48, _touch, 0.5),
    Kind("form", 384, 64, _form, 0.5),
    Kind("tint", 140, 64, _tint, 0.5),
)
