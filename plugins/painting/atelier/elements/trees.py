"""Trees: crowns of lit balls on branching trunks, conifers, Japanese pine, willow, cypress, bamboo, blossom, bare
boughs.
"""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from ..colour import Array, darken
from ..noise import sample
from ..scene import Kind, Patch, Scene
from ..shapes import Frame, cast_shadow, light_vector, polygons, ribbon
from ..world import World

__all__ = ["draw_bamboo", "draw_bush", "draw_tree", "draw_willow"]


def grow_branches(
    rng: np.random.Generator, depth: int, *, spread: float = 0.45, trunk: float = 0.40, lean: float = 0.0
) -> tuple[list[tuple[Array, list[float]]], Array]:
    """Random branching in own units: [(points, widths)], tips (n, 2)."""
    lines: list[tuple[Array, list[float]]] = []
    tips: list[Array] = []

    def grow(p: Array, heading: float, length: float, width: float, level: int) -> None:
        bend = rng.normal(0, 0.14)
        middle = p + length * 0.55 * np.array([math.sin(heading + bend), math.cos(heading + bend)])
        end = p + length * np.array([math.sin(heading), math.cos(heading)])
        thin = width * 0.66
        lines.append((np.stack([p, middle, end]), [width, (width + thin) / 2, thin]))
        if level == 0:
            tips.append(end)
            return
        for k in range(2 if rng.random() < 0.7 or level == 1 else 3):
            turn = (k * 2 - 1) * rng.uniform(0.6, 1.15) * spread if k < 2 else rng.normal(0, 0.15)
            grow(end, heading + turn, length * rng.uniform(0.62, 0.82), thin, level - 1)

    grow(np.zeros(2), lean, trunk, 0.075, depth)
    return lines, np.array(tips)


def draw_wood(
    scene: Scene,
    world: World,
    frame: Frame,
    lines: list[tuple[Array, list[float]]],
    colour: str,
    depth: float,
    detail: float = 0.5,
) -> None:
    shapes, lights = [], []
    side = -1 if (scene.light < 0) != frame.flip else 1
    for points, widths in lines:
        shapes += ribbon(frame.at(points), [w * frame.h for w in widths], steps=4)
        if widths[0] > 0.02:
            lights += ribbon(
                frame.at(points + np.array([side * -0.22 * widths[0], 0]) * -1),
                [w * frame.h * 0.35 for w in widths],
                steps=4,
            )[:1]
    bark = world.local(colour, depth)
    scene.put(
        polygons(scene, shapes),
        darken(bark, np.float32(0.78)),
        kind=Kind.TRUNK,
        depth=depth,
        angle=math.pi / 2 + 0.1,
        detail=detail,
    )
    if lights:
        scene.put(
            polygons(scene, lights),
            darken(bark, np.float32(1.25)),
            kind=Kind.TRUNK,
            depth=depth,
            angle=math.pi / 2 + 0.1,
            detail=detail,
            region=scene.regions - 1,
            opacity=0.8,
        )


