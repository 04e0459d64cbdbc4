"""Still life: vessels turned on a lathe, fruit, cloth, candle, books, cup, lantern, lute."""

from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import (
    CLOTH,
    FRUIT,
    GLASS,
    GLAZE,
    Frame,
    cast_shadow,
    disc,
    inflate,
    polygon,
    polygons,
    put_form,
    ribbon,
    shade,
    spline,
    taper,
)
from ..world import World, glow

__all__ = [
    "draw_book",
    "draw_bowl",
    "draw_candle",
    "draw_cloth",
    "draw_cup",
    "draw_fruit",
    "draw_lantern",
    "draw_lute",
    "draw_vase",
]

_PROFILES = {
    "bottle": [(0, 0.15), (0.1, 0.17), (0.52, 0.17), (0.62, 0.12), (0.70, 0.062), (0.95, 0.052), (1, 0.062)],
    "jar": [(0, 0.26), (0.06, 0.24), (0.35, 0.44), (0.62, 0.47), (0.84, 0.32), (0.93, 0.24), (1, 0.30)],
    "tall": [(0, 0.20), (0.05, 0.18), (0.40, 0.30), (0.66, 0.30), (0.86, 0.15), (0.94, 0.14), (1, 0.19)],
    "round": [(0, 0.22), (0.08, 0.26), (0.38, 0.46), (0.60, 0.44), (0.80, 0.22), (0.90, 0.17), (1, 0.22)],
    "bowl": [(0, 0.55), (0.08, 0.5), (0.5, 1.05), (1, 1.42)],
    "cup": [(0, 0.26), (0.06, 0.30), (0.5, 0.46), (1, 0.52)],
}
_GLAZES = ("5a7fa8", "b4583c", "ece6da", "3f6a64", "8a5a3a", "c8a050", "6a4a6a")


