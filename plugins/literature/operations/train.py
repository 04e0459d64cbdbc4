"""Training: the model that a corpus is for."""

from __future__ import annotations

from dataclasses import replace

from ....core.errors import InputError
from ....core.requests import Context, TrainReport, TrainRequest
from ..lm.training import Training
from ..models.poet.choice import find_model
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions, refuse_idle

__all__ = ["train"]

_BYTES = 1 << 29  # parameters, gradients, moments and a batch of the largest net


def train(request: TrainRequest[PoetOptions], context: Context) -> TrainReport:
    """Train the model that the corpus is for."""
    refuse_idle(request.options, "training")
    model = find_model(request.corpus, request.model)
    start = request.options.start
    if start and not model.startswith("verse-"):
        raise InputError(
            f"the option 'start' ({start!r}) is for verse-en and verse-zh, and {model} is to be trained; it begins "
            f"from random parameters"
        )
    language = WRITTEN[model.rpartition("-")[2]]
    with context.devices.lease(("literature", "training", model), str, size=_BYTES) as device:
        training = Training(request=replace(request, model=model), context=context, device=device)
        return TrainReport(weights=training.target, card=language.train(training))
