"""Compositions quoted from real works: what a theme asks for, which works show it, how they are joined."""

import json

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.core.theme import Theme
from artwright.plugins.painting.paint.raster import blur, resize
from artwright.plugins.painting.quoting.choosing import Chooser, told_number
from artwright.plugins.painting.quoting.composing import compose
from artwright.plugins.painting.quoting.enlarging import bilinear, enlarge_twice
from artwright.plugins.painting.quoting.framing import Crop, crop_to, inside, place_box, sharpness, view
from artwright.plugins.painting.quoting.quotation import Quotation, render
from artwright.plugins.painting.quoting.seams import join, level_seam, mask_above, mask_inside, round_seam
from artwright.plugins.painting.quoting.wish import read_wish
from artwright.plugins.painting.quoting.works import drawing_of, find_work, load_works, masses_of, stem, without

TONE = (0.6, 0.06, 0.1)


def wish_of(text):
    return read_wish(Theme.from_prompt(text))


def composed(text, seed, *, medium="paint", masters=(), aspect=None, tries=6):
    rng = np.random.default_rng(seed)
    return compose(wish_of(text), rng, medium=medium, masters=masters, aspect=aspect, tone=TONE, tries=tries)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("an old fisherman mending nets", ["old", "fisherman", "mending"]),
        ("two people talking in a garden", ["people", "talking", "garden"]),
        ("a train leaving the station in the snow", ["train", "leaving", "station", "snow"]),
        ("孤舟蓑笠翁，独钓寒江雪", ["lonely", "boat", "straw", "elder", "fishing", "winter", "river", "snow"]),
        ("月下古寺", ["moon", "temple"]),
        ("夜市", ["night", "market"]),
        ("a portrait of a young woman in red", ["portrait", "young", "woman", "red"]),
    ],
)
def test_theme_is_read_as_what_is_seen(text, keys):
    assert [f.key for f in wish_of(text).facets] == keys


def test_counts_and_unknown_words_are_told():
    wish = wish_of("three apples and a flurbzint")
    assert next(f for f in wish.facets if f.key == "apple").terms and "flurbzint" in wish.unused
    assert wish_of("two women").people == 2 and wish_of("an orchestra").people > 6
    assert wish_of("a mother and child").people == 2


def test_options_stand_before_the_theme():
    wish = read_wish(Theme.from_prompt("a village by day"), ["night", "winter"])
    assert {f.key for f in wish.facets} >= {"night", "winter", "village"}


def test_plurals():
    assert [stem(w) for w in ("horses", "churches", "ladies", "grass", "boxes", "bus", "glass")] == [
        "horse", "church", "lady", "grass", "box", "bus", "glass",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "term"),
    [("a cat", "cat"), ("a battle", "battle"), ("灯塔", "lighthouse"), ("dancers on a stage", "dancer")],
)
def test_best_work_shows_the_thing(text, term):
    chooser = Chooser(wish_of(text), medium="paint", masters=())
    best = chooser.best(chooser.subject(), 5, 0.5)
    assert best and any(chooser.works[i].terms.get(term, 0) >= 0.5 for i in best)


def test_masters_are_never_quoted():
    chooser = Chooser(wish_of("water lilies"), medium="paint", masters=("Claude Monet",))
    scores = chooser.subject()
    assert all(s < -50 for s, w in zip(scores, chooser.works, strict=True) if w.artist == "Claude Monet")


def test_every_work_has_masses_and_a_sound_box():
    works = load_works()
    assert len(works) > 2500
    for work in list(works.values())[::97]:
        lab = masses_of(work.id)
        assert abs(lab.shape[1] / lab.shape[0] / work.aspect - 1) < 0.06
        assert 0 <= work.box[0] < work.box[2] <= 1 and 0 <= work.box[1] < work.box[3] <= 1


@pytest.mark.parametrize("text", ["a lake with mountains", "a girl reading", "月夜渡船"])
def test_composition_quotes_two_masters(text):
    plan = composed(text, 3).plan
    artists = [find_work(name).artist for name in plan.sources()]
    assert len(artists) >= 2 and find_work(plan.subject.work).artist != find_work(plan.surroundings.work).artist


def test_equal_seeds_equal_compositions_and_others_differ():
    plans = [composed("a village by the sea", seed).plan for seed in (1, 1, 2, 3)]
    assert plans[0] == plans[1]
    assert len({p.subject.work + p.surroundings.work for p in plans}) == 3
    assert np.array_equal(render(plans[0]), render(plans[1]))


