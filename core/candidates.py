"""Choosing among candidates: by a person's taste where it is known, else by the model's own score."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import InputError, StoreError

if TYPE_CHECKING:
    from .artwork import Artwork, Medium
    from .feedback.store import FeedbackStore
    from .options import Options

__all__ = ["check_candidates", "make_best"]

_log = logging.getLogger("artwright")


MOST = 64
"""Candidates that can be asked for."""


def check_candidates(count: int, options: Options) -> None:
    """Raise InputError if so many candidates cannot be made, or their options write a file of one work."""
    if not 1 <= count <= MOST:
        raise InputError(f"{count} candidates were asked for; 1 to {MOST} are possible")
    if count > 1 and (written := [name for name in options.outputs() if getattr(options, name)]):
        raise InputError(f"--{written[0].replace('_', '-')} writes a file of one work; ask for one candidate with it")


def make_best(make: Callable[[int], Artwork], count: int, *, store: FeedbackStore, medium: Medium) -> Artwork:
    """The best of `count` works, `make(0)` to `make(count - 1)`, by the taste of the current person where it is known,
    else by their scores, the first of equals.

    Where no taste is known and the first has no score, nothing can choose: the first is kept, with a remark, and no
    other is made.
    """
    first = make(0)
    if count == 1:
        return first
    if first.score is None and not _is_taste_known(store, medium):
        model = first.provenance.model if first.provenance else medium.name
        return _remark(first, f"{model} gives no score and no taste is known: the first of {count} was kept")
    works = [first, *(make(number) for number in range(1, count))]
    from .feedback.learning import rank_by_taste

    order = rank_by_taste(store, medium, works)
    if order is not None:
        return works[order[0]]
    return max(works, key=lambda work: work.score if work.score is not None else -math.inf)


def _is_taste_known(store: FeedbackStore, medium: Medium) -> bool:
    try:
        store.taste(medium.name)
    except InputError:
        return False
    except StoreError as error:
        _log.warning("no taste is asked: %s", error)
        return False
    return True


def _remark(work: Artwork, text: str) -> Artwork:
    remarks = (*work.remarks, text)
    provenance = replace(work.provenance, remarks=remarks) if work.provenance else None
    return work.with_(remarks=remarks, provenance=provenance)
