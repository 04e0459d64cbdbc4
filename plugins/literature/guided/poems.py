"""A poem line by line under any language model: drafts, their next lines, the best ones kept.

The model's chances and the form's own wishes (theme, rhythm, what was said already) rank the lines; the checkers of the
languages, which know nothing of masks, read the poem at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ....core.pretrained.token_tree import Rows
from .line_form import LineForm
from .particles import DrawnLine, draw_lines

__all__ = ["Draft", "write_drafts"]

KEPT = 2
"""Drafts that go on from line to line; one where a poem has more lines than `LONG`."""
LONG = 8
FREE, BOUND = 8, 16
"""Lines that are drawn for each draft: where the rhyme is open, and where it is given."""

Forms = Callable[["Draft", int], LineForm[Any] | str]


@dataclass(frozen=True)
class Draft:
    """A poem so far. score: the sum of its lines' log p and worth, less what `faults` charged."""

    lines: tuple[DrawnLine, ...] = ()
    score: float = 0.0

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines as they are printed."""
        return tuple(line.text for line in self.lines)


def write_drafts(
    read: Rows,
    lines: int,
    form_of: Forms,
    bound: Callable[[int], bool],
    rng: np.random.Generator,
    *,
    temperature: float,
    break_tokens: Callable[[str], tuple[int, ...]],
    bars: Callable[[str], bool] = lambda text: False,
    tell: Callable[[float, str], None] = lambda share, text: None,
) -> list[Draft]:
    """Finished drafts, the best first; none where no line could be completed.

    read: rows that stand before the first line, a draft begun from each; form_of: the form of a draft's next line, or
    its text where it is given; bound: whether a line's rhyme is given; break_tokens: the tokens of a given line with
    its break; bars: whether a line must not be said; tell: progress.
    """
    kept = [Draft()] * len(read)
    keep = KEPT if lines <= LONG else 1
    for line in range(lines):
        tell(line / lines, kept[0].texts[-1] if kept[0].lines else "")
        forms = [form_of(draft, line) for draft in kept]
        drawn = _given(read, forms, break_tokens)
        open_forms = [form for form in forms if not isinstance(form, str)]
        if open_forms:
            rows = (BOUND if bound(line) else FREE) * (2 if len(kept) == 1 else 1)
            drawn = draw_lines(
                read, open_forms, rows, rng, temperature=temperature, bars=bars, stop=partial(tell, line / lines, "")
            )
            drawn = [one for one in drawn if not bars(one.text)]
        if not drawn:
            return []
        best = sorted(drawn, key=lambda one: -(kept[one.draft].score + one.log_p + one.worth))
        chosen = _different(best, keep)
        before = kept
        kept = [
            Draft((*before[one.draft].lines, one), before[one.draft].score + one.log_p + one.worth) for one in chosen
        ]
        if line + 1 < lines:
            read = Rows.join([one.read for one in chosen]).extend([one.rest for one in chosen]).apart()
    return kept


def _given(
    read: Rows, forms: Sequence[LineForm[Any] | str], break_tokens: Callable[[str], tuple[int, ...]]
) -> list[DrawnLine]:
    return [
        DrawnLine(draft, text, 0.0, 0.0, read.take([draft]), break_tokens(text))
        for draft, text in enumerate(forms)
        if isinstance(text, str)
    ]


def _different(lines: Sequence[DrawnLine], number: int) -> list[DrawnLine]:
    """The first `number` lines of different text."""
    found: Mapping[str, DrawnLine] = {one.text: one for one in reversed(lines)}
    order = dict.fromkeys(one.text for one in lines)
    return [found[text] for text in list(order)[:number]]
