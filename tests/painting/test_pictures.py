"""Pictures as people have them: any mode, size, profile, depth and shape is read as it looks, or refused in one line."""

from __future__ import annotations

import json
import random
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from artwright.core.errors import ArtwrightError, FormatError, InputError
from artwright.core.studio import Studio
from artwright.plugins.painting.formats.decoding import to_mask
from artwright.plugins.painting.formats.files import FORMATS, read_mask, read_picture
from artwright.plugins.painting.medium import Painting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin, features

SRGB = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
"""The primaries of sRGB in the profile connection space: columns for red, green and blue."""


def _tag(kind: bytes, body: bytes) -> bytes:
    return kind + b"\0\0\0\0" + body


def _xyz(values: tuple[float, ...]) -> bytes:
    return _tag(b"XYZ ", b"".join(struct.pack(">i", round(v * 65536)) for v in values))


def _curve(gamma: float) -> bytes:
    return _tag(b"curv", struct.pack(">IH", 1, round(gamma * 256)))


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A display profile of version 2."""
    tags = {
        b"desc": _tag(b"desc", struct.pack(">I", 5) + b"test\0" + b"\0" * 78),
        b"cprt": _tag(b"text", b"none\0"),
        b"wtpt": _xyz((0.9642, 1.0, 0.8249)),
        **tags,
    }
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02100000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H", 2024, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


def rgb_profile(order: tuple[int, int, int] = (0, 1, 2), gamma: float = 2.2) -> bytes:
    """sRGB's primaries, in another order if asked: (1, 0, 2) shows green where red is stored."""
    named = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), (_xyz(SRGB[i]) for i in order), strict=True))
    return profile(b"RGB ", named | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(gamma)))


def grey_profile(gamma: float) -> bytes:
    return profile(b"GRAY", {b"kTRC": _curve(gamma)})


SWAPPED = rgb_profile((1, 0, 2))
PROFILES = {
    "none": b"",
    "srgb": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    "swapped": SWAPPED,
    "grey": grey_profile(1.0),
    "lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    "broken": b"\0" * 200,
    "cut": SWAPPED[:150],
    "text": b"no profile at all",
}
MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"),
    "JPEG": ("L", "RGB", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("P",),
    "BMP": ("1", "L", "P", "RGB"),
}


def sample(mode: str, size: tuple[int, int], seed: int = 0) -> Image.Image:
    """A picture of any mode with something in it."""
    rng = np.random.default_rng(seed)
    width, height = size
    if mode in ("I;16", "I", "F"):
        values = rng.random((height, width))
        kinds = {"I;16": (np.uint16, 65535), "I": (np.int32, 65535), "F": (np.float32, 1)}
        kind, white = kinds[mode]
        return Image.fromarray((values * white).astype(kind))
    image = Image.fromarray(rng.integers(0, 256, (height, width, 4), np.uint8), "RGBA")
    if mode == "RGBA":
        return image
    if mode == "LAB":
        return Image.frombytes("LAB", size, rng.integers(0, 256, height * width * 3, np.uint8).tobytes())
    if mode == "LA":
        return image.convert("LA")
    return image.convert("RGB").convert(mode)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_mode_size_and_profile_is_read_or_refused_in_a_line(tmp_path: Path, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(MODES)))
    mode = data.draw(st.sampled_from(MODES[kind]))
    side = st.sampled_from([1, 2, 15, 16, 17, 31, 64, 150, 900])
    size = data.draw(st.tuples(side, side))
    icc = PROFILES[data.draw(st.sampled_from(sorted(PROFILES)))]
    path = tmp_path / f"a{next(s for s, f in FORMATS.items() if f == kind)}"
    sample(mode, size, data.draw(st.integers(0, 3))).save(path, kind, **({"icc_profile": icc} if icc else {}))
    for read in (lambda: read_picture(path)[0], lambda: read_mask(path)):
        try:
            found = read()
        except FormatError as error:
            assert "\n" not in str(error) and min(size) < 16, str(error)
        else:
            assert found.size == size and found.mode in ("RGB", "L")


