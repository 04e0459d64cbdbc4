"""Options of the model `quotation`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, input_file, output_file

__all__ = ["QuotationOptions"]


class QuotationOptions(Options):
    """What to paint and how large. Empty texts and zeros leave it to the theme."""

    width: int = Field(1024, ge=64, le=4096, description="Width in pixels")
    height: int = Field(0, ge=0, le=4096, description="Height in pixels, 64 or more; 0 follows from the format")
    format: Literal["auto", "landscape", "portrait", "square", "wide", "tall"] = Field(
        "auto",
        description="Shape of the picture where no height is given; auto: that of the work its subject is quoted from",
    )
    time: Literal["", "day", "dawn", "dusk", "night", "mist", "storm", "rain", "snow"] = Field(
        "", description="Hour or weather; empty: from the theme"
    )
    season: Literal["", "spring", "summer", "autumn", "winter"] = Field("", description="Season; empty: from the theme")
    plan: str = input_file(description="File of a saved plan to paint again, JSON")
    save_plan: str = output_file(description="File to write the plan to, JSON, to edit and paint again")
    from_sketch: str = input_file(
        words=("model",),
        description="Picture whose masses and colours are painted in place of a composition; the word model: an idea sketch "
        "of the theme and style",
    )
    subject: str = Field("", description="Main thing, in a word, such as horse, ship or temple; empty: from the theme")
    strokes: str = output_file(
        description="File to write the picture to as vectors, SVG: strokes, with which it is then painted, or the outlined areas of "
        "prints and ink"
    )
    layers: str = output_file(
        description="File to write the layers of the picture to: .ora (OpenRaster, for Krita and GIMP) or .psd",
    )
    palette: str = output_file(
        description="File to write the main colours of the picture to: .gpl (GIMP, Krita) or .ase",
    )
    frames: str = output_file(
        folder=True,
        description="Folder to write the making of the picture to, as numbered PNG files; painted with strokes",
    )
    frame_count: int = Field(24, ge=2, le=600, description="Number of those pictures")
    strokes_at_most: int = Field(
        0,
        ge=0,
        le=60_000,
        description="Paint in at most so many strokes, broad ones first, the finest where one looks; 0 for the hand's own paint",
    )
    base: str = input_file(description="Picture of which a region is painted anew, the rest stays; give a region too")
    region: str = Field("", description="Region to paint anew in the base, x,y,width,height in pixels of it")
    best_of: int = Field(
        28, ge=1, le=200, description="Pairs of works that are joined small; the best is painted. Fewer are quicker"
    )
