"""`artwright literature train` for English: which model, from what, and its card."""

from __future__ import annotations

from typing import Any

from ....core.requests import Context, TrainReport, TrainRequest
from .train_prose import train_prose
from .train_verse import train_verse

__all__ = ["train"]

_DATA = {
    "verse-en": "English poems of Project Gutenberg texts (public domain), in corpora/texts/poetry-en*.jsonl",
    "prose-en": "English prose of 26 authors and English poems of Project Gutenberg texts (public domain), in corpora/texts",
}


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Train `request.model` ("verse-en" or "prose-en") on `request.corpus`; the card says how to do it again.

    Raises InputError for a corpus that is too small, StoreError for a run of that name that is not to be resumed.
    """
    model = "prose-en" if request.model == "prose-en" else "verse-en"
    shipped = request.name == model
    command = f"artwright literature train corpora/texts --model {model} --name {request.name} --minutes {request.minutes:g}"
    arguments: dict[str, Any] = {
        "name": request.name, "minutes": request.minutes, "runs": request.runs, "weights": request.weights, "resume": request.resume, "seed": request.seed,
        "command": command + (" --output plugins/literature/weights" if shipped else ""),
        "data_name": _DATA[model] if shipped else f"texts given by the person under {request.corpus.name!r}", "progress": context.progress,
    }
    path, card = (train_prose if model == "prose-en" else train_verse)(request.corpus, **arguments)
    return TrainReport(weights=path, card=card)
