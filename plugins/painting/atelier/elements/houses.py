"""Houses, church, village and windmill."""

from __future__ import annotations

import math

import numpy as np

from ..colour import darken, from_hex
from ..scene import Kind, Scene
from ..shapes import STONE, Frame, cast_shadow, inflate, polygon, polygons, put_form, ribbon
from ..world import World, glow
from .trees import draw_bush, draw_tree

__all__ = ["ROOFS", "WALLS", "draw_church", "draw_house", "draw_village", "draw_windmill"]

WALLS = ("e8d8b8", "dcc4a0", "f0e6d2", "d0b090", "e4c8a8", "cfc4b4")


ROOFS = ("b4482e", "9c3c28", "c25a34", "8a4a38", "a8603c", "6a5a58")


def _lit(scene: Scene, left: bool) -> np.float32:
    """Light on a wall that faces left or right."""
    return np.float32(1.07 if (scene.light < 0) == left else 0.74)


def draw_house(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.3,
    wall: str = "",
    roof: str = "",
) -> None:
    """A house in two faces: gable and long side, roof, door, windows (lit at night), chimney. Height h to the ridge."""
    wall_lab = world.local(wall or WALLS[int(rng.integers(len(WALLS)))], depth)
    roof_lab = world.local(roof or ROOFS[int(rng.integers(len(ROOFS)))], depth)
    g, long, eave = 0.42, rng.uniform(0.75, 1.05), rng.uniform(0.50, 0.58)
    cast_shadow(scene, frame.x + 0.2 * frame.h, frame.y, 0.7 * frame.h, strength=0.45)
    gable = [(-g, 0), (-g, eave), (-g / 2 - 0.02, 1.0), (0.0, eave), (0.0, 0)]
    side = [(0.0, 0), (0.0, eave), (long, eave - 0.02), (long, 0)]
    roof_points = [(-g / 2 - 0.03, 1.03), (long - g / 2 + 0.02, 0.99), (long + 0.06, eave - 0.06), (0.045, eave - 0.04)]
    scene.put(
        polygon(scene, frame.at(gable)),
        darken(wall_lab, _lit(scene, not frame.flip)),
        kind=Kind.WALL,
        depth=depth,
        angle=math.pi / 2,
        detail=0.7,
    )
    scene.put(
        polygon(scene, frame.at(side)),
        darken(wall_lab, _lit(scene, frame.flip)),
        kind=Kind.WALL,
        depth=depth,
        angle=0.0,
        detail=0.7,
    )
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
    scene.put(
        polygons(scene, left),
        darken(top, np.float32(0.8)),
        kind=Kind.ROOF,
        depth=depth,
        detail=0.75,
        region=scene.regions - 1,
    )
    chimney = [(long * 0.55, 0.85), (long * 0.55, 1.12), (long * 0.55 + 0.10, 1.12), (long * 0.55 + 0.10, 0.85)]
    scene.put(
        polygon(scene, frame.at(chimney)), darken(wall_lab, np.float32(0.8)), kind=Kind.WALL, depth=depth, detail=0.6
    )
    lit = world.name in ("night", "dusk", "storm")
    pane = from_hex("ffd27a") if lit else world.local("3d4654", depth)
    panes = [
        np.array([(x, 0.20), (x + 0.11, 0.20), (x + 0.11, 0.36), (x, 0.36)]) for x in np.arange(0.12, long - 0.15, 0.26)
    ]
    panes.append(np.array([(-g / 2 - 0.05, 0.55), (-g / 2 + 0.05, 0.55), (-g / 2 + 0.05, 0.68), (-g / 2 - 0.05, 0.68)]))
    scene.put(
        polygons(scene, [frame.at(p) for p in panes]),
        pane,
        kind=Kind.LAMP if lit else Kind.WALL,
        depth=depth,
        detail=0.8,
    )
    scene.put(
        polygon(
            scene, frame.at([(-g / 2 - 0.07, 0), (-g / 2 - 0.07, 0.30), (-g / 2 + 0.07, 0.30), (-g / 2 + 0.07, 0)])
        ),
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
    scene.put(
        polygon(scene, frame.at([(0.0, 0.42), (0.40, 0.42), (0.46, 0.24), (0.0, 0.24)])),
        roof,
        kind=Kind.ROOF,
        depth=depth,
        angle=0.8,
        detail=0.7,
    )
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
    draw_church(scene, world, Frame(frame.x, frame.y - 0.10 * frame.h, frame.h), rng, depth=depth)
    places = sorted(((rng.uniform(-0.9, 0.95), rng.uniform(-0.12, 0.10)) for _ in range(9)), key=lambda p: -p[1])
    for i, (u, v) in enumerate(places):
        x, y = frame.x + u * frame.h * 0.95, frame.y - v * frame.h
        draw_house(
            scene,
            world,
            Frame(x, y, frame.h * rng.uniform(0.24, 0.32), flip=bool(rng.random() < 0.5)),
            rng,
            depth=depth,
        )
        if i % 3 == 1:
            draw_bush(scene, world, Frame(x - 0.2 * frame.h, y + 0.01, 0.09 * frame.h), rng, depth=depth)
        if i % 4 == 2:
            draw_tree(scene, world, Frame(x + 0.26 * frame.h, y, 0.36 * frame.h), rng, depth=depth, shadow=False)
    for _ in range(6):
        draw_bush(
            scene,
            world,
            Frame(
                frame.x + rng.uniform(-1.0, 1.05) * frame.h, frame.y + rng.uniform(0.08, 0.13) * frame.h, 0.09 * frame.h
            ),
            rng,
            depth=depth,
        )


def draw_windmill(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A windmill: tapered tower, cap, four latticed sails."""
    cast_shadow(scene, frame.x, frame.y, 0.2 * frame.h)
    body = inflate(
        scene, polygon(scene, frame.at([(-0.17, 0), (-0.11, 0.58), (0.11, 0.58), (0.17, 0)])), 0.13 * frame.h, STONE
    )
    put_form(
        scene,
        body,
        world.local("cfc0a4" if rng.random() < 0.6 else "8a5a42", depth),
        kinds=Kind.WALL,
        depth=depth,
        detail=0.7,
        angle=1.57,
    )
    t = np.linspace(np.pi, 0, 11)
    cap = np.stack([0.13 * np.cos(t), 0.57 + 0.13 * np.sin(t)], -1)
    put_form(
        scene,
        inflate(scene, polygon(scene, frame.at(cap)), 0.08 * frame.h),
        world.local("6a4636", depth),
        kinds=Kind.ROOF,
        depth=depth,
        detail=0.75,
    )
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
    scene.put(
        polygons(scene, cloth), world.local("efe2c4", depth), kind=Kind.SAIL, depth=depth, detail=0.75, opacity=0.85
    )
    scene.put(polygons(scene, arms), world.local("4a3626", depth), kind=Kind.WALL, depth=depth, detail=0.7)
    scene.put(
        polygon(scene, frame.at([(-0.035, 0), (-0.035, 0.13), (0.035, 0.13), (0.035, 0)])),
        world.local("4a3022", depth),
        kind=Kind.WALL,
        depth=depth,
        detail=0.7,
    )
