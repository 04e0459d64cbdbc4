"""Ground and what rises from it far away: mountains, hills, meadows, fields, paths, snow, sand, far shores."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..noise import blur, fbm_line, sample
from ..scene import Kind, Patch, Scene
from ..shapes import STONE, Frame, cast_shadow, inflate, polygon, polygons, put_form, ribbon, spline
from ..world import World

__all__ = [
    "draw_bank",
    "draw_cliff",
    "draw_desert",
    "draw_far_shore",
    "draw_fields",
    "draw_grass",
    "draw_hill",
    "draw_islet",
    "draw_meadow",
    "draw_path",
    "draw_ridge",
    "draw_stones",
]


def _below(scene: Scene, top: Array) -> Patch:
    """Everything under a line y = top(x), antialiased."""
    _, y = scene.grid()
    first = max(0, int(np.floor(top.min() * scene.height)) - 1)
    if first >= scene.height:
        return Patch(np.zeros((0, 0), np.float32), 0, 0)
    mask = np.clip((y[first:] - top[None]) * scene.height + 0.5, 0, 1)
    return Patch(mask.astype(np.float32), 0, first)


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
    """A range of mountains. base: y of its foot; peaks: (x, half width, height); snow: y above which it is white; returns its top line y(x)."""
    x, y = scene.grid()
    row = x[0]
    rise = np.zeros_like(row)
    for px, half, height in peaks:
        bend = 1 + 0.16 * fbm_line(rng, row, cycles=5, octaves=3)
        rise = np.maximum(rise, height * np.clip(1 - np.abs(row - px) * bend / half, 0, 1) ** sharp)
    rise = rise + rough * (1 + 3 * rise) * fbm_line(rng, row, cycles=6, octaves=6, gain=0.52, ridged=True)
    top = (base - np.maximum(rise, -0.02)).astype(np.float32)
    patch = _below(scene, top)
    if patch.mask.size == 0:
        return top
    rows = y[patch.y :]
    below = np.clip(rows - top[None], 0, None)
    slope = np.gradient(blur(np.repeat(top[None], 4, 0), scene.height / 60)[0]) * scene.height
    offset = rng.random(4)
    shear = row[None] * 1.5 + 0.55 * np.tanh(slope * 1.5)[None] * below * 2.2
    px, py = shear + offset[0], below * 0.9 + offset[1] + row[None] * 0.25
    r0 = 1 - np.abs(sample("cloud", px, py) + 0.18 * sample("rough", px * 1.6, py * 1.3))
    r1 = 1 - np.abs(sample("cloud", px + 0.016 * scene.light, py - 0.008) + 0.18 * sample("rough", (px + 0.016 * scene.light) * 1.6, (py - 0.008) * 1.3))
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
        snow_lab = lerp(world.local("aebfdc", depth * 0.3), world.local("fdfcf6", depth * 0.15), smoothstep(0.72, 1.08, k)[..., None])
        lab = lerp(lab, snow_lab, (0.94 * white)[..., None])
    foot = smoothstep(0.25, 1.0, below / np.maximum(0.05, base - top)[None]) * mist
    lab = lerp(lab, lerp(world.sky[-1], world.far, 0.25), np.clip(0.72 * foot * (0.35 + 0.65 * depth), 0, 1)[..., None])
    angle = np.arctan2(1.0, 1.3 * slope)[None] + 0.35 * face
    scene.put(patch, lab.astype(np.float32), kind=Kind.MOUNTAIN, depth=depth, angle=np.broadcast_to(angle, k.shape), detail=0.22)
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
    patch = _below(scene, top)
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


def draw_far_shore(
    scene: Scene, world: World, rng: np.random.Generator, *, y: float, height: float = 0.03, depth: float = 0.75, kind: Kind = Kind.FOLIAGE
) -> None:
    """A low line of trees on the far side, ending at y."""
    x, _ = scene.grid()
    row = x[0]
    top = y - height * np.clip(0.55 + 0.5 * fbm_line(rng, row, cycles=3.5, octaves=6, gain=0.6), 0.05, 1.4)
    first, last = max(0, int(top.min() * scene.height) - 1), min(scene.height, int(y * scene.height) + 1)
    rows = (np.arange(first, last, dtype=np.float32)[:, None] + 0.5) / scene.height
    mask = np.clip((rows - top[None]) * scene.height + 0.5, 0, 1).astype(np.float32)
    n = sample("general", row[None] * 1.3 + rng.random(), rows * 4)
    base = world.local(world.foliage(rng, "pine" if world.season == "winter" else ""), depth)
    lab = darken(np.broadcast_to(lerp(base, world.near, 0.25 * (1 - depth)), (*mask.shape, 3)), 0.92 + 0.12 * n)
    scene.put(Patch(mask, 0, first), lab, kind=kind, depth=depth, angle=np.pi / 2 + 0.4, detail=0.25)


def _ground_colour(scene: Scene, world: World, rng: np.random.Generator, y0: float, near: Array, far: Array) -> tuple[Patch, Array, Array]:
    """(patch, colours, distance 0 far .. 1 near) of a plain below y0, with noise in perspective."""
    x, y = scene.grid()
    first = max(0, int(y0 * scene.height))
    rows = y[first:]
    t = np.clip((rows - y0) / max(1e-3, 1 - y0), 0, 1)
    o = rng.random(3)
    z = t + 0.07
    px, py = (x - scene.aspect / 2) / z * 0.11 + o[0], 0.25 / z + o[1]
    n = sample("cloud", px, py)
    fine = sample("general", px * 2.6 + o[2], py * 2.6)
    lab = lerp(far, near, np.broadcast_to(t**0.7, n.shape)[..., None])
    lab = lerp(lab, world.ground[1] * np.array([world.dim, 1, 1], np.float32), (0.32 * smoothstep(-0.3, 1.2, n))[..., None])
    patches = np.tanh(1.6 * sample("cloud", px * 2.1 + o[2], py * 1.3 + o[0]))
    lab = darken(lab, 1 + 0.08 * n + 0.05 * fine + 0.07 * patches - 0.12 * np.broadcast_to(t, n.shape) ** 3)
    lab[..., 1] += 0.010 * patches
    lab[..., 2] += 0.016 * n - 0.010 * patches
    mask = np.ones((scene.height - first, scene.width), np.float32)
    return Patch(mask, 0, first), lab, np.broadcast_to(t, n.shape)


def draw_meadow(scene: Scene, world: World, rng: np.random.Generator, *, y0: float, kind: Kind = Kind.GRASS) -> None:
    """A plain of grass (or snow, by the world's season) from y0 down."""
    near, far = world.local(world.ground[0]), lerp(world.local(world.ground[1]), world.far, 0.42)
    patch, lab, t = _ground_colour(scene, world, rng, y0, near, far)
    snowy = world.season == "winter"
    x, _ = scene.grid()
    angle = (0.25 * sample("cloud", x * 0.6 + rng.random(), t * 0.7) + (0 if snowy else -0.2 * t)).astype(np.float32)
    scene.put(patch, lab, kind=Kind.SNOW if snowy else kind, depth=(0.75 * (1 - t) ** 1.5).astype(np.float32), angle=angle, detail=0.15)


def draw_fields(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    y0: float,
    vanish: float,
    crop: Sequence[str] = ("c9b24a", "8fae48", "6f9a42", "dcc566", "a8b85a", "b4823c"),
) -> None:
    """Strips of fields that run to a vanishing point on the horizon."""
    draw_meadow(scene, world, rng, y0=y0)
    x, y = scene.grid()
    first = max(0, int(y0 * scene.height))
    rows = y[first:]
    t = np.clip((rows - y0) / max(1e-3, 1 - y0), 0, 1)
    a = (x - vanish) / (rows - y0 + 0.09) * 0.55 + 0.05 * fbm_line(rng, t[:, 0], cycles=2, octaves=2)[:, None]
    edges = np.cumsum(rng.uniform(0.10, 0.34, 60)) - 6.0
    label = np.searchsorted(edges, a)
    cross = np.searchsorted(np.sort(rng.uniform(0.03, 0.85, 4)) ** 1.6, t[:, 0])[:, None]
    choice = rng.integers(0, len(crop), (64, 6))
    own = choice[np.clip(label, 0, 63), np.broadcast_to(cross, label.shape)]
    colours = np.stack([world.local(c) for c in crop])
    lab = lerp(colours[own], world.far, (0.55 * (1 - np.broadcast_to(t, own.shape)) ** 2.2)[..., None])
    furrow = np.sin(a * 130 / (1 + (own % 3))) * smoothstep(0.05, 0.35, t) * 0.045
    o = rng.random(2)
    n = sample("general", a * 0.35 + o[0], 0.2 / (t + 0.1) + o[1])
    lab = darken(lab.astype(np.float32), 1 + furrow + 0.05 * n)
    angle = np.arctan2(rows - y0 + 0.09, (x - vanish) + 1e-3)
    patch = Patch(np.full((scene.height - first, scene.width), 0.94, np.float32), 0, first)
    scene.put(
        patch,
        lab,
        kind=Kind.GROUND,
        depth=(0.75 * (1 - np.broadcast_to(t, own.shape)) ** 1.5).astype(np.float32),
        angle=np.broadcast_to(angle, own.shape),
        detail=0.2,
    )
    hedge = []
    for edge in edges[(edges > -5) & (edges < 5)][::2]:
        near = rng.uniform(0.05, 0.5)
        v = np.linspace(0.0, near, 12) ** 1.3
        px = vanish + (edge - 0.02) * (v * (1 - y0) + 0.09) / 0.55
        size = 0.004 + 0.035 * v
        ragged = size * (0.8 + 0.5 * fbm_line(rng, np.linspace(0, 1, 12).astype(np.float32), cycles=9, octaves=2))
        py = y0 + v * (1 - y0)
        if rng.random() < 0.55:
            hedge.append(np.concatenate([np.stack([px, py - ragged], -1), np.stack([px + 0.4 * size, py + 0.25 * size], -1)[::-1]]))
    hedge_lab = darken(world.local("54743c" if world.season != "autumn" else "8a6a34", 0.3), np.float32(0.85))
    scene.put(polygons(scene, hedge), hedge_lab, kind=Kind.FOLIAGE, depth=0.4, angle=1.2, detail=0.35)


def draw_path(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    start: tuple[float, float],
    end: tuple[float, float],
    wide: float = 0.30,
    bend: float = 0.4,
    colour: str = "d8c49a",
    water: bool = False,
) -> np.ndarray:
    """An S-curve from the lower edge to its end under the subject, width growing as t^1.35; a river if `water`. Returns its middle line (n, 2)."""
    t = np.linspace(0, 1, 60)
    y = end[1] + (start[1] - end[1]) * t**1.15
    x = end[0] + (start[0] - end[0]) * t**1.3 + bend * 0.22 * np.sin(2.1 * np.pi * t**0.75) * t**0.55
    w = 0.008 + wide * t**1.35
    wobble = 1 + 0.08 * fbm_line(rng, t.astype(np.float32), cycles=9, octaves=3)
    left, right = np.stack([x - w / 2 * wobble, y], -1), np.stack([x + w / 2 * wobble[::-1], y], -1)
    patch = polygon(scene, np.concatenate([left, right[::-1]]))
    if patch.mask.size == 0:
        return np.stack([x, y], -1)
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + 0.5 + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + 0.5 + patch.x) / scene.height
    near = np.clip((rows - end[1]) / max(1e-3, start[1] - end[1]), 0, 1)
    slope = np.gradient(x, y)
    angle = np.interp(rows[:, 0], y, np.arctan2(1, slope)).astype(np.float32)[:, None]
    depth = np.broadcast_to(0.62 * (1 - near), patch.mask.shape)
    if water:
        sky = lerp(world.sky[-1], world.sky[0], np.clip(near, 0, 1)[..., None])
        lab = lerp(sky, world.water, 0.5)
        n = sample("general", columns * 0.9 + rng.random(), rows * 9)
        lab = darken(np.broadcast_to(lab, (*patch.mask.shape, 3)), 0.95 + 0.08 * n)
        scene.put(patch, lab, kind=Kind.WATER, depth=depth, angle=0.0, detail=0.25)
        bank = []
        for side in (left, right):
            bank += ribbon(side, [0.002, 0.016], steps=1)
        scene.put(polygons(scene, bank), darken(world.local(world.ground[0]), 0.62), kind=Kind.GROUND, depth=0.3, angle=1.2, opacity=0.8)
        return np.stack([x, y], -1)
    snowy = world.season == "winter"
    own = world.local("c8cfdd" if snowy else colour)
    n = sample("general", columns * 1.6 + rng.random(), rows * 5)
    ruts = 0.05 * np.sin((columns - np.interp(rows[:, 0], y, x)[:, None]) / np.maximum(0.01, np.interp(rows[:, 0], y, w)[:, None]) * 9)
    lab = darken(np.broadcast_to(lerp(own, world.far, 0.3 * (1 - near)[..., None]), (*patch.mask.shape, 3)), 1 + 0.05 * n - np.abs(ruts))
    scene.put(patch, lab, kind=Kind.PATH, depth=depth, angle=np.broadcast_to(angle, patch.mask.shape), detail=0.2)
    return np.stack([x, y], -1)


