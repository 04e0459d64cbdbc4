"""Style transfer of texts: the skeleton stays, the words around it are written anew.

The skeleton is the content words in their order. The styles are forms (a note becomes a qijue) and voices (a poem in
the manner of Li Bai, a page towards Lu Xun). `strength` says how much is given up: 0 leaves the text as it is, 1 keeps a
few words only.
"""

from __future__ import annotations

from ....core.artwork import Artwork, Text
from ....core.errors import InputError
from ....core.requests import Context, TransferRequest
from ..medium import work_of
from ..models.hf.transferring import transfer as transfer_by
from ..models.hf.writing import write as write_pretrained
from ..models.poet.choice import read_style, target_of
from ..models.poet.languages import WRITTEN, language_of
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.remote.engine import write as write_remote

__all__ = ["transfer_style"]


def transfer_style(request: TransferRequest[PoetOptions], context: Context) -> Artwork:
    """The work anew in the style. Raises InputError for a style that cannot be applied to a text."""
    text: Text = request.artwork.payload
    if request.strength <= 0:
        return request.artwork
    language_of(text, "made anew")
    voice, form = read_style(request.style)
    form = form or (request.options.form if request.options.form not in ("auto", "prose") else "")
    if not voice and not form:
        raise InputError(
            "the style names neither a form nor a voice the writers know; see `artwright styles literature`"
        )
    code, is_prose = target_of(text, voice, form)
    language = WRITTEN[code]
    writes = {"hf": write_pretrained, "openai": write_remote}.get(request.model.partition(":")[0])
    if writes is not None:
        anew, notes = transfer_by(request, context, writes, language=code, form=form, voice=voice)
        return work_of(anew, notes, operation="transfer_style")
    refuse_idle(request.options, f"a text made anew as {language.name} {'prose' if is_prose else 'verse'}")
    anew, notes = language.transfer(request, context, style=form or voice)
    return work_of(anew, notes, operation="transfer_style")
