"""Style transfer: a picture becomes a scene, a reference becomes a hand, and the atelier paints the one with the other.

What is kept is the skeleton: edges, regions and the main values. What comes from the reference: stroke width, length
and
parallelism, texture, contours, relief, and the palette by optimal transport; at the end light and chroma are brought
to the reference's own statistics. No features of a trained network are used: strokes look like paint, and texture
synthesis on such features looks like coloured grain (compare Hertzmann et al. 2001, Gatys, Ecker and Bethge 2016).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image
from scipy import ndimage

from .....core.progress import Progress, Silent
from .....core.requests import Context
from .....core.style import Style
from ...atelier.colour import Array, lerp, oklab_to_srgb, srgb_to_oklab
from ...atelier.noise import blur, resize, value_noise
from ...atelier.scene import Scene
from ...atelier.stamps import Stamps
from ...atelier.styles.paint import paint
from ...atelier.styles.parameters import StyleParameters
from ...reading.brushwork import MEASURED_SIDE, Brushwork, measure
from ...reading.manner import Manner, mix_manners
from ...reading.photo import scene_from_picture
from ..atelier.hands import find_manners

__all__ = ["find_manner", "repaint"]

SKELETON = 0.45  # share of the picture's own drawing that is put back under the finest strokes
CALM = 0.15
LIVELY = 0.03  # deviation of light between hair and hand in a place that is half full of forms
GREY = 0.012  # mean chroma under which a picture has no colours that could be moved


def repaint(
    picture: Image.Image,
    manner: Manner,
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
    parameters = _weakened(manner.parameters, strength, brush)
    if manner.brushwork is not None:
        # a picture of parallel edges needs freer strokes to arrive at the same parallelism
        freer = 0.9 * (measure(resize(own, *_fit(own.shape, 512))).coherence - manner.brushwork.coherence) * strength
        parameters = replace(
            parameters,
            layers=tuple(replace(l, turn=float(np.clip(l.turn + freer, 0.05, 0.9))) for l in parameters.layers),
        )
    if keep_colour:
        parameters = replace(parameters, palette=(), chroma=1.0, shadow=(0.0, 0.0), umber=0.0, varnish=(1.0, 1.0, 1.0))
    painted = paint(scene, parameters, size=size, rng=rng, progress=progress, stamps=stamps)
    lab = srgb_to_oklab(np.asarray(painted, np.float32) / 255)
    lab[..., 0] += SKELETON * (_drawing(own[..., 0]) - _drawing(lab[..., 0]))
    if manner.brushwork is not None:
        lively = _lively(own[..., 0])
        for _ in range(2):
            lab = _towards(lab, manner.brushwork, strength, lively, colour=not keep_colour)
    if keep_colour:
        sigma = 8 * lab.shape[0] / 768
        lab[..., 1:] += blur(own, sigma)[..., 1:] - blur(lab, sigma)[..., 1:]
    share = 1 - (1 - strength) ** 2.5
    return Image.fromarray((oklab_to_srgb(lerp(own, lab, share) if share < 1 else lab) * 255 + 0.5).astype(np.uint8))


def _fit(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(shape[:2]))
    return max(8, round(shape[0] * scale)), max(8, round(shape[1] * scale))


def _drawing(light: Array) -> Array:
    """Forms between the size of a hair and that of a hand: what a picture is recognised by."""
    unit = max(light.shape) / MEASURED_SIDE
    return blur(light, 1.4 * unit) - blur(light, 14 * unit)


def _lively(light: Array) -> Array:
    """CALM in the calm places of a picture .. 1 where it is full of forms: how far texture is raised there."""
    unit = max(light.shape) / MEASURED_SIDE
    energy = np.sqrt(blur(_drawing(light) ** 2, 12 * unit))
    return lerp(CALM, 1.0, np.clip(energy / (2 * LIVELY), 0, 1)).astype(np.float32)


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


def _towards(lab: Array, brushwork: Brushwork, strength: float, lively: Array, *, colour: bool) -> Array:
    """Light and chroma brought to a hand's statistics: masses, texture, contours, mean and spread of chroma."""
    unit = max(lab.shape[:2]) / MEASURED_SIDE
    now = measure(lab if unit <= 1 else resize(lab, round(lab.shape[0] / unit), round(lab.shape[1] / unit)))
    out = lab.copy()
    light = lab[..., 0]
    soft2, soft8, soft12 = (blur(light, s * unit) for s in (2, 8, 12))

    def gain(name: str, low: float, high: float) -> float:
        return float(np.clip(getattr(brushwork, name) / max(getattr(now, name), 1e-4), low, high)) ** strength - 1

    fine, middle = (g * lively if g > 0 else g for g in (gain("fine", 0.5, 1.4), gain("middle", 0.75, 1.35)))
    light = (
        light + fine * (light - soft2) + middle * (soft2 - soft8) + gain("masses", 0.6, 1.6) * (soft12 - soft12.mean())
    )
    edge = ndimage.gaussian_gradient_magnitude(lab[..., 0], max(0.6, 1.5 * unit), truncate=3)
    line = np.clip((edge / (np.quantile(edge, 0.965) + 1e-6) - 0.75) / 0.35, 0, 1)
    light = light - strength * float(np.clip(brushwork.contour - now.contour, -0.02, 0.03)) * line
    level = 0.5 * (brushwork.dark + brushwork.light)
    light = light + 0.4 * strength * float(np.clip(level - 0.5 * (now.dark + now.light), -0.15, 0.15))
    out[..., 0] = _soft_clip(light)
    if colour:
        out[..., 1:] *= 1 + gain("chroma", 0.55, 1.8)
    return out


def _soft_clip(light: Array) -> Array:
    """Values bent gently into 0.02 .. 0.985 instead of being cut off."""
    high = np.where(light > 0.9, 0.9 + 0.085 * np.tanh((light - 0.9) / 0.085), light)
    return np.where(high < 0.1, 0.1 - 0.08 * np.tanh((0.1 - high) / 0.08), high).astype(np.float32)


def find_manner(style: Style, context: Context) -> Manner:
    """The manner that a style asks for: named hands, styles learned by the person, pictures, or a mix.

    Raises UnknownName for a name nobody knows, InputError for a reference that is no picture.
    """
    return mix_manners(find_manners(style, context))
