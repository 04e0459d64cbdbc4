"""What is seen of a theme in a finished picture: only what a quoted work is about, or has first of all, and only where enough of it
was left by frame and seam.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..atelier.colour import Array
from .choosing import HIGH, PLACES, label_of
from .framing import Box, Crop, place_box, view
from .quotation import Quotation, seam_of
from .tinting import COLOURS
from .wish import STANDING, Facet, Wish
from .works import SCENES, Work, find_work, stem

__all__ = ["Seen", "seen_in"]

_SAME = 0.7
"""A term that stands for a word at less than this is only like it: a tower is no lighthouse."""
_CALLED, _ABOUT, _FIRST = 0.9, 0.7, 0.55
"""How much a work is about what it is called after, that with this, and what is seen in it first."""
_OBJECTS = STANDING | {"window", "door"}
"""Places that are things, and have to be seen whole."""
_LEAST, _LEAST_PLACE = 0.012, 0.05
"""Share of the picture that a thing, and a place, fill at least."""
_FRAMED = 0.15
"""Share of the picture that a sitter fills."""
_LEFT = 0.4
"""Share of the subject's box that frame and seam leave, at least."""
_MOST_OF = 0.45
"""Share of the picture that a work fills, whose lesser things are then seen too."""
_LESS = 0.4
_BETWEEN = frozenset("in on at by with of and near under over from for to".split())
_NEAR = 0.09
_TINTED = 0.05
"""A colour is there when so much of the picture is nearer to it than _NEAR in a and b."""
_NIGHT = 0.5
"""The median of lightness below which it is dark."""
_FALLING = frozenset(("rain", "snow", "mist"))
"""Weathers that are drawn: they do not come with another work's light."""


@dataclass(frozen=True)
class _Part:
    """A quoted work in the picture. share: of the picture that is its own; box: share of the picture that its subject fills;
    left: share of its subject's box that is seen.
    """

    work: Work
    share: float
    box: float
    left: float


class Seen:
    """What a plan shows. picture: as it was painted, Oklab of any size; without it colours and darkness are taken on trust."""

    def __init__(self, plan: Quotation, picture: Array | None = None) -> None:
        self.plan, self.picture = plan, picture

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """The work of the subject, and that of the surroundings where there is one."""
        size = round(96 / self.plan.aspect**0.5), round(96 * self.plan.aspect**0.5)
        quoted = self.plan.quoted()
        masks = [np.ones(size, np.float32)]
        if len(quoted) > 1:
            mask = seam_of(self.plan, *(view(q.work, q.crop, size) for q in quoted))[0]
            masks = [mask, 1 - mask]
        return tuple(_part(find_work(q.work), q.crop, mask) for q, mask in zip(quoted, masks, strict=True))

    def shows(self, facet: Facet) -> bool:
        """Whether a facet of a theme can be seen."""
        if facet.role == "colour":
            return self._is_coloured(facet)
        if facet.role in ("hour", "weather", "season"):
            return self._is_so(facet)
        if any(_about(find_work(a.work), facet) >= _ABOUT and _area(a.to) >= _LEAST for a in self.plan.accents):
            return True
        subject, *around = self.parts
        if facet.role == "frame":
            return 0 < subject.work.people <= 2 and subject.box >= _FRAMED
        if facet.key == "people" and subject.work.people >= min(2, facet.number or 2) and subject.box >= _LEAST:
            return True
        if facet.role in ("trait", "mood"):
            known = max(_about(subject.work, facet), 0.75 * (facet.key == "lonely" and subject.work.people == 1))
            return known >= _FIRST and subject.box >= _LEAST
        return self._is_in(subject, facet, below=True) or any(self._is_in(p, facet, below=False) for p in around)

    def _is_in(self, part: _Part, facet: Facet, *, below: bool) -> bool:
        known = _about(part.work, facet)
        high = facet.key in HIGH or facet.role == "sky"
        if self.plan.seam == "level" and high and below:
            known *= 0.5  # what is above comes from the other work
        if facet.role in PLACES and facet.key not in _OBJECTS:
            most = part.share >= _MOST_OF
            if known >= _CALLED:
                return part.box >= _LEAST_PLACE or most
            return part.left >= 0.6 if known >= _ABOUT else known >= _FIRST and most
        if known >= _ABOUT:
            return part.box >= _LEAST and part.left >= _LEFT
        return known >= _FIRST and below and part.box >= 0.12 and part.left >= 0.7 and facet.role == "who"

    def _is_so(self, facet: Facet) -> bool:
        """An hour, weather or season: as the work has it that gives the light, or that fills most of the picture."""
        works = [part.work for part in self.parts if part.share >= _MOST_OF]
        if facet.key not in _FALLING:
            works.append(self.parts[0 if self.plan.lead == "subject" else -1].work)
        if self.plan.light > 0.55:
            works.append(find_work(self.plan.colours))
        if not works:
            return False
        if max(max(label_of(facet, w), _about(w, facet)) for w in works) < 0.9:
            return facet.key == "day" and all(w.hour == "day" for w in works)
        if self.picture is not None and facet.key == "night":
            return float(np.median(self.picture[..., 0])) < _NIGHT
        return True

    def _is_coloured(self, facet: Facet) -> bool:
        if self.plan.dress is not None and self.plan.dress.name == facet.key:
            return True
        if self.picture is None or facet.key not in COLOURS:
            return any(facet.key in thing for thing in self.parts[0].work.seen)
        light, colour = self.picture[..., 0], self.picture[..., 1:]
        if facet.key in ("white", "grey", "silver", "black"):
            low, high = {"white": (0.8, 1.1), "black": (-0.1, 0.28)}.get(facet.key, (0.4, 0.8))
            there = (light > low) & (light < high) & (np.hypot(colour[..., 0], colour[..., 1]) < 0.035)
        else:
            wanted = np.array(COLOURS[facet.key])
            along = colour @ (wanted / np.hypot(*wanted))
            there = (along > 0.45 * np.hypot(*wanted)) & (np.hypot(*(colour - wanted).transpose(2, 0, 1)) < _NEAR)
        return float(there.mean()) >= _TINTED


