"""A text with its gaps filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, RestoreRequest
from ..medium import work_of
from ..models.hf.restoring import restore as restore_pretrained
from ..models.poet.languages import language_of
from ..models.poet.options import PoetOptions
from ..models.remote.restoring import restore as restore_remote

if TYPE_CHECKING:
    from ..models.remote.options import RemoteOptions

__all__ = ["restore"]


def restore(request: RestoreRequest[PoetOptions], context: Context) -> Artwork:
    """The text with its gaps (□ or ____) filled; proposals with probabilities stand in the notes."""
    if request.mask is not None:
        raise InputError("a text has no mask; write gaps as □ (Chinese) or ____ (English)")
    language = language_of(request.artwork.payload, "restored")
    if request.model.startswith("hf:"):
        text, notes = restore_pretrained(request, context, language=language.code)
    elif request.model.startswith("openai:"):
        asked = cast("RestoreRequest[RemoteOptions]", request)
        text, notes = restore_remote(asked, context, language=language.code)
    else:
        text, notes = language.restore(request, context)
    return work_of(text, notes, operation="restore")
