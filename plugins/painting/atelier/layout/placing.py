"""Where a thing may stand out of doors, by its kind: boats on water, bridges from bank to bank, a pagoda in a lake on
an islet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .things import Layout

__all__ = ["place"]

Rule = Callable[[Layout, str, float, float, float, float], tuple[float, float]]
"""Puts a kind of thing at feet x, y, with a factor on its size and a number in 0..1; returns where the eye should go."""
_WET = ("lake", "sea", "skyline")
"""Grounds of water: what stands there stands on a bank or an islet."""
_PEOPLE: Mapping[str, tuple[str, str, str, float]] = {
    "figure": ("", "stand", "stand", 0.0),
    "traveller": ("cape", "staff", "staff", 0.0),
    "monk": ("robe", "staff", "staff", 0.0),
    "dancer": ("dress", "dance", "dance", 0.0),
    "parasol": ("dress", "parasol", "parasol", 0.0),
    "lady": ("dress", "parasol", "stand", 0.6),
    "gentleman": ("coat", "staff", "stand", 0.4),
    "flutist": ("robe", "flute", "flute", 0.0),
    "king": ("robe", "stand", "stand", 0.0),
    "portrait": ("", "stand", "stand", 0.0),
}
"""Dress, a pose and another one, and the share of the first."""
_TREES = ("tree", "pine", "willow", "blossom", "bamboo", "cypress", "poplar", "birch", "bare")
_ON_ISLETS = ("pagoda", "gate", "tree", "pine", "willow")
_TALL: Mapping[str, float] = {
    "deer": 1.85,
    "horse": 1.55,
    "rider": 1.75,
    "tiger": 1.1,
    "lion": 1.1,
    "bear": 1.05,
    "elephant": 1.25,
    "cow": 1.35,
}
"""Height of a whole beast by the height that it is drawn with."""


def _bank_under(layout: Layout, x: float, y: float, h: float, islet: bool = False) -> None:
    """Land for what stands in a picture of water."""
    a = layout.plan.aspect
    if islet and 0.2 * a < x < 0.8 * a:
        layout.add("islet", x, y + 0.02, max(0.035, 0.11 * h + 0.018), depth=0.5, waterline=y + 0.025)
        return
    edge = a if x > a / 2 else 0.0
    wide = abs(edge - x) + 0.22
    layout.add("bank", edge, y + 0.035, max(0.06, wide / 3.3), depth=0.55, waterline=y + 0.045)


def _bridge(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    plan, a, hor = layout.plan, layout.plan.aspect, layout.plan.horizon
    wooden = kind == "wooden-bridge" or plan.ground == "garden" or number < 0.35
    if plan.ground in ("lake", "skyline"):
        y = hor + 0.10 + 0.10 * number
        span = min(0.85 * a, 0.95) if not wooden else 0.62
        x0 = x - span / 2
        x1 = x + span / 2
        rise = (0.15 if not wooden else 0.13) * min(1, 0.5 + 0.4 * a)
        for edge, way in ((x0, -1), (x1, 1)):
            layout.add("bank", edge + way * 0.14, y + 0.018, 0.062, depth=0.45, waterline=y + 0.02)
        layout.add(
            "wooden-bridge" if wooden else "stone-bridge", x, y, rise, x0=x0, x1=x1, depth=0.4, waterline=y + 0.004
        )
        return x, y - rise
    if plan.ground in ("river", "garden", "path", "meadow", "mountain", "forest"):
        if plan.ground == "river":
            # the river itself runs across the picture, else there would be two
            layout.plan = plan.but(ground="meadow")
        y = min(0.84, hor + 0.26)
        layout.add("stream", a / 2, y, 0.10 if plan.ground != "river" else 0.17, depth=0.58, order=-1)
        span = 0.62 if a > 1 else 0.5
        layout.add(
            "wooden-bridge" if wooden else "stone-bridge",
            x,
            y + 0.01,
            0.12,
            x0=x - span / 2,
            x1=x + span / 2,
            depth=0.3,
        )
        for edge in (x - span / 2, x + span / 2):
            layout.add("bush", edge, y + 0.035, 0.04, depth=0.28)
        return x, y - 0.1
    return place(layout, "house", x, y, k, number)


def _lighthouse(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a, hor = layout.plan.aspect, layout.plan.horizon
    right = x > a / 2
    h = layout.size("lighthouse") * k * (0.9 if layout.scale > 1.2 else 1.0)
    h = min(h, 0.52)
    top = min(max(hor + 0.02, h + 0.10), 0.74)
    edge = a * 0.50 + (0.05 + 0.1 * number) * (1 if right else -1)
    foot = min(0.97, top + 0.20 + 0.08 * number)
    layout.add("cliff", edge, foot, foot - top, depth=0.35, flip=False, waterline=foot - 0.02)
    x = edge + (0.20 if right else -0.20)
    if kind == "lighthouse":
        layout.add("lighthouse", x, top + 0.012, h, depth=0.3, flip=not right)
        return x, top - 0.75 * h
    layout.add("tree", x, top + 0.012, 0.22, depth=0.3)
    return x, top


def _island(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    y = layout.plan.horizon + 0.10
    layout.add("islet", x, y, 0.10 * k, depth=0.5, waterline=y + 0.005)
    for i, u in enumerate((-0.12, 0.02, 0.13)):
        layout.add("pine" if number < 0.5 else "tree", x + u, y - 0.055 + 0.02 * abs(i - 1), 0.20 * k, depth=0.45)
    layout.add("sailboat", layout.plan.aspect - x, y + 0.12, 0.2 * k)
    return x, y - 0.1


def _pair(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    h = layout.size("figure") * k
    if layout.plan.ground in ("lake", "sea", "skyline"):
        _bank_under(layout, x, y, h)
    small = "child" in layout.plan.read or "mother" in layout.plan.read
    layout.add("figure", x, y, h, dress="dress" if small else "coat", pose="stand", flip=False)
    layout.add(
        "figure",
        x + 0.19 * h + 0.02,
        y + 0.006,
        h * (0.6 if small else 0.94),
        dress="dress",
        pose="stand" if number < 0.5 else "parasol",
        flip=True,
    )
    return x + 0.1 * h, y - 0.75 * h


def _geese(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hor = layout.plan.horizon
    layout.add("flock", x, hor * 0.45, 0.26 * k, depth=0.6, kind="goose", count=11, flip=False)
    if layout.plan.ground == "lake":
        layout.add("reeds", layout.plan.aspect * (0.2 if x > layout.plan.aspect / 2 else 0.8), 0.96, 0.26)
    return x, hor * 0.45


def _crows(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    layout.add("flock", x, max(0.30, layout.plan.horizon * 0.7), 0.34 * k, depth=0.45, kind="crow", count=17)
    if number < 0.6:
        layout.add(
            "bare", layout.plan.aspect * (0.15 if x > layout.plan.aspect / 2 else 0.85), layout.plan.horizon + 0.2, 0.42
        )
    return x, layout.plan.horizon * 0.5


def _eagle(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    up = max(0.24, layout.plan.horizon * 0.5)
    layout.add("eagle", x, up, 0.24 * k, depth=0.4)
    return x, up - 0.1


def _bird(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    up = max(0.26, layout.plan.horizon * 0.6)
    layout.add("bird", x, up, 0.17 * k, depth=0.3, flying=True)
    layout.add(
        "bird", x - 0.26 if x > 0.5 * layout.plan.aspect else x + 0.26, up - 0.12, 0.11 * k, depth=0.35, flying=True
    )
    return x, up - 0.1


def _waterfall(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hor = layout.plan.horizon
    foot = hor + 0.10
    top = max(0.14, hor - 0.36)
    layout.add("cliff-pair", x, foot, foot - top, depth=0.5, order=-1)
    layout.add("waterfall", x, foot, foot - top - 0.01, width=0.075 + 0.05 * number, depth=0.48, order=-1)
    layout.add("pool", x, foot + 0.05, 0.14, depth=0.45, order=-1)
    layout.add("stones", x, foot + 0.06, 0.03, spread=0.2, depth=0.35)
    for u in (-0.34, 0.32):
        layout.add("pine" if number < 0.5 else "conifer", x + u, foot + 0.02, 0.30, depth=0.35)
    return x, (foot + top) / 2


def _sunflowers(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a = layout.plan.aspect
    for i, (u, h) in enumerate(((0.80, 0.44), (0.10, 0.40), (0.30, 0.55), (0.94, 0.60), (0.52, 0.66))):
        layout.add("sunflower", a * u, 1.06, h * (0.9 + 0.15 * layout.rng.random()), depth=0.2 - 0.03 * i, order=1)
    return a * 0.5, 0.40


def _wave(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a = layout.plan.aspect
    right = x > a / 2
    h = float(np.clip(0.62 * min(1.0, 0.5 + 0.4 * a), 0.4, 0.66))
    wx = a * (0.36 if right else 0.64)
    layout.add("wave", wx, 0.90, h, depth=0.2, flip=not right)
    layout.add("boat", a * (0.72 if right else 0.28), 0.86, 0.085, depth=0.22)
    return a * (0.60 if right else 0.40), 0.45


def _butterflies(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    for i, (u, v, s) in enumerate(((0.0, -0.16, 0.13), (-0.24, -0.05, 0.085), (0.20, 0.03, 0.07))):
        layout.add("butterfly", x + u, y + v, s * k, depth=0.12 + 0.02 * i)
    return x, y - 0.16


def _herd(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    h = min(layout.size(kind) * k, 0.34)
    if layout.plan.ground in ("lake", "sea", "skyline"):
        _bank_under(layout, x, y, h)
    told = layout.counts.get(kind, 1)
    if told > 1:
        layout.add(kind, x - 1.35 * h, y - 0.05, h * 0.78)
    if told > 2:
        layout.add(kind, x + 1.25 * h, y - 0.03, h * 0.85)
    layout.add(kind, x, y, h)
    if kind == "sheep" and told > 3:
        layout.add("sheep", x - 0.7 * h, y + 0.04, h * 1.08)
    return x, y - 0.7 * h


def _stones(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    layout.add("stones", x, min(0.92, y + 0.12), 0.05 * k, spread=0.2)
    return x, y


def _nothing(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return x, y


def _bushes(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    layout.add("blossom" if layout.plan.season == "spring" else "tree", x, y, 0.4 * k)
    return x, y - 0.25


def _plum_tree(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return place(layout, "blossom", x, y, k, number)


def _reader(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return place(layout, "monk", x, y, k, number)


def _player(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return place(layout, "flutist", x, y, k, number)


def _cat_outside(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    layout.add("cat", x, min(0.9, y + 0.08), 0.2 * k)
    return x, y - 0.1


def _lanterns(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    for i, u in enumerate((-0.32, 0.0, 0.28)):
        layout.add("lantern", x + u, y - 0.24 - 0.05 * (i % 2), 0.13 * k * (1 if i == 1 else 0.8), depth=0.2)
    layout.add("gate", x, y + 0.02, 0.40 * k)
    return x, y - 0.2


def _person(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    seen = set(layout.plan.read)
    dress, pose, other, share = _PEOPLE[kind]
    child = kind == "figure" and "child" in seen and not {"figure", "mother"} & seen
    h = min(layout.size("figure") * k * (0.66 if child else 1.0), y - 0.06)
    if layout.plan.ground in _WET:
        _bank_under(layout, x, y, h)
    layout.add("figure", x, y, h, dress=dress, pose=pose if number < share else other)
    return x, y - 0.7 * h


def _vessel(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    plan, a, hor = layout.plan, layout.plan.aspect, layout.plan.horizon
    if plan.ground == "sea" and kind == "boat":
        kind = "sailboat" if number < 0.6 else "boat"
    if plan.ground not in (*_WET, "river"):
        return place(layout, "house", x, y, k, number)
    h = layout.size(kind) * k * (1.0 if plan.ground != "river" else 0.7)
    y = max(y, hor + 0.05)
    h = min(h, y - 0.06, 0.74)
    if plan.ground == "river":
        y, x = min(0.9, hor + 0.30), a * 0.5
    layout.add(kind, x, y, h)
    if kind == "sailboat":
        layout.add("sailboat", a - x * 0.8, hor + 0.035, h * 0.34, depth=0.6)
    return x, y - 0.5 * h


def _bamboo(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    places = (0.0, 0.22, -0.26) if not layout.many else (0.13 - x, layout.plan.aspect - x - 0.12, 0.30 - x)
    for i, u in enumerate(places):
        layout.add("bamboo", x + u, 1.0 - 0.04 * i, min(0.98, 0.86 - 0.10 * i), depth=0.12 + 0.05 * i)
    return x, 0.45


def _crane(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    h = layout.size(kind) * k
    layout.add("reeds", x - 0.24, y + 0.02, 0.17)
    layout.add("crane", x, y, h, waterline=y, depth=0.15)
    beside = x + 0.26 * (1 if x < layout.plan.aspect / 2 else -1)
    layout.add("crane", beside, y + 0.05, h * 0.8, waterline=y + 0.05, feeding=True, depth=0.12)
    return x, y - 0.7 * h


def _thing(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    """What stands by itself: a tree, a house, a beast."""
    plan = layout.plan
    wet = plan.ground in _WET
    h = layout.size(kind) * k
    if kind in _TREES:
        h = min(h * 1.15, y - 0.04)
    if wet and kind != "reeds":
        h = min(h, y - 0.06)
        _bank_under(layout, x, y, h, islet=kind in _ON_ISLETS and number < 0.6)
    if kind in _TALL:
        h = min(h, (y - 0.10) / _TALL[kind], 0.40)
    if kind == "rider" and plan.ground == "desert":
        layout.add("rider", x + 0.3 * (1 if x < plan.aspect / 2 else -1), y - 0.03, h * 0.7)
    more: dict[str, Any] = {"waterline": y + 0.012} if wet else {}
    layout.add(kind, x, y, h, **more)
    if kind == "house" and not wet:
        layout.add("tree", x - 0.16 - 0.1 * number, y - 0.01, 0.26 * layout.scale)
        layout.add("bush", x + 0.22, y + 0.012, 0.035)
    return x, y - 0.55 * h


_RULES: Mapping[str, Rule] = {
    "bridge": _bridge,
    "wooden-bridge": _bridge,
    "lighthouse": _lighthouse,
    "cliff": _lighthouse,
    "island": _island,
    "pair": _pair,
    "geese": _geese,
    "crows": _crows,
    "waterfall": _waterfall,
    "sunflower": _sunflowers,
    "wave": _wave,
    "butterfly": _butterflies,
    "sheep": _herd,
    "cow": _herd,
    "eagle": _eagle,
    "bird": _bird,
    "stones": _stones,
    "window": _nothing,
    "skyline": _nothing,
    "bouquet": _bushes,
    "rose-bouquet": _bushes,
    "daisy-bouquet": _bushes,
    "plum-branch": _plum_tree,
    "lotus": _nothing,
    "koi": _nothing,
    "book": _reader,
    "lute": _player,
    "wine": _reader,
    "tea": _reader,
    "fruit": _nothing,
    "cat": _cat_outside,
    "lantern": _lanterns,
    "candle": _lanterns,
    **dict.fromkeys(_PEOPLE, _person),
    **dict.fromkeys(("boat", "sailboat", "ship"), _vessel),
    "bamboo": _bamboo,
    "crane": _crane,
}


def place(layout: Layout, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    """Put a thing by its rules; returns where the eye should go."""
    return _RULES.get(kind, _thing)(layout, kind, x, y, k, number)
