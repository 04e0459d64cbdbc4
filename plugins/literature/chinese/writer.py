"""Writing Chinese verse: plans, a batch of candidates, filters, and the best of them.

Every candidate keeps its form by construction (`engine.py`); the checker in `check.py`, which knows nothing of the
masks, reads each one again and a candidate that fails is never returned. Choice is what makes them read well:
candidates are ranked by the model's mean log-probability, those that clash in season or hour or copy the corpus are
dropped, those that hold the theme come first.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.theme import Theme
from ..lm.language import TextAndNotes
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.poet.styles import CHINESE_PROSE, CHINESE_VERSE
from ..models.verse_zh.encoding import Prefix, Shape
from ..models.verse_zh.engine import VerseEngine, Written
from .brief import Brief, Placed, place_words, read_brief
from .checker import check_regulated, check_tune, find_clash
from .content import theme_words
from .forms import Tune
from .lending import lend_verse
from .prose import write_prose
from .script import simplify

if TYPE_CHECKING:
    from ....core.requests import Context, GenerateRequest

__all__ = ["choose_best", "draw_candidates", "text_of", "write", "write_placed"]

#: Options that hold characters, which are simplified like the theme.
_WRITTEN_IN_CHARACTERS = ("acrostic", "keywords", "keep", "rhyme", "opening", "memory")
_CANDIDATES = 64
_ROWS = 16
_TRIES = 40
#: What the asked temperature is multiplied with: with 64 to choose from, a bolder draw reads as well and varies as
#: real poems do.
_BOLDER = 1.15
#: What titles name and poems do not say: the kind of poem, an occasion. Such a word is told in the title and not put
#: into a line.
_OCCASIONS = frozenset("怀古 送别 咏史 咏怀 即事 偶成 书怀 感怀 有感 述怀 无题 赠别 寄远 题画 游仙 悼亡".split())
#: Phrases that stand in every other poem: one is fine, three are a tell.
_STOCK = "何处 无限 惆怅 断肠 肠断 不堪 相思 寂寞 故人 千里 不知 何事 人间 万里 今日 凄凉 消息 相逢 几度 何人".split()


def write(request: GenerateRequest[PoetOptions], context: Context, *, form: str, voice: str = "") -> TextAndNotes:
    """A work in Chinese; voice: a style's name. Raises InputError where what is given contradicts the form, and for a
    voice that Chinese has not.
    """
    given = request.options
    options = given.model_copy(update={name: simplify(getattr(given, name))[0] for name in _WRITTEN_IN_CHARACTERS})
    request = replace(request, options=options)
    author = _author(voice, form)
    if form == "prose-zh":
        return write_prose(request, context, author)
    refuse_idle(options, "Chinese verse")
    with lend_verse(context, options.weights) as engine:
        brief = read_brief(form, options, engine.prosody)
        drawn = draw_candidates(engine, brief, request, context, author)
        return choose_best(engine, drawn, request.theme, brief)


def _author(voice: str, form: str) -> str:
    """A voice's name as the models know it. Raises InputError for one they do not."""
    if not voice:
        return ""
    known = CHINESE_PROSE if form == "prose-zh" else CHINESE_VERSE
    if voice not in known:
        raise InputError(
            f"{voice!r} is no style of {'Chinese prose' if form == 'prose-zh' else 'Chinese verse'}; there are: "
            f"{', '.join(known)}"
        )
    return known[voice]


