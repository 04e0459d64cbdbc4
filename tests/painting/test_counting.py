"""How many of a thing stand in a picture, and that what was named with them can be seen."""

from __future__ import annotations

import pytest
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.layout.counting import count_things
from artwright.plugins.painting.atelier.layout.from_theme import make_plan


def kinds(text, seed=3, aspect=4 / 3, **more):
    plan = make_plan(Theme.from_prompt(text), seed, aspect, **more)
    return [i.kind for i in plan.items], plan


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("a horse in a meadow", "horse", 1),
        ("two horses in a meadow", "horse", 2),
        ("horses in a meadow", "horse", 3),
        ("两匹马在草原上", "horse", 2),
        ("three ships at sea", "ship", 3),
        ("two lions at dawn", "lion", 2),
        ("三只大象", "elephant", 3),
        ("a bear in the snow", "bear", 1),
        ("a wolf in the snow", "wolf", 1),
        ("two wolves in the snow", "wolf", 2),
    ],
)
def test_a_number_or_a_plural_says_how_many(text, kind, number):
    for seed in range(4):
        found, plan = kinds(text, seed)
        assert (number > 1) <= (found.count(kind) > 1) and found.count(kind) <= number, (seed, found)
        assert not {"two", "three", "两"} & set(plan.unread)
    assert max(kinds(text, seed)[0].count(kind) for seed in range(4)) == number


def test_what_joins_is_no_larger_nearer_or_covered():
    for seed in range(6):
        _, plan = kinds("three women with parasols", seed)
        people = [i for i in plan.items if i.kind == "figure"]
        assert len(people) >= 2
        first, rest = people[0], people[1:3]
        assert all(i.h <= first.h * 1.05 and i.y <= first.y + 1e-6 for i in rest), seed
        assert all(i.y - i.h > 0 for i in people)


def test_words_without_number_say_nothing():
    assert count_things(Theme.from_prompt("a horse on the grass")) == {}
    assert count_things(Theme.from_prompt("five boats"))["boat"] == 5


def test_bamboo_frames_what_it_is_named_with():
    for seed in range(6):
        _, plan = kinds("bamboo and a small boat", seed)
        boat = next(i for i in plan.items if i.kind == "boat")
        assert plan.focus[0] == pytest.approx(boat.x, abs=0.3)


def test_dancers_at_a_feast_are_seen_dancing():
    found, plan = kinds("dancers at a feast")
    assert plan.ground == "garden" and found.count("figure") >= 2
    assert any(i.more.get("pose") == "dance" for i in plan.items)


def test_birds_on_a_branch_are_counted_and_boats_on_a_wave_are_not():
    assert kinds("a bird on a branch")[0].count("bird") == 1
    assert kinds("three birds on a branch")[0].count("bird") == 3
    assert kinds("waves and a cliff")[0].count("boat") <= 1
