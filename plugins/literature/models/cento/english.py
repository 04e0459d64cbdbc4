"""An English cento: lines of poets in a metre and a rhyme scheme, whose grammar closes at the ends of the lines.

What may follow what is a small grammar of whole lines: a clause or phrase that leads (*When evening falls,*) wants a sentence
after it, a phrase that trails (*Beneath the silent stars*) a sentence before it. The marks at the ends of lines are ours,
the words are the poets'. Persons, tense and the tongue (thou, you) are held; which lines go together is settled by word
vectors and by the language model, which reads whole drafts: how much likelier is each line after those before it?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from .....core.theme import Theme
from .....core.words.vectors import vectors_of
from ...english.content import plain_word
from ...english.forms import Plan
from ...english.grammar import WORLDS
from ...english.lexicon import stem
from .english_bank import COMMAND, CRY, JOINED, LEADING, SENTENCE, TRAILING, EnglishBank, closes

if TYPE_CHECKING:
    from ..prose_en.engine import ProseEngine

__all__ = ["Cento", "compose_english"]

#: Lines that are looked at, in one place, drafts that are kept, and read whole.
_POOL, _SHORT, _BEAM, _READ = 1500, 70, 24, 16
#: Seasons and hours that don't meet, as stems.
_APART = [[frozenset(map(stem, words.split())) for words in groups] for _, groups in WORLDS]


@dataclass(frozen=True)
class Cento:
    """Lines as numbers of the bank, as they are printed, and how good they are together."""

    lines: tuple[int, ...]
    printed: tuple[str, ...]
    value: float


def compose_english(
    engine: ProseEngine, bank: EnglishBank, plan: Plan, theme: Theme, rng: np.random.Generator
) -> tuple[Cento, dict[str, Any]]:
    """The best cento of a plan on a theme, and what is told of it. Raises InputError where the bank has too few lines."""
    search = _Search(bank, plan, theme, rng)
    drafts = search.drafts()
    if not drafts:
        raise InputError(
            f"the bank has too few lines for a {plan.form.name} on this theme; ask for another form or theme"
        )
    read = [(value / plan.lines + 0.35 * _hold(engine, search.printed(rows)), rows) for value, rows in drafts[:_READ]]
    value, rows = max(read, key=lambda r: r[0])
    best = Cento(tuple(int(search.at[r]) for r in rows), search.printed(rows), round(value, 4))
    return best, {
        "form": plan.form.name,
        "metres": list(plan.form.metres),
        "rhymes": plan.form.rhymes,
        "read": len(read),
    }


def _hold(engine: ProseEngine, lines: Sequence[str]) -> float:
    """By how much each token is likelier after the lines before its own than in a line alone, in nats."""
    alone, whole = 0.0, engine.encode("\n".join(lines))
    for line in lines:
        alone += float(engine.network_log_p(engine.encode(line), "verse").sum())
    return (float(engine.network_log_p(whole, "verse").sum()) - alone) / len(whole)


class _Search:
    """The lines nearest to the theme in the metres of a plan, and what they are worth."""

    def __init__(self, bank: EnglishBank, plan: Plan, theme: Theme, rng: np.random.Generator) -> None:
        self.bank, self.plan = bank, plan
        self.words = [plain_word(w) for w in theme.words_in("en")] or [plain_word(theme.text)]
        self.themes = frozenset(stem(w) for w in self.words)
        wanted = vectors_of(self.words, "en").sum(axis=0)
        worth = bank.vectors @ (wanted / max(1e-9, float(np.linalg.norm(wanted))))
        named = np.array([len(self.themes & stems) for stems in bank.stems])
        worth = worth + 0.45 * np.minimum(named, 2) + rng.gumbel(0, 0.08, len(worth))
        worth += (
            0.2 * np.array([bool(self.themes & titles) for titles in bank.titles]) - 0.25 * bank.old - 0.12 * bank.rare
        )
        clash = [self._clashes(self.themes, stems) for stems in bank.stems]
        fits = np.isin(bank.metres, plan.form.metres) & ~np.array(clash)
        rows = np.flatnonzero(fits)
        self.at = rows[np.argsort(-worth[rows], kind="stable")[:_POOL]]
        self.worth, self.named = worth[self.at], named[self.at]
        self.vectors, self.rhymes = bank.vectors[self.at], bank.rhymes[self.at]
        self.kinds, self.metres = bank.kinds[self.at], bank.metres[self.at]
        self.lines = [bank.lines[i] for i in self.at]
        self.poems = np.unique([f"{line.poet}|{line.poem}" for line in self.lines], return_inverse=True)[1]
        self.poets = np.unique([line.poet for line in self.lines], return_inverse=True)[1]
        self.tenses = np.array([{"p": 1, "n": 2}.get(line.tense, 0) for line in self.lines])
        self.joins = np.array([line.joins for line in self.lines])
        self.asks = np.array([line.mark == "?" for line in self.lines])
        ends = [bank.ends[i] for i in self.at]
        self.ends = np.unique(ends, return_inverse=True)[1]
        self.partners = np.array(
            [len({e for e, r in zip(self.ends, self.rhymes, strict=True) if r == own}) for own in self.rhymes]
        )

    @staticmethod
    def _clashes(one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether seasons or hours meet that don't go together."""
        return any(
            any(a & one for a in groups)
            and any(b & other for b in groups)
            and not any(g & one and g & other for g in groups)
            for groups in _APART
        )

    def drafts(self) -> list[tuple[float, tuple[int, ...]]]:
        """Drafts of all lines, the best first."""
        drafts: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
        for at in range(self.plan.lines):
            following = []
            for value, rows in drafts:
                options = self._options(rows, at)
                gains = self._gains(rows, options)
                order = np.argsort(-gains, kind="stable")[: _SHORT // 2]
                following += [(value + float(gains[i]), (*rows, int(options[i]))) for i in order if gains[i] > -np.inf]
            drafts = self._various(sorted(following, key=lambda d: -d[0]))
            if not drafts:
                return []
        return drafts

    @staticmethod
    def _various(drafts: Sequence[tuple[float, tuple[int, ...]]]) -> list[tuple[float, tuple[int, ...]]]:
        """The best drafts, at most six that begin with the same line."""
        taken: dict[int, int] = {}
        kept = []
        for value, rows in drafts:
            taken[rows[0]] = taken.get(rows[0], 0) + 1
            if taken[rows[0]] <= _BEAM // 4:
                kept.append((value, rows))
        return kept[:_BEAM]

    def _options(self, rows: tuple[int, ...], at: int) -> NDArray[np.int64]:
        """Lines that may stand next by metre, rhyme and grammar."""
        plan = self.plan
        fits = self.metres == plan.form.metres[at]
        partners = plan.partners(at)
        letter = plan.form.rhymes[at]
        if partners:
            fits &= (self.rhymes == self.rhymes[rows[partners[-1]]]) & ~np.isin(
                self.ends, self.ends[[rows[p] for p in partners]]
            )
        elif letter != "x":
            fits &= self.partners >= 2 + plan.form.rhymes.count(letter)
            fits &= ~np.isin(self.rhymes, self.rhymes[list(rows)])
        fits &= np.isin(self.kinds, list(self._kinds(rows, at)))
        if not rows:
            fits &= ~self.joins & (self.named > 0 if (fits & (self.named > 0) & ~self.joins).sum() >= 8 else True)
        elif self.lines[rows[-1]].kind in LEADING:
            fits &= ~self.joins
        found = np.flatnonzero(fits)
        return found[np.argsort(-self.worth[found], kind="stable")[:_SHORT]]

    def _kinds(self, rows: tuple[int, ...], at: int) -> str:
        """What may stand at a line."""
        last = at == self.plan.lines - 1
        stop = at + 1 in self.plan.form.stops
        if rows and self.lines[rows[-1]].kind in LEADING:
            return SENTENCE + COMMAND
        new = SENTENCE + COMMAND + ("" if stop or last else LEADING)
        if not rows:
            return new + CRY
        if at in self.plan.form.stops or self.asks[rows[-1]] or self.lines[rows[-1]].kind == CRY:
            return new
        trailing = TRAILING if self.lines[rows[-1]].kind not in TRAILING else ""
        return new + JOINED + trailing

    def _gains(self, rows: tuple[int, ...], options: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each option adds to a draft; minus infinity where it can't follow."""
        gains = 0.5 * np.asarray(self.worth[options], np.float64)
        if not rows or not len(options):
            return gains
        old, stems = list(rows), self.bank.stems
        vectors = self.vectors[options]
        gains += 0.7 * (vectors @ self.vectors[old].mean(axis=0)) + 0.5 * (vectors @ self.vectors[old[-1]])
        said = frozenset().union(*(stems[self.at[r]] for r in rows))
        persons = frozenset().union(*(self.bank.persons[self.at[r]] for r in rows))
        tense = next((int(self.tenses[r]) for r in rows if self.tenses[r]), 0)
        if tense:
            gains -= 0.6 * ((self.tenses[options] > 0) & (self.tenses[options] != tense))
        gains -= 0.15 * np.isin(self.poets[options], self.poets[old])
        for i, option in enumerate(options):
            own, mine = self.bank.persons[self.at[option]], stems[self.at[option]]
            gains[i] -= 0.25 * len((mine & said) - self.themes) + 0.3 * (len(mine & said & self.themes) > 1)
            gains[i] -= 0.45 * len(own - persons) * bool(persons) + 9.0 * ({"thou", "you"} <= own | persons)
            if self._clashes(said, mine):
                gains[i] = -np.inf
        same = np.isin(self.poems[options], self.poems[old])
        return np.where(same, -np.inf, gains)

    def printed(self, rows: Sequence[int]) -> tuple[str, ...]:
        """The lines with marks at their ends: a comma before what trails or joins, and after what leads."""
        found = []
        for number, row in enumerate(rows):
            line = self.lines[row]
            following = self.lines[rows[number + 1]] if number + 1 < len(rows) else None
            if line.kind in LEADING or (following is not None and following.kind in TRAILING + JOINED):
                mark = ","
            elif closes(line.mark) and line.mark != ".":
                mark = line.mark
            else:
                stop = (
                    following is None or number + 1 in self.plan.form.stops or (following.joins is False and number % 2)
                )
                mark = "." if stop else ";"
            found.append(line.text + mark)
        return tuple(found)
