"""A second opinion on lines, read from left to right: n-grams over word pieces, counted on all the verse there is.

The verse model writes lines from their ends and has seen a part of the corpus; the n-grams read forward, across the
break from the line before, and have seen all of it. Together they leave fewer lines that no one would say.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from .prose_engine import ProseEngine
from .words import MARKS

__all__ = ["ForwardReader"]


class ForwardReader:
    """Scores lines of words and marks after what was written before."""

    def __init__(self, engine: ProseEngine, cased: dict[str, str]) -> None:
        self.engine, self.cased = engine, cased
        self.grams = engine.ngrams["verse"]
        self.newline = tuple(engine.encode("\n"))
        self._pieces = lru_cache(maxsize=40_000)(self._encode)
        self._probability = lru_cache(maxsize=400_000)(self._log_p)

    def _encode(self, word: str, opens: bool) -> tuple[int, ...]:
        if word in MARKS:
            return tuple(self.engine.encode("--" if word == "\u2014" else word))
        spelled = self.cased.get(word, word)
        return tuple(self.engine.encode(spelled[:1].upper() + spelled[1:] if opens else f" {spelled}"))

    def _log_p(self, context: tuple[int, ...], token: int) -> float:
        return float(np.log(max(self.grams.probability(context, token)[0], 1e-12)))

    def read(self, history: Sequence[int], line: Sequence[str]) -> tuple[float, tuple[int, ...]]:
        """(log p of the line, what the next line must remember). line: words and marks in reading order."""
        reach = self.grams.order - 1
        context = tuple(history)[-reach:]
        total = 0.0
        for i, word in enumerate(line):
            for token in self._pieces(word, i == 0):
                total += self._probability(context, token)
                context = (*context, token)[-reach:]
        return total, (*context, *self.newline)[-reach:]
