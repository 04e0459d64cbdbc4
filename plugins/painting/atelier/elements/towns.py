"""A city: its skyline over water, and a street in perspective."""

from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Patch, Scene
from ..shapes import disc, polygon, polygons, ribbon
from ..world import World, glow
from .houses import ROOFS, WALLS

__all__ = ["draw_skyline", "draw_street"]


def draw_skyline(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    y: float,
    height: float,
    depth: float = 0.6,
    modern: bool = False,
) -> None:
    """A far city: towers, domes and roofs in two rows, windows lit by night."""
    lit = world.name in ("night", "dusk")
    for row, (tall, k) in enumerate(((1.0, 0.75), (0.62, 1.0))):
        far = depth + 0.12 * (1 - row)
        x = -0.05
        panes = []
        while x < scene.aspect + 0.05:
            w = rng.uniform(0.03, 0.085)
            middle = 1 - 0.5 * abs(x / scene.aspect - 0.5)
            h = height * tall * rng.uniform(0.35, 1.0) * middle
            shape = [(x, y), (x, y - h), (x + w, y - h), (x + w, y)]
            kind = rng.random()
            if kind < 0.22 and not modern:
                shape[1:3] = [(x, y - h), (x + w / 2, y - h - rng.uniform(0.5, 1.6) * w), (x + w, y - h)]
            elif kind < 0.34:
                t = np.linspace(np.pi, 0, 9)
                shape[1:3] = [(x + w / 2 + w / 2 * math.cos(v), y - h - w * 0.45 * math.sin(v)) for v in t]
            own = lerp(world.local(WALLS[int(rng.integers(len(WALLS)))], far), world.far, 0.2)
            scene.put(
                polygon(scene, shape),
                darken(own, np.float32(k * rng.uniform(0.75, 1.02))),
                kind=Kind.WALL,
                depth=far,
                angle=math.pi / 2,
                detail=0.5,
            )
            if row and lit:
                for v in np.arange(y - h + 0.012, y - 0.012, 0.016):
                    for u in np.arange(x + 0.006, x + w - 0.008, 0.013):
                        if rng.random() < 0.4:
                            panes.append(np.array([(u, v), (u + 0.006, v), (u + 0.006, v + 0.008), (u, v + 0.008)]))
            x += w * rng.uniform(0.75, 1.15)
        if panes:
            scene.put(polygons(scene, panes), from_hex("ffd886"), kind=Kind.LAMP, depth=far, detail=0.6)


