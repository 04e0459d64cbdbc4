"""Damage is found, or told, and mended."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from ....core.artwork import Artwork, Provenance
from ....core.errors import InputError, OptionError
from ....core.files import write_bytes
from ....core.requests import Context, RestoreRequest
from ..atelier.colour import Array
from ..medium import Painting
from ..mending.damage import Damage, find_damage, parse_region
from ..models.conservator.engine import lend_prior, mend, refresh
from ..models.conservator.options import ConservatorOptions
from ..models.diffusers.engine import restore as restore_by_diffusion
from ..models.lending import weights_of

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["restore"]

MAP_SIDE = 192
LEAST_TOLD = 0.001  # share of the area from which doubtful damage is told


def restore(request: RestoreRequest[Any], context: Context) -> Artwork:
    """What is damaged or named, mended by the model that was asked for."""
    return (_by_diffusion if request.model.startswith("diffusers:") else _by_conservator)(request, context)


def _by_diffusion(request: RestoreRequest[Any], context: Context) -> Artwork:
    """What the mask or region names, else what is damage without doubt, painted anew; the work itself where none is."""
    picture = request.artwork.payload.convert("RGB")
    mask, named = _asked(request, picture.size)
    if mask is None:
        mask = ndimage.binary_dilation(find_damage(np.asarray(picture, np.float32) / 255).mask, iterations=2)
    _check_share(mask)
    return restore_by_diffusion(request, mask, named, context) if mask.any() else request.artwork


def _check_share(mask: np.ndarray) -> None:
    if mask.mean() > 0.9:
        raise InputError(
            f"{mask.mean():.0%} of the picture is to be mended; nothing is left to learn from. Mask at most nine "
            f"tenths of it"
        )


def _by_conservator(request: RestoreRequest[ConservatorOptions], context: Context) -> Artwork:
    """Mend what the mask or region names, else what is damage without doubt; the work itself comes back where none is."""
    options = request.options
    prior = lend_prior(weights_of("conservator", options.weights, context.home), context)
    picture = request.artwork.payload.convert("RGB")
    rgb = np.asarray(picture, np.float32) / 255
    context.progress.update(0.02, "looking for damage")
    found = find_damage(rgb, sensitivity=options.sensitivity)
    mask, named = _asked(request, picture.size)
    for option in ("grow", "found"):
        if mask is not None and getattr(options, option) != ConservatorOptions.model_fields[option].default:
            raise OptionError(f"option {option!r} is for damage that is looked for; it does nothing beside a {named}")
    if mask is None:
        mask = (
            ndimage.binary_dilation(found.mask, iterations=options.grow)
            if options.grow and found.mask.any()
            else found.mask
        )
    _check_share(mask)
    mended, doubt = mend(rgb, mask, prior, context, options.method)
    out = np.asarray(picture).copy()
    out[mask] = (mended[mask] * 255 + 0.5).astype(np.uint8)
    if options.varnish or options.fading:
        out = refresh(out, found, varnish=options.varnish, fading=options.fading)
    if options.found:
        _write_map(found, mask, Path(options.found))
    medium = Painting()
    return medium.artwork(
        _picture(out),
        title=request.artwork.title,
        remarks=_remarks(found, mask, np.array_equal(out, np.asarray(picture))) if named == "found" else (),
        provenance=Provenance(operation="restore", medium=medium.name, notes=_notes(found, mask, named, doubt)),
    )


def _picture(pixels: np.ndarray) -> Image:
    from PIL import Image as pil

    return pil.fromarray(pixels)


def _asked(request: RestoreRequest, size: tuple[int, int]) -> tuple[np.ndarray | None, str]:
    """(mask the person gave or None, how). Raises InputError for a mask of another size or an empty one."""
    if request.mask is not None:
        mask = request.mask
        if mask.size != size:
            raise InputError(
                f"the mask is {mask.width} x {mask.height} pixels, the picture {size[0]} x {size[1]}; make the mask of "
                f"the picture's size"
            )
        values = np.asarray(mask) > 127
        if not values.any():
            raise InputError("the mask has no white pixel; paint white what shall be mended")
        return values, "mask"
    if request.region:
        x, y, w, h = parse_region(request.region, size)
        values = np.zeros((size[1], size[0]), bool)
        values[y : y + h, x : x + w] = True
        return values, "region"
    return None, "found"


def _write_map(found: Damage, mask: np.ndarray, path: Path) -> None:
    """What is mended white, what may be damage besides in light grey: as a mask it means both."""
    shown = np.where(mask, 255, np.where(found.possible, 170, 0)).astype(np.uint8)
    buffer = io.BytesIO()
    _picture(shown).save(buffer, "PNG", optimize=True)
    write_bytes(path, buffer.getvalue())


def _remarks(found: Damage, mask: np.ndarray, unchanged: bool) -> tuple[str, ...]:
    """What was seen, and how what may be damage is mended."""
    if mask.any():
        told = f"damage on {mask.mean():.1%} of the picture is mended: {', '.join(found.kinds)}"
    else:
        told = "no damage was seen" + ("; the picture is as it was" if unchanged else "")
    if found.doubtful < LEAST_TOLD:
        return (told,)
    return (
        told,
        f"{found.doubtful:.1%} of it may be damage, or drawn so: '--found map.png' shows where; blacken there what was "
        f"painted, and mend the rest with '--mask map.png'",
    )


def _notes(found: Damage, mask: np.ndarray, named: str, doubt: Array) -> dict[str, Any]:
    confidence = np.where(mask, np.clip(1 - doubt / 0.25, 0, 1), 0)
    return {
        "damage": found.to_dict(),
        "mended": named,
        "mended_share": round(float(mask.mean()), 5),
        "confidence": round(float(confidence[mask].mean()), 3) if mask.any() else None,
        "damage_map": _map(mask.astype(np.float32)),
        "confidence_map": _map(confidence.astype(np.float32)),
    }


def _map(values: Array) -> str:
    """A small grey picture as a data URL: white where the value is 1."""
    from PIL import Image as pil

    image = pil.fromarray((np.clip(values, 0, 1) * 255).astype(np.uint8))
    image.thumbnail((MAP_SIDE, MAP_SIDE), pil.Resampling.BOX)
    buffer = io.BytesIO()
    image.quantize(16).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
