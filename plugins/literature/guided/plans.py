"""A short plan before the poem: what happens and how it ends, in the model's own words, freely drawn.

The form takes most of a model's choice at each word; a plan that it read just before keeps the lines at one thing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ....core.pretrained.causal import CausalModel
from ....core.pretrained.token_tree import Rows
from ....core.transformer.sampling import draw
from .prompts import PLAN_ENDS, PLAN_OPENS

__all__ = ["begin"]

SHORT = 5
"""Lines up to which a poem needs no plan: small models say a short one's plan again in place of a poem."""
BEGUN = 2
"""Plans that a poem is begun from."""
DRAWN, LONGEST = 4, 40
"""Plans that are drawn together, and tokens after which one is given up."""
TEMPERATURE, MIN_P = 0.8, 0.06


def begin(
    model: CausalModel, read: Rows, lines: int, source: str, rng: np.random.Generator, names: Callable[[str], bool]
) -> tuple[Rows, list[str]]:
    """Rows that stand before the first line of a poem of so many lines, and the plans that they read.

    source: a text that is read as the plan; where there is none, only a poem of more than `SHORT` lines is planned.
    """
    if source:
        return read.extend([model.encode(f"{PLAN_OPENS}{source}{PLAN_ENDS}\n\n")]), []
    return draw_plans(model, read, BEGUN, rng, names) if lines > SHORT else (read, [])


def draw_plans(
    model: CausalModel, read: Rows, number: int, rng: np.random.Generator, names: Callable[[str], bool]
) -> tuple[Rows, list[str]]:
    """`number` rows that have read a plan and stand before the first line of a poem, and the plans.

    read: a row before the plan; names: whether a plan speaks of the theme. Where no plan was closed in time, the rows
    go on without one.
    """
    batch = read.take([0] * DRAWN).extend([model.encode(PLAN_OPENS)] * DRAWN)
    living: NDArray[np.int64] = np.arange(DRAWN)
    said: list[list[int]] = [[] for _ in range(DRAWN)]
    sums = np.zeros(DRAWN)
    closed: list[tuple[float, str]] = []
    for _ in range(LONGEST):
        tokens = draw(batch.log_p, rng, temperature=TEMPERATURE, min_p=MIN_P)
        going = []
        for row, (of, token) in enumerate(zip(living.tolist(), tokens.tolist(), strict=True)):
            said[of].append(token)
            sums[of] += batch.log_p[row, token]
            text = model.decode(said[of])
            if PLAN_ENDS in text:
                plan = text.partition(PLAN_ENDS)[0].strip()
                closed.append((float(sums[of]) / len(said[of]) + 2 * names(plan) - 4 * _repeats(plan), plan))
            elif token not in model.ends and "\n" not in text:
                going.append(row)
        if not going:
            break
        living, tokens = living[going], tokens[going]
        batch = batch.take(going).step(tokens)
    closed.sort(key=lambda found: -found[0])
    plans = list(dict.fromkeys(plan for _, plan in closed))[:number]
    texts = [f"{PLAN_OPENS}{plan}{PLAN_ENDS}\n\n" for plan in plans] or [""]
    if not plans:
        return read, []
    return read.take([0] * len(plans)).extend([model.encode(text) for text in texts]), plans


def _repeats(plan: str) -> bool:
    """Whether a plan says four words, or as many characters, twice."""
    parts = plan.lower().replace(";", " ").split() if " " in plan else list(plan)
    runs = [tuple(parts[i : i + 4]) for i in range(len(parts) - 3)]
    return len(set(runs)) < len(runs)
