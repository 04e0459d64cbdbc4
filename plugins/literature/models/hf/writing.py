"""Verse and prose by a pretrained model: a request in, a text that keeps its form out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .....core.artwork import Text
from .....core.errors import InputError
from .....core.registry import recorded_name
from ...chinese import writer as chinese
from ...chinese.brief import read_brief
from ...chinese.lending import lend_lexicon
from ...english.forms import Plan, find_form, plan
from ...english.writer import read_keep, text_of
from ...formats.characters import tidy
from ...guided.chinese import write_chinese
from ...guided.english import Asked, write_english
from ...guided.poems import Draft
from ...guided.prompts import prose_prompt
from ...guided.prose import write_pages
from ...lm.language import TextAndNotes
from ..poet.options import PoetOptions, refuse_idle
from ..poet.styles import CHINESE_PROSE, ENGLISH_PROSE
from .engine import PretrainedWriter, lend_writer

if TYPE_CHECKING:
    from .....core.requests import Context, GenerateRequest

__all__ = ["write"]

ATTEMPTS = 5
"""Poems that are begun before it is said that nothing holds all that was asked."""
PAGES = 3
PAGE = {"en": 220, "zh": 350}
"""Words of English and characters of Chinese on a page of which no length is asked."""


def write(
    request: GenerateRequest[PoetOptions],
    context: Context,
    *,
    language: str,
    form: str,
    voice: str,
    source: str = "",
) -> TextAndNotes:
    """A work on a theme, or made from the text of a source. Raises InputError for what no work of the form can hold."""
    prose = form.startswith("prose")
    refuse_idle(request.options, "prose of a pretrained model" if prose else "verse of a pretrained model")
    if voice and not prose:
        raise InputError(
            f"a pretrained model writes verse in nobody's voice, and {voice!r} was asked for; ask for prose, or leave "
            f"the style out"
        )
    with lend_writer(context, request.model) as writer:
        if prose:
            return _prose(writer, request, context, language, voice, source)
        verse = _chinese if language == "zh" else _english
        return verse(writer, request, context, form, source)


def _english(
    writer: PretrainedWriter, request: GenerateRequest[PoetOptions], context: Context, form: str, source: str
) -> TextAndNotes:
    options, shape = request.options, find_form(form)
    asked = Asked(
        acrostic=options.acrostic,
        keep=read_keep(options.keep),
        keywords=tuple(w.lower() for w in re.split(r"[,;\s]+", options.keywords) if w),
        rhyme=options.rhyme.lower(),
    )
    drafts: list[tuple[Draft, Plan]] = []
    refusal: InputError | None = None
    for attempt in range(ATTEMPTS):
        shaped = plan(shape, context.rng, lines=options.length)
        try:
            found = write_english(
                writer.model,
                writer.words,
                request.theme,
                shaped,
                asked,
                context.rng,
                temperature=options.temperature,
                tell=context.progress.update,
                source=source,
            )
            drafts += [(draft, shaped) for draft in found[:1]]
        except InputError as error:  # a form may have several metres: a given line fits one of them
            refusal = error
        if drafts and attempt + 1 >= (options.best_of or 1):
            break
    if not drafts:
        raise refusal or InputError(
            f"no {form} could be written that holds all that was asked; ask for fewer words, another acrostic or rhyme"
        )
    best, shaped = max(drafts, key=lambda found: found[0].score / len(found[0].lines))
    return text_of(best.texts, shaped, request.theme), _notes(request, best.score / len(best.lines))


def _chinese(
    writer: PretrainedWriter, request: GenerateRequest[PoetOptions], context: Context, form: str, source: str
) -> TextAndNotes:
    options, poems = request.options, []
    brief = read_brief(form, options, writer.characters.prosody)
    with lend_lexicon(context) as lexicon:
        for attempt in range(ATTEMPTS):
            poems += write_chinese(
                writer.model,
                writer.characters,
                lexicon,
                request.theme,
                brief,
                context.rng,
                temperature=options.temperature,
                tell=context.progress.update,
                source=source,
            )
            if poems and attempt + 1 >= (options.best_of or 1):
                break
    if not poems:
        raise InputError(f"no {form} could be written that holds all that was asked; ask for fewer words or lines")
    best = max(poems, key=lambda poem: poem.score)
    text = chinese.text_of(best.clauses, brief, title=chinese.title_of(request.theme, brief.tune))
    return text, _notes(request, best.score / len(best.clauses)) | {"form": brief.told_form, "rhyme": best.rhyme}


def _prose(
    writer: PretrainedWriter,
    request: GenerateRequest[PoetOptions],
    context: Context,
    language: str,
    voice: str,
    source: str,
) -> TextAndNotes:
    options, known = request.options, CHINESE_PROSE if language == "zh" else ENGLISH_PROSE
    if voice and voice not in known:
        raise InputError(f"{voice!r} is no voice of prose; there are: {', '.join(known)}")
    length = options.length or PAGE[language]
    prompt = prose_prompt(
        writer.model,
        request.theme.text,
        language,
        length=length,
        author=known.get(voice, ""),
        opening=options.opening,
        memory=options.memory,
        source=source,
    )
    pages = write_pages(
        writer.model,
        prompt,
        options.opening,
        length,
        context.rng,
        chinese=language == "zh",
        rows=context.devices.rows(options.best_of or PAGES),
        temperature=options.temperature,
        tell=context.progress.update,
    )
    if not pages:
        raise InputError(f"the model {request.model!r} wrote nothing; ask for another theme or a higher temperature")
    title = request.theme.text[:48]
    text = Text(
        stanzas=tuple((line.strip(),) for line in tidy(pages[0].text)[0].split("\n") if line.strip()),
        language=language,
        form="prose",
        title=title[:1].upper() + title[1:],
    )
    return text, _notes(request, pages[0].score)


def _notes(request: GenerateRequest[PoetOptions], score: float) -> dict[str, Any]:
    return {"score": round(score, 4), "source": recorded_name(request.model)}
