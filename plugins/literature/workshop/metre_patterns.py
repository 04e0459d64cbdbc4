"""The patterns of weak and strong places that a line of a metre may have, with the licences they stand for.

By the handbooks (Attridge 1982; Fussell 1979): an iambic line may invert a foot, end on one more weak syllable, drop its
first one or take an anapaest; a trochaic or dactylic line may lack its last weak syllables; in lines of three-syllable
feet some are of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

__all__ = ["FEET", "RHYTHMS", "Pattern", "patterns"]

RHYTHMS = {"iambic": "wS", "trochaic": "Sw", "anapaestic": "wwS", "dactylic": "Sww"}
FEET = ("", "monometer", "dimeter", "trimeter", "tetrameter", "pentameter", "hexameter", "heptameter", "octameter")


@dataclass(frozen=True)
class Pattern:
    """places: `w` and `S`, a syllable each; cost: how far from the plain line; licences: what makes the difference."""

    places: str
    cost: float
    licences: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def patterns(rhythm: str, feet: int) -> tuple[Pattern, ...]:
    """The patterns of a line of a rhythm and a number of feet, the plainest of each shape."""
    make = {"iambic": _iambic, "trochaic": _trochaic, "anapaestic": _anapaestic, "dactylic": _dactylic}[rhythm]
    best: dict[str, Pattern] = {}
    for one in make(feet):
        if one.places not in best or one.cost < best[one.places].cost:
            best[one.places] = one
    return tuple(best.values())


def _iambic(feet: int) -> Iterator[Pattern]:
    plain = ["wS"] * feet
    shapes: list[tuple[list[str], float, tuple[str, ...]]] = [(plain, 0.0, ())]
    for i in range(feet):
        if i < feet - 1 or feet == 1:
            turned = [*plain[:i], "Sw", *plain[i + 1 :]]
            name = "inverted first foot" if i == 0 else f"inverted foot {i + 1}"
            shapes.append((turned, 0.2 if i == 0 else 0.5, (name,)))
            if i > 1:
                both = ["Sw", *turned[1:]]
                shapes.append((both, 0.8, ("inverted first foot", name)))
        if i < feet - 1:
            risen = [*plain[:i], "ww", "SS", *plain[i + 2 :]]
            shapes.append((risen, 0.45, (f"feet {i + 1} and {i + 2} run together (pyrrhic and spondee)",)))
        three = [*plain[:i], "wwS", *plain[i + 1 :]]
        shapes.append((three, 0.4, (f"anapaest in foot {i + 1}",)))
        if i:
            shapes.append((["Sw", *three[1:]], 0.65, ("inverted first foot", f"anapaest in foot {i + 1}")))
    for i, j in combinations(range(feet), 2):
        twice = [*plain[:i], "wwS", *plain[i + 1 : j], "wwS", *plain[j + 1 :]]
        shapes.append((twice, 0.9, (f"anapaests in feet {i + 1} and {j + 1}",)))
    for shape, cost, licences in shapes:
        places = "".join(shape)
        yield Pattern(places, cost, licences)
        yield Pattern(places + "w", cost + 0.15, (*licences, "feminine ending"))
        if not licences and feet > 1:
            yield Pattern(places[1:], cost + 0.45, (*licences, "headless"))


def _trochaic(feet: int) -> Iterator[Pattern]:
    plain = ["Sw"] * feet
    shapes: list[tuple[list[str], float, tuple[str, ...]]] = [(plain, 0.0, ())]
    for i in range(feet):
        shapes.append(([*plain[:i], "Sww", *plain[i + 1 :]], 0.4, (f"dactyl in foot {i + 1}",)))
        if i == 0 and feet > 1:
            shapes.append((["wS", *plain[1:]], 0.5, ("inverted first foot",)))
    for shape, cost, licences in shapes:
        places = "".join(shape)
        yield Pattern(places, cost, licences)
        if shape[-1] == "Sw" and feet > 1:
            yield Pattern(places[:-1], cost + 0.03, (*licences, "catalectic"))
            yield Pattern("w" + places[:-1], cost + 0.5, (*licences, "anacrusis", "catalectic"))
        yield Pattern("w" + places, cost + 0.5, (*licences, "anacrusis"))


def _anapaestic(feet: int) -> Iterator[Pattern]:
    for number in range(feet):
        for chosen in combinations(range(feet), number):
            shape = ["wS" if i in chosen else "wwS" for i in range(feet)]
            inner = [i for i in chosen if i]
            licences: tuple[str, ...] = ("iamb in the first foot",) if 0 in chosen else ()
            licences += tuple(f"iamb in foot {i + 1}" for i in inner)
            cost = 0.05 * (0 in chosen) + 0.16 * len(inner)
            places = "".join(shape)
            yield Pattern(places, cost, licences)
            yield Pattern(places + "w", cost + 0.1, (*licences, "feminine ending"))
            if places.startswith("wS"):
                yield Pattern(places[1:], cost + 0.3, (*licences, "headless"))


def _dactylic(feet: int) -> Iterator[Pattern]:
    for number in range(min(feet, 5)):
        for chosen in combinations(range(feet - 1), min(number, feet - 1)):
            shape = ["Sw" if i in chosen else "Sww" for i in range(feet)]
            licences = tuple(f"trochee in foot {i + 1}" for i in chosen)
            cost = 0.12 * len(chosen)
            places = "".join(shape)
            yield Pattern(places, cost, licences)
            yield Pattern(places[:-1], cost + 0.03, (*licences, "catalectic"))
            if feet > 1:
                yield Pattern(places[:-2], cost + 0.03, (*licences, "catalectic"))
