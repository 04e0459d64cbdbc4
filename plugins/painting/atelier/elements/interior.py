"""A room with a window: the wall, a casement with a landscape in it, curtains, a floor or sill
with a patch of light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Patch, Scene
from ..shapes import polygon, polygons, ribbon
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
    wall = from_hex(walls[(plan.variant + plan.seed) % len(walls)]) * np.array(
        [0.55 + 0.45 * world.dim, 1, 1], np.float32
    )
    n = sample("cloud", x * 0.5 + rng.random(), y * 0.5 + rng.random())
    k = 1.0 - 0.26 * np.clip(np.abs(x - wx) - w, 0, 1) - 0.10 * y + 0.04 * n
    inside = (np.abs(x - wx) < w) & (y > top) & (y < low)
    mask = (1 - inside).astype(np.float32)
    scene.put(
        Patch(mask, 0, 0),
        darken(np.broadcast_to(wall, (*scene.shape, 3)), k),
        kind=Kind.BACKDROP,
        depth=0.85,
        angle=1.2 + 0.4 * n,
        detail=0.08,
    )
    frame_lab = from_hex("e8dcc8") * np.array([0.5 + 0.5 * world.dim, 1, 1], np.float32)
    bars = [
        np.array(
            [
                (wx - w - 0.02, top - 0.02),
                (wx + w + 0.02, top - 0.02),
                (wx + w + 0.02, top + 0.012),
                (wx - w - 0.02, top + 0.012),
            ]
        ),
        np.array([(wx - w - 0.02, top), (wx - w + 0.012, top), (wx - w + 0.012, low), (wx - w - 0.02, low)]),
        np.array([(wx + w - 0.012, top), (wx + w + 0.02, top), (wx + w + 0.02, low), (wx + w - 0.012, low)]),
    ]
    bars += [
        np.array([(wx - 0.010, top), (wx + 0.010, top), (wx + 0.010, low), (wx - 0.010, low)]),
        np.array([(wx - w, 0.33), (wx + w, 0.33), (wx + w, 0.346), (wx - w, 0.346)]),
    ]
    scene.put(polygons(scene, bars), frame_lab, kind=Kind.WALL, depth=0.6, angle=1.57, detail=0.5)
    sill = [
        (wx - w - 0.06, low - 0.004),
        (wx + w + 0.06, low - 0.004),
        (wx + w + 0.08, low + 0.03),
        (wx - w - 0.08, low + 0.03),
    ]
    scene.put(
        polygon(scene, sill), darken(frame_lab, np.float32(1.05)), kind=Kind.WALL, depth=0.55, angle=0.0, detail=0.5
    )
    cloth = from_hex(("b0483c", "3f6a7a", "c89a4a", "6a7a4c", "8a4a6a")[int(rng.integers(5))])
    rod = ribbon([(wx - w - 0.16, 0.052), (wx + w + 0.16, 0.052)], 0.009, smooth=False)
    scene.put(
        polygons(scene, rod),
        darken(from_hex("8a6a3c"), np.float32(0.5 + 0.5 * world.dim)),
        kind=Kind.WALL,
        depth=0.52,
        detail=0.5,
    )
    cloth = cloth * np.array([0.55 + 0.45 * world.dim, 1, 1], np.float32)
    for s in (-1, 1):
        _draw_curtain(
            scene,
            cloth,
            outer=wx + s * (w + 0.13),
            inner=wx + s * (w - 0.09),
            phase=float(rng.random()),
            light=side * s,
        )
    table_y = plan.horizon
    table = from_hex(("8a6238", "6a4a34", "a8845a")[int(rng.integers(3))]) * np.array(
        [0.6 + 0.4 * world.dim, 1, 1], np.float32
    )
    first = int(table_y * scene.height)
    m = sample("general", x * 0.5, y[first:] * 6)
    lab = darken(np.broadcast_to(table, (*m.shape, 3)), 0.95 + 0.06 * m + 0.10 * (y[first:] - table_y))
    patch_light = (
        np.exp(-(((x - wx + side * 0.25 * (y[first:] - table_y) * 3) / 0.24) ** 2)) * 0.30 * (world.name != "night")
    )
    lab = lerp(lab, from_hex("f4e2b8"), (patch_light * np.ones_like(m))[..., None])
    scene.put(
        Patch(np.ones(m.shape, np.float32), 0, first),
        lab.astype(np.float32),
        kind=Kind.GROUND,
        depth=0.4,
        angle=0.0,
        detail=0.2,
    )
    edge_line = ribbon([(-0.1, table_y), (a + 0.1, table_y)], 0.008, smooth=False)
    scene.put(polygons(scene, edge_line), darken(table, np.float32(0.6)), kind=Kind.GROUND, depth=0.4, detail=0.3)
    scene.ground = "still"


def _draw_curtain(scene: Scene, cloth: Array, *, outer: float, inner: float, phase: float, light: int) -> None:
    """Cloth that hangs from the rod in pleats, is held by a band and falls open below it. light: 1 on the side that the
    light comes from.
    """
    x, y = scene.grid()
    rows = y[:, 0]
    held = 0.46  # the height of the band
    gathered = (
        np.interp(rows, (0.055, 0.26, held - 0.02, held, held + 0.02, 0.80), (1.0, 0.86, 0.34, 0.27, 0.33, 0.52)) ** 1.1
    )
    u = (x - outer) / (inner - outer) / gathered[:, None].astype(np.float32)
    sway = 0.25 * np.sin(rows * 5 + 6 * phase)[:, None]
    pleats = np.cos((u * 5.5 + phase) * 2 * np.pi + sway * u) * 0.62 + 0.38 * np.cos((u * 2.5 + 2 * phase) * 2 * np.pi)
    mask = np.clip(np.minimum(u, 1 - u) * 40 * gathered[:, None] + 0.5, 0, 1) * ((rows > 0.05) & (rows < 0.80))[:, None]
    shade = 0.80 + 0.20 * pleats - 0.12 * light * (u - 0.5) - 0.25 * np.exp(-(((rows - held) / 0.02) ** 2))[:, None]
    lab = darken(np.broadcast_to(cloth, (*scene.shape, 3)), np.clip(shade, 0.35, 1.15))
    slope = np.gradient(gathered) * scene.height * (inner - outer)
    angle = np.arctan2(1.0, slope[:, None] * np.clip(u, 0, 1))
    scene.put(
        Patch(mask.astype(np.float32), 0, 0),
        lab.astype(np.float32),
        kind=Kind.CLOTH,
        depth=0.5,
        detail=0.4,
        angle=angle.astype(np.float32),
    )
