"""What a work is about, in words of Chinese characters: those of a theme, and those of a text that is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....core.artwork import Text
from ....core.theme import Theme, concepts, read_words

if TYPE_CHECKING:
    from ..models.verse_zh.engine import VerseEngine
    from .lexicon import Lexicon

__all__ = ["content_words", "theme_words"]


def theme_words(theme: Theme, lexicon: Lexicon | None = None) -> tuple[str, ...]:
    """Words of Chinese characters for a theme, at most two characters each, most important first.

    With a lexicon, a word that verse does not know (灯塔) gives way to one of its image that it does; words of neither
    kind stay.
    """
    found: list[str] = []
    own = theme.language == "zh" and theme.words
    for word in theme.words if own else theme.images:
        if own:
            run = "".join(c for c in word if "\u3400" <= c <= "\u9fff")
            pieces = [run] if 0 < len(run) <= 2 else [run[i : i + 2] for i in range(0, len(run), 2)]
        else:
            pieces = [concepts()[word].zh[0][:2]]
        for piece in pieces:
            images = [word] if not own else list(read_words(piece)[1])
            found.append(piece if lexicon is None or _is_known(piece, lexicon) else _better(images, lexicon) or piece)
    return tuple(dict.fromkeys(w for w in found if w))


def _is_known(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.words or (len(word) == 1 and lexicon.count(word) >= 100)


def _better(images: Sequence[str], lexicon: Lexicon) -> str:
    """The first word of an image that verse knows, words of two characters before single ones."""
    words = [w for key in images[:1] for w in concepts()[key].zh if len(w) <= 2 and _is_known(w, lexicon)]
    return min(words, key=lambda w: -len(w)) if words else ""


def content_words(text: Text, engine: VerseEngine) -> list[tuple[str, float]]:
    """(word, place in the text from 0 to 1): words of two characters the corpus knows, and images; English ones by the
    shared concepts.
    """
    found: list[tuple[str, float]] = []
    body = "\n".join(text.lines)
    if text.language != "zh":
        images = read_words(body)[1]
        named = [(concepts()[key].zh[0], i / max(1, len(images))) for i, key in enumerate(images)]
        return [(word, at) for word, at in named if all("\u3400" <= c <= "\u9fff" for c in word)]
    known = {w for concept in concepts().values() for w in concept.zh}
    at = 0
    while at < len(body):
        pair = body[at : at + 2]
        if len(pair) == 2 and (pair in engine.lexicon.words or pair in known) and all(c in engine.column for c in pair):
            found.append((pair, at / len(body)))
            at += 2
            continue
        if body[at] in known and body[at] in engine.column:
            found.append((body[at], at / len(body)))
        at += 1
    first: dict[str, float] = {}
    for word, place in found:
        first.setdefault(word, place)
    return list(first.items())
