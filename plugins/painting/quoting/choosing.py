"""Which works show what a theme asks for: a score of every work for every facet, from what is seen in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ....core.words.vectors import neighbours
from .wish import NUMBERS, STANDING, Facet, Wish
from .works import Work, load_works, stem

__all__ = ["HIGH", "PLACES", "Chooser", "label_of", "told_number"]

Scores = NDArray[np.float32]
PLACES = ("place", "sky", "hour", "weather", "season")
_CLOTHES = ("dress", "robe", "coat", "cloak", "shawl", "kimono", "skirt", "jacket", "hat", "cape", "gown", "cap")
_INSIDE = frozenset("interior kitchen bedroom window door cafe theatre tavern stable school prison".split())
_PEOPLED = frozenset(
    "market street city paris square harbour cafe theatre tavern beach kitchen station train carriage horse violin piano guitar "
    "flute hand boat hat dress umbrella bed toy ball fan mask jewel mirror letter".split()
)
HIGH = frozenset(
    "mountain volcano cliff sky cloud moon star sun rainbow storm night dawn dusk mist crow bird eagle goose crane dragon "
    "butterfly smokecolumn balloon palm hope".split()
)
"""What a picture has above: it may come from the work that is quoted for its upper part, and only from that."""
_VISIBLE = 0.16
"""Share of the picture that a main thing should have, brought as near as its work allows."""
_LARGE, _LARGE_FIGURE = 0.45, 0.8
"""What a work gains by being known in large, and by being the picture of one or two people."""
_DULL, _EVEN = 0.065, 0.12
"""Deviation of soft light: below the first nothing is seen from afar; below the second a work pays for it."""
_MAIN = ("who", "thing", "act", "place")
_KNOWN = 1.6
"""What a work costs that everybody knows."""
_ENOUGH = 4
_CALLED = 0.85
_SHOWN, _NEARBY, _NEIGHBOURS = 0.62, 0.7, 24
"""Below the first no work shows a thing; then so much counts what is like it, of so many words. What a work is called after has
`_CALLED`.
"""
_GHASTLY = frozenset(
    "carcass severed beheading executioner dissecting corpse crucified crucifixion crucifix skull dead".split()
)
_BEASTS = frozenset(
    "dog cat horse donkey cow ox cattle bull sheep lamb goat pig deer lion tiger monkey rabbit parrot puppy pony spaniel giraffe "
    "bear elephant camel swan peacock".split()
)
_ONLY_DONE = 0.6
"""How much a work shows a thing at most that it is not called after: looking into a mirror, playing a flute."""
_UNASKED = 0.9
"""What a beast costs that a work is called after and nobody asked for."""
_SEVERAL = frozenset("men women children people".split())
_LETTERED = ("inscription", "writing", "cartouche", "calligraphy", "text", "signature", "frame", "oval", "border")
_NEAR_HOURS = {
    "dawn": {"dawn": 1.0, "dusk": 0.6},
    "dusk": {"dusk": 1.0, "dawn": 0.7},
    "night": {"night": 1.0, "dusk": 0.25},
    "day": {"day": 0.6},
}


@lru_cache(maxsize=1)
def _postings() -> dict[str, list[tuple[int, float]]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for number, work in enumerate(load_works().values()):
        for term, weight in work.terms.items():
            found.setdefault(term, []).append((number, weight))
    return found


class Chooser:
    """Scores of all works for one wish. masters: painters who must not be quoted; medium: of the hand; alone: one work is to carry
    the picture: of the hand's own medium, and best one that not everybody knows.
    """

    def __init__(self, wish: Wish, *, medium: str, masters: Collection[str], alone: bool = False) -> None:
        self.wish = wish
        self.works = tuple(load_works().values())
        self.outdoors = any(f.key not in _INSIDE for f in wish.of("place", "sky", "weather")) and not wish.of("frame")
        self.peopled = any(f.key in _PEOPLED for f in wish.facets)
        self.fits = {f.key: self._fit(f, f.terms) for f in wish.facets}
        able = [
            w.medium == medium and (w.exemplar or (medium == "paint" and _bold(w))) if alone else _bold(w)
            for w in self.works
        ]
        self.allowed = np.array([w.artist not in masters and self._decent(w) for w in self.works]) & np.array(able)
        if alone:
            for facet in wish.of(*_MAIN):
                if self.fits[facet.key][self.allowed].max(initial=0.0) < _SHOWN:
                    self.fits[facet.key] = self._fit(facet, {**_related(facet), **facet.terms})
            self.allowed &= self._showing()
        gain = _LARGE_FIGURE if wish.of("frame") or wish.people in (1, 2) else _LARGE
        self.media = np.array(
            [
                self._medium(w.medium, medium)
                - 0.35 * _lettered(w)
                + gain * w.exemplar
                - 6 * max(0.0, _EVEN - w.contrast)
                - _KNOWN * (alone and w.famous)
                for w in self.works
            ],
            np.float32,
        )

    def _showing(self) -> NDArray[np.bool_]:
        """Works in which the main thing of the wish is seen: large reproductions where there are enough, else small ones too, else all
        large ones.
        """
        large = np.array([w.exemplar for w in self.works])
        famous = np.array([w.famous for w in self.works])
        mains = sorted(self.wish.of(*_MAIN), key=lambda f: (f is not self.wish.lead, f.key in HIGH, -f.weight))
        for least in (_CALLED, _SHOWN) if mains else ():
            seen = self.allowed & (self.fits[mains[0].key] >= least)
            some = seen & large & ~famous
            if some.sum() < _ENOUGH:
                some |= seen & ~large
            if some.any():
                return np.asarray(some)
        if mains and seen.any():
            return np.asarray(seen)
        return large

    def subject(self) -> Scores:
        """How well each work shows the whole of the theme, its main thing above all."""
        total = np.zeros(len(self.works), np.float32)
        leading = any(f.key not in HIGH for f in self.wish.of("who", "thing", "act")) or self.wish.lead is not None
        for facet in self.wish.facets:
            aside = (facet.role in PLACES or facet.key in HIGH) and facet.key not in STANDING
            total += facet.weight * (0.45 if leading and aside else 1.0) * self.fits[facet.key]
            if facet.number and facet.role in ("who", "thing"):
                total += np.array([_counted(w, facet) for w in self.works], np.float32)
        if self.wish.lead is not None:  # no other virtue makes up for the main thing
            main = self.fits[self.wish.lead.key]
            if self.wish.lead.role == "who":  # who ploughs is a farmer
                main = np.maximum.reduce([main, *(self.fits[f.key] for f in self.wish.of("act"))])
            near = np.array([min(1.0, w.area * w.nearest**2) for w in self.works], np.float32)
            total -= 0.7 * np.clip(np.log2(_VISIBLE / np.maximum(near, 0.005)), 0, 4) + 4.0 * np.maximum(
                0, 0.85 * float(main[self.allowed].max(initial=0.0)) - main
            )
        elif places := [f for f in self.wish.of("place") if f.key not in HIGH]:
            main = self.fits[max(places, key=lambda f: f.weight).key]
            total -= 2.0 * np.maximum(0, 0.7 * float(main[self.allowed].max(initial=0.0)) - main)
        asking = ("who", "mood", "frame") if self.wish.of("thing") else ("who", "act", "mood", "frame")
        if self.wish.people > 0:
            total += np.array([self._people(w) for w in self.works], np.float32)
        elif not self.wish.of(*asking) and not self.peopled:  # nobody is asked for
            total -= np.array([1.2 * min(2, w.people) * w.area**0.5 for w in self.works], np.float32)
        company = self._asked_terms()
        total -= np.array([_UNASKED * bool(_BEASTS & w.named - company) for w in self.works], np.float32)
        if any(f.key in _INSIDE for f in self.wish.of("place")):
            total += np.array([1.2 * w.indoors for w in self.works], np.float32)
        if self.outdoors:
            total -= np.array([1.2 * w.indoors for w in self.works], np.float32)
        if self.wish.of("frame"):
            total += np.array([self._portrait(w) for w in self.works], np.float32)
        return np.where(self.allowed, total + self.media, -99).astype(np.float32)

    def surroundings(self) -> Scores:
        """How well each work shows the place, hour and weather."""
        total = np.zeros(len(self.works), np.float32)
        for facet in self.wish.facets:
            if facet.role in PLACES or facet.key in HIGH:
                total += facet.weight * self.fits[facet.key]
        return np.where(self.allowed, total + self.media, -99).astype(np.float32)

    def colours(self) -> Scores:
        """How well each work has the colours: hour, weather, season, and what is named."""
        total = np.zeros(len(self.works), np.float32)
        for facet in self.wish.of("hour", "weather", "season", "colour", "sky", "mood"):
            total += facet.weight * self.fits[facet.key]
        return np.where(self.allowed, total + 0.5 * self.media, -99).astype(np.float32)

    def _fit(self, facet: Facet, terms: Mapping[str, float]) -> Scores:
        out = np.zeros(len(self.works), np.float32)
        postings = _postings()
        for term, weight in terms.items():
            for number, much in postings.get(term, ()):
                told = much if facet.role != "thing" or term in self.works[number].named else min(much, _ONLY_DONE)
                out[number] = max(out[number], weight * told)
        if facet.role in ("hour", "weather", "season"):
            for number, work in enumerate(self.works):
                out[number] = max(out[number], label_of(facet, work))
        if facet.role == "colour":
            for number, work in enumerate(self.works):
                worn = any(facet.key in thing and thing.endswith(_CLOTHES) for thing in work.seen)
                out[number] = 1.0 if worn or facet.key in work.subject else 0.6 * out[number]
        if facet.key == "people":
            several = [w.people == facet.number if facet.number in (1, 2) else w.people >= 3 for w in self.works]
            out = np.maximum(out, 0.9 * np.array(several, np.float32))
        if facet.role == "mood" and facet.key == "lonely":
            out += np.array([0.5 if w.people == 1 else 0.3 if w.people == 0 else 0.0 for w in self.works], np.float32)
        return out

    def _people(self, work: Work) -> float:
        asked = self.wish.people
        if not work.people:  # things alone are no picture of people
            return -2.5
        if work.people == asked:
            return 1.2
        if {work.people, asked} & {1, 2} and work.people < 9 > asked:  # one, two and more are told apart at a glance
            return -0.5 * min(3, abs(work.people - asked))
        return 0.6 - 0.5 * min(3.0, abs(np.log2((work.people + 0.5) / (asked + 0.5))))

    @staticmethod
    def _portrait(work: Work) -> float:
        tall = work.box[3] - work.box[1]
        return (1.0 if tall > 0.7 and work.aspect < 1.1 else -1.0) + (0.5 if work.genre == "portrait" else 0.0)

    def _asked_terms(self) -> set[str]:
        return {t for f in self.wish.facets for t in (f.key, *f.terms)}

    def _decent(self, work: Work) -> bool:
        asked = self._asked_terms()
        bare = asked & {"nude", "bathing", "goddess", "bather"}
        if not bare and any(t in work.terms for t in ("nude", "naked")):
            return False
        return not any(work.terms.get(t, 0) > 0.4 and t not in asked for t in _GHASTLY)

    @staticmethod
    def _medium(have: str, wanted: str) -> float:
        if have == wanted:
            return 0.0
        if have == "sketch":
            return -0.8 if wanted == "paint" else -1.5
        table = {("paint", "print"): -1.6, ("paint", "ink"): -1.6, ("print", "ink"): -1.2, ("ink", "print"): -1.2}
        return table.get((have, wanted), -2.8)

    def coverage(self, subject: int, other: int, *, level: bool) -> float:
        """Share of the theme that two works show together, 0..1. level: the first is seen below, the second above."""
        total = shown = 0.0
        for facet in self.wish.facets:
            total += facet.weight
            shown += facet.weight * self.fit(facet, subject, other, level=level)
        return shown / total if total else 0.0

    def fit(self, facet: Facet, subject: int, other: int, *, level: bool) -> float:
        """How well two works that are joined show a facet."""
        one, two = float(self.fits[facet.key][subject]), float(self.fits[facet.key][other])
        high = facet.key in HIGH or facet.role == "sky"
        if level:
            return max(0.25 * one, two) if high or facet.role in ("hour", "weather", "season") else one
        if facet.role in PLACES:
            return max(0.8 * one, two)
        return max(one, two) if high else one

    def best(self, scores: Scores, count: int, slack: float, among: Sequence[int] | None = None) -> list[int]:
        """Numbers of the best works, at most `count`, none worse than the best by more than `slack`."""
        order = (
            np.argsort(-scores, kind="stable") if among is None else np.array(sorted(among, key=lambda i: -scores[i]))
        )
        order = order[: 4 * count]
        if not len(order):
            return []
        top = scores[order[0]]
        return [int(i) for i in order if scores[i] >= top - slack][:count]


def _related(facet: Facet) -> Mapping[str, float]:
    """Terms near a facet that no work shows, as it is and word by word: coffee for tea, a horse for a horse race. They choose a work
    and are never told as shown.
    """
    found: dict[str, float] = {}
    for word in dict.fromkeys((facet.key, *facet.word.lower().split())):
        if word.isascii():
            near = [(word, 1.0), *neighbours(word, "en", _NEIGHBOURS)]
            found |= {stem(w): _NEARBY * cosine for w, cosine in near if cosine >= _SHOWN}
    return found


def label_of(facet: Facet, work: Work) -> float:
    """How well the hour, weather or season that a work is labelled with is that of a facet."""
    if facet.role == "hour":
        return _NEAR_HOURS.get(facet.key, {}).get(work.hour, 0.0)
    if facet.role == "weather":
        told = {"cloudy": "cloud"}.get(facet.key, facet.key)
        return 1.0 if work.weather == told else 0.6 if told == "snow" and work.season == "winter" else 0.0
    return 1.0 if work.season == facet.key else 0.0


def told_number(work: Work, facet: Facet) -> int:
    """How many of a thing the subject of a work names: 2 or more where it tells, 1 for one, -1 for several, 0 if none."""
    words = work.subject.lower().replace(",", " ").split()
    for place, word in enumerate(words):
        if facet.terms.get(stem(word), 0) >= 0.9:
            numbers = [NUMBERS[w] for w in words[max(0, place - 2) : place] if w in NUMBERS]
            return numbers[-1] if numbers else -1 if stem(word) != word or word in _SEVERAL else 1
    return 0


def _counted(work: Work, facet: Facet) -> float:
    told = told_number(work, facet)
    if not told:
        return 0.0
    if told == facet.number:
        return 0.6
    if told < 0:
        return -0.5 if facet.number == 1 else 0.2
    return -0.2 * min(3, abs(told - facet.number))


def _bold(work: Work) -> bool:
    """Whether its masses are seen from afar: ink may be thin, paint may not."""
    return work.medium in ("ink", "sketch") or work.contrast >= _DULL


def _lettered(work: Work) -> bool:
    """Whether letters or frames are seen in it, which would come along."""
    return any(thing.endswith(_LETTERED) for thing in work.seen)
