"""`literature mend`: what was wrong in a line is replaced in form; what cannot be mended is said."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError
from artwright.core.studio import Studio
from artwright.plugins.literature.workshop.check import check
from artwright.plugins.literature.workshop.mending import mend


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(home=tmp_path_factory.mktemp("home"))


def chinese(*lines, title=""):
    return Text(stanzas=(lines,), language="zh", title=title)


def faults_on(text, line, form):
    return [f for f in check(text, form).faults if f.line == line and f.weight == "fault"]


@pytest.mark.parametrize(
    ("lines", "line", "form", "name", "true"),
    [
        (("空山新雨后，天气晚来秋。", "明月松间照，清泉石上安。"), 4, "wujue", "出韵", "流"),
        (("月落乌啼霜满天，江枫渔火对愁眠。", "姑苏城外寒山寺，夜半雨声到客船。"), 4, "qijue", "孤平", "钟"),
        (("白日依山尽，黄河入海流。", "欲穷千里目，更上天层楼。"), 4, "wujue", "三平尾", "一"),
        (("朝辞白帝彩云间，千里江陵一日还。", "两岸猿声啼不住，轻舟已过百重山。"), 1, "qijue", "", ""),
    ],
)
def test_a_mended_line_of_chinese_is_in_form(studio, lines, line, form, name, true):
    text = chinese(*lines)
    place = 0 if name else 5
    found = mend(text, line, studio.context(), place=place, form=form)
    assert [step.fault for step in found.steps] == [name]
    assert not faults_on(found.text, line, form)
    assert not true or true in [proposal for proposal, _ in found.steps[0].proposals]
    assert abs(sum(p for _, p in found.steps[0].proposals)) <= 1.0001
    changed = [(a, b) for a, b in zip("".join(text.lines), "".join(found.text.lines), strict=True) if a != b]
    assert len(changed) == 1


def test_every_proposal_keeps_the_form(studio):
    found = mend(chinese("空山新雨后，天气晚来秋。明月松间照，清泉石上安。"), 4, studio.context(), form="wujue")
    for proposal, _ in found.steps[0].proposals:
        line = found.old[:-1] + proposal
        assert not faults_on(chinese(f"空山新雨后，天气晚来秋。明月松间照，{line}。"), 4, "wujue")


def test_two_faults_of_a_line_are_mended_one_after_the_other(studio):
    text = chinese("空山新雨后，天气晚来秋。明月松间照，春水石上安。")
    assert len(faults_on(text, 4, "wujue")) == 2
    found = mend(text, 4, studio.context(), form="wujue")
    assert len(found.steps) == 2
    assert not faults_on(found.text, 4, "wujue")


def test_a_line_of_a_tune_keeps_its_rhyme(studio):
    text = chinese("昨夜雨疏风骤，浓睡不消残酒。试问卷帘人，却道海棠依旧。知否，知否？应是绿肥红粉。", title="如梦令")
    assert [f.name for f in faults_on(text, 7, "")] == ["出韵"]
    found = mend(text, 7, studio.context())
    assert not faults_on(found.text, 7, "")


def test_an_english_rhyme_is_mended_by_a_rhyme(studio):
    lines = (
        "The curfew tolls the knell of parting day,",
        "The lowing herd winds slowly o'er the lea,",
        "The ploughman homeward plods his weary road,",
        "And leaves the world to darkness and to me.",
    )
    more = (
        "Now fades the glimmering landscape on the sight,",
        "And all the air a solemn stillness holds,",
        "Save where the beetle wheels his droning flight,",
        "And drowsy tinklings lull the distant folds;",
    )
    text = Text(stanzas=(lines, more), language="en")
    found = mend(text, 3, studio.context())
    assert found.steps[0].fault == "rhyme"
    assert "way" in [word for word, _ in found.steps[0].proposals]
    assert not check(found.text).faults


@pytest.mark.parametrize(
    ("line", "place", "said"),
    [(3, 0, "no fault"), (9, 0, "lines 1 to 4"), (3, 9, "5 places"), (4, 0, "all of line 4")],
)
def test_what_cannot_be_mended_is_said(studio, line, place, said):
    text = chinese("白日依山尽，黄河入海流。欲穷千里目，更上一层。")
    if line != 4:
        text = chinese("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。")
    with pytest.raises(InputError) as error:
        mend(text, line, studio.context(), place=place)
    assert said in str(error.value)


def test_the_command_mends_a_file(tmp_path):
    file = tmp_path / "poem.txt"
    file.write_text("空山新雨后，天气晚来秋。\n明月松间照，清泉石上安。\n", "utf-8")
    command = [sys.executable, "-m", "artwright", "literature", "mend", str(file), "--line", "4", "--json"]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    found = json.loads(said.stdout)
    assert found["old"] == "清泉石上安"
    assert found["new"] != found["old"]
    assert file.read_text("utf-8").endswith("清泉石上安。\n")
