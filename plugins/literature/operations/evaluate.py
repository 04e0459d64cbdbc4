"""Measuring: how well the model that some texts are for foretells them."""

from __future__ import annotations

from dataclasses import replace

from ....core.errors import InputError
from ....core.requests import Context, EvaluateRequest
from ..models.poet.choice import find_model
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions, refuse_idle

__all__ = ["evaluate"]


def evaluate(request: EvaluateRequest[PoetOptions], context: Context) -> dict[str, object]:
    """Bits a character of the model that the texts are for; see docs/media/literature.md for what is counted."""
    if request.reference is not None:
        raise InputError(
            "literature measures a model on texts and compares no works with others; leave --reference out, and give the "
            "texts as PATH"
        )
    refuse_idle(request.options, "measuring")
    model = find_model(request.path, request.model)
    language = WRITTEN[model.rpartition("-")[2]]
    return {"model": model, **language.evaluate(replace(request, model=model), context)}
