"""The rhyme book as a check reads it: the table that ships, with what it must hold by its own names.

A group is called by a character of it, so 先 rhymes in 先, whatever the list of the group lost; and where the two
books of a character disagree on its tone altogether, either may be right.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ..chinese.prosody import LEVEL, OBLIQUE, Character, Prosody, prosody

__all__ = ["LEVEL_GROUPS", "book"]

#: Groups below this index are level.
LEVEL_GROUPS = 30


@lru_cache(maxsize=1)
def book() -> Prosody:
    """Characters with their tones and groups, groups by name."""
    table = prosody()
    names = {name: group for group, name in reversed(list(enumerate(table.groups)))}
    return Prosody({char: _completed(one, names.get(char)) for char, one in table.characters.items()}, table.groups)


def _completed(char: Character, group: int | None) -> Character:
    if group is not None and group not in char.groups:
        tone = LEVEL if group < LEVEL_GROUPS else OBLIQUE
        used_groups = char.used_groups if group >= LEVEL_GROUPS else (group, *char.used_groups)
        tones = _both(char.tones, tone)
        return replace(
            char, tones=tones, used=_both(char.used, tone), groups=(*char.groups, group), used_groups=used_groups
        )
    by_parts = "".join(t for t in (LEVEL, OBLIQUE) if any(p.endswith(LEVEL) == (t == LEVEL) for p in char.parts))
    if by_parts and char.tones and not set(by_parts) & set(char.tones):
        return replace(char, tones=_both(char.tones, by_parts), used=_both(char.used, by_parts))
    return char


def _both(one: str, other: str) -> str:
    return "".join(t for t in (LEVEL, OBLIQUE) if t in one + other)
