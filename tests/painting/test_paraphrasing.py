"""Pictures after one work: whose it may be, how it is framed and lit, and how much of it may stay as it stands."""

import json

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.core.theme import Theme
from artwright.plugins.painting.models.quotation.venturing import Venture
from artwright.plugins.painting.quoting.framing import Crop, view
from artwright.plugins.painting.quoting.lighting import Lamp, relight
from artwright.plugins.painting.quoting.nearness import drawn_share, unaltered_share
from artwright.plugins.painting.quoting.paraphrasing import MOST_UNALTERED, drawn_after, paraphrase, unaltered
from artwright.plugins.painting.quoting.quotation import Quotation, render
from artwright.plugins.painting.quoting.wish import read_wish
from artwright.plugins.painting.quoting.works import find_work

TONE = (0.6, 0.06, 0.1)


def after(text, seed, *, medium="paint", masters=(), **more):
    wish = read_wish(Theme.from_prompt(text))
    rng = np.random.default_rng(seed)
    return paraphrase(wish, rng, medium=medium, masters=masters, aspect=None, tone=TONE, turn=seed, **more)


@pytest.mark.parametrize("text", ["a village street", "月夜渡船"])
def test_one_work_carries_the_picture_in_another_light(text):
    plan = after(text, 3).plan
    picture = render(plan, fine=False)
    assert plan.surroundings is None and plan.lamp is not None
    assert unaltered(plan, picture) <= MOST_UNALTERED + 0.02
    assert drawn_after(plan, picture) > 0.8  # the drawing is the work's, and so it is told


@pytest.mark.parametrize(
    ("text", "terms"), [("a lotus pond after rain", {"lily"}), ("a cup of tea", {"tea", "cup", "coffee"})]
)
def test_the_work_is_one_in_which_the_theme_is_seen(text, terms):
    works = [find_work(after(text, seed).plan.subject.work) for seed in (0, 5)]
    assert all(terms & work.terms.keys() for work in works)


def test_what_everybody_knows_is_not_taken_while_there_is_another():
    works = [
        find_work(after(text, 1).plan.subject.work) for text in ("a volcano", "stars over a river", "a large wave")
    ]
    assert not any(work.famous for work in works)


def test_the_master_of_the_hand_is_never_its_source():
    names = {
        find_work(after("a street", seed, masters=("Alfred Sisley",)).plan.subject.work).artist for seed in range(4)
    }
    assert "Alfred Sisley" not in names


@pytest.mark.parametrize("medium", ["print", "ink"])
def test_prints_are_made_after_prints_and_ink_after_ink(medium):
    assert find_work(after("a mountain", 1, medium=medium).plan.subject.work).medium == medium


def test_seeds_are_other_works_and_the_same_seed_the_same_plan():
    plans = [after("a river", seed).plan for seed in (0, 0, 1, 2, 3)]
    assert plans[0] == plans[1]
    assert len({p.subject.work for p in plans}) >= 3


def test_a_plan_after_one_work_is_data():
    plan = after("a boat", 2).plan
    again = Quotation.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert again == plan
    assert np.array_equal(render(again, fine=False), render(plan, fine=False))


def test_a_seam_needs_surroundings():
    row = after("a boat", 2).plan.to_dict()
    with pytest.raises(InputError, match="there alone"):
        Quotation.from_dict(row | {"seam": {"kind": "round", "box": [0, 0, 1, 1]}})
    with pytest.raises(InputError, match="strength of the plan's lamp is 7"):
        Quotation.from_dict(row | {"lamp": {"x": 0, "y": 0, "reach": 1, "strength": 7, "key": 1}})


def test_a_drawing_is_recognised_in_any_light_and_another_is_not():
    work = view("x/sisley/bridge-at-moret", Crop(0.1, 0.1, 0.9, 0.9), (160, 200))
    night = np.roll(work, 3, 0) * np.array([0.4, 1, 1], np.float32)
    assert drawn_share(night, work) > 0.9
    assert drawn_share(view("x/sisley/summer-at-bougival", Crop(0, 0, 1, 1), (160, 200)), work) < 0.1


def test_a_work_as_it_stands_is_known_in_spite_of_a_small_shift_and_another_hue():
    work = view("x/sisley/bridge-at-moret", Crop(0.1, 0.1, 0.9, 0.9), (160, 200))
    tinted = np.roll(work, 4, 1) + np.array([0, 0.05, -0.03], np.float32)
    assert unaltered_share(tinted, work) > 0.85
    assert unaltered_share(work[:, ::-1], work) < 0.35
    darker = work * np.array([0.6, 1, 1], np.float32)
    assert unaltered_share(darker, work) < 0.3


def test_a_lamp_lights_where_it_stands_and_dims_what_lies_far():
    grey = np.full((60, 80, 3), (0.5, 0, 0), np.float32)
    lit = relight(grey, Lamp(0.1, 0.1, 0.5, 0.5))[..., 0]
    assert lit[5, 8] > 0.55 and lit[-1, -1] < 0.3
    assert lit.min() >= 0 and lit.max() <= 1
    assert np.array_equal(relight(grey, Lamp(0.1, 0.1, 0.5, 0.0))[..., 0], grey[..., 0])


def test_only_the_most_novel_pictures_join_works():
    assert not any(Venture(n).joins for n in (0, 0.25, 0.5, 0.75)) and Venture(1.0).joins
    shares = [Venture(n).most_quoted for n in (0, 0.25, 0.5, 0.75, 1)]
    assert shares == sorted(shares, reverse=True)
