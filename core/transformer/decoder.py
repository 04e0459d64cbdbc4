"""The body of `network.py` without torch: what decodes, token by token.

At these sizes (1 to 10 million parameters, batches of 1 to 256) a loop of our own is several times faster than
a general library's generate: products of many rows go to BLAS, products of few read the weights as int8 where they were stored so, all
between them is compiled (`kernels.py`); q, k, v and gate, up are fused; one cache is allocated for the whole work.

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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import kernels

__all__ = ["Cache", "Decoder", "Matrix"]

Array = NDArray[np.float32]
FEW = 2
"""Rows up to which weights are read as they are stored. With more, BLAS is faster."""


class Matrix:
    """Weights to multiply rows with: `x @ matrix` for x of shape (..., in) gives (..., out), float32.

    weight: (out, in), as layers have it. Where every row is a multiple of at most 127 steps (`core.weights` stores them
    so), the product of a few rows reads int8.
    """

    __array_ufunc__ = None

    def __init__(self, weight: Array) -> None:
        self._many = np.array(np.asarray(weight, np.float32).T, order="C")
        self._few: tuple[NDArray[np.int8] | Array, Array] | None = None
        self.shape = self._many.shape

    def __rmatmul__(self, x: Array) -> Array:
        rows = np.ascontiguousarray(x, np.float32).reshape(-1, self.shape[0])
        product = kernels.row_product(rows, *self._stored()) if len(rows) <= FEW else rows @ self._many
        return product.reshape(*x.shape[:-1], self.shape[1])

    def columns(self, chosen: NDArray[np.integer]) -> Matrix:
        """The matrix that gives only these outputs."""
        return Matrix(self._many.T[chosen])

    def _stored(self) -> tuple[NDArray[np.int8] | Array, Array]:
        """Rows and their scales: int8 where that loses nothing beside float32's own rounding."""
        if self._few is None:
            weight = np.ascontiguousarray(self._many.T)
            scale = np.maximum(np.abs(weight).max(axis=1) / np.float32(127), np.float32(1e-30))
            steps = np.rint(weight / scale[:, None])
            exact = np.abs(steps * scale[:, None] - weight).max() <= 1e-6 * np.abs(weight).max()
            self._few = (steps.astype(np.int8), scale) if exact else (weight, np.ones(len(weight), np.float32))
        return self._few


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
            gains = (np.array(arrays[f"{at}{name}.weight"], np.float32) for name in ("norm_attention", "norm_gated"))
            self.layers.append(Layer(next(gains), Matrix(self._paired(qkv)), Matrix(out), next(gains), Matrix(gate_up), Matrix(down)))

    def _paired(self, qkv: Array) -> Array:
        """Rows of q and k with the two halves of each head interleaved, those of q scaled for attention."""
        q, k, v = np.asarray(qkv, np.float32).reshape(3, self.heads, 2, self.size // 2, self.width)
        q = q / np.float32(math.sqrt(self.size))
        return np.concatenate([*(part.swapaxes(1, 2).reshape(self.width, -1) for part in (q, k)), v.reshape(self.width, -1)])

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
        rows = np.ascontiguousarray(x, np.float32).reshape(-1, self.width)
        if new == 1:
            rows = self.step(rows, np.full(batch, start), cache.keys, cache.values, start)
        else:
            turns = self.turns(end)[start:end]
            hidden = np.triu(np.full((new, end), np.float32(-1e9)), start + 1)
            for i, layer in enumerate(self.layers):
                qkv = (kernels.normalise(rows, layer.attention) @ layer.qkv).reshape(batch, new, 3, self.heads, self.size).transpose(2, 0, 3, 1, 4)
                q, k = _rotated(qkv[:2], turns)
                cache.keys[i, :, :, start:end] = k
                cache.values[i, :, :, start:end] = qkv[2]
                score = q @ cache.keys[i, :, :, :end].swapaxes(-1, -2) + hidden
                seen = _attention_weights(score) @ cache.values[i, :, :, :end]
                rows = self._rest(rows, layer, seen.transpose(0, 2, 1, 3).reshape(-1, self.width))
            rows = kernels.normalise(rows, self.gain)
        cache.length = end
        return rows.reshape(x.shape)

    def step(
        self, rows: Array, places: NDArray[np.int64], keys: Array, values: Array, at: int,
        past: tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]] | None = None,
    ) -> Array:
        """Hidden states (last norm applied) of one new position for each row, of shape (rows, width).

        rows: (rows, width) embedded; places: (rows,) their positions; keys, values: (layers, rows, heads, room, head
        size), filled up to `at`, where the new ones are put. past: keys and values that rows may share, (layers, beams,
        heads, room, head size), how many of them are filled, (beams,), and the beam of each row, (rows,).
        """
        turns = self.turns(int(places.max()) + 1)
        if past is None:
            none = np.empty((len(self.layers), 1, self.heads, 0, self.size), np.float32)
            past = none, none, np.zeros(1, np.int64), np.zeros(len(rows), np.int64)
        past_keys, past_values, lengths, beam = past
        for i, layer in enumerate(self.layers):
            qkv = kernels.normalise(rows, layer.attention) @ layer.qkv
            seen = kernels.attend(qkv, places, turns, past_keys[i], past_values[i], lengths, beam, keys[i], values[i], at)
            rows = self._rest(rows, layer, seen)
        return np.asarray(kernels.normalise(rows, self.gain))

    @staticmethod
    def _rest(rows: Array, layer: Layer, seen: Array) -> Array:
        """A layer after its attention."""
        rows = rows + seen @ layer.out
        return np.asarray(rows + kernels.gate(kernels.normalise(rows, layer.gated) @ layer.gate_up) @ layer.down)

    def turns(self, length: int) -> NDArray[np.complex64]:
        """Rotations of the positions 0 to `length`, at least, of shape (positions, head size / 2)."""
        if len(self._turns) < length:
            inverse = self.rope_base ** (-np.arange(0, self.size, 2, dtype=np.float32) / self.size)
            self._turns = np.exp(1j * np.outer(np.arange(max(length, 512), dtype=np.float32), inverse)).astype(np.complex64)
        return self._turns


def _rotated(x: Array, turns: NDArray[np.complex64]) -> Array:
    """Queries or keys turned by their positions (Su et al. 2021); x of shape (..., positions, head size), pairs side by side."""
    return np.asarray((x.view(np.complex64) * turns).view(np.float32), np.float32)


def _attention_weights(score: Array) -> Array:
    """Softmax over the last axis, in place."""
    score -= score.max(axis=-1, keepdims=True)
    np.exp(score, out=score)
    score /= score.sum(axis=-1, keepdims=True)
    return score
