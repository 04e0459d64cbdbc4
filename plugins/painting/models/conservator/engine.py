"""`conservator`: finds damage in a picture and mends it; every pixel outside the mask stays as it was.

Thin damage is filled by a prior over patches of paintings (`mending.prior`), gaps thicker than a patch by search in the
picture itself (`mending.exemplar`) or, if asked, by a network fitted to it (`mending.deep`). Confidence is told for
every mended pixel: how sure
the finding is, and the filling.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from scipy import ndimage

from .....core.errors import WeightsError
from .....core.requests import Context
from .....core.weights import lend_weights, load_weights
from ...atelier.colour import Array, oklab_to_srgb, srgb_to_oklab
from ...mending.damage import Damage
from ...mending.deep import fill_deep
from ...mending.exemplar import complete
from ...mending.prior import PatchPrior
from ..lending import torch_device

__all__ = ["lend_prior", "mend", "refresh"]

THICK = 5.0  # half the thickness, in pixels, beyond which a gap is no longer seen across by patches of 8
T = TypeVar("T")


def lend_prior(path: Path, context: Context) -> Callable[[Callable[[PatchPrior], T]], T]:
    """A function that lends the patch prior to another one."""

    def load(_device: str) -> PatchPrior:
        arrays, _ = load_weights(path)
        try:
            return PatchPrior(arrays["weights"], arrays["covariances"])
        except KeyError as error:
            raise WeightsError(f"{str(path)!r} is no patch prior: it has no {error}; train one again") from error

    def lend(work: Callable[[PatchPrior], T]) -> T:
        with lend_weights(context.devices, ("painting", "conservator"), [path], load, on="cpu") as prior:
            return work(prior)

    return lend


def mend(
    rgb: Array, mask: np.ndarray, prior: Callable[[Callable[[PatchPrior], Any]], Any], context: Context, method: str
) -> tuple[Array, Array]:
    """(picture, doubt): gaps filled; doubt is an expected error in 0..1 levels of sRGB, 0 outside the mask."""
    doubt = np.zeros(mask.shape, np.float32)
    if not mask.any():
        return rgb, doubt
    rgb = rgb.copy()
    thick = _thick_parts(mask, method)
    start = None
    if thick.any():
        if method == "deep":
            with context.devices.lease(("painting", "deep filling"), torch_device) as device:
                start, apart = fill_deep(
                    rgb, thick, context.rng, unknown=mask, device=str(device), progress=context.progress
                )
        else:
            start, apart = complete(rgb, mask, context.rng, progress=context.progress)
        doubt = np.where(thick, 0.05 + apart, 0).astype(np.float32)
        # thin damage is mended with the thick gaps already standing
        rgb[thick] = start[thick]
    thin = mask & ~thick
    if thin.any():
        for box, inside in _tiles(thin):
            begin = None if start is None else start[box]
            part, deviation = prior(partial(PatchPrior.fill, picture=rgb[box], gap=inside, start=begin))
            rgb[box][inside] = part[inside]
            doubt[box][inside] = deviation[inside]
        context.progress.update(0.95, "filling")
    return rgb, doubt


def _thick_parts(mask: np.ndarray, method: str) -> np.ndarray:
    """Connected gaps that are somewhere too thick for the prior."""
    if method == "patches":
        return mask.copy()
    if method == "prior":
        return np.zeros_like(mask)
    depth = ndimage.distance_transform_edt(mask)
    core = ndimage.binary_dilation(depth > THICK, iterations=int(THICK) + 2)
    return core & mask


def _tiles(mask: np.ndarray, side: int = 768, rim: int = 16) -> list[tuple[tuple[slice, slice], np.ndarray]]:
    """(box, mask in it) of pieces that hold all of the mask, with a rim of context, so that memory stays bounded."""
    height, width = mask.shape
    out = []
    for y in range(0, height, side):
        for x in range(0, width, side):
            core = np.zeros_like(mask)
            core[y : y + side, x : x + side] = mask[y : y + side, x : x + side]
            if core.any():
                box = (
                    slice(max(0, y - rim), min(height, y + side + rim)),
                    slice(max(0, x - rim), min(width, x + side + rim)),
                )
                # gaps of the neighbouring piece that reach into the rim are unknown here too
                out.append((box, mask[box].copy()))
    return out


def refresh(pixels: np.ndarray, found: Damage, *, varnish: bool, fading: bool) -> np.ndarray:
    """The cast of old varnish off, darks and colours brought back, each as far as it was found."""
    lab = srgb_to_oklab(pixels.astype(np.float32) / 255)
    if varnish and found.varnish > 0.05:
        light = np.clip(lab[..., 0], 0, 1)
        lights = lab[..., 0] >= np.quantile(lab[..., 0], 0.9)
        cast = np.quantile(lab[lights][:, 1:], 0.1, axis=0)
        lab[..., 1:] -= (0.75 * found.varnish * cast)[None, None] * (0.35 + 0.65 * light)[..., None]
    if fading and found.fading > 0.05:
        low, high = np.quantile(lab[..., 0], [0.01, 0.99])
        stretched = (lab[..., 0] - low) / max(high - low, 0.1) * 0.8 + 0.12
        lab[..., 0] += found.fading * (stretched - lab[..., 0])
        lab[..., 1:] *= 1 + 0.6 * found.fading
    return (oklab_to_srgb(lab) * 255 + 0.5).astype(np.uint8)
