"""The network of the prose model at work, in numpy: log-probabilities of a text, and a page
read once and gone on from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Cache, Decoder, Matrix
from .....core.transformer.sampling import log_softmax
from ...lm.windows import WINDOW, overlapping

__all__ = ["ProseNet"]

Floats = NDArray[np.float32]


class ProseNet:
    """Weights ready for use. voices: authors in the order of their tokens, which follow the `size` characters."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], voices: Sequence[str], size: int, heads: int) -> None:
        self.table = np.ascontiguousarray(arrays["table"], np.float32)
        self.size, self.voices = size, tuple(voices)
        self.head = Matrix(self.table[:size])
        self.decoder = Decoder(
            {k.removeprefix("body."): v for k, v in arrays.items() if k.startswith("body.")}, heads=heads
        )

    def voice(self, author: str) -> int:
        """The token of a voice; that of the older prose if the author has none."""
        return self.size + (self.voices.index(author) if author in self.voices else len(self.voices))

    def score(self, ids: NDArray[np.int64], author: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(probability of each id from the second on, the likeliest id's probability there), in windows of 256 that
        overlap by half.
        """
        count = len(ids) - 1
        p, most = np.zeros(count), np.zeros(count)
        for group in overlapping(count):
            pieces = [ids[w.start : w.end + 1] for w in group]
            rows = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
            rows[:, 0] = self.voice(author)
            for row, piece in enumerate(pieces):
                rows[row, 1 : len(piece)] = piece[:-1]
            hidden = self.decoder.forward(self.table[rows], self.decoder.cache(*rows.shape))[:, 1:]
            for row, (w, piece) in enumerate(zip(group, pieces, strict=True)):
                chances = np.exp(log_softmax(hidden[row, w.seen : len(piece) - 1] @ self.head))
                p[w.start + w.seen : w.end] = chances[np.arange(len(chances)), piece[1 + w.seen :]]
                most[w.start + w.seen : w.end] = chances.max(axis=1)
        return p, most

    def open(self, ids: Sequence[int], author: str, room: int) -> tuple[Cache, Floats]:
        """A cache that has read the voice, a separator and the last characters of `ids`, and the last hidden state, of
        shape (1, width).
        """
        rows = np.array([[self.voice(author), *([0] if len(ids) < WINDOW - 2 else []), *ids[-(WINDOW - room - 2) :]]])
        cache = self.decoder.cache(1, rows.shape[1] + room)
        return cache, self.decoder.forward(self.table[rows], cache)[:, -1]

    def step(self, cache: Cache, chars: NDArray[np.int64]) -> Floats:
        """Feed one character to each row; hidden states of shape (rows, width)."""
        return self.decoder.forward(self.table[chars][:, None], cache)[:, -1]

    def chances(self, hidden: Floats) -> NDArray[np.float64]:
        """Probabilities of all characters, (rows, size)."""
        return np.exp(log_softmax(hidden @ self.head)).astype(np.float64)
