"""Training of the English verse model: corpus to arrays, arrays to weights."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.files import write_text
from .....core.theme import Theme, concepts
from .....core.training import device_of, split_held_out
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
from ...english.writer import write_poem
from ...lm.runs import CopyFilter
from ...lm.training import Training
from ..poet.options import PoetOptions
from .engine import VerseEngine
from .network import VerseConfig, VerseNetwork
from .stretches import Batch, Stretches

if TYPE_CHECKING:
    from .....core.progress import Progress
    from .....core.requests import Context

__all__ = ["count_overuse", "hold_out", "load_corpus", "pack_text", "train_verse", "word_classes"]

_DATA = "English poems of Project Gutenberg texts (public domain), in corpora/texts/poetry-en*.jsonl"
#: Width, layers and tokens by size; base is what ships.
_SIZES = {"base": (192, 5, 12_288), "small": (64, 2, 6_000), "tiny": (32, 1, 2_000)}
ROWS, LENGTH = 24, 160
HELD_OUT_SHARE = 0.02
#: Quatrains that are written to count what is said too often.
MOST_QUATRAINS = 240
#: Words of no content that are judged all the same, for a stanza leans on them: *and all the world, where all the,
#: there is*.
_STOCK = frozenset("all where when there like".split())


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


def hold_out(poems: Sequence[Poem]) -> NDArray[np.bool_]:
    """Which poems are held out, by a hash of their titles and first lines."""
    names = [f"{p.title}|{p.stanzas[0][0] if p.stanzas and p.stanzas[0] else i}" for i, p in enumerate(poems)]
    held_out = np.zeros(len(poems), bool)
    held_out[split_held_out(names, HELD_OUT_SHARE, salt="verse-en")[1]] = True
    return held_out


def load_corpus(corpus: Path, cache: Path, size: int, progress: Progress) -> tuple[Prepared, Vocabulary]:
    """The corpus as arrays, from `cache` if it was prepared there before.

    Raises InputError if it holds fewer than 20 poems.
    """
    arrays, words = cache / "prepared.npz", cache / "vocabulary.json"
    if arrays.exists() and words.exists():
        row = json.loads(words.read_text("utf-8"))
        return Prepared.load(arrays), Vocabulary(tuple(row["words"]), row["cased"])
    progress.update(0.0, "reading the corpus")
    poems = list(read_poems(corpus))
    if len(poems) < 20:
        raise InputError(
            f"{str(corpus)!r} holds {len(poems)} English poem(s); at least 20 are needed: give a .jsonl file, or a "
            f"folder of them, with 'lines'"
        )
    held_out = hold_out(poems)
    every = max(1, len(poems) // 12_000)
    vocabulary = build_vocabulary((clean_stanzas(p) for i, p in enumerate(poems) if i % every == 0), size)
    data = prepare(poems, held_out, vocabulary)
    data.weights[_mark_copies(poems, held_out)] = 0
    cache.mkdir(parents=True, exist_ok=True)
    data.save(arrays)
    write_text(words, json.dumps({"words": vocabulary.words, "cased": vocabulary.cased}))
    return data, vocabulary


def train_verse(training: Training) -> dict[str, Any]:
    """Train on the poems of the request and write the model; returns its card.

    What another run held out stays held out where that is begun with: its corpus arrays are read again.
    Raises InputError for a corpus that is too small, StoreError for a run that exists.
    """
    request, progress = training.request, training.progress
    width, layers, tokens = _SIZES[request.options.size]
    card = training.card(figure="held_out_bits_per_token")
    data, vocabulary = load_corpus(request.corpus, training.start or request.runs, tokens, progress)
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
    torch.manual_seed(request.seed)
    network = VerseNetwork(config, *word_classes(vocabulary.words))
    training.begin(network)
    stretches = Stretches(data, vocabulary, length=LENGTH)
    held = Stretches(data, vocabulary, length=LENGTH, held_out=True)
    judged = held if held.cumulative[-1] > 0 else stretches
    probe = [judged.batch(np.random.default_rng([7, i]), ROWS) for i in range(5)]

    def loss(rng: np.random.Generator) -> torch.Tensor:
        return network.loss(_tensors(stretches.batch(rng, ROWS), network))

    def judge() -> float:
        return float(np.mean([network.loss(_tensors(b, network)).item() for b in probe]) / np.log(2))

    result = training.run(
        network,
        loss=loss,
        judge=judge,
        evaluate_every=300,
        settings={"width": width, "layers": layers, "vocabulary": n},
        lr=3e-3,
        checkpoint_every=240,
    )
    shape = {k: v for k, v in asdict(config).items() if k != "dropout"} | {"cuts": list(config.cuts)}
    arrays = network.arrays() | counted_arrays(data, vocabulary)
    arrays["overuse"] = count_overuse(
        VerseEngine(arrays, {"config": shape}), min(MOST_QUATRAINS, len(data.weights) // 200), training.context
    )
    card |= {
        "data": _DATA if training.is_shipped else f"texts given by the person under {request.corpus.name!r}",
        "steps": result.steps,
        "seconds": round(result.seconds),
        "config": shape,
        "poems": int((data.weights > 0).sum()),
        "tokens": result.steps * ROWS * LENGTH,
        "evaluation": {"held_out_bits_per_token": round(result.best or 0.0, 4), "held_out_share": HELD_OUT_SHARE},
        "parameters": int(sum(p.numel() for p in network.parameters())),
    }
    save_weights(training.target, arrays, card)
    return card


def counted_arrays(data: Prepared, vocabulary: Vocabulary) -> dict[str, NDArray[Any]]:
    """What is counted in a corpus for the engine: words, pairs, frequencies, finite verbs, runs, groups."""
    n = len(vocabulary)
    return {
        "vocabulary": pack_text("\n".join(vocabulary.words)),
        "cased": pack_text(json.dumps(vocabulary.cased)),
        "pairs": seen_pairs(data, n),
        "unigram": unigram(data, n),
        "finite": finite_scores(data.tokens, vocabulary.index, n),
        "copies": copy_filter(data),
        **build_classes(data, vocabulary),
    }


def _tensors(batch: Batch, net: VerseNetwork) -> dict[str, Any]:
    place = device_of(net)
    return {k: torch.from_numpy(v).to(place) for k, v in batch.__dict__.items()}


def copy_filter(data: Prepared) -> NDArray[np.uint8]:
    """The filter against copies over all lines that are trained on."""
    line = np.repeat(np.arange(len(data.line_poem)), np.diff(data.line_start))
    kept = (data.tokens >= len(SPECIALS)) | (data.tokens == UNKNOWN)
    kept &= (data.weights > 0)[data.line_poem[line]] & ~data.held_out[data.line_poem[line]]
    return CopyFilter.build(data.tokens[kept].astype(np.int64), line[kept]).packed


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


def count_overuse(engine: VerseEngine, poems: int, context: Context, *, least: int = 3) -> NDArray[np.float16]:
    """What the writer says too often, (vocabulary,): nats to take from each word, 0 for most. poems: quatrains to write, on the project's concepts in
    turn; about a second of a core each.

    The likeliest of many drafts says sea, shore and breast in every other stanza, whatever its theme. A word of content
    that comes more often than in the corpus is noted with the logarithm of the ratio, and that much is taken from it
    whenever a poem is written, unless it belongs to the theme.

    least: how often a word must have been written, outside poems on it, to be judged.
    """
    themes = [concept.en[0] for concept in concepts().values()]
    drawn: Counter[int] = Counter()
    for number in range(poems):
        context.progress.update(1.0, f"counting what is said too often: {number} of {poems}")
        theme = Theme.from_prompt(themes[number % len(themes)])
        try:
            text, _ = write_poem(
                engine, theme, "quatrain", PoetOptions(), np.random.default_rng([context.seed, number])
            )
        except InputError:
            continue
        said = {w.strip(".,;:!?\u2014").lower() for line in text.lines for w in line.split()} - set(
            theme.words_in("en")
        )
        drawn.update(engine.index[w] for w in said if w in engine.index)
    out = np.zeros(len(engine.words), np.float16)
    lexicon = engine.lexicon
    share = np.where(lexicon.usable, np.exp(engine.unigram.astype(np.float64)), 0)
    expected = share / max(1e-9, share.sum()) * drawn.total()
    for token, n in drawn.items():
        if n >= least and (not lexicon.function[token] or engine.words[token] in _STOCK):
            out[token] = max(0.0, float(np.log((n + 1) / (expected[token] + 1))))
    return out
