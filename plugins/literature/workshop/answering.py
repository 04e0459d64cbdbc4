"""`answer`: the other half of a Chinese couplet: tones opposed, words of a kind in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ....core.errors import InputError
from ..chinese.lending import lend_verse
from ..chinese.prosody import LEVEL, OBLIQUE
from ..chinese.script import simplify
from ..models.verse_zh.encoding import Prefix, Shape
from ..models.verse_zh.engine import Plan, VerseEngine
from .book import book
from .tonal_lines import read_line

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["Answered", "answer_couplet", "opposed_pattern"]

SHORTEST, LONGEST = 3, 11
#: Candidates, and in one batch; what the likeness of the halves weighs against the mean log chance of a character.
_DRAWS, _ROWS, _PARALLEL = 96, 32, 4.0
_OPPOSITE = {LEVEL: OBLIQUE, OBLIQUE: LEVEL}


@dataclass(frozen=True)
class Answered:
    """A second half. score: mean log chance of a character and likeness together; likeness: mean over the places, of -1 to
    1, real couplets of octaves have about 0.25; pairs: what answers what.
    """

    line: str
    tones: str
    score: float
    likeness: float
    pairs: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**vars(self), "pairs": list(self.pairs)}


def opposed_pattern(line: str) -> str:
    """Tones of the half that answers `line`: opposed at the even places and at the end, free elsewhere, and no three
    alike at the end; `.` is free.
    """
    table = book()
    last = len(line) - 1
    wanted = ["."] * len(line)
    for i, char in enumerate(line):
        tones = table.used(char)
        if len(tones) == 1 and (i == last or (i % 2 == 1 and len(line) - i > 1)):
            wanted[i] = _OPPOSITE[tones]
    if len(line) > 3 and wanted[last] != "." and wanted[last - 1] == wanted[last]:
        wanted[last - 2] = _OPPOSITE[wanted[last]]
    return "".join(wanted)


def answer_couplet(line: str, context: Context, *, most: int = 5) -> tuple[Answered, ...]:
    """Second halves for a first one of 3 to 11 characters, the best first.

    A character that the first half repeats is answered by one that is repeated too; none of its characters comes again.
    Raises InputError for another length or what is no Chinese line.
    """
    plain = "".join(c for c in simplify(line)[0] if c.isalnum())
    if not plain or not all("\u3400" <= c <= "\u9fff" for c in plain):
        raise InputError(f"{line!r} is no line of Chinese; give the first half of a couplet in characters")
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InputError(
            f"the half of a couplet has {len(plain)} characters; halves of {SHORTEST} to {LONGEST} are answered"
        )
    pattern = opposed_pattern(plain)
    if pattern[-1] == ".":
        pattern = pattern[:-1] + LEVEL
    shape: Shape = (("，", len(plain)), ("。", len(plain)))
    known = {(0, len(plain) - i): char for i, char in enumerate(plain)}
    plan = Plan(patterns=(("." * len(plain),), (pattern,)), rhymes=("", ""))
    found: dict[str, Answered] = {}
    with lend_verse(context) as engine:
        told = [Prefix(form="other", known=known)] * _ROWS
        for start in range(0, _DRAWS, _ROWS):
            context.progress.update(start / _DRAWS, f"{len(found)} answers")
            for one in engine.write(told, [plan] * _ROWS, shape, context.rng, temperature=0.8):
                below = _repeat_alike(plain, one.clauses[1])
                if below not in found and _answers(plain, below, pattern):
                    found[below] = _rate(engine, plain, below, one.score)
    if not found:
        raise InputError(f"no answer to {plain!r} that opposes its tones was found; try another seed or other words")
    return tuple(sorted(found.values(), key=lambda a: -a.score)[:most])


def _repeat_alike(above: str, below: str) -> str:
    """The answer with what the first half repeats (风风雨雨) repeated in the same places."""
    return "".join(below[above.index(char)] for char in above)


def _answers(above: str, below: str, pattern: str) -> bool:
    """Tones as asked, no character of the first half, none repeated but where that repeats, no fault of a line of verse."""
    if set(above) & set(below) or len(set(below)) != len(set(above)):
        return False
    if any(p != "." and p not in book().used(c) for c, p in zip(below, pattern, strict=True)):
        return False
    if len(book().used(below[-1])) > 1:
        return False  # what may be either tone closes no couplet
    if len(below) not in (5, 7) or LEVEL not in book().used(below[-1]):
        return True
    return any(not any(f.name in ("失替", "孤平", "三平尾") for f in read_line(below, kind).findings) for kind in "BD")


def _rate(engine: VerseEngine, above: str, below: str, score: float) -> Answered:
    likeness = [engine.lexicon.likeness(a, b, parallel=True) for a, b in zip(above, below, strict=True)]
    mean = sum(likeness) / len(likeness)
    return Answered(
        line=below,
        tones="".join(book().used(c) if len(book().used(c)) == 1 else "中" for c in below),
        score=round(score + _PARALLEL * mean, 4),
        likeness=round(mean, 3),
        pairs=_pairs(above, below, likeness),
    )


def _pairs(above: str, below: str, likeness: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{a}/{b}" for a, b, v in zip(above, below, likeness, strict=True) if v > 0.35)
