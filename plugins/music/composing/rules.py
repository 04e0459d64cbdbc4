"""What a style asks of each note, as masks over the next pitch and the next length.

A mask forbids before a note is drawn, so that bars, ranges, phrase ends and the final cadence hold by construction.
The rules of voice-leading are those of four-part writing as taught from Bach's chorales: no crossing, no parallel
fifths and octaves. If nothing is left, the weakest rule goes first (the leap, spacing, parallels, crossing), never the
range.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..models.composer.cursor import Cursor, Frame, Goal
from ..models.composer.vocabulary import HOLD, LENGTH_ID, LENGTHS, LOW, PITCHES, REST
from ..theory.chord_classes import triad
from ..theory.score import pickup_of
from .seating import Seat, beside

__all__ = ["Rules", "length_mask", "pitch_mask"]

Mask = NDArray[np.bool_]

LENGTH_TICKS = np.array(LENGTHS)
PITCH = np.arange(PITCHES)
CLASS = (PITCH + LOW - 1) % 12
SOUNDS = (PITCH != REST) & (PITCH != HOLD)


@lru_cache(maxsize=4096)
def having(tones: frozenset[int]) -> Mask:
    """Which pitches, not rests, are of these pitch classes, (PITCHES,); not to be written to."""
    mask = SOUNDS & np.isin(CLASS, list(tones))
    mask.flags.writeable = False
    return mask


@dataclass(frozen=True)
class Rules:
    """Which masks a style has.

    ranges: lowest and highest written pitch of each voice; crossing: whether voices may cross; parallels: whether
    parallel fifths and octaves may occur; rests: longest rest of a voice, in ticks, 0 for none; leap: largest step of a
    voice in semitones; spacing: largest distance between neighbours of the upper voices; together: whether all voices
    attack the chord of a phrase end; grid: lengths must be a multiple of it where they begin on it, in ticks.

    Costs, in nats, gains if negative: sharp: a semitone clash on a beat; dissonance: a second, seventh or tritone above
    the bass on a beat (masks push the model into dissonances that it would not choose, these push back); approach: a
    tone of the dominant on the beat before a phrase ends, and of the tonic on the first beat; repeat: the same note
    again; foreign: a note neither in the scale of the piece nor in that of the chord the phrase aims at; seventh: a
    leap of a seventh or a tritone; step: what a step of one or two semitones gains; overlap: a note beyond what a
    neighbour has just left; direct: a fifth or octave that the outer voices reach by similar motion, the upper one
    leaping; relation: a note that another voice has just had altered; grammar: how much of the logarithm of how usual a
    chord is after the one of the beat before; brisk: what a note gains by being half as long; tonal: what a note gains,
    for each standard deviation by which listeners find it to fit the key (`key_finding.profile`), on a beat, and half
    of it off the beat; register: what a note gains for lying half an octave above the middle of its range; rhythm,
    pulse: name of a rhythm (`character.Means`) and what a length gains that keeps it. seats: who
    plays which voice, () for a singer or player each. opening: whether the first chord
    is the tonic; leading: whether the beat before the last note of a tune is one of the dominant seventh, raised in
    minor.
    """

    ranges: tuple[tuple[int, int], ...]
    crossing: bool = True
    parallels: bool = True
    rests: int = 192
    leap: int = 24
    spacing: int = 36
    together: bool = False
    grid: int = 1
    sharp: float = 0.0
    dissonance: float = 0.0
    approach: float = 0.0
    repeat: float = 0.0
    foreign: float = 0.0
    seventh: float = 0.0
    step: float = 0.0
    overlap: float = 0.0
    direct: float = 0.0
    relation: float = 0.0
    grammar: float = 0.0
    brisk: float = 0.0
    tonal: float = 0.0
    register: float = 0.0
    rhythm: str = ""
    pulse: float = 0.0
    seats: tuple[Seat, ...] = ()
    opening: bool = False
    leading: bool = False


def goal_at(cursor: Cursor) -> Goal | None:
    """The phrase end that lies ahead, or whose chord sounds now."""
    for goal in cursor.frame.goals:
        if cursor.now < goal.end:
            return goal
    return None


def pitch_mask(cursor: Cursor, rules: Rules) -> Mask:
    """Which pitches the voice whose turn it is may take now, (PITCHES,) in the alphabet of targets."""
    v, now, shift = cursor.voice, cursor.now, cursor.frame.shift
    low, high = rules.ranges[v]
    base = SOUNDS & (low + shift - LOW + 1 <= PITCH) & (high + shift - LOW + 1 >= PITCH)
    goal = goal_at(cursor)
    ends_here = goal is not None and now >= goal.start
    if rules.rests and not ends_here and _may_rest(cursor, rules, v):
        base[REST] = True
    if rules.seats:
        base = base & beside(cursor, rules.seats, v)
        second = any(seat.player == rules.seats[v].player for seat in rules.seats[:v])
        if not base.any() or (ends_here and second):
            base[REST] = True
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    base = _opening(cursor, rules, base)
    base, wanted, bass, layers = _cadence(cursor, rules, base, goal)
    if not rules.crossing:
        layers.append(_between(cursor, v))
    if not rules.parallels:
        layers.append(_without_parallels(cursor, v, own, bass))
    if wanted is not None:
        layers.append(wanted)
    if not rules.crossing:
        layers.append(_spaced(cursor, v, rules.spacing))
    if own:
        layers.append(~SOUNDS | (np.abs(PITCH - own) <= rules.leap))
    mask = base
    for layer in layers:
        mask = _narrow(mask, layer)
    return mask


def home_key(frame: Frame) -> int:
    """The number of the key of a piece in the empty signature (0-11 major, 12-23 minor); a minor piece may close in
    major. -1 where the end is open.
    """
    if not 1 <= frame.final <= 24:
        return -1
    tonic = (frame.final - 1) // 2
    return tonic + 12 * (tonic in MINOR_FINALS)


MINOR_FINALS = (9, 2, 4)
"""Finals, in the empty signature, whose third is minor: those of minor, Dorian and Phrygian."""


def _home_triad(frame: Frame) -> tuple[int, int, int]:
    tonic, minor = home_key(frame) % 12, home_key(frame) >= 12
    return tonic, (tonic + 4 - minor) % 12, (tonic + 7) % 12


def _opening(cursor: Cursor, rules: Rules, base: Mask) -> Mask:
    """The tonic chord where a piece begins: its root in the bass, for a tune on its first whole bar."""
    voices = cursor.frame.voices
    first = pickup_of(cursor.frame.metres) if voices == 1 else 0
    if cursor.now != first or not rules.opening or home_key(cursor.frame) < 0:
        return base
    tones = _home_triad(cursor.frame)
    return _narrow(base, having(frozenset(tones[:1] if 1 < voices == cursor.voice + 1 else tones)))


def _cadence(
    cursor: Cursor, rules: Rules, base: Mask, goal: Goal | None
) -> tuple[Mask, Mask | None, int | None, list[Mask]]:
    """(base under what the phrase end ahead binds, the wanted tones of this voice or None, pitch class that the bass is
    bound to take now or None, weaker rules).
    """
    if goal is None:
        return base, None, None, []
    v, now, root = cursor.voice, cursor.now, (goal.chord - 1) // 2
    begins, lowest = goal.start - _approach(cursor, goal), v == cursor.frame.voices - 1
    dominant = having(frozenset((root + step) % 12 for step in (7, 11, 2, 5)))
    if now >= goal.start:
        wanted, chord = _chord_mask(cursor, goal, v), triad(goal.chord)
        bass = chord[0] if chord is not None and now == goal.start else None
        base = _narrow(base, having(frozenset(chord))) if chord is not None else base
        base = _narrow(base, wanted) if wanted is not None and lowest else base
        others = [sound for u in range(v) if (sound := cursor.sounding(u))] if lowest else []
        return _narrow(base, min(others) >= PITCH) if others else base, wanted, bass, []
    if goal.dominant and now >= begins:
        wanted = _dominant_mask(cursor, goal, v)
        base = _narrow(base, dominant)
        return _narrow(base, wanted) if lowest else base, wanted, (root + 7) % 12 if now == begins else None, []
    if _closes_alone(cursor, rules, goal) and now >= begins:
        after = (cursor.sounds[v][-1] + LOW - 1 - root) % 12 if cursor.sounds[v] else 0
        steps = [having(frozenset(((root + 11) % 12, (root + 2) % 12)))] if after in (10, 11) else []
        return _narrow(base, dominant), None, None, steps
    return base, None, None, []


def _closes_alone(cursor: Cursor, rules: Rules, goal: Goal) -> bool:
    """Whether a tune's last phrase end lies ahead, before which stands a tone of the dominant."""
    return rules.leading and cursor.frame.voices == 1 and goal.end == cursor.frame.total


