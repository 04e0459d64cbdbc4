"""Pictures on disk: round trips, hostile files, what a picture gives to other media."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from artwright.core.artwork import Provenance
from artwright.core.errors import FormatError, InputError
from artwright.plugins.painting.medium import Painting
from PIL import Image


@pytest.fixture
def medium():
    return Painting()


@pytest.fixture
def picture():
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:60, 0:80]
    base = np.stack([120 + 80 * np.sin(x / 9), 90 + y, 200 - x], -1) + rng.normal(0, 4, (60, 80, 3))
    return Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))


@pytest.fixture
def work(medium, picture):
    notes = {"plan": {"items": [{"kind": "boat"}], "ground": "sea"}, "text": "月 “moon”"}
    made = Provenance(operation="generate", medium="painting", model="atelier", seed=7, style="monet", notes=notes)
    return medium.artwork(picture, title="Boat 舟", provenance=made)


def test_png_keeps_pixels_id_and_manifest(medium, work, tmp_path):
    medium.save(work, tmp_path / "a.png")
    back = medium.load(tmp_path / "a.png")
    assert back.id == work.id
    assert back.title == work.title
    assert back.provenance == work.provenance
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
def test_lossy_formats_keep_the_manifest_and_nearly_the_pixels(medium, work, tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    medium.save(work, path)
    back = medium.load(path)
    assert back.provenance == work.provenance
    assert np.abs(np.asarray(back.payload, float) - np.asarray(work.payload, float)).mean() < 6


def test_a_long_manifest_goes_beside_a_jpeg_and_comes_back(medium, work, tmp_path):
    long = work.with_(provenance=Provenance(operation="generate", medium="painting", notes={"plan": "x" * 90_000}))
    medium.save(long, tmp_path / "a.jpg")
    assert (tmp_path / "a.jpg.artwright.json").exists()
    assert medium.load(tmp_path / "a.jpg").provenance == long.provenance
    medium.save(work, tmp_path / "a.jpg")
    assert not (tmp_path / "a.jpg.artwright.json").exists()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "I", "F", "CMYK", "YCbCr"])
def test_every_mode_becomes_rgb(medium, mode, tmp_path):
    grey = np.linspace(0, 255, 48 * 32).reshape(32, 48)
    if mode == "I;16":
        image = Image.fromarray((grey * 257).astype(np.uint16))
    elif mode == "I":
        image = Image.fromarray((grey * 257).astype(np.int32))
    elif mode == "F":
        image = Image.fromarray((grey / 255).astype(np.float32))
    else:
        image = (
            Image.fromarray(grey.astype(np.uint8))
            .convert("RGB")
            .convert("L" if mode == "LA" else mode if mode not in ("I;16",) else "L")
        )
        image = image.convert("LA") if mode == "LA" else image
    path = tmp_path / ("a.tif" if mode in ("F", "I", "CMYK", "YCbCr") else "a.png")
    image.save(path)
    back = medium.load(path).payload
    assert back.mode == "RGB"
    assert back.size == (48, 32)
    if mode not in ("1", "P"):
        assert abs(int(np.asarray(back)[0, 0, 0])) < 12
        assert int(np.asarray(back)[-1, -1, 0]) > 240


def test_transparency_lies_on_white(medium, tmp_path):
    Image.new("RGBA", (40, 40), (10, 20, 30, 0)).save(tmp_path / "a.png")
    assert np.asarray(medium.load(tmp_path / "a.png").payload).min() == 255
    palette = Image.new("P", (40, 40), 0)
    palette.putpalette([9, 9, 9] * 256)
    palette.save(tmp_path / "b.gif", transparency=0)
    assert np.asarray(medium.load(tmp_path / "b.gif").payload).min() == 255


def test_exif_rotation_is_obeyed(medium, tmp_path):
    image = Image.new("RGB", (60, 40), "red")
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=exif)
    assert medium.load(tmp_path / "a.jpg").payload.size == (40, 60)


def test_the_first_frame_of_an_animation_is_read(medium, tmp_path):
    frames = [Image.new("RGB", (32, 32), c) for c in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:], lossless=True)
    for name in ("a.gif", "a.webp"):
        assert np.asarray(medium.load(tmp_path / name).payload)[5, 5].tolist() == [255, 0, 0]


def _png_header(width: int, height: int) -> bytes:
    def chunk(body: bytes) -> bytes:
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(header) + chunk(b"IDAT" + zlib.compress(b"\0" * 1000))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.png", b"this is no picture at all", "no picture"),
        ("a.png", b"", "is empty"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40, "a.jpg"),
        ("a.png", _png_header(40_000, 40_000) + b"\0" * 30, "40,000 x 40,000|too large"),
        ("a.png", _png_header(12_000, 12_000) + b"\0" * 30, "12,000"),
        ("a.svg", b"<svg/>", "its name should end in"),
    ],
)
def test_broken_files_get_one_line(medium, tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError, match=says) as caught:
        medium.load(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_truncated_files_are_refused(medium, work, tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    medium.save(work, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(FormatError, match=r"broken or truncated|no picture"):
        medium.load(path)


def test_a_name_that_lies_and_sizes_beyond_the_limits(medium, work, tmp_path):
    medium.save(work, tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    with pytest.raises(FormatError, match="holds PNG, not JPEG"):
        medium.load(tmp_path / "a.jpg")
    Image.new("RGB", (1, 1)).save(tmp_path / "one.png")
    with pytest.raises(FormatError, match="1 x 1 pixels; at least 16 x 16"):
        medium.load(tmp_path / "one.png")
    with pytest.raises(FormatError, match="cannot be read"):
        medium.load(tmp_path / "nowhere.png")
    with pytest.raises(FormatError, match="not written as"):
        medium.save(work, tmp_path / "a.bmp")
    with pytest.raises(InputError, match="16,383"):
        medium.save(medium.artwork(Image.new("RGB", (16_384, 1))), tmp_path / "wide.webp")


def test_a_foreign_manifest_does_not_break_a_picture(medium, picture, tmp_path):
    from PIL.PngImagePlugin import PngInfo

    for text in ("{not json", '{"provenance": 3}', '{"provenance": {"operation": 1}}', "[1, 2]"):
        chunks = PngInfo()
        chunks.add_text("artwright", text)
        picture.save(tmp_path / "a.png", pnginfo=chunks)
        assert medium.load(tmp_path / "a.png").provenance is None


def test_a_picture_gives_a_theme_features_and_a_page(medium, work):
    theme = medium.theme(work)
    assert theme.source == work.id
    assert set(theme.images) >= {"boat", "sea"}
    assert 1 <= len(theme.palette) <= 6
    assert medium.theme(work) == theme
    bare = medium.artwork(work.payload)
    assert medium.theme(bare).images
    row = medium.features(work)
    assert 30 <= len(row) <= 60
    assert all(np.isfinite(v) for v in row.values())
    flat = medium.artwork(Image.new("RGB", (64, 64), "grey"))
    assert medium.features(flat).keys() == row.keys()
    assert all(np.isfinite(v) for v in medium.features(flat).values())
    assert medium.preview(work, width=200).size == (200, 150)
    assert "Boat" in medium.describe(work)
    assert 'src="x.png"' in medium.html(work, {".png": "x.png"})


def test_dark_and_bright_pictures_differ_in_mood(medium):
    rng = np.random.default_rng(1)
    dark = medium.artwork(Image.fromarray(rng.integers(5, 50, (80, 80, 3), dtype=np.uint8)))
    bright = medium.artwork(
        Image.fromarray((rng.integers(0, 60, (80, 80, 3)) + np.array([195, 170, 60])).astype(np.uint8))
    )
    assert medium.theme(bright).mood.valence > medium.theme(dark).mood.valence + 0.3
    assert "night" in medium.theme(dark).images
