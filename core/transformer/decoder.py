"""The body of `network.py` in numpy: what decodes, token by token, without torch.

At these sizes (1 to 10 million parameters, batches of 1 to 256) a plain numpy loop is several times faster than
a general library's generate: weights lie (in, out) and contiguous; gains, the scale of attention and the half of the
gate are folded into the matrices; q, k, v and gate, up are fused; the two numbers that a rotation turns lie side by side, so
that it is one product of complex numbers; one cache is allocated for the whole work.

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

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cache", "Decoder", "attention_weights", "gated", "normed", "rotated"]

Array = NDArray[np.float32]


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
        self.layers: list[tuple[Array, Array, Array, Array]] = []
        while f"layers.{len(self.layers)}.qkv.weight" in arrays:
            at = f"layers.{len(self.layers)}."
            self.layers.append(
                (
                    _folded(self._paired(arrays[at + "qkv.weight"]), arrays[at + "norm_attention.weight"]),
                    _folded(arrays[at + "out.weight"], None),
                    _folded(_halved(arrays[at + "gate_up.weight"]), arrays[at + "norm_gated.weight"]),
                    _folded(arrays[at + "down.weight"], None),
                )
            )

    def _paired(self, qkv: Array) -> Array:
        """Rows of q and k with the two halves of each head interleaved, those of q scaled for attention."""
        q, k, v = np.asarray(qkv, np.float32).reshape(3, self.heads, 2, self.size // 2, self.width)
        q = q / np.float32(math.sqrt(self.size))
        return np.concatenate([*(part.swapaxes(1, 2).reshape(self.width, -1) for part in (q, k)), v.reshape(self.width, -1)])

    def cache(self, batch: int, length: int) -> Cache:
        """An empty cache for `batch` rows of at most `length` positions."""
        shape = (len(self.layers), batch, self.heads, length, self.size)
        return Cache(np.empty(shape, np.float32), np.empty(shape, np.float32))

    def forward(self, x: Array, cache: Cache, allowed: NDArray[np.bool_] | None = None) -> Array:
        """Hidden states (last norm applied) of `x` of shape (batch, new positions, width); the cache grows by them.

        allowed: boolean (batch or 1, cached + new positions), false where no position may look (padding), if any.
        Raises ValueError if the cache has no room left.
        """
        batch, new, _ = x.shape
        start, end = cache.length, cache.length + new
        if end > cache.keys.shape[3]:
            raise ValueError(f"the cache holds {cache.keys.shape[3]} positions, {end} are needed")
        turns = self.turns(end)[start:end]
        bias = self._bias(start, end, allowed)
        for i, (w_qkv, w_out, w_gate_up, w_down) in enumerate(self.layers):
            qkv = (normed(x).reshape(-1, self.width) @ w_qkv).reshape(batch, new, 3, self.heads, self.size).transpose(2, 0, 3, 1, 4)
            q, k = rotated(qkv[:2], turns)
            cache.keys[i, :, :, start:end] = k
            cache.values[i, :, :, start:end] = qkv[2]
            score = q @ cache.keys[i, :, :, :end].swapaxes(-1, -2)
            if bias is not None:
                score += bias
            y: Array = (attention_weights(score) @ cache.values[i, :, :, :end]).transpose(0, 2, 1, 3).reshape(-1, self.width)
            x = x + (y @ w_out).reshape(x.shape)
            x = x + (gated(normed(x).reshape(-1, self.width) @ w_gate_up) @ w_down).reshape(x.shape)
        cache.length = end
        return normed(x) * self.gain

    def turns(self, length: int) -> NDArray[np.complex64]:
        """Rotations of the positions 0 to `length`, at least, of shape (positions, head size / 2)."""
        if len(self._turns) < length:
            inverse = self.rope_base ** (-np.arange(0, self.size, 2, dtype=np.float32) / self.size)
            self._turns = np.exp(1j * np.outer(np.arange(max(length, 512), dtype=np.float32), inverse)).astype(np.complex64)
        return self._turns

    @staticmethod
    def _bias(start: int, end: int, allowed: NDArray[np.bool_] | None) -> Array | None:
        bias: Array | None = None
        if end - start > 1:
            rows, columns = np.arange(start, end)[:, None], np.arange(end)[None, :]
            bias = np.asarray(np.where(columns > rows, np.float32(-1e9), np.float32(0)), np.float32)
        if allowed is not None:
            hidden = np.asarray(np.where(allowed, np.float32(0), np.float32(-1e9))[:, None, None, :], np.float32)
            bias = hidden if bias is None else bias + hidden
        return bias


def _folded(weight: Array, gain: Array | None) -> Array:
    """(out, in) -> contiguous (in, out), with the gain of the norm before it multiplied in."""
    w = np.asarray(weight, np.float32)
    return np.ascontiguousarray((w if gain is None else w * gain).T)


def _halved(gate_up: Array) -> Array:
    """The gate's rows halved: gate * sigmoid(gate) is h * (1 + tanh(h)) of its half h."""
    half = np.array(gate_up, np.float32)
    half[: len(half) // 2] *= np.float32(0.5)
    return half


def normed(x: Array) -> Array:
    """Rows of unit root mean square (Zhang and Sennrich 2019), no gain."""
    square = np.einsum("...d,...d->...", x, x)[..., None]
    square *= np.float32(1 / x.shape[-1])
    square += np.float32(1e-6)
    return np.asarray(x / np.sqrt(square, out=square), np.float32)


def rotated(x: Array, turns: NDArray[np.complex64]) -> Array:
    """Queries or keys turned by their positions (Su et al. 2021); x of shape (..., positions, head size), pairs side by side."""
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
