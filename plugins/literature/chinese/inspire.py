"""Where to begin, in Chinese: titles, first lines, images, rhyme words, couplets, turns of a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.requests import Idea
from ....core.theme import Theme
from ..models.verse_zh.encoding import Prefix
from .brief import Brief, plans_of
from .content import theme_words
from .lending import lend_verse

if TYPE_CHECKING:
    from ....core.requests import Context, InspireRequest
    from ..models.poet.options import PoetOptions
    from ..models.verse_zh.engine import VerseEngine

__all__ = ["inspire"]

_PLOTS = (
    ("{a}中独行，旧识不期而至", "一件{b}的旧物被认出，话到口边又止", "临别才知：来者本不是为叙旧"),
    ("为寻{a}而离家", "所寻之处只见{b}，所托之人已去", "归来时发现它一直在门前"),
    ("以{a}为信，约在{b}之时", "约期将至，信物两现，真假难分", "守约的是当初不信的那一个"),
    ("{a}年年如旧，人各不同", "某年{b}不至，众人各有解释", "解释者之一悄悄离开，次年如旧"),
)


def inspire(request: InspireRequest[PoetOptions], context: Context) -> list[Idea]:
    """As many ideas as are asked for, of changing kinds: first line, title, rhyme words, images, couplet, plot."""
    theme, count, rng = request.theme, request.count, context.rng
    with lend_verse(context, request.options.weights) as engine:
        words = list(theme_words(theme, engine.lexicon)) or ["秋", "月"]
        makers = (_first_lines, _titles, _rhymes, _images, _couplets, _plots)
        found: list[Idea] = []
        per_kind = -(-count // len(makers))
        for number, make in enumerate(makers):
            context.progress.update(number / len(makers), make.__name__.strip("_"))
            found.extend(make(engine, theme, words, per_kind, rng))
        mixed = [found[i] for offset in range(per_kind) for i in range(offset, len(found), per_kind)]
        return mixed[:count]


def _near(engine: VerseEngine, words: list[str], rng: np.random.Generator) -> str:
    """A word of the corpus that shares the field of the theme."""
    topic = engine.lexicon.topic_of(c for w in words for c in w)
    pool = list(engine.lexicon.words)[:4000]
    chosen = [pool[i] for i in rng.choice(len(pool), 400, replace=False)]
    return max(
        (w for w in chosen if not set(w) & set("".join(words))), key=lambda w: float(topic @ engine.lexicon.topic_of(w))
    )


def _lines(
    engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator, form: str
) -> list[tuple[float, tuple[str, ...], str]]:
    brief = Brief(form=form)
    plans = plans_of(brief, {}, engine, rng, max(16, 4 * number))
    told = [Prefix(form=form, regulated=True, kind=k, rhyme=r, title="".join(words)[:6]) for _, k, r in plans]
    written = engine.write(told, [p for p, _, _ in plans], brief.shape, rng)
    near = {c for w in words for char in w for c in engine.lexicon.nearest(char, 20)}
    return sorted(
        ((w.score + 0.3 * bool(near & set(w.clauses[0])), w.clauses, w.plan.rhymes[1]) for w in written),
        key=lambda e: -e[0],
    )


def _first_lines(
    engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator
) -> list[Idea]:
    return [
        Idea(kind="first line", text=c[0], data={"form": "qijue"})
        for _, c, _ in _lines(engine, theme, words, number, rng, "qijue")[:number]
    ]


def _couplets(engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator) -> list[Idea]:
    lexicon = engine.lexicon

    def strength(clauses: tuple[str, ...]) -> float:
        return float(
            np.mean([lexicon.likeness(a, b, parallel=True) for a, b in zip(clauses[2], clauses[3], strict=True)])
        )

    made = sorted(_lines(engine, theme, words, number, rng, "wulv"), key=lambda e: -(e[0] + strength(e[1])))
    return [
        Idea(kind="couplet", text=f"{c[2]}，{c[3]}。", data={"antithesis": round(strength(c), 3)})
        for _, c, _ in made[:number]
    ]


def _titles(engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator) -> list[Idea]:
    forms = ("{a}即事", "{a}{b}", "{b}中怀人", "题{a}", "{a}夜坐", "过{b}有感", "{a}吟", "与客话{a}")
    chosen = rng.permutation(len(forms))
    found = []
    for i in range(number):
        word = words[int(rng.integers(min(3, len(words))))]
        found.append(
            Idea(kind="title", text=forms[chosen[i % len(forms)]].format(a=word, b=_near(engine, words, rng)), data={})
        )
    return found


def _rhymes(engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator) -> list[Idea]:
    """Rhyme groups with their words nearest to the theme."""
    lexicon = engine.lexicon
    topic = lexicon.topic_of(c for w in words for c in w)
    found = []
    for group in rng.permutation([g for g in range(30) if len(engine.rhyme_words.get(str(g), ())) >= 60])[:number]:
        near = sorted(engine.rhyme_words[str(group)], key=lambda c: -float(topic @ lexicon.topic_of(c)))[:10]
        found.append(
            Idea(
                kind="rhyme words",
                text=f"{engine.prosody.groups[group]}韵：{' '.join(near)}",
                data={"group": engine.prosody.groups[group], "words": near},
            )
        )
    return found


def _images(engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator) -> list[Idea]:
    found = []
    for _ in range(number):
        some: list[str] = []
        while len(some) < 3:
            word = _near(engine, words, rng)
            if word not in some:
                some.append(word)
        found.append(Idea(kind="images", text="、".join(some), data={"words": some}))
    return found


def _plots(engine: VerseEngine, theme: Theme, words: list[str], number: int, rng: np.random.Generator) -> list[Idea]:
    """Three acts with a reversal, around the theme's own words."""
    found = []
    order = rng.permutation(len(_PLOTS))
    for i in range(number):
        acts = [act.format(a=words[0], b=_near(engine, words, rng)) for act in _PLOTS[order[i % len(_PLOTS)]]]
        data: dict[str, Any] = {"acts": acts}
        found.append(Idea(kind="plot", text=f"起：{acts[0]}。转：{acts[1]}。合：{acts[2]}。", data=data))
    return found
