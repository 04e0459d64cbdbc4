"""What a small patch of painting looks like: a mixture of Gaussians, and the best filling of gaps under it.

Patches are 8 x 8 in light, their mean taken out. A gap is filled by the conditional mean of its pixels given the known
ones, under the component that fits the patch best; overlapping patches are averaged by their certainty and the choice
is repeated on the filled picture. Sources: expected patch log likelihood (Zoran and Weiss 2011), piecewise linear
estimators (Yu, Sapiro and Mallat 2012). Where we differ: gaps are solved through the precision matrix, at a cost that
goes
with the missing pixels alone, and colour follows the component that light has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import ndimage

__all__ = ["SIDE", "PatchPrior", "diffuse", "fit_prior"]

Array = NDArray[np.floating[Any]]
SIDE = 8
PIXELS = SIDE * SIDE
NOISE = 3e-5  # variance of what no component explains: about 1.4 of 255 levels
_SLICE = 6000
# intensity, red - blue, green - magenta: light carries most of the energy
_TO = np.array([[1 / 3, 1 / 3, 1 / 3], [0.5, 0, -0.5], [-0.25, 0.5, -0.25]], np.float32)
_FROM = np.linalg.inv(_TO).astype(np.float32)


def diffuse(picture: Array, gap: np.ndarray, rounds: int = 60) -> Array:
    """Gaps of (H, W, n) filled from the nearest known pixels, then smoothed there: a first guess."""
    nearest = ndimage.distance_transform_edt(gap, return_distances=False, return_indices=True)
    out = picture[nearest[0], nearest[1]].copy()
    for _ in range(rounds):
        soft = ndimage.uniform_filter(out, (3, 3, 0), mode="nearest")
        out[gap] = soft[gap]
    return out


@dataclass
class PatchPrior:
    """A mixture over 8 x 8 patches of light. weights (k,); covariances (k, 64, 64)."""

    weights: Array
    covariances: Array
    _precision: Array = field(init=False, repr=False)
    _whiten: Array = field(init=False, repr=False)
    _constant: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        full = self.covariances.astype(np.float64) + NOISE * np.eye(PIXELS)
        # a flat patch of any height costs nothing: the mean of a patch is not part of the prior
        self._precision = np.linalg.inv(full + 1.0).astype(np.float32)
        root = np.linalg.cholesky(full)
        self._whiten = np.ascontiguousarray(np.linalg.inv(root).transpose(0, 2, 1), np.float32)
        self._constant = (np.log(self.weights) - np.log(np.einsum("kii->ki", root)).sum(1)).astype(np.float32)

    def log_likelihood(self, patches: Array) -> float:
        """Mean log-likelihood of patches of light (n, 64), their means apart, in nats."""
        patches = patches - patches.mean(axis=1, keepdims=True)
        scores = np.stack([self._score(patches, k) for k in range(len(self.weights))], axis=1).astype(np.float64)
        top = scores.max(axis=1)
        return float(
            (top + np.log(np.exp(scores - top[:, None]).sum(axis=1)) - 0.5 * PIXELS * np.log(2 * np.pi)).mean()
        )

    def _score(self, patches: Array, k: int) -> Array:
        white = patches @ self._whiten[k]
        return self._constant[k] - 0.5 * np.einsum("ij,ij->i", white, white)

    def choose(self, patches: Array) -> np.ndarray:
        """The likeliest component of each patch of light (n, 64)."""
        patches = patches - patches.mean(axis=1, keepdims=True)
        best = np.full(len(patches), -np.inf, np.float32)
        chosen = np.zeros(len(patches), np.int64)
        for k in range(len(self.weights)):
            score = self._score(patches, k)
            better = score > best
            best[better] = score[better]
            chosen[better] = k
        return chosen

    def fill(
        self, picture: Array, gap: np.ndarray, *, rounds: int = 3, step: int = 2, start: Array | None = None
    ) -> tuple[Array, Array]:
        """(picture, deviation): gaps of an sRGB picture (H, W, 3) in 0..1 filled, and how uncertain each pixel is.

        gap: (H, W) bool; step: distance of patches; pixels outside the gap are given back as they were.
        """
        picture = picture.astype(np.float32)
        deviation = np.zeros(gap.shape, np.float32)
        if not gap.any():
            return picture.copy(), deviation
        known = picture @ _TO.T
        state = (picture if start is None else start).astype(np.float32) @ _TO.T
        if start is None:
            state = diffuse(known, gap)
        windows = sliding_window_view(gap, (SIDE, SIDE))
        count = windows.sum(axis=(2, 3))
        grid = np.zeros(count.shape, bool)
        grid[::step, ::step] = True
        grid[-1, ::step] = grid[::step, -1] = True
        y, x = np.nonzero((count > 0) & (count < PIXELS - 4) & grid)
        if not len(y):
            return np.where(gap[..., None], np.clip(state @ _FROM.T, 0, 1), picture), np.where(gap, 0.1, 0).astype(
                np.float32
            )
        missing = windows[y, x].reshape(-1, PIXELS)
        weight: Array = np.zeros(gap.size)
        for _ in range(rounds):
            values = sliding_window_view(state, (SIDE, SIDE), axis=(0, 1))[y, x].reshape(-1, 3, PIXELS)
            chosen = self.choose(values[:, 0])
            total, weight = self._solve(values, missing, chosen, y, x, gap.shape)
            flat = state.reshape(-1, 3)
            seen = gap.ravel() & (weight > 0)
            flat[seen] = (total[seen] / weight[seen, None]).astype(np.float32)
        deviation[gap] = np.where(
            weight.reshape(gap.shape)[gap] > 0,
            1 / np.sqrt(np.maximum(weight.reshape(gap.shape)[gap] / SIDE**2 * step**2, 1e-3)),
            0.2,
        )
        out = picture.copy()
        out[gap] = np.clip(state @ _FROM.T, 0, 1)[gap]
        return out, deviation

    def _solve(
        self,
        values: Array,
        missing: np.ndarray,
        chosen: np.ndarray,
        y: np.ndarray,
        x: np.ndarray,
        shape: tuple[int, int],
    ) -> tuple[Array, Array]:
        """Sums over patches of filled values times certainty (H * W, 3), and of certainty (H * W,)."""
        width = shape[1]
        right = np.zeros_like(values)
        known = values * ~missing[:, None, :]
        order = np.argsort(chosen, kind="stable")
        bounds = np.searchsorted(chosen[order], np.arange(len(self.weights) + 1))
        for k in range(len(self.weights)):
            rows = order[bounds[k] : bounds[k + 1]]
            if len(rows):
                right[rows] = -(known[rows].reshape(-1, PIXELS) @ self._precision[k]).reshape(-1, 3, PIXELS)
        total, weight = np.zeros((shape[0] * width, 3)), np.zeros(shape[0] * width)
        by_size = np.argsort(missing.sum(axis=1), kind="stable")
        for low in range(0, len(by_size), _SLICE):
            rows = by_size[low : low + _SLICE]
            size = int(missing[rows].sum(axis=1).max())
            place = np.argsort(~missing[rows], axis=1, kind="stable")[:, :size]
            real = np.take_along_axis(missing[rows], place, axis=1)
            matrix = self._precision[chosen[rows][:, None, None], place[:, :, None], place[:, None, :]]
            matrix = np.where(real[:, :, None] & real[:, None, :], matrix, np.eye(size, dtype=np.float32))
            inverse = np.linalg.inv(matrix)
            goal = np.take_along_axis(right[rows], place[:, None, :], axis=2) * real[:, None, :]
            solved = np.matmul(goal, inverse)
            certainty = (real / np.maximum(np.einsum("nii->ni", inverse), 1e-7))[real]
            at = ((y[rows, None] + place // SIDE) * width + x[rows, None] + place % SIDE)[real]
            for c in range(3):
                total[:, c] += np.bincount(at, weights=solved[:, c][real] * certainty, minlength=len(weight))
            weight += np.bincount(at, weights=certainty, minlength=len(weight))
        return total, weight


def fit_prior(patches: Array, components: int, rng: np.random.Generator, *, rounds: int = 14) -> PatchPrior:
    """A mixture of zero-mean Gaussians from patches of light (n, 64), by expectation and maximisation; n >= 200 *
    components.
    """
    patches = patches - patches.mean(axis=1, keepdims=True)
    scaled = patches / np.maximum(np.linalg.norm(patches, axis=1, keepdims=True), 0.05)
    axes = scaled[rng.choice(len(scaled), components, replace=False)]
    nearest = np.abs(scaled @ axes.T).argmax(axis=1)
    general = np.cov(patches.T)
    covariances, weights = np.empty((components, PIXELS, PIXELS)), np.ones(components)
    for k in range(components):
        own = patches[nearest == k]
        share = len(own) / (len(own) + 2 * PIXELS)
        covariances[k] = share * (own.T @ own / max(1, len(own))) + (1 - share) * general
        weights[k] = len(own) + 1
    for _ in range(rounds):
        prior = PatchPrior((weights / weights.sum()).astype(np.float32), covariances.astype(np.float32))
        scores = np.empty((len(patches), components), np.float32)
        for k in range(components):
            scores[:, k] = prior._score(patches, k)
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        weights = scores.sum(axis=0) + 1.0
        for k in range(components):
            own = scores[:, k] > 0.02
            part = patches[own] * np.sqrt(scores[own, k])[:, None]
            covariances[k] = (part.T @ part + 10 * NOISE * np.eye(PIXELS)) / (weights[k] + 10)
    return PatchPrior((weights / weights.sum()).astype(np.float32), covariances.astype(np.float32))
