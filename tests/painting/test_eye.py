"""The eye: learns to tell hands apart, is calibrated, finds its way back to known works; the
analysis explains itself.
"""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from artwright.core.errors import InputError, WeightsError
from artwright.core.studio import Studio
from artwright.plugins.painting.eye.corpus import list_works
from artwright.plugins.painting.eye.descriptors import KINDS, View, read_square
from artwright.plugins.painting.eye.fisher import Encoder, fit_codebook
from artwright.plugins.painting.eye.model import Eye, kernel_distance
from artwright.plugins.painting.eye.ridge import calibration_error, fit_temperature, leave_one_out, softmax
from artwright.plugins.painting.medium import Painting
from artwright.plugins.painting.models.lending import EYE
from PIL import Image
from scipy import ndimage


def paint_like(artist: int, seed: int, side: int = 96) -> Image.Image:
    """A picture in one of three hands: level soft strokes, upright hard strokes, dots; subjects and colours vary
    freely.
    """
    rng = np.random.default_rng([artist, seed])
    noise = rng.normal(0, 1, (side, side, 3))
    sigma = ((1, 6, 0), (6, 1, 0), (1.6, 1.6, 0))[artist]
    strokes = ndimage.gaussian_filter(noise, sigma)
    strokes /= strokes.std()
    if artist == 2:
        strokes = np.sign(strokes)
    base = ndimage.gaussian_filter(rng.normal(0, 1, (side, side, 3)), (16, 16, 0)) * 8 + rng.uniform(0.3, 0.7, 3)
    return Image.fromarray((np.clip(base + 0.10 * strokes, 0, 1) * 255).astype(np.uint8))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    with open(folder / "metadata.csv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "artist", "style", "genre", "title"])
        for artist in range(3):
            (folder / str(artist)).mkdir()
            for seed in range(8):
                paint_like(artist, seed).save(folder / str(artist) / f"{seed}.png")
                table.writerow(
                    [
                        f"{artist}/{seed}.png",
                        f"Hand {artist}",
                        ("strokes", "strokes", "dots")[artist],
                        "",
                        f"Work {seed}",
                    ]
                )
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def trained(corpus, home):
    studio = Studio(home)
    options = {"gaussians": 8, "smallest": 6, "scores": 6}
    return studio.train("painting", corpus, name="small", model="eye", minutes=5, seed=3, options=options)


def test_a_small_eye_learns_and_is_evaluated(trained, corpus, home, tmp_path):
    figures = trained.card["evaluation"]
    assert figures["works"] == 24
    assert figures["artist"]["accuracy"] > 0.7
    held = tmp_path / "held"
    held.mkdir()
    rows = []
    for artist in range(3):
        for seed in range(100, 103):
            paint_like(artist, seed).save(held / f"{artist}-{seed}.png")
            rows.append(f"{artist}-{seed}.png,Hand {artist},{('strokes', 'strokes', 'dots')[artist]},")
    (held / "metadata.csv").write_text("path,artist,style,genre\n" + "\n".join(rows) + "\n", "utf-8")
    studio = Studio(home)
    report = studio.evaluate("painting", held, options={"weights": "small"})
    assert report["works"] == 9
    assert report["artist_accuracy"] > 0.7
    assert report["movement_balanced_accuracy"] > 0.7
    assert 0 <= report["ece"] <= 1
    against = studio.evaluate("painting", held, reference=corpus, options={"weights": "small"})
    itself = studio.evaluate("painting", corpus, reference=corpus, options={"weights": "small"})
    assert itself["copies"] == 24
    assert itself["nearest_distance"] < against["nearest_distance"] + 1e-6
    assert itself["recall"] == 1.0


def test_an_eye_is_the_same_after_saving_and_refuses_damage(trained, corpus, tmp_path):
    eye = Eye.load(trained.weights)
    picture = paint_like(1, 500)
    sight = eye.look(picture)
    assert sight.first("artist")[0] == "Hand 1"
    assert abs(sum(sight.probabilities["movement"].values()) - 1) < 1e-5
    assert np.isclose(np.linalg.norm(sight.embedding), 1, atol=1e-4)
    known = eye.look(Image.open(corpus / "0" / "3.png"))
    assert eye.nearest(known)[0]["artist"] == "Hand 0"
    copy = tmp_path / "small.safetensors"
    copy.write_bytes(trained.weights.read_bytes()[:-3] + b"xyz")
    (tmp_path / "card.json").write_bytes((trained.weights.parent / "card.json").read_bytes())
    with pytest.raises(WeightsError, match="SHA-256"):
        Eye.load(copy)
    strange = replace(eye, encoder=Encoder({**eye.encoder.books, "glow": eye.encoder.books["sift"]}))
    strange.save(tmp_path / "strange.safetensors", {"data": "", "licence": ""})
    with pytest.raises(WeightsError, match="glow"):
        Eye.load(tmp_path / "strange.safetensors")


@pytest.mark.slow
def test_training_again_gives_the_same_eye(corpus, tmp_path):
    options = {"gaussians": 8, "smallest": 6, "scores": 4}
    one, two = (
        Studio(tmp_path / n).train("painting", corpus, name="same", model="eye", minutes=5, seed=3, options=options)
        for n in "ab"
    )
    assert one.weights.read_bytes() == two.weights.read_bytes()


def test_corpora_that_cannot_teach_are_told(tmp_path, home):
    studio = Studio(home)
    few = tmp_path / "few"
    few.mkdir()
    for i in range(3):
        paint_like(0, i).save(few / f"{i}.png")
    with pytest.raises(InputError, match="3 works to learn from"):
        studio.train("painting", few, name="few", model="eye", minutes=1)
    with pytest.raises(InputError, match="holds no pictures"):
        list_works(tmp_path / "few" / "..").clear() or list_works(_empty(tmp_path))
    (few / "metadata.csv").write_text("path,artist\nnowhere.png,X\n", "utf-8")
    with pytest.raises(InputError, match="missing"):
        list_works(few)


def _empty(folder):
    (folder / "empty").mkdir()
    return folder / "empty"


def test_descriptors_have_their_shapes_and_ignore_flat_places():
    square = read_square(paint_like(0, 1, 150))
    assert square.shape == (224, 224, 3)
    for kind in KINDS:
        descriptors, places = kind.describe(View.of(square))
        assert descriptors.shape == (len(places), kind.width)
        assert np.abs(places).max() <= 0.5
        assert np.isfinite(descriptors).all()
        flat, _ = kind.describe(View.of(np.full((224, 224, 3), 0.4, np.float32)))
        assert np.isfinite(flat).all()


def test_touch_sees_how_strong_the_paint_is_where_drawing_does_not():
    square = read_square(paint_like(1, 2, 224))
    soft = 0.5 + 0.3 * (square - 0.5)
    kinds = {kind.name: kind for kind in KINDS}
    change = {}
    for name in ("sift", "touch"):
        strong, weak = (kinds[name].describe(View.of(picture))[0] for picture in (square, soft))
        change[name] = np.abs(strong - weak).mean() / strong.std()
    assert change["touch"] > 2 * change["sift"]


def test_a_mixture_fits_its_data_better_than_one_gaussian():
    rng = np.random.default_rng(0)
    mix = rng.normal(0, 1, (6, 96))
    points = (np.concatenate([rng.normal(m, 0.3, (600, 6)) for m in (-2, 0, 2)]) @ mix).astype(np.float32)
    places = np.zeros((1800, 2), np.float32)
    book = fit_codebook(KINDS[1], points, places, 3, rng)
    share = book.posteriors(book.reduce(points, places))
    assert np.allclose(share.sum(1), 1, atol=0.01)
    assert book.weights.min() > 0.1


def test_leave_one_out_equals_leaving_out():
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1, (30, 12)).astype(np.float32)
    x -= x.mean(0)
    y = rng.normal(0, 1, (30, 2)).astype(np.float32)
    gram = x @ x.T
    scale = np.trace(gram) / 30
    scores, _ = leave_one_out(gram.copy(), y, penalty=0.5)
    kernel = gram / scale
    rest = np.arange(1, 30)
    expected = kernel[0, rest] @ np.linalg.solve(kernel[np.ix_(rest, rest)] + 0.5 * np.eye(29), y[rest])
    assert np.allclose(scores[0], expected, atol=1e-3)


