"""Plugins written against interface 1 work as they are."""

import importlib.util
from pathlib import Path

import artwright
import pytest

HERE = Path(__file__).parent / "frozen_plugins"


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def plugins():
    return [load(name) for name in ("v1_medium", "v1_model", "v1_wrapper")]


def test_interface_one_is_still_spoken():
    from artwright.core.loader import API_VERSION

    assert artwright.api_version == API_VERSION == 1


def test_frozen_plugins_work_together(plugins, plugin_host, tmp_path):
    from artwright.core.commands.added import added_commands

    studio = plugin_host(*plugins)
    work = studio.generate("knots", "sea", seed=3, options={"crossings": "9"}, candidates=2)
    assert len(work.payload) == 9 and work.title == "sea!" and work.provenance.notes["score"] > 0
    again = studio.load(studio.save(work, tmp_path / "a.knot"))
    assert again == work and again.provenance.seed == work.provenance.seed
    assert studio.analyze(again, explain=True).explanation
    braid = studio.generate("knots", work, model="braider", style="sailor", seed=1)
    assert set(braid.payload) == {"L"} and braid.provenance.parents == (work.id,)
    assert studio.transfer_style(braid, "sailor", strength=0, seed=1) == braid
    assert [i.text for i in studio.inspire("knots", "rope", count=2, seed=1)] == ["rope 0", "rope 1"]
    studio.feedback.rate(work, 4)
    assert plugins[2].heard.count("rating") == 1 and "sea!" in plugins[2].heard
    assert "knot-count" in added_commands(studio.host, set())
