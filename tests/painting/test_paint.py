"""A master's own paint: patches from coarse to fine, and the model that paints themes with them."""

import json

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.core.studio import Studio
from artwright.plugins.painting.atelier.canvas import Strokes
from artwright.plugins.painting.atelier.colour import srgb_to_oklab
from artwright.plugins.painting.paint.blocks import carve, key_line, wash
from artwright.plugins.painting.paint.budget import paint_in_strokes
from artwright.plugins.painting.paint.exemplars import choose, load_exemplars, own_exemplar, sheet_of
from artwright.plugins.painting.paint.hands import PAINTERS
from artwright.plugins.painting.paint.names import ALIASES, SUMMARIES
from artwright.plugins.painting.paint.painter import deepen, enlarge, paint, seen_at, touch_at
from artwright.plugins.painting.paint.raster import blur, halve, resize
from artwright.plugins.painting.paint.synthesis import LEVELS, Plan, Sheet, crisp, liveliness, synthesise
from artwright.plugins.painting.quoting.works import load_works, masses_of
from scipy.ndimage import binary_erosion, maximum_filter


def test_every_hand_has_four_works_or_more():
    for name, painter in PAINTERS.items():
        works = load_exemplars(painter.pack)
        assert len(works) >= 4, name
        assert all(w.artist and w.title for w in works)


def test_masters_are_names_of_the_table():
    artists = {w.artist for w in load_works().values()}
    for name, painter in PAINTERS.items():
        assert any(m in artists for m in painter.masters), name


def test_further_hands_have_paint():
    assert SUMMARIES.keys() <= PAINTERS.keys() and ALIASES.keys() == SUMMARIES.keys()


def test_nearest_exemplars_are_chosen():
    night = np.full((20, 30, 3), (0.25, 0.0, -0.05), np.float32)
    names = {e.file for e in choose("van-gogh", night, "", 2)}
    assert any("starry" in n for n in names)


def test_sheets_are_aligned_and_masked():
    print_ = next(e for e in load_exemplars("hokusai") if e.masks)
    lab, mask = sheet_of(print_, 200)
    assert lab.shape[0] % 16 == 0 and lab.shape[1] % 16 == 0 and lab.shape[:2] == mask.shape
    assert 0 < mask.mean() < 0.3


def synthesised(seed=1):
    rng = np.random.default_rng(5)
    noise = blur(rng.normal(0, 0.3, (160, 192, 3)).astype(np.float32), 1.5)
    lab = noise * (1, 0.1, 0.1) + (0.5, 0.0, 0.0)
    lab[:, :60] += (-0.2, 0.0, 0.05)
    mask = np.zeros(lab.shape[:2], bool)
    lab[40:80, 100:150] = (0.6, 0.25, 0.1)
    mask[38:82, 98:152] = True
    target = resize(np.array([[[0.3, 0, 0.02], [0.6, 0.05, 0]], [[0.5, 0, 0], [0.7, 0, 0]]], np.float32), (96, 128))
    plan = Plan(levels=LEVELS[1:], pixel=4)
    return synthesise(target, [Sheet(lab.astype(np.float32), mask)], plan, np.random.default_rng(seed)), target


def test_masked_paint_is_never_used():
    painted, _ = synthesised()
    assert painted.picture[..., 1].max() < 0.15


def test_paint_follows_the_masses():
    painted, target = synthesised()
    soft = blur(painted.picture, 6)
    assert np.corrcoef(soft[..., 0].ravel(), target[..., 0].ravel())[0, 1] > 0.85
    assert painted.picture.shape == target.shape and sum(painted.shares) == pytest.approx(1)


def test_equal_seeds_equal_paint():
    first, again, other = synthesised()[0], synthesised()[0], synthesised(2)[0]
    assert np.array_equal(first.picture, again.picture) and not np.array_equal(first.picture, other.picture)


def test_small_pictures_are_painted_too():
    masses = masses_of("x/monet/water-lilies")
    surface = paint(masses, PAINTERS["monet"], (64, 70), np.random.default_rng(0))
    assert surface.rgb().shape == (64, 70, 3) and len(surface.exemplars) == 5


def test_enlarging_makes_steep_edges_without_overshoot():
    step = np.zeros((20, 20, 3), np.float32)
    step[:, 10:] = 1
    large = enlarge(step, (200, 200))
    width = ((large[100, :, 0] > 0.1) & (large[100, :, 0] < 0.9)).sum()
    plain = resize(step, (200, 200))
    assert width <= ((plain[100, :, 0] > 0.1) & (plain[100, :, 0] < 0.9)).sum()
    assert large.max() <= plain.max() + 1e-4


