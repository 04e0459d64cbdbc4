"""The bank of Chinese lines: verse of five and seven characters by where it stood in its poem, kind and rhyme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...chinese.checker import AUTUMN, NIGHT, SPRING, SUMMER, SUN, WINTER
from ...chinese.lexicon import Lexicon
from ...chinese.prosody import FORMS, KINDS, kinds_of, prosody
from ...lm.bank import read_rows

__all__ = ["ChineseBank", "PlacedLine", "clashes", "fields_of"]

#: Where a line stood: first, second, then of a couplet in the middle of an octave, then last but one and last.
OPENS, FOLLOWS, ABOVE, BELOW, TURNS, CLOSES = range(6)
_PLACES = {4: (OPENS, FOLLOWS, TURNS, CLOSES), 8: (OPENS, FOLLOWS, ABOVE, BELOW, ABOVE, BELOW, TURNS, CLOSES)}
LEVEL_GROUPS = 30
#: Words of seasons and hours, a bit for each list, and which two of them don't meet.
_FIELDS = (SPRING, SUMMER, AUTUMN, WINTER, SUN, NIGHT)
_APART = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (4, 5))


def fields_of(text: str) -> int:
    """A bit for each season and hour that a text names."""
    return sum(1 << bit for bit, words in enumerate(_FIELDS) if any(word in text for word in words))


def clashes(fields: int) -> bool:
    """Whether seasons or hours meet that don't go together."""
    return any(fields >> one & 1 and fields >> other & 1 for one, other in _APART)


@dataclass(frozen=True)
class PlacedLine:
    """A line, where it stood (`OPENS` ...), its kind, the number of its poem. The two lines of a couplet are neighbours."""

    text: str
    place: int
    kind: str
    poem: int


@dataclass(frozen=True)
class Poem:
    """Whose a line is."""

    dynasty: str
    poet: str
    title: str


class ChineseBank:
    """Lines of one length each under `of(length)`. A row of the file: dynasty, poet, title, form, kind of the first line, lines
    (`-` where one is left out).
    """

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.poems: list[Poem] = []
        self.lines: list[PlacedLine] = []
        for dynasty, poet, title, form, first, body in rows:
            shape = FORMS[form]
            kinds, places = kinds_of(first, shape.lines), _PLACES[shape.lines]
            for text, kind, place in zip(body.split(" "), kinds, places, strict=True):
                if text != "-":
                    self.lines.append(PlacedLine(text, place, kind, len(self.poems)))
            self.poems.append(Poem(dynasty, poet, title))

    @classmethod
    def load(cls, path: Path) -> ChineseBank:
        """The bank of a file. Raises WeightsError."""
        return cls(read_rows(path))

    @cached_property
    def places(self) -> NDArray[np.int8]:
        """Where each line stood."""
        return np.array([line.place for line in self.lines], np.int8)

    @cached_property
    def kinds(self) -> NDArray[np.int8]:
        """The kind of each line, as its number in "ABCD"."""
        return np.array([KINDS.index(line.kind) for line in self.lines], np.int8)

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """The number of each line's poem."""
        return np.array([line.poem for line in self.lines], np.int64)

    @cached_property
    def poets(self) -> NDArray[np.int64]:
        """A number for the poet of each poem."""
        return np.unique([poem.poet for poem in self.poems], return_inverse=True)[1]

    @cached_property
    def lengths(self) -> NDArray[np.int8]:
        """Characters of each line."""
        return np.array([len(line.text) for line in self.lines], np.int8)

    @cached_property
    def fields(self) -> NDArray[np.int8]:
        """The seasons and hours that each line names: see `fields_of`."""
        found = np.zeros(len(self.lines), np.int8)
        for bit, words in enumerate(_FIELDS):
            for number in self.saying(words):
                found[number] |= 1 << bit
        return found

    @cached_property
    def _text(self) -> tuple[str, NDArray[np.int64]]:
        """All lines as one text, parted by spaces, and where each begins."""
        sizes = np.array([len(line.text) + 1 for line in self.lines])
        return " ".join(line.text for line in self.lines), np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def saying(self, words: Iterable[str]) -> list[int]:
        """The numbers of the lines that hold one of some words."""
        text, starts = self._text
        places = sorted({found.start() for word in words if word for found in re.finditer(re.escape(word), text)})
        return sorted(set((np.searchsorted(starts, places, side="right") - 1).tolist()))

    @cached_property
    def rhymes(self) -> NDArray[np.int64]:
        """A bit for each level group that the last character of a line rhymes in, as poets use it."""
        known = prosody().characters
        bits = {char: sum(1 << g for g in found.used_groups if g < LEVEL_GROUPS) for char, found in known.items()}
        return np.array([bits.get(line.text[-1], 0) for line in self.lines], np.int64)

    def topics(self, chosen: NDArray[np.int64], lexicon: Lexicon) -> NDArray[np.float32]:
        """Topic vectors of length one of some lines of equal length, (lines, width)."""
        known = len(lexicon.topic)
        number = {char: min(at, known) for char, at in lexicon.at.items()}
        ids = np.array([[number.get(c, known) for c in self.lines[i].text] for i in chosen])
        table = np.concatenate([lexicon.topic, np.zeros((1, lexicon.topic.shape[1]), np.float32)])
        mean = table[ids].sum(axis=1)
        return np.asarray(mean / np.maximum(1e-9, np.linalg.norm(mean, axis=1, keepdims=True)), np.float32)
