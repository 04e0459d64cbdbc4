"""Making a piece: composed from a theme, built on a given work, or set to given words."""

from __future__ import annotations

from typing import Any

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, GenerateRequest
from ..composing.developing import continue_work
from ..composing.harmonising import harmonise
from ..composing.new_works import compose_work
from ..composing.varying import vary
from ..models.arranger import engine as arranger
from ..models.hf.engine import generate as generate_pretrained

__all__ = ["generate"]

_TASKS = {"compose": compose_work, "continue": continue_work, "harmonise": harmonise, "vary": vary}


def generate(request: GenerateRequest[Any], context: Context) -> Artwork:
    """A new work, or one made from `request.sources[0]`."""
    if request.model == "arranger":
        return arranger.generate(request, context)
    if request.model.startswith("hf:"):
        return generate_pretrained(request, context)
    task = request.options.task
    if task != "compose" and not request.sources:
        raise InputError(f"task {task!r} needs a work to build on; give one with --from FILE")
    return _TASKS[task](request, context)
