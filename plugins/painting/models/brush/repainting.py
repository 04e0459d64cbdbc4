"""Style transfer: a picture becomes a scene, a reference becomes a hand, and the atelier paints the one with the other.

What is kept is the skeleton: edges, regions and the main values. What comes from the reference: stroke width, length
and
parallelism, texture, contours, relief, and the palette by optimal transport; at the end light and chroma are brought
to the reference's own statistics. No features of a trained network are used: strokes look like paint, and texture
synthesis on such features looks like coloured grain (compare Hertzmann et al. 2001, Gatys, Ecker and Bethge 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from scipy import ndimage

from .....core.progress import Progress, Silent
from ...atelier.brush import Layer
from ...atelier.colour import Array, lerp, oklab_to_srgb, srgb_to_oklab
from ...atelier.noise import blur, resize, value_noise
from ...atelier.scene import Scene
from ...atelier.styles.paint import paint
from ...atelier.styles.parameters import Outline, StyleParameters
from ...reading.brushwork import MEASURED_SIDE, Hand, measure, mix_hands, to_lab
from ...reading.colours import find_palette, to_hex
from ...reading.photo import scene_from_picture

__all__ = ["Manner", "manner_of_pictures", "mix_manners", "repaint"]

SKELETON = 0.45  # share of the picture's own drawing that is put back under the finest strokes
CALM = 0.15
LIVELY = 0.03  # deviation of light between hair and hand in a place that is half full of forms
GREY = 0.012  # mean chroma under which a picture has no colours that could be moved


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How to paint: parameters of the atelier, and the statistics to arrive at (None where the hand is a named one)."""

    parameters: StyleParameters
    hand: Hand | None = None


def manner_of_pictures(pictures: Sequence[tuple[Image.Image, float]], *, name: str = "reference") -> Manner:
    """The manner of one or more pictures with weights."""
    labs = [(to_lab(p), w) for p, w in pictures]
    hand = mix_hands([(measure(lab), w) for lab, w in labs])
    total = sum(w for _, w in labs)
    palette = tuple((*s.lab, s.share * w / total) for lab, w in labs for s in find_palette(lab, 20))
    darkest = np.mean([lab[lab[..., 0] <= np.quantile(lab[..., 0], 0.04)].mean(axis=0) for lab, _ in labs], axis=0)
    ground = np.mean([np.median(lab.reshape(-1, 3), axis=0) for lab, _ in labs], axis=0)
    return Manner(parameters=_parameters(hand, palette, darkest, ground, name), hand=hand)


def _parameters(
    hand: Hand, palette: tuple[tuple[float, float, float, float], ...], darkest: Array, ground: Array, name: str
) -> StyleParameters:
    """A measured hand as parameters of the stroke family.

    Scans differ in sharpness more than painters in brushes, so widths are stretched and kept within what reads as a
    stroke.
    """
    width = float(np.clip(3.1 * hand.width, 9.0, 18))
    aspect = float(np.clip(1.1 * hand.length / hand.width, 1.8, 5))
    turn = float(np.clip(0.95 - 1.2 * hand.coherence, 0.08, 0.6))
    light = float(np.clip(1.15 * hand.fine, 0.012, 0.09))
    chroma = float(np.clip(1.3 * hand.grain, 0.002, 0.018))
    bristle = float(np.clip(12 * hand.fine, 0.3, 0.95))
    layers = tuple(
        Layer(
            width=width * size,
            length=width * size * aspect * shorter,
            density=density,
            light=light * calm,
            chroma=chroma * calm,
            turn=turn,
            error=error,
            edge=edge,
            bristle=bristle,
            dry=dry,
        )
        for size, shorter, density, error, edge, calm, dry in (
            (2.2, 1.0, 1.5, 0.0, 0.11, 1.0, 0.0),
            (1.3, 1.0, 1.4, 0.022, 0.10, 1.0, 0.1),
            (0.75, 0.8, 1.3, 0.05, 0.11, 0.8, 0.2),
            (0.42, 0.8, 1.6, 0.07, 0.15, 0.5, 0.3),
        )
    )
    outline = None
    if hand.contour > 0.012:
        outline = Outline(
            width=4.5,
            length=24,
            count=int(np.clip(60_000 * hand.contour, 700, 2600)),
            colour=to_hex(darkest),
            own=0.35,
            opacity=0.85,
        )
    return StyleParameters(
        name=name,
        summary="measured from pictures",
        palette=palette,
        palette_light=0.3,
        palette_chroma=0.65,
        ground=to_hex(ground),
        ground_share=0.35,
        layers=layers,
        outline=outline,
        streak=float(np.clip(0.25 * (hand.coherence - 0.5), 0, 0.04)),
        relief=float(np.clip(11 * hand.fine, 0.08, 0.7)),
        shine=float(np.clip(1.5 * (hand.fine - 0.05), 0, 0.1)),
        level_water=0.4,
    )


