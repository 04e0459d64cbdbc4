"""Lines of English verse: words on the places of a metre, a rhyme at the end, the marks of the plan.

What the marks of STRONG and weak places leave open (words of one syllable) is charged and not barred: a line of *of*,
*the*, *and* on strong places keeps its form on paper only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..english.forms import Plan
from .english_words import EnglishWords
from .line_form import Ending, Moves

__all__ = ["EnglishLine", "Wishes", "line_of", "marks_of"]

Array = NDArray[np.float32]

WEAK_ON_STRONG = -1.2
"""Charge, in nats, of a function word of one syllable on a strong place."""
STRONG_ON_WEAK = -0.25
"""Charge of another word of one syllable on a weak place."""
TRIPLE = (-3.0, -1.0)
"""Both charges where two weak places follow one another: there stress alone makes the metre, and a line of four iambs
with the right number of syllables would pass for a limerick's."""
AGAIN = -6.0
"""Charge of a word whose stem the poem has said: small models love to say things again."""
COMMA = -0.7
"""Charge of a comma inside a line: models of prose set too many."""
RICH = 8
"""Words that a class of rhyme must have for a line to begin it."""


@dataclass(frozen=True)
class Wishes:
    """What a poem wants of all its lines. worth: (words,), added to each word's; begins: letter that the first word of
    the line has, or ""; said: stems of words that the poem has used, and so charged; rhymed: words that closed a line
    with this one's rhyme; partner: classes of rhyme that are taken.
    """

    worth: Array
    begins: str = ""
    said: frozenset[str] = frozenset()
    rhymed: tuple[int, ...] = ()
    taken: frozenset[int] = frozenset()
    wanted: int = -1


@dataclass(frozen=True)
class LineState:
    """Where a line stands. place: syllables of whole words; words: their numbers; printed: words and commas; the run of
    words that are being written, and how many of their tokens are there.
    """

    place: int = 0
    words: tuple[int, ...] = ()
    printed: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    depth: int = 0
    tokens: tuple[int, ...] = ()
    ending: Ending | None = None


class EnglishLine:
    """A line of a plan over the words of a tokenizer; a `LineForm`."""

    def __init__(
        self,
        words: EnglishWords,
        *,
        pattern: str,
        syllables: int,
        ends: NDArray[np.bool_],
        endings: Sequence[Ending],
        comma: int,
        wishes: Wishes,
    ) -> None:
        self.words, self.pattern, self.total, self.comma, self.wishes = words, pattern, syllables, comma, wishes
        self.endings = {ending.tokens[0]: ending for ending in endings}
        self._last = Moves(
            np.array(list(self.endings), np.int64), np.array([e.worth for e in self.endings.values()], np.float32)
        )
        self._worth = self._places(ends)

    def _places(self, ends: NDArray[np.bool_]) -> Array:
        """(places, words): the worth of each word on each place, -inf where the line could not be completed."""
        words, total = self.words, self.total
        fits = words.fitting(self.pattern, total)
        after = np.arange(total)[:, None] + words.syllables[None]
        last = fits & (after == total) & ends[None]
        starts = np.flatnonzero(last.any(1))
        reach = int(starts.max(initial=-1))
        worth = np.where(last | (fits & (after <= reach)), self.wishes.worth[None], -np.inf).astype(np.float32)
        short = words.syllables == 1
        on_strong, on_weak = TRIPLE if "ww" in self.pattern else (WEAK_ON_STRONG, STRONG_ON_WEAK)
        for place in range(total):
            if self.pattern[place : place + 1] == "S":
                worth[place, short & words.function] += on_strong
                worth[place, words.articles] = -np.inf
            elif self.pattern:
                worth[place, short & ~words.function] += on_weak
        again = [i for i, s in enumerate(words.stems) if s in self.wishes.said and not words.function[i]]
        worth[:, again] += AGAIN
        if self.wishes.begins:
            letter = self.wishes.begins.lower()
            worth[0, [i for i, w in enumerate(words.words) if not w.startswith(letter)]] = -np.inf
        return worth

    def start(self) -> LineState:
        """The line before its first word."""
        return LineState()

    def _value(self, place: int, said: tuple[int, ...]) -> Array:
        """Worth of the words on a place; what the line has said is barred, function words but for the last."""
        value = self._worth[place]
        bar = [i for i in said if not self.words.function[i]] + list(said[-1:])
        if bar:
            value = value.copy()
            value[bar] = -np.inf
            if said and self.words.articles[said[-1]]:
                value[self.words.function] = -np.inf
        return value

    def moves(self, state: LineState) -> Moves:
        """What may come next."""
        if not state.depth:
            return self._between(state.place, state.words, state.printed)
        table = self.words.inside if state.words else self.words.heads
        tokens, worth = table.next(state.low, state.high, state.depth, self._value(state.place, state.words))
        good = np.isfinite(worth)
        inner = Moves(tokens[good], worth[good])
        whole = self._whole(state)
        if whole < 0:
            return inner
        place = state.place + int(self.words.syllables[whole])
        after = self._between(place, (*state.words, whole), (*state.printed, self.words.words[whole]))
        fresh = ~np.isin(after.tokens, inner.tokens)
        return Moves(
            np.concatenate([inner.tokens, after.tokens[fresh]]), np.concatenate([inner.worth, after.worth[fresh]])
        )

    def _whole(self, state: LineState) -> int:
        """The word that is written, if it may stand here; else -1."""
        table = self.words.inside if state.words else self.words.heads
        word = table.whole(state.low, state.depth)
        return word if word >= 0 and np.isfinite(self._value(state.place, state.words)[word]) else -1

    def _between(self, place: int, said: tuple[int, ...], printed: tuple[str, ...]) -> Moves:
        """What may come behind a whole word: another word, a comma, the end of a line that is full."""
        if place == self.total:
            return self._last
        table = self.words.inside if said else self.words.heads
        tokens, worth = table.first(self._value(place, said))
        leans = not said or self.words.function[said[-1]] or printed[-1] == ","
        if self.comma >= 0 and not leans and 1 < place < self.total - 1 and "," not in printed:
            tokens, worth = np.append(tokens, self.comma), np.append(worth, np.float32(COMMA))
        return Moves(tokens, worth)

    def step(self, state: LineState, token: int) -> LineState:
        """The state after a token."""
        tokens = (*state.tokens, token)
        if state.depth:
            table = self.words.inside if state.words else self.words.heads
            low, high = table.inside(state.low, state.high, state.depth, token)
            if low < high and np.isfinite(self._value(state.place, state.words)[table.words[low:high]]).any():
                return replace(state, low=low, high=high, depth=state.depth + 1, tokens=tokens)
            word = self._whole(state)
            state = LineState(
                place=state.place + int(self.words.syllables[word]),
                words=(*state.words, word),
                printed=(*state.printed, self.words.printed[word]),
            )
        if state.place == self.total:
            return replace(state, tokens=tokens, ending=self.endings[token])
        if token == self.comma and state.words:
            return replace(state, printed=(*state.printed, ","), tokens=tokens)
        table = self.words.inside if state.words else self.words.heads
        low, high = table.run_of(token)
        return replace(state, low=low, high=high, depth=1, tokens=tokens)

    def ended(self, state: LineState) -> Ending | None:
        """How the line ended, or None."""
        return state.ending

    def text(self, state: LineState) -> str:
        """The line as it is printed."""
        out = " ".join(state.printed).replace(" ,", ",")
        return out[:1].upper() + out[1:] + (state.ending.mark if state.ending else "")


