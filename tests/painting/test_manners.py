"""Manners of masters: they move what a theme leaves open, and nothing it names."""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.drawing import draw_scene
from artwright.plugins.painting.atelier.layout.from_theme import make_plan
from artwright.plugins.painting.atelier.layout.habits import HABITS, Habits, habits_of
from artwright.plugins.painting.atelier.layout.templates import TEMPLATES
from artwright.plugins.painting.atelier.scene import Kind
from artwright.plugins.painting.atelier.styles import HANDS, find_style, paint


def test_manners_belong_to_hands_and_name_known_layouts() -> None:
    for hand, habits in HABITS.items():
        assert hand in HANDS and set(habits.templates) <= set(TEMPLATES)
    assert habits_of("monet") == habits_of("nobody's hand")


@pytest.mark.parametrize("hand", sorted(HABITS))
def test_a_master_steps_up_to_the_subject(hand: str) -> None:
    theme, habits = Theme.from_prompt("a horse in a meadow"), habits_of(hand)

    def height(seed: int, habits: Habits | None) -> float:
        return next(i.h for i in make_plan(theme, seed, 4 / 3, habits=habits).items if i.kind == "horse")

    assert np.mean([height(s, habits) for s in range(6)]) > 1.1 * np.mean([height(s, None) for s in range(6)])
    assert all(make_plan(theme, s, 4 / 3, habits=habits).template in habits.templates for s in range(6))


def test_a_named_hour_stays() -> None:
    habits = habits_of("rembrandt")
    for text, hour in (("a river at dawn", "dawn"), ("a bridge at night", "night"), ("a ship in a storm", "storm")):
        assert make_plan(Theme.from_prompt(text), 3, 4 / 3, habits=habits).time == hour


def test_the_same_seed_gives_the_same_plan() -> None:
    theme, habits = Theme.from_prompt("a village"), habits_of("vermeer")
    assert make_plan(theme, 5, 4 / 3, habits=habits) == make_plan(theme, 5, 4 / 3, habits=habits)


def test_rembrandt_is_darker_than_vermeer_and_both_keep_the_face_light() -> None:
    scene = draw_scene(make_plan(Theme.from_prompt("portrait of a woman"), 4, 1.0), 144)
    face, rest = scene.is_kind(Kind.SKIN), scene.is_kind(Kind.BACKDROP)
    light = {}
    for name in ("rembrandt", "vermeer"):
        picture = paint(scene, find_style(name), size=(144, 144), rng=np.random.default_rng(1))
        light[name] = np.asarray(picture, np.float32).mean(-1) / 255
    assert light["rembrandt"][rest].mean() < light["vermeer"][rest].mean()
    assert all(picture[face].mean() > 1.8 * picture[rest].mean() for picture in light.values())


def test_a_face_in_ink_has_lines() -> None:
    scene = draw_scene(make_plan(Theme.from_prompt("portrait of an old man"), 4, 1.0), 192)
    grey = (
        np.asarray(
            paint(scene, find_style("shan-shui"), size=(192, 192), rng=np.random.default_rng(1)), np.float32
        ).mean(-1)
        / 255
    )
    assert grey[scene.is_kind(Kind.SKIN)].std() > 0.08, "an empty face"


def test_who_works_quietly_sits_for_masters_of_figures() -> None:
    theme = Theme.from_prompt("an old fisherman mending nets")
    plan = make_plan(theme, 3, 4 / 3, habits=habits_of("rembrandt"))
    sitter = next(i for i in plan.items if i.kind == "portrait")
    assert (
        plan.ground == "portrait"
        and sitter.more["sex"] == "man"
        and sitter.more["age"] == "old"
        and sitter.more["collar_kind"] == "plain"
    )
    assert make_plan(theme, 3, 4 / 3).ground != "portrait"
    assert (
        make_plan(Theme.from_prompt("a horse in a meadow"), 3, 4 / 3, habits=habits_of("rembrandt")).ground
        != "portrait"
    )


@pytest.mark.parametrize(
    ("text", "rembrandt", "any_hand"),
    [
        ("an old man reading a book", True, True), ("老人读书", True, True), ("an old man", True, False), ("a girl in the snow", False, False),
        ("a monk praying in a garden", False, False), ("two women reading", False, False), ("a woman riding a horse", False, False),
    ],
)  # fmt: skip
def test_one_person_sits_where_no_place_is_told(text: str, rembrandt: bool, any_hand: bool) -> None:
    theme = Theme.from_prompt(text)
    assert (make_plan(theme, 5, 1.0, habits=habits_of("rembrandt")).ground == "portrait") == rembrandt
    assert (make_plan(theme, 5, 1.0).ground == "portrait") == any_hand
