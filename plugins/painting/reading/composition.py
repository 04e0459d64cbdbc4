"""How a picture is built: values, where it is looked at, horizon, balance, directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..atelier.colour import Array
from ..atelier.noise import blur, resize, structure_angle
from .colours import thumbnail_size

if TYPE_CHECKING:
    pass

__all__ = ["find_composition", "find_horizon", "find_level_edge", "find_values"]

LEVEL = 0.7  # sureness from which a level edge is told


def find_values(lab: Array) -> dict[str, Any]:
    """Values: key ("high", "middle", "low"), range, contrast, shares of dark, middle and light,
    and number of masses.
    """
    light = resize(lab[..., 0], *thumbnail_size(lab.shape[:2], 256))
    low, quarter, median, three, high = (float(v) for v in np.quantile(light, [0.05, 0.25, 0.5, 0.75, 0.95]))
    soft = blur(light, 24 * max(light.shape) / 1024)
    counts = np.convolve(np.histogram(soft, bins=24, range=(0, 1))[0] / soft.size, [0.25, 0.5, 0.25], "same")
    padded = np.concatenate([[0], counts, [0]])
    masses = int(((padded[1:-1] > 0.02) & (padded[1:-1] >= padded[:-2]) & (padded[1:-1] > padded[2:])).sum())
    key = "high" if median > 0.68 else "low" if median < 0.4 else "middle"
    return {
        "key": key,
        "median": round(median, 3),
        "range": [round(low, 3), round(high, 3)],
        "contrast": round(float(light.std()), 3),
        "middle_spread": round(three - quarter, 3),
        "dark_share": round(float((light < 0.35).mean()), 3),
        "light_share": round(float((light > 0.72).mean()), 3),
        "masses": masses,
        "skew": round(float(((light - light.mean()) ** 3).mean() / (light.std() ** 3 + 1e-6)), 3),
    }


def find_composition(lab: Array) -> dict[str, Any]:
    """Where the picture is looked at and how it is built; x and y in 0..1 from the upper left.

    focus: strongest local contrast of light and colour; thirds: how near it lies to a crossing of thirds, 0..1;
    symmetry: of left and right, correlation -1..1; horizon: row of a level edge, None without one, and how sure;
    balance: centre of the visual weight; directions: share of edge energy that lies flat, upright, rising, falling.
    """
    small = resize(lab, *thumbnail_size(lab.shape[:2], 192))
    height, width = small.shape[:2]
    weight = visual_weight(small)
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    prior = np.exp(-(((x - 0.5) / 0.42) ** 2 + ((y - 0.52) / 0.42) ** 2))
    peak = int(np.argmax(blur(weight, 0.055 * max(height, width)) * prior))
    focus = (float(x.ravel()[peak]), float(y.ravel()[peak]))
    crossing = min(np.hypot(focus[0] - i, focus[1] - j) for i in (1 / 3, 2 / 3) for j in (1 / 3, 2 / 3))
    balance = (float((weight * x).sum() / weight.sum()), float((weight * y).sum() / weight.sum()))
    light = blur(small[..., 0], 3)
    mirrored = np.corrcoef(light.ravel(), light[:, ::-1].ravel())[0, 1] if light.std() > 1e-4 else 1.0
    upright = np.corrcoef(light.ravel(), light[::-1].ravel())[0, 1] if light.std() > 1e-4 else 1.0
    horizon, sure = find_level_edge(small)
    return {
        "focus": [round(v, 3) for v in focus],
        "thirds": round(max(0.0, 1 - crossing / 0.24), 3),
        "symmetry": round(float(mirrored), 3),
        "symmetry_upright": round(float(upright), 3),
        "horizon": None if sure < LEVEL else round(horizon, 3),
        "horizon_sure": round(sure, 3),
        "balance": [round(v, 3) for v in balance],
        "directions": _directions(small[..., 0]),
        "open_share": round(float((weight < 0.12 * weight.max()).mean()), 3),
    }


def visual_weight(lab: Array) -> Array:
    """Local contrast of light and colour and departure from the mean colour: what draws the glance, >= 0."""
    scale = max(lab.shape[:2])
    detail = sum(
        k * np.abs(blur(lab[..., i], 0.006 * scale) - blur(lab[..., i], 0.05 * scale))
        for i, k in enumerate((1.0, 1.6, 1.6))
    )
    odd = np.sqrt((((lab - lab.mean((0, 1))) * (0.6, 1.6, 1.6)) ** 2).sum(-1))
    return blur(detail + 0.35 * blur(odd, 0.02 * scale) * (detail > 0.01), 0.012 * scale) + 1e-6


def find_level_edge(small: Array) -> tuple[float, float]:
    """(row, how sure, 0..1) of the edge that runs level from side to side: how much of the width steps there the same way,
    a little higher or lower, and whether the step is large enough to be seen.
    """
    soft = blur(small, 1.0) * (1, 2, 2)
    height = len(soft)
    reach, slack, margin = max(2, height // 24), max(1, height // 60), max(2, height // 24, height // 8)
    sums = np.concatenate([np.zeros_like(soft[:1]), np.cumsum(soft, axis=0)])
    rows = range(margin, height - margin)
    if not rows:
        return 0.5, 0.0
    steps = np.stack([sums[i + reach] - 2 * sums[i] + sums[i - reach] for i in rows]) / reach
    mean = steps.mean(axis=1)
    size = np.linalg.norm(mean, axis=1)
    sure = np.zeros(len(rows))
    for k in range(len(rows)):
        onward = (steps[max(0, k - slack) : k + slack + 1] @ (mean[k] / (size[k] + 1e-9))).max(axis=0)
        sure[k] = (onward > max(0.06, 0.5 * size[k])).mean() * min(1.0, size[k] / 0.12)
    best = int(np.argmax(sure))
    return rows[best] / height, float(sure[best])


def find_horizon(small: Array) -> tuple[float, float]:
    """The row that best splits the picture in two: step of the mean colour against what varies within the rows."""
    rows = blur(small, 1.0)
    mean = rows.mean(axis=1)
    height = len(mean)
    reach = max(2, height // 16)
    steps = np.zeros(height)
    for i in range(max(reach, height // 8), height - max(reach, height // 8)):
        step = mean[i : i + reach].mean(0) - mean[i - reach : i].mean(0)
        steps[i] = np.sqrt((step * step * (1, 2, 2)).sum())
    at = int(np.argmax(steps))
    across = rows[max(0, at - reach) : at + reach].std(axis=1)
    noise = float(np.sqrt((across**2).mean(0).sum()))
    return at / height, float(min(1.0, steps[at] / (noise + 0.03)))


def _directions(light: Array) -> dict[str, float]:
    field, energy, coherence = structure_angle(light, fine=1.0, wide=2.5)
    weight = energy * coherence
    angle = np.degrees(np.arctan2(field[..., 1], field[..., 0]) / 2) % 180
    total = float(weight.sum()) + 1e-12
    share = [float(weight[(angle - c + 22.5) % 180 < 45].sum()) / total for c in (0, 45, 90, 135)]
    # rows count downwards, so an angle of 45 degrees falls to the right
    return {name: round(v, 3) for name, v in zip(("flat", "falling", "upright", "rising"), share, strict=True)}
