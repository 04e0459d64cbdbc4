"""What is liked, in nats: notes of the phrase's key and of the planned chord, the register, density and rhythm of a theme; and
what is not: clashes, doubled leading notes, crossed bows, harmony that stands still.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.vocabulary import MORE, SLOTS
from ...models.composer.vocabulary import LENGTHS, LOW, PITCHES, REST
from ...theory.key_finding import profile
from .form import RolePlan
from .masks import BASSES, CLASS, FIRST, INNER, PITCH, SECOND, TICKS, Rules, is_chord, of_classes
from .reach import SOUNDS

__all__ = ["length_bias", "pitch_bias"]

Array = NDArray[np.float32]
_AGAIN = 0.5
"""Nats that the same note again costs a melody."""
_TONAL, _BEGINS = 0.3, 1.5
"""What a note of melody or bass gains for each standard deviation by which it fits the key of its phrase, and a phrase of
the home key that begins over the tonic.
"""
_STILL = 1.5
"""Nats that a third bar over one bass costs."""
_CHORD = {False: 1.3, True: 0.5}
"""Nats that notes of the planned chord gain, those of a melody on a beat the second."""
_ROOT = 2.0
"""Nats that the root of a planned chord gains in the bass where it begins."""
_SILENT = {False: 0.3, True: 1.2}
"""Nats that a rest costs a tune; the second in quartets."""
_CROSSED, _DOUBLED, _STOPPED = 2.0, 2.0, 1.2
"""Nats that crossing another part costs, doubling the leading tone, and a double stop."""
_PULSE, _LONG = 2.0, 0.6
"""Nats that the length gains which accompanying bows move in (a bass half as fast), and what long notes of their tune cost."""


def pitch_bias(cursor: Cursor, plan: RolePlan, rules: Rules) -> Array:
    """Leanings, in nats, (PITCHES,): towards the scale of the phrase, and the register that the theme asks for."""
    close = plan.close_at(cursor.now)
    middle = (close.begin + close.end) // 2
    scale = close.key.scale
    u = cursor.slot
    if not close.full and cursor.now < middle:
        scale = scale | plan.close_at(max(0, close.begin - 1)).key.scale
    out = np.where(of_classes(scale) | ~SOUNDS, 0.0, -rules.foreign).astype(np.float32)
    out += _clash(cursor)
    out += _towards(cursor, plan, u)
    if cursor.frame.ensemble == "quartet":
        out += _among_bows(cursor, close.key.dominant[1])
    if u in FIRST or u in BASSES:
        out += np.where(SOUNDS, _TONAL * profile(close.key.tonic + 12 * close.key.minor)[CLASS], 0.0).astype(np.float32)
    if u in BASSES and not cursor.said and cursor.now == close.begin and close.key == plan.closes[-1].key:
        out[of_classes(frozenset({close.key.tonic}))] += _BEGINS
    if u in BASSES and not cursor.said:
        out += _unmoved(cursor, u)
    if u in FIRST and not cursor.said and cursor.tones[u] and cursor.tones[u][-1]:
        out[cursor.tones[u][-1][0]] -= _AGAIN
    if u in FIRST and rules.means.register:
        player = rules.players[u]
        centre = (player.low + player.high) / 2 + cursor.frame.shift - LOW + 1
        out += np.where(SOUNDS, 0.08 * rules.means.register * (PITCH - centre), 0.0).astype(np.float32)
    out[REST] -= _SILENT[cursor.frame.ensemble == "quartet"] * (u in FIRST)
    return out


def _clash(cursor: Cursor) -> Array:
    """What a semitone (by pitch class) against what sounds costs, and among parts what makes no chord: more on a beat."""
    cost = -1.5 if cursor.now % 24 == 0 else -0.5
    if SLOTS[cursor.slot].startswith("part"):
        bits = sum(1 << k for k in {int(CLASS[tone]) for tone in cursor.sounding()})
        return np.where(SOUNDS & ~is_chord()[bits | (1 << CLASS)], cost, 0.0).astype(np.float32)
    near = np.zeros(PITCHES, bool)
    for tone in cursor.sounding():
        near |= np.isin((CLASS - int(CLASS[tone])) % 12, (1, 11))
    return np.where(near & SOUNDS, cost, 0.0).astype(np.float32)


def _towards(cursor: Cursor, plan: RolePlan, u: int) -> Array:
    """Leanings to the planned chord: of a bass to its root where it begins, of others to its notes, of melodies on beats."""
    chord = plan.chord_at(cursor.now)
    if chord is None or (u in FIRST and cursor.now % plan.beat):
        return np.zeros(PITCHES, np.float32)
    out = np.where(of_classes(chord.classes), _CHORD[u in FIRST], 0.0)
    if u in BASSES and not cursor.said and cursor.now == chord.start:
        out += np.where(of_classes(frozenset({chord.root})), _ROOT, 0.0)
    return out.astype(np.float32)


def _among_bows(cursor: Cursor, leading: int) -> Array:
    """What it costs a player to cross another, to double the leading tone, to stop two strings."""
    u = cursor.slot
    out = np.zeros(PITCHES, np.float32)
    for v in cursor.frame.slots:
        if v != u and cursor.end[v] > cursor.now and cursor.tones[v][-1]:
            there = cursor.tones[v][-1][0]
            out[SOUNDS & (there < PITCH if v < u else there > PITCH)] -= _CROSSED
    if any(int(CLASS[tone]) == leading for tone in cursor.sounding()):
        out[of_classes(frozenset({leading}))] -= _DOUBLED
    if u in INNER and not cursor.said and cursor.tones[u] and cursor.tones[u][-1]:
        out[np.abs(PITCH - cursor.tones[u][-1][0]) > 7] -= 1.0
    return out


def _unmoved(cursor: Cursor, u: int) -> Array:
    """What a bass costs that has begun the last two bars: harmony that stands still."""
    start, size = cursor.bar_at(cursor.now)
    out = np.zeros(PITCHES, np.float32)
    if cursor.now != start or start < 2 * size:
        return out
    before = [cursor.tones[u][cursor.at(u, start - k * size)][:1] for k in (1, 2)]
    if before[0] and before[1] and (before[0][0] - before[1][0]) % 12 == 0:
        out[SOUNDS & (int(CLASS[before[0][0]]) == CLASS)] = -_STILL
    return out


def length_bias(cursor: Cursor, plan: RolePlan, rules: Rules, pitch: int) -> Array:
    """Leanings, in nats, (lengths,): the theme's density, the rhythm of melodies, the pulse of inner players."""
    out = np.zeros(len(TICKS), np.float32)
    means = rules.means
    if cursor.frame.ensemble == "quartet":
        out[MORE] -= _STOPPED
        pulse = plan.pulse_at(cursor.now) * (2 if cursor.slot in BASSES else 1)
        if pulse and cursor.slot not in FIRST and cursor.now % pulse == 0:
            out[pulse == TICKS] += _PULSE
        if cursor.slot in FIRST and not means.density:
            out[2 * plan.beat <= TICKS] -= _LONG
    if pitch == REST or cursor.slot in SECOND:
        return out
    density = means.density + (rules.density if cursor.slot in FIRST else 0.0)
    if density:
        out += np.where(TICKS > 0, 0.35 * density * (4.0 - np.log2(np.maximum(TICKS, 1))), 0.0).astype(np.float32)
    if cursor.slot in FIRST and means.rhythm:
        place = cursor.now % 24
        last = LENGTHS[cursor.lengths[cursor.slot][-1]] if cursor.lengths[cursor.slot] else 0
        liked = {
            "dotted": {18, 36} if place == 0 else {24 - place},
            "rocking": {48} if place == 0 else {24 - place},
            "running": {6, 12},
            "even": {last},
            "flowing": {12, 24, 48},
            "broken": {6, 18},
        }.get(means.rhythm, set())
        out[np.isin(TICKS, list(liked))] += 0.5
    return out
