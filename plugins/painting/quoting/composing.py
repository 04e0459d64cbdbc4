"""From a wish to a plan of two works: many pairs of works are tried small, and the one that joins best and shows the theme is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..atelier.colour import Array
from ..paint.raster import blur
from .accents import add_accents, dress_in
from .choosing import HIGH, PLACES, Chooser, Scores
from .framing import Box, Crop, crop_to, place_box, sharpness, view
from .nearness import MOST_QUOTED, quoted_share
from .quotation import Quotation, Quoted, canvas_size, render, seam_of
from .showing import seen_in
from .wish import UPRIGHT, Wish
from .works import Work

__all__ = ["Composed", "compose", "fitting_aspect", "in_turn", "quoted_shares", "theme_key", "tone_fit", "with_colours"]

_EQUAL = 0.25
"""Compositions that differ by less in their score are as good: the seed decides."""
_TRIAL = 112
"""Pixels of a side with which pairs are tried, were the picture a square."""
_KEYS = (0.0, 0.35, 0.7)
"""Shares of the light of the work whose colours are taken: other seeds, another key."""
_RUN = 6
"""So many seeds in a row of one theme have no work for their surroundings in common."""
_SOFT = 300.0
"""Pixels a side below which what fills the frame is too soft."""
_SEEN = 0.34
"""The share of the picture that its main thing shall fill, as far as its work can be brought nearer or further away."""
_FURTHEST = 0.68


@dataclass(frozen=True)
class Composed:
    """plan; shown: keys of the facets that are seen in its masses; score: higher is better; likeness: to the nearest work."""

    plan: Quotation
    shown: frozenset[str]
    score: float


@dataclass(frozen=True)
class _Trial:
    plan: Quotation
    score: float


def fitting_aspect(wish: Wish, work: Work) -> float:
    """The shape that suits a subject: its own, within what is hung."""
    return float(np.clip(work.aspect, 0.72, 1.5))


def compose(
    wish: Wish,
    rng: np.random.Generator,
    *,
    medium: str,
    masters: Collection[str],
    aspect: float | None,
    tone: tuple[float, float, float],
    tries: int = 28,
    turn: int | None = None,
) -> Composed:
    """A composition for a wish. masters: painters not to be quoted; aspect: of the picture, None lets the subject decide;
    tone: mean light, chroma and share of dark that the hand has; turn: which of a run of compositions of this wish it is (the
    seed): those of one run take turns with the works; None draws it.
    """
    turn = int(rng.integers(0, 2**31)) if turn is None else turn
    chooser = Chooser(wish, medium=medium, masters=masters)
    scores = chooser.subject() + tone_fit(chooser, tone, 1.2)
    slack = float(max(0.6, (0.28 if wish.lead is not None else 0.38) * scores.max()))
    subjects = in_turn(chooser, scores, turn, min(3, tries), slack=slack)
    finalists: list[_Trial] = []
    for number in subjects:
        work = chooser.works[number]
        shape = aspect or fitting_aspect(wish, work)
        trials: list[_Trial] = []
        for other in _surroundings(chooser, work, rng, max(1, tries // len(subjects)), turn):
            trials += _try(chooser, number, other, shape, rng)
        finalists.append(max(trials, key=lambda t: t.score))
    best = _one_of(finalists, rng)
    plan = dress_in(with_colours(best.plan, chooser, tone, rng), chooser)
    plan = add_accents(plan, chooser, seen_in(plan, wish), rng)
    plan = Quotation.from_dict(plan.to_dict())  # as it will be read from a file, to the last digit
    return Composed(plan, seen_in(plan, wish), best.score)


def _one_of(trials: list[_Trial], rng: np.random.Generator) -> _Trial:
    """One of the trials, better ones more often; what agrees with its works beyond the limit counts against it."""
    weighed = []
    for trial in trials:
        over = max(0.0, max(quoted_shares(trial.plan)) - MOST_QUOTED)
        weighed.append(_Trial(trial.plan, trial.score - 6.0 * over))
    chance = np.exp((np.array([t.score for t in weighed]) - max(t.score for t in weighed)) / _EQUAL)
    return weighed[int(rng.choice(len(weighed), p=chance / chance.sum()))]


def quoted_shares(plan: Quotation, picture: Array | None = None) -> tuple[float, ...]:
    """Shares of the picture's windows that agree with the works that fill its frame."""
    picture = render(plan, fine=False) if picture is None else picture
    size = picture.shape[:2]
    return tuple(quoted_share(picture, view(q.work, q.crop, size)) for q in plan.quoted())