def colour_of(path: Path) -> list[int]:
    return [int(v) for v in np.median(np.asarray(read_picture(path)[0]).reshape(-1, 3), axis=0)]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "PA"])
def test_a_profile_is_obeyed_in_every_mode_of_colours(tmp_path: Path, mode: str) -> None:
    """Stored is red; the profile says that red is green."""
    image = Image.new("RGBA", (32, 24), (220, 40, 40, 255))
    image = image.convert("P" if mode == "PA" else mode)
    if mode == "PA":
        image.info["transparency"] = 7
    image.save(tmp_path / "a.png", icc_profile=SWAPPED)
    assert np.abs(np.array(colour_of(tmp_path / "a.png")) - (40, 220, 40)).max() <= 8


@pytest.mark.parametrize(
    ("mode", "suffix"), [("L", ".png"), ("LA", ".png"), ("L", ".jpg"), ("I;16", ".png"), ("1", ".tif")]
)
def test_a_profile_is_obeyed_in_every_mode_of_greys(tmp_path: Path, mode: str, suffix: str) -> None:
    """A half of linear light shows as 188; black and white stay."""
    image = Image.new("L", (32, 24), 128)
    if mode == "I;16":
        image = Image.fromarray(np.full((24, 32), 128 * 257, np.uint16))
    elif mode == "1":
        image = Image.new("1", (32, 24), 1)
    else:
        image = image.convert(mode)
    image.save(tmp_path / f"a{suffix}", icc_profile=grey_profile(1.0))
    assert abs(colour_of(tmp_path / f"a{suffix}")[0] - (255 if mode == "1" else 188)) <= 3


def test_a_profile_that_does_not_fit_is_as_good_as_none(tmp_path: Path) -> None:
    Image.new("RGB", (32, 24), (220, 40, 40)).save(tmp_path / "a.png", icc_profile=grey_profile(1.0))
    Image.new("CMYK", (32, 24), (0, 200, 200, 0)).save(tmp_path / "b.tif", icc_profile=SWAPPED)
    assert colour_of(tmp_path / "a.png") == [220, 40, 40]
    red, green, blue = colour_of(tmp_path / "b.tif")
    assert red > 200 and green < 120 and blue < 120


def png_with(image: Image.Image, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with chunks of one's own right after its header."""
    file = BytesIO()
    image.save(file, "PNG")
    data = file.getvalue()
    extra = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:33] + extra + data[33:]


def chrm(*values: float) -> bytes:
    return b"".join(struct.pack(">I", round(v * 100_000)) for v in values)


@pytest.mark.parametrize(
    ("chunks", "colour"),
    [
        ([(b"gAMA", struct.pack(">I", 45455))], (128, 64, 64)),
        ([(b"gAMA", struct.pack(">I", 100_000))], (188, 137, 137)),
        ([(b"gAMA", struct.pack(">I", 100_000)), (b"sRGB", b"\0")], (128, 64, 64)),
        ([(b"gAMA", struct.pack(">I", 0))], (128, 64, 64)),
        ([(b"cHRM", chrm(0.3127, 0.3290, 0.30, 0.60, 0.64, 0.33, 0.15, 0.06))], (64, 128, 64)),
        ([(b"cHRM", chrm(0, 0, 0, 0, 0, 0, 0, 0))], (128, 64, 64)),
        ([(b"cHRM", chrm(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3))], (128, 64, 64)),
    ],
)
def test_gamma_and_primaries_of_a_png_are_obeyed(
    tmp_path: Path, chunks: list[tuple[bytes, bytes]], colour: tuple[int, ...]
) -> None:
    (tmp_path / "a.png").write_bytes(png_with(Image.new("RGB", (32, 24), (128, 64, 64)), *chunks))
    assert np.abs(np.array(colour_of(tmp_path / "a.png")) - colour).max() <= 2


