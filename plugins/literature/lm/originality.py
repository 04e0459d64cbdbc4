"""What of a text is compared with the works that there are: Chinese characters, or English words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from ....core.artwork import Text
from ....core.originality import Fingerprint
from ..chinese.script import simplify

__all__ = ["INDEXES", "fingerprint_of"]

#: Files of known works, built by `tools/text_indexes.py`.
INDEXES = Path(__file__).parent / "indexes"
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u2018\u02bc`")


def fingerprint_of(text: Text) -> Fingerprint | None:
    """The characters of a Chinese text, or the words of an English one, without marks, case, accents and apostrophes;
    its lines are the places. None for other languages.

    Characters are simplified, so a copy in traditional ones is the same; the kind is the language.
    """
    if text.language not in ("zh", "en"):
        return None
    symbols: list[str] = []
    marks: list[tuple[int, str]] = []
    for number, line in enumerate(text.lines, 1):
        marks.append((len(symbols), f"line {number}"))
        symbols += _characters(line) if text.language == "zh" else _words(line)
    places = (tuple(marks),)
    noun = "pages" if text.form.startswith("prose") else "poems"
    if text.language == "zh":
        return Fingerprint.of_text("".join(symbols), kind="zh", noun=noun, marks=places)
    return Fingerprint.of_words(symbols, kind="en", noun=noun, marks=places)


def _characters(line: str) -> list[str]:
    found: list[str] = _HAN.findall(simplify(line)[0])
    return found


def _words(line: str) -> list[str]:
    plain = line.translate(_APOSTROPHES).casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    found: list[str] = _WORD.findall(plain)
    return found