def tone_fit(chooser: Chooser, tone: tuple[float, float, float], weight: float) -> Scores:
    """How near the works lie to a tone, 0 for the same and below it."""
    away = np.array([w.tone for w in chooser.works], np.float32) - np.array(tone, np.float32)
    return (-weight * np.abs(away * np.array([1.0, 4.0, 0.6], np.float32)).sum(1)).astype(np.float32)


def _draw(chooser: Chooser, scores: Scores, rng: np.random.Generator, count: int, slack: float) -> list[int]:
    """Some of the best works, better ones more often: other seeds, other works."""
    best = chooser.best(scores, 24, slack)
    values = np.array([scores[i] for i in best])
    chance = np.exp((values - values.max()) / 0.55)
    size = min(count, len(best))
    return [int(i) for i in rng.choice(best, size, replace=False, p=chance / chance.sum())]


def theme_key(wish: Wish) -> int:
    """A number of what a theme asks for, the same everywhere."""
    return crc32(" ".join(f.key for f in wish.facets).encode())


def in_turn(chooser: Chooser, scores: Scores, turn: int, count: int, slack: float) -> list[int]:
    """Some of the best works, better ones earlier: one order for the theme, of which each turn takes the next."""
    best = chooser.best(scores, 24, slack)
    luck = np.random.default_rng(theme_key(chooser.wish)).gumbel(0, 0.4, len(best))  # a draw without replacement
    order = np.argsort(-(np.array([scores[i] for i in best]) + luck), kind="stable")
    size = min(count, len(best))
    return [best[int(order[(turn * size + k) % len(best)])] for k in range(size)]


def _taken(chooser: Chooser, turn: int) -> NDArray[np.bool_]:
    """Works that are the surroundings of other turns of a run."""
    own = (turn + theme_key(chooser.wish)) % _RUN
    return np.array([crc32(w.id.encode()) % _RUN != own for w in chooser.works])


def _surroundings(chooser: Chooser, subject: Work, rng: np.random.Generator, count: int, turn: int) -> list[int]:
    """Works that could lie about a subject: of the place, hour and weather asked for, of its kind, light and horizon."""
    scores = chooser.surroundings().copy()
    number = chooser.works.index(subject)
    for facet in chooser.wish.of(*PLACES):  # what the subject's work shows already counts less
        scores -= 0.3 * facet.weight * chooser.fits[facet.key] * float(chooser.fits[facet.key][number])
    scores += np.array([_kinship(subject, w) for w in chooser.works], np.float32)
    if chooser.wish.people < 9 and not chooser.peopled:
        crowd = [min(1.0, w.people / 6) * (1 - _covered(w.box, subject.box)) for w in chooser.works]
        scores -= 0.7 * np.array(crowd, np.float32)
    scores += rng.normal(0, 0.45, len(scores)).astype(np.float32)
    scores[_taken(chooser, turn)] = -99
    scores[number] = -99
    for i, work in enumerate(chooser.works):
        if work.artist == subject.artist:
            scores[i] = -99
    return chooser.best(scores, count, 3.0)


