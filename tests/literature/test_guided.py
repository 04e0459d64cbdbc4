"""Forms hold whatever the model: an untrained network writes lines that the checkers, written apart, pass."""

from __future__ import annotations

import numpy as np
import pytest
from artwright import Studio
from artwright.core.errors import ArtwrightError, InputError
from artwright.core.pretrained import find_source
from artwright.core.pretrained.causal import load_causal
from artwright.core.theme import Theme
from artwright.plugins.literature.chinese.brief import read_brief
from artwright.plugins.literature.chinese.checker import check_regulated, check_tune
from artwright.plugins.literature.chinese.lexicon import Lexicon
from artwright.plugins.literature.chinese.prosody import prosody
from artwright.plugins.literature.english.checker import check
from artwright.plugins.literature.english.forms import find_form, plan
from artwright.plugins.literature.guided.chinese import write_chinese
from artwright.plugins.literature.guided.chinese_lines import HanTokens
from artwright.plugins.literature.guided.english import Asked, write_english
from artwright.plugins.literature.guided.english_words import EnglishWords
from artwright.plugins.literature.guided.prompts import _examples
from artwright.plugins.literature.guided.prose import write_pages
from artwright.plugins.literature.lm.lending import weights_of
from artwright.plugins.literature.models.poet.options import PoetOptions


def _silent(share: float, text: str) -> None:
    pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory, save_model):
    known = [char for char, entry in prosody().characters.items() if entry.count > 300]
    texts = [poem for language in _examples().values() for poems in language.values() for _, _, poem in poems]
    return save_model(tmp_path_factory.mktemp("tiny"), "llama", [*texts, *known * 3])


@pytest.fixture(scope="module")
def model(folder):
    return load_causal(find_source(str(folder)), "cpu")


@pytest.fixture(scope="module")
def words(model):
    return EnglishWords(model)


@pytest.fixture(scope="module")
def han(model):
    return HanTokens(model, prosody())


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon.load(weights_of("verse-zh-lexicon"))


def _chinese(model, han, lexicon, form, **asked):
    brief = read_brief(form, PoetOptions(**asked), han.prosody)
    rng = np.random.default_rng(5)
    theme = Theme.from_prompt("秋夜")
    return write_chinese(model, han, lexicon, theme, brief, rng, temperature=1.0, tell=_silent)


def _english(model, words, form, seed=3, **asked):
    rng = np.random.default_rng(seed)
    shape = plan(find_form(form), rng)
    drafts = write_english(
        model, words, Theme.from_prompt("a lighthouse"), shape, Asked(**asked), rng, temperature=1.0, tell=_silent
    )
    return shape, drafts


@pytest.mark.parametrize("form", ["haiku", "quatrain", "limerick", "sonnet", "ballad", "couplets", "blank-verse"])
def test_untrained_model_keeps_english_forms(model, words, form):
    shape, drafts = _english(model, words, form)
    assert drafts
    assert all(not check(draft.texts, shape.form) for draft in drafts)


def test_same_seed_same_poem(model, words):
    assert _english(model, words, "quatrain")[1][0].texts == _english(model, words, "quatrain")[1][0].texts
    assert _english(model, words, "quatrain")[1][0].texts != _english(model, words, "quatrain", seed=4)[1][0].texts


def test_acrostic_given_line_and_rhyme_are_kept(model, words):
    _, drafts = _english(
        model, words, "couplets", acrostic="snow", keep={1: "No lamp was lit along the dismal way,"}, rhyme="day"
    )
    texts = drafts[0].texts
    assert "".join(text[0] for text in texts[:4]).lower() == "snow"
    assert texts[1] == "No lamp was lit along the dismal way,"
    ends = [text.strip(".,;:!?").split()[-1] for text in texts]
    assert words.rhyme[words.index[ends[0]]] == words.rhyme[words.index["day"]]


@pytest.mark.parametrize(
    "asked",
    [
        {"acrostic": "toolong"},
        {"rhyme": "month"},
        {"keep": {7: "a line"}},
        {"keep": {0: "..."}},
        {"keep": {0: "too short"}},
        {"keywords": ("xyzzyq",)},
    ],
)
def test_what_no_quatrain_can_hold_is_refused(model, words, asked):
    with pytest.raises(InputError):
        _english(model, words, "quatrain", **asked)


@pytest.mark.parametrize("form", ["wujue", "qijue", "wulv", "qilv", "rumengling"])
def test_untrained_model_keeps_chinese_forms(model, han, lexicon, form):
    poems = _chinese(model, han, lexicon, form)
    assert poems
    tune = read_brief(form, PoetOptions(), han.prosody).tune
    verdict = check_tune(poems[0].clauses, tune) if tune else check_regulated(poems[0].clauses, form)
    assert verdict.kept


def test_chinese_acrostic_and_given_line(model, han, lexicon):
    poems = _chinese(model, han, lexicon, "wujue", acrostic="春风", keep="4:更上一层楼")
    assert [poems[0].clauses[0][0], poems[0].clauses[1][0], poems[0].clauses[3]] == ["春", "风", "更上一层楼"]


def test_prose_ends_where_asked(model):
    prompt = model.prompt((), "Write.")
    pages = write_pages(
        model,
        prompt,
        "",
        30,
        np.random.default_rng(2),
        chinese=False,
        rows=2,
        temperature=0.8,
        tell=_silent,
    )
    assert len(pages) == 2 and pages[0].score >= pages[1].score


def test_studio_writes_with_a_folder_and_remembers_its_weights(folder):
    studio = Studio(device="cpu")
    one = studio.generate("literature", "rain", model=f"hf:{folder}", options={"form": "haiku"}, seed=3)
    two = studio.generate("literature", "rain", model=f"hf:{folder}", options={"form": "haiku"}, seed=3)
    assert one.id == two.id and one.provenance.model == f"hf:./{folder.name}"
    assert list(one.provenance.weights) == ["model.safetensors"]
    poem = studio.generate("literature", "秋夜", model=f"hf:{folder}", options={"form": "qijue"}, seed=3)
    assert check_regulated([line.rstrip("，。") for line in poem.payload.lines], "qijue").kept
    page = studio.generate("literature", "rain", model=f"hf:{folder}", options={"form": "prose", "length": 20}, seed=3)
    assert page.payload.form == "prose"


@pytest.mark.parametrize(
    ("model", "options", "told"),
    [
        ("hf", {}, "hf:SOURCE"),
        ("hf:", {}, "hf:SOURCE"),
        ("hf:./nowhere", {}, "no folder"),
        (None, {"form": "sonnet", "opening": "It was"}, "does nothing"),
        (None, {"form": "prose", "acrostic": "snow"}, "does nothing"),
        (None, {"form": "qijue", "weights": "mine"}, "does nothing"),
    ],
)
def test_bad_requests_get_one_line(folder, model, options, told):
    with pytest.raises(ArtwrightError, match=told) as raised:
        Studio(device="cpu").generate("literature", "rain", model=model or f"hf:{folder}", options=options, seed=1)
    assert "\n" not in str(raised.value)
