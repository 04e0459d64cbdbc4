"""English poems written by any language model: the plan, what it asks of each line, the best draft that a checker passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ....core.pretrained.causal import CausalModel
from ....core.theme import Theme
from ....core.words import vectors_of
from ....core.words.concepts import concepts
from ..english.checker import check, last_word, scan
from ..english.forms import Plan
from ..english.lexicon import stem
from ..english.words import MARKS, tokenize
from .english_lines import EnglishLine, Wishes, line_of
from .english_words import EnglishWords
from .plans import begin
from .poems import Draft, write_drafts
from .prompts import english_prompt, shown_lines

__all__ = ["Asked", "write_english"]

Array = NDArray[np.float32]

NAMED = 1.6
"""What is added, in nats, for a word of the theme that the poem has not said."""
NEAR = 0.7
"""What is added at most for a word that is used like one of the theme's."""
_LEAST = 0.4
#: Words a poem may say any number of times.
_TALK = frozenset("one day like time still way".split())
MARKED = (".", ",", ";", ":", "!", "?", "")


@dataclass(frozen=True)
class Asked:
    """What a person asks besides the theme: first letters, given lines by number from 0, words to say, a word to rhyme
    with.
    """

    acrostic: str = ""
    keep: dict[int, str] | None = None
    keywords: tuple[str, ...] = ()
    rhyme: str = ""


def write_english(
    model: CausalModel,
    words: EnglishWords,
    theme: Theme,
    plan: Plan,
    asked: Asked,
    rng: np.random.Generator,
    *,
    temperature: float,
    tell: Callable[[float, str], None],
    source: str = "",
) -> list[Draft]:
    """Drafts that keep their form by the checker, the best first; none where nothing could be completed.

    source: a text that the poem is made from, read in the place of a plan. Raises InputError for a kept line, a letter or
    a rhyme that no poem of the plan can hold.
    """
    poem = _Poem(model, words, theme, plan, asked)
    read = model.read(english_prompt(model, plan, theme.text))
    begun, plans = begin(model, read, plan.lines, source, rng, poem.speaks)
    poem.shown |= {gram for told in plans for gram in _trigrams(told)}
    drafts = write_drafts(
        begun,
        plan.lines,
        poem.form,
        lambda line: bool(plan.partners(line)),
        rng,
        temperature=temperature,
        break_tokens=lambda text: model.tokens_after("\n", [text + "\n"])[0],
        bars=poem.copies,
        tell=tell,
    )
    given = frozenset(asked.keep or {})
    sound = [d for d in drafts if not check(d.texts, plan.form, given=given) and poem.holds(d)]
    return sorted(sound, key=lambda d: (-poem.names(d), -d.score))


