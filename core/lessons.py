"""Lessons: exercises drawn from a seed, and answers marked by what a medium knows of its art.

A medium names its lessons in `Medium.lessons`; each is a `Lesson`, imported when it is used. A learner is told first how
many faults there are, with a hint; then, if asked, each fault's place, its rule and an example.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from .errors import InputError, PluginError, UnknownName

if TYPE_CHECKING:
    from .artwork import Medium

__all__ = ["LEVELS", "Exercise", "Flaw", "Lesson", "check_level", "find_lesson", "lesson_names"]

LEVELS = (1, 2, 3)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise. seed, level: what it was drawn from; task: what to do, in a sentence or two; given: what it is done with,
    lines of text; key: one right answer, in the form that `Lesson.mark` takes; hint: what helps without giving it away;
    start: what an answer may begin with, to be changed or filled in.
    """

    seed: int
    level: int
    task: str
    given: str
    key: str
    hint: str
    start: str = ""


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """What is wrong in an answer: its place, the rule, and an example of it done right."""

    place: str
    rule: str
    example: str = ""


class Lesson(ABC):
    """A kind of exercise. summary: one line.

    Same seed and level, same exercise. An answer is text; each right one is marked right, whether or not it is the key.
    """

    summary: str

    @abstractmethod
    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """The exercise of a seed, 0 or above; level 1 is the easiest of `LEVELS`."""

    @abstractmethod
    def mark(self, exercise: Exercise, answer: str) -> tuple[Flaw, ...]:
        """What is wrong, in order; nothing for a right answer. Raises InputError where the answer cannot be read."""


def check_level(level: int) -> int:
    """A level that there is. Raises InputError."""
    if level not in LEVELS:
        raise InputError(f"the level is {level}; there are: {', '.join(map(str, LEVELS))}")
    return level


def lesson_names(media: Mapping[str, Medium]) -> dict[str, str]:
    """`MEDIUM:NAME` -> where the lesson is ("module:Class"), of all media."""
    return {f"{m}:{n}": where for m, medium in sorted(media.items()) for n, where in medium.lessons().items()}


def find_lesson(media: Mapping[str, Medium], name: str) -> Lesson:
    """A lesson by its name, with or without its medium. Raises UnknownName, PluginError where it is not one."""
    known = lesson_names(media)
    full = [one for one in known if name in (one, one.partition(":")[2])]
    if len(full) != 1:
        raise UnknownName("lesson", name, known)
    module, _, attribute = known[full[0]].partition(":")
    lesson = getattr(import_module(module), attribute)()
    if not isinstance(lesson, Lesson):
        raise PluginError(f"the lesson {full[0]!r} is not one: {known[full[0]]!r} is no artwright.core.lessons.Lesson")
    return lesson
