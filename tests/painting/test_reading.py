"""What is told of a picture is there: level edges, the colours seen first, and whether it is a photograph."""

from __future__ import annotations

import numpy as np
import pytest
from artwright.plugins.painting.atelier.colour import srgb_to_oklab
from artwright.plugins.painting.eye.model import Eye
from artwright.plugins.painting.eye.photographs import PhotographTest, fit_photographs, shipped_test
from artwright.plugins.painting.models.lending import EYE
from artwright.plugins.painting.operations.explain import explain
from artwright.plugins.painting.reading.colours import find_first_seen
from artwright.plugins.painting.reading.composition import find_composition
from artwright.plugins.painting.reading.findings import analyze_picture
from PIL import Image, ImageDraw
from scipy import ndimage


def noisy(picture: Image.Image, seed: int = 0) -> np.ndarray:
    """A picture in Oklab with the grain of paint."""
    rng = np.random.default_rng(seed)
    values = np.asarray(picture, np.float32) / 255
    grain = ndimage.gaussian_filter(rng.normal(0, 1, values.shape[:2]), 1.2) * 0.06
    return srgb_to_oklab(np.clip(values + grain[..., None], 0, 1).astype(np.float32))


def draw(ground, shapes) -> Image.Image:
    picture = Image.new("RGB", (260, 200), ground)
    pen = ImageDraw.Draw(picture)
    for kind, at, colour in shapes:
        getattr(pen, kind)(at, fill=colour)
    return picture


LEVEL = [
    ([("rectangle", (0, 110, 260, 200), (60, 90, 70))], 0.55),
    ([("rectangle", (0, 70, 260, 200), (30, 60, 110)), ("rectangle", (120, 30, 150, 120), (200, 190, 170))], 0.35),
    ([("polygon", [(0, 142), (260, 138), (260, 200), (0, 200)], (150, 130, 90))], 0.70),
]
NOT_LEVEL = [
    [("ellipse", (60, 20, 200, 180), (150, 110, 90))],
    [("ellipse", (90, 20, 170, 100), (220, 190, 160)), ("polygon", [(40, 200), (90, 110), (170, 110), (220, 200)], (60, 30, 40))],
    [("polygon", [(0, 180), (260, 40), (260, 200), (0, 200)], (70, 60, 50))],
    [("rectangle", (80, 90, 180, 140), (40, 40, 90))],
    [("polygon", [(0, 110), (70, 70), (140, 120), (200, 60), (260, 130), (260, 200), (0, 200)], (80, 80, 100))],
]  # fmt: skip


@pytest.mark.parametrize(("shapes", "row"), LEVEL)
def test_a_level_edge_is_found(shapes, row):
    built = find_composition(noisy(draw((190, 205, 215), shapes)))
    assert built["horizon"] == pytest.approx(row, abs=0.03)


@pytest.mark.parametrize("shapes", NOT_LEVEL)
def test_no_level_edge_is_told_where_there_is_none(shapes):
    assert find_composition(noisy(draw((190, 205, 215), shapes)))["horizon"] is None


@pytest.mark.parametrize(
    ("accent", "names"),
    [
        ((190, 35, 45), {"red", "vermilion", "crimson"}),
        ((240, 205, 40), {"yellow", "gold"}),
        ((40, 90, 190), {"cobalt blue", "ultramarine"}),
    ],
)
def test_a_small_pure_colour_is_seen_first(accent, names):
    greys = [("rectangle", (0, 100, 260, 200), (120, 118, 112)), ("rectangle", (0, 0, 90, 200), (70, 68, 66))]
    seen = find_first_seen(noisy(draw((170, 168, 160), [*greys, ("ellipse", (150, 90, 190, 130), accent)])))
    assert names & {swatch.name for swatch in seen[:2]}
    assert len({swatch.name for swatch in seen}) == len(seen)


def test_photographs_are_told_by_what_differs(tmp_path):
    rng = np.random.default_rng(0)
    encoder = Eye.load(EYE).encoder
    kinds = np.arange(120) % 3 == 0
    vectors = rng.normal(0, 1, (120, 60)).astype(np.float32)
    vectors[:, -1] += 8  # vectors of pictures share most of what they are
    vectors[kinds, :6] += 3
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    test, scores = fit_photographs(vectors[:90], kinds[:90], np.arange(90) % 5, encoder)
    assert ((scores > test.even) == kinds[:90]).mean() > 0.85
    test.save(tmp_path / "test.safetensors")
    again = PhotographTest.load(tmp_path / "test.safetensors")
    assert again.fits(encoder)
    told = [again.probability(v) > 0.5 for v in vectors[90:]]
    assert np.mean(told == kinds[90:]) > 0.8
    assert [test.probability(v) for v in vectors[90:]] == pytest.approx(
        [again.probability(v) for v in vectors[90:]], abs=0.05
    )


def test_the_shipped_test_reads_the_shipped_eye_and_is_told():
    eye = Eye.load(EYE)
    assert shipped_test().fits(eye.encoder)
    picture = draw((190, 205, 215), LEVEL[0][0])
    sight = eye.look(picture)
    assert sight.photograph is not None and 0 <= sight.photograph <= 1
    found = analyze_picture(picture, sight, eye, None)
    assert "a photograph" in explain({**found, "photograph": 0.9}) and "照片" in explain(
        {**found, "photograph": 0.9}, "zh"
    )
    assert "not sure whether" in explain({**found, "photograph": 0.5})
    for told in (0.1, None):
        assert "photograph" not in explain({**found, "photograph": told})
