"""Fisher vectors: how the descriptors of one picture differ from those of all pictures.

Descriptors are reduced by principal components, their places in the picture are put beside them, and a diagonal mixture
of Gaussians is fitted to a sample. The vector of a picture is the gradient of its mean log-likelihood by the means and
deviations of the mixture, signed roots taken, of unit length (Perronnin, Sanchez and Mensink 2010; places: Sanchez,
Perronnin and de Campos 2012). Where we differ: each kind of descriptor is normalised alone, then they are joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..reading.clusters import cluster
from .descriptors import KINDS, Kind, View

__all__ = ["Codebook", "Encoder", "fit_codebook"]

Array = NDArray[np.floating[Any]]
POSTERIOR_FLOOR = 1e-3
VARIANCE_FLOOR = 1e-3


@dataclass(frozen=True)
class Codebook:
    """Principal components and a mixture for one kind of descriptor.

    centre (width,), axes (width, components); weights (k,), means and variances (k, components + 2), the last two
    columns being the place.
    """

    centre: Array
    axes: Array
    weights: Array
    means: Array
    variances: Array

    @property
    def size(self) -> int:
        """Length of a Fisher vector."""
        return 2 * self.means.size

    def reduce(self, descriptors: Array, places: Array) -> Array:
        """(n, width), (n, 2) -> (n, components + 2)."""
        return np.concatenate([(descriptors - self.centre) @ self.axes, places], axis=1)

    def posteriors(self, points: Array) -> Array:
        """Share of each Gaussian in each point, (n, k); shares under .001 are 0."""
        precision = 1 / self.variances
        constant = np.log(self.weights) + 0.5 * np.log(precision).sum(1) - 0.5 * (self.means**2 * precision).sum(1)
        scores = points @ (self.means * precision).T
        scores += points**2 @ (-0.5 * precision).T
        scores += constant
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        scores[scores < POSTERIOR_FLOOR] = 0
        return scores

    def encode(self, points: Array) -> Array:
        """The Fisher vector of some points: (size,), of unit length."""
        share = self.posteriors(points)
        mass = share.sum(axis=0)[:, None]
        first = share.T @ points
        second = share.T @ points**2
        deviation = np.sqrt(self.variances)
        scale = 1 / (len(points) * np.sqrt(self.weights))[:, None]
        by_mean = scale * (first - mass * self.means) / deviation
        by_variance = (
            scale / 2**0.5 * ((second - 2 * self.means * first + mass * self.means**2) / self.variances - mass)
        )
        vector = np.concatenate([by_mean, by_variance], axis=1).ravel()
        vector = np.sign(vector) * np.sqrt(np.abs(vector))
        return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)

    def to_arrays(self, prefix: str) -> dict[str, Array]:
        """Named arrays for a weight file. Matrices get a third dimension and variances become deviations: rounded to
        eight bits by row
        they would be worthless, in float16 they lose nothing."""
        arrays = {
            "centre": self.centre,
            "weights": self.weights,
            "axes": self.axes[None],
            "means": self.means[None],
            "deviations": np.sqrt(self.variances)[None],
        }
        return {f"{prefix}.{k}": v for k, v in arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array], prefix: str) -> Codebook:
        """The inverse of `to_arrays`."""
        centre, weights, axes, means, deviations = (
            np.asarray(arrays[f"{prefix}.{k}"], np.float32)
            for k in ("centre", "weights", "axes", "means", "deviations")
        )
        return cls(centre, axes[0], weights, means[0], deviations[0] ** 2)


def fit_codebook(
    kind: Kind, descriptors: Array, places: Array, gaussians: int, rng: np.random.Generator, *, rounds: int = 25
) -> Codebook:
    """Components and a mixture from a sample of descriptors, (n, width) and (n, 2); n should be 100 * gaussians or
    more.
    """
    centre = descriptors.mean(axis=0)
    covariance = np.cov((descriptors - centre).T)
    _, vectors = np.linalg.eigh(covariance)
    axes = np.ascontiguousarray(vectors[:, ::-1][:, : kind.components], np.float32)
    points = np.concatenate([(descriptors - centre) @ axes, places], axis=1).astype(np.float32)
    means = points[rng.choice(len(points), gaussians, replace=False)].copy()
    scale = points.std(axis=0) + 1e-6
    means = cluster(points / scale, means / scale, 8)[0] * scale
    spread = np.maximum(points.var(axis=0), 1e-6)
    book = Codebook(
        centre.astype(np.float32),
        axes,
        np.full(gaussians, 1 / gaussians, np.float32),
        means,
        np.tile(spread / 2, (gaussians, 1)),
    )
    for _ in range(rounds):
        book = _improve(book, points, spread)
    return book


def _improve(book: Codebook, points: Array, spread: Array) -> Codebook:
    """One round of expectation and maximisation, in slices of the sample to bound the memory."""
    mass = np.zeros(len(book.weights))
    first, second = np.zeros(book.means.shape), np.zeros(book.means.shape)
    for part in np.array_split(points, max(1, len(points) // 20_000)):
        share = book.posteriors(part)
        mass += share.sum(axis=0)
        first += share.T @ part
        second += share.T @ part**2
    mass = np.maximum(mass, 1e-3)
    means = first / mass[:, None]
    variances = np.maximum(second / mass[:, None] - means**2, VARIANCE_FLOOR * spread)
    weights = np.maximum(mass / mass.sum(), 1e-6)
    return Codebook(
        book.centre, book.axes, *(a.astype(np.float32) for a in (weights / weights.sum(), means, variances))
    )


@dataclass(frozen=True)
class Encoder:
    """From a picture to one vector: a codebook for each kind of descriptor."""

    books: Mapping[str, Codebook]

    @property
    def size(self) -> int:
        """Length of the joined vector."""
        return sum(book.size for book in self.books.values())

    def encode(self, square: Array) -> Array:
        """float32 (224, 224, 3) in [0, 1] -> (size,): one unit vector for each kind, joined."""
        view = View.of(square)
        parts = []
        for kind in KINDS:
            if kind.name in self.books:
                book = self.books[kind.name]
                parts.append(book.encode(book.reduce(*kind.describe(view))))
        return np.concatenate(parts)
