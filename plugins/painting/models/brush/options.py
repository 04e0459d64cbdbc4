"""Options of the model `brush`."""

from __future__ import annotations

from .....core.options import Options, counts_for, input_file
from ..fields import option

__all__ = ["LARGEST_SIDE", "BrushOptions"]

LARGEST_SIDE = 4096


class BrushOptions(Options):
    """How to paint anew."""

    size: int = option(
        0,
        "transfer_style",
        says="Longer side of the result in pixels, 64 or more; 0 keeps the picture's own, at most 1600",
        ge=0,
        le=LARGEST_SIDE,
    )
    keep_colour: bool = option(
        False, "transfer_style", says="Keep the picture's own colours; only the brushwork comes from the style"
    )
    brush: float = option(
        1.0,
        "transfer_style",
        says="Size of the touches: .5 fine, 1 as in the style, 2 broad, as far as the pixels of the works go",
        ge=0.5,
        le=2,
    )
    region: str = option(
        "", "transfer_style", says="Paint only a part, x,y,width,height in pixels of the given picture; the rest stays"
    )
    mask: str = input_file(
        description="Paint only where this picture, of the given one's size, is white; the rest stays",
        counts=counts_for("transfer_style"),
    )
