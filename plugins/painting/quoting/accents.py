"""The small things that a theme still lacks: a further quotation set in where it joins best, and the colour of a dress."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .choosing import Chooser
from .framing import Box, place_box
from .quotation import Accent, Dress, Quotation, accent_price, render
from .tinting import COLOURS, worn
from .wish import Facet, in_lexicon
from .works import Work, stem

__all__ = ["add_accents", "dress_in"]

_HEIGHTS = {
    "boat": 0.16,
    "ship": 0.3,
    "cat": 0.22,
    "dog": 0.22,
    "train": 0.22,
    "temple": 0.3,
    "bridge": 0.25,
    "lighthouse": 0.36,
}
_USUAL = {"who": 0.4, "thing": 0.26, "place": 0.3}
_MOST = 2
_LEAST_DRESS = 0.25
_DEAREST = 0.16
"""What an accent may cost: its seam, and what is drawn where it comes to stand."""


def add_accents(plan: Quotation, chooser: Chooser, shown: frozenset[str], rng: np.random.Generator) -> Quotation:
    """The plan with at most two further things that the theme asks for and no quoted work shows."""
    missing = [f for f in chooser.wish.of("thing", "place") if f.key not in shown and _buildable(f)]
    for facet in sorted(missing, key=lambda f: -f.weight)[:_MOST]:
        accent = _find(plan, facet, chooser, rng)
        if accent is not None:
            plan = replace(plan, accents=(*plan.accents, accent))
    return plan


def _buildable(facet: Facet) -> bool:
    return facet.key in _HEIGHTS or (facet.role == "thing" and in_lexicon(facet))


def _find(plan: Quotation, facet: Facet, chooser: Chooser, rng: np.random.Generator) -> Accent | None:
    """The work whose thing joins best into the picture, and where; None where nothing does."""
    subject = next(w for w in chooser.works if w.id == plan.subject.work)
    ground = 0.6 if subject.horizon is None else plan.subject.crop.point(0.5, subject.horizon)[1] + 0.06
    used = {w.artist for w in chooser.works if w.id in plan.sources()}
    fits = chooser.fits[facet.key]
    found = [
        i
        for i, w in enumerate(chooser.works)
        if chooser.allowed[i]
        and fits[i] >= 0.85
        and w.artist not in used
        and w.figure
        and 0.012 < w.area < 0.6
        and _names(w, facet)
    ]
    found.sort(key=lambda i: -float(fits[i] + chooser.media[i] - _odd(chooser.works[i], subject)))
    picture = render(plan, fine=False)
    best: tuple[float, Accent] | None = None
    for number in found[:10]:
        for accent in _places(chooser.works[number], facet, plan.aspect, rng):
            if accent.to[3] < ground:
                continue
            price = accent_price(picture, accent)
            if best is None or price < best[0]:
                best = price, accent
    return best[1] if best is not None and best[0] < _DEAREST else None


def _odd(work: Work, subject: Work) -> float:
    """How ill the thing of a work can be set into another's picture: too small or all of it, of a room into the open."""
    return abs(work.area - 0.15) + 0.5 * (work.indoors != subject.indoors)


def _names(work: Work, facet: Facet) -> bool:
    """Whether the thing is what the work's box holds: its subject begins with it."""
    words = [stem(w) for w in work.subject.lower().replace(",", " ").split()[:2]]
    return any(facet.terms.get(w, 0) >= 0.9 for w in words)


def _places(work: Work, facet: Facet, aspect: float, rng: np.random.Generator) -> list[Accent]:
    left, top, right, bottom = work.box
    tall = _HEIGHTS.get(facet.key, _USUAL[facet.role])
    shape = (right - left) * work.aspect / (bottom - top)
    wide = tall * shape / aspect
    if wide > 0.42:
        tall, wide = tall * 0.42 / wide, 0.42
    out = []
    for x in (0.2, 0.35, 0.5, 0.65, 0.8):
        for foot in (0.66, 0.78, 0.9):
            at = x + float(rng.uniform(-0.05, 0.05))
            out.append(
                Accent(work.id, work.box, (at - wide / 2, foot - tall, at + wide / 2, foot), bool(rng.random() < 0.5))
            )
    return out


def dress_in(plan: Quotation, chooser: Chooser) -> Quotation:
    """The plan with the dress in the colour that the theme names, where its subject wears another."""
    colours = chooser.wish.of("colour")
    if not colours or not chooser.wish.of("who", "frame") or colours[0].key not in COLOURS or plan.dress is not None:
        return plan
    number = next(i for i, w in enumerate(chooser.works) if w.id == plan.subject.work)
    if float(chooser.fits[colours[0].key][number]) >= 0.9:
        return plan
    work = chooser.works[number]
    box = _body(work, plan)
    held = float(worn(render(plan, fine=False), box).mean()) / max(1e-3, (box[2] - box[0]) * (box[3] - box[1]))
    if held < _LEAST_DRESS:  # nothing there that could be a dress: better no red than red in the wrong place
        return plan
    return replace(plan, dress=Dress(colours[0].key, COLOURS[colours[0].key], box))


def _body(work: Work, plan: Quotation) -> Box:
    left, top, right, bottom = place_box(work.box, plan.subject.crop)
    return left, top + 0.34 * (bottom - top), right, bottom
