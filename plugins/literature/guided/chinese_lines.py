"""Lines of Chinese verse: tokens of one character or more whose tones fit the patterns of the line, a rhyme at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ....core.pretrained.causal import CausalModel
from ..chinese.prosody import LEVEL, OBLIQUE, Prosody
from .line_form import Ending, Moves

__all__ = ["ChineseLine", "HanTokens"]

Array = NDArray[np.float32]
Flags = NDArray[np.bool_]

LONGEST = 4
"""Characters of the longest token that is used."""
#: Characters that a poem may say twice.
_FREE = frozenset("不无人一")
#: A character that the corpus of verse has fewer times than this is not written.
_RARE = 20


class HanTokens:
    """The tokens of a tokenizer that are Chinese characters of verse.

    prosody: the table of characters; rhyme_words: the characters of each rhyme by its name, a Pingshui group's number or
    a part of the Cilin; ids: (n,) tokens; texts: of each; size: (n,) characters; chars: (n, 4) numbers of characters, -1 behind the last.
    """

    def __init__(self, model: CausalModel, table: Prosody) -> None:
        self.prosody = table
        known = {
            char: tones
            for char, entry in table.characters.items()
            if entry.count >= _RARE and (tones := table.used(char))
        }
        self.index = {char: i for i, char in enumerate(known)}
        level = np.array([LEVEL in tones for tones in known.values()])
        oblique = np.array([tones != LEVEL for tones in known.values()])
        pairs = [(i, t) for i, t in enumerate(model.pieces()) if 0 < len(t) <= LONGEST and all(c in known for c in t)]
        self.ids = np.array([token for token, _ in pairs], np.int64)
        self.texts = tuple(text for _, text in pairs)
        self.place = {int(token): i for i, token in enumerate(self.ids)}
        self.size = np.array([len(text) for text in self.texts], np.int64)
        self.chars = np.full((len(pairs), LONGEST), -1, np.int64)
        for row, text in enumerate(self.texts):
            self.chars[row, : len(text)] = [self.index[c] for c in text]
        there = self.chars >= 0
        self.level = np.where(there, level[self.chars], True)
        self.oblique = np.where(there, oblique[self.chars], True)
        self.last = self.chars[np.arange(len(pairs)), self.size - 1] if pairs else np.zeros(0, np.int64)
        self.rhyme_words: dict[str, list[str]] = {}
        for char in known:
            entry = table.characters[char]
            parts = [part for part in entry.parts if (LEVEL if part[-1] == LEVEL else OBLIQUE) in entry.used]
            for name in (*map(str, entry.used_groups), *parts):
                self.rhyme_words.setdefault(name, []).append(char)
        self._fits: dict[str, Flags] = {}

    def fitting(self, pattern: str) -> Flags:
        """(places, tokens): which tokens may begin on each place of a pattern of tones, `.` free."""
        if pattern not in self._fits:
            out = np.zeros((len(pattern), len(self.ids)), bool)
            for place in range(len(pattern)):
                fits = self.size <= len(pattern) - place
                for i, tone in enumerate(pattern[place : place + LONGEST]):
                    if tone != ".":
                        fits = fits & (self.level if tone == LEVEL else self.oblique)[:, i]
                out[place] = fits
            self._fits[pattern] = out
        return self._fits[pattern]


@dataclass(frozen=True)
class LineState:
    """place: characters written; alive: which patterns the line still keeps; text: what is written."""

    place: int = 0
    alive: tuple[int, ...] = ()
    text: str = ""
    tokens: tuple[int, ...] = ()
    ending: Ending | None = None


class ChineseLine:
    """A line of a plan; a `LineForm`.

    patterns: the licensed ones, all of one length; rhymes: characters that may end it (None: any); said: those that the
    poem holds already; known: characters that are given, by place from 0; worth: what is added for a character;
    rows that would say a run of five of the corpus are not barred here, but in the search.
    """

    def __init__(
        self,
        tokens: HanTokens,
        *,
        patterns: Sequence[str],
        rhymes: frozenset[str] | None,
        ending: Ending,
        said: str = "",
        known: Mapping[int, str] | None = None,
        worth: Mapping[str, float] | None = None,
    ) -> None:
        self.tokens, self.patterns, self.total = tokens, tuple(patterns), len(patterns[0])
        self.end = ending
        given = dict(known or {})
        index = tokens.index
        self._used = np.zeros(len(index) + 1, bool)
        self._used[[index[c] for c in said if c in index and c not in _FREE]] = True
        self._worth = np.zeros(len(index) + 1, np.float32)
        for char, value in (worth or {}).items():
            if char in index:
                self._worth[index[char]] = value
        allowed = np.ones((self.total, len(index) + 1), bool)
        if rhymes is not None:
            allowed[-1] = False
            allowed[-1, [index[c] for c in rhymes if c in index]] = True
        for place, char in given.items():
            allowed[place] = False
            if char in index:
                allowed[place, index[char]] = True
                self._used[index[char]] = False
        self._base = self._places(allowed)

    def _places(self, allowed: Flags) -> Flags:
        """(patterns, places, tokens): where a token may begin, the given characters and the rhyme counted in."""
        out = np.stack([self.tokens.fitting(pattern) for pattern in self.patterns])
        chars = self.tokens.chars
        for place in range(self.total):
            for i in range(min(LONGEST, self.total - place)):
                out[:, place] &= (chars[:, i] < 0) | allowed[place + i][chars[:, i]]
        return out

    def start(self) -> LineState:
        """The line before its first character."""
        return LineState(alive=tuple(range(len(self.patterns))))

    def moves(self, state: LineState) -> Moves:
        """What may come next."""
        if state.place == self.total:
            return Moves(np.array([self.end.tokens[0]]), np.zeros(1, np.float32))
        index, chars = self.tokens.index, self.tokens.chars
        used = self._used.copy()
        used[[index[c] for c in state.text if c not in _FREE]] = True
        used[-1] = False
        good = self._base[list(state.alive), state.place].any(0) & ~used[chars].any(1)
        good &= (chars[:, 0] != chars[:, 1]) | (chars[:, 1] < 0)
        chosen = np.flatnonzero(good)
        worth = np.where(chars[chosen] >= 0, self._worth[chars[chosen]], 0).sum(1)
        return Moves(self.tokens.ids[chosen], worth.astype(np.float32))

    def step(self, state: LineState, token: int) -> LineState:
        """The state after a token."""
        tokens = (*state.tokens, token)
        if state.place == self.total:
            return replace(state, tokens=tokens, ending=self.end)
        row = self.tokens.place[token]
        alive = tuple(v for v in state.alive if self._base[v, state.place, row])
        text = self.tokens.texts[row]
        return LineState(place=state.place + len(text), alive=alive, text=state.text + text, tokens=tokens)

    def ended(self, state: LineState) -> Ending | None:
        """How the line ended, or None."""
        return state.ending

    def text(self, state: LineState) -> str:
        """The line with its mark."""
        return state.text + (state.ending.mark if state.ending else "")
