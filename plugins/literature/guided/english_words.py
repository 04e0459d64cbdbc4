"""The English words that a tokenizer can write, with their sounds: made once for a model."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ....core.pretrained.causal import CausalModel
from ....core.words import words_in_order
from ..english.lexicon import FUNCTION, stem
from ..english.phonetics import Sound, sounds
from ..english.prosody import fits
from .word_tokens import WordTokens

__all__ = ["ARTICLES", "EnglishWords"]

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

ARTICLES = frozenset(("a", "an", "the"))
#: Words that lean on nothing and may close a line, though they belong to every text.
_CLOSING = frozenset(
    "me you him them thee us there here more all so too again before above below behind beyond none own still both "
    "though along around inside outside away alone now then".split()
)
_CONTRACTIONS = (
    "i'm i'll i've i'd he's she's it's that's there's don't can't won't didn't isn't wasn't couldn't wouldn't we'll "
    "we're we've you're you'll they're let's what's who's here's".split()
)
#: A token of a modern tokenizer counts as a common word if it was merged among the first so many.
_COMMON, _KNOWN = 30_000, 15_000
#: The first words of verse and prose, by how often they stand there, that may close a line whatever the tokenizer.
_OFTEN = 5_000
_TALKED = frozenset("okay yeah hey hi um uh etc de la el le los las van von der san bin int str".split())


class EnglishWords:
    """words: in lower case; syllables, function, said by number: arrays over them; inside, heads: their tokens behind
    another word and at the head of a line.
    """

    def __init__(self, model: CausalModel, more: Iterable[str] = ()) -> None:
        """more: further words to write, as those of a theme."""
        known = dict.fromkeys((*words_in_order("en"), *sorted(FUNCTION), *_CONTRACTIONS, *more))
        single = [
            (token, text[1:])
            for token, text in enumerate(model.pieces())
            if text[:1] == " " and text[1:].isalpha() and text[1:].islower() and text.isascii()
        ]
        modern = {word: token for token, word in single}
        for token, word in single:
            if token < _KNOWN and len(word) >= 3 and word not in _TALKED:
                known.setdefault(word)
        found = {word: sounds(word) for word in known}
        self.words = tuple(word for word, readings in found.items() if readings)
        self.sounds: list[tuple[Sound, ...]] = [found[word] for word in self.words]
        self.index = {word: i for i, word in enumerate(self.words)}
        self.syllables = np.array([s[0].syllables for s in self.sounds], np.int64)
        self.function = np.array([word in FUNCTION for word in self.words])
        self.articles = np.array([word in ARTICLES for word in self.words])
        self.stems = [stem(word) for word in self.words]
        rank = {word: i for i, word in enumerate(words_in_order("en"))}
        self.common = np.array(
            [rank.get(w, _OFTEN) < _OFTEN or modern.get(w, _COMMON) < _COMMON for w in self.words], bool
        )
        cased = [word[:1].upper() + word[1:] if word[:2] in ("i", "i'") else word for word in self.words]
        self.printed = tuple(cased)
        self.inside = WordTokens(model.tokens_after("x", [f" {word}" for word in cased]))
        heads = [word[:1].upper() + word[1:] for word in cased]
        self.heads = WordTokens(model.tokens_after("\n", heads))
        self._fits: dict[str, Flags] = {}

    @cached_property
    def closing(self) -> Flags:
        """The words that may end a line that rhymes with none."""
        return np.array([word not in FUNCTION or word in _CLOSING for word in self.words]) & self.common

    @cached_property
    def rhyme(self) -> Ints:
        """(words,): the class of a word's rhyme by its last syllable, -1 where that cannot carry one, or its readings
        differ in it.
        """
        classes: dict[tuple[str, ...], int] = {}
        out = np.full(len(self.words), -1)
        for i, readings in enumerate(self.sounds):
            tails = {reading.tail(1) for reading in readings}
            if self.closing[i] and len(tails) == 1 and all(reading.strong_end() for reading in readings):
                out[i] = classes.setdefault(tails.pop(), len(classes))
        return out

    @cached_property
    def class_sizes(self) -> Ints:
        """How many words each class of rhyme has."""
        return np.bincount(self.rhyme[self.rhyme >= 0], minlength=1)

    @cached_property
    def onsets(self) -> list[tuple[str, ...]]:
        """The consonants before each word's last vowel: rhymes differ in them."""
        return [readings[0].onset(1) for readings in self.sounds]

    def fitting(self, pattern: str, total: int) -> Flags:
        """(places, words): which words may lie with their first syllable on each place of a line of `total` syllables;
        an empty pattern leaves the stress free.
        """
        key = pattern or f"free:{total}"
        if key not in self._fits:
            table = np.zeros((total, len(self.words)), bool)
            alike: dict[tuple[str, ...], list[int]] = {}
            for i, readings in enumerate(self.sounds):
                alike.setdefault(tuple(dict.fromkeys(r.stress for r in readings)), []).append(i)
            for stresses, members in alike.items():
                size = len(stresses[0])
                for place in range(total - size + 1):
                    piece = pattern[place : place + size]
                    if not pattern or all(fits(stress, piece) for stress in stresses):
                        table[place, members] = True
            self._fits[key] = table
        return self._fits[key]
