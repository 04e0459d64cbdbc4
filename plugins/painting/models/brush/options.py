"""Options of the model `brush`."""

from __future__ import annotations

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["LARGEST_SIDE", "BrushOptions"]

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
