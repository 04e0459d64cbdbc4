"""A second opinion on lines, read from left to right: n-grams over word pieces, and the network beside them.

The verse model writes lines from their ends and has seen a part of the corpus; the n-grams read forward, across the
break from the line before, and have seen all of it. Together they leave fewer lines that no one would say. The network
reads the last lines whole; it is asked about the best candidates only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ....core.transformer.sampling import log_softmax
from ..models.prose_en.engine import ProseEngine
from .words import MARKS

__all__ = ["ForwardReader"]

KEPT = 56
"""Tokens of the lines before that the network reads."""


class ForwardReader:
    """Scores lines of words and marks after what was written before."""

    def __init__(self, engine: ProseEngine, cased: dict[str, str]) -> None:
        self.engine, self.cased = engine, cased
        self.grams = engine.ngrams["verse"]
        self.newline = tuple(engine.encode("\n"))
        self.prefix = tuple(engine.prefix("verse"))
        self._pieces = lru_cache(maxsize=40_000)(self._encode)
        self._probability = lru_cache(maxsize=400_000)(self._log_p)

    def _encode(self, word: str, opens: bool) -> tuple[int, ...]:
        if word in MARKS:
            return tuple(self.engine.encode("--" if word == "\u2014" else word))
        spelled = self.cased.get(word, word)
        return tuple(self.engine.encode(spelled[:1].upper() + spelled[1:] if opens else f" {spelled}"))

    def _log_p(self, context: tuple[int, ...], token: int) -> float:
        return float(np.log(max(self.grams.probability(context, token)[0], 1e-12)))

    def deepen(
        self, histories: Sequence[Sequence[int]], lines: Sequence[Sequence[str]], share: float = 0.5
    ) -> NDArray[np.float64]:
        """For each history and line: what the log p of the line gains when the network counts for `share` beside the
        n-grams.
        """
        coded = [[t for i, word in enumerate(line) for t in self._pieces(word, i == 0)] for line in lines]
        opened = [[*self.prefix, *(h or self.newline)] for h in histories]
        width = max(len(o) + len(c) for o, c in zip(opened, coded, strict=True))
        rows = np.array([[*o, *c, *([0] * (width - len(o) - len(c)))] for o, c in zip(opened, coded, strict=True)])
        hidden = self.engine.decoder.forward(
            self.engine.table[rows[:, :-1]], self.engine.decoder.cache(len(rows), width)
        )
        sizes = [len(c) for c in coded]
        places = [np.arange(len(o) - 1, len(o) - 1 + n) for o, n in zip(opened, sizes, strict=True)]
        picked = np.concatenate([hidden[r, at] for r, at in enumerate(places)])
        log_p = log_softmax(picked @ self.engine.head)[
            np.arange(len(picked)), np.concatenate([np.array(c, int) for c in coded])
        ]
        reach = self.grams.order - 1
        gains = np.zeros(len(rows))
        at = 0
        for r, (history, tokens) in enumerate(zip(histories, coded, strict=True)):
            context = tuple(history)[-reach:]
            for token in tokens:
                counted = self._probability(context, token)
                gains[r] += float(np.log(share * np.exp(float(log_p[at])) + (1 - share) * np.exp(counted))) - counted
                context = (*context, token)[-reach:]
                at += 1
        return gains

    def read(self, history: Sequence[int], line: Sequence[str]) -> tuple[float, tuple[int, ...]]:
        """(log p of the line, what the next line must remember). line: words and marks in reading order."""
        reach = self.grams.order - 1
        context = tuple(history)[-reach:]
        total, read = 0.0, []
        for i, word in enumerate(line):
            for token in self._pieces(word, i == 0):
                total += self._probability(context, token)
                context = (*context, token)[-reach:]
                read.append(token)
        return total, (*history, *read, *self.newline)[-KEPT:]
