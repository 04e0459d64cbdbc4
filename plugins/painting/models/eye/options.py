"""Options of the model `eye`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["EyeOptions"]


class EyeOptions(Options):
    """How to read, and what to learn."""

    weights: str = Field(
        "",
        description="Name of an eye of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("analyze", "evaluate"),
    )
    depth: Literal["quick", "full"] = Field(
        "full",
        description="quick leaves out the search for damage",
        json_schema_extra=counts_for("analyze"),
    )
    gaussians: int = Field(
        256,
        ge=8,
        le=512,
        description="Training: Gaussians of each codebook",
        json_schema_extra=counts_for("train"),
    )
    penalty: float = Field(
        0.1,
        gt=0,
        le=100,
        description="Training: penalty of the regression on classes",
        json_schema_extra=counts_for("train"),
    )
    scores: int = Field(
        72,
        ge=4,
        le=256,
        description="Training: numbers kept of a picture",
        json_schema_extra=counts_for("train"),
    )
    smallest: int = Field(
        0,
        ge=0,
        le=10000,
        description="Training: works a class needs; 0 takes 100 for movements, 60 for artists and genres, 10 for hands",
        json_schema_extra=counts_for("train"),
    )