@pytest.mark.parametrize(
    ("values", "darkest", "lightest"),
    [
        (np.linspace(0, 1, 1024), 0, 255),
        (np.linspace(0, 1.3, 1024), 0, 255),
        (np.linspace(0, 0.5, 1024), 0, 128),
        (np.linspace(0, 255, 1024), 0, 255),
        (np.linspace(0, 120, 1024), 0, 120),
        (np.linspace(0, 65535, 1024), 0, 255),
        (np.linspace(-1, 1, 1024), 0, 255),
        (np.linspace(0, 4, 1024), 0, 255),
        (np.linspace(-3e38, 3e38, 1024), 0, 255),
        (np.full(1024, np.nan), 0, 0),
        (np.full(1024, 7.0), 255, 255),
        (np.r_[np.full(8, np.inf), np.full(8, np.nan), np.linspace(0, 1, 1008)], 0, 255),
    ],
)
def test_fractions_of_any_range_are_scaled_as_they_look(
    tmp_path: Path, values: np.ndarray, darkest: int, lightest: int
) -> None:
    Image.fromarray(values.astype(np.float32).reshape(32, 32)).save(tmp_path / "a.tif")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = np.asarray(read_picture(tmp_path / "a.tif")[0]).astype(int)
    assert abs(found.min() - darkest) <= 2 and abs(found.max() - lightest) <= 2


@pytest.mark.parametrize(("top", "lightest"), [(1, 255), (200, 200), (65535, 255), (2**31 - 1, 255)])
def test_whole_numbers_of_any_range_are_scaled_as_they_look(tmp_path: Path, top: int, lightest: int) -> None:
    Image.fromarray(np.linspace(0, top, 1024).astype(np.int32).reshape(32, 32)).save(tmp_path / "a.tif")
    assert abs(int(np.asarray(read_picture(tmp_path / "a.tif")[0]).max()) - lightest) <= 2


@pytest.mark.parametrize("keyword", ["Comment", "XML:com.adobe.xmp", "artwright"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_text_of_megabytes_costs_nobody_the_picture(tmp_path: Path, keyword: str, packed: bool) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt(keyword, "a comment " * 400_000, zip=packed)
    texts.add_itxt("artwright", json.dumps({"ours": list(range(3000))}), zip=packed)
    Image.new("RGB", (32, 24), (9, 90, 200)).save(tmp_path / "a.png", pnginfo=texts, icc_profile=SWAPPED)
    picture, manifest = read_picture(tmp_path / "a.png")
    assert picture.size == (32, 24) and manifest.startswith('{"ours"')
    assert np.abs(np.array(colour_of(tmp_path / "a.png")) - (90, 9, 200)).max() <= 8  # the profile still counts


def test_a_profile_of_megabytes_is_read(tmp_path: Path) -> None:
    fat = profile(b"GRAY", {b"kTRC": _curve(1.0), b"pad0": _tag(b"text", b" " * 3_000_000)})
    Image.new("L", (32, 24), 128).save(tmp_path / "a.png", icc_profile=fat)
    assert abs(colour_of(tmp_path / "a.png")[0] - 188) <= 3


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".avif"])
def test_other_names_and_newer_formats_are_read(tmp_path: Path, suffix: str) -> None:
    if suffix == ".avif" and not features.check("avif"):
        pytest.skip("this Pillow was built without AVIF")
    Image.new("RGB", (48, 32), (200, 60, 30)).save(tmp_path / f"a{suffix}")
    assert np.abs(np.array(colour_of(tmp_path / f"a{suffix}")) - (200, 60, 30)).max() <= 4
    assert suffix in Painting.reads


def test_heic_is_read_with_its_extra(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.new("RGB", (64, 32), (200, 60, 30))).save(tmp_path / "a.heic")
    assert np.abs(np.array(colour_of(tmp_path / "a.heic")) - (200, 60, 30)).max() <= 6


def test_without_its_extra_heic_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic")
    with pytest.raises(FormatError, match=r"artwright\[heic\]"):
        read_picture(tmp_path / "a.heic")