def test_halving_odd_sides():
    assert halve(np.ones((5, 7), np.float32)).shape == (3, 4)


def test_a_reference_too_small_is_refused():
    from PIL import Image

    with pytest.raises(InputError, match="a hand is seen from"):
        own_exemplar(Image.new("RGB", (90, 300)), "scrap")
    assert own_exemplar(Image.new("RGB", (300, 200)), "sheet").picture is not None


SMALL = {"width": 96, "best_of": 4}


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


def test_a_theme_is_painted_and_sources_are_named(studio):
    work = studio.generate(
        "painting",
        "a red boat, flurbzint",
        model="quotation",
        style="turner",
        seed=2,
        options=SMALL,
    )
    notes = work.provenance.notes
    assert len(notes["sources"]) >= 2 and "flurbzint" in work.unused and work.score is not None
    assert all("Turner" not in source for source in notes["sources"])
    assert all(source.startswith("J. M. W. Turner") for source in notes["paint_of"])


def test_a_saved_plan_paints_the_same_picture(studio, tmp_path):
    plan = tmp_path / "plan.json"
    first = studio.generate(
        "painting", "a farm", model="quotation", style="monet", seed=4, options={**SMALL, "save_plan": str(plan)}
    )
    again = studio.generate(
        "painting", "a farm", model="quotation", style="monet", seed=4, options={"width": 96, "plan": str(plan)}
    )
    assert first.id == again.id
    row = json.loads(plan.read_text("utf-8"))
    assert row["kind"] == "quotation" and row["subject"]["artist"]


def test_a_mix_takes_paint_of_both(studio):
    work = studio.generate("painting", "sea", model="quotation", style="monet:0.6+turner:0.4", seed=1, options=SMALL)
    masters = {source.split(",")[0] for source in work.provenance.notes["paint_of"]}
    assert masters == {"Claude Monet", "J. M. W. Turner"}


def test_a_learned_hand_paints_with_the_persons_own_pictures(studio, tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    for number in range(2):
        grain = rng.integers(0, 255, (40, 60, 3), dtype=np.uint8)
        Image.fromarray(grain).resize((300, 200)).save(tmp_path / f"{number}.png")
    studio.train("painting", tmp_path, name="mine", model="atelier")
    work = studio.generate("painting", "a tree", model="quotation", style="mine", seed=1, options=SMALL)
    assert sorted(work.provenance.notes["paint_of"]) == ["0", "1"]


def test_strokes_are_kept_where_they_are_asked_for(studio, tmp_path):
    file = tmp_path / "strokes.svg"
    work = studio.generate(
        "painting", "a tree", model="quotation", style="van-gogh", seed=1, options={**SMALL, "strokes": str(file)}
    )
    assert file.read_text("utf-8").count("<path") + file.read_text("utf-8").count("<line") > 50
    assert "paint_of" not in work.provenance.notes and work.provenance.notes["sources"]


@pytest.mark.parametrize("model", ["quotation", "atelier"])
@pytest.mark.parametrize("style", ["hokusai", "shan-shui", "hiroshige:0.8+monet:0.2"])
def test_hands_without_strokes_give_outlined_areas(studio, tmp_path, model, style):
    import io
    from xml.etree import ElementTree

    from matplotlib.path import Path as Outline
    from PIL import ImageColor, ImageFilter

    file = tmp_path / "areas.svg"
    options = {**SMALL, "best_of": 1}
    given = {**options, "strokes": str(file)}
    work = studio.generate("painting", "a bridge", model=model, style=style, seed=1, options=given)
    plain = studio.generate("painting", "a bridge", model=model, style=style, seed=1, options=options)
    assert work.id == plain.id  # writing it down changes nothing
    root = ElementTree.parse(io.BytesIO(file.read_bytes())).getroot()
    paths = root.findall(".//{*}path")
    assert 2 <= len(paths) <= 12 and (int(root.get("width")), int(root.get("height"))) == work.payload.size
    width, height = work.payload.size
    drawn = np.zeros((height, width, 3), np.float32)
    drawn[:] = ImageColor.getrgb(root.find("{*}rect").get("fill"))
    places = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1).reshape(-1, 2)
    for path in paths:
        inside = np.zeros(len(places), bool)
        for line in path.get("d").removeprefix("M").removesuffix("Z").split("ZM"):
            points = np.array([[float(v) for v in point.split()] for point in line.split("L")])
            assert len(points) >= 3
            inside ^= Outline(points).contains_points(places)
        drawn[inside.reshape(height, width)] = ImageColor.getrgb(path.get("fill"))
    away = np.abs(drawn - np.asarray(work.payload.filter(ImageFilter.GaussianBlur(1)), np.float32)).mean()
    ground = np.abs(drawn * 0 + drawn.mean((0, 1)) - np.asarray(work.payload, np.float32)).mean()
    assert away < 0.6 * ground  # rasterised again it is the picture, in a few colours