def _silence(cursor: Cursor, v: int) -> int:
    """Ticks for which a voice has been silent."""
    ticks = 0
    for sound, length in zip(reversed(cursor.sounds[v]), reversed(cursor.lengths[v]), strict=True):
        if sound:
            break
        ticks += LENGTHS[length]
    return ticks


def _may_rest(cursor: Cursor, rules: Rules, v: int) -> bool:
    """Whether a rest is left to the voice: not beyond the longest, not where all would be silent, not before a tune has
    begun.
    """
    if _silence(cursor, v) >= rules.rests:
        return False
    others = [u for u in range(cursor.frame.voices) if u != v]
    if not others:
        return bool(cursor.sounds[v]) and cursor.sounds[v][-1] > 0
    undecided = any(cursor.end[u] <= cursor.now for u in others)
    return undecided or any(cursor.sounding(u) for u in others)


def _narrow(mask: Mask, layer: Mask) -> Mask:
    """`mask` under one more rule, unless nothing would be left."""
    both = mask & layer
    return both if both.any() else mask


def _approach(cursor: Cursor, goal: Goal) -> int:
    """Ticks of dominant before the last chord: a beat, or what there is."""
    return min(24, goal.start)


def _chord_mask(cursor: Cursor, goal: Goal, v: int) -> Mask | None:
    chord = triad(goal.chord)
    if chord is None:
        return None
    voices = cursor.frame.voices
    root, third, fifth = chord
    if v == voices - 1:
        return np.equal(CLASS, root)
    sung = [cursor.sounds[u][-1] for u in range(v) if cursor.sounds[u] and cursor.onsets[u][-1] == goal.start]
    classes = [(s + LOW - 1) % 12 for s in sung]
    minor_third = (third - root) % 12 == 3
    allowed = [root, fifth]
    if third not in classes or (minor_third and classes.count(third) < 2):
        allowed.append(third)
    if fifth in classes:
        allowed.remove(fifth)
    if v == voices - 2 and third not in classes:
        allowed = [third]
    mask = having(frozenset(allowed))
    if v == 0 and goal.top and (goal.top - 1) in allowed:
        mask = mask & (goal.top - 1 == CLASS)
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    leading = (root + 11) % 12
    if goal.dominant and own and (own + LOW - 1) % 12 == leading and v == 0:
        return np.equal(PITCH, own + 1)
    return mask


