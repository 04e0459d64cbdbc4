"""`conservator`: finds damage in a picture and mends it; every pixel outside the mask stays as it was.

Thin damage is filled by a prior over patches of paintings (`mending.prior`), gaps thicker than a patch by search in the
picture itself (`mending.exemplar`) or, if asked, by a network fitted to it (`mending.deep`). Confidence is told for
every mended pixel: how sure
the finding is, and the filling.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from pydantic import Field
from scipy import ndimage

from .....core.artwork import Artwork, Provenance
from .....core.devices import weights_key
from .....core.errors import InputError, OptionError, WeightsError
from .....core.options import Options, counts_for
from .....core.requests import Context, RestoreRequest, TrainReport, TrainRequest
from .....core.weights import load_weights, save_weights
from ...atelier.colour import Array, oklab_to_srgb, srgb_to_oklab
from ...mending.damage import Damage, find_damage, parse_region
from ...mending.deep import fill_deep
from ...mending.exemplar import complete
from ...mending.prior import SIDE, PatchPrior, fit_prior
from ..eye.engine import LICENCE, torch_device, weights_of

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ConservatorOptions", "restore", "train"]

THICK = 5.0  # half the thickness, in pixels, beyond which a gap is no longer seen across by patches of 8
MAP_SIDE = 192
T = TypeVar("T")


class ConservatorOptions(Options):
    """What to mend, and how."""

    weights: str = Field(
        "",
        description="Name of a patch prior of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("restore"),
    )
    sensitivity: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How readily something counts as damage: 0 only what is certain, 1 whatever may be",
        json_schema_extra=counts_for("restore"),
    )
    grow: int = Field(
        1,
        ge=0,
        le=16,
        description="Pixels by which found damage is widened, so that its soft rims go too",
        json_schema_extra=counts_for("restore"),
    )
    method: Literal["auto", "prior", "patches", "deep"] = Field(
        "auto",
        description="Fill with the patch prior, by patch search, or by each where it is best; deep fits a network to the "
        "picture for its large gaps",
        json_schema_extra=counts_for("restore"),
    )
    varnish: bool = Field(
        False,
        description="Also take off a yellow cast: changes the whole picture, not only the damage",
        json_schema_extra=counts_for("restore"),
    )
    fading: bool = Field(
        False,
        description="Also bring back faded darks and colours: changes the whole picture, not only the damage",
        json_schema_extra=counts_for("restore"),
    )
    components: int = Field(
        128,
        ge=8,
        le=512,
        description="Training: components of the patch prior",
        json_schema_extra=counts_for("train"),
    )


def _prior(path: Path, context: Context) -> Callable[[Callable[[PatchPrior], T]], T]:
    """A function that lends the patch prior to another one."""

    def load(_device: str) -> PatchPrior:
        arrays, _ = load_weights(path)
        try:
            return PatchPrior(arrays["weights"], arrays["covariances"])
        except KeyError as error:
            raise WeightsError(f"{str(path)!r} is no patch prior: it has no {error}; train one again") from error

    def lend(work: Callable[[PatchPrior], T]) -> T:
        with context.devices.lease(("painting", "conservator", weights_key(path)), load, on="cpu") as prior:
            return work(prior)

    return lend


def restore(request: RestoreRequest, context: Context) -> Artwork:
    """Mend what the mask or region names, or what is found damaged. The work itself comes back if nothing is."""
    from ...medium import Painting

    options = request.options
    assert isinstance(options, ConservatorOptions)
    prior = _prior(weights_of("conservator", options.weights, context.home), context)
    picture = request.artwork.payload.convert("RGB")
    rgb = np.asarray(picture, np.float32) / 255
    context.progress.update(0.02, "looking for damage")
    found = find_damage(rgb, sensitivity=options.sensitivity)
    mask, named = _asked(request, picture.size)
    if mask is not None and options.grow != ConservatorOptions.model_fields["grow"].default:
        raise OptionError(f"option 'grow' widens what is found damaged; it does nothing beside a {named}")
    if mask is None:
        mask = (
            ndimage.binary_dilation(found.mask, iterations=options.grow)
            if options.grow and found.mask.any()
            else found.mask
        )
    if mask.mean() > 0.9:
        raise InputError(
            f"{mask.mean():.0%} of the picture is to be mended; nothing is left to learn from. Mask at most nine "
            f"tenths of it"
        )
    mended, doubt = mend(rgb, mask, prior, context, options.method)
    out = np.asarray(picture).copy()
    out[mask] = (mended[mask] * 255 + 0.5).astype(np.uint8)
    if options.varnish or options.fading:
        out = _refresh(out, found, varnish=options.varnish, fading=options.fading)
    medium = Painting()
    return medium.artwork(
        _picture(out),
        title=request.artwork.title,
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


def _refresh(pixels: np.ndarray, found: Damage, *, varnish: bool, fading: bool) -> np.ndarray:
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


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Learn the patch prior from a folder of pictures: 100,000 patches of up to 2,500 of them, 14 rounds."""
    from .....core.errors import FormatError
    from .....core.training import split_held_out
    from ...eye.corpus import list_works
    from ...formats.files import read_picture

    options = request.options
    assert isinstance(options, ConservatorOptions)
    works = list_works(request.corpus)
    if len(works) < 2:
        raise InputError(f"{len(works)} picture in {str(request.corpus)!r}; at least 2 are needed")
    learnt, held = split_held_out([w.name for w in works])
    rng = context.rng
    sets: list[Array] = []
    for indices, wanted in ((learnt, 100_000), (held, 10_000)):
        chosen = rng.choice(indices, min(2500, len(indices)), replace=False)
        each = -(-wanted // len(chosen))
        patches, unread = [], 0
        for number, i in enumerate(chosen):
            try:
                light = np.asarray(read_picture(works[i].path)[0], np.float32).mean(axis=2) / 255
            except FormatError:
                unread += 1
                continue
            y, x = rng.integers(0, light.shape[0] - SIDE + 1, each), rng.integers(0, light.shape[1] - SIDE + 1, each)
            windows = np.lib.stride_tricks.sliding_window_view(light, (SIDE, SIDE))
            patches.append(windows[y, x].reshape(each, -1))
            context.progress.update(0.3 * (number + 1) / len(chosen), "gathering patches")
        if not patches:
            raise InputError(f"none of the {len(chosen)} pictures of {str(request.corpus)!r} can be read")
        sets.append(np.concatenate(patches))
    components = min(options.components, max(8, len(sets[0]) // 200))
    prior = fit_prior(sets[0], components, rng)
    card = {
        "model": "conservator",
        "data": f"{len(learnt)} pictures of {request.corpus.name}",
        "licence": LICENCE,
        "steps": 14,
        "seed": request.seed,
        "evaluation": {"held_out_works": len(held), "patch_log_likelihood": round(prior.log_likelihood(sets[1]), 3)},
        "command": f"artwright painting train {request.corpus.name} --model conservator --name {request.name} --minutes "
        f"{request.minutes:g}",
        "config": {"components": components},
    }
    path = request.weights / f"{request.name}.safetensors"
    save_weights(
        path, {"weights": prior.weights, "covariances": prior.covariances}, card, exact=True
    )  # rounded, they would not be covariances
    return TrainReport(weights=path, card=card)
