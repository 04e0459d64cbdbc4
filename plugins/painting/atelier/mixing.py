"""Mixes of hands: the heaviest paints; the others lend their eyes, and within one family their strokes too.

For each lighter hand the scene is first painted small and fast, and its colours are laid under the heavier one's
strokes
in proportion to its weight: `monet:0.6+hokusai:0.4` is Monet's brush over a scene that Hokusai has simplified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from ....core.progress import Progress
from .brush import Layer
from .canvas import Strokes
from .colour import lerp, srgb_to_oklab
from .noise import blur, resize
from .scene import Scene
from .stamps import Stamps
from .styles import Frames, StyleParameters, paint

__all__ = ["TONES", "mix_numbers", "mix_within", "paint_mix"]

TONES = (
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
"""Numbers of a hand that say how it sees light and colour, and how its paint lies."""
_BRUSH = ("width", "length", "density", "light", "chroma", "turn", "bristle", "dry")


def paint_mix(
    scene: Scene,
    parts: list[tuple[StyleParameters, float]],
    *,
    size: tuple[int, int],
    seed: int,
    progress: Progress | None = None,
    frames: Frames | None = None,
    strokes: Strokes | None = None,
    stamps: Stamps | None = None,
) -> Image.Image:
    """Paint a scene with one hand or a weighted mix; the rest as `styles.paint`."""
    stamps = stamps or Stamps()
    parts = sorted(parts, key=lambda p: -p[1])
    main, weight = parts[0]
    if len(parts) > 1:
        same = [p for p in parts if p[0].family == main.family]
        main = mix_within(same)
        weight = sum(w for _, w in same)
        for number, (hand, share) in enumerate(p for p in parts if p[0].family != main.family):
            scene = _seen_by(scene, hand, share / (weight + share), np.random.default_rng([seed, 77, number]), stamps)
            weight += share
    return paint(
        scene,
        main,
        size=size,
        rng=np.random.default_rng([seed, 99]),
        progress=progress,
        frames=frames,
        strokes=strokes,
        stamps=stamps,
    )


def _seen_by(scene: Scene, hand: StyleParameters, share: float, rng: np.random.Generator, stamps: Stamps) -> Scene:
    height = min(scene.height, 576)
    size = (round(height * scene.aspect), height)
    extra = {**hand.extra, "margin": 0.0, "marks": 0.0}
    picture = paint(scene, replace(hand, extra=extra), size=size, rng=rng, stamps=stamps)
    seen = srgb_to_oklab(np.asarray(picture, np.float32) / 255)
    return replace(
        scene, lab=lerp(scene.lab, resize(blur(seen, height / 400), *scene.shape), np.float32(min(0.85, 1.25 * share)))
    )


def mix_within(parts: list[tuple[StyleParameters, float]]) -> StyleParameters:
    """The weighted mean of hands of one family, the heaviest first: numbers, palettes and brushes."""
    main = parts[0][0]
    if len(parts) == 1:
        return main
    names = "+".join(hand.name for hand, _ in parts)
    return mix_numbers(main, parts, tones=TONES, brush=_BRUSH).but(name=names)


def mix_numbers(
    main: StyleParameters,
    parts: Sequence[tuple[StyleParameters, float]],
    *,
    tones: Sequence[str],
    brush: Sequence[str],
) -> StyleParameters:
    """`main` with the weighted mean of some hands' numbers: `tones` and palettes of all, `brush` of its family's layers."""
    total = sum(w for _, w in parts)
    changes: dict[str, Any] = {name: sum(getattr(p, name) * w for p, w in parts) / total for name in tones}
    changes["shadow"] = tuple(sum(p.shadow[i] * w for p, w in parts) / total for i in (0, 1))
    changes["palette"] = tuple(
        (*row[:3], row[3] * w / total / max(1e-9, sum(r[3] for r in p.palette))) for p, w in parts for row in p.palette
    )
    layers: list[Layer] = []
    for number, layer in enumerate(main.layers):
        others = [(p.layers[number], w) for p, w in parts if p.family == main.family and number < len(p.layers)]
        weight = sum(w for _, w in others)
        layers.append(replace(layer, **{n: sum(getattr(o, n) * w for o, w in others) / weight for n in brush}))
    return main.but(layers=tuple(layers), **changes)
