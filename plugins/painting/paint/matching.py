"""The nearest patch of the exemplars for each place of the picture: PatchMatch on vectors, the whole grid at a time.

Source: PatchMatch (Barnes et al. 2009), with use counts as in self-tuning texture optimisation (Kaspar et al. 2015).
Where we differ: all places of the grid are asked at once, and what a place costs grows with how often it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.linalg import eigh

from ..atelier.colour import Array
from .atlas import Atlas, Indices
from .raster import halve

__all__ = ["Field", "Manner", "Vectors", "match", "nearest_by_guides"]

COMPONENTS = 20
_COLOUR = np.array([[1], [1.3], [1.3]], np.float32)
_BLOCK = 5
"""A source neighbourhood whose uses are counted together, in places of the grid."""


@dataclass(frozen=True)
class Manner:
    """coherence: a neighbour's shift wins at 1/coherence of the cost; use: what each further use of a place costs; share:
    the most that one exemplar gives of a picture; rounds: of search in a pass.
    """

    coherence: float = 0.6
    use: float = 0.05
    share: float = 0.4
    rounds: int = 3


@dataclass(frozen=True)
class Field:
    """For each place of the target's grid (down, right): the corner of its patch in the sheet (2), and what it costs."""

    at: Indices
    cost: Array


class Vectors:
    """Vectors of patches: principal components of their colours and their guides."""

    def __init__(self, atlas: Atlas, rng: np.random.Generator, *, coarse: bool) -> None:
        """coarse: compare without the finest octave, on pictures of half the size."""
        self.coarse = coarse
        self.side = max(3, atlas.side // 2) if coarse else atlas.side
        self.atlas_side = atlas.side
        self.guide_scale = atlas.guide_scale
        apart = np.add.outer(np.arange(self.side), np.arange(self.side)) % 2 == 0
        self.taken = np.flatnonzero((apart if self.side > 8 else np.ones_like(apart)).ravel())
        windows = self._windows(atlas.colours)
        some = atlas.places[rng.choice(len(atlas.places), min(4000, len(atlas.places)), replace=False)]
        sample = self._flat(self._cut(windows, some))
        self.mean = sample.mean(0)
        sample = sample - self.mean
        size = sample.shape[1]
        first = max(0, size - COMPONENTS)
        _, axes = eigh((sample.T @ sample).astype(np.float64), subset_by_index=[first, size - 1])
        self.basis = np.ascontiguousarray(axes[:, ::-1] / np.sqrt(len(self.taken)), np.float32)
        self.table = self._of(windows, atlas.guides, atlas.places, np.dtype(np.float16))

    def of_grid(self, picture: Array, guides: Array, places: Indices) -> Array:
        """Vectors of the target's patches at `places` (n, 2); guides at the scale of the atlas's."""
        return self._of(self._windows(picture), guides, places, np.dtype(np.float32))

    def _windows(self, colours: Array) -> Array:
        return sliding_window_view(halve(colours) if self.coarse else colours, (self.side, self.side), axis=(0, 1))

    def _cut(self, windows: Array, places: Indices) -> Array:
        y, x = places.T
        if self.coarse:
            y, x = np.minimum(y // 2, windows.shape[0] - 1), np.minimum(x // 2, windows.shape[1] - 1)
        return windows[y, x]

    def _of(self, windows: Array, guides: Array, places: Indices, kind: np.dtype[Any]) -> Array:
        count = self.basis.shape[1]
        out = np.empty((len(places), count + guides.shape[-1]), kind)
        for start in range(0, len(places), 4096):
            some = places[start : start + 4096]
            y, x = ((some + self.atlas_side // 2) // self.guide_scale).T
            out[start : start + 4096, :count] = (self._flat(self._cut(windows, some)) - self.mean) @ self.basis
            out[start : start + 4096, count:] = guides[
                np.minimum(y, len(guides) - 1), np.minimum(x, guides.shape[1] - 1)
            ]
        return out

    def _flat(self, patches: Array) -> Array:
        flat = patches.reshape(len(patches), 3, -1)
        if len(self.taken) < flat.shape[2]:
            flat = flat[:, :, self.taken]
        return (flat * _COLOUR).reshape(len(patches), -1)


def nearest_by_guides(atlas: Atlas, wanted: Array, rng: np.random.Generator, count: int = 14000) -> Indices:
    """For each row of `wanted` (n, guides) the corner of the nearest of `count` patches drawn from the sheet."""
    drawn = atlas.places[np.sort(rng.choice(len(atlas.places), min(count, len(atlas.places)), replace=False))]
    y, x = ((drawn + atlas.side // 2) // atlas.guide_scale).T
    known = atlas.guides[y, x]
    norms = (known * known).sum(1)
    best = np.empty(len(wanted), np.int64)
    for start in range(0, len(wanted), 2048):
        part = wanted[start : start + 2048]
        best[start : start + 2048] = (norms - 2 * (part @ known.T)).argmin(1)
    return drawn[best]


class _Uses:
    """How often each neighbourhood of the sheet and each exemplar is used by the present field."""

    def __init__(self, atlas: Atlas, manner: Manner) -> None:
        self.atlas, self.manner = atlas, manner
        reach = _BLOCK * atlas.stride
        self.width = atlas.colours.shape[1] // reach + 1
        self.reach = reach
        self.size = self.width * (atlas.colours.shape[0] // reach + 1)
        self.exemplars = int(atlas.owner.max()) + 1

    def block(self, at: Indices) -> NDArray[np.int64]:
        return (at[:, 0] // self.reach).astype(np.int64) * self.width + at[:, 1] // self.reach

    def count(self, at: Indices) -> None:
        self.blocks = np.bincount(self.block(at), minlength=self.size).astype(np.float32)
        owners = self.atlas.owner[at[:, 0], at[:, 1]]
        shares = np.bincount(owners, minlength=self.exemplars) / len(at)
        self.over = np.maximum(0, shares - self.manner.share).astype(np.float32)

    def price(self, at: Indices, own: bool) -> Array:
        """What the uses of these places add to their cost. own: they are the present ones, which count themselves."""
        uses = self.blocks[self.block(at)] - (1 if own else 0)
        owners = self.atlas.owner[at[:, 0], at[:, 1]]
        return self.manner.use * 0.01 * np.maximum(0, uses) + 0.2 * self.over[owners]


def match(
    atlas: Atlas, vectors: Vectors, wanted: Array, start: Indices, step: int, manner: Manner, rng: np.random.Generator
) -> Field:
    """A field (down, right) that begins with `start` (down, right, 2); wanted (down * right, n): vectors of the target."""
    down, right = start.shape[:2]
    at = _snap(atlas, start.reshape(-1, 2))
    table = vectors.table
    uses = _Uses(atlas, manner)
    cost = _distance(table, wanted, _rows(atlas, at))
    extent = np.array(atlas.colours.shape[:2], np.float32)

    def offer(place: Indices, advantage: float) -> None:
        nonlocal at, cost
        rows = _rows(atlas, place)
        known = np.flatnonzero(rows >= 0)
        if len(known) == 0:
            return
        found = _distance(table, wanted[known], rows[known])
        uses.count(at)
        new = (found + uses.price(place[known], False)) * advantage
        better = new < cost[known] + uses.price(at[known], True)
        taken = known[better]
        at[taken] = place[taken]
        cost[taken] = found[better]

    for round_ in range(manner.rounds):
        for distance in (4, 2, 1):
            for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
                near = _neighbours(at.reshape(down, right, 2), dy * distance, dx * distance, step)
                offer(_round(near.reshape(-1, 2), atlas.stride), manner.coherence)
        radius = 0.25 * min(extent) / (1 + round_)
        while radius >= 2 * atlas.stride:
            hop = rng.uniform(-radius, radius, at.shape).astype(np.float32)
            offer(_round((at + hop).astype(np.int32), atlas.stride), 1.0)
            radius /= 3
        for _ in range(4):
            offer(atlas.places[rng.integers(0, len(atlas.places), len(at))], 1.0)
    return Field(at.reshape(down, right, 2), cost.reshape(down, right))


def _distance(table: Array, wanted: Array, rows: Indices) -> Array:
    out = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), 8192):
        gap = table[rows[start : start + 8192]].astype(np.float32)
        gap -= wanted[start : start + 8192]
        out[start : start + 8192] = np.einsum("ij,ij->i", gap, gap)
    return out


def _rows(atlas: Atlas, at: Indices) -> Indices:
    y, x = at[:, 0] // atlas.stride, at[:, 1] // atlas.stride
    inside = (y >= 0) & (x >= 0) & (y < atlas.row.shape[0]) & (x < atlas.row.shape[1])
    rows = atlas.row[np.where(inside, y, 0), np.where(inside, x, 0)]
    return np.where(inside, rows, -1).astype(np.int32)


def _round(at: Indices, stride: int) -> Indices:
    return (at + stride // 2) // stride * stride


def _snap(atlas: Atlas, at: Indices) -> Indices:
    """The places nearest to `at` that patches may be taken from; those that lie nowhere near one begin anywhere."""
    at = _round(at, atlas.stride)
    limit = (np.array(atlas.row.shape) - 1) * atlas.stride
    at = np.clip(at, 0, limit).astype(np.int32)
    lost = np.flatnonzero(_rows(atlas, at) < 0)
    if len(lost):
        from scipy.ndimage import distance_transform_edt

        _, (y, x) = distance_transform_edt(atlas.row < 0, return_indices=True)
        grid = at[lost] // atlas.stride
        at[lost] = np.stack([y[grid[:, 0], grid[:, 1]], x[grid[:, 0], grid[:, 1]]], 1) * atlas.stride
    return at


def _neighbours(at: Indices, dy: int, dx: int, step: int) -> Indices:
    """What each place would take if it went on where its neighbour (dy, dx) steps away takes its own."""
    down, right = at.shape[:2]
    rows = np.clip(np.arange(down) + dy, 0, down - 1)
    columns = np.clip(np.arange(right) + dx, 0, right - 1)
    back = np.stack(np.broadcast_arrays((rows - np.arange(down))[:, None], (columns - np.arange(right))[None]), -1)
    return at[rows[:, None], columns[None]] - (back * step).astype(np.int32)
