"""The composer network in numpy: one or several nets whose probabilities are averaged, decoded position by position.

Hidden states come from `core.transformer.decoder`; this adds the sum of inputs and the two heads. A net was trained
on windows of 192 positions: when the cache is full, it is built anew from the last 96.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....core.transformer.decoder import Cache, Decoder, Matrix
from .....core.transformer.sampling import log_softmax
from .....core.weights import load_weights
from .dataset import Batch, references, to_indices
from .encoding import shifted
from .vocabulary import HOLD, PITCHES, STYLES

__all__ = ["Engine", "Net", "Reading", "Session"]

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
        self.pitch = Matrix(np.concatenate([arrays["pitch.weight"], arrays["interval.weight"]]))
        self.length_hidden = Matrix(arrays["length_hidden.weight"])
        self.length_pitch = np.ascontiguousarray(arrays["length_pitch"], np.float32)
        self.length = Matrix(arrays["length.weight"])
        self.bytes = sum(np.asarray(v).nbytes for v in arrays.values())

    def pitch_logits(self, h: Array, refs: NDArray[np.int64]) -> Array:
        """(rows, PITCHES) from hidden states (rows, width) and reference pitches (rows, 4)."""
        both = h @ self.pitch
        logits = both[:, :PITCHES].copy()
        tables = both[:, PITCHES:].reshape(-1)
        first = (np.arange(refs.size) * INTERVALS + 87).reshape(refs.shape) - refs
        picked = tables[first[..., None] + _STEPS] * (refs > 0)[..., None].astype(np.float32)
        logits[:, 1:88] += picked.sum(1)
        return logits

    def length_logits(self, h: Array, pitch: NDArray[np.int64]) -> Array:
        """(rows, lengths) from hidden states and the pitches that were said."""
        x = h @ self.length_hidden + self.length_pitch[pitch]
        return (x / (1 + np.exp(-np.clip(x, -80, 80)))) @ self.length


def _mean_log(each: list[Array]) -> Array:
    if len(each) == 1:
        return each[0]
    return np.logaddexp.reduce(np.stack(each), axis=0) - np.float32(np.log(len(each)))


@dataclass(frozen=True)
class Reading:
    """logs: (n, 2) log probability of the pitch and the length that stand at each position; undecided: (n, 2) entropy
    there, in nats.
    """

    logs: NDArray[np.float64]
    undecided: NDArray[np.float64]


class Session:
    """Rows that are decoded together: their caches and what was put in. Each row is seen under every transposition of
    `engine.views`.
    """

    def __init__(self, engine: Engine, rows: int) -> None:
        self.engine = engine
        self.rows = rows
        self.history: list[NDArray[np.int32]] = []
        self.caches: list[Cache] = [net.decoder.cache(rows * len(engine.views), WINDOW) for net in engine.nets]
        self.hidden: list[Array] = []

    def begin(self, histories: Sequence[Sequence[NDArray[np.int32]]]) -> None:
        """Read what each row has said before (as `last` gave it): the last 96 positions that all rows have."""
        known = min((len(h) for h in histories), default=0)
        if not known:
            return
        count = min(known, KEPT)
        self.history = [
            np.concatenate([h[i - count][None] for h in histories])
            .swapaxes(0, 1)
            .reshape(-1, histories[0][0].shape[-1])
            for i in range(count)
        ]
        past = np.stack(self.history, 1)
        for net, cache in zip(self.engine.nets, self.caches, strict=True):
            net.decoder.forward(net.inputs[past].sum(2), cache)

    def last(self, row: int) -> NDArray[np.int32]:
        """What was put in last for a row, as rows of the table of inputs, (views, columns)."""
        return self.history[-1][row :: self.rows].copy()

    def put(self, inputs: NDArray[np.uint8]) -> Array:
        """Take one position for each row, (rows, columns), and give log probabilities of pitch (rows, PITCHES)."""
        views = self.engine.views
        seen = inputs if views == (0,) else np.concatenate([shifted(inputs, move) for move in views])
        index = to_indices(seen)
        self.history.append(index)
        refs = references(seen)
        self.hidden = []
        each: list[Array] = []
        for net, cache in zip(self.engine.nets, self.caches, strict=True):
            if cache.length == WINDOW:
                cache.truncate(0)
                past = np.stack(self.history[-KEPT - 1 : -1], 1)
                net.decoder.forward(net.inputs[past].sum(2), cache)
            h = net.decoder.forward(net.inputs[index].sum(1)[:, None], cache)[:, 0]
            self.hidden.append(h)
            logs = log_softmax(net.pitch_logits(h, refs)).reshape(len(views), self.rows, PITCHES)
            each += [_moved_back(log, move) for log, move in zip(logs, views, strict=True)]
        return each[0] if len(each) == 1 else log_softmax(_mean_log(each))

    def lengths(self, pitch: NDArray[np.int64]) -> Array:
        """Log probabilities (rows, lengths) of the lengths of these pitches, at the position last put in."""
        views = self.engine.views
        said = pitch if views == (0,) else np.concatenate([move_targets(pitch, move) for move in views])
        each: list[Array] = []
        for net, h in zip(self.engine.nets, self.hidden, strict=True):
            logs = log_softmax(net.length_logits(h, said))
            each += list(logs.reshape(len(self.engine.views), self.rows, -1))
        return _mean_log(each)

    def keep(self, rows: NDArray[np.integer[Any]]) -> None:
        """Go on with these rows, which may repeat."""
        wanted = np.concatenate([rows + i * self.rows for i in range(len(self.engine.views))])
        self.caches = [cache.take(wanted) for cache in self.caches]
        self.history = [h[wanted] for h in self.history[-WINDOW:]]
        self.rows = len(rows)


def move_targets(pitch: NDArray[np.int64], semitones: int) -> NDArray[np.int64]:
    """Targets of pitch, transposed; rests and holds stay."""
    return np.where((pitch > 0) & (pitch < HOLD), np.clip(pitch + semitones, 1, HOLD - 1), pitch)


def _moved_back(log: Array, semitones: int) -> Array:
    """Log probabilities of a transposed view as those of the untransposed pitches."""
    if not semitones:
        return log
    out = np.full_like(log, -30.0)
    out[:, 0], out[:, HOLD] = log[:, 0], log[:, HOLD]
    low, high = max(1, 1 - semitones), min(HOLD, HOLD - semitones)
    out[:, low:high] = log[:, low + semitones : high + semitones]
    return out


class Engine:
    """Nets that speak together, each under several transpositions: all their probabilities are averaged.

    views: semitones by which the piece is moved for each look at it; three looks are worth .045 nats a note.
    """

    def __init__(self, nets: Sequence[Net], views: Sequence[int] = (0,)) -> None:
        self.nets = list(nets)
        self.views = tuple(views)

    @classmethod
    def load(cls, paths: Sequence[Path], views: Sequence[int] = (0,)) -> Engine:
        """From weight files. Raises WeightsError if one is missing or damaged."""
        nets = []
        for path in paths:
            arrays, card = load_weights(path)
            nets.append(Net(arrays, heads=int(card["config"]["heads"])))
        return cls(nets, views)

    def seen(self, views: Sequence[int]) -> Engine:
        """The same nets with other views."""
        return Engine(self.nets, views)

    def blended(self, styles: Mapping[str, float]) -> Engine:
        """The same nets with the style "user" standing for a weighted mix of learned styles."""
        nets = []
        for net in self.nets:
            mixed = copy(net)
            mixed.inputs = net.inputs.copy()
            mixed.inputs[1 + STYLES.index("user")] = sum(
                w * net.inputs[1 + STYLES.index(name)] for name, w in styles.items()
            )
            nets.append(mixed)
        return Engine(nets, self.views)

    @property
    def bytes(self) -> int:
        """Size of the parameters."""
        return sum(net.bytes for net in self.nets)

    def session(self, rows: int, histories: Sequence[Sequence[NDArray[np.int32]]] = ()) -> Session:
        """A new session of so many rows, which have said `histories` before."""
        session = Session(self, rows)
        session.begin(histories)
        return session

    def read(self, views: Sequence[Batch], moves: Sequence[int] = (0,)) -> Reading:
        """What the nets say of each position of one work, given as windows under transpositions `moves`."""
        pitches: list[Array] = []
        lengths: list[Array] = []
        for batch, move in zip(views, moves, strict=True):
            counted = batch.pitch >= 0
            refs, said = batch.refs[counted], batch.said[counted]
            for net in self.nets:
                cache = net.decoder.cache(len(batch.index), batch.index.shape[1])
                hidden = net.decoder.forward(net.inputs[batch.index].sum(2), cache)[counted]
                pitches.append(_moved_back(log_softmax(net.pitch_logits(hidden, refs)), move))
                lengths.append(log_softmax(net.length_logits(hidden, said)))
        counted = views[0].pitch >= 0
        targets = move_targets(views[0].pitch[counted], -moves[0]), views[0].target_length[counted]
        rows = np.arange(len(targets[0]))
        logs, undecided = [], []
        for log, target in zip((_mean_log(pitches), _mean_log(lengths)), targets, strict=True):
            logs.append(log[rows, target].astype(np.float64))
            undecided.append(-(np.exp(log) * log).sum(1).astype(np.float64))
        return Reading(np.stack(logs, 1), np.stack(undecided, 1))
