"""What one person likes in one medium, learned from what they said, with how sure that is.

A work is described by its medium's features x (standardised). Its appeal to the person is

    u(x) = sum_j  w_j z_j  +  v_j (z_j^2 - 1) / sqrt(2),      w, v ~ Normal(0, prior)

so that both "the more the better" and "neither too much nor too little" can be learned. What the person says is a
noisy look at u: work a is preferred to b with probability sigmoid(u(a) - u(b)) (Bradley and Terry 1952), and k stars
or fewer are given with probability sigmoid(t_k - u) with four thresholds t of the person's own (the proportional odds
model of McCullagh 1980), so generous and strict raters are heard alike. The posterior is approximated by a Gaussian
around its mode (Laplace; both likelihoods are log-concave, so there is one mode). How large the weights may be and how
curved taste is are not set by hand: the fits of a small grid of priors are averaged by their evidence (MacKay 1992).

Where we differ from a plain Bradley-Terry model: no strength per work but weights on features, since the works to
be ranked are new ones; and ratings count in the same model as preferences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from ..errors import InputError

__all__ = ["Because", "Features", "Leaning", "Ranked", "Taste", "TasteUnknown", "basis_of", "matrix_of"]

Array = NDArray[np.float64]
Features = Mapping[str, float]
Aim = Literal["know", "find"]

_CLIP = 4.0  # standard deviations; a work far outside what was judged says nothing twice as loud


class TasteUnknown(InputError):
    """Too little was said to know a taste."""


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A work's place: `index` in what was given, `mean` and `sd` of its appeal (0: an average work of those judged)."""

    index: int
    mean: float
    sd: float


@dataclass(frozen=True, kw_only=True)
class Leaning:
    """One feature's part in a taste: `weight` of appeal per standard deviation of the feature, `curve` (negative: likes
    the
    middle), and the `sd` of each."""

    feature: str
    weight: float
    weight_sd: float
    curve: float
    curve_sd: float


@dataclass(frozen=True, kw_only=True)
class Because:
    """Why a work is liked: `part` of its appeal that comes from one feature, with its `sd`; shown_by: which of some works
    shows it best, None if the work itself does."""

    feature: str
    part: float
    sd: float
    shown_by: int | None


