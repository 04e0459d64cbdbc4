"""Writing in English: a theme and a form in, a text that keeps its form out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.progress import Progress, Silent
from ....core.theme import Theme, concepts
from ....core.words import neighbours as used_alike
from ..lm.language import TextAndNotes
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.verse_en.engine import VerseEngine
from . import forms
from .beam import compose_drafts
from .brief import Brief, Draft
from .checker import Fault, check
from .content import MEN, PEOPLE, WOMEN, plain_word, theme_words
from .corpus import ARCHAIC, PERSONAL
from .grammar import AUXILIARIES, PERSON_OF
from .lending import lend_prose, lend_verse
from .line_frames import haiku_frames, limerick_frames, things
from .line_sampling import Settings
from .openings import CLOSING, limerick_opening
from .prose import write_prose
from .rescoring import ForwardReader

if TYPE_CHECKING:
    from ....core.requests import Context, GenerateRequest

__all__ = ["brief_for", "read_keep", "text_of", "write", "write_poem"]

SILENT = Silent()
ATTEMPTS = 6
#: Forms that are filled into frames, and how many different ones are tried.
FRAMED, FRAMED_TRIES = frozenset(("haiku", "limerick")), 3
_NOT_IN_HAIKU = frozenset(
    "if as such who whom that than because one like many there thus so well not no never nor could would "
    "should must can may will what folks "
    "it seem seems seemed been too much out such up".split()
)
#: Who may speak and be spoken of in a poem without people in its theme, and how often each cast is taken.
_CASTS = ((), ("i",), ("we",), ("i", "you"), ("they",))
_CAST_SHARES = (0.3, 0.3, 0.15, 0.15, 0.1)


def read_keep(text: str) -> dict[int, str]:
    """Given lines by their numbers from 0, of `1:The sea is calm/3:...`. Raises InputError."""
    keep: dict[int, str] = {}
    for part in filter(None, (p.strip() for p in re.split(r"[/\n]", text))):
        found = re.fullmatch(r"(\d+)\s*[:\uff1a]\s*(.+)", part)
        if not found:
            raise InputError(f"{part!r} is not a line to keep; write NUMBER:LINE, as in '1:The sea is calm tonight,'")
        keep[int(found[1]) - 1] = found[2]
    return keep


def brief_for(
    engine: VerseEngine, theme: Theme, plan: forms.Plan, options: PoetOptions, rng: np.random.Generator
) -> Brief:
    """What a theme and the options ask of a poem. Raises InputError for what no poem of the plan can hold."""
    lexicon = engine.lexicon
    asked = tuple(w.lower() for w in re.split(r"[,;\s]+", options.keywords) if w)
    for word in asked:
        at = lexicon.index.get(word, -1)
        if at < 0 or not lexicon.syllables[at]:
            raise InputError(f"the keyword {word!r} is not a word the verse model knows; choose a common English word")
    found = theme_words(theme, lexicon)
    if plan.form.name in FRAMED:
        found = tuple(sorted(found, key=lambda word: engine.tags[lexicon.index[word]] not in ("noun", "nouns")))
    room = 1 if plan.lines <= 5 else 2
    keep = read_keep(options.keep)
    if keep and max(keep) >= plan.lines:
        raise InputError(f"line {max(keep) + 1} was to be kept; a {plan.form.name} has {plan.lines} lines")
    letters = _read_acrostic(options.acrostic, plan)
    returning, initials, left_out = "", {}, frozenset[str]()
    frames: dict[int, str] = {}
    if plan.form.name == "haiku" and engine.classes is not None and not (asked or keep or letters):
        frames = haiku_frames(rng, found[:1])
    if plan.form.name == "limerick" and 0 not in keep and not letters:
        opening = next(filter(None, (limerick_opening(found, rng, lexicon) for _ in range(5))), None)
        if opening is not None:
            keep[0], returning, left_out = opening.line, opening.person, opening.pronouns_left_out
            initials = {1: opening.following, 4: CLOSING}
            if engine.classes is not None and not asked and len(keep) == 1:
                frames = limerick_frames(rng, clause=opening.is_clause, pronoun=opening.pronoun)
                returning, initials = "", {}
    spoken = {w for line in keep.values() for w in re.findall(r"[a-z']+", line.lower())}
    wanted = tuple(w for w in dict.fromkeys((*asked, *found[:room])) if w not in spoken)
    archaic = any(w in ARCHAIC for w in (*theme.words, *asked))
    lyric = plan.form.name == "haiku"
    about_people = bool(set(theme.images) & PEOPLE) or plan.form.name == "limerick"
    persons = 0 if lyric else 2 if about_people else int(rng.integers(2))
    banned = _banned(theme, plan, asked, rng, archaic=archaic, returning=returning, framed=bool(frames))
    return Brief(
        wanted=wanted,
        promised=frozenset((*asked, *wanted[: len(asked) + 1])),
        hints=(*found, *neighbours(engine, found[:2], rng)),
        acrostic=letters,
        keep=keep,
        rhyme=options.rhyme.strip(),
        persons=persons,
        archaic=archaic,
        banned=banned | left_out,
        returning=returning,
        initials=initials,
        third_cost=0.0 if about_people else 1.0,
        dense=int(lyric and not frames),
        frames=frames,
        near=_near(plan.form.name, found) if frames else field_of(found[:2]),
    )


def _read_acrostic(acrostic: str, plan: forms.Plan) -> str:
    letters = "".join(c for c in acrostic.lower() if c.isalpha())
    if letters and (not letters.isascii() or len(letters) > plan.lines):
        raise InputError(
            f"the acrostic {acrostic!r} has {len(letters)} letters; a {plan.form.name} takes at most "
            f"{plan.lines}, from a to z"
        )
    return letters


def _banned(
    theme: Theme,
    plan: forms.Plan,
    asked: Sequence[str],
    rng: np.random.Generator,
    *,
    archaic: bool,
    returning: str,
    framed: bool,
) -> frozenset[str]:
    """Words that the poem does without: old ones, persons who are not in it, what makes no haiku."""
    banned: set[str] = set()
    lyric = plan.form.name == "haiku"
    if not archaic:
        banned |= ARCHAIC - set(asked) - {"unto", "oft", "o'er", "art"}
    if not (lyric or plan.form.name == "limerick"):
        cast = cast_of(theme, rng, archaic=archaic)
        banned |= {word for word, person in PERSON_OF.items() if person not in cast} - set(asked)
    if returning:
        banned |= PERSONAL - {"he", "him", "his", "she", "her", "they", "them", "their"}
    if lyric and not framed:
        banned |= (PERSONAL | _NOT_IN_HAIKU | AUXILIARIES) - {"is", "are"} - set(asked)
    return frozenset(banned)


def cast_of(theme: Theme, rng: np.random.Generator, *, archaic: bool) -> frozenset[str]:
    """The persons a poem may name, by the names of `grammar.PERSON_OF`: one he or she at most, so that nobody changes
    on the way.
    """
    named = {plain_word(w) for w in theme.words}
    words = named if named & (WOMEN | MEN) else named | set(theme.images)
    women, men = bool(words & WOMEN), bool(words & MEN)
    if women or men or words & PEOPLE:
        who = (
            ("she",)
            if women and not men
            else ("he",)
            if men and not women
            else ("he", "she")
            if women
            else (("he", "she", "you")[int(rng.integers(3))],)
        )
        return frozenset((*who, *(("i",) if rng.random() < 0.5 else ())))
    cast = frozenset(_CASTS[int(rng.choice(len(_CASTS), p=_CAST_SHARES))])
    return (cast - {"you"}) | {"thou"} if archaic else cast


def _near(form: str, found: Sequence[str]) -> dict[str, float]:
    """The theme's field, and the things that the form is made of."""
    usual = things() if form == "limerick" else {w for concept in concepts().values() for w in concept.en}
    return {**dict.fromkeys(usual, 0.8), **{w: max(0.9, 2 * v) for w, v in field_of(found[:2]).items() if v > 0}}


