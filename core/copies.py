"""What happens to a work that came out as a copy: it is made again with another seed, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from .errors import InputError

if TYPE_CHECKING:
    from .artwork import Artwork

__all__ = ["check_novelty", "make_original"]

TRIES = 4
"""Works that are made before one that copies is kept or refused."""


def check_novelty(novelty: float | None) -> None:
    """Raise InputError for a novelty out of range."""
    if novelty is not None and not 0 <= novelty <= 1:
        raise InputError(f"the novelty is {novelty}; it goes from 0 (imitation) to 1 (innovation)")


def make_original(make: Callable[[int], Artwork], *, strict: bool) -> Artwork:
    """The first of `make(0)`, `make(1)`, ... that is no copy of a known work, of four. Where all are copies: the first, with a
    remark; strict: none.

    A work that is told to be after another (note `after`) is near it on purpose: it is refused only in strict mode. A work
    whose medium knows no works to compare with is no copy. Raises InputError in strict mode, naming what was copied.
    """
    works: list[Artwork] = []
    for number in range(TRIES):
        works.append(make(number))
        if not (strict if _after(works[-1]) else _copied(works[-1])):
            return works[-1]
    first = works[0]
    name = _after(first) or _nearest(first)
    if strict:
        raise InputError(
            f"each of {TRIES} tries came out as a copy of a known work (the first: {name}), and strict originality was asked for; "
            "try another seed, theme or style, or a higher novelty"
        )
    remarks = (*first.remarks, f"each of {TRIES} tries came out as a copy: the first, like {name}, was kept")
    provenance = replace(first.provenance, remarks=remarks) if first.provenance else None
    return first.with_(remarks=remarks, provenance=provenance)


def _copied(work: Artwork) -> bool:
    report = work.provenance.originality if work.provenance else None
    return bool(report and report.get("copied"))


def _after(work: Artwork) -> str:
    """The known work that a model says it made this one after (note `after`)."""
    return str(work.provenance.notes.get("after", "")) if work.provenance else ""


def _nearest(work: Artwork) -> str:
    report = (work.provenance.originality if work.provenance else None) or {}
    return next((str(row["name"]) for row in report.get("nearest", ())), "one that is not named")
