"""How a work came to be: the verdict on a file, and making a work again from its manifest."""

from dataclasses import replace

import plugin_stipple
import pytest
from artwright import Studio
from artwright.core.artwork import Provenance
from artwright.core.errors import InputError, UsageError
from artwright.core.loader import PluginHost
from artwright.core.provenance import replay, verify


@pytest.fixture
def studio(tmp_path):
    host = PluginHost([])
    host.add(plugin_stipple, "stipple-plugin")
    return Studio(tmp_path / "home", host=host)


def test_the_verdict_says_who_made_it_and_whether_it_changed(studio):
    work = studio.generate("dots", "misty mountains", seed=3, style="sparse", options={"dots": 4})
    told = verify(work)
    assert (told["verdict"], told["made_by"], told["seed"]) == ("unchanged", "stipple-plugin:stipple", 3)
    assert (told["style"], told["theme"]) == ("sparse", "misty mountains")
    assert (
        told["id"] == told["recorded_id"] == work.id
        and told["options"] == {"dots": 4}
        and told["created"].endswith("+00:00")
    )
    other = plugin_stipple.Dots().artwork((1, 2)).with_(provenance=work.provenance)
    assert verify(other)["verdict"] == "changed" and verify(other)["recorded_id"] == work.id
    assert verify(work.with_(provenance=replace(work.provenance, id="")))["verdict"] == "unnamed"
    assert verify(work.with_(provenance=None))["verdict"] == "no manifest"


def test_the_verdict_survives_the_library(studio):
    work = studio.generate("dots", "sea", seed=3)
    assert verify(studio.library.get(work.id))["verdict"] == "unchanged"
    assert Provenance.from_dict(work.provenance.to_dict()) == work.provenance


def test_a_work_is_made_again(studio):
    work = studio.generate("dots", "sea", seed=3, candidates=4, style="sparse", options={"dots": 7})
    assert replay(studio, studio.library.get(work.id)) == work
    about = studio.generate("dots", work, seed=9)
    assert about.provenance.parents == (work.id,) and replay(studio, about) == about


def test_what_cannot_be_made_again_is_told(studio):
    work = studio.generate("dots", "sea", seed=3)
    with pytest.raises(InputError, match="carries no manifest"):
        replay(studio, work.with_(provenance=None))
    with pytest.raises(InputError, match="its manifest says 'load'"):
        replay(studio, work.with_(provenance=Provenance(operation="load", medium="dots")))
    with pytest.raises(InputError, match="holds no theme"):
        replay(studio, work.with_(provenance=replace(work.provenance, theme=None)))
    with pytest.raises(InputError, match="does not name the work"):
        replay(studio, work.with_(provenance=replace(work.provenance, operation="restore")))
    with pytest.raises(UsageError, match="was made from 111111111111, which is not in the library"):
        replay(studio, work.with_(provenance=replace(work.provenance, parents=("sha256:" + "1" * 64,))))
