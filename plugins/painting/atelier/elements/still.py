"""Still life: vessels turned on a lathe, fruit, cloth, candle, books, cup, lantern, lute."""

from __future__ import annotations

import numpy as np

from ..colour import darken, from_hex, lerp
from ..scene import Kind, Scene
from ..shapes import (
    CLOTH,
    GLAZE,
    Frame,
    cast_shadow,
    disc,
    inflate,
    polygon,
    polygons,
    put_form,
    ribbon,
    spline,
)
from ..world import World, glow

__all__ = ["draw_book", "draw_candle", "draw_cloth", "draw_lantern", "draw_lute"]


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
