"""Brush marks in the manner of writing, and the seal of a print or an ink painting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..colour import Array, from_hex, oklab_to_srgb
from ..scene import Scene
from ..shapes import polygons, ribbon

__all__ = ["brush_marks", "press", "seal"]


def brush_marks(rng: np.random.Generator, x: float, y: float, size: float, count: int, tall: float) -> list[Array]:
    """Marks in the manner of written characters, one under the other: strokes only, they spell nothing."""
    out: list[Array] = []
    step = tall / count
    for i in range(count):
        top = y + i * step
        for k in range(int(rng.integers(4, 7))):
            flat = rng.random() < 0.5
            u, v = rng.uniform(-0.42, 0.30), rng.uniform(0.08, 0.80)
            a = np.array([x + u * size, top + v * step])
            b = a + (
                np.array([rng.uniform(0.25, 0.6) * size, -0.05 * step])
                if flat
                else np.array([rng.uniform(-0.25, 0.2) * size, rng.uniform(0.15, 0.42) * step])
            )
            b = np.clip(b, (x - size * 0.55, top), (x + size * 0.55, top + step * 0.95))
            out += ribbon(
                [a, (a + b) / 2 + rng.normal(0, 0.03 * size, 2), b], [0.10 * size, 0.13 * size, 0.05 * size], steps=4
            )[:1]
            del k
    return out


def seal(scene: Scene, rgb: Array, x: float, y: float, size: float, rng: np.random.Generator) -> Array:
    """A red square seal, marks left white."""
    box = [np.array([(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)])]
    rgb = press(scene, rgb, box, "b83228", 0.92)
    marks = []
    for u in (-0.42, 0.42):
        marks += brush_marks(rng, x + u * size, y - 0.82 * size, size * 0.72, 2, 1.62 * size)
    return press(scene, rgb, marks, "f2e4cc", 0.9)


def press(scene: Scene, rgb: Array, shapes: Sequence[Array], colour: str, opacity: float) -> Array:
    patch = polygons(scene, shapes)
    if patch.mask.size:
        part = rgb[patch.box]
        part += (oklab_to_srgb(from_hex(colour)) - part) * (patch.mask * opacity)[..., None]
    return rgb
