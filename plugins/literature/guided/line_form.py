"""A line as an automaton over tokens: what a model may say next so that the line keeps its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ending", "LineForm", "Moves"]

Array = NDArray[np.float32]
Ints = NDArray[np.int64]
S = TypeVar("S")


@dataclass(frozen=True)
class Moves:
    """What may come next. tokens: (n,); worth: (n,), what is added to the logarithm of each one's chance, all finite."""

    tokens: Ints
    worth: Array

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Ending:
    """How a line may end: the tokens of its mark and of the line break, and what is printed for the mark."""

    mark: str
    tokens: tuple[int, ...]
    worth: float = 0.0


class LineForm(Protocol, Generic[S]):
    """One line of a poem. A state is a value: it never changes, and rows may share it."""

    def start(self) -> S:
        """The state before the line."""
        ...

    def moves(self, state: S) -> Moves:
        """What may come next; none where the line cannot be completed from here."""
        ...

    def step(self, state: S, token: int) -> S:
        """The state after a token out of `moves`."""
        ...

    def ended(self, state: S) -> Ending | None:
        """How the line ended, or None if it goes on."""
        ...

    def text(self, state: S) -> str:
        """What is printed of the line so far, its mark included once it ended."""
        ...
