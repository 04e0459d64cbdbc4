"""The body of `network.py` in numpy: what decodes, token by token, without torch.

At these sizes (1 to 10 million parameters, batches of 1 to 256) a plain numpy loop is several times faster than
a general library's generate: the half of the gate and the scale of attention are folded into the matrices; q, k, v and
gate, up are fused; the two numbers that a rotation turns lie side by side, so that it is one product of complex
numbers; one cache is allocated for the whole work; a few rows are multiplied with weights as they are stored
(`rows.c`).

    decoder = Decoder(arrays, heads=4)
    cache = decoder.cache(batch=1, length=200)
    hidden = decoder.forward(embedded_prefix, cache)[:, -1]      # (1, width)
    cache = cache.repeat(64)                                     # 64 candidates share the prefix
    hidden = decoder.forward(embedded_next, cache)[:, -1]        # (64, width)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

try:
    from ._rows import product
except ImportError:  # built where there is no compiler: all goes to BLAS
    product = None

__all__ = ["Cache", "Decoder", "Matrix", "attention_weights", "gated", "normed", "rotated"]

Array = NDArray[np.float32]
FEW = 16
"""Rows up to which reading int8 is faster than BLAS, on one core."""


class Matrix:
    """Weights to multiply rows with: `x @ matrix` for x of shape (..., in) gives (..., out), float32.

    weight: (out, in), as layers have it. Where each row is made of at most 127 steps up and down (`core.weights` stores
    them so), products of a few rows read int8.
    """

    __array_ufunc__ = None

    def __init__(self, weight: Array) -> None:
        self._columns = np.ascontiguousarray(np.asarray(weight, np.float32).T)
        self.shape = self._columns.shape

    def __rmatmul__(self, x: Array) -> Array:
        rows = x.reshape(-1, self.shape[0])
        if len(rows) > FEW or self._stored is None:
            out: Array = rows @ self._columns
        else:
            out = np.empty((len(rows), self.shape[1]), np.float32)
            product(np.ascontiguousarray(rows, np.float32), *self._stored, out)
        return out.reshape(*x.shape[:-1], self.shape[1])

    @cached_property
    def _stored(self) -> tuple[NDArray[np.int8], Array] | None:
        """Rows as int8 and the size of a step in each, or None where that loses more than float32's own rounding."""
        if product is None:
            return None
        weight = np.ascontiguousarray(self._columns.T)
        scale = np.maximum(np.abs(weight).max(axis=1), np.float32(1e-30)) / np.float32(127)
        steps = np.rint(weight / scale[:, None])
        lost = np.abs(steps * scale[:, None] - weight).max(initial=0)
        return (steps.astype(np.int8), scale) if lost <= 1e-6 * np.abs(weight).max(initial=0) else None

    def columns(self, chosen: NDArray[np.integer]) -> Matrix:
        """The matrix that gives only these outputs."""
        return Matrix(self._columns.T[chosen])


class Layer(NamedTuple):
    """Gains of the two norms, (width,), and the matrices after them."""

    attention: Array
    qkv: Matrix
    out: Matrix
    gated: Array
    gate_up: Matrix
    down: Matrix


@dataclass
class Cache:
    """Keys and values so far: `keys` and `values` of shape (layers, batch, heads, capacity, head size), float32.

    `length` positions are filled. Rows are independent; a cache may be repeated, cut down to rows, or truncated.
    """

    keys: Array
    values: Array
    length: int = 0

    def repeat(self, times: int) -> Cache:
        """Each row `times` times, in order (row 0, row 0, ..., row 1, ...)."""
        return self.take(np.repeat(np.arange(self.keys.shape[1]), times))

    def take(self, rows: NDArray[np.integer]) -> Cache:
        """The named rows, which may repeat, as a cache of their own."""
        keys = np.empty((self.keys.shape[0], len(rows), *self.keys.shape[2:]), np.float32)
        values = np.empty_like(keys)
        n = self.length
        keys[..., :n, :] = self.keys[:, rows, :, :n]
        values[..., :n, :] = self.values[:, rows, :, :n]
        return Cache(keys, values, n)

    def truncate(self, length: int) -> None:
        """Forget every position from `length` on."""
        self.length = min(self.length, length)


