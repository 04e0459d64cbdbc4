"""From words to a plan: by the words alone, or by a language model that is held to a schema."""

from __future__ import annotations

import json

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.core.pretrained import find_source
from artwright.core.pretrained.causal import load_causal
from artwright.core.pretrained.planning import write_json
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.layout.subjects import read_cues
from artwright.plugins.painting.atelier.saved_plans import load_plan
from artwright.plugins.painting.models.atelier.planning import THINGS, Brief, lay_out, write_brief

pytest.importorskip("llguidance", reason="needs llguidance: pip install 'artwright[planning]'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, save_model):
    return save_model(
        tmp_path_factory.mktemp("planner"), "llama", ["Plan a painting of the sea at dusk in winter."] * 3
    )


@pytest.fixture(scope="module")
def model(folder):
    return load_causal(find_source(str(folder)), "cpu")


def test_an_untrained_model_keeps_a_schema(model):
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 12},
            "bars": {"type": "integer", "minimum": 4, "maximum": 32},
            "keys": {"type": "array", "items": {"enum": ["C", "G", "d"]}, "minItems": 2, "maxItems": 3},
        },
        "required": ["name", "bars", "keys"],
        "additionalProperties": False,
    }
    found = [write_json(model, (), "a piece", schema, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert found[0] == found[1] != found[2]
    for one in found:
        assert list(one) == ["name", "bars", "keys"] and 4 <= one["bars"] <= 32 and 1 <= len(one["name"]) <= 12
        assert 2 <= len(one["keys"]) <= 3 and set(one["keys"]) <= {"C", "G", "d"}


def test_a_brief_of_an_untrained_model_is_laid_out(model):
    brief = write_brief(model, "the sea", np.random.default_rng(3))
    assert set(brief.things) <= set(THINGS) and len(set(brief.things)) == len(brief.things)
    plan = lay_out("the sea", brief, 3, 4 / 3)
    assert (plan.ground, plan.title) == (brief.scene, "the sea")


def test_what_a_model_may_name_is_drawn():
    for thing in THINGS:
        cues = read_cues(Theme.from_prompt(thing))
        assert cues.roles or cues.kinds, thing


def test_a_brief_leads_the_plan():
    plan = lay_out("waiting", Brief(scene="sea", time="dusk", season="winter", things=("ship", "moon")), 1, 4 / 3)
    assert (plan.ground, plan.time, plan.season) == ("sea", "dusk", "winter")
    assert "ship" in {item.kind for item in plan.items} and "ship" in plan.read


def test_the_command_writes_a_file_that_generate_paints(call, folder, tmp_path):
    plain = call("painting", "plan", "a ship at dawn", "--output", "plain.json")
    assert plain.code == 0 and load_plan(tmp_path / "plain.json").time == "dawn"
    done = call(
        "painting", "plan", "waiting", "--planner", f"hf:{folder}", "--output", "plan.json", "--seed", "2", "--json"
    )
    assert done.code == 0, done.err
    told = json.loads(done.text)
    assert load_plan(tmp_path / "plan.json").ground == told["brief"]["scene"]
    made = call(
        "painting", "generate", "waiting", "-m", "atelier", "--plan", "plan.json", "--width", "96", "--output", "a.png"
    )
    assert made.code == 0, made.err
    again = call("painting", "plan", "waiting", "--output", "plan.json")
    assert again.code and "--force" in again.err


@pytest.mark.parametrize("name", ["openai:gpt", "hf:", "nobody", "hf:./nowhere"])
def test_what_cannot_plan(call, name):
    done = call("painting", "plan", "waiting", "--planner", name, "--output", "plan.json")
    assert done.code and len(done.errors) == 1


def test_a_missing_package_is_told(model, monkeypatch):
    monkeypatch.setattr("artwright.core.pretrained.planning.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"install artwright\[planning\]"):
        write_json(model, (), "a", {"type": "object"}, np.random.default_rng(1))
