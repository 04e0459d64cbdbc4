"""What a text knows of itself: its own n-grams so far, and what it said last."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ORDERS", "TextMemory"]

ORDERS = 4
_LATELY = 150


class TextMemory:
    """Counts of a text so far: n-grams of orders 1 to 4, and the last 150 characters."""

    def __init__(self) -> None:
        self.tables: list[dict[tuple[int, ...], dict[int, int]]] = [{} for _ in range(ORDERS)]
        self.totals: list[dict[tuple[int, ...], int]] = [{} for _ in range(ORDERS)]
        self.late: deque[int] = deque(maxlen=_LATELY)
        self.lately: Counter[int] = Counter()

    def probabilities(self, before: Sequence[int], char: int) -> tuple[list[float], int]:
        """(share of `char` after the last 0 to 3 of `before`, and among the last 150 characters; number of orders that
        know their context).
        """
        found, depth = [0.0] * (ORDERS + 1), 0
        for k in range(min(ORDERS, len(before) + 1)):
            context = tuple(before[len(before) - k :]) if k else ()
            total = self.totals[k].get(context)
            if not total:
                break
            found[k], depth = self.tables[k][context].get(char, 0) / total, k + 1
        if self.late:
            found[ORDERS] = self.lately[char] / len(self.late)
        return found, depth

    def distributions(self, before: Sequence[int], size: int) -> tuple[NDArray[np.float64], int]:
        """The same over all characters, shape (orders + 1, size)."""
        found, depth = np.zeros((ORDERS + 1, size)), 0
        for k in range(min(ORDERS, len(before) + 1)):
            context = tuple(before[len(before) - k :]) if k else ()
            total = self.totals[k].get(context)
            if not total:
                break
            row, depth = self.tables[k][context], k + 1
            found[k, list(row)] = np.fromiter(row.values(), float) / total
        if self.late:
            found[ORDERS, list(self.lately)] = np.fromiter(self.lately.values(), float) / len(self.late)
        return found, depth

    def add(self, before: Sequence[int], char: int) -> None:
        """Count one more character."""
        for k in range(min(ORDERS, len(before) + 1)):
            context = tuple(before[len(before) - k :]) if k else ()
            row = self.tables[k].setdefault(context, {})
            row[char] = row.get(char, 0) + 1
            self.totals[k][context] = self.totals[k].get(context, 0) + 1
        if len(self.late) == _LATELY:
            oldest = self.late[0]
            self.lately[oldest] -= 1
            if not self.lately[oldest]:
                del self.lately[oldest]
        self.late.append(char)
        self.lately[char] += 1

    def read(self, ids: Sequence[int]) -> None:
        """Count a stretch of text."""
        row = list(ids)
        for i, char in enumerate(row):
            self.add(row[max(0, i - ORDERS + 1) : i], char)
