"""A picture is painted anew with the hand of another, of a learned style or of a mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Artwork, Provenance
from ....core.errors import InputError, OptionError
from ....core.requests import Context, TransferRequest
from ..formats.files import SMALLEST_SIDE
from ..medium import Painting
from ..mending.damage import parse_region
from ..models.atelier.hands import find_manners
from ..models.brush.engine import Paintbox, find_paintbox, lab_of, repaint
from ..models.brush.options import BrushOptions
from ..models.brush.strokes import repaint_in_strokes
from ..models.common import box_mask, join_under
from ..models.diffusers.engine import transfer_style as transfer_by_diffusion
from ..models.lending import lend_stamps
from ..reading.brushwork import measure, to_lab
from ..reading.manner import mix_manners

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["transfer_style"]

DEFAULT_SIDE = 1600


def transfer_style(request: TransferRequest[Any], context: Context) -> Artwork:
    """The picture painted anew by the model that was asked for."""
    if request.model.startswith("diffusers:"):
        return transfer_by_diffusion(request, context)
    return _with_a_brush(request, context)


def _with_a_brush(request: TransferRequest[BrushOptions], context: Context) -> Artwork:
    """The picture painted anew; at strength 0 the picture itself."""
    from PIL import Image as pil

    options = request.options
    picture = request.artwork.payload.convert("RGB")
    if 0 < options.size < 64:
        raise InputError(f"the size is {options.size} pixels; at least 64 are needed, or 0 for the picture's own")
    part = _part(options, picture.size)
    small = picture.copy()
    small.thumbnail((320, 320))
    box = find_paintbox(request.style, lab_of(small), context)
    if request.strength == 0:
        return request.artwork
    side = options.size or min(DEFAULT_SIDE, max(picture.size))
    scale = max(side / max(picture.size), SMALLEST_SIDE / min(picture.size))  # a narrow one keeps its shape
    size = (round(picture.width * scale), round(picture.height * scale))
    painted, notes = _paint(picture, size, box, request, context)
    if part is not None:
        ground = picture if picture.size == size else picture.resize(size, pil.Resampling.LANCZOS)
        painted = join_under(ground, painted, part)
    notes["hand"] = measure(to_lab(painted)).to_dict()
    medium = Painting()
    return medium.artwork(
        painted,
        title=request.artwork.title,
        remarks=box.remarks if box is not None else (),
        provenance=Provenance(operation="transfer_style", medium=medium.name, notes=notes),
    )


def _paint(
    picture: Image,
    size: tuple[int, int],
    box: Paintbox | None,
    request: TransferRequest[BrushOptions],
    context: Context,
) -> tuple[Image, dict[str, object]]:
    """(the picture painted anew at `size`, notes on how), with paint where the style has any, else with strokes."""
    options = request.options
    if box is not None:
        context.progress.update(0.1, "mixing paint")
        painted, notes = repaint(
            picture,
            box,
            size,
            context.rng,
            strength=request.strength,
            keep_colour=options.keep_colour,
            brush=options.brush,
            progress=lambda share: context.progress.update(0.1 + 0.85 * share, "painting"),
        )
        return painted, notes | ({"family": box.family} if box.family else {})
    hand = mix_manners(find_manners(request.style, context)).parameters
    if options.brush != 1 and hand.family != "stroke":
        raise OptionError(
            f"option 'brush' does nothing for the hand {hand.name!r}: its family ({hand.family}) "
            f"has no width of strokes to change"
        )
    with lend_stamps(context.devices) as stamps:
        painted = repaint_in_strokes(
            picture,
            hand,
            size,
            context.rng,
            strength=request.strength,
            keep_colour=options.keep_colour,
            brush=options.brush,
            progress=context.progress,
            stamps=stamps,
        )
    return painted, {"parameters": hand.name}


def _part(options: BrushOptions, size: tuple[int, int]) -> NDArray[np.float32] | None:
    """What is to be painted, (height, width) of the picture in 0..1: the box or the white of the mask that was given; None for all.

    Raises OptionError for both, InputError for a mask of another size or without a white pixel, or a box that leaves the picture.
    """
    if options.region and options.mask:
        raise OptionError("options 'region' and 'mask' both say what is painted; give one of them")
    if options.mask:
        mask = Painting().read_mask(Path(options.mask))
        if mask.size != size:
            raise InputError(
                f"the mask is {mask.width} x {mask.height} pixels, the picture {size[0]} x {size[1]}; make the mask of the "
                f"picture's size"
            )
        shares = np.asarray(mask, np.float32) / np.float32(255)
        if not (shares > 0.5).any():
            raise InputError("the mask has no white pixel; paint white what shall be painted anew")
        return shares
    if options.region:
        return box_mask(parse_region(options.region, size), size)
    return None
