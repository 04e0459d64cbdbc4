"""Style transfer: the skeleton stays, the statistics go to the reference's, colours stay where asked; inspire gives
usable ideas.
"""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.errors import InputError, OptionError, UnknownName
from artwright.core.studio import Studio
from artwright.core.style import Style
from artwright.core.theme import Theme
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.models.lending import EYE
from artwright.plugins.painting.paint.exemplars import pictures_of
from artwright.plugins.painting.paint.families import FAMILIES
from artwright.plugins.painting.reading.brushwork import JUDGED, Brushwork, distance, measure, mix_brushwork, to_lab
from artwright.plugins.painting.reading.families import family_of
from artwright.plugins.painting.reading.heads import find_heads
from artwright.plugins.painting.reading.manner import manner_of_pictures, mix_manners
from artwright.plugins.painting.reading.margins import without_margins
from artwright.plugins.painting.reading.photo import scene_from_picture
from PIL import Image
from scipy import ndimage


def photograph(side: int = 200) -> Image.Image:
    """A landscape-like picture: sky, hills, a bright house."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:side, 0 : side * 4 // 3] / side
    base = np.stack([0.55 + 0.2 * y, 0.7 + 0.1 * y, 0.92 - 0.1 * y], -1)
    hill = y > 0.55 + 0.1 * np.sin(4 * x)
    base[hill] = (0.30, 0.45, 0.22)
    near = y > 0.78 + 0.04 * np.sin(9 * x)
    base[near] = (0.42, 0.36, 0.20)
    base[(abs(x - 0.85) < 0.09) & (abs(y - 0.6) < 0.09)] = (0.85, 0.35, 0.25)
    grain = ndimage.gaussian_filter(rng.normal(0, 1, base.shape[:2]), 1.0) * 0.06
    return Image.fromarray((np.clip(base + grain[..., None], 0, 1) * 255).astype(np.uint8))


def reference() -> Image.Image:
    """Warm, dark, coarse strokes in every direction."""
    rng = np.random.default_rng(1)
    strokes = ndimage.gaussian_filter(rng.normal(0, 1, (240, 240)), (5, 1)) + ndimage.gaussian_filter(
        rng.normal(0, 1, (240, 240)), (1, 5)
    )
    masses = ndimage.gaussian_filter(rng.normal(0, 1, (240, 240)), 30)
    light = 0.36 + 0.13 * masses / masses.std() + 0.09 * strokes / strokes.std()
    return Image.fromarray(
        (np.clip(np.stack([light * 1.25, light * 0.85, light * 0.45], -1), 0, 1) * 255).astype(np.uint8)
    )


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def eye():
    return Eye.load(EYE)


@pytest.fixture(scope="module")
def photo():
    return Painting().artwork(photograph(), title="Hills")


@pytest.fixture(scope="module")
def other():
    return Painting().artwork(reference(), title="Embers")


@pytest.fixture(scope="module")
def painted(studio, photo, other):
    return studio.transfer_style(photo, Style.mix(references=[(other, 1.0)]), seed=4)


def correlation(one: Image.Image, two: Image.Image) -> float:
    a, b = (ndimage.gaussian_filter(np.asarray(i.convert("L"), float), 3).ravel() for i in (one, two))
    return float(np.corrcoef(a, b)[0, 1])


def test_the_skeleton_stays_and_the_hand_comes_over(photo, other, painted):
    assert painted.payload.size == photo.payload.size
    assert correlation(painted.payload, photo.payload) > 0.6
    brushworks = [measure(to_lab(w.payload)) for w in (painted, photo, other)]
    assert distance(brushworks[0], brushworks[2]) < 0.8 * distance(brushworks[1], brushworks[2])
    lights = [np.quantile(to_lab(w.payload)[..., 0], (0.1, 0.5, 0.9)) for w in (painted, photo, other)]
    assert np.abs(lights[0] - lights[2]).mean() < 0.4 * np.abs(lights[1] - lights[2]).mean()
    assert painted.provenance.notes["paint_of"] == ["Embers"]
    assert painted.provenance.notes["family"] in FAMILIES
    warm = [np.asarray(w.payload, float).mean((0, 1)) for w in (painted, photo)]
    assert warm[0][0] - warm[0][2] > warm[1][0] - warm[1][2] + 20
    assert set(painted.provenance.notes["hand"]) >= set(JUDGED)
    assert painted.provenance.parents == (photo.id, other.id)


def test_one_seed_one_picture_and_strength_nought_is_none(studio, photo, other, painted):
    style = Style.mix(references=[(other, 1.0)])
    assert studio.transfer_style(photo, style, seed=4).id == painted.id
    assert studio.transfer_style(photo, style, strength=0, seed=4).id == photo.id
    half = studio.transfer_style(photo, style, strength=0.4, seed=4)
    far, near = (
        np.abs(np.asarray(w.payload, float) - np.asarray(photo.payload, float)).mean() for w in (painted, half)
    )
    assert 0 < near < far


def test_colour_is_kept_where_asked_and_a_part_alone_is_painted(studio, photo, other):
    style = Style.mix(references=[(other, 1.0)])
    kept = studio.transfer_style(photo, style, seed=1, options={"keep_colour": True})
    a, b = (ndimage.gaussian_filter(to_lab(w.payload)[..., 1:], (6, 6, 0)) for w in (kept, photo))
    assert np.abs(a - b).mean() < 0.012
    part = studio.transfer_style(photo, style, seed=1, options={"region": "20,20,90,80"})
    before, after = np.asarray(photo.payload), np.asarray(part.payload)
    outside = np.ones(before.shape[:2], bool)
    outside[20:100, 20:110] = False
    assert np.array_equal(before[outside], after[outside])
    assert np.abs(before[40:80, 40:90].astype(int) - after[40:80, 40:90]).mean() > 3


def test_grey_pictures_and_names_and_mixes(studio, photo, other):
    grey = Painting().artwork(photo.payload.convert("L").convert("RGB"))
    coloured = studio.transfer_style(grey, Style.mix(references=[(other, 1.0)]), seed=1)
    assert measure(to_lab(coloured.payload)).chroma > 0.03
    mixed = studio.transfer_style(
        photo, Style.mix(names=[("monet", 0.5)], references=[(other, 0.5)]), seed=1, options={"size": 128}
    )
    assert max(mixed.payload.size) == 128
    with pytest.raises(UnknownName, match="monet"):
        studio.transfer_style(photo, "monnet", seed=1)
    with pytest.raises(InputError, match="leaves the picture"):
        studio.transfer_style(photo, "monet", seed=1, options={"region": "0,0,9999,5"})
    with pytest.raises(OptionError, match="size"):
        studio.transfer_style(photo, "monet", seed=1, options={"size": 5000})


def test_a_mask_is_painted_without_a_seam_and_the_rest_stays(studio, photo, other, tmp_path):
    style = Style.mix(references=[(other, 1.0)])
    before = np.asarray(photo.payload).astype(int)
    white = np.zeros(before.shape[:2], np.uint8)
    white[60:170, 50:200] = 255
    mask = tmp_path / "mask.png"
    Image.fromarray(white).save(mask)
    after = np.asarray(studio.transfer_style(photo, style, seed=1, options={"mask": str(mask)}).payload).astype(int)
    assert np.array_equal(before[white == 0], after[white == 0])
    assert np.abs(before[95:135, 100:150] - after[95:135, 100:150]).mean() > 10
    moved = (after - before).mean(-1)
    edge = np.abs(moved[62, 60:190]).mean()
    assert edge < 0.25 * np.abs(moved[100:130, 60:190]).mean()
    Image.new("L", (20, 20), 255).save(mask)
    with pytest.raises(InputError, match="20 x 20"):
        studio.transfer_style(photo, style, seed=1, options={"mask": str(mask)})
    with pytest.raises(OptionError, match="one of them"):
        studio.transfer_style(photo, style, seed=1, options={"mask": str(mask), "region": "0,0,9,9"})


def test_margins_of_paper_are_no_paint(other):
    framed = Image.new("RGB", (320, 320), (252, 249, 240))
    framed.paste(other.payload, (40, 40))
    bare = without_margins(framed)
    assert max(bare.size) <= 240
    assert np.asarray(bare)[[0, -1]].min(-1).max() < 200
    assert without_margins(other.payload).size == other.payload.size
    assert without_margins(photograph()).size == photograph().size


@pytest.mark.parametrize(
    ("pack", "family"),
    [
        ("hokusai", "print"),
        ("seurat", "dots"),
        ("shan-shui", "ink"),
        ("pirosmani", "flat"),
        ("monet", "oil"),
        ("rembrandt", "oil"),
    ],
)
def test_the_family_of_a_reference_is_named(pack, family, eye):
    named = [family_of(picture, eye.look(picture)) for picture in pictures_of(pack)[:3]]
    assert named.count(family) >= 2
    for picture in (Image.new("RGB", (300, 200), "white"), Image.new("RGB", (300, 200), "black")):
        assert family_of(picture, eye.look(picture)) in FAMILIES


def test_heads_are_looked_for_and_flat_pictures_have_none(photo):
    found = [find_heads(to_lab(picture)) for picture in pictures_of("hals")]
    assert sum(bool(boxes) for boxes in found) >= 3
    assert all(
        0 <= left < right <= 1 and 0 <= top < bottom <= 1 for boxes in found for left, top, right, bottom in boxes
    )
    assert find_heads(to_lab(Image.new("RGB", (300, 200), (220, 170, 150)))) == []


def test_far_light_is_told_and_a_tiny_reference_refused(studio, other):
    bright = Painting().artwork(
        Image.fromarray(np.clip(np.asarray(photograph()).astype(int) + 90, 0, 255).astype(np.uint8))
    )
    told = studio.transfer_style(bright, Style.mix(references=[(other, 1.0)]), seed=1, options={"size": 96})
    assert any("lighter" in remark for remark in told.remarks)
    tiny = Painting().artwork(other.payload.resize((100, 100)), title="Stamp")
    with pytest.raises(InputError, match="160 pixels"):
        studio.transfer_style(bright, Style.mix(references=[(tiny, 1.0)]), seed=1)


def test_scenes_of_pictures_have_all_maps():
    scene = scene_from_picture(photograph(), (160, 120))
    assert scene.shape == (120, 160)
    assert np.hypot(scene.field[..., 0], scene.field[..., 1]).mean() > 0.9
    assert scene.kind[5, 80] == 0  # sky
    assert 0 < scene.detail.mean() < 1
    flat = scene_from_picture(Image.new("RGB", (50, 70), "grey"), (50, 70))
    assert np.isfinite(flat.field).all()
    assert np.isfinite(flat.lab).all()


def test_hands_mix_by_weight():
    one, two = (measure(to_lab(p)) for p in (photograph(), reference()))
    assert isinstance(one, Brushwork)
    half = mix_brushwork([(one, 1), (two, 3)])
    assert np.isclose(half.chroma, (one.chroma + 3 * two.chroma) / 4)
    assert distance(one, one) == 0 < distance(one, two)
    first, second = manner_of_pictures([(photograph(), 1)]), manner_of_pictures([(reference(), 1)])
    both = mix_manners([(first, 0.5), (second, 0.5)])
    assert both.brushwork is not None
    assert np.isclose(sum(row[3] for row in both.parameters.palette), 1, atol=0.05)


def test_inspire_gives_palettes_compositions_and_pairs(studio):
    ideas = studio.inspire("painting", Theme.from_prompt("a lighthouse in a storm"), count=4, seed=2)
    assert [i.kind for i in ideas] == ["composition", "palette", "style", "composition"]
    assert ideas[0].data["thumbnail"].startswith("data:image/jpeg")
    assert ideas[0].data["plan"] != ideas[3].data["plan"]
    assert len(ideas[1].data["colours"]) == 5
    Style.parse(ideas[2].data["style"])
    assert studio.inspire("painting", Theme.from_prompt("a lighthouse in a storm"), count=4, seed=2) == ideas
