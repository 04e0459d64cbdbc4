"""Which Chinese model a request trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....core.requests import Context, TrainReport, TrainRequest
from ..lm.training import Training
from ..models.prose_zh.training import train_prose
from ..models.verse_zh.training import train_verse

if TYPE_CHECKING:
    from ..models.poet.options import PoetOptions

__all__ = ["train"]


def train(request: TrainRequest[PoetOptions], context: Context, device: str) -> TrainReport:
    """Train `request.model` ("verse-zh" or "prose-zh") on its corpus, on a device that was lent; the card says how to do
    it again.

    Raises InputError for a corpus that is too small, StoreError for a run of that name that is not to be resumed.
    """
    training = Training(request=request, context=context, device=device)
    card = train_prose(training) if request.model == "prose-zh" else train_verse(training)
    return TrainReport(weights=training.target, card=card)
