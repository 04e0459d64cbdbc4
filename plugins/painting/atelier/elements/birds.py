"""Crane, small birds, eagle, flocks; and a butterfly."""

from __future__ import annotations

import math

import numpy as np

from ..bodies import Body, body
from ..colour import Array, darken, from_hex
from ..scene import Kind, Scene
from ..shapes import FUR, PETAL, Frame, disc, inflate, polygon, polygons, put_form, ribbon, spline, taper
from ..world import World

__all__ = ["draw_bird", "draw_crane", "draw_eagle", "draw_flock"]


def draw_crane(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    feeding: bool | None = None,
) -> None:
    """A standing crane: white body, black neck and plumes, red crown; h to its head."""
    down = bool(rng.random() < 0.3) if feeding is None else feeding
    white, black = world.local("f6f4ee", depth * 0.5), world.local("24262c", depth * 0.5)
    for x0, x1 in ((-0.03, -0.05), (0.05, 0.045)):
        scene.put(
            taper(
                scene,
                frame.at([(x0, 0.50), (x0 + 0.02, 0.24), (x1, 0.0), (x1 + 0.08, -0.004)]),
                0.015 * frame.h,
                smooth=False,
            ),
            black,
            kind=Kind.ANIMAL,
            depth=depth,
            detail=0.85,
        )
    b = Body([], 0.02)
    b.cone((-0.16, 0.48, 0), (0.03, 0.55, 0), 0.075, 0.095, 0).cone((-0.16, 0.48, 0), (-0.28, 0.45, 0), 0.06, 0.02, 0)
    neck = (
        [(0.08, 0.60, 0), (0.17, 0.66, 0), (0.235, 0.58, 0), (0.25, 0.44, 0), (0.29, 0.33, 0)]
        if down
        else [(0.08, 0.62, 0), (0.135, 0.70, 0), (0.12, 0.79, 0), (0.105, 0.88, 0), (0.13, 0.95, 0)]
    )
    b.chain(neck, [0.052, 0.038, 0.030, 0.026, 0.026], 1)
    b.ball(neck[-1], 0.036, 0)
    form, _ = body(scene, b, frame, material=PETAL)
    put_form(scene, form, np.stack([white, black]), kinds=[Kind.ANIMAL, Kind.ANIMAL], depth=depth, detail=0.92)
    hx, hy = neck[-1][0], neck[-1][1]
    tip = (hx + 0.08, hy - 0.15) if down else (hx + 0.17, hy - 0.02)
    scene.put(
        taper(scene, frame.at([(hx + 0.02, hy), tip]), [0.020 * frame.h, 0.004 * frame.h], smooth=False),
        world.local("8a8458", depth),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )
    scene.put(
        disc(scene, *frame.one(hx, hy + 0.026), 0.020 * frame.h, 0.012 * frame.h),
        from_hex("c8302a"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.95,
    )
    scene.put(
        disc(scene, *frame.one(hx + 0.014, hy + 0.006), 0.0055 * frame.h),
        from_hex("101010"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.95,
    )
    for count, length, y, tone in ((7, 0.17, 0.60, 1.0), (6, 0.13, 0.585, 0.95), (5, 0.09, 0.575, 1.02)):
        for i in range(count):
            t = i / (count - 1)
            root = (0.04 - 0.20 * t, y - 0.07 * t)
            points = frame.at([root, (root[0] - length * 0.6, root[1] - 0.05), (root[0] - length, root[1] - 0.075)])
            put_form(
                scene,
                inflate(
                    scene,
                    polygons(scene, ribbon(points, [0.02 * frame.h, 0.034 * frame.h, 0.006 * frame.h])),
                    0.016 * frame.h,
                    PETAL,
                ),
                darken(white, np.float32(tone)),
                kinds=Kind.ANIMAL,
                depth=depth,
                detail=0.8,
            )
    for i in range(7):
        end = (-0.34 - 0.02 * (i % 3), 0.36 + 0.025 * (i - 3) * 0.6)
        scene.put(
            taper(
                scene,
                frame.at([(-0.17, 0.50), (-0.28, 0.47 + 0.01 * (i - 3)), end]),
                [0.018 * frame.h, 0.03 * frame.h, 0.004 * frame.h],
            ),
            black,
            kind=Kind.ANIMAL,
            depth=depth,
            detail=0.85,
            region=None if i == 0 else scene.regions - 1,
        )


def _wing(frame: Frame, root: tuple[float, float], lift: float, side: float) -> list[tuple[Array, bool]]:
    """Fifteen feathers along a bent arm: (outline, dark tip)."""
    out = []
    elbow = (root[0] - 0.06 + 0.10 * side, root[1] + 0.24 * lift)
    wrist = (root[0] + 0.08 + 0.22 * side, root[1] + 0.46 * lift)
    for i in range(15):
        t = i / 14
        if t < 0.5:
            p = (root[0] + (elbow[0] - root[0]) * t * 2, root[1] + (elbow[1] - root[1]) * t * 2)
        else:
            p = (elbow[0] + (wrist[0] - elbow[0]) * (t - 0.5) * 2, elbow[1] + (wrist[1] - elbow[1]) * (t - 0.5) * 2)
        heading = math.pi * (1.08 - 0.52 * t**1.5) * (1 if lift > 0 else -1)
        length = 0.24 + 0.22 * t**1.2
        q = (p[0] + length * math.cos(heading), p[1] + length * math.sin(heading) * (0.9 if lift > 0 else 1))
        middle = ((p[0] + q[0]) / 2 + 0.01, (p[1] + q[1]) / 2 + 0.02 * lift)
        out.append(
            (
                np.concatenate(
                    ribbon(frame.at([p, middle, q]), [0.03 * frame.h, 0.055 * frame.h, 0.014 * frame.h])[:1]
                ),
                t > 0.62 or t < 0.2,
            )
        )
    return out


def draw_bird(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2, flying: bool = False
) -> None:
    """A small bird of length 1.3 h: perched, or flying with raised wings."""
    back = from_hex(("3f6aa8", "8a5a34", "4a7a4c", "2c3038", "b0502c")[int(rng.integers(5))])
    breast = from_hex(("e8a858", "f0e4cc", "d86a3c", "e8dcc0")[int(rng.integers(4))])
    back, breast = world.local(back, depth), world.local(breast, depth)
    if flying:
        _flier(scene, world, frame, back, breast, depth)
        return
    b = Body([], 0.03)
    b.cone((-0.10, 0.42, 0), (0.06, 0.50, 0), 0.20, 0.21, 0).ball((0.10, 0.40, 0.06), 0.17, 1).ball(
        (0.17, 0.74, 0), 0.165, 0
    ).ball((0.22, 0.68, 0.04), 0.10, 1)
    b.cone((-0.18, 0.40, 0), (-0.62, 0.10, 0), 0.11, 0.04, 2)
    b.cone((0.00, 0.50, 0.16), (-0.34, 0.24, 0.12), 0.10, 0.03, 2)
    form, _ = body(scene, b, frame, material=FUR, soften=0.012)
    put_form(
        scene,
        form,
        np.stack([back, breast, darken(back, np.float32(0.7))]),
        kinds=[Kind.ANIMAL, Kind.ANIMAL, Kind.ANIMAL],
        depth=depth,
        detail=0.95,
    )
    scene.put(
        polygon(scene, frame.at([(0.30, 0.78), (0.45, 0.735), (0.31, 0.70)])),
        world.local("6a5a3a", depth),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.95,
    )
    scene.put(
        disc(scene, *frame.one(0.235, 0.785), 0.028 * frame.h),
        from_hex("101010"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=1.0,
    )
    scene.put(
        disc(scene, *frame.one(0.243, 0.795), 0.009 * frame.h),
        from_hex("ffffff"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=1.0,
        soft=True,
    )
    for x in (0.02, 0.10):
        scene.put(
            taper(scene, frame.at([(x, 0.25), (x + 0.01, 0.02)]), 0.025 * frame.h, smooth=False),
            world.local("5a4434", depth),
            kind=Kind.ANIMAL,
            depth=depth,
            detail=0.9,
        )


def _flier(scene: Scene, world: World, frame: Frame, back: Array, breast: Array, depth: float) -> None:
    for lift, side, k in ((0.9, -0.5, 0.75), (1.0, 0.3, 1.0)):
        for i, (outline, dark) in enumerate(_wing(frame, (0.0, 0.52), lift, side)):
            scene.put(
                polygon(scene, outline),
                darken(back, np.float32(k * (0.5 if dark else 0.9 + 0.03 * (i % 3)))),
                kind=Kind.ANIMAL,
                depth=depth,
                detail=0.85,
                region=None if i == 0 else scene.regions - 1,
            )
        if lift < 1:
            form = inflate(
                scene,
                polygon(
                    scene,
                    frame.at(
                        spline(
                            [
                                (0.42, 0.55),
                                (0.30, 0.64),
                                (0.05, 0.62),
                                (-0.25, 0.54),
                                (-0.62, 0.50),
                                (-0.60, 0.40),
                                (-0.22, 0.42),
                                (0.08, 0.38),
                                (0.28, 0.46),
                            ],
                            closed=True,
                        )
                    ),
                ),
                0.10 * frame.h,
                FUR,
            )
            put_form(scene, form, breast, kinds=Kind.ANIMAL, depth=depth, detail=0.9, angle=0.1)
    scene.put(
        polygon(scene, frame.at([(0.41, 0.585), (0.54, 0.545), (0.41, 0.525)])),
        world.local("c89a3c", depth),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )
    scene.put(
        disc(scene, *frame.one(0.32, 0.575), 0.018 * frame.h),
        from_hex("101010"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )


def draw_eagle(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.4) -> None:
    """A large bird that soars: both wings spread wide; h is half its span."""
    brown = world.local("5a4028", depth)
    for side in (-1, 1):
        for i in range(13):
            t = i / 12
            root = (side * (0.08 + 0.62 * t), 0.50 + 0.16 * math.sin(2.4 * t))
            heading = -math.pi / 2 + side * (0.12 + 0.95 * t**2)
            length = 0.30 - 0.06 * t + 0.10 * (t > 0.6)
            tip = (root[0] + length * math.cos(heading), root[1] + length * math.sin(heading))
            scene.put(
                polygons(
                    scene,
                    ribbon(frame.at([root, tip]), [0.05 * frame.h, 0.055 * frame.h, 0.015 * frame.h], smooth=False)[:1],
                ),
                darken(brown, np.float32(0.7 + 0.05 * (i % 3))),
                kind=Kind.ANIMAL,
                depth=depth,
                detail=0.85,
                region=None if i == 0 else scene.regions - 1,
            )
        arm = frame.at([(0, 0.47), (side * 0.3, 0.60), (side * 0.72, 0.62)])
        put_form(
            scene,
            inflate(
                scene,
                polygons(scene, ribbon(arm, [0.16 * frame.h, 0.14 * frame.h, 0.05 * frame.h])),
                0.06 * frame.h,
                FUR,
            ),
            brown,
            kinds=Kind.ANIMAL,
            depth=depth,
            detail=0.85,
        )
    form = inflate(
        scene,
        polygon(
            scene,
            frame.at(
                spline(
                    [
                        (0, 0.72),
                        (0.08, 0.60),
                        (0.10, 0.42),
                        (0.05, 0.22),
                        (0.14, 0.02),
                        (0, -0.03),
                        (-0.14, 0.02),
                        (-0.05, 0.22),
                        (-0.10, 0.42),
                        (-0.08, 0.60),
                    ],
                    closed=True,
                )
            ),
        ),
        0.09 * frame.h,
        FUR,
    )
    put_form(scene, form, darken(brown, np.float32(1.1)), kinds=Kind.ANIMAL, depth=depth, detail=0.9, angle=1.57)
    scene.put(
        disc(scene, *frame.one(0, 0.72), 0.07 * frame.h, 0.08 * frame.h),
        world.local("f0e8d8", depth),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )
    scene.put(
        polygon(scene, frame.at([(-0.03, 0.76), (0.035, 0.84), (0.04, 0.74)])),
        world.local("d8a830", depth),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )


def draw_flock(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.6,
    kind: str = "gull",
    count: int = 9,
) -> None:
    """Birds far off. kind: "gull" (light), "crow" (black, ragged), "goose" (in a wedge), "swallow"; h is the flock's
    height.
    """
    own = {"gull": "f2f2ee", "crow": "1e1e24", "goose": "4a4038", "swallow": "24304a"}[kind]
    if kind == "gull" and float(world.sky[0, 0]) > 0.8:
        own = "4a5058"
    shapes = []
    for i in range(count):
        if kind == "goose":
            side, rank = (1 if i % 2 else -1), (i + 1) // 2
            x, y = (
                frame.x - rank * 0.055 * (frame.h / 0.2),
                frame.y - frame.h / 2 + side * rank * 0.020 * (frame.h / 0.2),
            )
            size = 0.024 * (frame.h / 0.2) * rng.uniform(0.9, 1.1)
        else:
            x, y = frame.x + rng.normal(0, 0.55) * frame.h, frame.y - frame.h * rng.random()
            size = frame.h * rng.uniform(0.07, 0.16)
        beat = rng.uniform(-0.25, 0.8)
        turn = rng.normal(0, 0.25)
        for s in (-1, 1):
            p = np.array([(0, 0), (s * 0.45, 0.35 * beat + 0.12), (s * 1.0, 0.30 * beat - 0.10)])
            c, sn = math.cos(turn), math.sin(turn)
            p = np.stack([x + size * (p[:, 0] * c - p[:, 1] * sn), y - size * (p[:, 0] * sn + p[:, 1] * c)], -1)
            shapes += ribbon(p, [0.22 * size, 0.17 * size, 0.02 * size])
        shapes += ribbon(
            [(x - 0.32 * size, y - 0.02 * size), (x + 0.34 * size, y)],
            [0.05 * size, 0.22 * size, 0.08 * size],
            smooth=False,
        )
    scene.put(
        polygons(scene, shapes), world.local(own, depth * 0.35), kind=Kind.ANIMAL, depth=depth, angle=0.2, detail=0.7
    )
