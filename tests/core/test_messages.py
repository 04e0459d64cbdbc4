"""The catalogue of what is said in English and Chinese."""

from __future__ import annotations

import pytest
from artwright.core.messages import Catalogue, same_words

MESSAGES = Catalogue(
    {
        "size": ("{voices} {voices:voice|voices}, {bars} {bars:bar|bars}", "{voices} 个声部，{bars} 小节"),
        "share": ("{name}: {share:.0%} of it, {depth:g} deep", "{name}：占 {share:.0%}，深 {depth:g}"),
        "return": ("the tune comes back{changed: changed|}", "旋律再现{changed:，有变化|}"),
        "second": ("{name} comes next", ""),
        "braces": ("a set {{{name}}}", "集合 {{{name}}}"),
        **same_words({"half cadence": "半终止", "cracks": "裂纹"}),
    }
)


@pytest.mark.parametrize(
    "key, values, english, chinese",
    [
        ("size", {"voices": 1, "bars": 12}, "1 voice, 12 bars", "1 个声部，12 小节"),
        ("size", {"voices": 4, "bars": 1}, "4 voices, 1 bar", "4 个声部，1 小节"),
        ("size", {"voices": 0, "bars": 0}, "0 voices, 0 bars", "0 个声部，0 小节"),
        ("share", {"name": "red", "share": 0.256, "depth": 2.50}, "red: 26% of it, 2.5 deep", "red：占 26%，深 2.5"),
        ("return", {"changed": True}, "the tune comes back changed", "旋律再现，有变化"),
        ("return", {"changed": False}, "the tune comes back", "旋律再现"),
        ("second", {"name": "Cubism"}, "Cubism comes next", ""),
        ("braces", {"name": "{x}"}, "a set {{x}}", "集合 {{x}}"),
        ("half cadence", {}, "half cadence", "半终止"),
    ],
)
def test_sentences(key: str, values: dict[str, object], english: str, chinese: str) -> None:
    assert MESSAGES.speak("en")(key, **values) == english
    assert MESSAGES.speak("zh")(key, **values) == chinese
    assert MESSAGES.speak("de")(key, **values) == english


@pytest.mark.parametrize("key, values", [("size", {"voices": 1}), ("cracks", {"name": "a"}), ("second", {})])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_values_that_are_not_those_of_the_sentence(key: str, values: dict[str, object], language: str) -> None:
    with pytest.raises(ValueError, match=f"'{key}' takes the values"):
        MESSAGES.speak(language)(key, **values)


def test_a_key_that_is_not_there() -> None:
    say = MESSAGES.speak("en")
    assert "cracks" in say and "varnish" not in say and "varnish" not in MESSAGES
    with pytest.raises(KeyError, match="varnish"):
        say("varnish")


@pytest.mark.parametrize(
    "pair, missing",
    [
        (("{a} and {b}", "{a}"), "b"),
        (("none", "{bar} 小节"), "bar"),
        (("{one} {two:x|y}", "{one}{three:.0%}"), "three, two"),
    ],
)
def test_languages_tell_the_same(pair: tuple[str, str], missing: str) -> None:
    with pytest.raises(ValueError, match=f"'key' tells in one language alone: {missing}"):
        Catalogue({"key": pair})


@pytest.mark.parametrize(
    "items, joined, listed, chinese",
    [
        ([], "", "", ""),
        (["soprano"], "soprano", "soprano", "soprano"),
        (["soprano", "bass"], "soprano, bass", "soprano and bass", "soprano、bass"),
        (["a", "b", "c"], "a, b, c", "a, b and c", "a、b、c"),
    ],
)
def test_lists(items: list[str], joined: str, listed: str, chinese: str) -> None:
    english, other = MESSAGES.speak("en"), MESSAGES.speak("zh")
    assert (english.joined(items), english.listed(items)) == (joined, listed)
    assert other.joined(items) == other.listed(iter(items)) == chinese
