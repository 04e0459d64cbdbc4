"""What a style asks of each note, as masks over the next pitch and the next length.

A mask forbids before a note is drawn, so that bars, ranges, phrase ends and the final cadence hold by construction.
The rules of voice-leading are those of four-part writing as taught from Bach's chorales: no crossing, no parallel
fifths and octaves. If nothing is left, the weakest rule goes first (the leap, spacing, parallels, crossing), never the range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cursor import Cursor, Goal
from .vocabulary import HOLD, LENGTH_ID, LENGTHS, LOW, PITCHES, REST

__all__ = ["Rules", "length_bias", "length_mask", "pitch_bias", "pitch_mask"]

Mask = NDArray[np.bool_]

_LENGTHS = np.array(LENGTHS)
_PITCH = np.arange(PITCHES)
_CLASS = (_PITCH + LOW - 1) % 12
_SOUNDS = (_PITCH != REST) & (_PITCH != HOLD)


@dataclass(frozen=True)
class Rules:
    """Which masks a style has.

    ranges: lowest and highest written pitch of each voice; crossing: whether voices may cross; parallels: whether parallel fifths
    and octaves may occur; rests: longest rest of a voice, in ticks, 0 for none; leap: largest step of a voice in semitones; spacing:
    largest distance between neighbours of the upper voices; together: whether all voices attack the chord of a phrase end; grid:
    lengths must be a multiple of it where they begin on it, in ticks.

    Costs and leanings, in nats: sharp: a semitone clash on a beat; dissonance: a second, seventh or tritone above the bass on a beat
    (masks push the model into dissonances that it would not choose, these push back); approach: a tone of the dominant on the beat
    before a phrase ends, and of the tonic on the first beat; repeat: the same note again; foreign: a note neither in the scale of the piece nor in
    that of the chord the phrase aims at; seventh: a leap of a seventh or a tritone; brisk: what a note gains by being half as long.
    opening: whether the first chord is the tonic.
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
    brisk: float = 0.0
    opening: bool = False


def triad(chord: int) -> tuple[int, int, int] | None:
    """(root, third, fifth) as pitch classes of a chord class, None if it is no triad."""
    if not 1 <= chord <= 24:
        return None
    root, minor = divmod(chord - 1, 2)
    return root, (root + 4 - minor) % 12, (root + 7) % 12


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
    base = _SOUNDS & (low + shift - LOW + 1 <= _PITCH) & (high + shift - LOW + 1 >= _PITCH)
    goal = goal_at(cursor)
    ends_here = goal is not None and now >= goal.start
    if rules.rests and not ends_here and _may_rest(cursor, rules, v):
        base[REST] = True
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    layers: list[Mask] = []
    tonic = triad(cursor.frame.final)
    if now == 0 and rules.opening and tonic is not None:
        major = cursor.frame.final % 2 == 1 and tonic[0] != 9  # a minor piece may close in major, but it begins in minor
        tones = (tonic[0], (tonic[0] + (4 if major else 3)) % 12, tonic[2])
        base = _narrow(base, np.isin(_CLASS, tones[:1] if v == cursor.frame.voices - 1 else tones) & _SOUNDS)
    bass: int | None = None
    wanted: Mask | None = None
    if ends_here and goal is not None:
        wanted, found = _chord_mask(cursor, goal, v), triad(goal.chord)
        if found is not None:
            base = _narrow(base, np.isin(_CLASS, found) & _SOUNDS)
            bass = found[0] if now == goal.start else None
    elif goal is not None and goal.dominant and now >= goal.start - _approach(cursor, goal):
        wanted = _dominant_mask(cursor, goal, v)
        root = (goal.chord - 1) // 2
        base = _narrow(base, np.isin(_CLASS, [(root + step) % 12 for step in (7, 11, 2, 5)]) & _SOUNDS)
        bass = (root + 7) % 12 if now == goal.start - _approach(cursor, goal) else None
    if wanted is not None and v == cursor.frame.voices - 1:
        base = _narrow(base, wanted)
    if not rules.crossing:
        layers.append(_between(cursor, v))
    if not rules.parallels:
        layers.append(_without_parallels(cursor, v, own, bass))
    if wanted is not None:
        layers.append(wanted)
    if not rules.crossing:
        layers.append(_spaced(cursor, v, rules.spacing))
    if own:
        layers.append(~_SOUNDS | (np.abs(_PITCH - own) <= rules.leap))
    mask = base
    for layer in layers:
        mask = _narrow(mask, layer)
    return mask


