"""What the next line of every draft must hold: metre, rhyme, marks, words asked for, and what is pressed upon its draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InputError
from .brief import Draft
from .composition import Composition
from .corpus import NONE
from .forms import Plan
from .line_frames import places
from .line_sampling import LineTask
from .words import MARKS

__all__ = ["line_task"]

Array = NDArray[np.float32]
STOPS, PAUSES = (".", "!", "?"), (",", ";", ":", "\u2014")


def line_task(poem: Composition, line: int, drafts: list[Draft]) -> LineTask:
    """What the next line of every draft must hold."""
    plan, lexicon = poem.plan, poem.lexicon
    pattern, total = plan.pattern(line), plan.syllables[line]
    partners = plan.partners(line)
    back = line - partners[-1] if partners else 0
    relation = back if back <= 4 else 0
    return LineTask(
        number=1 + line % 15,
        total=total,
        mask=lexicon.mask(pattern, total),
        end=np.stack([_apart(poem, _end(poem, line, [d.last(p) for p in partners]), d, line) for d in drafts]),
        marks=_mark_mask(plan, line),
        relation=relation,
        partner=np.array([d.last(partners[-1]) if relation else 0 for d in drafts]),
        before=np.array([d.last(line - 1) if line else 0 for d in drafts]),
        pressure=np.stack([_pressure(poem, d, line) for d in drafts]),
        initial=_initial(poem, line),
        keep=poem.kept.get(line),
        frame=places(poem.engine, poem.brief.frames[line], poem.wanted)
        if line in poem.brief.frames and line not in poem.kept
        else None,
    )


def _initial(poem: Composition, line: int) -> NDArray[np.bool_] | None:
    """(vocabulary,) the words that may open a line; None for any."""
    letter = poem.brief.acrostic[line : line + 1].lower()
    if letter.strip():
        return np.array([w.lstrip("'").startswith(letter) for w in poem.engine.words]) & poem.lexicon.usable
    if line in poem.brief.initials:
        asked = np.array([w in poem.brief.initials[line] for w in poem.engine.words]) & poem.lexicon.usable
        return asked if asked.any() else None
    return None


def _mark_mask(plan: Plan, line: int) -> Array:
    """What may end a line: the form's stops and pauses are planned, the last line ends a sentence."""
    names = (NONE, *MARKS)
    number = line + 1
    if number in plan.form.stops:
        cost = dict.fromkeys(STOPS, 0.0)
        if number != plan.lines:
            cost |= {";": -1.0, ":": -1.5}
    elif number in plan.form.pauses:
        cost = dict.fromkeys((*PAUSES, *STOPS), 0.0) | {
            NONE: -np.inf if plan.form.name in ("haiku", "limerick") else -1.5
        }
    else:
        cost = {NONE: 0.0, ",": 0.0, ";": -0.5, ":": -1.0, "\u2014": -1.5, ".": -2.5, "!": -3.0, "?": -3.0}
        after = number % 2 == 0 and plan.lines > 8
        if after:
            cost |= {".": 0.0, ";": 0.0}
    return np.array([cost.get(n, -np.inf) for n in names], np.float32)


def _end(poem: Composition, line: int, partners: list[int]) -> Array:
    lexicon, form = poem.lexicon, poem.plan.form
    if form.rhymes[line] == "x":
        return np.where(
            lexicon.closing | (~lexicon.function & lexicon.usable & (not poem.plan.pattern(line))),
            np.float32(0),
            -np.float32(np.inf),
        )
    if partners:
        return lexicon.rhyme_mask(partners=partners) - np.where(lexicon.raised, np.float32(1.0), np.float32(0))
    later = [poem.kept[k][1] for k in poem.kept if k > line and form.rhymes[k] == form.rhymes[line]]
    if later:
        return lexicon.rhyme_mask(partners=later)
    if poem.brief.rhyme and form.rhymes[line] == next(r for r in form.rhymes if r != "x"):
        return _rhyme_asked(poem)
    need = form.rhymes.count(form.rhymes[line])
    return lexicon.rhyme_mask(rich=12 * (need - 1)) - np.where(lexicon.raised, np.float32(1.5), np.float32(0))


def _apart(poem: Composition, end: Array, draft: Draft, line: int) -> Array:
    """The ends without the rhymes of other letters in the last eight lines: two rhymes stay two, blank verse stays
    blank.
    """
    lexicon, letters = poem.lexicon, poem.plan.form.rhymes
    others = [i for i in range(max(0, line - 8), line) if letters[i] != letters[line] or letters[line] == "x"]
    used = {int(lexicon.rhyme[draft.last(i)]) for i in others} - {-1}
    out = end.copy()
    for key in used:
        out[lexicon.members[key]] = -np.inf
    return out if np.isfinite(out).any() else end


def _rhyme_asked(poem: Composition) -> Array:
    word = poem.brief.rhyme.lower()
    at = poem.engine.index.get(word, -1)
    group = poem.lexicon.members.get(int(poem.lexicon.rhyme[at])) if at >= 0 and poem.lexicon.rhyme[at] >= 0 else None
    if group is None or len(group) < 3:
        raise InputError(
            f"nothing rhymes with {word!r} in the vocabulary; choose a word such as 'night', 'sea' or 'rain'"
        )
    out = np.full(len(poem.engine.words), -np.inf, np.float32)
    out[group] = 0
    return out


def _pressure(poem: Composition, draft: Draft, line: int) -> Array:
    """What is added to the logits of a draft's next line."""
    out = poem.stale - poem.often + (1.0 if line in poem.brief.frames else 0.5) * poem.settings.pull * poem.near
    used = poem.grammar.of_stems(draft.stems)
    out[used] -= poem.settings.used_draw
    for tokens in draft.lines:
        spent = [t for t in tokens if poem.lexicon.function[t]]
        out[spent] -= 0.16
    out -= poem.grammar.person_cost(draft.persons)
    if not line:
        out[poem.going_on] -= 4.0
    if poem.banned:
        out[poem.banned] = -np.inf
    remaining = poem.plan.lines - line
    returning = poem.engine.index.get(poem.brief.returning, -1)
    if returning >= 0:
        out[returning] += 5.0 if remaining == 1 else 0.0
    for i, word in enumerate(draft.wanted):
        urgent = remaining <= 2 * (len(draft.wanted) - i) + 1
        out[word] += 7.0 if urgent else 3.5
    return out
