"""Making the prose model: counts of the authors and of what came before them, a network, and how to mix them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.progress import Progress, Silent
from .....core.training import split_held_out
from .....core.weights import save_weights
from ...chinese.voices import AUTHORS
from ...lm.counts import build_counts
from ...lm.runs import Runs
from .engine import BUCKETS, RUN, SOURCES, ProseEngine, read_pieces
from .stretches import SIZES, Stretches, train_network

__all__ = ["fit_mix", "train_prose"]

Piece = tuple[str, str, str]
_RUN_BITS = 1 << 24
_SAMPLE = 400


def train_prose(
    corpus: Path,
    target: Path,
    *,
    folder: Path | None = None,
    minutes: float = 0.0,
    seed: int = 0,
    resume: bool = False,
    size: str = "base",
    progress: Progress | None = None,
    command: str = "",
    licence: str = "",
    steps: int = 1_000_000_000,
    device: str = "cpu",
) -> dict[str, Any]:
    """Learn the prose under `corpus` (folders of .txt named after authors; .jsonl of older prose), write it to
    `target`; returns its card.

    The network is trained for `minutes` in `folder`; with no minutes the model is counted only.
    Raises InputError below 20,000 characters or without a voice.
    """
    progress = progress or Silent()
    progress.update(0.0, "reading the prose")
    learned, judged, named = _divide(read_pieces(corpus), corpus)
    count: Counter[str] = Counter()
    for author, _, text in learned:
        for char, n in Counter(text).items():
            count[char] += (20 if author in named else 1) * n
    chars = "".join(sorted(c for c, _ in count.most_common(6000)))
    ids = {c: i + 2 for i, c in enumerate(chars)}

    def row(texts: Sequence[str]) -> NDArray[np.int64]:
        out = [0]
        for text in texts:
            out += [*(ids.get(c, 1) for c in text), 0]
        return np.array(out, np.int64)

    vocabulary = len(chars) + 2
    arrays: dict[str, NDArray[Any]] = {"chars": np.frombuffer(chars.encode(), np.uint8)}
    stretches = Stretches([(a if a in named else "", n, row([t])[:-1]) for a, n, t in learned], named, vocabulary)
    facts: dict[str, Any] = {"steps": 1, "seconds": 0, "parameters": 0}
    config: dict[str, Any] = {"order": 4, "heads": max(1, SIZES[size][0] // 64), "size": size}
    if minutes > 0 and folder is not None:
        held = [(a, n, row([t])[:-1]) for a, n, t in judged]
        network, result = train_network(
            stretches,
            held,
            folder,
            minutes=minutes,
            seed=seed,
            resume=resume,
            size=size,
            progress=progress,
            steps=steps,
            device=device,
        )
        arrays |= {f"net.{k}": v for k, v in network.arrays().items()}
        facts = {
            "steps": result.steps,
            "seconds": round(result.seconds),
            "parameters": sum(p.numel() for p in network.parameters()),
            "network_held_out_bits_per_character": round(result.best or 0.0, 4),
        }
        config |= {"width": network.config.width, "layers": network.config.layers, "hidden": network.config.hidden}
    for number, author in enumerate(named):
        progress.update(0.9 + 0.02 * number / len(named), f"counting {author}")
        arrays |= _prefixed(
            author, build_counts(row([t for a, _, t in learned if a == author]), vocabulary, least=(1, 1, 2, 2))
        )
    kin = _kin(stretches)
    near = [t for a, n, t in learned if a in named or n in kin]
    arrays |= _prefixed("kin", build_counts(row(near), vocabulary, least=(1, 1, 2, 2)))
    progress.update(0.94, "counting all")
    arrays |= _prefixed("base", build_counts(row([t for _, _, t in learned]), vocabulary, least=(1, 3, 12, 16)))
    arrays["runs"] = Runs.build(near, RUN, _RUN_BITS).packed
    arrays["mix"] = np.full(BUCKETS * SOURCES, 1 / SOURCES, np.float32)
    engine = ProseEngine(arrays, {"config": config})
    progress.update(0.97, "mixing")
    mix, figures = fit_mix(engine, judged)
    arrays["mix"] = mix.astype(np.float32).reshape(-1)
    card = {
        "model": "prose-zh",
        "summary": "a small network over characters and counts of three writers and of older prose, mixed with the text's "
        "own",
        "data": f"{len(learned)} texts, {sum(len(t) for _, _, t in learned)} characters; {len(judged)} texts held out; "
        f"from {corpus.name!r}",
        "voices": [AUTHORS.get(a, a) for a in named],
        "kin": sorted(kin),
        "licence": licence,
        "seed": seed,
        "evaluation": figures,
        "command": command,
        "config": config,
        "facts": {"real_longest_run": _real_runs(engine, judged)},
        **facts,
    }
    save_weights(target, arrays, card)
    return card


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
