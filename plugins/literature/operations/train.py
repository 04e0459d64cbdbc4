"""Training and measuring: which language's room a request goes to."""

from __future__ import annotations

from pathlib import Path

from ....core.errors import InputError
from ....core.requests import Context, EvaluateRequest, TrainReport, TrainRequest
from ..models.poet.options import refuse_idle

__all__ = ["evaluate", "find_model", "train"]

_TRAINING_BYTES = 1 << 29  # parameters, gradients, moments and a batch of the largest net


def find_model(path: Path, model: str) -> str:
    """The model that a folder or file is for: the asked one, or for `poet` by the language and kind of what is found.

    Raises InputError if there is nothing to read.
    """
    if model != "poet":
        return model
    from ....core.theme import find_language
    from ..chinese.corpus import collections
    from ..formats.rows import read_rows

    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a folder of texts, or a .jsonl file of poems")
    for file in collections(path):
        for row in read_rows(file):
            lines = row.get("lines")
            if isinstance(lines, list) and lines:
                return "verse-zh" if find_language("".join(map(str, lines))) == "zh" else "verse-en"
            if isinstance(row.get("text"), str):
                return "prose-zh" if find_language(row["text"]) == "zh" else "prose-en"
    texts = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".txt", ".md"))
    for file in texts:
        from ..formats.files import read_words

        sample = read_words(file, limit=0)[0][:4000]
        if sample.strip():
            return "prose-zh" if find_language(sample) == "zh" else "prose-en"
    raise InputError(
        f"{str(path)!r} holds no text; literature learns from .txt files and from .jsonl files whose rows have 'lines'"
    )


def train(request: TrainRequest, context: Context) -> TrainReport:
    """Train the model that the corpus is for."""
    refuse_idle(request.options, "training")
    model = find_model(request.corpus, request.model)
    start = getattr(request.options, "start", "")
    if start and not model.startswith("verse-"):
        raise InputError(
            f"the option 'start' ({start!r}) is for verse-en and verse-zh, and {model} is to be trained; it begins "
            f"from random parameters"
        )
    if model.endswith("-zh"):
        from ..models.verse_zh.training import train as run
    else:
        from ..english.train import train as run
    from dataclasses import replace

    with context.devices.lease(("literature", "training", model), str, size=_TRAINING_BYTES) as device:
        return run(replace(request, model=model), context, device)


def evaluate(request: EvaluateRequest, context: Context) -> dict[str, object]:
    """Bits a character of the model that the texts are for; see docs/media/literature.md for what is counted."""
    if request.reference is not None:
        raise InputError(
            "literature measures a model on texts and compares no works with others; leave --reference out, and give the "
            "texts as PATH"
        )
    refuse_idle(request.options, "measuring")
    model = find_model(request.path, request.model)
    name = getattr(request.options, "weights", "")
    if model.endswith("-zh"):
        from ..chinese.evaluate import evaluate as measure
    else:
        from ..english.evaluate import evaluate as measure
    found = measure(request.path, context.home, context.progress, devices=context.devices, weights=name, model=model)
    return {"model": model, **found}
