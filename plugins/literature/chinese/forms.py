"""Tunes of ci: their shapes, tones and rhymes, as the poets kept them (`tools/build_chinese.py` learns them)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ..models.poet.form_names import TUNES
from ..models.verse_zh.encoding import Shape

__all__ = ["Tune", "tune_of", "tunes"]


@dataclass(frozen=True, kw_only=True)
class Tune:
    """A tune as the poets kept it.

    patterns: tones of each clause, `.` free; rhymes: a letter for each clause, "-" if it does not rhyme, equal letters
    rhyming; poems and share: how many it was learned from, and what part of the tune's poems has this shape; repeats:
    clauses
    (from 0) that say an earlier one again, as the cry in 如梦令.
    """

    name: str
    shape: Shape
    patterns: tuple[str, ...]
    rhymes: str
    poems: int
    share: float
    repeats: Mapping[int, int] = field(default_factory=dict)

    def tone_of(self, letter: str) -> str:
        """平 or 仄: the tone of a rhyme."""
        return next(p[-1] for p, r in zip(self.patterns, self.rhymes, strict=True) if r == letter)


@lru_cache(maxsize=1)
def tunes() -> Mapping[str, Tune]:
    """The table that ships, by name."""
    found = {}
    for row in (Path(__file__).parent / "data" / "tunes.tsv").read_text("utf-8").splitlines():
        if not row.startswith("#"):
            name, number, share, shape, patterns, letters, again = row.split("\t")
            found[name] = Tune(
                name=name,
                shape=tuple((shape[i + 1].replace("_", ""), int(shape[i], 16)) for i in range(0, len(shape), 2)),
                patterns=tuple(patterns.split(" ")),
                rhymes=letters,
                poems=int(number),
                share=float(share),
                repeats={int(a): int(b) for a, b in (pair.split("=") for pair in again.split() if pair != "-")},
            )
    return found


def tune_of(form: str) -> Tune | None:
    """The tune that an option ("huanxisha") or a form that was recognised ("ci:浣溪沙") names; None if it is no known ci."""
    return tunes().get(TUNES.get(form, form.removeprefix("ci:")))
