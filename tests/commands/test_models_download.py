"""`artwright models download`, against a hub on loopback: the client, the cache and the files are the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hub_server import COMMIT, Hub, serve

TEXTS = ["The rain came down upon the roof and woke the sleeping town."] * 3
CARD = {"license": "apache-2.0"}


@pytest.fixture(scope="module")
def files(tmp_path_factory, save_model):
    folder = save_model(tmp_path_factory.mktemp("hub"), "llama", TEXTS)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {
        **found,
        "README.md": b"---\nlicense: apache-2.0\n---\n# A model\n",
        "run.py": b"1/0",
        "weights.bin": b"\x80",
    }


@pytest.fixture
def hub(files, monkeypatch, tmp_path):
    hub = Hub(files, CARD)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with serve(hub) as address:
        monkeypatch.setenv("HF_ENDPOINT", address)
        yield hub


def test_size_and_licence_are_shown_and_asked_about(hub, call):
    done = call("models", "download", "org/name", stdin=b"n\n")
    assert done.code == 130 and "licence: apache-2.0" in done.text and "0.00" in done.text
    assert all(method == "GET" and path.startswith("/api/") for method, path, _ in hub.asked)


def test_a_fetched_model_is_found_and_writes(hub, call, tmp_path):
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 0, done.err
    cached = tmp_path / "hub" / "models--org--name" / "snapshots" / COMMIT
    there = {path.name for path in cached.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "README.md"} <= there
    assert not {"run.py", "weights.bin"} & there
    row = json.loads(call("models", "show", "name", "--json").text)["own"][0]
    assert row["source"] == f"hf:org/name@{COMMIT}" and row["revision"] == COMMIT and row["downloaded"]
    assert row["licence"] == "apache-2.0" and row["memory"]["cpu"]["fits"] and row["serves"]["literature"]
    asked = len(hub.asked)
    for model in ("name", "hf:org/name"):
        made = call(
            "literature",
            "generate",
            "rain",
            "-m",
            model,
            "--form",
            "prose",
            "--length",
            "8",
            "--best-of",
            "1",
            "--json",
        )
        assert made.code == 0, made.err
    assert json.loads(made.text)["provenance"]["model"] == "hf:org/name"
    assert len(hub.asked) == asked


def test_what_was_cut_off_is_gone_on_with(hub, call, files, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1000)
    size = len(files["model.safetensors"])
    hub.cuts = [size // 3] + [0] * 6
    broken = call("models", "download", "org/name", "--yes")
    assert broken.code == 1 and len(broken.errors) == 1 and "the same command goes on with it" in broken.err
    assert "name" not in json.loads(call("models", "list", "--json").text)["own"]
    hub.cuts, hub.asked = [size // 3], []
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 0, done.err
    begins = [wanted for method, path, wanted in hub.asked if method == "GET" and path.endswith("model.safetensors")]
    third = size // 3 // 1000 * 1000
    assert begins == [f"bytes={third}-", f"bytes={2 * third}-"]
    cached = tmp_path / "hub" / "models--org--name" / "snapshots" / COMMIT / "model.safetensors"
    assert cached.read_bytes() == files["model.safetensors"]


def test_a_file_of_another_hash_is_thrown_away(hub, call, tmp_path):
    hub.lies = True
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 1 and "not 000000000000 as the hub told" in done.err
    assert not list((tmp_path / "hub").rglob("*.part"))


@pytest.mark.parametrize(
    ("spoil", "asked", "code", "told"),
    [
        (lambda hub: None, "org/name@v9", 2, "no such revision"),
        (lambda hub: setattr(hub, "gone", True), "org/name", 2, "no such revision"),
        (lambda hub: None, "org/other", 2, "the hub has no model"),
        (lambda hub: None, "name", 2, "is not the name of a model on a hub"),
        (lambda hub: None, "../etc/passwd", 2, "is not the name of a model on a hub"),
        (lambda hub: hub.files.pop("model.safetensors"), "org/name", 1, "may run code"),
        (lambda hub: hub.config.update(auto_map={"A": "b"}), "org/name", 1, "code of its own"),
    ],
)
def test_what_cannot_be_fetched_is_one_line(hub, call, spoil, asked, code, told):
    spoil(hub)
    done = call("models", "download", asked, "--yes")
    assert (done.code, len(done.errors)) == (code, 1), done.err
    assert told in done.err


def test_several_gguf_files_are_chosen_from(hub, call):
    del hub.files["model.safetensors"]
    hub.files |= {"a.q4.gguf": b"GGUF" + b"\0" * 40, "a.q8.gguf": b"GGUF" + b"\0" * 80}
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 2 and "choose with --file: a.q4.gguf (0.00 GB), a.q8.gguf" in done.err
    assert "no weights '*.f16.gguf'" in call("models", "download", "org/name", "--file", "*.f16.gguf", "--yes").err


def test_a_hub_that_is_not_there_is_one_line(hub, call, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 1 and len(done.errors) == 1 and "cannot be fetched" in done.err


def test_a_person_who_forbids_it_is_heeded(hub, call, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = call("models", "download", "org/name", "--yes")
    assert done.code == 2 and "HF_HUB_OFFLINE is set" in done.err and not hub.asked


def test_files_go_with_the_entry_if_that_is_asked(hub, call, tmp_path):
    call("models", "download", "org/name", "--yes", "--name", "mine")
    assert call("models", "remove", "mine").code == 0
    assert list((tmp_path / "hub").rglob("*.safetensors"))
    call("models", "download", "org/name", "--yes", "--name", "mine")
    assert call("models", "remove", "mine", "--files").code == 0
    assert not (tmp_path / "hub" / "models--org--name").exists()


def test_files_that_were_not_fetched_are_never_deleted(call, tmp_path, save_model):
    folder = save_model(tmp_path / "own", "llama", TEXTS)
    assert call("models", "add", "mine", folder).code == 0
    done = call("models", "remove", "mine", "--files")
    assert done.code == 2 and "delete them yourself" in done.err and Path(folder, "model.safetensors").exists()
