"""Works of one's own are found again: the same, in copies, and not in what only resembles them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from artwright import Text
from artwright.core.errors import InputError, StoreError
from artwright.core.home import register_folder
from artwright.core.marks.register import Register
from marked_works import studio_of, work_of
from PIL import Image


@pytest.fixture(scope="module")
def registered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("register")
    studio = studio_of(folder / "home")
    studio.marker.ring.new("ann")
    lines = (
        "The river carries down the moon,", "the reeds are still, the night is long,",
        "and someone on the farther side", "is singing half a boatman's song;",
    )  # fmt: skip
    poem = work_of(studio, "literature", folder)
    text = Text(stanzas=(lines,), language="en")
    long = studio.registry.medium("literature").artwork(text, title="Boatman")
    works = [work_of(studio, "painting", folder), long.with_(provenance=replace(poem.provenance, id=long.id))]
    for work in works:
        studio.library.add(work)
    register = Register(register_folder(studio.home), studio.registry.media)
    with pytest.raises(InputError, match="works register"):
        register.read()
    listed = register.write(studio.library, studio.marker.signer)
    assert len(listed["works"]) == 2 and len(listed["files"]) == 2
    return studio, register, works


def test_the_same_work_and_its_copies_are_found(registered):
    studio, register, (picture, poem) = registered
    painting, literature = studio.registry.medium("painting"), studio.registry.medium("literature")
    assert register.claim(picture)["found"] == register.claim(poem)["found"] == "same"
    width, height = picture.payload.size
    copy = (
        picture.payload.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((3, 2, width - 4, height - 3)).resize((64, 48))
    )
    told = register.claim(painting.artwork(copy))
    assert (told["found"], told["id"]) == ("copy", picture.id)
    part = replace(poem.payload, stanzas=((*poem.payload.lines[:3], "was lost, and never came along."),))
    told = register.claim(literature.artwork(part))
    assert (told["found"], told["id"]) == ("copy", poem.id) and told["share"] > 0.5


def test_other_works_are_not_claimed(registered):
    studio, register, _ = registered
    rng = np.random.default_rng(11)
    painting = studio.registry.medium("painting")
    for _ in range(20):
        other = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize(
            (96, 72), Image.Resampling.BICUBIC
        )
        assert register.claim(painting.artwork(other))["found"] == "no"
    text = Text(stanzas=(("A hawk above the stubble field,", "the smoke of leaves, an open gate,"),), language="en")
    assert register.claim(studio.registry.medium("literature").artwork(text))["found"] == "no"


def test_a_changed_register_counts_for_nothing(registered, tmp_path):
    import shutil

    studio, register, _ = registered
    copy = tmp_path / "register"
    shutil.copytree(register.folder, copy)
    listed = json.loads((copy / "register.json").read_text())
    (copy / "register.json").write_text(json.dumps(listed | {"day": "2001-01-01"}))
    changed = Register(copy, studio.registry.media)
    with pytest.raises(StoreError, match="was changed after it was signed"):
        changed.read()
    (copy / "register.json").write_text(json.dumps(listed))
    changed.read()
    name = next(iter(listed["files"]))
    (copy / name).write_bytes((copy / name).read_bytes() + b"\0")
    with pytest.raises(StoreError, match="was changed"):
        changed.read()
    for bad in ("{", "[]", '{"key": 3}'):
        (copy / "register.json").write_text(bad)
        with pytest.raises(StoreError, match="is no register"):
            changed.read()


def test_the_commands_register_and_claim(call, tmp_path):
    from artwright.core.home import home_path

    nothing = call("works", "register")
    assert nothing.code == 2 and "nothing to register" in nothing.err
    studio = studio_of(home_path())
    work = work_of(studio, "painting", tmp_path)
    studio.library.add(work)
    path = studio.save(work, tmp_path / "a.png")
    assert call("works", "register").code == 0
    assert json.loads(call("works", "claim", path, "--json").text)["files"][0]["found"] == "same"
    Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(tmp_path / "b.png")
    done = call("works", "claim", "b.png")
    assert done.code == 1 and "no registered work is found in it" in done.text
