"""A picture in so many strokes and no more: broad ones first, each where most is wrong, the finest where one looks.

Source: Hertzmann 1998 and 2002 (layers by error); where we differ: the number of strokes is given, so brushes follow from it,
and each batch goes to the places that gain most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..atelier.colour import Array, oklab_to_srgb, srgb_to_oklab
from .raster import blur, gradient, resize

if TYPE_CHECKING:
    from ..atelier.canvas import Canvas, Strokes

__all__ = ["paint_in_strokes"]

_BROAD, _FINE = 0.22, 0.009
"""Widths of the broadest and of the finest brush, of the shorter side."""
_LONG = 3.2
_STEP = 1.75
"""How much finer each brush is than the one before."""
_BATCHES = 5
_GRAIN = 160
"""Longer side of the map on which places are chosen, at most; finer brushes use a finer one."""


def paint_in_strokes(
    target: Array,
    budget: int,
    rng: np.random.Generator,
    *,
    focus: Array | None = None,
    keep: Strokes | None = None,
    watch: Callable[[Canvas], None] | None = None,
) -> Array:
    """`target` (Oklab, full size) in at most `budget` strokes on a toned ground, sRGB in 0..1. focus: where one looks, 0..1."""
    from ..atelier.brush import relight
    from ..atelier.canvas import Canvas

    h, w = target.shape[:2]
    ground = np.median(target[::4, ::4].reshape(-1, 3), 0).astype(np.float32)
    canvas = Canvas(np.broadcast_to(oklab_to_srgb(ground[None, None]), (h, w, 3)).copy(), watch=watch, keep=keep)
    for width, count in _brushes(budget, (h, w)):
        left = count
        for batch in range(min(_BATCHES, count), 0, -1):
            some = -(-left // batch)
            _lay(canvas, target, width, some, rng, focus)
            left -= some
    return relight(canvas, strength=0.35, weave=0.006)


def _brushes(budget: int, size: tuple[int, int]) -> list[tuple[float, int]]:
    """(width in pixels, strokes) of each brush, broad to fine: the first covers the ground, each finer one has more strokes."""
    h, w = size
    side = min(h, w)
    first = max(1, min(budget, 3 if budget < 40 else round(budget**0.5)))
    width = min(_BROAD * side, (h * w / (first * 0.6 * _LONG)) ** 0.5)
    widths = [width]
    most = 1 + round(np.log(max(3, budget) / 3))
    while widths[-1] / _STEP > _FINE * side and len(widths) < min(7, most):
        widths.append(widths[-1] / _STEP)
    shares = np.array([1.7**i for i in range(len(widths))])
    counts = np.floor((budget - first) * shares / shares.sum()).astype(int)
    counts[0] += first
    counts[min(1, len(counts) - 1)] += budget - counts.sum()
    return [(wide, int(n)) for wide, n in zip(widths, counts, strict=True) if n]


def _lay(
    canvas: Canvas, target: Array, width: float, count: int, rng: np.random.Generator, focus: Array | None
) -> None:
    """`count` strokes of one width where the canvas is furthest from the picture."""
    h, w = target.shape[:2]
    scale = min(1.0, max(_GRAIN / max(h, w), 2.2 / width))
    size = max(8, round(h * scale)), max(8, round(w * scale))
    sigma = 0.3 * width * scale
    goal = blur(resize(target, size), sigma)
    have = resize(srgb_to_oklab(np.asarray(canvas.rgb, np.float32)), size)
    wrong = blur(np.sqrt((((goal - have) * (1.0, 1.6, 1.6)) ** 2).sum(-1)).astype(np.float32), sigma)
    if focus is not None:
        wrong = wrong * (0.45 + 1.1 * resize(focus, size))
    at = _places(wrong * rng.uniform(0.9, 1.1, size).astype(np.float32), 0.75 * width * scale, count)
    y, x = at.T
    down, right = gradient(blur(goal[..., 0], max(0.8, 0.5 * sigma)))
    jxx, jyy, jxy = (blur(v, max(1.0, sigma)) for v in (right * right, down * down, right * down))
    along = 0.5 * np.arctan2(2 * jxy, jxx - jyy) + np.pi / 2
    firm = np.hypot(jxx - jyy, 2 * jxy)[y, x] / (jxx + jyy + 1e-5)[y, x]
    angle = along[y, x] * (firm > 0.15) + rng.normal(0, 0.12, len(y))
    stretch = _LONG * width * (0.75 + 0.35 * firm)
    lab = goal[y, x] + rng.normal(0, (0.008, 0.004, 0.004), (len(y), 3))
    rgb = oklab_to_srgb(np.clip(lab, (0, -0.3, -0.3), (1, 0.3, 0.3)).astype(np.float32)[None])[0]
    brushes = tuple((round(width, 1), round(width * k, 1), 0.15, 0.35, 0.0, 0.0, 0.5, 0.96) for k in (2.4, 3.2))
    choose = (stretch > 2.9 * width).astype(np.int64)
    reach = max(0.0, 0.5 * (_LONG + 1.2) * width - canvas.pad)  # a stroke must lie on the canvas and its rim
    px = np.clip((x + 0.5) / size[1] * w, min(reach, 0.5 * w), max(w - reach, 0.5 * w))
    py = np.clip((y + 0.5) / size[0] * h, min(reach, 0.5 * h), max(h - reach, 0.5 * h))
    order = np.argsort(-wrong[y, x], kind="stable")[::-1]
    canvas.dab(
        brushes[0],
        px[order],
        py[order],
        angle[order],
        np.zeros(len(y)),
        rng.random(len(y)),
        rgb[order],
        float(np.float32(min(1.0, 12 / width))),
        choose=choose[order],
        brushes=brushes,
    )


def _places(wrong: Array, apart: float, count: int) -> NDArray[np.int64]:
    """At most `count` places (row, column) where most is wrong, at least about `apart` pixels from one another."""
    cell = max(1, round(apart))
    h, w = wrong.shape
    tall, wide = -(-h // cell), -(-w // cell)
    padded = np.pad(wrong, ((0, tall * cell - h), (0, wide * cell - w)), constant_values=-1)
    blocks = padded.reshape(tall, cell, wide, cell).transpose(0, 2, 1, 3).reshape(tall * wide, cell * cell)
    best = blocks.argmax(1)
    order = np.argsort(-blocks[np.arange(len(blocks)), best], kind="stable")[:count]
    row, column = np.divmod(order, wide)
    return np.stack([row * cell + best[order] // cell, column * cell + best[order] % cell], 1).astype(np.int64)