def _silence(cursor: Cursor, v: int) -> int:
    """Ticks for which a voice has been silent."""
    ticks = 0
    for sound, length in zip(reversed(cursor.sounds[v]), reversed(cursor.lengths[v]), strict=True):
        if sound:
            break
        ticks += LENGTHS[length]
    return ticks


def _may_rest(cursor: Cursor, rules: Rules, v: int) -> bool:
    """Whether a rest is left to the voice: not beyond the longest, not where all would be silent, not before a tune has begun."""
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
    found = triad(goal.chord)
    if found is None:
        return None
    voices = cursor.frame.voices
    root, third, fifth = found
    if v == voices - 1:
        return root == _CLASS
    said = [cursor.sounds[u][-1] for u in range(v) if cursor.sounds[u] and cursor.onsets[u][-1] == goal.start]
    classes = [(s + LOW - 1) % 12 for s in said]
    minor_third = (third - root) % 12 == 3
    allowed = [root, fifth]
    if third not in classes or (minor_third and classes.count(third) < 2):
        allowed.append(third)
    if fifth in classes:
        allowed.remove(fifth)
    if v == voices - 2 and third not in classes:
        allowed = [third]
    mask = np.isin(_CLASS, allowed) & _SOUNDS
    if v == 0 and goal.top and (goal.top - 1) in allowed:
        mask = mask & (goal.top - 1 == _CLASS)
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    leading = (root + 11) % 12
    if goal.dominant and own and (own + LOW - 1) % 12 == leading and v == 0:
        up = own + 1 == _PITCH
        return up
    return mask


def _dominant_mask(cursor: Cursor, goal: Goal, v: int) -> Mask:
    """Tones of the dominant seventh of the goal, its root in the bass; the leading tone once."""
    root = (goal.chord - 1) // 2
    fifth = (root + 7) % 12
    leading, seventh, second = (root + 11) % 12, (root + 5) % 12, (root + 2) % 12
    start = goal.start - _approach(cursor, goal)
    voices = cursor.frame.voices
    if v == voices - 1:
        return fifth == _CLASS
    others = [
        (cursor.sounds[u][-1] + LOW - 1) % 12 for u in range(voices)
        if u != v and cursor.sounds[u] and cursor.sounds[u][-1] and (cursor.end[u] > cursor.now or cursor.end[u] >= goal.start)
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
    return np.isin(_CLASS, allowed) & _SOUNDS


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
            mask &= ~_SOUNDS | ((sound >= _PITCH) if u < v else (sound <= _PITCH))
    return mask


def _spaced(cursor: Cursor, v: int, spacing: int) -> Mask:
    above = cursor.sounding(v - 1) if 0 < v < cursor.frame.voices - 1 else 0
    return ~_SOUNDS | (above - spacing <= _PITCH) if above else np.ones(PITCHES, bool)


def _without_parallels(cursor: Cursor, v: int, own: int, bass: int | None = None) -> Mask:
    """No fifth or octave that two voices reach together from a fifth or octave. bass: pitch class that the bass is bound to take now."""
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
            mask &= (np.abs(_PITCH - after) % 12 != interval) | (own == _PITCH)
    return mask


def pitch_bias(cursor: Cursor, rules: Rules) -> NDArray[np.float32] | None:
    """What to add to the log probabilities of pitches, (PITCHES,), or None where the style has no such costs."""
    if not (rules.sharp or rules.dissonance):
        return None
    v = cursor.voice
    again = np.zeros(PITCHES, np.float32)
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    if rules.repeat and own:
        again[own] = -rules.repeat * (1 + (v > 0 and len(cursor.sounds[v]) > 1 and cursor.sounds[v][-2] == own))
    if rules.seventh and own:
        again[_SOUNDS & np.isin(np.abs(_PITCH - own), (6, 10, 11))] -= rules.seventh
    if rules.foreign:
        again[_foreign(cursor)] -= rules.foreign
    pickup = max(0, cursor.frame.metres[0].tick + cursor.frame.metres[0].bar) if cursor.frame.metres[0].tick < 0 else 0
    if (cursor.now - pickup) % 24:
        return again
    voices = cursor.frame.voices
    bias = again + _aim(cursor, rules, v)
    for u in range(voices):
        sound = cursor.sounding(u) if u != v else 0
        if not sound and u != v:
            following = cursor.next_given(u)
            sound = following[3] if following is not None and following[0] == cursor.now else 0
        if not sound:
            continue
        distance = np.abs(_PITCH - sound) % 12
        bias[_SOUNDS & ((distance == 1) | (distance == 11))] -= rules.sharp
        if v == voices - 1 or u == voices - 1:
            above = (sound - _PITCH) % 12 if v == voices - 1 else (_PITCH - sound) % 12
            bias[_SOUNDS & np.isin(above, (1, 2, 6, 10, 11))] -= rules.dissonance
    return bias


_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 9, 10, 11)


