"""What literature promises of options, weights and themes: heeded, or refused or told, never dropped in silence."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError, UnknownName, UsageError
from artwright.core.studio import Studio
from artwright.core.theme import Theme, read_words
from artwright.plugins.literature.english.writer import cast_of
from artwright.plugins.literature.lm.lending import lend, weights_of
from artwright.plugins.literature.models.poet.options import USED, PoetOptions, refuse_idle
from artwright.plugins.literature.models.poet.traces import trace_theme


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("home"), device="cpu")


def english(*lines: str) -> Text:
    return Text(stanzas=(lines,), language="en")


def chinese(*lines: str) -> Text:
    return Text(stanzas=(lines,), language="zh")


# ------------------------------------------------------------------ themes


@pytest.mark.parametrize(
    ("theme", "text", "unused", "remarks"),
    [
        ("the lighthouse", english("A beacon burned upon the cape"), (), ("'lighthouse' is told as 'beacon'",)),
        ("a Dentist on the phone", english("The sea is calm"), ("Dentist", "phone"), ()),
        ("my father's hands", english("My fathers laid their hand"), (), ()),
        ("my father\u2019s hands", english("The sea is calm"), ("father\u2019s", "hands"), ()),
        ("running children", english("A child that runs away"), (), ()),
        ("江楼夜雨", chinese("江楼听雨声"), (), ()),
        ("first frost", english("The frost is on the ground"), (), ()),
        ("雨夜的高铁", chinese("夜雨潇潇"), ("高铁",), ()),
        ("秋夜", english("An autumn night"), (), ()),
        ("autumn, subway", chinese("秋风起"), ("subway",), ()),
    ],
)
def test_words_of_a_theme_are_found_or_told(
    theme: str, text: Text, unused: tuple[str, ...], remarks: tuple[str, ...]
) -> None:
    assert trace_theme(Theme.from_prompt(theme), text) == (unused, remarks)


def test_the_theme_of_a_work_is_nobodys_words() -> None:
    theme = Theme(text="Dover", words=("sea",), source="sha256:00")
    assert trace_theme(theme, english("A field of corn")) == ((), ())


@pytest.mark.parametrize(("theme", "form"), [("the phone rings, dentist", "quatrain"), ("高铁加班", "qijue")])
def test_what_verse_could_not_use_stands_in_the_work_and_its_manifest(studio: Studio, theme: str, form: str) -> None:
    work = studio.generate("literature", theme, options={"form": form, "best_of": 16}, seed=1)
    assert work.unused and set(work.unused) <= {"phone", "rings", "dentist", "高铁", "加", "班", "加班"}
    assert work.provenance is not None and work.provenance.unused == work.unused


def test_traditional_words_are_told_as_they_were_written(studio: Studio) -> None:
    work = studio.generate("literature", "高鐵", options={"form": "wujue", "best_of": 16}, seed=2)
    assert work.unused == ("高鐵",) or any("车" in r for r in work.remarks)


def test_no_verse_of_a_banker_becomes_a_river() -> None:
    for word in ("banker", "ladder", "busy", "archer", "ponder"):
        assert read_words(f"a {word}")[1] == (), word
    assert read_words("the bank of the stream")[1] == ("river",) and "river" not in read_words("bank manager")[1]


def test_a_fathers_poem_is_not_of_her() -> None:
    for theme in ("my father's hands", "my brother\u2019s letters", "the king's sons"):
        assert all(
            "she" not in cast_of(Theme.from_prompt(theme), np.random.default_rng(n), archaic=False) for n in range(9)
        )


# ------------------------------------------------------------------ scores


@pytest.mark.parametrize("form", ["wujue", "quatrain", "prose-en", "prose-zh"])
def test_every_writer_tells_a_score_and_its_card_the_unit(studio: Studio, form: str) -> None:
    options: dict[str, Any] = {"form": form} | ({"length": 80} if form.startswith("prose") else {"best_of": 8})
    work = studio.generate("literature", "the sea at night", options=options, seed=3)
    assert isinstance(work.score, float) and work.provenance is not None and work.provenance.score == work.score
    for model in ("verse-en", "verse-zh", "prose-en", "prose-zh", "poet"):
        assert "score" in studio.registry.model("literature", model, "generate")[1].read_card()


def test_the_best_of_several_pages_is_kept(studio: Studio) -> None:
    options = {"form": "prose-en", "length": 60}
    from artwright.core.seeds import derive_seed

    every = [
        studio.generate("literature", "rain", options=options, seed=derive_seed(5, number)).score for number in range(3)
    ]
    best = studio.generate("literature", "rain", options=options, seed=5, candidates=3)
    assert len(set(every)) == 3 and best.score == max(s for s in every if s is not None)


# ------------------------------------------------------------------ weights


def own_weights(home: Path, name: str, kind: str) -> Path:
    folder = home / "weights" / "literature"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.safetensors").write_bytes(b"\0" * 8)
    card = folder / "card.json"
    cards = json.loads(card.read_text("utf-8")) if card.exists() else {}
    card.write_text(json.dumps({**cards, f"{name}.safetensors": {"model": kind}}), "utf-8")
    return folder / f"{name}.safetensors"


@pytest.mark.parametrize("kind", ["verse-en", "prose-en", "verse-zh", "prose-zh"])
def test_weights_are_those_that_were_asked_for_or_refused(tmp_path: Path, kind: str) -> None:
    mine = own_weights(tmp_path, "mine", kind)
    own_weights(tmp_path, "other", "prose-en" if kind == "verse-en" else "verse-en")
    assert weights_of(kind, tmp_path, "mine") == mine
    with pytest.raises(InputError, match="not of " + kind):
        weights_of(kind, tmp_path, "other")
    with pytest.raises(UnknownName, match="mine"):
        weights_of(kind, tmp_path, "mien")


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("quatrain", {"form": "quatrain"}),
        ("qijue", {"form": "qijue"}),
        ("prose", {"form": "prose-en"}),
        ("inspire", {}),
        ("restore", {}),
        ("evaluate", {}),
    ],
)
def test_no_operation_takes_other_weights_instead(
    studio: Studio, tmp_path: Path, operation: str, options: dict[str, Any]
) -> None:
    options = {**options, "weights": "nobodys"}
    poem = tmp_path / "poem.txt"
    poem.write_text("The sea is ____ tonight,\nThe tide is full, the moon is bright\n", "utf-8")
    rows = tmp_path / "poems.jsonl"
    rows.write_text(json.dumps({"lines": ["The sea is calm tonight,", "the tide is full", "and wide"]}), "utf-8")
    with pytest.raises(UsageError, match="nobodys"):
        if operation == "inspire":
            studio.inspire("literature", "the sea", options=options)
        elif operation == "restore":
            studio.restore(poem, options=options)
        elif operation == "evaluate":
            studio.evaluate("literature", rows, options=options)
        else:
            studio.generate("literature", "the sea", options=options)


def test_verse_weights_are_measured_themselves(studio: Studio, tmp_path: Path) -> None:
    rows = tmp_path / "poems.jsonl"
    lines = ["The sea is calm tonight,", "The tide is full, the moon lies fair", "Upon the straits; the light"]
    rows.write_text(json.dumps({"lines": lines}) + "\n", "utf-8")
    own = studio.evaluate("literature", rows, options={"weights": "verse-en"})
    usual = studio.evaluate("literature", rows)
    assert own["measured_by"] == "verse-en" and 2 < own["bits_per_token"] < 12
    assert usual["measured_by"] == "prose-en" and usual["bits_per_token"] != own["bits_per_token"]
    with pytest.raises(InputError, match="verse-zh"):
        studio.evaluate("literature", rows, options={"weights": "verse-zh"})


def test_weights_that_were_trained_anew_are_loaded_anew(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    loaded = []
    for content in (b"one", b"one", b"another"):
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
            os.utime(file, ns=(0, len(content)))
        with lend(studio.devices, "verse-en", (file,), lambda: loaded.append(file.read_bytes()) or object()):
            pass
    assert loaded == [b"one", b"another"]


# ------------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("form", "options", "named"),
    [
        ("qijue", {"length": 12}, "length"),
        ("wujue", {"memory": "小满"}, "memory"),
        ("rumengling", {"opening": "昨夜"}, "opening"),
        ("sonnet", {"memory": "Tom"}, "memory"),
        ("haiku", {"opening": "Once"}, "opening"),
        ("prose-zh", {"rhyme": "真"}, "rhyme"),
        ("prose-zh", {"best_of": 9}, "best_of"),
        ("prose-en", {"acrostic": "abc"}, "acrostic"),
        ("prose-en", {"temperature": 1.2}, "temperature"),
        ("quatrain", {"start": "first"}, "start"),
        ("haiku", {"length": 12}, "12 lines"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    studio: Studio, form: str, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        studio.generate("literature", "秋夜", options={"form": form, **options}, seed=1)


def test_every_option_is_of_use_somewhere_and_every_other_place_refuses_it() -> None:
    for name, _field in PoetOptions.model_fields.items():
        assert any(name in used for used in USED.values()), name
        other = {"temperature": 1.5, "length": 9, "best_of": 3, "size": "tiny", "form": "qijue", "write_in": "en"}
        given = PoetOptions(**{name: other.get(name, "a")})
        for kind, used in USED.items():
            if name in used:
                refuse_idle(given, kind)
            else:
                with pytest.raises(InputError, match=name):
                    refuse_idle(given, kind)


def test_a_reference_is_refused(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The sea is calm tonight.\n", "utf-8")
    with pytest.raises(InputError, match="--reference"):
        studio.evaluate("literature", tmp_path, reference=tmp_path)


def test_the_second_poem_of_a_session_tells_of_all_its_weights(studio: Studio) -> None:
    options = {"form": "quatrain", "best_of": 8}
    first, second = (
        studio.generate("literature", "the sea", seed=seed, options=options).provenance.weights for seed in (1, 2)
    )
    assert {"verse-en.safetensors", "critic-en.safetensors", "prose-en.safetensors"} <= set(second)
    assert first == second
