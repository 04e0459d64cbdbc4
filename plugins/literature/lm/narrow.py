"""Numbers of children of the nodes of a trie, most of them small, in a byte each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["narrow", "widen"]


def narrow(counts: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """(counts of shape (n,) in bytes, rows of (node, count) for the few of 255 or more)."""
    many = np.flatnonzero(counts >= 255)
    return np.minimum(counts, 255).astype(np.uint8), np.stack([many, counts[many]], axis=1).astype(np.int32)


def widen(counts: NDArray[np.uint8], many: NDArray[np.int32]) -> NDArray[np.int64]:
    """The inverse of `narrow`."""
    wide = counts.astype(np.int64)
    wide[many[:, 0]] = many[:, 1]
    return wide
