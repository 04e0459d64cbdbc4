"""The weights of a taste given what was said: a Gaussian about their mode (Laplace), averaged over priors by evidence.

What is maximised, and why there is one mode, stands in `taste`.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

__all__ = ["average"]

Array = NDArray[np.float64]
_LINEAR = (0.25, 0.7, 2.0, 5.0)  # prior standard deviation of appeal from the linear part, over works
_CURVED = (0.25, 0.7, 2.0)  # and from the curved part
_THRESHOLDS = np.array(
    [-2.0, -0.7, 0.7, 2.0]
)  # where an average rater has them; each may move by about 1, all together by 2
_THRESHOLD_COVARIANCE = 4.0 * np.ones((4, 4)) + np.eye(4)


def average(
    rated: Array, stars: NDArray[np.int64], differences: Array, usual: Array | None = None
) -> tuple[Array, Array]:
    """Mean and covariance of the weights, over a grid of priors weighed by their evidence.

    rated: (ratings, 2 * features), `stars` of each; differences: (comparisons, 2 * features), the preferred work's minus
    the other's; usual: weights that other people have, which half of the priors are centred on.
    """
    width = rated.shape[1] // 2
    fits = []
    for centre in [np.zeros(2 * width)] if usual is None else [np.zeros(2 * width), usual]:
        for linear, curved in product(_LINEAR, _CURVED):
            scales = np.repeat([linear, curved], width) / np.sqrt(width)
            weights, spread, evidence = _fit(rated * scales, stars, differences * scales, centre / scales)
            fits.append((evidence, weights * scales, spread * np.outer(scales, scales)))
    evidences = np.array([e for e, _, _ in fits])
    shares = np.exp(evidences - logsumexp(evidences))
    mean, covariance = np.zeros(2 * width), np.zeros((2 * width, 2 * width))
    for share, (_, centre, _) in zip(shares, fits, strict=True):
        mean += share * centre
    for share, (_, centre, spread) in zip(shares, fits, strict=True):
        covariance += share * (spread + np.outer(centre - mean, centre - mean))
    return mean, covariance


def _fit(rated: Array, stars: NDArray[np.int64], differences: Array, centre: Array) -> tuple[Array, Array, float]:
    """Mode, covariance and log evidence of the weights under a normal prior of unit variance about `centre`, by Newton's
    method.
    """
    width = rated.shape[1]
    size = width + 4 * (len(stars) > 0)
    prior_mean, precision = np.zeros(size), np.eye(size)
    prior_mean[:width] = centre
    if size > width:
        prior_mean[width:] = _THRESHOLDS
        precision[width:, width:] = np.linalg.inv(_THRESHOLD_COVARIANCE)
    at: Array = prior_mean.copy()
    problem = _Problem(rated, stars, differences, prior_mean, precision)
    value, gradient, hessian = problem(at)
    for _ in range(60):
        step = np.linalg.solve(hessian, gradient)
        if float(gradient @ step) < 1e-9:
            break
        length = 1.0
        while True:
            new_value, new_gradient, new_hessian = problem(at + length * step)
            if new_value >= value + 1e-4 * length * float(gradient @ step) or length < 1e-8:
                break
            length /= 2
        at = at + length * step
        value, gradient, hessian = new_value, new_gradient, new_hessian
    covariance: Array = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
    evidence = value + 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * np.linalg.slogdet(hessian)[1]
    return at[:width], covariance[:width, :width], float(evidence)


class _Problem:
    """The log posterior of (weights, thresholds), its gradient, and minus its Hessian."""

    def __init__(
        self, rated: Array, stars: NDArray[np.int64], differences: Array, prior_mean: Array, precision: Array
    ) -> None:
        self.differences = np.pad(differences, ((0, 0), (0, len(prior_mean) - differences.shape[1])))
        self.prior_mean, self.precision = prior_mean, precision
        self.upper, self.has_upper = _threshold_rows(rated, stars - 1, len(prior_mean))
        self.lower, self.has_lower = _threshold_rows(rated, stars - 2, len(prior_mean))

    def __call__(self, at: Array) -> tuple[float, Array, Array]:
        off = at - self.prior_mean
        value = -0.5 * float(off @ self.precision @ off)
        gradient, hessian = -(self.precision @ off), self.precision.copy()
        if len(self.differences):
            chance = expit(self.differences @ at)
            value += float(np.log(np.maximum(chance, 1e-300)).sum())
            gradient += self.differences.T @ (1 - chance)
            hessian += self.differences.T @ (self.differences * (chance * (1 - chance))[:, None])
        if len(self.upper):
            more = self._ratings(at)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian

    def _ratings(self, at: Array) -> tuple[float, Array, Array]:
        """log(sigmoid(a) - sigmoid(b)) = log sigmoid(a) + log sigmoid(-b) + log(1 - exp(b - a)); a, b are inf at the
        ends.
        """
        a, b = self.upper @ at, self.lower @ at
        both = self.has_upper & self.has_lower
        gap = np.where(both, a - b, 1.0)
        if gap.min() <= 0:
            return -np.inf, np.zeros(len(at)), np.eye(len(at))
        at_a, at_b = expit(-a) * self.has_upper, expit(b) * self.has_lower
        open_ = np.where(both, 1 / np.expm1(np.minimum(gap, 500)), 0.0)
        bend = open_ * (1 + open_)
        value = (
            -(np.logaddexp(0, -a) * self.has_upper + np.logaddexp(0, b) * self.has_lower).sum()
            + np.log(-np.expm1(-gap))[both].sum()
        )
        gradient = self.upper.T @ (at_a + open_) - self.lower.T @ (at_b + open_)
        bend_a, bend_b = at_a * (1 - at_a) + bend, at_b * (1 - at_b) + bend
        cross = self.upper.T @ (self.lower * bend[:, None])
        hessian = (
            self.upper.T @ (self.upper * bend_a[:, None])
            + self.lower.T @ (self.lower * bend_b[:, None])
            - cross
            - cross.T
        )
        return float(value), gradient, hessian


def _threshold_rows(rated: Array, threshold: NDArray[np.int64], size: int) -> tuple[Array, NDArray[np.bool_]]:
    """Rows that give threshold[i] - u(work i); zero, and False, where there is no such threshold (below 1 star, above
    5).
    """
    rows = np.zeros((len(threshold), size))
    there = (threshold >= 0) & (threshold < 4)
    rows[there, : rated.shape[1]] = -rated[there]
    rows[np.flatnonzero(there), rated.shape[1] + threshold[there]] = 1.0
    return rows, there
