"""Words by their tokens: which token may come next so that a word out of a set is being written.

Words are sorted by their tokens, so the words that begin alike are one run, and what is true of some word of each run is
one reduction over the sorted words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["WordTokens"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


class WordTokens:
    """words: (n,) numbers of words, sorted by their tokens; table: (n, longest) tokens, -1 behind the last.

    A place among the words is a run `[low, high)` of those that share their first `depth` tokens.
    """

    def __init__(self, tokens: Sequence[tuple[int, ...]]) -> None:
        """tokens: of each word, () for a word that cannot be written."""
        there = [i for i, ids in enumerate(tokens) if ids]
        there.sort(key=lambda i: tokens[i])
        self.words = np.array(there, np.int64)
        longest = max((len(tokens[i]) for i in there), default=1)
        self.table = np.full((len(there), longest + 1), -1, np.int64)
        for row, i in enumerate(there):
            self.table[row, : len(tokens[i])] = tokens[i]
        first = self.table[:, 0]
        self.starts = np.flatnonzero(np.r_[True, first[1:] != first[:-1]]) if len(there) else np.zeros(0, np.int64)
        self.roots = first[self.starts]

    def first(self, worth: Array) -> tuple[Ints, Array]:
        """The tokens that words begin with, and the best worth of a word behind each; those of no worth (-inf) are left
        out. worth: by word number.
        """
        best = np.maximum.reduceat(worth[self.words], self.starts)
        good = np.isfinite(best)
        return self.roots[good], best[good]

    def run_of(self, token: int) -> tuple[int, int]:
        """The run of the words that begin with a token."""
        place = int(np.searchsorted(self.roots, token))
        low = int(self.starts[place])
        high = int(self.starts[place + 1]) if place + 1 < len(self.starts) else len(self.words)
        return low, high

    def next(self, low: int, high: int, depth: int, worth: Array) -> tuple[Ints, Array]:
        """As `first`, for the token behind the first `depth` of a run."""
        column = self.table[low:high, depth]
        value = worth[self.words[low:high]]
        found: dict[int, float] = {}
        for token, of in zip(column.tolist(), value.tolist(), strict=True):
            if token >= 0 and of > found.get(token, -np.inf):
                found[token] = of
        return np.array(list(found), np.int64), np.array(list(found.values()), np.float32)

    def inside(self, low: int, high: int, depth: int, token: int) -> tuple[int, int]:
        """The part of a run that goes on with a token; empty where none does."""
        column = self.table[low:high, depth]
        found = np.flatnonzero(column == token)
        return (low + int(found[0]), low + int(found[-1]) + 1) if len(found) else (low, low)

    def whole(self, low: int, depth: int) -> int:
        """The number of the word that a run of `depth` tokens is, or -1: a word is sorted before those that go on."""
        return int(self.words[low]) if self.table[low, depth] < 0 else -1