def test_plan_is_data():
    plan = composed("a horse in a field", 5).plan
    row = json.loads(json.dumps(plan.to_dict()))
    again = Quotation.from_dict(row)
    assert again.to_dict() == plan.to_dict()
    assert render(again).shape == render(plan).shape


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"subjekt": {}}, "no field 'subjekt'"),
        ({"aspect": 40}, "between 0.3 and 4"),
        ({"lead": "both"}, "one of: subject, surroundings"),
        ({"subject": {"work": "nobody/1", "part": [0, 0, 1, 1]}}, "nobody/1"),
        ({"subject": {"work": "x/monet/water-lilies", "part": [0, 0, 2, 1]}}, "no box"),
        ({"seam": {"kind": "level", "box": [0, 0, 0]}}, "--save-plan"),
    ],
)
def test_broken_plans_say_what_is_wrong(change, message):
    row = composed("a boat", 1).plan.to_dict() | change
    with pytest.raises(InputError, match=message):
        Quotation.from_dict(row)


def test_level_seam_takes_the_cheap_way():
    cost = np.ones((30, 40), np.float32)
    valley = (15 + 4 * np.sin(np.arange(40) / 6)).astype(int)
    cost[valley, np.arange(40)] = 0
    seam, price = level_seam(cost, np.full(40, 3.0), np.full(40, 27.0))
    assert np.abs(seam - valley).max() <= 1 and price < 0.1
    assert mask_above(seam, 30).sum() == seam.sum()


def test_level_seam_keeps_within_its_bounds():
    rng = np.random.default_rng(0)
    high = np.where((np.arange(60) > 20) & (np.arange(60) < 40), 8.0, 30.0)
    seam, _ = level_seam(rng.random((40, 60)).astype(np.float32), np.full(60, 2.0), high)
    assert (seam <= high + 2).all() and (seam >= 2).all()


def test_round_seam_closes_around_the_box():
    cost = np.ones((80, 80), np.float32)
    y, x = np.mgrid[:80, :80]
    ring = np.abs(np.hypot(y - 40, x - 40) - 24)
    cost[ring < 2] = 0
    box = (0.25, 0.25, 0.75, 0.75)
    radius, price = round_seam(cost, box)
    mask = mask_inside(radius, box, (80, 80))
    assert price < 0.25 and mask[40, 40] == 1 and mask[2, 2] == 0 and abs(radius[0] - radius[-1]) < 0.1


def test_joining_a_work_with_itself_changes_it_at_the_seam_alone():
    lab = masses_of("x/monet/water-lilies")
    mask = (np.arange(lab.shape[0])[:, None] > lab.shape[0] / 2) * np.ones(lab.shape[1])
    away = np.abs(join(lab, lab, mask.astype(np.float32)) - lab)
    assert away.max() < 0.08 and away[: lab.shape[0] // 3].max() < 0.01


def test_crops_keep_box_and_horizon():
    work = next(w for w in load_works().values() if w.horizon is not None and w.area < 0.3)
    crop = crop_to(work, 1.0, zoom=1.2, mirror=True, keep=work.box)
    left, top, right, bottom = place_box(work.box, crop)
    assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    assert Crop(0, 0, 1, 1, True).point(0.2, 0.3) == (0.8, 0.3)


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("a lighthouse in a storm", "lighthouse"),
        ("a child with a dog", "dog"),
        ("a supper in a tavern by candlelight", "eating"),
        ("a pair of horses in a stable", "horse"),
        ("mountains at dawn with a lake", None),
    ],
)
def test_a_theme_has_one_main_thing(text, lead):
    wish = wish_of(text)
    assert (wish.lead.key if wish.lead else None) == lead


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a lighthouse in a storm", "lighthouse"),
        ("skaters on a frozen canal", "skating"),
        ("a piano by the window", "piano"),
    ],
)
def test_no_other_virtue_makes_up_for_the_main_thing(text, term):
    for seed in (0, 1):
        work = find_work(composed(text, seed).plan.subject.work)
        assert term in {*work.subject.split(), *work.action.split(), stem(work.subject.split()[0])}


def test_what_is_named_first_is_what_a_work_is_of():
    works = load_works().values()
    with_parasol = next(w for w in works if w.subject == "woman with parasol")
    assert with_parasol.terms["woman"] == 1 and with_parasol.terms["parasol"] < 0.8
    canoe = next(w for w in works if w.subject == "birch canoe")
    assert canoe.terms["canoe"] == 1 and canoe.terms["birch"] < 0.8


def test_a_work_smaller_than_the_frame_is_seen_whole_and_nothing_beyond_it():
    work = next(w for w in load_works().values() if w.people == 1 and w.area > 0.6 and w.box[0] > 0.05)
    crop = crop_to(work, work.aspect, zoom=0.7, keep=work.box, lean=0.2)
    assert crop.left < 0 < 1 < crop.right and crop.bottom == pytest.approx(1)
    shown = inside(crop, (100, 100))
    assert 0.4 < shown.mean() < 0.52 and shown[:20].sum() == 0
    assert view(work.id, crop, (100, 100)).shape == (100, 100, 3)


