"""Puts the things of a theme into a plan by rule: what may stand where, how large, and what frames it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..plan import Plan
from .counting import join
from .framing import dress, frame, mountain_foot
from .placing import place
from .settings import (
    arrange_abstract,
    arrange_branch,
    arrange_interior,
    arrange_pond,
    arrange_portrait,
    arrange_still,
    arrange_street,
)
from .things import Layout

__all__ = ["arrange"]


def arrange(
    plan: Plan,
    wanted: Sequence[str],
    extras: Sequence[str],
    sizes: Mapping[str, float],
    scale: float,
    rng: np.random.Generator,
    *,
    near: float = 1.0,
    counts: Mapping[str, int] | None = None,
) -> Plan:
    """Fill in the plan's items and focus. near: how much larger than usual sitters and things on a table are seen;
    counts: how many of a wanted kind.
    """
    layout = Layout(plan, rng, sizes, scale)
    layout.near, layout.counts = near, counts or {}
    special = {
        "still": arrange_still,
        "portrait": arrange_portrait,
        "branch": arrange_branch,
        "pond": arrange_pond,
        "interior": arrange_interior,
        "street": arrange_street,
        "abstract": arrange_abstract,
    }
    focus = special.get(plan.ground, _outdoors)(layout, list(wanted), list(extras))
    return layout.plan.but(items=tuple(layout.items), focus=(float(focus[0]), float(focus[1])))


def _outdoors(layout: Layout, wanted: list[str], extras: list[str]) -> tuple[float, float]:
    plan, rng, a = layout.plan, layout.rng, layout.plan.aspect
    hor = plan.horizon
    sx = plan.focus[0]
    foot = {
        "low": (0.07, 0.14),
        "high": (0.22, 0.36),
        "diagonal": (0.09, 0.18),
        "s-curve": (0.08, 0.14),
        "repoussoir": (0.12, 0.20),
        "close": (0.20, 0.30),
        "enclosed": (0.24, 0.32),  # between trunks that stand in perspective; further up a beast would float
    }[plan.template]
    sy = min(0.93, hor + float(rng.uniform(*foot)))
    numbers = rng.random(16)
    layout.many = len(wanted) > 1
    small = 1.0
    if not wanted:
        wanted = [_default(plan.ground, numbers[0])]
        small = (
            0.5 if plan.ground == "mountain" else 0.85
        )  # what nobody asked for stays small: the land itself is the subject
    if wanted[0] == "bamboo":
        wanted = [*wanted[1:], "bamboo"]  # it frames what it is named with
    focus = (sx, max(0.08, hor - 0.05))
    if plan.ground == "river":
        sx = sx + 0.20 * (1 if sx > a / 2 else -1) * min(1.0, a)
    for n, kind in enumerate(wanted[:4]):
        # the second and third thing stand on the other side, further back
        x = sx if n == 0 else a * (0.26 if sx > a / 2 else 0.74) + (n - 1) * 0.26 * (1 if sx > a / 2 else -1)
        y = sy if n == 0 else min(0.9, hor + 0.06 + 0.08 * numbers[n])
        k = small if n == 0 else 0.68
        first = len(layout.items)
        found = place(layout, kind, x, y, k, numbers[4 + n])
        join(layout, kind, first, layout.counts.get(kind, 1))
        if n == 0:
            focus = found
    if plan.ground == "forest":
        layout.items = [replace(i, more={**i.more, "order": 1}) for i in layout.items]
    dress(layout, sx, sy)
    frame(layout, sx, numbers)
    for n, kind in enumerate(extras[:3]):
        if kind == "blossom" and any(i.kind == "blossom" for i in layout.items):
            continue
        x = a * (0.30 if sx > a / 2 else 0.70) + 0.2 * n * (1 if sx > a / 2 else -1)
        place(layout, kind, x, min(0.9, hor + 0.07 + 0.06 * n), 0.62, numbers[8 + n])
    if plan.ground == "mountain":
        mountain_foot(layout, sx)
    if (
        ("flock" in plan.sky or "wind" in plan.sky or numbers[12] < 0.35)
        and plan.time not in ("night", "storm", "rain")
        and hor > 0.3
        and not any(i.kind in ("flock", "eagle") for i in layout.items)
    ):
        layout.add(
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
        "sea": ("cliff", "sailboat", "stones"),
        "lake": ("boat", "island", "willow"),
        "river": ("tree", "willow", "poplar"),
        "mountain": ("pine", "conifer", "stones"),
        "forest": ("stones", "birch", "stones"),
        "fields": ("house", "poplar", "tree"),
        "garden": ("blossom", "willow", "tree"),
        "meadow": ("tree", "poplar", "birch"),
        "path": ("tree", "poplar", "birch"),
        "desert": ("stones", "traveller", "stones"),
        "skyline": ("boat", "sailboat", "boat"),
    }[ground]
    return choice[int(number * len(choice)) % len(choice)]
