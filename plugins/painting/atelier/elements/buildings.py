"""Buildings: houses, church, village, pagoda, temple gate, lighthouse, castle, bridges, windmill, city street and skyline."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..scene import Kind, Patch, Scene
from ..shapes import STONE, Frame, cast_shadow, disc, inflate, polygon, polygons, put_form, ribbon
from ..world import World, glow

__all__ = [
    "draw_castle",
    "draw_church",
    "draw_gate",
    "draw_house",
    "draw_lighthouse",
    "draw_pagoda",
    "draw_skyline",
    "draw_stone_bridge",
    "draw_village",
    "draw_windmill",
    "draw_wooden_bridge",
]

_WALLS = ("e8d8b8", "dcc4a0", "f0e6d2", "d0b090", "e4c8a8", "cfc4b4")
_ROOFS = ("b4482e", "9c3c28", "c25a34", "8a4a38", "a8603c", "6a5a58")


def _lit(scene: Scene, left: bool) -> np.float32:
    """Light on a wall that faces left or right."""
    return np.float32(1.07 if (scene.light < 0) == left else 0.74)


def draw_house(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3, wall: str = "", roof: str = "") -> None:
    """A house in two faces: gable and long side, roof, door, windows (lit at night), chimney. Height h to the ridge."""
    wall_lab = world.local(wall or _WALLS[int(rng.integers(len(_WALLS)))], depth)
    roof_lab = world.local(roof or _ROOFS[int(rng.integers(len(_ROOFS)))], depth)
    g, long, eave = 0.42, rng.uniform(0.75, 1.05), rng.uniform(0.50, 0.58)
    cast_shadow(scene, frame.x + 0.2 * frame.h, frame.y, 0.7 * frame.h, strength=0.45)
    gable = [(-g, 0), (-g, eave), (-g / 2 - 0.02, 1.0), (0.0, eave), (0.0, 0)]
    side = [(0.0, 0), (0.0, eave), (long, eave - 0.02), (long, 0)]
    roof_points = [(-g / 2 - 0.03, 1.03), (long - g / 2 + 0.02, 0.99), (long + 0.06, eave - 0.06), (0.045, eave - 0.04)]
    scene.put(polygon(scene, frame.at(gable)), darken(wall_lab, _lit(scene, not frame.flip)), kind=Kind.WALL, depth=depth, angle=math.pi / 2, detail=0.7)
    scene.put(polygon(scene, frame.at(side)), darken(wall_lab, _lit(scene, frame.flip)), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.7)
    snowy = world.season == "winter"
    top = world.local("f4f7fb", depth) if snowy else roof_lab
    scene.put(
        polygon(scene, frame.at(roof_points)),
        darken(top, np.float32(0.8 + 0.25 * _lit(scene, frame.flip))),
        kind=Kind.SNOW if snowy else Kind.ROOF,
        depth=depth,
        angle=0.9,
        detail=0.75,
    )
    left = ribbon(frame.at([(-g - 0.06, eave - 0.07), (-g / 2 - 0.03, 1.04)]), 0.055 * frame.h, smooth=False)
    scene.put(polygons(scene, left), darken(top, np.float32(0.8)), kind=Kind.ROOF, depth=depth, detail=0.75, region=scene.regions - 1)
    chimney = [(long * 0.55, 0.85), (long * 0.55, 1.12), (long * 0.55 + 0.10, 1.12), (long * 0.55 + 0.10, 0.85)]
    scene.put(polygon(scene, frame.at(chimney)), darken(wall_lab, np.float32(0.8)), kind=Kind.WALL, depth=depth, detail=0.6)
    lit = world.name in ("night", "dusk", "storm")
    pane = from_hex("ffd27a") if lit else world.local("3d4654", depth)
    panes = [np.array([(x, 0.20), (x + 0.11, 0.20), (x + 0.11, 0.36), (x, 0.36)]) for x in np.arange(0.12, long - 0.15, 0.26)]
    panes.append(np.array([(-g / 2 - 0.05, 0.55), (-g / 2 + 0.05, 0.55), (-g / 2 + 0.05, 0.68), (-g / 2 - 0.05, 0.68)]))
    scene.put(polygons(scene, [frame.at(p) for p in panes]), pane, kind=Kind.LAMP if lit else Kind.WALL, depth=depth, detail=0.8)
    scene.put(
        polygon(scene, frame.at([(-g / 2 - 0.07, 0), (-g / 2 - 0.07, 0.30), (-g / 2 + 0.07, 0.30), (-g / 2 + 0.07, 0)])),
        world.local("5a3c2c", depth),
        kind=Kind.WALL,
        depth=depth,
        detail=0.7,
    )
    if lit:
        x, y = frame.one(long / 2, 0.28)
        glow(scene, x, y, 0.20 * frame.h, from_hex("ffc868"), 0.22)
        scene.lamps.append((x, y, 0.6))


def draw_church(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.35) -> None:
    """A village church: nave and a spire; h to the spire's tip."""
    wall, roof = world.local("e2d6bc", depth), world.local("6a6e84" if rng.random() < 0.6 else "8a4a38", depth)
    w = 0.085
    scene.put(
        polygon(scene, frame.at([(0, 0), (0, 0.26), (0.42, 0.26), (0.42, 0)])),
        darken(wall, _lit(scene, frame.flip)),
        kind=Kind.WALL,
        depth=depth,
        angle=0.0,
        detail=0.7,
    )
    scene.put(polygon(scene, frame.at([(0.0, 0.42), (0.40, 0.42), (0.46, 0.24), (0.0, 0.24)])), roof, kind=Kind.ROOF, depth=depth, angle=0.8, detail=0.7)
    scene.put(
        polygon(scene, frame.at([(-w, 0), (-w, 0.56), (0, 0.56), (0, 0)])),
        darken(wall, _lit(scene, not frame.flip)),
        kind=Kind.WALL,
        depth=depth,
        angle=1.57,
        detail=0.75,
    )
    scene.put(
        polygon(scene, frame.at([(0, 0), (0, 0.56), (w, 0.56), (w, 0)])),
        darken(wall, _lit(scene, frame.flip)),
        kind=Kind.WALL,
        depth=depth,
        angle=1.57,
        detail=0.75,
        region=scene.regions - 1,
    )
    scene.put(
        polygon(scene, frame.at([(-w - 0.015, 0.55), (0, 1.0), (0, 0.55)])),
        darken(roof, _lit(scene, not frame.flip)),
        kind=Kind.ROOF,
        depth=depth,
        angle=1.5,
        detail=0.75,
    )
    scene.put(
        polygon(scene, frame.at([(w + 0.015, 0.55), (0, 1.0), (0, 0.55)])),
        darken(roof, _lit(scene, frame.flip)),
        kind=Kind.ROOF,
        depth=depth,
        angle=1.65,
        detail=0.75,
        region=scene.regions - 1,
    )
    lit = world.name in ("night", "dusk", "storm")
    slots = [
        np.array([(x, y), (x + 0.03, y), (x + 0.03, y + h), (x + 0.015, y + h + 0.02), (x, y + h)])
        for x, y, h in ((-0.015, 0.42, 0.08), (0.12, 0.08, 0.10), (0.21, 0.08, 0.10), (0.30, 0.08, 0.10))
    ]
    scene.put(
        polygons(scene, [frame.at(s) for s in slots]),
        from_hex("ffd27a") if lit else world.local("3a3f4c", depth),
        kind=Kind.LAMP if lit else Kind.WALL,
        depth=depth,
        detail=0.8,
    )


