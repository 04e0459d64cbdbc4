"""An English cento: couplets of poets in a metre and a rhyme scheme, each a whole sentence of another poem.

Single lines were tried: read blind, the speaker and the place changed at every full stop. So two lines stay together, and
keep their marks; the last ones ended a poem or a stanza. Persons, tense, seasons and hours are held; which couplets go
together is settled by word vectors and by the language model, which reads whole drafts: how much likelier is each line
after those before it?
"""

from __future__ import annotations

from collections import Counter
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
from .english_bank import CLOSES, OPENS, EnglishBank

if TYPE_CHECKING:
    from ..prose_en.engine import ProseEngine

__all__ = ["Cento", "compose_english"]

#: Couplets that are looked at in one place, drafts that are kept, and read whole.
_SHORT, _BEAM, _READ = 60, 24, 12
#: Seasons and hours that don't meet, as stems.
_APART = [[frozenset(map(stem, words.split())) for words in groups] for _, groups in WORLDS]


@dataclass(frozen=True)
class Cento:
    """Couplets as numbers of the bank, their lines, and how good they are together."""

    couplets: tuple[int, ...]
    lines: tuple[str, ...]
    value: float


def compose_english(
    engine: ProseEngine, bank: EnglishBank, plan: Plan, theme: Theme, rng: np.random.Generator
) -> tuple[Cento, dict[str, Any]]:
    """The best cento of a plan on a theme, and what is told of it. Raises InputError where the bank has too few couplets."""
    drafts = _Search(bank, plan, theme, rng).drafts()
    if not drafts:
        raise InputError(
            f"the bank has too few couplets for a {plan.form.name} on this theme; ask for another form or seed"
        )
    read = []
    for value, rows in drafts[:_READ]:
        lines = tuple(line for row in rows for line in bank.couplets[row].lines)
        read.append((value / len(rows) + 0.35 * _hold(engine, lines), rows, lines))
    value, rows, lines = max(read, key=lambda r: r[0])
    notes = {"form": plan.form.name, "metres": list(plan.form.metres), "rhymes": plan.form.rhymes, "read": len(read)}
    return Cento(rows, lines, round(value, 4)), notes


def _hold(engine: ProseEngine, lines: Sequence[str]) -> float:
    """By how much each token is likelier after the couplets before its own than in one alone, in nats."""
    alone, whole = 0.0, engine.encode("\n".join(lines))
    for at in range(0, len(lines), 2):
        alone += float(engine.network_log_p(engine.encode("\n".join(lines[at : at + 2])), "verse").sum())
    return (float(engine.network_log_p(whole, "verse").sum()) - alone) / len(whole)


class _Search:
    """What couplets are worth for a theme, and a beam over the places of a plan."""

    def __init__(self, bank: EnglishBank, plan: Plan, theme: Theme, rng: np.random.Generator) -> None:
        self.bank, self.plan = bank, plan
        words = [plain_word(w) for w in theme.words_in("en")] or [plain_word(theme.text)]
        self.themes = frozenset(map(stem, words))
        wanted = vectors_of(words, "en").sum(axis=0)
        worth = bank.vectors @ (wanted / max(1e-9, float(np.linalg.norm(wanted))))
        worth = worth + 0.3 * np.minimum(2, [len(self.themes & stems) for stems in bank.stems])
        worth += 0.2 * np.array([bool(self.themes & titles) for titles in bank.titles])
        worth += rng.gumbel(0, 0.08, len(worth)) - 0.25 * bank.old - 0.08 * bank.rare
        worth -= 4.0 * np.array([_clashes(self.themes, stems) for stems in bank.stems])
        self.worth = worth
        self.keys = [tuple(pair) for pair in bank.rhymes.tolist()]
        fits = np.isin(bank.metres, plan.form.metres)
        self.partners = Counter(key for key, fit in zip(self.keys, fits, strict=True) if fit)

    def drafts(self) -> list[tuple[float, tuple[int, ...]]]:
        """Drafts of all couplets, the best first."""
        drafts: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
        for at in range(self.plan.lines // 2):
            following: list[tuple[float, tuple[int, ...]]] = []
            for value, rows in drafts:
                options = self._options(rows, at)
                gains = self._gains(rows, options)
                following += [
                    (value + float(gain), (*rows, int(option)))
                    for gain, option in zip(gains, options, strict=True)
                    if gain > -np.inf
                ]
            drafts = sorted(following, key=lambda d: -d[0])[: _BEAM * (4 if at == 0 else 1)]
        return drafts

    def _options(self, rows: tuple[int, ...], at: int) -> NDArray[np.int64]:
        """Couplets that may stand next by metre, rhyme and where they stood."""
        bank, form = self.bank, self.plan.form
        fits = bank.metres == form.metres[2 * at]
        letters = form.rhymes[2 * at : 2 * at + 2]
        if letters[0] == letters[1] != "x":
            fits &= (bank.rhymes[:, 0] == bank.rhymes[:, 1]) & (bank.ends[:, 0] != bank.ends[:, 1])
        for side, letter in enumerate(letters):
            if letter == "x":
                continue
            earlier = [divmod(i, 2) for i in range(2 * at) if form.rhymes[i] == letter]
            if earlier:
                row, place = earlier[-1]
                fits &= bank.rhymes[:, side] == bank.rhymes[rows[row], place]
                fits &= ~np.isin(bank.ends[:, side], [bank.ends[rows[r], p] for r, p in earlier])
        if (
            letters == form.rhymes[2 * at + 2 : 2 * at + 4]
            and letters[0] != letters[1]
            and not (set(letters) & set(form.rhymes[: 2 * at]))
        ):
            fits &= np.array([self.partners[key] > 1 for key in self.keys])
        if not rows:
            fits &= ~self.bank.joins
        if at == self.plan.lines // 2 - 1:
            ending = np.isin(bank.places, list(CLOSES))
            fits &= ending if (fits & ending).any() else True
        found = np.flatnonzero(fits)
        return found[np.argsort(-self.worth[found], kind="stable")[: _SHORT * (6 if not rows else 1)]]

    def _gains(self, rows: tuple[int, ...], options: NDArray[np.int64]) -> NDArray[np.float64]:
        """What each option adds to a draft; minus infinity where it can't follow."""
        bank = self.bank
        gains = np.asarray(self.worth[options], np.float64)
        if not rows or not len(options):
            return gains + 0.25 * np.isin(bank.places[options], list(OPENS))
        gains += 1.0 * (bank.vectors[options] @ bank.vectors[list(rows)].mean(axis=0))
        said = frozenset().union(*(bank.stems[r] for r in rows))
        persons = frozenset().union(*(bank.persons[r] for r in rows))
        tense = next((bank.tenses[r] for r in rows if bank.tenses[r]), "")
        gains -= 0.5 * ((bank.tenses[options] != tense) & (bank.tenses[options] != "")) * bool(tense)
        taken = {(bank.couplets[r].poet, bank.couplets[r].poem) for r in rows}
        for i, option in enumerate(options):
            own, mine = bank.persons[option], bank.stems[option]
            gains[i] -= 0.4 * len((mine & said) - self.themes) + 0.2 * len(mine & said & self.themes)
            gains[i] -= 0.45 * len(own - persons) + 0.2 * len(persons - own)
            couplet = bank.couplets[option]
            if (couplet.poet, couplet.poem) in taken or _clashes(said, mine):
                gains[i] = -np.inf
        return gains


def _clashes(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether seasons or hours meet that don't go together."""
    return any(
        any(a & one for a in groups)
        and any(b & other for b in groups)
        and not any(g & one and g & other for g in groups)
        for groups in _APART
    )
