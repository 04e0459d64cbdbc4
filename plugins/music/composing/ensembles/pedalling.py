"""What players do beside the notes: the melody above its accompaniment, slurs over its members, the pedal changed with
the bass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...theory.score import TICKS, Metre, Score

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from .form import RolePlan

__all__ = ["balance", "pedal", "slurs"]

_SUSTAIN = 64
_SOFTER = {"Left hand": 9, "Viola": 4, "Violin II": 4}
"""Velocities by which those who accompany are softer."""
_LIFT = 2
"""Ticks before the next bass at which the pedal is lifted."""


def balance(midi: PrettyMIDI) -> None:
    """Soften accompaniments, and under a voice both hands, in place."""
    sung = any(instrument.name == "Voice" for instrument in midi.instruments)
    for instrument in midi.instruments:
        less = _SOFTER.get(instrument.name, 0) + (6 if sung and "hand" in instrument.name else 0)
        for note in instrument.notes:
            note.velocity = max(20, note.velocity - less)


def pedal(midi: PrettyMIDI, metre: Metre, total: int) -> None:
    """Add the pedal to both hands in place: down with the bass of each bar, and of its half where the bass is another."""
    from pretty_midi import ControlChange

    scale = TICKS / midi.resolution
    hands = [instrument for instrument in midi.instruments if "hand" in instrument.name]
    bass: dict[int, int] = {}
    for instrument in hands[-1:]:
        for note in instrument.notes:
            tick = round(midi.time_to_tick(note.start) * scale)
            bass[tick] = min(bass.get(tick, 127), note.pitch)
    changes = []
    for start in range(0, total, metre.bar):
        changes.append(start)
        middle = start + metre.bar // 2
        if metre.bar % 48 == 0 and middle in bass and bass[middle] % 12 != bass.get(start, 0) % 12:
            changes.append(middle)
    rate = 60 / midi.get_tempo_changes()[1][0] / TICKS
    for at, until in zip(changes, [*changes[1:], total], strict=True):
        for instrument in hands:
            instrument.control_changes.append(ControlChange(_SUSTAIN, 127, at * rate))
            instrument.control_changes.append(ControlChange(_SUSTAIN, 0, max(at + 1, until - _LIFT) * rate))


_MELODIES = ("Right hand", "Violin I")


def slurs(score: Score, plan: RolePlan) -> list[list[float]]:
    """(part, quarter of the first note, of the last) of the members of the melody: two bars of a phrase, broken by rests,
    and its last chord apart.
    """
    order = list(dict.fromkeys(score.names))
    part = next((i for i, name in enumerate(order) if name in _MELODIES), -1)
    if part < 0:
        return []
    line = score.lines[score.names.index(order[part])]
    size = plan.frame.metres[0].bar
    groups: dict[tuple[int, int], list[list[int]]] = {}
    end = 0
    for note in line:
        close = plan.close_at(note.onset)
        key = (close.begin, (note.onset - close.begin) // (2 * size) if note.onset < close.start else -1)
        rows = groups.setdefault(key, [])
        if not rows or note.onset > end:
            rows.append([])
        rows[-1].append(note.onset)
        end = note.end
    members = [row for rows in groups.values() for row in rows if len(row) > 1]
    return [[part, row[0] / TICKS, row[-1] / TICKS] for row in members]
