"""What a left hand does under a melody, by metre and style: where it strikes, how long, and whether bass, chord or tone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Figure", "Step", "choose_figure"]

BASS, CHORD, AGAIN, TONE = "bass", "chord", "again", "tone"


@dataclass(frozen=True)
class Step:
    """place: ticks from the bar line; ticks: how long; kind: "bass" (one low note), "chord", "again" (the chord before),
    "tone" (one note of the chord).
    """

    place: int
    ticks: int
    kind: str


Figure = tuple[Step, ...]


def _steps(ticks: int, kinds: str) -> Figure:
    """A figure of equal steps: b bass, c chord, a again, t tone."""
    names = {"b": BASS, "c": CHORD, "a": AGAIN, "t": TONE}
    return tuple(Step(i * ticks, ticks, names[kind]) for i, kind in enumerate(kinds))


_POLONAISE = (
    Step(0, 12, BASS),
    Step(12, 6, CHORD),
    Step(18, 6, AGAIN),
    *(Step(p, 12, AGAIN) for p in (24, 36, 48, 60)),
)

_WALTZ, _BROKEN_3, _HELD_3 = _steps(24, "bca"), _steps(12, "bttttt"), (Step(0, 24, BASS), Step(24, 48, CHORD))
_MARCH, _BROKEN_4, _PULSED_4 = _steps(24, "bcbc"), _steps(12, "btttbttt"), _steps(12, "bcaabcaa")
_HELD_4 = (Step(0, 48, CHORD), Step(48, 48, CHORD))
_JIG, _ROCKED = _steps(12, "bttbtt"), (Step(0, 12, BASS), Step(12, 24, CHORD), Step(36, 12, BASS), Step(48, 24, CHORD))
_TWO, _BROKEN_2 = _steps(12, "bcbc"), _steps(12, "bttt")

_OF_STYLE: dict[tuple[str, tuple[int, int]], tuple[Figure, ...]] = {
    ("waltz", (3, 4)): (_WALTZ,),
    ("mazurka", (3, 4)): (_WALTZ, _WALTZ, _HELD_3),
    ("polonaise", (3, 4)): (_POLONAISE,),
    ("nocturne", (3, 4)): (_BROKEN_3,),
    ("nocturne", (4, 4)): (_BROKEN_4,),
}
_OF_METRE: dict[tuple[int, int], tuple[Figure, ...]] = {
    (3, 4): (_HELD_3, _BROKEN_3, _WALTZ),
    (4, 4): (_HELD_4, _BROKEN_4, _MARCH, _PULSED_4),
    (2, 2): (_HELD_4, _BROKEN_4, _MARCH),
    (2, 4): (_TWO, _BROKEN_2),
    (6, 8): (_JIG, _ROCKED),
}
_CALM, _LIVELY = -0.5, 0.3


def choose_figure(style: str, metre: tuple[int, int], density: float, rng: np.random.Generator) -> Figure:
    """A figure for a section; the plainest where the theme wants few notes, not that where it wants many; () where the
    metre has none.
    """
    figures = _OF_STYLE.get((style, metre)) or _OF_METRE.get(metre, ())
    if not figures:
        return ()
    ranked = sorted(figures, key=len)
    if len(ranked) > 2 and style not in ("waltz", "mazurka"):
        ranked = ranked[:2] if density < _CALM else ranked[1:] if density > _LIVELY else ranked
    return ranked[int(rng.integers(len(ranked)))]
