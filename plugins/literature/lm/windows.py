"""A long text for a network that sees 256 tokens: windows that overlap by half, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["WINDOW", "Window", "overlapping"]

WINDOW, STRIDE, ROWS = 256, 128, 8


class Window(NamedTuple):
    """Tokens `start` to `end`, of which the first `seen` are known from the window before."""

    start: int
    end: int
    seen: int


def overlapping(count: int) -> Iterator[list[Window]]:
    """The windows of `count` tokens in groups of eight, all but the first with half a window to look back on."""
    starts = range(0, max(1, count - STRIDE), STRIDE) if count > WINDOW else [0]
    windows = [Window(start, min(start + WINDOW, count), 0 if start == 0 else WINDOW - STRIDE) for start in starts]
    for first in range(0, len(windows), ROWS):
        yield windows[first : first + ROWS]
