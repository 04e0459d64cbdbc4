"""Of which family a picture is: what it is made with, as far as that says how to paint like it.

Prints, dots and flat areas are movements that the eye knows. Ink it does not know: one tone of colour on light or darkened
paper, which the eye is not sure to be any school of oil.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image
from scipy import ndimage

from ..atelier.colour import srgb_to_oklab
from ..eye.model import Sight

__all__ = ["Family", "family_of"]

Family = Literal["ink", "print", "dots", "flat", "oil"]

_OF_MOVEMENT: dict[str, Family] = {"Ukiyo-e": "print", "Pointillism": "dots", "Naive Art (Primitivism)": "flat"}
_LIKELY, _SURE = 0.6, 0.95
_SIDE = 512
_ONE_COLOUR, _EVEN = 0.038, 0.0045
"""In ink no colour lies further from the paper's (95th percentile of distances in a, b), nor do neighbours differ more in colour
(median deviation in windows of 5 pixels)."""
_PAPER, _ABOVE = 0.35, 0.175
"""Median of light, which is that of paper or old silk, and how much lighter the lightest is at most: nothing is laid over paper."""


def family_of(picture: Image.Image, sight: Sight) -> Family:
    """The family of an RGB picture. sight: what the eye saw in it."""
    seen = sight.probabilities["movement"]
    first = max(seen, key=lambda movement: seen[movement])
    named = _OF_MOVEMENT.get(first) if seen[first] >= _LIKELY else None
    if named != "dots" and seen[first] < _SURE and _is_ink(picture):
        return "ink"
    return named or "oil"


def _is_ink(picture: Image.Image) -> bool:
    small = picture.copy()
    small.thumbnail((_SIDE, _SIDE))
    lab = srgb_to_oklab(np.asarray(small, np.float32) / np.float32(255))
    colour = lab[..., 1:]
    away = np.sqrt(((colour - np.median(colour.reshape(-1, 2), 0)) ** 2).sum(-1))
    mean = ndimage.uniform_filter(colour, (5, 5, 0))
    uneven = np.sqrt(np.maximum(ndimage.uniform_filter(colour**2, (5, 5, 0)) - mean**2, 0).sum(-1))
    light, lightest = np.quantile(lab[..., 0], (0.5, 0.98))
    if light < _PAPER or lightest > light + _ABOVE:
        return False
    return float(np.quantile(away, 0.95)) < _ONE_COLOUR and float(np.median(uneven)) < _EVEN
