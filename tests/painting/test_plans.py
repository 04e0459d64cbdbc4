"""Plans that people edit: what is misspelt, of a wrong type or out of range is told in one line; the rest paints."""

from __future__ import annotations

import json
import math
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from artwright.core.errors import ArtwrightError
from artwright.core.theme import Theme, concepts
from artwright.plugins.painting.atelier.drawing import draw_scene
from artwright.plugins.painting.atelier.elements import arguments, table
from artwright.plugins.painting.atelier.layout.from_theme import make_plan
from artwright.plugins.painting.atelier.plan import GROUNDS, SEASONS, TIMES, Item, Plan
from artwright.plugins.painting.atelier.saved_plans import load_plan, read_plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BASE: dict[str, Any] = {"seed": 1, "aspect": 1.33, "ground": "meadow"}


def item(**more: Any) -> dict[str, Any]:
    return {**BASE, "items": [{"kind": "figure", "x": 0.5, "y": 0.8, "h": 0.3, **more}]}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"my": "edited plan"}, "the plan has no entry 'my'"),
        ({**BASE, "grond": "sea"}, "did you mean 'ground'"),
        ({**BASE, "itmes": []}, "did you mean 'items'"),
        ({"seed": 1, "ground": "sea"}, "lacks 'aspect'"),
        (item(more={"poze": "dance"}), "did you mean 'pose'"),
        (item(more={"dres": "robe"}), "did you mean 'dress'"),
        (item(more={"pose": "swim"}), "allowed is stand, parasol"),
        (item(more={"colour": "reddish"}), "a colour such as"),
        (item(pose="dance"), "'pose' of item 1 .* belongs into its 'more'"),
        (item(hight=0.3), "no entry 'hight'"),
        (item(kind="figur"), "Did you mean 'figure'"),
        (item(kind=3), "kind of item 1"),
        (item(kind="stone-bridge"), "lacks 'x0'"),
        (item(kind="boat", more={"tiers": 3}), "no entry 'tiers'"),
        (item(kind="pagoda", more={"tiers": 2.5}), "a whole number from 2 to 15"),
        (item(kind="reeds", more={"count": 10**9}), "a whole number from 1 to 120"),
        (item(x="left"), "x of item 1"),
        (item(x=math.nan), "x of item 1 .* is nan"),
        (item(h=-0.2), "h of item 1"),
        (item(h=math.inf), "h of item 1"),
        (item(flip=1), "true or false"),
        (item(depth=3), "a number from 0 to 1"),
        (item(more=[1]), "an object"),
        ({**BASE, "items": [1]}, "a list of up to 500 objects"),
        ({**BASE, "items": {"kind": "boat"}}, "a list of up to 500 objects"),
        ({**BASE, "items": [{"kind": "boat", "x": 0, "y": 0.5, "h": 0.1}] * 10_000}, "a list of up to 500 objects"),
        ({**BASE, "seed": -1}, "a whole number from 0"),
        ({**BASE, "seed": True}, "a whole number"),
        ({**BASE, "aspect": 0}, "a number from 0.2 to 5"),
        ({**BASE, "ground": "moon"}, "allowed is meadow"),
        ({**BASE, "time": "noon"}, "allowed is day"),
        ({**BASE, "template": "hgh"}, "allowed is low"),
        ({**BASE, "weather": None}, "allowed is fair"),
        ({**BASE, "horizon": -0.4}, "a number from 0.05"),
        ({**BASE, "sun": [1, 2]}, r"\[a number"),
        ({**BASE, "sun": [0.3, 0.2, math.nan]}, r"\[a number"),
        ({**BASE, "peaks": [[0.1, 0.2, 0.3]]}, "a list of up to 60"),
        ({**BASE, "sky": ["star"]}, "a list of up to 20"),
        ({**BASE, "flowers": ["red"]}, "a colour such as"),
        ({**BASE, "title": 7}, "a text"),
    ],
)
def test_what_is_wrong_in_a_plan_is_told_in_a_line(row: dict[str, Any], says: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(row), "utf-8")
    with pytest.raises(ArtwrightError, match=says) as told:
        load_plan(tmp_path / "plan.json")
    assert "\n" not in str(told.value) and len(str(told.value)) < 1200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"3",
        b"{",
        b'{"seed": 1',
        b"[" * 100_000,
        b"\x00\xff\xfe",
        b'{"seed": ' + b"9" * 5000 + b"}",
        b" " * 5_000_000,
    ],
)
def test_what_is_no_plan_at_all_is_told_in_a_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(data)
    with pytest.raises(ArtwrightError) as told:
        load_plan(tmp_path / "plan.json")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_plan_may_be_saved_by_any_editor(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(json.dumps({**BASE, "title": "月"}, ensure_ascii=False).encode(encoding))
    assert load_plan(tmp_path / "plan.json") == Plan(seed=1, aspect=1.33, ground="meadow", title="月")


def functions() -> dict[str, Any]:
    """The drawing function of each kind that passes its arguments on, by what its closure holds."""
    found = {}
    for kind, draw in table.ELEMENTS.items():
        cells = dict(zip(draw.__code__.co_freevars, draw.__closure__ or (), strict=True))
        if "function" in cells:
            found[kind] = (cells["function"].cell_contents, cells["fixed"].cell_contents if "fixed" in cells else {})
    return found


def test_the_arguments_that_are_allowed_are_those_that_are_drawn() -> None:
    known = {"scene", "world", "frame", "rng", "depth"}
    for kind, (function, fixed) in functions().items():
        if kind.endswith("bridge"):
            continue
        drawn = set(signature(function).parameters) - known - set(fixed)
        allowed = set(arguments.ARGUMENTS.get(kind, {}))
        assert allowed <= drawn, (kind, allowed - drawn)
        assert drawn - allowed <= {"breed"}, (kind, drawn - allowed)
    assert set(arguments.ARGUMENTS) <= set(table.ELEMENTS)


def sample(check: object) -> list[Any]:
    """Values that a check allows, from one end to the other."""
    if isinstance(check, arguments.Choice):
        return list(check.words)
    if isinstance(check, arguments.Number | arguments.Count):
        return [check.low, check.high]
    return ["", "a8402c", "#2c4a70"] if check is arguments.COLOUR else [True, False]


@pytest.mark.parametrize("kind", sorted(table.ELEMENTS))
def test_each_kind_is_drawn_with_each_argument_that_it_takes(kind: str) -> None:
    takes = arguments.ARGUMENTS.get(kind, {})
    required = {name: value for name, value in (("x0", 0.3), ("x1", 0.9)) if name in takes}
    rows = [required] + [{**required, name: value} for name, check in takes.items() for value in sample(check)]
    for more in rows[:14]:
        row = {**BASE, "items": [{"kind": kind, "x": 0.6, "y": 0.7, "h": 0.2, "more": more}]}
        assert np.isfinite(draw_scene(read_plan(row), 48).lab).all(), more


THEMES = (
    "mountains at dawn with a lake", "two people talking in a garden", "a child with a dog", "a busy street", "a dragon above the sea",
    "a battle", "an interior with window light", "grief", "hope", "孤舟蓑笠翁，独钓寒江雪", "a portrait of a young woman in red",
    "three apples on a plate", "a horse race", "a cathedral", "rain on a city at night", "a harbour at sunset", "月下古寺",
    "大漠孤烟直，长河落日圆", "江南春雨", "a wheat field with crows", "the great wave", "a cat sleeping on a chair", "桃花源",
    "a violin and a newspaper", "夜市", "a farmer ploughing with two oxen", "a waterfall", "sunflowers", "koi", "abstract",
)  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
def test_each_plan_that_is_made_is_read_again_and_builds(theme: str) -> None:
    for seed in (1, 2):
        plan = make_plan(Theme.from_prompt(theme), seed, 4 / 3)
        again = read_plan(json.loads(json.dumps(plan.to_dict())))
        assert again.to_dict() == plan.to_dict()
    assert np.isfinite(draw_scene(again, 36).lab).all()


@pytest.mark.slow
def test_each_concept_ground_hour_and_season_gives_a_plan_that_is_read_again() -> None:
    plans = [make_plan(Theme(text=key, words=(key,), images=(key,)), n, 1.5) for n, key in enumerate(concepts())]
    words = Theme.from_prompt("two men and three women")
    plans += [
        make_plan(words, 3, 0.8, ground=ground, time=time, season=season)
        for ground in GROUNDS
        for time, season in zip(TIMES, SEASONS * 2, strict=True)
    ]
    by_subject = [make_plan(words, 5, 1.2, subject=kind) for kind in table.ELEMENTS]
    for plan in by_subject:
        assert np.isfinite(draw_scene(plan, 24).lab).all(), plan.items
    for plan in plans + by_subject:
        assert read_plan(json.loads(json.dumps(plan.to_dict()))).items == tuple(
            Item(**row) for row in plan.to_dict()["items"]
        )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    whole=st.dictionaries(
        st.sampled_from(["seed", "aspect", "ground", "items", "sun", "sky", "peaks", "focus", "title", "x"]), JSON
    ),
    thing=st.dictionaries(st.sampled_from(["kind", "x", "y", "h", "more", "flip", "number"]), JSON),
)
def test_any_json_is_a_plan_or_refused_in_a_line(whole: dict[str, Any], thing: dict[str, Any]) -> None:
    for row in (whole, {**BASE, **whole}, {**BASE, "items": [thing]}, {**BASE, "items": [{"kind": "boat", **thing}]}):
        try:
            read_plan(row)
        except ArtwrightError as error:
            assert "\n" not in str(error)
