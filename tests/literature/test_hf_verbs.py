"""Every verb and option of literature with every kind of model: it works, or a clear line says that it cannot."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from artwright import Studio
from artwright.core.artwork import Text
from artwright.core.errors import ArtwrightError
from artwright.core.pretrained import find_source
from artwright.plugins.literature.chinese.checker import check_regulated
from artwright.plugins.literature.chinese.prosody import prosody
from artwright.plugins.literature.guided.prompts import _examples
from artwright.plugins.literature.medium import Literature
from artwright.plugins.literature.models.hf.engine import can_write

POEM = (
    "The ovens wake before the street is light,",
    "And flour hangs like weather in the ____,",
    "My father learned to work all through the ____",
    "And never once complained it was not fair.",
)
QIJUE = ("远上寒山石径斜，", "白云□处有人家。", "停车坐□枫林晚，", "霜叶红于二月花。")
PROSE = ("我在街上走着，雨□起来了。",)
#: Ours, and tiny untrained ones: with and without a template for talks.
MODELS = ("poet", "llama", "gpt2", "qwen2")


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def models(tmp_path_factory, save_model):
    known = [char for char, entry in prosody().characters.items() if entry.count > 300]
    texts = [poem for language in _examples().values() for poems in language.values() for *_, poem in poems]
    folder = tmp_path_factory.mktemp("models")
    names = {"poet": "poet"}
    for kind in MODELS[1:]:
        path = save_model(folder / kind, kind, [*texts, *known * 3], chats=kind != "gpt2")
        names[kind] = f"hf:{path}"
    return names


def _work(lines, language="en", form=""):
    return Literature().artwork(Text(stanzas=(tuple(lines),), language=language, form=form, title="Bread"))


def _generate(theme, **options):
    return lambda studio, model: studio.generate("literature", theme, model=model, options=options, seed=2)


def _acrostic(work):
    assert "".join(line[0] for line in work.payload.lines).lower() == "snow"


def _regulated(work):
    assert check_regulated([line.rstrip("，。") for line in work.payload.lines], "qijue").kept


def _filled(work):
    assert not any(gap in line for line in work.payload.lines for gap in ("____", "□"))
    kept = zip("".join(work.payload.lines).split(), "".join(POEM).split(), strict=False)
    assert work.payload.language == "zh" or sum(a == b for a, b in kept) > 20


def _ideas(ideas):
    assert len(ideas) == 6 and len({idea.text for idea in ideas}) == 6
    assert {"title", "first line"} <= {idea.kind for idea in ideas}


VERBS = {
    "quatrain": (_generate("first frost", form="quatrain"), lambda work: len(work.payload.lines) == 4),
    "kept line": (
        _generate("rain", form="ballad", keep="2:The rain came down all night,", length=4),
        lambda work: work.payload.lines[1] == "The rain came down all night,",
    ),
    "acrostic": (_generate("rain", form="quatrain", acrostic="snow"), _acrostic),
    "keywords": (
        _generate("rain", form="quatrain", keywords="garden"),
        lambda work: "garden" in " ".join(work.payload.lines).lower(),
    ),
    "qijue": (_generate("秋夜", form="qijue", acrostic="春风"), _regulated),
    "prose": (
        _generate("rain", form="prose", length=20, opening="It rained.", memory="Tom; a mill"),
        lambda work: work.payload.lines[0].startswith("It rained."),
    ),
    "inspire": (
        lambda studio, model: studio.inspire("literature", "rain on the roof", count=6, model=model, seed=1),
        _ideas,
    ),
    "inspire zh": (
        lambda studio, model: studio.inspire("literature", "秋雨", count=6, model=model, seed=1),
        lambda ideas: len(ideas) == 6,
    ),
    "restore": (lambda studio, model: studio.restore(_work(POEM, form="quatrain"), model=model, seed=1), _filled),
    "restore qijue": (lambda studio, model: studio.restore(_work(QIJUE, "zh", "qijue"), model=model, seed=1), _filled),
    "restore zh prose": (
        lambda studio, model: studio.restore(_work(PROSE, "zh", "prose"), model=model, seed=1),
        _filled,
    ),
    "into a form": (
        lambda studio, model: studio.transfer_style(
            _work([line.replace("____", "air") for line in POEM]), "haiku", model=model, seed=1
        ),
        lambda work: len(work.payload.lines) == 3,
    ),
    "into a voice": (
        lambda studio, model: studio.transfer_style(
            _work(["The rain fell. Tom went home."]), "poe", model=model, seed=1
        ),
        lambda work: work.payload.form == "prose",
    ),
    "analyze": (
        lambda studio, model: studio.analyze(_work(POEM[:1]), model=model),
        lambda found: json.dumps(dict(found.findings)),
    ),
}


@pytest.mark.parametrize(
    "kind", ["poet", "llama", *(pytest.param(kind, marks=pytest.mark.slow) for kind in MODELS[2:])]
)
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_verb_with_model(studio, models, verb, kind):
    make, look = VERBS[verb]
    found = make(studio, models[kind])
    assert look(found) is not False
    if hasattr(found, "provenance"):
        assert found.provenance.model.startswith("hf:./" if kind != "poet" else "")
    if kind == "llama" and verb == "quatrain":
        assert make(studio, models[kind]).id == found.id


@pytest.mark.parametrize("kind", MODELS[1:])
@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (lambda s, m, p: s.evaluate("literature", p, model=m), "evaluate|measure"),
        (lambda s, m, p: s.train("literature", p, name="mine", model=m, minutes=1), "train"),
        (lambda s, m, p: s.transfer_style(_work(["The rain fell."]), "li-bai", model=m), "nobody's voice"),
        (lambda s, m, p: s.restore(_work(["Nothing is missing."]), model=m), "no gap"),
        (lambda s, m, p: s.restore(_work(POEM), model=m, options={"best_of": 4}), "does nothing"),
        (lambda s, m, p: s.generate("literature", "rain", model=m, options={"opening": "It"}), "does nothing"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(studio, models, tmp_path, kind, refused, told):
    with pytest.raises(ArtwrightError, match=told) as raised:
        refused(studio, models[kind], tmp_path)
    assert "\n" not in str(raised.value)


def test_candidates_replay_and_manifest(studio, models):
    best = studio.generate("literature", "rain", model=models["llama"], options={"form": "haiku"}, seed=4, candidates=3)
    assert best.score is not None and best.provenance.options["form"] == "haiku"
    assert list(best.provenance.weights) == ["model.safetensors"]


def test_hearing_tells_tokens_and_surprises(studio, models):
    heard = studio.analyze(_work(POEM[:1]), model=models["qwen2"]).findings["heard"]
    assert heard["tokens"] > 5 and heard["log_chance"] < 0 and heard["bits_per_character"] > 0
    assert heard["surprises"][0]["line"] == 1


def test_a_language_model_is_told_from_its_configuration(models):
    source = find_source(models["llama"].partition(":")[2])
    assert can_write(source)
    assert not can_write(replace(source, config={"architectures": ["BertForMaskedLM"]}))
    assert can_write(replace(source, config={}, gguf="model.gguf"))
