"""Compositions of 8 x 8 as a mixture of Gaussians with a scale: which masses lie where, and how busy the picture is.

Components of a composition beyond the coarsest are divided by their own root mean square (a Gaussian scale mixture,
Wainwright and
Simoncelli 2000): calm and busy pictures of one layout then look alike, and the logarithm of the scale is one number
more. The mixture is
fitted by expectation and maximisation, its covariances drawn towards their mean. Movement and genre change the weights
of the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..reading.clusters import cluster

__all__ = ["Compositions", "fit_compositions"]

Array = NDArray[np.floating[Any]]
COARSE = 8  # leading components that keep their scale
MODELLED = 96  # components that the parts tell apart; the rest is noise of the picture's own scale
PRIOR = 150.0  # works that the mean covariance counts for, in that of each part
FLOOR = 1e-3


@dataclass(frozen=True, kw_only=True)
class Compositions:
    """See the module. weights (k,), means (k, d), roots (k, d, d): lower Cholesky factors, d = MODELLED + 1;
    movements (m, k), genres (g, k): how much likelier a class is in each part than overall; spread (n,): deviations of
    all components."""

    weights: Array
    means: Array
    roots: Array
    movements: Array
    genres: Array
    spread: Array

    def log_likelihood(self, flat: Array) -> float:
        """Mean over compositions (n, 192), in nats, without regard to classes; of the numbers as they are scaled for
        the mixture.
        """
        scores = _scores(_scaled(flat / self.spread), np.log(self.weights), self.means, self.roots)
        return float(_log_sum(scores).mean())

    def sample(
        self,
        rng: np.random.Generator,
        count: int,
        *,
        movement: int = 0,
        genre: int = 0,
        guidance: float = 1.0,
        calm: float = 0.8,
    ) -> Array:
        """(count, 192). movement, genre: number of the class, 0 for any; guidance: power of what speaks for the class;
        calm: share of the deviations.
        """
        share = self.weights * (self.movements[movement] * self.genres[genre]) ** guidance
        parts = rng.choice(len(share), count, p=share.astype(np.float64) / share.sum(dtype=np.float64))
        noise = rng.standard_normal((count, self.means.shape[1]), np.float32)
        fine = rng.standard_normal((count, len(self.spread)), np.float32)
        found = self.means[parts] + calm * np.einsum("nij,nj->ni", self.roots[parts], noise)
        out = fine * calm
        out[:, :MODELLED] = found[:, :-1]
        out[:, COARSE:] *= np.exp(found[:, -1:])
        return (out * self.spread).astype(np.float32)

    def to_arrays(self) -> dict[str, Array]:
        """For a weight file."""
        d = self.means.shape[1]
        low = np.tril_indices(d)
        return {
            "compositions.weights": self.weights,
            "compositions.means": self.means,
            "compositions.roots": self.roots[:, low[0], low[1]],
            "compositions.movements": self.movements,
            "compositions.genres": self.genres,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], spread: Array) -> Compositions:
        """From a weight file."""
        own = {k: arrays[f"compositions.{k}"] for k in ("weights", "means", "movements", "genres")}
        d = own["means"].shape[1]
        low = np.tril_indices(d)
        roots = np.zeros((len(own["weights"]), d, d), np.float32)
        roots[:, low[0], low[1]] = arrays["compositions.roots"]
        return cls(roots=roots, spread=spread, **own)


def _scaled(numbers: Array) -> Array:
    """Components of deviation 1 (n, 192) -> (n, MODELLED + 1): beyond the coarsest divided by their scale, its
    logarithm last.
    """
    scale = 0.5 * np.log((numbers[:, COARSE:] ** 2).mean(axis=1, keepdims=True) + FLOOR)
    return np.concatenate([numbers[:, :COARSE], numbers[:, COARSE:MODELLED] / np.exp(scale), scale], axis=1).astype(
        np.float32
    )


def _scores(x: Array, logs: Array, means: Array, roots: Array) -> Array:
    out = np.empty((len(x), len(means)), np.float32)
    for k, (mean, root) in enumerate(zip(means, roots, strict=True)):
        white = (x - mean) @ np.linalg.inv(root).T
        out[:, k] = logs[k] - np.log(np.diag(root)).sum() - 0.5 * (white * white).sum(axis=1)
    return out - np.float32(0.5 * x.shape[1] * np.log(2 * np.pi))


def _log_sum(scores: Array) -> Array:
    top = scores.max(axis=1)
    return top + np.log(np.exp(scores - top[:, None]).sum(axis=1))


def fit_compositions(
    flat: Array,
    spread: Array,
    movements: NDArray[np.int64],
    genres: NDArray[np.int64],
    classes: tuple[int, int],
    rng: np.random.Generator,
    *,
    parts: int = 64,
    rounds: int = 12,
) -> Compositions:
    """From compositions (n, 192) with deviations `spread` and numbers of classes (0: unknown); classes: how many, with
    "any".
    """
    x = _scaled(flat / spread)
    n = len(x)
    parts = max(1, min(parts, n // 60))
    taken = _nearest(x, x[rng.choice(n, parts, replace=False)].copy())
    weights, means, roots = _maximise(x, taken)
    for _ in range(rounds):
        scores = _scores(x, np.log(weights), means, roots)
        taken = np.exp(scores - _log_sum(scores)[:, None])
        weights, means, roots = _maximise(x, taken)
    return Compositions(
        weights=weights,
        means=means,
        roots=roots,
        movements=_likelier(taken, movements, classes[0]),
        genres=_likelier(taken, genres, classes[1]),
        spread=spread,
    )


def _maximise(x: Array, taken: Array) -> tuple[Array, Array, Array]:
    """(weights, means, roots) of parts that hold the works x (n, d) to the shares `taken` (n, parts)."""
    count = taken.sum(axis=0) + 1e-6
    means = (taken.T @ x) / count[:, None]
    sums = []
    for k in range(len(count)):
        own = taken[:, k] > 0.01
        rest = (x[own] - means[k]) * np.sqrt(taken[own, k])[:, None]
        sums.append(rest.T @ rest)
    within = np.sum(sums, axis=0) / len(x) + FLOOR * np.eye(x.shape[1])
    roots = np.stack([np.linalg.cholesky((s + PRIOR * within) / (c + PRIOR)) for s, c in zip(sums, count, strict=True)])
    return (count / count.sum()).astype(np.float32), means.astype(np.float32), roots.astype(np.float32)


def _nearest(x: Array, centres: Array, rounds: int = 8) -> Array:
    """(n, parts): 1 for the nearest of the centres, moved by k-means; where the mixture begins."""
    return np.eye(len(centres), dtype=np.float32)[cluster(x, centres, rounds)[1]]


def _likelier(taken: Array, labels: NDArray[np.int64], classes: int) -> Array:
    """(classes, parts): P(class | part) / P(class) among the works whose class is known; 1 for class 0, "any"."""
    out = np.ones((classes, taken.shape[1]), np.float32)
    known = labels > 0
    total = taken[known].sum(axis=0)
    for c in range(1, classes):
        own = labels == c
        share = own.sum() / max(1, known.sum())
        out[c] = (taken[own].sum(axis=0) + 4 * share) / (total + 4) / max(share, 1e-6)
    return out
