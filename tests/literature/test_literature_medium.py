"""Literature as a medium: files in and out, hostile ones too; the front model's choices;
operations through the studio.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from artwright import Studio
from artwright.core.artwork import Provenance, Text
from artwright.core.errors import ArtwrightError, FormatError, InputError, UsageError
from artwright.core.style import Style
from artwright.core.theme import Theme
from artwright.plugins.literature.medium import Literature
from artwright.plugins.literature.models.poet.choice import choose, read_style
from artwright.plugins.literature.models.poet.options import EN_FORMS, TUNES, ZH_FORMS, PoetOptions

POEM = Text(
    stanzas=(("白日依山尽，", "黄河入海流。"), ("欲穷千里目，", "更上一层楼。")),
    language="zh",
    form="wujue",
    title="登鹳雀楼",
)
ENGLISH = Text(
    stanzas=(("The sea is calm tonight,", "The tide is full — the moon lies fair"), ("Upon the straits;",)),
    language="en",
    form="",
    title="Dover",
)


@pytest.fixture
def medium():
    return Literature()


@pytest.mark.parametrize("suffix", [".txt", ".md"])
@pytest.mark.parametrize("text", [POEM, ENGLISH], ids=["zh", "en"])
def test_round_trip_keeps_text_title_form_and_manifest(medium, tmp_path, text, suffix):
    provenance = Provenance(
        operation="generate", medium="literature", model="poet", seed=7, notes={"score": -1.5, "注": "字"}
    )
    work = medium.artwork(text, title=text.title, provenance=provenance)
    path = tmp_path / f"a{suffix}"
    medium.save(work, path)
    again = medium.load(path)
    assert again == work and again.title == text.title
    assert (again.payload.stanzas, again.payload.form, again.payload.language) == (
        text.stanzas,
        text.form,
        text.language,
    )
    assert again.provenance == provenance
    assert sorted(p.name for p in tmp_path.iterdir()) == (
        ["a.md"] if suffix == ".md" else ["a.txt", "a.txt.artwright.json"]
    )


def test_a_title_in_the_text_is_not_lost_when_only_the_artwork_has_one(medium, tmp_path):
    work = medium.artwork(Text(stanzas=(("one line of words",),), language="en"), title="Named later")
    medium.save(work, tmp_path / "a.txt")
    assert medium.load(tmp_path / "a.txt").title == "Named later"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("\ufeff白日依山尽，\r\n黄河入海流。\r\n".encode(), set()),
        ("白日依山尽，黄河入海流。欲穷千里目，更上一层楼。".encode("gb18030"), {"encoding"}),
        ("白日依山尽，\n".encode("utf-16"), {"encoding"}),
        ("國破山河在，城春草木深。".encode(), {"script"}),
        ("白日\x07依山\u200b尽，\x1b".encode(), {"control", "characters"}),
    ],
)
def test_encodings_and_scripts_are_read_and_said(medium, tmp_path, data, expected):
    (tmp_path / "a.txt").write_bytes(data)
    work = medium.load(tmp_path / "a.txt")
    assert work.payload.language == "zh" and work.payload.lines[0][0] in "白国"
    assert set(work.provenance.notes if work.provenance else {}) == expected


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "no word"),
        ("a.txt", b"\n\n  \n...!\n", "no word"),
        ("a.txt", b"good \xff\xfe\xfa bad", "byte 5 is 0xff"),
        ("a.txt", b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", "byte 0 is 0xcf"),
        ("a.txt", b"PK\x03\x04\x00\x00binary", "0x00"),
        ("a.txt", b"\xff\xfea", "utf-16"),
        ("a.pdf", b"text", "not a text file"),
    ],
)
def test_hostile_files_get_one_line(medium, tmp_path, name, data, message):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FormatError, match=message) as error:
        medium.load(tmp_path / name)
    assert "\n" not in str(error.value)


def test_large_missing_and_odd_files(medium, tmp_path):
    (tmp_path / "big.txt").write_bytes(b"word " * 2_200_000)
    with pytest.raises(FormatError, match="11\\.0 MB"):
        medium.load(tmp_path / "big.txt")
    with pytest.raises(FormatError, match="cannot be read"):
        medium.load(tmp_path / "none.txt")
    with pytest.raises(ArtwrightError):
        medium.save(medium.artwork(POEM), tmp_path / "a.docx")
    (tmp_path / "emoji.txt").write_text("🌙 moon over 山\n\nrhythm\n", "utf-8")
    assert medium.load(tmp_path / "emoji.txt").payload.language == "en"
    (tmp_path / "bad.md").write_text("---\nartwright: {broken\n---\n# T\n\na line\\\nanother\n", "utf-8")
    work = medium.load(tmp_path / "bad.md")
    assert work.title == "T" and work.payload.lines == ("a line", "another")


def test_form_is_recognised_on_load(medium, tmp_path):
    (tmp_path / "a.txt").write_text("登鹳雀楼\n\n白日依山尽，黄河入海流。\n欲穷千里目，更上一层楼。\n", "utf-8")
    work = medium.load(tmp_path / "a.txt")
    assert work.title == "登鹳雀楼" and work.payload.form == "wujue"
    (tmp_path / "b.txt").write_text(
        "一曲新词酒一杯。去年天气旧亭台。夕阳西下几时回。\n无可奈何花落去，似曾相识燕归来。小园香径独徘徊。\n", "utf-8"
    )
    assert medium.load(tmp_path / "b.txt").payload.form == "huanxisha"


def test_previews_themes_features_and_html(medium):
    zh, en = medium.artwork(POEM, title="登鹳雀楼"), medium.artwork(ENGLISH)
    assert medium.preview(zh, width=320).size[0] == 320 and medium.preview(en, width=500).mode == "RGB"
    theme = medium.theme(zh)
    assert theme.language == "zh" and "mountain" in theme.images and theme.source == zh.id and theme.palette
    assert "sea" in medium.theme(en).images
    a, b = medium.features(zh), medium.features(en)
    assert list(a) == list(b) and len(a) >= 30 and all(isinstance(v, float) for v in a.values())
    assert a["is_chinese"] == 1 and b["is_chinese"] == 0 and a["lines"] == 4
    shown = medium.html(medium.artwork(Text(stanzas=(("<b>&",),), language="en")), {})
    assert "&lt;b&gt;&amp;" in shown and "<b>" not in shown


# ------------------------------------------------------------------ the poet's choices


@pytest.mark.parametrize(
    ("options", "theme", "style", "expected"),
    [
        ({}, "秋夜", "", ("zh", "qijue")),
        ({}, "autumn moon", "", ("en", "quatrain")),
        ({"form": "wulv"}, "autumn moon", "", ("zh", "wulv")),
        ({"form": "haiku"}, "秋夜", "", ("en", "haiku")),
        ({"write_in": "zh"}, "autumn moon", "", ("zh", "qijue")),
        ({"form": "prose"}, "秋夜", "", ("zh", "prose-zh")),
        ({}, "autumn moon", "li-bai", ("zh", "qijue")),
        ({}, "a house", "lu-xun", ("zh", "prose-zh")),
        ({}, "秋夜", "poe", ("en", "prose-en")),
    ],
)
def test_form_and_language_are_chosen(options, theme, style, expected):
    assert choose(PoetOptions(**options), Theme.from_prompt(theme), style=style) == expected


def test_contradictions_are_refused():
    theme = Theme.from_prompt("秋夜")
    with pytest.raises(InputError, match="the form 'haiku' is English"):
        choose(PoetOptions(form="haiku", write_in="zh"), theme)
    with pytest.raises(InputError, match="verse-en"):
        choose(PoetOptions(form="wujue"), theme, model="verse-en")
    assert read_style(Style.parse("sonnet")) == ("", "sonnet") and read_style(Style.parse("du-fu:0.8+tang:0.2")) == (
        "du-fu",
        "",
    )


def test_forms_of_the_options_are_those_there_are():
    from typing import get_args

    allowed = set(get_args(PoetOptions.model_fields["form"].annotation))
    assert allowed == {"auto", "prose", *ZH_FORMS, *EN_FORMS} and set(TUNES) < allowed
    assert all(f.description for f in PoetOptions.model_fields.values())


def test_import_and_registration_are_light():
    code = (
        "import sys\nfrom artwright.core.registry import Registry\nimport artwright.plugins.literature as p\nr "
        "= Registry()\n"
        "heavy = {'numpy', 'torch', 'pydantic', 'PIL', 'scipy', 'transformers'} & set(sys.modules)\nassert not "
        "heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ------------------------------------------------------------------ through the studio


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


def test_generate_save_analyze_restore_transfer_inspire(studio, tmp_path):
    options = {"form": "wujue", "best_of": 16}
    work = studio.generate("literature", "秋夜懷人", options=options, seed=3)
    assert work == studio.generate("literature", "秋夜懷人", options=options, seed=3)
    assert (
        work.payload.form == "wujue" and "script" in work.provenance.notes and not work.provenance.originality["copied"]
    )
    studio.save(work, tmp_path / "a.txt")
    found = studio.analyze(tmp_path / "a.txt", explain=True, language="zh", plot=True)
    assert found.findings["form_kept"] and "五言绝句" in found.explanation and found.plot.size[0] > 600
    json.dumps(dict(found.findings))
    (tmp_path / "gap.txt").write_text("白日依山尽，\n黄河入海□。\n欲穷千里目，\n更上一层楼。\n", "utf-8")
    mended = studio.restore(tmp_path / "gap.txt", seed=1)
    assert "□" not in str(mended.payload) and len(mended.provenance.notes["proposals"]) > 3
    with pytest.raises(UsageError, match="no gap"):
        studio.restore(tmp_path / "a.txt")
    moved = studio.transfer_style(tmp_path / "a.txt", "qijue", options={"best_of": 16}, seed=2)
    assert moved.payload.form == "qijue" and moved.provenance.notes["kept_words"]
    assert studio.transfer_style(tmp_path / "a.txt", "qijue", strength=0.0).payload.lines == work.payload.lines
    ideas = studio.inspire("literature", "秋夜", count=6, seed=1)
    assert len(ideas) == 6 and len({i.kind for i in ideas}) >= 5


def test_evaluate_counts_what_it_says(studio, tmp_path):
    rows = [
        {"title": "登鹳雀楼", "author": "王之涣", "form": "wujue", "lines": list(POEM.lines)},
        {"title": "", "form": "modern", "lines": ["hello 世界，你好"]},
    ]
    (tmp_path / "p.jsonl").write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    found = studio.evaluate("literature", tmp_path / "p.jsonl")
    assert found["characters"] == 25 + 11 and 2 < found["by_form"]["wujue"]["bits_per_char"] < 8
    (tmp_path / "bad.jsonl").write_text('{"lines": ["白日"]}\nnot json\n', "utf-8")
    with pytest.raises(ArtwrightError, match="line 2"):
        studio.evaluate("literature", tmp_path / "bad.jsonl")
    with pytest.raises(ArtwrightError, match="to evaluate"):
        studio.evaluate("literature", tmp_path / "none")