def _dominant_mask(cursor: Cursor, goal: Goal, v: int) -> Mask:
    """Tones of the dominant seventh of the goal, its root in the bass; the leading tone once."""
    root = (goal.chord - 1) // 2
    fifth = (root + 7) % 12
    leading, seventh, second = (root + 11) % 12, (root + 5) % 12, (root + 2) % 12
    start = goal.start - _approach(cursor, goal)
    voices = cursor.frame.voices
    if v == voices - 1:
        return np.equal(CLASS, fifth)
    others = [
        (cursor.sounds[u][-1] + LOW - 1) % 12
        for u in range(voices)
        if u != v
        and cursor.sounds[u]
        and cursor.sounds[u][-1]
        and (cursor.end[u] > cursor.now or cursor.end[u] >= goal.start)
    ]
    allowed = [fifth, second]
    if (cursor.now > start and seventh not in others) or (seventh not in others and v > 0):
        allowed.append(seventh)
    if leading not in others and root not in others:
        allowed.append(leading)
    if v == voices - 2 and leading not in others and root not in others:
        allowed = [leading]
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    if own and (own + LOW - 1) % 12 == root and cursor.now > start:
        allowed = [leading]
    return having(frozenset(allowed))


def _between(cursor: Cursor, v: int) -> Mask:
    """At or below the voices above and at or above those below, as far as they are said or given."""
    mask = np.ones(PITCHES, bool)
    for u in range(cursor.frame.voices):
        if u == v:
            continue
        sound = cursor.sounding(u)
        if not sound:
            following = cursor.next_given(u)
            sound = following[3] if following is not None and following[0] == cursor.now else 0
        if sound:
            mask &= ~SOUNDS | ((sound >= PITCH) if u < v else (sound <= PITCH))
    return mask


