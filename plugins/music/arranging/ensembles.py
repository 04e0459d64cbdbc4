"""Who plays an accompaniment: its hands given to instruments, a bass line and a groove of drums beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..theory.score import TICKS, Note
from .harmony import Harmony

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["ENSEMBLES", "add_drums", "bass_line"]

ENSEMBLES: dict[str, tuple[tuple[str, int], ...]] = {
    "piano": (("Piano", 0),),
    "guitar": (("Guitar", 24),),
    "strings": (("Strings", 48),),
    "band": (("Piano", 0), ("Bass", 33)),
    "lead": (),
}
"""Instruments (name, General MIDI program) of each ensemble, without its drums; a lead sheet has none, its chords are symbols."""

_KICK, _SNARE, _HAT = 36, 38, 42
#: Eighths of a bar at which each drum is struck, by metre.
_GROOVES: dict[str, dict[int, tuple[int, ...]]] = {
    "4/4": {_KICK: (0, 4), _SNARE: (2, 6), _HAT: tuple(range(8))},
    "3/4": {_KICK: (0,), _SNARE: (2, 4), _HAT: (0, 2, 4)},
    "6/8": {_KICK: (0,), _SNARE: (3,), _HAT: tuple(range(6))},
    "2/4": {_KICK: (0,), _SNARE: (2,), _HAT: (0, 1, 2, 3)},
}
_EIGHTH = TICKS // 2


def bass_line(chords: Sequence[Harmony], beat: int) -> tuple[Note, ...]:
    """A walking bass: the root on a chord's first beat, chord tones after it, and a step into the next root."""
    notes: list[Note] = []
    low, high = 28, 47
    for i, chord in enumerate(chords):
        root = next(p for p in range(low, high) if p % 12 == chord.root)
        tones = [root + t for t in chord.tones if root + t <= high] or [root]
        places = list(range(chord.start, chord.end, beat))
        following = chords[i + 1].root if i + 1 < len(chords) else chord.root
        for k, at in enumerate(places):
            length = min(beat, chord.end - at)
            pitch = tones[k % len(tones)]
            if k and k == len(places) - 1 and following != chord.root:
                goal = min((p for p in range(low, high + 3) if p % 12 == following), key=lambda p: abs(p - pitch))
                pitch = (
                    goal - 1 if goal >= pitch else goal + 2 if (goal + 2 - chord.root) % 12 in chord.tones else goal + 1
                )
            notes.append(Note(at, length, pitch))
    return tuple(notes)


def add_drums(midi: pretty_midi.PrettyMIDI, metre: str, start: int, bars: int, second: float) -> None:
    """A groove on the drum channel. start: tick of the first bar; second: length of a tick. Metres without a groove of
    their own get no drums.
    """
    import pretty_midi

    groove = _GROOVES.get(metre)
    if groove is None or bars < 1:
        return
    top, bottom = (int(n) for n in metre.split("/"))
    size = top * 8 // bottom
    drums = pretty_midi.Instrument(program=0, is_drum=True, name="Drums")
    for bar in range(bars):
        for drum, places in groove.items():
            for place in places:
                at = (start + (bar * size + place) * _EIGHTH) * second
                loud = 78 if drum == _HAT else 92
                drums.notes.append(pretty_midi.Note(loud - 10 * (place % 2), drum, at, at + _EIGHTH * second))
    drums.notes.sort(key=lambda n: (n.start, n.pitch))
    midi.instruments.append(drums)