class _Poem:
    """What stays the same over the lines of one poem."""

    def __init__(self, model: CausalModel, words: EnglishWords, theme: Theme, plan: Plan, asked: Asked) -> None:
        self.words, self.plan, self.asked = words, plan, asked
        self.marks = {
            mark: tokens
            for mark, tokens in zip(MARKED, model.tokens_after("x", [f"{m}\n" for m in MARKED]), strict=True)
            if tokens
        }
        comma = model.tokens_after("x", [","])[0]
        self.comma = comma[0] if len(comma) == 1 else -1
        self.theme = _theme_words(theme, words)
        self.near = _nearness(self.theme, words)
        self.keep = dict(asked.keep or {})
        self.shown = {gram for line in shown_lines(plan) for gram in _trigrams(line)}
        self.wanted = self._rhyme_class(asked.rhyme)
        self._check_given()

    def _check_given(self) -> None:
        letters = self.asked.acrostic.replace(" ", "")
        if len(letters) > self.plan.lines:
            raise InputError(
                f"the acrostic {letters!r} has {len(letters)} letters; the form has {self.plan.lines} lines"
            )
        for number, text in self.keep.items():
            if not 0 <= number < self.plan.lines:
                raise InputError(f"line {number + 1} was given, but the form has {self.plan.lines} lines")
            words = [t for t in tokenize(text) if t not in MARKS]
            if not words:
                raise InputError(f"line {number + 1}, {text!r}, cannot be kept: it has no word")
            wanted = self.plan.syllables[number]
            size = scan(words, self.plan.pattern(number), syllables=wanted).syllables
            if size != wanted:
                raise InputError(
                    f"line {number + 1}, {text!r}, has {size} syllables; the form asks for {wanted}. Change the line or the form"
                )
        for word in self.asked.keywords:
            if word not in self.words.index:
                raise InputError(f"the keyword {word!r} is not a word whose sound is known; choose another")

    def _rhyme_class(self, word: str) -> int:
        if not word:
            return -1
        at = self.words.index.get(word.lower(), -1)
        of = int(self.words.rhyme[at]) if at >= 0 else -1
        if of < 0 or self.words.class_sizes[of] < 4:
            raise InputError(f"too few words rhyme with {word!r}; choose another rhyme")
        return of

    def form(self, draft: Draft, line: int) -> EnglishLine | str:
        """The form of a draft's next line, or its text where it is given."""
        if line in self.keep:
            return self.keep[line]
        said = {stem(t) for text in draft.texts for t in tokenize(text) if t not in MARKS} - _TALK
        worth = self.near.copy()
        for place, (word, of) in enumerate(self.theme.items()):
            if of not in said:
                worth[[i for i, s in enumerate(self.words.stems) if s == of]] += NAMED / (1 + 0.5 * place)
            elif word in self.words.index:
                worth[self.words.index[word]] += 1.0
        late = line / max(1, self.plan.lines - 1)
        for word in self.asked.keywords:
            if stem(word) not in said:
                worth[self.words.index[word]] += 2.0 + 4.0 * late
        letters = self.asked.acrostic.replace(" ", "")
        partners = self.plan.partners(line)
        letter = self.plan.form.rhymes[line]
        first = next((i for i, r in enumerate(self.plan.form.rhymes) if r != "x"), -1)
        wishes = Wishes(
            worth=worth,
            begins=letters[line : line + 1],
            said=frozenset(said),
            rhymed=tuple(self._ends(draft, p) for p in partners),
            taken=frozenset(
                int(self.words.rhyme[self._ends(draft, p)])
                for p in range(line)
                if self.plan.form.rhymes[p] not in ("x", letter)
            ),
            wanted=self.wanted if line == first else -1,
        )
        return line_of(self.words, self.plan, line, self.marks, self.comma, wishes)

    def _ends(self, draft: Draft, line: int) -> int:
        """The number of the word that closes a line. Raises InputError if a given line closes with an unknown one."""
        word = last_word(draft.texts[line])
        at = self.words.index.get(word, -1)
        if at < 0 or self.words.rhyme[at] < 0 or self.words.class_sizes[self.words.rhyme[at]] < 2:
            raise InputError(
                f"line {line + 1} ends with {word!r}, which too few words rhyme with; let it end otherwise"
            )
        return at

    def copies(self, text: str) -> bool:
        """Whether a line says three words in a row of the poems and plans that were read."""
        return not self.shown.isdisjoint(_trigrams(text))

    def holds(self, draft: Draft) -> bool:
        """Whether a draft says the words that were asked for."""
        said = {t for text in draft.texts for t in tokenize(text)}
        return said.issuperset(self.asked.keywords)

    def names(self, draft: Draft) -> bool:
        """Whether a draft says a word of the theme, or one of its image."""
        return self.speaks(" ".join(draft.texts))

    def speaks(self, text: str) -> bool:
        """Whether a text says a word of the theme, or one of its image."""
        said = {stem(t) for t in tokenize(text)}
        return not said.isdisjoint(self.theme.values()) or not self.theme


def _trigrams(text: str) -> set[tuple[str, ...]]:
    words = [t for t in tokenize(text) if t not in MARKS]
    return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}


def _theme_words(theme: Theme, words: EnglishWords) -> dict[str, str]:
    """Words of a theme and their stems, the theme's own before those of its images."""
    own = [re.sub("['\u2019]s?$", "", w.lower()) for w in theme.words_in("en")]
    image = [w for key in theme.images for w in concepts()[key].en[:2]]
    order = [w for w in dict.fromkeys((*own, *image)) if w in words.index and not words.function[words.index[w]]]
    return {w: words.stems[words.index[w]] for w in order[:5]}


def _nearness(theme: dict[str, str], words: EnglishWords) -> Array:
    """(words,): what is added for a word that is used like those of the theme, 0 to NEAR."""
    if not theme:
        return np.zeros(len(words.words), np.float32)
    near = (vectors_of(words.words, "en") @ vectors_of(tuple(theme), "en").T).max(1)
    worth = NEAR * np.clip((near - _LEAST) / (1 - _LEAST), 0, 1)
    worth[words.function] = 0
    return worth.astype(np.float32)
