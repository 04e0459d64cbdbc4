"""Fruit on a table."""

from __future__ import annotations

import math

import numpy as np

from ..colour import from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import (
    FRUIT,
    Frame,
    cast_shadow,
    inflate,
    polygon,
    put_form,
    spline,
    taper,
)
from ..world import World

__all__ = ["draw_fruit"]


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