class Decoder:
    """Causal transformer over embedded inputs, with a cache.

    arrays: the state of a `network.Body` as float32 arrays under its own names (`layers.0.qkv.weight` of shape
    (3 width, width), ...), any prefix already cut off. heads: number of heads.
    """

    def __init__(self, arrays: Mapping[str, Array], *, heads: int, rope_base: float = 10_000.0) -> None:
        self.gain = np.asarray(arrays["norm.weight"], np.float32)
        self.width, self.heads = len(self.gain), heads
        self.size = self.width // heads
        self.rope_base = rope_base
        self._turns = np.empty((0, self.size // 2), np.complex64)
        self.layers: list[Layer] = []
        while f"layers.{len(self.layers)}.qkv.weight" in arrays:
            at = f"layers.{len(self.layers)}."
            qkv, out, gate_up, down = (arrays[f"{at}{name}.weight"] for name in ("qkv", "out", "gate_up", "down"))
            gains = (np.asarray(arrays[f"{at}{name}.weight"], np.float32) for name in ("norm_attention", "norm_gated"))
            self.layers.append(
                Layer(
                    next(gains),
                    Matrix(self._paired(qkv)),
                    Matrix(out),
                    next(gains),
                    Matrix(_halved(gate_up)),
                    Matrix(down),
                )
            )

    def _paired(self, qkv: Array) -> Array:
        """Rows of q and k with the two halves of each head interleaved, those of q scaled for attention."""
        q, k, v = np.asarray(qkv, np.float32).reshape(3, self.heads, 2, self.size // 2, self.width)
        q = q / np.float32(math.sqrt(self.size))
        return np.concatenate(
            [*(part.swapaxes(1, 2).reshape(self.width, -1) for part in (q, k)), v.reshape(self.width, -1)]
        )

    def cache(self, batch: int, length: int) -> Cache:
        """An empty cache for `batch` rows of at most `length` positions."""
        shape = (len(self.layers), batch, self.heads, length, self.size)
        return Cache(np.empty(shape, np.float32), np.empty(shape, np.float32))

    def forward(self, x: Array, cache: Cache) -> Array:
        """Hidden states (last norm applied) of `x` of shape (batch, new positions, width); the cache grows by them.

        Raises ValueError if the cache has no room left.
        """
        batch, new, _ = x.shape
        start, end = cache.length, cache.length + new
        if end > cache.keys.shape[3]:
            raise ValueError(f"the cache holds {cache.keys.shape[3]} positions, {end} are needed")
        turns = self.turns(end)[start:end]
        hidden = np.triu(np.full((new, end), np.float32(-1e9)), start + 1) if new > 1 else None
        for i, layer in enumerate(self.layers):
            qkv = (
                (normed(x, layer.attention) @ layer.qkv)
                .reshape(batch, new, 3, self.heads, self.size)
                .transpose(2, 0, 3, 1, 4)
            )
            q, k = rotated(qkv[:2], turns)
            cache.keys[i, :, :, start:end] = k
            cache.values[i, :, :, start:end] = qkv[2]
            score = q @ cache.keys[i, :, :, :end].swapaxes(-1, -2)
            if hidden is not None:
                score += hidden
            y: Array = (attention_weights(score) @ cache.values[i, :, :, :end]).transpose(0, 2, 1, 3).reshape(x.shape)
            x = x + y @ layer.out
            x = x + gated(normed(x, layer.gated) @ layer.gate_up) @ layer.down
        cache.length = end
        return normed(x, self.gain)

    def turns(self, length: int) -> NDArray[np.complex64]:
        """Rotations of the positions 0 to `length`, at least, of shape (positions, head size / 2)."""
        if len(self._turns) < length:
            inverse = self.rope_base ** (-np.arange(0, self.size, 2, dtype=np.float32) / self.size)
            self._turns = np.exp(1j * np.outer(np.arange(max(length, 512), dtype=np.float32), inverse)).astype(
                np.complex64
            )
        return self._turns


def _halved(gate_up: Array) -> Array:
    """The gate's rows halved: gate * sigmoid(gate) is h * (1 + tanh(h)) of its half h."""
    half = np.array(gate_up, np.float32)
    half[: len(half) // 2] *= np.float32(0.5)
    return half


def normed(x: Array, gain: Array) -> Array:
    """Rows of unit root mean square times a gain (Zhang and Sennrich 2019)."""
    square = np.einsum("...d,...d->...", x, x)[..., None]
    square *= np.float32(1 / x.shape[-1])
    square += np.float32(1e-6)
    out = x / np.sqrt(square, out=square)
    out *= gain
    return np.asarray(out, np.float32)


def rotated(x: Array, turns: NDArray[np.complex64]) -> Array:
    """Queries or keys turned by their positions (Su et al. 2021); x of shape (..., positions, head size), pairs side by
    side.
    """
    return np.asarray((x.view(np.complex64) * turns).view(np.float32), np.float32)


def attention_weights(score: Array) -> Array:
    """Softmax over the last axis, in place."""
    score -= score.max(axis=-1, keepdims=True)
    np.exp(score, out=score)
    score /= score.sum(axis=-1, keepdims=True)
    return score


def gated(gate_up: Array) -> Array:
    """The gated activation (Shazeer 2020, SwiGLU) of a product with halved gate rows."""
    half = gate_up.shape[-1] // 2
    gate, up = gate_up[..., :half], gate_up[..., half:]
    out = np.tanh(gate)
    out += 1
    out *= gate
    out *= up
    return out
