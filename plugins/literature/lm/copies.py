"""Against copying: a Bloom filter of the runs of seven words in the training lines, and of shorter whole lines.

A run that stands in the corpus is always found; one that does not is taken for a copy in about one case of a hundred
(Bloom 1970; five bits an entry, nine and a half bits of filter an entry). Runs are read inside lines, marks left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["RUN", "CopyFilter", "build_copy_filter"]

RUN, SHORTEST, KEYS, BITS = 7, 4, 5, 9.5
_BASE = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def _hash(windows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One number for each row of word numbers, of shape (rows, words)."""
    with np.errstate(over="ignore"):
        value = np.full(len(windows), np.uint64(windows.shape[1]) * _BASE, np.uint64)
        for column in windows.T:
            value = (value ^ (column + np.uint64(1))) * _FIRST
            value ^= value >> np.uint64(29)
        return value


def _places(value: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """(rows, KEYS) places of the filter."""
    with np.errstate(over="ignore"):
        step = ((value ^ (value >> np.uint64(31))) * _SECOND) | np.uint64(1)
        return np.stack([(value + np.uint64(k) * step) % np.uint64(bits) for k in range(KEYS)], axis=1)


def build_copy_filter(words: NDArray[np.int64], line: NDArray[np.int64]) -> NDArray[np.uint8]:
    """A filter as packed bits. words: word numbers, lines one after another; line: the line that each belongs to."""
    found: list[NDArray[np.uint64]] = []
    values = words.astype(np.uint64)
    if len(values) >= RUN:
        inside = np.flatnonzero(line[: len(line) - RUN + 1] == line[RUN - 1 :])
        found.append(_hash(values[inside[:, None] + np.arange(RUN)]))
    starts = np.flatnonzero(np.concatenate([[True], line[1:] != line[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(line)]]))
    for size in range(SHORTEST, RUN):
        of_size = starts[sizes == size]
        if len(of_size):
            found.append(_hash(values[of_size[:, None] + np.arange(size)]))
    hashes = np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)
    bits = max(64, int(len(hashes) * BITS) // 8 * 8)
    table = np.zeros(bits, bool)
    table[_places(hashes, bits).ravel()] = True
    return np.packbits(table)


class CopyFilter:
    """Asks the filter about lines of word numbers in written order (from their ends)."""

    def __init__(self, packed: NDArray[np.uint8]) -> None:
        self.packed, self.bits = packed, len(packed) * 8

    def holds(self, words: Sequence[int]) -> bool:
        """Whether a line of words shares a run of seven, or is itself a known short line."""
        if not self.bits or len(words) < SHORTEST:
            return False
        values = np.array(words, np.uint64)
        windows = values[None] if len(values) < RUN else np.lib.stride_tricks.sliding_window_view(values, RUN)
        places = _places(_hash(windows), self.bits)
        found = (self.packed[places >> np.uint64(3)] >> (np.uint64(7) - (places & np.uint64(7))).astype(np.uint8)) & 1
        return bool(found.all(axis=1).any())
