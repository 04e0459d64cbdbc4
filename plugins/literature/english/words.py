"""Lines of English verse as words and marks.

A line is read into lower-case words (apostrophes kept where they belong to the word: o'er, lov'd, 'tis) and the
seven marks that verse lives on. Quotation marks, brackets and italics are dropped; hyphens part words, but for
to-day and its like. `detokenize` is the way back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .numbers import read_numbers

__all__ = ["APHERETIC", "DASH", "END_MARKS", "MARKS", "detokenize", "normalize", "tokenize"]

DASH = "\u2014"
MARKS = (",", ".", ";", ":", "!", "?", DASH)
END_MARKS = frozenset(".!?")
APHERETIC = frozenset(
    "'tis 'twas 'twere 'twill 'twould 'twixt 'neath 'mid 'mong 'midst 'mongst 'gainst 'gan 'scape 'bout "
    "'round 'til".split()
)
_APOCOPIC = frozenset("th' o' i' wi' t' an'".split())

_STRAY = re.compile(r"(\w)' (s|d|st|dst|ll|re|ve|t|er|ring|n)\b")
_STRAY_IT = re.compile(r"(?<!\w)'\s?t (is|was|were|will|would)\b", re.IGNORECASE)
_TODAY = re.compile(r"\b(to)-(day|night|morrow)\b", re.IGNORECASE)
_TOKEN = re.compile(r"'?[^\W\d_]+(?:'[^\W\d_]+)*'?|[,.;:!?\u2014]")
_TRANSLATION = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
        "`": "'",
        "\u2013": DASH,
        "\u2015": DASH,
        "_": "",
        "*": "",
        "\u00a0": " ",
    }
)


def normalize(line: str) -> str:
    """A line with plain apostrophes, dashes as one character, numbers in words, and stray spaces at apostrophes taken
    out.
    """
    line = read_numbers(line.translate(_TRANSLATION))
    line = re.sub(r"-{2,}", DASH, line)
    line = _STRAY.sub(r"\1'\2", line)
    line = _STRAY_IT.sub(r"'t\1", line)
    line = _TODAY.sub(r"\1\2", line)
    return re.sub(r"\.{2,}", ".", line).replace("-", " ")


def tokenize(line: str) -> list[str]:
    """Words (lower case) and marks of a line; of several marks in a row the first stays, and none opens the line."""
    tokens: list[str] = []
    for token in _TOKEN.findall(normalize(line)):
        if token in MARKS:
            if tokens and tokens[-1] not in MARKS:
                tokens.append(token)
            continue
        word = token.lower()
        if word.startswith("'") and word.rstrip("'") not in APHERETIC:
            word = word[1:]
        elif word.startswith("'"):
            word = word.rstrip("'")
        if word.endswith("'") and word not in _APOCOPIC:
            word = word.rstrip("'")
        if word:
            tokens.append(word)
    return tokens


def detokenize(tokens: Sequence[str], cased: Callable[[str], str] = str, *, capital: bool = True) -> str:
    """A line as it is printed: marks close up, the first letter is a capital, `cased` restores names.

    After . ! ? inside the line the next word begins with a capital too.
    """
    parts: list[str] = []
    rise = capital
    for token in tokens:
        if token in MARKS:
            parts.append(token)
            rise = token in END_MARKS
            continue
        word = cased(token)
        if rise:
            at = next((i for i, c in enumerate(word) if c.isalpha()), 0)
            word = word[:at] + word[at : at + 1].upper() + word[at + 1 :]
        if parts and parts[-1] != DASH:
            parts.append(" ")
        parts.append(word)
        rise = False
    return "".join(parts)
