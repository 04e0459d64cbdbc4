"""What a work is about, in English words: those of a theme, and those of a text that is made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from ....core.artwork import Text
from ....core.theme import Theme, concepts, read_words
from ....core.words import neighbours as used_alike
from .lexicon import FUNCTION, Lexicon
from .words import MARKS, tokenize

__all__ = ["MEN", "PEOPLE", "PLAIN", "WOMEN", "content_words", "phrases", "plain_word", "theme_words"]

#: What is said of a thing and is none: no poem must say it.
PLAIN = frozenset("old new little great big long small good bad high low first last".split())
PEOPLE = frozenset(
    "mother father child king queen lover friend soldier woman man girl boy love marriage goodbye sorrow joy".split()
)

WOMEN = frozenset(
    "mother queen woman girl daughter sister lady wife widow bride maid maiden princess witch nun".split()
)
MEN = frozenset("father king man boy son brother soldier sailor husband prince monk knight shepherd fisherman".split())


@lru_cache(maxsize=1)
def phrases() -> dict[str, list[str]]:
    """Patterns of titles, plots and openings; {0} and {1} stand for the theme's nouns."""
    found: dict[str, list[str]] = json.loads((Path(__file__).parent / "data" / "phrases.json").read_text("utf-8"))
    return found


def theme_words(theme: Theme, lexicon: Lexicon) -> tuple[str, ...]:
    """Words of the theme that the model can write, the most telling first: nouns it knows before the rest.

    A word that the model does not know (*lighthouse*) gives way to the nearest one of its image that it does
    (*beacon*), else to a word that is used like it.
    """

    def is_known(word: str) -> bool:
        at = lexicon.index.get(word, -1)
        return at >= 0 and bool(lexicon.usable[at]) and word not in FUNCTION

    images = {plain_word(word): image for word, image in theme.readings} if theme.language == "en" else {}
    words: list[str] = []
    people: set[str] = set()
    for word in map(plain_word, theme.words_in("en")):
        parts = [word] if is_known(word) else [p for p in word.split("-") if is_known(p)]
        words += parts or list(_like(word, images.get(word, ""), is_known))
        people |= {images.get(word, "")} & PEOPLE if parts else set()
    # A father is of the image that is called mother: where the theme says who, nobody else of the family is named.
    words += [w for key in theme.images if key not in people for w in concepts()[key].en[:2]]
    known = [w for w in dict.fromkeys(words) if is_known(w)]
    imagery = {w for key in theme.images for w in concepts()[key].en}
    ranked = sorted(known, key=lambda w: (w in PLAIN, w not in imagery))
    by_stem = {lexicon.stems[lexicon.index[w]].rstrip("y"): w for w in reversed(ranked)}
    return tuple(w for w in ranked if w in by_stem.values())


def plain_word(word: str) -> str:
    """A word without its possessive ending."""
    return word.lower().replace("\u2019", "'").removesuffix("'s").rstrip("'")


def _like(word: str, image: str, is_known: Callable[[str], bool]) -> list[str]:
    """The known word that is most like an unknown one: of its image, or used like it; none or one."""
    near = dict(used_alike(word, "en", 40))
    of_image = [w for w in (concepts()[image].en if image in concepts() else ()) if is_known(w)]
    if of_image:
        return [max(of_image, key=lambda w: near.get(w, 0.0))]
    return [w for w, cosine in near.items() if cosine >= 0.6 and is_known(w)][:1]


def content_words(text: Text, lexicon: Lexicon | None = None) -> list[str]:
    """The skeleton: content words in order, each once; a Chinese text gives the English words of its images."""
    body = "\n".join(text.lines)
    if text.language != "en":
        return list(
            Theme(text=text.title or "a text", images=read_words(body)[1], language=text.language).words_in("en")
        )
    words = [t for line in text.lines for t in tokenize(line) if t not in MARKS and t not in FUNCTION]
    if lexicon is not None:
        words = [w for w in words if w in lexicon.index and lexicon.usable[lexicon.index[w]]]
    return list(dict.fromkeys(words))
