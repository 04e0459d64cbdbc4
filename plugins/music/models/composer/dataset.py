"""Encoded works in one block of memory, and batches drawn from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoding import Encoded, future, shifted
from .vocabulary import COLUMNS, INDEX, SLOTS, TASKS

__all__ = ["OFFSETS", "TABLE", "Batch", "Dataset", "draw_given", "to_indices"]

_SIZES = np.array([c.size for c in COLUMNS])
OFFSETS = np.concatenate([[0], np.cumsum(_SIZES)[:-1]])
"""First row of each column in the table of inputs; value 0 of any column is row 0, which is empty."""
TABLE = int(_SIZES.sum())
_OFFSETS = OFFSETS.astype(np.int32)

_PLAN = [INDEX[n] for n in ("goal", "goal_chord", "goal_top", "final")]
_DROPPABLE = np.array(
    [not c.name.startswith(("style", "voices", "voice", "task", "now", "next", "shift", "place")) for c in COLUMNS]
)


def to_indices(inputs: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Inputs (..., columns) as rows of the table of inputs."""
    return (inputs + _OFFSETS) * (inputs > 0)


@dataclass(frozen=True)
class Batch:
    """index: (rows, length, columns); pitch, target_length: (rows, length), -100 where nothing is counted; said: (rows,
    length), the pitch that is known when the length is asked; refs: (rows, length, 4) encoded pitches of own last,
    bass, top and the voice above, 0 if silent; work: (rows, length) which work, for the mask."""

    index: NDArray[np.int32]
    pitch: NDArray[np.int64]
    target_length: NDArray[np.int64]
    said: NDArray[np.int64]
    refs: NDArray[np.int64]
    work: NDArray[np.int32]


def _slots() -> NDArray[np.int64]:
    """(voice, voices, 4), both counted from 1: the columns in which the sounds of own voice, bass, top and the voice
    above stand.
    """
    voice, voices = np.indices((SLOTS + 2, SLOTS + 2)) - 1
    slots = np.stack([voice, voices, np.zeros_like(voice), voice - 1], -1)
    return INDEX["now0"] + (INDEX["now1"] - INDEX["now0"]) * np.clip(slots, 0, SLOTS - 1)


_REFERENCES = _slots()


def references(inputs: NDArray[np.uint8]) -> NDArray[np.int64]:
    """(..., 4): sounding pitches that intervals are measured from: own last, bass, top, the voice above; 0 where
    silent.
    """
    columns = _REFERENCES[inputs[..., INDEX["voice"]], inputs[..., INDEX["voices"]]]
    rows = (
        inputs[np.arange(len(inputs))[:, None], columns]
        if inputs.ndim == 2
        else np.take_along_axis(inputs, columns, -1)
    )
    return np.where(rows > 87, 0, rows).astype(np.int64)


def draw_given(encoded: Encoded, rng: np.random.Generator) -> tuple[NDArray[np.bool_], int]:
    """Which positions are given in a training example, and the task's number.

    Half of the time nothing; else the melody, some voices, all but a gap of one to four bars, the bass, or single
    notes.
    """
    n, voices = len(encoded.onset), len(encoded.score.lines)
    task = str(rng.choice(["free", "melody", "voices", "gap", "notes"], p=[0.5, 0.17, 0.1, 0.15, 0.08]))
    given = np.zeros(n, bool)
    if task in ("melody", "voices") and voices == 1:
        task = "gap"
    if task == "melody":
        given = encoded.voice == 0
    elif task == "voices":
        chosen = rng.random(voices) < rng.uniform(0.2, 0.8)
        if chosen.all():
            chosen[rng.integers(voices)] = False
        given = chosen[encoded.voice]
    elif task == "gap":
        bar = encoded.score.metres[0].bar
        start = rng.integers(0, max(1, encoded.total - bar))
        stop = start + bar * rng.integers(1, 5)
        inside = (encoded.onset >= start) & (encoded.onset < stop)
        if voices > 1 and rng.random() < 0.4:
            inside &= (rng.random(voices) < 0.6)[encoded.voice]
        given = ~inside
    elif task == "notes":
        given = rng.random(n) < rng.uniform(0.03, 0.25)
    if not given.any():
        task = "free"
    return given, TASKS.index(task) + 1


