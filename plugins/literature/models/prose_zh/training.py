"""Making the prose model: counts of the authors and of what came before them, a network, and how to mix them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.progress import Progress
from .....core.training import split_held_out
from .....core.weights import save_weights
from ...chinese.corpus import read_prose
from ...chinese.voices import AUTHORS
from ...lm.counts import build_counts
from ...lm.runs import Runs
from ...lm.training import Training
from .engine import BUCKETS, RUN, SOURCES, ProseEngine
from .stretches import SIZES, Stretches, train_network

__all__ = ["fit_mix", "train_prose"]

Piece = tuple[str, str, str]
_RUN_BITS = 1 << 24
_SAMPLE = 400
#: Characters that are learned at most, and what one of the authors' counts among them.
_VOCABULARY, _OWN_WEIGHT = 6000, 20


def train_prose(training: Training) -> dict[str, Any]:
    """Learn the prose of the request (folders of .txt named after authors; .jsonl of older prose) and write the model;
    returns its card.

    The network is trained for the request's minutes; with no minutes the model is counted only.
    Raises InputError below 20,000 characters or without a voice.
    """
    request, progress = training.request, training.progress
    progress.update(0.0, "reading the prose")
    learned, judged, named = _divide(read_prose(request.corpus), request.corpus)
    chars = _characters(learned, named)
    ids = {c: i + 2 for i, c in enumerate(chars)}

    def row(texts: Sequence[str]) -> NDArray[np.int64]:
        out = [0]
        for text in texts:
            out += [*(ids.get(c, 1) for c in text), 0]
        return np.array(out, np.int64)

    vocabulary = len(chars) + 2
    arrays: dict[str, NDArray[Any]] = {"chars": np.frombuffer(chars.encode(), np.uint8)}
    stretches = Stretches([(a if a in named else "", n, row([t])[:-1]) for a, n, t in learned], named, vocabulary)
    size = request.options.size
    result = None
    facts: dict[str, Any] = {"parameters": 0}
    config: dict[str, Any] = {"order": 4, "heads": max(1, SIZES[size][0] // 64), "size": size}
    if request.minutes > 0:
        network, result = train_network(training, stretches, [(a, n, row([t])[:-1]) for a, n, t in judged])
        arrays |= {f"net.{k}": v for k, v in network.arrays().items()}
        facts = {
            "parameters": sum(p.numel() for p in network.parameters()),
            "network_held_out_bits_per_character": round(result.best or 0.0, 4),
        }
        config |= {"width": network.config.width, "layers": network.config.layers, "hidden": network.config.hidden}
    kin = _kin(stretches)
    arrays |= _counted(learned, named, kin, row, vocabulary, progress)
    engine = ProseEngine(arrays, {"config": config})
    progress.update(0.97, "mixing")
    mix, figures = fit_mix(engine, judged)
    arrays["mix"] = mix.astype(np.float32).reshape(-1)
    card = training.card(
        result,
        summary="a small network over characters and counts of three writers and of older prose, mixed with the text's "
        "own",
        data=f"{len(learned)} texts, {sum(len(t) for _, _, t in learned)} characters; {len(judged)} texts held out; "
        f"from {request.corpus.name!r}",
        voices=[AUTHORS.get(a, a) for a in named],
        kin=sorted(kin),
        evaluation=figures,
        config=config,
        facts={"real_longest_run": _real_runs(engine, judged)},
        **facts,
    )
    save_weights(training.target, arrays, card)
    return card


def _counted(
    learned: Sequence[Piece],
    named: Sequence[str],
    kin: set[str],
    row: Callable[[Sequence[str]], NDArray[np.int64]],
    vocabulary: int,
    progress: Progress,
) -> dict[str, NDArray[Any]]:
    """Counts of each author, of all authors and their kin, of everything; the runs of the first two; an even mix."""
    arrays: dict[str, NDArray[Any]] = {}
    for number, author in enumerate(named):
        progress.update(0.9 + 0.02 * number / len(named), f"counting {author}")
        own = build_counts(row([t for a, _, t in learned if a == author]), vocabulary, least=(1, 1, 2, 2))
        arrays |= _prefixed(author, own)
    near = [t for a, n, t in learned if a in named or n in kin]
    arrays |= _prefixed("kin", build_counts(row(near), vocabulary, least=(1, 1, 2, 2)))
    progress.update(0.94, "counting all")
    arrays |= _prefixed("base", build_counts(row([t for _, _, t in learned]), vocabulary, least=(1, 3, 12, 16)))
    arrays["runs"] = Runs.build(near, RUN, _RUN_BITS).packed
    arrays["mix"] = np.full(BUCKETS * SOURCES, 1 / SOURCES, np.float32)
    return arrays


def _characters(pieces: Sequence[Piece], named: Sequence[str]) -> str:
    """The characters that are learned, sorted: the commonest, where those of the authors count twenty times."""
    count: Counter[str] = Counter()
    for author, _, text in pieces:
        for char, n in Counter(text).items():
            count[char] += (_OWN_WEIGHT if author in named else 1) * n
    return "".join(sorted(c for c, _ in count.most_common(_VOCABULARY)))


def _prefixed(name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {f"{name}.{k}": v for k, v in arrays.items()}


def _divide(pieces: list[Piece], corpus: Path) -> tuple[list[Piece], list[Piece], list[str]]:
    """(pieces to learn from, pieces of authors held out, authors)."""
    named = {a for a, _, _ in pieces if a in AUTHORS} or {a for a, _, _ in pieces if a}
    size = sum(len(t) for _, _, t in pieces)
    if not named or size < 20_000:
        raise InputError(
            f"{str(corpus)!r} holds {size} characters of Chinese prose in {len(pieces)} texts; at least 20,000 are "
            f"needed, in folders by author"
        )
    kept, held = split_held_out([f"{a}/{n}" for a, n, _ in pieces], 0.06)
    judged = [pieces[i] for i in held if pieces[i][0] in named]
    return [p for p in (pieces[i] for i in [*kept, *held]) if p not in judged], judged, sorted(named)


def _kin(stretches: Stretches) -> set[str]:
    """Names of the older works nearest to the authors in vocabulary, up to half of the authors' own length."""
    room = sum(len(s) for k, s in stretches.streams.items() if k[0]) / 2
    found: set[str] = set()
    density = {
        k: share / len(stretches.streams[k])
        for k, share in zip(stretches.keys, stretches.shares, strict=True)
        if not k[0]
    }
    for key in sorted(density, key=lambda k: -density[k]):
        if len(stretches.streams[key]) > room:
            break
        room -= len(stretches.streams[key])
        found.add(key[1])
    return found


