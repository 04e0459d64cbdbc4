"""What a text knows of itself: its own n-grams so far, and what it said last."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ORDERS", "BackoffMemory", "TextMemory"]

ORDERS = 4
_LATELY = 150


class _TextCounts:
    """Counts of a text so far: what followed each context of none to three tokens."""

    def __init__(self) -> None:
        self.tables: list[dict[tuple[int, ...], dict[int, int]]] = [{} for _ in range(ORDERS)]
        self.totals: list[dict[tuple[int, ...], int]] = [{} for _ in range(ORDERS)]

    def add(self, before: Sequence[int], token: int) -> None:
        """Count one more token. before: those before it, of which three count."""
        for order in range(min(ORDERS, len(before) + 1)):
            context = tuple(before[len(before) - order :])
            row = self.tables[order].setdefault(context, {})
            row[token] = row.get(token, 0) + 1
            self.totals[order][context] = self.totals[order].get(context, 0) + 1

    def known(self, before: Sequence[int]) -> Iterator[tuple[int, dict[int, int], int]]:
        """(order, what followed its context, how often) of the contexts that are known, the shortest first."""
        for order in range(min(ORDERS, len(before) + 1)):
            context = tuple(before[len(before) - order :])
            total = self.totals[order].get(context)
            if not total:
                return
            yield order, self.tables[order][context], total


class TextMemory(_TextCounts):
    """Shares among what followed, order by order, and among the last 150 tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.late: deque[int] = deque(maxlen=_LATELY)
        self.lately: Counter[int] = Counter()

    def probabilities(self, before: Sequence[int], token: int) -> tuple[list[float], int]:
        """(share of `token` after the last 0 to 3 of `before`, and among the last 150; number of orders that know their
        context).
        """
        shares, depth = [0.0] * (ORDERS + 1), 0
        for order, row, total in self.known(before):
            shares[order], depth = row.get(token, 0) / total, order + 1
        if self.late:
            shares[ORDERS] = self.lately[token] / len(self.late)
        return shares, depth

    def distributions(self, before: Sequence[int], size: int) -> tuple[NDArray[np.float64], int]:
        """The same over all tokens, shape (orders + 1, size)."""
        shares, depth = np.zeros((ORDERS + 1, size)), 0
        for order, row, total in self.known(before):
            shares[order, list(row)] = np.fromiter(row.values(), float) / total
            depth = order + 1
        if self.late:
            shares[ORDERS, list(self.lately)] = np.fromiter(self.lately.values(), float) / len(self.late)
        return shares, depth

    def add(self, before: Sequence[int], token: int) -> None:
        """Count one more token."""
        super().add(before, token)
        if len(self.late) == _LATELY:
            oldest = self.late[0]
            self.lately[oldest] -= 1
            if not self.lately[oldest]:
                del self.lately[oldest]
        self.late.append(token)
        self.lately[token] += 1

    def read(self, ids: Sequence[int]) -> None:
        """Count a stretch of text."""
        row = list(ids)
        for i, token in enumerate(row):
            self.add(row[max(0, i - ORDERS + 1) : i], token)


class BackoffMemory(_TextCounts):
    """The Pitman-Yor estimate of what follows, on top of a given base.

    strengths: pseudo-counts of the base at each order; discount: taken from each count.
    """

    def __init__(self, strengths: Sequence[float] = (30_000.0, 20.0, 3.0, 1.0), discount: float = 0.8) -> None:
        super().__init__()
        self.strengths, self.discount = tuple(strengths), discount

    def probability(self, history: Sequence[int], word: int, base: float) -> float:
        """p(word) after a history, given the base's p."""
        p = base
        for order, row, total in self.known(history):
            strength = self.strengths[order]
            p = (max(0.0, row.get(word, 0) - self.discount) + (self.discount * len(row) + strength) * p) / (
                total + strength
            )
        return p

    def distribution(self, history: Sequence[int], base: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same over all words."""
        p = base
        for order, row, total in self.known(history):
            strength = self.strengths[order]
            p = p * ((self.discount * len(row) + strength) / (total + strength))
            p[list(row)] += (np.fromiter(row.values(), float) - self.discount) / (total + strength)
        return p
