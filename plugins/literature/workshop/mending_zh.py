"""Mending Chinese: a character that keeps the form, by what the verse model says of the gap and of the whole poem."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ....core.artwork import Text
from ..chinese.corpus import split_clauses
from ..chinese.lending import lend_verse
from ..chinese.prosody import FORMS
from ..chinese.restore import GAP, score_gap
from ..models.verse_zh.encoding import Prefix
from .book import book
from .check import check
from .findings import Fault, Verdict
from .poem_text import with_lines

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["replace_one", "rows_of", "size"]

#: Characters that are tried in form, the likeliest first, and those that are then read in the whole poem.
_TRIED, _READ = 500, 24

Made = Callable[[str], Text]


def _clauses(text: Text) -> list[tuple[str, str]]:
    return [(t, m) for t, m in split_clauses(list(text.lines)) if t]


def rows_of(text: Text) -> list[str]:
    """The clauses, which are the lines that `check` counts."""
    return [t for t, _ in _clauses(text)]


def size(text: Text, line: int) -> int:
    """Characters of a line (from 1)."""
    return len(rows_of(text)[line - 1])


def replace_one(text: Text, fault: Fault, form: str, context: Context) -> tuple[str, list[tuple[str, float]], Made]:
    """(the old character, those for its place with their probabilities, what puts one in)."""
    import numpy as np

    clauses = _clauses(text)
    row, at = fault.line - 1, fault.place - 1
    old = clauses[row][0][at]

    def made(char: str) -> Text:
        return _put(text, row, at, char)

    told = form if form in FORMS or form.startswith("ci:") else "other"
    before = check(text, form)
    with lend_verse(context) as engine:
        gapped = [(_set(t, at, GAP) if i == row else t, m) for i, (t, m) in enumerate(clauses)]
        scores = score_gap(engine, engine.code.split(gapped), told, text.title, (row, len(clauses[row][0]) - at))
        wanted = _tones_wanted(fault, old)
        poem = "".join(t for t, _ in clauses)
        kept: list[str] = []
        for i in np.argsort(-scores)[:_TRIED]:
            char = engine.chars[int(i)]
            if char in poem or not set(wanted) & set(book().used(char)):
                continue
            if _is_better(check(made(char), form), before, fault):
                kept.append(char)
            if len(kept) == _READ:
                break
        if not kept:
            return old, [], made
        examples = [
            engine.code.encode(Prefix(form=told, title=text.title), engine.code.split(_clauses(made(c)))) for c in kept
        ]
        sums = np.array([float(s.astype(np.float64).sum()) for s in engine.token_scores(examples)])
    p = np.exp(sums - sums.max())
    p /= p.sum()
    return old, sorted(zip(kept, map(float, p), strict=True), key=lambda e: -e[1]), made


def _tones_wanted(fault: Fault, old: str) -> Sequence[str]:
    """The tones that may mend a fault: the other one where the tone was wrong, any where the character was."""
    if fault.name in ("失替", "孤平", "三平尾", "三仄尾", "拗而未救", "平仄", "句脚"):
        return "".join(t for t in "平仄" if t not in book().used(old)) or "平仄"
    return "平仄"


def _set(text: str, at: int, char: str) -> str:
    return text[:at] + char + text[at + 1 :]


def _put(text: Text, row: int, at: int, char: str) -> Text:
    """The text with one character of a clause replaced, its marks and lines as they were."""
    seen = -1
    lines = list(text.lines)
    for number, line in enumerate(lines):
        whole = "".join(line.split())
        start = 0
        for clause, mark in split_clauses([line]):
            if clause:
                seen += 1
                if seen == row:
                    lines[number] = _set(whole, start + at, char)
                    return with_lines(text, lines)
            start += len(clause) + len(mark)
    raise AssertionError("the clause is in the text")


def _is_better(after: Verdict, before: Verdict, fault: Fault) -> bool:
    """The fault is gone, and nothing is wrong that was not before."""
    old = {(f.name, f.line, f.place) for f in before.faults}
    new = {(f.name, f.line, f.place) for f in after.faults}
    return (fault.name, fault.line, fault.place) not in new and new <= old
