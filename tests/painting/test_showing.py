"""What a picture is told to show is seen in it, large enough; what leads a theme is what it is about."""

from dataclasses import replace

import numpy as np
import pytest
from artwright.core.theme import Theme
from artwright.plugins.painting.models.brush.ideas import ideas_for
from artwright.plugins.painting.quoting.choosing import Chooser
from artwright.plugins.painting.quoting.framing import Crop
from artwright.plugins.painting.quoting.quotation import Quotation, Quoted, render
from artwright.plugins.painting.quoting.showing import seen_in
from artwright.plugins.painting.quoting.wish import nearest_words, read_wish
from artwright.plugins.painting.quoting.works import load_works

WHOLE = Crop(0, 0, 1, 1)


def wish_of(text):
    return read_wish(Theme.from_prompt(text))


def work_of(**asked):
    return next(w for w in load_works().values() if all(getattr(w, key) == value for key, value in asked.items()))


def plan_of(subject, around):
    return Quotation(1.2, Quoted(subject.id, WHOLE), Quoted(around.id, WHOLE), "round", subject.box, colours=around.id)


def test_what_the_frame_cuts_off_is_not_shown():
    cat = next(w for w in load_works().values() if w.subject.split()[0] == "cat" and w.area < 0.6)
    around = work_of(subject="village street")
    assert "cat" in seen_in(plan_of(cat, around), wish_of("a cat"))
    left, _, right, _ = cat.box
    away = Crop(right - 0.02, 0, right + 0.5, 1) if right < 0.5 else Crop(left - 0.5, 0, left + 0.02, 1)
    cut = replace(plan_of(cat, around), subject=Quoted(cat.id, away))
    assert "cat" not in seen_in(cut, wish_of("a cat"))


def test_what_only_the_label_says_is_not_shown():
    looking = next(w for w in load_works().values() if w.action.endswith("mirror") and "mirror" not in w.named)
    assert "mirror" not in seen_in(plan_of(looking, work_of(subject="village street")), wish_of("a mirror"))


def test_a_colour_is_looked_for_in_the_picture():
    plan = plan_of(work_of(subject="village street"), next(w for w in load_works().values() if w.subject == "calm sea"))
    picture = render(plan).copy()
    picture[..., 1:] = 0
    assert "red" not in seen_in(plan, wish_of("a red house"), picture)
    picture[: len(picture) // 2, : len(picture) // 2, 1:] = 0.16, 0.08
    assert "red" in seen_in(plan, wish_of("a red house"), picture)


def test_night_is_dark():
    night = next(w for w in load_works().values() if w.hour == "night" and w.area > 0.6)
    plan = plan_of(night, night)
    dark = np.full((20, 24, 3), (0.3, 0.0, 0.0), np.float32)
    assert "night" in seen_in(plan, wish_of("night"), dark) and "night" not in seen_in(
        plan, wish_of("night"), dark + 0.4
    )


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("a woman peeling apples", "woman"),
        ("a girl in a yellow dress", "girl"),
        ("a still life with a skull", "skull"),
        ("a portrait of a young woman in red", "woman"),
        ("growing old", "old"),
        ("a lighthouse in a storm", "lighthouse"),
    ],
)
def test_people_lead_what_they_do_and_wear(text, lead):
    assert wish_of(text).lead.key == lead


@pytest.mark.parametrize("text", ["a woman peeling apples", "two women", "a child", "a man in a blue coat"])
def test_the_best_works_show_people_and_no_beast(text):
    wish = wish_of(text)
    chooser = Chooser(wish, medium="paint", masters=())
    for work in (chooser.works[i] for i in chooser.best(chooser.subject(), 5, 0.6)):
        assert abs(work.people - wish.people) <= 1 and not {"dog", "cat", "horse"} & work.named


def test_chinese_themes_say_each_thing():
    assert [f.key for f in wish_of("采莲女").facets] == ["picking", "lily", "woman"]
    assert {"red", "leaf"} <= {f.key for f in wish_of("红叶").facets}


def test_what_leads_nowhere_is_offered_a_near_word():
    assert "boat" in nearest_words("baot") and nearest_words("砚") and not wish_of("flurbzint").facets


def test_pairs_of_styles_suit_the_theme():
    def firsts(text):
        ideas = ideas_for(Theme.from_prompt(text), 9, np.random.default_rng(1))
        return {idea.data["style"].split(":")[0] for idea in ideas if idea.kind == "style"}

    assert firsts("a portrait of an old man") <= {"rembrandt", "renoir", "vermeer", "velazquez"}
    assert not firsts("a portrait of an old man") & firsts("a lake with mountains")
