"""Hoofed animals: proportions and poses, coats, hair that tapers, features of the head; the same seed gives the same
animal.
"""

from __future__ import annotations

import numpy as np
import pytest
from artwright.plugins.painting.atelier.elements.hoofed import HOOF, beast
from artwright.plugins.painting.atelier.elements.horses import COATS, draw_horse, draw_rider
from artwright.plugins.painting.atelier.scene import Kind, Scene
from artwright.plugins.painting.atelier.shapes import Frame
from artwright.plugins.painting.atelier.world import palette

DAY = palette("day", 0, "summer", "fair")


def drawn(seed: int = 1, h: float = 0.6, **more: object) -> Scene:
    """One animal on an empty ground, 300 px high, feet at .92."""
    scene = Scene.blank(300, 360)
    draw_horse(scene, DAY, Frame(0.55, 0.92, h), np.random.default_rng(seed), **more)  # type: ignore[arg-type]
    return scene


@pytest.mark.parametrize("breed", ["horse", "cow", "deer"])
@pytest.mark.parametrize("pose", ["stand", "walk", "graze"])
def test_feet_are_on_the_ground_and_the_muzzle_where_the_pose_says(breed: str, pose: str) -> None:
    for phase in (0.1, 0.4, 0.8):
        made = beast(breed, pose, phase)
        soles = sorted(min(a[1], b[1]) for a, b, _, _, index, _ in made.body.cones if index == HOOF)
        assert len(soles) == 4 and soles[0] < 0.04 and (pose == "walk" or soles[-1] < 0.04)
        muzzle = made.head.at(1.0)[1]
        assert (-0.02 < muzzle < 0.25) if pose == "graze" else muzzle > 0.6


def test_a_horse_has_the_proportions_of_one() -> None:
    made = beast("horse", "stand", 0.0)
    x = [v for a, b, ra, rb, i, _ in made.body.cones[:12] for v in (a[0] - ra, a[0] + ra, b[0] - rb, b[0] + rb)]
    length = max(x) - min(x)
    assert 0.95 < length < 1.15 and 0.33 < made.head.length / length < 0.45
    chest, loin = made.body.cones[0], made.body.cones[2]
    assert loin[1][1] - loin[3] > chest[0][1] - chest[2] + 0.05, "the belly is tucked up"


def test_mane_and_tail_are_hair_and_the_tail_tapers() -> None:
    scene = drawn(coat="black", grazing=False, seed=5)
    hair = scene.is_kind(Kind.HAIR)
    columns = np.flatnonzero(hair.any(0))
    tail = hair[:, columns[0] : columns[0] + 40]
    rows = np.flatnonzero(tail.any(1))
    wide = tail.sum(1)
    assert len(rows) > 0.55 * 180 and wide[rows[-4:]].mean() < 0.4 * wide.max()
    assert hair[:, 180:].sum() > 150
    assert not drawn(breed="cow", seed=5).is_kind(Kind.HAIR)[:, 200:].any()


def test_a_head_has_an_eye_and_a_nostril() -> None:
    made = beast("horse", "graze", 0.08)
    scene = drawn(coat="grey", grazing=True, seed=3)
    light = scene.lab[..., 0]
    dark = (light < 0.3) & scene.is_kind(Kind.ANIMAL)
    x, y, _ = made.head.at(0.24, 0.07)
    row, column = round(276 - y * 180), round(165 + x * 180)
    assert dark[row - 12 : row + 12, column - 22 : column + 22].sum() > 8


def test_each_coat_is_its_own_and_repeats() -> None:
    every = {coat: drawn(coat=coat, grazing=False, seed=7) for coat in COATS}
    means = {coat: s.lab[s.is_kind(Kind.ANIMAL)].mean(0) for coat, s in every.items()}
    names = list(means)
    assert all(np.linalg.norm(means[a] - means[b]) > 0.01 for k, a in enumerate(names) for b in names[:k])
    assert np.array_equal(every["dapple"].lab, drawn(coat="dapple", grazing=False, seed=7).lab)


def test_a_rider_sits_on_the_back() -> None:
    scene = Scene.blank(300, 360)
    draw_rider(scene, DAY, Frame(0.55, 0.92, 0.5), np.random.default_rng(2))
    cloth = np.argwhere(scene.is_kind(Kind.CLOTH))
    assert cloth[:, 0].min() < 276 - 1.1 * 150 and 276 - 0.95 * 150 < cloth[:, 0].max() < 276 - 0.4 * 150


def test_hooves_and_udders_stand_in_the_light_of_the_hour() -> None:
    def brightest(name: str) -> float:
        scene = Scene.blank(300, 360)
        draw_horse(
            scene,
            palette(name, 0, "summer", "fair"),
            Frame(0.55, 0.92, 0.6),
            np.random.default_rng(4),
            breed="cow",
            coat="dark",
        )
        return float(np.percentile(scene.lab[scene.is_kind(Kind.ANIMAL)][:, 0], 99.5))

    assert brightest("night") < 0.75 * brightest("day"), "nothing on an animal shines by night"
