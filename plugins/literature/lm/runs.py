"""Which runs stand in a corpus, without the corpus: Bloom filters (Bloom 1970) of characters and of words.

They err to one side only: now and then they take a new run for an old one, so originality is never overrated. Each has
the mixing of its numbers that its shipped filters were built with.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["CopyFilter", "Runs", "only_han"]

Hashes = NDArray[np.uint64]
_BASE, _FIRST, _SECOND = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def _places(value: Hashes, step: Hashes, keys: int, bits: int) -> Hashes:
    """(rows, keys) places of a filter of so many bits, from two hashes of each run."""
    with np.errstate(over="ignore"):
        return np.stack([(value + np.uint64(k) * step) % np.uint64(bits) for k in range(keys)], axis=1)


def _holds(packed: NDArray[np.uint8], places: Hashes) -> NDArray[np.bool_]:
    """Whether all places of each row are set in a filter."""
    bits = packed[places >> np.uint64(3)] >> (np.uint64(7) - (places & np.uint64(7))).astype(np.uint8)
    return np.asarray((bits & 1).all(axis=1))


def _packed(places: Iterable[Hashes], bits: int) -> NDArray[np.uint8]:
    """A filter, eight bits a byte, in which some places are set."""
    table = np.zeros(bits, np.bool_)
    for some in places:
        table[some.ravel()] = True
    return np.packbits(table)


def only_han(text: str) -> str:
    """The Chinese characters of a text."""
    return "".join(c for c in text if "\u3400" <= c <= "\u9fff")


class Runs:
    """Runs of Chinese characters. packed: the filter's bits, eight a byte, a power of two of them; length: characters of
    a run.
    """

    KEYS = 3

    def __init__(self, packed: NDArray[np.uint8], length: int) -> None:
        self.packed, self.length = packed, length

    @classmethod
    def build(cls, texts: Iterable[str], length: int, bits: int) -> Runs:
        """The filter of all runs of `length` Chinese characters of some texts; `bits` is a power of two."""
        return cls(_packed((cls._places(only_han(text), length, bits) for text in texts), bits), length)

    @classmethod
    def _places(cls, text: str, length: int, bits: int) -> Hashes:
        codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
        if len(codes) < length:
            return np.zeros((0, cls.KEYS), np.uint64)
        value = np.zeros(len(codes) - length + 1, np.uint64)
        for i in range(length):
            value = (value ^ codes[i : len(codes) - length + 1 + i]) * _BASE
            value ^= value >> np.uint64(29)
        return _places(value, (value * _FIRST) >> np.uint64(17) | np.uint64(1), cls.KEYS, bits)

    def present(self, text: str) -> NDArray[np.bool_]:
        """For each run of `length` characters of `text` (Chinese characters only), whether it stands in the corpus."""
        return _holds(self.packed, self._places(only_han(text), self.length, 8 * len(self.packed)))

    def longest(self, text: str) -> int:
        """Characters of the longest run that stands in the corpus; anything below `length` is given as `length` - 1."""
        best = run = 0
        for hit in self.present(text):
            run = run + 1 if hit else 0
            best = max(best, run)
        return min(len(only_han(text)), best + self.length - 1)

    def share(self, text: str) -> float:
        """Share of the text's runs that stand in the corpus."""
        present = self.present(text)
        return float(present.mean()) if len(present) else 0.0


class CopyFilter:
    """Runs of seven words inside lines, and whole lines of four to six, as word numbers in written order.

    Five bits an entry, nine and a half bits of filter an entry: what is new is taken for a copy in one case of a hundred.
    """

    RUN, SHORTEST, KEYS, BITS = 7, 4, 5, 9.5

    def __init__(self, packed: NDArray[np.uint8]) -> None:
        self.packed, self.bits = packed, len(packed) * 8

    @classmethod
    def build(cls, words: NDArray[np.int64], line: NDArray[np.int64]) -> CopyFilter:
        """words: word numbers, lines one after another; line: the line that each belongs to."""
        hashes: list[Hashes] = []
        values = words.astype(np.uint64)
        if len(values) >= cls.RUN:
            inside = np.flatnonzero(line[: len(line) - cls.RUN + 1] == line[cls.RUN - 1 :])
            hashes.append(cls._hash(values[inside[:, None] + np.arange(cls.RUN)]))
        starts = np.flatnonzero(np.concatenate([[True], line[1:] != line[:-1]]))
        sizes = np.diff(np.concatenate([starts, [len(line)]]))
        for size in range(cls.SHORTEST, cls.RUN):
            of_size = starts[sizes == size]
            if len(of_size):
                hashes.append(cls._hash(values[of_size[:, None] + np.arange(size)]))
        unique = np.unique(np.concatenate(hashes)) if hashes else np.zeros(0, np.uint64)
        bits = max(64, int(len(unique) * cls.BITS) // 8 * 8)
        return cls(_packed([cls._places(unique, bits)], bits))

    @staticmethod
    def _hash(windows: Hashes) -> Hashes:
        """One number for each row of word numbers, of shape (rows, words)."""
        with np.errstate(over="ignore"):
            value = np.full(len(windows), np.uint64(windows.shape[1]) * _BASE, np.uint64)
            for column in windows.T:
                value = (value ^ (column + np.uint64(1))) * _FIRST
                value ^= value >> np.uint64(29)
            return value

    @classmethod
    def _places(cls, value: Hashes, bits: int) -> Hashes:
        with np.errstate(over="ignore"):
            step = ((value ^ (value >> np.uint64(31))) * _SECOND) | np.uint64(1)
        return _places(value, step, cls.KEYS, bits)

    def holds(self, words: Sequence[int]) -> bool:
        """Whether a line of words shares a run of seven, or is itself a known short line."""
        if not self.bits or len(words) < self.SHORTEST:
            return False
        values = np.array(words, np.uint64)
        run = min(self.RUN, len(values))
        windows = np.lib.stride_tricks.sliding_window_view(values, run)
        return bool(_holds(self.packed, self._places(self._hash(windows), self.bits)).any())
