"""Whose lines these are already: copies of known poems and pages are named, own ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from artwright.core.artwork import Artwork, Text
from artwright.core.studio import Studio
from artwright.plugins.literature.lm.originality import INDEXES, fingerprint_of
from artwright.plugins.literature.medium import Literature


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("home"), device="cpu")


def work(*lines: str, language: str = "zh") -> Artwork:
    return Literature().artwork(Text(stanzas=(lines,), language=language))


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("君问归期未有时，", "巴山夜雨涨秋池。", "何当共剪西窗月，", "却话巴山夜雨时。"), "李商隐《夜雨寄北》"),
        (("白日依山去，", "黄河入海流。", "欲穷万里目，", "更上一层楼。"), "王之涣《登鹳雀楼》"),
        (("朝辞白帝紫云间", "千里江陵一日还", "两岸猿声听不住", "轻舟已过万重山"), "李白《"),
        (("红豆生南国，春来发几枝。", "愿君多采撷，此物最相知。"), "王维《相思"),
        (("在我的后园，可以看见墙外有两株树，一株是枣树，还有一株也是桃树。",), "鲁迅《"),
        (("國破山河在，城春草木深。感時花濺淚，恨别鳥驚魂。",), "杜甫《春望》"),
    ],
)
def test_a_chinese_text_with_a_few_characters_changed_is_named(
    studio: Studio, lines: tuple[str, ...], name: str
) -> None:
    report = studio.originality(work(*lines))
    assert report is not None and report.copied and report.nearest[0].name.startswith(name)
    assert report.longest_copy is not None and report.longest_copy.place.startswith("line ")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Because I could not wait for Death",), "Emily Dickinson"),
        (("I wandered lonely as a crowd", "That floats on high o'er vales and hills"), "William Wordsworth"),
        (("SHALL I COMPARE THEE TO A WINTER'S DAY?", "Thou art more lovely, and more temperate:"), "William Shakespeare"),
        (("Tyger, tyger! burning bright", "in the forests of the day"), "William Blake"),
        (("True! nervous, very, very dreadfully nervous I had been, and am; but why will you say that I am sane?",), "Edgar Allan Poe"),
    ],
)  # fmt: skip
def test_an_english_text_with_a_word_changed_is_named(studio: Studio, lines: tuple[str, ...], name: str) -> None:
    report = studio.originality(work(*lines, language="en"))
    assert report is not None and report.copied and report.nearest[0].name.startswith(name)


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (("江上清风吹客衣，", "山前古寺晚钟微。", "孤舟一夜听秋雨，", "万里乡心逐雁飞。"), "zh"),
        (("The lantern burns above the door,", "The evening settles on the sand;"), "en"),
        (("高铁站里人很多，他们都在等最后一班车。",), "zh"),
    ],
)
def test_what_is_ones_own_is_no_copy(studio: Studio, lines: tuple[str, ...], language: str) -> None:
    report = studio.originality(work(*lines, language=language))
    assert report is not None and not report.copied and report.compared > 300


@pytest.mark.parametrize(
    "options",
    [{"form": "qijue", "best_of": 16}, {"form": "quatrain", "best_of": 16}, {"form": "prose-en", "length": 60}],
)
def test_every_work_that_is_made_has_the_one_report(studio: Studio, options: dict[str, object]) -> None:
    made = studio.generate("literature", "autumn rain", options=options, seed=4)
    assert made.provenance is not None and made.provenance.originality is not None
    assert {"nearest", "longest_copy", "share", "percentile", "copied"} <= set(made.provenance.originality)
    found = studio.analyze(made, explain=True, language="zh")
    assert found.findings["originality"] == made.provenance.originality and "新旧" in found.explanation


def test_case_marks_accents_and_script_are_no_difference() -> None:
    def numbers(text: str, language: str) -> list[int]:
        found = fingerprint_of(Text(stanzas=((text,),), language=language))
        assert found is not None
        return found.sequences[0].tolist()

    assert numbers("The SEA, o\u2019er\u2014na\u00efve", "en") == numbers("the sea oer naive", "en")
    assert numbers("國破，山河在", "zh") == numbers("国破山河在。", "zh")
    assert fingerprint_of(Text(stanzas=(("Der Mond",),), language="de")) is None


def test_the_indexes_are_small_and_hold_no_text() -> None:
    files = sorted(INDEXES.glob("*.safetensors"))
    assert [f.stem for f in files] == ["prose-en", "prose-zh", "verse-en", "verse-zh"]
    assert sum(f.stat().st_size for f in files) <= 8_000_000
    for file in files:
        data = file.read_bytes()
        assert "巴山夜雨涨秋池".encode() not in data and b"could not stop for Death" not in data


def test_the_command_names_a_copy(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "a.txt").write_text("君问归期未有时，\n巴山夜雨涨秋池。\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "artwright", "literature", "analyze", "a.txt", "--explain"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "李商隐《夜雨寄北》" in done.stdout
