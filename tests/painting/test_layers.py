"""Layers of a picture as OpenRaster and PSD: what is in them, that they make the picture, that they are read back."""

import io
import json
import struct
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from artwright.core.errors import FormatError, OptionError
from artwright.core.studio import Studio
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.formats.layers import Stage, layers_of, write_layers
from artwright.plugins.painting.medium import Painting
from PIL import Image

SMALL = {"width": 112, "best_of": 1}
NAMES = ["ground", "masses", "accents", "outlines", "varnish"]


@pytest.fixture
def studio(tmp_path):
    return Studio(home=tmp_path / "home")


def read_openraster(path):
    """(names from below, picture that the layers make, merged picture): read by the specification alone."""
    data = path.read_bytes()
    assert data[30:38] == b"mimetype" and data[38:54] == b"image/openraster"  # first and stored
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None and len(set(file.namelist())) == len(file.namelist())
        root = ElementTree.fromstring(file.read("stack.xml"))
        merged = np.asarray(Image.open(io.BytesIO(file.read("mergedimage.png"))).convert("RGB"))
        small = Image.open(io.BytesIO(file.read("Thumbnails/thumbnail.png")))
        assert small.format == "PNG" and max(small.size) <= 256
        assert root.tag == "image" and (int(root.get("h")), int(root.get("w"))) == merged.shape[:2]
        canvas = np.zeros((*merged.shape[:2], 4), np.uint8)
        names = []
        for layer in reversed(root.find("stack").findall("layer")):
            assert layer.get("composite-op") == "svg:src-over" and float(layer.get("opacity")) == 1
            part = np.asarray(Image.open(io.BytesIO(file.read(layer.get("src")))).convert("RGBA"))
            assert set(np.unique(part[..., 3])) <= {0, 255}
            x, y = int(layer.get("x")), int(layer.get("y"))
            under = canvas[y : y + part.shape[0], x : x + part.shape[1]]
            assert under.shape == part.shape
            under[part[..., 3] == 255] = part[part[..., 3] == 255]
            names.append(layer.get("name"))
    assert (canvas[..., 3] == 255).all()
    return names, canvas[..., :3], merged


@pytest.mark.parametrize("style", ["monet", "hokusai", "shan-shui"])
def test_layers_of_a_quoted_picture_make_the_picture(studio, tmp_path, style):
    file = tmp_path / "a.ora"
    work = studio.generate("painting", "a lake", style=style, seed=2, options={**SMALL, "layers": str(file)})
    plain = studio.generate("painting", "a lake", style=style, seed=2, options=SMALL)
    assert work.id == plain.id and "layers" not in work.provenance.options
    names, made, merged = read_openraster(file)
    assert names == NAMES
    assert (made == np.asarray(work.payload)).all() and (merged == made).all()


def test_the_manifest_in_an_openraster_tells_of_the_work(studio, tmp_path):
    file = tmp_path / "a.ora"
    work = studio.generate("painting", "a lake", style="monet", seed=2, options={**SMALL, "layers": str(file)})
    read = studio.open(file) if hasattr(studio, "open") else Painting().load(file)
    assert read.id == work.id and not read.remarks and read.title == work.title
    told = read.provenance
    assert (told.id, told.model, told.seed, told.style) == (work.id, "quotation", 2, "monet")
    assert told.originality == work.provenance.originality is not None
    assert told.theme["text"] == "a lake" and told.notes["sources"] == work.provenance.notes["sources"]
    assert str(tmp_path) not in zipfile.ZipFile(file).read("artwright.json").decode()


