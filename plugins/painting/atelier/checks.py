"""What values of a plan may be: checks that say in words what they allow."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

from ....core.errors import InputError

__all__ = ["COLOUR", "FLAG", "Check", "Choice", "Count", "Listed", "Number", "Pair", "Words", "check_row"]


class Check(Protocol):
    """Whether a value of JSON may stand in a place, and what may, in words."""

    def __call__(self, value: Any, /) -> bool: ...


@dataclass(frozen=True)
class Number:
    """A finite number."""

    low: float
    high: float

    def __call__(self, value: Any) -> bool:
        return _is_number(value) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Count:
    """A whole number."""

    low: int
    high: int

    def __call__(self, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high

    def __str__(self) -> str:
        return f"a whole number from {self.low} to {self.high}"


class Choice:
    """One of some words."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def __call__(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.words

    def __str__(self) -> str:
        return ", ".join(w or "nothing ('')" for w in self.words)


@dataclass(frozen=True)
class Listed:
    """A list of up to `most`, each as `each` says."""

    each: Check
    most: int

    def __call__(self, value: Any) -> bool:
        return isinstance(value, list | tuple) and len(value) <= self.most and all(self.each(v) for v in value)

    def __str__(self) -> str:
        return f"a list of up to {self.most}, each {self.each}"


class Pair:
    """A list of so many, each with a check of its own; or null, if `optional`."""

    def __init__(self, *each: Check, optional: bool = False) -> None:
        self.each, self.optional = each, optional

    def __call__(self, value: Any) -> bool:
        if value is None:
            return self.optional
        return (
            isinstance(value, list | tuple)
            and len(value) == len(self.each)
            and all(check(v) for check, v in zip(self.each, value, strict=True))
        )

    def __str__(self) -> str:
        return "[" + ", ".join(map(str, self.each)) + "]" + (" or null" if self.optional else "")


@dataclass(frozen=True)
class Words:
    """A text of up to `most` characters."""

    most: int

    def __call__(self, value: Any) -> bool:
        return isinstance(value, str) and len(value) <= self.most

    def __str__(self) -> str:
        return f"a text of up to {self.most} characters"


class _Flag:
    def __call__(self, value: Any) -> bool:
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "true or false"


class _Colour:
    def __call__(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(r"|#?[0-9a-fA-F]{6}", value) is not None

    def __str__(self) -> str:
        return "a colour such as 'a8402c', or nothing ('')"


FLAG: Check = _Flag()
COLOUR: Check = _Colour()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_row(row: Mapping[str, Any], checks: Mapping[str, Check], *, of: str, required: Collection[str] = ()) -> None:
    """Raise InputError, one line, for an entry that is unknown (with the nearest right one), missing, or not allowed.

    of: what the row is, in words, as in "the plan" or "item 3 ('boat')".
    """
    for name, value in row.items():
        if name not in checks:
            near = get_close_matches(str(name), checks, n=1, cutoff=0.5)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(
                f"{of} has no entry {str(name)[:60]!r}{meant or ';'} it takes: {', '.join(sorted(checks)) or 'none'}"
            )
        if not checks[name](value):
            raise InputError(f"{name} of {of} is {_short(value)}; allowed is {checks[name]}")
    missing = sorted(set(required) - set(row))
    if missing:
        raise InputError(f"{of} lacks {missing[0]!r}, which is {checks[missing[0]]}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
