"""Style transfer: the content words stay in their order, the rest is written anew in a form or a voice.

Into a form: the content words are given to the verse writer as words to be used, line by line. Into a voice: each
sentence is written again by the prose model in that author's voice, with the sentence's content words pressed on the
draw, and the candidate that keeps most of them and reads best stays. `strength` says how much is given up: how many
sentences are rewritten, how few content words are asked for. A small model keeps the words, not always their sense.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.theme import Theme, read_words
from ..lm.language import TextAndNotes
from ..models.prose_en.engine import ProseEngine
from . import forms
from .beam import compose_drafts
from .checker import check
from .content import content_words
from .lending import lend_prose, lend_verse
from .lexicon import FUNCTION, stem
from .line_sampling import Settings
from .prose import continue_page, likelihood, open_page, paragraphs
from .rescoring import ForwardReader
from .words import MARKS, tokenize
from .writer import brief_for

if TYPE_CHECKING:
    from ....core.requests import Context, TransferRequest
    from ..models.poet.options import PoetOptions

__all__ = ["transfer"]


def transfer(request: TransferRequest[PoetOptions], context: Context, *, style: str) -> TextAndNotes:
    """The text anew in a form of verse or an author's voice; notes say which content words were kept.

    Raises InputError for a style that is neither, or a text without a content word.
    """
    if forms.ALIASES.get(style, style) in forms.FORMS:
        return _into_form(request, context, style)
    return _into_voice(request, context, style)


def _kept(skeleton: list[str], made: list[str]) -> list[str]:
    stems = {stem(t) for line in made for t in tokenize(line)}
    return [w for w in skeleton if stem(w) in stems]


def _into_form(request: TransferRequest[PoetOptions], context: Context, style: str) -> TextAndNotes:
    shape, options = forms.find_form(style), request.options
    text: Text = request.artwork.payload
    with lend_verse(context, options.weights) as engine, lend_prose(context) as reader:
        forward = ForwardReader(reader, engine.cased)
        skeleton = content_words(text, engine.lexicon)
        if not skeleton:
            raise InputError("the text has no content word that the verse model knows; there is nothing to keep")
        per_line = 0.5 + (1 - request.strength)
        count = max(1, min(len(skeleton), round(per_line * len(shape.metres))))
        at = np.unique(np.linspace(0, len(skeleton) - 1, count).round().astype(int))
        chosen = tuple(skeleton[i] for i in at)
        theme = Theme(text=text.title or " ".join(chosen[:3]), words=chosen, images=read_words(" ".join(chosen))[1])
        best: tuple[int, list[str], forms.Plan, float] | None = None
        for _ in range(4):
            plan = forms.plan(shape, context.rng)
            brief = replace(brief_for(engine, theme, plan, options, context.rng), wanted=chosen, hints=chosen)
            drafts = compose_drafts(
                engine,
                plan,
                brief,
                context.rng,
                candidates=max(8, options.best_of or 64),
                settings=Settings(temperature=options.temperature),
                forward=forward,
                progress=context.progress,
            )
            for draft in drafts:
                lines = engine.printed(draft.lines)
                kept = len(_kept(list(chosen), lines))
                if not check(lines, plan.form, given=frozenset(brief.keep)) and (best is None or kept > best[0]):
                    best = (kept, lines, plan, draft.score)
            if best is not None and best[0] >= 0.8 * len(chosen):
                break
    if best is None:
        raise InputError(f"no {style} could be made of these words; ask for another form, or a higher strength")
    _, lines, plan, score = best
    made = Text(stanzas=plan.form.stanzas_of(lines), language="en", form=plan.form.name, title=text.title, author="")
    return made, {
        "style": style,
        "asked_words": list(chosen),
        "kept_words": _kept(list(chosen), lines),
        "score": round(score / max(1, sum(len(line.split()) for line in lines)), 4),
    }


def _press(engine: ProseEngine, words: list[str]) -> NDArray[np.float64]:
    """Factors for the draw: the first token of each word (with and without a space) eight times as likely."""
    boost = np.ones(engine.vocabulary)
    for word in words:
        for spelled in (f" {word}", f" {word.capitalize()}"):
            ids = engine.encode(spelled)
            if len(ids) <= 3:
                boost[ids[0]] = 8.0
    return boost


def _into_voice(request: TransferRequest[PoetOptions], context: Context, style: str) -> TextAndNotes:
    options, rng = request.options, context.rng
    text: Text = request.artwork.payload
    source = " ".join(" ".join(line.split()) for line in text.lines)
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+", source) if any(c.isalpha() for c in s)] or [source]
    if text.language != "en":
        sentences = [" ".join(content_words(text))]
    skeleton: list[str] = []
    with lend_prose(context, options.weights) as engine:
        page = open_page(engine, style, "", options.memory, [])
        printed: list[str] = []
        for number, sentence in enumerate(sentences[:60]):
            words = [t for t in tokenize(sentence) if t not in MARKS and t not in FUNCTION]
            if rng.random() > request.strength or not words:
                printed.append(sentence)
                page.tokens += engine.encode((" " if page.tokens else "") + sentence)
                continue
            skeleton += words
            page.wanted = list(dict.fromkeys(words))
            if not page.tokens:
                page.tokens = engine.encode("\n\n")
                page.hidden = len(page.tokens)
            before = len(page.text)
            lead = next((w for w in sentence.split()[:1]), "")
            page.tokens += engine.encode((" " if before else "") + lead)
            continue_page(
                page,
                max(4, len(sentence.split()) // 2),
                rng,
                temperature=options.temperature,
                boost=_press(engine, page.wanted),
            )
            printed.append(page.text[before:].strip())
            context.progress.update((number + 1) / len(sentences), f"sentence {number + 1} of {len(sentences)}")
    made = Text(stanzas=paragraphs(" ".join(printed)), language="en", form="prose", title=text.title, author="")
    kept = _kept(list(dict.fromkeys(skeleton)), printed)
    return made, {
        "style": style,
        "rewritten_words": len(skeleton),
        "kept_words": kept,
        "score": likelihood(engine, made.stanzas, style),
        "kept_share": round(len(kept) / max(1, len(set(skeleton))), 3),
    }