def test_numbers_that_no_label_bears_out_are_told():
    wish = wish_of("three apples on a plate")
    apple = next(f for f in wish.facets if f.key == "apple")
    assert (apple.number, apple.counted) == (3, "three")
    four = next(w for w in load_works().values() if w.subject == "four apples")
    assert told_number(four, apple) == 4


def test_letters_are_filled_from_what_lies_about_them():
    lab = np.full((80, 60, 3), (0.7, 0.02, 0.03), np.float32)
    lab[:, 30:] = (0.4, -0.02, 0.0)
    lab[8:24, 4:16] = 0.05
    lab[40:60, 48:60] = (0.5, 0.2, 0.1)
    filled = without(lab, [(0.05, 0.08, 0.3, 0.32), (0.78, 0.48, 1.0, 0.76)])
    assert filled[8:24, 4:16, 0].min() > 0.6 and filled[40:60, 48:60, 1].max() < 0.03
    assert np.array_equal(filled[70:], lab[70:])
    assert without(lab, ()) is lab


def test_letters_lie_in_works_that_are_known():
    wave = masses_of("x/hokusai/the-great-wave-off-kanagawa-thirty-six-views-of-mount-fuji")
    assert wave[8:70, 8:30, 0].std() < 0.09


def test_two_words_that_are_one_thing():
    assert [f.key for f in wish_of("a fishing village by the sea").facets] == ["fishingvillage", "sea"]
    assert [f.key for f in wish_of("a horse race").facets] == ["horserace"]
    assert [f.key for f in wish_of("a sailing ship at dawn").facets] == ["ship", "dawn"]


def test_other_seeds_take_other_subjects():
    subjects = {composed("a woman in a garden", seed, tries=3).plan.subject.work for seed in range(6)}
    assert len(subjects) >= 4


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("spring in a cherry orchard", None),
        ("a village wedding", "wedding"),
        ("a wine bottle", "bottle"),
        ("a cat sleeping on a chair", "cat"),
    ],
)
def test_a_noun_before_a_noun_says_of_what_kind_it_is(text, lead):
    found = wish_of(text).lead
    assert (found.key if found else None) == lead


def test_compositions_of_a_run_take_turns():
    rng = np.random.default_rng(0)
    plans = [
        compose(
            wish_of("a village by the sea"), rng, medium="paint", masters=(), aspect=None, tone=TONE, tries=2, turn=turn
        ).plan
        for turn in range(5)
    ]
    assert len({p.surroundings.work for p in plans}) == 5
    assert len({p.subject.work for p in plans}) >= 4


@pytest.mark.parametrize(("text", "turn"), [("a lighthouse", 3), ("a windmill", 1)])
def test_nothing_is_enlarged_beyond_its_drawing(text, turn):
    plan = compose(
        wish_of(text),
        np.random.default_rng(turn),
        medium="paint",
        masters=(),
        aspect=None,
        tone=TONE,
        tries=3,
        turn=turn,
    ).plan
    work, crop = find_work(plan.subject.work), plan.subject.crop
    assert min(crop.right - crop.left, crop.bottom - crop.top) >= 0.98 / (1.12 * work.nearest) or work.aspect > 1.6
    assert sharpness(work, crop) >= 0.6 * work.detail


def test_plans_of_before_are_read():
    assert find_work("vincent-van-gogh/6").id == "x/van-gogh/starry-night"
    assert len(drawing_of("vincent-van-gogh/6")) > 400


def test_edges_are_drawn_anew():
    y, x = np.mgrid[:64, :64].astype(np.float32)
    edge = blur(np.where(x + 0.4 * y > 45, 0.8, 0.2).astype(np.float32), 1.0)
    large = np.repeat(edge[..., None], 3, -1)
    small = large.reshape(32, 2, 32, 2, 3).mean((1, 3))
    made, plain = enlarge_twice(small), bilinear(small)
    steep = [float(np.abs(np.diff(v, axis=1)).max(1).mean()) for v in (plain, large, made)]
    assert made.shape == large.shape and steep[2] > 1.1 * steep[0]
    assert made.min() > 0.1 and made.max() < 0.9
    assert np.allclose(enlarge_twice(np.full((9, 7, 3), 0.4, np.float32)), 0.4, atol=1e-3)


def test_fine_masses_are_the_small_ones_with_their_drawing():
    plan = composed("a horse in a field", 5).plan
    fine, small = render(plan), render(plan, fine=False)
    assert fine.shape[0] > 1.9 * small.shape[0]
    assert np.abs(resize(blur(fine, 6), (48, 48)) - resize(blur(small, 3), (48, 48)))[..., 0].mean() < 0.03
