"""Style transfer into Chinese: content words stay in their order, the rest is written anew.

Into verse: the words are forced into the lines in their order (hints with their place), half of them at full strength;
of the candidates the likeliest wins. Into a prose voice: see `prose.rewrite`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.theme import Theme
from ..lm.language import TextAndNotes
from ..models.poet.options import TUNES, PoetOptions
from ..models.poet.styles import CHINESE_PROSE, CHINESE_VERSE
from ..models.verse_zh.engine import VerseEngine, Written
from .brief import Brief, Placed, place_words
from .content import content_words
from .lending import lend_verse
from .prose import rewrite
from .prosody import FORMS
from .writer import choose_best, write_placed

if TYPE_CHECKING:
    from ....core.requests import Context, TransferRequest

__all__ = ["transfer"]

_CANDIDATES, _ROWS, _TRIES = 72, 12, 60


def transfer(request: TransferRequest[PoetOptions], context: Context, *, style: str) -> TextAndNotes:
    """The text as a poem of the form `style`, or in the manner of the poet or writer `style`.

    Raises InputError if the text holds no content word that Chinese verse knows.
    """
    text: Text = request.artwork.payload
    if style in CHINESE_PROSE:
        return rewrite(request, context, CHINESE_PROSE[style])
    author = CHINESE_VERSE.get(style, "")
    form = style if not author else text.form if text.form in FORMS or text.form in TUNES else "qijue"
    if form not in FORMS and form not in TUNES:
        raise InputError(
            f"{style!r} is no form or voice of Chinese verse; forms: {', '.join((*FORMS, *TUNES))}; voices: "
            f"{', '.join(CHINESE_VERSE)}"
        )
    brief = Brief(form=form)
    with lend_verse(context, request.options.weights) as engine:
        words = content_words(text, engine)
        if not words:
            raise InputError(
                "no content word of the text is known to Chinese verse; give a text with images, things or places in it"
            )
        drawn, forced = _write(engine, words, brief, author, request, context)
        theme = Theme.from_prompt("".join(w for w, _ in words[:4]))
        anew, notes = choose_best(engine, drawn, theme, brief, title=text.title)
        written = "".join(anew.lines)
        notes |= {
            "skeleton": [w for w, _ in words],
            "forced": forced,
            "kept_words": [w for w, _ in words if w in written],
            "voice": author,
        }
    return anew, notes


def _write(
    engine: VerseEngine,
    words: Sequence[tuple[str, float]],
    brief: Brief,
    author: str,
    request: TransferRequest[PoetOptions],
    context: Context,
) -> tuple[list[Written], list[str]]:
    """(candidates, words forced into them) in the order of the text: about one a line at small strength, one in two
    lines at full.
    """
    room = max(1, round(len(brief.shape) * (1.0 - 0.5 * min(1.0, request.strength))))
    chosen = (
        list(words) if len(words) <= room else [words[int(i)] for i in np.linspace(0, len(words) - 1, room).round()]
    )
    title = "".join(w for w, _ in words[:3])[:8]
    drawn: list[Written] = []
    forced: list[str] = []
    batches = -(-(request.options.best_of or _CANDIDATES) // _ROWS)
    for batch in range(batches):
        context.progress.update(batch / batches, f"{len(drawn)} candidates")
        placed = _place(engine, chosen, brief, context.rng)
        if placed is None:
            chosen = chosen[: max(1, len(chosen) - 1)]
            continue
        temperature = request.options.temperature
        drawn += write_placed(engine, brief, placed, context.rng, temperature=temperature, author=author, title=title)
        forced = [w for w, _ in chosen]
    if not drawn:
        raise InputError(f"the words of the text cannot stand in {brief.form}; try another form or a higher strength")
    return drawn, forced


def _place(
    engine: VerseEngine, words: Sequence[tuple[str, float]], brief: Brief, rng: np.random.Generator
) -> Placed | None:
    """The words in clauses of their own, in order."""
    clauses = len(brief.shape)
    own = [min(clauses - 1, int((number + 0.5) * clauses / len(words))) for number in range(len(words))]
    placed = [(word, (clause,)) for (word, _), clause in zip(words, own, strict=True)]
    return place_words(brief, placed, engine, rng, _ROWS, tries=_TRIES)
