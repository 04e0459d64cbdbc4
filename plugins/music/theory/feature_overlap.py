"""How alike two sets of works are, feature by feature: the overlapping area of their distributions.

Yang and Lerch, "On the evaluation of generative models in music" (2020): of each feature, all distances within one set
and all distances
between the sets are smoothed by a Gaussian kernel; the area under both curves is 1 where the sets can't be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["overlapping_areas"]


def _density(values: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std()) or float(np.ptp(grid)) / 50 or 1.0
    width = 1.06 * spread * len(values) ** -0.2
    density = np.exp(-0.5 * ((grid[:, None] - values[None, :]) / width) ** 2).sum(1)
    area = float(np.trapezoid(density, grid))
    return density / area if area else density


def overlapping_areas(ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Feature -> overlap in [0, 1] of the distances within `theirs` and those between `ours` and `theirs`; features
    that never vary are left out.
    """
    areas: dict[str, float] = {}
    for name in ours[0]:
        a = np.array([row[name] for row in ours], float)
        b = np.array([row[name] for row in theirs], float)
        inner = np.abs(b[:, None] - b[None, :])[np.triu_indices(len(b), 1)]
        outer = np.abs(a[:, None] - b[None, :]).ravel()
        if len(inner) < 1 or not np.ptp(np.concatenate([inner, outer])):
            continue
        grid = np.linspace(0, max(inner.max(), outer.max()) * 1.1, 512)
        areas[name] = round(float(np.trapezoid(np.minimum(_density(inner, grid), _density(outer, grid)), grid)), 4)
    return areas
