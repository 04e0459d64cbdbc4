"""Pagoda and temple gate."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import darken, from_hex, lerp
from ..scene import Kind, Scene
from ..shapes import Frame, polygon, polygons, ribbon
from ..world import World, glow

__all__ = ["draw_gate", "draw_pagoda"]


def draw_pagoda(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3, tiers: int = 5
) -> None:
    """A pagoda: tiers with upturned eaves, dark under them; snow on the roofs in winter."""
    roof_own = world.local(("3f5560", "5a4440", "6a3a2c")[int(rng.integers(3))], depth)
    snowy = world.season == "winter"
    wall = world.local("a83e2a", depth)
    step = 0.86 / tiers
    base_wide = 0.21
    a = np.linspace(-1, 1, 25)
    lit = world.name in ("night", "dusk", "storm")
    plinth = [(-0.27, 0), (-0.25, 0.04), (0.25, 0.04), (0.27, 0)]
    scene.put(polygon(scene, frame.at(plinth)), world.local("a8a090", depth), kind=Kind.WALL, depth=depth, detail=0.6)
    for i in range(tiers):
        wide = base_wide * (1 - 0.5 * i / (tiers - 1))
        y0, y1 = 0.04 + step * i, 0.04 + step * (i + 0.62)
        patch = polygon(scene, frame.at([(-wide * 0.72, y0), (-wide * 0.72, y1), (wide * 0.72, y1), (wide * 0.72, y0)]))
        columns = np.linspace(-1, 1, max(1, patch.mask.shape[1]), dtype=np.float32)[None]
        k = 0.92 + 0.22 * np.sign(scene.light) * columns + 0 * patch.mask
        scene.put(
            patch,
            darken(np.broadcast_to(wall, (*k.shape, 3)), k),
            kind=Kind.WALL,
            depth=depth,
            angle=math.pi / 2,
            detail=0.8,
        )
        openings = [
            np.array([(x, y0 + 0.01), (x, y1 - 0.02), (x + 0.24 * wide, y1 - 0.02), (x + 0.24 * wide, y0 + 0.01)])
            for x in (-0.5 * wide, -0.12 * wide, 0.26 * wide)
        ]
        scene.put(
            polygons(scene, [frame.at(o) for o in openings]),
            from_hex("ffce70") if lit else darken(wall, np.float32(0.38)),
            kind=Kind.LAMP if lit else Kind.WALL,
            depth=depth,
            detail=0.8,
        )
        eave = wide * 1.62
        rise = step * 0.52
        under = y1 - 0.012
        upper = np.stack(
            [
                a * eave,
                under
                + rise * (1 - (1 - (1 - np.abs(a)) ** 1.6))
                + 0.045 * np.abs(a) ** 5 * (1 + 0.3 * (tiers - i) / tiers),
            ],
            -1,
        )
        lower = np.stack([a * eave, under - 0.006 + 0.045 * np.abs(a) ** 5 * (1 + 0.3 * (tiers - i) / tiers)], -1)
        scene.put(
            polygon(scene, frame.at(np.concatenate([lower - (0, 0.016), lower[::-1] + (0, 0.004)]))),
            darken(roof_own, np.float32(0.45)),
            kind=Kind.ROOF,
            depth=depth,
            angle=0.0,
            detail=0.8,
        )
        patch = polygon(scene, frame.at(np.concatenate([upper, lower[::-1]])))
        columns = np.linspace(-1, 1, max(1, patch.mask.shape[1]), dtype=np.float32)[None]
        ribs = 0.05 * np.sign(np.sin(46 * columns))
        k = 0.95 + 0.20 * np.sign(scene.light) * columns + ribs + 0 * patch.mask
        lab = darken(np.broadcast_to(roof_own, (*k.shape, 3)), k)
        if snowy:
            lab = lerp(lab, np.broadcast_to(world.local("f6f8fb", depth), lab.shape), 0.85)
        scene.put(
            patch,
            lab.astype(np.float32),
            kind=Kind.SNOW if snowy else Kind.ROOF,
            depth=depth,
            angle=np.where(columns < 0, 2.5, 0.65) + 0 * patch.mask,
            detail=0.85,
        )
    y = 0.04 + step * tiers - 0.02
    finial = ribbon(frame.at([(0, y), (0, 1.0)]), [0.012 * frame.h, 0.004 * frame.h], smooth=False)
    for j in range(4):
        finial += ribbon(
            frame.at([(-0.02 + 0.003 * j, y + 0.025 + 0.018 * j), (0.02 - 0.003 * j, y + 0.025 + 0.018 * j)]),
            0.007 * frame.h,
            smooth=False,
        )
    scene.put(polygons(scene, finial), world.local("c8a040", depth), kind=Kind.ROOF, depth=depth, detail=0.8)
    if lit:
        glow(scene, frame.x, frame.y - 0.4 * frame.h, 0.25 * frame.h, from_hex("ffc868"), 0.2)
        scene.lamps.append((frame.x, frame.y - 0.3 * frame.h, 0.8))


def draw_gate(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.25) -> None:
    """A red gate of a shrine."""
    red = world.local("c8402a", depth)
    shapes = [
        np.array([(-0.42, 0), (-0.38, 0.86), (-0.31, 0.86), (-0.33, 0)]),
        np.array([(0.33, 0), (0.31, 0.86), (0.38, 0.86), (0.42, 0)]),
        np.array([(-0.46, 0.62), (0.46, 0.62), (0.46, 0.69), (-0.46, 0.69)]),
        np.array([(-0.04, 0.69), (0.04, 0.69), (0.04, 0.86), (-0.04, 0.86)]),
    ]
    scene.put(
        polygons(scene, [frame.at(s) for s in shapes]), red, kind=Kind.WALL, depth=depth, angle=math.pi / 2, detail=0.85
    )
    t = np.linspace(-1, 1, 15)
    top = np.concatenate(
        [np.stack([t * 0.62, 0.95 + 0.07 * t**2], -1), np.stack([t[::-1] * 0.56, 0.85 + 0.05 * t[::-1] ** 2], -1)]
    )
    scene.put(
        polygon(scene, frame.at(top)), darken(red, np.float32(0.7)), kind=Kind.ROOF, depth=depth, angle=0.0, detail=0.85
    )
