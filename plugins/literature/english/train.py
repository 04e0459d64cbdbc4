"""`artwright literature train` for English: which model, from what, and its card."""

from __future__ import annotations

from typing import Any

from ....core.requests import Context, TrainReport, TrainRequest
from ..lm.lending import licence_of
from ..models.prose_en.training import train_prose
from ..models.verse_en.training import train_verse

__all__ = ["train"]

_DATA = {
    "verse-en": "English poems of Project Gutenberg texts (public domain), in corpora/texts/poetry-en*.jsonl",
    "prose-en": "English prose of 26 authors and English poems of Project Gutenberg texts (public domain), in "
    "corpora/texts",
}

#: Width, layers and tokens of each model by size; base is what ships.
_SIZES = {
    "verse-en": {"base": (192, 5, 12_288), "small": (64, 2, 6_000), "tiny": (32, 1, 2_000)},
    "prose-en": {"base": (256, 5, 8_192), "small": (64, 2, 4_096), "tiny": (32, 1, 1_000)},
}


def train(request: TrainRequest, context: Context, device: str = "cpu") -> TrainReport:
    """Train `request.model` ("verse-en" or "prose-en") on `request.corpus`, on a device that was lent; the card says how to do it again.

    Raises InputError for a corpus that is too small, StoreError for a run of that name that is not to be resumed.
    """
    model = "prose-en" if request.model == "prose-en" else "verse-en"
    shipped = request.name == model
    size = getattr(request.options, "size", "base")
    width, layers, tokens = _SIZES[model][size]
    command = (
        f"artwright literature train {'corpora/texts' if shipped else request.corpus.name} --model {model} --name {request.name} --minutes "
        f"{request.minutes:g} --seed {request.seed}"
    )
    start = getattr(request.options, "start", "")
    arguments: dict[str, Any] = {
        "name": request.name,
        "minutes": request.minutes,
        "runs": request.runs.parent,
        "weights": request.weights,
        "resume": request.resume,
        "command": command
        + (f" --start {start}" if start else "")
        + (f" --output plugins/literature/models/{model.replace('-', '_')}" if shipped else ""),
        "data_name": _DATA[model] if shipped else f"texts given by the person under {request.corpus.name!r}",
        "licence": licence_of(request.name, model),
        "progress": context.progress,
        "width": width,
        "layers": layers,
        "size": tokens,
        "seed": request.seed,
        "device": device,
    }
    if start:
        arguments["start"] = start
    path, card = (train_prose if model == "prose-en" else train_verse)(request.corpus, **arguments)
    return TrainReport(weights=path, card=card)
