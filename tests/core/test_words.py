"""How themes are read: the table, stems, words with two senses, and neighbours of words that it does not hold."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from artwright.core import words
from artwright.core.theme import Theme, concepts, join_themes, read_words
from artwright.core.weights import load_weights, read_cards
from artwright.core.words.reading import stems, unframe

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "words"))

from build_words import evaluate

DATA = words.DATA


def images(text):
    return set(Theme.from_prompt(text).images)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a fox in the snow", {"fox", "snow"}),
        ("jazz at midnight", {"music", "night"}),
        ("grandmother's kitchen", {"mother", "kitchen"}),
        ("the last train home", {"train", "house"}),
        ("whispering willows by a brook", {"tree", "river"}),
        ("an astronaut dreaming of wolves", {"star", "dream", "wolf"}),
        ("孤城落日", {"city", "dusk"}),
        ("莲塘月色", {"lotus", "lake", "moon"}),
        ("外婆的厨房", {"mother", "kitchen"}),
        ("最后一班火车", {"train"}),
        ("上海的夜", {"city", "night"}),
        ("枯藤老树昏鸦", {"tree", "crow"}),
        ("江南烟雨", {"river", "mist"}),
        ("梧桐更兼细雨", {"tree", "rain"}),
    ],
)
def test_common_prompts_are_read(text, wanted):
    assert wanted <= images(text)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("leaves fall softly", "leaf", "autumn"),
        ("in the fall", "autumn", "waterfall"),
        ("rain falls on the city", "rain", "waterfall"),
        ("Niagara Falls", "waterfall", "autumn"),
        ("may we dance", "dancer", "spring"),
        ("a morning in May", "spring", ""),
        ("a red rose", "rose", ""),
        ("the moon rose over the sea", "moon", "rose"),
        ("light rain over the lake", "rain", "light"),
        ("an orange sunset", "orange", "fruit"),
        ("three oranges", "fruit", "orange"),
        ("she leaves home", "homesick", "leaf"),
        ("a glass of wine", "wine", "mirror"),
        ("falling snow", "snow", "autumn"),
        ("early spring", "spring", "dawn"),
        ("a winding road", "road", "wind"),
        ("今天的雨", "rain", "sky"),
        ("马上回家", "house", "horse"),
        ("三月的风", "spring", "moon"),
        ("5月的风", "wind", "moon"),
        ("落日", "dusk", "sun"),
        ("明天", "hope", "sky"),
        ("生日快乐", "joy", "sun"),
        ("水面的倒影", "water", "portrait"),
    ],
)
def test_words_with_two_senses_are_told_apart(text, wanted, unwanted):
    found = images(text)
    assert wanted in found and unwanted not in found


def test_what_is_said_around_a_theme_is_left_out():
    assert unframe("write a short sad poem about the sea") == "sad the sea"
    assert (
        unframe("a painting of two horses") == "two horses"
        and unframe("a portrait of a lady") == "a portrait of a lady"
    )
    assert (
        unframe("写一首关于秋天的诗") == "秋天"
        and unframe("画一幅雪山的油画") == "雪山"
        and unframe("秋天的诗人") == "秋天的诗人"
    )
    theme = Theme.from_prompt("a painting of a lighthouse")
    assert theme.text == "a painting of a lighthouse" and theme.words == ("lighthouse",)


def test_inflected_words_find_their_stem():
    pairs = (
        ("foxes", "fox"),
        ("foggiest", "foggy"),
        ("running", "run"),
        ("ponies", "pony"),
        ("wolves", "wolf"),
        ("happiness", "happy"),
        ("starred", "star"),
    )
    for word, stem in pairs:
        assert stem in stems(word), word
    assert list(stems("winter")) == ["winter"] and "part" not in stems("party")


def test_unknown_words_take_the_image_of_their_neighbours():
    theme = Theme.from_prompt("a dagger and a rill")
    assert theme.readings == (("dagger", "soldier"), ("rill", "river"))
    theme = Theme.from_prompt("moonlight on the streamlet")
    assert theme.images == ("moon", "river"), "known words come first"
    assert Theme.from_prompt("一碗羹").images == ("vase", "kitchen")
    assert "fox" in dict(words.neighbours("wolf", "en", 20)) and "蝶" in dict(words.neighbours("蝴蝶", "zh", 5))


@pytest.mark.parametrize("text", ["qwertyuiop zzzz", "therefore committee", "乜乜乜", "薛定谔"])
def test_nonsense_gives_nothing(text):
    theme = Theme.from_prompt(text)
    assert theme.images == () and theme.words and {image for _, image in theme.readings} == {""}


def test_nearest_concepts_are_near_and_in_order():
    found = words.nearest_concepts("dagger", "en")
    assert found[0][0] == "soldier" and [c for _, c in found] == sorted((c for _, c in found), reverse=True)
    assert all(cosine >= words.CONFIDENT["en"] for _, cosine in found)
    assert words.nearest_concepts("qwertyuiop", "en") == [] and words.neighbours("qwertyuiop", "en") == []
    assert words.split_run("痛饮黄龙") and "".join(words.split_run("痛饮谔谔")) == "痛饮谔谔"


@pytest.mark.parametrize(("language", "least"), [("en", 0.66), ("zh", 0.54)])
def test_words_taken_out_of_their_concept_find_it_again(language, least):
    """A guess would be right in less than one of a hundred."""
    vectors = words.vectors._vectors(language)
    found = evaluate(vectors.words, vectors.rows, language)
    assert found["words"] > 1000 and found["top_1"] >= least and found["top_3"] >= least + 0.18


def test_readings_are_kept():
    theme = Theme.from_prompt("a dagger, qwertyuiop and the sea")
    assert theme.readings == (("dagger", "soldier"), ("qwertyuiop", ""), ("sea", "sea")) and theme.images == (
        "sea",
        "soldier",
    )
    assert theme == Theme.from_dict(json.loads(json.dumps(theme.to_dict()))) == Theme.from_prompt(theme.text)
    assert Theme.from_dict({"text": "sea"}).readings == () and Theme(text="sea").readings == ()
    assert join_themes([theme, Theme.from_prompt("rain")]).readings[-1] == ("rain", "rain")


def test_the_table_is_sound():
    table = concepts()
    for language in ("en", "zh"):
        listed = [w for c in table.values() for w in getattr(c, language)]
        assert len(listed) == len(set(listed)), [w for w in set(listed) if listed.count(w) > 1]
        assert all(getattr(c, language) for c in table.values())
    assert all(w == w.lower() for c in table.values() for w in c.en)
    assert all(len(c.colour) == 7 and int(c.colour[1:], 16) >= 0 for c in table.values())
    for key, concept in table.items():
        assert read_words(concept.zh[0])[1] == (key,), key


def test_the_vectors_are_small_and_say_what_they_are_made_of():
    cards = read_cards(DATA)
    assert sum(f.stat().st_size for f in DATA.glob("*.safetensors")) <= 2.5e6
    for name in ("words-en.safetensors", "words-zh.safetensors"):
        assert {"data", "licence", "steps", "seed", "evaluation", "command", "sha256"} <= set(cards[name])
        assert cards[name]["command"] == "python tools/words/build_words.py CORPUS"
        load_weights(DATA / name)


def test_nothing_is_loaded_until_a_word_is_unknown():
    code = (
        "import sys, artwright.core.words, artwright.core.theme as t; t.Theme.from_prompt('the moon over the "
        "sea'); assert 'numpy' not in sys.modules;"
        "t.Theme.from_prompt('dagger'); assert 'numpy' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_reading_is_quick():
    words.vectors._vectors.cache_clear()
    start = time.process_time()
    Theme.from_prompt("a dagger and a rill, an obelisk, a gondolier")
    Theme.from_prompt("痛饮狂歌空度日")
    assert time.process_time() - start < 0.3, "60 ms each on an idle core"
