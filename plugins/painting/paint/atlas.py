"""The exemplars of one hand at one level, stacked in one sheet, with the places that patches may be taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..atelier.colour import Array

__all__ = ["Atlas", "Indices", "stack"]

Indices = NDArray[np.int32]


@dataclass(frozen=True)
class Atlas:
    """colours (height, width, 3) in Oklab; guides (height, width, 21), one for each `guide_scale` pixels; owner (height, width): number of the exemplar, -1
    outside; free (height, width): true where a patch of `side` may begin. row (places down, places right): number of the
    place among those on the grid of `stride`, or -1; places (n, 2): their top left corners.
    """

    colours: Array
    guides: Array
    owner: NDArray[np.int8]
    side: int
    stride: int
    guide_scale: int
    row: Indices
    places: Indices

    def windows(self) -> Array:
        """All patches as a view (down, right, 3, side, side)."""
        return sliding_window_view(self.colours, (self.side, self.side), axis=(0, 1))

    def owners(self) -> NDArray[np.int8]:
        """For each place the exemplar it lies in."""
        return self.owner[self.places[:, 0], self.places[:, 1]]


def stack(
    colours: Sequence[Array], guides: Sequence[Array], masks: Sequence[NDArray[np.bool_]], side: int, stride: int
) -> Atlas:
    """One sheet of all exemplars. masks: true where paint must not be taken (seals, letters, borders); guides
    at the size of the colours or half of it, where heights must be even.
    """
    width = max(c.shape[1] for c in colours)
    height = sum(c.shape[0] for c in colours)
    sheet = np.zeros((height, width, 3), np.float32)
    scale = 1 if guides[0].shape[0] == colours[0].shape[0] else 2
    leads = np.zeros((-(-height // scale), -(-width // scale), guides[0].shape[-1]), np.float32)
    owner = np.full((height, width), -1, np.int8)
    free = np.zeros((height, width), bool)
    top = 0
    for number, (c, g, m) in enumerate(zip(colours, guides, masks, strict=True)):
        h, w = c.shape[:2]
        sheet[top : top + h, :w] = c
        leads[top // scale : top // scale + g.shape[0], : g.shape[1]] = g
        owner[top : top + h, :w] = number
        if h >= side and w >= side:
            blocked = np.pad(m.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
            inside = blocked[side:, side:] - blocked[:-side, side:] - blocked[side:, :-side] + blocked[:-side, :-side]
            free[top : top + h - side + 1, : w - side + 1] = inside == 0
        top += h
    down, right = (height - side) // stride + 1, (width - side) // stride + 1
    grid = free[: (down - 1) * stride + 1 : stride, : (right - 1) * stride + 1 : stride]
    row = np.full(grid.shape, -1, np.int32)
    places = np.argwhere(grid).astype(np.int32)
    row[grid] = np.arange(len(places), dtype=np.int32)
    return Atlas(sheet, leads, owner, side, stride, scale, row, places * stride)
