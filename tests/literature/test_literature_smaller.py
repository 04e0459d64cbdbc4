"""Our own writers made smaller: pruned, taught to students, kept as weights of their own."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from artwright.core.compression.optimizing import Recipe, optimize
from artwright.core.progress import Silent
from artwright.core.weights import load_weights, read_card, save_weights
from artwright.plugins.literature.models.prose_en.engine import ProseEngine
from artwright.plugins.literature.models.prose_en.learner import ProseLearner
from artwright.plugins.literature.models.prose_en.network import ProseConfig, ProseNetwork
from artwright.plugins.literature.models.prose_en.texts import build_data
from artwright.plugins.literature.models.prose_en.training import count_ngrams, pack_text
from artwright.plugins.literature.models.verse_en.network import VerseConfig, VerseNetwork

SENTENCES = (
    "The rain came down upon the roof and woke the sleeping town.",
    "Nobody saw the lamp go out behind the shutters of the mill.",
    "She counted every step until the door was closed again.",
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(1)
    for number in range(3):
        (folder / f"{number}.txt").write_text(" ".join(rng.choice(SENTENCES, 200)))
    return folder


@pytest.fixture(scope="module")
def weights(corpus, tmp_path_factory):
    data, tokenizer, authors = build_data(corpus, size=400)
    config = ProseConfig(vocabulary=tokenizer.get_vocab_size(), width=64, layers=2, heads=2, hidden=160)
    torch.manual_seed(3)
    arrays = {**ProseNetwork(config).arrays(), "tokenizer": pack_text(tokenizer.to_str())}
    arrays |= count_ngrams(data, config.vocabulary)
    file = tmp_path_factory.mktemp("weights") / "mine.safetensors"
    shape = {"vocabulary": config.vocabulary, "width": 64, "layers": 2, "heads": 2, "hidden": 160, "length": 64}
    save_weights(file, arrays, {"model": "prose-en", "authors": authors, "licence": "mine", "config": shape})
    return file


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ({"quantize": "int4"}, {"width": 64, "hidden": 160, "layers": 2}),
        ({"prune": "30%", "steps": 2}, {"width": 64, "hidden": 112, "layers": 2}),
        ({"prune": "30%", "grain": "numbers", "minutes": 0}, {"width": 64, "hidden": 160, "layers": 2}),
        ({"distill": "width=50%", "steps": 2}, {"width": 32, "hidden": 80, "layers": 2}),
        ({"distill": "layers=50%", "minutes": 0}, {"width": 64, "hidden": 160, "layers": 1}),
    ],
)
def test_the_prose_model_made_smaller_still_writes(weights, corpus, tmp_path, asked, shape):
    target = tmp_path / "smaller.safetensors"
    made = optimize(
        ProseLearner(weights, target, corpus), Recipe(**asked), tmp_path / "run", name="mine", progress=Silent()
    )
    card = read_card(target)
    assert {key: card["config"][key] for key in shape} == shape and card["model"] == "prose-en"
    assert card["licence"] == "mine" and card["evaluation"] == made["evaluation"]
    figures = card["evaluation"]
    assert (
        figures["after"]["held_out_nats_per_token"] > 0
        and figures["bytes_of_before_in_float32"] > figures["before"]["bytes"]
    )
    engine = ProseEngine.load(target)
    assert np.isfinite(engine.log_p(engine.encode(SENTENCES[0]), "prose")).all()
    if asked.get("grain") == "numbers":
        zeros = (load_weights(target)[0]["body.layers.0.gate_up.weight"] == 0).mean()
        assert 0.28 < zeros < 0.34


def test_a_student_is_nearer_to_its_teacher_than_a_new_network(weights, corpus, tmp_path):
    learner = ProseLearner(weights, tmp_path / "a.safetensors", corpus)
    config = learner.smaller(layers=1)
    student, new = learner.student(config), learner.make(config)
    batch = learner.batch(np.random.default_rng(1))
    with torch.no_grad():
        teacher, near, far = (
            learner.outputs(net, batch)[0][0][0].softmax(-1) for net in (learner.network, student, new)
        )
    assert (teacher - near).abs().sum() < (teacher - far).abs().sum()


def test_verse_is_loaded_as_it_was_folded():
    rhyme, stress = np.arange(300) % 7, np.arange(300) % 3
    config = VerseConfig(vocabulary=300, cuts=(100, 200), width=32, layers=1, heads=1, hidden=40)
    first, second = VerseNetwork(config, rhyme, stress), VerseNetwork(config, rhyme, stress)
    second.load_arrays(first.arrays())
    for name, array in first.arrays().items():
        assert np.allclose(array, second.arrays()[name], atol=1e-6), name


def test_the_command(call, tmp_path):
    done = call("models", "optimize", "prose-en", "--prune", "30%")
    assert done.code and "give --corpus" in done.err
    done = call("models", "optimize", "poet", "--quantize", "int8")
    assert done.code and "cannot be made smaller; these can: composer, hf:./FOLDER, prose-en, verse-en" in done.err
    done = call("models", "optimize", "prose-en", "--quantize", "int8", "--weights", "nowhere")
    assert done.code and "no weights" in done.err.lower()
    done = call("models", "optimize", "prose-en", "--quantize", "int8", "--into", "a/b")
    assert done.code and "is no name for weights" in done.err


def test_a_folder_by_the_command(call, tmp_path, monkeypatch):
    from tiny_models import save_wide_model

    save_wide_model(tmp_path / "wide", "llama")
    monkeypatch.chdir(tmp_path)
    done = call("models", "optimize", "hf:./wide", "--quantize", "int8", "--json")
    assert done.code == 0, done.err
    card = json.loads(done.text)
    assert card["place"] == "wide-int8" and card["bits"] == 8
    made = call(
        "literature", "generate", "rain", "--form", "prose", "--length", "5", "-m", "hf:./wide-int8", "--seed", "1"
    )
    assert made.code == 0, made.err
    again = call("models", "optimize", "hf:./wide", "--quantize", "int8")
    assert again.code and "is there already" in again.err
    assert "float32" in call("models", "optimize", "hf:./wide", "--quantize", "int4").text
