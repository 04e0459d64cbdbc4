"""The plan of a poem in lines of five or seven: the kind of each line, and whether couplets oppose (对) and adhere (粘).

A poem is read as the sequence of kinds that departs least from the rules (Viterbi), broken relations counted among
the departures. So one wrong character is told from a couplet that stands the wrong way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .tonal_lines import COSTS, SKELETONS, LineReading, read_line

__all__ = ["Plan", "Relation", "find_plan"]

#: What a broken relation weighs against wrong characters, and a first line that ends level and does not rhyme.
_OPPOSE, _ADHERE, _UNRHYMED = 0.9, 0.8, 0.6


@dataclass(frozen=True)
class Relation:
    """A broken relation of a line (from 0) with the one above it: 失对 inside a couplet, 失粘 between two."""

    name: str
    line: int


@dataclass(frozen=True)
class Plan:
    """What was read: each line by its kind, broken relations, and the lines (from 0) whose 大拗 the next one rescues."""

    lines: tuple[LineReading, ...]
    relations: tuple[Relation, ...]
    rescued: frozenset[int]

    @property
    def kinds(self) -> str:
        """Kinds of the lines, as in "ABCD"."""
        return "".join(one.kind for one in self.lines)


def find_plan(lines: Sequence[str], *, first_rhymes: bool) -> Plan:
    """The plan that a poem departs least from. first_rhymes: whether the first line ends in the rhyme."""
    best: dict[str, tuple[float, str]] = {}
    for number, line in enumerate(lines):
        following: dict[str, tuple[float, str]] = {}
        for kind in "BD" if number % 2 else "ABCD" if number == 0 else "AC":
            own = read_line(line, kind)
            cost = own.cost + (_UNRHYMED if number == 0 and kind in "BD" and not first_rhymes else 0.0)
            if number == 0:
                following[kind] = (cost, kind)
                continue
            following[kind] = min(
                (before + cost + _between(read_line(lines[number - 1], kinds[-1]), own, number), kinds + kind)
                for before, kinds in best.values()
            )
        best = following
    kinds = min(best.values())[1]
    read = tuple(read_line(line, kind) for line, kind in zip(lines, kinds, strict=True))
    relations = tuple(
        Relation("失对" if i % 2 else "失粘", i) for i in range(1, len(read)) if _is_broken(read[i - 1], read[i], i)
    )
    rescued = frozenset(i for i in range(len(read) - 1) if _is_rescued(read[i], read[i + 1]))
    return Plan(read, relations, rescued)


def _is_broken(above: LineReading, below: LineReading, number: int) -> bool:
    opposed = SKELETONS[above.kind][1] != SKELETONS[below.kind][1]
    return not opposed if number % 2 else opposed


def _is_rescued(above: LineReading, below: LineReading) -> bool:
    return above.kind == "A" and below.kind == "B" and below.raised


def _between(above: LineReading, below: LineReading, number: int) -> float:
    cost = (_OPPOSE if number % 2 else _ADHERE) if _is_broken(above, below, number) else 0.0
    if _is_rescued(above, below):
        cost -= sum(COSTS[f.name] * (0.4 if f.doubt else 1.0) for f in above.findings if f.name == "大拗")
    return cost
