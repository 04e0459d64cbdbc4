"""A film cut from works."""

from __future__ import annotations

from ....core.artwork import Artwork
from ....core.requests import Context, GenerateRequest
from ..models.editor.engine import cut_film
from ..models.editor.options import EditorOptions

__all__ = ["generate"]


def generate(request: GenerateRequest[EditorOptions], context: Context) -> Artwork:
    """A film of the request's sources, by the editor."""
    return cut_film(request, context)
