"""A work by an endpoint's model: asked for with all rules of the form, read by the checkers, mended by being told its
faults. What keeps the form is told with the number of tries; what never does is not given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

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
    mend,
    read_lines,
    read_page,
)
from .endpoint import Endpoint, Message
from .options import RemoteOptions

if TYPE_CHECKING:
    from .....core.requests import Context, GenerateRequest

__all__ = ["write"]


PAGE = {"en": 220, "zh": 350}
"""Words of English and characters of Chinese on a page of which no length is asked."""
ROOM = 4
"""Tokens that an answer may have for each word or character that is asked for, beside `THOUGHT`."""
THOUGHT = 600
SHORTEST = 0.35
"""Share of the asked length below which a page is no answer."""


def write(
    request: GenerateRequest[RemoteOptions], context: Context, *, language: str, form: str, voice: str
) -> TextAndNotes:
    """A work on a theme. Raises InputError for what no work of the form can hold, StoreError where the endpoint fails or
    its model does not keep the form.
    """
    options, prose = request.options, form.startswith("prose")
    refuse_idle(options, "prose of an endpoint's model" if prose else "verse of an endpoint's model")
    if voice and not prose:
        raise InputError(
            f"an endpoint's model writes verse in nobody's voice, and {voice!r} was asked for; ask for prose, or leave the "
            f"style out"
        )
    endpoint = Endpoint(request.model.partition(":")[2], options.base_url, options.timeout_s)
    if prose:
        return _prose(endpoint, request, context, language, voice)
    return (
        _chinese(endpoint, request, context, form) if language == "zh" else _english(endpoint, request, context, form)
    )


def _english(endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, form: str) -> TextAndNotes:
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
    lines, tries = _kept(
        endpoint,
        request,
        context,
        ask_english(shaped, request.theme.text, asked),
        lambda answer: read_lines(answer, shaped.lines),
        lambda found: english_faults(found, shaped, asked),
        language="en",
        size=12 * shaped.lines,
    )
    return text_of(lines, shaped, request.theme), _notes(request, context, tries)


def _chinese(endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, form: str) -> TextAndNotes:
    brief = read_brief(form, request.options, prosody())
    if brief.rhyme and brief.tune is not None:
        raise InputError("an endpoint's model is not asked for a rhyme of a ci; leave --rhyme out")
    clauses, tries = _kept(
        endpoint,
        request,
        context,
        ask_chinese(brief, request.theme.text),
        chinese_clauses,
        lambda found: chinese_faults(found, brief),
        language="zh",
        size=2 * sum(size for _, size in brief.shape),
    )
    text = chinese.text_of(clauses, brief, title=chinese.title_of(request.theme, brief.tune))
    return text, _notes(request, context, tries) | {"form": brief.told_form}


def _kept(
    endpoint: Endpoint,
    request: GenerateRequest[RemoteOptions],
    context: Context,
    ask: str,
    read: Callable[[str], list[str]],
    faults_of: Callable[[Sequence[str]], list[str]],
    *,
    language: str,
    size: int,
) -> tuple[list[str], int]:
    """(lines without a fault, how often the model was asked). Raises StoreError if there are none at the last try."""
    options = request.options
    talk: list[Message] = []
    fewest: list[str] | None = None
    for number in range(options.tries):
        done = number / options.tries
        answer = endpoint.write(
            [{"role": "user", "content": ask}, *talk],
            seed=request.seed + number,
            temperature=options.temperature,
            max_tokens=THOUGHT + ROOM * size,
            tell=lambda text, share=done: context.progress.update(share, text[-40:]),  # type: ignore[misc]
        )
        found = read(answer)
        faults = faults_of(found) if found else ["there is no line in the answer"]
        if not faults:
            return found, number + 1
        fewest = faults if fewest is None or len(faults) < len(fewest) else fewest
        shown = "\n".join(found) or answer[:2000]
        talk = [{"role": "assistant", "content": shown}, {"role": "user", "content": mend(faults, language)}]
    assert fewest is not None
    told = "; ".join(fewest[:3]) + (f"; and {len(fewest) - 3} more" if len(fewest) > 3 else "")
    raise StoreError(
        f"{endpoint.model!r} was asked {options.tries} times and never kept the form; nearest it came with: {told}. More --tries, "
        f"a freer form, or a model whose form is kept by decoding (-m hf:..., or none)"
    )


def _prose(
    endpoint: Endpoint, request: GenerateRequest[RemoteOptions], context: Context, language: str, voice: str
) -> TextAndNotes:
    options, known = request.options, CHINESE_PROSE if language == "zh" else ENGLISH_PROSE
    if voice and voice not in known:
        raise InputError(f"{voice!r} is no voice of prose; there are: {', '.join(known)}")
    length = options.length or PAGE[language]
    ask = ask_prose(
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
    return text, _notes(request, context, 1)


def _notes(request: GenerateRequest[Any], context: Context, tries: int) -> dict[str, Any]:
    often = "once" if tries == 1 else f"{tries} times, until the checkers found no fault"
    context.devices.remark(f"{request.model!r} was asked over a network, {often}")
    return {"tries": tries}
