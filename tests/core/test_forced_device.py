"""A device that models were told of is not claimed unless they ran on it."""

import pytest
from artwright.core.devices import DeviceManager
from artwright.core.loader import PluginHost, builtin_points
from artwright.core.studio import Studio
from artwright.testing import FakeMemory

RIVER = "The river carries down the moon,\nThe reeds are still, the night is long.\n"


@pytest.fixture
def studio(tmp_path):
    """All media, told that there is an accelerator, which there is not: what is loaded there fails."""
    devices = DeviceManager(None, probe=FakeMemory(8 << 30))
    devices._wanted = "cuda:7"
    return Studio(tmp_path, host=PluginHost(builtin_points()), devices=devices)


@pytest.mark.parametrize(
    ("medium", "theme", "options"),
    [
        ("painting", "misty mountains", {"width": 96, "best_of": 1}),
        ("music", "calm evening", {"bars": 4, "best_of": 1}),
        ("literature", "autumn moon", {"form": "haiku", "best_of": 4}),
        ("literature", "秋月", {"form": "wujue", "best_of": 4}),
    ],
)
def test_a_forced_device_is_not_claimed(studio, medium, theme, options):
    made = studio.generate(medium, theme, options=options, seed=1).provenance
    assert made.device == "cpu" and all(r.device == "cpu" for r in studio.devices.residents())
    told = [remark for remark in made.remarks if "cuda:7" in remark]
    assert told == [f"model {made.model!r} runs on the CPU alone: --device cuda:7 changed nothing"]
    assert made.weights or not studio.devices.residents()
    for digest in made.weights.values():
        assert len(digest) == 64 and int(digest, 16) >= 0


def test_reading_books_nothing_elsewhere_either(studio, tmp_path):
    path = tmp_path / "river.txt"
    path.write_text(RIVER, "utf-8")
    studio.analyze(path)
    assert all(r.device == "cpu" for r in studio.devices.residents())


def test_without_a_word_of_a_device_none_is_remarked(tmp_path):
    devices = DeviceManager(None, probe=FakeMemory(8 << 30))
    devices._pool.best = "cuda:7"
    studio = Studio(tmp_path, host=PluginHost(builtin_points()), devices=devices)
    made = studio.generate("literature", "autumn moon", options={"form": "haiku", "best_of": 4}, seed=1).provenance
    assert made.device == "cpu" and not [remark for remark in made.remarks if "cuda" in remark]