def draw_street(scene: Scene, world: World, rng: np.random.Generator, *, vanish: float, y0: float) -> None:
    """A city street in one-point perspective: facades that run out of the frame, lit windows,
    awnings, lamps, pavement.
    """
    wet = world.name in ("rain", "night", "storm")
    lit = world.name in ("night", "dusk", "rain", "storm")
    lamps = []
    stops = (0.05, 0.09, 0.14, 0.21, 0.31, 0.46, 0.70, 1.10)
    scale = 0.62
    for side in (-1, 1):
        for i in range(len(stops) - 1):
            a, b = stops[i] * scale / 0.62, stops[i + 1] * scale / 0.62
            xa, xb = vanish + side * a, vanish + side * b
            tall = rng.uniform(1.5, 2.3)
            ta, tb = y0 - tall * a, y0 - tall * b
            fa, fb = y0 + 0.50 * a, y0 + 0.50 * b
            far = 0.75 * (1 - i / 7)
            own = world.local(WALLS[int(rng.integers(len(WALLS)))], far)
            k = np.float32(1.04 if (scene.light * side) < 0 else 0.76)
            scene.put(
                polygon(scene, [(xa, ta), (xb, tb), (xb, fb), (xa, fa)]),
                darken(own, k),
                kind=Kind.WALL,
                depth=far,
                angle=math.pi / 2,
                detail=0.5,
            )
            roof = [(xa, ta), (xb, tb), (xb, tb - 0.22 * b), (xa + side * 0.3 * (b - a), ta - 0.22 * a)]
            scene.put(
                polygon(scene, roof),
                darken(world.local(ROOFS[int(rng.integers(len(ROOFS)))], far), k),
                kind=Kind.ROOF,
                depth=far,
                angle=0.4 * side,
                detail=0.5,
            )
            dark: list[Array] = []
            bright: list[Array] = []
            for level in range(1, 6):
                v = level / 6.2
                for c in range(3):
                    p, q = (c + 0.28) / 3, (c + 0.72) / 3
                    # equal steps on the wall are equal steps of 1/distance on the picture
                    pa, qa = 1 / (1 / a * (1 - p) + 1 / b * p), 1 / (1 / a * (1 - q) + 1 / b * q)
                    quad = []
                    for d, top in ((pa, 0.0), (qa, 0.0), (qa, 0.62), (pa, 0.62)):
                        low, high = y0 + 0.5 * d, y0 - tall * d
                        quad.append((vanish + side * d, low + (high - low) * (v + top / 6.2)))
                    (bright if lit and rng.random() < 0.5 else dark).append(np.array(quad))
            scene.put(polygons(scene, dark), darken(own, np.float32(0.42)), kind=Kind.WALL, depth=far, detail=0.6)
            if bright:
                scene.put(polygons(scene, bright), from_hex("ffcc70"), kind=Kind.LAMP, depth=far, detail=0.75)
            shop = [
                (vanish + side * a, y0 + 0.28 * a),
                (vanish + side * b, y0 + 0.28 * b),
                (vanish + side * b * 0.93, y0 + 0.36 * b),
                (vanish + side * a * 0.93, y0 + 0.36 * a),
            ]
            scene.put(
                polygon(scene, shop),
                world.local(("b8382c", "2f6a58", "d8a040", "35508a")[int(rng.integers(4))], far),
                kind=Kind.CLOTH,
                depth=far,
                detail=0.6,
            )
    x, y = scene.grid()
    wide = np.abs(x - vanish) < (y - y0) * 1.45
    first = max(0, int(y0 * scene.height))
    mask = (wide & (y > y0)).astype(np.float32)[first:]
    pave = world.local("8f8a86", 0.15)
    t = np.clip((y[first:] - y0) / (1 - y0), 0, 1)
    lab = np.broadcast_to(
        lerp(lerp(pave, world.far, 0.4), darken(pave, np.float32(0.75)), t[..., None]), (*mask.shape, 3)
    ).copy()
    if wet:
        row = np.clip((2 * y0 - y[first:] * 1.0) * scene.height, 0, first - 1).astype(np.int64)
        n = sample("general", x * 0.9, y[first:] * 5)
        column = np.clip(np.arange(scene.width)[None] + n * 0.012 * scene.height, 0, scene.width - 1).astype(np.int64)
        lab = lerp(
            lab, darken(scene.lab[np.broadcast_to(row, column.shape), column], np.float32(0.9)), np.float32(0.62)
        )
    scene.put(
        Patch(mask, 0, first),
        lab.astype(np.float32),
        kind=Kind.PATH,
        depth=(0.6 * (1 - t) + 0 * mask).astype(np.float32),
        angle=0.0,
        detail=0.2,
    )
    for i, d in enumerate((0.10, 0.18, 0.34, 0.62)):
        for side in (-1, 1):
            px, foot = vanish + side * d * 0.80, y0 + 0.47 * d
            top = foot - 0.62 * d
            scene.put(
                polygons(scene, ribbon([(px, foot), (px, top)], 0.012 * d + 0.002, smooth=False)),
                world.local("22262c", 0.2),
                kind=Kind.WALL,
                depth=0.4 - 0.1 * i,
                angle=1.57,
                detail=0.6,
            )
            if lit:
                glow(scene, px, top, 0.08 * d + 0.02, from_hex("ffcf78"), 0.8)
                lamps.append((px, top, 0.8))
            scene.put(
                disc(scene, px, top, 0.022 * d + 0.003),
                from_hex("fff2c4") if lit else world.local("e8e4d4"),
                kind=Kind.LAMP,
                depth=0.4 - 0.1 * i,
                detail=0.85,
            )
    scene.lamps.extend(lamps)
