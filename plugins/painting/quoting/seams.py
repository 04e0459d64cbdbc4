"""Where two works meet: the cheapest seam, and how they are joined along it.

Source: graph-cut textures (Kwatra et al. 2003), here with seams by dynamic programming; Poisson editing (Perez et al. 2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from ..atelier.colour import Array
from ..paint.raster import blur, gradient
from .framing import Box

__all__ = ["cost_map", "join", "level_seam", "lost_at", "mask_above", "mask_inside", "round_seam"]

_SPOKES = 192
"""Directions of a round seam; half as many where it is only tried, small."""
_LARGE = 150**2
_RINGS = 40
_LOSS = 0.08
_INNER, _OUTER = 0.72, 1.55


def cost_map(a: Array, b: Array, drawing: float = 0.5) -> Array:
    """What a seam costs at each place: the works' difference there, and `drawing` of what is drawn there in either."""
    gap = np.sqrt((((a - b) * (1.0, 2.0, 2.0)) ** 2).sum(-1))
    drawn = np.zeros(a.shape[:2], np.float32)
    for picture in (a, b):
        down, right = gradient(picture[..., 0])
        drawn += np.hypot(down, right)
    return blur((gap + drawing * drawn).astype(np.float32), 0.7)


def lost_at(below: Array, above: Array) -> Array:
    """What a level seam at each place would lose of the drawing of either work: of the lower one above it, of the upper below."""
    lost = []
    for picture in (below, above):
        down, right = gradient(blur(picture[..., 0], 1.0))
        drawn = np.maximum(np.hypot(down, right) - 0.01, 0)
        lost.append(np.cumsum(drawn, 0))
    total = lost[0] + (lost[1][-1] - lost[1])
    return np.asarray(_LOSS * (total - total.min(0)), np.float32)


def level_seam(cost: Array, low: Array, high: Array, lost: Array | None = None) -> tuple[NDArray[np.int64], float]:
    """(row for each column, mean cost) of the cheapest seam from left to right between rows `low` and `high` of each column.

    lost: what a seam at each place costs besides (`lost_at`); it is not part of the mean.
    """
    h, w = cost.shape
    rows = np.arange(h)
    plain = cost
    if lost is not None:
        cost = cost + lost
    total = np.where((rows >= low[0]) & (rows <= high[0]), cost[:, 0], 1e6)
    came = np.zeros((h, w), np.int8)
    for column in range(1, w):
        options = _steps(total, 0.004)
        best = options.argmin(0)
        came[:, column] = best - 2
        allowed = (rows >= low[column]) & (rows <= high[column])
        total = options[best, rows] + np.where(allowed, cost[:, column], 1e3 + np.abs(rows - low[column]))
    row = int(total.argmin())
    seam = np.empty(w, np.int64)
    for column in range(w - 1, -1, -1):
        seam[column] = row
        row = int(np.clip(row - int(came[row, column]), 0, h - 1))
    return seam, float(plain[seam, np.arange(w)].mean())


def _steps(total: NDArray[np.float64], price: float) -> NDArray[np.float64]:
    """What each place costs (5, n) when the path came from 2 places after it, 1, 0, and 1 and 2 before it."""
    n = len(total)
    wide = np.full(n + 4, 1e6)
    wide[2:-2] = total
    options = np.empty((5, n))
    for k in range(-2, 3):
        np.add(wide[2 - k : 2 - k + n], price * abs(k), out=options[k + 2])
    return options


def mask_above(seam: NDArray[np.int64], height: int) -> Array:
    """1 above a level seam."""
    return (np.arange(height)[:, None] < seam[None]).astype(np.float32)


def round_seam(cost: Array, box: Box) -> tuple[Array, float]:
    """(radius for each of 192 or, in small pictures, 96 directions in units of the box, mean cost) of the cheapest closed seam about a box; where it
    leaves the frame it costs nothing.
    """
    h, w = cost.shape
    (cx, cy), (ax, ay) = _centre(box, h, w)
    count = _SPOKES if h * w > _LARGE else _SPOKES // 2
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    rings = np.linspace(_INNER, _OUTER, _RINGS)
    unit = _unit(np.cos(angles), np.sin(angles))
    x = cx + ax * np.cos(angles)[:, None] * rings[None] / unit[:, None]
    y = cy + ay * np.sin(angles)[:, None] * rings[None] / unit[:, None]
    inside = (x >= 0) & (x <= w - 1) & (y >= 0) & (y <= h - 1)
    polar = np.where(inside, cost[np.clip(y, 0, h - 1).astype(np.int64), np.clip(x, 0, w - 1).astype(np.int64)], 0.0)
    length = np.where(inside, 0.6 + 0.4 * rings[None], 0.0)
    polar = polar * np.maximum(length, 0.2) + 0.012 * np.abs(rings - 1.05)[None]
    upward = np.clip(-np.sin(angles), 0, 1)[:, None]
    polar = polar + 0.5 * upward * np.maximum(0, 1.02 - rings)[None]  # heads are above, and no seam runs through them
    path = _closed_path(polar)
    spokes = np.arange(count)
    real = inside[spokes, path]
    mean = float(polar[spokes, path][real].mean()) if real.any() else 0.5
    return rings[path].astype(np.float32), mean