def marks_of(plan: Plan, line: int) -> Mapping[str, float]:
    """The marks that may end a line, each with its worth: stops and pauses are the form's."""
    number = line + 1
    if number in plan.form.stops:
        return {".": 0.0, "!": -1.0, "?": -1.0} if number == plan.lines else {".": 0.0, ";": -0.5, "!": -1.0, "?": -1.0}
    if number in plan.form.pauses:
        return {",": 0.0, ".": 0.0, ";": -0.5, ":": -1.0}
    return {"": 0.0, ",": 0.0, ";": -1.0, ".": -1.5}


def line_of(
    words: EnglishWords, plan: Plan, line: int, marks: Mapping[str, tuple[int, ...]], comma: int, wishes: Wishes
) -> EnglishLine:
    """The line number `line` of a plan. marks: the tokens of each mark with the line break behind it."""
    ends = _ends(words, plan, line, wishes)
    endings = [Ending(mark, marks[mark], worth) for mark, worth in marks_of(plan, line).items() if marks.get(mark)]
    return EnglishLine(
        words,
        pattern=plan.pattern(line),
        syllables=plan.syllables[line],
        ends=ends,
        endings=endings,
        comma=comma,
        wishes=wishes,
    )


def _ends(words: EnglishWords, plan: Plan, line: int, wishes: Wishes) -> NDArray[np.bool_]:
    """Which words may end a line: mates of its rhyme; any of a rich class where it is the first; any that closes where it
    rhymes with none.
    """
    said = np.array([s in wishes.said for s in words.stems])
    if plan.form.rhymes[line] == "x":
        return words.closing & ~said
    if wishes.rhymed or wishes.wanted >= 0:
        of = int(words.rhyme[wishes.rhymed[0]]) if wishes.rhymed else wishes.wanted
        used = {words.onsets[word] for word in wishes.rhymed}
        fresh = np.array([onset not in used for onset in words.onsets])
        return (words.rhyme == of) & fresh & ~np.isin(np.arange(len(words.words)), wishes.rhymed)
    rich = np.flatnonzero(words.class_sizes >= min(RICH, int(words.class_sizes.max())))
    free = np.setdiff1d(rich, list(wishes.taken))
    return np.isin(words.rhyme, free) & ~said
