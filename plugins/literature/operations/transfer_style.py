"""Style transfer of texts: the skeleton stays, the words around it are written anew.

The skeleton is the content words in their order. The styles are forms (a note becomes a qijue) and voices (a poem in
the
manner of Li Bai, a page towards Lu Xun). `strength` says how much is given up: 0 leaves the text as it is, 1 keeps a
few words only.
"""

from __future__ import annotations

from ....core.artwork import Artwork, Text
from ....core.errors import InputError
from ....core.requests import Context, TransferRequest
from ..models.poet.choice import foreign, poet_options, read_style, work_of
from ..models.poet.options import EN_FORMS, ZH_FORMS, refuse_idle
from ..models.poet.styles import CHINESE_PROSE, CHINESE_VERSE, ENGLISH_PROSE

__all__ = ["transfer_style"]


def transfer_style(request: TransferRequest, context: Context) -> Artwork:
    """The work anew in the style. Raises InputError for a style that cannot be applied to a text."""
    text: Text = request.artwork.payload
    if request.strength <= 0:
        return request.artwork
    if text.language not in ("en", "zh"):
        raise InputError(foreign(text, "made anew"))
    voice, form = read_style(request.style)
    options = poet_options(request.options)
    form = form or (options.form if options.form not in ("auto", "prose") else "")
    if not voice and not form:
        raise InputError(
            "the style names neither a form nor a voice the writers know; see `artwright styles literature`"
        )
    if form:
        target = "zh" if form in ZH_FORMS else "en" if form in EN_FORMS else text.language
    else:
        target = (
            "zh"
            if voice in CHINESE_VERSE or voice in CHINESE_PROSE
            else "en"
            if voice in ENGLISH_PROSE
            else text.language
        )
    prose = (not form and (voice in CHINESE_PROSE or voice in ENGLISH_PROSE)) or form.startswith("prose")
    refuse_idle(
        options, f"a text made anew as {'Chinese' if target == 'zh' else 'English'} {'prose' if prose else 'verse'}"
    )
    if target == "zh":
        from ..chinese.transfer import transfer
    else:
        from ..english.transfer import transfer
    made, notes = transfer(
        text,
        form or voice,
        request.strength,
        options,
        context.rng,
        context.progress,
        context.devices,
        context.home,
    )
    return work_of(made, notes, operation="transfer_style")
