"""Trees with needles: conifer, cypress, pine."""

from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, lerp
from ..noise import fbm_line, sample
from ..scene import Kind, Scene
from ..shapes import Frame, cast_shadow, polygon, polygons, ribbon
from ..world import World
from .trees import draw_leaves, draw_wood

__all__ = ["draw_conifer", "draw_cypress", "draw_pine"]


def draw_conifer(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.25) -> None:
    """A fir: zigzag tiers, lit on one side, snowy in winter."""
    tiers = 12
    left, right = [], []
    for i in range(tiers):
        t = i / tiers
        wide = 0.20 * (1 - t) ** 0.9 + 0.012
        y = 0.08 + 0.92 * t
        drop = 0.045 * (1 - t)
        a, b = rng.uniform(0.8, 1.2, 2)
        left += [(-wide * 0.45, y + 0.035 * (1 - t)), (-wide * a, y - drop)]
        right += [(wide * 0.45, y + 0.035 * (1 - t)), (wide * b, y - drop)]
    outline = frame.at([*left, (0, 1.02), *right[::-1]])
    base = world.local(world.foliage(rng, "pine"), depth)
    base = lerp(base, world.near, 0.35)
    trunk = ribbon(frame.at([(0, 0), (0, 0.2)]), 0.03 * frame.h)
    scene.put(
        polygons(scene, trunk), world.local("4a3a2c", depth), kind=Kind.TRUNK, depth=depth, angle=1.57, detail=0.4
    )
    patch = polygon(scene, outline)
    if patch.mask.size == 0:
        return
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    across = (columns - frame.x) / (0.2 * frame.h)
    n = sample("fine", columns * 1.4, rows * 1.4)
    k = 0.80 + 0.32 * np.tanh(across * np.sign(scene.light) * 1.4) + 0.13 * n
    lab = darken(np.broadcast_to(base, (*k.shape, 3)), k)
    if world.season == "winter":
        white = np.clip((n + 0.9 * np.sin((frame.y - rows) / frame.h * 2 * np.pi * tiers / 0.92) - 0.1), 0, 1)
        lab = lerp(lab, world.local("f2f6fa", depth), (0.8 * white)[..., None])
    angle = np.where(across < 0, 2.2, 0.95) + 0 * rows
    scene.put(patch, lab.astype(np.float32), kind=Kind.FOLIAGE, depth=depth, angle=angle, detail=0.42)


def draw_cypress(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A flame of a tree."""
    t = np.linspace(0, 1, 22)
    wide = (
        0.12
        * np.sin(np.pi * np.clip(t * 0.93 + 0.05, 0, 1)) ** 0.75
        * (1 + 0.18 * fbm_line(rng, t.astype(np.float32), cycles=6, octaves=3))
    )
    sway = 0.025 * np.sin(3.3 * t + rng.uniform(0, 6))
    outline = np.concatenate([np.stack([sway - wide, t], -1), np.stack([sway + wide, t], -1)[::-1]])
    patch = polygon(scene, frame.at(outline))
    if patch.mask.size == 0:
        return
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    across = (columns - frame.x) / (0.12 * frame.h)
    flames = np.sin(across * 5 + 9 * sample("cloud", columns * 1.1, rows * 0.7))
    k = 0.82 + 0.22 * np.tanh(across * np.sign(scene.light)) + 0.20 * flames
    scene.put(
        patch,
        darken(np.broadcast_to(world.local(world.foliage(rng, "cypress"), depth), (*k.shape, 3)), k),
        kind=Kind.FOLIAGE,
        depth=depth,
        angle=math.pi / 2 + 0.25 * flames,
        detail=0.45,
    )


def draw_pine(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15) -> None:
    """A Japanese or Chinese pine: zigzag trunk, level branches that end in flat pads of needles."""
    heights = np.linspace(0, 0.95, 7)
    sway = 0.07 * np.array([0, 1, -0.6, 0.9, -0.5, 0.7, 0.2]) * rng.uniform(0.8, 1.4) + 0.02 * rng.standard_normal(7)
    trunk = np.stack([sway + 0.10 * heights, heights], -1)
    lines: list[tuple[Array, list[float]]] = [(trunk, [0.085, 0.075, 0.065, 0.055, 0.042, 0.028, 0.012])]
    pads: list[tuple[float, float, float]] = [(float(trunk[-1, 0]), float(trunk[-1, 1]), 0.15)]
    for i in range(9):
        t = 0.34 + 0.62 * i / 9
        x, y = float(np.interp(t, heights / 0.95, trunk[:, 0])), float(t * 0.95)
        way = 1 if i % 2 else -1
        length = (0.46 - 0.28 * (t - 0.34) / 0.62) * rng.uniform(0.75, 1.15)
        dip = rng.uniform(-0.03, 0.05)
        points = np.array([(x, y), (x + way * length * 0.5, y + dip + 0.02), (x + way * length, y + dip - 0.01)])
        lines.append((points, [0.026, 0.018, 0.008]))
        pads.append((x + way * length, y + dip + 0.015, 0.10 + 0.10 * length))
        if length > 0.3:
            pads.append((x + way * length * 0.55, y + dip + 0.05, 0.09))
    cast_shadow(scene, frame.x, frame.y, 0.16 * frame.h, strength=0.4)
    draw_wood(scene, world, frame, lines, "6a4c38", depth)
    base = world.local(world.foliage(rng, "pine"), depth)
    for px, py, wide in pads:
        count = 8
        u = np.linspace(-1, 1, count)
        centres = np.stack([px + wide * u, py + 0.035 * (1 - u**2) + 0.008 * rng.standard_normal(count)], -1)
        radii = 0.050 * (1 - 0.45 * u**2) * (wide / 0.13) ** 0.5
        draw_leaves(scene, frame, rng, centres, radii, base, depth, flat=0.62, rough=0.3, detail=0.42)
        if world.season == "winter":
            snow = [
                frame.at(
                    np.stack(
                        [
                            px + wide * np.concatenate([u, u[::-1]]),
                            py + np.concatenate([0.05 + 0.045 * (1 - u**2), 0.035 * (1 - u[::-1] ** 2) + 0.03]),
                        ],
                        -1,
                    )
                )
            ]
            scene.put(
                polygons(scene, snow),
                world.local("f6f8fb", depth),
                kind=Kind.SNOW,
                depth=depth,
                angle=0.0,
                detail=0.4,
                opacity=0.9,
            )
        needles = []
        for c in centres[::2]:
            for a in np.linspace(-0.2, math.pi + 0.2, 8):
                tip = c + 0.036 * np.array([math.cos(a) * 1.3, math.sin(a)])
                needles += ribbon(frame.at([c, tip]), [0.005 * frame.h, 0.001 * frame.h], smooth=False)[:1]
        scene.put(
            polygons(scene, needles),
            darken(base, np.float32(1.18)),
            kind=Kind.FOLIAGE,
            depth=depth,
            detail=0.42,
            region=scene.regions - 1,
        )
