"""Options of the model `atelier`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, belongs_to, counts_for, input_file, output_file
from ...atelier.plan import Ground, Season, Time
from ..fields import option

__all__ = ["AtelierOptions"]


class AtelierOptions(Options):
    """What to paint and how large. Empty texts and zeros leave it to the theme."""

    width: int = option(
        1024, "generate", says="Width in pixels; lengths of strokes grow with the picture", ge=64, le=4096
    )
    height: int = option(0, "generate", says="Height in pixels, 64 or more; 0 follows from the format", ge=0, le=4096)
    format: Literal["auto", "landscape", "portrait", "square", "wide", "tall"] = option(
        "auto",
        "generate",
        says="Shape of the picture where no height is given; auto is upright for portraits and vases, else landscape",
        when={"height": (0,)},
    )
    scene: Literal["", Ground] = option("", "generate", says="Kind of picture; empty: from the theme")
    subject: str = option("", "generate", says="Main thing, such as pagoda, ship or horse; empty: from the theme")
    time: Literal["", Time] = option("", "generate", says="Hour or weather; empty: from the theme")
    season: Literal["", Season] = option("", "generate", says="Season; empty: from the theme")
    template: Literal["", "low", "diagonal", "s-curve", "repoussoir", "close", "high", "enclosed"] = option(
        "", "generate", says="Layout; empty: runs through the seeds"
    )
    plan: str = input_file(
        description="File of a saved plan to paint again, JSON",
        counts=counts_for("generate"),
    )
    from_sketch: str = input_file(
        words=("model",),
        description="Picture whose masses and colours are painted in place of a composed scene; the word model: an idea "
        "sketch of the theme and style",
        counts=counts_for("generate"),
    )
    save_plan: str = output_file(
        description="File to write the plan to, JSON, to edit and paint again",
        counts=counts_for("generate"),
    )
    strokes: str = output_file(
        description="File to write the picture to as vectors, SVG: its strokes, or the outlined areas of prints and ink",
        counts=counts_for("generate"),
    )
    base: str = input_file(
        description="Picture of which a region is painted anew, the rest stays; give its plan and a region too",
        counts=counts_for("generate"),
    )
    region: str = option("", "generate", says="Region to paint anew in the base, x,y,width,height in pixels of it")
    best_of: int = option(
        3,
        "generate",
        says="Layouts of which small drafts are painted for the eye, and the nearest to the style's school is "
        "taken; 1: the first",
        ge=1,
        le=16,
    )
    layers: str = output_file(
        description="File to write the layers of the picture to: .ora (OpenRaster, for Krita and GIMP) or .psd",
        counts=counts_for("generate"),
    )
    palette: str = output_file(
        description="File to write the main colours of the picture to: .gpl (GIMP, Krita) or .ase",
        counts=counts_for("generate"),
    )
    frames: str = output_file(
        folder=True,
        description="Folder to write the making of the picture to, as numbered PNG files",
        counts=counts_for("generate"),
    )
    frame_count: int = Field(
        24,
        ge=2,
        le=600,
        description="Number of those pictures",
        json_schema_extra={**counts_for("generate"), **belongs_to("frames")},
    )
