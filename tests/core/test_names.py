"""Styles, forms and other choices by the names that people give them."""

from typing import Annotated, Literal

import pytest
from artwright.core.errors import InputError, OptionError, PluginError, UnknownName
from artwright.core.names import fold_name, match_name
from artwright.core.options import Options, also_called, parse_options
from artwright.core.registry import Registry
from artwright.core.style import Style, StyleSpec


@pytest.fixture(scope="module")
def registry():
    from artwright.core.loader import PluginHost, builtin_points

    return PluginHost(builtin_points()).registry


@pytest.mark.parametrize(
    ("medium", "asked", "name"),
    [
        ("painting", "Van Gogh", "van-gogh"),
        ("painting", "vincent_van_gogh", "van-gogh"),
        ("painting", "Paul Cézanne", "cezanne"),
        ("painting", "葛飾北斎", "hokusai"),
        ("painting", "Shanshui", "shan-shui"),
        ("music", "J. S. Bach", "bach"),
        ("music", "Ludwig van Beethoven", "beethoven"),
        ("music", "O’Neill", "oneill"),
        ("music", "莫扎特", "mozart"),
        ("literature", "Su Dongpo", "su-shi"),
        ("literature", "杜甫", "du-fu"),
        ("literature", "H.P. Lovecraft", "lovecraft"),
        ("literature", "七律", "qilv"),
        ("literature", "菩薩蠻", "pusaman"),
    ],
)
def test_a_style_is_found_by_its_other_names(registry, medium, asked, name):
    assert registry.style(medium, asked).name == name


@pytest.mark.parametrize("medium", ["painting", "music", "literature"])
def test_every_name_and_alias_means_one_style(registry, medium):
    for (of, name), spec in registry.styles.items():
        if of == medium:
            for asked in (name, name.upper(), name.replace("-", " "), *spec.aliases):
                assert registry.style(medium, asked) is spec, asked


@pytest.mark.parametrize("asked", ["", " ", "---", "，", "hokusia", "van", "x" * 5000, "\udce9", "梵"])
def test_what_is_no_name_is_unknown(registry, asked):
    with pytest.raises(UnknownName):
        registry.style("painting", asked)


def test_a_name_goes_before_an_alias_and_an_alias_is_of_one_style():
    registry = Registry()
    registry.loading("one")
    registry.add_style(StyleSpec(name="dawn", medium="tiles", aliases=("morning", "晨")))
    registry.add_style(StyleSpec(name="morning", medium="tiles"))
    assert registry.style("tiles", "Morning").name == "morning"
    registry.loading("two")
    with pytest.raises(PluginError, match=r"gives the style 'dusk' .* alias 'MORN-ING', which means 'dawn'"):
        registry.add_style(StyleSpec(name="dusk", medium="tiles", aliases=("MORN-ING",)))
    registry.add_style(StyleSpec(name="dusk", medium="pots", aliases=("morning",)))


def test_a_mix_is_written_with_spaces_and_full_width_signs():
    style = Style.parse("Claude Monet：0.75＋Van Gogh：0.25")
    assert style.names == (("Claude Monet", 0.75), ("Van Gogh", 0.25))
    whole = style.renamed({"Claude Monet": "monet", "Van Gogh": "monet"})
    assert whole.names == (("monet", 1.0),)


@pytest.mark.parametrize("text", ["", "+", "a:", ":1", "a:0", "a:-1", "a:nan", "a:" + "9" * 400, "a:1:2"])
def test_what_is_no_mix_is_refused(text):
    with pytest.raises(InputError):
        Style.parse(text)


class Shape(Options):
    form: Annotated[Literal["auto", "blank-verse", "qijue"], also_called({"七绝": "qijue"})] = "auto"
    sides: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("asked", "form"), [("Blank Verse", "blank-verse"), ("QIJUE", "qijue"), ("七绝", "qijue"), ("auto", "auto")]
)
def test_a_choice_is_found_by_its_other_names(asked, form):
    assert parse_options(Shape, {"form": asked}, model="m").form == form


@pytest.mark.parametrize(
    ("given", "sides"), [("3,4", (3, 4)), ("3", (3,)), ("", ()), ([3, 4], (3, 4)), (" 3 , 4 ", (3, 4))]
)
def test_an_option_of_several_values_is_one_text_with_commas(given, sides):
    assert parse_options(Shape, {"sides": given}, model="m").sides == sides


def test_a_wrong_choice_names_all_and_the_nearest():
    with pytest.raises(OptionError, match=r"is 'qiju': it is one of: auto, blank-verse, qijue. Did you mean 'qijue'"):
        parse_options(Shape, {"form": "qiju"}, model="m")
    with pytest.raises(OptionError) as told:
        parse_options(Shape, {"form": "x" * 10_000}, model="m")
    assert len(str(told.value)) < 500


def test_folding_keeps_what_tells_names_apart():
    assert fold_name("Cézanne!") == "cezanne" and fold_name("ＢＡＣＨ") == "bach" and fold_name("- -") == ""
    assert match_name("du fu", ["du-fu", "du-mu"]) == "du-fu"
    assert match_name("a-b", ["ab", "a--b"]) is None  # both are meant


def test_a_work_says_the_name_that_the_style_has(tmp_path):
    from artwright import Studio

    studio = Studio(home=tmp_path / "home")
    work = studio.generate("literature", "秋月", style="杜甫", options={"form": "五绝"}, seed=1)
    assert work.provenance.style == "du-fu" and work.payload.form == "wujue"