def _real_runs(engine: ProseEngine, judged: Sequence[Piece]) -> dict[str, float]:
    """Percentiles of the longest run that stretches of 400 characters of works held out share
    with those learned from.
    """
    runs = [
        engine.runs.longest(text[i : i + _SAMPLE])
        for _, _, text in judged
        for i in range(0, max(1, len(text) - _SAMPLE + 1), _SAMPLE)
    ]
    return {str(q): float(np.percentile(runs, q)) for q in (50, 90, 95, 99)} if runs else {}


def fit_mix(
    engine: ProseEngine, judged: Sequence[Piece], *, rounds: int = 25
) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """(mixing table, held-out figures).

    Expectation maximisation over the held-out pieces; the figures are of the other half each time, so that no piece
    is measured with weights that were fitted on it.
    """
    rows = [engine.parts(text, author) for author, _, text in judged]
    start = np.array([0.3, 0.2, 0.1, 0.25 if engine.net else 0.0, *[0.02] * 5])
    start /= start.sum()

    def fit(some: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]]) -> NDArray[np.float64]:
        mix = np.tile(start, (BUCKETS, 1))
        if not some:
            return mix
        p, bucket = (np.concatenate([r[i] for r in some]) for i in range(2))
        for _ in range(rounds):
            share = p * mix[bucket]
            share /= share.sum(axis=1, keepdims=True) + 1e-30
            total = np.tile(start, (BUCKETS, 1))
            np.add.at(total, bucket, share)
            mix = total / total.sum(axis=1, keepdims=True)
        return mix

    figures: dict[str, Any] = {}
    bits: dict[str, list[float]] = {}
    size: dict[str, int] = {}
    for half in (0, 1):
        mix = fit(rows[half::2])
        for (author, _, text), (p, bucket) in list(zip(judged, rows, strict=True))[1 - half :: 2]:
            bits.setdefault(author, []).append(float(-np.log2((p * mix[bucket]).sum(axis=1)).sum()))
            size[author] = size.get(author, 0) + len(text) + 1
    for author in sorted(bits):
        figures[author] = {
            "held_out_bits_per_character": round(sum(bits[author]) / size[author], 4),
            "characters": size[author],
        }
    return fit(rows), figures
