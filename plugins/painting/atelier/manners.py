"""How a master arranges a picture, as data: layouts, size of the subject, hours and skies. The hand then paints it.

Read off works: Rembrandt and Vermeer stand close to their subject, Dutch land lies under four parts of sky to one of ground, Pirosmani sets one
large thing in the middle, prints prefer a diagonal and a high or a very low line. A manner moves what a theme leaves open and nothing it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["MANNERS", "TRADES", "Manner", "is_at_work", "manner_of"]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """templates: layouts it takes (empty: all); scale: size of the subject beside the usual one; hours: an hour that the theme does not name
    and what stands for it; cover: least share of clouds of a fair sky; near: how far the viewer steps up to sitters and things on a table;
    sitters: one person at work is painted as a half figure, not as a speck in a landscape."""

    templates: tuple[str, ...] = ()
    scale: float = 1.0
    hours: Mapping[str, str] = field(default_factory=dict)
    cover: float = 0.0
    near: float = 1.0
    sitters: bool = False


_PLAIN = Manner()
MANNERS = {
    "rembrandt": Manner(templates=("low", "close", "repoussoir"), scale=1.32, hours={"day": "dusk"}, cover=0.5, near=1.12, sitters=True),
    "vermeer": Manner(templates=("close", "low", "diagonal"), scale=1.25, cover=0.5, near=1.10, sitters=True),
    "pirosmani": Manner(templates=("close", "low"), scale=1.4, near=1.10),
}


TRADES = ("fisherman", "miller", "farmer", "sailor", "shepherd", "scholar", "philosopher", "blacksmith", "carpenter", "astronomer", "geographer")
"""Men, in the painting of the time that themes of this kind come from."""
_CRAFTS = frozenset({*TRADES, "lacemaker", "milkmaid", "weaver", "beggar"})
_WORK = frozenset({"mending", "reading", "writing", "sewing", "weaving", "praying", "thinking", "counting", "sleeping", "spinning", "peeling", "pouring"})


def is_at_work(words: Sequence[str]) -> bool:
    """Whether the words of a theme tell of one person at some quiet work."""
    said = {w.lower() for w in words}
    return bool(said & _CRAFTS and said & _WORK)


def manner_of(hand: str) -> Manner:
    """The manner of a hand by name; the plain one for hands that have none of their own."""
    return MANNERS.get(hand, _PLAIN)
