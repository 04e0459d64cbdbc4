"""What surrounds the subject out of doors: trees that frame the view, clumps in the middle distance, a wood, the foot
of a mountain.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .things import Layout

__all__ = ["beds", "dress", "forest", "frame", "mountain_foot"]


def frame(layout: Layout, sx: float, numbers: np.ndarray) -> None:
    """Trees that frame the view, opposite to the subject or on both sides."""
    plan, a = layout.plan, layout.plan.aspect
    if plan.ground in ("sea", "desert"):
        return
    kind = {
        "autumn": "tree",
        "winter": "bare" if numbers[9] < 0.5 else "conifer",
        "spring": "blossom" if numbers[9] < 0.4 else "tree",
    }.get(plan.season, ("tree", "poplar", "willow", "pine")[int(numbers[9] * 4)])
    if plan.ground == "mountain":
        kind = "pine" if numbers[9] < 0.55 else "conifer"
    if any(i.kind in ("sunflower", "lighthouse") for i in layout.items):
        return
    if plan.ground == "forest":
        forest(layout, sx)
        return
    side = 0.04 + 0.07 * numbers[10]
    x = a * side if sx > a / 2 else a * (1 - side)
    if plan.template == "repoussoir":
        if plan.ground in ("lake", "skyline"):
            layout.add("bank", x, 1.0, 0.16, depth=0.12)
        layout.add(kind, x, 0.97, 0.80 + 0.14 * numbers[11], depth=0.08)
    elif plan.template == "enclosed" and plan.ground != "lake":
        for u, h in ((0.02, 0.78), (0.97, 0.70)):
            if abs(a * u - sx) > 0.42 * h + 0.12:
                layout.add(kind, a * u, 0.96, h, depth=0.1)
    elif plan.template in ("diagonal", "low", "s-curve"):
        y = min(0.86, plan.horizon + 0.14)
        if plan.ground in ("lake", "skyline"):
            layout.add("bank", a * (0.02 if sx > a / 2 else 0.98), y + 0.03, 0.10, depth=0.3, waterline=y + 0.04)
        for u, h in ((0.06, 0.36), (0.15, 0.27)):
            if not layout.hides(a * (u if sx > a / 2 else 1 - u), y, h):
                layout.add(kind, a * (u if sx > a / 2 else 1 - u), y, h, depth=0.28)
    if plan.ground == "lake" and plan.template in ("high", "close"):
        layout.add("reeds", x, 1.0, 0.24, depth=0.08)


def dress(layout: Layout, sx: float, sy: float) -> None:
    """Clumps of trees and bushes in the middle distance, beside the subject and never before it; stones and growth in
    front.
    """
    plan, a, hor, rng = layout.plan, layout.plan.aspect, layout.plan.horizon, layout.rng
    numbers = rng.random((16, 4))
    if plan.ground not in ("meadow", "path", "garden", "fields", "river", "mountain") or any(
        i.kind == "sunflower" for i in layout.items
    ):
        return
    kind = {"winter": ("conifer", "bare"), "autumn": ("tree", "poplar"), "spring": ("tree", "blossom")}.get(
        plan.season, ("tree", "poplar")
    )
    widest = max((i.h for i in layout.items), default=0.2) * 0.62 + 0.05
    for i in range(9):
        u, v, w, q = numbers[i].tolist()
        x = a * (i + u) / 9
        y = hor + 0.05 + 0.10 * v**1.4
        if (
            layout.hides(x, y, 0.2)
            or abs(x - sx) < widest
            or (plan.ground == "river" and abs(x - sx) < 0.3 and y > hor + 0.09)
        ):
            continue
        near = (y - hor) / 0.15
        if plan.ground == "garden":
            continue
        if q < 0.55:
            layout.add(kind[int(w * 1.99)], x, y, (0.07 + 0.15 * near) * (0.75 + 0.5 * u))
        else:
            for k in range(3):
                layout.add(
                    "bush", x + 0.035 * (k - 1) * (0.5 + near), y + 0.004 * k, (0.016 + 0.022 * near) * (0.8 + 0.4 * u)
                )
    if plan.ground == "garden":
        beds(layout, sx, kind)
    if plan.ground in ("meadow", "path", "fields") and plan.template not in ("enclosed",):
        side = 0.0 if sx > a / 2 else a
        for i in range(3):
            u, v, w, _ = numbers[10 + i].tolist()
            layout.add(
                "bush",
                side + (0.03 + 0.11 * i + 0.05 * u) * (1 if side == 0 else -1),
                0.99 + 0.05 * v,
                0.085 * (0.8 + 0.5 * w) * (1 - 0.2 * i),
                depth=0.05,
            )
    if numbers[14, 0] < 0.4:
        layout.add("stones", a * (0.25 + 0.5 * numbers[14, 1]), 0.90, 0.028, spread=0.10, count=4, depth=0.08)


def beds(layout: Layout, sx: float, kind: tuple[str, str]) -> None:
    """A garden: a wall of trees closes it, borders in flower follow the path on both sides."""
    plan, a, hor = layout.plan, layout.plan.aspect, layout.plan.horizon
    numbers = layout.rng.random((24, 3))
    for i in range(9):
        u, v, w = numbers[i].tolist()
        h = 0.20 + 0.20 * v
        x = a * (i - 0.2 + 0.6 * u) / 8
        if abs(x - sx) > 0.10:
            layout.add(kind[int(w * 1.5)], x, hor + 0.045 + 0.02 * w, min(h, hor - 0.04), depth=0.5)
    for i in range(7):
        u, v, w = numbers[9 + i].tolist()
        near = ((i + 0.4 * u) / 6.4) ** 1.25
        y = hor + 0.075 + (0.90 - hor) * near
        for side in (-1, 1):
            x = sx + (a * 0.5 - sx) * near + side * (0.17 + 0.62 * near + 0.05 * v)
            if abs(x - sx) < 0.13 and y < hor + 0.35:
                continue
            more: dict[str, Any] = {"kind": "blossom"} if (i + (side > 0)) % 3 and plan.season != "winter" else {}
            for k in (-1, 1):
                layout.add(
                    "bush", x + 0.06 * k * (0.4 + near), y + 0.008 * k, (0.026 + 0.075 * near) * (0.8 + 0.4 * w), **more
                )


def forest(layout: Layout, sx: float) -> None:
    """Trunks at perspective distances on both sides of the path."""
    a, hor = layout.plan.aspect, layout.plan.horizon
    kind = {"winter": "bare", "autumn": "tree", "spring": "birch"}.get(
        layout.plan.season, ("tree", "conifer", "birch")[int(layout.rng.integers(3))]
    )
    for i, near in enumerate((0.0, 0.12, 0.26, 0.44, 0.66, 0.95)):
        y = hor + 0.06 + (0.97 - hor - 0.06) * near**1.3
        for side in (-1, 1):
            spread = 0.10 + 0.50 * near**1.2
            x = sx + (a * 0.5 - sx) * near + side * (spread * (0.9 + 0.3 * layout.rng.random()) + 0.03 * (i % 2))
            h = 0.30 + 0.95 * near
            clear = 0.30 * min(h, 0.8) + 0.11 + 0.02 * len(layout.items[:1])
            if near > 0.1 and abs(x - sx) < clear:
                x = sx + side * clear
            layout.add(kind, x, y + 0.012 * side, min(h, y + 0.12), depth=float(0.58 * (1 - near) ** 1.4 + 0.03))
    if kind != "conifer":
        for u in (0.02, 0.30, 0.74, 0.98):
            layout.add("bush", a * u, 0.98, 0.07, depth=0.06)


def mountain_foot(layout: Layout, sx: float) -> None:
    """A dark near slope with conifers, cut by the frame, and a few of them further back."""
    a, hor = layout.plan.aspect, layout.plan.horizon
    side = 0.0 if sx > a / 2 else 1.0
    for i in range(7):
        u = abs(side - (0.02 + 0.052 * i + 0.015 * layout.rng.random()))
        layout.add(
            "conifer",
            a * u,
            min(0.99, hor + 0.16 + 0.03 * (6 - i) * layout.rng.random()),
            (0.34 - 0.035 * i) * (0.85 + 0.3 * layout.rng.random()),
            depth=0.12 + 0.03 * i,
        )
    for _ in range(6):
        layout.add(
            "conifer",
            a * layout.rng.random(),
            hor + 0.075 + 0.02 * layout.rng.random(),
            0.07 + 0.05 * layout.rng.random(),
            depth=0.45,
        )
