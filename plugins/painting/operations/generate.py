"""A theme becomes a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ....core.artwork import Artwork
from ....core.requests import Context, GenerateRequest
from ..models.atelier import engine as atelier
from ..models.diffusers import engine as diffusers
from ..models.gan import engine as gan
from ..models.quotation import engine as quotation
from ..models.sketch import engine as sketch

__all__ = ["generate"]

_MODELS: Mapping[str, Callable[[GenerateRequest[Any], Context], Artwork]] = {
    "quotation": quotation.generate,
    "atelier": atelier.generate,
    "sketch": sketch.generate,
    "gan": gan.generate,
    "diffusers": diffusers.generate,
}


def generate(request: GenerateRequest[Any], context: Context) -> Artwork:
    """A picture of the theme by the model that was asked for."""
    return _MODELS[request.model.partition(":")[0]](request, context)
