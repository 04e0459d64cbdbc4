"""A work by an endpoint's model: asked for with all rules of the form, read by the checkers, mended by being told its
faults. What keeps the form is told with the number of tries; what never does is not given.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .....core.artwork import Text
from .....core.errors import InputError, StoreError
from ...chinese import writer as chinese
from ...chinese.brief import read_brief
from ...chinese.prosody import prosody
from ...english.forms import find_form, plan
from ...english.writer import read_keep, text_of
from ...guided.english import Asked
from ...lm.language import TextAndNotes
from ..poet.options import refuse_idle
from ..poet.styles import CHINESE_PROSE, ENGLISH_PROSE
from .asking import (
    ask_chinese,
    ask_english,
    ask_prose,
    chinese_clauses,
    chinese_faults,
    english_faults,
    read_lines,
    read_page,
    told_source,
)
from .conversation import ROOM, THOUGHT, ask_until_kept, endpoint_of, notes_of
from .endpoint import Endpoint
from .options import RemoteOptions

if TYPE_CHECKING:
    from .....core.requests import Context, GenerateRequest

__all__ = ["write"]


PAGE = {"en": 220, "zh": 350}
"""Words of English and characters of Chinese on a page of which no length is asked."""
SHORTEST = 0.35
"""Share of the asked length below which a page is no answer."""


def write(
    request: GenerateRequest[RemoteOptions], context: Context, *, language: str, form: str, voice: str, source: str = ""
) -> TextAndNotes:
    """A work on a theme. source: a text that is read first and whose content is to be kept.

    Raises InputError for what no work of the form can hold, StoreError where the endpoint fails or its model does not keep
    the form.
    """
    options, prose = request.options, form.startswith("prose")
    refuse_idle(options, "prose of an endpoint's model" if prose else "verse of an endpoint's model")
    if voice and not prose:
        raise InputError(
            f"an endpoint's model writes verse in nobody's voice, and {voice!r} was asked for; ask for prose, or leave the "
            f"style out"
        )
    endpoint = endpoint_of(request)
    if prose:
        return _prose(endpoint, request, context, (language, voice), source)
    return (
        _chinese(endpoint, request, context, form, source)
        if language == "zh"
        else _english(endpoint, request, context, form, source)
    )


def _english(
    endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, form: str, source: str
) -> TextAndNotes:
    options = request.options
    shaped = plan(find_form(form), context.rng, lines=options.length)
    asked = Asked(
        acrostic=options.acrostic,
        keep=read_keep(options.keep),
        keywords=tuple(w.lower() for w in re.split(r"[,;\s]+", options.keywords) if w),
        rhyme=options.rhyme.lower(),
    )
    if any(number >= shaped.lines for number in asked.keep or ()):
        raise InputError(f"a line beyond the last was given; a {form} has {shaped.lines}")
    lines, tries = ask_until_kept(
        endpoint,
        request,
        context,
        told_source(source, "en") + ask_english(shaped, request.theme.text, asked),
        lambda answer: read_lines(answer, shaped.lines),
        lambda found: english_faults(found, shaped, asked),
        language="en",
        size=12 * shaped.lines,
    )
    return text_of(lines, shaped, request.theme), notes_of(request, context, tries)


def _chinese(
    endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, form: str, source: str
) -> TextAndNotes:
    brief = read_brief(form, request.options, prosody())
    if brief.rhyme and brief.tune is not None:
        raise InputError("an endpoint's model is not asked for a rhyme of a ci; leave --rhyme out")
    clauses, tries = ask_until_kept(
        endpoint,
        request,
        context,
        told_source(source, "zh") + ask_chinese(brief, request.theme.text),
        chinese_clauses,
        lambda found: chinese_faults(found, brief),
        language="zh",
        size=2 * sum(size for _, size in brief.shape),
    )
    text = chinese.text_of(clauses, brief, title=chinese.title_of(request.theme, brief.tune))
    return text, notes_of(request, context, tries) | {"form": brief.told_form}


def _prose(
    endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, written: tuple[str, str], source: str
) -> TextAndNotes:
    language, voice = written
    options, known = request.options, CHINESE_PROSE if language == "zh" else ENGLISH_PROSE
    if voice and voice not in known:
        raise InputError(f"{voice!r} is no voice of prose; there are: {', '.join(known)}")
    length = options.length or PAGE[language]
    ask = told_source(source, language) + ask_prose(
        request.theme.text,
        language,
        length,
        author=known.get(voice, ""),
        opening=options.opening,
        memory=options.memory,
    )
    answer = endpoint.write(
        [{"role": "user", "content": ask}],
        seed=request.seed,
        temperature=options.temperature,
        max_tokens=THOUGHT + ROOM * length,
        tell=lambda text: context.progress.update(min(0.99, len(text) / (6 * length)), text[-40:]),
    )
    page = read_page(answer)
    if options.opening and not "".join(page).startswith(options.opening.strip()[:20]):
        page = (
            [f"{options.opening.rstrip()} {page[0]}" if language == "en" else options.opening + page[0], *page[1:]]
            if page
            else []
        )
    size = len("".join(page)) if language == "zh" else sum(len(line.split()) for line in page)
    if size < SHORTEST * length:
        raise StoreError(
            f"{endpoint.model!r} wrote {size} {'characters' if language == 'zh' else 'words'} where {length} were asked for; ask "
            f"for less, or another model"
        )
    title = request.theme.text[:48]
    text = Text(
        stanzas=tuple((line,) for line in page), language=language, form="prose", title=title[:1].upper() + title[1:]
    )
    return text, notes_of(request, context, 1)