def draw_desert(scene: Scene, world: World, rng: np.random.Generator, *, y0: float) -> None:
    """Dunes: overlapping crests with a lit and a shaded face."""
    sand, shade_ = world.local("e2b878"), world.local("a8744c")
    x, y = scene.grid()
    row = x[0]
    for i in range(6):
        t = i / 5
        base = y0 + (1 - y0) * t**1.3 * 0.95
        top = (base - (0.02 + 0.09 * t) * (0.5 + 0.6 * fbm_line(rng, row, cycles=1.6 - 0.6 * t, octaves=2, gain=0.35))).astype(np.float32)
        patch = _below(scene, top)
        if patch.mask.size == 0:
            continue
        rows = y[patch.y :]
        below = np.clip(rows - top[None], 0, None)
        slope = np.gradient(top) * scene.height
        crest = smoothstep(-0.15, 0.25, slope * np.sign(scene.light) + 0.25 * np.sin(below * 40 + row * 3))
        ripples = 0.025 * np.sin(below * (420 - 260 * t) + 3 * sample("cloud", row[None] * 1.2, rows * 1.5)) * t
        lab = lerp(shade_, sand, np.clip(crest * np.exp(-below * 5) + 0.55 * (1 - np.exp(-below * 9)), 0, 1)[..., None])
        lab = lerp(lab, world.far, 0.5 * (1 - t) ** 2)
        scene.put(
            patch,
            darken(lab.astype(np.float32), 1 + ripples),
            kind=Kind.GROUND,
            depth=0.75 * (1 - t),
            angle=np.broadcast_to(np.arctan(slope)[None], below.shape),
            detail=0.2,
        )


