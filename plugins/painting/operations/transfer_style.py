"""A picture is painted anew with the hand of another, of a learned style or of a mix."""

from __future__ import annotations

from typing import Any

from ....core.artwork import Artwork, Provenance
from ....core.errors import InputError, OptionError
from ....core.requests import Context, TransferRequest
from ..formats.files import SMALLEST_SIDE
from ..medium import Painting
from ..mending.damage import parse_region
from ..models.brush.engine import find_manner, repaint
from ..models.brush.options import BrushOptions
from ..models.common import join_inside
from ..models.diffusers.engine import transfer_style as transfer_by_diffusion
from ..models.lending import lend_stamps
from ..reading.brushwork import measure, to_lab

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
    part = parse_region(options.part, picture.size) if options.part else None
    manner = find_manner(request.style, context)
    if options.brush != 1 and manner.parameters.family != "stroke":
        raise OptionError(
            f"option 'brush' does nothing for the hand {manner.parameters.name!r}: its family ({manner.parameters.family}) "
            f"has no width of strokes to change"
        )
    if request.strength == 0:
        return request.artwork
    side = options.size or min(DEFAULT_SIDE, max(picture.size))
    scale = max(side / max(picture.size), SMALLEST_SIDE / min(picture.size))  # a narrow one keeps its shape
    size = (round(picture.width * scale), round(picture.height * scale))
    with lend_stamps(context.devices) as stamps:
        painted = repaint(
            picture,
            manner,
            size,
            context.rng,
            strength=request.strength,
            keep_colour=options.keep_colour,
            brush=options.brush,
            progress=context.progress,
            stamps=stamps,
        )
    if part is not None:
        ground = picture if picture.size == size else picture.resize(size, pil.Resampling.LANCZOS)
        x, y, w, h = (v * scale for v in part)
        painted = join_inside(ground, painted, (x, y, w, h), rim=max(size) / 200)
    notes: dict[str, object] = {"hand": measure(to_lab(painted)).to_dict(), "parameters": manner.parameters.name}
    if manner.brushwork is not None:
        notes["reference_hand"] = manner.brushwork.to_dict()
    medium = Painting()
    title = request.artwork.title
    return medium.artwork(
        painted, title=title, provenance=Provenance(operation="transfer_style", medium=medium.name, notes=notes)
    )
