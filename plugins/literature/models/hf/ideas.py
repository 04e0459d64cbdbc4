"""Ideas for a theme by a pretrained model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .....core.requests import Idea
from ...guided.ideas import KINDS, draw_ideas
from .engine import lend_writer

if TYPE_CHECKING:
    from .....core.requests import Context, InspireRequest
    from ..poet.options import PoetOptions

__all__ = ["inspire"]


def inspire(request: InspireRequest[PoetOptions], context: Context, *, language: str) -> list[Idea]:
    """As many ideas as are asked for, of all kinds by turns; the same seed gives the same ones."""
    each = -(-request.count // len(KINDS))
    found: list[list[Idea]] = []
    with lend_writer(context, request.model) as writer:
        for number, kind in enumerate(KINDS):
            context.progress.update(number / len(KINDS), kind)
            texts = draw_ideas(writer.model, kind, request.theme.text, language, each, context.rng)
            found.append([Idea(kind=kind, text=text) for text in texts])
    mixed = [ideas[turn] for turn in range(each) for ideas in found if turn < len(ideas)]
    return mixed[: request.count]
