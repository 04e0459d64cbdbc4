"""Which runs of characters stand in a corpus, without the corpus: a Bloom filter (Bloom 1970).

It errs to one side only: now and then it takes a new run for an old one, so originality is never overrated.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Runs", "only_han"]

_HASHES = 3


def only_han(text: str) -> str:
    """The Chinese characters of a text."""
    return "".join(c for c in text if "\u3400" <= c <= "\u9fff")


class Runs:
    """packed: the filter's bits, eight a byte, a power of two of them; length: characters of a run."""

    def __init__(self, packed: NDArray[np.uint8], length: int) -> None:
        self.packed, self.length = packed, length

    @classmethod
    def build(cls, texts: Iterable[str], length: int, bits: int) -> Runs:
        """The filter of all runs of `length` Chinese characters of some texts; `bits` is a power of two."""
        found = np.zeros(bits, np.bool_)
        for text in texts:
            found[_places(only_han(text), length, bits).ravel()] = True
        return cls(np.packbits(found), length)

    def present(self, text: str) -> NDArray[np.bool_]:
        """For each run of `length` characters of `text` (Chinese characters only), whether it stands in the corpus."""
        bits = _places(only_han(text), self.length, 8 * len(self.packed))
        return ((self.packed[bits >> np.uint64(3)] >> (7 - (bits & np.uint64(7))).astype(np.uint8)) & 1).all(axis=1)

    def longest(self, text: str) -> int:
        """Characters of the longest run that stands in the corpus; anything below `length` is given as `length` - 1."""
        best = run = 0
        for hit in self.present(text):
            run = run + 1 if hit else 0
            best = max(best, run)
        return min(len(only_han(text)), best + self.length - 1)

    def share(self, text: str) -> float:
        """Share of the text's runs that stand in the corpus."""
        found = self.present(text)
        return float(found.mean()) if len(found) else 0.0


def _places(text: str, length: int, bits: int) -> NDArray[np.uint64]:
    """(runs, 3) bit numbers of all runs of `length` characters of `text`."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    if len(codes) < length:
        return np.zeros((0, _HASHES), np.uint64)
    value = np.zeros(len(codes) - length + 1, np.uint64)
    for i in range(length):
        value = (value ^ codes[i : len(codes) - length + 1 + i]) * np.uint64(0x9E3779B97F4A7C15)
        value ^= value >> np.uint64(29)
    second = (value * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(17) | np.uint64(1)
    return np.stack([(value + np.uint64(i) * second) % np.uint64(bits) for i in range(_HASHES)], axis=1)
