"""The lesson in value: the key is right, and each neighbour that stands the wrong way round is found."""

import random

import pytest
from artwright.core.errors import InputError
from artwright.plugins.painting.teaching.colours import Values, lightness


def reference_lightness(colour):
    """Oklab's lightness in plain arithmetic, from the constants of its author's page."""
    r, g, b = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b))
    long = 0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b
    middle = 0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b
    short = 0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b
    return 0.2104542553 * long ** (1 / 3) + 0.7936177850 * middle ** (1 / 3) - 0.0040720468 * short ** (1 / 3)


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_exercises_are_marked_as_they_should(count):
    lesson = Values()
    for seed in range(count):
        exercise = lesson.exercise(seed, seed % 3 + 1)
        named = dict(row.split() for row in exercise.given.splitlines())
        assert exercise.key == "".join(sorted(named, key=lambda letter: reference_lightness(named[letter])))
        assert lesson.mark(exercise, exercise.key) == ()
        place = random.Random(seed).randrange(4)
        wrong = list(exercise.key)
        wrong[place], wrong[place + 1] = wrong[place + 1], wrong[place]
        flaws = lesson.mark(exercise, " ".join(wrong))
        assert [flaw.place for flaw in flaws] == [f"{wrong[place]} before {wrong[place + 1]}"]


def test_lightness_is_that_of_oklab():
    assert lightness("#000000") == pytest.approx(0, abs=1e-3) and lightness("#ffffff") == pytest.approx(1, abs=1e-3)
    assert lightness("#0000ff") == pytest.approx(0.452, abs=2e-3) and lightness("#ffff00") == pytest.approx(
        0.968, abs=2e-3
    )


@pytest.mark.parametrize("answer", ["", "ABC", "AABCD", "ABCDEF"])
def test_what_is_no_order_is_told(answer):
    with pytest.raises(InputError, match="give each of A, B, C, D, E once"):
        Values().mark(Values().exercise(0), answer)
