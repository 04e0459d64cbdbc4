"""Puts the things of a theme into a plan by rule: what may stand where, how large, and what frames it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .plan import Item, Plan

__all__ = ["arrange"]

_TREES = ("tree", "poplar", "birch", "pine", "willow", "conifer", "cypress", "blossom")


class _Hand:
    """Collects items; things must not cover the subject's box."""

    def __init__(self, plan: Plan, rng: np.random.Generator, sizes: Mapping[str, float], scale: float) -> None:
        self.plan, self.rng, self.sizes = plan, rng, sizes
        self.scale = scale * min(1.0, 0.45 + 0.42 * plan.aspect) * (0.72 if plan.ground == "mountain" else 1.0)
        self.items: list[Item] = []
        self.many = False

    def add(self, name: str, x: float, y: float, h: float, /, *, depth: float | None = None, **more: Any) -> Item:
        """Put a thing; its distance follows from its feet."""
        hor = self.plan.horizon
        if depth is None:
            depth = float(np.clip(0.62 * (1 - (y - hor) / max(0.05, 1 - hor)) ** 1.3, 0.06, 0.62))
        flip = bool(more.pop("flip", self.rng.random() < 0.5))
        item = Item(kind=name, x=float(x), y=float(y), h=float(h), flip=flip, depth=depth, more=more)
        self.items.append(item)
        return item

    def size(self, kind: str) -> float:
        """The base size times the template's scale."""
        return self.sizes.get(kind, 0.3) * self.scale


def arrange(plan: Plan, wanted: Sequence[str], extras: Sequence[str], sizes: Mapping[str, float], scale: float, rng: np.random.Generator) -> Plan:
    """Fill in the plan's items and focus."""
    hand = _Hand(plan, rng, sizes, scale)
    special = {"still": _still, "portrait": _portrait, "branch": _branch, "pond": _pond, "interior": _interior, "street": _street, "abstract": _abstract}
    focus = special.get(plan.ground, _outdoors)(hand, list(wanted), list(extras))
    return hand.plan.but(items=tuple(hand.items), focus=(float(focus[0]), float(focus[1])))


