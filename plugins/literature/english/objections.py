"""What readers of many stanzas minded most, asked of a line before it is chosen: clauses left open, stock openings,
rhymes that nothing prepared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.words import vectors_of
from .corpus import NONE, SPECIALS
from .lexicon import FUNCTION
from .missing_verbs import open_clauses

if TYPE_CHECKING:
    from ..models.verse_en.engine import VerseEngine

__all__ = ["Sense", "lacks_person", "stock_opening", "too_many_kin", "unfinished"]

_POINTING = frozenset("there it this here that".split())
_WHOM = frozenset("he she they we i you those all one him her them us me thou thee".split())
_KIN = frozenset(
    "mother father daughter son sister brother wife husband bride maid maiden king queen prince princess "
    "knight lady lord child baby babe girl boy mother's "
    "father's daughter's son's child's husband's wife's king's queen's".split()
)
_BEING = frozenset("is was are were".split())
#: The cosine with something said before that a rhyme word should have; a quarter of poets' rhyme words have less.
PREPARED = 0.2


def unfinished(engine: VerseEngine, lines: Sequence[Sequence[int]]) -> float:
    """Clauses that the sentences ending in the last line leave open. lines: of a poem, as tokens in reading order with
    their mark last.
    """
    ends, none = {engine.index[m]: 1.0 if m in ".!?" else 0.6 for m in ".!?;:"}, engine.index[NONE]
    start = next((k + 1 for k in range(len(lines) - 2, -1, -1) if ends.keys() & set(lines[k])), 0)
    total = 0.0
    parts: list[list[int]] = []
    for line in lines[start:]:
        parts.append([])
        for token in line:
            if token != none:
                parts[-1].append(token)
            if token in ends:
                found = open_clauses(
                    [[engine.words[t] for t in part] for part in parts],
                    [[engine.tags[t] for t in part] for part in parts],
                )
                total += ends[token] * (found.headless + 0.75 * (found.waiting + found.loose + found.dangling))
                parts = [[]]
    return total


def lacks_person(engine: VerseEngine, words: Sequence[int], before: Sequence[int]) -> bool:
    """Whether a line opens with *who* and the line before names nobody who could be meant. words, before: tokens."""
    if engine.words[words[0]] != "who" or not before:
        return False
    nouns = [t for t in before if engine.tags[t] in ("noun", "nouns") or engine.words[t] in _WHOM]
    return not any(engine.is_seen(t, words[0]) for t in nouns)


def too_many_kin(words: Sequence[str]) -> int:
    """How many kinds of kindred, beyond two, are named: more and nobody knows who is whose (*His father was the
    daughter of the king*).
    """
    return max(0, len(_KIN & set(words)) - 2)


def stock_opening(words: Sequence[str], *, first: bool) -> float:
    """How stale the first two words of a line are: 1 for *There was*, *It is* and the like in a poem's first line, a
    third of it later.
    """
    stock = len(words) > 1 and words[0] in _POINTING and words[1] in _BEING
    return (1.0 if first else 0.34) * stock


class Sense:
    """Nearness of an engine's words by the shared vectors; an engine has one, `engine.once(Sense)`."""

    def __init__(self, engine: VerseEngine) -> None:
        told = ["" if i < len(SPECIALS) or word in FUNCTION else word for i, word in enumerate(engine.words)]
        self.rows = vectors_of(told, "en")
        self.known: NDArray[np.bool_] = np.any(self.rows != 0, axis=1)

    def unprepared(self, words: Sequence[int], lines: Sequence[Sequence[int]]) -> float:
        """How much the nearness of a line's last word to what was said falls short of `PREPARED`; 0 where the vectors
        do not know it.
        """
        last = words[-1]
        before = [t for t in (*(t for line in lines for t in line), *words[:-1]) if self.known[t] and t != last]
        if not self.known[last] or not before:
            return 0.0
        return max(0.0, PREPARED - float((self.rows[before] @ self.rows[last]).max()))
