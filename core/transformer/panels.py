"""Large matrices kept as int8 steps, multiplied with up to some hundred rows in float32 (`rows.c`).

Sixteen outputs lie side by side, so that a row's numbers are each read once for sixteen sums; every 64 numbers of an
output share a scale, so that one large weight spoils no more than its neighbours. A quarter of float32's memory, and on
processors for which the library at hand was not tuned, faster at any number of rows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

try:
    from ._rows import lanes, panels
except ImportError:  # built where there is no compiler, or before there were panels
    lanes = panels = None

__all__ = ["GROUP", "Panels", "are_fast", "in_steps"]

Array = NDArray[np.float32]
PANEL, GROUP = 16, 64


def are_fast() -> bool:
    """Whether this machine multiplies panels by vectors; plain C is slower than any library."""
    return lanes is not None and lanes() > 1


@lru_cache(maxsize=4)
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="panels")


def in_steps(matrix: Array) -> tuple[NDArray[np.int8], Array]:
    """(steps, sizes) of a matrix (rows, columns): int8 of the same shape, and (rows, columns / `GROUP`) float32."""
    groups = matrix.reshape(len(matrix), -1, GROUP)
    scale = np.maximum(np.abs(groups).max(-1), np.float32(1e-30)) / np.float32(127)
    return np.rint(groups / scale[..., None]).astype(np.int8).reshape(matrix.shape), scale


class Panels:
    """A matrix of shape (out, in), `in` a multiple of `GROUP`, rounded to 127 steps up and down in each group."""

    def __init__(self, weight: Array) -> None:
        self.shape = weight.shape
        many, size = weight.shape
        if size % GROUP:
            raise ValueError(f"a matrix of {size} inputs was given; panels need a multiple of {GROUP}")
        count = -(-many // PANEL)
        self.steps = np.zeros((count, size, PANEL), np.int8)
        self.scale = np.zeros((count, size // GROUP, PANEL), np.float32)
        for first in range(0, count, 16):
            part = np.zeros((min(16, count - first) * PANEL, size), np.float32)
            given = weight[first * PANEL : first * PANEL + len(part)]
            part[: len(given)] = given
            steps, scale = in_steps(part)
            self.steps[first : first + len(steps) // PANEL] = steps.reshape(-1, PANEL, size).transpose(0, 2, 1)
            self.scale[first : first + len(steps) // PANEL] = scale.reshape(-1, PANEL, size // GROUP).transpose(0, 2, 1)

    @classmethod
    def of_steps(cls, steps: NDArray[np.int8], scale: Array) -> Panels:
        """Panels of steps (out, in) and their sizes (out, in / `GROUP`), as `in_steps` gives them."""
        many, size = steps.shape
        made = cls.__new__(cls)
        made.shape = (many, size)
        more = ((0, -many % PANEL), (0, 0))
        made.steps, made.scale = (
            np.ascontiguousarray(np.pad(part, more).reshape(-1, PANEL, part.shape[1]).transpose(0, 2, 1))
            for part in (steps, scale.astype(np.float32))
        )
        return made

    @property
    def size(self) -> int:
        """Bytes."""
        return self.steps.nbytes + self.scale.nbytes

    def multiply(self, x: Array, threads: int = 1) -> Array:
        """(rows, out) of x, (rows, in) float32; the same numbers whatever `threads` is."""
        out = np.empty((len(x), self.shape[0]), np.float32)
        x = np.ascontiguousarray(x, np.float32)
        count = len(self.steps)
        if threads < 2 or count < 2 * threads:
            panels(x, self.steps, self.scale, out, 0, count)
            return out
        borders = np.linspace(0, count, threads + 1).round().astype(int).tolist()
        waiting = [
            _pool(threads).submit(panels, x, self.steps, self.scale, out, first, last)
            for first, last in pairwise(borders)
        ]
        for one in waiting:
            one.result()
        return out

    def rows(self, numbers: NDArray[np.int64]) -> Array:
        """Rows of the matrix by their numbers: shape (*numbers.shape, in)."""
        flat = numbers.reshape(-1)
        at, lane = flat // PANEL, flat % PANEL
        found = self.steps[at, :, lane] * np.repeat(self.scale[at, :, lane], GROUP, axis=-1)
        return found.reshape(*numbers.shape, self.shape[1])
