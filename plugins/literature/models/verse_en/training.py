"""Training of the English verse model: corpus to arrays, arrays to weights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.files import write_text
from .....core.training import TrainingPlan, device_of, finished_run, load_best, split_held_out, train
from .....core.weights import save_weights
from ...english.corpus import (
    SPECIALS,
    UNKNOWN,
    Poem,
    Prepared,
    Vocabulary,
    build_vocabulary,
    clean_stanzas,
    prepare,
    read_poems,
)
from ...english.grammar import finite_scores
from ...english.phonetics import rhyme_keys, sounds
from ...english.word_classes import build_classes
from ...english.words import tokenize
from ...lm.copies import build_copy_filter
from .engine import VerseEngine
from .overuse import count_overuse
from .stretches import Batch, Stretches

if TYPE_CHECKING:
    from torch import nn

    from .....core.progress import Progress

__all__ = ["pack_text", "train_verse", "word_classes"]

ROWS, LENGTH = 24, 160
HELD_OUT_SHARE = 0.02
MOST_QUATRAINS = 240


def word_classes(words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rhyme, stress) class of each token: 0 for specials and for rhymes of fewer than three words."""
    keys = [
        min(rhyme_keys(w), key=lambda k: (len(k), k), default=()) if i >= len(SPECIALS) else ()
        for i, w in enumerate(words)
    ]
    count: dict[tuple[str, ...], int] = {}
    for key in keys:
        count[key] = count.get(key, 0) + 1
    numbers: dict[tuple[str, ...], int] = {}
    rhyme = np.array([numbers.setdefault(k, len(numbers) + 1) if k and count[k] >= 3 else 0 for k in keys], np.int64)
    patterns: dict[str, int] = {}
    stress = [sounds(w)[0].stress if i >= len(SPECIALS) and sounds(w) else "" for i, w in enumerate(words)]
    return rhyme, np.array([patterns.setdefault(s, len(patterns) + 1) if s else 0 for s in stress], np.int64)


def pack_text(text: str) -> NDArray[np.uint8]:
    """Text as bytes that a safetensors file can hold."""
    return np.frombuffer(text.encode(), np.uint8).copy()


def _line_hash(line: str) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(tokenize(line)).encode(), digest_size=8).digest(), "big")


