"""One line of regulated verse against its kind: what breaks the rule, what only departs from it.

The last five characters carry the pattern, in a line of seven as in one of five; the second of the two before them
stands against the fourth. By Wang Li (1958): second, fourth and sixth alternate (失替 if they don't), a line that ends
level has a second level neighbour or its rescue (孤平), no three level ones at the end (三平尾).

Tones are those of the readings that poets use. What breaks a rule in those, and keeps it in another reading of the
book, is a doubt, not a fault.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from ..chinese.prosody import LEVEL, OBLIQUE
from .book import book

__all__ = ["SKELETONS", "Finding", "LineReading", "is_level", "read_line"]

#: The plain pattern of each kind, five characters; A and C end oblique, B and D level.
SKELETONS = {"A": "仄仄平平仄", "B": "平平仄仄平", "C": "平平平仄仄", "D": "仄仄仄平平"}
#: What each finding weighs where several readings of a poem are possible.
COSTS = {
    "失替": 1.0,
    "句脚": 1.2,
    "三平尾": 0.95,
    "孤平": 0.9,
    "大拗": 0.8,
    "三仄尾": 0.3,
    "特拗": 0.15,
    "小拗": 0.1,
    "孤平自救": 0.1,
}
HARD = frozenset({"失替", "句脚", "三平尾", "孤平", "大拗"})


@dataclass(frozen=True)
class Finding:
    """A departure. place: of the character, from 0; wanted: the tone that the plain pattern has there; doubt: True if
    another reading of the book keeps the rule.
    """

    name: str
    place: int
    wanted: str
    doubt: bool = False


@dataclass(frozen=True)
class LineReading:
    """A line read as one of the kinds. raised: whether its third (of seven: fifth) character is level, which rescues."""

    kind: str
    findings: tuple[Finding, ...]
    cost: float
    raised: bool


def is_level(char: str, *, used: bool = True) -> bool:
    """Whether a character may be level, in practice or by the book; of one that the book lacks nothing is known, so yes."""
    tones = book().used(char) if used else book().tones(char)
    return LEVEL in tones or not tones


def _is_oblique(char: str, *, used: bool) -> bool:
    tones = book().used(char) if used else book().tones(char)
    return OBLIQUE in tones or not tones


@lru_cache(maxsize=20_000)
def read_line(line: str, kind: str) -> LineReading:
    """A line of 5 or 7 characters as one of kind A, B, C or D."""
    in_use, by_book = _findings(line, kind, used=True), _findings(line, kind, used=False)
    known = {f.name for f in by_book}
    findings = tuple(f if f.name in known else replace(f, doubt=f.name in HARD) for f in in_use)
    cost = sum(COSTS[f.name] * (0.4 if f.doubt else 1.0) for f in findings)
    return LineReading(kind, findings, cost, is_level(line[-3], used=False))


def _findings(line: str, kind: str, *, used: bool) -> tuple[Finding, ...]:
    head = len(line) - 5
    skeleton = SKELETONS[kind]

    def fits(place: int, tone: str) -> bool:
        char = line[head + place]
        return is_level(char, used=used) if tone == LEVEL else _is_oblique(char, used=used)

    found: list[Finding] = []
    if head:
        wanted = OBLIQUE if skeleton[1] == LEVEL else LEVEL
        if not fits(-1, wanted):
            found.append(Finding("失替", head - 1, wanted))
    if not fits(1, skeleton[1]):
        found.append(Finding("失替", head + 1, skeleton[1]))
    if not fits(4, skeleton[4]):
        found.append(Finding("句脚", head + 4, skeleton[4]))
    found += _TAILS[kind](head, fits)
    return tuple(found)


def _tail_a(head: int, fits: Callable[[int, str], bool]) -> list[Finding]:
    """仄仄平平仄: an oblique fourth must, an oblique third may be answered by a level third in the line below."""
    if not fits(3, LEVEL):
        return [Finding("大拗", head + 3, LEVEL)]
    return [] if fits(2, LEVEL) else [Finding("小拗", head + 2, LEVEL)]


def _tail_b(head: int, fits: Callable[[int, str], bool]) -> list[Finding]:
    """平平仄仄平: one level among obliques is forbidden; a level third rescues it."""
    found = []
    if not fits(3, OBLIQUE):
        three = not fits(2, OBLIQUE)
        found.append(Finding("三平尾" if three else "失替", head + (2 if three else 3), OBLIQUE))
    if not fits(0, LEVEL):
        found.append(Finding("孤平自救" if fits(2, LEVEL) else "孤平", head, LEVEL))
    return found


def _tail_c(head: int, fits: Callable[[int, str], bool]) -> list[Finding]:
    """平平平仄仄: third and fourth may change places; three obliques at the end are a blemish."""
    if not fits(3, OBLIQUE):
        return [Finding("特拗", head + 2, LEVEL) if fits(2, OBLIQUE) else Finding("失替", head + 3, OBLIQUE)]
    return [] if fits(2, LEVEL) else [Finding("三仄尾", head + 2, LEVEL)]


def _tail_d(head: int, fits: Callable[[int, str], bool]) -> list[Finding]:
    """仄仄仄平平: no third level one before the two."""
    if not fits(3, LEVEL):
        return [Finding("失替", head + 3, LEVEL)]
    return [] if fits(2, OBLIQUE) else [Finding("三平尾", head + 2, OBLIQUE)]


_TAILS = {"A": _tail_a, "B": _tail_b, "C": _tail_c, "D": _tail_d}
