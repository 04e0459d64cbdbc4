"""Lighthouse and castle."""

from __future__ import annotations

import math

import numpy as np

from ..colour import darken, from_hex, lerp, smoothstep
from ..scene import Kind, Scene
from ..shapes import Frame, polygon, polygons
from ..world import World, glow
from .houses import draw_house

__all__ = ["draw_castle", "draw_lighthouse"]


def draw_lighthouse(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A banded tower with gallery, lamp and beam, a keeper's house at its foot."""
    draw_house(
        scene,
        world,
        Frame(
            frame.x + (0.13 if not frame.flip else -0.13) * frame.h / 0.42 * 0.42,
            frame.y + 0.004,
            0.20 * frame.h,
            flip=frame.flip,
        ),
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
        k = (
            0.72
            + 0.42 * np.sqrt(np.clip(1 - (u * 0.9 - 0.45 * np.sign(scene.light)) ** 2 / 2.1, 0, 1))
            + 0 * patch.mask
        )
        own = world.local(colour if i % 2 == 0 else from_hex("f6f0e4"), depth * 0.6)
        scene.put(
            patch, darken(np.broadcast_to(own, (*k.shape, 3)), k), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.85
        )
    dark = world.local("2c3038", depth)
    scene.put(
        polygons(scene, [frame.at([(-0.115, 0.775), (0.115, 0.775), (0.10, 0.805), (-0.10, 0.805)])]),
        dark,
        kind=Kind.ROOF,
        depth=depth,
        detail=0.85,
    )
    lamp_on = world.name in ("night", "dusk", "storm", "rain", "mist")
    scene.put(
        polygon(scene, frame.at([(-0.055, 0.805), (0.055, 0.805), (0.055, 0.90), (-0.055, 0.90)])),
        from_hex("fff2b0" if lamp_on else "dce6ea"),
        kind=Kind.LAMP,
        depth=depth,
        detail=0.9,
    )
    scene.put(
        polygons(
            scene,
            [
                frame.at([(-0.075, 0.90), (0.075, 0.90), (0.0, 0.985)]),
                frame.at([(-0.006, 0.98), (0.006, 0.98), (0.004, 1.02), (-0.004, 1.02)]),
            ],
        ),
        world.local("b03828", depth),
        kind=Kind.ROOF,
        depth=depth,
        detail=0.9,
    )
    panes = [
        frame.at([(x, 0.12 + 0.2 * j), (x + 0.03, 0.12 + 0.2 * j), (x + 0.03, 0.17 + 0.2 * j), (x, 0.17 + 0.2 * j)])
        for j, x in enumerate((-0.02, 0.01, -0.02))
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
    share = (
        np.exp(-((dy / (0.010 + 0.085 * np.clip(dx, 0, 2))) ** 2))
        * smoothstep(0.0, 0.03, dx)
        * np.exp(-np.clip(dx, 0, 3) / 0.75)
        * (scene.depth > 0.8)
    )
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
        scene.put(
            patch,
            darken(np.broadcast_to(stone, (*k.shape, 3)), k),
            kind=Kind.WALL,
            depth=depth,
            angle=math.pi / 2,
            detail=0.7,
        )
        if pointed:
            scene.put(
                polygon(scene, frame.at([(x - w * 1.25, h), (x, h + 3.4 * w), (x + w * 1.25, h)])),
                roof,
                kind=Kind.ROOF,
                depth=depth,
                angle=1.5,
                detail=0.8,
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
            polygon(
                scene,
                frame.at([(x - 0.012, h * 0.68), (x - 0.012, h * 0.78), (x + 0.012, h * 0.78), (x + 0.012, h * 0.68)]),
            ),
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
    teeth = [
        frame.at(
            [(-0.5 + 0.06 * i, 0.33), (-0.5 + 0.06 * i, 0.385), (-0.466 + 0.06 * i, 0.385), (-0.466 + 0.06 * i, 0.33)]
        )
        for i in range(17)
    ]
    scene.put(
        polygons(scene, teeth),
        darken(stone, np.float32(0.9)),
        kind=Kind.WALL,
        depth=depth,
        detail=0.6,
        region=scene.regions - 1,
    )
    tower(-0.20, 0.075, 0.52, True)
    tower(0.30, 0.085, 0.50, False)
    tower(-0.50, 0.10, 0.46, False)
    tower(0.52, 0.09, 0.44, True)
    door = np.concatenate(
        [
            [(-0.03, 0)],
            np.stack(
                [0.04 + 0.07 * np.cos(np.linspace(np.pi, 0, 9)), 0.12 + 0.07 * np.sin(np.linspace(np.pi, 0, 9))], -1
            ),
            [(0.11, 0)],
        ]
    )
    scene.put(polygon(scene, frame.at(door)), darken(stone, np.float32(0.3)), kind=Kind.WALL, depth=depth, detail=0.7)
