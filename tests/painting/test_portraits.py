"""Portraits in the round: light and cast shadow, faces, hands, age and sex by the theme's words; and scenes that keep
to their words.
"""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.theme import Theme
from artwright.plugins.painting.atelier.colour import from_hex
from artwright.plugins.painting.atelier.drawing import draw_scene
from artwright.plugins.painting.atelier.elements.costume import COLLARS, HATS, bust
from artwright.plugins.painting.atelier.elements.hair import STYLES, beard, drape, hair
from artwright.plugins.painting.atelier.elements.hands import hand
from artwright.plugins.painting.atelier.elements.heads import Sitter, ears, face, neck
from artwright.plugins.painting.atelier.elements.portraits import _COMPLEXIONS, TURNS, draw_portrait
from artwright.plugins.painting.atelier.layout.from_theme import make_plan
from artwright.plugins.painting.atelier.plan import Plan
from artwright.plugins.painting.atelier.scene import Kind, Scene
from artwright.plugins.painting.atelier.sculpture import Lamp, ball, put_sculpture, rotation, tube
from artwright.plugins.painting.atelier.shapes import Frame
from artwright.plugins.painting.atelier.world import palette
from scipy import ndimage

CLAY = from_hex("b0a090")
BUILT = {
    "pagoda",
    "house",
    "village",
    "church",
    "castle",
    "windmill",
    "lighthouse",
    "gate",
    "stone-bridge",
    "wooden-bridge",
    "ship",
}


def sitter(**changes: object) -> Sitter:
    """A plain one."""
    values = {
        "man": True,
        "age": 0.3,
        "skin": from_hex("dca888"),
        "hair": from_hex("3a2418"),
        "iris": from_hex("4a3422"),
        **changes,
    }
    return Sitter(**values)  # type: ignore[arg-type]


def portrait(seed: int = 1, light: float = -0.7, **more: object) -> Scene:
    """One sitter on a plain ground, 160 px high."""
    scene = Scene.blank(160, 130)
    scene.lab[:] = from_hex("4a4030")
    scene.kind[:] = Kind.BACKDROP
    scene.light = light
    draw_portrait(
        scene, palette("day", 0, "summer", "fair"), Frame(0.4, 0.36, 0.40), np.random.default_rng(seed), **more
    )  # type: ignore[arg-type]
    return scene


def plan_of(text: str, seed: int = 4, aspect: float = 4 / 3) -> Plan:
    return make_plan(Theme.from_prompt(text), seed, aspect)


def test_light_falls_on_the_side_of_the_lamp() -> None:
    for way in (-1, 1):
        scene = Scene.blank(80, 80)
        put_sculpture(
            scene, [ball((0, 0, 0), (0.4, 0.4, 0.4), CLAY, Kind.CLOTH)], 0.5, 0.5, 1.0, Lamp((0.8 * way, 0.3, 0.5))
        )
        left, right = scene.lab[40, 15:30, 0].mean(), scene.lab[40, 50:65, 0].mean()
        assert (right - left) * way > 0.15
        assert (scene.kind == Kind.CLOTH).mean() == pytest.approx(np.pi * 0.4**2, abs=0.03)


def test_what_stands_before_the_lamp_casts_a_shadow() -> None:
    wall = ball((0, 0, -0.5), (0.9, 0.9, 0.05), CLAY, Kind.WALL)
    lamp = Lamp((0.6, 0.0, 0.8))
    lit, shaded = Scene.blank(80, 80), Scene.blank(80, 80)
    put_sculpture(lit, [wall], 0.5, 0.5, 0.5, lamp)
    put_sculpture(shaded, [wall, ball((0.35, 0, 0.1), (0.15, 0.15, 0.15), CLAY, Kind.CLOTH)], 0.5, 0.5, 0.5, lamp)
    same = (lit.kind == Kind.WALL) & (shaded.kind == Kind.WALL)
    drop = (lit.lab[..., 0] - shaded.lab[..., 0]) * same
    assert drop.max() > 0.2
    assert np.argwhere(drop > 0.15)[:, 1].mean() < 45, "the shadow falls away from the lamp"


