"""Counterpoint, checked as a teacher of strict four-part writing would: each fault with its bar, beat and voices.

What is counted follows the common rules of textbooks on chorale style (Fux's species for the ban on perfect
consecutives). Consecutives are counted between voices that both move in the same direction; a fault is a place to look
at, and composers of the time have some of each.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .key_finding import KeySpan, key_at
from .note_table import NoteTable

__all__ = ["FAULTS", "Fault", "find_faults", "summarise_faults", "voice_names"]

FAULTS = (
    "parallel fifths",
    "parallel octaves",
    "direct fifth",
    "direct octave",
    "crossing",
    "overlap",
    "spacing",
    "augmented leap",
    "wide leap",
    "leading tone",
)
"""The kinds of faults."""

MAX_GAP = 16.0


@dataclass(frozen=True)
class Fault:
    """A fault: kind (of `FAULTS`), printed bar number, beat (1 = the bar line), the voices concerned (0 = the
    highest), position in quarters.
    """

    kind: str
    bar: int
    beat: float
    voices: tuple[int, ...]
    position: float


def voice_names(count: int, language: str = "en") -> tuple[str, ...]:
    """What the voices are called, from the highest."""
    names = {
        ("en", 4): ("soprano", "alto", "tenor", "bass"),
        ("zh", 4): ("女高音", "女低音", "男高音", "男低音"),
        ("en", 3): ("upper voice", "middle voice", "lower voice"),
        ("zh", 3): ("上声部", "中声部", "下声部"),
        ("en", 2): ("upper voice", "lower voice"),
        ("zh", 2): ("上声部", "下声部"),
        ("en", 1): ("the voice",),
        ("zh", 1): ("旋律",),
    }
    if (language, count) in names:
        return names[language, count]
    return tuple(f"第{i + 1}声部" if language == "zh" else f"voice {i + 1}" for i in range(count))


class Adder(Protocol):
    """Notes a fault: its kind, at which of the times, in which voices."""

    def __call__(self, kind: str, i: int, /, *voices: int) -> None: ...


def find_faults(notes: NoteTable, keys: list[KeySpan]) -> list[Fault]:
    """The faults of a piece of 2 to 8 voices, in time; none for a single line."""
    if not 2 <= notes.voices <= 8:
        return []
    times = np.unique(np.round(notes.onset[notes.pitched], 6))
    sound, attack = _grid(notes, times)
    faults: list[Fault] = []

    def add(kind: str, i: int, *voices: int) -> None:
        at = float(times[i])
        faults.append(Fault(kind, int(notes.bars.numbers(at)), round(notes.bars.beat_in_bar(at), 3), voices, at))

    for high in range(notes.voices):
        for low in range(high + 1, notes.voices):
            _consecutives(sound, attack, times, high, low, high == 0 and low == notes.voices - 1, add)
        if high + 1 < notes.voices:
            _places(sound, attack, high, high + 1, high + 1 < notes.voices - 1 or notes.voices == 2, add)
    for voice in range(notes.voices):
        _melody(notes, keys, times, sound, attack, voice, add)
    return sorted(set(faults), key=lambda fault: (fault.position, fault.kind, fault.voices))


def _grid(notes: NoteTable, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(pitch of each voice at each time, -1 for a rest; whether it attacks there): shape (voices, times)."""
    sound = np.full((notes.voices, len(times)), -1)
    attack = np.zeros((notes.voices, len(times)), bool)
    first = np.searchsorted(times, notes.onset - 1e-5)
    last = np.searchsorted(times, notes.end - 1e-5)
    for note in notes.pitched.tolist():
        voice = notes.voice[note]
        sound[voice, first[note] : last[note]] = notes.pitch[note]
        attack[voice, first[note]] = True
    return sound, attack


def _consecutives(
    sound: np.ndarray, attack: np.ndarray, times: np.ndarray, high: int, low: int, outer: bool, add: Adder
) -> None:
    """Parallel fifths, octaves and unisons between two voices that both attack; direct ones into a leap of the highest,
    in the outer voices.
    """
    both = np.flatnonzero(attack[high] & attack[low])
    both = both[both > 0]
    a0, b0, a1, b1 = sound[high, both - 1], sound[low, both - 1], sound[high, both], sound[low, both]
    up, down = a1 - a0, b1 - b0
    similar = (a0 >= 0) & (b0 >= 0) & (up * down > 0)
    before, after = (a0 - b0) % 12, (a1 - b1) % 12
    for i in np.flatnonzero(similar & (after == 7) & (before == 7)).tolist():
        add("parallel fifths", both[i], high, low)
    for i in np.flatnonzero(similar & (after == 0) & (before == 0)).tolist():
        add("parallel octaves", both[i], high, low)
    if outer:
        leap = similar & (np.abs(up) > 2)
        for i in np.flatnonzero(leap & (after == 7) & (before != 7)).tolist():
            add("direct fifth", both[i], high, low)
        for i in np.flatnonzero(leap & (after == 0) & (before != 0)).tolist():
            add("direct octave", both[i], high, low)


