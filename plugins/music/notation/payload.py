"""What a MIDI file holds and PrettyMIDI has no place for, carried beside it; and tempo maps by its public names only.

The payload of music stays a `pretty_midi.PrettyMIDI`. Its lists may hold the classes of this module, which are those of
pretty_midi and know more: the track that a lyric or text stands in, the kind of a text (marker, cue, copyright), the
spelling of a key. Whoever knows pretty_midi alone sees what they know.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import mido
import numpy as np
import pretty_midi
from numpy.typing import NDArray

__all__ = [
    "MARKER",
    "TEXT",
    "KeySignature",
    "Lyric",
    "Text",
    "is_pickup",
    "make_midi",
    "pickup_metres",
    "seconds_to_ticks",
    "sharps_of",
    "tempo_map",
    "ticks_to_seconds",
]

TEXT, COPYRIGHT, MARKER, CUE = 0x01, 0x02, 0x06, 0x07
"""Kinds of text events, as a MIDI file numbers them."""

_SHARPS_MAJOR = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: 6, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}
"""Sharps (flats below zero) of the signature for each major tonic, the fewer where two spellings sound alike."""


class Lyric(pretty_midi.Lyric):  # type: ignore[misc]
    """A syllable. part: the instrument that sings it, None for the track of tempi and metres."""

    def __init__(self, text: str, time: float, part: pretty_midi.Instrument | None = None) -> None:
        super().__init__(text, time)
        self.part = part


class Text(pretty_midi.Text):  # type: ignore[misc]
    """A text. kind: TEXT, COPYRIGHT, MARKER or CUE; part: the instrument whose track it stands in, or None."""

    def __init__(self, text: str, time: float, part: pretty_midi.Instrument | None = None, kind: int = TEXT) -> None:
        super().__init__(text, time)
        self.part = part
        self.kind = kind


class KeySignature(pretty_midi.KeySignature):  # type: ignore[misc]
    """A key as it is spelled. sharps: of its signature, in [-7, 7], flats below zero."""

    def __init__(self, sharps: int, minor: bool, time: float) -> None:
        super().__init__((sharps * 7 + 9) % 12 + 12 if minor else sharps * 7 % 12, time)
        self.sharps = sharps


def sharps_of(key: pretty_midi.KeySignature | int) -> int:
    """Sharps (flats below zero) of a key signature or key number; the simpler spelling where none is known."""
    if isinstance(key, KeySignature):
        return key.sharps
    number = key if isinstance(key, int) else int(key.key_number)
    return _SHARPS_MAJOR[(number + 3) % 12 if number >= 12 else number]


def is_pickup(first: float, metre: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether a first bar of `first` quarters under `metre`, before one of another metre, is a pickup of that.

    It is if it takes half a bar at most and counts in the same unit or a finer one: 1/4 before 4/4, 3/8 before 6/8. What
    is longer is a metre of its own (3/4 before 7/8, 6/8 before 4/4); a longer pickup is written by stating the metre
    again within its first bar.
    """
    return metre != following and metre[1] >= following[1] and 0 < first <= 2 * following[0] / following[1] + 1e-6


def pickup_metres(pickup: Fraction, metre: tuple[int, int]) -> list[tuple[Fraction, int, int]]:
    """(quarter, beats, unit) of the metres that tell of a pickup of so many quarters: a short first bar, or, where that
    would be no pickup by `is_pickup`, the metre stated again at its end.
    """
    whole = pickup / 4
    unit = max(whole.denominator, metre[1])
    short = (int(whole * unit), unit)
    if unit & (unit - 1) or unit > 128 or short[0] > 255 or not is_pickup(float(pickup), short, metre):
        short = metre
    return [(Fraction(0), *short), (pickup, *metre)]


def make_midi(resolution: int, tempi: Sequence[tuple[int, int]]) -> pretty_midi.PrettyMIDI:
    """An empty piece. tempi: (tick, microseconds a quarter) in order, none beyond 9,999,999 ticks."""
    track = mido.MidiTrack()
    now = 0
    for tick, tempo in tempi:
        track.append(mido.MetaMessage("set_tempo", tempo=tempo, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=0))
    return pretty_midi.PrettyMIDI(mido_object=mido.MidiFile(ticks_per_beat=resolution, tracks=[track]))


def _clock(midi: pretty_midi.PrettyMIDI) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """(ticks, seconds, quarters a minute) of the tempo changes, the last of those at one tick, the first at 0."""
    seconds, tempi = midi.get_tempo_changes()
    ticks = np.array([int(midi.time_to_tick(s)) for s in seconds], np.int64)
    last = np.append(np.diff(ticks) > 0, True)
    return ticks[last], np.asarray(seconds, np.float64)[last], np.asarray(tempi, np.float64)[last]


def tempo_map(
    midi: pretty_midi.PrettyMIDI,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """The tempo map as the file holds it.

    Returns (ticks int64, seconds float64, microseconds per quarter int64), one entry a change, the first at tick 0;
    changes that change nothing are left out. Seconds are those of the payload's own scales.
    """
    ticks, seconds, tempi = _clock(midi)
    microseconds = np.clip(np.rint(6e7 / tempi), 1, 0xFFFFFF).astype(np.int64)
    new = np.append(True, np.diff(microseconds) != 0)
    return ticks[new], seconds[new], microseconds[new]


def seconds_to_ticks(midi: pretty_midi.PrettyMIDI, seconds: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """The nearest ticks to some times in seconds, int64, none below 0."""
    ticks, starts, tempi = _clock(midi)
    times = np.asarray(seconds, np.float64)
    place = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
    rates = tempi * midi.resolution / 60
    return np.maximum(np.rint(ticks[place] + (times - starts[place]) * rates[place]), 0).astype(np.int64)


def ticks_to_seconds(resolution: int, tempi: Sequence[tuple[int, int]], ticks: Sequence[int]) -> list[float]:
    """Times of ticks under a tempo map (tick, microseconds a quarter), the first at 0."""
    at = np.array([tick for tick, _ in tempi], np.int64)
    scale = np.array([us for _, us in tempi], np.float64) / 1e6 / resolution
    starts = np.concatenate([[0.0], np.cumsum(np.diff(at) * scale[:-1])])
    wanted = np.asarray(ticks, np.int64)
    place = np.searchsorted(at, wanted, side="right") - 1
    return [float(t) for t in starts[place] + (wanted - at[place]) * scale[place]]