def test_a_face_has_its_features() -> None:
    made = face(sitter(), rows=160)
    p, light = made.points, np.broadcast_to(made.colour, made.points.shape)[..., 0]
    front = p[..., 2] > 0.2
    nose = p[..., 2][front & (np.abs(p[..., 0]) < 0.02) & (np.abs(p[..., 1] + 0.15) < 0.02)].mean()
    socket = p[..., 2][front & (np.abs(p[..., 0] - 0.07) < 0.015) & (np.abs(p[..., 1] - 0.02) < 0.02)].mean()
    assert nose - socket > 0.08
    iris = light[front & (np.abs(np.abs(p[..., 0]) - 0.152) < 0.012) & (np.abs(p[..., 1] - 0.006) < 0.01)].mean()
    brow = light[front & (np.abs(p[..., 0]) < 0.1) & (np.abs(p[..., 1] - 0.25) < 0.03)].mean()
    assert brow - iris > 0.25
    width, height = np.ptp(p[..., 0]), np.ptp(p[..., 1])
    assert 0.6 < width / height < 0.8
    assert len(ears(sitter())) == 4 and neck(sitter()).points[..., 1].max() < 0


def test_age_carves_the_face() -> None:
    young, old = (face(sitter(age=a), rows=200).points[..., 2] for a in (0.0, 1.0))
    assert np.abs(np.diff(old, axis=0)).sum() > np.abs(np.diff(young, axis=0)).sum()
    assert 0.005 < np.abs(young - old).max() < 0.08


@pytest.mark.parametrize("curl", [0.0, 1.2])
def test_a_hand_has_five_fingers(curl: float) -> None:
    parts = hand((0, 0, 0), (0, 1, 0), (0, 0, 1), from_hex("dca888"), curl=curl)
    assert len(parts) == 9 and all(np.isfinite(p.points).all() for p in parts)
    reach = max(float(p.points[..., 1].max()) for p in parts)
    assert (0.68 < reach < 0.85) if not curl else reach < 0.68


def test_a_tube_is_closed_and_as_wide_as_told() -> None:
    made = tube([(0, 0, 0), (0, 1, 0)], [0.1, 0.1], CLAY, Kind.CLOTH)
    assert made.points[..., 1].min() == pytest.approx(-0.1, abs=0.01) and made.points[..., 1].max() == pytest.approx(
        1.1, abs=0.01
    )
    assert np.abs(made.points[..., 0]).max() == pytest.approx(0.1, abs=0.01)
    assert np.allclose(rotation(0.4, 0.2, 0.1) @ rotation(0.4, 0.2, 0.1).T, np.eye(3), atol=1e-5)


@pytest.mark.parametrize("turn", TURNS)
def test_each_turn_shows_a_head_with_skin_and_repeats(turn: str) -> None:
    scene, again = portrait(3, turn=turn, hat_kind="none"), portrait(3, turn=turn, hat_kind="none")
    assert np.array_equal(scene.lab, again.lab)
    here = scene.is_kind(Kind.SKIN)[30:90]
    assert 0.03 < here.mean() < 0.4
    assert np.isfinite(scene.lab).all() and scene.regions > 5


def test_hats_and_collars_change_the_sitter() -> None:
    bare = portrait(5, sex="woman", hat_kind="none", collar_kind="plain", turn="front").lab
    for number, hat_kind in enumerate(HATS[1:]):
        dressed = portrait(5, sex="woman", hat_kind=hat_kind, collar_kind=COLLARS[number], turn="front").lab
        assert np.abs(dressed - bare).mean() > 0.002


@pytest.mark.parametrize("style", STYLES)
def test_hair_is_combed_alike_for_one_seed(style: str) -> None:
    one, again = ([p.points for p in hair(sitter(man=False), style, np.random.default_rng(4))] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True)) and all(np.isfinite(p).all() for p in one)
    lowest = min(float(p[..., 1].min()) for p in one)
    assert (lowest < -0.6) == (style in ("loose", "long", "braid"))


@pytest.mark.parametrize("style", ["full", "pointed", "moustache"])
def test_a_beard_keeps_to_the_jaw(style: str) -> None:
    every = np.concatenate([p.points.reshape(-1, 3) for p in beard(sitter(), style, np.random.default_rng(2))])
    assert every[:, 1].max() < 0.1 and every[:, 2].min() > -0.05


def test_hair_is_one_mass() -> None:
    for seed in range(3):
        parts = hair(sitter(man=False), "loose", np.random.default_rng(seed))
        scene = Scene.blank(300, 240)
        scene.kind[:] = Kind.BACKDROP
        put_sculpture(scene, parts, 0.4, 0.3, 0.4, Lamp((0.5, 0.5, 0.7)))
        here = scene.is_kind(Kind.HAIR)
        masses, _ = ndimage.label(here, np.ones((3, 3)))
        assert np.bincount(masses[here]).max() > 0.96 * here.sum(), "locks lie apart at the rim only"
        assert len(np.unique(scene.region[here])) <= 2


