"""Ideas for a theme: titles, first lines, images, rhyme words, plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....core.requests import Idea
from ....core.theme import Theme, concepts
from ..models.verse_en.engine import VerseEngine
from .beam import compose_drafts
from .brief import Brief
from .content import phrases, theme_words
from .forms import Form, Plan
from .lending import lend_verse

if TYPE_CHECKING:
    from ....core.requests import Context, InspireRequest
    from ..models.poet.options import PoetOptions

__all__ = ["inspire"]


def _nouns(theme: Theme) -> list[str]:
    imagery = [concepts()[k].en[0] for k in theme.images]
    words = [w for w in theme.words_in("en") if w.isalpha()]
    found = list(dict.fromkeys([*imagery, *words])) or ["silence"]
    return [*found, *(w for w in ("shadow", "silence", "light") if w not in found)]


def _two(rng: np.random.Generator, words: Sequence[str]) -> tuple[str, str]:
    first = words[0] if rng.random() < 0.6 else str(rng.choice(words[:3]))
    rest = [w for w in words if w != first]
    return first, str(rng.choice(rest[:4]))


def _title(rng: np.random.Generator, words: Sequence[str]) -> Idea:
    pattern = str(rng.choice(phrases()["titles"]))
    return Idea(kind="title", text=pattern.format(*(w.capitalize() for w in _two(rng, words))))


def _plot(rng: np.random.Generator, words: Sequence[str]) -> Idea:
    pair = _two(rng, words)
    kinds = ("heroes", "wants", "obstacles", "reversals", "ends")
    hero, want, obstacle, turn, end = (str(rng.choice(phrases()[kind])).format(*pair) for kind in kinds)
    text = f"I. {hero.capitalize()} sets out {want}. II. But {obstacle}; then {turn}. III. In the end {end}."
    return Idea(
        kind="plot", text=text, data={"hero": hero, "want": want, "obstacle": obstacle, "reversal": turn, "end": end}
    )


def _rhymes(rng: np.random.Generator, engine: VerseEngine, theme: Theme) -> Idea | None:
    lexicon = engine.lexicon
    for word in (*theme_words(theme, lexicon), "night", "sea"):
        at = lexicon.index.get(word, -1)
        group = lexicon.members.get(int(lexicon.rhyme[at])) if at >= 0 and lexicon.rhyme[at] >= 0 else None
        if group is not None and len(group) >= 4:
            common = [lexicon.words[i] for i in group if i != at][:24]
            chosen = [str(w) for w in rng.permutation(common)[:8]]
            return Idea(kind="rhymes", text=f"{word}: {', '.join(chosen)}", data={"word": word, "rhymes": chosen})
    return None


def _first_line(rng: np.random.Generator, engine: VerseEngine, theme: Theme) -> Idea | None:
    plan = Plan(Form("line", ("pentameter",), "x", (1,), "sonnet", (1,)), (10,))
    words = theme_words(theme, engine.lexicon)
    drafts = compose_drafts(engine, plan, Brief(wanted=words[:1], hints=words), rng, beam=1, candidates=48)
    return Idea(kind="first line", text=engine.printed(drafts[0].lines)[0]) if drafts else None


def inspire(request: InspireRequest[PoetOptions], context: Context) -> list[Idea]:
    """As many ideas as are asked for, of all kinds by turns; the same seed gives the same ones."""
    theme, count, rng = request.theme, request.count, context.rng
    words = _nouns(theme)
    found: list[Idea] = []
    with lend_verse(context, request.options.weights) as engine:
        for turn in range(count * 3):
            if len(found) >= count:
                break
            kind = ("title", "first line", "plot", "rhymes", "image")[turn % 5]
            idea: Idea | None
            if kind == "title":
                idea = _title(rng, words)
            elif kind == "plot":
                idea = _plot(rng, words)
            elif kind == "first line":
                idea = _first_line(rng, engine, theme)
            elif kind == "rhymes":
                idea = _rhymes(rng, engine, theme)
            else:
                one, other = _two(rng, words)
                idea = Idea(kind="image", text=f"{one} against {other}", data={"images": [one, other]})
            if idea is not None and all(idea.text != known.text for known in found):
                found.append(idea)
            context.progress.update(len(found) / max(1, count), kind)
    return found