def _kinship(a: Work, b: Work) -> float:
    """How well work `b` could go on where `a` ends."""
    score = 0.0 if a.indoors == b.indoors else -2.4
    if a.horizon is not None and b.horizon is not None:
        score -= 2.0 * max(0.0, abs(a.horizon - b.horizon) - 0.12)
    elif (a.horizon is None) != (b.horizon is None):
        score -= 0.5
    if a.medium != b.medium:
        score -= 0.6
    if a.hour != b.hour and {a.hour, b.hour} != {"day", "-"}:
        score -= 0.3
    both = len(a.about & b.about) / max(2.0, (len(a.about) * len(b.about)) ** 0.5)
    score += 1.2 * min(1.0, 2 * both)
    if b.filled:  # a second subject beside the first disturbs
        score -= 2.2 * min(1.0, 2.5 * b.area) * (1 - 0.8 * _covered(b.box, a.box)) + (0.8 if a.area > 0.4 else 0.0)
        if (a.people and not b.people) or (b.people and b.area > 0.2):  # neither things nor faces stand about people
            score -= 1.6
    if a.aspect < 0.95 and b.aspect < 0.95:
        score += 0.2
    if b.medium == "sketch":
        score -= 0.5
    return score


def _covered(inner: Box, outer: Box) -> float:
    wide = max(0.0, min(inner[2], outer[2]) - max(inner[0], outer[0]))
    tall = max(0.0, min(inner[3], outer[3]) - max(inner[1], outer[1]))
    return wide * tall / max(1e-6, (inner[2] - inner[0]) * (inner[3] - inner[1]))


def _try(chooser: Chooser, number: int, another: int, aspect: float, rng: np.random.Generator) -> list[_Trial]:
    """A pair of works joined in several ways, small."""
    subject, other = chooser.works[number], chooser.works[another]
    gains = {
        seam: 1.8 * chooser.coverage(number, another, level=seam == "level")
        + 0.04 * float(chooser.media[number] + chooser.media[another])
        for seam in ("level", "round")
    }
    size = canvas_size(aspect, _TRIAL**2)
    mirror = bool(rng.random() < 0.5)
    first = _first_crop(chooser, subject, aspect, mirror, rng)
    box = place_box(subject.box, first)
    horizon = None if subject.horizon is None else first.point(0.5, subject.horizon)[1]
    sides = {"left": "right", "right": "left"}
    lit = sides.get(subject.light, subject.light) if mirror else subject.light
    leading = _leading(chooser, subject, other)
    found = []
    for turned in (False, True):
        other_lit = sides.get(other.light, other.light) if turned else other.light
        against = lit in sides and other_lit in sides and lit != other_lit
        for near in (1.0, 1.25):
            second = crop_to(other, aspect, zoom=near, mirror=turned, horizon=horizon)
            for seam in _seams_of_lead(chooser, number, horizon) or _seams(first, horizon):
                plan = Quotation(
                    aspect,
                    Quoted(subject.id, first),
                    Quoted(other.id, second),
                    seam,
                    _seam_box(seam, subject, box, horizon),
                    colours=other.id,
                    lead=leading,
                    seed=int(rng.integers(0, 2**31)),
                )
                score = _judge(plan, size, subject, other) + gains[seam] - (0.08 if against else 0.0)
                found.append(_Trial(plan, score))
    return found


def _first_crop(chooser: Chooser, subject: Work, aspect: float, mirror: bool, rng: np.random.Generator) -> Crop:
    """The subject's work in the frame: nearer where its thing is small, further away where it fills the work, so that it is well
    seen and yet lies in another's surroundings.
    """
    zoom = float(rng.choice([1.0, 1.06, 1.14]))
    lean = float(rng.choice([0.2, 0.5, 0.8]))
    if chooser.wish.lead is not None and subject.area < 0.9:
        wanted = float(np.clip((_SEEN / subject.area) ** 0.5, _FURTHEST, subject.nearest))
        zoom = min(wanted * float(rng.uniform(0.92, 1.08)), max(1.0, subject.nearest))
    left, top, right, _ = subject.box
    if zoom < 1 and min(left, 1 - right, top) < 0.015:
        zoom = 1.0
    return crop_to(subject, aspect, zoom=zoom, mirror=mirror, keep=subject.box, lean=lean)


