"""Works with roles, encoded when they are first drawn, and batches of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..dataset import Batch
from .encoding import Encoded, encode
from .scores import RoleScore
from .vocabulary import COLUMNS, INDEX, OFFSETS, REFERENCES, WINDOW

__all__ = ["RoleDataset", "to_indices", "windows"]

_PLAN = [INDEX[name] for name in ("section", "section_left", "section_bar")]
_KEPT = ("style", "ensemble", "role", "slot", "said", "tone", "now", "left", "place", "to_bar")
_DROPPABLE = np.array([not name.startswith(_KEPT) for name, _ in COLUMNS])


def to_indices(inputs: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Inputs (..., columns) as rows of the table of inputs."""
    return (inputs + OFFSETS) * (inputs > 0)


class _Room:
    """A batch while it is filled: arrays of `Batch` before the inputs are indices."""

    def __init__(self, rows: int, length: int) -> None:
        self.inputs = np.zeros((rows, length, len(COLUMNS)), np.uint8)
        self.references = np.zeros((rows, length, REFERENCES), np.int64)
        self.pitch = np.full((rows, length), -100, np.int64)
        self.size = np.full((rows, length), -100, np.int64)
        self.said = np.zeros((rows, length), np.int64)
        self.work = np.full((rows, length), -1, np.int32)

    def put(self, row: int, at: int, work: Encoded, start: int, stop: int, *, number: int, counted_from: int) -> None:
        """Positions start to stop of a work at a place; those before `counted_from` are read and not counted."""
        span = slice(at, at + stop - start)
        self.inputs[row, span] = work.base[start:stop]
        self.references[row, span] = work.references[start:stop]
        self.said[row, span] = work.pitch[start:stop]
        fresh = slice(at + max(0, counted_from - start), at + stop - start)
        begin = max(start, counted_from)
        self.pitch[row, fresh] = work.pitch[begin:stop]
        self.size[row, fresh] = work.length[begin:stop]
        self.work[row, span] = number

    def batch(self) -> Batch:
        """What a net takes."""
        return Batch(
            index=to_indices(self.inputs),
            pitch=self.pitch,
            target_length=self.size,
            said=self.said,
            refs=self.references,
            work=self.work,
        )


class RoleDataset:
    """Works and how often each is read. weights: one number a work; a crop of it is drawn with this probability."""

    def __init__(self, scores: Sequence[RoleScore], weights: NDArray[np.float64]) -> None:
        self.scores = list(scores)
        self.cumulative = np.cumsum(weights / weights.sum())
        self._encoded: dict[int, Encoded] = {}

    def work(self, i: int) -> Encoded:
        """A work in positions."""
        if i not in self._encoded:
            self._encoded[i] = encode(self.scores[i])
        return self._encoded[i]

    def batch(self, rng: np.random.Generator, *, rows: int, length: int = WINDOW, input_dropout: float = 0.05) -> Batch:
        """`rows` rows of `length` positions, each filled with crops of works; what a plan tells is often left out."""
        room = _Room(rows, length)
        for row in range(rows):
            at = number = 0
            while length - at >= 32:
                i = min(int(np.searchsorted(self.cumulative, rng.random())), len(self.scores) - 1)
                work = self.work(i)
                n, free = len(work.pitch), length - at
                start = 0 if n <= free or rng.random() < 0.1 else int(rng.integers(0, n - free + 1))
                stop = min(n, start + free)
                room.put(row, at, work, start, stop, number=number, counted_from=start)
                part = room.inputs[row, at : at + stop - start]
                if rng.random() < 0.5:
                    part[:, _PLAN] = 0
                for name in ("style", "mode"):
                    if rng.random() < 0.1:
                        part[:, INDEX[name]] = 0
                if input_dropout:
                    part[(rng.random(part.shape) < input_dropout) & _DROPPABLE] = 0
                at, number = at + stop - start, number + 1
        return room.batch()


def windows(work: Encoded, *, length: int = WINDOW, stride: int = WINDOW // 2, planned: bool = False) -> Batch:
    """A whole work in overlapping windows, each position counted once. planned: whether sections are told."""
    n = len(work.pitch)
    starts = list(range(0, max(1, n - length + stride), stride)) if n > length else [0]
    room = _Room(len(starts), min(length, n))
    done = 0
    for row, start in enumerate(starts):
        stop = min(n, start + length)
        room.put(row, 0, work, start, stop, number=0, counted_from=done)
        done = stop
    if not planned:
        room.inputs[:, :, _PLAN] = 0
    return room.batch()
