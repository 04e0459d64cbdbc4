"""A taste is learned: from what one person said, beside what others like."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError, StoreError
from .posterior import average
from .taste import Features, Taste, TasteUnknown, basis_of, matrix_of

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from .store import FeedbackStore

__all__ = ["foresee", "learn", "learn_from", "rank_by_taste"]

_log = logging.getLogger("artwright")
T = TypeVar("T")
Array = NDArray[np.float64]

MIN_SAID = 5  # ratings and preferences together, before anything is claimed
MAX_SAID = 2000  # the latest ones: older taste matters less, and the fit stays below a second


def learn(
    rated: Sequence[tuple[Features, int]],
    preferred: Sequence[tuple[Features, Features]],
    *,
    usual: Taste | None = None,
) -> Taste:
    """A taste from (features, stars 1 to 5) and (features of the preferred work, features of the other), latest last.

    Only features that all works have and that differ between them count. usual: what others like; half of the priors are
    centred on it, and how much it counts is decided by how well it explains what was said. Raises TasteUnknown if fewer
    than 5 things were said or they tell no work from another.
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
    matrix = matrix_of(works, names)
    centre, scale = matrix.mean(0), matrix.std(0)
    varying = scale > 1e-9 * (1 + np.abs(centre))
    if not varying.any():
        raise TasteUnknown(
            "the works that were judged do not differ in any feature, so nothing can be learned; judge other works"
        )
    names, centre, scale = [n for n, t in zip(names, varying, strict=True) if t], centre[varying], scale[varying]
    basis = basis_of(matrix[:, varying], centre, scale)
    r, p = len(rated), len(preferred)
    stars = np.array([s for _, s in rated], dtype=np.int64)
    known = None if usual is None else _weights_of(usual, names, centre, scale)
    mean, covariance = average(basis[:r], stars, basis[r : r + p] - basis[r + p :], known)
    return Taste(names, centre, scale, mean, covariance, ratings=r, preferences=p)


def _weights_of(taste: Taste, names: Sequence[str], centre: Array, scale: Array) -> Array:
    """The weights of a taste for features that are standardised by other works; 0 for those that it does not know."""
    weights = np.zeros((2, len(names)))
    known = {name: number for number, name in enumerate(taste.names)}
    for number, name in enumerate(names):
        if name not in known:
            continue
        j = known[name]
        stretch, offset = scale[number] / taste.scale[j], (centre[number] - taste.centre[j]) / taste.scale[j]
        linear, curved = taste.mean[j], taste.mean[len(taste.names) + j]
        weights[:, number] = stretch * (linear + np.sqrt(2) * curved * offset), curved * stretch**2
    return weights.ravel()


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
    """The taste of `user` in `medium` from what the store holds, begun with a taste that they brought along, or with what
    the others of the store like. check: measure its foresight too, which takes six times as long.

    Where they said too little, it is what they brought or what the others like (`others` says of how many). Raises
    TasteUnknown, naming both, if nothing of that is known.
    """
    known = store.features(medium)
    rated, preferred = _said(store, medium, known, [user])
    others = [name for name in store.users() if name != user]
    usual = store.brought_taste(medium, user) or _taste_of_all(store, medium, known, others)
    try:
        taste = learn(rated, preferred, usual=usual)
    except TasteUnknown as error:
        if usual is None:
            raise TasteUnknown(f"the taste of {user!r} in {medium} is not known yet: {error}") from error
        return usual
    if usual is not None:
        taste.others = usual.others
    if check:
        taste.foresight = foresee(rated, preferred)
    return taste


def _said(
    store: FeedbackStore, medium: str, known: Mapping[str, Features], users: Sequence[str]
) -> tuple[list[tuple[Features, int]], list[tuple[Features, Features]]]:
    """(ratings, preferences) of some people on works with the same features, latest last."""
    ratings = [f for user in users for f in store.ratings(user=user, medium=medium)]
    compared = [f for user in users for f in store.preferences(user=user, medium=medium)]
    return _alike(
        [(known[f.work], f.stars or 0) for f in sorted(ratings, key=lambda f: f.created) if f.work in known],
        [
            (known[f.work], known[f.other])
            for f in sorted(compared, key=lambda f: f.created)
            if f.work in known and f.other in known
        ],
    )


def _taste_of_all(
    store: FeedbackStore, medium: str, known: Mapping[str, Features], users: Sequence[str]
) -> Taste | None:
    """What some people like together; None where they said too little."""
    if not users:
        return None
    try:
        taste = learn(*_said(store, medium, known, users))
    except TasteUnknown:
        return None
    taste.others, taste.ratings, taste.preferences = len(users), 0, 0
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


def _split(entries: Sequence[T], fold: int, folds: int) -> tuple[list[T], list[T]]:
    """(the rest, each `folds`-th from `fold` on)."""
    return [one for i, one in enumerate(entries) if i % folds != fold], list(entries[fold::folds])
