"""Options of the model `sketch`."""

from __future__ import annotations

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["SketchOptions"]


class SketchOptions(Options):
    """What kind of picture to sketch, and what to learn."""

    movement: str = Field(
        "",
        description="Movement, such as Impressionism or Ukiyo-e; empty: from the style or the theme, else any",
        json_schema_extra=counts_for("generate"),
    )
    genre: str = Field(
        "",
        description="Genre: landscape, portrait or still life; empty: from the theme, else any",
        json_schema_extra=counts_for("generate"),
    )
    sheet: int = Field(
        1,
        ge=1,
        le=64,
        description="Number of pictures, on one sheet if more than one",
        json_schema_extra=counts_for("generate"),
    )
    size: int = Field(
        0,
        ge=0,
        le=1024,
        description="Width and height of a picture in pixels; 0 as it was trained. Larger ones hold no more detail",
        json_schema_extra=counts_for("generate"),
    )
    guidance: float = Field(
        1.6,
        ge=0,
        le=6,
        description="1 as learnt, more for what is typical of movement and genre",
        json_schema_extra=counts_for("generate"),
    )
    steps: int = Field(
        24,
        ge=4,
        le=200,
        description="Steps of each of the three levels: more are finer and slower",
        json_schema_extra=counts_for("generate"),
    )
    weights: str = Field(
        "",
        description="Name of a sketcher of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("generate"),
    )
    network_width: int = Field(
        96,
        ge=16,
        le=256,
        description="Training: width of the networks, a multiple of 16",
        json_schema_extra=counts_for("train"),
    )
    batch: int = Field(
        64,
        ge=4,
        le=512,
        description="Training: works at a step",
        json_schema_extra=counts_for("train"),
    )
    train_steps: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Training: steps of each level; 0 leaves it to the minutes",
        json_schema_extra=counts_for("train"),
    )