def field_of(words: Sequence[str]) -> dict[str, float]:
    """Words used like the theme's first ones: 1 for the nearest, falling to 0."""
    found: dict[str, float] = {}
    for word in words:
        for other, cosine in used_alike(word, "en", 600):
            found[other] = max(found.get(other, 0.0), min(1.0, max(0.0, 2.5 * (cosine - 0.2))))
    return found


def neighbours(engine: VerseEngine, words: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
    """Two words used like one of `words`, drawn among the four nearest frequent words of content of each."""
    lexicon = engine.lexicon
    stems = {lexicon.stems[lexicon.index[w]] for w in words if w in lexicon.index}
    near: dict[str, None] = {}
    for word in words:
        found = [
            (w, lexicon.index.get(w, len(engine.words))) for w, cosine in used_alike(word, "en", 40) if cosine >= 0.5
        ]
        fit = [
            w
            for w, i in found
            if i < engine.second and lexicon.usable[i] and not lexicon.function[i] and lexicon.stems[i] not in stems
        ]
        near |= dict.fromkeys(fit[:4])
    return tuple(list(near)[i] for i in rng.permutation(len(near))[:2])


def write_poem(
    engine: VerseEngine,
    theme: Theme,
    form: str,
    options: PoetOptions,
    rng: np.random.Generator,
    progress: Progress = SILENT,
    forward: ForwardReader | None = None,
) -> TextAndNotes:
    """A poem that keeps its form, and notes: score, bits a word, plan. `options.length` is its number of lines (0: the
    form's own).

    Raises InputError if what was asked leaves no such poem (an acrostic, given lines or a rhyme that cannot be met).
    """
    shape = forms.find_form(form)
    candidates = max(8, options.best_of or 64)
    settings = Settings(temperature=options.temperature)
    faults: Sequence[Fault] = ()
    best: tuple[Draft, list[str], forms.Plan, int] | None = None
    kept = 0
    for attempt in range(ATTEMPTS * (FRAMED_TRIES if shape.name in FRAMED else 1)):
        plan = forms.plan(shape, rng, lines=options.length)
        brief = brief_for(engine, theme, plan, options, rng)
        if attempt >= 2 * ATTEMPTS:
            brief = replace(brief, frames={})
        if attempt >= (ATTEMPTS if shape.name in FRAMED else _patience(engine, brief)):
            if best is not None:
                break
            # The theme's word is our promise, not one that was asked for: a good poem without it is better than a
            # forced one, or none.
            brief = replace(brief, promised=frozenset(w for w in brief.promised if w in options.keywords.lower()))
        drafts = compose_drafts(
            engine, plan, brief, rng, candidates=candidates, settings=settings, forward=forward, progress=progress
        )
        for draft in drafts:
            lines = engine.printed(draft.lines)
            faults = check(lines, plan.form, given=frozenset(brief.keep)) + _broken_promises(
                engine, draft, brief, lines
            )
            if not faults:
                kept += 1
                if best is None or draft.score > best[0].score:
                    best = draft, lines, plan, attempt
                break
        if best is not None and kept >= (FRAMED_TRIES if brief.frames else 1):
            return text_of(best[1], best[2], theme), _notes(engine, best[0], best[2], best[3])
        if attempt == ATTEMPTS // 2 - 1:
            settings = replace(settings, temperature=max(settings.temperature, 1.0), min_p=0.002)
    if best is not None:
        return text_of(best[1], best[2], theme), _notes(engine, best[0], best[2], best[3])
    reason = f"the last try failed in line {faults[0].line}: {faults[0].text}" if faults else "no word fitted the masks"
    raise InputError(
        f"no {form} could be written that holds all that was asked ({reason}); ask for fewer words, another "
        f"acrostic or another rhyme"
    )


def _patience(engine: VerseEngine, brief: Brief) -> int:
    """How many times a poem that lacks a promised word is refused: rare words read badly where they are forced in."""
    return 2 if all(engine.index[w] < engine.second for w in brief.promised) else 1


def _broken_promises(engine: VerseEngine, draft: Draft, brief: Brief, lines: Sequence[str]) -> list[Fault]:
    missing = [engine.words[w] for w in draft.wanted]
    faults = [Fault(0, "word", f"{word!r} is missing") for word in missing if word in brief.promised]
    for number, (letter, line) in enumerate(zip(brief.acrostic, lines, strict=False), 1):
        if not line.lstrip("'\"").lower().startswith(letter):
            faults.append(Fault(number, "acrostic", f"{line!r} does not begin with {letter!r}"))
    return faults


def text_of(lines: Sequence[str], plan: forms.Plan, theme: Theme) -> Text:
    """A poem's lines as a text, its theme as the title."""
    words = theme.words_in("en")
    title = theme.text if theme.language == "en" and len(theme.text) <= 48 else " ".join(words[:3])
    return Text(
        stanzas=plan.form.stanzas_of(lines), language="en", form=plan.form.name, title=title[:1].upper() + title[1:]
    )


def _notes(engine: VerseEngine, draft: Draft, plan: forms.Plan, attempt: int) -> dict[str, Any]:
    words = sum(t >= engine.first_word for line in draft.lines for t in line)
    return {
        "form": plan.form.name,
        "metres": list(plan.form.metres),
        "rhymes": plan.form.rhymes,
        "score": round(draft.score / max(1, words), 4),
        "attempts": attempt + 1,
        "bits_per_word": round(float(-draft.log_p / np.log(2)) / max(1, words), 3),
        "form_kept": True,
    }


def write(request: GenerateRequest[PoetOptions], context: Context, *, form: str, voice: str = "") -> TextAndNotes:
    """A work on a theme in one of the forms; voice: an author's name, heeded in prose. Raises InputError for what cannot
    be done.
    """
    if form == "prose-en":
        return write_prose(request, context, voice)
    if voice:
        raise InputError(
            f"English verse is written in no author's voice, and {voice!r} was asked for; ask for prose, or leave "
            f"the style out"
        )
    options = request.options
    refuse_idle(options, "English verse")
    with lend_verse(context, options.weights) as engine, lend_prose(context) as reader:
        forward = ForwardReader(reader, engine.cased)
        return write_poem(engine, request.theme, form, options, context.rng, context.progress, forward)
