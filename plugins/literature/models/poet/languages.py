"""The languages that are written and read."""

from __future__ import annotations

from collections.abc import Mapping

from .....core.artwork import Text
from .....core.errors import InputError
from .....core.words.language import LANGUAGES
from ...chinese import language as chinese
from ...english import language as english
from ...lm.language import Language

__all__ = ["WRITTEN", "language_of"]

#: The languages by their codes. A third one is another entry (`lm.language` says what it must answer).
WRITTEN: Mapping[str, Language] = {"en": english, "zh": chinese}


def language_of(text: Text, participle: str) -> Language:
    """The language of a text that is to be "restored", "made anew". Raises InputError for one that is not written."""
    if text.language not in WRITTEN:
        raise InputError(
            f"the text seems to be in {LANGUAGES.get(text.language, text.language)}; only English and Chinese texts can "
            f"be {participle}"
        )
    return WRITTEN[text.language]
