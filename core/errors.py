"""Every error that artwright raises on purpose.

    ArtwrightError
    ├── UsageError            what was asked for cannot be done; exit code 2
    │   ├── UnknownName       no such medium, model, style, option (with a suggestion)
    │   ├── OptionError       an option's value is out of range or of the wrong type
    │   └── InputError        a theme, a work or a file that the operation cannot take
    │       └── Problems      all that is wrong with a file, a line each
    ├── FormatError           a file that is not what its name says, broken or too large
    ├── WeightsError          a weight file that is missing or does not match its card
    ├── PluginError           a plugin failed to load, broke its contract or failed in a call
    ├── DeviceError           no such device, or no room on it
    ├── StoreError            the library or the feedback database cannot do what was asked
    ├── OutputError           an output that exists, or a place that cannot be written
    └── Cancelled             the person or the caller stopped the work; exit code 130

A message says what was asked, what was found, what is allowed and what to do next, in one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

__all__ = [
    "ArtwrightError",
    "Cancelled",
    "DeviceError",
    "FormatError",
    "InputError",
    "OptionError",
    "OutputError",
    "PluginError",
    "Problems",
    "StoreError",
    "UnknownName",
    "UsageError",
    "WeightsError",
    "tell_error",
]


def tell_error(error: BaseException) -> str:
    """An error of somebody else's as one line: its type and text; a text that cannot be made is left out."""
    try:
        text = " ".join(str(error).split())
    except Exception as problem:
        text = f"(its text cannot be made: {type(problem).__name__})"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class ArtwrightError(Exception):
    """The root of the tree; `exit_code` is what the command line ends with."""

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[ArtwrightError], args: tuple[Any, ...]) -> ArtwrightError:
    """An error that was raised in another process: its text is made already."""
    error = kind.__new__(kind)
    error.args = args
    return error


class UsageError(ArtwrightError):
    """What was asked for cannot be done as it was asked."""

    exit_code = 2


class UnknownName(UsageError):
    """A medium, model, style, option or work that does not exist.

    kind: what sort of name it is (`"model"`); name: what was asked; known: the names there are;
    where: an addition such as `" for medium 'painting'"`; hint: a last remark, if any.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "", hint: str = "") -> None:
        self.kind, self.name, self.known = kind, name, tuple(sorted(set(known)))
        shown = ", ".join(self.known[:40]) or "none"
        if len(self.known) > 40:
            shown += f" ... ({len(self.known)} in all)"
        near = get_close_matches(name, self.known, n=1, cutoff=0.6)
        meant = f". Did you mean {near[0]!r}?" if near else ""
        last = f". {hint}" if hint else ""
        super().__init__(f"no {kind} {name!r}{where}; there are: {shown}{meant}{last}")


class OptionError(UsageError):
    """An option whose value a model does not take."""


class InputError(UsageError):
    """A theme, a work or a file that an operation cannot take."""


class Problems(InputError):
    """All that is wrong with a file. lines: a problem each, with its place."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


class FormatError(ArtwrightError):
    """A file that cannot be read as what its name says."""


class WeightsError(ArtwrightError):
    """A weight file that is missing, corrupt or does not match its card."""


class PluginError(ArtwrightError):
    """A plugin that failed to load, broke its contract or failed in a call."""


class DeviceError(ArtwrightError):
    """A device that does not exist, or has no room."""


class StoreError(ArtwrightError):
    """The library or the feedback database cannot do what was asked."""


class OutputError(ArtwrightError):
    """An output that exists already, or a place that cannot be written."""


class Cancelled(ArtwrightError):
    """The work was stopped before its end; nothing half-done was kept."""

    exit_code = 130
