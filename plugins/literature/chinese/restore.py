"""Filling gaps in Chinese verse so that form, rhyme and sense hold.

A gap is □ (or _, one for each character). All that is known goes into the prefix with its place; of a single gap the
model names its likeliest characters and the whole poem is scored with each; several gaps are drawn 64 times and
ranked by the whole poem's probability. Where the lines have the shape of a known form, tones and rhyme are held too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core.artwork import Text
from ....core.errors import InputError
from ..lm.language import TextAndNotes
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.verse_zh.encoding import Place, Prefix, Shape
from ..models.verse_zh.engine import Plan, VerseEngine, feet
from .brief import Brief, plans_of
from .checker import check_regulated, check_tune, recognise
from .corpus import split_clauses
from .forms import tune_of
from .lending import lend_verse
from .prose import fill_prose
from .prosody import FORMS

if TYPE_CHECKING:
    from ....core.requests import Context, RestoreRequest

__all__ = ["GAP", "fill", "find_gaps", "mark_gaps", "restore", "score_gap"]

GAP = "□"
#: Characters beyond which a text is filled as prose; candidates that are drawn for several gaps, and in one batch.
_LONGEST_POEM, _DRAWS, _ROWS = 320, 64, 16
_PROPOSALS, _LOOKED_AT = 10, 64


def restore(request: RestoreRequest[PoetOptions], context: Context) -> TextAndNotes:
    """The text with its gaps filled by the best proposal, and up to ten proposals with probabilities in the notes.

    The region "line 3" or "lines 2-4" makes those lines gaps. Raises InputError if there is no gap, or nothing but gaps.
    """
    text: Text = request.artwork.payload
    stanzas = mark_gaps(text, request.region)
    whole = "".join(line for stanza in stanzas for line in stanza)
    if GAP not in whole:
        raise InputError(
            "the text has no gap; write □ for each missing character, or name the lines with --region 'line 3'"
        )
    if text.form.startswith("prose") or len(whole) > _LONGEST_POEM:
        return fill_prose(request, context, stanzas)
    refuse_idle(request.options, "a restored Chinese poem")
    clauses = split_clauses([line for stanza in stanzas for line in stanza])
    if all(c == GAP for t, _ in clauses for c in t):
        raise InputError("nothing but gaps: give at least one character to go by, or use generate")
    with lend_verse(context, request.options.weights) as engine:
        proposals = fill(engine, clauses, text.title, request.options.best_of or _DRAWS, context)
    best = iter("".join(proposals[0]["text"]))
    filled = tuple(tuple("".join(next(best) if c == GAP else c for c in line) for line in stanza) for stanza in stanzas)
    notes = {"gaps": whole.count(GAP), "proposals": proposals, "score": proposals[0]["log_probability"]}
    return Text(stanzas=filled, language="zh", form=text.form, title=text.title, author=text.author), notes


def mark_gaps(text: Text, region: str | None) -> tuple[tuple[str, ...], ...]:
    """Lines with □ for each missing character."""
    lines = [re.sub(r"[_＿]", GAP, line.replace("〇", GAP).replace("▢", GAP)) for line in text.lines]
    if region:
        found = re.fullmatch(r"\s*(?:lines?|第)?\s*(\d+)\s*(?:[-–到至]\s*(\d+))?\s*[句行]?\s*", region)
        if not found:
            raise InputError(f"{region!r} is no part of a text; write 'line 3' or 'lines 2-4'")
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= len(lines):
            raise InputError(f"{region!r} is outside the text, which has {len(lines)} lines")
        for i in range(first - 1, last):
            lines[i] = re.sub(r"[\u3400-\u9fff]", GAP, lines[i])
    rest = iter(lines)
    return tuple(tuple(next(rest) for _ in stanza) for stanza in text.stanzas)


def find_gaps(clauses: Sequence[tuple[str, str]]) -> list[Place]:
    """(clause, place from the end) of each gap, in reading order."""
    return [(c, len(t) - i) for c, (t, _) in enumerate(clauses) for i, char in enumerate(t) if char == GAP]


def fill(
    engine: VerseEngine,
    clauses: Sequence[tuple[str, str]],
    title: str,
    draws: int,
    context: Context,
) -> list[dict[str, Any]]:
    """Proposals, the best first: {"text": the characters of the gaps, "probability" among them, "log_probability" of
    the whole, "kept"}.
    """
    clauses = engine.code.split(clauses)
    shape: Shape = tuple((mark, len(t)) for t, mark in clauses)
    gaps = find_gaps(clauses)
    known = {(c, len(t) - i): char for c, (t, _) in enumerate(clauses) for i, char in enumerate(t) if char != GAP}
    form = recognise(clauses)
    if len(gaps) == 1:
        drawn = _single(engine, clauses, shape, form, title, gaps[0], known)
    else:
        drawn = _several(engine, shape, form, title, gaps, known, draws, context)
    unique = list(dict.fromkeys(drawn))
    examples = [
        engine.code.encode(Prefix(form=_model_form(form), title=title), _with(clauses, gaps, chars)) for chars in unique
    ]
    sums = np.array([float(s.astype(np.float64).sum()) for s in engine.token_scores(examples)])
    kept = [_keeps([t for t, _ in _with(clauses, gaps, chars)], form) for chars in unique]
    order = sorted(range(len(unique)), key=lambda i: (not kept[i], -sums[i]))
    if any(kept):
        order = [i for i in order if kept[i]]
    p = np.exp(sums[order] - sums[order].max())
    p /= p.sum()
    return [
        {
            "text": unique[i],
            "probability": round(float(q), 4),
            "log_probability": round(float(sums[i]), 3),
            "kept": kept[i],
        }
        for i, q in sorted(zip(order, p, strict=True), key=lambda e: -e[1])[:_PROPOSALS]
    ]


def _model_form(form: str) -> str:
    return form if form in FORMS or form.startswith("ci:") else "other"


def _keeps(texts: Sequence[str], form: str) -> bool:
    if form in FORMS:
        return check_regulated(texts, form).kept
    tune = tune_of(form)
    return check_tune(texts, tune).kept if tune else True


def _with(clauses: Sequence[tuple[str, str]], gaps: Sequence[Place], chars: str) -> list[tuple[str, str]]:
    given = dict(zip(gaps, chars, strict=True))
    return [
        ("".join(given.get((c, len(t) - i), char) for i, char in enumerate(t)), mark)
        for c, (t, mark) in enumerate(clauses)
    ]


def score_gap(
    engine: VerseEngine, clauses: Sequence[tuple[str, str]], form: str, title: str, gap: Place
) -> NDArray[np.float32]:
    """How well each of the engine's characters fits one gap of a poem, (characters,); what stands in the gap is not seen.

    Two looks at it, with everything told (both sides are seen, through the prefix) and with what stands before alone,
    and whether its pairs with both neighbours are known: weights fitted on gaps of held-out poems, where the true
    character is among the first forty in .67 (.61 without the pairs) and among the first eighty in .81 (.73).
    """
    shape: Shape = tuple((mark, len(t)) for t, mark in clauses)
    known = {
        (c, len(t) - i): char for c, (t, _) in enumerate(clauses) for i, char in enumerate(t) if (c, len(t) - i) != gap
    }
    looks = []
    for given in (known, {}):
        example = engine.code.encode(Prefix(form=_model_form(form), title=title, known=given), clauses)
        steps = engine.code.steps(shape, given, headers=bool(example.tokens[example.body] == engine.code.free))
        looks.append(engine.gap_scores(example, example.body + 1 + steps.index(gap)))
    scores = 0.4 * looks[0] + 0.55 * looks[1]
    clause, place = gap
    text = clauses[clause][0]
    at, pairs = len(text) - place, feet(len(text))
    left, right = (engine.column.get(text[i], -1) if 0 <= i < len(text) else -1 for i in (at - 1, at + 1))
    if left >= 0 and at - 1 in pairs:
        scores = scores + 2.2 * engine.seen_right[left]
    if right >= 0 and at in pairs:
        scores = scores + 1.7 * engine.seen_left[right]
    return scores


def _single(
    engine: VerseEngine,
    clauses: Sequence[tuple[str, str]],
    shape: Shape,
    form: str,
    title: str,
    gap: Place,
    known: Mapping[Place, str],
) -> list[str]:
    """The likeliest characters of one gap, 64 of them, held to the form's tones where the poem keeps it."""
    scores = score_gap(engine, clauses, form, title, gap)
    clause, place = gap
    plans = _plans(engine, form, known, np.random.default_rng(0), 1)
    if plans:
        wanted = {v[-place] for v in plans[0][0].patterns[clause]}
        bits = 3 if "." in wanted or len(wanted) > 1 else 1 if wanted == {"平"} else 2
        scores = scores + engine.tone_masks[bits]
    return [engine.chars[i] for i in np.argsort(-scores)[:_LOOKED_AT]]


