"""Water: mirrors, rivers, calm and stormy seas, the claw wave, waterfalls; and reflections of what stands in them."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..noise import fbm_line, sample
from ..scene import Kind, Patch, Scene
from ..shapes import Frame, disc, polygon, polygons, ribbon, spline, taper
from ..world import World
from .storm import draw_storm_waves

__all__ = ["draw_calm", "draw_claw_wave", "draw_light_path", "draw_sea", "draw_waterfall", "reflect"]


def draw_calm(scene: Scene, world: World, rng: np.random.Generator, *, y0: float, ripple: float = 1.0) -> None:
    """A lake or a still river from y0 down: a mirror of what is above, its colour mixed in,
    darker towards the viewer.
    """
    x, y = scene.grid()
    first = max(1, int(y0 * scene.height))
    rows = y[first:]
    d = np.clip(rows - y0, 0, None)
    o = rng.random(4)
    n = sample("general", x * 0.7 / (d + 0.10) * 0.16 + o[0], 0.35 / (d + 0.035) + o[1])
    m = sample("general", x * 1.5 / (d + 0.10) * 0.16 + o[2], 0.8 / (d + 0.035) + o[3])
    column = np.clip(
        np.broadcast_to(np.arange(scene.width)[None], n.shape) + (0.006 + 0.045 * d) * ripple * n * scene.height,
        0,
        scene.width - 1,
    ).astype(np.int64)
    source = y0 - d * 1.08 + 0.045 * ripple * d**0.7 * m
    row = np.clip(source * scene.height, 0, first - 1).astype(np.int64)
    mirrored = scene.lab[row, column]
    if scene.sun is not None:  # a disc in the mirror breaks into the lane of light, which is drawn for itself
        disc_there = (scene.kind[row, column] == Kind.SUN)[..., None]
        mirrored = np.where(disc_there, world.sky[-1], mirrored)
    t = np.clip(d / max(1e-3, 1 - y0), 0, 1)
    own = lerp(world.water, darken(world.water, np.float32(0.62)), np.broadcast_to(t, n.shape)[..., None])
    lab = lerp(darken(mirrored, np.float32(0.88)), own, 0.34 + 0.16 * t[..., None])
    lab = darken(lab, 1 + 0.05 * ripple * n + 0.03 * m)
    glint = smoothstep(1.5, 2.3, n + 0.6 * m) * 0.3
    lab = lerp(lab, world.sky[-1], glint[..., None])
    patch = Patch(np.ones(n.shape, np.float32), 0, first)
    scene.put(
        patch,
        lab.astype(np.float32),
        kind=Kind.WATER,
        depth=(0.72 * (1 - np.broadcast_to(t, n.shape)) ** 1.4).astype(np.float32),
        angle=0.04 * n,
        detail=0.15,
    )
    world.waterline = y0


def draw_light_path(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    y0: float,
    x: float,
    colour: Array,
    strength: float = 1.0,
    end: float = 1.0,
) -> None:
    """The broken lane of light that a sun, moon or lamp throws on water."""
    gx, gy = scene.grid()
    first = max(1, int(y0 * scene.height))
    d = np.clip(gy[first:] - y0, 0, None)
    o = rng.random(2)
    n = 0.7 * sample("general", gx * 0.22 / (d + 0.08) + o[0], 1.25 / (d + 0.06) + o[1])
    n = n + 0.6 * sample("fine", gx * 0.5 / (d + 0.20) + o[1], 1.1 / (d + 0.10) + o[0])
    lane = n + 1.75 * np.exp(-(((gx - x) / (0.016 + 0.13 * d)) ** 2)) - 0.25
    share = (
        smoothstep(0.65, 1.35, lane)
        * np.exp(-(((gx - x) / (0.08 + 0.34 * d)) ** 2))
        * strength
        * smoothstep(end + 0.02, end - 0.1, gy[first:])
    )
    share = share * (1 - 0.45 * smoothstep(0.05, 0.45, d))
    share = share * scene.is_kind(Kind.WATER)[first:]
    part = scene.lab[first:]
    part += (colour - part) * np.clip(share, 0, 0.95)[..., None]


def reflect(scene: Scene, before: Array, region: int, y0: float, *, strength: float = 0.6) -> None:
    """Mirror the things drawn since `region` at their own waterline, on water only.

    before: the colours before they were drawn (unused rows may be anything).
    """
    new = scene.region >= region
    new[min(scene.height, int(y0 * scene.height) + 1) :] = False
    rows_with = np.flatnonzero(new.any(1))
    if not len(rows_with):
        return
    line = int(y0 * scene.height)
    deep = min(scene.height - line, int((line - rows_with[0]) * 1.05) + 2)
    if deep <= 1:
        return
    x, y = scene.grid()
    rows = y[line : line + deep]
    d = np.clip(rows - y0, 0, None)
    n = sample("general", x * 0.10 / (d + 0.06), 0.42 / (d + 0.03))
    row = np.clip(2 * line - np.arange(line, line + deep) - 1, 0, scene.height - 1)[:, None]
    row = np.clip(row + (0.03 * d**0.7 * n * scene.height), 0, line - 1).astype(np.int64)
    column = np.clip(
        np.broadcast_to(np.arange(scene.width)[None], n.shape) + (0.004 + 0.03 * d) * n * scene.height,
        0,
        scene.width - 1,
    ).astype(np.int64)
    share = (
        new[row, column]
        * scene.is_kind(Kind.WATER)[line : line + deep]
        * strength
        * np.clip(1 - 0.55 * d / 0.5, 0.2, 1)
    )
    part = scene.lab[line : line + deep]
    part += (darken(scene.lab[row, column], np.float32(0.84)) - part) * share[..., None]


def draw_sea(scene: Scene, world: World, rng: np.random.Generator, *, y0: float, storm: float) -> None:
    """Open sea from y0: rows of waves, low and glinting when calm (storm 0), steep with foam when not (1)."""
    x, y = scene.grid()
    first = max(1, int(y0 * scene.height))
    rows = y[first:]
    t0 = np.clip((rows - y0) / (1 - y0), 0, 1)
    horizon_colour = lerp(world.sky[-1], world.water, 0.62)
    n = sample("general", x * 0.16 / (t0 + 0.08) + rng.random(), 0.5 / (t0 + 0.05) + rng.random())
    lab = lerp(horizon_colour, world.water, np.broadcast_to(t0**0.4, n.shape)[..., None])
    lab = darken(lab, 0.98 + 0.05 * n)
    patch = Patch(np.ones(n.shape, np.float32), 0, first)
    scene.put(
        patch,
        lab.astype(np.float32),
        kind=Kind.WATER,
        depth=(0.78 - 0.3 * np.broadcast_to(t0, n.shape)).astype(np.float32),
        angle=0.05 * n,
        detail=0.12,
    )
    if storm > 0.3:
        draw_storm_waves(scene, world, rng, y0=y0, storm=storm)
    else:
        _draw_swell(scene, world, rng, y0=y0, storm=storm, region=scene.regions - 1)
    world.waterline = y0


def _draw_swell(scene: Scene, world: World, rng: np.random.Generator, *, y0: float, storm: float, region: int) -> None:
    """Rows of low waves that glint. storm: 0 .. 0.3."""
    x, y = scene.grid()
    row = x[0]
    count = 9
    deep, crest_colour = (
        darken(world.water, np.float32(0.62)),
        lerp(lerp(world.water, from_hex("6fc0b4"), 0.45), world.sky[-1], 0.18),
    )
    own = rng.uniform(-1, 1, (count, 3)) * storm  # in a storm no wave is like the next
    for i in range(count):
        t = float(np.clip((i + 1 + 0.42 * own[i, 0]) / count, 0.05, 1))
        base = y0 + (1.06 - y0) * t**1.45
        amplitude = (0.003 + 0.009 * t) * (1 - storm) + storm * (0.008 + 0.100 * t**0.95) * (1 + 0.65 * own[i, 1])
        phase = rng.uniform(0, 6)
        bend = (1.1 + 1.5 * storm) * fbm_line(rng, row, cycles=1.1 + 0.6 * storm, octaves=3)
        period = (0.10 + 0.34 * t) * 1.7 ** own[i, 2] * (1 + 0.35 * storm)
        s = np.abs(np.sin(np.pi * row / period / 2 + phase + bend))
        swell = 0.55 + (0.45 + 0.40 * storm) * fbm_line(rng, row, cycles=0.9 + 0.7 * storm, octaves=2)
        base = base + 0.035 * storm * t * fbm_line(rng, row, cycles=0.8, octaves=2)
        peaks = (1 - s) ** 1.3 * (0.45 + 0.75 * np.clip(swell, 0, 1.2))
        top = (base - amplitude * peaks * 1.25 + 0.004 * t * fbm_line(rng, row, cycles=14, octaves=4)).astype(
            np.float32
        )
        start = max(0, int(top.min() * scene.height) - 1)
        if start >= scene.height:
            continue
        r = y[start:]
        below = r - top[None]
        mask = np.clip(below * scene.height + 0.5, 0, 1).astype(np.float32)
        fall = np.clip(below / (0.035 + 0.13 * t * (0.5 + storm)), 0, 1)
        slope = np.gradient(top) * scene.height
        body = lerp(world.water, deep, t)
        crest = lerp(body, crest_colour, 0.42 + 0.58 * storm)
        lab = lerp(crest, body, np.broadcast_to(fall ** (0.45 + 0.25 * storm), mask.shape)[..., None])
        ripple = sample("general", x * (1.1 - 0.6 * t) + phase, below * (7 - 3 * t) + 0.35 * row)
        broken = sample("general", x * 0.22 / (0.12 + t) + phase, (r - y0) * (16 - 9 * t) + phase)
        lab = darken(
            lab,
            1
            + 0.075 * ripple
            + 0.07 * broken * (1 - 0.6 * storm)
            + (0.10 * np.tanh(2.2 * slope) * np.sign(scene.light))[None],
        )
        sheen = smoothstep(0.9, 2.0, broken + 0.4 * ripple) * (1 - storm) * 0.5
        lab = lerp(lab, world.sky[-1], sheen[..., None])
        foam_n = sample("rough", x * 2.0 + phase * 0.3, below * 5 + 0.2)
        foam = smoothstep(
            0.25, 1.3, foam_n + 3.2 * storm * peaks[None] - 3.4 * fall / (0.12 + storm) - 0.9 + 0.9 * storm
        ) * (0.25 + 0.75 * storm)
        lab = lerp(lab, world.local("eef4f2") * np.array([1.12, 0.8, 0.8], np.float32), (0.92 * foam)[..., None])
        angle = np.broadcast_to((np.arctan(slope) * (1 - 0.3 * (1 - storm)))[None], mask.shape) + 0.25 * storm * fall
        scene.put(
            Patch(mask, 0, start),
            lab.astype(np.float32),
            kind=Kind.WATER,
            depth=0.6 * (1 - t),
            angle=angle,
            detail=0.14 + 0.16 * storm,
            region=region,
        )


_OUTER = [
    (-0.55, -0.08),
    (-0.30, 0.18),
    (-0.12, 0.52),
    (0.05, 0.80),
    (0.24, 0.955),
    (0.44, 0.965),
    (0.60, 0.86),
    (0.66, 0.72),
]
_INNER = [
    (1.25, -0.08),
    (0.90, 0.03),
    (0.62, 0.10),
    (0.42, 0.22),
    (0.34, 0.40),
    (0.37, 0.56),
    (0.48, 0.68),
    (0.60, 0.72),
]


def draw_claw_wave(scene: Scene, world: World, frame: Frame, rng: np.random.Generator) -> None:
    """The great wave: stripes between its outer and inner curve, a cap of foam with claws, drops. Frame: h is its
    height, feet at the waterline.
    """
    outer, inner = spline(_OUTER, steps=10), spline(_INNER, steps=10)
    body = frame.at(np.concatenate([outer, inner[::-1]]))
    blue, pale = world.local("1f4a80"), world.local("d4e2e6") * np.array([1.05, 1, 1], np.float32)
    scene.put(polygon(scene, body), blue, kind=Kind.WATER, depth=0.25, angle=1.2, detail=0.6)
    region = scene.regions - 1
    for i in range(11):
        f = (i + 0.6) / 11.5
        line = outer * (1 - f) + inner * f
        width = 0.036 * (0.6 + 0.5 * np.sin(np.pi * f) ** 2) * (0.85 if i % 2 else 0.6) * frame.h
        widths = width * np.interp(np.linspace(0, 1, len(line)), [0, 0.15, 0.6, 1], [0.3, 1, 0.9, 0.4])
        slope = np.gradient(frame.at(line), axis=0)
        turn = float(np.arctan2(slope[len(line) // 2, 1], slope[len(line) // 2, 0]))
        scene.put(
            polygons(scene, ribbon(frame.at(line), widths, smooth=False)),
            pale if i % 2 else world.local("5f94bc"),
            kind=Kind.WATER,
            depth=0.25,
            angle=turn,
            detail=0.6,
            opacity=0.9,
        )
    _cap(scene, world, frame, rng, outer, region)


def _cap(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, outer: Array, region: int) -> None:
    cap = outer[int(len(outer) * 0.40) :]
    t = np.linspace(0, 1, len(cap)).astype(np.float32)
    normal = np.gradient(cap, axis=0)
    # out of the wave: the curve runs over its crest from left to right, and rows of the frame count upwards
    normal = np.stack([-normal[:, 1], normal[:, 0]], -1) / (np.hypot(normal[:, 0], normal[:, 1])[:, None] + 1e-6)
    ragged = 1 + 0.5 * fbm_line(rng, t, cycles=9, octaves=3)
    thick = (0.020 + 0.075 * np.sin(np.pi * np.clip(t * 0.85 + 0.1, 0, 1))) * ragged
    shapes = [np.concatenate([cap - normal * 0.015, (cap + normal * thick[:, None])[::-1]])]
    for i in range(1, len(cap), 3):
        p = cap[i] + normal[i] * thick[i] * 0.6
        heading = float(np.arctan2(normal[i, 1], normal[i, 0])) - 0.2
        length = 0.105 * rng.uniform(0.8, 1.25)
        shapes += _claw(p, heading, length)
        for _ in range(3):
            shapes += _claw(
                p + rng.normal(0, 0.02, 2), heading + rng.uniform(-0.8, 0.9), length * rng.uniform(0.42, 0.6)
            )
    shapes = [frame.at(s) for s in shapes]
    t10 = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    ring = np.stack([np.cos(t10), np.sin(t10)], -1)
    tip = cap[-1]
    for _ in range(64):
        p = tip + (rng.uniform(-0.45, 0.55), rng.uniform(-0.35, 0.22))
        shapes.append(frame.at(p + rng.uniform(0.004, 0.011) * ring))
    foam = lerp(from_hex("fbfaf2"), world.lit, 0.15) * np.array([max(0.84, world.dim), 1, 1], np.float32)
    scene.put(polygons(scene, shapes), foam, kind=Kind.FOAM, depth=0.22, angle=0.6, detail=0.85)


def _claw(p: Array, heading: float, length: float) -> list[Array]:
    points = [p]
    for k in range(5):
        heading -= 0.27
        points.append(points[-1] + length / 5 * np.array([np.cos(heading), np.sin(heading)]))
        del k
    return ribbon(np.array(points), [length * 0.30, length * 0.24, length * 0.15, length * 0.05], steps=3)


def draw_waterfall(
    scene: Scene, world: World, rng: np.random.Generator, *, x: float, top: float, foot: float, width: float
) -> None:
    """A fall of white strands, with spray at its foot."""
    t = np.linspace(0, 1, 9)
    left = np.stack([x - width / 2 - 0.015 * t + 0.006 * rng.standard_normal(9), top + (foot - top) * t], -1)
    right = np.stack([x + width / 2 + 0.02 * t + 0.006 * rng.standard_normal(9), top + (foot - top) * t], -1)
    patch = polygon(scene, np.concatenate([left, right[::-1]]))
    if patch.mask.size == 0:
        return
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    n = sample("general", columns * 4 + rng.random(), rows * 0.25)
    lab = lerp(world.local("9fc0d0"), world.local("fdfdfa"), smoothstep(-1.0, 0.9, n)[..., None])
    scene.put(patch, lab.astype(np.float32), kind=Kind.FOAM, depth=0.45, angle=np.pi / 2, detail=0.45)
    for _ in range(16):
        r = rng.uniform(0.015, 0.045)
        scene.put(
            disc(scene, x + rng.normal(0, width * 0.7), foot - r * 0.4, r * 1.3, r),
            world.local("f4f8f8"),
            kind=Kind.FOAM,
            depth=0.4,
            opacity=0.28,
            soft=True,
        )


def draw_foam_line(
    scene: Scene, world: World, rng: np.random.Generator, x0: float, x1: float, y: float, thick: float = 0.008
) -> None:
    """A line of foam where water meets a thing or a shore."""
    x = np.linspace(x0, x1, max(6, int((x1 - x0) * 90)))
    wobble = y + 0.5 * thick * fbm_line(rng, x.astype(np.float32), cycles=10, octaves=3)
    widths = thick * np.clip(0.6 + 0.6 * fbm_line(rng, x.astype(np.float32), cycles=16, octaves=2), 0.1, 1.4)
    scene.put(
        taper(scene, np.stack([x, wobble], -1), widths, smooth=False),
        world.local("f2f6f4"),
        kind=Kind.FOAM,
        depth=0.3,
        angle=0.0,
        detail=0.35,
        opacity=0.85,
    )


def draw_stream(scene: Scene, world: World, rng: np.random.Generator, *, y: float, width: float, depth: float) -> None:
    """A brook from edge to edge, winding a little, with the sky in it."""
    x = np.linspace(-0.05, scene.aspect + 0.05, 60).astype(np.float32)
    middle = y + 0.035 * fbm_line(rng, x, cycles=1.0, octaves=2)
    half = width / 2 * (1 + 0.25 * fbm_line(rng, x, cycles=2.5, octaves=3))
    patch = polygon(
        scene, np.concatenate([np.stack([x, middle - half * 0.8], -1), np.stack([x, middle + half], -1)[::-1]])
    )
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    n = sample("general", columns * 0.7 + rng.random(), rows * 7)
    lab = lerp(lerp(world.sky[-1], world.sky[0], 0.45), world.water, np.clip(0.35 + 0.25 * n, 0, 1)[..., None])
    bank = polygons(
        scene,
        ribbon(np.stack([x, middle - half * 0.82], -1), 0.016, smooth=False)
        + ribbon(np.stack([x, middle + half * 0.98], -1), 0.010, smooth=False),
    )
    scene.put(patch, lab.astype(np.float32), kind=Kind.WATER, depth=depth, angle=0.03 * n, detail=0.25)
    scene.put(
        bank,
        darken(world.local(world.ground[0]), np.float32(0.6)),
        kind=Kind.GROUND,
        depth=depth,
        angle=0.1,
        detail=0.25,
        opacity=0.85,
    )
    world.waterline = y


def draw_pool(scene: Scene, world: World, rng: np.random.Generator, *, x: float, y: float, width: float) -> None:
    """The basin under a fall."""
    t = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    r = 1 + 0.08 * fbm_line(rng, (t / 2).astype(np.float32), cycles=3, octaves=2)
    patch = polygon(scene, np.stack([x + width / 2 * r * np.cos(t), y + width * 0.13 * r * np.sin(t)], -1))
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    n = sample("general", columns * 0.9, rows * 7)
    white = np.exp(-(((columns - x) / (0.2 * width)) ** 2) - ((rows - y + 0.08 * width) / (0.07 * width)) ** 2)
    lab = lerp(
        darken(np.broadcast_to(world.water, (*n.shape, 3)), 0.95 + 0.08 * n),
        world.local("f4f8f8"),
        (0.75 * white)[..., None],
    )
    scene.put(patch, lab.astype(np.float32), kind=Kind.WATER, depth=0.4, angle=0.0, detail=0.3)
    draw_foam_line(scene, world, rng, x - 0.45 * width, x + 0.45 * width, y + 0.125 * width * 0.9, 0.006)
