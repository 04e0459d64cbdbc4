"""Lotus, its leaves, and reeds."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import darken, lerp, smoothstep
from ..scene import Kind, Scene
from ..shapes import PETAL, Frame, inflate, polygon, polygons, put_form, ribbon, spline
from ..world import World

__all__ = ["draw_lotus", "draw_lotus_leaf", "draw_reeds"]


def draw_lotus(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2, stalk: bool = True
) -> None:
    """A lotus: rows of pointed petals, pale at the base, pink at the tips; h is its width."""
    x, y, r = frame.x, frame.y, frame.h * 0.5
    if stalk:
        scene.put(
            polygons(
                scene,
                ribbon(
                    [(x, y), (x + 0.06 * frame.h, y + 0.5 * frame.h), (x + 0.03 * frame.h, y + 1.3 * frame.h)],
                    0.028 * frame.h,
                ),
            ),
            world.local("5a7a44"),
            kind=Kind.FOLIAGE,
            depth=depth,
            angle=1.57,
            detail=0.5,
        )
    pink, pale = world.local(("e0608a", "e87aa0", "d8486a")[int(rng.integers(3))]), world.local("fdeeea")
    opening = rng.uniform(0.7, 1.0)
    for count, spread, length, wide, row in (
        (5, 1.15, 1.0, 0.30, 0),
        (6, 1.45, 1.0, 0.30, 1),
        (4, 0.62, 0.92, 0.34, 2),
        (5, 1.62, 0.86, 0.28, 3),
        (3, 0.75, 0.66, 0.34, 4),
    ):
        for i in range(count):
            u = (i / (count - 1) - 0.5) * 2
            heading = -math.pi / 2 + u * spread * opening
            root = np.array([x + 0.10 * r * u, y + 0.08 * r * row * 0.5])
            size = length * r * 1.1
            shape = spline(
                [(0, -0.10), (0.40, -0.5), (0.78, -0.34), (1.06, 0.0), (0.78, 0.34), (0.40, 0.5), (0, 0.10)],
                closed=True,
                steps=5,
            ) * (
                size,
                2 * wide * r * 0.75,
            )
            c, s = math.cos(heading), math.sin(heading)
            points = root + np.stack([shape[:, 0] * c - shape[:, 1] * s, shape[:, 0] * s + shape[:, 1] * c], -1)
            form = inflate(scene, polygon(scene, points), 0.30 * wide * r, PETAL)
            if form.patch.mask.size == 0:
                continue
            py = (np.arange(form.patch.mask.shape[0])[:, None] + form.patch.y) / scene.height - root[1]
            px = (np.arange(form.patch.mask.shape[1])[None] + form.patch.x) / scene.height - root[0]
            t = smoothstep(0.10, 1.0, (px * c + py * s) / size)
            lab = lerp(pale, pink, t[..., None]) * np.array([0.90 + 0.03 * row, 1, 1], np.float32)
            scene.put(
                form.patch,
                form.colour(lab.astype(np.float32)),
                kind=Kind.FLOWER,
                depth=depth,
                angle=heading,
                detail=0.8,
            )


def draw_lotus_leaf(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3, flat: float = 0.48
) -> None:
    """A floating leaf, h wide, with forked veins."""
    own = world.local(("4f8a4a", "5f9a52", "3f7a4c", "7aa050")[int(rng.integers(4))]) * np.array(
        [rng.uniform(0.85, 1.08), 1, 1], np.float32
    )
    t = np.linspace(0, 2 * np.pi, 25, endpoint=False)
    r = 0.5 * frame.h * (1 + 0.05 * np.sin(5 * t + rng.uniform(0, 6)))
    outline = np.stack([frame.x + r * np.cos(t), frame.y + flat * r * np.sin(t)], -1)
    scene.put(
        polygon(scene, outline + (0.006, 0.012)),
        darken(world.water, np.float32(0.55)),
        kind=Kind.WATER,
        depth=depth,
        opacity=0.6,
        soft=True,
    )
    form = inflate(scene, polygon(scene, spline(outline, closed=True, steps=2)), 0.12 * frame.h)
    put_form(scene, form, own, kinds=Kind.FOLIAGE, depth=depth, detail=0.5, angle=0.0)
    region = scene.regions - 1
    veins = []
    centre = np.array([frame.x, frame.y])
    for i in range(11):
        a = 2 * math.pi * (i + 0.5) / 11
        d = np.array([math.cos(a), flat * math.sin(a)])
        fork = centre + 0.30 * frame.h * d
        veins += ribbon([centre, fork], [0.010 * frame.h, 0.006 * frame.h], smooth=False)[:1]
        for k in (-0.14, 0.14):
            veins += ribbon(
                [fork, centre + 0.46 * frame.h * np.array([math.cos(a + k), flat * math.sin(a + k)])],
                [0.006 * frame.h, 0.002 * frame.h],
                smooth=False,
            )[:1]
    scene.put(
        polygons(scene, veins),
        darken(own, np.float32(1.22)),
        kind=Kind.FOLIAGE,
        depth=depth,
        detail=0.5,
        region=region,
        opacity=0.7,
    )


def draw_reeds(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.12, count: int = 26
) -> None:
    """Reeds and grasses at the water's edge, some with plumes."""
    own = world.local("7c8a48" if world.season not in ("autumn", "winter") else "b09050")
    for tone in (0.7, 1.0, 1.2):
        blades = []
        for _ in range(count // 3):
            x = frame.x + rng.normal(0, 0.5) * frame.h
            h = frame.h * rng.uniform(0.55, 1.05)
            lean = rng.normal(0.08, 0.16) * h
            blades += ribbon(
                [
                    (x, frame.y),
                    (x + lean * 0.35, frame.y - 0.55 * h),
                    (x + lean, frame.y - 0.9 * h),
                    (x + lean * 1.6, frame.y - 0.93 * h),
                ],
                [0.016 * frame.h, 0.014 * frame.h, 0.007 * frame.h, 0.002],
            )[:1]
            if rng.random() < 0.35:
                blades += ribbon(
                    [(x + lean * 0.9, frame.y - 0.84 * h), (x + lean * 1.05, frame.y - 1.02 * h)],
                    [0.03 * frame.h, 0.02 * frame.h],
                    smooth=False,
                )
        scene.put(
            polygons(scene, blades),
            darken(own, np.float32(tone)),
            kind=Kind.FOLIAGE,
            depth=depth,
            angle=1.5,
            detail=0.42,
            region=None if tone == 0.7 else scene.regions - 1,
        )