def _lathe(
    scene: Scene,
    frame: Frame,
    shape: str,
    colour: Array,
    depth: float,
    *,
    glass: bool = False,
    pattern: bool = False,
    number: float = 0.0,
) -> float:
    """A turned vessel; returns the half width of its mouth in u."""
    t, r = np.array(_PROFILES[shape]).T
    fine = np.linspace(0, 1, 60)
    curve = spline(np.stack([t, r], -1), steps=8)
    radius = np.interp(fine, curve[:, 0], curve[:, 1])
    outline = np.concatenate([np.stack([radius, fine], -1), np.stack([-radius, fine], -1)[::-1]])
    base = np.linspace(0, np.pi, 12)
    outline = np.concatenate(
        [np.stack([radius[0] * np.cos(base)[::-1], -0.09 * radius[0] * np.sin(base)], -1)[::-1][::-1], outline]
    )
    patch = polygon(
        scene,
        frame.at(
            np.concatenate(
                [
                    np.stack([radius, fine], -1),
                    np.stack([-radius, fine], -1)[::-1],
                    np.stack([-radius[0] * np.cos(base), -0.14 * radius[0] * np.sin(base)], -1),
                ]
            )
        ),
    )
    if patch.mask.size == 0:
        return 0.0
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + 0.5 + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + 0.5 + patch.x) / scene.height
    level = np.clip((frame.y - rows) / frame.h, 0, 1)
    around = np.interp(level[:, 0], fine, radius).astype(np.float32)[:, None] * frame.h
    height = np.sqrt(np.clip(around**2 - (columns - frame.x) ** 2, 0, None)) * scene.height
    form = shade(scene, patch, height.astype(np.float32), GLASS if glass else GLAZE)
    lab = np.broadcast_to(colour, (*patch.mask.shape, 3)).copy()
    if pattern:
        u = np.arcsin(np.clip((columns - frame.x) / np.maximum(around, 1e-4), -1, 1))
        band = (np.abs(level - 0.52) < 0.13) & (np.sin(u * 9 + number) * np.sin(level * 46) > 0.2)
        rings = (np.abs(level - 0.70) < 0.012) | (np.abs(level - 0.33) < 0.012) | (np.abs(level - 0.87) < 0.01)
        lab[band | rings] = lerp(colour, from_hex("2c4a90"), 0.75)
    put_form(scene, form, lab.astype(np.float32), kinds=Kind.VESSEL, depth=depth, detail=0.85, angle=0.0)
    mouth = float(radius[-1]) * frame.h
    region = scene.regions - 1
    scene.put(
        disc(scene, frame.x, frame.y - frame.h, mouth, 0.24 * mouth),
        darken(colour, np.float32(1.12)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=region,
    )
    scene.put(
        disc(scene, frame.x, frame.y - frame.h + 0.02 * mouth, 0.86 * mouth, 0.18 * mouth),
        darken(colour, np.float32(0.34)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=region,
    )
    return mouth


def draw_vase(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    shape: str = "",
    colour: str = "",
) -> None:
    """A vase, jar or bottle of height h."""
    shape = shape or ("jar", "tall", "round")[int(rng.integers(3))]
    own = from_hex(colour or ("2f4a34" if shape == "bottle" else _GLAZES[int(rng.integers(len(_GLAZES)))]))
    cast_shadow(scene, frame.x, frame.y, 0.36 * frame.h, strength=0.6)
    _lathe(
        scene,
        frame,
        shape,
        own,
        depth,
        glass=shape == "bottle",
        pattern=bool(rng.random() < 0.45) and float(own[0]) > 0.75,
        number=float(rng.uniform(0, 6)),
    )


def draw_bowl(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A bowl of fruit: rim, fruit, then the bowl's front; h is the bowl's height."""
    own = from_hex(("b4583c", "e4dccc", "5a7fa8", "6a4a34")[int(rng.integers(4))])
    cast_shadow(scene, frame.x, frame.y, 1.2 * frame.h, strength=0.6)
    scene.put(
        disc(scene, frame.x, frame.y - frame.h, 1.40 * frame.h, 0.36 * frame.h),
        darken(own, np.float32(0.4)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.8,
    )
    for u, v in ((-0.7, 0.98), (0.1, 1.02), (0.8, 0.98), (-0.3, 1.32), (0.45, 1.35), (0.05, 1.08)):
        draw_fruit(
            scene,
            world,
            Frame(frame.x + u * frame.h, frame.y - (v - 0.36) * frame.h, 0.80 * frame.h),
            rng,
            depth=depth,
            shadow=False,
        )
    t = np.linspace(0, np.pi, 30)
    fine = np.linspace(0, 1, 30)
    curve = spline(np.array(_PROFILES["bowl"]), steps=8)
    radius = np.interp(fine, curve[:, 0], curve[:, 1])
    rim = np.stack([1.42 * np.cos(t), 1.0 - 0.34 * np.sin(t)], -1)
    outline = np.concatenate([rim, np.stack([-radius, fine], -1)[::-1], np.stack([radius, fine], -1)])
    patch = polygon(scene, frame.at(outline))
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + 0.5 + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + 0.5 + patch.x) / scene.height
    around = (
        np.interp(np.clip((frame.y - rows[:, 0]) / frame.h, 0, 1), fine, radius).astype(np.float32)[:, None] * frame.h
    )
    height = np.sqrt(np.clip(around**2 - (columns - frame.x) ** 2, 0, None)) * scene.height
    put_form(
        scene,
        shade(scene, patch, height.astype(np.float32), GLAZE),
        own,
        kinds=Kind.VESSEL,
        depth=depth,
        detail=0.85,
        angle=0.0,
    )
    edge = ribbon(frame.at(rim), 0.05 * frame.h)
    scene.put(
        polygons(scene, edge),
        darken(own, np.float32(1.2)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=scene.regions - 1,
    )


def draw_fruit(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.15,
    kind: str = "",
    shadow: bool = True,
) -> None:
    """A fruit of height h: "apple", "pear", "lemon", "orange", "peach", "plum"."""
    kind = kind or ("apple", "apple", "pear", "lemon", "orange", "peach", "plum")[int(rng.integers(7))]
    own = from_hex(
        {
            "apple": ("c83a30", "d8b03c", "a8b84a")[int(rng.integers(3))],
            "pear": "c8b850",
            "lemon": "ecd04a",
            "orange": "e8842c",
            "peach": "eca070",
            "plum": "5a3a6a",
        }[kind]
    )
    blush = (
        from_hex({"apple": "d86a3c", "pear": "b8803c", "peach": "d8584a"}.get(kind, "000000"))
        if kind in ("apple", "pear", "peach")
        else own
    )
    r = 0.5 * frame.h
    if shadow:
        cast_shadow(scene, frame.x, frame.y - 0.02 * frame.h, 0.62 * frame.h, strength=0.6, flat=0.26)
    x, y = frame.x, frame.y - r
    if kind == "pear":
        outline = spline(
            [
                (0, 1.06),
                (0.17, 0.98),
                (0.24, 0.72),
                (0.44, 0.42),
                (0.40, 0.10),
                (0.12, -0.01),
                (-0.14, -0.01),
                (-0.41, 0.10),
                (-0.44, 0.42),
                (-0.23, 0.72),
                (-0.16, 0.98),
            ],
            closed=True,
            steps=6,
        )
    elif kind == "lemon":
        outline = spline(
            [
                (0.62, 0.44),
                (0.44, 0.72),
                (0.1, 0.86),
                (-0.3, 0.78),
                (-0.56, 0.50),
                (-0.48, 0.26),
                (-0.2, 0.06),
                (0.2, 0.04),
                (0.48, 0.24),
            ],
            closed=True,
            steps=6,
        )
    else:
        a = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        dip = 0.06 * np.exp(-(((a - np.pi / 2) / 0.35) ** 2)) if kind in ("apple", "peach") else 0
        outline = np.stack([0.52 * np.cos(a), 0.48 + (0.48 - dip) * np.sin(a)], -1)
    form = inflate(scene, polygon(scene, frame.at(outline)), 0.46 * frame.h, FRUIT)
    if form.patch.mask.size == 0:
        return
    rows, columns = np.mgrid[0 : form.k.shape[0], 0 : form.k.shape[1]].astype(np.float32) / max(
        1.0, frame.h * scene.height
    )
    share = np.clip(0.5 + 0.6 * sample("cloud", columns * 0.3 + rng.random(), rows * 0.3 + rng.random()), 0, 1)
    put_form(
        scene,
        form,
        lerp(own, blush, share[..., None]).astype(np.float32),
        kinds=Kind.FRUIT,
        depth=depth,
        detail=0.85,
        angle=math.atan2(y - frame.y, 0.3),
    )
    if kind in ("apple", "pear"):
        top = 0.92 if kind == "apple" else 1.04
        scene.put(
            taper(scene, frame.at([(0, top - 0.04), (0.03, top + 0.10), (0.07, top + 0.17)]), 0.035 * frame.h),
            from_hex("4a3020"),
            kind=Kind.TRUNK,
            depth=depth,
            detail=0.8,
        )
    del x


def draw_cloth(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.22, colour: str = ""
) -> None:
    """A white cloth over a table: feet at its hanging edge, width 2.6 h, in folds."""
    own = from_hex(colour or "e8e4dc")
    t = np.linspace(0, 1, 12)
    lower = np.stack(
        [-1.3 + 2.6 * t, -0.10 + 0.22 * np.abs(np.sin(t * 7 + rng.uniform(0, 3))) - 0.05 * rng.random(12)], -1
    )
    upper = np.array([(1.15, 0.9), (0.5, 1.02), (-0.3, 0.98), (-1.05, 0.86)])
    outline = frame.at(spline(np.concatenate([lower, upper]), closed=True, steps=5))
    folds = []
    for _ in range(9):
        a = rng.uniform(-1.1, 1.1)
        folds.append(
            (
                frame.at(
                    [(a, rng.uniform(0.4, 0.9)), (a + rng.normal(0.05, 0.12), 0.35), (a + rng.normal(0, 0.2), -0.02)]
                ),
                rng.uniform(0.03, 0.07) * frame.h,
                0.03 * frame.h,
            )
        )
    put_form(
        scene,
        inflate(scene, polygon(scene, outline), 0.06 * frame.h, CLOTH, folds=folds),
        own,
        kinds=Kind.CLOTH,
        depth=depth,
        detail=0.5,
        angle=1.2,
    )


def draw_candle(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A burning candle in a brass stick."""
    brass = from_hex("b8903c")
    cast_shadow(scene, frame.x, frame.y, 0.22 * frame.h)
    for outline in (
        [(-0.22, 0.0), (0.22, 0.0), (0.16, 0.06), (0.04, 0.09), (-0.04, 0.09), (-0.16, 0.06)],
        [(-0.035, 0.08), (0.035, 0.08), (0.055, 0.18), (0.03, 0.26), (-0.03, 0.26), (-0.055, 0.18)],
        [(-0.10, 0.26), (0.10, 0.26), (0.075, 0.31), (-0.075, 0.31)],
    ):
        put_form(
            scene,
            inflate(scene, polygon(scene, frame.at(outline)), 0.05 * frame.h, GLAZE),
            brass,
            kinds=Kind.VESSEL,
            depth=depth,
            detail=0.85,
        )
    put_form(
        scene,
        inflate(
            scene,
            polygon(scene, frame.at([(-0.055, 0.30), (0.055, 0.30), (0.055, 0.80), (-0.055, 0.80)])),
            0.05 * frame.h,
        ),
        from_hex("f0e6cc"),
        kinds=Kind.VESSEL,
        depth=depth,
        detail=0.85,
        angle=1.57,
    )
    x, y = frame.one(0, 0.88)
    glow(scene, x, y, 0.34 * frame.h, from_hex("ffc860"), 0.55)
    for outline, colour in (
        ([(0, 1.02), (0.045, 0.89), (0.03, 0.82), (-0.03, 0.82), (-0.045, 0.89)], "ffb43c"),
        ([(0, 0.97), (0.024, 0.88), (0.014, 0.83), (-0.014, 0.83), (-0.024, 0.88)], "fff4c4"),
    ):
        scene.put(
            polygon(scene, frame.at(spline(outline, closed=True, steps=5))),
            from_hex(colour),
            kind=Kind.LAMP,
            depth=depth,
            angle=1.57,
            detail=0.95,
        )
    scene.lamps.append((x, y, 1.0))


def draw_book(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """An open book, h is its half width."""
    cast_shadow(scene, frame.x, frame.y, frame.h, flat=0.3)
    for s in (-1, 1):
        page = [(0, 0.28), (0.5 * s, 0.38), (1.0 * s, 0.30), (1.12 * s, -0.02), (0.55 * s, 0.06), (0, -0.06)]
        put_form(
            scene,
            inflate(scene, polygon(scene, frame.at(spline(page, closed=True, steps=5))), 0.05 * frame.h),
            darken(from_hex("f0e6cc"), np.float32(1.0 if s * scene.light > 0 else 0.9)),
            kinds=Kind.CLOTH,
            depth=depth,
            detail=0.8,
            angle=0.1 * s,
        )
        lines = []
        for k in range(5):
            v = 0.25 - 0.055 * k
            lines += ribbon(
                frame.at([(0.12 * s, v - 0.02), (0.5 * s, v + 0.045), (0.95 * s, v - 0.01)]), 0.012 * frame.h
            )[:1]
        scene.put(
            polygons(scene, lines),
            from_hex("5a4c3c"),
            kind=Kind.CLOTH,
            depth=depth,
            detail=0.8,
            region=scene.regions - 1,
            opacity=0.7,
        )


def draw_cup(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A cup of tea with a handle and steam."""
    own = from_hex(("ece6da", "5a7fa8", "8aa88a", "b4583c")[int(rng.integers(4))])
    cast_shadow(scene, frame.x, frame.y, 0.6 * frame.h)
    ring = frame.at([(0.42, 0.80), (0.70, 0.84), (0.80, 0.55), (0.62, 0.30), (0.40, 0.30)])
    scene.put(
        polygons(scene, ribbon(ring, 0.09 * frame.h)),
        darken(own, np.float32(0.9)),
        kind=Kind.VESSEL,
        depth=depth,
        detail=0.85,
    )
    mouth = _lathe(scene, frame, "cup", own, depth, pattern=bool(rng.random() < 0.5))
    scene.put(
        disc(scene, frame.x, frame.y - frame.h + 0.04 * mouth, 0.82 * mouth, 0.155 * mouth),
        from_hex("8a5a2c"),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
    )
    for s in (-0.2, 0.12):
        steam = frame.at([(s, 1.1), (s + 0.14, 1.4), (s - 0.06, 1.7), (s + 0.12, 2.0)])
        scene.put(
            taper(scene, steam, [0.03 * frame.h, 0.07 * frame.h, 0.06 * frame.h, 0.01 * frame.h]),
            from_hex("f4f0ea"),
            kind=Kind.CLOUD,
            depth=depth,
            opacity=0.35,
            soft=True,
        )


def draw_lantern(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.25) -> None:
    """A paper lantern that shines; h is its height, its feet the lower rim."""
    x, y = frame.one(0, 0.5)
    glow(scene, x, y, 0.9 * frame.h, from_hex("ffa850"), 0.5)
    t = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    outline = np.stack([0.42 * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.8, 0.5 + 0.42 * np.sin(t)], -1)
    form = inflate(scene, polygon(scene, frame.at(outline)), 0.4 * frame.h)
    if form.patch.mask.size:
        lab = np.broadcast_to(from_hex("e8552c"), (*form.k.shape, 3)).copy()
        v = np.linspace(-1, 1, form.k.shape[0], dtype=np.float32)[:, None]
        lab = lerp(lab, from_hex("ffd27a"), (0.75 * np.exp(-(v**2) * 2.2) * np.ones_like(form.k))[..., None])
        lab[..., 0] -= 0.05 * (np.sin(v * 26) > 0.6)
        scene.put(form.patch, lab.astype(np.float32), kind=Kind.LAMP, depth=depth, angle=0.0, detail=0.9)
    caps = [
        frame.at([(-0.2, 0.90), (0.2, 0.90), (0.17, 1.0), (-0.17, 1.0)]),
        frame.at([(-0.2, 0.10), (0.2, 0.10), (0.17, 0.0), (-0.17, 0.0)]),
    ]
    caps += (
        ribbon(frame.at([(0, 1.0), (0, 1.25)]), 0.02 * frame.h, smooth=False)[:1]
        + ribbon(frame.at([(0, 0.0), (0, -0.22)]), 0.03 * frame.h, smooth=False)[:1]
    )
    scene.put(polygons(scene, caps), from_hex("2a1c1a"), kind=Kind.WALL, depth=depth, detail=0.85)
    scene.lamps.append((x, y, 0.9))


def draw_lute(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A lute leaning; h is its length."""
    f = Frame(frame.x, frame.y, frame.h, frame.flip, -0.42 if not frame.flip else 0.42)
    cast_shadow(scene, frame.x, frame.y, 0.3 * frame.h)
    wood = from_hex("c08848")
    body_ = spline(
        [
            (0, 0.0),
            (0.17, 0.06),
            (0.21, 0.22),
            (0.12, 0.42),
            (0.035, 0.52),
            (-0.035, 0.52),
            (-0.12, 0.42),
            (-0.21, 0.22),
            (-0.17, 0.06),
        ],
        closed=True,
        steps=6,
    )
    put_form(
        scene,
        inflate(scene, polygon(scene, f.at(body_)), 0.07 * frame.h, GLAZE),
        wood,
        kinds=Kind.VESSEL,
        depth=depth,
        detail=0.85,
        angle=1.2,
    )
    scene.put(
        disc(scene, *f.one(0, 0.30), 0.055 * frame.h), from_hex("3a2414"), kind=Kind.VESSEL, depth=depth, detail=0.85
    )
    scene.put(
        polygon(scene, f.at([(-0.035, 0.45), (0.035, 0.45), (0.025, 0.88), (-0.025, 0.88)])),
        from_hex("4a2c1c"),
        kind=Kind.VESSEL,
        depth=depth,
        angle=1.2,
        detail=0.85,
    )
    scene.put(
        polygon(scene, f.at([(-0.03, 0.87), (0.03, 0.87), (0.14, 0.98), (0.09, 1.0)])),
        from_hex("5a3420"),
        kind=Kind.VESSEL,
        depth=depth,
        detail=0.85,
    )
    strings = []
    for k in range(5):
        u = (k - 2) * 0.011
        strings += ribbon(f.at([(u * 1.6, 0.10), (u, 0.88)]), 0.003 * frame.h, smooth=False)[:1]
    strings += ribbon(f.at([(-0.06, 0.10), (0.06, 0.10)]), 0.014 * frame.h, smooth=False)
    scene.put(polygons(scene, strings), from_hex("f0e4c8"), kind=Kind.VESSEL, depth=depth, detail=0.9)
