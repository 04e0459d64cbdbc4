"""Stretches of prepared verse as batches for the verse model: tokens, features, targets.

A stretch is a run of lines from a stanza's first line on, with a prefix that tells its form, the usual length of its
lines, how much it speaks of persons, whether it is in the old tongue, and a few of its words. Features at a position
speak of the token to come: syllables left, place of the line, how far back its rhyme is, the word it rhymes with, the
last word of the line before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...english.corpus import ARCHAIC, GO, KEYWORDS, PERSONAL, SPECIALS, UNKNOWN, Prepared, Vocabulary

__all__ = ["Batch", "Stretches", "rhyme_relations", "scheme_form"]

HIDDEN = 5
MAX_LEFT, MAX_LINE = 19, 16


@dataclass(frozen=True)
class Batch:
    """int64 arrays of shape (rows, length): tokens, left, line, relation, partner, before; targets, -1 where nothing is
    learned.
    """

    tokens: NDArray[np.int64]
    left: NDArray[np.int64]
    line: NDArray[np.int64]
    relation: NDArray[np.int64]
    partner: NDArray[np.int64]
    before: NDArray[np.int64]
    targets: NDArray[np.int64]


def rhyme_relations(rhymes: NDArray[np.int32], last: NDArray[np.int32]) -> tuple[list[int], list[int]]:
    """For each line: how many lines back it rhymes (0 for none, at most 4) and with which word
    (a token, 0 for none).
    """
    relation, partner = [], []
    for i in range(len(rhymes)):
        back = next(
            (
                b
                for b in range(1, min(4, i) + 1)
                if rhymes[i] >= 0 and rhymes[i] == rhymes[i - b] and last[i] != last[i - b]
            ),
            0,
        )
        relation.append(back)
        partner.append(int(last[i - back]) if back and last[i - back] != UNKNOWN else 0)
    return relation, partner


def scheme_form(relation: list[int], syllables: NDArray[np.int8]) -> str:
    """The form that rhymes and lengths of a stretch speak for."""
    n = len(relation)
    rhymed = sum(r > 0 for r in relation)
    if n >= 5 and relation[:5] == [0, 1, 0, 1, 3] and syllables[2] < syllables[0]:
        return "limerick"
    if n == 14 and rhymed >= 6 and np.median(syllables) == 10:
        return "sonnet"
    if n < 4:
        return "other"
    if rhymed <= 0.15 * n:
        return "blank" if np.mean(syllables == 10) > 0.7 else "free"
    counts = [sum(relation[i] == b for i in range(n)) for b in range(5)]
    if counts[1] >= 0.35 * n:
        return "aabb" if counts[3] < 0.15 * n else "abba"
    if counts[2] >= 0.4 * n:
        return "abab"
    if counts[2] >= 0.18 * n:
        return "xaxa"
    return "abba" if counts[3] >= 0.18 * n else "other"


class Stretches:
    """Draws batches from a prepared corpus."""

    def __init__(self, data: Prepared, vocabulary: Vocabulary, *, length: int = 160, held_out: bool = False) -> None:
        self.data, self.length = data, length
        self.index = vocabulary.index
        self.poem_start = np.searchsorted(data.line_poem, np.arange(len(data.weights) + 1))
        weights = np.where(data.held_out == held_out, data.weights, 0.0)
        self.cumulative = np.cumsum(weights)
        self.personal = np.zeros(len(vocabulary), bool)
        self.archaic = np.zeros(len(vocabulary), bool)
        for words, flags in ((PERSONAL, self.personal), (ARCHAIC, self.archaic)):
            flags[[self.index[w] for w in words if w in self.index]] = True
        self.first_content = len(SPECIALS) + 180

    def batch(self, rng: np.random.Generator, rows: int) -> Batch:
        """`rows` rows of `length` positions: one stretch after another while there is room, then zeros."""
        out = self._empty(rows)
        for row in range(rows):
            at = 0
            while self.length - at >= 64:
                at = self._fill(out, row, at, rng)
        return out

    def whole(self, poem: int) -> Batch:
        """A poem from its first line on, as far as there is room, in one row; no words are told, all else is."""
        out = self._empty(1)
        self._write(out, 0, 0, (int(self.poem_start[poem]), int(self.poem_start[poem + 1])), None)
        return out

    def _empty(self, rows: int) -> Batch:
        shape = (rows, self.length)
        tokens, left, line, relation, partner, before = (np.zeros(shape, np.int64) for _ in range(6))
        return Batch(tokens, left, line, relation, partner, before, targets=np.full(shape, -1, np.int64))

    def _lines(self, rng: np.random.Generator) -> tuple[int, int]:
        data = self.data
        poem = int(np.searchsorted(self.cumulative, rng.random() * self.cumulative[-1], side="right"))
        first, last = int(self.poem_start[poem]), int(self.poem_start[poem + 1])
        opens = first + np.flatnonzero(data.line_opens[first:last])
        start = int(opens[rng.integers(len(opens))]) if len(opens) else first
        following = opens[opens > start]
        stanza_end = int(following[0]) if len(following) else last
        if stanza_end - start > 16 and rng.random() < 0.7:
            start += int(rng.integers(stanza_end - start - 8))
        return start, last

    def _fill(self, out: Batch, row: int, offset: int, rng: np.random.Generator) -> int:
        """One stretch into a row from position `offset` on; returns where it ends."""
        return self._write(out, row, offset, self._lines(rng), rng)

    def _write(self, out: Batch, row: int, offset: int, lines: tuple[int, int], rng: np.random.Generator | None) -> int:
        """Lines from the first on into a row. rng: draws what is told and hidden; None tells all but words."""
        data = self.data
        start, limit = lines
        room = self.length - offset - 12
        end = start
        while end < limit and end - start < 24 and data.line_start[end + 1] - data.line_start[start] <= room:
            end += 1
        if end == start:
            return self.length
        syllables = data.line_syllables[start:end]
        last = data.line_last[start:end]
        relation, partner = rhyme_relations(data.line_rhyme[start:end], last)
        body = data.tokens[data.line_start[start] : data.line_start[end]].astype(np.int64)
        prefix = self._prefix(body, relation, syllables, rng)
        if rng is not None and rng.random() < 0.15:
            relation, partner = [HIDDEN] * len(relation), [0] * len(partner)
        p = offset + len(prefix)
        n = p + len(body)
        out.tokens[row, offset:p] = prefix
        out.tokens[row, p:n] = body
        out.left[row, p:n] = np.minimum(data.left[data.line_start[start] : data.line_start[end]], MAX_LEFT)
        at = p - 1
        for k in range(end - start):
            size = int(data.line_start[start + k + 1] - data.line_start[start + k])
            span = slice(at, at + size)
            out.left[row, at] = min(int(syllables[k]), MAX_LEFT)
            out.line[row, span] = 1 + k % (MAX_LINE - 1)
            out.relation[row, span] = relation[k]
            out.partner[row, span] = partner[k]
            out.before[row, span] = last[k - 1] if k else 0
            at += size
        targets = body.copy()
        targets[targets == UNKNOWN] = -1
        out.targets[row, p - 1 : n - 1] = targets
        return n

    def _prefix(
        self, body: NDArray[np.int64], relation: list[int], syllables: NDArray[np.int8], rng: np.random.Generator | None
    ) -> list[int]:
        told = np.ones(4, bool) if rng is None else rng.random(4) < (0.8, 0.7, 0.6, 0.6)
        prefix = []
        if told[0]:
            prefix.append(self.index[f"<form:{scheme_form(relation, syllables)}>"])
        if told[1]:
            prefix.append(self.index[f"<syllables:{int(np.clip(np.median(syllables), 3, 14))}>"])
        if told[2]:
            density = float(self.personal[body].sum()) / len(relation)
            prefix.append(self.index[f"<persons:{int(np.searchsorted((0.15, 0.5, 1.0), density))}>"])
        if told[3]:
            prefix.append(self.index[f"<archaic:{int(self.archaic[body].any())}>"])
        content = np.unique(body[(body >= self.first_content)])
        if rng is not None:
            count = int(rng.choice((0, 1, 2, 3, 4), p=(0.2, 0.25, 0.25, 0.2, 0.1)))
            if count and len(content):
                prefix.append(KEYWORDS)
                prefix.extend(rng.permutation(content)[:count].tolist())
        prefix.append(GO)
        return prefix
