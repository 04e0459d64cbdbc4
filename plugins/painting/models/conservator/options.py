"""Options of the model `conservator`."""

from __future__ import annotations

from typing import Literal

from .....core.options import Options, counts_for, output_file
from ..fields import option

__all__ = ["ConservatorOptions"]


class ConservatorOptions(Options):
    """What to mend, and how."""

    weights: str = option(
        "",
        "restore",
        says="Name of a patch prior of your own, trained with --name; empty for the one that comes with artwright",
    )
    sensitivity: float = option(
        0.5,
        "restore",
        says="How little proof damage needs: 0 much, 1 little",
        ge=0,
        le=1,
    )
    found: str = output_file(
        description="File to write what was found to, PNG: white what is mended, grey what may be damage; edited, it "
        "serves as --mask",
        counts=counts_for("restore"),
    )
    grow: int = option(
        1, "restore", says="Pixels by which found damage is widened, so that its soft rims go too", ge=0, le=16
    )
    method: Literal["auto", "prior", "patches", "deep"] = option(
        "auto",
        "restore",
        says="Fill with the patch prior, by patch search, or by each where it is best; deep fits a network to the "
        "picture for its large gaps",
    )
    varnish: bool = option(
        False, "restore", says="Also take off a yellow cast: changes the whole picture, not only the damage"
    )
    fading: bool = option(
        False, "restore", says="Also bring back faded darks and colours: changes the whole picture, not only the damage"
    )
    components: int = option(128, "train", says="Training: components of the patch prior", ge=8, le=512)
