"""A text on a theme."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ....core.artwork import Artwork
from ....core.requests import Context, GenerateRequest
from ..chinese.script import simplify_theme
from ..lm.lending import own_style
from ..medium import work_of
from ..models.cento.engine import write as write_cento
from ..models.hf.writing import write as write_pretrained
from ..models.poet.choice import choose, read_style
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions
from ..models.poet.traces import trace_theme
from ..models.remote.engine import write as write_remote

if TYPE_CHECKING:
    from ..models.remote.options import RemoteOptions

__all__ = ["generate"]


def generate(request: GenerateRequest[PoetOptions], context: Context) -> Artwork:
    """A work on the request's theme. Raises InputError where options, style and form contradict each other."""
    style, weights = own_style(request.style, context.home)
    if weights:
        options = request.options.model_copy(update={"weights": weights})
        request = replace(request, style=style, options=options)
    voice, form_by_style = read_style(request.style)
    given = request.theme
    theme, notes = simplify_theme(given)
    language, form = choose(request.options, theme, model=request.model, style=voice, form_by_style=form_by_style)
    asked = replace(request, theme=theme)
    if request.model.startswith("hf:"):
        text, own_notes = write_pretrained(asked, context, language=language, form=form, voice=voice)
    elif request.model.startswith("openai:"):
        text, own_notes = write_remote(
            cast("GenerateRequest[RemoteOptions]", asked), context, language=language, form=form, voice=voice
        )
    elif request.model == "cento":
        text, own_notes = write_cento(asked, context, language=language, form=form, voice=voice)
    else:
        text, own_notes = WRITTEN[language].write(asked, context, form=form, voice=voice)
    unused, remarks = trace_theme(theme, text)
    if len(theme.text) == len(given.text):
        unused = tuple(_as_given(word, theme.text, given.text) for word in unused)
    return work_of(text, {**own_notes, **notes}, operation="generate", unused=unused, remarks=remarks)


def _as_given(word: str, simple: str, given: str) -> str:
    """A word of the simplified theme in the characters that it was given in."""
    at = simple.find(word)
    return given[at : at + len(word)] if at >= 0 else word
