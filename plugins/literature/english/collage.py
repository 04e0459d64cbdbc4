"""Prose of real sentences: a page in a voice, or going on from an opening, chosen from the bank and cohered.

A network of six million parameters cannot write a page that means something, but it can tell which of many real sentences
goes on from what stands there. So the sentences are an author's own, no two of them near each other in a book; one person
is spoken of all along, in one tense; what they speak of stays near the theme and near what was just said. Where an opening
names somebody, some of the pronouns become the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ....core.transformer.sampling import log_softmax
from ....core.words.vectors import vectors_of
from .content import MEN, WOMEN, plain_word
from .lexicon import stem
from .prose_bank import ProseBank, Sentence, Shelf, persons_of, tense_of

if TYPE_CHECKING:
    from ....core.progress import Progress
    from ..models.prose_en.engine import ProseEngine

__all__ = ["Collage", "Told", "best_voice", "compose_prose", "teller_of", "told_by"]

#: Sentences the network reads for each that stays; tokens of what stands there that it remembers; the least distance in one book.
_READ, _REMEMBERED, _APART = 12, 110, 60
_WITHIN, _VOICES = 0.1, 60
#: How many sentences a paragraph has.
_PARAGRAPH = (3, 6)
#: Persons: one who was not named before comes from nowhere.
_SOMEBODY = frozenset(
    map(
        stem,
        "father mother aunt uncle sister brother cousin son daughter children child husband wife lady ladies gentleman "
        "gentlemen man men woman women boy boys girl girls people servant servants maid officer officers captain doctor "
        "friend friends companion companions party visitor visitors crew crowd nurse baby king queen prince lord fellow "
        "fellows colonel major judge widow bride lover stranger strangers neighbour neighbours family host hostess guest "
        "guests master mistress boat-men sailor sailors soldier soldiers priest teacher victim murderer assassins".split(),
    )
)
#: A name that opens a sentence as its subject.
_NAMED = re.compile(
    r"[A-Z][a-z]{2,}(?= (\w+ed|\w+s|was|had|came|went|stood|sat|saw|knew|felt|took|kept|made|found|ran)\b)"
)
_CAST = ("i", "he", "she", "they", "we")


@dataclass(frozen=True)
class Told:
    """How a page is told. person: "i", "we", "he", "she", "they", or "" for nobody by a pronoun; tense: "past" or "present";
    name: who that person is; unsaid: somebody of whom no pronoun says who it is.
    """

    person: str
    tense: str
    name: str = ""
    unsaid: str = ""


@dataclass
class Collage:
    """A page: paragraphs, the sentences of others in it, and the words that were changed to names."""

    paragraphs: list[str]
    chosen: list[Sentence] = field(default_factory=list)
    named: int = 0


def told_by(opening: str, memory: str = "") -> Told:
    """Who is spoken of in an opening, and in which tense; memory: notes that tell more of who it is.

    Raises InputError for one that speaks of several people: what they do to each other is beyond a choice of sentences.
    """
    persons = persons_of(opening) & frozenset(_CAST) or persons_of(memory) & frozenset(_CAST)
    if len(persons) > 1:
        raise InputError(
            "the opening speaks of several people, and what they do to each other is beyond this model, which chooses "
            "sentences; take a language model of your own: -m hf:FOLDER"
        )
    name = _NAMED.match(opening)
    person = next(iter(persons), "")
    known = name[0] if name and person in ("he", "she") else ""
    return Told(person, tense_of(opening) or "past", known, name[0] if name and not person else "")


def compose_prose(
    engine: ProseEngine,
    shelf: Shelf,
    themes: Sequence[str],
    words: int,
    rng: np.random.Generator,
    *,
    told: Told,
    opening: str = "",
    author: str = "",
    progress: Progress,
) -> Collage:
    """A page of about `words` words, opening included. Raises InputError where the bank has too little that fits, or no
    number of sentences comes within a tenth of the length.
    """
    search = _Search(engine, shelf, themes, told, rng, author)
    page, count = Collage([opening] if opening else []), len(opening.split())
    rows: list[int] = []
    text, left = opening, int(rng.integers(*_PARAGRAPH))
    while count < words * (1 - _WITHIN / 2):
        room = words * (1 + _WITHIN) - count
        row = search.next(text, rows, room, closing=words - count < 30)
        if row is None:
            break
        sentence = shelf.sentences[row]
        shown = _named(sentence.text, told, len(rows))
        page.named += shown != sentence.text
        starts = not page.paragraphs or left <= 0
        if starts:
            page.paragraphs.append(shown)
            left = int(rng.integers(*_PARAGRAPH))
        else:
            page.paragraphs[-1] += f" {shown}"
        text += ("\n\n" if starts and text else " " if text else "") + shown
        left -= 1
        rows.append(row)
        page.chosen.append(sentence)
        count += len(shown.split())
        progress.update(min(1.0, count / words), f"{count} words")
    if not words * (1 - _WITHIN) <= count <= words * (1 + _WITHIN):
        whose = f" by {author}" if author else ""
        raise InputError(
            f"{words} words were asked for, and the sentences{whose} that fit come to {count}; ask for another length or theme"
        )
    return page


def teller_of(shelf: Shelf, themes: Sequence[str], rng: np.random.Generator) -> str:
    """Who a page without an opening speaks of: by the theme's persons, else drawn by how much an author says of whom."""
    for person, words in (("she", WOMEN), ("he", MEN)):
        if words & {plain_word(w) for w in themes}:
            return person
    many = np.array(
        [sum(person in found and len(found) == 1 for found in shelf.persons) for person in _CAST[:3]], float
    )
    return _CAST[int(rng.choice(3, p=many / many.sum()))]


