"""Ideas for a text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ....core.requests import Context, Idea, InspireRequest
from ..chinese.script import simplify_theme
from ..models.hf.ideas import inspire as inspire_pretrained
from ..models.poet.choice import choose
from ..models.poet.languages import WRITTEN
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.remote.ideas import inspire as inspire_remote

if TYPE_CHECKING:
    from ..models.remote.options import RemoteOptions

__all__ = ["inspire"]


def inspire(request: InspireRequest[PoetOptions], context: Context) -> list[Idea]:
    """Titles, first lines, images, rhyme words, plots for a theme, in its language."""
    remote = request.model.startswith("openai:")
    refuse_idle(request.options, "ideas of an endpoint's model" if remote else "ideas")
    theme, _ = simplify_theme(request.theme)
    language, _ = choose(request.options, theme)
    if request.model.startswith("hf:"):
        return inspire_pretrained(replace(request, theme=theme), context, language=language)
    if remote:
        asked = cast("InspireRequest[RemoteOptions]", replace(request, theme=theme))
        return inspire_remote(asked, context, language=language)
    return WRITTEN[language].inspire(replace(request, theme=theme), context)
