"""How far a picture goes from imitation to innovation (`--novelty`): in the hand, the colours, and what is quoted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...atelier.colour import Array
from ...paint.hands import PAINTERS, Painter
from ...paint.parts import Hand
from ...quoting.composing import Composed, quoted_shares

__all__ = ["Venture"]

_GUEST = 0.6
"""Share of the paint that comes from other masters' works at most: the hand that was asked for stays the heaviest."""
_TWO_GUESTS = 0.6
_JOINS = 0.9
"""From where on works are joined."""
_TURN = 40.0
"""Degrees that colours are turned by at most."""


@dataclass(frozen=True)
class Venture:
    """novelty: 0 (imitation) to 1 (innovation)."""

    novelty: float

    @property
    def joins(self) -> bool:
        """Whether a picture is of several works: below, one of them carries it all."""
        return self.novelty >= _JOINS

    @property
    def most_quoted(self) -> float:
        """The share of a picture that may agree with one work."""
        return 0.6 - 0.35 * self.novelty

    def compose(self, make: Callable[[], Composed]) -> Composed:
        """Of one to three compositions the first that quotes little enough, else the one that quotes least; bent, and with a third
        work's colours.
        """
        best: tuple[float, Composed] | None = None
        for _ in range(1 + round(2 * self.novelty)):
            composed = make()
            plan = replace(
                composed.plan, bend=round(self.bend, 4), share=round(max(self.borrowed, composed.plan.light), 3)
            )
            over = max(0.0, max(quoted_shares(plan)) - self.most_quoted)
            if best is None or over < best[0]:
                best = over, replace(composed, plan=plan)
            if over == 0:
                break
        assert best is not None
        return best[1]

    @property
    def bend(self) -> float:
        """How far the masses are bent, share of the side."""
        return 0.012 + 0.028 * self.novelty

    @property
    def borrowed(self) -> float:
        """The share of colours that come from a third work."""
        return 0.3 + 0.6 * self.novelty

    def hand(self, hand: Hand, rng: np.random.Generator) -> Hand:
        """The hand with paint of other masters of its medium mixed in, and less bound to its own colours and light."""
        own = tuple((self._freed(painter), weight) for painter, weight in hand.parts)
        guests = self._guests(hand, rng)
        if not guests:
            return replace(hand, parts=own)
        given = _GUEST * self.novelty
        parts = [(painter, weight * (1 - given)) for painter, weight in own]
        names = [(name, weight * (1 - given)) for name, weight in hand.names]
        for name in guests:
            parts.append((PAINTERS[name], given / len(guests)))
            names.append((name, given / len(guests)))
        return replace(hand, names=tuple(names), parts=tuple(parts))

    def _freed(self, painter: Painter) -> Painter:
        n = self.novelty
        return replace(
            painter,
            chroma=float(np.clip(painter.chroma + 0.15 - 0.6 * n, 0, 1)),
            light=float(np.clip(painter.light + 0.1 - 0.3 * n, 0, 1)),
        )

    def _guests(self, hand: Hand, rng: np.random.Generator) -> list[str]:
        if self.novelty < 0.1 or hand.strokes or not hand.parts:
            return []
        taken = {name for name, _ in hand.names}
        packs = {painter.pack for painter, _ in hand.parts}
        medium = hand.painter.medium
        able = sorted(
            n
            for n, p in PAINTERS.items()
            if p.medium == medium and n not in taken and p.pack not in packs and not p.facets
        )
        count = 2 if self.novelty > _TWO_GUESTS else 1
        return [able[i] for i in rng.permutation(len(able))[:count]]

    def colours(self, masses: Array, rng: np.random.Generator) -> Array:
        """The masses with their hues turned a little, the same way everywhere."""
        angle = np.radians(_TURN * self.novelty) * (1 if rng.random() < 0.5 else -1)
        out = masses.copy()
        a, b = masses[..., 1], masses[..., 2]
        out[..., 1], out[..., 2] = np.cos(angle) * a - np.sin(angle) * b, np.sin(angle) * a + np.cos(angle) * b
        return out
