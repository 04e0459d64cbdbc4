"""Traditional characters to simplified ones, all that the models and the rhyme books know.

The table is OpenCC's list of single characters (Apache License 2.0), first choice of each; words are not looked at,
so 乾 in 乾坤 becomes 干 as elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

__all__ = ["is_traditional", "simplify"]


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    pairs = (Path(__file__).parent / "data" / "traditional.tsv").read_text("utf-8").splitlines()[1]
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


def simplify(text: str) -> tuple[str, int]:
    """(text in simplified characters, how many were changed)."""
    found = text.translate(_table())
    return found, sum(a != b for a, b in zip(text, found, strict=True))


def is_traditional(char: str) -> bool:
    """True if the character has another, simplified form."""
    return ord(char) in _table()
