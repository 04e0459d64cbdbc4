"""Flowers: bouquets of daisies, peonies and roses, sunflowers."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex
from ..scene import Kind, Scene
from ..shapes import PETAL, Frame, disc, inflate, polygon, polygons, put_form, ribbon, spline
from ..world import World

__all__ = ["draw_bouquet", "draw_rose", "draw_sunflower", "petal"]

GOLDEN = 2.39996


def petal(
    scene: Scene,
    root: Array,
    heading: float,
    length: float,
    wide: float,
    colour: Array,
    depth: float,
    *,
    squash: float = 1.0,
    region: int | None = None,
    pointed: bool = False,
    infl: float = 0.55,
) -> None:
    """One petal from root in a direction (y down), as an inflated leaf shape."""
    shape = [
        (0, -0.12),
        (0.35, -0.46),
        (0.75, -0.44),
        (1.0, 0.0 if pointed else -0.12),
        (1.0, 0.0 if pointed else 0.12),
        (0.75, 0.44),
        (0.35, 0.46),
        (0, 0.12),
    ]
    p = spline(shape, closed=True, steps=4) * (length, wide * 2)
    c, s = math.cos(heading), math.sin(heading)
    points = root + np.stack([p[:, 0] * c - p[:, 1] * s, (p[:, 0] * s + p[:, 1] * c) * squash], -1)
    form = inflate(scene, polygon(scene, points), infl * wide, PETAL)
    if form.patch.mask.size == 0:
        return
    scene.put(form.patch, form.colour(colour), kind=Kind.FLOWER, depth=depth, angle=heading, detail=0.8, region=region)


def _daisy(
    scene: Scene,
    x: float,
    y: float,
    r: float,
    colour: Array,
    heart: Array,
    depth: float,
    rng: np.random.Generator,
    petals: int = 11,
    squash: float = 0.9,
) -> None:
    first = rng.uniform(0, 6)
    region = None
    for i in range(petals):
        a = first + 2 * math.pi * i / petals
        root = np.array([x + 0.2 * r * math.cos(a), y + 0.2 * r * math.sin(a) * squash])
        petal(
            scene,
            root,
            a,
            0.8 * r,
            0.18 * r,
            darken(colour, np.float32(0.92 + 0.12 * rng.random())),
            depth,
            squash=squash,
            region=region,
        )
        region = scene.regions - 1 if region is None else region
    form = inflate(scene, disc(scene, x, y, 0.27 * r, 0.27 * r * squash), 0.2 * r)
    put_form(scene, form, heart, kinds=Kind.FLOWER, depth=depth, detail=0.85, angle=0.5)


def _peony(
    scene: Scene,
    x: float,
    y: float,
    r: float,
    colour: Array,
    depth: float,
    rng: np.random.Generator,
    squash: float = 0.92,
) -> None:
    """Rings of cupped petals, darker inside, paler at the lips."""
    region = None
    for ring, (count, radius, tone) in enumerate(
        ((7, 1.0, 0.98), (7, 0.80, 1.06), (5, 0.58, 0.96), (4, 0.38, 0.86), (3, 0.22, 0.74))
    ):
        first = rng.uniform(0, 6)
        for i in range(count):
            a = first + 2 * math.pi * i / count + rng.normal(0, 0.08)
            root = np.array([x + 0.18 * radius * r * math.cos(a), y + 0.18 * radius * r * math.sin(a) * squash])
            k = tone + 0.10 * math.cos(a + math.pi / 4) * -1 + rng.normal(0, 0.03)
            petal(
                scene,
                root,
                a,
                0.84 * radius * r,
                0.36 * radius * r,
                darken(colour, np.float32(k)),
                depth,
                squash=squash,
                region=region,
                infl=0.8,
            )
            region = scene.regions - 1 if region is None else region
        del ring
    scene.put(
        disc(scene, x, y, 0.07 * r),
        darken(colour, np.float32(0.45)),
        kind=Kind.FLOWER,
        depth=depth,
        detail=0.8,
        region=region,
    )


def _leaf(scene: Scene, root: Array, heading: float, length: float, wide: float, colour: Array, depth: float) -> None:
    p = spline([(0, 0), (0.3, -0.5), (0.7, -0.35), (1.05, 0.05), (0.65, 0.4), (0.25, 0.42)], closed=True, steps=4) * (
        length,
        wide,
    )
    c, s = math.cos(heading), math.sin(heading)
    points = root + np.stack([p[:, 0] * c - p[:, 1] * s, p[:, 0] * s + p[:, 1] * c], -1)
    vein = root + np.array([(0.0, 0.0), (length * 0.95 * c, length * 0.95 * s)])
    form = inflate(scene, polygon(scene, points), 0.3 * wide, folds=[(vein, 0.06 * wide, 0.04 * wide)])
    put_form(scene, form, colour, kinds=Kind.FOLIAGE, depth=depth, detail=0.55, angle=heading)


_FAMILIES = (
    ("f6f0e2", "e8b0bc", "d86a78"),
    ("f0c840", "e88a34", "f6ecd0"),
    ("6a7ac8", "b8a0d8", "f4eee6"),
    ("d83a34", "f0a0a0", "f6e6d8"),
    ("f4f0e8", "f0d060", "c8d8e8"),
)


def draw_bouquet(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    flower: str = "",
    family: int = -1,
) -> None:
    """Heads, leaves and stems above a vase's mouth at the frame's feet; h is the bunch's height. flower: "rose",
    "peony", "daisy", "sunflower", or mixed.
    """
    colours = [
        from_hex(c) for c in _FAMILIES[int(rng.integers(len(_FAMILIES))) if family < 0 else family % len(_FAMILIES)]
    ]
    if flower == "rose":
        colours = [from_hex(c) for c in ("c8283c", "e8788a", "f4dcd0")]
    if flower == "sunflower":
        colours = [from_hex("e8a820")] * 3
    green = from_hex("4a7040")
    h = frame.h
    centre = np.array([frame.x, frame.y - 0.52 * h])
    for _ in range(40):
        a, r = rng.uniform(0, 2 * math.pi), math.sqrt(rng.random())
        p = centre + (0.50 * h * r * math.cos(a), 0.42 * h * r * math.sin(a))
        heading = math.atan2(p[1] - frame.y + 0.2 * h, p[0] - frame.x) + rng.normal(0, 0.5)
        _leaf(
            scene,
            p,
            heading,
            0.19 * h * rng.uniform(0.7, 1.2),
            0.085 * h,
            darken(green + np.append(0, rng.normal(0, 0.012, 2)).astype(np.float32), np.float32(rng.uniform(0.6, 1.1))),
            depth,
        )
    count = {"sunflower": 9, "rose": 15, "peony": 11}.get(flower, 20)
    heads = []
    for i in range(count):
        r = math.sqrt((i + 0.5) / count)
        a = i * GOLDEN + rng.normal(0, 0.15)
        heads.append((centre + (0.47 * h * r * math.cos(a), 0.40 * h * r * math.sin(a)), r, i))
    for p, r, i in heads:
        stem = ribbon([(frame.x, frame.y), ((frame.x + p[0]) / 2, (frame.y + p[1]) / 2 + 0.05 * h), p], 0.010 * h)
        scene.put(
            polygons(scene, stem),
            darken(green, np.float32(0.8)),
            kind=Kind.FOLIAGE,
            depth=depth,
            angle=1.57,
            detail=0.4,
        )
        del r, i
    base = {"sunflower": 0.155, "rose": 0.112, "peony": 0.135}.get(flower, 0.088)
    for p, r, i in sorted(heads, key=lambda v: -v[1]):
        size = base * h * (1.18 - 0.34 * r) * rng.uniform(0.88, 1.12)
        own = colours[int(rng.choice(3, p=[0.45, 0.35, 0.2]))] + np.append(
            rng.normal(0, 0.02), rng.normal(0, 0.008, 2)
        ).astype(np.float32)
        squash = 0.82 + 0.15 * rng.random()
        kind = flower or ("peony", "daisy", "daisy", "peony")[i % 4]
        if kind == "sunflower":
            _sun(scene, p[0], p[1], size, depth, rng, squash)
        elif kind == "daisy":
            _daisy(
                scene,
                p[0],
                p[1],
                size,
                own,
                from_hex("e0a82c" if float(own[0]) > 0.6 else "4a2c1c"),
                depth,
                rng,
                squash=squash,
            )
        elif kind == "rose":
            _roses(scene, p[0], p[1], size, own, depth, rng)
        else:
            _peony(scene, p[0], p[1], size * 1.15, own, depth, rng, squash)


def _sun(
    scene: Scene,
    x: float,
    y: float,
    r: float,
    depth: float,
    rng: np.random.Generator,
    squash: float = 1.0,
    colour: Array | None = None,
) -> None:
    own = from_hex("e8a820") if colour is None else colour
    region = None
    for count, length, tone in ((22, 1.0, 0.76), (20, 0.92, 0.94), (16, 0.80, 1.08)):
        first = rng.uniform(0, 6)
        for i in range(count):
            a = first + 2 * math.pi * i / count + rng.normal(0, 0.06)
            root = np.array([x + 0.40 * r * math.cos(a), y + 0.40 * r * math.sin(a) * squash])
            petal(
                scene,
                root,
                a + rng.normal(0, 0.12),
                0.62 * r * length * rng.uniform(0.82, 1.16),
                0.105 * r,
                darken(own, np.float32(tone * rng.uniform(0.93, 1.05))),
                depth,
                squash=squash,
                region=region,
                pointed=True,
            )
            region = scene.regions - 1 if region is None else region
    form = inflate(scene, disc(scene, x, y, 0.54 * r, 0.54 * r * squash), 0.35 * r)
    put_form(scene, form, from_hex("5a381c"), kinds=Kind.FLOWER, depth=depth, detail=0.85)
    region = scene.regions - 1
    t = np.linspace(0, 2 * np.pi, 7)
    seeds: list[list[Array]] = [[], []]
    for i in range(300):
        q = 0.50 * r * math.sqrt(i / 300)
        a = i * GOLDEN
        dot = 0.019 * r * np.stack([np.cos(t), np.sin(t)], -1)
        seeds[i % 2].append(np.array([x + q * math.cos(a), y + q * math.sin(a) * squash]) + dot)
    for dots, own_seed in zip(seeds, ("8a5a28", "2a180e"), strict=True):
        scene.put(polygons(scene, dots), from_hex(own_seed), kind=Kind.FLOWER, depth=depth, detail=0.85, region=region)
    scene.put(
        disc(scene, x, y, 0.16 * r, 0.16 * r * squash),
        from_hex("8a8a3a"),
        kind=Kind.FLOWER,
        depth=depth,
        detail=0.85,
        region=region,
        opacity=0.55,
    )


def draw_sunflower(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15) -> None:
    """A sunflower on its stalk with leaves; h to its middle, the head .26 h in radius at least."""
    x, y = frame.x, frame.y - frame.h
    green = world.local("5a7a34")
    stalk = ribbon(
        [(frame.x + 0.05 * frame.h, frame.y), (frame.x - 0.03 * frame.h, frame.y - 0.5 * frame.h), (x, y)],
        [0.05 * frame.h, 0.042 * frame.h, 0.04 * frame.h],
    )
    put_form(
        scene,
        inflate(scene, polygons(scene, stalk), 0.025 * frame.h),
        green,
        kinds=Kind.FOLIAGE,
        depth=depth,
        detail=0.5,
        angle=1.57,
    )
    for side, t in ((-1, 0.30), (1, 0.45), (-1, 0.62)):
        root = np.array([frame.x, frame.y - t * frame.h])
        _leaf(
            scene,
            root,
            (math.pi if side < 0 else 0) + side * -0.35,
            0.34 * frame.h,
            0.20 * frame.h,
            darken(green, np.float32(rng.uniform(0.85, 1.1))),
            depth,
        )
    _sun(scene, x, y, max(0.26 * frame.h, 0.11), depth, rng, squash=rng.uniform(0.85, 1.0))


def _roses(scene: Scene, x: float, y: float, r: float, colour: Array, depth: float, rng: np.random.Generator) -> None:
    region = None
    for count, radius, tone in (
        (5, 1.0, 1.14),
        (5, 0.84, 1.08),
        (5, 0.66, 1.0),
        (4, 0.48, 0.88),
        (3, 0.32, 0.75),
        (2, 0.18, 0.62),
    ):
        first = rng.uniform(0, 6)
        for i in range(count):
            a = first + 2 * math.pi * i / count
            c = np.array([x + 0.44 * radius * r * math.cos(a), y + 0.44 * radius * r * math.sin(a)])
            half = 0.62 * r * (0.95 - 0.65 * (1 - radius))
            t = np.linspace(0, 2 * np.pi, 16, endpoint=False)
            shape = c + np.stack([half * np.cos(t) * 0.62, half * np.sin(t)], -1) @ np.array(
                [[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]]
            )
            form = inflate(scene, polygon(scene, shape), 0.5 * half, PETAL)
            if form.patch.mask.size == 0:
                continue
            k = tone * (1 - 0.10 * math.cos(a - 0.8)) + rng.normal(0, 0.02)
            scene.put(
                form.patch,
                form.colour(darken(colour, np.float32(k))),
                kind=Kind.FLOWER,
                depth=depth,
                angle=a + 1.57,
                detail=0.8,
                region=region,
            )
            region = scene.regions - 1 if region is None else region
            lip = shape[[14, 15, 0, 1, 2]]
            scene.put(
                polygons(scene, ribbon(lip, [0.005 * r, 0.05 * r, 0.005 * r])[:1]),
                darken(colour, np.float32(1.25)),
                kind=Kind.FLOWER,
                depth=depth,
                detail=0.8,
                region=region,
                opacity=0.6,
            )
    scene.put(
        disc(scene, x, y, 0.07 * r),
        darken(colour, np.float32(0.4)),
        kind=Kind.FLOWER,
        depth=depth,
        detail=0.8,
        region=region,
    )


def draw_rose(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15, colour: str = ""
) -> None:
    """A large rose on a stem; h to its middle."""
    own = world.local(colour or ("c8283c", "e8788a", "f0d8c8", "e8b040")[int(rng.integers(4))])
    x, y = frame.x, frame.y - frame.h
    green = world.local("3f6a3c")
    scene.put(
        polygons(
            scene,
            ribbon([(frame.x, frame.y), (frame.x - 0.03 * frame.h, frame.y - 0.5 * frame.h), (x, y)], 0.022 * frame.h),
        ),
        green,
        kind=Kind.FOLIAGE,
        depth=depth,
        angle=1.57,
        detail=0.5,
    )
    for side, t in ((-1, 0.35), (1, 0.5), (1, 0.22)):
        _leaf(
            scene,
            np.array([frame.x, frame.y - t * frame.h]),
            (math.pi if side < 0 else 0) - side * 0.5,
            0.24 * frame.h,
            0.13 * frame.h,
            darken(green, np.float32(rng.uniform(0.8, 1.15))),
            depth,
        )
    _roses(scene, x, y, 0.24 * frame.h, own, depth, rng)
