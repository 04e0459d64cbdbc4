"""An arrangement in the making: the plan so far and the things put into it, each with the
distance that its feet tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..plan import Item, Plan

__all__ = ["Layout"]


class Layout:
    """Collects items; things must not cover the subject's box."""

    def __init__(self, plan: Plan, rng: np.random.Generator, sizes: Mapping[str, float], scale: float) -> None:
        self.plan, self.rng, self.sizes = plan, rng, sizes
        self.scale = scale * min(1.0, 0.45 + 0.42 * plan.aspect) * (0.72 if plan.ground == "mountain" else 1.0)
        self.items: list[Item] = []
        self.many = False
        self.near = 1.0
        self.counts: Mapping[str, int] = {}
        self.joined: list[Item] = []

    def add(self, name: str, x: float, y: float, h: float, /, *, depth: float | None = None, **more: Any) -> Item:
        """Put a thing; its distance follows from its feet."""
        hor = self.plan.horizon
        if depth is None:
            depth = float(np.clip(0.62 * (1 - (y - hor) / max(0.05, 1 - hor)) ** 1.3, 0.06, 0.62))
        flip = bool(more.pop("flip", self.rng.random() < 0.5))
        item = Item(kind=name, x=float(x), y=float(y), h=float(h), flip=flip, depth=depth, more=more)
        self.items.append(item)
        return item

    def hides(self, x: float, y: float, h: float) -> bool:
        """Whether a tree or bush there would stand before one of those that join the subject."""
        return any(y > i.y - 0.02 and abs(x - i.x) < 0.4 * h + 0.75 * i.h for i in self.joined)

    def size(self, kind: str) -> float:
        """The base size times the template's scale."""
        return self.sizes.get(kind, 0.3) * self.scale
