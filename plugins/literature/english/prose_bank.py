"""The bank of prose: short sentences of public-domain authors that name nobody, and what each may stand beside.

A row of the file is an author, a work, where the sentence stood (`P` opens a paragraph, `E` ends one, `-` neither), its
number in the work, and the sentence. `tools/build_prose_bank.py` makes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ....core.words.vectors import vectors_of
from ..lm.bank import read_rows
from .lexicon import FUNCTION, stem
from .words import MARKS, tokenize

__all__ = ["ProseBank", "Sentence", "Shelf", "persons_of", "stands_alone", "tense_of", "work_title"]

_PERSONS = {
    "i": "i me my mine myself i'm i'll i've i'd",
    "we": "we us our ours ourselves we're we'll we've",
    "you": "you your yours yourself thou thee thy ye",
    "he": "he him his himself he's he'd he'll",
    "she": "she her hers herself she's she'd she'll",
    "they": "they them their theirs themselves they're",
}
_PERSON_OF = {word: person for person, words in _PERSONS.items() for word in words.split()}
_PAST = frozenset(
    "was were had did could would might went came saw felt knew thought took stood made gave found seemed "
    "grew fell ran sat heard left began kept told lay rose became wasn't hadn't didn't couldn't".split()
)
_PRESENT = frozenset(
    "is are has have do does can will may am seems goes comes knows isn't don't doesn't can't won't".split()
)
#: Words that point at what was said before: a sentence that has them wants its neighbours.
_POINTING = re.compile(
    r"^(Was|Were|Is|Are|Had|Has|Have|Did|Does|Do|Can|Could|Will|Would|Shall|Should|May|Might|Must|So|Thus|Then|Therefore|Hence|For|Nor|Such|This|That|These|Those|It|But|However|Indeed|Yes|No|Here|Again|Neither|Both|"
    r"Another|Others|One|Even|Still|Also|Besides|Moreover|Otherwise|And|Or|Yet|Not)\b"
    r"|\b(this|these|those|such|said|replied|latter|former|aforesaid|above|hereby|thereof|chapter|reader|sir|madam|ma'am|"
    r"gentlemen|ladies|lordship|ladyship|nigger\w*|negro\w*|savage\w*|heathen\w*|Jew\w*)\b",
    0,
)
_DIALECT = re.compile(
    r"\b(warn't|ain't|anywheres|knowed|reckon|hain't|\w+eth|o'|an'|t'|'em|them \w+s was)\b|^What\b.*[.]$"
)
_EMPTY_IT = re.compile(
    r"^It (was|is|seemed|had been|would be) (a|an|the|now|not|very|so|almost|nearly|late|early|dark|\w+ (that|to))\b"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence of somebody's. place: "P", "E" or "-"; number: in the work."""

    text: str
    author: str
    work: str
    place: str
    number: int


def persons_of(text: str) -> frozenset[str]:
    """Who speaks or is spoken of by a pronoun: "i", "we", "you", "he", "she", "they"."""
    return frozenset(_PERSON_OF[t] for t in tokenize(text) if t in _PERSON_OF)


def tense_of(text: str) -> str:
    """ "past" or "present" by the common verbs, "" where there is none."""
    words = tokenize(text)
    if any(w in _PRESENT for w in words):
        return "present"
    return "past" if any(w in _PAST or (w.endswith("ed") and len(w) > 4) for w in words) else ""


def work_title(work: str) -> str:
    """The name of a file of the corpus as a title."""
    small = frozenset("of the and in a to from on".split())
    words = work.split("_")
    return " ".join(w if w in small and n else w.capitalize() for n, w in enumerate(words))


class ProseBank:
    """All sentences, by author."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows: dict[str, list[Sentence]] = {}
        for author, work, place, number, text in rows:
            self._rows.setdefault(author, []).append(Sentence(text, author, work, place, int(number)))
        self._shelves: dict[str, Shelf] = {}

    @classmethod
    def load(cls, path: Path) -> ProseBank:
        """The bank of a file. Raises WeightsError."""
        return cls(read_rows(path))

    @property
    def authors(self) -> tuple[str, ...]:
        """Whose sentences it has."""
        return tuple(self._rows)

    def shelf(self, author: str = "") -> Shelf:
        """What can be quoted of an author, of all of them for ""."""
        if author not in self._shelves:
            rows = self._rows[author] if author else [s for found in self._rows.values() for s in found]
            self._shelves[author] = Shelf(rows)
        return self._shelves[author]


def stands_alone(text: str) -> bool:
    """Whether a sentence needs nothing that was said before it but who *he* or *she* is."""
    points = _POINTING.search(text)
    if points and not (text.startswith("It ") and _EMPTY_IT.match(text) and not _POINTING.search(text[3:])):
        return False
    if " it " in f" {text} " and not text.startswith("It "):
        return False
    persons = persons_of(text)
    return len(persons & {"he", "she", "they"}) < 2 and text[-1] != "?" and not _DIALECT.search(text)


@dataclass
class Shelf:
    """Sentences that may be chosen, with what they are made of as arrays."""

    sentences: Sequence[Sentence]

    @cached_property
    def persons(self) -> list[frozenset[str]]:
        """Of each sentence: see `persons_of`."""
        return [persons_of(s.text) for s in self.sentences]

    @cached_property
    def tenses(self) -> NDArray[np.str_]:
        """Of each sentence: see `tense_of`."""
        return np.array([tense_of(s.text) for s in self.sentences])

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """How many each sentence has."""
        return np.array([len(s.text.split()) for s in self.sentences])

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The stems of each sentence's words of content."""
        return [
            frozenset(stem(w) for w in tokenize(s.text) if w not in FUNCTION and w not in MARKS and len(w) > 2)
            for s in self.sentences
        ]

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """What each sentence speaks of, as rows of length one."""
        read = [[w for w in tokenize(s.text) if w not in MARKS and w not in FUNCTION] for s in self.sentences]
        number = {w: i for i, w in enumerate(dict.fromkeys(w for words in read for w in words))}
        count = np.zeros(len(number))
        for words in read:
            count[[number[w] for w in set(words)]] += 1
        table = vectors_of(list(number), "en") * np.log(len(read) / np.maximum(1, count))[:, None].astype(np.float32)
        sums = np.stack([table[[number[w] for w in words]].sum(axis=0) for words in read])
        return np.asarray(sums / np.maximum(1e-9, np.linalg.norm(sums, axis=1, keepdims=True)), np.float32)