def draw_candidates(
    engine: VerseEngine, brief: Brief, request: GenerateRequest[PoetOptions], context: Context, author: str = ""
) -> list[Written]:
    """As many candidates as the options ask for in batches of 16, each batch with its own places for the asked words;
    the theme's first word is put into a half of them.
    """
    theme, rng, number = request.theme, context.rng, request.options.best_of or _CANDIDATES
    words = theme_words(theme, engine.lexicon)
    title = theme.text if theme.language == "zh" and len(theme.text) <= 10 else "".join(words[:3])
    drawn: list[Written] = []
    batches = max(1, -(-number // _ROWS))
    for batch in range(batches):
        context.progress.update(batch / batches, f"{len(drawn)} candidates")
        rows = min(_ROWS, number - batch * _ROWS)
        held = [w for w in words if (w in engine.lexicon.words or len(w) == 1) and w not in _OCCASIONS]
        wish = held[int(rng.integers(min(2, len(held))))] if held and batch % 2 else ""
        placed = _placed(engine, brief, wish, rng, rows)
        if placed is None and wish:
            placed = _placed(engine, brief, "", rng, rows)
        if placed is None:
            continue
        keywords = [(w, -1) for w in words[:3] if len(w) == 2]
        drawn += write_placed(
            engine,
            brief,
            placed,
            rng,
            temperature=_BOLDER * request.options.temperature,
            author=author,
            title=title,
            keywords=keywords,
        )
    if not drawn:
        raise InputError(_contradiction(brief))
    return drawn


def write_placed(
    engine: VerseEngine,
    brief: Brief,
    placed: Placed,
    rng: np.random.Generator,
    *,
    temperature: float,
    author: str,
    title: str,
    keywords: Sequence[tuple[str, int]] = (),
) -> list[Written]:
    """A candidate for each plan. A ci is told its keywords, a regulated poem its title."""
    known, plans = placed
    is_ci = brief.tune is not None
    told = [
        Prefix(
            form=brief.told_form,
            regulated=None if is_ci else True,
            kind=kind,
            rhyme=rhyme,
            voice=author,
            title="" if is_ci else title,
            keywords=keywords if is_ci else (),
            known=known,
        )
        for _, kind, rhyme in plans
    ]
    return engine.write(told, [plan for plan, _, _ in plans], brief.shape, rng, temperature=temperature)


def _contradiction(brief: Brief) -> str:
    given = "".join(brief.known.values())
    parts = (
        f"the words {', '.join(brief.words)}" if brief.words else "",
        f"the given characters {given}" if given else "",
        "the rhyme" if brief.rhyme else "",
    )
    asked = " and ".join(part for part in parts if part)
    return (
        f"{asked or 'what was asked'} cannot stand in {brief.form}: no tone pattern and rhyme of the form allows it; "
        f"give other words or lines, or another form"
    )


def _placed(engine: VerseEngine, brief: Brief, wish: str, rng: np.random.Generator, rows: int) -> Placed | None:
    """All asked words and a wish, placed where there is room."""
    words = [(word, None) for word in (*brief.words, *([wish] if wish else []))]
    return place_words(brief, words, engine, rng, rows, tries=_TRIES if words else 1)


def choose_best(
    engine: VerseEngine,
    drawn: Sequence[Written],
    theme: Theme,
    brief: Brief,
    *,
    title: str = "",
    taken: Container[str] = frozenset(),
) -> TextAndNotes:
    """The candidate with the highest score among those that keep everything. taken: lines of other poems, not to be
    said again.
    """
    lexicon, tune = engine.lexicon, brief.tune
    near = theme_field(engine, theme)
    wanted = [w for w in theme_words(theme, lexicon)[:4] if w not in _OCCASIONS]
    most = int(lexicon.card.get("facts", {}).get("real_longest_run", {}).get("99", 7))
    judged = []
    for number, one in enumerate(drawn):
        said = "".join(one.clauses)
        verdict = check_tune(one.clauses, tune) if tune else check_regulated(one.clauses, brief.form)
        run = lexicon.longest_run(said)
        clashes = bool(find_clash(said + "".join(theme_words(theme))))
        copies = run > max(most, len(brief.known) + 2)
        strays = bool(near) and not near & set(said)
        lost = sum(not set(word) & set(said) for word in wanted)
        flaws = (
            16 * (not verdict.kept)
            + 8 * _says_again(one, brief, taken)
            + 2 * clashes
            + 2 * copies
            + strays
            + min(1, lost)
        )
        value = one.score + 0.5 * one.worst + _extras(engine, one, theme, brief.shape)
        judged.append((flaws, -value, number, verdict, run))
    flaws, value, number, verdict, run = min(judged, key=lambda j: j[:3])
    if flaws >= 16:
        raise InputError(_contradiction(brief))
    best = drawn[number]
    text = text_of(best.clauses, brief, title=title or title_of(theme, tune))
    notes: dict[str, Any] = {
        "form": brief.told_form,
        "kind": verdict.kind,
        "rhyme": verdict.rhyme or " ".join(dict.fromkeys(r for r in best.plan.rhymes if r)),
        "score": round(best.score, 4),
        "candidates": len(drawn),
        "kept": verdict.kept,
        "faults": list(verdict.faults),
        "longest_run": run,
    }
    return text, notes


def _says_again(one: Written, brief: Brief, taken: Container[str]) -> bool:
    """Whether a clause that was not given whole is one of those that are taken."""
    return any(
        clause in taken
        for number, clause in enumerate(one.clauses)
        if not all((number, p) in brief.known for p in range(1, len(clause) + 1))
    )


def theme_field(engine: VerseEngine, theme: Theme) -> set[str]:
    """The theme's characters and the 40 nearest of each."""
    return {c for word in theme_words(theme, engine.lexicon)[:4] for char in word for c in engine.lexicon.nearest(char)}


def _extras(engine: VerseEngine, one: Written, theme: Theme, shape: Shape) -> float:
    """What is added to the mean log-probability: the theme's presence, antithesis in the middle of octaves, less for
    repeats.
    """
    lexicon, text = engine.lexicon, "".join(one.clauses)
    twins = sum(a == b for clause in one.clauses for a, b in pairwise(clause))
    value = -0.06 * max(0, len(text) - len(set(text)) - twins)
    value -= 0.05 * max(0, sum(text.count(w) for w in _STOCK) - len(shape) // 4)
    value -= 4.0 * max(0.0, lexicon.season_mix(one.clauses) - 0.06)
    words = theme_words(theme, lexicon)[:4]
    topic = lexicon.topic_of(c for w in words for c in w)
    value += 0.1 * bool(set("".join(words)) & set(text))
    if topic.any():
        value += 0.5 * float(topic @ lexicon.topic_of(text))
    if len(shape) == 8 and len({n for _, n in shape}) == 1:
        pairs = [(a, b) for up, low in ((2, 3), (4, 5)) for a, b in zip(one.clauses[up], one.clauses[low], strict=True)]
        value += 0.4 * float(np.mean([lexicon.likeness(a, b, parallel=True) for a, b in pairs]))
    return value


def title_of(theme: Theme, tune: Tune | None) -> str:
    """A title in Chinese."""
    words = theme_words(theme)
    title = theme.text if theme.language == "zh" and len(theme.text) <= 12 else "".join(words[:2]) or "无题"
    return f"{tune.name}·{title}" if tune else title


def text_of(clauses: Sequence[str], brief: Brief, *, title: str = "") -> Text:
    """Clauses with their marks as a Text: one line a sentence part; ci of an even number of clauses in two stanzas
    where the halves rhyme alike.
    """
    lines: list[str] = []
    cut = -1
    open_line = ""
    for number, (clause, (mark, _)) in enumerate(zip(clauses, brief.shape, strict=True)):
        open_line += clause + mark
        if mark != "、":
            lines.append(open_line)
            open_line = ""
        if brief.tune is not None and number + 1 == _turn(brief.tune):
            cut = len(lines)
    if open_line:
        lines.append(open_line)
    stanzas = (tuple(lines[:cut]), tuple(lines[cut:])) if 0 < cut < len(lines) else (tuple(lines),)
    return Text(stanzas=stanzas, language="zh", form=brief.form, title=title)


def _turn(tune: Tune) -> int:
    """Clauses in the first stanza of a tune in two: the sentence end nearest to the middle; 0 for short tunes of one
    stanza.
    """
    total = sum(n for _, n in tune.shape)
    if total < 36:
        return 0
    ends, so_far = [], 0
    for number, (mark, length) in enumerate(tune.shape):
        so_far += length
        if mark == "。" and number + 1 < len(tune.shape):
            ends.append((abs(2 * so_far - total), number + 1))
    return min(ends)[1] if ends else 0
