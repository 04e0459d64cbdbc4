"""What can be put into a plan: each element's drawing function by name, behind one signature
(scene, world, item, rng).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..scene import Scene
from ..shapes import Frame
from ..world import World
from . import (
    beasts,
    birds,
    branches,
    bridges,
    conifers,
    fish,
    flowers,
    fruit,
    horses,
    houses,
    insects,
    mountains,
    people,
    portraits,
    pottery,
    quadrupeds,
    shores,
    sky,
    still,
    temples,
    towers,
    towns,
    trees,
    vessels,
    water,
    water_plants,
)
from .arguments import COMMON

if TYPE_CHECKING:
    from ..plan import Item

__all__ = ["ELEMENTS", "ON_WATER", "draw_item"]

Draw = Callable[[Scene, World, "Item", np.random.Generator], None]


def _framed(function: Callable[..., object], **fixed: object) -> Draw:
    """A function of (scene, world, frame, rng, *, depth, ...) as a drawing of an item; `more` gives further arguments, as
    `arguments` lists them.
    """

    def draw(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
        more = {k: v for k, v in item.more.items() if k not in COMMON}
        function(scene, world, Frame(item.x, item.y, item.h, item.flip), rng, depth=item.depth, **{**fixed, **more})

    return draw


def _spanning(function: Callable[..., None]) -> Draw:
    """A bridge: from x0 to x1, rising by h."""

    def draw(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
        function(
            scene,
            world,
            rng,
            x0=float(item.more["x0"]),
            x1=float(item.more["x1"]),
            y=item.y,
            rise=item.h,
            depth=item.depth,
        )

    return draw


def _wave(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    water.draw_claw_wave(scene, world, Frame(item.x, item.y, item.h, item.flip), rng)


def _cliff(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    side = -1 if item.x < scene.aspect / 2 else 1
    mountains.draw_cliff(scene, world, rng, side=side, x=item.x, top=item.y - item.h, foot=item.y, depth=item.depth)


def _waterfall(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    water.draw_waterfall(
        scene, world, rng, x=item.x, top=item.y - item.h, foot=item.y, width=float(item.more.get("width", 0.08))
    )


def _stones(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    mountains.draw_stones(
        scene,
        world,
        rng,
        x=item.x,
        y=item.y,
        spread=float(item.more.get("spread", 0.15)),
        count=int(item.more.get("count", 7)),
        size=item.h,
    )


def _fire(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    sky.draw_flame(scene, item.x, item.y, item.h, rng)


def _stream(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    """A brook that crosses the picture at the item's feet, h wide."""
    water.draw_stream(scene, world, rng, y=item.y, width=item.h, depth=item.depth)


