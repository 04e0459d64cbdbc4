"""What tries of n-grams are counted and stored with, whatever their smoothing.

An n-gram is one number, its tokens in `bits` bits each, so that sorted n-grams lie by their contexts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["begins", "continuations", "narrow", "ngrams_of", "totals_by_context", "widen"]

Ints = NDArray[np.int64]


def ngrams_of(tokens: Ints, order: int, bits: int) -> Ints:
    """The n-grams of a row of tokens as numbers, in the order in which they stand."""
    codes = np.zeros(max(0, len(tokens) - order + 1), np.int64)
    for i in range(order):
        codes = (codes << bits) | tokens[i : len(tokens) - order + 1 + i]
    return codes


def continuations(codes: Ints, longer: Ints, order: int, bits: int) -> Ints:
    """For each n-gram the number of different tokens that stand before it, one at least. codes, longer: the different
    n-grams of an order and of the next one, sorted.
    """
    tails, count = np.unique(longer & ((1 << (bits * order)) - 1), return_counts=True)
    out = np.ones(len(codes), np.int64)
    out[np.searchsorted(codes, tails)] = count
    return out


def totals_by_context(contexts: Ints, values: NDArray[np.generic]) -> tuple[Ints, NDArray[np.generic], Ints]:
    """(where each context begins, the sum of the values behind it, how many they are). contexts: sorted."""
    starts = np.flatnonzero(np.concatenate([[True], contexts[1:] != contexts[:-1]]))
    return starts, np.add.reduceat(values, starts), np.diff(np.concatenate([starts, [len(contexts)]]))


def begins(children: Ints) -> Ints:
    """Where the children of each node begin, and behind the last one where they end."""
    return np.concatenate([[0], np.cumsum(children)])


def narrow(counts: Ints) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Numbers of children, most of them small, in a byte each: (counts of shape (n,) in bytes, rows of (node, count) for
    the few of 255 or more).
    """
    many = np.flatnonzero(counts >= 255)
    return np.minimum(counts, 255).astype(np.uint8), np.stack([many, counts[many]], axis=1).astype(np.int32)


def widen(counts: NDArray[np.uint8], many: NDArray[np.int32]) -> Ints:
    """The inverse of `narrow`."""
    wide = counts.astype(np.int64)
    wide[many[:, 0]] = many[:, 1]
    return wide
