"""How a reference is painted with, by the family that it is of, and how any hand paints after a photograph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .guides import Weights
from .hands import Painter
from .matching import Manner

__all__ = ["FAMILIES", "after_photograph"]

_PIXEL = 7.0
"""Softness of the guide: a photograph is drawn more sharply than masses are."""
_BROAD = 20
"""Side of the finest patches: a photograph is even in its detail, so the paint must bring the larger forms of the touch."""

_OIL = Painter(
    "", (), manner=Manner(coherence=0.6, use=0.02), weights=Weights(light=1.4, colour=1.8, direction=0.04, touch=0.22)
)
FAMILIES: Mapping[str, Painter] = {
    "oil": replace(_OIL, touch=0.6),
    "dots": replace(_OIL, side=16, touch=0.6),
    "flat": replace(_OIL, side=12, faces=0.5, touch=-0.3, manner=Manner(coherence=0.85)),
    "print": replace(_OIL, medium="print"),
    "ink": replace(_OIL, medium="ink", light=0.9),
}
"""A painter without works for each family of `reading.families`."""


def after_photograph(painter: Painter) -> Painter:
    """The painter as he paints after a photograph: his values and his palette, his touch broad, little of its drawing."""
    return replace(
        painter,
        pixel=_PIXEL,
        light=max(0.75, painter.light),
        chroma=1.0,
        side=painter.side if painter.side != Painter.side else _BROAD,
        faces=min(0.4, painter.faces),
        masses=0.4,
    )
