"""Braids and knots: hair that is bound."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..colour import from_hex
from ..scene import Kind
from ..sculpture import Surface, ball, cloth_noise, tube
from ..shapes import spline
from .combing import _streaked
from .heads import Sitter

__all__ = ["OVER_SHOULDER", "WREATH", "braid", "knot"]

OVER_SHOULDER = (
    (0.05, -0.06, -0.54),
    (0.2, -0.2, -0.46),
    (0.34, -0.42, -0.2),
    (0.38, -0.66, 0.08),
    (0.36, -0.95, 0.3),
    (0.32, -1.3, 0.42),
)
WREATH = (
    (0.02, -0.02, -0.56),
    (0.26, 0.10, -0.46),
    (0.40, 0.22, -0.20),
    (0.395, 0.34, 0.0),
    (0.25, 0.435, 0.15),
    (0.0, 0.475, 0.20),
)


def braid(
    path: Sequence[tuple[float, float, float]], radius: float, s: Sitter, rng: np.random.Generator, *, side: int
) -> list[Surface]:
    """Three strands plaited along a path; a wreath goes round both sides of the head."""
    whole = list(path) if path is not WREATH else [*path, *((-x, y, z) for x, y, z in path[-2::-1])]
    line = spline(np.array(whole, np.float32) * (side * s.wide, 1, 1), steps=14)
    way = np.gradient(line, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-9
    out_ = line * (1, 0.25, 1) - np.array([0, 0, -0.1])
    out_ -= way * (out_ * way).sum(1, keepdims=True)
    out_ /= np.linalg.norm(out_, axis=1, keepdims=True) + 1e-9
    across = np.cross(way, out_)
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    thin = (
        np.interp(np.linspace(0, 1, len(line)), (0, 0.08, 0.75, 1), (0.8, 1, 0.9, 0.35))
        if path is not WREATH
        else np.ones(len(line))
    )
    turn = 2 * np.pi * far / (radius * 5.2)
    out = []
    for k in range(3):
        a = turn + 2 * np.pi * k / 3
        strand = line + (
            across * (0.62 * radius * np.sin(a) * thin)[:, None]
            + out_ * (0.32 * radius * np.sin(2 * a) * thin)[:, None]
        )
        one = tube(
            [tuple(q) for q in strand[::2]],
            list(0.62 * radius * thin[::8]),
            s.hair,
            Kind.HAIR,
            grid=(220, 14),
            gloss=0.08,
            along=0,
            detail=0.9,
        )
        one.colour = _streaked(s.hair, cloth_noise(one.points.shape[:2], rng, rows=10, columns=6))
        one.joins = True
        out.append(one)
    if path is not WREATH:
        end = line[-1]
        tip = end + np.array([(0, 0, 0), (0, -0.06, 0), (0.01, -0.15, -0.01)])
        tail = tube([tuple(q) for q in tip], [0.022, 0.032, 0.003], s.hair, Kind.HAIR, grid=(20, 12), along=0)
        tail.joins = True
        ribbon = ball(
            end,
            (0.032, 0.022, 0.032),
            from_hex(("7a2c2c", "2c3a5a", "c8b48a")[int(rng.integers(3))]),
            Kind.CLOTH,
            rows=14,
        )
        out += [tail, ribbon]
    return out


def knot(s: Sitter, rng: np.random.Generator) -> list[Surface]:
    """A chignon: a coil wound on the back of the head, low or high."""
    high = float(rng.choice([-0.02, 0.05, 0.22]))
    middle = np.array([0, high, -0.585 + 0.25 * max(0.0, high - 0.1)])
    out = [ball(tuple(middle.tolist()), (0.16, 0.15, 0.11), s.hair, Kind.HAIR, rows=40, gloss=0.07, along=0)]
    out[0].colour = _streaked(s.hair, cloth_noise(out[0].points.shape[:2], rng, rows=14, columns=3))
    for radius, back in ((0.125, -0.03), (0.062, -0.085)):
        a = np.linspace(0.3, 2 * np.pi + 0.6, 16)
        ring = [
            (radius * math.sin(x) * 1.08, high + radius * math.cos(x), middle[2] + back - 0.01 * k / 16)
            for k, x in enumerate(a)
        ]
        coil = tube(
            ring, [0.020, 0.052, 0.056, 0.052, 0.016], s.hair, Kind.HAIR, grid=(80, 26), gloss=0.07, along=0, detail=0.9
        )
        coil.colour = _streaked(s.hair, cloth_noise(coil.points.shape[:2], rng, rows=3, columns=9))
        out.append(coil)
    for part in out:
        part.joins = True
    return out
