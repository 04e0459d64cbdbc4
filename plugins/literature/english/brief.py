"""What a poem is asked to hold, and a poem in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Brief", "Draft"]


@dataclass(frozen=True)
class Brief:
    """What a poem must and may hold.

    wanted: words to be used, most important first; promised: those that must not be missing; hints: words for the
    prefix;
    acrostic: a letter a line ("" where free); keep: line number (from 0) -> text; rhyme: a word whose rhyme the first
    rhyme takes; persons: 0 to 3;
    archaic; banned: words not to be used; returning: a word for the last line to come back to; stale: stems to be used
    less (they stood in works just made); initials: line -> words that may open it; third_cost: what each he, she or
    they
    costs in a line, where the theme speaks of nobody; dense: content words a line should have beyond the usual; frames:
    line -> a
    frame (see `frames.py`) that it fills; near: words of the theme's field, 0 to 1 by how near they are.
    """

    wanted: tuple[str, ...] = ()
    promised: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()
    acrostic: str = ""
    keep: dict[int, str] = field(default_factory=dict)
    rhyme: str = ""
    persons: int = 1
    archaic: bool = False
    banned: frozenset[str] = frozenset()
    returning: str = ""
    initials: dict[int, frozenset[str]] = field(default_factory=dict)
    third_cost: float = 0.0
    dense: int = 0
    stale: frozenset[str] = frozenset()
    frames: dict[int, str] = field(default_factory=dict)
    near: dict[str, float] = field(default_factory=dict)


@dataclass
class Draft:
    """A poem so far: lines as tokens in reading order with their mark last, and what the next line must know.

    unclosed: clauses that its sentences left open; heard, mind: the critic's verdict on the stanza so far, and its
    state.
    """

    lines: list[list[int]] = field(default_factory=list)
    score: float = 0.0
    log_p: float = 0.0
    stems: dict[str, int] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()
    wanted: tuple[int, ...] = ()
    sentence: tuple[int, ...] = ()
    history: tuple[int, ...] = ()
    classes: tuple[int, ...] = (0,)
    unclosed: float = 0.0
    heard: float = 0.0
    mind: NDArray[np.float32] | None = None

    def last(self, line: int) -> int:
        """The last word of a line, as a token."""
        return self.lines[line][-2]