def test_what_is_transparent_is_not_masked_whatever_lies_under_it(tmp_path: Path) -> None:
    wanted = np.zeros((24, 32), bool)
    wanted[4:9, 5:20] = True
    alpha = np.where(wanted, 255, 0).astype(np.uint8)
    white = np.full((24, 32), 255, np.uint8)
    Image.fromarray(np.dstack([white] * 3 + [alpha])).save(tmp_path / "white.png")
    Image.fromarray(np.dstack([white, alpha]), "LA").save(tmp_path / "grey.png")
    Image.fromarray(np.where(wanted, 65535, 0).astype(np.uint16)).save(tmp_path / "deep.png")
    Image.fromarray(wanted.astype(np.float32)).save(tmp_path / "fraction.tif")
    Image.fromarray(wanted).save(tmp_path / "bits.png")
    palette = Image.fromarray(wanted.astype(np.uint8), "P")
    palette.putpalette([255, 255, 255] * 256)
    palette.save(tmp_path / "palette.gif", transparency=0)
    palette.save(tmp_path / "palette.png", transparency=0)
    keyed = Image.fromarray(np.where(wanted[..., None], (255, 255, 255), (255, 255, 254)).astype(np.uint8))
    keyed.save(tmp_path / "key.png", transparency=(255, 255, 254))
    for path in sorted(tmp_path.iterdir()):
        found = read_mask(path)
        assert found.mode == "L" and np.array_equal(np.asarray(found) > 127, wanted), path.name
    held = Image.fromarray(np.dstack([white] * 3 + [alpha]))
    assert np.array_equal(np.asarray(to_mask(held)) > 127, wanted)


def test_a_mask_with_alpha_mends_only_what_it_shows(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    work = Painting().artwork(Image.fromarray(rng.integers(0, 256, (48, 64, 3), np.uint8)))
    mask = np.full((48, 64, 4), 255, np.uint8)
    mask[..., 3] = 0
    mask[10:14, 20:30, 3] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    for given_mask in (tmp_path / "mask.png", Image.fromarray(mask)):
        made = Studio().restore(work, mask=given_mask, seed=1)
        changed = (np.asarray(made.payload) != np.asarray(work.payload)).any(axis=2)
        assert changed.any() and not changed[mask[..., 3] == 0].any()


@pytest.mark.parametrize("name", ["mask.txt", "mask.mid", "mask.png", "mask", "none.png"])
def test_a_mask_that_is_no_picture_is_refused_in_a_line(tmp_path: Path, name: str) -> None:
    if name != "none.png":
        (tmp_path / name).write_text("MThd is a poem here, and nothing else\n")
    work = Painting().artwork(Image.new("RGB", (48, 64)))
    with pytest.raises(FormatError) as told:
        Studio().restore(work, mask=tmp_path / name, seed=1)
    assert "\n" not in str(told.value) and name in str(told.value)


def test_a_medium_without_masks_says_so(tmp_path: Path) -> None:
    (tmp_path / "poem.txt").write_text("The sea is ____ tonight.\n")
    Image.new("L", (20, 20), 255).save(tmp_path / "mask.png")
    with pytest.raises(InputError, match="mask"):
        Studio().restore(tmp_path / "poem.txt", mask=tmp_path / "mask.png", seed=1)


@pytest.mark.parametrize("size", [(3000, 20), (20, 3000), (16, 16), (700, 16), (16, 1500), (17, 33)])
@pytest.mark.parametrize("plain", [True, False])
def test_each_tool_takes_any_shape(size: tuple[int, int], plain: bool) -> None:
    studio, medium = Studio(), Painting()
    picture = Image.new("RGB", size, (120, 90, 60)) if plain else sample("RGB", size)
    work = medium.artwork(picture)
    assert studio.analyze(work, explain=True, plot=True).explanation
    assert studio.restore(work, seed=1).payload.size == size
    painted = studio.transfer_style(work, "monet", seed=1).payload
    assert abs(np.log((painted.width / painted.height) / (size[0] / size[1]))) < 0.1
    assert medium.features(work).keys() == medium.features(medium.artwork(sample("RGB", (64, 64)))).keys()
    assert medium.preview(work, width=100).width == 100 and medium.preview(work, width=100).height <= 400


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (15, 15), (15, 3000)])
def test_a_picture_too_small_to_read_is_refused_in_a_line(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size).save(tmp_path / "a.png")
    with pytest.raises(FormatError, match="at least 16 x 16"):
        read_picture(tmp_path / "a.png")