def draw_cliff(scene: Scene, world: World, rng: np.random.Generator, *, side: int, x: float, top: float, foot: float, depth: float = 0.3) -> None:
    """A headland from one edge of the picture (side -1 left, 1 right) to x, its top at y = top, its foot in the water at foot."""
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
    strata = sample("cloud", lean * 0.9 + o[0], rows * 0.45 + o[1]) + 0.35 * sample("rough", lean * 0.8 + o[1], rows * 0.35 + o[0])
    ahead = sample("cloud", lean * 0.9 + o[0] + 0.014 * scene.light, rows * 0.45 + o[1] - 0.006) + 0.35 * sample(
        "rough", lean * 0.8 + o[1] + 0.012 * scene.light, rows * 0.35 + o[0]
    )
    ledge = np.sin(rows * 62 + 2.2 * strata) * smoothstep(-0.4, 0.8, strata)
    k = 0.88 + 0.40 * np.tanh(2.4 * (strata - ahead)) + 0.05 * strata + 0.07 * ledge
    lab = darken(np.broadcast_to(lerp(world.local("8a7660", depth), world.near, 0.2), (*k.shape, 3)), k)
    lab = lerp(lab, world.near, (0.4 * smoothstep(foot - 0.08, foot, rows))[..., None])
    scene.put(patch, lab.astype(np.float32), kind=Kind.ROCK, depth=depth, angle=1.35 + 0.3 * strata, detail=0.4)
    grass = np.concatenate([upper + (0, -0.004), (upper + (0, 0.028) + rng.uniform(0, 0.012, (14, 1)) * (0, 1))[::-1]])
    scene.put(polygon(scene, grass), world.local(world.ground[0], depth * 0.5), kind=Kind.GRASS, depth=depth, angle=0.1, detail=0.35)


