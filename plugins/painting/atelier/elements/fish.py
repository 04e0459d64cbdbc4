"""Koi, seen from above."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import PETAL, Frame, disc, inflate, polygons, put_form, ribbon
from ..world import World

__all__ = ["draw_koi"]


def draw_koi(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3, turn: float | None = None
) -> None:
    """A carp seen from above, h long, bent, with patches."""
    heading = float(rng.uniform(0, 2 * math.pi)) if turn is None else turn
    bend = float(rng.uniform(-0.9, 0.9))
    radii = np.array([0.030, 0.062, 0.078, 0.083, 0.080, 0.070, 0.056, 0.040, 0.026, 0.016]) * frame.h
    spine, a = [np.zeros(2)], heading
    for i in range(9):
        a += 1.6 * math.sin(1.6 * math.pi * i / 10) * bend / 10
        spine.append(spine[-1] - 0.105 * frame.h * np.array([math.cos(a), math.sin(a)]))
    line = np.array(spine) - np.mean(spine, 0) + (frame.x, frame.y)
    shade_ = polygons(scene, [p + (0.012, 0.02) for p in ribbon(line, 2 * radii)])
    scene.put(shade_, darken(world.water, np.float32(0.5)), kind=Kind.WATER, depth=depth, opacity=0.4, soft=True)
    white, red = world.local("f4ece0"), world.local(("d8442a", "e87028", "c83828")[int(rng.integers(3))])
    along = np.gradient(line, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    side = np.stack([-along[:, 1], along[:, 0]], -1)
    fins = []
    for i, s, length in ((2, 1, 0.11), (2, -1, 0.11), (5, 1, 0.07), (5, -1, 0.07)):
        root = line[i] + side[i] * s * radii[i] * 0.8
        tip = root + (side[i] * s * 0.8 + along[i] * 0.7) * length * frame.h
        fins.append(
            np.array(
                [
                    root - along[i] * 0.02 * frame.h,
                    tip,
                    tip + along[i] * 0.03 * frame.h,
                    root + along[i] * 0.045 * frame.h,
                ]
            )
        )
    end = line[-1]
    for s in (-1, 1):
        fins.append(
            np.array(
                [
                    end - along[-1] * 0.04 * frame.h,
                    end + (along[-1] * 0.15 + side[-1] * s * 0.09) * frame.h,
                    end + (along[-1] * 0.10 + side[-1] * s * 0.01) * frame.h,
                ]
            )
        )
    scene.put(
        polygons(scene, fins),
        lerp(white, world.water, 0.25),
        kind=Kind.ANIMAL,
        depth=depth,
        angle=heading,
        detail=0.8,
        opacity=0.85,
    )
    form = inflate(scene, polygons(scene, ribbon(line, 2 * radii)), 0.075 * frame.h, PETAL)
    if form.patch.mask.size == 0:
        return
    rows, columns = np.mgrid[0 : form.k.shape[0], 0 : form.k.shape[1]].astype(np.float32) / (frame.h * scene.height)
    threshold = float(rng.choice([0.1, 0.5, -0.4]))
    patches = sample("cloud", columns * 0.45 + rng.random(), rows * 0.45 + rng.random()) > threshold
    put_form(
        scene,
        form,
        np.where(patches[..., None], red, white).astype(np.float32),
        kinds=Kind.ANIMAL,
        depth=depth,
        detail=0.9,
        angle=heading,
    )
    for s in (-1, 1):
        x, y = line[0] + along[0] * 0.035 * frame.h + side[0] * s * 0.034 * frame.h
        scene.put(
            disc(scene, float(x), float(y), 0.010 * frame.h),
            from_hex("141414"),
            kind=Kind.ANIMAL,
            depth=depth,
            detail=1.0,
        )
