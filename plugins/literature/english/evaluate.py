"""How well the English models foretell works they have not seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError
from ..lm.lending import kind_of
from ..lm.memory import BackoffMemory
from ..models.prose_en.texts import read_prose
from ..models.verse_en.engine import Features, VerseEngine
from ..models.verse_en.stretches import Stretches
from .corpus import Vocabulary, prepare, read_poems
from .lending import lend_prose, lend_verse

if TYPE_CHECKING:
    from ....core.progress import Progress
    from ....core.requests import Context, EvaluateRequest
    from ..models.poet.options import PoetOptions

__all__ = ["evaluate", "score_verse"]

#: Batches of the verse model's own figure, their rows and the length of a row, as in training.
_BATCHES, _ROWS, _LENGTH = 5, 24, 160


def evaluate(request: EvaluateRequest[PoetOptions], context: Context) -> dict[str, Any]:
    """Bits of a .jsonl of poems or a folder of .txt.

    By the BPE model ("prose-en"), whichever model is named: {"characters", "bits_per_char", "tokens", "works", "kind",
    "network_bits_per_char"}. A poem counts as its lines joined with newlines and one end mark; a text as its characters
    and one end mark. Works are read one after another in the order of the file; what a work teaches is remembered only
    inside it, but for the mixing weights. A model of whole words has no bits for the spelling of words that it does not
    know; so where `weights` names one ("verse-en"), it is measured by `score_verse`.

    Raises InputError if the path holds no work, or for weights of another kind than the texts.
    """
    path, weights = request.path, request.options.weights
    if not path.exists():
        raise InputError(f"there is nothing at {str(path)!r}; give a .jsonl file of poems or a folder of .txt files")
    if path.is_file():
        is_verse = ".jsonl" in path.name
    else:
        is_verse = any(".jsonl" in f.name for f in path.iterdir()) and not any(path.rglob("*.txt"))
    if weights and kind_of(context.home, weights) == "verse-en":
        if not is_verse:
            raise InputError(f"the weights {weights!r} are of verse-en, which is measured on a .jsonl file of poems")
        with lend_verse(context, weights) as verse:
            found = score_verse(verse, path, context.progress)
        return {"language": "en", "kind": "verse", **found, "measured_by": "verse-en", "weights": weights}
    texts = (
        ["\n".join(line for s in p.stanzas for line in s) for p in read_poems(path)]
        if is_verse
        else [w.text for w in read_prose(path)]
    )
    texts = [t for t in texts if t.strip()]
    if not texts:
        raise InputError(f"{str(path)!r} holds no text; a .jsonl line needs 'lines', a folder needs .txt files")
    kind = "verse" if is_verse else "prose"
    bits = network = 0.0
    characters = tokens = 0
    with lend_prose(context, weights) as engine:
        mix = engine.start_weights(kind)
        for number, text in enumerate(texts):
            ids = [*engine.encode(text), engine.end]
            bits -= float(engine.log_p(ids, kind, memory=BackoffMemory(), weights=mix).sum()) / np.log(2)
            network -= float(engine.network_log_p(ids, kind).sum()) / np.log(2)
            characters += len(text) + 1
            tokens += len(ids)
            context.progress.update((number + 1) / len(texts), f"{bits / characters:.3f} bits a character")
    return {
        "language": "en",
        "kind": kind,
        "works": len(texts),
        "characters": characters,
        "tokens": tokens,
        "bits_per_char": round(bits / characters, 4),
        "network_bits_per_char": round(network / characters, 4),
        "bits_per_token": round(bits / tokens, 4),
        "measured_by": "prose-en",
        "weights": weights or "prose-en",
        "asked": request.model,
    }


def score_verse(engine: VerseEngine, path: Path, progress: Progress) -> dict[str, Any]:
    """{"works", "tokens", "bits_per_token"} of the verse model on poems, as its training counts: words, marks and ends
    of lines that it knows, in stretches drawn from the poems (five times 24 rows, always the same ones).

    Raises InputError if no poem has three lines of words that the model knows.
    """
    poems = list(read_poems(path))
    vocabulary = Vocabulary(engine.words, engine.cased)
    stretches = Stretches(prepare(poems, np.zeros(len(poems), bool), vocabulary), vocabulary, length=_LENGTH)
    if not len(stretches.cumulative) or stretches.cumulative[-1] <= 0:
        raise InputError(f"{str(path)!r} holds no poem of three lines in words that the model knows")
    nats, tokens = 0.0, 0
    for number in range(_BATCHES):
        progress.update(number / _BATCHES, "reading")
        batch = stretches.batch(np.random.default_rng([7, number]), _ROWS)
        for row in range(_ROWS):
            told = (batch.left, batch.line, batch.relation, batch.partner, batch.before)
            x = engine.embed(batch.tokens[row], Features(*(part[row] for part in told)))
            hidden = engine.decoder.forward(x[None], engine.decoder.cache(1, _LENGTH))[0]
            places = np.flatnonzero(batch.targets[row] >= 0)
            scores = engine.log_probabilities(hidden[places])
            nats -= float(scores[np.arange(len(places)), batch.targets[row][places]].sum())
            tokens += len(places)
    return {"works": len(poems), "tokens": tokens, "bits_per_token": round(nats / max(1, tokens) / float(np.log(2)), 4)}
