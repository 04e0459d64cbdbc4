"""What stands twice in a Chinese poem: lines, rhyme words, characters."""

from __future__ import annotations

from collections.abc import Sequence

from .findings import Fault

__all__ = ["find_repeats"]


def find_repeats(lines: Sequence[str], rhymes: Sequence[str]) -> list[Fault]:
    """重句, 重韵 and 重字. A character twice within one line is a figure (一...一, 悠悠), not a fault."""
    found = []
    ends = {i: line[-1] for i, line in enumerate(lines) if line and line[-1] in rhymes and (i % 2 or not i)}
    for i, line in enumerate(lines):
        if line in lines[:i]:
            rule = f"the line stands as line {lines.index(line) + 1} already"
            found.append(Fault(name="重句", line=i + 1, text=line, rule=rule, remedy="write another line"))
    seen: dict[str, int] = {}
    for i, char in ends.items():
        if char in seen:
            rule = f"the rhyme word of line {seen[char] + 1} again"
            remedy = "take another word of the rhyme (`literature rhymes`)"
            found.append(Fault(name="重韵", line=i + 1, place=len(lines[i]), text=char, rule=rule, remedy=remedy))
        seen.setdefault(char, i)
    first: dict[str, int] = {}
    for i, line in enumerate(lines):
        for place, char in enumerate(line):
            before = first.setdefault(char, i)
            if before != i and not (ends.get(i) == char and ends.get(before) == char and place == len(line) - 1):
                rule = f"the character stands in line {before + 1} already"
                remedy = "take another one, unless it is meant"
                fault = Fault(
                    name="重字", line=i + 1, place=place + 1, text=char, rule=rule, remedy=remedy, weight="blemish"
                )
                if line not in lines[:i]:
                    found.append(fault)
    return found