def best_voice(bank: ProseBank, themes: Sequence[str], told: Told) -> str:
    """The author who has most to say of a theme in the asked person and tense."""
    wanted = vectors_of(list(themes), "en").sum(axis=0)
    found = {}
    for author in bank.authors:
        shelf = bank.shelf(author)
        fits = np.array([persons <= {told.person} for persons in shelf.persons]) & np.isin(
            shelf.tenses, [told.tense, ""]
        )
        found[author] = float(np.sort(shelf.vectors[fits] @ wanted)[-_VOICES:].sum()) if fits.any() else -np.inf
    return max(found, key=lambda author: found[author])


def _named(text: str, told: Told, number: int) -> str:
    """Every third sentence says the name in place of its first pronoun."""
    if told.name and number % 3 == 1:
        return re.sub(rf"^{told.person.capitalize()}\b(?!')", told.name, text)
    return text


class _Search:
    """The sentences that fit who is told of, and what they are worth."""

    def __init__(
        self,
        engine: ProseEngine,
        shelf: Shelf,
        themes: Sequence[str],
        told: Told,
        rng: np.random.Generator,
        author: str,
    ) -> None:
        self.engine, self.shelf, self.rng, self.told, self.author = engine, shelf, rng, told, author
        allowed = {told.person} if told.person else set()
        fits = np.array([persons <= allowed for persons in shelf.persons])
        fits &= shelf.tenses == told.tense
        self.rows = np.flatnonzero(fits)
        wanted = vectors_of(list(themes), "en").sum(axis=0)
        self.themes = frozenset(map(stem, themes))
        named = np.array([len(self.themes & shelf.stems[r]) for r in self.rows])
        self.worth = shelf.vectors[self.rows] @ (wanted / max(1e-9, float(np.linalg.norm(wanted)))) + 0.4 * np.minimum(
            named, 1
        )
        sentences = [shelf.sentences[r] for r in self.rows.tolist()]
        self.heads = [" ".join(sentence.text.split()[:2]) for sentence in sentences]
        self.mine = np.array([told.person in shelf.persons[r] for r in self.rows])
        self.places = np.array([sentence.place for sentence in sentences])
        self.numbers = np.array([sentence.number for sentence in sentences])
        self.works = np.array([sentence.work for sentence in sentences])
        self.words = shelf.words[self.rows]

    def next(self, text: str, before: Sequence[int], room: float, *, closing: bool) -> int | None:
        """The row of the sentence that goes on best; None where none fits."""
        shelf = self.shelf
        open_ = (self.words <= room) & ~np.isin(self.rows, before)
        for row in before:
            taken = shelf.sentences[row]
            open_ &= (self.works != taken.work) | (np.abs(self.numbers - taken.number) >= _APART)
        if not open_.any():
            return None
        value = 0.6 * self.worth + self.rng.gumbel(0, 0.05, len(self.rows))
        if before:
            recent = shelf.vectors[list(before[-3:])]
            value = value + 0.45 * (shelf.vectors[self.rows] @ recent.mean(axis=0))
            said = frozenset().union(*(shelf.stems[r] for r in before))
            value -= 0.16 * np.array([len(shelf.stems[r] & said - self.themes) for r in self.rows])
            heads = [" ".join(shelf.sentences[r].text.split()[:2]) for r in before[-4:]]
            value -= np.array([0.3 * (self.heads[i] in heads) for i in range(len(self.rows))])
            lately = self.themes & self._lately(before)
            value -= 0.35 * np.array([bool(shelf.stems[r] & lately) for r in self.rows])
            value -= 0.25 * np.array([len((shelf.stems[r] & _SOMEBODY) - said) for r in self.rows])
        else:
            value = value + 0.3 * (self.places == "P") - 0.3 * (self.words < 8)
            value -= 0.25 * np.array([len(shelf.stems[r] & _SOMEBODY) for r in self.rows])
        value += 0.12 * self.mine + (0.35 * (self.places == "E") + 0.25 * self.mine if closing else 0.0)
        short = np.flatnonzero(open_)
        short = short[np.argsort(-value[short], kind="stable")[:_READ]]
        gains = self._gains(text, [shelf.sentences[self.rows[r]].text for r in short])
        return int(self.rows[short[int(np.argmax(0.5 * gains + value[short]))]])

    def _lately(self, before: Sequence[int]) -> frozenset[str]:
        """The stems of the last two sentences."""
        return frozenset().union(*(self.shelf.stems[r] for r in before[-2:]))

    def _gains(self, text: str, options: Sequence[str]) -> NDArray[np.float64]:
        """By how much a token of each option is likelier after the text than alone, in nats."""
        after = self._log_p(text[-600:], options)
        return after - self._log_p("", options) if text else 0.2 * after

    def _log_p(self, text: str, options: Sequence[str]) -> NDArray[np.float64]:
        """The mean log p of a token of each option after a text."""
        engine = self.engine
        coded = [engine.encode(f" {option}" if text else option) for option in options]
        width = max(map(len, coded))
        cache, hidden = engine.open("prose", self.author, engine.encode(text)[-_REMEMBERED:], width + 1)
        first = log_softmax(hidden @ engine.head)[0]
        rows = np.array([c + [0] * (width - len(c)) for c in coded])
        states = engine.decoder.forward(engine.table[rows[:, :-1]], cache.repeat(len(rows)))
        out = np.zeros(len(coded))
        for i, tokens in enumerate(coded):
            log_p = log_softmax(states[i, : len(tokens) - 1] @ engine.head)
            out[i] = (float(first[tokens[0]]) + float(log_p[np.arange(len(tokens) - 1), tokens[1:]].sum())) / len(
                tokens
            )
        return out
