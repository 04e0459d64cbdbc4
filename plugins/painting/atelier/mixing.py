"""Mixes of hands: the heaviest paints; the others lend their eyes, and within one family their strokes too.

For each lighter hand the scene is first painted small and fast, and its colours are laid under the heavier one's
strokes
in proportion to its weight: `monet:0.6+hokusai:0.4` is Monet's brush over a scene that Hokusai has simplified.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from ....core.progress import Progress, Silent
from .brush import Layer, Strokes
from .colour import lerp, srgb_to_oklab
from .noise import blur, resize
from .scene import Scene
from .styles import Frames, StyleParameters, paint

__all__ = ["mix_within", "paint_mix"]

_SHARED = (
    "palette_light",
    "palette_chroma",
    "floor",
    "span",
    "contrast",
    "chroma",
    "swirl",
    "streak",
    "level_water",
    "spot",
    "umber",
    "relief",
    "shine",
    "vignette",
)


def paint_mix(
    scene: Scene,
    parts: list[tuple[StyleParameters, float]],
    *,
    size: tuple[int, int],
    seed: int,
    progress: Progress | None = None,
    frames: Frames | None = None,
    strokes: Strokes | None = None,
) -> Image.Image:
    """Paint a scene with one hand or a weighted mix."""
    progress = progress or Silent()
    parts = sorted(parts, key=lambda p: -p[1])
    main, weight = parts[0]
    if len(parts) > 1:
        same = [p for p in parts if p[0].family == main.family]
        main = mix_within(same)
        weight = sum(w for _, w in same)
        for number, (hand, share) in enumerate(p for p in parts if p[0].family != main.family):
            scene = _seen_by(scene, hand, share / (weight + share), np.random.default_rng([seed, 77, number]))
            weight += share
    return paint(
        scene, main, size=size, rng=np.random.default_rng([seed, 99]), progress=progress, frames=frames, strokes=strokes
    )


def _seen_by(scene: Scene, hand: StyleParameters, share: float, rng: np.random.Generator) -> Scene:
    height = min(scene.height, 576)
    size = (round(height * scene.aspect), height)
    extra = {**hand.extra, "margin": 0.0, "marks": 0.0}
    seen = srgb_to_oklab(np.asarray(paint(scene, replace(hand, extra=extra), size=size, rng=rng), np.float32) / 255)
    return replace(
        scene, lab=lerp(scene.lab, resize(blur(seen, height / 400), *scene.shape), np.float32(min(0.85, 1.25 * share)))
    )


def mix_within(parts: list[tuple[StyleParameters, float]]) -> StyleParameters:
    """The weighted mean of hands of one family: numbers, palettes and brushes."""
    main = parts[0][0]
    total = sum(w for _, w in parts)
    if len(parts) == 1:
        return main
    changes = {name: sum(getattr(p, name) * w for p, w in parts) / total for name in _SHARED}
    changes["shadow"] = tuple(sum(p.shadow[i] * w for p, w in parts) / total for i in (0, 1))
    changes["palette"] = tuple(
        (*row[:3], row[3] * w / total / max(1e-9, sum(r[3] for r in p.palette))) for p, w in parts for row in p.palette
    )
    layers: list[Layer] = []
    for number, layer in enumerate(main.layers):
        others = [(p.layers[number], w) for p, w in parts if number < len(p.layers)]
        weight = sum(w for _, w in others)
        names = ("width", "length", "density", "light", "chroma", "turn", "bristle", "dry")
        layers.append(replace(layer, **{n: sum(getattr(o, n) * w for o, w in others) / weight for n in names}))
    return main.but(name="+".join(p.name for p, _ in parts), layers=tuple(layers), **changes)
