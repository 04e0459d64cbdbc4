"""Options of the model `gan`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["GanOptions"]


class GanOptions(Options):
    """What to make, and how to learn it."""

    weights: str = Field(
        "",
        description="Name of the weights to use, as trained with --name",
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
    architecture: Literal["bands", "fastgan", "dcgan"] = Field(
        "bands",
        description="Training: the pair of networks",
        json_schema_extra=counts_for("train"),
    )
    side: Literal["32", "64", "128"] = Field(
        "64",
        description="Training: width and height of the pictures in pixels",
        json_schema_extra=counts_for("train"),
    )
    network_width: int = Field(
        128,
        ge=16,
        le=256,
        description="Training: width of the networks, a multiple of 16",
        json_schema_extra=counts_for("train"),
    )
    batch: int = Field(
        16,
        ge=4,
        le=512,
        description="Training: works at a step",
        json_schema_extra=counts_for("train"),
    )
    train_steps: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="Training: steps; 0 leaves it to the minutes",
        json_schema_extra=counts_for("train"),
    )
    reports: int = Field(
        10,
        ge=1,
        le=200,
        description="Training: times that a sheet is drawn and KID and recall are measured",
        json_schema_extra=counts_for("train"),
    )
    measured: int = Field(
        96,
        ge=4,
        le=2000,
        description="Training: pictures made for those figures",
        json_schema_extra=counts_for("train"),
    )
