"""The rhyme of verse in lines of five or seven, by the Pingshui book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..chinese.prosody import ENTERING, Prosody
from .book import LEVEL_GROUPS, book
from .findings import Fault, Licence
from .tonal_lines import is_level

__all__ = ["RhymeReading", "check_rhyme", "parts_of_group"]


@dataclass(frozen=True)
class RhymeReading:
    """group: index of the rhyme or -1; name: for people; words: that rhyme; first: whether line 1 does; oblique: whether the
    rhyme is; groups: how many groups the even lines end in.
    """

    group: int
    name: str
    words: tuple[str, ...]
    first: bool
    oblique: bool
    groups: int = 1
    faults: list[Fault] = field(default_factory=list)
    licences: list[Licence] = field(default_factory=list)


def parts_of_group(group: int, table: Prosody) -> frozenset[str]:
    """Cilin parts that a Pingshui group lies in: those of at least a fifth of its characters."""
    tone = "平" if group < LEVEL_GROUPS else "入" if group >= ENTERING else "仄"
    members = [c for c in table.characters.values() if c.groups == (group,)]
    count: dict[str, int] = {}
    for c in members:
        for part in c.parts:
            if part.endswith(tone):
                count[part] = count.get(part, 0) + 1
    return frozenset(p for p, n in count.items() if 5 * n >= len(members))


def check_rhyme(lines: Sequence[str]) -> RhymeReading:
    """The rhyme of the even lines: 出韵, 借韵 of the first line, 撞韵 of the others; oblique rhymes are only named."""
    table = book()
    ends = [line[-1] for line in lines[1::2]]
    level = [is_level(c, used=False) for c in ends]
    oblique = 2 * sum(level) < len(ends) or not any(is_level(c) for c in ends)
    group = _choose(lines, ends, table, oblique=oblique)
    known = {g for c in ends for g in table.groups_of(c)[:1]}
    if oblique:
        sames = _oblique_name(ends, table, group)
        return RhymeReading(group, sames, tuple(ends), first=False, oblique=True, groups=len(known))
    name = f"平水韵 {table.groups[group]}" if group >= 0 else ""
    opening = lines[0][-1]
    parts = parts_of_group(group, table) if group >= 0 else frozenset()
    licences, faults = [], []
    first = group in table.groups_of(opening)
    if not first and is_level(opening) and parts & set(table.parts(opening)):
        first = True
        rule = f"the first line rhymes by a neighbouring group, {_groups(opening, table)} with {table.groups[group]}"
        licences.append(Licence(name="借韵", line=1, place=len(lines[0]), text=opening, rule=rule))
    for number in range(1, len(lines), 2):
        char = lines[number][-1]
        if table.groups_of(char) and group not in table.groups_of(char):
            near = "a neighbour of it, which only a first line may use" if parts & set(table.parts(char)) else "not it"
            where = _groups(char, table) or "no level group"
            rule = f"the rhyme is {table.groups[group]}; {char} belongs to {where}, {near}"
            remedy = f"take a word of group {table.groups[group]} (`literature rhymes {ends[0]}`)"
            faults.append(
                Fault(name="出韵", line=number + 1, place=len(lines[number]), text=char, rule=rule, remedy=remedy)
            )
    numbers = {p[:-1] for p in parts}
    for number in range(2, len(lines), 2):
        char = lines[number][-1]
        own = {p[:-1] for p in table.parts(char)}
        entering = any(p.endswith("入") for p in table.parts(char))
        if own and own <= numbers and not entering and not is_level(char):
            rule = (
                f"{char} has the sound of the rhyme in another tone, and a line that doesn't rhyme should not echo it"
            )
            remedy = "end this line on another vowel, best on an entering tone"
            faults.append(
                Fault(
                    name="撞韵",
                    line=number + 1,
                    place=len(lines[number]),
                    text=char,
                    rule=rule,
                    remedy=remedy,
                    weight="blemish",
                )
            )
    words = ([opening] if first else []) + ends
    return RhymeReading(group, name, tuple(words), first, False, len(known), faults, licences)


def _choose(lines: Sequence[str], ends: Sequence[str], table: Prosody, *, oblique: bool) -> int:
    """The group of most rhyme words; among equals that of the first line, then the one in use."""
    count: dict[int, float] = {}
    for number, char in enumerate([lines[0][-1], *ends]):
        found = table.characters.get(char)
        for group in found.groups if found else ():
            if (group >= LEVEL_GROUPS) == oblique:
                more = 0.05 if not oblique and found and group in found.used_groups else 0.0
                count[group] = count.get(group, 0.0) + (1.0 - 0.001 * number if number else 0.4) + more
    return max(count, key=lambda g: (count[g], -g)) if count else -1


def _groups(char: str, table: Prosody) -> str:
    return "、".join(table.groups[g] for g in table.groups_of(char) if g < LEVEL_GROUPS)


def _oblique_name(ends: Sequence[str], table: Prosody, group: int) -> str:
    if group >= 0 and all(group in table.groups_of(c) for c in ends):
        return f"平水韵 {table.groups[group]}（仄韵）"
    shared = set.intersection(*(set(table.parts(c)) for c in ends)) if ends else set()
    part = next((p for p in sorted(shared) if not p.endswith("平")), "")
    return f"词林正韵 第{part[:-1]}部{part[-1]}声" if part else "仄韵"
