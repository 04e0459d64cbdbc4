"""Mountains and hills on the horizon."""

from __future__ import annotations

import numpy as np

from ..plan import Plan

__all__ = ["lay_ranges"]


def lay_ranges(plan: Plan, rng: np.random.Generator, high: bool) -> Plan:
    """Ranges on the horizon: a dominating peak and its followers, or low hills, or none."""
    numbers = rng.random((24, 3))
    a, out = plan.aspect, []
    if plan.ground in ("street", "still", "portrait", "abstract", "interior", "branch", "pond", "skyline"):
        return plan
    if high:
        tall = min(plan.horizon * 0.84, (0.40 if plan.ground == "mountain" else 0.30) + 0.17 * numbers[0, 0])
        main = a * (0.30 + 0.12 * numbers[0, 1]) if plan.focus[0] > a / 2 else a * (0.58 + 0.12 * numbers[0, 1])
        for i in range(4):
            out.append(
                (
                    a * (i + 0.2 + 0.6 * numbers[1 + i, 0]) / 4,
                    0.20 + 0.16 * numbers[1 + i, 1],
                    tall * (0.50 + 0.25 * numbers[1 + i, 2]),
                    0.88,
                )
            )
        out.append((main, 0.34 + 0.16 * numbers[6, 0], tall, 0.72))
        for i in range(2):
            out.append(
                (
                    main + (0.34 + 0.2 * numbers[7 + i, 0]) * (1 if i else -1),
                    0.20 + 0.12 * numbers[7 + i, 1],
                    tall * (0.45 + 0.2 * numbers[7 + i, 2]),
                    0.72,
                )
            )
        if plan.ground == "mountain":
            for i in range(4):
                out.append(
                    (
                        a * (i + 0.2 + 0.6 * numbers[10 + i, 0]) / 3.6,
                        0.24 + 0.2 * numbers[10 + i, 1],
                        tall * (0.20 + 0.26 * numbers[10 + i, 2]),
                        0.50,
                    )
                )
    elif numbers[15, 0] < (0.75 if plan.ground != "sea" else 0.3) and plan.template != "close":
        for i in range(3):
            out.append(
                (
                    a * (i + numbers[16 + i, 0]) / 3,
                    0.22 + 0.3 * numbers[16 + i, 1],
                    0.04 + 0.10 * numbers[16 + i, 2],
                    0.84,
                )
            )
    return plan.but(peaks=tuple(out))
