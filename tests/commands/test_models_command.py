"""`artwright models`: a person's own list, short names, defaults, hashes, and what is told of bad models."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys

import pytest
from artwright import Studio
from artwright.core.errors import StoreError, WeightsError
from artwright.core.home import models_file
from artwright.core.pieces.piece import Piece
from artwright.core.pretrained import find_source
from artwright.core.pretrained.gguf_header import read_header
from artwright.core.pretrained.own_models import OwnModel, edit_models, pin_weights, read_models
from artwright.core.pretrained.sources import find_pipeline

TEXTS = ["The rain came down upon the roof and woke the sleeping town."] * 3
PROSE = ("literature", "generate", "rain", "--form", "prose", "--length", "6", "--best-of", "1", "--seed", "1")


@pytest.fixture(scope="module")
def original(tmp_path_factory, save_model):
    return save_model(tmp_path_factory.mktemp("own") / "tiny", "llama", TEXTS)


@pytest.fixture
def folder(original, tmp_path):
    copy = tmp_path / "elsewhere" / "tiny"
    copy.mkdir(parents=True)
    for file in original.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def save_gguf(path, architecture="llama", licence="mit", shapes=((32, 10), (7,))):
    """A GGUF file of version 3, whose tensors hold zeros in float32."""

    def text(value):
        return struct.pack("<Q", len(value)) + value.encode()

    facts = {"general.architecture": architecture, "general.license": licence, "general.name": "tiny"}
    rows = b"".join(text(key) + struct.pack("<I", 8) + text(value) for key, value in facts.items())
    rows += text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b")
    rows += text("tokenizer.ggml.scores") + struct.pack("<IIQ2f", 9, 6, 2, 0, 0) + text("n") + struct.pack("<II", 4, 7)
    tensors = b"".join(text(f"t{i}") + struct.pack(f"<I{len(s)}QIQ", len(s), *s, 0, 0) for i, s in enumerate(shapes))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, len(shapes), 6) + rows + tensors + b"\0" * 4000)
    return path


def own_row(call, name):
    return json.loads(call("models", "show", name, "--json").text)["own"][0]


def test_a_folder_gets_a_short_name_and_writes_by_it(call, folder):
    done = call("models", "add", "mine", folder)
    assert done.code == 0 and "takes 0.00 GB as float32 on cpu" in done.text and "literature: " in done.text
    row = own_row(call, "mine")
    assert row["source"] == f"hf:{folder}" and row["sha256"] == {} and row["architecture"] == "llama"
    assert row["licence"] == "not stated" and row["parameters"] > 1000
    made = call(*PROSE, "-m", "mine", "--json")
    assert made.code == 0, made.err
    provenance = json.loads(made.text)["provenance"]
    assert provenance["model"] == "hf:./tiny" and str(folder) not in made.text
    fitting = json.loads(call("devices", "--json").text)["devices"][0]["would_fit"]
    assert fitting == [{"model": "mine", "bytes": row["memory"]["cpu"]["bytes"], "fits": True}]
    assert "mine would fit: " in call("devices").text
    hashes = own_row(call, "mine")["sha256"]
    assert hashes["model.safetensors"] == provenance["weights"]["model.safetensors"]
    assert {"config.json", "tokenizer.json"} <= set(hashes)


def test_a_work_is_made_again_by_the_model_of_the_list(call, folder, tmp_path):
    call("models", "add", "mine", folder)
    assert call(*PROSE, "-m", "mine", "--output", "rain.md").code == 0
    done = call("replay", "rain.md", "--output", "again.md")
    assert done.code == 0 and "the same work" in done.err


def test_other_names_defaults_and_removal(call, folder):
    call("models", "add", "mine", folder)
    assert call("models", "alias", "pen", "mine").code == 0
    assert call("models", "alias", "bard", "verse-en").code == 0
    assert "bard: verse-en" in call("models", "alias", "bard2", "bard").err.replace("bard2", "bard")
    told = call("literature", "generate", "rain", "--form", "prose", "--length", "60")
    assert told.code == 0 and "your list has mine, taken with -m" in told.err
    assert call("models", "default", "literature:en", "pen").code == 0
    made = call(*PROSE, "--json")
    assert (
        made.code == 0 and json.loads(made.text)["provenance"]["model"] == "hf:./tiny" and "your list" not in made.err
    )
    chinese = call("literature", "generate", "秋夜", "--form", "wujue", "--best-of", "2", "--json")
    assert json.loads(chinese.text)["provenance"]["model"] == "poet"
    named = call("literature", "generate", "rain", "--best-of", "2", "-m", "poet", "--json")
    assert json.loads(named.text)["provenance"]["model"] == "poet"
    assert call("models", "default").text == "literature:en: pen\n"
    assert own_row(call, "mine")["chosen_for"] == ["literature:en"] and own_row(call, "mine")["aliases"] == ["pen"]
    assert call("models", "remove", "mine").code == 0
    own = json.loads(call("models", "list", "--json").text)["own"]
    assert own == [] and call("models", "default").text == ""


def test_a_default_is_taken_back(call):
    assert call("models", "default", "literature", "verse-en").code == 0
    assert call("models", "default", "literature", "--clear").code == 0
    assert call("models", "default").text == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "poet", "."), "a model that comes with a plugin is called 'poet'"),
        (("add", "a:b", "."), "is no name for a model"),
        (("add", "x", "./nowhere"), "there is no folder './nowhere'"),
        (("add", "x", "ftp:place"), "no kind of source 'ftp'"),
        (("add", "x", "nobody/knows"), "artwright models download nobody/knows"),
        (("show", "nobody"), "no model 'nobody'"),
        (("alias", "x", "nobody"), "no model 'nobody'"),
        (("remove", "nobody"), "no model of your own 'nobody'"),
        (("default", "literature:fr", "poet"), "no kind 'fr' of literature; there are: en, zh"),
        (("default", "sculpture", "poet"), "no medium 'sculpture'"),
        (("default", "literature", "nobody"), "no model 'nobody'"),
        (("default", "painting", "eye"), "does not generate"),
        (("list", "sculpture"), "no medium 'sculpture'"),
    ],
)
def test_wrong_usage_is_one_line(call, arguments, told, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    done = call("models", *arguments)
    assert done.code == 2 and len(done.errors) == 1 and told in done.err, done.err


def test_a_name_is_taken_once(call, folder):
    call("models", "add", "mine", folder)
    assert "is on your list already" in call("models", "add", "mine", folder).err
    assert "is on your list already" in call("models", "alias", "mine", "poet").err


def test_changed_files_are_refused_until_the_old_ones_are_forgotten(call, folder):
    call("models", "add", "mine", folder)
    assert call(*PROSE, "-m", "mine").code == 0
    config = folder / "config.json"
    config.write_text(config.read_text().replace("{", '{"new_idea": 3,', 1))
    done = call(*PROSE, "-m", "mine")
    assert done.code == 1 and len(done.errors) == 1
    assert "'config.json' of the model" in done.err and "artwright models remove" in done.err
    assert call("models", "remove", "mine").code == 0
    added = call("models", "add", "mine", folder)
    assert "keys that this transformers does not know and leaves unheeded: new_idea" in added.err
    made = call(*PROSE, "-m", "mine")
    assert made.code == 0 and "'hf:./tiny': its config.json" in made.err and "leaves unheeded: new_idea" in made.err


def test_a_pieces_step_is_made_anew_where_the_folder_holds_other_files(folder, tmp_path):
    asked = {"form": "prose", "length": 6, "best_of": 1}
    step = {"medium": "literature", "theme": "rain", "model": f"hf:{folder}", "options": asked, "output": "rain.md"}
    piece, studio = Piece.from_dict({"title": "Rain", "steps": {"words": step}}), Studio(tmp_path / "home")

    def reasons(out):
        told = []
        piece.run(studio, tmp_path / out, force=True, tell=told.append)
        return [event.reason for event in told if event.state != "done"]

    assert reasons("one") == ["new"] and reasons("two") == ["known: the same was made before"]
    os.utime(folder / "config.json", ns=(1, 1))
    assert reasons("two") == ["the files of the model have changed"]


def test_hashes_of_a_model_without_a_name_are_forgotten_by_its_source(call, folder):
    assert call(*PROSE, "-m", f"hf:{folder}").code == 0
    (folder / "tokenizer_config.json").write_text("{}")
    assert "is not the file that it was" in call(*PROSE, "-m", f"hf:{folder}").err
    assert call("models", "remove", f"hf:{folder}").code == 0
    assert "is not the file" not in call(*PROSE, "-m", f"hf:{folder}").err


def test_a_model_that_is_gone_is_told_in_the_list(call, folder, tmp_path):
    call("models", "add", "mine", folder)
    folder.rename(tmp_path / "moved")
    done = call("models", "list")
    assert done.code == 0 and "PROBLEM: there is no folder" in done.text
    assert call("models", "remove", "mine").code == 0


def test_a_model_too_big_for_every_device_is_told_with_numbers(call, folder, monkeypatch):
    from artwright.core.devices import DeviceManager

    monkeypatch.setattr(DeviceManager, "budget", lambda self, device: 1000)
    done = call("models", "add", "mine", folder)
    assert done.code == 0 and "too big for every device: takes 0.00 GB as float32 on cpu" in done.text


def test_gguf_headers_are_read_and_bad_ones_refused(tmp_path, call):
    good = save_gguf(tmp_path / "a.gguf")
    header = read_header(good)
    assert header.architecture == "llama" and header.parameters == 327 and header.facts["n"] == 7
    source = find_source(str(good))
    assert source.memory() == 4 * 327 and source.architecture == "llama"
    assert call("models", "add", "g", good).code == 0 and own_row(call, "g")["licence"] == "mit"
    data = good.read_bytes()
    for spoilt in (data[:100], b"GGUF" + b"\xff" * 60, b"GGML" + data[4:], data[:4] + b"\x09" + data[5:], b""):
        (tmp_path / "b.gguf").write_bytes(spoilt)
        with pytest.raises(WeightsError, match="no sound GGUF file"):
            find_source(str(tmp_path / "b.gguf"))
    save_gguf(tmp_path / "c.gguf", architecture="rwkv9")
    with pytest.raises(WeightsError, match="architecture 'rwkv9', which transformers cannot read"):
        find_source(str(tmp_path / "c.gguf"))


def test_pipelines_are_sized_and_bad_ones_refused(tmp_path, folder):
    whole = tmp_path / "pipe"
    for part in ("unet", "vae"):
        (whole / part).mkdir(parents=True)
        (whole / part / "w.safetensors").write_bytes((folder / "model.safetensors").read_bytes())
    (whole / "unet" / "w.fp16.safetensors").write_bytes(b"never read")
    with pytest.raises(WeightsError, match=r"no model_index\.json"):
        find_pipeline(str(whole))
    (whole / "model_index.json").write_text(
        json.dumps({"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "A"], "vae": ["diffusers", "B"]})
    )
    source = find_pipeline(str(whole))
    assert source.architecture == "StableDiffusionPipeline" and len(source.files) == 2
    (whole / "pipeline.py").write_text("1 / 0")
    with pytest.raises(WeightsError, match="code of its own"):
        find_pipeline(str(whole))


def test_a_broken_list_is_told(call, tmp_path, monkeypatch):
    monkeypatch.setenv("ARTWRIGHT_HOME", str(tmp_path))
    for text in ("{", "[]", '{"version": 9}', '{"version": 1, "aliases": 3}'):
        models_file(tmp_path).write_text(text)
        with pytest.raises(StoreError, match="is no list of models"):
            read_models(tmp_path)
        assert len(call("models", "list").errors) == 1
        assert call("literature", "--help").code == 0


def test_two_programs_at_once_lose_nothing(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from artwright.core.pretrained.own_models import OwnModel, edit_models\n"
        "for turn in range(10):\n    with edit_models(Path(sys.argv[1])) as own:\n"
        "        own.models[f'{sys.argv[2]}-{turn}'] = OwnModel(source='hf:x')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "ab"]
    assert [one.wait(60) for one in running] == [0, 0] and len(read_models(tmp_path).models) == 20


def test_an_edit_that_fails_changes_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), edit_models(tmp_path) as own:
        own.models["a"] = OwnModel(source="hf:x")
        1 / 0  # noqa: B018
    assert not models_file(tmp_path).exists()


def test_a_home_that_cannot_be_written_costs_no_work(folder, tmp_path):
    (tmp_path / "home").write_text("a file")
    assert pin_weights(tmp_path / "home", find_source(str(folder)))["model.safetensors"]


def test_a_model_of_notes_needs_no_tokenizer_and_is_listed_for_music_alone(call, folder, tmp_path):
    from tiny_models import save_notes_model

    notes = save_notes_model(tmp_path / "notes")
    assert call("models", "add", "notes", notes).code == 0
    assert set(own_row(call, "notes")["serves"]) == {"music"}
    call("models", "add", "mine", folder)
    assert set(own_row(call, "mine")["serves"]) == {"literature"}
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    done = call("models", "add", "mute", folder)
    assert done.code and "holds no tokenizer" in done.err
