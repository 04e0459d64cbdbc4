"""A picture as vectors without strokes: the outlines of its flat areas, filled, for prints, ink and plotters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..atelier.colour import Array, srgb_to_oklab
from ..paint.raster import blur
from ..reading.colours import find_palette

__all__ = ["areas_to_svg"]

_COLOURS = 12
_LONGEST = 768
"""Longer side at which outlines are followed, in pixels; what is finer is grain of the paper."""
_LEAST = 5.0
"""Area of what is worth an outline, in pixels of that size."""
_TOLERANCE = 0.2
"""How far an outline may leave its area, in pixels of that size."""


def areas_to_svg(picture: Image.Image) -> str:
    """An SVG of the picture's size: its widest colour as ground, then each colour of its palette as one path of closed outlines,
    holes left free, the widest first.
    """
    width, height = picture.size
    small = picture.convert("RGB")
    small.thumbnail((_LONGEST, _LONGEST), Image.Resampling.BOX)
    lab = blur(srgb_to_oklab(np.asarray(small, np.float32) / np.float32(255)), 0.8)
    swatches = find_palette(lab, _COLOURS)
    nearest = _nearest(lab, np.array([s.lab for s in swatches], np.float32))
    counts = np.bincount(nearest.ravel(), minlength=len(swatches))
    order = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i]]
    scale = (width / small.width, height / small.height)
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<rect width="100%" height="100%" fill="{swatches[order[0]].hex}"/>',
        '<g fill-rule="evenodd" stroke-width="0.5" stroke-linejoin="round">',
    ]
    for number in order[1:]:
        if path := "".join(_path(line * scale) for line in _outlines(nearest == number)):
            colour = swatches[number].hex
            rows.append(f'<path fill="{colour}" stroke="{colour}" d="{path}"/>')
    return "\n".join([*rows, "</g></svg>\n"])


def _nearest(lab: Array, colours: Array) -> NDArray[np.int64]:
    """The number of the nearest colour at each place."""
    away = np.stack([((lab - colour) ** 2).sum(-1) for colour in colours])
    return np.asarray(away.argmin(0), np.int64)


def _outlines(where: NDArray[np.bool_]) -> Iterator[NDArray[np.float64]]:
    """Closed outlines (n, 2), x and y in pixels, of the areas of a map and of the holes in them."""
    from contourpy import FillType, contour_generator
    from matplotlib.path import Path

    level = np.pad(blur(where.astype(np.float32), 0.7), 1)  # an area that runs out of the picture is closed at its edge
    found = contour_generator(z=level, fill_type=FillType.OuterOffset).filled(0.5, 2.0)
    polygons, offsets = cast("tuple[list[NDArray[np.float64]], list[NDArray[np.uint32]]]", found)
    for points, at in zip(polygons, offsets, strict=True):
        for start, end in pairwise(at):
            line = np.asarray(points[start:end], np.float64) - 0.5
            if abs(_area(line)) < _LEAST:
                continue
            path = Path(line)
            path.simplify_threshold, path.should_simplify = _TOLERANCE, True
            yield np.asarray(path.cleaned(simplify=True).vertices, np.float64)[:-1]


def _area(line: NDArray[np.float64]) -> float:
    x, y = line[:, 0], line[:, 1]
    return float(0.5 * (x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def _path(line: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + "Z"