def draw_leaves(
    scene: Scene,
    frame: Frame,
    rng: np.random.Generator,
    centres: Array,
    radii: Array,
    base: Array,
    depth: float,
    *,
    hue: float = 0.018,
    rough: float = 0.24,
    detail: float = 0.5,
    flat: float = 0.85,
    heart: Array | None = None,
    reach: float = 1.0,
) -> None:
    """Balls of foliage, each lit as a sphere with a broken edge, from the back to the front.

    heart, reach: middle and radius of the whole crown in own units, which then is lit as one form too.
    """
    size = scene.height
    lx, ly, lz = light_vector(scene)
    places = frame.at(centres)
    order = np.argsort(places[:, 1] - 0.3 * radii * frame.h)
    whole = np.zeros(len(order), np.float32)
    if heart is not None:
        away = (centres - heart) / reach * (-1 if frame.flip else 1, 1)
        whole = 0.30 * (away[:, 0] * lx - away[:, 1] * ly)
        order = np.argsort(
            whole + 0.25 * rng.standard_normal(len(order)) - 2.0 * (np.arange(len(order)) < len(order) // 7)
        )
    shifts = rng.normal(0, hue, (len(order), 2)).astype(np.float32)
    lights = rng.normal(0, 0.06, len(order))
    offset = rng.random(2)
    region = None
    for i in order.tolist():
        cx, cy, r = places[i, 0] * size, places[i, 1] * size, radii[i] * frame.h * size
        x0, y0 = max(0, int(cx - 1.3 * r)), max(0, int(cy - 1.3 * r))
        x1, y1 = min(scene.width, int(cx + 1.3 * r) + 2), min(scene.height, int(cy + 1.3 * r) + 2)
        if x1 - x0 < 2 or y1 - y0 < 2:
            continue
        px = np.arange(x0, x1, dtype=np.float32)[None]
        py = np.arange(y0, y1, dtype=np.float32)[:, None]
        gx, gy = (px - cx) / r, (py - cy) / (r * flat)
        n = sample("fine", px / size * 0.9 + offset[0], py / size * 0.9 + offset[1])
        big = sample("general", px / size * 2.2 + offset[1], py / size * 2.2 + offset[0])
        far = np.hypot(gx, gy) + rough * 0.45 * n + rough * 0.55 * big
        mask = np.clip((1 - far) * r * 0.35 + 0.5, 0, 1).astype(np.float32)
        nz = np.sqrt(np.clip(1 - np.minimum(gx**2 + gy**2, 1), 0, 1))
        facing = gx * lx + gy * ly + nz * lz
        k = (
            0.58
            + (0.58 if heart is None else 0.36) * np.clip(facing, -0.4, 1)
            + 0.085 * n
            + 0.05 * big
            + lights[i]
            + whole[i]
            + (0.12 if heart is not None else 0)
        )
        lab = darken(np.broadcast_to(base, (*k.shape, 3)), np.clip(k, 0.3, 1.5))
        lab[..., 1] += shifts[i, 0]
        lab[..., 2] += shifts[i, 1] + 0.035 * np.clip(k - 0.85, -0.3, 0.4)
        angle = np.arctan2(gy, gx) + math.pi / 2
        scene.put(Patch(mask, x0, y0), lab, kind=Kind.FOLIAGE, depth=depth, angle=angle, detail=detail, region=region)
        if region is None:
            region = scene.regions - 1


def draw_tree(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    kind: str = "",
    depth: float = 0.2,
    shadow: bool = True,
) -> None:
    """A broad-leaved tree of the season. kind: "" (by season), "blossom", "bare", "autumn", "poplar", "birch"."""
    season = kind if kind in ("blossom", "autumn") else {"winter": "bare"}.get(world.season, world.season)
    if kind == "bare":
        season = "bare"
    lean = rng.normal(0, 0.06)
    lines, tips = grow_branches(
        rng,
        5 if season == "bare" else 4,
        trunk=0.26 if kind == "poplar" else 0.30,
        spread=0.22 if kind == "poplar" else 0.5,
        lean=lean,
    )
    scale = 1 / max(0.6, float(np.abs(tips).max(0)[1]))
    # leafy boughs end inside their crown
    reach = scale * (0.80 if season != "bare" else 1.0)
    lines = [(p * reach, [w * (0.8 if season != "bare" else 1.0) for w in ws]) for p, ws in lines]
    tips = tips * scale * (0.9 if season != "bare" else 1.0)
    bark = "d8d4c8" if kind == "birch" else "5a4636"
    if shadow:
        cast_shadow(scene, frame.x, frame.y, 0.24 * frame.h, strength=0.45)
    draw_wood(scene, world, frame, lines, bark, depth)
    if season == "bare":
        if world.season == "winter":
            snow = []
            for p, w in lines:
                if w[0] > 0.012:
                    snow += ribbon(frame.at(p + (0, 0.35 * w[0])), [v * frame.h * 0.4 for v in w], steps=3)[:1]
            scene.put(
                polygons(scene, snow),
                world.local("f4f6fa", depth),
                kind=Kind.SNOW,
                depth=depth,
                detail=0.4,
                opacity=0.9,
            )
        return
    base = world.local(world.foliage(rng, "" if season == world.season else season), depth)
    narrow = 0.62 if kind == "poplar" else 1.0
    heart = tips.mean(0)
    count = 18
    lobes = heart + (tips[rng.permutation(len(tips))[:count]] - heart) * rng.uniform(
        0.55, 1.05, (min(count, len(tips)), 1)
    ) * (narrow, 1.0)
    lobes[:, 1] -= rng.uniform(0.0, 0.10, len(lobes))
    places: list[Array] = []
    sizes: list[float] = []
    for lobe in lobes:
        size = rng.uniform(0.085, 0.125) * (0.8 if kind == "poplar" else 1.0)
        for k in range(6):
            a = k * 1.05 + rng.uniform(0, 1)
            places.append(
                lobe + size * 0.85 * np.array([math.cos(a) * narrow, 0.8 * math.sin(a)]) * rng.uniform(0.5, 1.1)
            )
            sizes.append(size * rng.uniform(0.42, 0.78))
    inner = heart + (lobes - heart) * 0.55
    centres = np.concatenate([inner - (0, 0.03), np.array(places)])
    radii = np.concatenate([np.full(len(inner), 0.125 * (0.75 if kind == "poplar" else 1)), np.array(sizes)])
    draw_leaves(
        scene,
        frame,
        rng,
        centres,
        radii,
        base,
        depth,
        hue=0.022 if season == "autumn" else 0.011,
        heart=heart,
        reach=float(np.abs(tips - heart).max()) + 0.08,
    )


def draw_bush(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.25, kind: str = ""
) -> None:
    """A low bush."""
    count = 9
    centres = np.stack([rng.uniform(-0.9, 0.9, count), rng.uniform(0.15, 0.6, count)], -1)
    centres[:, 1] *= 1 - 0.5 * np.abs(centres[:, 0])
    draw_leaves(
        scene,
        frame,
        rng,
        centres,
        rng.uniform(0.28, 0.45, count),
        world.local(world.foliage(rng, kind), depth),
        depth,
        detail=0.4,
    )


def draw_willow(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15) -> None:
    """A willow: limbs that arch over, hanging strands in three tones."""
    trunk = np.array([(0, 0), (0.02, 0.25), (-0.03, 0.5), (0.02, 0.66)])
    lines: list[tuple[Array, list[float]]] = [(trunk, [0.10, 0.085, 0.07, 0.05])]
    tips: list[tuple[float, float]] = []
    for i in range(9):
        a = (i - 4) / 4
        top = 0.96 - 0.22 * a * a + rng.normal(0, 0.02)
        points = np.array(
            [
                (0.01, 0.55 + 0.03 * (i % 3)),
                (0.22 * a, top - 0.06),
                (0.44 * a, top - 0.07 - 0.05 * abs(a)),
                (0.56 * a, top - 0.2),
            ]
        )
        lines.append((points, [0.035, 0.022, 0.012, 0.005]))
        for s in np.linspace(0.25, 1, 11):
            j = s * 3
            k = min(2, int(j))
            p = points[k] * (1 - j + k) + points[k + 1] * (j - k)
            tips.append((float(p[0]), float(p[1])))
    cast_shadow(scene, frame.x, frame.y, 0.3 * frame.h, strength=0.4)
    draw_wood(scene, world, frame, lines, "6a5844", depth)
    base = world.local(world.foliage(rng, "willow" if world.season != "autumn" else "autumn"), depth)
    numbers = rng.random((len(tips), 4))
    for tone, shade in enumerate((0.66, 1.0, 1.28)):
        shapes = []
        for i in range(tone, len(tips), 3):
            x, y = tips[i]
            length = min(y - 0.03, 0.22 + 0.40 * numbers[i, 0])
            steps = max(5, int(length / 0.05))
            t = np.linspace(0, 1, steps)
            strand = np.stack(
                [
                    x + 0.03 * (numbers[i, 1] - 0.5) * t + 0.012 * np.sin(5 * t + 6 * numbers[i, 2]) + 0.02 * t,
                    y - length * t**1.15,
                ],
                -1,
            )
            shapes += ribbon(frame.at(strand), 0.004 * frame.h, smooth=False)[:1]
            for m in range(1, steps):
                way = 1 if m % 2 else -1
                q = strand[m]
                shapes.append(
                    frame.at([q, q + (way * 0.012, -0.010), q + (way * 0.016, -0.040), q + (way * 0.004, -0.018)])
                )
        scene.put(
            polygons(scene, shapes),
            darken(base, np.float32(shade)),
            kind=Kind.FOLIAGE,
            depth=depth,
            angle=math.pi / 2,
            detail=0.4,
            region=None if tone == 0 else scene.regions - 1,
        )


def draw_bamboo(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15) -> None:
    """A stand of bamboo: jointed stems, tufts of blades pointing down."""
    base = world.local("7c9a50", depth)
    dark = world.local("4a6c3c", depth)
    for s in range(5):
        x0 = (s - 2) * 0.12 + rng.normal(0, 0.03)
        lean = rng.normal(0.04, 0.05)
        top = rng.uniform(0.75, 1.05)
        k = rng.uniform(0.8, 1.15)
        nodes = np.linspace(0, top, 10)
        stems, joints, blades = [], [], []
        for a, b in pairwise(nodes):
            p, q = (x0 + lean * a * a, a + 0.006), (x0 + lean * b * b, b - 0.006)
            stems += ribbon(frame.at([p, q]), [0.024 * frame.h, 0.020 * frame.h, 0.024 * frame.h], smooth=False)
            joints += ribbon(
                frame.at([(q[0] - 0.014, q[1] + 0.006), (q[0] + 0.014, q[1] + 0.006)]), 0.006 * frame.h, smooth=False
            )
            if b > 0.35 * top:
                for way in (-1, 1):
                    if rng.random() < 0.75:
                        root = np.array([q[0] + way * 0.08 * rng.uniform(0.4, 1), q[1] + 0.02])
                        for j in range(rng.integers(3, 6)):
                            turn = way * 0.4 + (j - 2) * 0.42 + rng.normal(0, 0.1)
                            length = rng.uniform(0.08, 0.13)
                            tip = root + length * np.array([math.sin(turn), -math.cos(turn)])
                            blades += ribbon(
                                frame.at([root, (root + tip) / 2 + (0.008, 0), tip]),
                                [0.004 * frame.h, 0.020 * frame.h, 0.001],
                                steps=4,
                            )[:1]
        scene.put(
            polygons(scene, stems),
            darken(base, np.float32(k)),
            kind=Kind.TRUNK,
            depth=depth,
            angle=math.pi / 2,
            detail=0.45,
        )
        scene.put(
            polygons(scene, joints),
            darken(base, np.float32(0.6 * k)),
            kind=Kind.TRUNK,
            depth=depth,
            angle=0.0,
            detail=0.45,
            region=scene.regions - 1,
        )
        scene.put(
            polygons(scene, blades),
            darken(dark, np.float32(k)),
            kind=Kind.FOLIAGE,
            depth=depth,
            angle=math.pi / 2,
            detail=0.42,
        )
