"""Options of the model `conservator`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .....core.options import Options, counts_for

__all__ = ["ConservatorOptions"]


class ConservatorOptions(Options):
    """What to mend, and how."""

    weights: str = Field(
        "",
        description="Name of a patch prior of your own, trained with --name; empty for the one that comes with artwright",
        json_schema_extra=counts_for("restore"),
    )
    sensitivity: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How readily something counts as damage: 0 only what is certain, 1 whatever may be",
        json_schema_extra=counts_for("restore"),
    )
    grow: int = Field(
        1,
        ge=0,
        le=16,
        description="Pixels by which found damage is widened, so that its soft rims go too",
        json_schema_extra=counts_for("restore"),
    )
    method: Literal["auto", "prior", "patches", "deep"] = Field(
        "auto",
        description="Fill with the patch prior, by patch search, or by each where it is best; deep fits a network to the "
        "picture for its large gaps",
        json_schema_extra=counts_for("restore"),
    )
    varnish: bool = Field(
        False,
        description="Also take off a yellow cast: changes the whole picture, not only the damage",
        json_schema_extra=counts_for("restore"),
    )
    fading: bool = Field(
        False,
        description="Also bring back faded darks and colours: changes the whole picture, not only the damage",
        json_schema_extra=counts_for("restore"),
    )
    components: int = Field(
        128,
        ge=8,
        le=512,
        description="Training: components of the patch prior",
        json_schema_extra=counts_for("train"),
    )
