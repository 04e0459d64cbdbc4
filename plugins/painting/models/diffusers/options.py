"""Options of the models `diffusers:SOURCE`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for, input_file
from ..fields import option

__all__ = ["DiffusersOptions"]

MOST_PIXELS = 2048


class DiffusersOptions(Options):
    """How a diffusion model paints."""

    steps: int = Field(
        25, ge=1, le=200, description="Steps from noise to the picture; a sketch to begin with takes fewer"
    )
    guidance: float = Field(
        7.5,
        ge=0,
        le=30,
        description="How strongly the words lead; 1 or less: without the second reading that doubles the work",
    )
    scheduler: Literal["", "ddim", "ddpm", "dpm", "euler", "euler-ancestral", "heun", "lcm", "pndm", "unipc"] = Field(
        "", description="How the steps are taken; empty: as the model comes"
    )
    negative_prompt: str = Field("", max_length=1000, description="What the picture shall not show, in words")
    prompt: str = option(
        "",
        "transfer_style",
        "restore",
        says="What the picture shows, in words; empty: its theme or title",
        max_length=1000,
    )
    width: int = option(
        0, "generate", says="Width in pixels, a multiple of 8; 0: the model's own", ge=0, le=MOST_PIXELS, multiple_of=8
    )
    height: int = option(
        0, "generate", says="Height in pixels, a multiple of 8; 0: the model's own", ge=0, le=MOST_PIXELS, multiple_of=8
    )
    size: int = option(
        0,
        "transfer_style",
        says="Longer side of the result in pixels, a multiple of 8; 0: as large as the model paints by itself",
        ge=0,
        le=MOST_PIXELS,
        multiple_of=8,
    )
    plan: str = input_file(
        words=("quotation",),
        description="Plan of a quotation (JSON, as --save-plan writes it) whose masses the picture begins with; the word quotation: "
        "one that is composed for the theme",
        counts=counts_for("generate"),
    )
    from_sketch: str = input_file(
        words=("model",),
        description="Picture that the picture begins with; the word model: an idea sketch of the theme and style",
        counts=counts_for("generate"),
    )
    freedom: float = option(
        0.75, "generate", says="How far the picture may leave its plan or sketch, 0 to 1", gt=0, le=1
    )
    paint_over: bool = option(
        False,
        "generate",
        "transfer_style",
        says="Paint what was composed anew, with the paint and strokes of the style's own hand",
    )
