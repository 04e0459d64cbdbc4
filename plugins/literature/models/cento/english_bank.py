"""The bank of English lines: verse whose grammar closes at the end of the line, by what it may stand next to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .....core.words.vectors import vectors_of, words_in_order
from ...english.corpus import ARCHAIC
from ...english.grammar import PERSON_OF
from ...english.lexicon import FUNCTION, stem
from ...english.phonetics import rhyme_keys
from ...english.words import END_MARKS, MARKS, tokenize
from ...lm.bank import read_rows

__all__ = ["METRES", "BankLine", "EnglishBank"]

#: Lines by what they are: a sentence; a command; a clause or phrase that leads to a sentence; a cry; what trails one: a
#: phrase, a clause, a participle; a sentence that begins with *and*.
SENTENCE, COMMAND, CLAUSE, PHRASE, CRY, TRAIL, TRAILING_CLAUSE, PARTICIPLE, JOINED = "SMDQNTWGA"
METRES = frozenset(("pentameter", "tetrameter"))
LEADING, TRAILING = CLAUSE + PHRASE, TRAIL + TRAILING_CLAUSE + PARTICIPLE
_COMMON = 5000
_JOINING = frozenset("and but for yet nor or so then thus therefore".split())


@dataclass(frozen=True)
class BankLine:
    """A line without its last mark, which is kept apart. kind: see the module's letters; tense: "p" past, "n" present, "m" or
    "-" neither.
    """

    text: str
    mark: str
    kind: str
    tense: str
    poet: str
    poem: str

    @property
    def joins(self) -> bool:
        """Whether it begins with a word that joins it to something before."""
        return tokenize(self.text)[0] in _JOINING


class EnglishBank:
    """Lines of the metres of `prosody.METRES`, each under `metre`. A row of the file: kind, tense, metre, poet, poem, line."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.lines: list[BankLine] = []
        metres: list[str] = []
        for kind, tense, metre, poet, poem, text in rows:
            mark = text[-1] if text[-1] in MARKS else ""
            self.lines.append(BankLine(text[: len(text) - len(mark)], mark, kind, tense, poet, poem))
            metres.append(metre)
        self.metres = np.array(metres)
        self.words = [[t for t in tokenize(line.text) if t not in MARKS] for line in self.lines]

    @classmethod
    def load(cls, path: Path) -> EnglishBank:
        """The bank of a file. Raises WeightsError."""
        return cls(read_rows(path))

    @cached_property
    def kinds(self) -> NDArray[np.str_]:
        """The kind of each line."""
        return np.array([line.kind for line in self.lines])

    @cached_property
    def persons(self) -> list[frozenset[str]]:
        """Who speaks or is spoken to: "i", "we", "thou", "you"; the rest belongs to a noun of the line itself."""
        return [
            frozenset(PERSON_OF[w] for w in words if w in PERSON_OF) & {"i", "we", "thou", "you"}
            for words in self.words
        ]

    @cached_property
    def old(self) -> NDArray[np.bool_]:
        """Whether a line speaks the old tongue."""
        return np.array([any(w in ARCHAIC for w in words) for words in self.words])

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The stems of each line's words of content."""
        return [frozenset(stem(w) for w in words if w not in FUNCTION) for words in self.words]

    @cached_property
    def titles(self) -> list[frozenset[str]]:
        """The stems of the words of each line's poem's title."""
        of_poem = {line.poem: frozenset(map(stem, tokenize(line.poem))) for line in self.lines}
        return [of_poem[line.poem] for line in self.lines]

    @cached_property
    def rare(self) -> NDArray[np.int64]:
        """How many words of each line are none of the common ones."""
        common = frozenset(words_in_order("en")[:_COMMON]) | FUNCTION
        return np.array([sum(w not in common for w in words) for words in self.words])

    @cached_property
    def ends(self) -> list[str]:
        """The last word of each line."""
        return [words[-1] for words in self.words]

    @cached_property
    def rhymes(self) -> NDArray[np.int64]:
        """The rhyme of each line as a number."""
        numbers: dict[tuple[str, ...], int] = {}
        of_word = {
            word: numbers.setdefault(min(rhyme_keys(word), key=lambda k: (len(k), k)), len(numbers))
            for word in dict.fromkeys(self.ends)
        }
        return np.array([of_word[word] for word in self.ends])

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """What each line speaks of: the mean vector of its words, rare ones weighing more, of length one."""
        vocabulary = {
            w: i for i, w in enumerate(dict.fromkeys(w for words in self.words for w in words if w not in FUNCTION))
        }
        table = vectors_of(list(vocabulary), "en")
        count = np.zeros(len(vocabulary))
        for words in self.words:
            count[[vocabulary[w] for w in set(words) if w in vocabulary]] += 1
        table = table * np.log(len(self.words) / count)[:, None].astype(np.float32)
        sums = np.stack([table[[vocabulary[w] for w in words if w in vocabulary]].sum(axis=0) for words in self.words])
        return np.asarray(sums / np.maximum(1e-9, np.linalg.norm(sums, axis=1, keepdims=True)), np.float32)


def closes(mark: str) -> bool:
    """Whether a mark ends a sentence."""
    return mark in END_MARKS
