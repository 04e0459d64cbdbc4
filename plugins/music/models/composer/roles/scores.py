"""What players with roles play: in each slot chords one after another, never two at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ....theory.score import Metre

__all__ = ["Chord", "RoleScore"]


@dataclass(frozen=True)
class Chord:
    """Notes struck together and held as long. onset, length: ticks; tones: MIDI pitches in order of speaking, the one
    that matters first (the bass in a left hand, else the highest).
    """

    onset: int
    length: int
    tones: tuple[int, ...]

    @property
    def end(self) -> int:
        """The tick at which it stops."""
        return self.onset + self.length


@dataclass(frozen=True)
class RoleScore:
    """name: where it comes from; style, ensemble: names of `vocabulary`; slots: what each plays, by number; metres: at
    least one; keys: (tick, sharps), the first at the beginning; minor: whether it ends in minor, None where nobody knows;
    sections: ticks at which sections begin; total: ticks, 0 for the last note's end.
    """

    name: str
    style: str
    ensemble: str
    slots: Mapping[int, tuple[Chord, ...]]
    metres: tuple[Metre, ...] = (Metre(0, 4, 4),)
    keys: tuple[tuple[int, int], ...] = ((0, 0),)
    minor: bool | None = None
    sections: tuple[int, ...] = ()
    total: int = 0
    tempo_qpm: float = 90.0
    title: str = field(default="")

    @property
    def length(self) -> int:
        """Ticks of the piece."""
        return max([self.total, *(chords[-1].end for chords in self.slots.values() if chords)])

    @property
    def notes(self) -> int:
        """Number of sounding notes."""
        return sum(len(chord.tones) for chords in self.slots.values() for chord in chords)
