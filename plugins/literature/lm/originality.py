"""What of a text is compared with the works that there are: Chinese characters, or English words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ....core.artwork import Text

if TYPE_CHECKING:
    from ....core.artwork import Artwork, Medium
    from ....core.originality import Fingerprint, IndexShelf, Originality

__all__ = ["INDEXES", "fingerprint_of", "measure", "tell_originality"]

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
    from ....core.originality import Fingerprint

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
    from ..chinese.script import simplify

    found: list[str] = _HAN.findall(simplify(line)[0])
    return found


def _words(line: str) -> list[str]:
    plain = line.translate(_APOSTROPHES).casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    found: list[str] = _WORD.findall(plain)
    return found


@lru_cache(maxsize=1)
def _shelf() -> IndexShelf:
    from ....core.originality import IndexShelf

    return IndexShelf()


def measure(medium: Medium, artwork: Artwork) -> Originality | None:
    """The report on a text by the indexes that ship; None for a language that has none."""
    return _shelf().measure(medium, artwork)


def tell_originality(report: Originality, language: str) -> str:
    """The report as a sentence in "en" or "zh"."""
    if language != "zh":
        return f"Originality: {report.tell()}."
    kinds = {"poems": "诗词", "pages": "文章"}
    unit = {"characters": "字", "words": "词"}.get(report.unit, report.unit)
    parts = []
    if report.copied and report.nearest:
        share = f"，{100 * report.share:.0f}%见于其中" if report.share else ""
        parts.append(f"与{report.nearest[0].name}雷同{share}")
    run = report.longest_copy
    if run is not None:
        parts.append(f"与{run.source}最长相同{run.length}{unit}")
    else:
        parts.append(f"与{report.compared}篇已知作品无相同的四{unit}")
    if report.percentile is not None:
        parts.append(f"比{report.percentile:.0f}%的真人{kinds.get(report.noun, '作品')}更新")
    return f"新旧：{'；'.join(parts)}。"
