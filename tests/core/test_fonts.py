from __future__ import annotations

import base64
import io
import re

import pytest
from artwright.core.fonts import (
    FACES,
    covered,
    css_font_faces,
    drawable,
    faces_for,
    font_path,
    kerning,
    missing,
    pil_font,
    plot_font,
    tell_missing,
)
from fontTools.ttLib import TTFont


def characters(file) -> set[str]:
    with TTFont(file) as font:
        return {chr(c) for c in font.getBestCmap()}


@pytest.mark.parametrize("face", FACES)
def test_list_of_characters_is_what_the_font_has(face):
    have = {c for c in characters(font_path(face)) if not c.isspace() and c.isprintable()}
    assert {c for c in covered(face) if not c.isspace()} == have
    assert len(covered(face)) > {"kai": 7_300, "garamond": 340}[face]
    assert {c for c in characters(font_path(face, ".woff2")) if not c.isspace() and c.isprintable()} == have


@pytest.mark.parametrize("face", FACES)
def test_size_and_reserved_names(face):
    assert font_path(face).stat().st_size < 4_000_000 and font_path(face, ".woff2").stat().st_size < 2_000_000
    with TTFont(font_path(face)) as font:
        names = font["name"].names
    for record in names:
        if record.nameID not in (0, 13, 14):
            assert not any(word in str(record) for word in ("LXGW", "霞鹜", "EB Garamond"))
    assert "SIL OPEN FONT LICENSE Version 1.1" in (font_path().parent / "OFL.txt").read_text("utf-8")
    assert {str(r) for r in names if r.nameID == 1} == {FACES[face]}


def test_english_lines_are_set_in_garamond_and_kerned():
    assert set(faces_for("To the moon")) == {"garamond"}
    assert set(faces_for("月 moon")) == {"kai"}
    assert faces_for("a♭") == ["garamond", "kai"]
    assert kerning("garamond")["T", "o"] < -0.05
    assert kerning("kai") == {}


TEXTS = [
    "床前明月光，疑是地上霜。",
    "Shall I compare thee—to a summer’s day?",
    "C♯ E♭ G♮",
    "「风」《雨》…“雪”",
    "naïve café Ångström",
]


@pytest.mark.parametrize("text", TEXTS)
def test_common_texts_are_covered(text):
    assert missing(text) == []
    assert tell_missing(text, what="film") == ""


def test_strange_characters_are_told():
    assert missing("a🎨b龘🎨") == ["🎨", "龘"]
    line = tell_missing("月𧏖", what="the film's captions")
    assert "U+273D6" in line and "captions" in line and "\n" not in line
    assert drawable("月🎨\u0301e\u0301") == "月·é"
    assert missing(drawable("月🎨क़\u0000")) == []


def test_no_covered_character_is_drawn_as_the_empty_box():
    font = pil_font(24)
    box = bytes(font.getmask("\U000f0000"))
    for c in "月亮的歌 moon—♭♯":
        assert c == " " or bytes(font.getmask(c)) != box


def test_page_font_holds_just_the_text():
    rule = css_font_faces("明月松间照moon")
    assert rule == css_font_faces("moon照间松月明")
    data = base64.b64decode(re.search(r"base64,([^)]+)\)", rule)[1])
    have = characters(io.BytesIO(data))
    assert set("明月松间照moon") <= have and len(have) < 20
    assert len(data) < 10_000


def test_plots_write_chinese_without_a_warning():
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with plot_font():
        figure, axes = pyplot.subplots(figsize=(2, 1))
        axes.set_title("调性 −1 G♯")
        figure.savefig(io.BytesIO())
        pyplot.close(figure)
