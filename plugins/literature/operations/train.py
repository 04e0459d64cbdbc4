"""Training: the model that a corpus is for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ....core.errors import InputError
from ....core.requests import Context, TrainReport, TrainRequest
from ....core.weights import load_weights, save_weights
from ..lm.lending import weights_of
from ..lm.training import Training
from ..lm.tuning import tune
from ..models.poet.choice import find_model
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions, refuse_idle

if TYPE_CHECKING:
    from ....core.feedback.heard import Heard

__all__ = ["train"]

_BYTES = 1 << 29  # parameters, gradients, moments and a batch of the largest net


def train(request: TrainRequest[PoetOptions], context: Context) -> TrainReport:
    """Train the model that the corpus is for."""
    if request.feedback is not None:
        return _tune(request, request.feedback, context)
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


def _tune(request: TrainRequest[PoetOptions], heard: Heard, context: Context) -> TrainReport:
    """A model of verse that learns from what a person said: the one of the language of most of the poems."""
    refuse_idle(request.options, "tuning")
    model = request.model
    if model == "poet":
        chinese = sum(work.payload.language == "zh" for work in heard.works)
        model = "verse-zh" if 2 * chinese >= len(heard.works) else "verse-en"
    if model not in ("verse-zh", "verse-en"):
        raise InputError(f"{model} does not learn from comparisons; verse-zh and verse-en do")
    path = weights_of(model, context.home, request.options.start)
    training = Training(request=replace(request, model=model), context=context)
    if model == "verse-en":
        from ..models.verse_en.tuning import TunableVerse as English

        return tune(training, heard, English(path))
    from ..models.verse_zh.tuning import TunableVerse as Chinese

    lexicon = path.with_name(f"{path.stem}-lexicon.safetensors")
    report = tune(training, heard, Chinese(path))
    arrays, card = load_weights(lexicon)
    save_weights(
        training.target.with_name(f"{request.name}-lexicon.safetensors"), arrays, {**card, "heard": heard.to_dict()}
    )
    return report
