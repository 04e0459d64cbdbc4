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

__all__ = ["ProseNet"]

Floats = NDArray[np.float32]
WINDOW, STRIDE = 256, 128


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
        starts = list(range(0, max(1, count - STRIDE), STRIDE)) if count > WINDOW else [0]
        for group in range(0, len(starts), 8):
            chosen = starts[group : group + 8]
            pieces = [ids[s : s + WINDOW + 1] for s in chosen]
            longest = max(map(len, pieces)) - 1
            rows = np.zeros((len(pieces), longest + 1), np.int64)
            rows[:, 0] = self.voice(author)
            for row, piece in enumerate(pieces):
                rows[row, 1 : len(piece)] = piece[:-1]
            hidden = self.decoder.forward(self.table[rows], self.decoder.cache(len(rows), longest + 1))[:, 1:]
            for row, (start, piece) in enumerate(zip(chosen, pieces, strict=True)):
                skip = 0 if start == 0 else WINDOW - STRIDE
                if len(piece) - 1 > skip:
                    chances = np.exp(log_softmax(hidden[row, skip : len(piece) - 1] @ self.head))
                    p[start + skip : start + len(piece) - 1] = chances[np.arange(len(chances)), piece[1 + skip :]]
                    most[start + skip : start + len(piece) - 1] = chances.max(axis=1)
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
