"""A text made anew by a pretrained model: it is read before the first line, and what is kept of it is measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .....core.artwork import Text
from .....core.errors import InputError
from .....core.registry import recorded_name
from .....core.requests import GenerateRequest
from .....core.theme import Theme, read_words
from ...english.lexicon import FUNCTION, stem
from ...english.words import tokenize
from ...lm.language import TextAndNotes
from ..poet.styles import CHINESE_VERSE

if TYPE_CHECKING:
    from .....core.requests import Context, TransferRequest
    from ..poet.options import PoetOptions

__all__ = ["transfer"]

READ = 700
"""Characters of the text that are read."""


def transfer(
    request: TransferRequest[PoetOptions],
    context: Context,
    write: Callable[..., TextAndNotes],
    *,
    language: str,
    form: str,
    voice: str,
) -> TextAndNotes:
    """The text as a poem of a form, or as prose in a voice; notes tell the content words that were kept and their share.
    write: of the model that writes; it takes the text as `source`.

    The less strength, the more of the text's own words are wished for.
    """
    text: Text = request.artwork.payload
    if voice in CHINESE_VERSE:
        raise InputError(
            f"the model {recorded_name(request.model)!r} writes verse in nobody's voice, and {voice!r} was asked for; ask for a form, or take "
            f"the model poet"
        )
    source = " / ".join(line.strip() for line in text.lines if line.strip())[:READ]
    content = _content(text.lines, text.language)
    if not content:
        raise InputError("the text has no content word; there is nothing to keep")
    words = tuple(content)
    theme = Theme(
        text=text.title or ("" if language == "zh" else " ").join(words[:3]),
        words=words[: round(12 - 8 * request.strength)],
        images=read_words(" ".join(words[:8]))[1],
        language=language,
    )
    asked = GenerateRequest(
        medium=request.medium,
        model=request.model,
        options=request.options,
        seed=request.seed,
        theme=theme,
        style=None,
    )
    made, notes = write(asked, context, language=language, form=form or f"prose-{language}", voice=voice, source=source)
    kept = sorted(content.keys() & _content(made.lines, language).keys(), key=words.index)
    told: dict[str, Any] = {
        "style": form or voice,
        "kept_words": [content[key] for key in kept],
        "kept_share": round(len(kept) / len(content), 3),
    }
    return replace(made, title=text.title or made.title), notes | told


def _content(lines: tuple[str, ...] | list[str], language: str) -> dict[str, str]:
    """Content words in order by what tells them apart: stems of English words, pairs of Chinese characters."""
    if language == "zh":
        runs = [re.sub("[^\u3400-\u9fff]", "", line) for line in lines]
        return {run[i : i + 2]: run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    found: dict[str, str] = {}
    for word in (t for line in lines for t in tokenize(line) if t.isalpha() and t not in FUNCTION):
        found.setdefault(stem(word), word)
    return found
