"""Pictures with a setting of their own: table, sitters, branch, pond, room, street; and the one of nothing at all."""

from __future__ import annotations

import re

import numpy as np

from ..plan import Plan
from .habits import TRADES
from .things import Layout

__all__ = [
    "arrange_abstract",
    "arrange_branch",
    "arrange_interior",
    "arrange_pond",
    "arrange_portrait",
    "arrange_still",
    "arrange_street",
]


def arrange_street(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """People in pairs off the axis; parasols in rain."""
    plan, hor = layout.plan, layout.plan.horizon
    vx = plan.aspect * (0.42 + 0.16 * layout.rng.random())
    wet = plan.weather in ("rain", "storm")
    for u, near in ((-0.5, 0.30), (0.42, 0.22), (0.15, 0.12), (-0.28, 0.62), (-0.12, 0.60)):
        y = hor + (1 - hor) * near
        h = 0.60 * (y - hor) + 0.02
        layout.add(
            "figure",
            vx + u * (y - hor) * 1.3,
            y,
            h * 1.0,
            dress="dress" if u < 0 else "coat",
            pose="parasol" if wet or u == -0.28 else "stand",
            depth=0.55 * (1 - near),
        )
    for kind in wanted:
        if kind in ("dog", "fox", "wolf", "horse", "rider", "cat"):
            layout.add(kind, vx + 0.25, 0.93, layout.size(kind) * 0.8, depth=0.1)
    return vx, hor - 0.02


def arrange_still(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """A table: the main thing behind, fruit and small things before it at unequal gaps."""
    plan, rng, a = layout.plan, layout.rng, layout.plan.aspect
    numbers = rng.random(12)
    layout.plan = plan = plan.but(horizon=0.60 + 0.16 * numbers[0])
    # the main thing stands left, right or in the middle, near or a step away
    x = a * (0.5 + 0.30 * (numbers[1] - 0.5) * min(1.0, a))
    k = min(1.0, 0.5 + 0.45 * a) * (0.86 + 0.16 * numbers[11])
    base = min(0.87, plan.horizon + 0.14)
    main = wanted[0] if wanted else "bouquet"
    if main.endswith("bouquet") or main in ("sunflower", "vase"):
        flower = {"rose-bouquet": "rose", "daisy-bouquet": "daisy", "sunflower": "sunflower"}.get(
            main, ("", "peony", "")[int(numbers[2] * 3)]
        )
        h = 0.30 * k
        layout.add("vase", x, base + 0.02, h, depth=0.3, flip=False)
        layout.add(
            "bouquet",
            x,
            base + 0.02 - h,
            0.52 * k,
            depth=0.28,
            flower=flower,
            family=int(plan.variant),
            flip=False,
            order=1,
        )
        for i, u in enumerate((-0.40, 0.30, 0.42)):
            if numbers[4 + i] < 0.75:
                layout.add("fruit", x + u * k, base + 0.06 + 0.03 * numbers[8], 0.095 * k, depth=0.15)
        focus = (x, base - h - 0.22 * k)
    elif main in ("book", "lute", "tea", "wine", "candle"):
        kind, h = {
            "book": ("book", 0.24),
            "lute": ("lute", 0.62),
            "tea": ("cup", 0.19),
            "wine": ("bottle", 0.50),
            "candle": ("candle", 0.46),
        }[main]
        layout.add(kind, x, base + 0.05, h * k, depth=0.25)
        other = [("candle", -0.42, 0.42), ("bowl", 0.40, 0.10), ("vase", -0.34, 0.30), ("book", 0.34, 0.17)]
        first = int(numbers[3] * 4)
        for j in range(2):
            kind2, u, h2 = other[(first + j) % 4]
            if kind2 != kind:
                layout.add(kind2, x + (u if j == 0 else -u) * k, base + 0.02 * j, h2 * k, depth=0.32 - 0.02 * j)
        if main in ("wine", "tea"):
            for u in (0.18, -0.2, 0.30):
                layout.add("fruit", x + u * k, base + 0.11, 0.09 * k, depth=0.1)
        focus = (x, base - 0.12)
    else:
        layout.add("cloth", x + 0.10 * k, base + 0.20, 0.26 * k, depth=0.5, order=-1)
        layout.add("vase", x - 0.05 * k, base - 0.01, 0.34 * k, depth=0.35)
        layout.add("bottle", x + 0.26 * k, base + 0.005, 0.50 * k, depth=0.34)
        layout.add("bowl", x - 0.40 * k, base + 0.045, 0.095 * k, depth=0.28)
        for u, v in ((0.02, 0.10), (0.16, 0.125), (0.40, 0.085), (-0.16, 0.14), (0.29, 0.15)):
            layout.add("fruit", x + (u + 0.03 * rng.random()) * k, base + v, 0.105 * k, depth=0.14 - 0.2 * (v - 0.1))
        focus = (x, base - 0.05)
    if "cat" in wanted:
        layout.add("cat", x + 0.42, base + 0.10, 0.30, depth=0.2)
    return focus


def _words(plan: Plan) -> set[str]:
    return set(re.findall(r"[a-z]+", plan.title.lower()))


def _describe_sitter(plan: Plan) -> dict[str, str]:
    """Sex, age, hat and turn of a sitter as the words of the theme tell them; "" where they do not."""
    read, words, said = set(plan.read), _words(plan), plan.title
    sex = ""
    if words & {
        "woman",
        "lady",
        "girl",
        "queen",
        "princess",
        "mother",
        "wife",
        "grandmother",
        "milkmaid",
        "lacemaker",
    } or any(c in said for c in "女妇母娘"):
        sex = "woman"
    elif words & {
        "man",
        "king",
        "father",
        "emperor",
        "prince",
        "soldier",
        "monk",
        "gentleman",
        "grandfather",
        "self",
        "painter",
        *TRADES,
    } or any(c in said for c in "男父翁王僧"):
        sex = "man"
    elif words & {"child", "boy", "baby"} or any(c in said for c in "童孩"):
        sex = "child"
    age = "old" if words & {"old", "aged", "grandmother", "grandfather"} or any(c in said for c in "老翁") else ""
    age = age or ("young" if words & {"young", "girl", "boy", "princess"} or "少" in said else "")
    hat = "crown" if "king" in read or words & {"king", "queen", "emperor"} else ""
    turn = "profile" if "profile" in words or "侧" in said else ""
    plain = bool(words & set(TRADES))  # who works with his hands wears no lace
    hat = hat or ("beret" if plain else "")
    return {"sex": sex, "age": age, "hat_kind": hat, "turn": turn, "collar_kind": "plain" if plain else ""}


def arrange_portrait(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    """A bust, a half figure with its hands, or two or three sitters whose heads make a triangle."""
    plan, rng, a = layout.plan, layout.rng, layout.plan.aspect
    numbers = rng.random(8)
    read, words, said = set(plan.read), _words(plan), plan.title
    who = _describe_sitter(plan)
    tall = min(1.0, 0.35 + 0.75 * a) * layout.near
    if (
        words & {"family", "group", "friends", "musicians", "couple", "lovers", "children", "together"}
        or {"mother", "lover", "friend"} & read
        or any(c in said for c in "家伴侣")
    ):
        couple = bool(words & {"couple", "lovers"}) or "lover" in read
        h = 0.27 * tall
        layout.add("portrait", a * 0.5 + 0.82 * h, 0.30, h, sex="man", depth=0.3, flip=False, turn="three-quarter")
        layout.add(
            "portrait",
            a * 0.5 - 0.70 * h,
            0.38,
            h * 0.96,
            sex="woman",
            depth=0.2,
            flip=False,
            hands=True,
            age="young" if couple else "",
        )
        if not couple:
            layout.add("portrait", a * 0.5 + 0.25 * h, 0.68, h * 0.80, sex="child", depth=0.1, flip=False)
        return a * 0.47, 0.40
    hands = numbers[0] < (0.75 if a < 1.0 else 0.5)
    if hands:
        h, y = 0.305 * tall, 0.255
    else:
        h, y = 0.42 * tall, 0.36
    # the head stands a little off the middle, on the side away from the light, with room before the face
    x = a * (0.5 - 0.05 * (1 if plan.light > 0 else -1) + 0.03 * (numbers[1] - 0.5))
    layout.add("portrait", x, y, h, **who, hands=bool(hands), depth=0.15)
    return x, y + 0.03


def arrange_branch(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = layout.plan, layout.rng, layout.plan.aspect
    low = rng.uniform(0.72, 0.95)
    h = 1.02 * min(1.0, a) * rng.uniform(0.92, 1.1)
    colour = "f6ece8" if plan.season == "winter" or plan.time == "snow" else ""
    if "bamboo" in wanted:
        for i, (u, k) in enumerate(((0.20, 1.12), (0.34, 0.92))):
            layout.add("bamboo", a * u, 1.04, k, depth=0.3 - 0.1 * i)
        if "bird" in wanted:
            layout.add("bird", a * 0.70, 0.52, 0.17, depth=0.15, flying=True, order=1)
        if plan.sun is None:
            layout.plan = plan.but(sun=(a * 0.70, 0.26, 0.09), moon=plan.time == "night")
        return a * 0.62, 0.45
    layout.add("plum-branch", -0.02, low, h, flip=False, colour=colour, depth=0.2)
    tip = (0.50 * min(1.2, a), low - 0.52 * h)
    if "bird" in wanted or rng.random() < 0.45:
        layout.add("bird", 0.36 * h, low - 0.21 * h, 0.155, depth=0.15, order=1)
        number = layout.counts.get("bird", 1)
        if number > 1:
            layout.add("bird", 0.17 * h, low - 0.03 * h, 0.145, depth=0.14, order=1, flip=False)
        for n in range(min(number - 2, 3)):
            layout.add(
                "bird", a * (0.22 + 0.12 * n), 0.30 - 0.08 * n, 0.12 - 0.02 * n, depth=0.16, flying=True, order=1
            )
    if plan.sun is None:
        layout.plan = plan.but(
            sun=(min(a * 0.66, tip[0] + 0.12), max(0.16, tip[1] - 0.02), 0.10), moon=plan.time == "night"
        )
    return tip


def arrange_pond(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    rng, a = layout.rng, layout.plan.aspect
    koi, lotus = "koi" in wanted, "lotus" in wanted or "koi" not in wanted
    for _ in range(11):
        x, y = a * rng.random(), 0.04 + 0.94 * rng.random()
        layout.add("lotus-leaf", x, y, (0.10 + 0.22 * y) * (0.8 + 0.4 * rng.random()), depth=0.75 - 0.3 * y, order=-1)
    if koi or rng.random() < 0.5:
        for i in range(5 if koi else 2):
            u, v = ((0.36, 0.56), (0.66, 0.70), (0.60, 0.30), (0.24, 0.82), (0.82, 0.44))[i]
            layout.add(
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
            layout.add("lotus", a * u, v, h * min(1.0, 0.4 + 0.5 * a), depth=0.3 - 0.2 * v)
            layout.add("lotus-leaf", a * u + 0.12 * h, v + 0.24 + 0.1 * h, h * 1.05, depth=0.25 - 0.2 * v)
        focus = (a * 0.64, 0.48)
    return focus


_SITTERS = frozenset({"figure", "portrait", "lady", "gentleman", "traveller", "king", "monk"})
"""Subjects that sit in a room as half figures."""


def arrange_interior(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = layout.plan, layout.rng, layout.plan.aspect
    layout.plan = plan.but(horizon=0.76)
    side = 1 if plan.light < 0 else -1
    x = a * (0.5 + 0.17 * side)
    if _SITTERS & set(wanted):
        who = _describe_sitter(plan)
        who["turn"] = who["turn"] or "three-quarter"
        layout.add("portrait", x, 0.40, 0.27 * min(1.0, 0.35 + 0.75 * a), **who, depth=0.2, hands=True)
        if "cat" in wanted:
            layout.add("cat", x - 0.48 * side, 0.92, 0.30 * min(1, a), depth=0.1)
        return x, 0.40
    if "cat" in wanted:
        layout.add("cat", x, 0.88, 0.40 * min(1, a), depth=0.2)
        layout.add("vase", x - 0.48 * side, 0.86, 0.20, depth=0.3)
        layout.add("bouquet", x - 0.48 * side, 0.66, 0.24, depth=0.28, order=1)
        return x, 0.62
    layout.add("vase", x, 0.88, 0.22, depth=0.3)
    layout.add("bouquet", x, 0.66, 0.36, depth=0.28, order=1)
    if rng.random() < 0.6:
        layout.add("bowl", x - 0.42 * side, 0.90, 0.075, depth=0.2)
    return x, 0.55


def arrange_abstract(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng = layout.plan, layout.rng
    return plan.aspect * rng.uniform(0.34, 0.66), rng.uniform(0.34, 0.58)
