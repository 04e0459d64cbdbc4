"""Lines drawn from a language model under a form: particles that are weighed and resampled (sequential Monte Carlo).

A row is drawn from the model's chances over what the form allows; what the form took away is made up for in the row's
weight (the logarithm of the mass that was allowed), so rows that the form forces into nonsense die out. Where the weights
of a draft's rows become too uneven, they are drawn anew by the root of their weights (Doucet and Johansen 2009; Lew et
al. 2023, "Sequential Monte Carlo Steering of Large Language Models", who resample by the weights themselves).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.pretrained.token_tree import Rows
from .line_form import LineForm

__all__ = ["DrawnLine", "draw_lines"]

Array = NDArray[np.float64]

MIN_P = 0.03
"""A token below this share of the most likely allowed one is not drawn (Nguyen et al. 2024)."""
LONGEST = 60
"""Steps after which a line is given up."""


@dataclass(frozen=True)
class DrawnLine:
    """A line as it was drawn. draft: which one it goes on from; log_p: natural logarithm of its chance under the model;
    worth: what the form added; read: one row that has read the draft and the line but for the tokens in `rest`.
    """

    draft: int
    text: str
    log_p: float
    worth: float
    read: Rows
    rest: tuple[int, ...]


@dataclass
class _Row:
    draft: int
    state: Any
    log_p: float = 0.0
    worth: float = 0.0
    weight: float = 0.0


def draw_lines(
    read: Rows,
    forms: Sequence[LineForm[Any]],
    rows: int,
    rng: np.random.Generator,
    *,
    temperature: float = 0.8,
    bars: Callable[[str], bool] = lambda text: False,
    stop: Callable[[], None] = lambda: None,
) -> list[DrawnLine]:
    """Up to `rows` lines for each draft, drawn together. read: a row for each draft, which stays as it is; forms: its
    line; bars: whether a text so far must not be said; stop: called each step, may raise.
    """
    living = [_Row(draft, form.start()) for draft, form in enumerate(forms) for _ in range(rows)]
    batch = read.take([row.draft for row in living])
    done: list[DrawnLine] = []
    for _ in range(LONGEST):
        stop()
        chosen = _draw(batch, living, forms, rng, temperature, bars)
        order: list[int] = []
        going: list[_Row] = []
        for number, (row, token) in enumerate(zip(living, chosen, strict=True)):
            if token < 0:
                continue
            form = forms[row.draft]
            row.state = form.step(row.state, token)
            ending = form.ended(row.state)
            if ending is None:
                order.append(number)
                going.append(row)
            else:
                ends = batch.take([number])
                done.append(DrawnLine(row.draft, form.text(row.state), row.log_p, row.worth, ends, ending.tokens))
        if not going:
            break
        places, living = _resample(going, rng)
        batch = batch.take([order[i] for i in places])
        batch.step([row.state.tokens[-1] for row in living])
    return done


def _draw(
    batch: Rows,
    living: Sequence[_Row],
    forms: Sequence[LineForm[Any]],
    rng: np.random.Generator,
    temperature: float,
    bars: Callable[[str], bool],
) -> list[int]:
    """A token for each row, -1 where its line cannot go on; the rows' sums are brought up to date."""
    chosen: list[int] = []
    for number, row in enumerate(living):
        form = forms[row.draft]
        moves = form.moves(row.state)
        if not len(moves) or (row.state.tokens and bars(form.text(row.state))):
            chosen.append(-1)
            continue
        log_p = batch.log_p[number, moves.tokens].astype(np.float64)
        value = log_p + moves.worth
        best = value.max()
        row.weight += best + np.log(np.exp(value - best).sum())
        bold = (value - best) / temperature
        share = np.exp(bold)
        share[value - best < np.log(MIN_P)] = 0
        at = int(rng.choice(len(share), p=share / share.sum()))
        row.log_p += log_p[at]
        row.worth += float(moves.worth[at])
        chosen.append(int(moves.tokens[at]))
    return chosen


def _resample(rows: list[_Row], rng: np.random.Generator) -> tuple[list[int], list[_Row]]:
    """(places, rows) that go on: of each draft whose effective number of rows fell below half, drawn anew."""
    places: list[int] = []
    for draft in dict.fromkeys(row.draft for row in rows):
        mine = [i for i, row in enumerate(rows) if row.draft == draft]
        weights = np.array([rows[i].weight for i in mine])
        share = np.exp(weights - weights.max())
        share /= share.sum()
        if 1 / (share**2).sum() >= len(mine) / 2 or len(mine) == 1:
            places += mine
            continue
        soft = np.sqrt(share)
        soft /= soft.sum()
        places += [mine[int(i)] for i in np.sort(rng.choice(len(mine), len(mine), p=soft))]
        for i in mine:
            rows[i].weight *= 0.5
    return places, [_Row(r.draft, r.state, r.log_p, r.worth, r.weight) for r in (rows[i] for i in places)]
