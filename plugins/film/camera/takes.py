"""Which part of a picture is shown when: takes, each a camera path over one picture, with views where cards of lines
begin.

A take begins wide; then the camera goes to the places worth a look, one after the other, keeping them clear of the side
where words stand; the last take draws back to the whole. The camera never crosses more than 4 % of the canvas a second.
Between pictures there is a dissolve; on one picture the camera just goes on, as a dissolve between two views of one
thing would show it double.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from .canvas import Canvas
from .moves import Path, Rectangle
from .salience import salience

if TYPE_CHECKING:
    from ..timing.schedule import Schedule

__all__ = ["Take", "calm_side", "plan_takes"]

SHORTEST_S = 4.5
LONGEST_S = 13.0
SPEED = 0.04  # of the canvas a second
Side = Literal["left", "right"]
Place = Literal["left", "right", "bottom"]


@dataclass(frozen=True)
class Take:
    """One canvas and a camera path over it, from start to end in seconds; dissolves reach half
    their length over both.
    """

    canvas: int
    path: Path
    start_s: float
    end_s: float


def calm_side(canvas: Canvas) -> Side:
    """The side of the picture with less to see: words go there; the right one, where Chinese begins to read, unless it
    is much busier.
    """
    field = salience(canvas.image)
    third = max(1, field.shape[1] // 4)
    return "left" if field[:, -third:].sum() > 1.5 * field[:, :third].sum() else "right"


def plan_takes(canvases: Sequence[Canvas], schedule: Schedule, motion: float, words: Place) -> list[Take]:
    """The takes of a film, without gaps from 0 to its end. words: where they stand; the camera keeps what it looks at
    clear of them.
    """
    times = _cuts(schedule, len(canvases))
    spans = len(times) - 1
    bounds = [round(number * spans / len(canvases)) for number in range(len(canvases) + 1)]
    takes = []
    for number, canvas in enumerate(canvases):
        inside = times[bounds[number] : bounds[number + 1] + 1]
        views = _views(canvas, inside, motion, words, last=number == len(canvases) - 1)
        takes.append(Take(number, Path(inside, views), inside[0], inside[-1]))
    return takes


def _cuts(schedule: Schedule, pictures: int) -> list[float]:
    """Times of views, with 0 and the end: at cards, none closer than 4.5 s, none farther than 13 s, at least one span
    for each picture.
    """
    cuts = [0.0]
    for card in schedule.cards[1:] if schedule.cards else ():
        if card.start_s - cuts[-1] >= SHORTEST_S and schedule.length_s - card.start_s >= SHORTEST_S:
            cuts.append(card.start_s)
    if (
        schedule.cards
        and schedule.length_s - schedule.cards[-1].end_s >= 3.0
        and schedule.cards[-1].end_s - cuts[-1] >= SHORTEST_S
    ):
        cuts.append(schedule.cards[-1].end_s - 1.0)
    cuts.append(schedule.length_s)
    while True:
        gaps = [b - a for a, b in pairwise(cuts)]
        widest = int(np.argmax(gaps))
        if len(gaps) >= pictures and gaps[widest] <= LONGEST_S:
            return cuts
        cuts.insert(widest + 1, (cuts[widest] + cuts[widest + 1]) / 2)


def _views(canvas: Canvas, times: Sequence[float], motion: float, words: Place, *, last: bool) -> list[Rectangle]:
    """A view for each time: wide, near and along by turns; the very last one is the whole."""
    whole = Rectangle(0.5, 0.5, 1.0)
    if motion == 0:
        return [whole] * len(times)
    focus = canvas.focus(4)
    aside, below = {"left": (-0.10, 0.0), "right": (0.10, 0.0), "bottom": (0.0, 0.02)}[words]
    widths = (0.82, 0.68, 0.74, 0.66, 0.86)
    closest = _closest(canvas)
    views = [whole]
    for number in range(1, len(times)):
        if canvas.is_framed:
            views.append(_along(canvas, number, closest))
            continue
        x, y = focus[_visit(number - 1) % len(focus)]
        width = max(widths[(number - 1) % len(widths)], closest)
        views.append(_holding(focus[0], Rectangle(x + aside * width, y + below * width, width)).inside())
    if last and len(times) == 2 and times[0] > 0:
        views.reverse()
    limits = [SPEED * motion * (b - a) for a, b in pairwise(times)]
    for number, limit in enumerate(limits):
        views[number + 1] = _towards(views[number], views[number + 1], limit)
    if last:
        views[-1] = whole
        first = 0 if len(times) == 2 and times[0] > 0 else 1
        for number in range(len(limits) - 1, first - 1, -1):
            views[number] = _towards(views[number + 1], views[number], limits[number])
    return views


def _holding(place: tuple[float, float], view: Rectangle) -> Rectangle:
    """The view, moved as little as keeps a place well inside it: the main thing is never cut off."""
    reach = 0.28 * view.width
    return Rectangle(
        min(max(view.x, place[0] - reach), place[0] + reach),
        min(max(view.y, place[1] - reach), place[1] + reach),
        view.width,
    )


def _visit(number: int) -> int:
    """Which place is looked at: the best one twice, first from afar, then near; then the others."""
    return 0 if number < 2 else number - 1


def _closest(canvas: Canvas) -> float:
    """The narrowest view; on a framed canvas no narrower than fills the film with the picture alone."""
    if not canvas.is_framed:
        return canvas.closest
    left, top, right, bottom = canvas.inner
    return min(1.0, max(canvas.closest, 0.985 * min(right - left, bottom - top)))


def _along(canvas: Canvas, count: int, width: float) -> Rectangle:
    """One end of a hanging scroll or of a panorama, and the other the next time; the middle if all of it is in view."""
    left, top, right, bottom = canvas.inner
    share = 0.0 if count % 2 else 1.0
    half = width / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    if bottom - top > right - left:
        y = y if width >= bottom - top else top + half + share * (bottom - top - width)
    else:
        x = x if width >= right - left else left + half + share * (right - left - width)
    return Rectangle(x, y, width).inside()


def _towards(a: Rectangle, b: Rectangle, limit: float) -> Rectangle:
    """`b`, or as near to it as the limit lets the camera come from `a`."""
    distance = max(abs(a.x - b.x) + abs(a.width - b.width) / 2, abs(a.y - b.y) + abs(a.width - b.width) / 2, 1e-6)
    share = min(1.0, limit / distance)
    return Rectangle(
        a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, a.width + (b.width - a.width) * share
    ).inside()
