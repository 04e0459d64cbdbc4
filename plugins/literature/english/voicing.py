"""Keeping a drawn page near an author's usage: how often each common word and mark is written, looked at again after every sentence.

A fixed leaning towards an author's words leaves the model's own habits in place: too many *the* and too short sentences in every voice. So
what the page has used so far is counted, and a word that has come too often for the author loses a part of its chance, one that is overdue gains.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .voices import usage
from .words import DASH, tokenize

if TYPE_CHECKING:
    from .prose_engine import ProseEngine

__all__ = ["Voice"]

#: How much of an author's excess of a word over the others' use is added to its chance, and of the page's want of it (log ratios).
LEANING, AMENDING = 1.3, 1.3
#: The most that a word gains (log); it may lose twice as much.
MOST = 2.0
#: Words that count as written in the author's way before the page begins.
TRUST = 100


class Voice:
    """What each token's chance is multiplied with on a page in an author's voice.

    table: profiles as `voices.build_profiles` makes them; the shipped ones if None. Raises KeyError for an author without a profile.
    """

    def __init__(self, engine: ProseEngine, author: str, table: Mapping[str, Any] | None = None) -> None:
        words, own, usual = usage(author, table)
        self.words = {w: i for i, w in enumerate(words)}
        self.own = own
        self.excess = np.clip(np.log(own / usual), -2, 1)
        spelled = [(i, s) for w, i in self.words.items() for s in (w, f" {w}", w.capitalize(), f" {w.capitalize()}", "--" if w == DASH else w)]
        coded = {(engine.encode(s)[0], i) for i, s in spelled if len(engine.encode(s)) == 1}
        self.tokens, self.word_of = np.array(sorted(coded)).T
        self.vocabulary = engine.vocabulary

    def likeness(self, text: str) -> float:
        """How much oftener, on average over its known words, the author writes what stands in a text than others do (log ratio)."""
        found = [float(self.excess[self.words[w]]) for w in tokenize(text) if w in self.words]
        return sum(found) / max(1, len(found))

    def boost(self, text: str) -> NDArray[np.float64]:
        """Factors of shape (vocabulary,) for what follows a text."""
        count = Counter(tokenize(text))
        size = count.total()
        seen = np.zeros(len(self.words))
        for word, n in count.items():
            if word in self.words:
                seen[self.words[word]] = n
        want = np.log(self.own / ((seen + TRUST * self.own) / (size + TRUST)))
        out = np.ones(self.vocabulary)
        out[self.tokens] = np.exp(np.clip(LEANING * self.excess + AMENDING * want, -2 * MOST, MOST))[self.word_of]
        return out