def test_calibration_and_kernel_distance():
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 2, (4000, 5))
    labels = np.array([rng.choice(5, p=p) for p in softmax(truth)])
    assert calibration_error(softmax(truth), labels) < 0.04
    assert calibration_error(softmax(truth * 4), labels) > 0.1
    assert abs(fit_temperature(truth * 4, labels) - 4) < 0.6
    one = rng.normal(0, 1, (300, 8))
    same, other = rng.normal(0, 1, (300, 8)), rng.normal(0, 1, (300, 8)) + 1.5
    one, same, other = (t / np.linalg.norm(t, axis=1, keepdims=True) for t in (one, same, other))
    assert abs(kernel_distance(one, same)[0]) < 0.02 < kernel_distance(one, other)[0]


@pytest.mark.skipif(not (EYE).exists(), reason="the eye's weights are not in this checkout")
def test_the_analysis_finds_explains_and_draws(home):
    studio = Studio(home)
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:180, 0:260] / 180
    sky = np.stack([0.45 + 0.2 * y, 0.6 + 0.1 * y, 0.85 - 0.1 * y], -1)
    land = np.stack([0.25 + 0.1 * x, 0.42 - 0.1 * y, 0.2 + 0 * x], -1)
    base = np.where((y > 0.62)[..., None], land, sky)
    base[(x - 1.0) ** 2 + (y - 0.3) ** 2 < 0.006] = (0.98, 0.85, 0.3)
    pixels = np.clip(base + rng.normal(0, 0.015, base.shape), 0, 1)
    work = Painting().artwork(Image.fromarray((pixels * 255).astype(np.uint8)), title="Field")
    found = studio.analyze(work, explain=True, plot=True)
    facts = found.findings
    assert abs(facts["composition"]["horizon"] - 0.62) < 0.05
    assert {
        "palette",
        "harmony",
        "values",
        "brushwork",
        "mood",
        "movement",
        "artist",
        "nearest_works",
        "damage",
        "originality",
    } <= facts.keys()
    assert any("blue" in c["name"] for c in facts["palette"][:4])
    assert 0.98 < sum(c["share"] for c in facts["palette"]) < 1.02
    assert "Composition." in found.explanation
    assert found.plot.mode == "RGB"
    assert found.plot.width == 1100
    chinese = studio.analyze(work, explain=True, language="zh").explanation
    assert "构图" in chinese
    assert studio.analyze(work).findings == facts
