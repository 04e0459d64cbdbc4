"""A picture painted anew with strokes of the atelier: for hands that have no pictures to take their paint from.

The picture becomes a scene: directions of its edges spread outwards, regions, sky, water, leaves and skin guessed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from .....core.progress import Progress, Silent
from ...atelier.colour import Array, lerp, oklab_to_srgb, srgb_to_oklab
from ...atelier.noise import blur, value_noise
from ...atelier.scene import Scene
from ...atelier.stamps import Stamps
from ...atelier.styles.paint import paint
from ...atelier.styles.parameters import StyleParameters
from ...reading.photo import scene_from_picture

__all__ = ["repaint_in_strokes"]

GREY = 0.012  # mean chroma under which a picture has no colours that could be moved


def repaint_in_strokes(
    picture: Image.Image,
    hand: StyleParameters,
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    strength: float = 1.0,
    keep_colour: bool = False,
    brush: float = 1.0,
    progress: Progress | None = None,
    stamps: Stamps | None = None,
) -> Image.Image:
    """`picture` painted anew at `size`.

    strength: 0..1, how far widths, jitter, palette and the whole go; keep_colour: the picture's own colours stay;
    brush: factor on
    stroke width.
    """
    progress = progress or Silent()
    progress.update(0.02, "reading the picture")
    scene = scene_from_picture(picture, size)
    own = scene.lab.copy()
    grey = float(np.hypot(own[..., 1], own[..., 2]).mean()) < GREY
    if grey and not keep_colour:
        scene.lab = _tinted(scene, rng)
    parameters = _weakened(hand, strength, brush)
    if keep_colour:
        parameters = replace(parameters, palette=(), chroma=1.0, shadow=(0.0, 0.0), umber=0.0, varnish=(1.0, 1.0, 1.0))
    painted = paint(scene, parameters, size=size, rng=rng, progress=progress, stamps=stamps)
    lab = srgb_to_oklab(np.asarray(painted, np.float32) / 255)
    if keep_colour:
        sigma = 8 * lab.shape[0] / 768
        lab[..., 1:] += blur(own, sigma)[..., 1:] - blur(lab, sigma)[..., 1:]
    share = 1 - (1 - strength) ** 2.5
    return Image.fromarray((oklab_to_srgb(lerp(own, lab, share) if share < 1 else lab) * 255 + 0.5).astype(np.uint8))


def _weakened(p: StyleParameters, strength: float, brush: float) -> StyleParameters:
    """Narrower strokes, less jitter, palette and relief for a strength below 1; `brush` widens or narrows all."""
    width = brush * (0.35 + 0.65 * strength)
    layers = tuple(
        replace(
            l,
            width=l.width * width,
            length=l.length * width,
            light=l.light * strength,
            chroma=l.chroma * strength,
            edge=l.edge * (0.6 + 0.4 * strength),
        )
        for l in p.layers
    )
    away = {
        k: getattr(p, k) * strength
        for k in ("palette_light", "palette_chroma", "relief", "shine", "swirl", "streak", "umber", "spot", "vignette")
    }
    towards_one = {k: 1 + (getattr(p, k) - 1) * strength for k in ("contrast", "chroma", "span")}
    return replace(
        p,
        layers=layers,
        floor=p.floor * strength,
        shadow=(p.shadow[0] * strength, p.shadow[1] * strength),
        **away,
        **towards_one,
    )


def _tinted(scene: Scene, rng: np.random.Generator) -> Array:
    """A grey picture with a breath of colour by region and place, so that a palette has something to divide."""
    lab = scene.lab.copy()
    tints = rng.normal(0, 0.016, (int(scene.region.max()) + 1, 2)).astype(np.float32)
    tint = blur(tints[scene.region], scene.height / 60)
    drift = np.stack([value_noise(rng, scene.shape, 1.2), value_noise(rng, scene.shape, 1.2)], -1)
    lab[..., 1:] += tint + 0.008 * drift
    lab[..., 2] += 0.10 * (lab[..., 0] - float(lab[..., 0].mean()))  # lights warm, darks cool
    return lab