def _scale(chord: int) -> set[int]:
    """Pitch classes of the key of which a triad is the tonic; of both kinds of sixth and seventh in minor."""
    root, minor = divmod(chord - 1, 2)
    return {(root + step) % 12 for step in (_MINOR if minor else _MAJOR)}


def _foreign(cursor: Cursor) -> Mask:
    """Notes outside the scale of the piece and, in the second half of a phrase, outside that of its goal."""
    frame = cursor.frame
    home = _scale(20 if (frame.final - 1) // 2 == 9 else frame.final) if 1 <= frame.final <= 24 else set(range(12))
    goal = goal_at(cursor)
    if goal is not None and 1 <= goal.chord <= 24 and goal.end - cursor.now <= 144:
        home = home | _scale(goal.chord)
    return _SOUNDS & ~np.isin(_CLASS, list(home))


def _aim(cursor: Cursor, rules: Rules, v: int) -> NDArray[np.float32]:
    """A leaning towards the tonic at the beginning and towards the dominant of a cadence on the beat before it."""
    bias = np.zeros(PITCHES, np.float32)
    tonic = triad(cursor.frame.final)
    if not rules.approach or tonic is None:
        return bias
    bass = v == cursor.frame.voices - 1
    if cursor.now == 0:
        tones = tonic if cursor.frame.final % 2 == 0 or tonic[0] == 0 else (tonic[0], (tonic[0] + 3) % 12, tonic[2])
        bias[np.isin(_CLASS, tones[:1] if bass else tones) & _SOUNDS] += 2 * rules.approach
        return bias
    goal = goal_at(cursor)
    if goal is None or not goal.start - 24 <= cursor.now < goal.start or not 1 <= goal.chord <= 24:
        return bias
    root = (goal.chord - 1) // 2
    if root != (tonic[0] + 7) % 12:
        fifth, leading, second, seventh = ((root + step) % 12 for step in (7, 11, 2, 5))
        bias[np.isin(_CLASS, (fifth, leading) if bass else (fifth, leading, second, seventh)) & _SOUNDS] += rules.approach
        scale = (0, 2, 3, 5, 7, 8, 9, 11) if goal.chord % 2 == 0 else (0, 2, 4, 5, 7, 9, 11)
        bias[~np.isin((_CLASS - root) % 12, scale) & _SOUNDS] -= 2 * rules.approach
    return bias


_HALVED = np.clip(np.log2(24 / _LENGTHS), -2, 2).astype(np.float32)


def length_bias(rules: Rules, pitch: int) -> NDArray[np.float32] | float:
    """What to add to the log probabilities of the lengths of a note of `pitch` (a target)."""
    return rules.brisk * _HALVED if rules.brisk and pitch != REST else 0.0


def length_mask(cursor: Cursor, rules: Rules, pitch: int) -> Mask:
    """Which lengths the note of `pitch` (a target) may have, (lengths,)."""
    v, now = cursor.voice, cursor.now
    room = cursor.room()
    goal = goal_at(cursor)
    total = cursor.frame.total
    mask = room >= _LENGTHS
    if rules.grid > 1:
        off = now % rules.grid
        mask = _narrow(mask, (now + _LENGTHS) % rules.grid == 0 if off == 0 else rules.grid - off >= _LENGTHS)
    if pitch == REST and rules.rests:
        mask = _narrow(mask, max(6, rules.rests - _silence(cursor, v)) >= _LENGTHS)
    if goal is None:
        return mask
    if now >= goal.start:
        wanted = min(goal.end - now, room)
        return _exactly(wanted, mask)
    chord = triad(goal.chord) if goal.end == total else None
    binds = chord is not None and (v == cursor.frame.voices - 1 or pitch in (REST, HOLD) or (pitch + LOW - 1) % 12 not in chord)
    if rules.together or binds:
        mask = _narrow(mask, goal.start - now >= _LENGTHS)
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
            mask = _narrow(mask, limit >= _LENGTHS)
        elif tone == root and v < cursor.frame.voices - 1:
            mask = _narrow(mask, max(1, start + 12 - now) >= _LENGTHS)
    return mask


def _exactly(ticks: int, mask: Mask) -> Mask:
    if ticks in LENGTH_ID:
        found = np.zeros(len(LENGTHS), bool)
        found[LENGTH_ID[ticks]] = True
        return found
    return mask & (max(length for length in LENGTHS if length <= ticks) == _LENGTHS)
