"""What the verse model says too often.

A model that is drawn from says the common words of poems more often than poets do (故人 twice, 闲身 six times as often),
the more so when the likeliest of many drafts is kept: thirty quatrains in a row then read alike. So the finished model is
drawn from once, on titles of real poems (`training.count_overuse`); a pair of characters in a foot that comes more often than in the corpus is
noted with the logarithm of the ratio, and that much is taken from its logit whenever a poem is written. What is said
becomes as varied as the corpus says it, without a bolder temperature, which brings nonsense before it brings variety.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Overuse"]

_Groups = list[tuple[NDArray[np.int64], NDArray[np.float32]] | None]


class Overuse:
    """The noted pairs over an engine's columns: pairs (n, 2) of left and right column, amounts (n,) in nats."""

    def __init__(self, pairs: NDArray[np.integer[Any]], amounts: NDArray[np.floating[Any]], size: int) -> None:
        self.left_of = _grouped(pairs[:, 1], pairs[:, 0], amounts, size)
        self.right_of = _grouped(pairs[:, 0], pairs[:, 1], amounts, size)

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]], column: Mapping[str, int]) -> Overuse:
        """From a model's arrays, none if it was not counted; pairs with a character that is not
        written are left out.
        """
        text = arrays["overused"].tobytes().decode("utf-8") if "overused" in arrays else ""
        texts = [text[i : i + 2] for i in range(0, len(text), 2)]
        amounts = np.asarray(arrays["overuse"] if texts else [], np.float32)
        kept = [i for i, t in enumerate(texts) if t[0] in column and t[1] in column]
        pairs = np.array([[column[texts[i][0]], column[texts[i][1]]] for i in kept], np.int64).reshape(-1, 2)
        return cls(pairs, amounts[kept], len(column))

    @staticmethod
    def take(add: NDArray[np.float32], beside: NDArray[np.integer[Any]], groups: _Groups, weight: float) -> None:
        """Lower the logits `add` (rows, columns) by `weight` times what is noted next to the columns `beside` (rows,),
        -1 for none.
        """
        for row, column in enumerate(beside):
            found = groups[column] if column >= 0 else None
            if found is not None:
                add[row, found[0]] -= weight * found[1]


def _grouped(
    key: NDArray[np.integer[Any]],
    other: NDArray[np.integer[Any]],
    amounts: NDArray[np.floating[Any]],
    size: int,
) -> _Groups:
    groups: _Groups = [None] * size
    for column in np.unique(key):
        rows = key == column
        groups[int(column)] = (other[rows].astype(np.int64), amounts[rows].astype(np.float32))
    return groups
