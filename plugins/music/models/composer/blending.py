"""How counts are mixed into the probabilities of the nets, so that the result is a probability again.

From the shortest context to the longest, p becomes (max(c - d, 0) + (s + d k) p) / (n + s): c times the token followed
the context, n times anything did, k different things did (interpolated discounting, after Kneser and Ney 1995 and Teh
2006, with the nets as base). The strength s and the discount d of each context length were fitted on our own held-out
works; s may depend on how undecided the nets are, and on k. Summed over all tokens, p stays 1.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .continuations import group_of

__all__ = ["Array", "blend", "parameters"]

PATH = Path(__file__).parent / "data" / "blend.json"
Array = NDArray[np.float64]
BOUND = 12.0
"""Largest logarithm of a strength."""


@lru_cache(maxsize=1)
def _table() -> dict[str, list[object]]:
    return dict(json.loads(PATH.read_text("utf-8"))) if PATH.exists() else {}


def parameters(style: str) -> Array | None:
    """(components, 2, 4) of a style or its group: log strength, its slope with undecidedness, logit of the discount,
    slope with log k. None if unfitted.
    """
    row = _table().get(style) or _table().get(group_of(style))
    return None if row is None else np.array(row, float)


def blend(logs: Array, undecided: Array, counts: NDArray[np.float32], weights: Array) -> Array:
    """(n, 2) log probabilities of what stands there, counts mixed in.

    logs, undecided: (n, 2) the nets' log probability and entropy in nats, of pitch and of length; counts: (n,
    components, 2, 3); weights: `parameters`.
    """
    p = np.exp(logs)
    for component in range(counts.shape[1]):
        seen, total, kinds = np.moveaxis(counts[:, component].astype(np.float64), -1, 0)
        a = weights[component]
        strength = a[:, 0] + a[:, 1] * (undecided - 1) + a[:, 3] * np.log(np.maximum(kinds, 1))
        s = np.exp(BOUND * np.tanh(strength / BOUND))
        d = 1 / (1 + np.exp(-a[:, 2]))
        mixed = ((seen - d) * (seen > 0) + (s + d * kinds) * p) / (total + s)
        p = np.where(total > 0, mixed, p)
    return np.log(p)
