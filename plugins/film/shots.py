"""Which part of a picture is shown when: shots cut where a card of lines begins, and a move for each.

The first shot begins wide, the last one draws back to the whole; between them the camera goes to the places worth a look, or
along from one to the next, keeping them clear of the side where words stand. A move crosses at most 4 % of the canvas a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from .camera import Canvas, Move, Rectangle, find_focus, salience

if TYPE_CHECKING:
    from .captions import Ink
    from .timing import Plan

__all__ = ["Shot", "calm_side", "ink_for", "plan_shots"]

SHORTEST_S = 4.5
LONGEST_S = 13.0
SPEED = 0.04  # of the canvas a second
Side = Literal["left", "right"]


@dataclass(frozen=True)
class Shot:
    """One canvas, one move, from start to end in seconds; dissolves reach half their length over both."""

    canvas: int
    move: Move
    start_s: float
    end_s: float


def calm_side(canvas: Canvas) -> Side:
    """The side of the picture with less to see: words go there; the right one, where Chinese begins to read, unless it is much busier."""
    field = salience(canvas.image)
    third = max(1, field.shape[1] // 4)
    return "left" if field[:, -third:].sum() > 1.5 * field[:, :third].sum() else "right"


def ink_for(canvas: Canvas, place: Literal["left", "right", "bottom"]) -> Ink:
    """Light ink unless the ground is pale: then dark ink, as on paper."""
    small = np.asarray(canvas.image.resize((64, 36)).convert("L"), np.float32)
    part = {"left": small[3:33, :18], "right": small[3:33, 46:], "bottom": small[26:, 8:56]}[place]
    return "dark" if float(part.mean()) > 158 and float(np.quantile(part, 0.25)) > 120 else "light"


def plan_shots(canvases: Sequence[Canvas], plan: Plan, motion: float, text_side: Side) -> list[Shot]:
    """The shots of a film, without gaps from 0 to its end."""
    times = _cuts(plan, len(canvases))
    spans = list(pairwise(times))
    shots = []
    seen: dict[int, int] = {}
    for number, (start, end) in enumerate(spans):
        index = number * len(canvases) // len(spans) if len(spans) >= len(canvases) else number
        canvas = canvases[index]
        count = seen.get(index, 0)
        seen[index] = count + 1
        last = number == len(spans) - 1
        move = _move(canvas, count, last, end - start, motion, text_side)
        shots.append(Shot(index, move, start, end))
    return shots


def _cuts(plan: Plan, pictures: int) -> list[float]:
    """Times of the cuts, with 0 and the end: at cards, none closer than 4.5 s, none farther than 13 s where more is to be shown."""
    cuts = [0.0]
    for card in plan.cards[1:] if plan.cards else ():
        if card.start_s - cuts[-1] >= SHORTEST_S and plan.length_s - card.start_s >= SHORTEST_S:
            cuts.append(card.start_s)
    if plan.cards and plan.length_s - plan.cards[-1].end_s >= 3.0 and plan.cards[-1].end_s - cuts[-1] >= SHORTEST_S:
        cuts.append(plan.cards[-1].end_s - 1.0)
    cuts.append(plan.length_s)
    while True:
        gaps = [b - a for a, b in pairwise(cuts)]
        widest = int(np.argmax(gaps))
        enough = len(gaps) >= pictures and gaps[widest] <= LONGEST_S
        if enough or gaps[widest] < 2 * 1.6:
            return cuts
        cuts.insert(widest + 1, (cuts[widest] + cuts[widest + 1]) / 2)


def _move(canvas: Canvas, count: int, last: bool, seconds: float, motion: float, text_side: Side) -> Move:
    """The move of the `count`-th shot over a canvas."""
    whole = Rectangle(0.5, 0.5, 1.0)
    if motion == 0:
        return Move(whole, whole)
    focus = find_focus(canvas, 4)
    aside = -0.10 if text_side == "left" else 0.10
    closest = _closest(canvas)

    def near(number: int, width: float) -> Rectangle:
        x, y = focus[number % len(focus)]
        return Rectangle(x + aside * width, y, max(width, closest)).inside()

    if last:
        start = near(0, 0.80)
        return _slow(Move(start, whole), seconds, motion, keep_end=True)
    if count == 0:
        return _slow(Move(whole, near(0, 0.80)), seconds, motion)
    kind = (count - 1) % 3
    if canvas.is_framed:
        return _slow(_along(canvas, count, closest), seconds, motion)
    if kind == 0:
        return _slow(Move(near(count - 1, 0.86), near(count - 1, 0.62)), seconds, motion)
    if kind == 1:
        a, b = near(count - 1, 0.66), near(count, 0.66)
        if abs(a.x - b.x) + abs(a.y - b.y) < 0.06:
            b = near(count, 0.9)
        return _slow(Move(a, b), seconds, motion)
    return _slow(Move(near(count, 0.60), near(count, 0.82)), seconds, motion)


def _closest(canvas: Canvas) -> float:
    """The narrowest view; on a framed canvas a view may go close to the picture's own width."""
    if not canvas.is_framed:
        return canvas.closest
    left, top, right, bottom = canvas.inner
    return min(0.95, max(canvas.closest, 0.9 * min(right - left, bottom - top)))


def _along(canvas: Canvas, count: int, closest: float) -> Move:
    """Down a hanging scroll, or along a panorama, and back the next time."""
    left, top, right, bottom = canvas.inner
    width = max(closest, 0.42)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    if bottom - top > right - left:
        a, b = Rectangle(middle_x, top + width * 0.46, width), Rectangle(middle_x, bottom - width * 0.46, width)
    else:
        a, b = Rectangle(left + width * 0.5, middle_y, width), Rectangle(right - width * 0.5, middle_y, width)
    a, b = a.inside(), b.inside()
    return Move(a, b) if count % 2 else Move(b, a)


def _slow(move: Move, seconds: float, motion: float, keep_end: bool = False) -> Move:
    """The move, shortened so that it is never hurried."""
    a, b = move.start, move.end
    distance = max(abs(a.x - b.x) + abs(a.width - b.width) / 2, abs(a.y - b.y) + abs(a.width - b.width) / 2, 1e-6)
    share = min(1.0, SPEED * motion * seconds / distance)
    if keep_end:
        return Move(_between(b, a, share), b)
    return Move(a, _between(a, b, share))


def _between(a: Rectangle, b: Rectangle, share: float) -> Rectangle:
    return Rectangle(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, a.width + (b.width - a.width) * share).inside()
