"""Models made smaller: fewer bits, fewer numbers, students; kept as weights or folders that the same commands use."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from artwright.core.compression.optimizing import Recipe, optimize
from artwright.core.errors import InputError, UsageError, WeightsError
from artwright.core.nibbles import pack_nibbles, unpack_nibbles
from artwright.core.pretrained import find_source
from artwright.core.pretrained.causal import load_causal
from artwright.core.pretrained.learner import CausalLearner, read_texts
from artwright.core.progress import Silent
from artwright.core.weights import load_weights, read_card, save_weights
from tiny_models import save_wide_model

SENTENCE = "The rain came down upon the roof and woke the sleeping town. "


def run(learner, tmp_path, **asked):
    return optimize(learner, Recipe(**asked), tmp_path / "run", name="tiny", progress=Silent())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for number in range(4):
        (folder / f"{number}.txt").write_text(SENTENCE * 60)
    return folder


@pytest.fixture(scope="module", params=["llama", "gpt2"])
def folder(request, tmp_path_factory):
    return save_wide_model(tmp_path_factory.mktemp(request.param) / "tiny", request.param)


@pytest.fixture(scope="module")
def stepped(folder, tmp_path_factory):
    place = tmp_path_factory.mktemp("stepped")
    run(CausalLearner(str(folder), place / "small", None), place, quantize="int8")
    return place / "small"


def test_nibbles_come_back_within_half_a_step_of_most_numbers():
    matrix = np.random.default_rng(1).normal(size=(5, 128)).astype(np.float32)
    packed, scale = pack_nibbles(matrix)
    back = unpack_nibbles(packed) * np.repeat(scale.astype(np.float32), 32, axis=1)
    assert packed.nbytes == matrix.size // 2
    assert np.sqrt(np.mean((back - matrix) ** 2)) < 0.12
    exact = np.rint(matrix.clip(-3, 3)) * np.float32(0.25)
    packed, scale = pack_nibbles(np.where(np.arange(128) % 32 == 0, 1.75, exact))
    assert np.allclose(
        unpack_nibbles(packed) * np.repeat(scale.astype(np.float32), 32, 1),
        np.where(np.arange(128) % 32 == 0, 1.75, exact),
    )


def test_weights_of_four_bits_are_half_as_large_and_near(tmp_path):
    matrix = np.random.default_rng(2).normal(size=(64, 256)).astype(np.float32)
    for bits in (8, 4):
        save_weights(tmp_path / f"{bits}.safetensors", {"a": matrix, "gain": matrix[0]}, {}, bits=bits)
    sizes = [read_card(tmp_path / f"{bits}.safetensors")["bytes"] for bits in (8, 4)]
    assert sizes[1] < 0.62 * sizes[0]
    back, _ = load_weights(tmp_path / "4.safetensors")
    assert np.abs(back["a"] - matrix).mean() < 0.1 and back["a"].dtype == np.float32


@pytest.mark.parametrize("bits", [8, 4])
def test_a_folder_of_steps_says_nearly_the_same(folder, corpus, tmp_path, bits):
    target = tmp_path / "small"
    card = run(CausalLearner(str(folder), target, corpus), tmp_path, quantize=f"int{bits}")
    before, after = card["evaluation"]["before"], card["evaluation"]["after"]
    assert after["bytes"] < (0.5 if bits == 8 else 0.45) * before["bytes"]  # the smallest matrices stay
    assert abs(card["evaluation"]["loss_is_higher_by_percent"]) < (0.2 if bits == 8 else 2)
    assert set(after["tokens_per_second_by_rows"]) == {"1", "8", "32"}
    assert json.loads((target / "optimized.json").read_text())["bits"] == bits
    source = find_source(str(target))
    assert source.bits == bits and source.parameters == find_source(str(folder)).parameters
    assert source.memory("cpu") < find_source(str(folder)).memory("cpu")
    one, other = (load_causal(find_source(str(f)), "cpu") for f in (folder, target))
    difference = one.read(one.encode(SENTENCE)).log_p - other.read(other.encode(SENTENCE)).log_p
    assert np.abs(difference).mean() < (0.01 if bits == 8 else 0.2)


@pytest.mark.parametrize(
    "asked",
    [
        {"prune": "30%", "steps": 2},
        {"prune": "0.5", "grain": "numbers", "minutes": 0},
        {"distill": "layers=50%", "steps": 2, "quantize": "int8"},
    ],
)
def test_pruned_folders_and_students_are_models_like_others(folder, corpus, tmp_path, asked):
    target = tmp_path / "small"
    card = run(CausalLearner(str(folder), target, corpus), tmp_path, **asked)
    model = load_causal(find_source(str(target)), "cpu", compacted=False)
    assert model.decode(model.encode(SENTENCE)) == SENTENCE
    assert np.isfinite(model.read(model.encode(SENTENCE)).log_p).all()
    if asked.get("grain") == "numbers":
        layer = next(m for n, m in model.network.named_modules() if n.endswith(("down_proj", "mlp.c_proj")))
        assert 0.49 < float((layer.weight == 0).float().mean()) < 0.51
    else:
        assert card["parameters"] < find_source(str(folder)).parameters
    assert card["command"].startswith("artwright models optimize tiny --")


def test_texts_of_a_corpus(tmp_path):
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.jsonl").write_text('{"text": "two"}\n\n{"lines": ["three", "four"]}\n')
    assert [text for _, text in read_texts(tmp_path)] == ["one", "two", "three\nfour"]
    (tmp_path / "b.jsonl").write_text('{"words": 1}\n')
    with pytest.raises(InputError, match=r"line 1 of .* no row with 'text' or 'lines'"):
        read_texts(tmp_path)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "say how"),
        ({"prune": "30%", "distill": "width=50%"}, "not both"),
        ({"prune": "130%"}, "is no share"),
        ({"prune": "some"}, "is no share"),
        ({"distill": "50%"}, "no smaller configuration"),
        ({"distill": "depth=50%"}, "no smaller configuration"),
        ({"distill": "width=0%"}, "is no share"),
        ({"quantize": "int8", "minutes": float("nan")}, "no time to train"),
    ],
)
def test_what_cannot_be_asked(asked, told):
    with pytest.raises((InputError, UsageError), match=told):
        Recipe(**asked)


def test_what_cannot_be_done_with_a_folder(folder, stepped, corpus, tmp_path):
    with pytest.raises(InputError, match="of 8 bits already"):
        CausalLearner(str(stepped), tmp_path / "newer", None)
    with pytest.raises(InputError, match="is there already"):
        CausalLearner(str(folder), tmp_path, None)
    (tmp_path / "a.txt").write_text("short")
    with pytest.raises(InputError, match="holds too little text"):
        CausalLearner(str(folder), tmp_path / "new", tmp_path / "a.txt")
    learner = CausalLearner(str(folder), tmp_path / "new", corpus)
    with pytest.raises(InputError, match="write layers=50%"):
        run(learner, tmp_path, distill="width=50%")


def test_a_folder_of_steps_with_an_odd_configuration(stepped, tmp_path):
    target = shutil.copytree(stepped, tmp_path / "small")
    config = json.loads((target / "config.json").read_text())
    for told in (None, {}, {"bits": 3, "parameters": 5}, {"bits": 8, "parameters": 0}, {"bits": 8, "parameters": "5"}):
        (target / "config.json").write_text(json.dumps({**config, "artwright": told}))
        with pytest.raises(WeightsError, match="nothing that this version knows"):
            find_source(str(target))


def test_a_folder_of_steps_that_does_not_fit(stepped, tmp_path):
    target = shutil.copytree(stepped, tmp_path / "small")
    config = json.loads((target / "config.json").read_text())
    key = "num_hidden_layers" if "num_hidden_layers" in config else "n_layer"
    for odd in ({key: 3}, {"vocab_size": 900}):
        (target / "config.json").write_text(json.dumps({**config, **odd}))
        with pytest.raises(WeightsError, match="make it again"):
            load_causal(find_source(str(target)), "cpu")


def test_steps_turn_back_into_numbers_where_panels_are_slow(stepped, monkeypatch):
    quick = load_causal(find_source(str(stepped)), "cpu")
    for module in ("stepped", "compact", "sources"):
        monkeypatch.setattr(f"artwright.core.pretrained.{module}.are_fast", lambda: False)
    slow = load_causal(find_source(str(stepped)), "cpu")
    assert type(slow.network.get_input_embeddings()).__name__ == "Embedding"
    tokens = quick.encode(SENTENCE)
    assert np.abs(quick.read(tokens).log_p - slow.read(tokens).log_p).max() < 1e-3


def test_a_model_without_large_matrices_has_nothing_to_gain(tmp_path, save_model):
    folder = save_model(tmp_path / "tiny", "llama", [SENTENCE])
    with pytest.raises(InputError, match="no matrix"):
        run(CausalLearner(str(folder), tmp_path / "small", None), tmp_path, quantize="int4")
    assert not (tmp_path / "small").exists()