def draw_stones(scene: Scene, world: World, rng: np.random.Generator, *, x: float, y: float, spread: float, count: int = 7, size: float = 0.03) -> None:
    """A few boulders, lit from the scene's side."""
    numbers = rng.random((count, 8))
    for n in sorted(numbers.tolist(), key=lambda v: v[1]):
        cx, cy, r = x + (n[0] - 0.5) * 2 * spread, y + (n[1] - 0.5) * spread * 0.35, size * (0.5 + n[2])
        angles = np.linspace(0, 2 * np.pi, 8, endpoint=False) + n[3]
        radius = r * (0.8 + 0.35 * np.sin(angles * 2 + n[4] * 6) * 0.5 + 0.12 * np.cos(angles * 3 + n[5] * 6))
        outline = spline(np.stack([cx + radius * 1.35 * np.cos(angles), cy - 0.4 * r + radius * 0.8 * np.sin(angles)], -1), closed=True, steps=4)
        cast_shadow(scene, cx, cy + 0.25 * r, r * 1.2)
        own = from_hex(("8e8a80", "7a7670", "98907e")[int(n[6] * 3)])
        put_form(scene, inflate(scene, polygon(scene, outline), r * 0.8, STONE), world.local(own, 0.1), kinds=Kind.ROCK, depth=0.2, detail=0.5, angle=0.5)