def _leading(chooser: Chooser, subject: Work, other: Work) -> str:
    """Whose light is kept: that of the work which shows the hour and weather asked for."""
    told = chooser.wish.of("hour", "weather", "sky")
    one = sum(float(chooser.fits[f.key][chooser.works.index(subject)]) for f in told)
    two = sum(float(chooser.fits[f.key][chooser.works.index(other)]) for f in told)
    return "surroundings" if two > one + 0.2 else "subject"


def _seams_of_lead(chooser: Chooser, number: int, horizon: float | None) -> tuple[str, ...]:
    """Seams that the main thing asks for: what stands is seen with its ground, what flies with its air; else none."""
    lead = chooser.wish.lead
    if lead is None or horizon is None:
        return ()
    if lead.key in UPRIGHT:
        return ("level",)
    return ("round",) if lead.key in HIGH and float(chooser.fits[lead.key][number]) >= 0.5 else ()


def _seams(crop: Crop, horizon: float | None) -> tuple[str, ...]:
    """level where there is a ground, which is seen with what stands on it; round in rooms, and where the work ends."""
    beyond = min(crop.left, crop.top, 1 - crop.right) < 0
    return ("round",) if horizon is None or horizon < 0.05 or beyond else ("level",)


def _seam_box(seam: str, subject: Work, box: Box, horizon: float | None) -> Box:
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    if seam == "level":
        if wide > 0.82 and tall > 0.75:  # the whole picture is the subject: the seam runs about its horizon
            line = 0.4 if horizon is None else float(np.clip(horizon, 0.4, 0.62))
            return 0.0, line + 0.03, 1.0, 1.0
        return box
    if wide * tall > 0.5:  # only its core is held, so that more than half of the frame is another's
        middle, half = 0.5 * (left + right), 0.34 * wide
        return middle - half, top, middle + half, min(1.0, top + (1.0 if bottom > 0.88 else 0.86) * tall)
    return box


def _judge(plan: Quotation, size: tuple[int, int], subject: Work, other: Work) -> float:
    """Higher is better: a cheap seam, both works well seen and neither copied, contrast of masses, one ground for both."""
    a, b = view(plan.subject.work, plan.subject.crop, size), view(_around(plan).work, _around(plan).crop, size)
    b_near = _alike(b, a) if plan.lead == "subject" else b
    a_near = a if plan.lead == "subject" else _alike(a, b)
    mask, price = seam_of(plan, a_near, b_near)
    share = float(mask.mean())
    cut = mask * a_near[..., 0] + (1 - mask) * b_near[..., 0]
    contrast = float(blur(cut, 1.5).std())
    short = 2.0 * max(0.0, 0.3 - share) + 8.0 * max(0.0, share - 0.55)
    copied = max(quoted_share(cut[..., None], a), quoted_share(cut[..., None], b))
    return (
        -3.0 * price
        - short
        - 2.5 * max(0.0, 0.16 - contrast)
        - 0.8 * _softness(subject, plan.subject.crop)
        - 0.8 * _softness(other, _around(plan).crop)
        - 3.0 * max(0.0, 0.12 - _legible(plan, subject, cut))
        - 10.0 * max(0.0, copied - MOST_QUOTED)
        - 2.5 * max(0.0, 0.96 - _kept(plan, subject, mask))
        - _intrusion(plan, other, mask)
        - _tilt(plan, subject, other)
    )


def _around(plan: Quotation) -> Quoted:
    """The surroundings of a plan of two works."""
    assert plan.surroundings is not None
    return plan.surroundings


def _softness(work: Work, crop: Crop) -> float:
    """How much too far a work is enlarged, in octaves."""
    return max(0.0, float(np.log2(_SOFT / max(1.0, sharpness(work, crop)))))


