"""Personal data is gone from stripped files, the work and its label are there."""

from __future__ import annotations

import json

import pytest
from artwright.core.errors import FormatError
from artwright.core.marks.reading.claims import read_claims
from artwright.core.marks.stripping import strip_file
from marked_works import studio_of, work_of
from PIL import Image, PngImagePlugin

SECRET = "Erika Mustermann"
STRIPPED = (
    [("painting", s) for s in (".png", ".jpg", ".webp")]
    + [("music", s) for s in (".flac", ".mp3", ".ogg")]
    + [("film", ".webm")]
)


@pytest.mark.parametrize(("medium", "suffix"), STRIPPED)
def test_names_are_gone_and_the_work_is_the_same(tmp_path, medium, suffix):
    studio = studio_of(tmp_path / "home", mark="eu", author=SECRET, licence="CC-BY-4.0")
    path = studio.save(work_of(studio, medium, tmp_path), tmp_path / f"a{suffix}")
    assert SECRET.encode() in path.read_bytes()
    target = tmp_path / f"b{suffix}"
    done = strip_file(path, target)
    assert SECRET.encode() not in target.read_bytes() and done.removed
    assert studio.load(target).id == studio.load(path).id
    assert studio.load(target).provenance.model == "tiny"
    kinds = {claim.kind for claim in read_claims(target)[0]}
    assert "iptc" in kinds and "rights" not in kinds, "the label stays"
    assert any("own manifest" in line for line in done.left)
    bare = strip_file(path, tmp_path / f"c{suffix}", manifest=True)
    assert studio.load(tmp_path / f"c{suffix}").provenance is None
    assert not any("own manifest" in line for line in bare.left)


def test_what_cameras_and_programs_write_is_gone(tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x013B] = "Camera 3000", 6, SECRET
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    path = tmp_path / "a.jpg"
    Image.new("RGB", (40, 20), "teal").save(path, exif=exif, comment=SECRET.encode())
    done = strip_file(path, tmp_path / "b.jpg")
    data = (tmp_path / "b.jpg").read_bytes()
    assert SECRET.encode() not in data and b"Camera 3000" not in data
    assert {"GPSInfo", "Make", "Artist", "comment"} <= set(done.removed)
    with Image.open(tmp_path / "b.jpg") as stripped:
        assert dict(stripped.getexif()) == {0x0112: 6}, "it is still shown upright"
    info = PngImagePlugin.PngInfo()
    info.add_text("parameters", "a lake\nSteps: 20, Model: /home/erika/model")
    Image.new("RGB", (16, 16)).save(tmp_path / "c.png", pnginfo=info)
    assert strip_file(tmp_path / "c.png", tmp_path / "d.png").removed == ("parameters",)
    assert b"erika" not in (tmp_path / "d.png").read_bytes()


def test_the_command_says_what_it_did(call, tmp_path):
    Image.new("RGB", (16, 16)).save(tmp_path / "a.jpg", comment=SECRET.encode())
    done = call("strip", "a.jpg", "--output", "b.jpg")
    assert done.code == 0 and "taken out: comment" in done.err and "left: what is seen" in done.err
    assert json.loads(call("strip", "a.jpg", "--output", "c.jpg", "--json").text)["removed"] == ["comment"]
    assert call("strip", "a.jpg", "--output", "b.jpg").code == 1, "it is there"
    assert (
        call("strip", "a.jpg", "--output", "b.png").code == 2 and call("strip", "no.jpg", "--output", "d.jpg").code == 2
    )
    (tmp_path / "a.txt").write_text("a poem")
    refused = call("strip", "a.txt", "--output", "e.txt")
    assert refused.code == 1 and "is not stripped" in refused.err and not (tmp_path / "e.txt").exists()
    with pytest.raises(FormatError):
        strip_file(tmp_path / "a.txt", tmp_path / "e.txt")
