"""Chinese verse written by any language model: plans by how often poets use them, lines under them, a checker at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ....core.errors import InputError
from ....core.pretrained.causal import CausalModel
from ....core.theme import Theme
from ..chinese.brief import Brief, plans_of
from ..chinese.checker import check_regulated, check_tune, find_clash
from ..chinese.content import theme_words
from ..chinese.lexicon import Lexicon
from ..models.verse_zh.engine import Plan
from .chinese_lines import ChineseLine, HanTokens
from .line_form import Ending
from .plans import begin
from .poems import Draft, write_drafts
from .prompts import chinese_prompt, shown_clauses

__all__ = ["write_chinese"]

NAMED = 1.6
"""What is added, in nats, for a character of the theme that the poem has not said."""
TRIES = 3
"""Plans that are tried until a poem keeps the form and says nobody's line."""


@dataclass(frozen=True)
class Poem:
    """A poem that keeps its form: its clauses, the score of its draft, the rhyme's name."""

    clauses: tuple[str, ...]
    score: float
    rhyme: str


def write_chinese(
    model: CausalModel,
    tokens: HanTokens,
    lexicon: Lexicon,
    theme: Theme,
    brief: Brief,
    rng: np.random.Generator,
    *,
    temperature: float,
    tell: Callable[[float, str], None],
    source: str = "",
    may_quote: bool = False,
) -> list[Poem]:
    """Poems that keep their form by the checker, the best first; none where nothing could be completed.

    source: a text that the poem is made from, read in the place of a plan; may_quote: lines may say what the corpus
    says, as a poem that is restored does. Raises InputError where what is given cannot stand in the form.
    """
    shape, tune = brief.shape, brief.tune
    plans = plans_of(brief, brief.known, tokens, rng, TRIES)
    if not plans:
        raise InputError(
            f"what was asked cannot stand in {brief.form}: no tone pattern and rhyme of the form allows it"
        )
    prompt = chinese_prompt(model, brief.form, theme.text, tune.name if tune else "")
    marks = {mark: model.tokens_after("月", [f"{mark}\n"])[0] for mark in {mark for mark, _ in shape} | {"。"}}
    worth = _wishes(theme, brief, lexicon)
    given = [
        "".join(brief.known[clause, place] for place in range(size, 0, -1))
        for clause, (_, size) in enumerate(shape)
        if all((clause, place) in brief.known for place in range(1, size + 1))
    ]
    shown = {line[i : i + 4] for line in shown_clauses(brief.form) for i in range(len(line) - 3)}
    found: list[Poem] = []
    for plan, _, rhyme in plans:
        writer = _Plan(tokens, plan, brief, marks, worth)
        read = model.read(prompt)
        begun, _ = begin(
            model,
            read,
            len(shape),
            source or theme.text * may_quote,
            rng,
            lambda text: any(char in text for char in worth),
        )
        drafts = write_drafts(
            begun,
            len(shape),
            writer.form,
            lambda line, plan=plan: bool(plan.rhymes[line]),  # type: ignore[misc]
            rng,
            temperature=temperature,
            break_tokens=lambda text: model.tokens_after("月", [text + "\n"])[0],
            bars=lambda text: (
                not may_quote
                and (lexicon.seen_share(text) > 0 or any(text[i : i + 4] in shown for i in range(len(text) - 3)))
                and not any(line.startswith(text.rstrip("，。、；")) for line in given)
            ),
            tell=tell,
        )
        for draft in drafts:
            clauses = tuple("".join(c for c in text if "\u3400" <= c <= "\u9fff") for text in draft.texts)
            verdict = check_tune(clauses, tune) if tune else check_regulated(clauses, brief.form)
            if verdict.kept and all(word in "".join(clauses) for word in brief.words):
                clash = bool(find_clash("".join(clauses)))
                found.append(Poem(clauses, draft.score - 20 * clash, rhyme))
        if found:
            break
    return sorted(found, key=lambda poem: -poem.score)


def _wishes(theme: Theme, brief: Brief, lexicon: Lexicon) -> dict[str, float]:
    """What is added for each character of the theme and of the words that are asked for."""
    worth = {char: NAMED for word in theme_words(theme, lexicon) for char in word}
    return worth | {char: 4.0 for word in brief.words for char in word}


class _Plan:
    """The lines of one plan."""

    def __init__(
        self,
        tokens: HanTokens,
        plan: Plan,
        brief: Brief,
        marks: Mapping[str, tuple[int, ...]],
        worth: Mapping[str, float],
    ) -> None:
        self.tokens, self.plan, self.brief = tokens, plan, brief
        self.marks, self.worth = marks, worth

    def form(self, draft: Draft, line: int) -> ChineseLine | str:
        """The form of a draft's next clause, or its text where a ci says an earlier one again."""
        if line in self.plan.repeats:
            return draft.texts[self.plan.repeats[line]]
        mark, length = self.brief.shape[line]
        mark = mark or "。"
        said = "".join(draft.texts)
        rhyme = self.plan.rhymes[line]
        closed = {draft.texts[i].rstrip("，。、？！；")[-1] for i in range(line) if self.plan.rhymes[i]}
        known = {length - place: char for (clause, place), char in self.brief.known.items() if clause == line}
        ends = frozenset(self.tokens.rhyme_words[rhyme]) - closed if rhyme else None
        return ChineseLine(
            self.tokens,
            patterns=self.plan.patterns[line],
            rhymes=ends,
            ending=Ending(mark, self.marks[mark]),
            said=said,
            known=known,
            worth={char: value for char, value in self.worth.items() if char not in said},
        )
