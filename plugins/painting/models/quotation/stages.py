"""The stages of a quoted picture, from its ground to its varnish: what its layers are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...atelier.colour import Array, oklab_to_srgb
from ...formats.layers import Stage
from ...paint.painter import Surface
from ...paint.raster import blur, resize

__all__ = ["stages_of"]

_APART = 0.02
"""Distance in Oklab from which masses with and without the things set in are two."""
_GRAIN = 0.025
_DRAWN = 3
"""Levels of 255 by which a line changes what it is drawn on."""


def stages_of(surface: Surface, medium: str, masses: Array, bare: Array) -> list[Stage]:
    """Ground, masses, accents, outlines, varnish. surface: kept with what was undrawn; medium: of the hand, "paint", "print" or
    "ink"; masses: of the picture, bare: the same without the things set in, both in Oklab.

    What lies below an accent was never painted: it is the masses there, in the colours of the paint round it, with its grain.
    """
    assert surface.undrawn is not None
    undrawn, final = _bytes(surface.undrawn), surface.rgb()
    size = final.shape[:2]
    apart = np.sqrt(((masses - bare) ** 2).sum(-1))
    set_in = resize(blur((apart > _APART).astype(np.float32), 1.0), size) > 0.35
    below = undrawn
    if set_in.any():
        below = np.where(set_in[..., None], _bytes(_below(surface.undrawn, resize(bare, size), set_in)), undrawn)
    lined = np.abs(final.astype(np.int16) - undrawn).max(-1) >= _DRAWN
    drawn = np.where(lined[..., None], final, undrawn)
    ground = np.broadcast_to(_ground(undrawn, medium), final.shape)
    pictures = {"ground": ground, "masses": below, "accents": undrawn, "outlines": drawn, "varnish": final}
    return [Stage(name, Image.fromarray(np.ascontiguousarray(rgb)), name == "masses") for name, rgb in pictures.items()]


def _below(picture: Array, bare: Array, set_in: NDArray[np.bool_]) -> Array:
    """A picture (Oklab) as it might be where things were set in: the bare masses, moved as those round them were."""
    wide = min(set_in.shape) / 12
    around = (~blur(set_in.astype(np.float32), wide / 8).astype(bool)).astype(np.float32)[..., None]
    moved = blur((picture - bare) * around, wide) / (blur(around, wide) + 1e-4)
    fine = max(0.8, min(set_in.shape) / 300)
    return bare + moved + np.clip(picture - blur(picture, fine), -_GRAIN, _GRAIN)


def _bytes(picture: Array) -> NDArray[np.uint8]:
    return (oklab_to_srgb(picture) * 255 + 0.5).astype(np.uint8)


def _ground(picture: NDArray[np.uint8], medium: str) -> NDArray[np.uint8]:
    """A middle tone for paint, the paper for prints and ink."""
    rows = picture.reshape(-1, 3)[::7]
    if medium != "paint":
        light = rows.sum(1, dtype=np.int32)
        rows = rows[light >= np.quantile(light, 0.9)]
    return np.median(rows, 0).astype(np.uint8)
