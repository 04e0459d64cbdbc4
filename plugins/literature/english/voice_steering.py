"""Keeping a drawn page near an author's usage: how often each common word and mark is about to be written, looked at
again after every sentence.

A fixed leaning towards an author's words leaves the model's own habits in place: too many generic words, each too
rarely to be
caught by counting it. So the chances that the model gave to each word are summed while the page is drawn; a word that
gets more than the author
would give it loses a part of its chance, one that is overdue gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .voices import usage
from .words import DASH, MARKS, tokenize

if TYPE_CHECKING:
    from ..models.prose_en.engine import ProseEngine

__all__ = ["Voice"]

# : How much of an author's excess of a word over the others' use is added to its chance, and of the page's want of it
# (log ratios).
LEANING, AMENDING = 1.3, 3.0
# : The most that a word gains (log); it may lose twice as much. A mark gains or loses less: sentences must come to an
# end.
MOST, MOST_MARK = 2.5, 0.8
#: Words that count as written in the author's way before the page begins.
TRUST = 100


class Voice:
    """What each token's chance is multiplied with on a page in an author's voice.

    table: profiles as `voices.build_profiles` makes them; the shipped ones if None. Raises KeyError for an author
    without a profile.
    """

    def __init__(self, engine: ProseEngine, author: str, table: Mapping[str, Any] | None = None) -> None:
        words, own, usual = usage(author, table)
        self.words = {w: i for i, w in enumerate(words)}
        self.own = own
        self.excess = np.clip(np.log(own / usual), -2, 1)
        # A word's letters without a space before them may be the end of another word; only marks and capitals stand so.
        spelled = [
            (i, s)
            for w, i in self.words.items()
            for s in ((w,) if w in MARKS else (f" {w}", w.capitalize(), f" {w.capitalize()}"))
        ]
        spelled += [(i, "--") for w, i in self.words.items() if w == DASH]
        coded = {(engine.encode(s)[0], i) for i, s in spelled if len(engine.encode(s)) == 1}
        self.tokens, self.word_of = np.array(sorted(coded)).T
        marks = np.isin(words, MARKS)
        self.highest = np.where(marks, MOST_MARK, MOST)
        self.lowest = np.where(marks, -MOST_MARK, -2 * MOST)
        self.mass = np.zeros(engine.vocabulary)
        self.opens = np.array(
            [
                engine.decode([t])[:1] in (" ", *MARKS) or engine.decode([t])[:1].isupper()
                for t in range(engine.vocabulary)
            ]
        )

    def note(self, chances: NDArray[np.float64]) -> None:
        """Take note of the chances, of shape (rows, vocabulary), that tokens were drawn by."""
        self.mass += chances.mean(axis=0)

    def likeness(self, text: str) -> float:
        """How much oftener, on average over its known words, the author writes what stands in a text than others do
        (log ratio).
        """
        found = [float(self.excess[self.words[w]]) for w in tokenize(text) if w in self.words]
        return sum(found) / max(1, len(found))

    def boost(self) -> NDArray[np.float64]:
        """Factors of shape (vocabulary,) for what comes next."""
        given = np.bincount(self.word_of, self.mass[self.tokens], len(self.words))
        usage = (given + TRUST * self.own) / (self.mass[self.opens].sum() + TRUST)
        out = np.ones(len(self.mass))
        change = LEANING * self.excess + AMENDING * np.log(self.own / usage)
        out[self.tokens] = np.exp(np.clip(change, self.lowest, self.highest))[self.word_of]
        return out
