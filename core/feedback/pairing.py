"""Which works are set side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .taste import Features, Taste

__all__ = ["choose_pairs"]


def choose_pairs(
    works: Sequence[Features], count: int, *, taste: Taste | None = None, seed: int = 0
) -> list[tuple[int, int]]:
    """At most `count` pairs of some works, each pair once, no work much more often than another.

    taste: then those come first whose answer teaches most; without one they are drawn. The sides are drawn in either case.
    """
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(len(works), 1)
    if taste is None:
        order = rng.permutation(len(first))
    else:
        order = np.argsort(-taste.information(works, np.stack([first, second], 1)), kind="stable")
    most = -(-2 * min(count, len(first)) // len(works)) + 1  # of one work: half as often again as its share would be
    used: Counter[int] = Counter()
    chosen: list[tuple[int, int]] = []
    for number in order:
        a, b = int(first[number]), int(second[number])
        if len(chosen) == count:
            break
        if max(used[a], used[b]) < most:
            used.update((a, b))
            chosen.append((a, b) if rng.random() < 0.5 else (b, a))
    return chosen
