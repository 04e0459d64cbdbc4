"""Plans from files that people edit: each entry checked, with the nearest right one where it is misspelt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ....core.decoding import read_json, read_text
from ....core.errors import InputError, UnknownName
from .checks import COLOUR, FLAG, Check, Choice, Count, Listed, Number, Pair, Words, check_row
from .elements.arguments import ARGUMENTS, COMMON, REQUIRED
from .elements.table import ELEMENTS
from .plan import GROUNDS, MARKS, SEASONS, TEMPLATES, TIMES, WEATHERS, Item, Plan

__all__ = ["load_plan", "read_plan"]

MOST_ITEMS = 500
_MOST_BYTES = 4 << 20
_ACROSS, _DOWN = Number(-2, 8), Number(-1, 3)


class _Objects:
    """A list of things, each an object."""

    def __call__(self, value: Any) -> bool:
        return isinstance(value, list | tuple) and len(value) <= MOST_ITEMS and all(isinstance(v, dict) for v in value)

    def __str__(self) -> str:
        return f"a list of up to {MOST_ITEMS} objects, each with kind, x, y and h"


class _Object:
    def __call__(self, value: Any) -> bool:
        return isinstance(value, dict)

    def __str__(self) -> str:
        return "an object"


_PLAN: Mapping[str, Check] = {
    "seed": Count(0, 2**63 - 1),
    "aspect": Number(0.2, 5),
    "ground": Choice(*GROUNDS),
    "template": Choice(*TEMPLATES),
    "time": Choice(*TIMES),
    "variant": Count(0, 999),
    "season": Choice(*SEASONS),
    "weather": Choice(*WEATHERS),
    "cover": Number(0, 1),
    "horizon": Number(0.05, 0.95),
    "light": Number(-1, 1),
    "sun": Pair(_ACROSS, _DOWN, Number(0.001, 1), optional=True),
    "moon": FLAG,
    "sky": Listed(Choice(*MARKS), 20),
    "peaks": Listed(Pair(_ACROSS, Number(0.001, 8), Number(0, 2), Number(0, 1)), 60),
    "focus": Pair(_ACROSS, _DOWN),
    "flowers": Listed(COLOUR, 20),
    "valence": Number(-1, 1),
    "arousal": Number(-1, 1),
    "read": Listed(Words(80), 400),
    "unread": Listed(Words(80), 400),
    "title": Words(200),
    "items": _Objects(),
}
_ITEM: Mapping[str, Check] = {
    "kind": Words(60),
    "x": _ACROSS,
    "y": _DOWN,
    "h": Number(0.005, 4),
    "flip": FLAG,
    "depth": Number(0, 1),
    "number": Count(0, 2**31),
    "more": _Object(),
}


def load_plan(path: Path) -> Plan:
    """A plan from a file. Raises InputError or FormatError, one line."""
    row = read_json(read_text(path, max_bytes=_MOST_BYTES), name=str(path))
    if not isinstance(row, dict):
        raise InputError(f"the plan {str(path)!r} holds no JSON object; save one with --save-plan and edit that")
    return read_plan(row)


def read_plan(row: Mapping[str, Any]) -> Plan:
    """A plan from JSON, as `Plan.to_dict` writes it. Raises InputError, one line, for what is no plan: an entry that is
    unknown, of a wrong type or out of range, or more than 500 items.
    """
    check_row(row, _PLAN, of="the plan", required=("seed", "aspect", "ground"))
    lists = {name: tuple(row[name]) for name in ("sky", "flowers", "read", "unread", "focus") if name in row}
    peaks = tuple(tuple(float(v) for v in peak) for peak in row.get("peaks", ()))
    sun = None if row.get("sun") is None else tuple(float(v) for v in row["sun"])
    items = tuple(_read_item(item, number) for number, item in enumerate(row.get("items", ()), 1))
    return Plan(**{**row, **lists, "peaks": peaks, "sun": sun, "items": items})


def _read_item(row: Mapping[str, Any], number: int) -> Item:
    kind = row.get("kind")
    if isinstance(kind, str) and kind not in ELEMENTS:
        raise UnknownName("kind of item", kind, ELEMENTS, where=f" (item {number} of the plan)")
    of = f"item {number} ({kind!r}) of the plan" if kind else f"item {number} of the plan"
    takes = {**COMMON, **ARGUMENTS.get(str(kind), {})}
    moved = sorted((set(row) - set(_ITEM)) & set(takes))
    if moved:
        raise InputError(f"{moved[0]!r} of {of} belongs into its 'more'")
    check_row(row, _ITEM, of=of, required=("kind", "x", "y", "h"))
    more = row.get("more", {})
    check_row(more, takes, of=f"more of {of}", required=REQUIRED.get(str(kind), ()))
    return Item(**{**row, "more": dict(more)})
