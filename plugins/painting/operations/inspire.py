"""Ideas for a theme: palettes, compositions, pairs of styles."""

from __future__ import annotations

from ....core.requests import Context, Idea, InspireRequest
from ..models.brush.ideas import ideas_for
from ..models.brush.options import BrushOptions

__all__ = ["inspire"]


def inspire(request: InspireRequest[BrushOptions], context: Context) -> list[Idea]:
    """Palettes, compositions and pairs of styles for a theme."""
    return ideas_for(request.theme, request.count, context.rng)
