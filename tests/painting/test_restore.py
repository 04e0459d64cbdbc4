"""Finding damage and mending it: nothing outside the mask changes, and what is inside is better
than a simple filling.
"""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.errors import InputError, OptionError
from artwright.core.provenance import pack_mask, replay, unpack_mask
from artwright.core.studio import Studio
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.mending.damage import find_damage, parse_region
from artwright.plugins.painting.mending.deep import fill_deep
from artwright.plugins.painting.mending.exemplar import complete
from artwright.plugins.painting.mending.prior import PatchPrior, diffuse, fit_prior
from PIL import Image, ImageDraw
from scipy import ndimage


def paint_scene(side: int = 160, seed: int = 0) -> np.ndarray:
    """A small picture with edges, gradients and texture, uint8 (side, side, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    base = np.stack([0.35 + 0.4 * y, 0.45 + 0.25 * np.sin(5 * x + 3 * y), 0.7 - 0.4 * y], -1)
    for _ in range(9):
        cx, cy, r = rng.random(3) * (1, 1, 0.22)
        base[(x - cx) ** 2 + (y - cy) ** 2 < (r + 0.05) ** 2] = rng.uniform(0.15, 0.85, 3)
    strokes = ndimage.gaussian_filter(rng.normal(0, 1, (side, side)), (0.8, 3)) * 0.06
    return np.clip((ndimage.gaussian_filter(base, (0.7, 0.7, 0)) + strokes[..., None]) * 255, 0, 255).astype(np.uint8)


def crack(shape: tuple[int, int], seed: int, width: int = 2, lines: int = 6) -> np.ndarray:
    """A mask of wandering lines."""
    rng = np.random.default_rng(seed)
    image = Image.new("L", (shape[1], shape[0]))
    pen = ImageDraw.Draw(image)
    for _ in range(lines):
        point, angle = rng.random(2) * shape[::-1], rng.uniform(0, 6.3)
        for _ in range(14):
            angle += rng.normal(0, 0.35)
            onward = point + 8 * np.array([np.cos(angle), np.sin(angle)])
            pen.line((*point, *onward), fill=255, width=width)
            point = onward
    return np.asarray(image) > 127


def signal_to_noise(one: np.ndarray, other: np.ndarray, mask: np.ndarray) -> float:
    error = (one[mask].astype(float) - other[mask]) ** 2
    return float(10 * np.log10(255**2 / error.mean()))


def draw_birds(pen, rng, side):
    for x, y, w in rng.random((14, 3)) * (side, side, 10) + (0, 0, 5):
        pen.line((x - w, y - w * 0.4, x, y, x + w, y - w * 0.5), fill=(25, 22, 24), width=3)


def draw_stars(pen, rng, side):
    for x, y, r in rng.random((50, 3)) * (side, side, 3) + (0, 0, 1):
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(250, 246, 220))


def draw_snow(pen, rng, side):
    for x, y, r in rng.random((120, 3)) * (side, side, 2) + (0, 0, 0.8):
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(244, 246, 250))


def draw_letters(pen, rng, side):
    for x in range(20, side - 20, 20):
        for y in range(30, side - 20, 50):
            for a, b, c, d in rng.random((3, 4)) * 12:
                pen.line((x + a, y + b, x + c, y + d), fill=(20, 18, 20), width=2)


def draw_rain(pen, rng, side):
    for x, y, long in rng.random((50, 3)) * (side, side, 40) + (0, 0, 20):
        pen.line((x, y, x - 0.35 * long, y + long), fill=(225, 228, 232), width=2)


def draw_branch(pen, rng, side):
    def grow(x, y, angle, long, width):
        tip = x + np.cos(angle) * long, y + np.sin(angle) * long
        pen.line((x, y, *tip), fill=(35, 25, 20), width=max(1, int(width)))
        for turn in (-0.5, 0.45) if long > 10 else ():
            grow(*tip, angle + turn + rng.normal(0, 0.15), long * 0.72, width * 0.7)

    grow(side * 0.3, side, -1.5, side * 0.22, 7)


def draw_scratches(pen, rng, side):
    for x, y, angle, long in rng.random((6, 4)) * (side, side, 6.3, 0.4 * side) + (0, 0, 0, 0.4 * side):
        pen.line((x, y, x + np.cos(angle) * long, y + np.sin(angle) * long), fill=(238, 235, 228), width=2)


def draw_over(draw, side: int = 240, seed: int = 0) -> np.ndarray:
    """A made picture with something drawn over it."""
    picture = Image.fromarray(paint_scene(side, seed))
    draw(ImageDraw.Draw(picture), np.random.default_rng(seed), side)
    return np.asarray(picture)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


def test_a_masked_crack_is_mended_better_than_by_diffusion(studio):
    whole = paint_scene()
    mask = crack(whole.shape[:2], 3)
    hurt = whole.copy()
    hurt[mask] = 20
    work = Painting().artwork(Image.fromarray(hurt), title="Hurt")
    made = studio.restore(work, mask=Image.fromarray((mask * 255).astype(np.uint8)), seed=1)
    out = np.asarray(made.payload)
    assert np.array_equal(out[~mask], hurt[~mask])
    studio.library.add(work)
    assert replay(studio, made).id == made.id, "the manifest holds the mask"
    simple = diffuse(hurt.astype(np.float32) / 255, mask) * 255
    assert signal_to_noise(whole, out, mask) > signal_to_noise(whole, simple, mask) + 1.0
    notes = made.provenance.notes
    assert notes["mended"] == "mask"
    assert abs(notes["mended_share"] - mask.mean()) < 1e-4
    assert 0 < notes["confidence"] <= 1
    assert notes["damage_map"].startswith("data:image/png;base64,")
    again = studio.restore(work, mask=Image.fromarray((mask * 255).astype(np.uint8)), seed=1)
    assert again.id == made.id


def test_a_region_is_filled_and_the_rest_kept(studio):
    whole = paint_scene(120, 2)
    work = Painting().artwork(Image.fromarray(whole))
    made = studio.restore(work, region="40,30,34,30", seed=5)
    out = np.asarray(made.payload)
    inside = np.zeros(whole.shape[:2], bool)
    inside[30:60, 40:74] = True
    assert np.array_equal(out[~inside], whole[~inside])
    assert not np.array_equal(out[inside], whole[inside])
    assert out[inside].std() > 3


def test_cracks_are_found_and_clean_pictures_left_alone(studio):
    whole = paint_scene(260, 4)
    mask = crack(whole.shape[:2], 8, width=2, lines=5)
    hurt = whole.copy()
    hurt[mask] = 235
    found = find_damage(hurt.astype(np.float32) / 255)
    near = ndimage.binary_dilation(mask, iterations=2)
    assert (found.mask & mask).sum() / mask.sum() > 0.4
    assert (found.mask & near).sum() / found.mask.sum() > 0.8
    assert find_damage(whole.astype(np.float32) / 255).share < 0.02
    assert find_damage(np.full((64, 64, 3), 0.5, np.float32)).share == 0
    made = studio.restore(Painting().artwork(Image.fromarray(hurt)), seed=1)
    before, after = (np.abs(p.astype(float) - whole).mean() for p in (hurt, np.asarray(made.payload)))
    assert after < 0.7 * before
    assert made.provenance.notes["damage"]["kinds"]


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("draw", [draw_birds, draw_stars, draw_snow, draw_letters, draw_rain, draw_branch])
def test_what_was_painted_is_left_alone(studio, draw, seed):
    pixels = draw_over(draw, seed=seed)
    made = studio.restore(Painting().artwork(Image.fromarray(pixels)), seed=1)
    assert np.array_equal(np.asarray(made.payload), pixels)
    assert made.remarks[0] == "no damage was seen; the picture is as it was"
    assert made.provenance.notes["damage"]["share"] == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_scratches_are_mended_and_the_rest_is_kept(studio, seed):
    pixels, whole = draw_over(draw_scratches, seed=seed), paint_scene(240, seed)
    made = studio.restore(Painting().artwork(Image.fromarray(pixels)), seed=1)
    out = np.asarray(made.payload)
    before, after = (np.abs(p.astype(float) - whole).mean() for p in (pixels, out))
    assert after < 0.5 * before
    far = ~ndimage.binary_dilation((pixels != whole).any(axis=-1), iterations=6)
    assert np.array_equal(out[far], pixels[far])
    assert made.remarks[0].startswith("damage on ")


def test_what_was_found_is_shown_and_confirmed_as_a_mask(studio, tmp_path):
    pixels = draw_over(draw_birds)
    work, shown = Painting().artwork(Image.fromarray(pixels)), tmp_path / "found.png"
    made = studio.restore(work, seed=1, options={"found": str(shown)})
    assert np.array_equal(np.asarray(made.payload), pixels)
    assert "may be damage" in made.remarks[1]
    seen = np.asarray(Image.open(shown))
    assert seen.shape == pixels.shape[:2] and 0 < (seen > 127).mean() < 0.1
    with Image.open(shown) as mask:
        mended = np.asarray(studio.restore(work, mask=mask.copy(), seed=1).payload)
    changed = (mended != pixels).any(axis=-1)
    assert changed.any() and not changed[seen <= 127].any()
    with pytest.raises(OptionError, match="'found' is for damage that is looked for"):
        studio.restore(work, region="1,1,9,9", options={"found": str(tmp_path / "other.png")})


def test_proof_is_asked_for_by_sensitivity():
    pixels = draw_over(lambda pen, rng, side: pen.line((0, 40, side, 190), fill=(240, 238, 230), width=2))
    strict, loose = (find_damage(pixels / np.float32(255), sensitivity=s) for s in (0.5, 1.0))
    assert not strict.mask.any() and strict.doubtful > 0.003, "a single line may be a mast or a wire"
    assert loose.mask.any()


def test_a_hole_is_completed_in_the_manner_of_the_rest():
    rng = np.random.default_rng(0)
    x = np.mgrid[0:90, 0:90][1]
    stripes = np.stack([0.5 + 0.4 * np.sign(np.sin(x / 3.0))] * 3, -1).astype(np.float32)
    gap = np.zeros((90, 90), bool)
    gap[35:55, 30:60] = True
    out, doubt = complete(np.where(gap[..., None], 0.5, stripes), gap, rng)
    assert np.array_equal(out[~gap], stripes[~gap])
    assert np.abs(out - stripes)[gap].mean() < 0.12
    assert doubt[~gap].max() == 0


def test_the_prior_learns_patches(tmp_path):
    rng = np.random.default_rng(0)
    light = np.concatenate([paint_scene(140, s).astype(np.float32).mean(2) / 255 for s in range(3)])
    windows = np.lib.stride_tricks.sliding_window_view(light, (8, 8))
    patches = windows[rng.integers(0, windows.shape[0], 4000), rng.integers(0, windows.shape[1], 4000)].reshape(-1, 64)
    few, many = (fit_prior(patches[:3500], k, np.random.default_rng(1), rounds=4) for k in (1, 8))
    assert isinstance(many, PatchPrior)
    assert many.log_likelihood(patches[3500:]) > few.log_likelihood(patches[3500:]) + 1


def test_what_cannot_be_mended_is_said(studio):
    work = Painting().artwork(Image.fromarray(paint_scene(64)))
    with pytest.raises(InputError, match="mask is 10 x 10"):
        studio.restore(work, mask=Image.new("L", (10, 10), 255))
    with pytest.raises(InputError, match="no white pixel"):
        studio.restore(work, mask=Image.new("L", (64, 64), 0))
    with pytest.raises(InputError, match="nothing is left"):
        studio.restore(work, mask=Image.new("L", (64, 64), 255))
    for text in ("1,2,3", "a,b,c,d", "60,60,10,10", "0,0,0,5"):
        with pytest.raises(InputError, match="region"):
            parse_region(text, (64, 64))


def test_varnish_is_taken_off_only_when_asked(studio):
    whole = np.repeat(paint_scene(96, 5).astype(np.float32).mean(axis=2, keepdims=True), 3, axis=2)
    yellow = np.clip(whole * (1.0, 0.92, 0.62), 0, 255).astype(np.uint8)
    work = Painting().artwork(Image.fromarray(yellow))
    assert find_damage(yellow.astype(np.float32) / 255).varnish > find_damage(whole / 255).varnish
    kept = np.asarray(studio.restore(work, seed=1, options={"sensitivity": 0}).payload)
    cleaned = np.asarray(studio.restore(work, seed=1, options={"sensitivity": 0, "varnish": True}).payload)
    assert np.abs(kept.astype(int) - yellow).mean() < 2
    assert cleaned[..., 2].mean() > kept[..., 2].mean() + 3


def test_a_network_fitted_to_the_picture_fills_a_large_gap():
    whole = paint_scene(96).astype(np.float32) / 255
    gap = np.zeros((96, 96), bool)
    gap[30:58, 36:66] = True
    hurt = whole.copy()
    hurt[gap] = 1.0
    one, doubt = fill_deep(hurt, gap, np.random.default_rng(3), steps=12)
    two, _ = fill_deep(hurt, gap, np.random.default_rng(3), steps=12)
    assert np.array_equal(one, two)
    assert np.array_equal(one[~gap], hurt[~gap])
    assert (doubt[gap] > 0).all() and not doubt[~gap].any()
    assert ((one[gap] - whole[gap]) ** 2).mean() < 0.3 * ((hurt[gap] - whole[gap]) ** 2).mean()


def test_a_mask_comes_back_from_its_text():
    for values in (crack((40, 60), 1) * 255, np.linspace(0, 255, 2400).reshape(40, 60)):
        picture = Image.fromarray(values.astype(np.uint8))
        back = unpack_mask(pack_mask(picture))
        assert back is not None and np.array_equal(np.asarray(back), np.asarray(picture))
    assert unpack_mask(pack_mask(None)) is None
    rich = Image.fromarray(np.random.default_rng(0).integers(0, 256, (900, 900), dtype=np.uint8))
    for told in (pack_mask(rich), "no picture", "AAAA"):
        with pytest.raises(InputError, match="cannot be made again"):
            unpack_mask(told)
