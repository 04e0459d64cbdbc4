"""One lookup of weights for all media: what was asked for, or a refusal, never another file."""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.errors import InputError, UnknownName
from artwright.core.weights import find_weights, save_weights


@pytest.fixture
def places(tmp_path):
    shipped, home = tmp_path / "shipped", tmp_path / "home"
    for path, model in (
        (shipped / "verse.safetensors", "verse"),
        (home / "weights" / "literature" / "mine.safetensors", "verse"),
        (home / "weights" / "literature" / "story.safetensors", "prose"),
        (home / "weights" / "literature" / "verse.safetensors", "verse"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        save_weights(path, {"w": np.zeros(3, np.float32)}, {"model": model})
    return {"medium": "literature", "home": home, "shipped": shipped, "kind": "verse", "default": "verse"}


def test_a_persons_own_come_first_and_the_default_is_what_ships(places):
    own = places["home"] / "weights" / "literature"
    assert find_weights("", **places) == places["shipped"] / "verse.safetensors"
    assert find_weights("mine", **places) == own / "mine.safetensors"
    assert find_weights("verse", **places) == own / "verse.safetensors"


def test_weights_of_another_kind_are_refused_not_replaced(places):
    with pytest.raises(InputError, match=r"'story' are of prose, not of verse.*mine"):
        find_weights("story", **places)


@pytest.mark.parametrize("name", ["nothing", "mne", "Mine"])
def test_an_unknown_name_says_what_there_is(places, name):
    with pytest.raises(UnknownName, match="there are: mine, verse"):
        find_weights(name, **places)


@pytest.mark.parametrize("name", ["../story", "/etc/passwd", "a/b"])
def test_a_path_is_not_a_name(places, name):
    with pytest.raises(InputError, match="not a name"):
        find_weights(name, **places)