def draw_village(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.4) -> None:
    """A church with houses packed around it, bushes between; h is the spire's height."""
    from .trees import draw_bush, draw_tree

    draw_church(scene, world, Frame(frame.x, frame.y - 0.10 * frame.h, frame.h), rng, depth=depth)
    places = sorted(((rng.uniform(-0.9, 0.95), rng.uniform(-0.12, 0.10)) for _ in range(9)), key=lambda p: -p[1])
    for i, (u, v) in enumerate(places):
        x, y = frame.x + u * frame.h * 0.95, frame.y - v * frame.h
        draw_house(scene, world, Frame(x, y, frame.h * rng.uniform(0.24, 0.32), flip=bool(rng.random() < 0.5)), rng, depth=depth)
        if i % 3 == 1:
            draw_bush(scene, world, Frame(x - 0.2 * frame.h, y + 0.01, 0.09 * frame.h), rng, depth=depth)
        if i % 4 == 2:
            draw_tree(scene, world, Frame(x + 0.26 * frame.h, y, 0.36 * frame.h), rng, depth=depth, shadow=False)
    for _ in range(6):
        draw_bush(
            scene, world, Frame(frame.x + rng.uniform(-1.0, 1.05) * frame.h, frame.y + rng.uniform(0.08, 0.13) * frame.h, 0.09 * frame.h), rng, depth=depth
        )


