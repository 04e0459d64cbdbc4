"""Training the Chinese models by the project's one loop."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .....core.errors import InputError
from .....core.progress import Progress, Silent
from .....core.requests import Context, TrainReport, TrainRequest
from .....core.training import TrainingPlan, device_of, finished_run, load_best, split_held_out
from .....core.training import train as run_training
from .....core.transformer.network import BodyConfig
from .....core.weights import save_weights
from ...chinese.corpus import Poem, read_poems
from ...chinese.lexicon import build_lexicon
from ...chinese.prosody import prosody
from ...lm.lending import licence_of
from .encoding import Code, Prefix
from .engine import VerseEngine
from .examples import VerseData, find_words
from .network import VerseNetwork, collate, sound_rows
from .overuse import count_overuse

__all__ = ["held_out_bits", "pack", "train", "train_verse"]

_SIZES = {"tiny": (32, 1, 2, 64), "small": (64, 2, 2, 176), "base": (256, 6, 4, 704)}


def poem_name(poem: Poem) -> str:
    """The name that decides on which side of the split a poem stands: its first two clauses, so that copies stay
    together.
    """
    return "".join(text for text, _ in poem.clauses[:2])


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


def train_verse(
    corpus: Path,
    folder: Path,
    target: Path,
    *,
    minutes: float,
    seed: int,
    resume: bool,
    size: str = "base",
    tokens: int = 2048,
    progress: Progress | None = None,
    steps: int = 1_000_000_000,
    command: str = "",
    licence: str = "",
    start: str = "",
    device: str = "cpu",
) -> dict[str, Any]:
    """Train the verse model on the poems under `corpus`, write it to `target`; returns its card.

    start: a finished run beside `folder`, of the same corpus and size, whose best parameters are begun with.
    Raises InputError below 20 poems, or if there is no such run.
    """
    progress = progress or Silent()
    earlier = finished_run(folder.with_name(start), figure="held_out_bits_per_character") if start else {}
    progress.update(0.0, "reading the poems")
    poems = read_poems(corpus)
    if len(poems) < 20:
        raise InputError(f"{str(corpus)!r} holds {len(poems)} Chinese poem(s); at least 20 are needed to train on")
    kept, held = split_held_out([poem_name(p) for p in poems], 0.02)
    if len(kept) < len(poems) // 2:
        kept, held = [i for i in range(len(poems)) if i % 20], list(range(0, len(poems), 20))
    learned, kept_out = [poems[i] for i in kept], [poems[i] for i in held]
    table = prosody()
    code = Code.build(learned, table)
    words = find_words(learned)
    data = VerseData(learned, code, table, words)
    width, layers, heads, hidden = _SIZES[size]
    config = BodyConfig(width=width, layers=layers, heads=heads, hidden=hidden)
    torch.manual_seed(seed)
    network = VerseNetwork(config, sound_rows(code, table))
    if start:
        load_best(network, folder.with_name(start))
    judged = [p for p in kept_out if len(p.text) <= 300][:300]
    plan = TrainingPlan(
        minutes=minutes,
        steps=steps,
        seed=seed,
        warmup=60,
        decay_share=0.4,
        mixed=True,
        evaluate_every=300.0 if size == "base" else 30.0,
    )
    state = folder / "state.json"
    step = json.loads(state.read_text("utf-8"))["step"] if resume and state.exists() else 0

    def loss(module: torch.nn.Module, rng: np.random.Generator) -> torch.Tensor:
        nonlocal step
        assert isinstance(module, VerseNetwork)
        batch = collate(data.batch(step, tokens, seed, rng))
        step += 1
        return module.loss(batch.to(device_of(module)))

    def evaluate(module: torch.nn.Module) -> float:
        assert isinstance(module, VerseNetwork)
        return held_out_bits(module, code, judged)

    settings = {
        "model": "verse-zh",
        "size": size,
        "tokens": tokens,
        "seed": seed,
        "poems": len(learned),
        "vocabulary": len(code.names),
    }
    settings |= {"start": start} if start else {}
    result = run_training(
        network,
        loss=loss,
        evaluate=evaluate,
        plan=plan,
        folder=folder,
        resume=resume,
        progress=progress,
        settings=settings,
        device=device,
    )
    card: dict[str, Any] = {
        "model": "verse-zh",
        "summary": "characters of classical Chinese verse, each line written from its end, all forms and ci",
        "data": f"{len(learned)} poems of {len({p.author for p in learned})} authors; {len(kept_out)} held out; "
        f"from {corpus.name!r}",
        "licence": licence,
        "steps": result.steps,
        "seconds": round(result.seconds),
        "seed": seed,
        "evaluation": {
            "held_out_bits_per_character": round(result.best or math.nan, 4),
            "poems": len(judged),
            "told": "form and title",
        },
        "config": asdict(config),
        "command": command,
        **({"started_from": earlier} if earlier else {}),
        "parameters": sum(p.numel() for p in network.parameters()),
    }
    packed = pack(network, code)
    save_weights(target, packed, card)
    progress.update(1.0, "counting words, pairs and runs")
    arrays, facts = build_lexicon(learned, kept_out)
    lexicon_card: dict[str, Any] = {
        "model": "verse-zh-lexicon",
        "summary": "counts, words, pairs, vectors and runs of the same poems",
        "facts": facts,
    }
    lexicon_card |= {k: card[k] for k in ("data", "licence", "seed", "command")}
    beside = target.with_name(f"{target.stem}-lexicon.safetensors")
    save_weights(beside, arrays, lexicon_card)
    progress.update(1.0, "drawing what the model says too often")
    said = count_overuse(
        VerseEngine.load(target, beside), learned, np.random.default_rng(seed), batches=240 if size == "base" else 24
    )
    save_weights(target, packed | said, card)
    return card


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


def train(request: TrainRequest, context: Context, device: str = "cpu") -> TrainReport:
    """`artwright literature train` for the Chinese models, on a device that was lent."""
    options = request.options
    target = request.weights / f"{request.name}.safetensors"
    licence = licence_of(request.name, request.model)
    command = (
        f"artwright literature train {request.corpus.name} --model {request.model} --name {request.name} "
        f"--seed {request.seed}"
    )
    if request.model == "prose-zh":
        from ..prose_zh.training import train_prose

        card = train_prose(
            request.corpus,
            target,
            folder=request.runs,
            minutes=request.minutes,
            seed=request.seed,
            resume=request.resume,
            size=getattr(options, "size", "base"),
            progress=context.progress,
            command=f"{command} --minutes {request.minutes:g}",
            device=device,
            licence=licence,
        )
        return TrainReport(weights=target, card=card)
    start = getattr(options, "start", "")
    command += f" --minutes {request.minutes:g}" + (f" --start {start}" if start else "")
    card = train_verse(
        request.corpus,
        request.runs,
        target,
        minutes=request.minutes,
        seed=request.seed,
        resume=request.resume,
        size=getattr(options, "size", "base"),
        progress=context.progress,
        command=command,
        licence=licence,
        start=start,
        device=device,
    )
    return TrainReport(weights=target, card=card)
