"""Options of the model `gan`."""

from __future__ import annotations

from typing import Literal

from .....core.options import Options
from ..fields import option

__all__ = ["GanOptions"]


class GanOptions(Options):
    """What to make, and how to learn it."""

    weights: str = option("", "generate", says="Name of the weights to use, as trained with --name")
    sheet: int = option(1, "generate", says="Number of pictures, on one sheet if more than one", ge=1, le=64)
    size: int = option(
        0,
        "generate",
        says="Width and height of a picture in pixels; 0 as it was trained. Larger ones hold no more detail",
        ge=0,
        le=1024,
    )
    architecture: Literal["bands", "fastgan", "dcgan"] = option("bands", "train", says="Training: the pair of networks")
    side: Literal["32", "64", "128"] = option(
        "64", "train", says="Training: width and height of the pictures in pixels"
    )
    network_width: int = option(128, "train", says="Training: width of the networks, a multiple of 16", ge=16, le=256)
    batch: int = option(16, "train", says="Training: works at a step", ge=4, le=512)
    train_steps: int = option(0, "train", says="Training: steps; 0 leaves it to the minutes", ge=0, le=10_000_000)
    reports: int = option(
        10, "train", says="Training: times that a sheet is drawn and KID and recall are measured", ge=1, le=200
    )
    measured: int = option(96, "train", says="Training: pictures made for those figures", ge=4, le=2000)