def draw_pagoda(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3, tiers: int = 5) -> None:
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
        scene.put(patch, darken(np.broadcast_to(wall, (*k.shape, 3)), k), kind=Kind.WALL, depth=depth, angle=math.pi / 2, detail=0.8)
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
        upper = np.stack([a * eave, under + rise * (1 - (1 - (1 - np.abs(a)) ** 1.6)) + 0.045 * np.abs(a) ** 5 * (1 + 0.3 * (tiers - i) / tiers)], -1)
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
        finial += ribbon(frame.at([(-0.02 + 0.003 * j, y + 0.025 + 0.018 * j), (0.02 - 0.003 * j, y + 0.025 + 0.018 * j)]), 0.007 * frame.h, smooth=False)
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
    scene.put(polygons(scene, [frame.at(s) for s in shapes]), red, kind=Kind.WALL, depth=depth, angle=math.pi / 2, detail=0.85)
    t = np.linspace(-1, 1, 15)
    top = np.concatenate([np.stack([t * 0.62, 0.95 + 0.07 * t**2], -1), np.stack([t[::-1] * 0.56, 0.85 + 0.05 * t[::-1] ** 2], -1)])
    scene.put(polygon(scene, frame.at(top)), darken(red, np.float32(0.7)), kind=Kind.ROOF, depth=depth, angle=0.0, detail=0.85)


