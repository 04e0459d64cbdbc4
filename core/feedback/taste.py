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

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from ..errors import InputError, StoreError

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from .store import FeedbackStore

__all__ = ["Leaning", "Ranked", "Taste", "TasteUnknown", "foresee", "learn", "learn_from", "rank_by_taste"]

_log = logging.getLogger("artwright")
Array = NDArray[np.float64]
Features = Mapping[str, float]
T = TypeVar("T")

MIN_SAID = 5  # ratings and preferences together, before anything is claimed
MAX_SAID = 2000  # the latest ones: older taste matters less, and the fit stays below a second
_CLIP = 4.0  # standard deviations; a work far outside what was judged says nothing twice as loud
_LINEAR = (0.25, 0.7, 2.0, 5.0)  # prior standard deviation of appeal from the linear part, over works
_CURVED = (0.25, 0.7, 2.0)  # and from the curved part
_THRESHOLDS = np.array(
    [-2.0, -0.7, 0.7, 2.0]
)  # where an average rater has them; each may move by about 1, all together by 2
_THRESHOLD_COVARIANCE = 4.0 * np.ones((4, 4)) + np.eye(4)


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


class Taste:
    """A learned taste.

    names: the features it looks at; centre, scale: their mean and standard deviation over the judged works; mean,
    covariance: of the 2 * len(names) weights, linear ones first; ratings, preferences: how many it was learned from;
    foresight: see `foresee`, where it was measured.
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
    ) -> None:
        self.names = tuple(names)
        self.centre, self.scale = centre, scale
        self.mean, self.covariance = mean, covariance
        self.ratings, self.preferences, self.foresight = ratings, preferences, foresight

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

    def ask(self, works: Sequence[Features]) -> tuple[int, int]:
        """The two works whose comparison would teach most: where the answer is open and the appeal uncertain.

        The gain is the mutual information of answer and weights (Houlsby and others 2011, BALD) in their closed
        approximation. Raises InputError for fewer than two works.
        """
        if len(works) < 2:
            raise InputError(f"two works or more are needed to compare; {len(works)} given")
        basis = self._basis(works)
        first, second = np.triu_indices(len(works), 1)
        difference = basis[first] - basis[second]
        mean = difference @ self.mean
        variance = np.maximum(np.einsum("ij,jk,ik->i", difference, self.covariance, difference), 0.0)
        scale = np.pi / 8  # the logistic curve as a normal one
        gain = _entropy(expit(mean / np.sqrt(1 + scale * variance)))
        spread = np.pi * np.log(2) / 2 / scale  # the normal curve that the entropy of an answer falls by
        gain -= np.log(2) * np.sqrt(spread / (spread + variance)) * np.exp(-(mean**2) / (2 * (spread + variance)))
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

    def to_dict(self) -> dict[str, Any]:
        """What was learned as plain JSON."""
        return {
            "ratings": self.ratings,
            "preferences": self.preferences,
            "foresight": None if self.foresight is None else round(self.foresight, 3),
            "leanings": [
                {k: round(v, 3) if isinstance(v, float) else v for k, v in vars(one).items()} for one in self.leanings()
            ],
        }

    def _basis(self, works: Sequence[Features]) -> Array:
        return _basis(_matrix(works, self.names), self.centre, self.scale)


def learn(rated: Sequence[tuple[Features, int]], preferred: Sequence[tuple[Features, Features]]) -> Taste:
    """A taste from (features, stars 1 to 5) and (features of the preferred work, features of the other), latest last.

    Only features that all works have and that differ between them count. Raises TasteUnknown if fewer than 5 things
    were said or they tell no work from another.
    """
    rated, preferred = rated[-MAX_SAID:], preferred[-MAX_SAID:]
    count = len(rated) + len(preferred)
    if count < MIN_SAID:
        given = f"{len(rated)} ratings and {len(preferred)} preferences"
        raise TasteUnknown(
            f"{given} are too few to learn a taste from; {MIN_SAID} are needed: rate or compare more works"
        )
    if not preferred and len({stars for _, stars in rated}) < 2:
        raise TasteUnknown(
            f"all {len(rated)} ratings are the same, which tells no work from another; rate one that is liked less "
            f"or more, or compare two"
        )
    works = [*(f for f, _ in rated), *(f for f, _ in preferred), *(f for _, f in preferred)]
    names = sorted(set.intersection(*(set(w) for w in works)))
    matrix = _matrix(works, names)
    centre, scale = matrix.mean(0), matrix.std(0)
    varying = scale > 1e-9 * (1 + np.abs(centre))
    if not varying.any():
        raise TasteUnknown(
            "the works that were judged do not differ in any feature, so nothing can be learned; judge other works"
        )
    names, centre, scale = [n for n, t in zip(names, varying, strict=True) if t], centre[varying], scale[varying]
    basis = _basis(matrix[:, varying], centre, scale)
    r, p = len(rated), len(preferred)
    stars = np.array([s for _, s in rated], dtype=np.int64)
    mean, covariance = _average(basis[:r], stars, basis[r : r + p] - basis[r + p :])
    return Taste(names, centre, scale, mean, covariance, ratings=r, preferences=p)


def foresee(
    rated: Sequence[tuple[Features, int]], preferred: Sequence[tuple[Features, Features]], *, folds: int = 5
) -> float | None:
    """The share of comparisons, made or implied by different stars, that a taste learned without them gets right.

    A fifth of what was said is left out in turn; 0.5 is chance. None if too little is left to learn from.
    """
    right = total = 0.0
    for fold in range(folds):
        kept, left = _split(rated, fold, folds)
        heard, unheard = _split(preferred, fold, folds)
        if not left and not unheard:
            continue
        try:
            taste = learn(kept, heard)
        except TasteUnknown:
            continue
        pairs = [(a, b) for a, stars in left for b, others in rated if stars > others] + [
            (b, a) for a, stars in left for b, others in kept if stars < others
        ]
        pairs += unheard
        if not pairs:
            continue
        works = [work for pair in pairs for work in pair]
        appeal = taste.appeal(works)
        right += float(np.sum(appeal[::2] > appeal[1::2]))
        total += len(pairs)
    return right / total if total else None


def learn_from(store: FeedbackStore, medium: str, user: str, *, check: bool = False) -> Taste:
    """The taste of `user` in `medium` from what the store holds. check: measure its foresight too, which takes six
    times as long.

    Raises TasteUnknown, naming both, if too little was said.
    """
    known = store.features(medium)
    rated: list[tuple[Features, int]] = [
        (known[f.work], f.stars or 0) for f in reversed(store.ratings(user=user, medium=medium)) if f.work in known
    ]
    preferred: list[tuple[Features, Features]] = [
        (known[f.work], known[f.other])
        for f in reversed(store.preferences(user=user, medium=medium))
        if f.work in known and f.other in known
    ]
    rated, preferred = _alike(rated, preferred)
    try:
        taste = learn(rated, preferred)
    except TasteUnknown as error:
        raise TasteUnknown(f"the taste of {user!r} in {medium} is not known yet: {error}") from error
    if check:
        taste.foresight = foresee(rated, preferred)
    return taste


def rank_by_taste(
    store: FeedbackStore, medium: Medium, works: Sequence[Artwork], *, user: str | None = None
) -> list[int] | None:
    """The order of `works`, best first, by the taste of `user` (default: the current one), or None where it is not
    known.
    """
    try:
        taste = store.taste(medium.name, user=user)
        return [r.index for r in taste.rank([medium.features(work) for work in works])]
    except InputError:
        return None
    except StoreError as error:
        _log.warning(
            "works are not ranked by taste: %s", error
        )  # the works are made already and must not be lost for it
        return None


def _alike(
    rated: list[tuple[Features, int]], preferred: list[tuple[Features, Features]]
) -> tuple[list[tuple[Features, int]], list[tuple[Features, Features]]]:
    """Only works with the features of the latest one: a medium may have changed what it measures."""
    if not rated and not preferred:
        return rated, preferred
    keys = set((preferred[-1][0] if preferred else rated[-1][0]).keys())
    return (
        [(f, s) for f, s in rated if set(f) == keys],
        [(a, b) for a, b in preferred if set(a) == keys and set(b) == keys],
    )


def _matrix(works: Sequence[Features], names: Sequence[str]) -> Array:
    try:
        return np.array([[work[name] for name in names] for work in works], dtype=np.float64).reshape(
            len(works), len(names)
        )
    except KeyError as error:
        raise InputError(
            f"a work lacks the feature {error.args[0]!r}, which the taste looks at; learn the taste again from "
            f"works of this version"
        ) from error


def _basis(matrix: Array, centre: Array, scale: Array) -> Array:
    """Linear and curved parts, shape (works, 2 * features)."""
    z = np.clip((matrix - centre) / scale, -_CLIP, _CLIP)
    return np.concatenate([z, (z * z - 1) / np.sqrt(2)], axis=1)


def _average(rated: Array, stars: NDArray[np.int64], differences: Array) -> tuple[Array, Array]:
    """Mean and covariance of the weights, over a grid of priors weighed by their evidence."""
    width = rated.shape[1] // 2
    fits = []
    for linear in _LINEAR:
        for curved in _CURVED:
            scales = np.repeat([linear, curved], width) / np.sqrt(width)
            weights, spread, evidence = _fit(rated * scales, stars, differences * scales)
            fits.append((evidence, weights * scales, spread * np.outer(scales, scales)))
    evidences = np.array([e for e, _, _ in fits])
    shares = np.exp(evidences - logsumexp(evidences))
    mean, covariance = np.zeros(2 * width), np.zeros((2 * width, 2 * width))
    for share, (_, centre, _) in zip(shares, fits, strict=True):
        mean += share * centre
    for share, (_, centre, spread) in zip(shares, fits, strict=True):
        covariance += share * (spread + np.outer(centre - mean, centre - mean))
    return mean, covariance


def _fit(rated: Array, stars: NDArray[np.int64], differences: Array) -> tuple[Array, Array, float]:
    """Mode, covariance and log evidence of the weights under a standard normal prior, by Newton's method."""
    width = rated.shape[1]
    size = width + 4 * (len(stars) > 0)
    prior_mean, precision = np.zeros(size), np.eye(size)
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


def _split(entries: Sequence[T], fold: int, folds: int) -> tuple[list[T], list[T]]:
    """(the rest, each `folds`-th from `fold` on)."""
    return [one for i, one in enumerate(entries) if i % folds != fold], list(entries[fold::folds])


def _entropy(p: Array) -> Array:
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -(p * np.log(p) + (1 - p) * np.log(1 - p))