def draw_grass(
    scene: Scene, world: World, rng: np.random.Generator, *, y0: float, flowers: Sequence[str] = (), density: float = 1.0, tall: float = 1.0
) -> None:
    """Tufts over a meadow in three tones, and flowers among them, both growing with nearness."""
    if world.season == "winter" or scene.width < 16:
        return
    count = int(900 * density * scene.aspect)
    numbers = rng.random((count, 6))
    t = np.sort(numbers[:, 0]) ** 0.55
    here = scene.is_kind(Kind.GRASS)
    tones: list[list[Array]] = [[], [], []]
    for (_, u, lean, size, tone, _), near in zip(numbers.tolist(), t.tolist(), strict=True):
        x, y = u * scene.aspect, y0 + (1.02 - y0) * near
        row, column = min(scene.height - 1, int(y * scene.height)), min(scene.width - 1, int(x * scene.height))
        if not here[row, column]:
            continue
        h = (0.008 + 0.034 * near**1.6) * (0.6 + 0.8 * size) * tall
        bend = (lean - 0.5) * 0.9 * h
        shapes = ribbon([(x, y), (x + bend * 0.35, y - 0.55 * h), (x + bend, y - h)], [0.0045 * (0.35 + near), 0.003 * (0.35 + near), 0.0006], steps=3)[:1]
        tones[int(tone * 3)].extend(shapes)
    base = world.local(world.ground[0])
    for shapes, k in zip(tones, (0.78, 1.08, 1.24), strict=True):
        if shapes:
            scene.put(
                polygons(scene, shapes),
                darken(base, np.float32(k)) + np.array([0, 0, 0.012 * (k - 1)], np.float32),
                kind=Kind.GRASS,
                depth=0.15,
                angle=np.pi / 2,
                detail=0.3,
            )
    if flowers:
        _flowers(scene, world, rng, y0, flowers, here, int(420 * density * scene.aspect))