def _spaced(cursor: Cursor, v: int, spacing: int) -> Mask:
    above = cursor.sounding(v - 1) if 0 < v < cursor.frame.voices - 1 else 0
    return ~SOUNDS | (above - spacing <= PITCH) if above else np.ones(PITCHES, bool)


def _without_parallels(cursor: Cursor, v: int, own: int, bass: int | None = None) -> Mask:
    """No fifth or octave that two voices reach together from a fifth or octave. bass: pitch class that the bass is
    bound to take now.
    """
    mask = np.ones(PITCHES, bool)
    if not own or cursor.targets[v][-1] == REST:
        return mask
    now = cursor.now
    for u in range(cursor.frame.voices):
        sounds = cursor.sounds[u]
        if u == v or not sounds:
            continue
        if cursor.onsets[u][-1] == now and len(sounds) > 1:
            before, after = sounds[-2], sounds[-1]
        elif cursor.end[u] == now:
            following = cursor.next_given(u)
            if following is not None and following[0] == now:
                before, after = sounds[-1], following[3]
            elif bass is not None and u == cursor.frame.voices - 1 and v < u:
                before, after = sounds[-1], (bass - LOW + 1) % 12 + 12
                if (before - after) % 12 == 0:
                    continue
            else:
                continue
        else:
            continue
        if not before or not after or before == after:
            continue
        interval = abs(before - own) % 12
        if interval in (0, 7):
            mask &= (np.abs(PITCH - after) % 12 != interval) | (own == PITCH)
    return mask


def length_mask(cursor: Cursor, rules: Rules, pitch: int) -> Mask:
    """Which lengths the note of `pitch` (a target) may have, (lengths,)."""
    v, now = cursor.voice, cursor.now
    room = cursor.room()
    goal = goal_at(cursor)
    total = cursor.frame.total
    mask = room >= LENGTH_TICKS
    if rules.grid > 1:
        off = now % rules.grid
        mask = _narrow(mask, (now + LENGTH_TICKS) % rules.grid == 0 if off == 0 else rules.grid - off >= LENGTH_TICKS)
    if pitch == REST and rules.rests:
        mask = _narrow(mask, max(6, rules.rests - _silence(cursor, v)) >= LENGTH_TICKS)
    if goal is None:
        return mask
    if now >= goal.start:
        wanted = min(goal.end - now, room)
        return _exactly(wanted, mask)
    chord = triad(goal.chord) if goal.end == total else None
    binds = chord is not None and (
        v == cursor.frame.voices - 1 or pitch in (REST, HOLD) or (pitch + LOW - 1) % 12 not in chord
    )
    if _closes_alone(cursor, rules, goal) and now < goal.start - _approach(cursor, goal):
        mask = _narrow(mask, goal.start - _approach(cursor, goal) - now >= LENGTH_TICKS)
    if goal.end == total and chord is not None:  # nobody attacks after the last chord
        mask = _narrow(mask, (goal.start - now >= LENGTH_TICKS) | (total - now == LENGTH_TICKS))
    if rules.together or binds:
        mask = _narrow(mask, goal.start - now >= LENGTH_TICKS)
    if goal.dominant:
        start = goal.start - _approach(cursor, goal)
        root = (goal.chord - 1) // 2
        tone = (pitch + LOW - 1) % 12
        if now < start and pitch not in (REST, HOLD):
            limit = start - now
            if v < cursor.frame.voices - 1 and tone == root:
                limit += 12
            elif v < cursor.frame.voices - 1 and tone in ((root + 7) % 12, (root + 2) % 12):
                limit = goal.start - now
            mask = _narrow(mask, limit >= LENGTH_TICKS)
        elif tone == root and v < cursor.frame.voices - 1:
            mask = _narrow(mask, max(1, start + 12 - now) >= LENGTH_TICKS)
    return mask


def _exactly(ticks: int, mask: Mask) -> Mask:
    if ticks in LENGTH_ID:
        only = np.zeros(len(LENGTHS), bool)
        only[LENGTH_ID[ticks]] = True
        return only
    return mask & (max(length for length in LENGTHS if length <= ticks) == LENGTH_TICKS)
