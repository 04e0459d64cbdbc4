"""What holds for any input, in every medium: options, styles, pieces, texts, names of outputs."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml
from artwright.core.artwork import find_reader
from artwright.core.commands.outputs import _filled
from artwright.core.decoding import decode_text, read_json
from artwright.core.errors import ArtwrightError, FormatError, InputError, OptionError, UsageError
from artwright.core.names import fold_name, match_name
from artwright.core.options import Options, parse_options
from artwright.core.pieces.piece import Piece
from artwright.core.style import Style
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

QUICK = settings(
    deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = st.text(max_size=60)
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NUMBERS = st.one_of(
    st.integers(), st.floats(), st.sampled_from(["nan", "inf", "-0", "1e400", "9" * 5000, "0x10", "1_0", "١"])
)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@lru_cache(maxsize=1)
def registry():
    from artwright.core.loader import PluginHost, builtin_points

    return PluginHost(builtin_points()).registry


def one_line(error: BaseException) -> bool:
    return len(str(error).splitlines()) <= 1


MODELS = sorted({(spec.medium, spec.name) for _, spec in registry().models()})


@pytest.mark.parametrize(("medium", "model"), MODELS)
@QUICK
@given(data=st.data())
def test_any_value_of_any_option_is_taken_or_refused_in_one_line(medium, model, data):
    (type_,) = {spec.options_type() for _, spec in registry().models(medium) if spec.name == model}
    name = data.draw(st.sampled_from([*type_.model_fields, "no_such", ""]))
    value = data.draw(JSON | NUMBERS.map(str) | PLAIN)
    try:
        made = parse_options(type_, {name: value}, model=model)
    except OptionError as error:
        assert one_line(error) and repr(name)[1:-1] in str(error)
    else:
        assert isinstance(made, Options)
        again = parse_options(type_, made.model_dump(mode="json"), model=model)
        assert again == made  # what a manifest keeps makes the same options


@QUICK
@given(
    text=TEXT
    | st.lists(st.sampled_from(["monet", "梵高", ":", "+", "0.5", "1e9", " ", "nan", "Bach"]), max_size=8).map("".join)
)
@example("monet:" + "9" * 400)
@example("a" * 100_000)
def test_any_text_is_a_style_or_is_refused(text):
    try:
        style = Style.parse(text)
    except InputError as error:
        assert one_line(error)
        return
    assert abs(sum(weight for _, weight in style.names) - 1) < 1e-9
    for name, _ in style.names:
        for medium in registry().media:
            try:
                assert registry().style(medium, name).medium == medium
            except UsageError as error:
                assert one_line(error)


@QUICK
@given(name=st.sampled_from(["van-gogh", "shan-shui", "monet"]), data=st.data())
def test_a_name_is_found_however_it_is_written(name, data):
    letters = [
        data.draw(st.sampled_from([c, c.upper()])) if c != "-" else data.draw(st.sampled_from("-_ .")) for c in name
    ]
    assert match_name("".join(letters), [name]) == name
    assert fold_name("".join(letters)) == fold_name(name)


KEYS = st.sampled_from(
    [
        "steps",
        "title",
        "values",
        "about",
        "page",
        "medium",
        "theme",
        "options",
        "output",
        "seed",
        "style",
        "from",
        "work",
        "no",
    ]
)
YAML = st.recursive(
    st.none() | st.booleans() | NUMBERS | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | PLAIN, inner, max_size=4),
)


@QUICK
@given(
    text=st.one_of(
        YAML.map(lambda v: yaml.safe_dump(v, allow_unicode=True)),
        st.dictionaries(st.just("steps"), st.dictionaries(st.sampled_from("abc"), YAML, max_size=3)).map(
            yaml.safe_dump
        ),
        PLAIN,
        st.lists(
            st.sampled_from(
                ["steps", ":", " ", "\n", "- ", "{", "}", "[", "]", "a", "&x", "*x", "!!int", "'", '"', "|", "?", "%"]
            ),
            max_size=30,
        ).map("".join),
    )
)
def test_any_yaml_is_a_piece_or_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    try:
        Piece.load(path)
    except ArtwrightError as error:
        lines = getattr(error, "lines", (error,))
        assert all(one_line(line) for line in lines), str(error)


@QUICK
@given(text=PLAIN, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_text_is_read_back_from_every_form_of_unicode(text, encoding):
    assume(not text.startswith("\ufeff") and "\0" not in text[:4])
    assert decode_text(text.encode(encoding), name="a.txt") == text


@QUICK
@given(data=st.binary(max_size=80))
def test_any_bytes_are_a_text_or_are_refused(data):
    try:
        assert isinstance(decode_text(data, name="a.txt"), str)
    except FormatError as error:
        assert one_line(error)


@QUICK
@given(value=JSON, cut=st.integers(0, 200))
@example("[" * 100_000, 100_000)
@example(int("9" * 4000), 9000)
def test_any_json_is_read_or_refused(value, cut):
    text = value if isinstance(value, str) else json.dumps(value)
    for part in (text, text[:cut], f"{text}{text}", text + "9" * 5000):
        try:
            read_json(part, name="a.json")
        except FormatError as error:
            assert one_line(error)


@QUICK
@given(
    stem=st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=12),
    seed=st.integers(0, 2**63 - 1),
    number=st.integers(1, 1000),
)
def test_a_pattern_changes_nothing_but_what_it_names(stem, seed, number):
    assume(not re.search(r"[{}%]", stem))
    assert _filled(f"{stem}-{{seed}}-{{number:04}}.png", seed=seed, number=number) == f"{stem}-{seed}-{number:04}.png"
    assert _filled(f"{stem}%03d.png", seed=seed, number=number) == f"{stem}{number:03}.png"
    assert _filled(f"{stem}.png", seed=seed, number=number) == f"{stem}.png"


@pytest.mark.parametrize("suffix", sorted({s for m in registry().media.values() for s in m.reads}))
def test_every_suffix_has_one_medium(suffix):
    medium = registry().find_medium(suffix.upper())
    assert suffix in medium.reads and medium is find_reader(suffix, registry().media.values())
    assert registry().find_medium(Path(f"a{suffix}").suffix) is medium