def _mark_copies(poems: list[Poem], held_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Training poems that share two lines or more with a held-out one."""
    known = {
        _line_hash(line)
        for poem, held in zip(poems, held_out, strict=True)
        if held
        for s in poem.stanzas
        for line in s
        if len(line) > 20
    }
    copies = np.zeros(len(poems), bool)
    for i, poem in enumerate(poems):
        if not held_out[i]:
            copies[i] = sum(len(line) > 20 and _line_hash(line) in known for s in poem.stanzas for line in s) >= 2
    return copies


def load_corpus(corpus: Path, cache: Path, size: int, progress: Progress | None) -> tuple[Prepared, Vocabulary]:
    """The corpus as arrays, from `cache` if it was prepared there before.

    Raises InputError if it holds fewer than 20 poems.
    """
    arrays, words = cache / "prepared.npz", cache / "vocabulary.json"
    if arrays.exists() and words.exists():
        row = json.loads(words.read_text("utf-8"))
        return Prepared.load(arrays), Vocabulary(tuple(row["words"]), row["cased"])
    if progress is not None:
        progress.update(0.0, "reading the corpus")
    poems = list(read_poems(corpus))
    if len(poems) < 20:
        raise InputError(
            f"{str(corpus)!r} holds {len(poems)} English poem(s); at least 20 are needed: give a .jsonl file, or a "
            f"folder of them, with 'lines'"
        )
    names = [f"{p.title}|{p.stanzas[0][0] if p.stanzas and p.stanzas[0] else i}" for i, p in enumerate(poems)]
    _, held = split_held_out(names, HELD_OUT_SHARE, salt="verse-en")
    held_out = np.zeros(len(poems), bool)
    held_out[held] = True
    every = max(1, len(poems) // 12_000)
    vocabulary = build_vocabulary((clean_stanzas(p) for i, p in enumerate(poems) if i % every == 0), size)
    data = prepare(poems, held_out, vocabulary)
    data.weights[_mark_copies(poems, held_out)] = 0
    cache.mkdir(parents=True, exist_ok=True)
    data.save(arrays)
    write_text(words, json.dumps({"words": vocabulary.words, "cased": vocabulary.cased}))
    return data, vocabulary


def train_verse(
    corpus: Path,
    *,
    name: str,
    minutes: float,
    runs: Path,
    weights: Path,
    resume: bool,
    seed: int,
    command: str,
    data_name: str,
    licence: str = "",
    progress: Progress | None = None,
    width: int = 192,
    layers: int = 5,
    size: int = 12_288,
    steps: int = 1_000_000_000,
    start: str = "",
    device: str = "cpu",
) -> tuple[Path, dict[str, Any]]:
    """Train and write `weights/NAME.safetensors`; returns (path, card).

    command, data_name, licence: what the card says; start: a finished run in `runs` of the same corpus and size, whose best
    parameters are begun with; its corpus arrays are read again, so that what it held out stays held out.

    Raises InputError for a corpus that is too small, StoreError for a run that exists.
    """
    import torch

    from .network import VerseConfig, VerseNetwork

    run = Path(runs) / name
    earlier = finished_run(Path(runs) / start, figure="held_out_bits_per_token") if start else {}
    data, vocabulary = load_corpus(Path(corpus), Path(runs) / start if start else run, size, progress)
    rhyme, stress = word_classes(vocabulary.words)
    n = len(vocabulary)
    first = min(2_048, n // 2)
    config = VerseConfig(
        vocabulary=n,
        cuts=(first, min(6_144, (first + n) // 2)),
        width=width,
        layers=layers,
        heads=max(1, width // 64),
        hidden=max(64, round(width / 24) * 64),
    )
    torch.manual_seed(seed)
    module = VerseNetwork(config, rhyme, stress)
    if start:
        load_best(module, Path(runs) / start)
    stretches = Stretches(data, vocabulary, length=LENGTH)
    held = Stretches(data, vocabulary, length=LENGTH, held_out=True)
    judged = held if held.cumulative[-1] > 0 else stretches
    probe = [judged.batch(np.random.default_rng([7, i]), ROWS) for i in range(5)]

    def loss(net: torch.nn.Module, rng: np.random.Generator) -> torch.Tensor:
        assert isinstance(net, VerseNetwork)
        return net.loss(_tensors(stretches.batch(rng, ROWS), net))

    def evaluate(net: torch.nn.Module) -> float:
        assert isinstance(net, VerseNetwork)
        return float(np.mean([net.loss(_tensors(b, net)).item() for b in probe]) / np.log(2))

    plan = TrainingPlan(
        minutes=minutes, steps=steps, lr=3e-3, seed=seed, evaluate_every=300, checkpoint_every=240, mixed=True
    )
    settings = {"width": width, "layers": layers, "vocabulary": n, "seed": seed, **({"start": start} if start else {})}
    result = train(
        module,
        loss=loss,
        evaluate=evaluate,
        plan=plan,
        folder=run,
        resume=resume,
        progress=progress,
        settings=settings,
        device=device,
    )
    arrays: dict[str, NDArray[Any]] = {
        **module.arrays(),
        "vocabulary": pack_text("\n".join(vocabulary.words)),
        "cased": pack_text(json.dumps(vocabulary.cased)),
        "pairs": seen_pairs(data, n),
        "unigram": unigram(data, n),
        "finite": finite_scores(data.tokens, vocabulary.index, n),
        "copies": copy_filter(data),
        **build_classes(data, vocabulary),
    }
    shape = {
        "vocabulary": n,
        "cuts": list(config.cuts),
        "width": width,
        "layers": layers,
        "heads": config.heads,
        "hidden": config.hidden,
    }
    arrays["overuse"] = count_overuse(
        VerseEngine(arrays, {"config": shape}), min(MOST_QUATRAINS, len(data.weights) // 200), seed, progress=progress
    )
    card = {
        "model": "verse-en",
        "data": data_name,
        "licence": licence,
        "steps": result.steps,
        "seconds": round(result.seconds),
        "seed": seed,
        "command": command,
        "config": shape,
        "poems": int((data.weights > 0).sum()),
        "tokens": result.steps * ROWS * LENGTH,
        **({"started_from": earlier} if earlier else {}),
        "evaluation": {"held_out_bits_per_token": round(result.best or 0.0, 4), "held_out_share": HELD_OUT_SHARE},
        "parameters": int(sum(p.numel() for p in module.parameters())),
    }
    path = Path(weights) / f"{name}.safetensors"
    save_weights(path, arrays, card)
    return path, card


def _tensors(batch: Batch, net: nn.Module) -> dict[str, Any]:
    import torch

    place = device_of(net)
    return {k: torch.from_numpy(v).to(place) for k, v in batch.__dict__.items()}


def copy_filter(data: Prepared) -> NDArray[np.uint8]:
    """The filter of `copies.py` over all lines that are trained on."""
    line = np.repeat(np.arange(len(data.line_poem)), np.diff(data.line_start))
    kept = (data.tokens >= len(SPECIALS)) | (data.tokens == UNKNOWN)
    kept &= (data.weights > 0)[data.line_poem[line]] & ~data.held_out[data.line_poem[line]]
    return build_copy_filter(data.tokens[kept].astype(np.int64), line[kept])


def unigram(data: Prepared, size: int) -> NDArray[np.float32]:
    """Log probabilities of the tokens in the corpus, add-one."""
    count = np.bincount(data.tokens, minlength=size).astype(np.float64) + 1
    return np.log(count / count.sum()).astype(np.float32)


def seen_pairs(data: Prepared, size: int, *, least: int = 2, most: int = 600_000) -> NDArray[np.int32]:
    """Pairs (word, word to its right) that stand in the corpus at least `least` times, as word * size + right, sorted.

    Only the `most` frequent are kept; in the written order the right word comes first.
    """
    right, left = data.tokens[:-1].astype(np.int64), data.tokens[1:].astype(np.int64)
    specials = len(SPECIALS)
    kept = (right >= 6) & (left >= specials)
    codes, count = np.unique(left[kept] * size + right[kept], return_counts=True)
    codes, count = codes[count >= least], count[count >= least]
    if len(codes) > most:
        codes = codes[np.argsort(-count, kind="stable")[:most]]
    return np.sort(codes).astype(np.int32)
