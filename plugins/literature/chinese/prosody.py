"""Tones and rhymes of characters, and the licensed tone patterns of regulated verse.

Facts come from `data/characters.tsv`, a compact table made by `tables.py` from the Pingshui rhyme book and the
Cilin (MIT licensed lists by Charles Min) and from counts over a corpus of classical verse. Two readings of a
character are kept apart: *any* reading that the book lists, and the reading that poets *use*: the book lets 花 be
oblique, practice does not. The generator keeps to the used ones, the reader accepts any and says which it took.

All text is simplified Chinese. Tones are those of the rhyme book (Middle Chinese): the entering tone counts as
oblique, whatever the character's tone is today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

__all__ = [
    "FORMS",
    "KINDS",
    "LEVEL",
    "OBLIQUE",
    "PATTERNS",
    "Character",
    "Form",
    "Prosody",
    "find_plan",
    "kinds_of",
    "patterns_of",
    "plan_shares",
    "prosody",
]

LEVEL, OBLIQUE = "平", "仄"
#: Index of the first group of the entering tone.
ENTERING = 88

#: Licensed patterns of five-character lines by kind; `.` is free. A -> B and C -> D make couplets.
#: A, C end oblique; B, D end level. The second variants are the accepted rescues (拗救).
PATTERNS: Mapping[str, tuple[str, ...]] = {
    "A": (".仄.平仄",),
    "B": ("平平.仄平", ".平平仄平"),
    "C": (".平平仄仄", ".平仄平仄"),
    "D": (".仄仄平平",),
}
_NEXT = {"A": "B", "B": "C", "C": "D", "D": "A"}
KINDS = "ABCD"


@dataclass(frozen=True, kw_only=True)
class Form:
    """A regulated form: lines and characters in each."""

    name: str
    lines: int
    length: int


FORMS: Mapping[str, Form] = {
    "wujue": Form(name="wujue", lines=4, length=5),
    "qijue": Form(name="qijue", lines=4, length=7),
    "wulv": Form(name="wulv", lines=8, length=5),
    "qilv": Form(name="qilv", lines=8, length=7),
}


def kinds_of(first: str, lines: int) -> str:
    """The kinds of all lines of a poem whose first line is of kind `first`, as in "ABCD"."""
    kinds = first
    if lines > 1:
        kinds += {"A": "B", "C": "D", "B": "D", "D": "B"}[first]
    while len(kinds) < lines:
        kinds += _NEXT[kinds[-1]]
    return kinds[:lines]


def patterns_of(kind: str, length: int) -> tuple[str, ...]:
    """The licensed patterns of a line of 5 or 7 characters."""
    if length == 5:
        return PATTERNS[kind]
    return tuple({"A": ".平", "D": ".平", "B": ".仄", "C": ".仄"}[kind] + p for p in PATTERNS[kind])


@dataclass(frozen=True, kw_only=True)
class Character:
    """What is known of a character.

    tones: of any reading, "平", "仄" or "平仄"; used: the tones of its readings in practice; groups: Pingshui
    groups of any reading (indices: 0-29 level, 30-57 rising, 58-87 departing, 88-104 entering; the list lacks 讲);
    used_groups: those in practice, the commonest first; parts: Cilin parts as "1平" ... "19入"; count: occurrences in the
    corpus of verse.
    """

    char: str
    count: int
    tones: str
    used: str
    groups: tuple[int, ...]
    used_groups: tuple[int, ...]
    parts: tuple[str, ...]

    @property
    def entering(self) -> bool:
        """True if every reading is of the entering tone."""
        return bool(self.groups) and min(self.groups) >= ENTERING


@dataclass(frozen=True)
class Prosody:
    """The table: characters, and the names of the rhyme groups."""

    characters: Mapping[str, Character]
    groups: tuple[str, ...]

    def tones(self, char: str) -> str:
        """Tones of any reading; "" if the book lacks the character."""
        found = self.characters.get(char)
        return found.tones if found else ""

    def used(self, char: str) -> str:
        """Tones in practice; "" if the book lacks the character."""
        found = self.characters.get(char)
        return found.used if found else ""

    def groups_of(self, char: str) -> tuple[int, ...]:
        """Pingshui groups of any reading; none if the book lacks the character."""
        found = self.characters.get(char)
        return found.groups if found else ()

    def parts(self, char: str) -> tuple[str, ...]:
        """Cilin parts of a character; none if the book lacks it."""
        found = self.characters.get(char)
        return found.parts if found else ()

    def faults(self, line: str, pattern: str, *, used: bool = False) -> list[int]:
        """Places (from 0) where the line misses the pattern."""
        tones = self.used if used else self.tones
        return [
            i for i, (c, p) in enumerate(zip(line, pattern, strict=True)) if p != "." and (t := tones(c)) and p not in t
        ]

    def rhyme_group(
        self, words: Iterable[str], *, level: bool | None = True, used: bool = False
    ) -> tuple[int, int] | None:
        """(group, how many of `words` are in it) of the group with most of them; None if none is known."""
        count: dict[int, int] = {}
        for word in words:
            known = self.characters.get(word)
            for group in (known.used_groups if used else known.groups) if known else ():
                if level is None or (group < 30) == level:
                    count[group] = count.get(group, 0) + 1
        return max(count.items(), key=lambda e: (e[1], -e[0])) if count else None


@lru_cache(maxsize=1)
def prosody() -> Prosody:
    """The table that ships."""
    rows = (Path(__file__).parent / "data" / "characters.tsv").read_text("utf-8").splitlines()
    groups: tuple[str, ...] = ()
    characters = {}
    for row in rows:
        if row.startswith("#groups"):
            groups = tuple(row.split("\t")[1:])
        elif not row.startswith("#"):
            char, count, tones, used, any_, usual, parts = row.split("\t")
            characters[char] = Character(
                char=char,
                count=int(count),
                tones=tones,
                used=used,
                groups=tuple(map(int, any_.split())),
                used_groups=tuple(map(int, usual.split())),
                parts=tuple(parts.split()),
            )
    return Prosody(characters, groups)


def find_plan(lines: list[str], table: Prosody, *, used: bool = False) -> tuple[str, int, list[list[int]]]:
    """(kind of the first line, group of the rhyme or -1, faults by line) of the plan that a regulated poem fits best.

    lines: of 5 or 7 characters, without punctuation.
    """
    rhyme = table.rhyme_group([line[-1] for line in lines[1::2]], used=used)
    group = rhyme[0] if rhyme else -1
    opening = table.characters.get(lines[0][-1])
    answers = opening is not None and group in (opening.used_groups if used else opening.groups)
    best: tuple[tuple[int, bool], str, list[list[int]]] | None = None
    for first in KINDS:
        faults = []
        for line, kind in zip(lines, kinds_of(first, len(lines)), strict=True):
            faults.append(min((table.faults(line, p, used=used) for p in patterns_of(kind, len(line))), key=len))
        key = sum(map(len, faults)), (first in "BD") != answers
        if best is None or key < best[0]:
            best = (key, first, faults)
    assert best is not None
    return best[1], group, best[2]


@lru_cache(maxsize=1)
def plan_shares() -> dict[str, dict[str, dict[str, float]]]:
    """How often the poets begin with each kind and use each rhyme group, by form."""
    return dict(json.loads((Path(__file__).parent / "data" / "plans.json").read_text("utf-8")))
