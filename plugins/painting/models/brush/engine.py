"""`brush`: paints a picture anew with the hand of another, of a learned style or of a mix; and gives ideas for a theme.

See `style_transfer` for how. There are no weights: a reference is measured when it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError, OptionError
from .....core.options import Options, counts_for
from .....core.requests import Context, Idea, InspireRequest, TransferRequest
from .....core.style import Style
from ...atelier.noise import blur
from ...formats.files import SMALLEST_SIDE
from ...mending.damage import parse_region
from ...reading.brushwork import measure, to_lab
from ..atelier.hands import find_hands
from .repainting import Manner, manner_of_pictures, mix_manners, repaint

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["BrushOptions", "find_manner", "inspire", "transfer_style"]

DEFAULT_SIDE = 1600
LARGEST_SIDE = 4096


class BrushOptions(Options):
    """How to paint anew."""

    size: int = Field(
        0,
        ge=0,
        le=LARGEST_SIDE,
        description="Longer side of the result in pixels, 64 or more; 0 keeps the picture's own, at most 1600",
        json_schema_extra=counts_for("transfer_style"),
    )
    keep_colour: bool = Field(
        False,
        description="Keep the picture's own colours; only the brushwork comes from the style",
        json_schema_extra=counts_for("transfer_style"),
    )
    brush: float = Field(
        1.0,
        ge=0.3,
        le=3,
        description="Width of the strokes: .3 fine, 1 as in the style, 3 very broad",
        json_schema_extra=counts_for("transfer_style"),
    )
    part: str = Field(
        "",
        description="Paint only a part, x,y,width,height in pixels of the given picture; the rest stays",
        json_schema_extra=counts_for("transfer_style"),
    )


def transfer_style(request: TransferRequest, context: Context) -> Artwork:
    """The picture painted anew; at strength 0 the picture itself."""
    from PIL import Image as pil

    from ...medium import Painting

    options = request.options
    assert isinstance(options, BrushOptions)
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
    painted = repaint(
        picture,
        manner,
        size,
        context.rng,
        strength=request.strength,
        keep_colour=options.keep_colour,
        brush=options.brush,
        progress=context.progress,
    )
    if part is not None:
        ground = picture if picture.size == size else picture.resize(size, pil.Resampling.LANCZOS)
        painted = _within(ground, painted, [v * scale for v in part])
    notes: dict[str, object] = {"hand": measure(to_lab(painted)).to_dict(), "parameters": manner.parameters.name}
    if manner.hand is not None:
        notes["reference_hand"] = manner.hand.to_dict()
    medium = Painting()
    title = request.artwork.title
    return medium.artwork(
        painted, title=title, provenance=Provenance(operation="transfer_style", medium=medium.name, notes=notes)
    )


def _within(ground: Image, painted: Image, part: list[float]) -> Image:
    """`painted` inside a rectangle with a soft rim of a hundredth of the longer side, `ground` outside."""
    from PIL import Image as pil

    mask = np.zeros((ground.height, ground.width), np.float32)
    x, y, w, h = part
    mask[round(y) : round(y + h), round(x) : round(x + w)] = 1
    soft = np.minimum(mask, np.clip(2 * blur(mask, max(ground.size) / 200) - 1, 0, 1))
    return pil.composite(painted, ground, pil.fromarray((soft * 255 + 0.5).astype(np.uint8)))


def find_manner(style: Style, context: Context) -> Manner:
    """The manner that a style asks for: named hands, styles learned by the person, pictures, or a mix.

    Raises UnknownName for a name nobody knows, InputError for a reference that is no picture.
    """
    named = Style(names=style.names)
    parts = [(Manner(parameters=hand), weight) for hand, weight in find_hands(named, context)]
    pictures = []
    for work, weight in style.references:
        if work.medium != "painting":
            raise InputError(
                f"the reference {work.title or work.short_id!r} is a work of {work.medium}; a painting's style comes "
                f"from pictures or from a named style"
            )
        pictures.append((work.payload.convert("RGB"), weight))
    if pictures:
        parts.append((manner_of_pictures(pictures), sum(w for _, w in pictures)))
    return mix_manners(parts)


def inspire(request: InspireRequest, context: Context) -> list[Idea]:
    """Palettes, compositions and pairs of styles for a theme."""
    from .ideas import ideas_for

    return ideas_for(request.theme, request.count, context.rng)
