"""The bank of English couplets: two lines of a poem in metre that begin and end a sentence, whether they rhyme or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .....core.words.vectors import vectors_of, words_in_order
from ...english.corpus import ARCHAIC
from ...english.lexicon import FUNCTION, stem
from ...english.phonetics import rhyme_keys
from ...english.prose_bank import persons_of, tense_of
from ...english.words import MARKS, tokenize
from ...lm.bank import read_rows

__all__ = ["CLOSES", "METRES", "OPENS", "Couplet", "EnglishBank"]

METRES = frozenset(("pentameter", "tetrameter"))
#: Where a couplet stood: a poem's or a stanza's first lines, or its last; the rest has "-".
OPENS, CLOSES = "Oo", "Ee"
_COMMON = 5000


@dataclass(frozen=True)
class Couplet:
    """Two lines of a poem as they are printed there. place: see `OPENS` and `CLOSES`."""

    lines: tuple[str, str]
    place: str
    poet: str
    poem: str


class EnglishBank:
    """Couplets, and what they are made of. A row of the file: place, metre, poet, poem, and two lines."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.couplets = [Couplet((one, two), place, poet, poem) for place, _, poet, poem, one, two in rows]
        self.metres = np.array([row[1] for row in rows])
        self._read = [[[t for t in tokenize(line) if t not in MARKS] for line in c.lines] for c in self.couplets]
        self.words = [[*one, *two] for one, two in self._read]

    @classmethod
    def load(cls, path: Path) -> EnglishBank:
        """The bank of a file. Raises WeightsError."""
        return cls(read_rows(path))

    @cached_property
    def places(self) -> NDArray[np.str_]:
        """Where each stood."""
        return np.array([c.place for c in self.couplets])

    @cached_property
    def joins(self) -> NDArray[np.bool_]:
        """Whether it begins with a word that joins it to something before."""
        return np.array([words[0] in ("and", "or", "yet", "but") for words in self.words])

    @cached_property
    def persons(self) -> list[frozenset[str]]:
        """Who speaks or is spoken to; who else is spoken of belongs to a noun of the couplet itself."""
        return [persons_of(" ".join(c.lines)) & {"i", "we", "you"} for c in self.couplets]

    @cached_property
    def tenses(self) -> NDArray[np.str_]:
        """Of each: see `tense_of`."""
        return np.array([tense_of(" ".join(c.lines)) for c in self.couplets])

    @cached_property
    def old(self) -> NDArray[np.bool_]:
        """Whether it speaks the old tongue."""
        return np.array([any(w in ARCHAIC for w in words) for words in self.words])

    @cached_property
    def rare(self) -> NDArray[np.int64]:
        """How many words of each are none of the common ones."""
        common = frozenset(words_in_order("en")[:_COMMON]) | FUNCTION
        return np.array([sum(w not in common for w in words) for words in self.words])

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The stems of each one's words of content."""
        return [frozenset(stem(w) for w in words if w not in FUNCTION) for words in self.words]

    @cached_property
    def titles(self) -> list[frozenset[str]]:
        """The stems of the words of each one's poem's title."""
        of_poem = {c.poem: frozenset(map(stem, tokenize(c.poem))) for c in self.couplets}
        return [of_poem[c.poem] for c in self.couplets]

    @cached_property
    def ends(self) -> NDArray[np.str_]:
        """The last words of both lines, (couplets, 2)."""
        return np.array([[one[-1], two[-1]] for one, two in self._read])

    @cached_property
    def rhymes(self) -> NDArray[np.int64]:
        """The rhymes of both lines as numbers, (couplets, 2)."""
        numbers: dict[tuple[str, ...], int] = {}
        of_word = {
            word: numbers.setdefault(min(rhyme_keys(word), key=lambda k: (len(k), k)), len(numbers))
            for word in dict.fromkeys(self.ends.ravel().tolist())
        }
        return np.array([[of_word[one], of_word[two]] for one, two in self.ends.tolist()])

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """What each speaks of: the mean vector of its words, rare ones weighing more, of length one."""
        read = [[w for w in words if w not in FUNCTION] for words in self.words]
        number = {w: i for i, w in enumerate(dict.fromkeys(w for words in read for w in words))}
        count = np.zeros(len(number))
        for words in read:
            count[[number[w] for w in set(words)]] += 1
        table = vectors_of(list(number), "en") * np.log(1 + len(read) / count)[:, None].astype(np.float32)
        sums = np.stack([table[[number[w] for w in words]].sum(axis=0) for words in read])
        return np.asarray(sums / np.maximum(1e-9, np.linalg.norm(sums, axis=1, keepdims=True)), np.float32)
