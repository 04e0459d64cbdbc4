"""Drafts: a theme laid out several ways, each painted small and looked at by the eye; the one nearest to the hand's
school is painted large.

What the eye says of a draft of 480 pixels it says of the large picture too (docs/models/painting.md), so one large
picture is paid for, not several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .....core.requests import Context
from ...atelier.drawing import draw_scene
from ...atelier.mixing import paint_mix
from ...atelier.plan import Plan
from ...atelier.styles import StyleParameters
from ...eye.schools import SCHOOLS, School
from ..lending import lend_eye, lend_stamps
from .inventing import art_of

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ENOUGH", "judge_drafts", "judge_picture", "school_of"]

_LONGER_SIDE = 480
_SCENE_HEIGHT = 360
ENOUGH = 0.6
"""The likeness from which on no further draft is painted: movement and painters then come first almost always."""


def school_of(parts: Sequence[tuple[StyleParameters, float]]) -> School | None:
    """The school of the heaviest hand of a mix, None if the eye knows none."""
    return SCHOOLS.get(max(parts, key=lambda part: part[1])[0].name)


def judge_picture(picture: Image, parts: Sequence[tuple[StyleParameters, float]], context: Context) -> float:
    """The score of a finished picture, 0 to 1: how much the eye sees of its hand's school (`School.likeness`); for a hand
    without one, how near it lies to known paintings (`art_of`).
    """
    school = school_of(parts)
    with lend_eye(context.devices) as eye:
        sight = eye.look(picture)
        if school is not None:
            return round(school.likeness(sight.probabilities), 4)
        return round(art_of(eye.nearest(sight, 1)[0]["similarity"], eye.near), 4)


def judge_drafts(
    plans: Sequence[Plan], parts: list[tuple[StyleParameters, float]], school: School, seed: int, context: Context
) -> list[float]:
    """How much of the school the eye sees in a draft of each plan (`School.likeness`), up to the first that shows
    enough; about a second of a core each.
    """
    found = []
    with lend_eye(context.devices) as eye, lend_stamps(context.devices) as stamps:
        for number, plan in enumerate(plans):
            context.progress.update(0.4 * number / len(plans), f"draft {number + 1} of {len(plans)}")
            scale = _LONGER_SIDE / max(plan.aspect, 1.0)
            size = (round(scale * plan.aspect), round(scale))
            draft = paint_mix(draw_scene(plan, max(_SCENE_HEIGHT, size[1])), parts, size=size, seed=seed, stamps=stamps)
            found.append(school.likeness(eye.look(draft).probabilities))
            if found[-1] >= ENOUGH:
                break
    return found
