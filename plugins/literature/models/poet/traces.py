"""What became of a theme in a finished text: words that left no trace, words that another one stands for."""

from __future__ import annotations

import re

from .....core.artwork import Text
from .....core.theme import Theme, concepts
from .....core.words.reading import stems
from ...english.content import PLAIN
from ...english.words import tokenize

__all__ = ["trace_theme"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_PLURALS = {"men": "man", "women": "woman", "children": "child", "leaves": "leaf", "mice": "mouse", "oxen": "ox"}


def trace_theme(theme: Theme, text: Text) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(words of the theme, as they were written, that a text does not say; sentences on what was said in their place).

    A word counts as said if the text holds it in any of its forms. Where the text holds another word of the same image
    (a beacon for a lighthouse), the word counts too, and the sentence tells which; between two languages that is a
    translation and not told. Only themes that were given as words are told of, not those taken from a work.
    """
    if theme.source or not theme.readings:
        return (), ()
    body = "\n".join(text.lines)
    said = _stems(body) if text.language == "en" else frozenset()
    unused: list[str] = []
    remarks: list[str] = []
    for word, image in theme.readings:
        own = _says(word, body, said, text.language)
        if own:
            continue
        other = _stand_in(image, body, said, text.language) or _part(word, body)
        if not other and not image and word in PLAIN and len(theme.readings) > 1:
            continue
        written = _as_written(word, theme.text)
        if not other:
            unused.append(written)
        elif bool(_HAN.search(word)) == (text.language == "zh") and not set(word) & set(other) & set(
            _HAN.findall(word)
        ):
            remarks.append(f"{written!r} is told as {other!r}")
    return tuple(dict.fromkeys(unused)), tuple(dict.fromkeys(remarks))


def _stems(body: str) -> frozenset[str]:
    return frozenset(form for word in tokenize(body) for form in _forms(word))


def _forms(word: str) -> frozenset[str]:
    """A word, what it may be an inflection of, and that of the parts of a compound."""
    parts = [part for part in word.lower().replace("\u2019", "'").split("-") if len(part) > 1]
    found = {form for part in parts for form in stems(part)}
    return frozenset(found | {_PLURALS[f] for f in found if f in _PLURALS})


def _says(word: str, body: str, said: frozenset[str], language: str) -> bool:
    return word in body if language == "zh" else bool(_forms(word) & said)


def _stand_in(image: str, body: str, said: frozenset[str], language: str) -> str:
    """The first word of an image, of those that the shared table has, that a text says; "" if it says none."""
    if image not in concepts():
        return ""
    if language == "zh":
        return next((w for w in concepts()[image].zh if w in body), "")
    return next((w for w in concepts()[image].en if w in said), "")


def _part(word: str, body: str) -> str:
    """Of a compound of characters (夜雨) the first that a text says; "" if it says none."""
    return next((c for c in word if c in body), "") if len(word) > 1 and _HAN.fullmatch(word[0]) else ""


def _as_written(word: str, theme: str) -> str:
    at = theme.lower().replace("\u2019", "'").find(word)
    return theme[at : at + len(word)] if at >= 0 else word
