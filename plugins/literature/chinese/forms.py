"""Tunes of ci: their shapes, tones and rhymes, learned from the corpus.

    python -m artwright.plugins.literature.chinese.forms POEMS.jsonl.gz

No rhyme book lists them, so `data/tunes.tsv` holds what the poets did: the commonest shape of a tune; for each
place the tone, where nine tenths of the characters with one reading agree; and which clause ends rhyme together
(their Cilin parts agree in seven tenths of the poems or more), so tunes that change their rhyme are understood too.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ....core.files import write_text
from ..models.verse_zh.encoding import Shape
from .corpus import Poem, read_poems
from .prosody import LEVEL, OBLIQUE, Prosody, prosody

__all__ = ["Tune", "build_tunes", "tunes"]

_FIXED, _AGREE, _LEAST = 0.9, 0.7, 60


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


def _tone_pattern(column: Sequence[str], table: Prosody) -> str:
    count = Counter(t for c in column if len(t := table.used(c)) == 1)
    total = count.total()
    if not total:
        return "."
    share = count[LEVEL] / total
    return LEVEL if share >= _FIXED else OBLIQUE if share <= 1 - _FIXED else "."


def _rhyme_letters(poems: Sequence[Poem], patterns: list[str], table: Prosody) -> str:
    """Clause ends linked where their parts agree, as letters; an end links to the three ends before it."""
    clauses = len(patterns)
    parts = [
        [set(table.characters[t[-1]].parts) if t and t[-1] in table.characters else set() for t, _ in p.clauses]
        for p in poems
    ]
    letters = ["-"] * clauses
    following = 0
    for end in range(clauses):
        if patterns[end][-1] == ".":
            continue
        best, link = 0.0, -1
        for before in range(max(0, end - 5), end):
            if patterns[before][-1] != patterns[end][-1]:
                continue
            agree = sum(
                bool({q for q in p[before] & p[end] if (q[-1] == "平") == (patterns[end][-1] == LEVEL)}) for p in parts
            ) / len(parts)
            if agree >= best and agree >= _AGREE:
                best, link = agree, before
        if link >= 0:
            if letters[link] == "-":
                letters[link] = chr(ord("a") + following)
                following += 1
            letters[end] = letters[link]
    return "".join(letters)


def learn_tune(name: str, poems: Sequence[Poem], table: Prosody) -> Tune:
    """A tune from its poems."""
    shapes = Counter(tuple((mark, len(text)) for text, mark in p.clauses) for p in poems)
    ((shape, number),) = shapes.most_common(1)
    chosen = [p for p in poems if tuple((mark, len(text)) for text, mark in p.clauses) == shape]
    patterns = [
        "".join(_tone_pattern([p.clauses[c][0][i] for p in chosen], table) for i in range(length))
        for c, (_, length) in enumerate(shape)
    ]
    letters = _rhyme_letters(chosen, patterns, table)
    repeats = {
        late: early
        for late in range(len(shape))
        for early in range(late)
        if sum(p.clauses[late][0] == p.clauses[early][0] for p in chosen) >= _FIXED * number
    }
    return Tune(
        name=name,
        shape=shape,
        patterns=tuple(patterns),
        rhymes=letters,
        poems=number,
        share=number / len(poems),
        repeats=repeats,
    )


def build_tunes(poems: Sequence[Poem]) -> str:
    """The table as text: tunes with 60 poems or more in one shape."""
    table = prosody()
    by_tune: dict[str, list[Poem]] = {}
    for poem in poems:
        if poem.form.startswith("ci:"):
            by_tune.setdefault(poem.form[3:], []).append(poem)
    rows = [
        "# Tunes of ci as the corpus has them: name, poems in this shape, their share, shape, tones by clause, "
        "rhymes by clause, clauses said again."
    ]
    for name, some in sorted(by_tune.items(), key=lambda e: -len(e[1])):
        if len(some) >= _LEAST:
            tune = learn_tune(name, some, table)
            if tune.poems >= _LEAST:
                shape = "".join(f"{n:x}{m or '_'}" for m, n in tune.shape)
                repeats = " ".join(f"{late}={early}" for late, early in tune.repeats.items()) or "-"
                rows.append(
                    "\t".join(
                        (
                            name,
                            str(tune.poems),
                            f"{tune.share:.3f}",
                            shape,
                            " ".join(tune.patterns),
                            tune.rhymes,
                            repeats,
                        )
                    )
                )
    return "\n".join(rows) + "\n"


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


if __name__ == "__main__":
    from ....core.training import split_held_out
    from ..models.verse_zh.training import poem_name

    every = read_poems(Path(sys.argv[1]))
    learned, _ = split_held_out([poem_name(p) for p in every], 0.02)
    write_text(Path(__file__).parent / "data" / "tunes.tsv", build_tunes([every[i] for i in learned]))