def test_a_region_of_a_base_is_painted_anew(studio, tmp_path):
    from PIL import Image

    Image.new("RGB", (200, 120), (90, 120, 60)).save(tmp_path / "base.png")
    given = {**SMALL, "base": str(tmp_path / "base.png"), "region": "100,20,80,80"}
    work = studio.generate("painting", "a tree", model="quotation", style="monet", seed=1, options=given)
    pixels = np.asarray(work.payload)
    assert (pixels[:, :90] == (90, 120, 60)).all() and (pixels[40:80, 120:160] != (90, 120, 60)).any()


def test_a_sketch_leads_the_paint(studio, tmp_path):
    from PIL import Image

    sketch = np.zeros((90, 160, 3), np.uint8)
    sketch[:, 80:] = 240
    Image.fromarray(sketch).save(tmp_path / "sketch.png")
    given = {"width": 96, "from_sketch": str(tmp_path / "sketch.png")}
    work = studio.generate("painting", "anything", model="quotation", style="monet", seed=1, options=given)
    light = np.asarray(work.payload.convert("L"), np.float32)
    assert light[:, 60:].mean() > light[:, :36].mean() + 40 and "sources" not in work.provenance.notes


def test_a_subject_that_nothing_shows_is_refused(studio):
    with pytest.raises(InputError, match="flurb"):
        studio.generate("painting", "sea", model="quotation", seed=1, options={**SMALL, "subject": "flurb"})


def _masses(seed=0):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:120, :160].astype(np.float32)
    lab = np.stack([0.85 - 0.3 * y / 120, 0.02 * np.ones_like(x), 0.04 - 0.08 * y / 120], -1)
    hill = y > 70 + 18 * np.sin(x / 21)
    lab[hill] = (0.35, -0.03, 0.02)
    return (lab + rng.normal(0, 0.004, lab.shape)).astype(np.float32), hill


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_prints_are_flat_blocks_with_edges_that_are_cut(seed):
    lab, hill = _masses(seed)
    out = carve(lab, lab.reshape(-1, 3), np.random.default_rng(seed), 0.3)
    inside = binary_erosion(hill, iterations=6)
    assert out[inside].std(0).max() < 0.03 < np.abs(out[inside].mean(0) - out[:40].mean((0, 1))).max()
    rows = out[:50, :, 0].mean(1)
    assert (np.diff(blur(rows[:, None], 2)[:, 0]) < 0.003).all()  # the sky goes over from light to dark without steps


def test_the_key_line_lies_where_blocks_meet():
    lab, hill = _masses()
    line = key_line(lab, hill.astype(np.int64), 0.4)
    edge = hill ^ binary_erosion(hill)
    assert maximum_filter(line, 3)[edge].mean() > 0.25 > 10 * line[:30].mean()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_key_block_leaves_no_crumbs(seed):
    lab, _ = _masses()
    rng = np.random.default_rng(seed)
    for y, x in rng.integers((5, 5), (32, 150), (8, 2)):
        lab[y : y + 4, x : x + 4] = (0.2, 0, 0)
    assert key_line(lab, None, 1.0)[:38].max() < 0.05
    lab[20:26, 10:150] = (0.2, 0, 0)  # a line worth cutting
    assert key_line(lab, None, 1.0)[20:26, 20:140].mean() > 0.3


def test_ink_leaves_lights_blank_and_darks_wet():
    lab, hill = _masses()
    paper = np.array([0.82, 0.01, 0.05], np.float32)
    out = wash(lab, paper, 0.4)
    assert np.abs(out[:20, :, 0] - 0.82).max() < 0.03
    assert out[binary_erosion(hill, iterations=5)][:, 0].mean() < 0.5
    assert np.hypot(*np.moveaxis(out[..., 1:], -1, 0)).max() < 0.08


