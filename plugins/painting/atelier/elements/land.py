"""Ground: meadows, fields, paths, sand, grass with flowers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, darken, lerp, smoothstep
from ..noise import fbm_line, sample
from ..scene import Kind, Patch, Scene
from ..shapes import polygon, polygons, ribbon
from ..world import World

__all__ = ["draw_desert", "draw_fields", "draw_grass", "draw_meadow", "draw_path", "ground_under"]


def ground_under(scene: Scene, top: Array) -> Patch:
    """Everything under a line y = top(x), antialiased."""
    _, y = scene.grid()
    first = max(0, int(np.floor(top.min() * scene.height)) - 1)
    if first >= scene.height:
        return Patch(np.zeros((0, 0), np.float32), 0, 0)
    mask = np.clip((y[first:] - top[None]) * scene.height + 0.5, 0, 1)
    return Patch(mask.astype(np.float32), 0, first)


def _ground_colour(
    scene: Scene, world: World, rng: np.random.Generator, y0: float, near: Array, far: Array
) -> tuple[Patch, Array, Array]:
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
    lab = lerp(
        lab, world.ground[1] * np.array([world.dim, 1, 1], np.float32), (0.32 * smoothstep(-0.3, 1.2, n))[..., None]
    )
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
    scene.put(
        patch,
        lab,
        kind=Kind.SNOW if snowy else kind,
        depth=(0.75 * (1 - t) ** 1.5).astype(np.float32),
        angle=angle,
        detail=0.15,
    )


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
    snowy = world.season == "winter"
    colours = np.stack(
        [lerp(world.ground[0], world.ground[1], n / len(crop)) if snowy else world.local(c) for n, c in enumerate(crop)]
    )
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
        kind=Kind.SNOW if snowy else Kind.GROUND,
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
            hedge.append(
                np.concatenate(
                    [np.stack([px, py - ragged], -1), np.stack([px + 0.4 * size, py + 0.25 * size], -1)[::-1]]
                )
            )
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
    """An S-curve from the lower edge to its end under the subject, width growing as t^1.35; a river if `water`. Returns
    its middle line (n, 2).
    """
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
        scene.put(
            polygons(scene, bank),
            darken(world.local(world.ground[0]), 0.62),
            kind=Kind.GROUND,
            depth=0.3,
            angle=1.2,
            opacity=0.8,
        )
        return np.stack([x, y], -1)
    snowy = world.season == "winter"
    own = world.local("c8cfdd" if snowy else colour)
    n = sample("general", columns * 1.6 + rng.random(), rows * 5)
    ruts = 0.05 * np.sin(
        (columns - np.interp(rows[:, 0], y, x)[:, None]) / np.maximum(0.01, np.interp(rows[:, 0], y, w)[:, None]) * 9
    )
    lab = darken(
        np.broadcast_to(lerp(own, world.far, 0.3 * (1 - near)[..., None]), (*patch.mask.shape, 3)),
        1 + 0.05 * n - np.abs(ruts),
    )
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
        top = (
            base - (0.02 + 0.09 * t) * (0.5 + 0.6 * fbm_line(rng, row, cycles=1.6 - 0.6 * t, octaves=2, gain=0.35))
        ).astype(np.float32)
        patch = ground_under(scene, top)
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


def draw_grass(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    y0: float,
    flowers: Sequence[str] = (),
    density: float = 1.0,
    tall: float = 1.0,
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
        shapes = ribbon(
            [(x, y), (x + bend * 0.35, y - 0.55 * h), (x + bend, y - h)],
            [0.0045 * (0.35 + near), 0.003 * (0.35 + near), 0.0006],
            steps=3,
        )[:1]
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


def _flowers(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    y0: float,
    flowers: Sequence[str],
    here: np.ndarray,
    count: int,
) -> None:
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
        shapes[int((which * 0.7 + 0.3 * (patchy > 0.3)) * len(flowers)) % len(flowers)].append(
            np.array([x, y - r]) + r * ring
        )
    for parts, colour in zip(shapes, flowers, strict=True):
        if parts:
            scene.put(polygons(scene, parts), world.local(colour), kind=Kind.FLOWER, depth=0.15, angle=0.3, detail=0.4)