def test_nothing_but_the_layers_is_written(studio, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for model in ("quotation", "atelier"):
        options = {"width": 96, "best_of": 1, "layers": str(here / f"{model}.ora")}
        studio.generate("painting", "a lake", model=model, style="monet", seed=2, options=options)
    assert sorted(path.name for path in here.iterdir()) == ["atelier.ora", "quotation.ora"]


def test_layers_are_the_same_bytes_each_time(studio, tmp_path):
    for name in ("a.ora", "b.ora", "a.psd", "b.psd"):
        given = {**SMALL, "layers": str(tmp_path / name)}
        studio.generate("painting", "a tree", style="hiroshige", seed=1, options=given)
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()
    assert (tmp_path / "a.psd").read_bytes() == (tmp_path / "b.psd").read_bytes()


@pytest.mark.parametrize("model", ["quotation", "atelier"])
def test_psd_is_read_back_by_its_library(studio, tmp_path, model):
    psd_tools = pytest.importorskip("psd_tools")
    file = tmp_path / "a.psd"
    given = {**SMALL, "layers": str(file)}
    work = studio.generate("painting", "a village", style="van-gogh", seed=1, model=model, options=given)
    read = psd_tools.PSDImage.open(file)
    assert [layer.name for layer in read] == NAMES
    pixels = np.asarray(work.payload)
    assert (np.asarray(read.topil().convert("RGB")) == pixels).all()
    assert (np.asarray(read.composite(force=True).convert("RGB")) == pixels).all()
    lines = np.asarray(read[3].topil())
    assert set(np.unique(lines[..., 3])) == {0, 255} or model == "atelier"
    again = Painting().load(file)
    assert again.id == work.id and again.provenance.id == work.id and not again.remarks


def test_a_thing_set_in_is_a_layer(studio, tmp_path):
    file = tmp_path / "a.ora"
    plan = studio.generate("painting", "a lake", style="monet", seed=2, options=SMALL).provenance.notes["plan"]
    left, top, right, bottom = to = [0.5, 0.4, 0.9, 0.8]
    plan = {**plan, "accents": [{"work": plan["colours"]["work"], "box": [0.2, 0.2, 0.8, 0.8], "to": to}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    given = {"width": 112, "plan": str(tmp_path / "plan.json"), "layers": str(file)}
    work = studio.generate("painting", "a lake", style="monet", seed=1, options=given)
    _, made, _ = read_openraster(file)
    assert (made == np.asarray(work.payload)).all()
    with zipfile.ZipFile(file) as pack:
        alpha = np.asarray(Image.open(io.BytesIO(pack.read("data/layer2.png"))))[..., 3]
    area = work.payload.width * work.payload.height * (right - left) * (bottom - top)
    assert 0.2 < alpha.size / area < 6 and (alpha == 255).mean() > 0.2


def test_layers_inside_a_region_make_the_whole_picture(studio, tmp_path):
    Image.new("RGB", (120, 90), (90, 120, 60)).save(tmp_path / "base.png")
    given = {"base": str(tmp_path / "base.png"), "region": "30,20,60,50", "layers": str(tmp_path / "a.ora")}
    work = studio.generate("painting", "a tree", style="monet", seed=1, options={**SMALL, **given})
    _, made, _ = read_openraster(tmp_path / "a.ora")
    assert (made == np.asarray(work.payload)).all()


def test_a_stage_that_changes_nothing_is_an_empty_layer():
    picture = Image.new("RGB", (40, 30), (1, 2, 3))
    changed = picture.copy()
    changed.paste((9, 9, 9), (5, 6, 15, 26))
    one, two, three, four = layers_of(
        [Stage("a", picture), Stage("b", picture), Stage("c", changed), Stage("d", changed, covers=True)]
    )
    assert one.picture.size == (40, 30) and two.picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert (three.left, three.top, three.picture.size) == (5, 6, (10, 20)) and four.picture.size == (40, 30)


@pytest.mark.parametrize("name", ["a.xcf", "layers", "a.png", "a.ora.zip"])
def test_layers_of_another_kind_are_refused_before_anything_is_painted(studio, tmp_path, name):
    with pytest.raises(OptionError, match=r"\.ora"):
        studio.generate("painting", "a lake", seed=1, options={**SMALL, "layers": str(tmp_path / name)})
    assert not (tmp_path / name).exists()


def test_without_its_extra_psd_says_how_to_get_it(studio, tmp_path, monkeypatch):
    monkeypatch.setattr("artwright.plugins.painting.formats.photoshop.find_spec", lambda name: None)
    with pytest.raises(OptionError, match=r"artwright\[layers\]"):
        studio.generate("painting", "a lake", seed=1, options={**SMALL, "layers": str(tmp_path / "a.psd")})


def broken_openrasters():
    def pack(entries):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in entries.items():
                file.writestr(name, text)
        return data.getvalue()

    png = io.BytesIO()
    Image.new("RGB", (20, 20)).save(png, "PNG")
    kind = {"mimetype": "image/openraster"}
    return {
        "empty": b"",
        "no zip": b"PK\3\4 and nothing more",
        "no mimetype": pack({"mergedimage.png": png.getvalue()}),
        "another kind": pack({"mimetype": "application/epub+zip", "mergedimage.png": png.getvalue()}),
        "no picture": pack(kind),
        "a text for a picture": pack({**kind, "mergedimage.png": "hello"}),
        "cut": pack({**kind, "mergedimage.png": png.getvalue()})[:-30],
        "a bomb": pack({**kind, "mergedimage.png": bytes(20_000_000)}),
    }


@pytest.mark.parametrize("name", broken_openrasters())
def test_a_broken_openraster_is_refused_in_one_line(tmp_path, name, monkeypatch):
    monkeypatch.setattr("artwright.plugins.painting.formats.openraster._LONGEST", 10_000_000)
    (tmp_path / "a.ora").write_bytes(broken_openrasters()[name])
    with pytest.raises(FormatError) as told:
        read_picture(tmp_path / "a.ora")
    assert "a.ora" in str(told.value) and "\n" not in str(told.value)


def test_a_manifest_that_is_none_costs_a_remark(tmp_path):
    file = tmp_path / "a.ora"
    write_layers(file, [Stage("ground", Image.new("RGB", (32, 24), "red"))], '{"artwright": ')
    work = Painting().load(file)
    assert work.payload.getpixel((3, 3)) == (255, 0, 0) and any("left out" in remark for remark in work.remarks)


def read_palette(path):
    """[(r, g, b, name), ...] of a palette, read by the layout of its format alone."""
    data = path.read_bytes()
    if path.suffix == ".gpl":
        head, *rows = data.decode().splitlines()
        assert head == "GIMP Palette" and rows[0].startswith("Name: ") and rows[2] == "#"
        return [(*map(int, row.split("\t")[0].split()), row.split("\t")[1]) for row in rows[3:]]
    assert data[:8] == b"ASEF\0\1\0\0"
    (count,) = struct.unpack_from(">I", data, 8)
    at, colours = 12, []
    for _ in range(count):
        kind, size, letters = struct.unpack_from(">HIH", data, at)
        name = data[at + 8 : at + 8 + 2 * letters].decode("utf-16-be")
        model, r, g, b, use = struct.unpack_from(">4s3fH", data, at + 8 + 2 * letters)
        assert (kind, model, use, name[-1]) == (1, b"RGB ", 2, "\0") and size == 2 + 2 * letters + 18
        colours.append((round(255 * r), round(255 * g), round(255 * b), name[:-1]))
        at += 6 + size
    assert at == len(data)
    return colours


@pytest.mark.parametrize("model", ["quotation", "atelier"])
def test_palettes_hold_the_colours_of_the_picture(studio, tmp_path, model):
    found = []
    for name in ("a.gpl", "a.ase"):
        given = {**SMALL, "palette": str(tmp_path / name)}
        work = studio.generate("painting", "a village", model=model, style="monet", seed=1, options=given)
        assert "palette" not in work.provenance.options
        found.append(read_palette(tmp_path / name))
    assert found[0] == found[1] and 3 <= len(found[0]) <= 12 and all(row[3] for row in found[0])
    pixels = np.asarray(work.payload, np.float32).reshape(-1, 3)
    colours = np.array([row[:3] for row in found[0]], np.float32)
    away = np.sqrt(((pixels[:, None] - colours) ** 2).sum(-1)).min(1)
    assert away.mean() < 0.6 * np.sqrt(((pixels - pixels.mean(0)) ** 2).sum(-1)).mean()


def test_a_palette_of_another_kind_is_refused(studio, tmp_path):
    with pytest.raises(OptionError, match=r"\.gpl"):
        studio.generate("painting", "a lake", seed=1, options={**SMALL, "palette": str(tmp_path / "a.aco")})
