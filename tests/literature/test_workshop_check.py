"""`literature check`: famous poems as the handbooks read them, planted faults named, what is no verse refused."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError
from artwright.plugins.literature.workshop.book import book
from artwright.plugins.literature.workshop.check import check
from artwright.plugins.literature.workshop.english_rhymes import relate_words
from artwright.plugins.literature.workshop.tonal_plan import find_plan
from artwright.plugins.literature.workshop.tunes import tune_named

FAMOUS = tomllib.loads((Path(__file__).parents[1] / "data" / "famous_poems.toml").read_text("utf-8"))["poem"]


def text_of(body, language, title=""):
    stanzas = tuple(tuple(stanza.split("\n")) for stanza in body.strip().split("\n\n"))
    return Text(stanzas=stanzas, language=language, title=title)


def lines_of(body):
    return [line for line in re.split(r"[，。？！、；\s]", body) if line]


@pytest.mark.parametrize("poem", FAMOUS, ids=[p["title"] for p in FAMOUS])
def test_famous_poems_are_what_the_handbooks_say(poem):
    verdict = check(text_of(poem["text"], poem["language"], poem["title"]))
    assert (verdict.name, verdict.metre, verdict.rhyme) == (poem["name"], poem["metre"], poem["rhyme"]), poem["why"]
    assert [[f.name, f.line] for f in verdict.faults if f.weight == "fault"] == poem["faults"], poem["why"]
    assert set(poem["licences"]) <= {x.name for x in verdict.licences}, poem["why"]


def test_there_are_twenty_famous_poems_of_each_language():
    assert min(sum(p["language"] == language for p in FAMOUS) for language in ("zh", "en")) >= 20


# --- planted faults ------------------------------------------------------------------------------------------------

REGULATED = [
    lines_of(p["text"])
    for p in FAMOUS
    if p["language"] == "zh" and re.search("绝句$|律诗$", p["name"]) and not p["faults"]
]
TABLE = book()


def draw(rng, poem, *, tone, part="", not_part="", entering=None):
    """A common character of one reading, not in the poem, of a tone and (not) of a part of the Cilin."""
    pool = [
        c.char
        for c in TABLE.characters.values()
        if c.count > 300
        and c.tones == tone
        and len(c.parts) == 1
        and len(c.groups) == 1
        and (not part or c.parts[0] == part)
        and c.parts[0] != not_part
        and (entering is None or c.parts[0].endswith("入") == entering)
        and c.char not in "".join(poem)
    ]
    return rng.choice(pool)


def put(poem, line, place, char):
    changed = list(poem)
    row = changed[line]
    at = place % len(row)
    changed[line] = row[:at] + char + row[at + 1 :]
    return changed


def pick(rng, poem, kinds, fits=lambda poem, i: True):
    plan = find_plan(poem, first_rhymes=True)
    found = [i for i, one in enumerate(plan.lines) if one.kind in kinds and not one.findings and fits(poem, i)]
    return rng.choice(found) if found else None


def is_tone(char, tone):
    return TABLE.tones(char) == tone


def plant_alternation(rng, poem):
    i = pick(rng, poem, "ABCD", lambda p, i: 0 < i < len(p) - 1)
    if i is None:
        return None
    kind = find_plan(poem, first_rhymes=True).lines[i].kind
    return put(poem, i, -4, draw(rng, poem, tone="平" if kind in "AD" else "仄")), i


def plant_isolated(rng, poem):
    i = pick(rng, poem, "B", lambda p, i: not i or find_plan(p, first_rhymes=True).lines[i - 1].findings == ())
    if i is None:
        return None
    changed = put(poem, i, -5, draw(rng, poem, tone="仄"))
    return put(changed, i, -3, draw(rng, changed, tone="仄")), i


def plant_three_level(rng, poem):
    i = pick(rng, poem, "D")
    return None if i is None else (put(poem, i, -3, draw(rng, poem, tone="平")), i)


def plant_three_oblique(rng, poem):
    i = pick(rng, poem, "C")
    return None if i is None else (put(poem, i, -3, draw(rng, poem, tone="仄")), i)


def plant_unrescued(rng, poem):
    i = pick(rng, poem, "A", lambda p, i: i + 1 < len(p) and is_tone(p[i + 1][-3], "仄"))
    return None if i is None else (put(poem, i, -2, draw(rng, poem, tone="仄")), i)


def plant_unopposed(rng, poem):
    changed = list(poem)
    a, b = (1, 3) if len(poem) == 4 else rng.choice([(1, 3), (3, 5), (5, 7)])
    changed[a], changed[b] = changed[b], changed[a]
    return changed, a


def plant_unadhered(rng, poem):
    if len(poem) != 8:
        return None
    return poem[:2] + poem[4:6] + poem[2:4] + poem[6:], 2


def plant_off_rhyme(rng, poem):
    i = rng.choice(range(1, len(poem), 2))
    part = TABLE.parts(poem[(i + 2) % len(poem)][-1])[0]
    return put(poem, i, -1, draw(rng, poem, tone="平", not_part=part)), i


def plant_echo(rng, poem):
    i = rng.choice(range(2, len(poem), 2))
    part = TABLE.parts(poem[1][-1])[0]
    return put(poem, i, -1, draw(rng, poem, tone="仄", part=part[:-1] + "仄")), i


def plant_rhyme_again(rng, poem):
    return put(poem, len(poem) - 1, -1, poem[1][-1]), len(poem) - 1


def plant_character_again(rng, poem):
    i = pick(rng, poem, "ACD", lambda p, i: i > 0)
    if i is None:
        return None
    place = 0 if len(poem[i]) == 7 else -5
    return put(poem, i, place, poem[0][0]), i


def plant_short_line(rng, poem):
    i = rng.choice(range(len(poem)))
    return [line if k != i else line[1:] for k, line in enumerate(poem)], i


PLANTS = {
    "失替": plant_alternation,
    "孤平": plant_isolated,
    "三平尾": plant_three_level,
    "三仄尾": plant_three_oblique,
    "拗而未救": plant_unrescued,
    "失对": plant_unopposed,
    "失粘": plant_unadhered,
    "出韵": plant_off_rhyme,
    "撞韵": plant_echo,
    "重韵": plant_rhyme_again,
    "重字": plant_character_again,
    "字数": plant_short_line,
}


def test_two_hundred_planted_faults_are_found_and_named():
    rng = random.Random(18)
    planted, missed = 0, []
    while planted < 204:
        name = list(PLANTS)[planted % len(PLANTS)]
        made = PLANTS[name](rng, rng.choice(REGULATED))
        if made is None:
            continue
        planted += 1
        poem, line = made
        verdict = check(text_of("，".join(poem) + "。", "zh"))
        if (name, line + 1) not in {(f.name, f.line) for f in verdict.faults}:
            missed.append((name, line + 1, poem, verdict.name, [str(f) for f in verdict.faults]))
    assert len(missed) <= 4, missed


def test_each_fault_has_its_place_rule_and_remedy():
    rng = random.Random(3)
    for name, plant in PLANTS.items():
        made = next(m for m in (plant(rng, rng.choice(REGULATED)) for _ in range(50)) if m)
        fault = next(f for f in check(text_of("，".join(made[0]) + "。", "zh")).faults if f.name == name)
        assert fault.line and fault.rule and fault.remedy
        assert not fault.place or made[0][fault.line - 1][fault.place - 1] == fault.text


SONNET = next(p for p in FAMOUS if p["title"] == "Sonnet 18")["text"]


@pytest.mark.parametrize(
    ("old", "new", "name", "line", "word"),
    [
        ("too short a date", "too short a month", "rhyme", 4, "month"),
        ("lines to time thou grow'st", "lines to time thou fade", "rhyme", 12, "fade"),
        ("By chance, or nature's changing course,", "Under stormy weather always", "stress", 8, "stormy"),
        ("So long as men can breathe, or", "So long as humans", "length", 13, ""),
        ("gives life to thee", "gives life to men", "rhyme", 14, "men"),
    ],
)
def test_faults_of_a_sonnet_are_named_with_their_word(old, new, name, line, word):
    assert old in SONNET
    verdict = check(text_of(SONNET.replace(old, new), "en"))
    found = [f for f in verdict.faults if f.weight == "fault" and f.line == line]
    assert verdict.form == "sonnet"
    assert {f.name for f in found} == {name}
    assert not word or found[0].text == word
    assert found[0].remedy


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("night", "light", "full"),
        ("love", "prove", "eye"),
        ("soul", "all", "consonance"),
        ("home", "stone", "assonance"),
        ("eye", "symmetry", "eye"),
        ("orange", "table", "none"),
        ("assail", "assail", "identical"),
    ],
)
def test_rhymes_are_full_near_or_for_the_eye(one, other, relation):
    assert relate_words(one, other) == relation


def test_a_form_that_is_asked_for_is_held_against_the_poem():
    old = check(text_of("床前明月光，疑是地上霜。举头望明月，低头思故乡。", "zh"), "wujue")
    assert {f.name for f in old.faults if f.weight == "fault"} == {"失替"}
    short = check(text_of("Old pond in the rain\na frog jumps in\nthe sound of water", "en"), "haiku")
    assert [(f.name, f.line) for f in short.faults] == [("length", 2)]
    ci = check(
        text_of("昨夜雨疏风骤，浓睡不消残酒。试问卷帘人，却道海棠依旧。知否，知道？应是绿肥红瘦。", "zh"), "如梦令"
    )
    assert "叠句" in {f.name for f in ci.faults}


@pytest.mark.parametrize(
    ("body", "language", "form", "said"),
    [
        ("……", "zh", "", "no word"),
        ("一个人在路上走着走着忽然听见后面有人叫他的名字，他回头看了看。什么也没有。", "zh", "", "prose"),
        ("word " * 40, "en", "", "prose"),
        ("昨夜雨疏风骤，浓睡不消残酒。", "zh", "沁园秋", "沁园春"),
        ("昨夜雨疏风骤，浓睡不消残酒。", "zh", "sonnet", "no tune"),
        ("Roses are red\nviolets are blue", "en", "gazelle", "sonnet"),
        ("Les sanglots longs\ndes violons", "fr", "", "English and Chinese"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_one_line(body, language, form, said):
    with pytest.raises(InputError) as error:
        check(text_of(body, language), form)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_tune_has_several_names():
    assert tune_named("大江东去").name == tune_named("百字令").name == "念奴娇"
    assert tune_named("huanxisha").name == "浣溪沙"


def test_the_command_reads_files_and_standard_input(tmp_path):
    file = tmp_path / "poem.txt"
    file.write_text("秋風吹渭水，落葉滿長安。\n明月松間照，清泉石上流。\n", "utf-8")
    run = [sys.executable, "-m", "artwright", "literature", "check"]
    said = subprocess.run([*run, str(file), "--json"], capture_output=True, text=True, encoding="utf-8")
    assert said.returncode == 1
    found = json.loads(said.stdout)["poems"][0]
    assert [(f["name"], f["line"]) for f in found["faults"]] == [("出韵", 4)]
    poem = next(p for p in FAMOUS if p["title"] == "登高")["text"]
    said = subprocess.run([*run, "-"], input=poem, capture_output=True, text=True, encoding="utf-8")
    assert said.returncode == 0
    assert "七言律诗" in said.stdout
