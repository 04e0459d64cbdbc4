"""A little grammar for the choice of lines: persons, finite verbs, words by their stems.

Which words are finite verbs is learned from the corpus: those that stand often right after a subject pronoun.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .lexicon import stem
from .words import END_MARKS

if TYPE_CHECKING:
    from ..models.verse_en.engine import VerseEngine

__all__ = ["AUXILIARIES", "SUBJECTS", "Grammar", "finite_scores", "sentence_cost"]

SUBJECTS = tuple("i he she it they we thou who you".split())
AUXILIARIES = frozenset(
    "is am are was were has have had do does did doth hath hast dost didst will would shall should can "
    "could may might must wilt shalt "
    "canst art wert 'tis 'twas let i'll i'm i've i'd he's she's it's don't can't won't that's".split()
)
_CLASSES = {
    "i": "i me my mine myself i'm i'll i've i'd",
    "we": "we us our ours",
    "thou": "thou thee thy thine thyself ye",
    "you": "you your yours",
    "he": "he him his himself he's",
    "she": "she her hers herself she's",
    "they": "they them their theirs themselves",
}
PERSON_OF = {word: person for person, words in _CLASSES.items() for word in words.split()}
#: Words that make the finite verb after them a dependent one.
_SUBORDINATING = frozenset(
    "as if when while who whom whose which that where since though although because till until ere what "
    "how whence whither".split()
)
#: Seasons and hours that do not meet in one poem, and what a meeting costs.
WORLDS = (
    (
        6.0,
        ("winter snow snows frost icy december january", "spring april", "summer june july", "autumn october november"),
    ),
    (3.0, ("night midnight moon moonlight star stars starlight", "noon noonday sunlight sunshine sun")),
    (3.0, ("dawn morning sunrise morn", "dusk sunset evening twilight")),
)
#: Words that may come twice in one line.
_LIGHT = frozenset("the a an and of in to my his her their our i we he she they or nor with from for by on".split())
_NOT_BEFORE_VERB = frozenset("to the a an my thy his her its our your their of in no every each this these".split())


def finite_scores(tokens: NDArray[np.int32], index: Mapping[str, int], size: int) -> NDArray[np.uint8]:
    """For each token 0 to 255: how often it stands right after a subject pronoun. Tokens are written from line ends."""
    word, before = tokens[:-1], tokens[1:]
    subjects = np.zeros(size, bool)
    subjects[[index[s] for s in SUBJECTS if s in index]] = True
    after = np.bincount(word[subjects[before]], minlength=size).astype(np.float64)
    total = np.bincount(word, minlength=size).astype(np.float64)
    score = np.where(total >= 5, after / np.maximum(total, 1) * 4, 0)
    score[[index[w] for w in AUXILIARIES if w in index]] = 1
    return np.minimum(255, np.rint(255 * score)).astype(np.uint8)


class Grammar:
    """Tables over an engine's words; an engine has one, `engine.once(Grammar)`."""

    def __init__(self, engine: VerseEngine) -> None:
        words = engine.words
        self.person = [PERSON_OF.get(w, "") for w in words]
        self.finite = engine.finite >= 75
        self.finite[: engine.first_word] = False
        self.stops = frozenset(engine.index[m] for m in END_MARKS)
        self.clauses = self.stops | {engine.index[m] for m in (";", ":")}
        self.guards = frozenset(engine.index[w] for w in _NOT_BEFORE_VERB if w in engine.index)
        self.subordinating = frozenset(engine.index[w] for w in _SUBORDINATING if w in engine.index)
        self.light = frozenset(engine.index[w] for w in _LIGHT if w in engine.index)
        self.worlds = [
            (cost, [frozenset(stem(w) for w in words.split()) for words in groups]) for cost, groups in WORLDS
        ]
        self._by_stem: dict[str, list[int]] = {}
        for i, found in enumerate(engine.lexicon.stems):
            if i >= engine.first_word and not engine.lexicon.function[i]:
                self._by_stem.setdefault(found, []).append(i)
        self._person_rows = {p: np.array([p2 == p for p2 in self.person], np.float32) for p in _CLASSES}

    def of_stems(self, stems: Iterable[str]) -> list[int]:
        """All tokens with these stems."""
        return [i for stem in stems for i in self._by_stem.get(stem, ())]

    def third(self, tokens: Sequence[int]) -> int:
        """How many words point at a he, she or they."""
        return sum(self.person[t] in ("he", "she", "they") for t in tokens)

    def persons(self, tokens: Sequence[int]) -> frozenset[str]:
        """Which persons speak or are spoken of."""
        return frozenset(self.person[t] for t in tokens if self.person[t])

    def person_cost(self, used: frozenset[str]) -> NDArray[np.float32] | np.float32:
        """What a draw pays for a new person: 1.5 once two are there; thou and you never meet."""
        out = np.zeros(len(self.person), np.float32)
        if len(used) >= 2:
            for person, row in self._person_rows.items():
                if person not in used:
                    out += 1.5 * row
        for one, other in (("thou", "you"), ("you", "thou")):
            if one in used:
                out += 8.0 * self._person_rows[other]
        return out

    def clash(self, old: Iterable[str], new: Iterable[str]) -> float:
        """What it costs to bring words of a season or an hour into a poem, or a line, of another one. Both as stems."""
        old, new, total = set(old), set(new), 0.0
        for cost, groups in self.worlds:
            there = [bool(g & old) for g in groups]
            come = [bool(g & new) and not known for g, known in zip(groups, there, strict=True)]
            total += cost * max(0, min(sum(come), sum(there) + sum(come) - 1))
        return total

    def foreign(self, told: Iterable[str]) -> set[str]:
        """Stems of the seasons and hours that do not meet those of `told`."""
        known, out = set(told), set()
        for _, groups in self.worlds:
            if any(g & known for g in groups):
                out |= {stem for g in groups if not g & known for stem in g}
        return out

    def echoes(self, words: Sequence[int]) -> int:
        """How often words but the lightest come again in one line."""
        heavy = [w for w in words if w not in self.light]
        return len(heavy) - len(set(heavy))

    def verbs(self, sentence: Sequence[int]) -> int:
        """Finite verbs in a sentence."""
        return sum(
            bool(self.finite[t]) and (i == 0 or sentence[i - 1] not in self.guards) for i, t in enumerate(sentence)
        )

    def is_dependent(self, sentence: Sequence[int]) -> bool:
        """Whether every finite verb seems to stand behind a subordinating word, so that a main clause is missing."""
        behind = sum(
            t in self.subordinating and any(self.finite[u] for u in sentence[i + 1 : i + 7])
            for i, t in enumerate(sentence)
        )
        return behind >= max(1, self.verbs(sentence))

    def has_verb(self, sentence: Sequence[int]) -> bool:
        """Whether a finite verb stands in it: a word seen after subjects, not right after a determiner or `to`."""
        return any(self.finite[t] and (i == 0 or sentence[i - 1] not in self.guards) for i, t in enumerate(sentence))


def sentence_cost(grammar: Grammar, sentence: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
    """(cost, what is left open): 6 for each full sentence and 2 for each clause behind ; or : without a finite verb, 3
    for a
    sentence that is all dependent clauses.

    Two commas' worth of words (more than 22) without a verb cost 2 as well.
    """
    cost, start = 0.0, 0
    for i, token in enumerate(sentence):
        if token in grammar.clauses:
            part = sentence[start:i]
            if len(part) > 3 and not grammar.has_verb(part):
                cost += 6.0 if token in grammar.stops else 2.0
            elif len(part) > 3 and grammar.is_dependent(part):
                cost += 3.0 if token in grammar.stops else 1.5
            start = i + 1
    rest = sentence[start:]
    if len(rest) > 22 and not grammar.has_verb(rest):
        cost += 2.0
    return cost, rest
