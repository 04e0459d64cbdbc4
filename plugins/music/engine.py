"""The composer network in numpy: one or several nets whose probabilities are averaged, decoded position by position.

Hidden states come from `core.transformer.decoder`; this adds the sum of inputs and the two heads. A net was trained
on windows of 192 positions: when the cache is full, it is built anew from the last 96.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.transformer.decoder import Cache, Decoder
from ...core.transformer.sampling import log_softmax
from ...core.weights import load_weights
from .dataset import Batch, references, to_indices
from .vocabulary import PITCHES

__all__ = ["Engine", "Net", "Session"]

Array = NDArray[np.float32]
WINDOW, KEPT = 192, 96
INTERVALS = 176
_STEPS = np.arange(1, 88)


class Net:
    """One net. arrays: its parameters under the names of `network.Composer`; heads: of its body."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], *, heads: int) -> None:
        body = {k[5:]: np.asarray(v, np.float32) for k, v in arrays.items() if k.startswith("body.")}
        self.decoder = Decoder(body, heads=heads)
        self.inputs = np.ascontiguousarray(arrays["inputs"], np.float32)
        self.inputs[0] = 0
        self.pitch = np.ascontiguousarray(np.concatenate([arrays["pitch.weight"], arrays["interval.weight"]]).T, np.float32)
        self.length_hidden = np.ascontiguousarray(arrays["length_hidden.weight"].T, np.float32)
        self.length_pitch = np.ascontiguousarray(arrays["length_pitch"], np.float32)
        self.length = np.ascontiguousarray(arrays["length.weight"].T, np.float32)
        self.bytes = sum(np.asarray(v).nbytes for v in arrays.values())

    def pitch_logits(self, h: Array, refs: NDArray[np.int64]) -> Array:
        """(rows, PITCHES) from hidden states (rows, width) and reference pitches (rows, 4)."""
        both = h @ self.pitch
        logits = both[:, :PITCHES].copy()
        tables = both[:, PITCHES:].reshape(len(h), refs.shape[1], INTERVALS)
        at = np.clip(_STEPS - refs[..., None] + 87, 0, INTERVALS - 1)
        found = np.take_along_axis(tables, at, -1) * (refs > 0)[..., None]
        logits[:, 1:88] += found.sum(1)
        return logits

    def length_logits(self, h: Array, pitch: NDArray[np.int64]) -> Array:
        """(rows, lengths) from hidden states and the pitches that were said."""
        x = h @ self.length_hidden + self.length_pitch[pitch]
        return (x / (1 + np.exp(-np.clip(x, -80, 80)))) @ self.length


def _mean_log(each: list[Array]) -> Array:
    if len(each) == 1:
        return each[0]
    return np.logaddexp.reduce(np.stack(each), axis=0) - np.float32(np.log(len(each)))


class Session:
    """Rows that are decoded together: their caches and what was put in."""

    def __init__(self, engine: Engine, rows: int) -> None:
        self.engine = engine
        self.history: list[NDArray[np.int32]] = []
        self.caches: list[Cache] = [net.decoder.cache(rows, WINDOW) for net in engine.nets]
        self.hidden: list[Array] = []

    def put(self, inputs: NDArray[np.uint8]) -> Array:
        """Take one position for each row, (rows, columns), and give log probabilities of pitch (rows, PITCHES)."""
        index = to_indices(inputs)
        self.history.append(index)
        refs = references(inputs)
        self.hidden = []
        each = []
        for net, cache in zip(self.engine.nets, self.caches, strict=True):
            if cache.length == WINDOW:
                cache.truncate(0)
                past = np.stack(self.history[-KEPT - 1 : -1], 1)
                net.decoder.forward(net.inputs[past].sum(2), cache)
            h = net.decoder.forward(net.inputs[index].sum(1)[:, None], cache)[:, 0]
            self.hidden.append(h)
            each.append(log_softmax(net.pitch_logits(h, refs)))
        return _mean_log(each)

    def lengths(self, pitch: NDArray[np.int64]) -> Array:
        """Log probabilities (rows, lengths) of the lengths of these pitches, at the position last put in."""
        return _mean_log([log_softmax(net.length_logits(h, pitch)) for net, h in zip(self.engine.nets, self.hidden, strict=True)])

    def keep(self, rows: NDArray[np.integer[Any]]) -> None:
        """Go on with these rows, which may repeat."""
        self.caches = [cache.take(rows) for cache in self.caches]
        self.history = [h[rows] for h in self.history[-WINDOW:]]


class Engine:
    """Nets that speak together."""

    def __init__(self, nets: Sequence[Net]) -> None:
        self.nets = list(nets)

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Engine:
        """From weight files. Raises WeightsError if one is missing or damaged."""
        nets = []
        for path in paths:
            arrays, card = load_weights(path)
            nets.append(Net(arrays, heads=int(card["config"]["heads"])))
        return cls(nets)

    @property
    def bytes(self) -> int:
        """Size of the parameters."""
        return sum(net.bytes for net in self.nets)

    def session(self, rows: int) -> Session:
        """A new session of so many rows."""
        return Session(self, rows)

    def score(self, batch: Batch) -> tuple[float, float]:
        """Sums of the negative log-likelihood of pitches and lengths over what counts in `batch`, in nats."""
        counted = batch.pitch >= 0
        refs, said = batch.refs[counted], batch.said[counted]
        rows = np.arange(len(said))
        pitches, lengths = [], []
        for net in self.nets:
            longest = batch.index.shape[1]
            cache = net.decoder.cache(len(batch.index), longest)
            hidden = net.decoder.forward(net.inputs[batch.index].sum(2), cache)[counted]
            pitches.append(log_softmax(net.pitch_logits(hidden, refs))[rows, batch.pitch[counted]])
            lengths.append(log_softmax(net.length_logits(hidden, said))[rows, batch.target_length[counted]])
        return -float(_mean_log(pitches).sum()), -float(_mean_log(lengths).sum())