def _pool(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    water.draw_pool(scene, world, rng, x=item.x, y=item.y, width=item.h * 4)


def _gorge(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    """Rock walls on both sides of a fall."""
    mountains.draw_gorge(scene, world, rng, x=item.x, top=item.y - item.h, foot=item.y, depth=item.depth)


def _skyline(scene: Scene, world: World, item: Item, rng: np.random.Generator) -> None:
    towns.draw_skyline(
        scene, world, rng, y=item.y, height=item.h, depth=item.depth, modern=bool(item.more.get("modern", False))
    )


ELEMENTS: dict[str, Draw] = {
    "tree": _framed(trees.draw_tree),
    "blossom": _framed(trees.draw_tree, kind="blossom"),
    "poplar": _framed(trees.draw_tree, kind="poplar"),
    "birch": _framed(trees.draw_tree, kind="birch"),
    "bare": _framed(trees.draw_tree, kind="bare"),
    "bush": _framed(trees.draw_bush),
    "conifer": _framed(conifers.draw_conifer),
    "cypress": _framed(conifers.draw_cypress),
    "pine": _framed(conifers.draw_pine),
    "willow": _framed(trees.draw_willow),
    "bamboo": _framed(trees.draw_bamboo),
    "house": _framed(houses.draw_house),
    "church": _framed(houses.draw_church),
    "village": _framed(houses.draw_village),
    "pagoda": _framed(temples.draw_pagoda),
    "gate": _framed(temples.draw_gate),
    "lighthouse": _framed(towers.draw_lighthouse),
    "castle": _framed(towers.draw_castle),
    "windmill": _framed(houses.draw_windmill),
    "stone-bridge": _spanning(bridges.draw_stone_bridge),
    "wooden-bridge": _spanning(bridges.draw_wooden_bridge),
    "skyline": _skyline,
    "ship": _framed(vessels.draw_ship),
    "boat": _framed(vessels.draw_boat),
    "sailboat": _framed(vessels.draw_sailboat),
    "wave": _wave,
    "cliff": _cliff,
    "waterfall": _waterfall,
    "stones": _stones,
    "stream": _stream,
    "pool": _pool,
    "cliff-pair": _gorge,
    "fire": _fire,
    "islet": _framed(shores.draw_islet),
    "bank": _framed(shores.draw_bank),
    "figure": _framed(people.draw_figure),
    "portrait": _framed(portraits.draw_portrait),
    "horse": _framed(horses.draw_horse),
    "cow": _framed(horses.draw_horse, breed="cow"),
    "deer": _framed(horses.draw_horse, breed="deer"),
    "sheep": _framed(quadrupeds.draw_quadruped, breed="sheep"),
    "dog": _framed(quadrupeds.draw_quadruped, breed="dog"),
    "wolf": _framed(quadrupeds.draw_quadruped, breed="dog", colour="7c766c"),
    "fox": _framed(quadrupeds.draw_quadruped, breed="dog", colour="c0602a"),
    "tiger": _framed(beasts.draw_tiger),
    "lion": _framed(beasts.draw_lion),
    "bear": _framed(beasts.draw_bear),
    "elephant": _framed(beasts.draw_elephant),
    "rider": _framed(horses.draw_rider),
    "cat": _framed(quadrupeds.draw_cat),
    "crane": _framed(birds.draw_crane),
    "bird": _framed(birds.draw_bird),
    "flock": _framed(birds.draw_flock),
    "eagle": _framed(birds.draw_eagle),
    "koi": _framed(fish.draw_koi),
    "butterfly": _framed(insects.draw_butterfly),
    "bouquet": _framed(flowers.draw_bouquet),
    "sunflower": _framed(flowers.draw_sunflower),
    "rose": _framed(flowers.draw_rose),
    "lotus": _framed(water_plants.draw_lotus),
    "lotus-leaf": _framed(water_plants.draw_lotus_leaf),
    "plum-branch": _framed(branches.draw_plum_branch),
    "reeds": _framed(water_plants.draw_reeds),
    "vase": _framed(pottery.draw_vase),
    "bottle": _framed(pottery.draw_vase, shape="bottle"),
    "bowl": _framed(pottery.draw_bowl),
    "fruit": _framed(fruit.draw_fruit),
    "cloth": _framed(still.draw_cloth),
    "candle": _framed(still.draw_candle),
    "book": _framed(still.draw_book),
    "cup": _framed(pottery.draw_cup),
    "lantern": _framed(still.draw_lantern),
    "lute": _framed(still.draw_lute),
}

ON_WATER = frozenset({"ship", "boat", "sailboat", "stone-bridge", "wooden-bridge", "islet", "pagoda", "gate"})


def draw_item(scene: Scene, world: World, item: Item, seed: int) -> None:
    """Draw an item with its own generator, from the plan's seed and the item's number; things on water are mirrored in
    it.
    """
    rng = np.random.default_rng([seed, 7, item.number])
    first = scene.regions
    ELEMENTS[item.kind](scene, world, item, rng)
    line = item.more.get("waterline")
    if world.waterline is not None and (item.kind in ON_WATER or line is not None):
        broken = 0.12 if world.name == "storm" else 0.6  # rough water mirrors little
        water.reflect(scene, scene.lab, first, float(line if line is not None else item.y), strength=broken)
