"""Lines as a `Text`: their language, script, marks and form found where nothing says what they are."""

from __future__ import annotations

from collections.abc import Mapping

from ....core.artwork import Text
from ....core.words.language import LANGUAGES, detect_language
from ..chinese.reader import find_form
from ..chinese.script import simplify
from .characters import chinese_marks

__all__ = ["make_text"]


def make_text(
    stanzas: tuple[tuple[str, ...], ...],
    *,
    title: str,
    author: str = "",
    details: Mapping[str, str] | None = None,
    is_own: bool = False,
) -> tuple[Text, dict[str, str]]:
    """(text, notes) from lines: language found, Chinese in simplified characters and printed marks, form recognised
    where `details` (of a manifest) do not say. is_own: of artwright's own writing, whose lines stay as they are.
    """
    details = details or {}
    stated = details.get("language", "")
    language = stated if stated in LANGUAGES else detect_language("\n".join(line for s in stanzas for line in s))
    notes: dict[str, str] = {}
    if language == "zh" and not is_own:
        stanzas, notes = _plain_chinese(stanzas)
        title, author = simplify(title)[0], simplify(author)[0]
    form = details.get("form", "")
    if form in ("", "unknown"):
        form = _find_form(stanzas, language)
    author = author or details.get("author", "")
    return Text(stanzas=stanzas, language=language, form=form, title=title, author=author), notes


def _plain_chinese(stanzas: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], dict[str, str]]:

    notes: dict[str, str] = {}
    simple = tuple(tuple(simplify(line)[0] for line in stanza) for stanza in stanzas)
    changed = sum(
        a != b
        for old, new in zip(stanzas, simple, strict=True)
        for x, y in zip(old, new, strict=True)
        for a, b in zip(x, y, strict=True)
    )
    if changed:
        notes["script"] = f"{changed} traditional character(s) were turned to simplified ones"
    printed = tuple(tuple(chinese_marks(line) for line in stanza) for stanza in simple)
    if printed != simple:
        notes["marks"] = "marks of ASCII, and spaces between clauses, were taken for Chinese marks"
    return printed, notes


def _find_form(stanzas: tuple[tuple[str, ...], ...], language: str) -> str:
    lines = [line for stanza in stanzas for line in stanza]
    if language == "zh":
        return find_form(lines)
    long_lines = sum(len(line) > 90 for line in lines)
    return "prose" if 2 * long_lines > len(lines) else ""
