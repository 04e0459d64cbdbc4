"""`literature answer`: second halves of couplets oppose the tones of the first and share no character with it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from artwright.core.errors import InputError
from artwright.core.studio import Studio
from artwright.plugins.literature.english.checker import line_rhymes, scan
from artwright.plugins.literature.english.prosody import METRES
from artwright.plugins.literature.english.words import MARKS, tokenize
from artwright.plugins.literature.workshop.answering import answer_couplet, opposed_pattern
from artwright.plugins.literature.workshop.answering_en import answer_line
from artwright.plugins.literature.workshop.book import book


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(home=tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(
    "line", ["千江水", "烟锁池塘柳", "四面云山", "窗前雨打芭蕉绿", "一庭花影三更月下读", "读万卷书"]
)
def test_an_answer_opposes_the_tones_and_shares_no_character(studio, line):
    table = book()
    found = answer_couplet(line, studio.context(seed=5))
    assert found
    for one in found:
        assert len(one.line) == len(line)
        assert not set(one.line) & set(line)
        assert table.used(one.line[-1]) != table.used(line[-1])
        for tone, char in zip(opposed_pattern(line), one.line, strict=True):
            assert tone == "." or tone in table.used(char)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_what_the_first_half_repeats_is_repeated(studio):
    for one in answer_couplet("年年柳色青", studio.context(seed=2)):
        assert one.line[0] == one.line[1]
        assert len(set(one.line)) == 4


def test_the_same_seed_gives_the_same_answers(studio):
    one, other = (answer_couplet("明月松间照", studio.context(seed=9)) for _ in range(2))
    assert one == other
    assert max(a.likeness for a in one) > 0.25


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("山水", "3 to 11"),
        ("山" * 12, "3 to 11"),
        ("the sea", "no line of Chinese"),
        ("，。", "no line"),
        ("山a水", "no line"),
    ],
)
def test_what_cannot_be_answered_is_said(studio, line, said):
    with pytest.raises(InputError) as error:
        answer_couplet(line, studio.context())
    assert said in str(error.value)


def test_the_command_answers_traditional_characters():
    command = [sys.executable, "-m", "artwright", "literature", "answer", "煙鎖池塘柳", "--seed", "5", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert len(json.loads(said.stdout)["answers"]) == 3


def test_an_english_line_is_answered_in_its_metre_with_a_rhyme(studio):
    line = "The evening bells are ringing from the hill"
    found = answer_line(line, studio.context(seed=1), most=2)
    assert found
    for one in found:
        assert line_rhymes(line, one.line)
        assert scan([t for t in tokenize(one.line) if t not in MARKS], METRES["pentameter"]).syllables == 10
    for given, said in (("The moon is on the water", "7 syllables"), ("...", "0 syllables")):
        with pytest.raises(InputError, match=said):
            answer_line(given, studio.context(seed=1))
