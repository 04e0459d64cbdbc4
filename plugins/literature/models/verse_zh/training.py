"""Training the verse model by the project's one loop, and what is counted with it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.training import device_of, split_held_out
from .....core.transformer.network import BodyConfig
from .....core.weights import save_weights
from ...chinese.brief import Brief, plans_of
from ...chinese.corpus import Poem, read_poems
from ...chinese.lexicon import build_lexicon
from ...chinese.prosody import prosody
from ...lm.training import Training
from .encoding import Code, Prefix
from .engine import VerseEngine, feet
from .examples import VerseData, find_words
from .network import VerseNetwork, collate, sound_rows

__all__ = ["count_overuse", "held_out_bits", "pack", "train_verse"]

#: Width, layers, heads and hidden units by size; base is what ships.
_SIZES = {"tiny": (32, 1, 2, 64), "small": (64, 2, 2, 176), "base": (256, 6, 4, 704)}
_LEAST_POEMS = 20
#: Poems held out that the network is judged by, and the length of the longest.
_JUDGED, _LONGEST_JUDGED = 300, 300
#: Of the drawing that counts what is said too often: batches by size, poems in one, forms by turns.
_BATCHES, _FEW_BATCHES, _ROWS, _TEMPERATURE = 240, 24, 16, 0.92
_FORMS = ("wujue", "qijue", "wulv", "qilv")


def held_out_bits(network: VerseNetwork, code: Code, poems: list[Poem], *, rows: int = 24) -> float:
    """Bits a character over poems, form and title told; each mark and the end counted."""
    items = []
    for poem in poems:
        clauses = code.split(poem.clauses)
        items.append((code.encode(Prefix(form=poem.form, title=poem.title), clauses), len(poem.text) + 1))
    items.sort(key=lambda item: len(item[0].tokens))
    nats = 0.0
    for start in range(0, len(items), rows):
        batch = collate([e for e, _ in items[start : start + rows]]).to(device_of(network))
        nats += float(
            torch.nn.functional.cross_entropy(network(batch), batch.target[batch.target >= 0], reduction="sum")
        )
    return nats / math.log(2) / sum(n for _, n in items)


def train_verse(training: Training, *, tokens: int = 2048) -> dict[str, Any]:
    """Train the verse model on the poems of the request and write it with its lexicon; returns its card. tokens: of a
    step.

    Raises InputError below 20 poems, or if there is no run to start from.
    """
    request, progress, size = training.request, training.progress, training.request.options.size
    card = training.card(figure="held_out_bits_per_character")
    progress.update(0.0, "reading the poems")
    learned, kept_out = _split(request.corpus)
    code = Code.build(learned, prosody())
    data = VerseData(learned, code, prosody(), find_words(learned))
    config = BodyConfig(**dict(zip(("width", "layers", "heads", "hidden"), _SIZES[size], strict=True)))
    torch.manual_seed(request.seed)
    network = VerseNetwork(config, sound_rows(code, prosody()))
    training.begin(network)
    judged = [p for p in kept_out if len(p.text) <= _LONGEST_JUDGED][:_JUDGED]
    state = request.runs / "state.json"
    step = json.loads(state.read_text("utf-8"))["step"] if request.resume and state.exists() else 0

    def loss(rng: np.random.Generator) -> torch.Tensor:
        nonlocal step
        batch = collate(data.batch(step, tokens, request.seed, rng))
        step += 1
        return network.loss(batch.to(device_of(network)))

    settings = {"model": request.model, "size": size, "tokens": tokens, "poems": len(learned)}
    result = training.run(
        network,
        loss=loss,
        judge=lambda: held_out_bits(network, code, judged),
        evaluate_every=300.0 if size == "base" else 30.0,
        settings=settings | {"vocabulary": len(code.names)},
        warmup=60,
        decay_share=0.4,
    )
    card |= {
        "summary": "characters of classical Chinese verse, each line written from its end, all forms and ci",
        "data": f"{len(learned)} poems of {len({p.author for p in learned})} authors; {len(kept_out)} held out; "
        f"from {request.corpus.name!r}",
        "steps": result.steps,
        "seconds": round(result.seconds),
        "evaluation": {
            "held_out_bits_per_character": round(result.best or math.nan, 4),
            "poems": len(judged),
            "told": "form and title",
        },
        "config": asdict(config),
        "parameters": sum(p.numel() for p in network.parameters()),
    }
    packed, target = pack(network, code), training.target
    save_weights(target, packed, card)
    progress.update(1.0, "counting words, pairs and runs")
    beside = target.with_name(f"{target.stem}-lexicon.safetensors")
    _save_lexicon(beside, learned, kept_out, card)
    progress.update(1.0, "drawing what the model says too often")
    engine, batches = VerseEngine.load(target, beside), _BATCHES if size == "base" else _FEW_BATCHES
    overused = count_overuse(engine, learned, np.random.default_rng(request.seed), batches=batches)
    save_weights(target, packed | overused, card)
    return card


def _save_lexicon(path: Path, learned: Sequence[Poem], held: Sequence[Poem], card: dict[str, Any]) -> None:
    """Write what is counted in the same poems, with what of the model's card holds of it as well."""
    arrays, facts = build_lexicon(learned, held)
    own = {
        "model": "verse-zh-lexicon",
        "summary": "counts, words, pairs, vectors and runs of the same poems",
        "facts": facts,
    }
    save_weights(path, arrays, own | {k: card[k] for k in ("data", "licence", "seed", "command")})