def seen_in(plan: Quotation, wish: Wish, picture: Array | None = None) -> frozenset[str]:
    """Keys of the facets of a wish that a picture shows."""
    seen = Seen(plan, picture)
    return frozenset(f.key for f in wish.facets if seen.shows(f))


def _about(work: Work, facet: Facet) -> float:
    """How much a work is about a facet, by terms that mean the same. A thing that only what is done tells of (looking into a
    mirror) is not drawn large; a place that only says of what kind someone is (a street musician) is not the place.
    """
    names = [stem(w) for w in work.subject.lower().replace(",", " , ").split()]
    found = 0.0
    for term, much in facet.terms.items():
        weight = work.terms.get(term, 0.0) if much >= _SAME else 0.0
        if weight >= _ABOUT and facet.role not in ("act", "trait", "mood"):
            if term not in names or (
                facet.role == "place" and work.people and not work.indoors and _is_kind(term, names)
            ):
                weight = _LESS
            elif not _BETWEEN & set(names[: names.index(term)]):
                weight = 1.0
        found = max(found, weight)
    return found


def _is_kind(term: str, names: list[str]) -> bool:
    after = names[names.index(term) + 1 :][:1]
    return bool(after) and after[0].isalpha() and after[0] not in _BETWEEN and after[0] not in SCENES


def _part(work: Work, crop: Crop, mask: Array) -> _Part:
    left, top, right, bottom = place_box(work.box, crop)
    h, w = mask.shape
    inside = mask[
        int(top * h) : max(int(top * h) + 1, round(bottom * h)),
        int(left * w) : max(int(left * w) + 1, round(right * w)),
    ]
    seen = float(inside.sum()) / (h * w) if right > left and bottom > top else 0.0
    (x0, y0), (x1, y1) = crop.point(*work.box[:2]), crop.point(*work.box[2:])
    whole = abs((x1 - x0) * (y1 - y0))
    return _Part(work, float(mask.mean()), seen, seen / max(whole, 1e-6))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
