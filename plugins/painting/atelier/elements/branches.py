"""A plum branch in flower."""

from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex
from ..scene import Kind, Scene
from ..shapes import PETAL, Frame, disc, inflate, polygons, put_form, ribbon
from ..world import World

__all__ = ["draw_plum_branch"]


def draw_plum_branch(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    colour: str = "",
    blossoms: int = 60,
) -> None:
    """A flowering branch that enters at the frame's feet and reaches up and forward over a length h; real corners, side
    shoots, blossoms in three views.
    """
    bark, own = world.local("3c2c28"), world.local(colour or ("d8485a", "f0a8b8", "f6e8e4")[int(rng.integers(3))])
    points = [np.array([0.0, 0.0])]
    heading = 0.55
    for i in range(6):
        heading = np.clip(heading + (0.55 if i % 2 else -0.5) * rng.uniform(0.5, 1.0), -0.1, 1.15)
        points.append(points[-1] + (0.30 - 0.03 * i) * np.array([math.cos(heading), math.sin(heading)]) * 0.78)
    main = np.array(points)
    lines = [(main, [0.062, 0.052, 0.044, 0.034, 0.024, 0.014, 0.006])]
    spots: list[Array] = []
    for i in range(9):
        j = 1 + i * (len(main) - 2) / 9
        k = int(j)
        root = main[k] * (1 - j + k) + main[k + 1] * (j - k)
        along = math.atan2(*(main[k + 1] - main[k])[::-1])
        a = along + (1 if i % 2 else -1) * rng.uniform(0.5, 1.05)
        length = rng.uniform(0.14, 0.30)
        bend = root + length * 0.5 * np.array([math.cos(a), math.sin(a)])
        tip = bend + length * 0.6 * np.array(
            [math.cos(a + rng.normal(0, 0.3) + 0.25), math.sin(a + rng.normal(0, 0.3) + 0.25)]
        )
        lines.append((np.stack([root, bend, tip]), [0.018, 0.012, 0.004]))
        spots += [root + (tip - root) * t + rng.normal(0, 0.012, 2) for t in np.linspace(0.25, 1.05, 6)]
    spots += [main[k] + (main[k + 1] - main[k]) * t for k in range(2, len(main) - 1) for t in (0.2, 0.55, 0.85)]
    shapes = []
    for p, w in lines:
        shapes += ribbon(frame.at(p), [v * frame.h for v in w], smooth=False)
    put_form(
        scene,
        inflate(scene, polygons(scene, shapes), 0.03 * frame.h),
        bark,
        kinds=Kind.TRUNK,
        depth=depth,
        detail=0.6,
        angle=0.6 if not frame.flip else 2.5,
    )
    order = rng.permutation(len(spots))[:blossoms]
    for i in order.tolist():
        x, y = frame.one(*spots[i])
        _blossom(
            scene,
            x + rng.normal(0, 0.008) * frame.h,
            y + rng.normal(0, 0.008) * frame.h,
            0.037 * (frame.h / 0.9) ** 0.5,
            own,
            depth,
            rng,
        )


def _blossom(scene: Scene, x: float, y: float, r: float, colour: Array, depth: float, rng: np.random.Generator) -> None:
    kind = rng.random()
    turn = rng.uniform(0, 6)
    own = darken(colour, np.float32(rng.uniform(0.92, 1.06)))
    if kind < 0.26:
        scene.put(
            disc(scene, x, y, 0.36 * r),
            darken(own, np.float32(0.86)),
            kind=Kind.FLOWER,
            depth=depth,
            angle=turn,
            detail=0.8,
        )
        scene.put(
            disc(scene, x, y + 0.24 * r, 0.2 * r, 0.14 * r),
            from_hex("6a3a34"),
            kind=Kind.FLOWER,
            depth=depth,
            detail=0.8,
            region=scene.regions - 1,
        )
        return
    squash = 1.0 if kind < 0.68 else 0.62 if kind < 0.88 else 0.4
    lean = rng.uniform(-0.8, 0.8)
    c, s = math.cos(lean), math.sin(lean)
    region = None
    for i in range(5):
        a = turn + 2 * math.pi * i / 5
        dx, dy = 0.54 * r * math.cos(a), 0.54 * r * math.sin(a) * squash
        form = inflate(
            scene,
            disc(scene, x + dx * c - dy * s, y + dx * s + dy * c, 0.43 * r, 0.43 * r * (0.5 + 0.5 * squash), lean),
            0.3 * r,
            PETAL,
        )
        if form.patch.mask.size == 0:
            continue
        scene.put(
            form.patch,
            form.colour(darken(own, np.float32(0.94 + 0.10 * rng.random()))),
            kind=Kind.FLOWER,
            depth=depth,
            angle=a,
            detail=0.8,
            region=region,
        )
        region = scene.regions - 1 if region is None else region
    if kind < 0.88:
        stamens = []
        for i in range(9):
            a = turn + i * 0.7
            end = (x + 0.36 * r * math.cos(a), y + 0.36 * r * math.sin(a) * squash)
            stamens += ribbon([(x, y), end], 0.03 * r, smooth=False)[:1]
            stamens.append(
                np.array([end]) + 0.055 * r * np.stack([np.cos(np.linspace(0, 6, 6)), np.sin(np.linspace(0, 6, 6))], -1)
            )
        scene.put(
            polygons(scene, stamens),
            from_hex("f0d060") if float(colour[0]) < 0.75 else from_hex("b04a50"),
            kind=Kind.FLOWER,
            depth=depth,
            detail=0.8,
            region=region,
        )
