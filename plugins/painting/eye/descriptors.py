"""Dense local descriptors of a picture: what is seen of drawing, colour and grain around each point.

A picture is read as a 224 x 224 square, whatever its format, since that is how the works of the corpus are kept.
Each kind of descriptor looks at 4 x 4 cells around points of a regular grid. Cell sums over all points are two
matrix products, `A @ map @ A.T`, with the rows of `A` holding the triangular weights of one cell of one point: no
loop over pixels or points.

Sources: dense SIFT (Lowe 2004; Bosch, Zisserman and Munoz 2007), its square root (Arandjelovic and Zisserman 2012),
opponent colours (van de Sande, Gevers and Snoek 2010), local colour statistics (Clinchant et al. 2007).
Where we differ: cells of three sizes on one picture in place of a pyramid of pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["KINDS", "SIDE", "Kind", "read_square"]

SIDE = 224
ORIENTATIONS = 8
CELLS = 4
Array = NDArray[np.float32]


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
    centre = (np.arange(points) * step + CELLS * cell / 2) / SIDE - 0.5
    y, x = np.meshgrid(centre, centre, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


def _root(sums: Array, cell: int) -> Array:
    """Square root of each descriptor's share, by channel; flat places stay near 0 instead of becoming noise."""
    total = sums.sum(axis=1, keepdims=True) + 0.002 * cell**2
    return np.sqrt(sums / total)


def _grey_sift(channels: Array) -> tuple[Array, Array]:
    maps = _orientation_maps(channels[0])
    found = [(_root(_gather(maps, cell, 4).reshape(-1, 128), cell), _places(cell, 4)) for cell in (3, 5, 8)]
    return np.concatenate([d for d, _ in found]), np.concatenate([p for _, p in found])


def _opponent_sift(channels: Array) -> tuple[Array, Array]:
    maps = np.concatenate([_orientation_maps(c) for c in channels])
    found = []
    for cell in (4, 7):
        sums = _gather(maps, cell, 6).reshape(-1, 3, 128)
        parts = [_root(sums[:, c], cell) for c in range(3)]
        found.append((np.concatenate(parts, axis=1), _places(cell, 6)))
    return np.concatenate([d for d, _ in found]), np.concatenate([p for _, p in found])


def _colour(channels: Array) -> tuple[Array, Array]:
    maps = np.concatenate([channels, channels**2])
    found = []
    for cell in (4, 8):
        sums = _gather(maps, cell, 8, box=True).reshape(-1, 6, 16)
        mean = sums[:, :3]
        deviation = np.sqrt(np.maximum(sums[:, 3:] - mean**2, 0))
        found.append((np.concatenate([mean, deviation], axis=1).reshape(-1, 96), _places(cell, 8)))
    return np.concatenate([d for d, _ in found]), np.concatenate([p for _, p in found])


def _grain(channels: Array) -> tuple[Array, Array]:
    """Patches of 7 x 7 pixels in opponent colours, less their mean, over their own contrast: the grain of the paint."""
    windows = np.lib.stride_tricks.sliding_window_view(channels, (7, 7), axis=(1, 2))[:, ::4, ::4]
    rows = windows.shape[1]
    patches = windows.transpose(1, 2, 0, 3, 4).reshape(rows * rows, 3, 49).astype(np.float32)
    patches = patches - patches.mean(axis=2, keepdims=True)
    patches = patches.reshape(len(patches), 147)
    patches /= np.sqrt((patches**2).mean(axis=1, keepdims=True) + 1e-3)
    centre = (np.arange(rows) * 4 + 3.5) / SIDE - 0.5
    y, x = np.meshgrid(centre, centre, indexing="ij")
    return patches, np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


@dataclass(frozen=True)
class Kind:
    """A kind of descriptor. describe: opponent channels (3, 224, 224) -> descriptors (n, width), places (n, 2);
    components: how many principal components are kept."""

    name: str
    width: int
    components: int
    describe: Callable[[Array], tuple[Array, Array]]


KINDS = (
    Kind("sift", 128, 64, _grey_sift),
    Kind("colour", 96, 40, _colour),
    Kind("opponent", 384, 80, _opponent_sift),
    Kind("grain", 147, 48, _grain),
)
