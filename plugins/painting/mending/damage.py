"""Finding damage: cracks and scratches (thin, darker or lighter than both sides), losses (flat spots that belong to
nothing around them), and what age did to the whole: yellowed varnish and fading.

A painter draws thin lines too. Damage tells itself by its colour, which hardly changes along the line while what lies
on both sides does, by
its contrast against the texture around, and by its length. Top-hats by direction follow crack studies (Giakoumis,
Nikolaidis
and Pitas 2006: black top-hat, then weeding out brush strokes by colour); where we differ: lines of both signs, and
weeding by how
little the colour of a line follows its surroundings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from ....core.errors import InputError
from ..atelier.colour import Array, srgb_to_oklab
from ..atelier.noise import blur, resize

__all__ = ["Damage", "find_damage"]

SEARCH_SIDE = 1400
LOOSE, FIRM = 2.2, 3.4  # contrast of a line in units of the texture around it: to go on along it, to begin it
LEAST_CONTRAST = 0.045
LEAST_LENGTH = 0.022  # of the longer side


@dataclass(frozen=True, kw_only=True)
class Damage:
    """What was found. mask (H, W) bool at the picture's size; kinds: share of the area by kind; sure: 0..1 mean
    certainty
    of the mask; varnish: 0 none .. 1 deep yellow; fading: 0 none .. 1 colours and darks gone."""

    mask: np.ndarray
    kinds: dict[str, float] = field(default_factory=dict)
    sure: float = 0.0
    varnish: float = 0.0
    fading: float = 0.0

    @property
    def share(self) -> float:
        """Damaged share of the area."""
        return float(self.mask.mean())

    def to_dict(self) -> dict[str, object]:
        """Plain JSON."""
        return {
            "share": round(self.share, 5),
            "kinds": {k: round(v, 5) for k, v in self.kinds.items()},
            "sure": round(self.sure, 3),
            "varnish": round(self.varnish, 3),
            "fading": round(self.fading, 3),
        }


def find_damage(rgb: Array, *, sensitivity: float = 0.5) -> Damage:
    """Damage in an sRGB picture (H, W, 3) in 0..1. sensitivity: 0 only what is certain .. 1 whatever may be."""
    height, width = rgb.shape[:2]
    scale = min(1.0, SEARCH_SIDE / max(height, width))
    small = rgb if scale == 1 else resize(rgb, max(1, round(height * scale)), max(1, round(width * scale)))
    lab = srgb_to_oklab(small)
    ease = 1.5 - sensitivity
    lines, cracks, sure = _lines(lab, ease)
    losses = _losses(lab, ease)
    found = lines | losses
    mask = found if scale == 1 else resize(found.astype(np.float32), height, width) > 0.35
    kinds = {
        "cracks": float((lines & cracks).mean()),
        "scratches": float((lines & ~cracks).mean()),
        "losses": float(losses.mean()),
    }
    return Damage(
        mask=mask,
        kinds={k: v for k, v in kinds.items() if v > 0},
        sure=sure,
        varnish=_varnish(lab),
        fading=_fading(lab),
    )


def _along(values: Array, length: int) -> Array:
    """The largest mean of `values` over bars of `length` pixels, odd, in eight directions through each pixel."""
    half = length // 2
    height, width = values.shape
    padded = np.pad(values, half)
    best = np.zeros_like(values)
    t = np.arange(-half, half + 1)
    for angle in np.arange(8) * np.pi / 8:
        x, y = np.rint(t * np.cos(angle)).astype(int) + half, np.rint(t * np.sin(angle)).astype(int) + half
        total = np.zeros_like(values)
        for dx, dy in zip(x.tolist(), y.tolist(), strict=True):
            total += padded[dy : dy + height, dx : dx + width]
        np.maximum(best, total, out=best)
    return best / length


def _line_contrast(light: Array, unit: float) -> Array:
    """How far each pixel lies below both its sides, on the best of three widths: >= 0, 0 where
    there is no dark line.
    """
    best = np.zeros_like(light)
    for reach in sorted({max(2, round(3 * unit)), max(3, round(5 * unit)), max(4, round(8 * unit))}):
        hat = ndimage.grey_closing(light, size=(reach, reach)) - light
        np.maximum(best, hat, out=best)
    # a line goes on: the response must hold along some direction
    return np.minimum(best, 1.5 * _along(best, max(7, round(9 * unit)) | 1))


def _lines(lab: Array, ease: float) -> tuple[np.ndarray, np.ndarray, float]:
    """(mask of lines, which of them are cracks, certainty)."""
    light = blur(lab[..., 0], 0.4)
    side = max(light.shape)
    unit = side / 700
    mask = np.zeros(light.shape, bool)
    cracks = np.zeros(light.shape, bool)
    scores: list[float] = []
    for sign in (1.0, -1.0):
        contrast = _line_contrast(sign * light, unit)
        other = _line_contrast(-sign * light, unit)
        # where lines of both signs abound there is texture, not damage
        texture = (
            blur(np.minimum(contrast, 0.12), 14 * unit) * 0.5 + 1.6 * blur(np.minimum(other, 0.12), 14 * unit) + 0.012
        )
        strength = contrast / texture
        strength[contrast < LEAST_CONTRAST * ease] = 0
        labels, count = ndimage.label(strength > LOOSE * ease, structure=np.ones((3, 3)))
        if not count:
            continue
        firm = ndimage.maximum(strength, labels, np.arange(1, count + 1)) > FIRM * ease
        for number, box in enumerate(ndimage.find_objects(labels), start=1):
            if box is None or not firm[number - 1]:
                continue
            piece = labels[box] == number
            score = _line_score(piece, lab[box], side)
            if score > 0.5 * ease + 0.1:
                mask[box] |= piece
                if not _is_straight(piece):
                    cracks[box] |= piece
                scores.append(score)
    grown = ndimage.binary_dilation(mask, iterations=max(1, round(unit)))
    return (
        grown,
        ndimage.binary_dilation(cracks, iterations=max(1, round(unit))),
        float(np.clip(np.mean(scores), 0, 1)) if scores else 0.0,
    )


def _line_score(piece: np.ndarray, lab: Array, side: int) -> float:
    """0..1: long, thin, and of one colour while its surroundings vary."""
    area = int(piece.sum())
    extent = float(np.hypot(*piece.shape))
    if extent < LEAST_LENGTH * side or area < 8:
        return 0.0
    thickness = area / max(1.0, extent)
    inside = lab[piece]
    around = ndimage.binary_dilation(piece, iterations=3) & ~ndimage.binary_dilation(piece)
    beside = lab[around] if around.any() else inside
    own = float(np.sqrt(inside.var(axis=0).sum()))
    theirs = float(np.sqrt(beside.var(axis=0).sum()))
    apart = float(np.abs(inside.mean(axis=0) - beside.mean(axis=0)).sum())
    evenness = theirs / (theirs + own + 0.01)
    length = np.clip(extent / (0.09 * side), 0.3, 1)
    thin = np.clip(2.2 - thickness / (0.012 * side), 0, 1)
    return float(
        np.clip((0.35 * evenness + 0.65 * np.clip(apart / 0.25, 0, 1)) * (0.4 + 0.6 * length) * thin * 1.25, 0, 1)
    )


def _is_straight(piece: np.ndarray) -> bool:
    y, x = np.nonzero(piece)
    spread = np.linalg.eigvalsh(np.cov(np.stack([x, y]).astype(float))) if len(x) > 3 else np.array([0.0, 1.0])
    return bool(spread[0] < 0.004 * spread[1] + 1.0)


def _losses(lab: Array, ease: float) -> np.ndarray:
    """Spots without any texture, sharply bounded, unlike what lies around: paint that is gone, or was covered."""
    height, width = lab.shape[:2]
    side = max(height, width)
    mean = ndimage.uniform_filter(lab, (5, 5, 0))
    spread = np.sqrt(np.maximum(ndimage.uniform_filter(lab**2, (5, 5, 0)) - mean**2, 0).sum(-1))
    if float(np.median(spread)) < 0.012:
        return np.zeros((height, width), bool)  # a picture of flat colours: a flat spot means nothing
    labels, _ = ndimage.label(spread < 0.0035)
    out = np.zeros((height, width), bool)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        piece = labels[box] == number
        area = int(piece.sum())
        if (
            area < 0.00025 * side * side
            or area > 0.12 * height * width
            or piece.shape[0] > 0.7 * height
            or piece.shape[1] > 0.7 * width
        ):
            continue
        outer = tuple(slice(max(0, s.start - 12), s.stop + 12) for s in box)
        here = labels[outer] == number
        full = ndimage.binary_dilation(here, iterations=3)
        ring = ndimage.binary_dilation(full, iterations=6) & ~full
        if not ring.any():
            continue
        apart = float(np.abs(np.median(lab[outer][ring], axis=0) - lab[outer][here].mean(axis=0)).sum())
        rough = float(np.sqrt(lab[outer][ring].var(axis=0).sum()))
        step = float(np.median(spread[outer][full & ~here])) if (full & ~here).any() else 0.0
        if apart > 0.16 * ease and step > 0.02 and rough < 2.2 * apart:
            out[outer] |= ndimage.binary_dilation(here, iterations=4)
    return out


def _varnish(lab: Array) -> float:
    """Yellow of the lights and of the greyest tones together, 0..1: a warm subject has cool or neutral lights
    somewhere, old varnish has none.
    """
    small = resize(lab, min(256, lab.shape[0]), min(256, lab.shape[1])).reshape(-1, 3)
    lights = small[small[:, 0] >= np.quantile(small[:, 0], 0.9)]
    coolest = float(np.quantile(lights[:, 2], 0.1))
    everywhere = float(np.quantile(small[:, 2], 0.05))
    return float(np.clip((coolest - 0.025) / 0.07, 0, 1) * np.clip((everywhere + 0.01) / 0.03, 0, 1))


def _fading(lab: Array) -> float:
    """Darks and colours that have gone: 0..1."""
    low, high = np.quantile(lab[..., 0], [0.02, 0.98])
    chroma = float(np.quantile(np.hypot(lab[..., 1], lab[..., 2]), 0.95))
    return float(np.clip((0.42 - (high - low)) / 0.25, 0, 1) * np.clip((0.07 - chroma) / 0.05, 0.2, 1))


def parse_region(text: str, size: tuple[int, int]) -> Sequence[int]:
    """ "x,y,w,h" in pixels as four numbers inside a picture of `size`. Raises InputError."""
    parts = text.replace(" ", "").split(",")
    try:
        x, y, w, h = (int(p) for p in parts)
    except ValueError as error:
        raise InputError(
            f"the region {text!r} is not four whole numbers; write x,y,width,height in pixels, as in 120,80,200,150"
        ) from error
    if w < 1 or h < 1 or x < 0 or y < 0 or x + w > size[0] or y + h > size[1]:
        raise InputError(f"the region {text!r} leaves the picture, which is {size[0]} x {size[1]} pixels")
    return x, y, w, h
