"""The plan: what is in the picture and where, as data. It is kept with the work, can be saved, edited and painted
again.

Coordinates are in picture heights, x from 0 to the aspect. A plan says kinds, places and sizes; how a thing looks
follows from its own number and the plan's seed, so one thing more moves none of the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ....core.decoding import decode_text, read_json
from ....core.errors import FormatError, InputError

__all__ = ["Item", "Plan"]

GROUNDS = (
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
)
TIMES = ("day", "dawn", "dusk", "night", "mist", "storm", "rain", "snow")
SEASONS = ("spring", "summer", "autumn", "winter")


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
                return round(value, 5)
            if isinstance(value, dict):
                return {k: plain(v) for k, v in value.items()}
            return [plain(v) for v in value] if isinstance(value, list | tuple) else value

        return plain(asdict(self))

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Plan:
        """The inverse of `to_dict`. Raises InputError, one line, if it is no plan or names what is not there."""
        from .elements.table import ELEMENTS

        known = {f.name for f in fields(cls)}
        odd = sorted(set(row) - known)
        if odd:
            raise InputError(f"the plan has the unknown entry {odd[0]!r}; known: {', '.join(sorted(known))}")
        try:
            values = dict(row)
            values["items"] = tuple(Item(**i) for i in values.get("items", ()))
            for name in ("sky", "flowers", "read", "unread", "focus"):
                if name in values:
                    values[name] = tuple(values[name])
            values["peaks"] = tuple(tuple(float(v) for v in p) for p in values.get("peaks", ()))
            values["sun"] = None if values.get("sun") is None else tuple(float(v) for v in values["sun"])
            plan = cls(**values)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"this is not a plan of a painting: {error}; save one with --save-plan and edit that"
            ) from error
        for name, value, allowed in (
            ("ground", plan.ground, GROUNDS),
            ("time", plan.time, TIMES),
            ("season", plan.season, SEASONS),
        ):
            if value not in allowed:
                raise InputError(f"the plan's {name} is {value!r}; allowed: {', '.join(allowed)}")
        for item in plan.items:
            if item.kind not in ELEMENTS:
                raise InputError(
                    f"the plan has an item of the kind {item.kind!r}; there are: {', '.join(sorted(ELEMENTS))}"
                )
            if not (0.005 <= item.h <= 4 and -2 <= item.x <= 8 and -1 <= item.y <= 3):
                raise InputError(
                    f"the item {item.kind!r} stands at x {item.x}, y {item.y} with height {item.h}; allowed are -2..8, "
                    f"-1..3 and 0.005..4 picture heights"
                )
        if not 0.2 <= plan.aspect <= 5:
            raise InputError(f"the plan's aspect is {plan.aspect}; allowed are 0.2 to 5")
        return plan

    @classmethod
    def load(cls, path: Path) -> Plan:
        """A plan from a file. Raises InputError."""
        try:
            row = read_json(decode_text(path.read_bytes(), name=str(path)), name=str(path))
        except (OSError, FormatError) as error:
            raise InputError(f"the plan {str(path)!r} cannot be read: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"the plan {str(path)!r} holds no JSON object; save one with --save-plan and edit that")
        return cls.from_dict(row)
