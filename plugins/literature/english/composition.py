"""What stays the same over the lines of a poem: engine, plan and brief, and the tables that follow from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from ..models.verse_en.critic import Critic
from ..models.verse_en.engine import VerseEngine
from .brief import Brief
from .corpus import GO, KEYWORDS, LINE, NONE, STANZA
from .forms import Plan
from .grammar import Grammar
from .line_sampling import Settings
from .objections import Sense
from .rescoring import ForwardReader
from .words import MARKS, tokenize

__all__ = ["GOING_ON", "Composition"]

Array = NDArray[np.float32]
#: Words that go on with something said, and so do not begin a poem.
GOING_ON = frozenset("and but or nor so then yet for".split())


class Composition:
    """One poem to be written.

    wanted: the words asked for, as tokens; kept: given lines as tokens from their ends; full: whether rare words are
    needed; near, stale, often: (vocabulary,) how near the theme, to be used less, said too often; told: stems of what
    the poem is about.
    """

    def __init__(
        self, engine: VerseEngine, plan: Plan, brief: Brief, settings: Settings, forward: ForwardReader | None
    ) -> None:
        self.engine, self.plan, self.brief, self.settings, self.forward = engine, plan, brief, settings, forward
        self.lexicon, self.grammar, self.sense = engine.lexicon, engine.once(Grammar), engine.once(Sense)
        self.critic = engine.once(Critic.of) if settings.critic and not brief.frames else None
        index = engine.index
        self.wanted = tuple(index[w] for w in brief.wanted if w in index)
        self.going_on = [index[w] for w in GOING_ON if w in index]
        self.banned = [index[w] for w in brief.banned if w in index]
        self.kept = {line: self._given(line, text) for line, text in brief.keep.items()}
        rare = [*self.wanted, *(t for tokens in self.kept.values() for t in tokens)]
        self.full = any(t >= engine.second for t in rare)
        self.near = np.zeros(len(engine.words), np.float32)
        for word, value in brief.near.items():
            if word in index and not self.lexicon.function[index[word]]:
                self.near[index[word]] = value
        self.told = {self.lexicon.stems[index[w]]: 1 for w in (*brief.wanted, *brief.hints[:2]) if w in index}
        self.stale = np.zeros(len(engine.words), np.float32)
        self.stale[[i for i, s in enumerate(self.lexicon.stems) if s in brief.stale]] = -1.0
        for other in self.grammar.of_stems(self.grammar.foreign(self.told)):
            self.near[other], self.stale[other] = 0.0, -2.0
        self.often = self.settings.overuse * engine.overuse * (1 - np.minimum(1.0, self.near))
        self.often[list(self.wanted)] = 0

    def _given(self, line: int, text: str) -> list[int]:
        """A kept line as tokens from its end. Raises InputError if it cannot be read or has the wrong length."""
        index = self.engine.index
        tokens = tokenize(text)
        words = [t for t in tokens if t not in MARKS]
        odd = [w for w in words if w not in index]
        if not words or odd:
            reason = f"the word {odd[0]!r} is not in the vocabulary" if odd else "it has no word"
            raise InputError(f"line {line + 1}, {text!r}, cannot be kept: {reason}; use common words")
        size = int(sum(self.lexicon.syllables[index[w]] for w in words))
        if size != self.plan.syllables[line]:
            raise InputError(
                f"line {line + 1}, {text!r}, has {size} syllables; the form asks for {self.plan.syllables[line]}. "
                f"Change the line or the form"
            )
        if tokens[-1] not in MARKS:
            tokens.append(NONE)
        return [index[t] for t in reversed(tokens)]

    def prefix(self) -> list[int]:
        """The tokens that a poem begins with: form, syllables, persons, tongue, words to be led by."""
        index = self.engine.index
        names = [
            f"<form:{self.plan.form.token}>",
            f"<syllables:{int(np.median(self.plan.syllables))}>",
            f"<persons:{self.brief.persons}>",
            f"<archaic:{int(self.brief.archaic)}>",
        ]
        prefix = [index[n] for n in names if n in index]
        hints = [index[w] for w in dict.fromkeys((*self.brief.wanted, *self.brief.hints)) if w in index][:4]
        return [*prefix, *([KEYWORDS, *hints] if hints else []), GO]

    def opens_stanza(self, line: int) -> bool:
        """Whether a line begins a stanza."""
        return not line or self.break_before(line) == STANZA

    def break_before(self, line: int) -> int:
        """The break before a line: LINE inside a stanza, STANZA between two."""
        at = 0
        for size in self.plan.form.stanzas:
            at += size
            if at == line:
                return STANZA
        return LINE

    def stanza_start(self, line: int) -> int:
        """The first line of the stanza of a line."""
        return next((k for k in range(line, 0, -1) if self.break_before(k) == STANZA), 0)
