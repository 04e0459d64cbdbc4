"""What rises: ranges, hills, cliffs, a gorge, stones."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..noise import blur, fbm_line, sample
from ..scene import Kind, Scene
from ..shapes import STONE, cast_shadow, inflate, polygon, put_form, spline
from ..world import World
from .land import ground_under

__all__ = ["draw_cliff", "draw_gorge", "draw_hill", "draw_ridge", "draw_stones"]


def draw_ridge(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    base: float,
    peaks: Sequence[tuple[float, float, float]],
    depth: float,
    rough: float = 0.02,
    snow: float | None = None,
    mist: float = 1.0,
    wooded: bool = False,
    sharp: float = 1.25,
) -> Array:
    """A range of mountains. base: y of its foot; peaks: (x, half width, height); snow: y above which it is white;
    returns its top line y(x).
    """
    x, y = scene.grid()
    row = x[0]
    rise = np.zeros_like(row)
    for px, half, height in peaks:
        bend = 1 + 0.16 * fbm_line(rng, row, cycles=5, octaves=3)
        rise = np.maximum(rise, height * np.clip(1 - np.abs(row - px) * bend / half, 0, 1) ** sharp)
    rise = rise + rough * (1 + 3 * rise) * fbm_line(rng, row, cycles=6, octaves=6, gain=0.52, ridged=True)
    top = (base - np.maximum(rise, -0.02)).astype(np.float32)
    patch = ground_under(scene, top)
    if patch.mask.size == 0:
        return top
    rows = y[patch.y :]
    below = np.clip(rows - top[None], 0, None)
    slope = np.gradient(blur(np.repeat(top[None], 4, 0), scene.height / 60)[0]) * scene.height
    offset = rng.random(4)
    shear = row[None] * 1.5 + 0.55 * np.tanh(slope * 1.5)[None] * below * 2.2
    px, py = shear + offset[0], below * 0.9 + offset[1] + row[None] * 0.25
    r0 = 1 - np.abs(sample("cloud", px, py) + 0.18 * sample("rough", px * 1.6, py * 1.3))
    r1 = 1 - np.abs(
        sample("cloud", px + 0.016 * scene.light, py - 0.008)
        + 0.18 * sample("rough", (px + 0.016 * scene.light) * 1.6, (py - 0.008) * 1.3)
    )
    face = np.tanh(3.2 * (r0 - r1)) * 0.75
    big = np.tanh(slope * 1.9)[None] * np.sign(scene.light) * np.exp(-3.5 * below / (0.12 + rise.max()))
    k = 0.90 + (0.20 * face + 0.30 * big) * (1 - 0.45 * depth)
    t = depth**0.85
    base_colour = lerp(world.near, world.far, t)
    if wooded:
        base_colour = lerp(base_colour, world.local(world.foliage(rng), depth), 0.55)
    lab = darken(np.broadcast_to(base_colour, (*k.shape, 3)), k)
    lab[..., 2] += 0.018 * np.clip(k - 0.95, -0.4, 0.4) * 2
    if snow is not None:
        edge = snow + 0.055 * sample("rough", px * 2.2, py * 2.2) + 0.05 * face
        white = smoothstep(0.02, -0.03, rows - edge) * smoothstep(-0.75, 0.1, face + 0.7 * big + 0.25)
        snow_lab = lerp(
            world.local("aebfdc", depth * 0.3),
            world.local("fdfcf6", depth * 0.15),
            smoothstep(0.72, 1.08, k)[..., None],
        )
        lab = lerp(lab, snow_lab, (0.94 * white)[..., None])
    foot = smoothstep(0.25, 1.0, below / np.maximum(0.05, base - top)[None]) * mist
    lab = lerp(lab, lerp(world.sky[-1], world.far, 0.25), np.clip(0.72 * foot * (0.35 + 0.65 * depth), 0, 1)[..., None])
    angle = np.arctan2(1.0, 1.3 * slope)[None] + 0.35 * face
    scene.put(
        patch,
        lab.astype(np.float32),
        kind=Kind.MOUNTAIN,
        depth=depth,
        angle=np.broadcast_to(angle, k.shape),
        detail=0.22,
    )
    return top


def draw_hill(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    base: float,
    height: float,
    depth: float,
    colour: Array | None = None,
    cycles: float = 1.2,
    texture: float = 0.05,
    kind: Kind = Kind.GRASS,
) -> Array:
    """A band of soft hills down from its top line; returns the line y(x)."""
    x, y = scene.grid()
    row = x[0]
    top = (base - height * (0.5 + 0.5 * fbm_line(rng, row, cycles=cycles, octaves=3, gain=0.35))).astype(np.float32)
    patch = ground_under(scene, top)
    if patch.mask.size == 0:
        return top
    rows = y[patch.y :]
    own = lerp(world.ground[0], world.ground[1], rng.random()) if colour is None else colour
    o = rng.random(2)
    n = sample("general", row[None] * (0.5 + depth) + o[0], rows * 3 + o[1])
    below = np.clip((rows - top[None]) / max(height, 0.05), 0, 1.5)
    slope = np.gradient(top) * scene.height
    k = 1 + texture * n - 0.10 * below + 0.16 * np.tanh(2 * slope)[None] * np.sign(scene.light)
    lab = darken(np.broadcast_to(world.local(own, depth), (*k.shape, 3)), k)
    angle = np.broadcast_to(np.arctan(slope)[None] * 0.8, k.shape)
    scene.put(patch, lab, kind=kind, depth=depth, angle=angle, detail=0.15)
    return top


def draw_cliff(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    side: int,
    x: float,
    top: float,
    foot: float,
    depth: float = 0.3,
) -> None:
    """A headland from one edge of the picture (side -1 left, 1 right) to x, its top at y = top, its foot in the water
    at foot.
    """
    edge = -0.05 if side < 0 else scene.aspect + 0.05
    t = np.linspace(0, 1, 14)
    rim = top + 0.012 * rng.standard_normal(14) + 0.02 * np.sin(3 * t)
    upper = np.stack([edge + (x - edge) * t, rim], -1)
    down = np.linspace(0, 1, 10)[1:]
    face = np.stack([x + side * -0.10 * down**1.6 + 0.022 * rng.standard_normal(9), top + (foot - top) * down], -1)
    outline = np.concatenate([upper, face, [(edge, foot + 0.02)]])
    patch = polygon(scene, outline)
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    o = rng.random(2)
    lean = columns + 0.25 * rows
    strata = sample("cloud", lean * 0.9 + o[0], rows * 0.45 + o[1]) + 0.35 * sample(
        "rough", lean * 0.8 + o[1], rows * 0.35 + o[0]
    )
    ahead = sample("cloud", lean * 0.9 + o[0] + 0.014 * scene.light, rows * 0.45 + o[1] - 0.006) + 0.35 * sample(
        "rough", lean * 0.8 + o[1] + 0.012 * scene.light, rows * 0.35 + o[0]
    )
    ledge = np.sin(rows * 62 + 2.2 * strata) * smoothstep(-0.4, 0.8, strata)
    k = 0.88 + 0.40 * np.tanh(2.4 * (strata - ahead)) + 0.05 * strata + 0.07 * ledge
    lab = darken(np.broadcast_to(lerp(world.local("8a7660", depth), world.near, 0.2), (*k.shape, 3)), k)
    lab = lerp(lab, world.near, (0.4 * smoothstep(foot - 0.08, foot, rows))[..., None])
    scene.put(patch, lab.astype(np.float32), kind=Kind.ROCK, depth=depth, angle=1.35 + 0.3 * strata, detail=0.4)
    grass = np.concatenate([upper + (0, -0.004), (upper + (0, 0.028) + rng.uniform(0, 0.012, (14, 1)) * (0, 1))[::-1]])
    scene.put(
        polygon(scene, grass),
        world.local(world.ground[0], depth * 0.5),
        kind=Kind.GRASS,
        depth=depth,
        angle=0.1,
        detail=0.35,
    )


def draw_gorge(
    scene: Scene, world: World, rng: np.random.Generator, *, x: float, top: float, foot: float, depth: float
) -> None:
    """Two walls of rock with a notch between them, green on their shoulders."""
    for side in (-1, 1):
        t = np.linspace(0, 1, 12)
        inner = np.stack([x + side * (0.022 + 0.03 * rng.random(12) + 0.02 * t), top + (foot - top) * t], -1)
        shoulder = np.stack(
            [
                x + side * np.linspace(0.06, 0.62, 9),
                top - 0.035 + np.linspace(0, 1, 9) ** 1.4 * (foot - top) * 0.92 + 0.018 * rng.standard_normal(9),
            ],
            -1,
        )
        outline = np.concatenate(
            [inner[::-1], shoulder, [(x + side * 0.70, foot + 0.02), (x + side * 0.03, foot + 0.02)]]
        )
        patch = polygon(scene, outline)
        if patch.mask.size == 0:
            continue
        rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
        columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
        n = sample("rough", columns * 1.4 + 0.3 * side, rows * 0.55)
        ahead = sample("rough", columns * 1.4 + 0.3 * side + 0.014 * scene.light, rows * 0.55 - 0.006)
        k = 0.84 + 0.32 * np.tanh(2.2 * (n - ahead)) + 0.12 * side * np.sign(scene.light) * -1
        rock = lerp(world.local("7c7468", depth), world.near, 0.25)
        green = world.local(world.foliage(rng, "pine" if world.season == "winter" else ""), depth)
        moss = smoothstep(-0.2, 0.9, n) * smoothstep(0.05, 0.30, np.abs(columns - x))
        lab = darken(lerp(np.broadcast_to(rock, (*k.shape, 3)), green, (0.75 * moss)[..., None]), k)
        scene.put(patch, lab, kind=Kind.ROCK, depth=depth, angle=1.45 + 0.2 * n, detail=0.4)


def draw_stones(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    x: float,
    y: float,
    spread: float,
    count: int = 7,
    size: float = 0.03,
) -> None:
    """A few boulders, lit from the scene's side."""
    numbers = rng.random((count, 8))
    for n in sorted(numbers.tolist(), key=lambda v: v[1]):
        cx, cy, r = x + (n[0] - 0.5) * 2 * spread, y + (n[1] - 0.5) * spread * 0.35, size * (0.5 + n[2])
        angles = np.linspace(0, 2 * np.pi, 8, endpoint=False) + n[3]
        radius = r * (0.8 + 0.35 * np.sin(angles * 2 + n[4] * 6) * 0.5 + 0.12 * np.cos(angles * 3 + n[5] * 6))
        outline = spline(
            np.stack([cx + radius * 1.35 * np.cos(angles), cy - 0.4 * r + radius * 0.8 * np.sin(angles)], -1),
            closed=True,
            steps=4,
        )
        cast_shadow(scene, cx, cy + 0.25 * r, r * 1.2)
        own = from_hex(("8e8a80", "7a7670", "98907e")[int(n[6] * 3)])
        put_form(
            scene,
            inflate(scene, polygon(scene, outline), r * 0.8, STONE),
            world.local(own, 0.1),
            kinds=Kind.ROCK,
            depth=0.2,
            detail=0.5,
            angle=0.5,
        )