def _outdoors(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = hand.plan, hand.rng, hand.plan.aspect
    hor = plan.horizon
    sx = plan.focus[0]
    foot = {
        "low": (0.07, 0.14),
        "high": (0.22, 0.36),
        "diagonal": (0.09, 0.18),
        "s-curve": (0.08, 0.14),
        "repoussoir": (0.12, 0.20),
        "close": (0.20, 0.30),
        "enclosed": (0.12, 0.20),
    }[plan.template]
    sy = min(0.93, hor + float(rng.uniform(*foot)))
    numbers = rng.random(16)
    hand.many = len(wanted) > 1
    if not wanted:
        wanted = [_default(plan.ground, numbers[0])]
    focus = (sx, max(0.08, hor - 0.05))
    if plan.ground == "river":
        sx = sx + 0.20 * (1 if sx > a / 2 else -1) * min(1.0, a)
    for n, kind in enumerate(wanted[:4]):
        # the second and third thing stand on the other side, further back
        x = sx if n == 0 else a * (0.26 if sx > a / 2 else 0.74) + (n - 1) * 0.26 * (1 if sx > a / 2 else -1)
        y = sy if n == 0 else min(0.9, hor + 0.06 + 0.08 * numbers[n])
        k = 1.0 if n == 0 else 0.68
        found = _place(hand, kind, x, y, k, numbers[4 + n])
        if n == 0:
            focus = found
    if plan.ground == "forest":
        hand.items = [replace(i, more={**i.more, "order": 1}) for i in hand.items]
    _dress(hand, sx, sy)
    _frame(hand, sx, numbers)
    for n, kind in enumerate(extras[:3]):
        if kind == "blossom" and any(i.kind == "blossom" for i in hand.items):
            continue
        x = a * (0.30 if sx > a / 2 else 0.70) + 0.2 * n * (1 if sx > a / 2 else -1)
        _place(hand, kind, x, min(0.9, hor + 0.07 + 0.06 * n), 0.62, numbers[8 + n])
    if plan.ground == "mountain":
        _mountain_foot(hand, sx)
    if (
        ("flock" in plan.sky or "wind" in plan.sky or numbers[12] < 0.35)
        and plan.time not in ("night", "storm", "rain")
        and hor > 0.3
        and not any(i.kind in ("flock", "eagle") for i in hand.items)
    ):
        hand.add(
            "flock",
            a * (0.3 if sx > a / 2 else 0.68),
            hor * (0.32 + 0.2 * numbers[13]),
            0.13 if "flock" not in plan.sky else 0.2,
            depth=0.8,
            kind="gull" if plan.ground == "sea" else "swallow",
        )
    return focus


def _default(ground: str, number: float) -> str:
    choice = {
        "sea": ("sailboat", "ship", "cliff"),
        "lake": ("boat", "pagoda", "bridge"),
        "river": ("house", "bridge", "tree"),
        "mountain": ("pagoda", "house", "pine"),
        "forest": ("figure", "deer", "figure"),
        "fields": ("house", "windmill", "church"),
        "garden": ("bridge", "parasol", "blossom"),
        "meadow": ("tree", "house", "parasol"),
        "path": ("house", "figure", "tree"),
        "desert": ("rider", "traveller", "castle"),
        "skyline": ("bridge", "sailboat", "boat"),
    }[ground]
    return choice[int(number * len(choice)) % len(choice)]


def _place(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    """Put a thing by its rules; returns where the eye should go."""
    plan, a, hor = hand.plan, hand.plan.aspect, hand.plan.horizon
    wet = plan.ground in ("lake", "sea", "skyline")
    special = {
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
    }
    if kind in special:
        return special[kind](hand, kind, x, y, k, number)
    people = {
        "figure": ("", "stand"),
        "traveller": ("cape", "staff"),
        "monk": ("robe", "staff"),
        "dancer": ("dress", "dance"),
        "parasol": ("dress", "parasol"),
        "lady": ("dress", "parasol" if number < 0.6 else "stand"),
        "gentleman": ("coat", "staff" if number < 0.4 else "stand"),
        "flutist": ("robe", "flute"),
        "king": ("robe", "stand"),
        "portrait": ("", "stand"),
    }
    if kind in people:
        dress, pose = people[kind]
        h = hand.size("figure") * k
        if wet:
            _bank_under(hand, x, y, h)
        hand.add("figure", x, y, h, dress=dress, pose=pose)
        return x, y - 0.7 * h
    if kind in ("boat", "sailboat", "ship"):
        if plan.ground == "sea" and kind == "boat":
            kind = "sailboat" if number < 0.6 else "boat"
        if plan.ground not in ("lake", "sea", "skyline", "river"):
            return _place(hand, "house", x, y, k, number)
        h = hand.size(kind) * k * (1.0 if plan.ground != "river" else 0.7)
        y = max(y, hor + 0.05)
        if plan.ground == "river":
            y, x = min(0.9, hor + 0.30), a * 0.5
        hand.add(kind, x, y, h)
        if kind == "sailboat":
            hand.add("sailboat", a - x * 0.8, hor + 0.035, h * 0.34, depth=0.6)
        return x, y - 0.5 * h
    h = hand.size(kind) * k
    if kind == "bamboo":
        for i, u in enumerate((0.0, 0.22, -0.26) if not hand.many else (0.13 - x, hand.plan.aspect - x - 0.12, 0.30 - x)):
            hand.add("bamboo", x + u, 1.0 - 0.04 * i, min(0.98, 0.86 - 0.10 * i), depth=0.12 + 0.05 * i)
        return x, 0.45
    if kind in ("tree", "pine", "willow", "blossom", "bamboo", "cypress", "poplar", "birch", "bare"):
        h = min(h * 1.15, y - 0.04)
    if wet and kind not in ("crane", "reeds"):
        h = min(h, y - 0.06)
        _bank_under(hand, x, y, h, islet=kind in ("pagoda", "gate", "tree", "pine", "willow") and number < 0.6)
    if kind == "crane":
        hand.add("reeds", x - 0.24, y + 0.02, 0.17)
        hand.add("crane", x, y, h, waterline=y, depth=0.15)
        hand.add("crane", x + 0.26 * (1 if x < a / 2 else -1), y + 0.05, h * 0.8, waterline=y + 0.05, feeding=True, depth=0.12)
        return x, y - 0.7 * h
    tall = {"deer": 1.85, "horse": 1.55, "rider": 1.75, "tiger": 1.3, "cow": 1.35}.get(kind)
    if tall:
        h = min(h, (y - 0.10) / tall, 0.40)
    more: dict[str, Any] = {"waterline": y + 0.012} if wet else {}
    if kind == "rider" and plan.ground == "desert":
        hand.add("rider", x + 0.3 * (1 if x < a / 2 else -1), y - 0.03, h * 0.7)
    hand.add(kind, x, y, h, **more)
    if kind in ("house",) and not wet:
        hand.add("tree", x - 0.16 - 0.1 * number, y - 0.01, 0.26 * hand.scale)
        hand.add("bush", x + 0.22, y + 0.012, 0.035)
    return x, y - 0.55 * h


def _bank_under(hand: _Hand, x: float, y: float, h: float, islet: bool = False) -> None:
    """Land for what stands in a picture of water."""
    a = hand.plan.aspect
    if islet and 0.2 * a < x < 0.8 * a:
        hand.add("islet", x, y + 0.02, max(0.035, 0.11 * h + 0.018), depth=0.5, waterline=y + 0.025)
        return
    edge = a if x > a / 2 else 0.0
    wide = abs(edge - x) + 0.22
    hand.add("bank", edge, y + 0.035, max(0.06, wide / 3.3), depth=0.55, waterline=y + 0.045)


def _bridge(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    plan, a, hor = hand.plan, hand.plan.aspect, hand.plan.horizon
    wooden = kind == "wooden-bridge" or plan.ground == "garden" or number < 0.35
    if plan.ground in ("lake", "skyline"):
        y = hor + 0.10 + 0.10 * number
        span = min(0.85 * a, 0.95) if not wooden else 0.62
        x0 = x - span / 2
        x1 = x + span / 2
        rise = (0.15 if not wooden else 0.13) * min(1, 0.5 + 0.4 * a)
        for edge, way in ((x0, -1), (x1, 1)):
            hand.add("bank", edge + way * 0.14, y + 0.018, 0.062, depth=0.45, waterline=y + 0.02)
        hand.add("wooden-bridge" if wooden else "stone-bridge", x, y, rise, x0=x0, x1=x1, depth=0.4, waterline=y + 0.004)
        return x, y - rise
    if plan.ground in ("river", "garden", "path", "meadow", "mountain", "forest"):
        if plan.ground == "river":
            # the river itself runs across the picture, else there would be two
            hand.plan = plan.but(ground="meadow")
        y = min(0.84, hor + 0.26)
        hand.add("stream", a / 2, y, 0.10 if plan.ground != "river" else 0.17, depth=0.58, order=-1)
        span = 0.62 if a > 1 else 0.5
        hand.add("wooden-bridge" if wooden else "stone-bridge", x, y + 0.01, 0.12, x0=x - span / 2, x1=x + span / 2, depth=0.3)
        for edge in (x - span / 2, x + span / 2):
            hand.add("bush", edge, y + 0.035, 0.04, depth=0.28)
        return x, y - 0.1
    return _place(hand, "house", x, y, k, number)


def _lighthouse(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a, hor = hand.plan.aspect, hand.plan.horizon
    right = x > a / 2
    h = hand.size("lighthouse") * k * (0.9 if hand.scale > 1.2 else 1.0)
    h = min(h, 0.52)
    top = min(max(hor + 0.02, h + 0.10), 0.74)
    edge = a * 0.50 + (0.05 + 0.1 * number) * (1 if right else -1)
    foot = min(0.97, top + 0.20 + 0.08 * number)
    hand.add("cliff", edge, foot, foot - top, depth=0.35, flip=False, waterline=foot - 0.02)
    x = edge + (0.20 if right else -0.20)
    if kind == "lighthouse":
        hand.add("lighthouse", x, top + 0.012, h, depth=0.3, flip=not right)
        return x, top - 0.75 * h
    hand.add("tree", x, top + 0.012, 0.22, depth=0.3)
    return x, top


def _island(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    y = hand.plan.horizon + 0.10
    hand.add("islet", x, y, 0.10 * k, depth=0.5, waterline=y + 0.005)
    for i, u in enumerate((-0.12, 0.02, 0.13)):
        hand.add("pine" if number < 0.5 else "tree", x + u, y - 0.055 + 0.02 * abs(i - 1), 0.20 * k, depth=0.45)
    hand.add("sailboat", hand.plan.aspect - x, y + 0.12, 0.2 * k)
    return x, y - 0.1


def _pair(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    h = hand.size("figure") * k
    if hand.plan.ground in ("lake", "sea", "skyline"):
        _bank_under(hand, x, y, h)
    hand.add("figure", x, y, h, dress="coat", pose="stand", flip=False)
    small = "child" in hand.plan.read or "mother" in hand.plan.read
    hand.add("figure", x + 0.19 * h + 0.02, y + 0.006, h * (0.6 if small else 0.94), dress="dress", pose="stand" if number < 0.5 else "parasol", flip=True)
    return x + 0.1 * h, y - 0.75 * h


def _geese(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hor = hand.plan.horizon
    hand.add("flock", x, hor * 0.45, 0.26 * k, depth=0.6, kind="goose", count=11, flip=False)
    if hand.plan.ground == "lake":
        hand.add("reeds", hand.plan.aspect * (0.2 if x > hand.plan.aspect / 2 else 0.8), 0.96, 0.26)
    return x, hor * 0.45


def _crows(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hand.add("flock", x, max(0.30, hand.plan.horizon * 0.7), 0.34 * k, depth=0.45, kind="crow", count=17)
    if number < 0.6:
        hand.add("bare", hand.plan.aspect * (0.15 if x > hand.plan.aspect / 2 else 0.85), hand.plan.horizon + 0.2, 0.42)
    return x, hand.plan.horizon * 0.5


def _eagle(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    up = max(0.24, hand.plan.horizon * 0.5)
    hand.add("eagle", x, up, 0.24 * k, depth=0.4)
    return x, up - 0.1


def _bird(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    up = max(0.26, hand.plan.horizon * 0.6)
    hand.add("bird", x, up, 0.17 * k, depth=0.3, flying=True)
    hand.add("bird", x - 0.26 if x > 0.5 * hand.plan.aspect else x + 0.26, up - 0.12, 0.11 * k, depth=0.35, flying=True)
    return x, up - 0.1


def _waterfall(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a, hor = hand.plan.aspect, hand.plan.horizon
    foot = hor + 0.10
    top = max(0.14, hor - 0.36)
    hand.add("cliff-pair", x, foot, foot - top, depth=0.5, order=-1)
    hand.add("waterfall", x, foot, foot - top - 0.01, width=0.075 + 0.05 * number, depth=0.48, order=-1)
    hand.add("pool", x, foot + 0.05, 0.14, depth=0.45, order=-1)
    hand.add("stones", x, foot + 0.06, 0.03, spread=0.2, depth=0.35)
    for u in (-0.34, 0.32):
        hand.add("pine" if number < 0.5 else "conifer", x + u, foot + 0.02, 0.30, depth=0.35)
    del a
    return x, (foot + top) / 2


def _sunflowers(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a = hand.plan.aspect
    for i, (u, h) in enumerate(((0.80, 0.44), (0.10, 0.40), (0.30, 0.55), (0.94, 0.60), (0.52, 0.66))):
        hand.add("sunflower", a * u, 1.06, h * (0.9 + 0.15 * hand.rng.random()), depth=0.2 - 0.03 * i, order=1)
    return a * 0.5, 0.40


def _wave(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    a = hand.plan.aspect
    right = x > a / 2
    h = float(np.clip(0.62 * min(1.0, 0.5 + 0.4 * a), 0.4, 0.66))
    wx = a * (0.36 if right else 0.64)
    hand.add("wave", wx, 0.90, h, depth=0.2, flip=not right)
    hand.add("boat", a * (0.72 if right else 0.28), 0.86, 0.085, depth=0.22)
    return a * (0.60 if right else 0.40), 0.45


def _butterflies(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    for i, (u, v, s) in enumerate(((0.0, -0.16, 0.13), (-0.24, -0.05, 0.085), (0.20, 0.03, 0.07))):
        hand.add("butterfly", x + u, y + v, s * k, depth=0.12 + 0.02 * i)
    return x, y - 0.16


def _herd(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    h = min(hand.size(kind) * k, 0.34)
    if hand.plan.ground in ("lake", "sea", "skyline"):
        _bank_under(hand, x, y, h)
    hand.add(kind, x - 1.35 * h, y - 0.05, h * 0.78)
    hand.add(kind, x + 1.25 * h, y - 0.03, h * 0.85)
    hand.add(kind, x, y, h)
    if kind == "sheep":
        hand.add("sheep", x - 0.7 * h, y + 0.04, h * 1.08)
    return x, y - 0.7 * h


def _stones(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hand.add("stones", x, min(0.92, y + 0.12), 0.05 * k, spread=0.2)
    return x, y


def _nothing(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return x, y


def _bushes(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hand.add("blossom" if hand.plan.season == "spring" else "tree", x, y, 0.4 * k)
    return x, y - 0.25


def _plum_tree(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return _place(hand, "blossom", x, y, k, number)


def _reader(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return _place(hand, "monk", x, y, k, number)


def _player(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    return _place(hand, "flutist", x, y, k, number)


def _cat_outside(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    hand.add("cat", x, min(0.9, y + 0.08), 0.2 * k)
    return x, y - 0.1


def _lanterns(hand: _Hand, kind: str, x: float, y: float, k: float, number: float) -> tuple[float, float]:
    for i, u in enumerate((-0.32, 0.0, 0.28)):
        hand.add("lantern", x + u, y - 0.24 - 0.05 * (i % 2), 0.13 * k * (1 if i == 1 else 0.8), depth=0.2)
    hand.add("gate", x, y + 0.02, 0.40 * k)
    return x, y - 0.2


def _frame(hand: _Hand, sx: float, numbers: np.ndarray) -> None:
    """Trees that frame the view, opposite to the subject or on both sides."""
    plan, a = hand.plan, hand.plan.aspect
    if plan.ground in ("sea", "desert"):
        return
    kind = {"autumn": "tree", "winter": "bare" if numbers[9] < 0.5 else "conifer", "spring": "blossom" if numbers[9] < 0.4 else "tree"}.get(
        plan.season, ("tree", "poplar", "willow", "pine")[int(numbers[9] * 4)]
    )
    if plan.ground == "mountain":
        kind = "pine" if numbers[9] < 0.55 else "conifer"
    if any(i.kind in ("sunflower", "lighthouse") for i in hand.items):
        return
    if plan.ground == "forest":
        _forest(hand, sx)
        return
    side = 0.04 + 0.07 * numbers[10]
    x = a * side if sx > a / 2 else a * (1 - side)
    if plan.template == "repoussoir":
        if plan.ground in ("lake", "skyline"):
            hand.add("bank", x, 1.0, 0.16, depth=0.12)
        hand.add(kind, x, 0.97, 0.80 + 0.14 * numbers[11], depth=0.08)
    elif plan.template == "enclosed" and plan.ground != "lake":
        for u, h in ((0.02, 0.78), (0.97, 0.70)):
            if abs(a * u - sx) > 0.42 * h + 0.12:
                hand.add(kind, a * u, 0.96, h, depth=0.1)
    elif plan.template in ("diagonal", "low", "s-curve"):
        y = min(0.86, plan.horizon + 0.14)
        if plan.ground in ("lake", "skyline"):
            hand.add("bank", a * (0.02 if sx > a / 2 else 0.98), y + 0.03, 0.10, depth=0.3, waterline=y + 0.04)
        for u, h in ((0.06, 0.36), (0.15, 0.27)):
            hand.add(kind, a * (u if sx > a / 2 else 1 - u), y, h, depth=0.28)
    if plan.ground == "lake" and plan.template in ("high", "close"):
        hand.add("reeds", x, 1.0, 0.24, depth=0.08)


def _dress(hand: _Hand, sx: float, sy: float) -> None:
    """Clumps of trees and bushes in the middle distance, beside the subject and never before it; stones and growth in front."""
    plan, a, hor, rng = hand.plan, hand.plan.aspect, hand.plan.horizon, hand.rng
    numbers = rng.random((16, 4))
    if plan.ground not in ("meadow", "path", "garden", "fields", "river", "mountain") or any(i.kind == "sunflower" for i in hand.items):
        return
    kind = {"winter": ("conifer", "bare"), "autumn": ("tree", "poplar"), "spring": ("tree", "blossom")}.get(plan.season, ("tree", "poplar"))
    widest = max((i.h for i in hand.items), default=0.2) * 0.62 + 0.05
    for i in range(9):
        u, v, w, q = numbers[i].tolist()
        x = a * (i + u) / 9
        y = hor + 0.05 + 0.10 * v**1.4
        if abs(x - sx) < widest or (plan.ground == "river" and abs(x - sx) < 0.3 and y > hor + 0.09):
            continue
        near = (y - hor) / 0.15
        if plan.ground == "garden" and q > 0.35:
            for k in range(3):
                more = {"kind": "blossom"} if k == 1 and plan.season != "winter" else {}
                hand.add("bush", x + 0.05 * (k - 1) * (0.6 + near), y + 0.006 * k, (0.022 + 0.034 * near) * (0.8 + 0.4 * u), **more)
        elif q < 0.55:
            hand.add(kind[int(w * 1.99)], x, y, (0.07 + 0.15 * near) * (0.75 + 0.5 * u))
        else:
            for k in range(3):
                hand.add("bush", x + 0.035 * (k - 1) * (0.5 + near), y + 0.004 * k, (0.016 + 0.022 * near) * (0.8 + 0.4 * u))
    if plan.ground in ("meadow", "garden", "path", "fields") and plan.template not in ("enclosed",):
        side = 0.0 if sx > a / 2 else a
        for i in range(3):
            u, v, w, _ = numbers[10 + i].tolist()
            hand.add(
                "bush", side + (0.03 + 0.11 * i + 0.05 * u) * (1 if side == 0 else -1), 0.99 + 0.05 * v, 0.085 * (0.8 + 0.5 * w) * (1 - 0.2 * i), depth=0.05
            )
    if numbers[14, 0] < 0.4:
        hand.add("stones", a * (0.25 + 0.5 * numbers[14, 1]), 0.90, 0.028, spread=0.10, count=4, depth=0.08)


def _forest(hand: _Hand, sx: float) -> None:
    """Trunks at perspective distances on both sides of the path."""
    a, hor = hand.plan.aspect, hand.plan.horizon
    kind = {"winter": "bare", "autumn": "tree", "spring": "birch"}.get(hand.plan.season, ("tree", "conifer", "birch")[int(hand.rng.integers(3))])
    for i, near in enumerate((0.0, 0.12, 0.26, 0.44, 0.66, 0.95)):
        y = hor + 0.06 + (0.97 - hor - 0.06) * near**1.3
        for side in (-1, 1):
            spread = 0.10 + 0.50 * near**1.2
            x = sx + (a * 0.5 - sx) * near + side * (spread * (0.9 + 0.3 * hand.rng.random()) + 0.03 * (i % 2))
            h = 0.30 + 0.95 * near
            clear = 0.30 * min(h, 0.8) + 0.11 + 0.02 * len(hand.items[:1])
            if near > 0.1 and abs(x - sx) < clear:
                x = sx + side * clear
            hand.add(kind, x, y + 0.012 * side, min(h, y + 0.12), depth=float(0.58 * (1 - near) ** 1.4 + 0.03))
    if kind != "conifer":
        for u in (0.02, 0.30, 0.74, 0.98):
            hand.add("bush", a * u, 0.98, 0.07, depth=0.06)


def _mountain_foot(hand: _Hand, sx: float) -> None:
    """A dark near slope with conifers, cut by the frame, and a few of them further back."""
    a, hor = hand.plan.aspect, hand.plan.horizon
    side = 0.0 if sx > a / 2 else 1.0
    for i in range(7):
        u = abs(side - (0.02 + 0.052 * i + 0.015 * hand.rng.random()))
        hand.add(
            "conifer",
            a * u,
            min(0.99, hor + 0.16 + 0.03 * (6 - i) * hand.rng.random()),
            (0.34 - 0.035 * i) * (0.85 + 0.3 * hand.rng.random()),
            depth=0.12 + 0.03 * i,
        )
    for _ in range(6):
        hand.add("conifer", a * hand.rng.random(), hor + 0.075 + 0.02 * hand.rng.random(), 0.07 + 0.05 * hand.rng.random(), depth=0.45)


def _street(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """People in pairs off the axis; parasols in rain."""
    plan, hor = hand.plan, hand.plan.horizon
    vx = plan.aspect * (0.42 + 0.16 * hand.rng.random())
    wet = plan.weather in ("rain", "storm")
    for u, near in ((-0.5, 0.30), (0.42, 0.22), (0.15, 0.12), (-0.28, 0.62), (-0.12, 0.60)):
        y = hor + (1 - hor) * near
        h = 0.60 * (y - hor) + 0.02
        hand.add(
            "figure",
            vx + u * (y - hor) * 1.3,
            y,
            h * 1.0,
            dress="dress" if u < 0 else "coat",
            pose="parasol" if wet or u == -0.28 else "stand",
            depth=0.55 * (1 - near),
        )
    for kind in wanted:
        if kind in ("dog", "horse", "rider", "cat"):
            hand.add(kind, vx + 0.25, 0.93, hand.size(kind) * 0.8, depth=0.1)
    return vx, hor - 0.02


def _still(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """A table: the main thing behind, fruit and small things before it at unequal gaps."""
    plan, rng, a = hand.plan, hand.rng, hand.plan.aspect
    numbers = rng.random(12)
    hand.plan = plan = plan.but(horizon=0.66 + 0.06 * numbers[0])
    x = a * (0.46 + 0.08 * numbers[1])
    k = min(1.0, 0.5 + 0.45 * a)
    base = plan.horizon + 0.14
    main = wanted[0] if wanted else "bouquet"
    if main.endswith("bouquet") or main in ("sunflower", "vase"):
        flower = {"rose-bouquet": "rose", "daisy-bouquet": "daisy", "sunflower": "sunflower"}.get(main, ("", "peony", "")[int(numbers[2] * 3)])
        h = 0.30 * k
        hand.add("vase", x, base + 0.02, h, depth=0.3, flip=False)
        hand.add("bouquet", x, base + 0.02 - h, 0.52 * k, depth=0.28, flower=flower, family=int(plan.variant), flip=False, order=1)
        for i, u in enumerate((-0.40, 0.30, 0.42)):
            if numbers[4 + i] < 0.75:
                hand.add("fruit", x + u * k, base + 0.06 + 0.03 * numbers[8], 0.095 * k, depth=0.15)
        focus = (x, base - h - 0.22 * k)
    elif main in ("book", "lute", "tea", "wine", "candle"):
        kind, h = {"book": ("book", 0.24), "lute": ("lute", 0.62), "tea": ("cup", 0.19), "wine": ("bottle", 0.50), "candle": ("candle", 0.46)}[main]
        hand.add(kind, x, base + 0.05, h * k, depth=0.25)
        other = [("candle", -0.42, 0.42), ("bowl", 0.40, 0.10), ("vase", -0.34, 0.30), ("book", 0.34, 0.17)]
        first = int(numbers[3] * 4)
        for j in range(2):
            kind2, u, h2 = other[(first + j) % 4]
            if kind2 != kind:
                hand.add(kind2, x + (u if j == 0 else -u) * k, base + 0.02 * j, h2 * k, depth=0.32 - 0.02 * j)
        if main in ("wine", "tea"):
            for u in (0.18, -0.2, 0.30):
                hand.add("fruit", x + u * k, base + 0.11, 0.09 * k, depth=0.1)
        focus = (x, base - 0.12)
    else:
        hand.add("cloth", x + 0.10 * k, base + 0.20, 0.26 * k, depth=0.5, order=-1)
        hand.add("vase", x - 0.05 * k, base - 0.01, 0.34 * k, depth=0.35)
        hand.add("bottle", x + 0.26 * k, base + 0.005, 0.50 * k, depth=0.34)
        hand.add("bowl", x - 0.40 * k, base + 0.045, 0.095 * k, depth=0.28)
        for u, v in ((0.02, 0.10), (0.16, 0.125), (0.40, 0.085), (-0.16, 0.14), (0.29, 0.15)):
            hand.add("fruit", x + (u + 0.03 * rng.random()) * k, base + v, 0.105 * k, depth=0.14 - 0.2 * (v - 0.1))
        focus = (x, base - 0.05)
    if "cat" in wanted:
        hand.add("cat", x + 0.42, base + 0.10, 0.30, depth=0.2)
    return focus


def _portrait(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """A bust, a half figure with its hands, or two or three sitters whose heads make a triangle."""
    plan, rng, a = hand.plan, hand.rng, hand.plan.aspect
    numbers = rng.random(8)
    read, words = set(plan.read), set(re.findall(r"[a-z]+", plan.title.lower()))
    said = plan.title
    sex = ""
    if words & {"woman", "lady", "girl", "queen", "princess", "mother", "wife", "grandmother"} or any(c in said for c in "女妇母娘"):
        sex = "woman"
    elif words & {"man", "king", "father", "emperor", "prince", "soldier", "monk", "gentleman", "grandfather", "self", "painter"} or any(c in said for c in "男父翁王僧"):
        sex = "man"
    elif words & {"child", "boy", "baby"} or any(c in said for c in "童孩"):
        sex = "child"
    age = "old" if words & {"old", "aged", "grandmother", "grandfather"} or any(c in said for c in "老翁") else ""
    age = age or ("young" if words & {"young", "girl", "boy", "princess"} or "少" in said else "")
    hat = "crown" if "king" in read or words & {"king", "queen", "emperor"} else ""
    turn = "profile" if "profile" in words or "侧" in said else ""
    tall = min(1.0, 0.35 + 0.75 * a)
    if words & {"family", "group", "friends", "musicians", "couple", "lovers", "children", "together"} or {"mother", "lover", "friend"} & read or any(c in said for c in "家伴侣"):
        couple = bool(words & {"couple", "lovers"}) or "lover" in read
        h = 0.27 * tall
        hand.add("portrait", a * 0.5 + 0.82 * h, 0.30, h, sex="man", depth=0.3, flip=False, turn="three-quarter")
        hand.add("portrait", a * 0.5 - 0.70 * h, 0.38, h * 0.96, sex="woman", depth=0.2, flip=False, hands=True, age="young" if couple else "")
        if not couple:
            hand.add("portrait", a * 0.5 + 0.25 * h, 0.68, h * 0.80, sex="child", depth=0.1, flip=False)
        return a * 0.47, 0.40
    hands = numbers[0] < (0.75 if a < 1.0 else 0.5)
    if hands:
        h, y = 0.275 * tall, 0.235
    else:
        h, y = 0.42 * tall, 0.36
    # the head stands a little off the middle, on the side away from the light, with room before the face
    x = a * (0.5 - 0.05 * (1 if plan.light > 0 else -1) + 0.03 * (numbers[1] - 0.5))
    hand.add("portrait", x, y, h, sex=sex, hat_kind=hat, age=age, turn=turn, hands=bool(hands), depth=0.15)
    return x, y + 0.03


def _branch(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = hand.plan, hand.rng, hand.plan.aspect
    low = rng.uniform(0.72, 0.95)
    h = 1.02 * min(1.0, a) * rng.uniform(0.92, 1.1)
    colour = "f6ece8" if plan.season == "winter" or plan.time == "snow" else ""
    if "bamboo" in wanted:
        for i, (u, k) in enumerate(((0.20, 1.12), (0.34, 0.92))):
            hand.add("bamboo", a * u, 1.04, k, depth=0.3 - 0.1 * i)
        if "bird" in wanted:
            hand.add("bird", a * 0.70, 0.52, 0.17, depth=0.15, flying=True, order=1)
        if plan.sun is None:
            hand.plan = plan.but(sun=(a * 0.70, 0.26, 0.09), moon=plan.time == "night")
        return a * 0.62, 0.45
    hand.add("plum-branch", -0.02, low, h, flip=False, colour=colour, depth=0.2)
    tip = (0.50 * min(1.2, a), low - 0.52 * h)
    if "bird" in wanted or rng.random() < 0.45:
        hand.add("bird", 0.36 * h, low - 0.21 * h, 0.155, depth=0.15, order=1)
    if plan.sun is None:
        hand.plan = plan.but(sun=(min(a * 0.66, tip[0] + 0.12), max(0.16, tip[1] - 0.02), 0.10), moon=plan.time == "night")
    return tip


def _pond(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    rng, a = hand.rng, hand.plan.aspect
    koi, lotus = "koi" in wanted, "lotus" in wanted or "koi" not in wanted
    for _ in range(11):
        x, y = a * rng.random(), 0.04 + 0.94 * rng.random()
        hand.add("lotus-leaf", x, y, (0.10 + 0.22 * y) * (0.8 + 0.4 * rng.random()), depth=0.75 - 0.3 * y, order=-1)
    if koi or rng.random() < 0.5:
        for i in range(5 if koi else 2):
            u, v = ((0.36, 0.56), (0.66, 0.70), (0.60, 0.30), (0.24, 0.82), (0.82, 0.44))[i]
            hand.add(
                "koi",
                a * u,
                v,
                (0.38 if koi else 0.26) * (0.75 + 0.4 * v),
                depth=0.4,
                turn=float(rng.uniform(-0.7, 0.7) + (np.pi if rng.random() < 0.5 else 0)),
                order=-2,
            )
    focus = (a * 0.5, 0.5)
    if lotus:
        spots = ((0.64, 0.50, 0.34), (0.36, 0.34, 0.20), (0.80, 0.26, 0.15), (0.22, 0.66, 0.16))
        for u, v, h in spots[: 2 if koi else 4]:
            hand.add("lotus", a * u, v, h * min(1.0, 0.4 + 0.5 * a), depth=0.3 - 0.2 * v)
            hand.add("lotus-leaf", a * u + 0.12 * h, v + 0.24 + 0.1 * h, h * 1.05, depth=0.25 - 0.2 * v)
        focus = (a * 0.64, 0.48)
    return focus


def _interior(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = hand.plan, hand.rng, hand.plan.aspect
    hand.plan = plan.but(horizon=0.76)
    side = 1 if plan.light < 0 else -1
    x = a * (0.5 + 0.17 * side)
    if "cat" in wanted:
        hand.add("cat", x, 0.88, 0.40 * min(1, a), depth=0.2)
        hand.add("vase", x - 0.48 * side, 0.86, 0.20, depth=0.3)
        hand.add("bouquet", x - 0.48 * side, 0.66, 0.24, depth=0.28, order=1)
        return x, 0.62
    hand.add("vase", x, 0.88, 0.22, depth=0.3)
    hand.add("bouquet", x, 0.66, 0.36, depth=0.28, order=1)
    if rng.random() < 0.6:
        hand.add("bowl", x - 0.42 * side, 0.90, 0.075, depth=0.2)
    if "figure" in wanted or "portrait" in wanted:
        hand.add("figure", x + 0.3 * side, 0.98, 0.72, dress="dress", pose="stand", depth=0.15)
    return x, 0.55


def _abstract(hand: _Hand, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng = hand.plan, hand.rng
    return plan.aspect * rng.uniform(0.34, 0.66), rng.uniform(0.34, 0.58)
