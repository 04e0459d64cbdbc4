"""Centos: lines of poets as they stand, each from another poem, in form, their poets named."""

from dataclasses import replace

import pytest
from artwright.core.errors import InputError
from artwright.core.requests import GenerateRequest
from artwright.plugins.literature.chinese.checker import check_regulated
from artwright.plugins.literature.english.checker import check, scan
from artwright.plugins.literature.english.forms import find_form
from artwright.plugins.literature.english.prosody import METRES
from artwright.plugins.literature.english.words import MARKS, tokenize
from artwright.plugins.literature.lm.bank import read_rows
from artwright.plugins.literature.lm.lending import weights_of
from artwright.plugins.literature.models.cento.chinese_bank import ABOVE, BELOW, ChineseBank, clashes, fields_of
from artwright.plugins.literature.models.cento.english_bank import EnglishBank
from artwright.plugins.literature.operations.generate import generate


@pytest.fixture(scope="module")
def known():
    """Each line of the Chinese bank -> (poet, poem)."""
    rows = read_rows(weights_of("cento-zh"))
    return {line: (row[1], row[2]) for row in rows for line in row[5].split(" ") if line != "-"}


@pytest.mark.parametrize(("form", "theme"), [("qijue", "秋夜"), ("wulv", "灯塔")])
def test_chinese_cento_is_regulated_verse_of_known_lines(ask, context_at, tmp_path, known, form, theme):
    work = generate(ask(GenerateRequest, theme=theme, model="cento", form=form, seed=1), context_at(tmp_path, 1))
    lines = [line.rstrip("，。") for line in work.payload.lines]
    assert check_regulated(lines, form).kept
    told = [(row["poet"], row["poem"]) for row in work.provenance.notes["quotes"]]
    assert told == [known[line] for line in lines]
    assert told[::2] == told[1::2]  # whole couplets
    assert len(set(told)) == len(told) // 2
    assert "（集句）" in work.title
    assert told[0][0] in work.remarks[0]


def test_lines_of_one_poet_alone(ask, context_at, tmp_path):
    from artwright.core.style import Style

    request = ask(GenerateRequest, theme="江上", model="cento", form="wujue", style=Style.parse("du-fu"), seed=2)
    work = generate(request, context_at(tmp_path, 2))
    assert {row["poet"] for row in work.provenance.notes["quotes"]} == {"杜甫"}
    assert work.title.endswith("（集杜甫）")


def test_what_no_cento_can_be_is_refused(ask, context_at, tmp_path):
    context = context_at(tmp_path)
    with pytest.raises(InputError, match="a Chinese cento is regulated verse"):
        generate(ask(GenerateRequest, theme="秋夜", model="cento", form="rumengling", seed=1), context)
    with pytest.raises(InputError, match="does nothing for a cento"):
        generate(ask(GenerateRequest, theme="秋夜", model="cento", form="qijue", rhyme="真", seed=1), context)


def test_couplets_stand_together_in_the_bank():
    bank = ChineseBank(
        [("唐", "甲", "题", "wulv", "D", "一二三四五 一二三四六 一二三四七 一二三四八 - - 一二三四九 -")]
    )
    above = next(number for number, line in enumerate(bank.lines) if line.place == ABOVE)
    assert (bank.lines[above + 1].text, bank.lines[above + 1].place) == ("一二三四八", BELOW)
    assert len(bank.lines) == 5


def test_seasons_and_hours_that_do_not_meet():
    assert clashes(fields_of("春风秋菊"))
    assert clashes(fields_of("夕阳明月"))
    assert not clashes(fields_of("秋夜"))


@pytest.mark.parametrize("form", ["quatrain", "sonnet"])
def test_english_cento_keeps_form_and_names_its_poets(ask, context_at, tmp_path, form):
    work = generate(
        ask(GenerateRequest, theme="autumn moon", model="cento", form=form, seed=1), context_at(tmp_path, 1)
    )
    text = work.payload
    assert check(text.lines, text.form if form == "sonnet" else _as_written(text)) == []
    known = {words(row[5]): row[3] for row in read_rows(weights_of("cento-en"))}
    assert [known[words(line)] for line in text.lines] == [row["poet"] for row in work.provenance.notes["quotes"]]
    assert len({(row["poet"], row["poem"]) for row in work.provenance.notes["quotes"]}) == len(text.lines)
    assert work.title == "Autumn moon (a cento)"


def _as_written(text):
    """A quatrain is in lines of ten or of eight syllables."""
    shape = find_form("quatrain")
    short = scan(words(text.lines[0]), METRES["tetrameter"]).syllables == 8
    return replace(shape, metres=("tetrameter",) * 4) if short else shape


def words(line):
    """A line without its marks."""
    return tuple(t for t in tokenize(line) if t not in MARKS)


def test_marks_follow_what_comes_next():
    rows = [
        ("D", "n", "tetrameter", "A", "one", "When evening falls upon the hill,"),
        ("S", "n", "tetrameter", "B", "two", "The birds of all the woods are still;"),
        ("T", "-", "tetrameter", "C", "three", "Beneath the branches of the night!"),
    ]
    bank = EnglishBank(rows)
    assert (bank.lines[0].text, bank.lines[0].mark) == ("When evening falls upon the hill", ",")
    assert bank.lines[1].kind == "S"
    assert bank.ends == ["hill", "still", "night"]
    assert bank.rhymes[0] == bank.rhymes[1] != bank.rhymes[2]


def test_english_forms_without_lines_are_refused(ask, context_at, tmp_path):
    with pytest.raises(InputError, match="eight or ten syllables, and a haiku is not"):
        generate(ask(GenerateRequest, theme="rain", model="cento", form="haiku", seed=1), context_at(tmp_path))
