"""What the verse model learns from: poems prepared once, told in many ways.

How much is told changes from example to example, so that one model serves a title, keywords, an acrostic, a kept
line or a gap; see `VerseData.told`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...chinese.corpus import Poem
from ...chinese.prosody import Prosody
from .encoding import Code, Example, Prefix, rhyme_of

__all__ = ["VerseData", "find_words", "word_slots"]


def word_slots(length: int) -> list[tuple[int, int]]:
    """Where words of two characters stand in a line (from 0): 2|2|1 or 2|1|2 behind the caesura."""
    if length == 7:
        return [(0, 1), (2, 3), (4, 5), (5, 6)]
    if length == 5:
        return [(0, 1), (2, 3), (3, 4)]
    return [(i, i + 1) for i in range(length - 1)]


def find_words(poems: Sequence[Poem], *, least: int = 6, pmi: float = 3.0) -> dict[str, int]:
    """Words of two characters with their counts: pairs in word slots that stand together far more often than chance
    (PMI in nats).
    """
    single: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for poem in poems:
        for text, _ in poem.clauses:
            single.update(text)
            pairs.update(text[i] + text[j] for i, j in word_slots(len(text)))
    total, total_pairs = single.total(), pairs.total()
    return {
        w: n
        for w, n in pairs.items()
        if n >= least
        and math.log(n / total_pairs) - math.log(single[w[0]] / total) - math.log(single[w[1]] / total) > pmi
    }


@dataclass(kw_only=True)
class _Entry:
    poem: Poem
    clauses: list[tuple[str, str]]
    kind: str
    rhyme: str
    words: list[tuple[str, int]]
    size: int


class VerseData:
    """Poems ready to be drawn from."""

    def __init__(
        self, poems: Sequence[Poem], code: Code, table: Prosody, words: dict[str, int], *, longest: int = 320
    ) -> None:
        self.code = code
        self.entries: list[_Entry] = []
        for poem in poems:
            clauses = code.split(poem.clauses)
            size = sum(len(t) + 1 for t, _ in clauses)
            if size > longest or not clauses:
                continue
            kind, rhyme = rhyme_of(poem, table)
            found = [
                (t[i] + t[j], c)
                for c, (t, _) in enumerate(clauses)
                for i, j in word_slots(len(t))
                if t[i] + t[j] in words
            ]
            self.entries.append(
                _Entry(
                    poem=poem,
                    clauses=clauses,
                    kind=kind,
                    rhyme=rhyme,
                    words=found,
                    size=size + 4 + min(10, len(poem.title)),
                )
            )
        self._sizes = np.array([e.size for e in self.entries])
        self._epoch = -1
        self._batches: list[list[int]] = []

    def told(self, entry: _Entry, rng: np.random.Generator) -> Prefix:
        """What is told this time.

        Title 65 %, keywords 20 %, both 7 %, nothing 8 %; kind, rhyme, regularity 50 % each; author or dynasty 40 %;
        known characters: none 80 %, first ones 5 %, whole clauses 5 %, single ones and spans 10 %.
        """
        poem, told = entry.poem, Prefix(form=entry.poem.form)
        if rng.random() < 0.5:
            told.regulated = poem.regulated
        if rng.random() < 0.5:
            told.kind = entry.kind
        if rng.random() < 0.5:
            told.rhyme = entry.rhyme
        if rng.random() < 0.4:
            told.voice = poem.author if f"[A {poem.author}]" in self.code.ids else poem.dynasty
        which = rng.random()
        if which < 0.72:
            told.title = poem.title
        if 0.65 <= which < 0.92 and entry.words:
            number = min(len(entry.words), 1 + int(rng.integers(4)))
            chosen = rng.choice(len(entry.words), number, replace=False)
            chosen = np.sort(chosen) if rng.random() < 0.7 else chosen
            placed = rng.random() < 0.4
            told.keywords = [(entry.words[i][0], entry.words[i][1] if placed else -1) for i in chosen]
        told.known = self.known(entry, rng)
        return told

    def known(self, entry: _Entry, rng: np.random.Generator) -> dict[tuple[int, int], str]:
        """Characters that are given, by (clause, place from the end)."""
        which, clauses = rng.random(), entry.clauses
        if which < 0.80:
            return {}
        if which < 0.85:
            return {(c, len(t)): t[0] for c, (t, _) in enumerate(clauses) if t and rng.random() < 0.85}
        if which < 0.90:
            lines = rng.choice(len(clauses), 1 + int(rng.integers(max(1, len(clauses) // 2))), replace=False)
            return {(int(c), p): clauses[c][0][-p] for c in lines for p in range(1, len(clauses[c][0]) + 1)}
        places = [(c, p) for c, (t, _) in enumerate(clauses) for p in range(1, len(t) + 1)]
        if rng.random() < 0.5:
            share = rng.uniform(0.15, 0.85)
            return {at: clauses[at[0]][0][-at[1]] for at in places if rng.random() < share}
        hidden: set[tuple[int, int]] = set()
        for _ in range(1 + int(rng.integers(3))):
            start = int(rng.integers(len(places)))
            hidden.update(places[start : start + 1 + int(rng.integers(3))])
        return {at: clauses[at[0]][0][-at[1]] for at in places if at not in hidden}

    def batch(self, step: int, tokens: int, seed: int, rng: np.random.Generator) -> list[Example]:
        """The examples of a step: each poem once an epoch, lengths alike, about `tokens` tokens."""
        sizes = self._sizes
        per_epoch = max(1, math.ceil(sizes.sum() / tokens))
        epoch, at = divmod(step, per_epoch)
        if epoch != self._epoch:
            shuffle = np.random.default_rng([seed, epoch, 7])
            order = np.argsort(sizes * shuffle.uniform(0.96, 1.04, len(sizes)) + 1e-3 * shuffle.random(len(sizes)))
            cuts = np.searchsorted(np.cumsum(sizes[order]), np.arange(1, per_epoch) * sizes.sum() / per_epoch)
            pieces = np.split(order, cuts)
            self._batches = [list(pieces[i]) for i in shuffle.permutation(len(pieces))]
            self._epoch = epoch
        chosen = self._batches[at] or [int(rng.integers(len(self.entries)))]
        return [self.code.encode(self.told(self.entries[i], rng), self.entries[i].clauses) for i in chosen]
