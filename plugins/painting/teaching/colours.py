"""A lesson in value: which of some colours is darker, whatever its hue.

Lightness is that of Oklab (Ottosson 2020), in which the pictures are painted (`atelier.colour`).
"""

from __future__ import annotations

import random
import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ....core.errors import InputError
from ....core.lessons import Exercise, Flaw, Lesson, check_level
from ..atelier.colour import srgb_to_oklab

__all__ = ["Values"]

_GAPS = {1: 0.12, 2: 0.08, 3: 0.05}
"""Between two neighbours, in lightness from 0 to 1, by level."""
_SAME = 0.01
"""Colours nearer than this in lightness may stand in either order."""
_COUNT = 5
_COLOUR = re.compile(r"([A-E]) (#[0-9a-f]{6})")


@lru_cache(maxsize=4096)
def lightness(colour: str) -> float:
    """The lightness of `#rrggbb` in Oklab, 0 to 1."""
    return float(srgb_to_oklab(np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]))[0])


class Values(Lesson):
    """Put colours in order, from dark to light."""

    summary = "put five colours in order from dark to light, whatever their hue"

    def exercise(self, seed: int, level: int = 1) -> Exercise:
        """Five colours, the nearer to one another in lightness the higher the level."""
        rng = random.Random(f"values {seed} {check_level(level)}")
        chosen: list[str] = []
        while len(chosen) < _COUNT:
            colour = f"#{rng.randrange(1 << 24):06x}"
            if all(abs(lightness(colour) - lightness(other)) >= _GAPS[level] for other in chosen):
                chosen.append(colour)
            elif rng.random() < 0.02:  # where no place is left between those that there are
                chosen = []
        named = dict(zip("ABCDE", chosen, strict=True))
        return Exercise(
            seed=seed,
            level=level,
            task="Put these colours in order from the darkest to the lightest: give their letters, as in BADCE.",
            given="\n".join(f"{letter} {colour}" for letter, colour in named.items()),
            key="".join(sorted(named, key=lambda letter: lightness(named[letter]))),
            hint="half close your eyes; yellow is light and blue is dark at the same strength, and green weighs most",
        )

    def mark(self, exercise: Exercise, answer: str) -> tuple[Flaw, ...]:
        """Each pair of neighbours that stands the wrong way round. Raises InputError unless each letter is there once."""
        letters = "".join(char for char in answer.upper() if char.isalpha())
        if sorted(letters) != sorted("ABCDE"):
            raise InputError(f"{answer.strip()[:20]!r} is no order; give each of A, B, C, D, E once")
        named = dict(_COLOUR.findall(exercise.given))
        return tuple(
            Flaw(
                place=f"{one} before {other}",
                rule=f"{other} ({named[other]}) is the darker one: lightness {lightness(named[other]):.2f}, "
                f"{one} ({named[one]}) has {lightness(named[one]):.2f}.",
            )
            for one, other in pairwise(letters)
            if lightness(named[one]) - lightness(named[other]) > _SAME
        )
