"""The layouts that pictures take, and what each means for horizon, subject and scale; the usual size of each thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .....core.errors import InputError

__all__ = ["SIZES", "TEMPLATES", "Template", "choose_template", "draw_horizon"]


@dataclass(frozen=True, kw_only=True)
class Template:
    """horizon: range of its height from the top; subject: range of its place across; scale: of things beside the usual."""

    horizon: tuple[float, float]
    subject: tuple[float, float]
    scale: float


TEMPLATES: Mapping[str, Template] = {
    "low": Template(horizon=(0.64, 0.72), subject=(0.58, 0.7), scale=1.1),
    "high": Template(horizon=(0.28, 0.36), subject=(0.34, 0.66), scale=1.05),
    "diagonal": Template(horizon=(0.4, 0.5), subject=(0.6, 0.72), scale=1.1),
    "s-curve": Template(horizon=(0.34, 0.44), subject=(0.55, 0.68), scale=0.95),
    "repoussoir": Template(horizon=(0.44, 0.56), subject=(0.58, 0.7), scale=1.1),
    "close": Template(horizon=(0.5, 0.62), subject=(0.46, 0.58), scale=1.5),
    "enclosed": Template(horizon=(0.42, 0.54), subject=(0.45, 0.56), scale=1.1),
}
SIZES: Mapping[str, float] = {
    "pagoda": 0.42,
    "ship": 0.44,
    "boat": 0.115,
    "sailboat": 0.26,
    "figure": 0.36,
    "horse": 0.31,
    "cow": 0.27,
    "sheep": 0.19,
    "dog": 0.19,
    "wolf": 0.23,
    "fox": 0.19,
    "deer": 0.28,
    "tiger": 0.30,
    "lion": 0.32,
    "bear": 0.32,
    "elephant": 0.46,
    "rider": 0.31,
    "tree": 0.52,
    "blossom": 0.50,
    "pine": 0.56,
    "willow": 0.54,
    "bamboo": 0.85,
    "cypress": 0.6,
    "poplar": 0.6,
    "birch": 0.55,
    "bare": 0.5,
    "house": 0.21,
    "village": 0.29,
    "church": 0.36,
    "castle": 0.36,
    "windmill": 0.36,
    "lighthouse": 0.42,
    "gate": 0.36,
    "crane": 0.34,
    "eagle": 0.17,
    "butterfly": 0.10,
    "wave": 0.46,
    "lantern": 0.20,
    "fire": 0.16,
    "sunflower": 0.6,
    "stones": 0.04,
    "conifer": 0.4,
    "reeds": 0.2,
    "flock": 0.16,
    "waterfall": 0.42,
    "skyline": 0.26,
    "bridge": 0.16,
    "cat": 0.34,
}
"""Heights of things in picture heights, near the viewer."""


def choose_template(asked: str, layouts: Sequence[str], ground: str, marks: Sequence[str], number: int) -> str:
    """The layout that was asked for, else one of `layouts` by `number`, as far as the ground allows it.

    Raises InputError where what was asked for is not allowed.
    """
    template = asked or layouts[number]
    if ground in ("street", "forest"):
        template = "enclosed"
    if ground == "mountain" and template in ("close", "high"):
        template = "low" if template == "close" else "repoussoir"
    if "wide" in marks and template in ("high", "s-curve", "enclosed"):
        template = "low"
    if asked not in ("", template):
        raise InputError(f"this scene ({ground}) has no layout {asked!r}; it is laid out as {template!r}")
    return template


def draw_horizon(template: str, ground: str, rng: np.random.Generator) -> float:
    """Where the horizon lies, from the top."""
    horizon = float(rng.uniform(*TEMPLATES[template].horizon))
    if ground == "mountain":
        return float(rng.uniform(0.62, 0.74))
    if ground == "street":
        return float(rng.uniform(0.50, 0.58))
    return 0.40 if ground == "sea" and template == "high" else horizon
