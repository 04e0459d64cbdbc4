"""Mending English: a word that keeps metre and rhyme, by what the prose model says of it in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ....core.artwork import Text
from ....core.errors import InputError
from ..english.lending import lend_prose, lend_verse
from ..english.lexicon import FUNCTION
from ..english.restore import Filler
from .check import check
from .english_forms import find_scheme
from .english_rhymes import relate
from .findings import Fault, Verdict
from .metre import best_scan, find_metre, words_of
from .poem_text import with_lines
from .word_stress import spoken

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["replace_one", "rows_of", "size"]

_WORD = re.compile(r"'?[^\W\d_]+(?:['\u2019][^\W\d_]+)*'?")
_GAP = "____"
#: Words that are thought of, the commonest of the verse vocabulary; those read in the poem; those shown.
_VOCABULARY, _READ, _SHOWN = 5000, 16, 8

Made = Callable[[str], Text]


def rows_of(text: Text) -> list[str]:
    """The lines that `check` counts."""
    return [line for stanza in text.stanzas for line in stanza]


def size(text: Text, line: int) -> int:
    """Words of a line (from 1)."""
    return len(words_of(rows_of(text)[line - 1]))


def replace_one(text: Text, fault: Fault, form: str, context: Context) -> tuple[str, list[tuple[str, float]], Made]:
    """(the old word, those for its place with their probabilities, what puts one in)."""
    lines = rows_of(text)
    row = fault.line - 1
    span = _span(lines[row], fault.place - 1)
    old = lines[row][span[0] : span[1]]

    def made(word: str) -> Text:
        cased = word.capitalize() if old[:1].isupper() and old != "I" else word
        changed = lines[row][: span[0]] + ("I" if word == "i" else cased) + lines[row][span[1] :]
        return with_lines(text, (*lines[:row], changed, *lines[row + 1 :]))

    before = check(text, form)
    with lend_verse(context) as verse, lend_prose(context) as engine:
        lexicon = verse.lexicon
        known = [w for i, w in enumerate(verse.words) if lexicon.usable[i]][:_VOCABULARY]
        fitting = _fitting(known, text, row, fault.place - 1, made)
        fitting = [w for w in fitting if w != old.lower() and (w in FUNCTION) == (old.lower() in FUNCTION)] or fitting
        if not fitting:
            return old, [], made
        filler = Filler(engine, lexicon, fitting, text, shortlist=_READ)
        gapped = [list(stanza) for stanza in text.stanzas]
        stanza, at = _place(text, row)
        gapped[stanza][at] = lines[row][: span[0]] + _GAP + lines[row][span[1] :]
        ranked = filler.rank(gapped, stanza, at)
    better = ((w, p) for w, p in ranked if _is_better(check(made(w), form), before, fault))
    kept = list(islice(better, _SHOWN))
    total = sum(p for _, p in kept) or 1.0
    return old, [(w, p / total) for w, p in kept], made


def _span(line: str, place: int) -> tuple[int, int]:
    """Where the word at `place` (from 0) of a printed line stands."""
    spans = [m.span() for m in _WORD.finditer(line)]
    words = words_of(line)
    if len(spans) == len(words):
        return spans[place]
    wanted = words[place].strip("'")
    for low, high in spans:
        if line[low:high].lower().replace("\u2019", "'").strip("'") == wanted:
            return low, high
    raise InputError(f"the word {words[place]!r} cannot be replaced as it is printed in {line!r}")


def _place(text: Text, row: int) -> tuple[int, int]:
    for number, stanza in enumerate(text.stanzas):
        if row < len(stanza):
            return number, row
        row -= len(stanza)
    raise AssertionError("the line is in the text")


def _fitting(words: Sequence[str], text: Text, row: int, place: int, made: Made) -> list[str]:
    """The words that keep metre and rhyme at a place: one of each way of being stressed is tried for all of them."""
    stanzas = [list(s) for s in text.stanzas if s]
    metre, scheme = find_metre(stanzas), find_scheme(stanzas)
    lines = [x for s in stanzas for x in s]
    is_end = place == len(words_of(lines[row])) - 1
    partners: list[str] = []
    if is_end and scheme is not None and scheme.letters[row] != "x":
        partners = [x for i, x in enumerate(lines) if i != row and scheme.letters[i] == scheme.letters[row]]
    verdicts: dict[tuple[tuple[str, ...], bool], bool] = {}
    if partners:
        # In full if anything does; else to the eye or in the consonants, which `check` allows.
        by_relation = {r: [w for w in words if any(relate(w, p) == r for p in partners)] for r in ("full", "eye")}
        words = by_relation["full"] or by_relation["eye"]
    found = []
    for word in words:
        key = (tuple(s.stress for s in spoken(word)), word in FUNCTION)
        if key not in verdicts:
            line = [x for s in made(word).stanzas for x in s][row]
            scan = best_scan(line, metre.rhythm, metre.feet[row]) if metre.rhythm else None
            verdicts[key] = not metre.rhythm or (scan is not None and not scan.broken and scan.cost < 1.0)
        if verdicts[key]:
            found.append(word)
    return found


def _is_better(after: Verdict, before: Verdict, fault: Fault) -> bool:
    """The fault is gone, and nothing is wrong that was not before."""
    old = {(f.name, f.line, f.place) for f in before.faults}
    new = {(f.name, f.line, f.place) for f in after.faults}
    return (fault.name, fault.line, fault.place) not in new and new <= old
