"""Matrices as steps of four bits, two in a byte, every few numbers of a row with a scale of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NIBBLES", "pack_nibbles", "unpack_nibbles"]

NIBBLES = 32
"""Numbers that share a scale."""
_SHRUNK = np.linspace(0.7, 1.0, 7, dtype=np.float32)


def pack_nibbles(matrix: NDArray[Any], group: int = NIBBLES) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """(bytes, scales) of a matrix (rows, columns), columns a multiple of `group`: shapes (rows, columns / 2) and (rows,
    columns / group). A number is from -7 to 7 steps.

    Of seven sizes of a step that one is taken which loses least: the largest number of a group may be cut off for the
    sake of the others.
    """
    rows, columns = matrix.shape
    groups = np.asarray(matrix, np.float32).reshape(rows, columns // group, group)
    largest = np.maximum(np.abs(groups).max(-1), np.float32(1e-6)) / 7
    best, scale = np.full(largest.shape, np.inf, np.float32), largest.astype(np.float16)
    for share in _SHRUNK:
        size = np.maximum((share * largest).astype(np.float16), np.float16(6e-8))
        step = size.astype(np.float32)[..., None]
        lost = np.square(np.clip(np.rint(groups / step), -7, 7) * step - groups).sum(-1)
        scale, best = np.where(lost < best, size, scale), np.minimum(lost, best)
    steps = np.clip(np.rint(groups / scale.astype(np.float32)[..., None]), -7, 7).astype(np.int8)
    nibbles = (steps.reshape(rows, columns) + 8).astype(np.uint8)
    return np.ascontiguousarray(nibbles[:, 0::2] | nibbles[:, 1::2] << 4), scale


def unpack_nibbles(packed: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The steps of a matrix, (rows, columns) int8."""
    steps = np.empty((len(packed), 2 * packed.shape[1]), np.int8)
    steps[:, 0::2] = (packed & 15).astype(np.int8) - 8
    steps[:, 1::2] = (packed >> 4).astype(np.int8) - 8
    return steps
