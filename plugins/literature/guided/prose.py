"""Prose by any language model: a page drawn token by token, whole sentences, the best of a few."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ....core.pretrained.causal import CausalModel
from ....core.pretrained.token_tree import Rows

__all__ = ["Page", "write_pages"]

MIN_P = 0.05
AGAIN = 0.8
"""What a token costs, in nats, for each time that it stood among the last `WINDOW` (function words excepted by their chance)."""
WINDOW = 60
_ENDS = "。！？…" + ".!?"
_CLOSERS = "\"'”’」』)）"


@dataclass(frozen=True)
class Page:
    """What was written, the opening included; score: mean natural logarithm of the chance of a token."""

    text: str
    score: float


def write_pages(
    model: CausalModel,
    prompt: Sequence[int],
    opening: str,
    length: int,
    rng: np.random.Generator,
    *,
    chinese: bool,
    rows: int,
    temperature: float,
    tell: Callable[[float, str], None],
) -> list[Page]:
    """Up to `rows` pages of about `length` words (Chinese: characters), the best first; each ends with a sentence."""
    batch = model.read(prompt).take([0] * rows)
    said: list[list[int]] = [[] for _ in range(rows)]
    sums = np.zeros(rows)
    living = list(range(rows))
    limit = min(int(3 * length) + 40, model.width - len(prompt) - 1)
    for step in range(limit):
        tell(min(1.0, step / (1.4 * length)), model.decode(said[living[0]])[-60:])
        tokens = [_next(batch, row, said[of], rng, temperature, model.ends) for row, of in enumerate(living)]
        going = []
        for row, (of, token) in enumerate(zip(living, tokens, strict=True)):
            sums[of] += batch.log_p[row, token]
            if token in model.ends:
                continue
            said[of].append(token)
            if step % 8 or not _is_full(opening + model.decode(said[of]), length, chinese):
                going.append(row)
        if not going:
            break
        living, tokens = [living[row] for row in going], [tokens[row] for row in going]
        batch = batch.take(going).step(tokens)
    pages = [
        Page(_trimmed(opening + model.decode(tokens), length, chinese), float(total / max(1, len(tokens))))
        for tokens, total in zip(said, sums, strict=True)
        if tokens
    ]
    return sorted((page for page in pages if page.text.strip()), key=lambda page: -page.score)


def _next(
    batch: Rows, row: int, said: list[int], rng: np.random.Generator, temperature: float, ends: frozenset[int]
) -> int:
    value = batch.log_p[row].astype(np.float64)
    if len(said) < 12:
        value[list(ends)] = -np.inf
    recent, counts = np.unique(said[-WINDOW:], return_counts=True) if said else (np.zeros(0, np.int64), np.zeros(0))
    value[recent.astype(np.int64)] -= AGAIN * np.maximum(0, counts - 1)
    value = (value - value.max()) / temperature
    share = np.where(value > np.log(MIN_P) / temperature, np.exp(value), 0)
    return int(rng.choice(len(share), p=share / share.sum()))


def _size(text: str, chinese: bool) -> int:
    return sum("\u3400" <= c <= "\u9fff" for c in text) if chinese else len(text.split())


def _is_full(text: str, length: int, chinese: bool) -> bool:
    return _size(text, chinese) > 1.1 * length


def _trimmed(text: str, length: int, chinese: bool) -> str:
    """The sentences that come nearest to the length; all there is where no sentence ends."""
    ends = [found.end() for found in re.finditer(rf"[{_ENDS}]+[{_CLOSERS}]*", text)]
    if not ends:
        return text.strip()
    return text[: min(ends, key=lambda end: abs(_size(text[:end], chinese) - length))].strip()
