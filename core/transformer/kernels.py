"""Inner loops of decoding, compiled (numba): what numpy does in many passes over small arrays, in one.

Matrix products of many rows stay with BLAS. Here is what lies between them, and the product for a few rows, which only
reads weights: rows of int8 with a scale each are read as they are stored, a quarter of the bytes.

Compiled once for a machine and kept beside the code, or in the user's cache where that cannot be written. One thread: a
result does not depend on how many cores there are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["attend", "gate", "normalise", "row_product"]

Array = NDArray[np.float32]
P = ParamSpec("P")
T = TypeVar("T")

# Sums may be reordered, so that they run in vector lanes; infinities and NaN keep their meaning.
_SUMS = {"reassoc", "contract", "nsz"}
_AS_WRITTEN = {"contract"}
_LOG2_E = np.float32(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_LEAST = np.float32(-87.0)


def _compiled(flags: set[str]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """numba's njit with these fast-math flags; what it makes is kept where a folder for it can be written."""

    def compile_one(function: Callable[P, T]) -> Callable[P, T]:
        try:
            return njit(cache=True, fastmath=flags)(function)
        except RuntimeError:
            return njit(fastmath=flags)(function)

    return compile_one


@_compiled(_AS_WRITTEN)
def _exp(x: Array, count: int, bits: NDArray[np.int32], powers: Array) -> None:
    """The first `count` of x to e^x in place, x at most 0; bits, powers: one buffer under two types.

    After Cephes' expf: ln 2 in two parts and a polynomial; the relative error is 2e-7.
    """
    for i in range(count):
        v = max(x[i], _LEAST)
        n = np.floor(v * _LOG2_E + np.float32(0.5))
        v -= n * _LN2_HIGH
        v -= n * _LN2_LOW
        p = np.float32(1.9875691500e-4)
        p = p * v + np.float32(1.3981999507e-3)
        p = p * v + np.float32(8.3334519073e-3)
        p = p * v + np.float32(4.1665795894e-2)
        p = p * v + np.float32(1.6666665459e-1)
        p = p * v + np.float32(5.0000001201e-1)
        x[i] = p * v * v + v + np.float32(1)
        bits[i] = (np.int32(n) + np.int32(127)) << np.int32(23)
    for i in range(count):
        x[i] *= powers[i]


@_compiled(_SUMS)
def normalise(x: Array, gain: Array) -> Array:
    """Rows of x, (rows, width), divided by their root mean square and times `gain` (Zhang and Sennrich 2019), as a new array."""
    rows, width = x.shape
    out = np.empty((rows, width), np.float32)
    for r in range(rows):
        total = np.float32(0)
        for i in range(width):
            total += x[r, i] * x[r, i]
        factor = np.float32(1) / np.float32(math.sqrt(total / np.float32(width) + np.float32(1e-6)))
        for i in range(width):
            out[r, i] = x[r, i] * factor * gain[i]
    return out


@_compiled(_AS_WRITTEN)
def gate(gate_up: Array) -> Array:
    """silu(gate) * up of rows (rows, 2 hidden), the gate first (Shazeer 2020, SwiGLU), as a new array (rows, hidden)."""
    rows, hidden = gate_up.shape[0], gate_up.shape[1] // 2
    out = np.empty((rows, hidden), np.float32)
    small = np.empty(hidden, np.float32)
    bits = np.empty(hidden, np.int32)
    powers = bits.view(np.float32)
    for r in range(rows):
        for i in range(hidden):
            small[i] = -abs(gate_up[r, i])
        _exp(small, hidden, bits, powers)
        for i in range(hidden):
            g, e = gate_up[r, i], small[i]
            top = np.float32(1) if g > 0 else e
            out[r, i] = g * top / (np.float32(1) + e) * gate_up[r, hidden + i]
    return out


@_compiled(_SUMS)
def _look(query: Array, keys: Array, count: int, score: Array) -> None:
    """The first `count` of score: products of the query with keys, (positions, head size)."""
    for t in range(count):
        total = np.float32(0)
        for i in range(query.shape[0]):
            total += query[i] * keys[t, i]
        score[t] = total


@_compiled(_SUMS)
def _gather(score: Array, values: Array, count: int, out: Array) -> None:
    """Add to out the first `count` of values, (positions, head size), each `score` times."""
    for t in range(count):
        for i in range(out.shape[0]):
            out[i] += score[t] * values[t, i]


@_compiled(_AS_WRITTEN)
def _turn(x: Array, turns: NDArray[np.complex64], out: Array) -> None:
    """Into out: pairs of x as complex numbers, times turns."""
    for i in range(turns.shape[0]):
        a, b, turn = x[2 * i], x[2 * i + 1], turns[i]
        out[2 * i] = a * turn.real - b * turn.imag
        out[2 * i + 1] = a * turn.imag + b * turn.real


@_compiled(_SUMS)
def attend(
    qkv: Array, places: NDArray[np.int64], turns: NDArray[np.complex64], past_keys: Array, past_values: Array, lengths: NDArray[np.int64],
    beam: NDArray[np.int64], keys: Array, values: Array, at: int,
) -> Array:
    """Attention of one new position for each row, over a past that rows may share and over what is the row's own.

    qkv: (rows, 3 width), queries already scaled; places: (rows,) positions, which turn queries and keys, pair by pair, by the
    complex rows of turns, (positions, head size / 2) (Su et al. 2021). past_keys, past_values: (beams, heads, room, head
    size), of which `lengths` (beams,) are filled; beam: (rows,) whose past a row has. keys, values: (rows, heads, room,
    head size) of the row itself, filled up to `at`, where those of the new position are written. Returns (rows, width).
    """
    rows, heads, size = qkv.shape[0], keys.shape[1], keys.shape[3]
    width = heads * size
    room = past_keys.shape[2] + keys.shape[2]
    out = np.zeros((rows, width), np.float32)
    query = np.empty(size, np.float32)
    score = np.empty(room, np.float32)
    bits = np.empty(room, np.int32)
    powers = bits.view(np.float32)
    for r in range(rows):
        b, turn = beam[r], turns[places[r]]
        known = lengths[b]
        count = known + at + 1
        for h in range(heads):
            first = h * size
            _turn(qkv[r, first : first + size], turn, query)
            _turn(qkv[r, width + first : width + first + size], turn, keys[r, h, at])
            values[r, h, at] = qkv[r, 2 * width + first : 2 * width + first + size]
            _look(query, past_keys[b, h], known, score)
            _look(query, keys[r, h], at + 1, score[known:])
            top = score[0]
            for t in range(1, count):
                top = max(top, score[t])
            for t in range(count):
                score[t] -= top
            _exp(score, count, bits, powers)
            total = np.float32(0)
            for t in range(count):
                total += score[t]
            seen = out[r, first : first + size]
            _gather(score, past_values[b, h], known, seen)
            _gather(score[known:], values[r, h], at + 1, seen)
            for i in range(size):
                seen[i] /= total
    return out


@_compiled(_SUMS)
def row_product(x: Array, weight: NDArray[np.int8] | Array, scale: Array) -> Array:
    """x, (rows, in), times the transpose of weight, (out, in), int8 or float32, whose rows count `scale` (out,); as a new array (rows, out)."""
    rows, width = x.shape
    out = np.empty((rows, weight.shape[0]), np.float32)
    for j in range(weight.shape[0]):
        for r in range(rows):
            total = np.float32(0)
            for i in range(width):
                total += np.float32(weight[j, i]) * x[r, i]
            out[r, j] = total * scale[j]
    return out
