"""Interpolated Kneser-Ney n-grams over tokens, pruned and packed into a trie of a few megabytes.

p(w | context) = a(context, w) + gamma(context) p(w | shorter context). `a` is stored as a byte on a logarithmic scale;
what
pruning and rounding leave over is gamma, so that each distribution sums to one exactly. Kneser and Ney (1995), with one
discount an order. Counts of the lower orders are numbers of left contexts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .trie import begins, continuations, narrow, ngrams_of, totals_by_context, widen

__all__ = ["Ngrams", "build_ngrams"]

_STEP = 0.06
"""One unit of a stored byte, in nats: 255 of them reach e^-15.3."""

Ints = NDArray[np.int64]


@dataclass
class Ngrams:
    """A trie. Level k (from 0) holds the (k + 1)-grams: words[k] uint16, values[k] uint8, children[k] numbers of
    children (none on the last).

    Nodes lie in the order of their parents, then by word; `first[k]` says where each one's children begin.
    """

    vocabulary: int
    words: list[NDArray[np.uint16]]
    values: list[NDArray[np.uint8]]
    children: list[Ints]

    def __post_init__(self) -> None:
        self.first: list[Ints] = [begins(c) for c in self.children]
        self.mass = [np.where(v < 255, np.exp(-_STEP * v.astype(np.float64)), 0.0) for v in self.values]
        self.gamma = []
        for level, first in enumerate(self.first):
            total = np.concatenate([[0.0], np.cumsum(self.mass[level + 1])])
            self.gamma.append(1.0 - (total[first[1:]] - total[first[:-1]]))
        self.root_gamma = 1.0 - float(self.mass[0].sum())
        self.unigram = np.full(self.vocabulary, self.root_gamma / self.vocabulary)
        self.unigram[self.words[0]] += self.mass[0]
        self._root = np.full(self.vocabulary, -1, np.int64)
        self._root[self.words[0]] = np.arange(len(self.words[0]))
        # Single numbers are read from views four times as fast as from arrays.
        self._spelled = [np.ascontiguousarray(w).data for w in self.words]
        self._begins = [np.ascontiguousarray(f).data for f in self.first]

    @property
    def order(self) -> int:
        """Length of the longest n-grams."""
        return len(self.words)

    def _child(self, level: int, node: int, word: int) -> int:
        words, first = self._spelled[level + 1], self._begins[level]
        high = first[node + 1]
        at = bisect_left(words, word, first[node], high)
        return at if at < high and words[at] == word else -1

    def path(self, context: Sequence[int]) -> list[tuple[int, int]]:
        """(level, node) of each suffix of the context that the trie knows, the shortest first."""
        found = []
        for length in range(1, min(len(context), self.order - 1) + 1):
            suffix = context[-length:]
            node = int(self._root[suffix[0]])
            for level, word in enumerate(suffix[1:]):
                if node < 0:
                    break
                node = self._child(level, node, int(word))
            if node < 0:
                break
            found.append((length - 1, node))
        return found

    def probability(self, context: Sequence[int], word: int) -> tuple[float, int]:
        """(p, length of the longest context used)."""
        p, used = float(self.unigram[word]), 0
        for level, node in self.path(context):
            child = self._child(level, node, word)
            p = float(self.gamma[level][node]) * p + (float(self.mass[level + 1][child]) if child >= 0 else 0.0)
            used = level + 1
        return p, used

    def distribution(self, context: Sequence[int]) -> NDArray[np.float64]:
        """p of every token after the context, of shape (vocabulary,)."""
        p = self.unigram.copy()
        for level, node in self.path(context):
            low, high = int(self.first[level][node]), int(self.first[level][node + 1])
            p *= float(self.gamma[level][node])
            p[self.words[level + 1][low:high]] += self.mass[level + 1][low:high]
        return p

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """What is stored, by name."""
        out: dict[str, NDArray[Any]] = {}
        for k, (words, values) in enumerate(zip(self.words, self.values, strict=True)):
            out[f"{prefix}.words.{k}"], out[f"{prefix}.values.{k}"] = words, values
            if k < len(self.children):
                out[f"{prefix}.children.{k}"], out[f"{prefix}.many.{k}"] = narrow(self.children[k])
        return out

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]], prefix: str, vocabulary: int) -> Ngrams:
        """The inverse of `arrays`."""
        order = sum(name.startswith(f"{prefix}.words.") for name in arrays)
        return cls(
            vocabulary,
            [arrays[f"{prefix}.words.{k}"] for k in range(order)],
            [arrays[f"{prefix}.values.{k}"].astype(np.uint8) for k in range(order)],
            [widen(arrays[f"{prefix}.children.{k}"], arrays[f"{prefix}.many.{k}"]) for k in range(order - 1)],
        )


def build_ngrams(
    tokens: NDArray[np.uint16], vocabulary: int, *, least: Sequence[int] = (1, 2, 2, 2), most: int = 900_000
) -> Ngrams:
    """Count, discount, prune. tokens: one long stream; least: smallest raw count kept at each order; most: n-grams kept
    an order.

    An n-gram stays only if its context stays.
    """
    order, bits = len(least), int(vocabulary - 1).bit_length()
    stream = tokens.astype(np.int64)
    counted = [np.unique(ngrams_of(stream, k, bits), return_counts=True) for k in range(1, order + 1)]
    codes, raw = [c for c, _ in counted], [n for _, n in counted]
    weights = [continuations(codes[k], codes[k + 1], k + 1, bits) for k in range(order - 1)] + raw[-1:]
    kept_codes: list[Ints] = []
    words, values, children = [], [], []
    for k in range(order):
        keep = raw[k] >= least[k]
        if k:
            keep &= np.isin(codes[k] >> bits, kept_codes[k - 1], assume_unique=False)
        if keep.sum() > most:
            limit = np.partition(raw[k][keep], -most)[-most]
            keep &= raw[k] > limit
        context = codes[k] >> bits if k else np.zeros(len(codes[k]), np.int64)
        values.append(_bytes(weights[k], context, keep))
        kept_codes.append(codes[k][keep])
        words.append((codes[k][keep] & ((1 << bits) - 1)).astype(np.uint16))
        if k:
            parent = np.searchsorted(kept_codes[k - 1], kept_codes[k] >> bits)
            children.append(np.bincount(parent, minlength=len(kept_codes[k - 1])).astype(np.int64))
    return Ngrams(vocabulary, words, values, children)


def _bytes(weight: Ints, context: Ints, keep: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(count - discount) / total of the context for the kept ones, rounded down to a byte."""
    one, two = int((weight == 1).sum()), int((weight == 2).sum())
    discount = one / (one + 2 * two) if one + two else 0.5
    _, totals, sizes = totals_by_context(context, weight)
    per = np.repeat(totals, sizes)
    share = (weight[keep] - discount) / per[keep]
    return np.clip(np.ceil(-np.log(np.maximum(share, 1e-9)) / _STEP), 0, 255).astype(np.uint8)
