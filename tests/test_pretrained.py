"""Pretrained models: sources that may be loaded and those that must not, rows that share what they have read."""

from __future__ import annotations

import json

import numpy as np
import pytest
from artwright.core.errors import InputError, WeightsError
from artwright.core.pretrained import find_source
from artwright.core.pretrained.causal import load_causal
from artwright.core.pretrained.token_tree import TokenTree

TEXTS = ["The rain came down upon the roof and woke the sleeping town.", "白日依山尽，黄河入海流。"] * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory, save_model):
    return save_model(tmp_path_factory.mktemp("llama"), "llama", TEXTS)


def test_source_tells_its_size(folder):
    source = find_source(str(folder))
    assert source.memory() == 4 * source.parameters
    assert abs(source.memory() - source.stored) < 20_000  # it is stored in float32, but for its header


def test_gguf_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.gguf").write_bytes(b"PK\x03\x04")
    with pytest.raises(WeightsError, match="no sound GGUF file"):
        find_source(str(tmp_path / "a.gguf"))


@pytest.mark.parametrize("text", ["", " ", "./nowhere", "nowhere", "a/b/c", "/nowhere/at/all"])
def test_what_is_not_there_is_refused(text):
    with pytest.raises(InputError):
        find_source(text)


def test_model_that_is_not_in_the_cache_opens_no_connection(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="is not on this computer"):
        find_source("nobody/has-this-model@v1")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / "config.json").unlink(), "no config.json"),
        (lambda f: (f / "config.json").write_text("[]"), "holds no configuration"),
        (lambda f: (f / "config.json").write_text('{"auto_map": {}}'), "code of its own"),
        (lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"), "may run code"),
        (lambda f: (f / "model.safetensors").write_bytes(b"\xff" * 100), "no sound safetensors"),
        (lambda f: (f / "model.safetensors").write_bytes(b""), "no sound safetensors"),
        (lambda f: (f / "tokenizer.json").unlink(), "no tokenizer"),
    ],
)
def test_spoilt_folder_is_refused(folder, tmp_path, spoil, told):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    spoil(tmp_path)
    with pytest.raises(WeightsError, match=told):
        find_source(str(tmp_path))


def test_unknown_architecture_is_refused(folder, tmp_path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "model_type": "nobody-knows"}))
    with pytest.raises(WeightsError, match="cannot be loaded"):
        load_causal(find_source(str(tmp_path)), "cpu")


@pytest.mark.parametrize("kind", ["llama", "qwen2", "qwen3", "gpt_neox", "gpt2"])
def test_rows_say_what_one_reading_says(kind, tmp_path, save_model):
    model = load_causal(find_source(str(save_model(tmp_path, kind, TEXTS))), "cpu")
    prompt, ways = model.encode("The rain"), [[5, 9, 300], [7], [11, 260]]
    together = model.read(prompt).take([0, 0, 0]).extend(ways)
    again = together.take([2, 0])
    again.step([8, 12])
    for row, way in enumerate(ways):
        alone = model.read([*prompt, *way])
        assert np.allclose(together.log_p[row], alone.log_p[0], atol=1e-4)
    assert np.allclose(again.log_p[0], model.read([*prompt, *ways[2], 8]).log_p[0], atol=1e-4)
    assert np.allclose(again.log_p[1], model.read([*prompt, *ways[0], 12]).log_p[0], atol=1e-4)


def test_prompt_that_was_read_before_is_read_on(folder, monkeypatch):
    model = load_causal(find_source(str(folder)), "cpu")
    prompt = model.encode("The rain came down upon the roof and woke")
    tokens: list[int] = []
    read = TokenTree.read
    monkeypatch.setattr(TokenTree, "read", lambda self, ids, *more: tokens.append(len(ids)) or read(self, ids, *more))
    first = model.read([*prompt, 5, 9])
    again = model.read([*prompt, 5, 7, 8])
    assert tokens == [len(prompt) + 2, 2]
    monkeypatch.undo()
    fresh = load_causal(find_source(str(folder)), "cpu")
    assert np.allclose(again.log_p, fresh.read([*prompt, 5, 7, 8]).log_p, atol=1e-4)
    assert np.allclose(first.log_p, fresh.read([*prompt, 5, 9]).log_p, atol=1e-4)


def test_rows_that_say_the_same_are_read_once(folder, monkeypatch):
    model = load_causal(find_source(str(folder)), "cpu")
    rows = model.read(model.encode("The rain")).take([0] * 6)
    tokens: list[int] = []
    read = TokenTree.read
    monkeypatch.setattr(TokenTree, "read", lambda self, ids, *more: tokens.append(len(ids)) or read(self, ids, *more))
    rows.step([5, 5, 7, 5, 7, 5]).step([9, 9, 9, 8, 9, 9])
    assert tokens == [2, 3]
    assert np.array_equal(rows.log_p[0], rows.log_p[1]) and not np.array_equal(rows.log_p[0], rows.log_p[3])


def test_likelihood_is_what_stepping_says(folder):
    model = load_causal(find_source(str(folder)), "cpu")
    rows = model.read(model.encode("The rain"))
    [found] = rows.likelihood([[5, 9, 7]])
    stepped = []
    for token in (5, 9, 7):
        stepped.append(rows.log_p[0, token])
        rows.step([token])
    assert np.allclose(found, stepped, atol=1e-4)


def test_text_beyond_what_the_model_sees_is_refused(folder):
    model = load_causal(find_source(str(folder)), "cpu")
    with pytest.raises(InputError, match="reads 2048 tokens at most"):
        model.read([5] * 3000)
