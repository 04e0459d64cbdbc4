"""What of a theme is painted, and that the rest is told in the user's own words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from artwright.core.studio import Studio
from artwright.core.theme import Theme, concepts
from artwright.plugins.painting.atelier.layout.from_theme import make_plan
from artwright.plugins.painting.atelier.layout.hearing import is_shown, unused_words
from artwright.plugins.painting.atelier.layout.roles import ROLES
from artwright.plugins.painting.atelier.plan import Plan

SMALL = {"width": 96, "best_of": 1}


def lay_out(theme: Theme, seed: int, text: str = "") -> Plan:
    return make_plan(theme, seed, 4 / 3, strata=text)


def unused(text: str, seed: int) -> tuple[str, ...]:
    return unused_words(Theme.from_prompt(text), lambda theme: lay_out(theme, seed, text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a train leaving the station in the snow", ["train", "leaving", "station"]),
        ("a dragon above the sea", ["dragon"]),
        ("praying hands", ["praying", "hands"]),
        ("a battle at dawn", ["battle"]),
        ("a horse race", ["race"]),
        ("three apples on a plate", ["plate"]),
        ("an orchestra playing", ["orchestra", "playing"]),
        ("a violin and a newspaper", ["violin", "newspaper"]),
        ("a farmer ploughing with two oxen", ["farmer", "ploughing"]),
        ("two people talking in a garden", ["talking"]),
        ("women of Tahiti under a mango tree", ["Tahiti", "mango"]),
        ("a cat sleeping on a chair", ["sleeping", "chair"]),
        ("a harbour with cranes", ["harbour"]),
        ("the banker by the river", ["banker"]),
        ("an archer and a tower of books", ["archer"]),
        ("my FATHER's telephone", ["telephone"]),
        ("A Dentist in the Forest", ["Dentist"]),
        ("red water", ["red"]),
        ("flurb zint quobble", ["flurb", "zint", "quobble"]),
        ("火车和雪", ["火车"]),
        ("高铁站的雨", ["高铁"]),
        ("老人在窗前读书", ["读书"]),
        ("龙在海上", ["龙"]),
    ],
)
def test_what_is_not_painted_is_told(text: str, words: list[str]) -> None:
    for seed in range(4):
        assert set(words) <= set(unused(text, seed)), (seed, unused(text, seed))


@pytest.mark.parametrize(
    "text",
    [
        "misty mountains at dawn",
        "a white horse in the snow",
        "rain on a city at night",
        "two horses in a meadow",
        "a ship in a storm",
        "a portrait of an old man",
        "a woman in red",
        "an old man",
        "father and son",
        "a bridge in autumn",
        "a red boat",
        "月下古寺",
        "两匹马",
        "一个老人",
    ],
)
def test_what_is_painted_is_not_told(text: str) -> None:
    assert not [words for seed in range(3) if (words := unused(text, seed))]


def test_a_word_that_counts_as_read_changes_the_picture_or_stands_in_it() -> None:
    texts = [
        f"{word} and a {other}"
        for key in ("horse", "moon", "rain", "church", "rose", "dusk", "winter", "boat", "grass", "monk", "hope", "fog")
        for word in [key]
        for other in ("lake", "street", "house")
    ]
    for text in texts:
        theme = Theme.from_prompt(text)
        plan = lay_out(theme, 5, text)
        told = unused(text, 5)
        for word, image in theme.readings:
            less = text.replace(word, " ")
            if word in told or not any(c.isalpha() for c in less):
                continue
            other = lay_out(Theme.from_prompt(less), 5, text)
            assert other.to_dict() | {"title": ""} != plan.to_dict() | {"title": ""}, (text, word, image)


def test_each_concept_without_a_role_is_told() -> None:
    for key in concepts().keys() - ROLES.keys():
        word = concepts()[key].en[0]
        if not is_shown(word, key):
            assert word in unused(f"a lake, {word}", 1) or key in ("orange",), key


def test_words_of_a_work_are_nobodys_words() -> None:
    theme = Theme(text="Le train", words=("train",), images=("mountain", "train"), source="sha256:0")
    assert unused_words(theme, lambda t: lay_out(t, 1)) == ()


@pytest.mark.parametrize(
    ("text", "kind", "argument", "value"),
    [
        ("a woman in red", "figure", "colour", "c22f2a"),
        ("a portrait of a young woman in red", "portrait", "colour", "c22f2a"),
        ("a portrait of a young woman in red", "portrait", "age", "young"),
        ("a red boat on a blue lake", "boat", "hull", "c22f2a"),
        ("a black dog", "dog", "colour", concepts()["black"].colour[1:]),
        ("a green house in the fields", "house", "wall", concepts()["green"].colour[1:]),
        ("an old man on a road", "figure", "age", "old"),
        ("红衣女子", "portrait", "colour", "c22f2a"),
    ],
)
def test_colours_and_ages_go_to_their_things(text: str, kind: str, argument: str, value: str) -> None:
    for seed in range(3):
        plan = lay_out(Theme.from_prompt(text), seed)
        things = [item for item in plan.items if item.kind == kind]
        assert things and all(item.more.get(argument) == value for item in things), seed


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("two oxen", "cow", 2),
        ("a cow", "cow", 1),
        ("a child with a dog", "dog", 1),
        ("cows", "cow", 3),
        ("father and son", "figure", 2),
    ],
)
def test_as_many_stand_there_as_are_told(text: str, kind: str, number: int) -> None:
    for seed in range(3):
        assert sum(item.kind == kind for item in lay_out(Theme.from_prompt(text), seed).items) == number


def test_a_father_is_no_mother_and_a_mother_no_father() -> None:
    for text, dress in (
        ("a father on a road", "coat"),
        ("a mother on a road", "dress"),
        ("my grandfather's road", "coat"),
    ):
        people = [i for i in lay_out(Theme.from_prompt(text), 2).items if i.kind == "figure"]
        assert len(people) == 1 and people[0].more["dress"] == dress, text


def test_the_work_and_its_manifest_tell_it() -> None:
    work = Studio().generate("painting", "a Train in the snow", model="atelier", seed=1, options=SMALL)
    assert work.unused == ("Train",)
    assert work.provenance is not None and work.provenance.unused == ("Train",)
    assert work.provenance.notes["unread"] == ["Train"]


def test_a_plan_or_a_drawing_takes_the_place_of_the_theme(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps({"seed": 1, "aspect": 1.3, "ground": "lake"}))
    work = Studio().generate(
        "painting", "a horse at night", model="atelier", seed=1, options={**SMALL, "plan": str(tmp_path / "plan.json")}
    )
    assert work.unused == ("horse", "night")


@pytest.mark.parametrize(("theme", "told"), [("a train in the snow", "train"), ("雪中的火车", "火车")])
def test_the_command_line_says_it(theme: str, told: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "artwright",
        "painting",
        "generate",
        theme,
        "--model",
        "atelier",
        "-o",
        "width",
        "96",
        "-o",
        "best_of",
        "1",
    ]
    done = subprocess.run(
        [*command, "--seed", "1", "--output", str(tmp_path / "a.png")], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert f"not painted: {told}" in done.stderr
