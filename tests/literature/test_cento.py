"""Centos: lines of poets as they stand, each from another poem, in form, their poets named."""

import pytest
from artwright.core.errors import InputError
from artwright.core.requests import GenerateRequest
from artwright.plugins.literature.chinese.checker import check_regulated
from artwright.plugins.literature.english.checker import line_rhymes, scan
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


@pytest.mark.parametrize("form", ["quatrain", "couplets"])
def test_english_cento_is_of_whole_couplets_and_names_their_poets(ask, context_at, tmp_path, form):
    work = generate(
        ask(GenerateRequest, theme="autumn moon", model="cento", form=form, seed=1), context_at(tmp_path, 1)
    )
    lines = work.payload.lines
    known = {(row[4], row[5]): row[2] for row in read_rows(weights_of("cento-en"))}
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    told = [(row["poet"], row["poem"]) for row in work.provenance.notes["quotes"]]
    assert [known[pair] for pair in pairs] == [poet for poet, _ in told[::2]]
    assert told[::2] == told[1::2]
    assert len(set(told)) == len(pairs)
    assert all(line_rhymes(one, two) for one, two in pairs)
    assert len({scan(words(line), syllables=10).syllables for line in lines}) == 1
    assert work.title == "Autumn moon (a cento)"


def words(line):
    """A line without its marks."""
    return [t for t in tokenize(line) if t not in MARKS]


def test_what_is_known_of_english_couplets():
    rows = [
        (
            "O",
            "tetrameter",
            "A",
            "The Hill",
            "The evening falls upon the hill,",
            "And all the birds of night are still.",
        ),
        ("-", "tetrameter", "B", "", "And I shall walk beneath the night", "With you that are my only light."),
    ]
    bank = EnglishBank(rows)
    assert bank.ends.tolist() == [["hill", "still"], ["night", "light"]]
    assert bank.rhymes[0, 0] == bank.rhymes[0, 1] != bank.rhymes[1, 0]
    assert bank.persons == [frozenset(), frozenset(("i", "you"))]
    assert bank.joins.tolist() == [False, True]
    assert bank.tenses.tolist() == ["present", "present"]


def test_english_forms_without_couplets_are_refused(ask, context_at, tmp_path):
    with pytest.raises(InputError, match="made of couplets, and a haiku is not"):
        generate(ask(GenerateRequest, theme="rain", model="cento", form="haiku", seed=1), context_at(tmp_path))
