"""集句: regulated verse of real couplets, each from another poem, by the book's tones and one rhyme.

A couplet stands where it stood in its own poem: first ones open, last ones close, and those in the middle of an octave are
parallel. Single lines were tried: read blind, the third did not turn and the fourth did not answer it. Tones and rhyme are
kept by choosing couplets of the right kinds; which go together is settled by what they speak of (topic vectors, seasons
and hours that don't meet), and at last by the verse model, which reads the whole poem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.theme import Theme
from ...chinese.brief import shape_of
from ...chinese.checker import check_regulated
from ...chinese.content import theme_words
from ...chinese.prosody import FORMS, KINDS, kinds_of, plan_shares
from ..verse_zh.encoding import Prefix
from .chinese_bank import ABOVE, CLOSES, FOLLOWS, LEVEL_GROUPS, OPENS, TURNS, ChineseBank, clashes, fields_of

if TYPE_CHECKING:
    from ..verse_zh.engine import VerseEngine

__all__ = ["Cento", "compose_chinese"]

#: Plans (kind of the first line, rhyme group) that are tried; lines looked at in each place; drafts kept, and read whole.
_PLANS, _SHORT, _BEAM, _READ = 6, 40, 12, 32
#: By the bits of `fields_of`.
_CLASHING = np.array([clashes(bits) for bits in range(64)])
_PATTERN = {4: (OPENS, TURNS), 8: (OPENS, ABOVE, ABOVE, TURNS)}


@dataclass(frozen=True)
class Cento:
    """Lines as numbers of the bank, and how good they are together."""

    lines: tuple[int, ...]
    value: float


def compose_chinese(
    engine: VerseEngine, bank: ChineseBank, form: str, theme: Theme, rng: np.random.Generator, *, poet: str = ""
) -> tuple[Cento, dict[str, Any]]:
    """The best cento in a form of regulated verse on a theme, and what is told of it; poet: whose lines alone are taken, or a
    dynasty's. Raises InputError if the bank has too few lines for it.
    """
    search = _Search(engine, bank, form, theme, rng, poet)
    drafts = [draft for first, group in search.plans() for draft in search.draft(first, group)]
    if not drafts:
        whose = f" by {poet}" if poet else ""
        raise InputError(f"the bank has too few lines{whose} for a {form}; ask for another form or style")
    best = search.choose(sorted(drafts, key=lambda d: -d.value)[:_READ])
    verdict = check_regulated([bank.lines[i].text for i in best.lines], form, used=True)
    return best, {"form": form, "kind": verdict.kind, "rhyme": verdict.rhyme, "kept": verdict.kept, "read": len(drafts)}


class _Search:
    """Lines of the form's length with what they are worth for the theme."""

    def __init__(
        self, engine: VerseEngine, bank: ChineseBank, form: str, theme: Theme, rng: np.random.Generator, poet: str
    ) -> None:
        self.engine, self.bank, self.rng, self.shape, self.form = engine, bank, rng, FORMS[form], form
        self.words = theme_words(theme, engine.lexicon)[:4]
        self.own = tuple(w for w in theme.words_in("zh") if w)
        mine = np.array([not poet or poet in (poem.poet, poem.dynasty) for poem in bank.poems])
        self.at = np.flatnonzero((bank.lengths == self.shape.length) & mine[bank.owners])
        if not len(self.at):
            return
        self.topics = bank.topics(self.at, engine.lexicon)
        self.rhymes, self.fields = bank.rhymes[self.at], bank.fields[self.at]
        self.places, self.kinds = bank.places[self.at], bank.kinds[self.at]
        self.poems = bank.owners[self.at]
        self.poets = bank.poets[self.poems]
        self.texts = [bank.lines[i].text for i in self.at]
        self.worth = self._worth() + rng.gumbel(0, 0.12, len(self.at))

    def _worth(self) -> NDArray[np.float64]:
        """How much each line speaks of the theme: by its topic, its words, and the title of its poem."""
        bank, wanted = self.bank, tuple(dict.fromkeys((*self.own, *self.words)))
        worth = np.zeros(len(bank.lines))
        worth[bank.saying(wanted)] += 0.5
        for char in dict.fromkeys(c for word in wanted for c in word):
            worth[bank.saying((char,))] += 0.12
        told = np.array([any(w in poem.title for w in wanted) for poem in bank.poems])
        worth += 0.25 * told[bank.owners]
        worth -= 2.0 * _CLASHING[bank.fields | fields_of("".join(wanted))]
        return worth[self.at] + self.topics @ self.engine.lexicon.topic_of("".join(self.words))

    def plans(self) -> list[tuple[str, int]]:
        """Kinds of the first line with rhyme groups, those that have good lines for the theme first."""
        if not len(self.at):
            return []
        shares, found = plan_shares()[self.form], []
        for kind in KINDS:
            kinds = kinds_of(kind, self.shape.lines)
            for group in range(LEVEL_GROUPS):
                ends = ((self.rhymes >> group) & 1).astype(bool)
                last = self._best(ends & (self.places == CLOSES) & (self.kinds == KINDS.index(kinds[-1])), 6)
                second = self._best(ends & (self.places == FOLLOWS) & (self.kinds == KINDS.index(kinds[1])), 6)
                if len(last) > 2 and len(second) > 2:
                    share = shares["kinds"].get(kind, 0.02) * shares["rhymes"].get(str(group), 0.001)
                    value = (
                        float(self.worth[last].mean() + self.worth[second].mean())
                        + 0.12 * np.log(share)
                        + self.rng.gumbel(0, 0.1)
                    )
                    found.append((value, kind, group))
        found.sort(reverse=True)
        return [(kind, group) for _, kind, group in found[:_PLANS]]

    def _best(self, fits: NDArray[np.bool_], number: int) -> NDArray[np.int64]:
        rows = np.flatnonzero(fits)
        return rows[np.argsort(-self.worth[rows], kind="stable")[:number]]

    def draft(self, first: str, group: int) -> list[Cento]:
        """The best drafts of a plan: a beam over its couplets."""
        kinds = kinds_of(first, self.shape.lines)
        drafts: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
        for place in _PATTERN[self.shape.lines]:
            options = self._options(place, kinds, len(drafts[0][1]), group)
            if not len(options):
                return []
            following = [
                (value + float(gain), (*rows, *map(int, option)))
                for value, rows in drafts
                for gain, option in zip(self._gains(rows, options), options, strict=True)
                if gain > -np.inf
            ]
            if not following:
                return []
            drafts = sorted(following, key=lambda d: -d[0])[:_BEAM]
        return [Cento(tuple(int(self.at[r]) for r in rows), value) for value, rows in drafts]

    def _options(self, place: int, kinds: str, at: int, group: int) -> NDArray[np.int64]:
        """Couplets that may stand next, as rows, (options, 2): the second line is the first one's neighbour in the bank."""
        ends = ((self.rhymes >> group) & 1).astype(bool)
        above = np.flatnonzero((self.places[:-1] == place) & (self.kinds[:-1] == KINDS.index(kinds[at])))
        whole = (self.places[above + 1] == place + 1) & (self.poems[above + 1] == self.poems[above]) & ends[above + 1]
        if at == 0 and kinds[0] in "BD":
            whole &= ends[above]
        couplets = np.stack([above, above + 1], axis=1)[whole]
        order = np.argsort(-self.worth[couplets].sum(axis=1), kind="stable")
        return couplets[order[:_SHORT]]

    def _gains(self, rows: tuple[int, ...], options: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each option adds to a draft; minus infinity where it can't follow."""
        gains = self.worth[options].mean(axis=1)
        if not rows:
            return gains
        old = list(rows)
        likeness = self.topics[old].mean(axis=0) @ self.topics[options].mean(axis=1).T
        said = {c for r in rows for c in self.texts[r]}
        ends = {self.texts[r][-1] for r in (rows[0], *rows[1::2])}
        fields = int(np.bitwise_or.reduce(self.fields[old]))
        gains += 1.2 * likeness - 0.5 * np.array([len(said & {c for r in o for c in self.texts[r]}) for o in options])
        gains -= 0.1 * np.isin(self.poets[options[:, 0]], self.poets[old])
        impossible = np.isin(self.poems[options[:, 0]], self.poems[old])
        impossible |= _CLASHING[np.bitwise_or.reduce(self.fields[options], axis=1) | fields]
        impossible |= np.array([self.texts[o[-1]][-1] in ends for o in options], bool)
        return np.where(impossible, -np.inf, gains)

    def choose(self, drafts: Sequence[Cento]) -> Cento:
        """The draft that the verse model, which is told the theme, finds likeliest for what its lines are worth."""
        shape = shape_of(self.form)
        marks = [mark for mark, _ in shape]
        examples = [
            self.engine.code.encode(
                Prefix(form=self.form, title="".join(self.words)[:10]),
                [(self.bank.lines[i].text, mark) for i, mark in zip(draft.lines, marks, strict=True)],
            )
            for draft in drafts
        ]
        means = np.array([float(s.mean()) for s in self.engine.token_scores(examples)])
        mixed = [
            draft.value / len(draft.lines)
            + 0.25 * float(mean)
            - 3.0 * max(0.0, self.engine.lexicon.season_mix([self.bank.lines[i].text for i in draft.lines]) - 0.05)
            for draft, mean in zip(drafts, means, strict=True)
        ]
        best = int(np.argmax(mixed))
        return Cento(drafts[best].lines, round(mixed[best], 4))
