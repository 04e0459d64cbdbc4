"""Options of the model `sketch`."""

from __future__ import annotations

from .....core.options import Options
from ..fields import option

__all__ = ["SketchOptions"]


class SketchOptions(Options):
    """What kind of picture to sketch, and what to learn."""

    movement: str = option(
        "", "generate", says="Movement, such as Impressionism or Ukiyo-e; empty: from the style or the theme, else any"
    )
    genre: str = option(
        "", "generate", says="Genre: landscape, portrait or still life; empty: from the theme, else any"
    )
    sheet: int = option(1, "generate", says="Number of pictures, on one sheet if more than one", ge=1, le=64)
    size: int = option(
        0,
        "generate",
        says="Width and height of a picture in pixels; 0 as it was trained. Larger ones hold no more detail",
        ge=0,
        le=1024,
    )
    guidance: float = option(
        1.6, "generate", says="1 as learnt, more for what is typical of movement and genre", ge=0, le=6
    )
    steps: int = option(
        24, "generate", says="Steps of each of the three levels: more are finer and slower", ge=4, le=200
    )
    weights: str = option(
        "",
        "generate",
        says="Name of a sketcher of your own, trained with --name; empty for the one that comes with artwright",
    )
    network_width: int = option(96, "train", says="Training: width of the networks, a multiple of 16", ge=16, le=256)
    batch: int = option(64, "train", says="Training: works at a step", ge=4, le=512)
    train_steps: int = option(
        0, "train", says="Training: steps of each level; 0 leaves it to the minutes", ge=0, le=10_000_000
    )
