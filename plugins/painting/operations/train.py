"""A model learns from a folder of pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ....core.requests import Context, TrainReport, TrainRequest
from ..models.atelier import training as atelier
from ..models.conservator import training as conservator
from ..models.eye import training as eye
from ..models.gan import training as gan
from ..models.sketch import training as sketch

__all__ = ["train"]

_MODELS: Mapping[str, Callable[[TrainRequest[Any], Context], TrainReport]] = {
    "atelier": atelier.train,
    "eye": eye.train,
    "conservator": conservator.train,
    "sketch": sketch.train,
    "gan": gan.train,
}


def train(request: TrainRequest[Any], context: Context) -> TrainReport:
    """What the model that was asked for learned, and where it lies."""
    return _MODELS[request.model](request, context)