def _flowers(scene: Scene, world: World, rng: np.random.Generator, y0: float, flowers: Sequence[str], here: np.ndarray, count: int) -> None:
    numbers = rng.random((count, 5))
    drifts = rng.random(2)
    shapes: list[list[Array]] = [[] for _ in flowers]
    t8 = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.stack([np.cos(t8), 0.7 * np.sin(t8)], -1)
    for u, v, w, which, chance in numbers.tolist():
        near = v**0.6
        x, y = u * scene.aspect, y0 + (1.0 - y0) * near
        row, column = min(scene.height - 1, int(y * scene.height)), min(scene.width - 1, int(x * scene.height))
        patchy = float(sample("cloud", np.float32(x * 0.7 + drifts[0]), np.float32(near * 1.1 + drifts[1])))
        if not here[row, column] or chance > 0.55 + 0.5 * patchy:
            continue
        r = (0.0022 + 0.0085 * near**1.7) * (0.7 + 0.6 * w)
        shapes[int((which * 0.7 + 0.3 * (patchy > 0.3)) * len(flowers)) % len(flowers)].append(np.array([x, y - r]) + r * ring)
    for parts, colour in zip(shapes, flowers, strict=True):
        if parts:
            scene.put(polygons(scene, parts), world.local(colour), kind=Kind.FLOWER, depth=0.15, angle=0.3, detail=0.4)


def draw_islet(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.35) -> None:
    """A low mound of land in water, 4.4 h wide, with stones and bushes at its rim."""
    _mound(scene, world, frame, rng, depth, 2.2)


def draw_bank(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A bank of land, 2 h to each side of the frame, its lower edge in the water (or cut by the picture)."""
    _mound(scene, world, frame, rng, depth, 3.4, bushes=7)


def _mound(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, depth: float, wide: float, bushes: int = 4) -> None:
    from .trees import draw_bush
    from .water import draw_foam_line

    u = np.linspace(-1, 1, 25)
    top = (1 - u**2) ** 0.6 * (1 + 0.12 * fbm_line(rng, u.astype(np.float32), cycles=3, octaves=3))
    low = -0.16 * (1 - u**2) ** 0.5 + 0.03 * rng.standard_normal(25)
    outline = np.concatenate([np.stack([u * wide, top], -1), np.stack([u * wide, low], -1)[::-1]])
    patch = polygon(scene, frame.at(outline))
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    t = np.clip((rows - (frame.y - frame.h)) / max(1e-3, frame.h), 0, 1.2)
    n = sample("general", columns * 1.6 + rng.random(), rows * 3)
    side = np.tanh((columns - frame.x) / max(1e-3, wide * frame.h) * 1.4) * np.sign(scene.light)
    k = 1.0 + 0.10 * n + 0.14 * side - 0.16 * t
    grass = world.local(world.ground[0], depth * 0.6)
    lab = darken(lerp(grass, world.local("7a6a50", depth), np.clip((t - 0.72) * 3.2, 0, 1)[..., None] * np.ones((*k.shape, 1), np.float32)), k)
    snowy = world.season == "winter"
    scene.put(patch, lab.astype(np.float32), kind=Kind.SNOW if snowy else Kind.GRASS, depth=depth, angle=0.15 * n, detail=0.3)
    draw_foam_line(scene, world, rng, frame.x - wide * frame.h * 0.97, frame.x + wide * frame.h * 0.97, frame.y + 0.10 * frame.h, 0.05 * frame.h + 0.002)
    for i in range(bushes):
        u0 = rng.uniform(-0.85, 0.85)
        draw_bush(
            scene,
            world,
            Frame(frame.x + u0 * wide * frame.h, frame.y - (1 - u0 * u0) ** 0.6 * frame.h * 0.75 + 0.2 * frame.h, rng.uniform(0.35, 0.6) * frame.h),
            rng,
            depth=depth,
        )
        del i


def draw_gorge(scene: Scene, world: World, rng: np.random.Generator, *, x: float, top: float, foot: float, depth: float) -> None:
    """Two walls of rock with a notch between them, green on their shoulders."""
    for side in (-1, 1):
        t = np.linspace(0, 1, 12)
        inner = np.stack([x + side * (0.022 + 0.03 * rng.random(12) + 0.02 * t), top + (foot - top) * t], -1)
        shoulder = np.stack(
            [x + side * np.linspace(0.06, 0.62, 9), top - 0.035 + np.linspace(0, 1, 9) ** 1.4 * (foot - top) * 0.92 + 0.018 * rng.standard_normal(9)], -1
        )
        outline = np.concatenate([inner[::-1], shoulder, [(x + side * 0.70, foot + 0.02), (x + side * 0.03, foot + 0.02)]])
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