_MIXED = (
    "palette_light",
    "palette_chroma",
    "floor",
    "span",
    "contrast",
    "chroma",
    "ground_share",
    "swirl",
    "streak",
    "level_water",
    "spot",
    "umber",
    "relief",
    "shine",
    "vignette",
)


def mix_manners(parts: Sequence[tuple[Manner, float]]) -> Manner:
    """The weighted mix of some manners: the heaviest gives the pipeline, all give palette, tone and brush."""
    if len(parts) == 1:
        return parts[0][0]
    total = sum(w for _, w in parts)
    main = max(parts, key=lambda p: p[1])[0].parameters
    changes = {name: sum(getattr(m.parameters, name) * w for m, w in parts) / total for name in _MIXED}
    changes["shadow"] = tuple(sum(m.parameters.shadow[i] * w for m, w in parts) / total for i in (0, 1))
    changes["palette"] = tuple(
        (*row[:3], row[3] * w / total / max(1e-9, sum(r[3] for r in m.parameters.palette)))
        for m, w in parts
        for row in m.parameters.palette
    )
    layers = []
    for number, layer in enumerate(main.layers):
        same = [
            (m.parameters.layers[number], w)
            for m, w in parts
            if m.parameters.family == main.family and number < len(m.parameters.layers)
        ]
        weight = sum(w for _, w in same)
        layers.append(
            replace(
                layer,
                **{
                    k: sum(getattr(l, k) * w for l, w in same) / weight
                    for k in ("width", "length", "light", "chroma", "turn", "bristle")
                },
            )
        )
    hands = [(m.hand, w) for m, w in parts if m.hand is not None]
    return Manner(
        parameters=replace(main, name="mix", layers=tuple(layers), **changes),
        hand=mix_hands(hands) if len(hands) == len(parts) else None,
    )


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
    if manner.hand is not None:
        # a picture of parallel edges needs freer strokes to arrive at the same parallelism
        freer = 0.9 * (measure(resize(own, *_fit(own.shape, 512))).coherence - manner.hand.coherence) * strength
        parameters = replace(
            parameters,
            layers=tuple(replace(l, turn=float(np.clip(l.turn + freer, 0.05, 0.9))) for l in parameters.layers),
        )
    if keep_colour:
        parameters = replace(parameters, palette=(), chroma=1.0, shadow=(0.0, 0.0), umber=0.0, varnish=(1.0, 1.0, 1.0))
    painted = paint(scene, parameters, size=size, rng=rng, progress=progress)
    lab = srgb_to_oklab(np.asarray(painted, np.float32) / 255)
    lab[..., 0] += SKELETON * (_drawing(own[..., 0]) - _drawing(lab[..., 0]))
    if manner.hand is not None:
        lively = _lively(own[..., 0])
        for _ in range(2):
            lab = _towards(lab, manner.hand, strength, lively, colour=not keep_colour)
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


def _towards(lab: Array, hand: Hand, strength: float, lively: Array, *, colour: bool) -> Array:
    """Light and chroma brought to a hand's statistics: masses, texture, contours, mean and spread of chroma."""
    unit = max(lab.shape[:2]) / MEASURED_SIDE
    now = measure(lab if unit <= 1 else resize(lab, round(lab.shape[0] / unit), round(lab.shape[1] / unit)))
    out = lab.copy()
    light = lab[..., 0]
    soft2, soft8, soft12 = (blur(light, s * unit) for s in (2, 8, 12))

    def gain(name: str, low: float, high: float) -> float:
        return float(np.clip(getattr(hand, name) / max(getattr(now, name), 1e-4), low, high)) ** strength - 1

    fine, middle = (g * lively if g > 0 else g for g in (gain("fine", 0.5, 1.4), gain("middle", 0.75, 1.35)))
    light = (
        light + fine * (light - soft2) + middle * (soft2 - soft8) + gain("masses", 0.6, 1.6) * (soft12 - soft12.mean())
    )
    edge = ndimage.gaussian_gradient_magnitude(lab[..., 0], max(0.6, 1.5 * unit), truncate=3)
    line = np.clip((edge / (np.quantile(edge, 0.965) + 1e-6) - 0.75) / 0.35, 0, 1)
    light = light - strength * float(np.clip(hand.contour - now.contour, -0.02, 0.03)) * line
    level = 0.5 * (hand.dark + hand.light)
    light = light + 0.4 * strength * float(np.clip(level - 0.5 * (now.dark + now.light), -0.15, 0.15))
    out[..., 0] = _soft_clip(light)
    if colour:
        out[..., 1:] *= 1 + gain("chroma", 0.55, 1.8)
    return out


def _soft_clip(light: Array) -> Array:
    """Values bent gently into 0.02 .. 0.985 instead of being cut off."""
    high = np.where(light > 0.9, 0.9 + 0.085 * np.tanh((light - 0.9) / 0.085), light)
    return np.where(high < 0.1, 0.1 - 0.08 * np.tanh((0.1 - high) / 0.08), high).astype(np.float32)
