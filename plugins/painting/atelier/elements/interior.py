"""A room with a window: the wall, a casement with a landscape in it, curtains, a floor or sill with a patch of light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..colour import darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Patch, Scene
from ..shapes import CLOTH, inflate, polygon, polygons, put_form, ribbon, spline
from ..world import World
from .mountains import draw_hill
from .sky import draw_sky

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["draw_interior"]


def draw_interior(scene: Scene, world: World, plan: Plan) -> None:
    """The window stands on the light's side; things are put on the table in front of it by the plan."""
    rng = np.random.default_rng([plan.seed, 2])
    a = scene.aspect
    side = -1 if plan.light < 0 else 1
    wx = a * (0.34 if side < 0 else 0.66)
    w, top, low = 0.235 * min(1.0, a), 0.10, 0.60
    scene.horizon = 0.46
    draw_sky(scene, world, rng, cover=plan.cover)
    draw_hill(scene, world, rng, base=0.47, height=0.07, depth=0.75)
    draw_hill(scene, world, rng, base=0.55, height=0.06, depth=0.5)
    x, y = scene.grid()
    walls = ("b8a88c", "8a9a94", "c0a078", "9a8a9a", "a8b0a0", "7c8494")
    wall = from_hex(walls[(plan.variant + plan.seed) % len(walls)]) * np.array([0.55 + 0.45 * world.dim, 1, 1], np.float32)
    n = sample("cloud", x * 0.5 + rng.random(), y * 0.5 + rng.random())
    k = 1.0 - 0.26 * np.clip(np.abs(x - wx) - w, 0, 1) - 0.10 * y + 0.04 * n
    inside = (np.abs(x - wx) < w) & (y > top) & (y < low)
    mask = (1 - inside).astype(np.float32)
    scene.put(Patch(mask, 0, 0), darken(np.broadcast_to(wall, (*scene.shape, 3)), k), kind=Kind.BACKDROP, depth=0.85, angle=1.2 + 0.4 * n, detail=0.08)
    frame_lab = from_hex("e8dcc8") * np.array([0.5 + 0.5 * world.dim, 1, 1], np.float32)
    bars = [
        np.array([(wx - w - 0.02, top - 0.02), (wx + w + 0.02, top - 0.02), (wx + w + 0.02, top + 0.012), (wx - w - 0.02, top + 0.012)]),
        np.array([(wx - w - 0.02, top), (wx - w + 0.012, top), (wx - w + 0.012, low), (wx - w - 0.02, low)]),
        np.array([(wx + w - 0.012, top), (wx + w + 0.02, top), (wx + w + 0.02, low), (wx + w - 0.012, low)]),
    ]
    bars += [
        np.array([(wx - 0.010, top), (wx + 0.010, top), (wx + 0.010, low), (wx - 0.010, low)]),
        np.array([(wx - w, 0.33), (wx + w, 0.33), (wx + w, 0.346), (wx - w, 0.346)]),
    ]
    scene.put(polygons(scene, bars), frame_lab, kind=Kind.WALL, depth=0.6, angle=1.57, detail=0.5)
    sill = [(wx - w - 0.06, low - 0.004), (wx + w + 0.06, low - 0.004), (wx + w + 0.08, low + 0.03), (wx - w - 0.08, low + 0.03)]
    scene.put(polygon(scene, sill), darken(frame_lab, np.float32(1.05)), kind=Kind.WALL, depth=0.55, angle=0.0, detail=0.5)
    cloth = from_hex(("b0483c", "3f6a7a", "c89a4a", "6a7a4c", "8a4a6a")[int(rng.integers(5))])
    for s in (-1, 1):
        edge, inner = wx + s * (w + 0.10), wx + s * (w - 0.05)
        outline = spline(
            [(edge, 0.04), (inner, 0.04), (inner + s * 0.03, 0.30), (inner + s * 0.075, 0.50), (inner + s * 0.05, 0.74), (edge + s * 0.02, 0.76), (edge, 0.40)],
            closed=True,
            steps=6,
        )
        folds = [
            (
                [(inner + (edge - inner) * t, 0.05), (inner + s * 0.05 + (edge - inner) * t * 0.8, 0.45), (inner + s * 0.05 + (edge - inner) * t, 0.74)],
                0.016,
                0.012,
            )
            for t in (0.2, 0.5, 0.8)
        ]
        put_form(scene, inflate(scene, polygon(scene, outline), 0.05, CLOTH, folds=folds), cloth, kinds=Kind.CLOTH, depth=0.5, detail=0.4, angle=1.5)
    table_y = plan.horizon
    table = from_hex(("8a6238", "6a4a34", "a8845a")[int(rng.integers(3))]) * np.array([0.6 + 0.4 * world.dim, 1, 1], np.float32)
    first = int(table_y * scene.height)
    m = sample("general", x * 0.5, y[first:] * 6)
    lab = darken(np.broadcast_to(table, (*m.shape, 3)), 0.95 + 0.06 * m + 0.10 * (y[first:] - table_y))
    patch_light = np.exp(-(((x - wx + side * 0.25 * (y[first:] - table_y) * 3) / 0.24) ** 2)) * 0.30 * (world.name != "night")
    lab = lerp(lab, from_hex("f4e2b8"), (patch_light * np.ones_like(m))[..., None])
    scene.put(Patch(np.ones(m.shape, np.float32), 0, first), lab.astype(np.float32), kind=Kind.GROUND, depth=0.4, angle=0.0, detail=0.2)
    edge_line = ribbon([(-0.1, table_y), (a + 0.1, table_y)], 0.008, smooth=False)
    scene.put(polygons(scene, edge_line), darken(table, np.float32(0.6)), kind=Kind.GROUND, depth=0.4, detail=0.3)
    scene.ground = "still"
