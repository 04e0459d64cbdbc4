"""Options of the model `eye`."""

from __future__ import annotations

from typing import Literal

from .....core.options import Options
from ..fields import option

__all__ = ["EyeOptions"]


class EyeOptions(Options):
    """How to read, and what to learn."""

    weights: str = option(
        "",
        "analyze",
        "evaluate",
        says="Name of an eye of your own, trained with --name; empty for the one that comes with artwright",
    )
    depth: Literal["quick", "full"] = option("full", "analyze", says="quick leaves out the search for damage")
    gaussians: int = option(256, "train", says="Training: Gaussians of each codebook", ge=8, le=512)
    penalty: float = option(0.1, "train", says="Training: penalty of the regression on classes", gt=0, le=100)
    scores: int = option(72, "train", says="Training: numbers kept of a picture", ge=4, le=256)
    smallest: int = option(
        0,
        "train",
        says="Training: works a class needs; 0 takes 100 for movements, 60 for artists and genres, 10 for hands",
        ge=0,
        le=10000,
    )
