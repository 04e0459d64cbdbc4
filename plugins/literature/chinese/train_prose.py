"""Making the prose model: counts of the authors and of what came before them, and how to mix them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ....core.progress import Progress, Silent
from ....core.training import split_held_out
from ....core.weights import save_weights
from .prose import ProseEngine, read_pieces
from .prose_counts import build_counts
from .voices import AUTHORS

__all__ = ["fit_mix", "train_prose"]


def train_prose(corpus: Path, target: Path, *, seed: int = 0, progress: Progress | None = None, command: str = "") -> dict[str, Any]:
    """Count the prose under `corpus` (folders of .txt named after authors; .jsonl of older prose), write it to `target`; returns its card.

    Raises InputError below 20,000 characters or without a voice.
    """
    progress = progress or Silent()
    progress.update(0.0, "reading the prose")
    pieces = read_pieces(corpus)
    named = {a for a, _, _ in pieces if a in AUTHORS} or {a for a, _, _ in pieces if a}
    if not named or sum(len(t) for _, _, t in pieces) < 20_000:
        found_size = sum(len(t) for _, _, t in pieces)
        raise InputError(f"{str(corpus)!r} holds {found_size} characters of Chinese prose in {len(pieces)} texts; at least 20,000 are needed")
    kept, held = split_held_out([f"{a}/{n}" for a, n, _ in pieces], 0.06)
    judged = [pieces[i] for i in held if pieces[i][0] in named]
    learned = [p for p in (pieces[i] for i in [*kept, *held]) if p not in judged]
    count: Counter[str] = Counter()
    for author, _, text in learned:
        for char, n in Counter(text).items():
            count[char] += (20 if author in named else 1) * n
    chars = "".join(sorted(c for c, _ in count.most_common(6000)))
    ids = {c: i + 2 for i, c in enumerate(chars)}

    def row(texts: list[str]) -> NDArray[np.int64]:
        out = [0]
        for text in texts:
            out += [*(ids.get(c, 1) for c in text), 0]
        return np.array(out, np.int64)

    size = len(chars) + 2
    arrays: dict[str, NDArray[Any]] = {"chars": np.frombuffer(chars.encode(), np.uint8)}
    for number, author in enumerate(sorted(named)):
        progress.update(0.1 + 0.2 * number / len(named), f"counting {author}")
        found = build_counts(row([t for a, _, t in learned if a == author]), size, least=(1, 1, 2, 2))
        arrays |= {f"{author}.{k}": v for k, v in found.items()}
    progress.update(0.4, "counting all")
    arrays |= {f"base.{k}": v for k, v in build_counts(row([t for _, _, t in learned]), size, least=(1, 2, 5, 8)).items()}
    arrays["mix"] = np.full((16, 3), (0.6, 0.25, 0.15), np.float32).reshape(-1)
    engine = ProseEngine(arrays, {})
    progress.update(0.9, "mixing")
    mix, figures = fit_mix(engine, judged)
    arrays["mix"] = mix.astype(np.float32).reshape(-1)
    card = {
        "model": "prose-zh",
        "summary": "counted characters of three writers and of older prose, mixed with the text's own",
        "data": f"{len(learned)} texts, {sum(len(t) for _, _, t in learned)} characters; {len(judged)} texts held out",
        "voices": [AUTHORS.get(a, a) for a in sorted(named)],
        "licence": "texts in the public domain; weights MIT", "steps": 1, "seed": seed, "evaluation": figures, "command": command,
        "config": {"order": 4, "least": [1, 2, 5, 8]},
    }
    save_weights(target, arrays, card)
    return card


def fit_mix(engine: ProseEngine, judged: list[tuple[str, str, str]], *, rounds: int = 30) -> tuple[NDArray[np.float64], dict[str, Any]]:
    """(weights (4, 4, 3) by the depth of the author's and the text's own context, held-out figures).

    Expectation maximisation over the held-out pieces; the figures are of the other half each time, so that no piece
    is measured with weights that were fitted on it.
    """
    rows = [engine.parts(text, author) for author, _, text in judged]

    def fit(some: list[tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]]) -> NDArray[np.float64]:
        mix = np.full((4, 4, 3), (0.6, 0.25, 0.15))
        if not some:
            return mix
        p, deep, own = (np.concatenate([r[i] for r in some]) for i in range(3))
        for _ in range(rounds):
            share = p * mix[deep, own]
            share /= share.sum(axis=1, keepdims=True) + 1e-30
            for a in range(4):
                for c in range(4):
                    here = share[(deep == a) & (own == c)]
                    total = here.sum(axis=0) + np.array((1.2, 0.5, 0.3))
                    mix[a, c] = total / total.sum()
        return mix

    figures: dict[str, Any] = {}
    bits: dict[str, list[float]] = {}
    size: dict[str, int] = {}
    for half in (0, 1):
        mix = fit(rows[half::2])
        for (author, _, text), (p, deep, own) in list(zip(judged, rows, strict=True))[1 - half :: 2]:
            bits.setdefault(author, []).append(float(-np.log2((p * mix[deep, own]).sum(axis=1)).sum()))
            size[author] = size.get(author, 0) + len(text) + 1
    for author in sorted(bits):
        figures[author] = {"held_out_bits_per_character": round(sum(bits[author]) / size[author], 4), "characters": size[author]}
    return fit(rows), figures
