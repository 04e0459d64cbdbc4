"""Traditional characters to simplified ones, all that the models and the rhyme books know.

The table is OpenCC's list of single characters (Apache License 2.0), first choice of each. A few characters of it are
written in simplified texts too, as other words; where they stand in such a word they stay: 乾 in 乾坤 (but 干 where it
means dry), 徵 as a note of the scale, 於 in 於戏, 夥 in 夥颐, 麽 in 幺麽.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from ....core.theme import Theme

__all__ = ["is_traditional", "simplify", "simplify_theme"]

_KEPT = re.compile(
    "乾(?=[坤隆元道宁寧符封德祐佑兴興嘉陵卦清象纲綱健贞貞统統亨化枢樞文仪儀维維曜闼闥县縣])|(?<=坤)乾|(?<=[日夕朝])乾乾|竺乾"
    "|(?<=[宫宮商角变變清流魏])徵|徵(?=[羽音调調声聲])|於(?=[戏戲乎陵期潜潛菟])|夥(?=[颐頤])|(?<=[幺么])麽"
)


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    pairs = (Path(__file__).parent / "data" / "traditional.tsv").read_text("utf-8").splitlines()[1]
    return {ord(pairs[i]): pairs[i + 1] for i in range(0, len(pairs), 2)}


def simplify(text: str) -> tuple[str, int]:
    """(text in simplified characters, of the same length; how many were changed)."""
    found = text.translate(_table())
    if found != text:
        for kept in _KEPT.finditer(text):
            found = found[: kept.start()] + kept[0] + found[kept.end() :]
    return found, sum(a != b for a, b in zip(text, found, strict=True))


def is_traditional(char: str) -> bool:
    """True if the character has another, simplified form."""
    return ord(char) in _table()


def simplify_theme(theme: Theme) -> tuple[Theme, dict[str, str]]:
    """The theme in simplified characters, and a note if it was changed."""
    text, changed = simplify(theme.text)
    if not changed or theme.language != "zh":
        return theme, {}
    note = f"{changed} traditional character(s) of the theme were turned to simplified ones"
    return replace(Theme.from_prompt(text), source=theme.source), {"script": note}
