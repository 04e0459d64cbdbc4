"""Choices that are stratified: over consecutive seeds each runs through a permutation, so that pictures of one theme differ."""

from __future__ import annotations

from zlib import crc32

import numpy as np

__all__ = ["Strata"]


class Strata:
    """Choices that run through permutations over consecutive seeds; each theme starts elsewhere."""

    def __init__(self, seed: int, text: str) -> None:
        self._seed = seed + crc32(text.encode()) % 9973

    def __call__(self, count: int, salt: int) -> int:
        """One of `count` choices; salt: which choice it is."""
        block, place = divmod(self._seed, count)
        return int(np.random.default_rng([salt, block, count]).permutation(count)[place])
