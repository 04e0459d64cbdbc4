"""Counted Chinese prose: Kneser-Ney n-grams of characters in a compact trie.

A level holds the n-grams of one order, sorted by (node of the context, character): for each its character, its
discounted share of the context, and, for the next level, the weight with which the context gives way to the shorter
one.
Rare n-grams are pruned; their mass goes to the shorter context, so each distribution still sums to one.
Kneser and Ney 1995; three discounts by count as in Chen and Goodman 1999.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .trie import begins, continuations, narrow, ngrams_of, totals_by_context, widen

__all__ = ["Counts", "build_counts"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def _discounts(counts: NDArray[np.float64]) -> tuple[float, float, float]:
    n = [float((counts == k).sum()) + 1.0 for k in (1, 2, 3, 4)]
    y = n[0] / (n[0] + 2 * n[1])
    return max(0.1, 1 - 2 * y * n[1] / n[0]), max(0.2, 2 - 3 * y * n[2] / n[1]), max(0.3, 3 - 4 * y * n[3] / n[2])


def build_counts(
    ids: Ints, vocabulary: int, *, order: int = 4, least: Sequence[int] = (1, 1, 2, 3)
) -> dict[str, NDArray[Any]]:
    """Arrays of the levels, from one long row of ids (0 parts the pieces; windows over it are dropped except from its
    right).

    least: smallest count of an n-gram that is kept, by order. The n-grams must fit 63 bits.
    """
    bits = int(vocabulary - 1).bit_length()
    arrays: dict[str, NDArray[Any]] = {}
    counted: list[tuple[Ints, Ints]] = []
    for n in range(1, order + 1):
        keys = ngrams_of(ids, n, bits)
        counted.append(np.unique(keys[keys & ((1 << bits) - 1) != 0], return_counts=True))
    kept_keys: Ints = np.zeros(1, np.int64)
    for n in range(1, order + 1):
        keys, raw = counted[n - 1]
        counts = (raw if n == order else continuations(keys, counted[n][0], n, bits)).astype(np.float64)
        d1, d2, d3 = _discounts(counts)
        cut = np.where(counts >= 3, d3, np.where(counts >= 2, d2, d1))
        contexts = keys >> bits
        starts, totals, sizes = totals_by_context(contexts, counts)
        share = (counts - cut) / np.repeat(totals, sizes)
        keep = raw >= least[n - 1]
        if n > 1:
            place = np.searchsorted(kept_keys, contexts)
            place[place == len(kept_keys)] = 0
            keep &= kept_keys[place] == contexts
        mass = np.add.reduceat(np.where(keep, share, 0.0), starts)
        parents = contexts[starts]
        where = np.searchsorted(kept_keys, parents)
        where[where == len(kept_keys)] = 0
        real = kept_keys[where] == parents
        backoff = np.ones(len(kept_keys))
        backoff[where[real]] = 1 - mass[real]
        new = keys[keep]
        children = np.bincount(np.searchsorted(kept_keys, new >> bits), minlength=len(kept_keys))
        arrays[f"children.{n}"], arrays[f"many.{n}"] = narrow(children)
        arrays[f"char.{n}"] = (new & ((1 << bits) - 1)).astype(np.uint16)
        arrays[f"share.{n}"] = _quantise(share[keep])
        arrays[f"backoff.{n}"] = _quantise(backoff)
        kept_keys = new
    return arrays


def _quantise(share: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Shares in (0, 1] on a logarithmic scale of 255 steps down to 2^-20; 0 stays 0."""
    return np.where(share > 0, np.clip(255 + np.rint(np.log2(np.maximum(share, 1e-9)) * 12.7), 1, 255), 0).astype(
        np.uint8
    )


_SCALE = np.where(np.arange(256) > 0, 2.0 ** ((np.arange(256) - 255) / 12.7), 0).astype(np.float32)


class Counts:
    """The trie, ready for use. vocabulary: ids from 0; 0 parts pieces."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], vocabulary: int) -> None:
        self.vocabulary = vocabulary
        self.order = max(int(name.split(".")[1]) for name in arrays)
        self.first = [begins(widen(arrays[f"children.{n}"], arrays[f"many.{n}"])) for n in range(1, self.order + 1)]
        self.chars = [arrays[f"char.{n}"].astype(np.int64) for n in range(1, self.order + 1)]
        self.shares = [arrays[f"share.{n}"] for n in range(1, self.order + 1)]
        self.backoffs = [arrays[f"backoff.{n}"] for n in range(1, self.order + 1)]
        self.keys = [
            np.repeat(np.arange(len(f) - 1), np.diff(f)) * vocabulary + c
            for f, c in zip(self.first, self.chars, strict=True)
        ]
        self._normalise()

    def _normalise(self) -> None:
        """Shares and backoff weights scaled so that, after rounding, each distribution sums to one again."""
        self.weights: list[Floats] = []
        self.mass: list[Floats] = []
        for level in range(self.order):
            first = self.first[level]
            shares = _SCALE[self.shares[level]].astype(np.float64)
            sums = np.diff(np.r_[0.0, np.cumsum(shares)][first])
            weight = np.maximum(_SCALE[self.backoffs[level]].astype(np.float64), 1e-4)
            weight[np.diff(first) == 0] = 1.0
            self.weights.append((weight / (sums + weight)).astype(np.float32))
            self.mass.append((shares / np.repeat(sums + weight, np.diff(first))).astype(np.float32))

    def _find(self, level: int, parents: Ints, chars: Ints) -> Ints:
        """Nodes of (parent, char) at a level (0 is unigrams), -1 where there is none or the parent is -1."""
        keys = self.keys[level]
        wanted = parents * self.vocabulary + chars
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where((parents >= 0) & (keys[place] == wanted), place, -1)

    def score(self, ids: Ints) -> tuple[Floats, NDArray[np.int64]]:
        """(probability of each id from the second on given those before it, length of the longest known context)."""
        chars = ids[1:]
        p = np.full(len(chars), 1.0 / self.vocabulary, np.float32)
        depth = np.zeros(len(chars), np.int64)
        for level in range(self.order):
            nodes = np.zeros(len(chars), np.int64)
            for step in range(level):
                back = level - step
                before = np.r_[np.zeros(max(0, back - 1), np.int64), ids[: len(ids) - back]][: len(chars)]
                nodes = self._find(step, nodes, before)
                if back > 1:
                    nodes[: back - 1] = -1
            own = self._find(level, nodes, chars)
            share = np.where(own >= 0, self.mass[level][np.maximum(own, 0)], 0)
            known = nodes >= 0
            p = np.where(known, share + self.weights[level][np.maximum(nodes, 0)] * p, p).astype(np.float32)
            depth = np.where(known, level, depth)
        return p, depth

    def distribution(self, context: Sequence[int]) -> tuple[Floats, int]:
        """(probabilities of all ids after `context`, length of the longest known context)."""
        p = np.full(self.vocabulary, 1.0 / self.vocabulary, np.float32)
        depth = 0
        for level in range(min(self.order, len(context) + 1)):
            node = 0
            for step, char in enumerate(context[len(context) - level :] if level else ()):
                node = int(self._find(step, np.array([node]), np.array([char]))[0])
                if node < 0:
                    break
            if node < 0:
                continue
            a, b = self.first[level][node], self.first[level][node + 1]
            p = p * self.weights[level][node]
            p[self.chars[level][a:b]] += self.mass[level][a:b]
            depth = level
        return p, depth
