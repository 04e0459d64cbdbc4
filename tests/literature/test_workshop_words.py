"""`literature rhymes` and `literature whose`: what rhymes, by length, stress and theme; whose a line is."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from artwright.core.errors import InputError
from artwright.plugins.literature.english.phonetics import sounds
from artwright.plugins.literature.workshop.book import book
from artwright.plugins.literature.workshop.rhymes import find_rhymes
from artwright.plugins.literature.workshop.whose import find_sources


def words(rows):
    return [row.word for row in rows]


def run(*arguments):
    command = [sys.executable, "-m", "artwright", "literature", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    ("word", "has", "lacks"),
    [
        ("moon", "june", "man"),
        ("flying", "sighing", "king"),
        ("liberty", "sea", "table"),
        ("Night", "delight", "late"),
    ],
)
def test_full_rhymes_are_full(word, has, lacks):
    found = words(find_rhymes(word, most=200).full)
    assert has in found
    assert lacks not in found
    assert word.lower() not in found


def test_surnames_are_no_rhymes():
    assert not {"heun", "hoon", "aoun"} & set(words(find_rhymes("moon", most=500).full))


def test_near_rhymes_are_apart_and_say_how():
    found = find_rhymes("soul", most=300)
    near = {row.word: row.relation for row in found.near}
    assert near["all"] == "consonance"
    assert "whole" in words(found.full)
    assert not set(near) & set(words(found.full))


def test_length_and_stress_are_kept():
    assert {row.syllables for row in find_rhymes("day", syllables=2).full} == {2}
    found = words(find_rhymes("day", stress="01", most=12).full)
    assert {"away", "today"} <= set(found)
    assert all("01" in {s.stress.replace("2", "0") for s in sounds(word)} for word in found)


def test_a_theme_brings_its_words_forward():
    sea = words(find_rhymes("soon", theme="sea", most=6).full)
    assert "lagoon" in sea
    assert "lagoon" not in words(find_rhymes("soon", most=6).full)
    loved = find_rhymes("desire", theme="love", most=5).full
    assert all(row.near_theme is not None for row in loved)


def test_chinese_rhymes_are_of_the_group_with_words_that_end_in_them():
    found = find_rhymes("秋", most=30)
    table = book()
    groups = set(table.groups_of("秋"))
    assert all(groups & set(table.groups_of(row.word)) for row in found.full)
    assert "高楼" in next(row for row in found.full if row.word == "楼").words
    assert found.full[0].count >= found.full[-1].count
    river = find_rhymes("愁", theme="江上", most=6)
    assert {"舟", "洲"} <= set(words(river.full))


def test_a_traditional_word_rhymes_by_its_last_character():
    assert find_rhymes("西樓").word == "楼"


def test_entering_tones_rhyme_with_entering_tones():
    assert {"发", "骨"} <= set(words(find_rhymes("月", most=20).full))


@pytest.mark.parametrize(
    ("word", "options", "said"),
    [
        ("asdfgh", {}, "pronunciation"),
        ("two words", {}, "single word"),
        ("月", {"syllables": 2}, "English"),
        ("month", {"syllables": 7}, "nothing rhymes"),
        ("moon", {"theme": "qwrtz"}, "theme"),
        ("𠀀", {}, "pronunciation"),
    ],
)
def test_what_has_no_rhyme_is_said_in_one_line(word, options, said):
    with pytest.raises(InputError) as error:
        find_rhymes(word, **options)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("line", "language", "work", "match"),
    [
        ("月涌大江流", "zh", "杜甫《旅夜书怀》", "whole"),
        ("夕陽無限好，只是近黃昏。", "zh", "李商隐《乐游原》", "whole"),
        ("床前明月光", "zh", "李白《静夜思》", "nearly"),
        ("Because I could not stop for Death --", "en", "Emily Dickinson, The Chariot", "whole"),
        ("Thy eternal summer shall never fade", "en", "William Shakespeare, Sonnet XVIII", "nearly"),
    ],
)
def test_lines_of_known_works_are_theirs(line, language, work, match):
    found = find_sources(line, language)
    assert found.taken
    assert (work, match) in {(s.work, s.match) for s in found.sources}


@pytest.mark.parametrize(("line", "language"), [("我的小猫爱吃鱼", "zh"), ("My cat eats purple radios at noon", "en")])
def test_other_lines_are_nobodys(line, language):
    found = find_sources(line, language)
    assert not found.taken
    assert found.works > 5000


@pytest.mark.parametrize(
    ("line", "language"), [("月", "zh"), ("the sea", "en"), ("月" * 70, "zh"), ("le ciel est", "fr")]
)
def test_what_cannot_be_looked_for_is_refused(line, language):
    with pytest.raises(InputError):
        find_sources(line, language)


def test_the_commands_speak_json():
    said = run("rhymes", "moon", "--count", "5", "--json")
    assert len(json.loads(said.stdout)["full"]) == 5
    said = run("whose", "月涌大江流", "--json")
    assert json.loads(said.stdout)["taken"]
    said = run("rhymes", "asdfgh")
    assert said.returncode == 2
    assert said.stderr.count("\n") == 1
