"""How a master arranges a picture, as data: layouts, size of the subject, hours and skies. The hand then paints it.

Read off works: Rembrandt and Vermeer stand close to their subject, Dutch land lies under four parts of sky to one of
ground, Pirosmani sets one
large thing in the middle, prints prefer a diagonal and a high or a very low line. Habits move what a theme leaves
open and nothing it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["HABITS", "TRADES", "Habits", "habits_of", "sits"]


@dataclass(frozen=True, kw_only=True)
class Habits:
    """templates: layouts it takes (empty: all); scale: size of the subject beside the usual one; hours: an hour that
    the theme does not name
    and what stands for it; cover: least share of clouds of a fair sky; near: how far the viewer steps up to sitters and
    things on a table;
    sitters: a person of whom no place is told sits for a portrait, and so does one at a craft, wherever it is done."""

    templates: tuple[str, ...] = ()
    scale: float = 1.0
    hours: Mapping[str, str] = field(default_factory=dict)
    cover: float = 0.0
    near: float = 1.0
    sitters: bool = False


_PLAIN = Habits()
HABITS = {
    "rembrandt": Habits(
        templates=("low", "close", "repoussoir"), scale=1.32, hours={"day": "dusk"}, cover=0.5, near=1.12, sitters=True
    ),
    "vermeer": Habits(templates=("close", "low", "diagonal"), scale=1.25, cover=0.5, near=1.10, sitters=True),
    "pirosmani": Habits(templates=("close", "low"), scale=1.4, near=1.10),
}


TRADES = (
    "fisherman",
    "miller",
    "farmer",
    "sailor",
    "shepherd",
    "scholar",
    "philosopher",
    "blacksmith",
    "carpenter",
    "astronomer",
    "geographer",
)
"""Men, in the painting of the time that themes of this kind come from."""
_CRAFTS = frozenset({*TRADES, "lacemaker", "milkmaid", "weaver", "beggar"})
_PERSONS = frozenset(
    "man woman girl boy lady gentleman youth maiden mother father grandmother grandfather widow king queen "
    "prince princess monk nun poet "
    "老人 老翁 男人 女人 少女 少年 书生 诗人".split()
)
_WORK = frozenset(
    "mending reading writing sewing weaving praying thinking counting sleeping spinning peeling pouring "
    "读书 写字 缝衣 沉思".split()
)


def sits(words: Sequence[str], habits: Habits, *, placed: bool, timed: bool) -> bool:
    """Whether the one person of a theme is to be a half figure, not a speck in a landscape.

    words: of the theme; placed, timed: whether they name a place, and an hour, weather or season. Who reads or sews
    with no place told sits
    in every hand.
    """
    said = {w.lower() for w in words}
    works = bool(said & _WORK)
    if said & _CRAFTS:
        return habits.sitters and works
    return bool(said & _PERSONS) and not placed and (works or (habits.sitters and not timed))


def habits_of(hand: str) -> Habits:
    """The habits of a hand by name; the plain one for hands that have none of their own."""
    return HABITS.get(hand, _PLAIN)