class Taste:
    """A learned taste.

    names: the features it looks at; centre, scale: their mean and standard deviation over the judged works; mean,
    covariance: of the 2 * len(names) weights, linear ones first; ratings, preferences: how many it was learned from;
    foresight: see `learning.foresee`, where it was measured; others: people whose likes it began with, 0 for none.
    """

    def __init__(
        self,
        names: Sequence[str],
        centre: Array,
        scale: Array,
        mean: Array,
        covariance: Array,
        *,
        ratings: int,
        preferences: int,
        foresight: float | None = None,
        others: int = 0,
    ) -> None:
        self.names = tuple(names)
        self.centre, self.scale = centre, scale
        self.mean, self.covariance = mean, covariance
        self.ratings, self.preferences, self.foresight, self.others = ratings, preferences, foresight, others

    def rank(self, works: Sequence[Features]) -> list[Ranked]:
        """The works, given by their features, best first. Raises InputError if one lacks a feature."""
        if not works:
            return []
        basis = self._basis(works)
        mean = self.appeal(works)
        sd = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", basis, self.covariance, basis), 0.0))
        return [Ranked(index=int(i), mean=float(mean[i]), sd=float(sd[i])) for i in np.argsort(-mean, kind="stable")]

    def appeal(self, works: Sequence[Features]) -> Array:
        """The mean appeal of each work, shape (works,)."""
        return self._basis(works) @ self.mean

    def probability(self, work: Features, other: Features) -> float:
        """How likely the person prefers `work` to `other`, in (0, 1); nearer to 1/2 the less is known (MacKay 1992)."""
        basis = self._basis([work, other])
        difference = basis[0] - basis[1]
        variance = float(difference @ self.covariance @ difference)
        return float(expit(float(difference @ self.mean) / np.sqrt(1 + np.pi * variance / 8)))

    def probabilities(self, works: Sequence[Features], pairs: NDArray[np.int64]) -> Array:
        """`probability` for many pairs, (pairs, 2) indices of works; shape (pairs,)."""
        _, mean, variance = self._differences(works, pairs)
        return np.asarray(expit(mean / np.sqrt(1 + np.pi * variance / 8)))

    def information(self, works: Sequence[Features], pairs: NDArray[np.int64]) -> Array:
        """What the answer to each of some pairs, (pairs, 2) indices of works, would tell of the person, in nats."""
        _, mean, variance = self._differences(works, pairs)
        return _information(mean, variance)

    def _differences(self, works: Sequence[Features], pairs: NDArray[np.int64]) -> tuple[Array, Array, Array]:
        """(basis of the works, mean and variance of the difference of appeal of each pair)."""
        basis = self._basis(works)
        difference = basis[pairs[:, 0]] - basis[pairs[:, 1]]
        variance = np.einsum("ij,jk,ik->i", difference, self.covariance, difference, optimize=True)
        return basis, difference @ self.mean, np.maximum(variance, 0.0)

    def ask(self, works: Sequence[Features], aim: Aim = "know") -> tuple[int, int]:
        """The two works whose comparison would help most. Raises InputError for fewer than two works.

        aim: "know", to know the person: the mutual information of answer and weights (Houlsby and others 2011, BALD) in
        their closed approximation; "find", to find a work they like: the expected utility of the better of the two (Lin
        and others 2022, EUBO), which is exact here, the difference of two appeals being normal.
        """
        if len(works) < 2:
            raise InputError(f"two works or more are needed to compare; {len(works)} given")
        first, second = np.triu_indices(len(works), 1)
        basis, mean, variance = self._differences(works, np.stack([first, second], 1))
        gain = _information(mean, variance) if aim == "know" else basis[second] @ self.mean + _surplus(mean, variance)
        best = int(np.argmax(gain))
        return int(first[best]), int(second[best])

    def leanings(self, count: int = 6) -> list[Leaning]:
        """The features that matter most, those first whose part is large and sure."""
        d = len(self.names)
        sd = np.sqrt(np.maximum(np.diag(self.covariance), 1e-12))
        size = np.maximum(np.abs(self.mean[:d]) / (sd[:d] + 0.05), np.abs(self.mean[d:]) / (sd[d:] + 0.05))
        return [
            Leaning(
                feature=self.names[i],
                weight=float(self.mean[i]),
                weight_sd=float(sd[i]),
                curve=float(self.mean[d + i]),
                curve_sd=float(sd[d + i]),
            )
            for i in np.argsort(-size, kind="stable")[:count]
        ]

    def because(self, work: Features, shown: Sequence[Features], count: int = 3) -> list[Because]:
        """The features for which a work is liked most, those whose part is largest beside its uncertainty; fewer where
        fewer speak for it. shown: works, one of which shows each feature at its best.
        """
        d = len(self.names)
        row, rows = self._basis([work])[0], self._basis([work, *shown])
        part = row[:d] * self.mean[:d] + row[d:] * self.mean[d:]
        at = [np.array([j, d + j]) for j in range(d)]
        sd = np.sqrt(np.array([max(1e-12, float(row[i] @ self.covariance[np.ix_(i, i)] @ row[i])) for i in at]))
        order = [int(j) for j in np.argsort(-part / (sd + 0.05), kind="stable") if part[j] > 0][:count]
        best = [int(np.argmax(rows[:, j] * self.mean[j] + rows[:, d + j] * self.mean[d + j])) - 1 for j in order]
        return [
            Because(feature=self.names[j], part=float(part[j]), sd=float(sd[j]), shown_by=shows if shows >= 0 else None)
            for j, shows in zip(order, best, strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """What was learned as plain JSON."""
        return {
            "ratings": self.ratings,
            "preferences": self.preferences,
            "others": self.others,
            "foresight": None if self.foresight is None else round(self.foresight, 3),
            "leanings": [
                {k: round(v, 3) if isinstance(v, float) else v for k, v in vars(one).items()} for one in self.leanings()
            ],
        }

    def _basis(self, works: Sequence[Features]) -> Array:
        return basis_of(matrix_of(works, self.names), self.centre, self.scale)


def matrix_of(works: Sequence[Features], names: Sequence[str]) -> Array:
    """Features as (works, names). Raises InputError if a work lacks one."""
    try:
        return np.array([[work[name] for name in names] for work in works], dtype=np.float64).reshape(
            len(works), len(names)
        )
    except KeyError as error:
        raise InputError(
            f"a work lacks the feature {error.args[0]!r}, which the taste looks at; learn the taste again from "
            f"works of this version"
        ) from error


def basis_of(matrix: Array, centre: Array, scale: Array) -> Array:
    """Linear and curved parts, shape (works, 2 * features)."""
    z = np.clip((matrix - centre) / scale, -_CLIP, _CLIP)
    return np.concatenate([z, (z * z - 1) / np.sqrt(2)], axis=1)


def _information(mean: Array, variance: Array) -> Array:
    """What the answers to comparisons tell of the weights, in nats, where the difference of appeal is Normal(mean,
    variance).
    """
    scale = np.pi / 8  # the logistic curve as a normal one
    gain = _entropy(expit(mean / np.sqrt(1 + scale * variance)))
    spread = np.pi * np.log(2) / 2 / scale  # the normal curve that the entropy of an answer falls by
    lost = np.log(2) * np.sqrt(spread / (spread + variance)) * np.exp(-(mean**2) / (2 * (spread + variance)))
    return np.asarray(gain - lost)


def _surplus(mean: Array, variance: Array) -> Array:
    """E max(0, difference) of a difference that is Normal(mean, variance)."""
    sd = np.sqrt(np.maximum(variance, 1e-12))
    return np.asarray(mean * ndtr(mean / sd) + sd * np.exp(-0.5 * (mean / sd) ** 2) / np.sqrt(2 * np.pi))


def _entropy(p: Array) -> Array:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -(p * np.log(p) + (1 - p) * np.log(1 - p))
