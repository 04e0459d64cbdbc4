"""Ideas for a theme by an endpoint's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....core.requests import Idea
from ...guided.ideas import KINDS
from .asking import read_page
from .conversation import ask_until_kept, endpoint_of, notes_of
from .options import RemoteOptions

if TYPE_CHECKING:
    from .....core.requests import Context, InspireRequest

__all__ = ["inspire"]

_ENGLISH = {
    "title": "titles of a work",
    "first line": "first lines of a poem or a story",
    "image": "images, each a thing that can be seen",
    "plot": "plots, each in a sentence",
}
_CHINESE = {"title": "题目", "first line": "首句", "image": "意象", "plot": "情节，每个一句话"}
_SIZE = 30


def inspire(request: InspireRequest[RemoteOptions], context: Context, *, language: str) -> list[Idea]:
    """As many ideas as are asked for, of all kinds by turns. Raises InputError, StoreError where the endpoint fails."""
    each, endpoint = -(-request.count // len(KINDS)), endpoint_of(request)
    found, most = [], 0
    for kind in KINDS:
        texts, tries = ask_until_kept(
            endpoint,
            request,
            context,
            _ask(kind, request.theme.text, each, language),
            read_page,
            lambda lines: [f"{len(lines)} lines came where {each} were asked for"] if len(set(lines)) < each else [],
            language=language,
            size=_SIZE * each,
        )
        most = max(most, tries)
        found.append([Idea(kind=kind, text=text.strip(" \"'“”《》")) for text in list(dict.fromkeys(texts))[:each]])
    notes_of(request, context, most)
    mixed = [ideas[turn] for turn in range(each) for ideas in found if turn < len(ideas)]
    return mixed[: request.count]


def _ask(kind: str, theme: str, number: int, language: str) -> str:
    if language == "zh":
        return f"以《{theme}》为主题，写{number}个{_CHINESE[kind]}。每行一个，不要编号和说明。"
    return f"Theme: {theme}\nWrite {number} {_ENGLISH[kind]}. One a line, no numbers, nothing else."
