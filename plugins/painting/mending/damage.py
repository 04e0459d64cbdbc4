"""Finding damage: cracks and scratches (`lines`), losses (flat spots that belong to nothing around them), and what age did
to the whole: yellowed varnish and fading.

What is seen is told from what may be: the first is damage without doubt and is mended unasked, the second is for a
person to look at, since much of it is what the painter drew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from ....core.errors import InputError
from ..atelier.colour import Array, srgb_to_oklab
from ..atelier.noise import resize
from .lines import NEAR, Line, agree, find_lines

__all__ = ["Damage", "find_damage"]

SEARCH_SIDE = 1400


@dataclass(frozen=True, kw_only=True)
class Damage:
    """What was found. mask (H, W) bool at the picture's size: what is damage without doubt; possible: what may be, the
    mask among it; kinds: share of the area of the mask by kind; sure: 0..1 mean certainty of the mask; varnish: 0 none ..
    1 deep yellow; fading: 0 none .. 1 colours and darks gone.
    """

    mask: np.ndarray
    possible: np.ndarray
    kinds: dict[str, float] = field(default_factory=dict)
    sure: float = 0.0
    varnish: float = 0.0
    fading: float = 0.0

    @property
    def share(self) -> float:
        """Damaged share of the area."""
        return float(self.mask.mean())

    @property
    def doubtful(self) -> float:
        """Share of the area that may be damaged, beside what is."""
        return float((self.possible & ~self.mask).mean())

    def to_dict(self) -> dict[str, object]:
        """Plain JSON."""
        return {
            "share": round(self.share, 5),
            "kinds": {k: round(v, 5) for k, v in self.kinds.items()},
            "sure": round(self.sure, 3),
            "doubtful": round(self.doubtful, 5),
            "varnish": round(self.varnish, 3),
            "fading": round(self.fading, 3),
        }


def find_damage(rgb: Array, *, sensitivity: float = 0.5) -> Damage:
    """Damage in an sRGB picture (H, W, 3) in 0..1. sensitivity: 0 wants much proof .. 1 wants little."""
    height, width = rgb.shape[:2]
    scale = min(1.0, SEARCH_SIDE / max(height, width))
    small = rgb if scale == 1 else resize(rgb, max(1, round(height * scale)), max(1, round(width * scale)))
    lab = srgb_to_oklab(small)
    ease = 1.5 - sensitivity
    lines = list(find_lines(lab, ease))
    certain = agree(lines, ease)
    losses = _losses(lab, ease)
    lost = _of_their_colour(losses, lab, certain)
    cracks = _drawn([line for line in certain if not _is_straight(line.piece)], lost.shape)
    scratches = _drawn([line for line in certain if _is_straight(line.piece)], lost.shape) & ~cracks
    seen = cracks | scratches | lost
    possible = seen | losses | _drawn(lines, lost.shape)
    kinds = {"cracks": cracks, "scratches": scratches, "losses": lost}
    return Damage(
        mask=_enlarged(seen, height, width),
        possible=_enlarged(possible, height, width) | _enlarged(seen, height, width),
        kinds={k: float(v.mean()) for k, v in kinds.items() if v.any()},
        sure=float(np.mean([line.score for line in certain])) if certain else 0.0,
        varnish=_varnish(lab),
        fading=_fading(lab),
    )


def _enlarged(mask: np.ndarray, height: int, width: int) -> np.ndarray:
    return mask if mask.shape == (height, width) else resize(mask.astype(np.float32), height, width) > 0.35


def _drawn(lines: Sequence[Line], shape: tuple[int, ...]) -> np.ndarray:
    """A mask of lines and their soft rims."""
    mask = np.zeros(shape, bool)
    for line in lines:
        mask[line.box] |= line.piece
    return ndimage.binary_dilation(mask, iterations=max(1, round(max(shape) / 700)))


def _of_their_colour(losses: np.ndarray, lab: Array, certain: Sequence[Line]) -> np.ndarray:
    """The losses in which the same ground shows as in the lines. A flat spot alone may be a moon or a sail."""
    colours = [line.colour for line in certain]
    labels, count = ndimage.label(losses)
    kept = [
        number
        for number in range(1, count + 1)
        if any(np.linalg.norm(np.median(lab[labels == number], axis=0) - colour) < NEAR for colour in colours)
    ]
    return np.isin(labels, kept)


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
