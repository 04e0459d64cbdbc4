"""Butterflies."""

from __future__ import annotations

import numpy as np

from ..colour import darken, from_hex
from ..scene import Kind, Scene
from ..shapes import Frame, disc, polygon, polygons, ribbon, spline, taper
from ..world import World

__all__ = ["draw_butterfly"]


def draw_butterfly(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A butterfly, h across its wings."""
    own = world.local(("e8a03c", "4a7ac0", "d8503c", "f0e0a0")[int(rng.integers(4))])
    lean = float(rng.uniform(-0.5, 0.5))
    f = Frame(frame.x, frame.y, frame.h, frame.flip, lean)
    for s in (-1, 1):
        k = 1.0 if s > 0 else 0.85
        upper = f.at(
            spline(
                [(0.02 * s, 0.08), (0.30 * s, 0.46), (0.52 * s, 0.42), (0.46 * s, 0.12), (0.06 * s, 0.0)], closed=True
            )
        )
        lower = f.at(
            spline(
                [(0.02 * s, 0.0), (0.34 * s, -0.04), (0.36 * s, -0.28), (0.18 * s, -0.36), (0.03 * s, -0.10)],
                closed=True,
            )
        )
        for outline, tone in ((lower, 0.9), (upper, 1.0)):
            scene.put(
                polygon(scene, outline),
                darken(own, np.float32(k * tone)),
                kind=Kind.FLOWER,
                depth=depth,
                angle=0.7 * s,
                detail=0.9,
            )
            scene.put(
                polygons(scene, ribbon(np.concatenate([outline, outline[:1]]), 0.035 * frame.h, smooth=False)[:1]),
                world.local("2a1e1a"),
                kind=Kind.FLOWER,
                depth=depth,
                detail=0.9,
                region=scene.regions - 1,
            )
        scene.put(
            disc(scene, *f.one(0.38 * s, 0.33), 0.035 * frame.h),
            from_hex("f8f0dc"),
            kind=Kind.FLOWER,
            depth=depth,
            detail=0.9,
            region=scene.regions - 1,
        )
    scene.put(
        taper(scene, f.at([(0, 0.14), (0, -0.18)]), [0.05 * frame.h, 0.03 * frame.h], smooth=False),
        world.local("2a1e1a"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
    )
    for s in (-1, 1):
        scene.put(
            taper(scene, f.at([(0, 0.14), (0.08 * s, 0.26), (0.12 * s, 0.32)]), 0.012 * frame.h),
            world.local("2a1e1a"),
            kind=Kind.ANIMAL,
            depth=depth,
            detail=0.9,
        )
