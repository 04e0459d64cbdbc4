"""Lessons as pages: an exercise, its answer marked; a hint first, then place, rule and example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from ....core.errors import InputError
from ....core.lessons import LEVELS, find_lesson, lesson_names
from .pages import number

if TYPE_CHECKING:
    from .app import Asked, Site

__all__ = ["give", "lessons", "mark"]

_MOST_SEED = 999_999_999
_COLOUR = re.compile(r"^(\w+) (#[0-9a-f]{6})$", re.MULTILINE)


def lessons(site: Site, asked: Asked) -> Response:
    """The lessons that there are."""
    media = site.studio.registry.media
    rows = [(name, find_lesson(media, name).summary) for name in lesson_names(media)]
    return site.page("lessons.html", asked, lessons=rows, levels=LEVELS)


def give(site: Site, asked: Asked) -> Response:
    """An exercise, to be answered."""
    return _page(site, asked, "")


def mark(site: Site, asked: Asked) -> Response:
    """An answer, marked."""
    return _page(site, asked, str(asked.form.get("answer", "")))


def _page(site: Site, asked: Asked, answer: str) -> Response:
    name = str(asked.path["name"])
    found = find_lesson(site.studio.registry.media, name)
    seed = number(asked.query, "seed", 1, least=0, most=_MOST_SEED)
    exercise = found.exercise(seed, number(asked.query, "level", 1, least=1, most=3))
    flaws, problem = None, ""
    if asked.form:
        try:
            flaws = found.mark(exercise, answer)
        except InputError as error:
            problem = str(error)
    return site.page(
        "lesson.html",
        asked,
        status=400 if problem else 200,
        lesson=name,
        exercise=exercise,
        colours=_COLOUR.findall(exercise.given),
        answer=answer if asked.form else exercise.start,
        flaws=flaws,
        problem=problem,
        tell="tell" in asked.form,
        show_key="key" in asked.form,
        rows=max(5, len(exercise.key.splitlines()) + 1),
    )