def test_hair_lies_over_the_shoulders() -> None:
    rows, turn = bust(sitter()), rotation(0.3)
    lock = tube([(0.3, -0.5, 0.0), (0.3, -1.2, 0.05)], [0.02], CLAY, Kind.HAIR)
    drape(lock, rows, turn, (0, 0.05, 0))
    p = (lock.points - np.array([0, 0.05, 0])) @ turn
    low = p[p[..., 1] < -1.0]
    assert (np.hypot(low[:, 0] / 0.7, low[:, 2] / 0.35) > 0.9).all()
    assert np.allclose(lock.points[0], tube([(0.3, -0.5, 0.0), (0.3, -1.2, 0.05)], [0.02], CLAY, Kind.HAIR).points[0])


@pytest.mark.parametrize("tone", ["deb28c", "c9986e", "936344", "70492f"])
def test_skin_is_never_brick(tone: str) -> None:
    scene = Scene.blank(160, 130)
    scene.kind[:] = Kind.BACKDROP
    made = face(sitter(man=False, skin=from_hex(tone), age=0.0), rows=120)
    put_sculpture(scene, [made], 0.4, 0.5, 0.8, Lamp((0.62, 0.5, 0.72)))
    _, a, b = scene.lab[scene.is_kind(Kind.SKIN)].T
    assert np.percentile(np.arctan2(b, a), 20) > np.radians(46), (
        "skin is orange darkened; brick and brown-red lie below"
    )


def test_hair_goes_with_the_skin() -> None:
    for tone, hairs, _ in _COMPLEXIONS[3:]:
        assert all(from_hex(h)[0] < from_hex(tone)[0] - 0.1 for h in hairs)


def test_folds_come_with_the_years() -> None:
    def fold(age: float) -> float:
        made = face(sitter(man=False, age=age, smile=0.5), rows=260).points
        x, y, z = made[..., 0], made[..., 1], made[..., 2]
        here = (np.abs(x - 0.11) < 0.05) & (np.abs(y + 0.22) < 0.03) & (z > 0)
        bend = np.diff(np.where(here, z, np.nan), 2, axis=1)
        return float(np.nanmax(bend))

    young, middle, old = (fold(a) for a in (0.0, 0.45, 0.95))
    assert young < 0.4 * middle < middle < old


def test_hands_lie_below_the_face() -> None:
    scene = Scene.blank(200, 150)
    scene.kind[:] = Kind.BACKDROP
    draw_portrait(
        scene,
        palette("day", 0, "summer", "fair"),
        Frame(0.37, 0.22, 0.27),
        np.random.default_rng(2),
        hands=True,
        sex="man",
        collar_kind="flat",
    )
    assert scene.is_kind(Kind.SKIN)[110:].sum() > 150


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("portrait of an old man", {"sex": "man", "age": "old"}),
        ("portrait of a young woman", {"sex": "woman", "age": "young"}),
        ("portrait of a girl in profile", {"sex": "woman", "turn": "profile"}),
        ("portrait of a king", {"sex": "man", "hat_kind": "crown"}),
    ],
)
def test_words_say_who_sits(text: str, more: dict[str, str]) -> None:
    item = plan_of(text, aspect=0.8).items[0]
    assert item.kind == "portrait" and {k: item.more[k] for k in more} == more


def test_a_family_is_a_group() -> None:
    items = plan_of("family portrait", aspect=0.9).items
    assert [i.more["sex"] for i in items] == ["man", "woman", "child"]
    scene = draw_scene(plan_of("family portrait"), 72)
    assert scene.is_kind(Kind.SKIN).mean() > 0.01


@pytest.mark.parametrize(
    "text", ["misty mountains at dawn", "forest path in autumn", "a quiet lake", "meadow in summer"]
)
def test_nothing_is_built_that_nobody_asked_for(text: str) -> None:
    for seed in range(8):
        assert not BUILT & {i.kind for i in plan_of(text, seed).items}


def test_mist_takes_the_distance() -> None:
    plan = plan_of("misty mountains at dawn")
    assert plan.weather == "mist"
    misty, clear = draw_scene(plan, 72), draw_scene(plan.but(weather="fair"), 72)
    far = (misty.depth > 0.5) & (misty.depth < 0.95)
    assert misty.lab[..., 0][far].std() < 0.75 * clear.lab[..., 0][far].std()


def test_village_and_city_stand_on_land() -> None:
    for seed in range(6):
        assert plan_of("village in spring", seed).ground not in ("lake", "sea")
        assert plan_of("rain over the city", seed).ground == "street"


@pytest.mark.parametrize("text", ["woman reading a letter by a window", "窗前的女子"])
def test_who_is_named_sits_by_the_window(text):
    plan = make_plan(Theme.from_prompt(text), 2, 1.33)
    assert plan.ground == "interior" and [i.kind for i in plan.items].count("portrait") == 1