def _kept(plan: Quotation, subject: Work, mask: Array) -> float:
    """Share of the subject's box that the seam leaves whole."""
    left, top, right, bottom = place_box(subject.box, plan.subject.crop)
    h, w = mask.shape
    if (right - left) * (bottom - top) > 0.6:
        return 1.0
    x, y = 0.06 * (right - left), 0.06 * (bottom - top)
    part = mask[round((top + y) * h) : round((bottom - y) * h), round((left + x) * w) : round((right - x) * w)]
    return float(part.mean()) if part.size else 1.0


def _legible(plan: Quotation, subject: Work, cut: Array) -> float:
    """How much light and dark there is where the subject stands: a black thing on black is not seen."""
    left, top, right, bottom = place_box(subject.box, plan.subject.crop)
    h, w = cut.shape
    part = cut[round(top * h) : max(round(top * h) + 2, round(bottom * h)), round(left * w) : round(right * w)]
    return float(part.std()) if part.size else 0.0


def _intrusion(plan: Quotation, other: Work, mask: Array) -> float:
    """How much the subject of the surroundings' work disturbs: seen beside the first, or cut by the seam."""
    left, top, right, bottom = place_box(other.box, _around(plan).crop)
    h, w = mask.shape
    part = mask[
        int(top * h) : max(int(top * h) + 1, int(bottom * h)), int(left * w) : max(int(left * w) + 1, int(right * w))
    ]
    covered = float(part.mean()) if part.size else 1.0
    size = min(1.0, 2.5 * other.area)
    cut = 0.4 * (1 - abs(2 * covered - 1)) * size if other.people or other.area < 0.5 else 0.0
    return cut + (0.5 * (1 - covered) * size if other.figure else 0.0)


def _tilt(plan: Quotation, subject: Work, other: Work) -> float:
    """What it costs when two horizons do not lie on one line."""
    if subject.horizon is None or other.horizon is None:
        return 0.0
    one = plan.subject.crop.point(0.5, subject.horizon)[1]
    two = _around(plan).crop.point(0.5, other.horizon)[1]
    return 1.6 * max(0.0, abs(one - two) - 0.07) * (1.0 if plan.seam == "round" else 0.5)


def _alike(picture: Array, to: Array) -> Array:
    """A quick likeness of colours: means and deviations moved most of the way."""
    flat, goal = picture.reshape(-1, 3), to.reshape(-1, 3)
    mean, deviation = flat.mean(0), flat.std(0) + 1e-4
    share = np.array([0.5, 0.65, 0.65], np.float32)
    scale = 1 + share * (np.clip(goal.std(0) / deviation, 0.5, 2) - 1)
    return ((picture - mean) * scale + mean + share * (goal.mean(0) - mean)).astype(np.float32)


def with_colours(
    plan: Quotation, chooser: Chooser, tone: tuple[float, float, float], rng: np.random.Generator
) -> Quotation:
    """A third work for the colours, by a third painter; more of it where hour or weather are still missing."""
    used = {chooser.works[i].artist for i in range(len(chooser.works)) if chooser.works[i].id in plan.sources()}
    scores = chooser.colours() + tone_fit(chooser, tone, 1.0)
    first = next(w for w in chooser.works if w.id == plan.subject.work)
    for i, work in enumerate(chooser.works):
        if work.artist in used or work.medium == "sketch":
            scores[i] = -99
        else:
            scores[i] += 0.6 * (work.indoors == first.indoors) + 0.4 * (work.genre == first.genre and work.genre != "")
    number = _draw(chooser, scores, rng, 1, slack=1.5)[0]
    told = chooser.wish.of("hour", "weather", "season")
    seen = seen_in(plan, chooser.wish)
    missing = [f for f in told if f.key not in seen]
    have = sum(float(chooser.fits[f.key][number]) for f in missing)
    light = 0.6 if missing and have > 0.5 else float(rng.choice(_KEYS))
    return replace(plan, colours=chooser.works[number].id, share=0.75 if light > 0.55 else 0.5, light=light)
