"""Writing Chinese verse: plans, a batch of candidates, filters, and the best of them.

Every candidate keeps its form by construction (`engine.py`); the checker in `check.py`, which knows nothing of the
masks, reads each one again and a candidate that fails is never returned. Choice is what makes them read well:
candidates are ranked by the model's mean log-probability, those that clash in season or hour or copy the corpus are
dropped, those that hold the theme come first.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.theme import Theme
from ..models.poet.options import TUNES, ZH_FORMS, PoetOptions, refuse_idle
from ..models.verse_zh.encoding import Prefix, Shape
from ..models.verse_zh.engine import VerseEngine, Written
from .brief import Asked, place_word, plans_of, read_asked, shape_of, theme_words
from .checker import check_regulated, check_tune, find_clash
from .forms import Tune, tunes
from .lending import lend_verse
from .prosody import FORMS as REGULATED

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from ....core.progress import Progress

__all__ = ["FORMS", "choose_best", "compose", "text_of"]

FORMS: tuple[str, ...] = ZH_FORMS
_ROWS = 16
_TRIES = 40
# : What the asked temperature is multiplied with: with 64 to choose from, a bolder draw reads as well and varies as
# real poems do.
_BOLDER = 1.15
# : What titles name and poems do not say: the kind of poem, an occasion. Such a word is told in the title and not put
# into a line.
_OCCASIONS = frozenset("怀古 送别 咏史 咏怀 即事 偶成 书怀 感怀 有感 述怀 无题 赠别 寄远 题画 游仙 悼亡".split())
#: Phrases that stand in every other poem: one is fine, three are a tell.
_STOCK = "何处 无限 惆怅 断肠 肠断 不堪 相思 寂寞 故人 千里 不知 何事 人间 万里 今日 凄凉 消息 相逢 几度 何人".split()


def compose(
    theme: Theme,
    form: str,
    options: PoetOptions,
    rng: np.random.Generator,
    progress: Progress,
    devices: DeviceManager | None,
    home: Path,
    *,
    style: str = "",
) -> tuple[Text, dict[str, Any]]:
    """A work in Chinese and notes on it. style: an author's or dynasty's name as the model knows it, or "".

    Raises InputError where what is given contradicts the form.
    """
    if form == "prose-zh":
        from .prose import compose_prose

        return compose_prose(theme, options, rng, progress, devices, home, style=style)
    refuse_idle(options, "Chinese verse")
    tune = tunes()[TUNES[form]] if form in TUNES else None
    shape = shape_of(form, tune)
    with lend_verse(devices, home, options.weights) as engine:
        asked = read_asked(
            shape,
            engine.prosody,
            acrostic=options.acrostic,
            keep=options.keep,
            keywords=options.keywords,
            rhyme=options.rhyme,
        )
        made = candidates(
            engine, theme, form, tune, shape, asked, options.best_of or 64, options.temperature, rng, progress, style
        )
        return choose_best(engine, made, theme, form, tune, shape, asked)


def candidates(
    engine: VerseEngine,
    theme: Theme,
    form: str,
    tune: Tune | None,
    shape: Shape,
    asked: Asked,
    number: int,
    temperature: float,
    rng: np.random.Generator,
    progress: Progress,
    style: str,
) -> list[Written]:
    """`number` candidates in batches of 16, each batch with its own places for the asked words; the theme's first word
    is put into a half of them.
    """
    words = theme_words(theme, engine.lexicon)
    title = theme.text if theme.language == "zh" and len(theme.text) <= 10 else "".join(words[:3])
    model_form = f"ci:{tune.name}" if tune else form
    made: list[Written] = []
    batches = max(1, -(-number // _ROWS))
    for batch in range(batches):
        progress.update(batch / batches, f"{len(made)} candidates")
        rows = min(_ROWS, number - batch * _ROWS)
        held = [w for w in words if (w in engine.lexicon.words or len(w) == 1) and w not in _OCCASIONS]
        wish = held[int(rng.integers(min(2, len(held))))] if held and batch % 2 else ""
        placed = _placed(engine, form, tune, shape, asked, wish, rng, rows)
        if placed is None and wish:
            placed = _placed(engine, form, tune, shape, asked, "", rng, rows)
        if placed is None:
            continue
        known, plans = placed
        keywords = [(w, -1) for w in words[:3] if len(w) == 2]
        told = [
            Prefix(
                form=model_form,
                regulated=None if tune else True,
                kind=kind,
                rhyme=rhyme,
                voice=style,
                title="" if tune else title,
                keywords=keywords if tune else (),
                known=known,
            )
            for _, kind, rhyme in plans
        ]
        made += engine.write(told, [p for p, _, _ in plans], shape, rng, temperature=_BOLDER * temperature)
    if not made:
        raise InputError(_contradiction(form, asked))
    return made


def _contradiction(form: str, asked: Asked) -> str:
    given = "".join(asked.known.values())
    parts = (
        f"the words {', '.join(asked.words)}" if asked.words else "",
        f"the given characters {given}" if given else "",
        "the rhyme" if asked.rhyme else "",
    )
    told = " and ".join(part for part in parts if part)
    return (
        f"{told or 'what was asked'} cannot stand in {form}: no tone pattern and rhyme of the form allows it; "
        f"give other words or lines, or another form"
    )


def _placed(
    engine: VerseEngine,
    form: str,
    tune: Tune | None,
    shape: Shape,
    asked: Asked,
    wish: str,
    rng: np.random.Generator,
    rows: int,
) -> tuple[Mapping[tuple[int, int], str], list[tuple[Any, str, str]]] | None:
    """Known characters with all asked words placed, and plans that allow them; None if none was found."""
    words = [*asked.words, *([wish] if wish else [])]
    for _ in range(_TRIES if words else 1):
        known: Mapping[tuple[int, int], str] | None = asked.known
        for word in words:
            known = place_word(word, shape, known, rng) if known is not None else None
        if known is None:
            continue
        plans = plans_of(form, tune, asked, known, engine.prosody, engine.rhyme_words, rng, rows)
        if plans:
            return known, plans
    return None


def choose_best(
    engine: VerseEngine,
    made: Sequence[Written],
    theme: Theme,
    form: str,
    tune: Tune | None,
    shape: Shape,
    asked: Asked,
    *,
    title: str = "",
    taken: Container[str] = frozenset(),
) -> tuple[Text, dict[str, Any]]:
    """The candidate with the highest score among those that keep everything. taken: lines of other poems, not to be
    said again.
    """
    lexicon = engine.lexicon
    near = theme_field(engine, theme)
    most = int(lexicon.card.get("facts", {}).get("real_longest_run", {}).get("99", 7))
    judged = []
    for number, one in enumerate(made):
        said = "".join(one.clauses)
        verdict = check_tune(one.clauses, tune) if tune else check_regulated(one.clauses, form)
        given = "".join(asked.known.values())
        run = lexicon.longest_run(said)
        clashes, copies, strays = (
            bool(find_clash(said + "".join(theme_words(theme)))),
            run > max(most, len(given) + 2),
            bool(near) and not near & set(said),
        )
        again = any(
            clause in taken
            for number, clause in enumerate(one.clauses)
            if not all((number, p) in asked.known for p in range(1, len(clause) + 1))
        )
        flaws = 16 * (not verdict.kept) + 8 * again + 2 * clashes + 2 * copies + strays
        value = one.score + 0.5 * one.worst + _extras(engine, one, theme, shape)
        judged.append((flaws, -value, number, verdict, run))
    flaws, value, number, verdict, run = min(judged, key=lambda j: j[:3])
    if flaws >= 16:
        raise InputError(_contradiction(form, asked))
    best = made[number]
    text = text_of(best.clauses, shape, form, tune, title=title or title_of(theme, tune))
    notes: dict[str, Any] = {
        "form": form if tune is None else f"ci:{tune.name}",
        "kind": verdict.kind,
        "rhyme": verdict.rhyme or _rhyme_title(engine, best),
        "score": round(best.score, 4),
        "candidates": len(made),
        "kept": verdict.kept,
        "faults": list(verdict.faults),
        "longest_run": run,
    }
    return text, notes


def _rhyme_title(engine: VerseEngine, one: Written) -> str:
    return " ".join(dict.fromkeys(r for r in one.plan.rhymes if r))


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


def text_of(clauses: Sequence[str], shape: Shape, form: str, tune: Tune | None, *, title: str = "") -> Text:
    """Clauses with their marks as a Text: one line a sentence part; ci of an even number of clauses in two stanzas
    where the halves rhyme alike.
    """
    lines: list[str] = []
    cut = -1
    open_line = ""
    for number, (clause, (mark, _)) in enumerate(zip(clauses, shape, strict=True)):
        open_line += clause + mark
        if mark != "、":
            lines.append(open_line)
            open_line = ""
        if tune is not None and number + 1 == _turn(tune):
            cut = len(lines)
    if open_line:
        lines.append(open_line)
    stanzas = (tuple(lines[:cut]), tuple(lines[cut:])) if 0 < cut < len(lines) else (tuple(lines),)
    return Text(stanzas=stanzas, language="zh", form=form, title=title)


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


assert set(REGULATED) <= set(FORMS)
