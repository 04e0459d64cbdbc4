"""The hand of a request: masters with their paint, a person's own pictures, or hands that paint with strokes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ....core.errors import InputError
from ....core.home import styles_folder
from ....core.requests import Context
from ....core.style import Style
from ..atelier.colour import Array
from .exemplars import Exemplar, choose, own_exemplar
from .hands import PAINTERS, Painter
from .painter import tuned

__all__ = ["Hand", "find_hand"]

_WORKS = 5
"""Exemplars of a picture: fewer repeat themselves, more cost memory."""


@dataclass(frozen=True)
class Hand:
    """names: with weights; parts: how each named one paints; own: a person's pictures that were given as references; strokes:
    a part has no paintings to take its paint from, so all is painted with strokes.
    """

    names: tuple[tuple[str, float], ...]
    parts: tuple[tuple[Painter, float], ...]
    own: tuple[Exemplar, ...] = ()
    strokes: bool = False

    @property
    def painter(self) -> Painter:
        """How the heaviest part paints."""
        return max(self.parts, key=lambda part: part[1], default=(Painter("", ()), 1.0))[0]

    @property
    def masters(self) -> tuple[str, ...]:
        """Painters whose works must not be quoted."""
        return tuple(name for painter, _ in self.parts for name in painter.masters)

    def exemplars(self, masses: Array, kind: str) -> list[Exemplar]:
        """Works to paint with: of each part by its weight, and the person's own."""
        works = list(self.own[:_WORKS])
        for painter, weight in self.parts:
            works += choose(painter.pack, masses, kind, max(1, round(weight * painter.count)), _first(painter, kind))
        return works

    def coloured(self, masses: Array) -> Array:
        """Masses in the light and colours of the works that they would be painted with."""
        works = self.exemplars(masses, "")
        if not works:
            return masses
        palette = np.concatenate([w.small.reshape(-1, 3)[::5] for w in works])
        return tuned(masses, self.painter, palette, np.random.default_rng(0))

    def __str__(self) -> str:
        return "+".join(f"{name}:{weight:.3g}" for name, weight in self.names) or "references"


def _first(painter: Painter, kind: str) -> tuple[str, ...]:
    """What a painter always takes paint of; his ornament is none for hills."""
    return () if kind in ("landscape", "sea", "town") else painter.first


def find_hand(style: Style | None, usual: str, context: Context) -> Hand:
    """The hand of a style; `usual` where there is none. Raises InputError for a reference that is no picture or too small.

    Whether a name that has no paint is a style at all is for the atelier to say.
    """
    if style is None:
        return Hand(((usual, 1.0),), ((PAINTERS[usual], 1.0),))
    parts: list[tuple[Painter, float]] = []
    strokes = False
    for name, weight in style.names:
        learned = styles_folder(context.home, "painting") / f"{name}.zip"
        if name in PAINTERS:
            parts.append((PAINTERS[name], weight))
        elif learned.is_file():
            parts.append((replace(Painter("", ()), pack=str(learned)), weight))
        else:
            strokes = True
    return Hand(style.names, tuple(parts), _references(style), strokes)


def _references(style: Style) -> tuple[Exemplar, ...]:
    found: Sequence[Exemplar] = []
    for work, _ in style.references:
        if work.medium != "painting":
            raise InputError(
                f"the reference {work.title or work.short_id!r} is a work of {work.medium}; a painting's style comes "
                f"from pictures or from a named style"
            )
        found = [*found, own_exemplar(work.payload.convert("RGB"), work.title or work.short_id)]
    return tuple(found)
