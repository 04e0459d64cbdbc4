"""Whom a piece is like, and how much of it stood in the training works: what the composer knows, told by the analyst.

Styles are compared by the likelihood of the piece's beginning in each (the first of the shipped nets). Copies are told
by the index of known works (`copying`), as for every work that is made.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .....core.errors import FormatError
from ...composing.copying import measure
from ...notation.score_midi import from_midi
from ..composer.evaluation import nearest_styles
from ..composer.lending import lend, weight_files

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from .....core.requests import Context

__all__ = ["likeness"]

SHOWN = 4


def likeness(midi: PrettyMIDI, context: Context) -> dict[str, Any]:
    """`nearest_styles`: the likeliest learned styles, with nats per note and share of the belief; `originality`: the
    report on what it shares with known works.

    Both are None where there are no notes but drums.
    """
    try:
        score = from_midi(midi, limit=64)
    except FormatError:
        return {"nearest_styles": None, "originality": None}
    with lend(context, weight_files("all", "", context.home, 1)) as engine:
        figures = nearest_styles(engine, score)
    best = next(iter(figures))
    notes = min(score.notes, 40)
    weights = {style: math.exp(-notes * (nats - figures[best])) for style, nats in figures.items()}
    total = sum(weights.values())
    report = measure(score)
    return {
        "nearest_styles": [
            {"style": style, "nats_per_note": round(nats, 4), "share": round(weights[style] / total, 4)}
            for style, nats in list(figures.items())[:SHOWN]
        ],
        "originality": None if report is None else report.to_dict(),
    }
