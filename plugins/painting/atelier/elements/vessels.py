"""Ships, sailing boats and rowing boats."""

from __future__ import annotations

import math

import numpy as np

from ..colour import darken, from_hex, lerp
from ..scene import Kind, Scene
from ..shapes import Frame, Material, disc, inflate, polygon, polygons, put_form, ribbon, spline, taper
from ..world import World
from .water import draw_foam_line

__all__ = ["draw_boat", "draw_sailboat", "draw_ship"]


SAILCLOTH = Material(0.70, 0.42, 0.0, 2.0, 0.25)


def _sail(
    scene: Scene,
    world: World,
    frame: Frame,
    corners: list[tuple[float, float]],
    *,
    bow: float,
    tone: float,
    depth: float,
) -> None:
    """A sail between head-left, head-right, foot-right, foot-left; both leeches bow to leeward, seams as folds."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    outline = [
        (ax, ay),
        ((ax + bx) / 2, (ay + by) / 2 + 0.004),
        (bx, by),
        ((bx + cx) / 2 + bow, (by + cy) / 2),
        (cx, cy),
        ((cx + dx) / 2 + bow * 0.4, (cy + dy) / 2 + 0.03),
        (dx, dy),
        ((dx + ax) / 2 + bow * 0.6, (dy + ay) / 2),
    ]
    points = frame.at(spline(outline, closed=True, steps=6))
    folds = []
    for f in (0.25, 0.5, 0.75):
        top, low = (ax + (bx - ax) * f, ay + (by - ay) * f), (dx + (cx - dx) * f, dy + (cy - dy) * f + 0.02)
        folds.append(
            (
                frame.at([top, ((top[0] + low[0]) / 2 + bow * 0.8, (top[1] + low[1]) / 2), low]),
                0.004 * frame.h,
                0.004 * frame.h,
            )
        )
    form = inflate(scene, polygon(scene, points), 0.055 * frame.h, SAILCLOTH, folds=folds)
    bright = tone * {"storm": 1.34, "rain": 1.2, "night": 1.3, "dusk": 1.1}.get(world.name, 1.0)
    put_form(
        scene,
        form,
        darken(world.local("f2e8cc", depth), np.float32(bright)),
        kinds=Kind.SAIL,
        depth=depth,
        detail=0.75,
        angle=math.pi / 2 - 0.2,
    )


def draw_ship(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.25, wind: float = 1.0
) -> None:
    """A three-master: hull with sheer, planks, ports; square sails that belly, jibs, shrouds; foam at the bow."""
    hull = [
        (-0.50, 0.20),
        (-0.38, 0.165),
        (-0.2, 0.115),
        (0, 0.085),
        (0.2, 0.088),
        (0.36, 0.115),
        (0.47, 0.145),
        (0.46, 0.11),
        (0.44, 0.07),
        (0.36, 0.0),
        (0.25, -0.06),
        (-0.2, -0.07),
        (-0.46, -0.06),
        (-0.52, 0.14),
    ]
    masts = [(-0.29, 0.70), (0.0, 0.95), (0.27, 0.76)]
    rope, wood = world.local("3c2e24", depth), world.local("6a4428", depth)
    lines = []
    for x, h in masts:
        lines += ribbon(frame.at([(x, 0.08), (x + 0.008, h + 0.05)]), [0.020 * frame.h, 0.008 * frame.h], smooth=False)
    lines += ribbon(frame.at([(0.42, 0.13), (0.70, 0.235)]), [0.018 * frame.h, 0.007 * frame.h], smooth=False)
    scene.put(polygons(scene, lines), wood, kind=Kind.SHIP, depth=depth, angle=math.pi / 2, detail=0.7)
    stays = []
    for x, h in masts:
        for k in range(4):
            stays += ribbon(frame.at([(x, h * 0.78), (x - 0.10 + 0.05 * k, 0.12)]), 0.0032 * frame.h, smooth=False)[:1]
    stays += (
        ribbon(frame.at([(0.69, 0.23), (0.28, 0.74)]), 0.003 * frame.h, smooth=False)[:1]
        + ribbon(frame.at([(0.27, 0.78), (0.0, 0.95)]), 0.003 * frame.h, smooth=False)[:1]
    )
    stays += ribbon(frame.at([(0.0, 0.93), (-0.29, 0.72)]), 0.003 * frame.h, smooth=False)[:1]
    scene.put(polygons(scene, stays), rope, kind=Kind.SHIP, depth=depth, detail=0.6, region=scene.regions - 1)
    for x, h in (masts[0], masts[2], masts[1]):
        small = 0.72 if h < 0.9 else 1.0
        for (head, foot), (a, b), tone in zip(
            ((0.99, 0.80), (0.79, 0.54), (0.53, 0.24)),
            ((0.075, 0.095), (0.10, 0.135), (0.14, 0.165)),
            (1.04, 1.0, 0.95),
            strict=True,
        ):
            bow = 0.060 * wind * (b * small / 0.13)
            yard = ribbon(
                frame.at([(x - a * small, head * h), (x + a * small, head * h)]), 0.009 * frame.h, smooth=False
            )
            scene.put(polygons(scene, yard), wood, kind=Kind.SHIP, depth=depth, detail=0.6)
            _sail(
                scene,
                world,
                frame,
                [
                    (x - a * small, head * h),
                    (x + a * small, head * h),
                    (x + b * small, foot * h),
                    (x - b * small, foot * h),
                ],
                bow=bow,
                tone=tone * rng.uniform(0.96, 1.03),
                depth=depth,
            )
    for corners in (
        [(0.29, 0.70), (0.31, 0.68), (0.66, 0.24), (0.36, 0.25)],
        [(0.30, 0.55), (0.31, 0.53), (0.55, 0.20), (0.34, 0.20)],
    ):
        _sail(scene, world, frame, corners, bow=0.02, tone=0.97, depth=depth)
    outline = frame.at(spline(hull, closed=True, steps=5))
    planks = [
        (frame.at([(-0.5, y + 0.05), (0, y), (0.45, y + 0.035)]), 0.008 * frame.h, 0.006 * frame.h)
        for y in (-0.005, 0.03, 0.06)
    ]
    put_form(
        scene,
        inflate(scene, polygon(scene, outline), 0.09 * frame.h, folds=planks),
        lerp(wood, world.local("5a3420", depth), 0.5),
        kinds=Kind.SHIP,
        depth=depth,
        detail=0.8,
        angle=0.05,
    )
    gold = ribbon(frame.at([(-0.49, 0.165), (-0.2, 0.085), (0.05, 0.06), (0.3, 0.075), (0.46, 0.115)]), 0.010 * frame.h)
    scene.put(
        polygons(scene, gold),
        world.local("d8a83c", depth),
        kind=Kind.SHIP,
        depth=depth,
        angle=0.0,
        detail=0.8,
        region=scene.regions - 1,
    )
    ports = [
        disc(scene, *frame.one(-0.36 + 0.085 * i, 0.052 - 0.045 * math.sin(0.35 * i)), 0.011 * frame.h)
        for i in range(9)
    ]
    for port in ports:
        scene.put(port, world.local("2a1a14", depth), kind=Kind.SHIP, depth=depth, detail=0.8, region=scene.regions - 1)
    for i in range(3):
        x, y = frame.one(-0.455 + 0.035 * i, 0.125 - 0.012 * i)
        scene.put(disc(scene, x, y, 0.013 * frame.h), from_hex("ffd884"), kind=Kind.LAMP, depth=depth, detail=0.85)
    for x, h in masts:
        flag = [
            (x + 0.005, h + 0.05),
            (x + 0.05, h + 0.06),
            (x + 0.10, h + 0.045),
            (x + 0.09, h + 0.02),
            (x + 0.05, h + 0.03),
            (x + 0.005, h + 0.02),
        ]
        scene.put(
            polygon(scene, frame.at(flag)),
            world.local("c23028", depth),
            kind=Kind.CLOTH,
            depth=depth,
            angle=0.1,
            detail=0.8,
        )
    _sit(scene, world, frame, rng, -0.54, 0.50, depth)


def _sit(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, a: float, b: float, depth: float) -> None:
    """Water in front of the hull and foam along it: else the ship stands on the sea."""
    x0, x1 = sorted((frame.one(a, 0)[0], frame.one(b, 0)[0]))
    y = frame.y
    strip = [
        (x0 - 0.02, y + 0.002),
        *[(x0 + (x1 - x0) * t, y - 0.010 * frame.h * math.sin(14 * t)) for t in np.linspace(0, 1, 14)],
        (x1 + 0.02, y + 0.002),
        (x1, y + 0.08 * frame.h),
        (x0, y + 0.08 * frame.h),
    ]
    row = min(scene.height - 1, int((y + 0.09 * frame.h) * scene.height))
    columns = slice(max(0, int(x0 * scene.height)), max(1, int(x1 * scene.height)))
    water = scene.lab[row, columns]
    if water.size and scene.is_kind(Kind.WATER)[row, columns].any():
        colour = darken(water.mean(0), np.float32(0.86))
        scene.put(polygon(scene, strip), colour, kind=Kind.WATER, depth=depth, angle=0.0, detail=0.2, opacity=0.95)
    draw_foam_line(scene, world, rng, x0 - 0.03, x1 + 0.03, y + 0.004, 0.012 * frame.h + 0.002)


def draw_boat(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.25,
    person: bool = True,
    hull: str = "",
) -> None:
    """A small boat 1.6 times as long as the frame is high, with somebody at the oar or the rod."""
    outline = frame.at(
        spline(
            [
                (-0.85, 0.26),
                (-0.55, 0.15),
                (0, 0.10),
                (0.55, 0.15),
                (0.85, 0.28),
                (0.66, 0.02),
                (0.4, -0.06),
                (-0.4, -0.06),
                (-0.66, 0.02),
            ],
            closed=True,
            steps=5,
        )
    )
    inside = frame.at(
        [(-0.72, 0.19), (-0.3, 0.135), (0, 0.125), (0.3, 0.135), (0.72, 0.20), (0.35, 0.085), (-0.35, 0.085)]
    )
    put_form(
        scene,
        inflate(scene, polygon(scene, outline), 0.10 * frame.h),
        world.local(hull or "5c3f28", depth),
        kinds=Kind.SHIP,
        depth=depth,
        detail=0.75,
        angle=0.0,
    )
    scene.put(
        polygon(scene, inside),
        darken(world.local(hull or "5c3f28", depth), np.float32(0.55)),
        kind=Kind.SHIP,
        depth=depth,
        detail=0.75,
        region=scene.regions - 1,
    )
    rail = ribbon(frame.at([(-0.84, 0.25), (-0.5, 0.155), (0, 0.115), (0.5, 0.155), (0.84, 0.27)]), 0.03 * frame.h)
    scene.put(
        polygons(scene, rail),
        darken(world.local(hull or "5c3f28", depth), np.float32(1.5)),
        kind=Kind.SHIP,
        depth=depth,
        detail=0.75,
        region=scene.regions - 1,
    )
    if person:
        robe = frame.at(
            spline(
                [(-0.30, 0.12), (-0.28, 0.38), (-0.20, 0.62), (-0.10, 0.66), (-0.02, 0.55), (0.03, 0.30), (0.08, 0.12)],
                closed=True,
                steps=4,
            )
        )
        put_form(
            scene,
            inflate(scene, polygon(scene, robe), 0.10 * frame.h),
            world.local("3d5a86", depth),
            kinds=Kind.CLOTH,
            depth=depth,
            detail=0.85,
            angle=1.5,
        )
        scene.put(
            disc(scene, *frame.one(-0.11, 0.74), 0.075 * frame.h),
            world.local("d8a880", depth),
            kind=Kind.SKIN,
            depth=depth,
            detail=0.85,
        )
        scene.put(
            polygon(scene, frame.at([(-0.30, 0.77), (-0.11, 0.95), (0.08, 0.77), (-0.11, 0.745)])),
            world.local("d8bc78", depth),
            kind=Kind.CLOTH,
            depth=depth,
            detail=0.85,
        )
        scene.put(
            taper(
                scene,
                frame.at([(-0.05, 0.48), (0.28, 0.62), (0.95, 1.02)]),
                [0.03 * frame.h, 0.022 * frame.h, 0.008 * frame.h],
            ),
            world.local("4a3626", depth),
            kind=Kind.SHIP,
            depth=depth,
            detail=0.7,
        )
    draw_foam_line(
        scene, world, rng, frame.x - 0.72 * frame.h, frame.x + 0.72 * frame.h, frame.y + 0.05 * frame.h, 0.03 * frame.h
    )


def draw_sailboat(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.4) -> None:
    """A single-masted boat with two sails."""
    hull = frame.at(
        spline([(-0.42, 0.13), (0, 0.09), (0.40, 0.15), (0.30, -0.02), (-0.32, -0.02)], closed=True, steps=5)
    )
    put_form(
        scene,
        inflate(scene, polygon(scene, hull), 0.06 * frame.h),
        world.local(("8a3a2c", "35506c", "4a382a")[int(rng.integers(3))], depth),
        kinds=Kind.SHIP,
        depth=depth,
        detail=0.7,
        angle=0.0,
    )
    scene.put(
        taper(scene, frame.at([(0.02, 0.10), (0.03, 1.0)]), [0.02 * frame.h, 0.01 * frame.h]),
        world.local("4a3626", depth),
        kind=Kind.SHIP,
        depth=depth,
        detail=0.7,
    )
    own = world.local(("f6efdc", "e8b878", "d8583c")[int(rng.choice(3, p=[0.6, 0.22, 0.18]))], depth)
    for outline in (
        [(0.00, 0.97), (-0.12, 0.55), (-0.42, 0.20), (0.0, 0.17)],
        [(0.05, 0.92), (0.16, 0.55), (0.38, 0.20), (0.06, 0.18)],
    ):
        points = frame.at(spline(outline, closed=True, steps=6))
        put_form(
            scene,
            inflate(scene, polygon(scene, points), 0.08 * frame.h, SAILCLOTH),
            own,
            kinds=Kind.SAIL,
            depth=depth,
            detail=0.75,
            angle=1.4,
        )
    draw_foam_line(
        scene, world, rng, frame.x - 0.4 * frame.h, frame.x + 0.4 * frame.h, frame.y + 0.01 * frame.h, 0.02 * frame.h
    )