class Dataset:
    """Works with their inputs, and a rule for how often each is read.

    weights: one number for each work; a crop of a work is drawn with this probability (they are made to sum to 1).
    """

    def __init__(self, works: Sequence[Encoded], weights: NDArray[np.float64]) -> None:
        self.works = list(works)
        self.cumulative = np.cumsum(weights / weights.sum())

    def batch(
        self,
        rng: np.random.Generator,
        *,
        rows: int,
        length: int,
        shift: int = 3,
        input_dropout: float = 0.07,
        conditioned: bool = True,
    ) -> Batch:
        """`rows` rows of `length` positions, each filled with crops of works."""
        inputs = np.zeros((rows, length, len(COLUMNS)), np.uint8)
        pitch = np.full((rows, length), -100, np.int64)
        size = np.full((rows, length), -100, np.int64)
        said = np.zeros((rows, length), np.int64)
        work = np.full((rows, length), -1, np.int32)
        for r in range(rows):
            at = count = 0
            while length - at >= 24:
                encoded = self.works[min(int(np.searchsorted(self.cumulative, rng.random())), len(self.works) - 1)]
                n = len(encoded.onset)
                room = length - at
                start = 0 if n <= room or rng.random() < 0.2 else int(rng.integers(0, n - room + 1))
                stop = min(n, start + room)
                given, task = draw_given(encoded, rng) if conditioned else (np.zeros(n, bool), 1)
                part = encoded.base[start:stop].copy()
                future(encoded, given, start, stop, part)
                part[:, INDEX["task"]] = task
                if rng.random() < 0.5:
                    part[:, _PLAN[:3]] = 0
                if rng.random() < 0.5:
                    part[:, _PLAN[3]] = 0
                move = int(rng.integers(-shift, shift + 1)) if shift else 0
                part = shifted(part, move)
                if input_dropout:
                    part[(rng.random(part.shape) < input_dropout) & _DROPPABLE] = 0
                span = slice(at, at + stop - start)
                inputs[r, span] = part
                targets = encoded.pitch[start:stop]
                moved = np.where((targets > 0) & (targets < 88), np.clip(targets + move, 1, 87), targets)
                free = ~given[start:stop]
                pitch[r, span] = np.where(free, moved, -100)
                size[r, span] = np.where(free, encoded.length[start:stop], -100)
                said[r, span] = moved
                work[r, span] = count
                at, count = at + stop - start, count + 1
        return Batch(
            index=to_indices(inputs), pitch=pitch, target_length=size, said=said, refs=references(inputs), work=work
        )


def windows(
    encoded: Encoded,
    given: NDArray[np.bool_] | None = None,
    *,
    length: int = 192,
    stride: int = 96,
    task: int = 1,
    planned: bool = False,
    shift: int = 0,
) -> Batch:
    """A whole work in overlapping windows, each position counted once and with at least length - stride positions
    before it, where there are.

    planned: whether phrase ends and the final are told.
    """
    n = len(encoded.onset)
    given = np.zeros(n, bool) if given is None else given
    starts = list(range(0, max(1, n - length + stride), stride)) if n > length else [0]
    inputs = np.zeros((len(starts), length, len(COLUMNS)), np.uint8)
    pitch = np.full((len(starts), length), -100, np.int64)
    size = np.full((len(starts), length), -100, np.int64)
    said = np.zeros((len(starts), length), np.int64)
    work = np.full((len(starts), length), -1, np.int32)
    whole = encoded.base.copy()
    future(encoded, given, 0, n, whole)
    whole[:, INDEX["task"]] = task
    if not planned:
        whole[:, _PLAN] = 0
    whole = shifted(whole, shift)
    targets = np.where((encoded.pitch > 0) & (encoded.pitch < 88), np.clip(encoded.pitch + shift, 1, 87), encoded.pitch)
    done = 0
    for r, start in enumerate(starts):
        stop = min(n, start + length)
        m = stop - start
        inputs[r, :m] = whole[start:stop]
        said[r, :m] = targets[start:stop]
        fresh = ~given[start:stop] & (np.arange(start, stop) >= done)
        pitch[r, :m] = np.where(fresh, targets[start:stop], -100)
        size[r, :m] = np.where(fresh, encoded.length[start:stop], -100)
        work[r, :m] = 0
        done = stop
    return Batch(
        index=to_indices(inputs), pitch=pitch, target_length=size, said=said, refs=references(inputs), work=work
    )
