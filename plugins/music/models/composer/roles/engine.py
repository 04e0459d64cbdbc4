"""A net with roles in numpy: rows that are decoded together, position by position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ......core.transformer.decoder import Cache
from ......core.transformer.sampling import log_softmax
from ......core.weights import load_weights
from ..dataset import Batch
from ..engine import Net, Reading
from .dataset import to_indices
from .vocabulary import WINDOW

if TYPE_CHECKING:
    from ......core.requests import Context

__all__ = ["WEIGHTS", "RoleEngine", "RoleSession", "lend_roles"]

Array = NDArray[np.float32]
KEPT = 160
"""Positions from which the cache is built anew when it is full."""
WEIGHTS = Path(__file__).parent.parent / "roles-1.safetensors"


class RoleEngine:
    """One net."""

    def __init__(self, net: Net) -> None:
        self.net = net

    @classmethod
    def load(cls, path: Path) -> RoleEngine:
        """From a weight file. Raises WeightsError if it is missing or damaged."""
        arrays, card = load_weights(path)
        return cls(Net(arrays, heads=int(card["config"]["heads"])))

    def session(self, rows: int, histories: Sequence[Sequence[NDArray[np.int32]]] = ()) -> RoleSession:
        """Rows to decode, which have said `histories` before (the last KEPT of them that all rows have are read)."""
        return RoleSession(self.net, rows, histories)

    def read(self, batch: Batch) -> Reading:
        """What the net says of each position that is counted in some windows of one work."""
        counted = batch.pitch >= 0
        cache = self.net.decoder.cache(len(batch.index), batch.index.shape[1])
        hidden = self.net.decoder.forward(self.net.inputs[batch.index].sum(2), cache)[counted]
        pitch, length = batch.pitch[counted], batch.target_length[counted]
        each = (
            (log_softmax(self.net.pitch_logits(hidden, batch.refs[counted])), pitch),
            (log_softmax(self.net.length_logits(hidden, batch.said[counted])), length),
        )
        rows = np.arange(len(pitch))
        logs = np.stack([log[rows, target].astype(np.float64) for log, target in each], 1)
        undecided = np.stack([-(np.exp(log) * log).sum(1).astype(np.float64) for log, _ in each], 1)
        return Reading(logs, undecided)


class RoleSession:
    """Rows that are decoded together: their cache and what was put in."""

    def __init__(self, net: Net, rows: int, histories: Sequence[Sequence[NDArray[np.int32]]] = ()) -> None:
        self.net, self.rows = net, rows
        self.history: list[NDArray[np.int32]] = []
        self.cache: Cache = net.decoder.cache(rows, WINDOW)
        self.hidden: Array = np.zeros((rows, 0), np.float32)
        known = min((len(h) for h in histories), default=0)
        count = min(known, KEPT)
        if count:
            self.history = [np.stack([h[i - count] for h in histories]) for i in range(count)]
            self._read(self.history)

    def _read(self, past: Sequence[NDArray[np.int32]]) -> None:
        self.net.decoder.forward(self.net.inputs[np.stack(past, 1)].sum(2), self.cache)

    def put(self, inputs: NDArray[np.uint8], references: NDArray[np.uint8]) -> Array:
        """Take one position for each row and give log probabilities of pitch, (rows, PITCHES)."""
        index = to_indices(inputs)
        if self.cache.length == WINDOW:
            self.cache.truncate(0)
            self._read(self.history[-KEPT:])
        self.history.append(index)
        self.hidden = self.net.decoder.forward(self.net.inputs[index].sum(1)[:, None], self.cache)[:, 0]
        return log_softmax(self.net.pitch_logits(self.hidden, references.astype(np.int64)))

    def lengths(self, pitch: NDArray[np.int64]) -> Array:
        """Log probabilities (rows, lengths) of the lengths of these pitches, at the position last put in."""
        return log_softmax(self.net.length_logits(self.hidden, pitch))

    def last(self, row: int) -> NDArray[np.int32]:
        """What was put in last for a row."""
        return self.history[-1][row].copy()

    def keep(self, rows: NDArray[np.integer[Any]]) -> None:
        """Go on with these rows."""
        self.cache = self.cache.take(rows)
        self.history = [h[rows] for h in self.history[-WINDOW:]]
        self.rows = len(rows)


@contextmanager
def lend_roles(context: Context, path: Path = WEIGHTS) -> Iterator[RoleEngine]:
    """The engine of the weights that ship, leased from the device manager; it runs in numpy, on the CPU."""
    key = ("music", "roles", str(path), path.stat().st_mtime_ns if path.exists() else 0)
    with context.devices.lease(key, lambda device: RoleEngine.load(path), on="cpu") as engine:
        yield engine
