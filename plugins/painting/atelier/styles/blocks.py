"""A picture cut into blocks of one colour each, their edges smooth."""

from __future__ import annotations

import numpy as np

from ...reading.clusters import cluster
from ..colour import Array
from ..noise import blur

__all__ = ["labels_of"]


def centres_of(points: Array, count: int, rng: np.random.Generator, rounds: int = 12) -> Array:
    """k-means centres of (n, 3) points, seeded by farthest-point choice."""
    centres = [points[int(rng.integers(len(points)))]]
    nearest = ((points - centres[0]) ** 2).sum(1)
    for _ in range(count - 1):
        at = int(np.searchsorted(np.cumsum(nearest), rng.random() * nearest.sum()))
        centres.append(points[min(at, len(points) - 1)])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(1))
    return cluster(points, np.stack(centres), rounds)[0]


def labels_of(lab: Array, count: int, sigma: float, rng: np.random.Generator) -> tuple[np.ndarray, Array]:
    """(label map, label colours): k-means in (L, 1.8 a, 1.8 b), edges cut smooth by blurring each label's mask."""
    weight = np.array([1, 1.8, 1.8], np.float32)
    flat = lab.reshape(-1, 3) * weight
    points = flat[rng.integers(0, len(flat), 3000)]
    made = centres_of(points, count, rng)
    score = flat @ made.T * 2 - (made**2).sum(1)
    label = score.argmax(1).reshape(lab.shape[:2])
    best, out = np.full(label.shape, -1.0, np.float32), np.zeros(label.shape, np.int32)
    for i in range(count):
        soft = blur((label == i).astype(np.float32), sigma)
        better = soft > best
        best[better] = soft[better]
        out[better] = i
    colours = np.stack([lab[out == i].mean(0) if (out == i).any() else made[i] / weight for i in range(count)])
    return out, colours.astype(np.float32)
