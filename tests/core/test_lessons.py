"""Lessons: given and marked at the command line, found by name, of anybody's medium."""

import json

import plugin_stipple
import pytest
from artwright.core.errors import InputError, PluginError, UnknownName
from artwright.core.lessons import check_level, find_lesson, lesson_names


class Dots(plugin_stipple.Dots):
    def lessons(self):
        return {"count": "plugin_stipple:Dots", "tones": "nowhere:X"}


def test_lessons_are_found_by_name_with_or_without_their_medium():
    media = {"dots": Dots(), "ink": plugin_stipple.Dots()}
    assert lesson_names(media) == {"dots:count": "plugin_stipple:Dots", "dots:tones": "nowhere:X"}
    with pytest.raises(PluginError, match="the lesson 'dots:count' is not one"):
        find_lesson(media, "count")
    with pytest.raises(UnknownName, match=r"no lesson 'dots:cuont'.*Did you mean 'dots:count'"):
        find_lesson(media, "dots:cuont")
    with pytest.raises(InputError, match="the level is 4; there are: 1, 2, 3"):
        check_level(4)


def test_an_exercise_is_given_and_marked(call):
    rows = json.loads(call("lesson", "list", "--json").text)["lessons"]
    assert {"literature:tones", "music:fifths", "music:harmonise"} <= {row["lesson"] for row in rows}
    given = call("lesson", "give", "tones", "--seed", 3)
    assert given.code == 0 and "平" in given.text
    assert call("lesson", "give", "tones", "--seed", 3).text == given.text
    key = json.loads(call("lesson", "give", "tones", "--seed", 3, "--key", "--json").text)["exercises"][0]["key"]
    assert call("lesson", "mark", "tones", key, "--seed", 3).text == "right\n"
    wrong = key.translate(str.maketrans("平仄", "仄平"))
    done = call("lesson", "mark", "tones", wrong, "--seed", 3)
    assert done.code == 1 and "to mend" in done.text and "hint: " in done.err and "rhyme group" not in done.text
    assert "rhyme group" in call("lesson", "mark", "tones", wrong, "--seed", 3, "--tell").text
    assert call("lesson", "mark", "tones", "-", "--seed", 3, stdin=key.encode()).code == 0


def test_a_worksheet_has_many_exercises_and_its_keys(call):
    sheet = call("lesson", "give", "tones", "--count", 5, "--level", 2).text
    assert sheet.count("标出每字平仄") == 5
    assert len(call("lesson", "give", "tones", "--count", 5, "--level", 2, "--key").text) > len(sheet)


def test_what_is_no_answer_is_told(call):
    done = call("lesson", "mark", "tones", "xyz")
    assert done.code == 2 and "write 平 or 仄 for each" in done.err
    assert call("lesson", "mark", "nothing", "x").code == 2