def _places(sound: np.ndarray, attack: np.ndarray, high: int, low: int, spaced: bool, add: Adder) -> None:
    """Crossing, overlap and spacing of two neighbours."""
    a, b = sound[high], sound[low]
    struck = attack[high] | attack[low]
    here = (a >= 0) & (b >= 0) & struck
    crossed = here & (a < b)
    begins = crossed & ~np.concatenate([[False], (a < b)[:-1] & (a >= 0)[:-1] & (b >= 0)[:-1]])
    for i in np.flatnonzero(begins).tolist():
        add("crossing", i, high, low)
    over = here[1:] & (a[:-1] >= 0) & (b[:-1] >= 0) & (a[1:] >= b[1:]) & (a[:-1] >= b[:-1])
    for i in np.flatnonzero(over & ((b[1:] > a[:-1]) & attack[low][1:] | (a[1:] < b[:-1]) & attack[high][1:])).tolist():
        add("overlap", i + 1, high, low)
    if spaced and len(sound) > 2:
        wide = here & (a - b > 12)
        for i in np.flatnonzero(wide & ~np.concatenate([[False], wide[:-1]])).tolist():
            add("spacing", i, high, low)


def _melody(
    notes: NoteTable,
    keys: list[KeySpan],
    times: np.ndarray,
    sound: np.ndarray,
    attack: np.ndarray,
    voice: int,
    add: Adder,
) -> None:
    """Augmented and wide leaps, and leading tones over a dominant that do not rise (in the outer voices)."""
    line = notes.line(voice)
    for before, after in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
        if notes.onset[after] - notes.end[before] > 0.5:
            continue
        step = int(notes.pitch[after] - notes.pitch[before])
        i = int(np.searchsorted(times, notes.onset[after] - 1e-5))
        if abs(step) in (13, 14) or abs(step) > MAX_GAP or abs(step) in (10, 11):
            add("wide leap", i, voice)
        elif abs(step) == 6 or (abs(step) == 3 and _augmented_second(notes, keys, before, after)):
            add("augmented leap", i, voice)
        if (
            voice in (0, notes.voices - 1)
            and _is_leading(notes, keys, before, sound, times)
            and step not in (1, 0)
            and abs(step) != 12
        ):
            following = [k for k in keys if k.start <= notes.onset[after] + 1e-6 < k.end]
            resolved = sound[:, i] % 12 == (notes.pitch[before] + 1) % 12
            if (
                following
                and following[0].start <= notes.onset[before] + 1e-6
                and resolved[sound[:, i] >= 0].any()
                and _bass_is_tonic(sound, i, following[0].number)
            ):
                add("leading tone", i, voice)


def _augmented_second(notes: NoteTable, keys: list[KeySpan], before: int, after: int) -> bool:
    """Between the sixth and the raised seventh of a minor key."""
    key = key_at(keys, float(notes.onset[after]))
    tones = {(int(notes.pitch[n]) - key) % 12 for n in (before, after)}
    return key >= 12 and tones == {8, 11}


def _is_leading(notes: NoteTable, keys: list[KeySpan], note: int, sound: np.ndarray, times: np.ndarray) -> bool:
    """The seventh degree over a dominant: the fifth degree sounds below it."""
    key = key_at(keys, float(notes.onset[note]))
    if (int(notes.pitch[note]) - key) % 12 != 11:
        return False
    last = int(np.searchsorted(times, notes.end[note] - 1e-5)) - 1
    now = sound[:, last]
    return bool(((now[now >= 0] - key) % 12 == 7).any())


def _bass_is_tonic(sound: np.ndarray, i: int, key: int) -> bool:
    now = sound[:, i]
    return bool(len(now[now >= 0])) and (int(now[now >= 0].min()) - key) % 12 == 0


def summarise_faults(faults: list[Fault], bars: int) -> dict[str, object]:
    """How many of each kind, and per bar."""
    counts = Counter(fault.kind for fault in faults)
    return {
        "counts": {kind: counts.get(kind, 0) for kind in FAULTS},
        "per_bar": {kind: round(counts.get(kind, 0) / max(bars, 1), 4) for kind in FAULTS},
    }