def _several(
    engine: VerseEngine,
    shape: Shape,
    form: str,
    title: str,
    gaps: Sequence[Place],
    known: Mapping[Place, str],
    draws: int,
    context: Context,
) -> list[str]:
    """What the model draws for several gaps, held to tones and rhymes where the form is known and the text keeps it."""
    drawn: list[str] = []
    free = [(Plan(patterns=tuple(("." * n,) for _, n in shape), rhymes=("",) * len(shape)), "", "")] * _ROWS
    told = [Prefix(form=_model_form(form), title=title, known=known)] * _ROWS
    for start in range(0, draws, _ROWS):
        context.progress.update(start / draws, f"{len(drawn)} proposals")
        plans = _plans(engine, form, known, context.rng, _ROWS) or free
        written = engine.write(told, [plan for plan, _, _ in plans], shape, context.rng, temperature=0.8)
        drawn += ["".join(one.clauses[c][-p] for c, p in gaps) for one in written]
    return drawn


def _plans(
    engine: VerseEngine, form: str, known: Mapping[Place, str], rng: np.random.Generator, number: int
) -> list[tuple[Plan, str, str]]:
    """Plans that the known characters allow; none where the form is not known or they break it."""
    brief = Brief(form=form, known=known)
    return plans_of(brief, known, engine, rng, number) if form in FORMS or brief.tune is not None else []