@pytest.mark.parametrize(("spread", "dark"), [(0.1, 0.3), (0.15, 0.5), (0.08, 0.15)])
def test_masses_get_the_darks_of_the_school_and_keep_their_lights(spread, dark):
    rng = np.random.default_rng(0)
    lab = np.clip(rng.normal((0.62, 0, 0), (spread, 0.02, 0.02), (60, 80, 3)), (0.1, -1, -1), 1).astype(np.float32)
    out = deepen(lab, dark)
    have, got = ((x[..., 0] < 0.35).mean() for x in (lab, out))
    assert have < got <= dark + 0.01
    assert np.abs(np.quantile(out[..., 0], 0.98) - np.quantile(lab[..., 0], 0.98)) < 0.01
    assert np.array_equal(deepen(out, 0.0), out)


@pytest.mark.parametrize("budget", [1, 3, 40, 700])
def test_a_budget_of_strokes_is_kept(budget):
    target = enlarge(masses_of("x/monet/water-lilies"), (120, 150))
    kept = Strokes()
    picture = paint_in_strokes(target, budget, np.random.default_rng(0), keep=kept)
    laid = sum(len(row[0]) for row in kept.rows)
    assert 0 < laid <= budget and picture.shape == (120, 150, 3)
    assert picture.std() > 0.004  # even one stroke is seen


def test_more_strokes_come_nearer_and_most_where_one_looks():
    target = enlarge(masses_of("x/monet/water-lilies"), (160, 200))
    away = []
    for budget in (10, 100, 1000):
        picture = srgb_to_oklab(paint_in_strokes(target, budget, np.random.default_rng(0)).astype(np.float32))
        away.append(float(np.abs(picture - target).mean()))
    assert away[0] > away[1] > away[2]
    kept = Strokes()
    looked = seen_at([(0.0, 0.0, 0.4, 1.0)], (160, 200))
    paint_in_strokes(target, 400, np.random.default_rng(0), focus=looked, keep=kept)
    fine = [row for row in kept.rows if len(row[0]) and row[2].min() < 6]
    assert np.mean(np.concatenate([row[0] for row in fine]) < 90) > 0.5


def test_a_picture_of_three_strokes(tmp_path):
    studio = Studio(home=tmp_path)
    options = {"width": 96, "best_of": 2, "strokes_at_most": 3, "strokes": str(tmp_path / "three.svg")}
    work = studio.generate("painting", "a boat", model="quotation", style="hokusai", seed=1, options=options)
    assert 0 < work.provenance.notes["strokes"] <= 3
    assert (tmp_path / "three.svg").read_text("utf-8").count("<path") == work.provenance.notes["strokes"]


def test_paint_is_as_crisp_as_the_patches_it_is_made_of():
    rng = np.random.default_rng(2)
    sheet = (0.5 + rng.normal(0, 0.05, (80, 90, 3)) * (1, 0, 0)).astype(np.float32)
    washed, known = blur(sheet, 0.7), liveliness(sheet)
    out = crisp(washed, known)
    middle = (slice(8, -8), slice(8, -8))
    lacked, lacks = ((known - liveliness(picture))[middle].mean((0, 1)) for picture in (washed, out))
    assert (lacks < 0.95 * lacked).all() and np.array_equal(out[..., 1:], washed[..., 1:])
    assert np.array_equal(crisp(sheet, 0.5 * known), sheet)  # nothing is made softer


def test_leaves_are_painted_more_lively_than_the_sky():
    lab, hill = _masses()
    lab[hill] += np.random.default_rng(1).normal(0, 0.05, (int(hill.sum()), 3)).astype(np.float32) * (1, 0, 0)
    lively = touch_at(lab, 0.3, "landscape", (60, 80))
    assert lively.shape == (60, 80) and lively[50:].mean() > 0.5 + lively[:25].mean()


def test_small_shapes_of_a_print_get_no_outline():
    label = np.zeros((200, 200), np.int64)
    label[100:] = 1
    label[20:40, 20:40] = 2
    light = np.where(label == 1, 0.5, 0.8) - np.where(label == 2, 0.2, 0.0).astype(np.float32)
    line = key_line(np.stack([light, 0 * light, 0 * light], -1), label, 1.0)
    assert line[98:102, 20:180].max(0).mean() > 0.4 > 8 * line[10:50, 10:50].max()
