"""Lessons as pages: given, marked with a hint first, told where, shown an answer."""

import re

import pytest
from artwright.core.lessons import Exercise, Flaw, Lesson


class Echo(Lesson):
    summary = "say it again"

    def exercise(self, seed, level=1):
        return Exercise(
            seed=seed, level=level, task="Say it.", given=f"word {seed}", key=f"word {seed}", hint="look up"
        )

    def mark(self, exercise, answer):
        return () if answer == exercise.key else (Flaw(place="all of it", rule="<b>as given</b>"),)


@pytest.fixture
def pupil(browser, monkeypatch):
    import artwright.core.lessons as found
    import plugin_stipple

    monkeypatch.setattr(plugin_stipple.Dots, "lessons", lambda self: {"echo": "echo:Echo"})
    monkeypatch.setattr(found, "import_module", lambda name: type("Module", (), {"Echo": Echo}))
    return browser


def test_a_hint_comes_first_then_the_place_then_an_answer(pupil):
    assert "/lessons/dots:echo?level=3" in pupil.get("/lessons").text
    address = "/lessons/dots:echo?seed=4&level=2"
    assert "word 4" in pupil.get(address).text and "look up" not in pupil.get(address).text
    wrong = pupil.post(address, data={"answer": "other"}).text
    assert "1 to mend" in wrong and "look up" in wrong and "as given" not in wrong and ">other</textarea>" in wrong
    told = pupil.post(address, data={"answer": "other", "tell": "1"}).text
    assert "&lt;b&gt;as given" in told and len(re.findall("word 4", told)) == 1
    shown = pupil.post(address, data={"answer": "other", "tell": "1", "key": "1"}).text
    assert len(re.findall("word 4", shown)) == 2
    assert "Right!" in pupil.post(address, data={"answer": "word 4"}).text
    assert "seed=5&amp;level=2" in shown


def test_what_is_no_lesson_is_told(pupil):
    assert pupil.get("/lessons/nothing").status_code == 404
    assert pupil.get("/lessons/dots:echo?level=9").status_code == 400
    assert pupil.get("/lessons/dots:echo?seed=x").status_code == 400