def test_a_broken_exif_block_costs_nobody_the_picture(tmp_path: Path) -> None:
    for number, block in enumerate(
        [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\1" * 80]
    ):
        path = tmp_path / f"{number}.jpg"
        Image.new("RGB", (48, 32), (200, 60, 30)).save(path, exif=block)
        assert read_picture(path)[0].size == (48, 32)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_rotation_is_obeyed_in_each_format(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        Image.new("RGB", (60, 40), "red").save(tmp_path / f"a{suffix}", exif=exif)
        wanted = (60, 40) if orientation < 5 else (40, 60)
        assert read_picture(tmp_path / f"a{suffix}")[0].size == wanted == read_mask(tmp_path / f"a{suffix}").size


def _seeds(folder: Path) -> dict[str, bytes]:
    """A small whole file of each format, with a profile, EXIF and text where it can hold them."""
    out = {}
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "a picture"
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt(
        "artwright", '{"title": "a", "provenance": {"operation": "generate", "medium": "painting"}}', zip=True
    )
    for suffix in (".png", ".jpg", ".webp", ".tif", ".bmp", ".gif", ".avif"):
        if suffix == ".avif" and not features.check("avif"):
            continue
        more = {} if suffix in (".bmp", ".gif") else {"icc_profile": SWAPPED, "exif": exif}
        if suffix == ".png":
            more["pnginfo"] = texts
        if suffix == ".tif":
            more["compression"] = "tiff_lzw"
        if suffix in (".gif", ".webp"):
            more |= {"save_all": True, "append_images": [sample("RGB", (40, 30), 1)]}
        sample("P" if suffix == ".gif" else "RGB", (40, 30)).save(folder / f"whole{suffix}", **more)
        out[suffix] = (folder / f"whole{suffix}").read_bytes()
    return out


def _mutate(data: bytes, rng: random.Random) -> bytes:
    """A file as disks, mail and malice leave it: bits changed, a part cut, doubled, zeroed, or another length told."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        at = rng.randrange(len(out) or 1)
        match rng.randrange(6):
            case 0:
                out[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del out[at:]
            case 2:
                out[at : at + 4] = struct.pack(rng.choice("<>") + "I", rng.choice((0, 1, 2**31 - 1, 2**32 - 1, 65535)))
            case 3:
                out[at:at] = out[at : at + rng.randrange(1, 60)]
            case 4:
                del out[at : at + rng.randrange(1, 60)]
            case _:
                head = rng.randrange(min(64, len(out) or 1))
                out[head : head + 1] = bytes([rng.randrange(256)])
        if not out:
            break
    return bytes(out)


def _try_mutations(folder: Path, count: int) -> None:
    for suffix, data in _seeds(folder).items():
        rng = random.Random(f"{suffix}-7")
        for number in range(count):
            path = folder / f"mutant{suffix}"
            path.write_bytes(_mutate(data, rng))
            try:
                picture, manifest = read_picture(path)
            except FormatError as error:
                assert "\n" not in str(error) and len(str(error)) < 400 + len(str(path)), (suffix, number)
            except BaseException as error:
                raise AssertionError(f"{suffix} {number}: {type(error).__name__}: {error}") from error
            else:
                assert picture.mode == "RGB" and isinstance(manifest, str)


def test_mutated_files_are_read_or_refused_in_a_line(tmp_path: Path) -> None:
    _try_mutations(tmp_path, 60)


@pytest.mark.slow
def test_a_thousand_mutated_files_of_each_format(tmp_path: Path) -> None:
    _try_mutations(tmp_path, 1000)


def test_no_hostile_file_ends_in_more_than_a_line(tmp_path: Path) -> None:
    bomb = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    )
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\0\0\0"
    files = {"a.png": b"", "b.jpg": b"", "c.png": bomb + b"\0\0\0\0", "d.gif": gif, "e.tif": b"II*\0\x08\0\0\0\0\0"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ArtwrightError) as told:
            read_picture(tmp_path / name)
        assert "\n" not in str(told.value) and name in str(told.value)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FormatError):
        read_picture(tmp_path / "folder.png")
