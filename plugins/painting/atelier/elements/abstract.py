"""Abstract pictures: circles, bars, triangles and lines in balance about a focus, in the theme's colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..colour import darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import disc, polygon, polygons, ribbon
from ..world import World

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["draw_abstract"]

_SETS = (
    ("e8dcc4", "c8342c", "1f3f7a", "e8b430", "20242c", "5a8a7a"),
    ("f0e8d8", "e07a3c", "2c5a78", "88b0a0", "3a2c34", "d8c060"),
    ("dfe4e0", "3a5a9a", "d84a5a", "f0c860", "26303c", "7ab0c8"),
    ("2a2c3c", "e8604a", "f0c050", "4a8aa8", "e8e0d0", "8a5a8a"),
)


def draw_abstract(scene: Scene, world: World, plan: Plan) -> None:
    """Fill the scene: a ground, large quiet planes, a chord of circles at the focus, lines that lead to it."""
    rng = np.random.default_rng([plan.seed, 2])
    colours = [from_hex(c) for c in _SETS[(plan.seed + plan.variant) % len(_SETS)]]
    if plan.flowers:
        own = [from_hex(c) for c in plan.flowers]
        colours[1 : 1 + len(own)] = own
        colours = colours[:6] if len(colours) > 6 else colours
    x, y = scene.grid()
    n = sample("cloud", x * 0.4 + rng.random(), y * 0.4 + rng.random())
    scene.lab[:] = darken(np.broadcast_to(colours[0], (*scene.shape, 3)), 1 + 0.035 * n)
    scene.kind[:], scene.depth[:], scene.detail[:] = Kind.BACKDROP, 0.95, 0.05
    a = scene.aspect
    for i in range(4):
        cx, cy, w, h, turn = (
            rng.random() * a,
            rng.random(),
            rng.uniform(0.25, 0.7),
            rng.uniform(0.15, 0.5),
            rng.uniform(-0.6, 0.6),
        )
        corners = np.array([(-w, -h), (w, -h * rng.uniform(0.5, 1)), (w * rng.uniform(0.6, 1), h), (-w, h)]) / 2
        c, s = math.cos(turn), math.sin(turn)
        points = np.stack([cx + corners[:, 0] * c - corners[:, 1] * s, cy + corners[:, 0] * s + corners[:, 1] * c], -1)
        scene.put(
            polygon(scene, points),
            lerp(colours[0], colours[1 + i % 5], 0.28 + 0.25 * rng.random()),
            kind=Kind.SHAPE,
            depth=0.8,
            angle=turn,
            detail=0.15,
            opacity=0.85,
        )
    fx, fy = plan.focus
    radius = rng.uniform(0.17, 0.24)
    for k, (r, c) in enumerate(((1.0, 1), (0.72, 3), (0.42, 2), (0.18, 4))):
        scene.put(
            disc(scene, fx + 0.03 * k, fy - 0.02 * k, radius * r),
            colours[c % len(colours)],
            kind=Kind.SHAPE,
            depth=0.4,
            angle=0.6 * k,
            detail=0.8,
        )
    for i in range(3):
        middle = np.array([rng.random() * a, rng.random()])
        size, turn = rng.uniform(0.10, 0.26), rng.uniform(0, 6.28)
        triangle = [middle + size * np.array([math.cos(turn + k * 2.2), math.sin(turn + k * 2.2)]) for k in range(3)]
        scene.put(
            polygon(scene, triangle),
            colours[(i + 2) % 6],
            kind=Kind.SHAPE,
            depth=0.45,
            angle=turn,
            detail=0.6,
            opacity=0.92,
        )
    for i in range(7):
        start = np.array([rng.random() * a, rng.random()])
        end = np.array([fx, fy]) + rng.normal(0, 0.28, 2)
        bow = rng.normal(0, 0.10, 2) * (i % 2)
        scene.put(
            polygons(scene, ribbon([start, (start + end) / 2 + bow, end], [0.003, 0.012 if i % 3 else 0.022, 0.003])),
            colours[4] if i % 3 else colours[1 + i % 3],
            kind=Kind.SHAPE,
            depth=0.35,
            angle=float(np.arctan2(*(end - start)[::-1])),
            detail=0.7,
        )
    for i in range(9):
        p = np.array([fx, fy]) + rng.normal(0, 0.34, 2)
        scene.put(
            disc(scene, float(p[0]), float(p[1]), rng.uniform(0.010, 0.045)),
            colours[1 + i % 5],
            kind=Kind.SHAPE,
            depth=0.3,
            angle=0.4 * i,
            detail=0.75,
        )
    grid0, size = np.array([rng.random() * a * 0.8, rng.random() * 0.8]), 0.034
    for i in range(12):
        u, v = i % 4, i // 4
        box = grid0 + size * np.array([(u, v), (u + 0.9, v), (u + 0.9, v + 0.9), (u, v + 0.9)])
        scene.put(
            polygon(scene, box),
            colours[(u + v) % 2 + (4 if (u * v) % 3 else 1) - (1 if (u + v) % 2 else 0)],
            kind=Kind.SHAPE,
            depth=0.3,
            angle=0.0,
            detail=0.7,
        )
    scene.ground = "abstract"
