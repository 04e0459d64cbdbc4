"""The plan: what is in the picture and where, as data. It is kept with the work, can be saved, edited and painted
again.

Coordinates are in picture heights, x from 0 to the aspect. A plan says kinds, places and sizes; how a thing looks
follows from its own number and the plan's seed, so one thing more moves none of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

__all__ = ["GROUNDS", "MARKS", "SEASONS", "TEMPLATES", "TIMES", "WEATHERS", "Ground", "Item", "Plan", "Season", "Time"]

Ground = Literal[
    "meadow",
    "path",
    "river",
    "fields",
    "lake",
    "sea",
    "desert",
    "forest",
    "garden",
    "street",
    "skyline",
    "mountain",
    "still",
    "portrait",
    "branch",
    "pond",
    "interior",
    "abstract",
]
GROUNDS: tuple[Ground, ...] = get_args(Ground)
Time = Literal["day", "dawn", "dusk", "night", "mist", "storm", "rain", "snow"]
TIMES: tuple[Time, ...] = get_args(Time)
Season = Literal["spring", "summer", "autumn", "winter"]
SEASONS: tuple[Season, ...] = get_args(Season)
WEATHERS = ("fair", "mist", "rain", "storm", "snow")
TEMPLATES = ("low", "diagonal", "s-curve", "repoussoir", "close", "high", "enclosed")
MARKS = (
    "sun", "moon", "crescent", "stars", "milky", "wide", "clouds", "lightning", "downpour", "wind", "rainbow", "flock", "grass"
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing: kind (a name in `elements.table.ELEMENTS`), feet x, y and height h in u, mirrored or not, distance 0
    near .. 1 far, its number, more.
    """

    kind: str
    x: float
    y: float
    h: float
    flip: bool = False
    depth: float = 0.25
    number: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """See the fields' names; ground: one of `GROUNDS`; variant: of the palette; cover: clouds 0..1; light: -1 left .. 1
    right;
    sun: (x, y, radius) of sun or moon; sky: extra marks ("stars", "rainbow", "lightning", "flock"); peaks: (x, half
    width, height, depth);
    read, unread: words of the theme that led to something, and those that did not."""

    seed: int
    aspect: float
    ground: str
    template: str = "low"
    time: str = "day"
    variant: int = 0
    season: str = "summer"
    weather: str = "fair"
    cover: float = 0.4
    horizon: float = 0.6
    light: float = -0.6
    sun: tuple[float, float, float] | None = None
    moon: bool = False
    sky: tuple[str, ...] = ()
    peaks: tuple[tuple[float, float, float, float], ...] = ()
    focus: tuple[float, float] = (0.8, 0.5)
    items: tuple[Item, ...] = ()
    flowers: tuple[str, ...] = ()
    valence: float = 0.0
    arousal: float = 0.0
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    title: str = ""

    def but(self, **changes: Any) -> Plan:
        """A copy with changes."""
        return replace(self, **changes)

    def mirrored(self) -> Plan:
        """The plan seen in a mirror."""
        a = self.aspect
        return replace(
            self,
            light=-self.light,
            sun=None if self.sun is None else (a - self.sun[0], *self.sun[1:]),
            focus=(a - self.focus[0], self.focus[1]),
            peaks=tuple((a - p[0], *p[1:]) for p in self.peaks),
            items=tuple(
                replace(
                    i,
                    x=a - i.x,
                    flip=not i.flip,
                    more={**i.more, **{k: a - i.more[o] for k, o in (("x0", "x1"), ("x1", "x0")) if o in i.more}},
                )
                for i in self.items
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, lossless up to five digits."""

        def plain(value: Any) -> Any:
            if isinstance(value, float):
                return round(float(value), 5)
            if isinstance(value, dict):
                return {k: plain(v) for k, v in value.items()}
            return [plain(v) for v in value] if isinstance(value, list | tuple) else value

        return plain(asdict(self))
