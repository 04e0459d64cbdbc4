"""What a person said of a medium's works, with the works themselves: what a model learns from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import ArtwrightError
from .taste import TasteUnknown

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..library import Library
    from .store import FeedbackStore

__all__ = ["FEWEST", "Heard", "hear"]

FEWEST = 20
"""Comparisons, made or implied by stars, below which no model is changed: fewer say less than their noise."""
_MOST = 2000
_LATEST = 400  # ratings: the pairs that they imply grow with their square


@dataclass(frozen=True, kw_only=True)
class Heard:
    """user: who spoke; works: all that were judged and are still in the library; pairs: (preferred, other), indices
    of works, latest last; features: of each work, as its medium describes it; told: how many comparisons were made,
    how many follow from stars, how many contradict one another (all of them count), and how many works are gone.
    """

    user: str
    works: tuple[Artwork, ...]
    pairs: tuple[tuple[int, int], ...]
    features: tuple[Mapping[str, float], ...] = ()
    told: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Who spoke and what was counted, for a card: by it the model is deleted when the person is forgotten."""
        return {"user": self.user, **self.told}


def hear(store: FeedbackStore, library: Library, medium: Medium, user: str) -> Heard:
    """What `user` said of works of `medium`. Raises TasteUnknown if it is less than 20 comparisons."""
    made = [(f.work, f.other) for f in reversed(store.preferences(user=user, medium=medium.name))]
    stars = [(f.work, f.stars or 0) for f in reversed(store.ratings(user=user, medium=medium.name)[:_LATEST])]
    implied = _implied(stars)
    works, gone = _read(library, {id_ for pair in (*made, *implied) for id_ in pair})
    index = {work.id: number for number, work in enumerate(works)}

    def kept(pairs: list[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(index[a], index[b]) for a, b in pairs if a in index and b in index]

    compared, rated = kept(made), kept(implied)
    pairs = [*rated, *compared][-_MOST:]
    known = set(compared)
    told = {
        "compared": len(compared),
        "implied_by_stars": len(rated),
        "contradictory": sum((b, a) in known for a, b in compared),
        "works": len(works),
        "works_gone": gone,
    }
    if len(pairs) < FEWEST:
        lost = f" ({gone} works that were judged are not in the library any more)" if gone else ""
        raise TasteUnknown(
            f"{user!r} compared {medium.name} too little for a model to learn from: {len(compared)} comparisons and "
            f"{len(rated)} that follow from stars{lost}, at least {FEWEST} are needed; compare more works "
            f"with `artwright feedback prefer`, or rate them"
        )
    return Heard(
        user=user,
        works=tuple(works),
        pairs=tuple(pairs),
        features=tuple(medium.features(work) for work in works),
        told=told,
    )


def _implied(stars: list[tuple[str, int]]) -> list[tuple[str, str]]:
    """Pairs of rated works with different stars: each work with the latest three that were liked less, so that the
    number grows with that of the ratings and not with its square.
    """
    pairs = []
    for number, (work, given) in enumerate(stars):
        less = [other for other, fewer in reversed(stars[:number] + stars[number + 1 :]) if fewer < given]
        pairs += [(work, other) for other in less[:3]]
    return pairs


def _read(library: Library, ids: set[str]) -> tuple[list[Artwork], int]:
    """(works in the order of their ids, number of those that are gone or cannot be read)."""
    works, gone = [], 0
    for id_ in sorted(ids):
        try:
            works.append(library.get(id_))
        except ArtwrightError:
            gone += 1
    return works, gone