def _split(corpus: Path) -> tuple[list[Poem], list[Poem]]:
    """(poems to learn from, poems held out); a corpus of many copies, which would nearly all be held out, by number."""
    poems = read_poems(corpus)
    if len(poems) < _LEAST_POEMS:
        raise InputError(
            f"{str(corpus)!r} holds {len(poems)} Chinese poem(s); at least {_LEAST_POEMS} are needed to train on"
        )
    kept, held = split_held_out([p.opening for p in poems], 0.02)
    if len(kept) < len(poems) // 2:
        kept, held = [i for i in range(len(poems)) if i % 20], list(range(0, len(poems), 20))
    return [poems[i] for i in kept], [poems[i] for i in held]


def pack(network: VerseNetwork, code: Code) -> dict[str, np.ndarray[Any, Any]]:
    """All that the engine needs: the network with its character vectors summed, and the code."""
    arrays = {
        k: v.detach().numpy()
        for k, v in network.state_dict().items()
        if not k.startswith(("characters.", "tone.", "group.", "part."))
    }
    arrays["table"] = network.folded().detach().numpy()
    arrays["code"] = np.frombuffer(json.dumps(code.to_dict(), ensure_ascii=False).encode(), np.uint8)
    return arrays


def _pairs(clauses: Sequence[str]) -> list[str]:
    return [text[i : i + 2] for text in clauses for i in sorted(feet(len(text))) if i + 1 < len(text)]


def count_overuse(
    engine: VerseEngine, poems: Sequence[Poem], rng: np.random.Generator, *, batches: int = 240, least: int = 5
) -> dict[str, NDArray[Any]]:
    """Arrays for the model's file: the pairs, joined as UTF-8, and how much to take from the logit of each, in nats.

    batches: of sixteen poems each, the regulated forms in turn, each row with the title of another real poem; least: how
    often a pair must have been drawn to be judged. About 80 seconds of a core for 240.
    """
    real = Counter(pair for p in poems if p.regulated for pair in _pairs([text for text, _ in p.clauses]))
    drawn: Counter[str] = Counter()
    if real:
        for batch in range(batches):
            for clauses in _draw(engine, poems, _FORMS[batch % 4], 2 + batch // 4 % 4, rng):
                drawn.update(_pairs(clauses))
    share = drawn.total() / max(1, real.total())
    noted = {pair: float(np.log((n + 3) / ((real[pair] + 1) * share + 3))) for pair, n in drawn.items() if n >= least}
    texts = sorted(pair for pair, amount in noted.items() if amount > 0.2)
    return {
        "overused": np.frombuffer("".join(texts).encode(), np.uint8).copy(),
        "overuse": np.array([noted[t] for t in texts], np.float16),
    }


def _draw(
    engine: VerseEngine, poems: Sequence[Poem], form: str, length: int, rng: np.random.Generator
) -> list[tuple[str, ...]]:
    """Sixteen poems as the model draws them, on titles of `length` characters (none where the corpus has no such
    title).
    """
    titles = [p.title for p in poems if p.regulated and len(p.title) == length] or [""]
    brief = Brief(form=form)
    plans = plans_of(brief, {}, engine, rng, _ROWS)
    told = [
        Prefix(form=form, regulated=True, kind=kind, rhyme=rhyme, title=titles[int(rng.integers(len(titles)))])
        for _, kind, rhyme in plans
    ]
    drawn = engine.write(told, [p for p, _, _ in plans], brief.shape, rng, temperature=_TEMPERATURE, overuse=0.0)
    return [one.clauses for one in drawn]
