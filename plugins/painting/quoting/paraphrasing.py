"""From a wish to a plan after ONE work: its drawing, values and space carry the picture, in another frame and another light.

Painters have always learned so: Manet after Titian, van Gogh after Millet. What is new is the frame, the side, the hour, the light
and the palette; who paints it then has another hand. How much of it may still be the work as it stands is a limit, not a wish:
frames and lamps are drawn until it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np

from ..atelier.colour import Array
from .accents import dress_in
from .choosing import Chooser
from .composing import Composed, in_turn, theme_key, tone_fit, with_colours
from .framing import Crop, place_box, view
from .lighting import Lamp, relight
from .nearness import drawn_share, unaltered_share
from .quotation import Quotation, Quoted, render
from .showing import seen_in
from .wish import Wish
from .works import Work, find_work, letters_of

__all__ = ["MOST_UNALTERED", "drawn_after", "paraphrase", "unaltered"]

MOST_UNALTERED = 0.5
"""The share of a picture that may be its work as it stands, in drawing and in value."""
_SPARE = 0.04
"""What is left for paint, which may bring a window nearer."""
_STRETCH = 1.07
_WORKS, _FRAMES, _LAMPS = 4, 24, 6
_NARROWEST, _WIDEST = 0.55, 0.88
"""Shares of a work that a new frame takes."""
_WHOLE = 0.75
"""A subject that fills more of its work than this is the whole of it, and may be cut by the frame."""
_CLEAR = 560.0
"""Pixels a side of a reproduction that shall fill the frame."""


@dataclass(frozen=True)
class _Framed:
    crop: Crop
    aspect: float
    score: float


def paraphrase(
    wish: Wish,
    rng: np.random.Generator,
    *,
    medium: str,
    masters: Collection[str],
    aspect: float | None,
    tone: tuple[float, float, float],
    turn: int,
    most: float = MOST_UNALTERED,
    bend: float = 0.012,
    finish: Callable[[Array], Array] = lambda masses: masses,
) -> Composed:
    """A composition for a wish after one work. masters: painters not to be quoted; aspect: of the picture, None lets the work
    decide; tone: mean light, chroma and share of dark that the hand has; turn: which of a run of compositions of this wish it is:
    those of one run take turns with the works; most: share of the picture that may be the work as it stands; bend: share of
    the side; finish: what the hand does to the colours of the masses.
    """
    rng = np.random.default_rng(
        (int(rng.integers(2**31)), theme_key(wish))
    )  # of two themes with one seed each has its own frames
    chooser = Chooser(wish, medium=medium, masters=masters, alone=True)
    scores = chooser.subject() + tone_fit(chooser, tone, 0.8)
    slack = float(max(1.2, 0.28 * scores.max()))
    least: tuple[float, Quotation] | None = None
    order = in_turn(chooser, scores, 0, 24, slack=slack)
    for number in [order[(turn + k) % len(order)] for k in range(min(_WORKS, len(order)))]:
        work = chooser.works[number]
        for framed in _frames(work, aspect, rng)[:4]:
            plan = _plan(work, framed, bend, rng)
            plan = _recoloured(with_colours(plan, chooser, tone, rng), medium)
            plain = render(replace(plan, bend=0.0), fine=False)
            lamps = _lamps(plan, work, medium, tone[0], rng)
            strongest = replace(plan, lamp=lamps[-1])
            share = unaltered(strongest, finish(relight(plain, lamps[-1])))
            if least is None or share < least[0]:
                least = share, strongest
            if share > most - _SPARE:
                continue  # where the strongest lamp is not enough no other is
            for lamp in lamps[:-1]:
                lit = replace(plan, lamp=lamp)
                if unaltered(lit, finish(relight(plain, lamp))) <= most - _SPARE:
                    return _finished(lit, chooser, framed.score)
            return _finished(strongest, chooser, framed.score)
    assert least is not None
    return _finished(least[1], chooser, -least[0])


def unaltered(plan: Quotation, picture: Array) -> float:
    """Share of a picture (Oklab) that is the work of its plan as it stands."""
    small = view(plan.subject.work, plan.subject.crop, (160, 160))
    return unaltered_share(picture, small)


def drawn_after(plan: Quotation, picture: Array) -> float:
    """Share of a picture (Oklab) in which one recognises the drawing of the work of its plan."""
    return drawn_share(picture, view(plan.subject.work, plan.subject.crop, (160, 160)))


def _finished(plan: Quotation, chooser: Chooser, score: float) -> Composed:
    if find_work(plan.subject.work).medium == "paint":
        plan = dress_in(plan, chooser)
    plan = Quotation.from_dict(plan.to_dict())  # as it will be read from a file, to the last digit
    return Composed(plan, seen_in(plan, chooser.wish), score)


def _recoloured(plan: Quotation, medium: str) -> Quotation:
    """The plan with the colours that suit its medium: paint keeps its own light unless another hour is asked for, and areas of one
    pigment stay areas.
    """
    if medium != "paint":
        return replace(plan, share=0.2, light=0.0)
    told = plan.light == 0.6
    return replace(plan, share=0.6 if told else 0.35, light=0.6 if told else 0.0)


def _plan(work: Work, framed: _Framed, bend: float, rng: np.random.Generator) -> Quotation:
    seed = int(rng.integers(0, 2**31))
    box = place_box(work.box, framed.crop)
    wide = box if box[2] > box[0] and box[3] > box[1] else (0.0, 0.0, 1.0, 1.0)
    calm = 0.5 if work.people and work.area > 0.25 else 1.0  # faces and hands are not bent as hills may be
    return Quotation(
        framed.aspect,
        Quoted(work.id, framed.crop),
        None,
        "none",
        wide,
        colours=work.id,
        bend=round(bend * calm, 4),
        seed=seed,
    )


def _frames(work: Work, aspect: float | None, rng: np.random.Generator) -> list[_Framed]:
    """Frames of a work, the best composed first."""
    found = []
    for _ in range(_FRAMES):
        shape = aspect or float(np.clip(work.aspect * rng.uniform(0.84, 1.2), 0.62, 1.9))
        ratio = shape / work.aspect
        stretch = float(np.clip(ratio, 1 / _STRETCH, _STRETCH))
        share = float(rng.uniform(_NARROWEST, _WIDEST)) if work.exemplar else float(rng.uniform(0.8, 0.95))
        wide, tall = (share * ratio / stretch) ** 0.5, (share * stretch / ratio) ** 0.5
        most = max(wide, tall)
        if most > 0.97:
            wide, tall = wide * 0.97 / most, tall * 0.97 / most
        left, top = float(rng.uniform(0, 1 - wide)), float(rng.choice([0.0, rng.uniform(0, 1 - tall)]))
        crop = Crop(left, top, left + wide, top + tall, bool(rng.random() < 0.65))
        found.append(_Framed(crop, shape, _composed(work, crop) + float(rng.normal(0, 0.08))))
    return sorted(found, key=lambda f: -f.score)


def _composed(work: Work, crop: Crop) -> float:
    """How well a frame is composed: its subject whole and near a third, a horizon off the middle, no letters, and drawn clearly."""
    (x0, y0), (x1, y1) = crop.point(*work.box[:2]), crop.point(*work.box[2:])
    left, right = min(x0, x1), max(x0, x1)
    inside = max(0.0, min(1, right) - max(0, left)) * max(0.0, min(1, y1) - max(0, y0))
    whole = max(1e-6, (right - left) * (y1 - y0))
    score = 0.0
    if work.area < _WHOLE:
        score -= 2.0 * (1 - inside / whole)
        middle = 0.5 * (left + right)
        score -= 0.8 * min(abs(middle - 0.36), abs(middle - 0.64), 0.6 * abs(middle - 0.5) + 0.05 * (not work.people))
    else:
        score -= 1.5 * (1 - (crop.right - crop.left) * (crop.bottom - crop.top))
        score -= 1.5 * work.filled * abs(crop.left + crop.right - 1)
    if work.people and work.box[3] - work.box[1] > 0.3:  # heads have air above them
        score -= 12.0 * max(0.0, crop.top - max(0.0, work.box[1] - 0.04))
    if work.horizon is not None and crop.top < work.horizon < crop.bottom:
        line = crop.point(0.5, work.horizon)[1]
        score -= 1.5 * max(0.0, 0.08 - abs(line - 0.5)) + 1.5 * max(0.0, 0.12 - min(line, 1 - line))
    for box in letters_of(work):
        wide = max(0.0, min(crop.right, box[2]) - max(crop.left, box[0]))
        tall = max(0.0, min(crop.bottom, box[3]) - max(crop.top, box[1]))
        score -= 8.0 * wide * tall
    if not work.exemplar:
        return score
    clear = work.detail * ((crop.right - crop.left) * (crop.bottom - crop.top)) ** 0.5
    return score - 1.2 * max(0.0, float(np.log2(_CLEAR / clear)))


def _lamps(plan: Quotation, work: Work, medium: str, light: float, rng: np.random.Generator) -> list[Lamp]:
    """Lamps from faint to strong, of one kind: from a side, on the subject, on what lies far, or on what lies near; those of a
    hand of much `light` (0..1) reach further.
    """
    left, top, right, bottom = plan.box
    middle, height = 0.5 * (left + right), top + 0.4 * (bottom - top)
    kinds = {
        "side": (float(rng.choice([-0.15, 1.15])), float(rng.uniform(0.1, 0.5)), 0.9),
        "subject": (middle, height, 0.55),
        "far": (float(rng.uniform(0.2, 0.8)), -0.05, 0.65),
        "near": (float(rng.uniform(0.3, 0.7)), 1.1, 0.7),
    }
    if medium != "paint":  # prints are wiped darker towards the top, ink gathers below
        x, y, reach = kinds["near" if medium == "print" else "far"]
        return [Lamp(x, y, 1.3 * reach, round(0.12 + 0.05 * k, 3), round(1 + 0.06 * k, 3)) for k in range(_LAMPS)]
    able = ["side", "side", "subject"] if work.people else ["side", "far"]
    x, y, reach = kinds[str(rng.choice(able))]
    key = -0.045 if work.tone[0] < 0.38 + 0.2 * rng.random() else 0.05
    least = 0.36 - 0.3 * light
    return [
        Lamp(x, y, reach + 0.25 * light, round(least + 0.06 * k, 3), round(1 + key * (k + 1), 3)) for k in range(_LAMPS)
    ]