def draw_lighthouse(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A banded tower with gallery, lamp and beam, a keeper's house at its foot."""
    draw_house(
        scene,
        world,
        Frame(frame.x + (0.13 if not frame.flip else -0.13) * frame.h / 0.42 * 0.42, frame.y + 0.004, 0.20 * frame.h, flip=frame.flip),
        rng,
        depth=depth,
        wall="f0e8d8",
        roof="b4402c",
    )
    bands = 7
    colour = from_hex(("c8382c", "35506c", "c8382c")[int(rng.integers(3))])
    for i in range(bands):
        t0, t1 = i / bands * 0.78, (i + 1) / bands * 0.78
        w0, w1 = 0.105 - 0.035 * t0 / 0.78, 0.105 - 0.035 * t1 / 0.78
        patch = polygon(scene, frame.at([(-w0, t0), (-w1, t1), (w1, t1), (w0, t0)]))
        if patch.mask.size == 0:
            continue
        u = np.linspace(-1, 1, patch.mask.shape[1], dtype=np.float32)[None]
        k = 0.72 + 0.42 * np.sqrt(np.clip(1 - (u * 0.9 - 0.45 * np.sign(scene.light)) ** 2 / 2.1, 0, 1)) + 0 * patch.mask
        own = world.local(colour if i % 2 == 0 else from_hex("f6f0e4"), depth * 0.6)
        scene.put(patch, darken(np.broadcast_to(own, (*k.shape, 3)), k), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.85)
    dark = world.local("2c3038", depth)
    scene.put(polygons(scene, [frame.at([(-0.115, 0.775), (0.115, 0.775), (0.10, 0.805), (-0.10, 0.805)])]), dark, kind=Kind.ROOF, depth=depth, detail=0.85)
    lamp_on = world.name in ("night", "dusk", "storm", "rain", "mist")
    scene.put(
        polygon(scene, frame.at([(-0.055, 0.805), (0.055, 0.805), (0.055, 0.90), (-0.055, 0.90)])),
        from_hex("fff2b0" if lamp_on else "dce6ea"),
        kind=Kind.LAMP,
        depth=depth,
        detail=0.9,
    )
    scene.put(
        polygons(scene, [frame.at([(-0.075, 0.90), (0.075, 0.90), (0.0, 0.985)]), frame.at([(-0.006, 0.98), (0.006, 0.98), (0.004, 1.02), (-0.004, 1.02)])]),
        world.local("b03828", depth),
        kind=Kind.ROOF,
        depth=depth,
        detail=0.9,
    )
    panes = [
        frame.at([(x, 0.12 + 0.2 * j), (x + 0.03, 0.12 + 0.2 * j), (x + 0.03, 0.17 + 0.2 * j), (x, 0.17 + 0.2 * j)]) for j, x in enumerate((-0.02, 0.01, -0.02))
    ]
    scene.put(polygons(scene, panes), from_hex("ffd884") if lamp_on else dark, kind=Kind.LAMP, depth=depth, detail=0.85)
    x, y = frame.one(0, 0.855)
    if lamp_on:
        _beam(scene, x, y, -1 if x > scene.aspect / 2 else 1)
        glow(scene, x, y, 0.07, from_hex("fff2b8"), 0.75)
        scene.lamps.append((x, y, 1.0))


def _beam(scene: Scene, x: float, y: float, way: int) -> None:
    """A cone of light over the sky."""
    gx, gy = scene.grid()
    dx, dy = (gx - x) * way, gy - y + 0.04 * (gx - x) * way
    share = np.exp(-((dy / (0.010 + 0.085 * np.clip(dx, 0, 2))) ** 2)) * smoothstep(0.0, 0.03, dx) * np.exp(-np.clip(dx, 0, 3) / 0.75) * (scene.depth > 0.8)
    scene.lab[:] = lerp(scene.lab, from_hex("fff4c8"), (0.42 * share)[..., None])


def draw_castle(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.35) -> None:
    """Walls with battlements and five towers, two with pointed roofs."""
    stone = world.local("b0a48e", depth)
    roof = world.local("5a6a8a" if rng.random() < 0.5 else "9c4a34", depth)
    lit = world.name in ("night", "dusk", "storm")

    def tower(x: float, w: float, h: float, pointed: bool) -> None:
        patch = polygon(scene, frame.at([(x - w, 0), (x - w, h), (x + w, h), (x + w, 0)]))
        if patch.mask.size == 0:
            return
        u = np.linspace(-1, 1, patch.mask.shape[1], dtype=np.float32)[None]
        k = 0.80 + 0.30 * np.tanh(1.3 * u * np.sign(scene.light)) + 0 * patch.mask
        scene.put(patch, darken(np.broadcast_to(stone, (*k.shape, 3)), k), kind=Kind.WALL, depth=depth, angle=math.pi / 2, detail=0.7)
        if pointed:
            scene.put(
                polygon(scene, frame.at([(x - w * 1.25, h), (x, h + 3.4 * w), (x + w * 1.25, h)])), roof, kind=Kind.ROOF, depth=depth, angle=1.5, detail=0.8
            )
        else:
            teeth = [
                frame.at(
                    [
                        (x - w * 1.12 + i * w * 0.56, h),
                        (x - w * 1.12 + i * w * 0.56, h + 0.045),
                        (x - w * 0.80 + i * w * 0.56, h + 0.045),
                        (x - w * 0.80 + i * w * 0.56, h),
                    ]
                )
                for i in range(4)
            ]
            scene.put(polygons(scene, teeth), stone, kind=Kind.WALL, depth=depth, detail=0.7, region=scene.regions - 1)
        scene.put(
            polygon(scene, frame.at([(x - 0.012, h * 0.68), (x - 0.012, h * 0.78), (x + 0.012, h * 0.78), (x + 0.012, h * 0.68)])),
            from_hex("ffd27a") if lit else darken(stone, np.float32(0.35)),
            kind=Kind.LAMP if lit else Kind.WALL,
            depth=depth,
            detail=0.8,
        )

    tower(0.05, 0.10, 0.72, True)
    scene.put(
        polygon(scene, frame.at([(-0.5, 0), (-0.5, 0.34), (0.52, 0.34), (0.52, 0)])),
        darken(stone, np.float32(0.9)),
        kind=Kind.WALL,
        depth=depth,
        angle=0.0,
        detail=0.6,
    )
    teeth = [frame.at([(-0.5 + 0.06 * i, 0.33), (-0.5 + 0.06 * i, 0.385), (-0.466 + 0.06 * i, 0.385), (-0.466 + 0.06 * i, 0.33)]) for i in range(17)]
    scene.put(polygons(scene, teeth), darken(stone, np.float32(0.9)), kind=Kind.WALL, depth=depth, detail=0.6, region=scene.regions - 1)
    tower(-0.20, 0.075, 0.52, True)
    tower(0.30, 0.085, 0.50, False)
    tower(-0.50, 0.10, 0.46, False)
    tower(0.52, 0.09, 0.44, True)
    door = np.concatenate(
        [[(-0.03, 0)], np.stack([0.04 + 0.07 * np.cos(np.linspace(np.pi, 0, 9)), 0.12 + 0.07 * np.sin(np.linspace(np.pi, 0, 9))], -1), [(0.11, 0)]]
    )
    scene.put(polygon(scene, frame.at(door)), darken(stone, np.float32(0.3)), kind=Kind.WALL, depth=depth, detail=0.7)


def draw_stone_bridge(
    scene: Scene, world: World, rng: np.random.Generator, *, x0: float, x1: float, y: float, rise: float, depth: float = 0.4, arches: int = 3
) -> None:
    """A stone bridge from x0 to x1 above the water at y; piers and soffits, pale parapet, joints, lamps by night."""
    stone = world.local("b8a88c", depth)
    span = x1 - x0
    t = np.linspace(0, 1, 60)

    def deck(u: Array) -> Array:
        return y - rise * (0.52 + 0.48 * np.sin(np.pi * u))

    weights = np.array([1, 1.35, 1, 1, 1][:arches]) if arches != 5 else np.array([0.8, 1, 1.3, 1, 0.8])
    pier = 0.12 / arches
    free = 1 - pier * (arches + 1)
    holes, soffits, u0 = [], [], pier
    for w in weights / weights.sum() * free:
        centre, half = u0 + w / 2, w / 2
        a = np.linspace(0, np.pi, 20)
        high = min(rise * 0.8, half * span * 0.95)
        px = x0 + span * (centre - half * np.cos(a))
        py = y + 0.004 - high * np.sin(a)
        holes.append(np.stack([px, py], -1))
        soffits.append(np.stack([px + (0.014 if scene.light < 0 else -0.014), py - 0.004], -1))
        u0 += w + pier
    outline = np.concatenate([np.stack([x0 + span * t, deck(t)], -1), [(x1, y + 0.012), (x0, y + 0.012)]])
    body, hole = polygon(scene, outline), polygons(scene, holes)
    soffit = polygons(scene, soffits)
    if body.mask.size == 0:
        return
    mask = body.full(scene.shape) * (1 - hole.full(scene.shape))
    joint = _joints(body, scene)
    patch = Patch(np.ascontiguousarray(mask[body.box]), body.x, body.y)
    lab = darken(np.broadcast_to(stone, (*patch.mask.shape, 3)), joint)
    inner = soffit.full(scene.shape)[body.box] * patch.mask
    lab = lerp(lab, darken(stone, np.float32(0.5)), (0.9 * inner)[..., None])
    scene.put(patch, lab.astype(np.float32), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.65)
    ring = []
    for h in holes:
        ring += ribbon(h, 0.010, smooth=False)[:1]
    scene.put(polygons(scene, ring), darken(stone, np.float32(1.1)), kind=Kind.WALL, depth=depth, angle=0.4, detail=0.7, region=scene.regions - 1, opacity=0.8)
    rail = ribbon(np.stack([x0 + span * t, deck(t) - 0.006], -1), 0.018, smooth=False)
    scene.put(polygons(scene, rail), darken(stone, np.float32(1.16)), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.7)
    if world.name in ("night", "dusk"):
        for u in (0.2, 0.5, 0.8):
            x, top = x0 + span * u, float(deck(np.array([u]))[0])
            scene.put(
                polygons(scene, ribbon([(x, top), (x, top - 0.05)], 0.004, smooth=False)), world.local("20242c", depth), kind=Kind.WALL, depth=depth, detail=0.6
            )
            glow(scene, x, top - 0.055, 0.035, from_hex("ffce74"), 0.7)
            scene.put(disc(scene, x, top - 0.055, 0.007), from_hex("fff0bc"), kind=Kind.LAMP, depth=depth, detail=0.9)
            scene.lamps.append((x, top - 0.055, 0.7))


def _joints(patch: Patch, scene: Scene) -> Array:
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    row = np.floor(rows / 0.020)
    u = columns / 0.045 + 0.5 * (row % 2)
    tone = 0.05 * np.sin(12.9 * np.floor(u) + 78.2 * row)
    line = np.minimum(np.abs(rows / 0.020 - row), np.abs(u - np.floor(u)) * 2.2)
    return (0.96 + tone - 0.16 * (line < 0.10)).astype(np.float32)


def draw_wooden_bridge(
    scene: Scene, world: World, rng: np.random.Generator, *, x0: float, x1: float, y: float, rise: float, depth: float = 0.4, colour: str = "a8402c"
) -> None:
    """An arched footbridge with rails and piles, red or green as in gardens."""
    wood = world.local(colour, depth)
    t = np.linspace(0, 1, 41)
    deck = np.stack([x0 + (x1 - x0) * t, y - rise * (0.25 + 0.75 * 4 * t * (1 - t))], -1)
    piles = []
    for i in range(6, 36, 6):
        piles += ribbon([deck[i], (deck[i, 0], y + 0.01)], 0.010, smooth=False)
    scene.put(polygons(scene, piles), darken(wood, np.float32(0.5)), kind=Kind.WALL, depth=depth, angle=1.57, detail=0.6)
    scene.put(polygons(scene, ribbon(deck, 0.026, smooth=False)), darken(wood, np.float32(0.82)), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.75)
    rails = ribbon(deck - (0, 0.052), 0.011, smooth=False) + ribbon(deck - (0, 0.030), 0.006, smooth=False)
    for i in range(0, 41, 4):
        rails += ribbon([deck[i], deck[i] - (0, 0.062)], 0.009, smooth=False)
    scene.put(polygons(scene, rails), darken(wood, np.float32(1.12)), kind=Kind.ROOF, depth=depth, angle=0.0, detail=0.85)


def draw_windmill(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A windmill: tapered tower, cap, four latticed sails."""
    cast_shadow(scene, frame.x, frame.y, 0.2 * frame.h)
    body = inflate(scene, polygon(scene, frame.at([(-0.17, 0), (-0.11, 0.58), (0.11, 0.58), (0.17, 0)])), 0.13 * frame.h, STONE)
    put_form(scene, body, world.local("cfc0a4" if rng.random() < 0.6 else "8a5a42", depth), kinds=Kind.WALL, depth=depth, detail=0.7, angle=1.57)
    t = np.linspace(np.pi, 0, 11)
    cap = np.stack([0.13 * np.cos(t), 0.57 + 0.13 * np.sin(t)], -1)
    put_form(scene, inflate(scene, polygon(scene, frame.at(cap)), 0.08 * frame.h), world.local("6a4636", depth), kinds=Kind.ROOF, depth=depth, detail=0.75)
    hub, turn = np.array([0.0, 0.62]), rng.uniform(0.2, 1.2)
    arms, cloth = [], []
    for i in range(4):
        a = turn + i * np.pi / 2
        d, s = np.array([math.cos(a), math.sin(a)]), np.array([-math.sin(a), math.cos(a)])
        arms += ribbon(frame.at([hub, hub + 0.44 * d]), 0.014 * frame.h, smooth=False)
        cloth.append(frame.at([hub + 0.10 * d, hub + 0.43 * d, hub + 0.43 * d + 0.085 * s, hub + 0.10 * d + 0.085 * s]))
        for k in range(1, 7):
            p = hub + (0.10 + 0.055 * k) * d
            arms += ribbon(frame.at([p, p + 0.085 * s]), 0.004 * frame.h, smooth=False)[:1]
    scene.put(polygons(scene, cloth), world.local("efe2c4", depth), kind=Kind.SAIL, depth=depth, detail=0.75, opacity=0.85)
    scene.put(polygons(scene, arms), world.local("4a3626", depth), kind=Kind.WALL, depth=depth, detail=0.7)
    scene.put(
        polygon(scene, frame.at([(-0.035, 0), (-0.035, 0.13), (0.035, 0.13), (0.035, 0)])),
        world.local("4a3022", depth),
        kind=Kind.WALL,
        depth=depth,
        detail=0.7,
    )


def draw_skyline(scene: Scene, world: World, rng: np.random.Generator, *, y: float, height: float, depth: float = 0.6, modern: bool = False) -> None:
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
            own = lerp(world.local(_WALLS[int(rng.integers(len(_WALLS)))], far), world.far, 0.2)
            scene.put(polygon(scene, shape), darken(own, np.float32(k * rng.uniform(0.75, 1.02))), kind=Kind.WALL, depth=far, angle=math.pi / 2, detail=0.5)
            if row and lit:
                for v in np.arange(y - h + 0.012, y - 0.012, 0.016):
                    for u in np.arange(x + 0.006, x + w - 0.008, 0.013):
                        if rng.random() < 0.4:
                            panes.append(np.array([(u, v), (u + 0.006, v), (u + 0.006, v + 0.008), (u, v + 0.008)]))
            x += w * rng.uniform(0.75, 1.15)
        if panes:
            scene.put(polygons(scene, panes), from_hex("ffd886"), kind=Kind.LAMP, depth=far, detail=0.6)


def draw_street(scene: Scene, world: World, rng: np.random.Generator, *, vanish: float, y0: float) -> None:
    """A city street in one-point perspective: facades that run out of the frame, lit windows, awnings, lamps, pavement."""
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
            own = world.local(_WALLS[int(rng.integers(len(_WALLS)))], far)
            k = np.float32(1.04 if (scene.light * side) < 0 else 0.76)
            scene.put(polygon(scene, [(xa, ta), (xb, tb), (xb, fb), (xa, fa)]), darken(own, k), kind=Kind.WALL, depth=far, angle=math.pi / 2, detail=0.5)
            roof = [(xa, ta), (xb, tb), (xb, tb - 0.22 * b), (xa + side * 0.3 * (b - a), ta - 0.22 * a)]
            scene.put(
                polygon(scene, roof),
                darken(world.local(_ROOFS[int(rng.integers(len(_ROOFS)))], far), k),
                kind=Kind.ROOF,
                depth=far,
                angle=0.4 * side,
                detail=0.5,
            )
            dark, bright = [], []
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
                polygon(scene, shop), world.local(("b8382c", "2f6a58", "d8a040", "35508a")[int(rng.integers(4))], far), kind=Kind.CLOTH, depth=far, detail=0.6
            )
    x, y = scene.grid()
    wide = np.abs(x - vanish) < (y - y0) * 1.45
    first = max(0, int(y0 * scene.height))
    mask = (wide & (y > y0)).astype(np.float32)[first:]
    pave = world.local("8f8a86", 0.15)
    t = np.clip((y[first:] - y0) / (1 - y0), 0, 1)
    lab = np.broadcast_to(lerp(lerp(pave, world.far, 0.4), darken(pave, np.float32(0.75)), t[..., None]), (*mask.shape, 3)).copy()
    if wet:
        row = np.clip((2 * y0 - y[first:] * 1.0) * scene.height, 0, first - 1).astype(np.int64)
        from ..noise import sample

        n = sample("general", x * 0.9, y[first:] * 5)
        column = np.clip(np.arange(scene.width)[None] + n * 0.012 * scene.height, 0, scene.width - 1).astype(np.int64)
        lab = lerp(lab, darken(scene.lab[np.broadcast_to(row, column.shape), column], np.float32(0.9)), np.float32(0.62))
    scene.put(Patch(mask, 0, first), lab.astype(np.float32), kind=Kind.PATH, depth=(0.6 * (1 - t) + 0 * mask).astype(np.float32), angle=0.0, detail=0.2)
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
                disc(scene, px, top, 0.022 * d + 0.003), from_hex("fff2c4") if lit else world.local("e8e4d4"), kind=Kind.LAMP, depth=0.4 - 0.1 * i, detail=0.85
            )
    scene.lamps.extend(lamps)