def _closed_path(polar: NDArray[np.float64]) -> NDArray[np.int64]:
    """Twice around, then the second round: it closes to within a ring or two."""
    twice = np.concatenate([polar, polar])
    count = polar.shape[1]
    total = twice[0].copy()
    came = np.zeros((len(twice), count), np.int8)
    rings = np.arange(count)
    for spoke in range(1, len(twice)):
        options = _steps(total, 0.006)
        best = options.argmin(0)
        came[spoke] = best - 2
        total = options[best, rings] + twice[spoke]
    ring = int(total.argmin())
    path = np.empty(len(twice), np.int64)
    for spoke in range(len(twice) - 1, -1, -1):
        path[spoke] = ring
        ring = int(np.clip(ring - int(came[spoke, ring]), 0, count - 1))
    half = len(polar) // 2
    return np.concatenate([path[len(polar) : len(polar) + half], path[half : len(polar)]])


def _unit(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return (np.abs(x) ** 3 + np.abs(y) ** 3) ** (1 / 3)


def _centre(box: Box, h: int, w: int) -> tuple[tuple[float, float], tuple[float, float]]:
    """Centre and half axes of a box in pixels; one that touches the lower edge goes on below it, so that it stays open."""
    left, top, right, bottom = box
    if bottom > 0.88:
        bottom = bottom + 0.8 * (bottom - top)
    return (0.5 * (left + right) * w, 0.5 * (top + bottom) * h), (0.5 * (right - left) * w, 0.5 * (bottom - top) * h)


def mask_inside(radius: Array, box: Box, size: tuple[int, int]) -> Array:
    """1 inside a round seam."""
    h, w = size
    (cx, cy), (ax, ay) = _centre(box, h, w)
    y, x = np.mgrid[:h, :w]
    u, v = (x - cx) / ax, (y - cy) / ay
    angle = np.arctan2(v, u) % (2 * np.pi)
    place = angle / (2 * np.pi) * len(radius)
    first = place.astype(np.int64) % len(radius)
    part = place - np.floor(place)
    limit = radius[first] * (1 - part) + radius[(first + 1) % len(radius)] * part
    return (_unit(u, v) < limit).astype(np.float32)


def join(a: Array, b: Array, mask: Array, keep: float = 0.7, reach: float = 6.0) -> Array:
    """`a` where the mask is 1, `b` elsewhere, joined in the gradient domain; `keep` of the plain cut's masses is given back, so
    that the key of light does not drift.
    """
    soft = blur(mask, 0.6)[..., None]
    cut = soft * a + (1 - soft) * b
    joined = np.empty_like(cut)
    h, w = mask.shape
    across = np.minimum(mask[:, 1:], mask[:, :-1]), np.maximum(mask[:, 1:], mask[:, :-1])
    down = np.minimum(mask[1:], mask[:-1]), np.maximum(mask[1:], mask[:-1])
    waves = (2 * np.cos(np.pi * np.arange(h) / h) - 2)[:, None] + (2 * np.cos(np.pi * np.arange(w) / w) - 2)[None]
    waves[0, 0] = 1
    for i in range(3):
        gx = _gradients(np.diff(a[..., i], axis=1), np.diff(b[..., i], axis=1), *across)
        gy = _gradients(np.diff(a[..., i], axis=0), np.diff(b[..., i], axis=0), *down)
        source = np.zeros((h, w))
        source[:, :-1] += gx
        source[:, 1:] -= gx
        source[:-1] += gy
        source[1:] -= gy
        spectrum = dctn(source, norm="ortho") / waves
        spectrum[0, 0] = 0
        plane = idctn(spectrum, norm="ortho")
        joined[..., i] = plane + cut[..., i].mean() - plane.mean()
    return (joined + keep * blur(cut - joined, reach)).astype(np.float32)


def _gradients(a: Array, b: Array, both: Array, either: Array) -> Array:
    """Differences of the work on either side; none across the seam itself."""
    return both * a + (1 - either) * b
