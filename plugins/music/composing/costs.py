"""What a style would rather have: costs and leanings, in nats, added to the log probabilities before a note is drawn.

Masks (`rules`) forbid; these only push, so that music under masks keeps the rates of real works: how often beats are
dissonant, voices step,
a chord follows another. Their sizes were chosen on generated chorales, against the figures of Bach's.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..models.composer.cursor import Cursor
from ..models.composer.vocabulary import LENGTHS, LOW, PITCHES, REST
from ..theory.chord_classes import triad
from ..theory.intervals import DISSONANT, MAJOR_SCALE, MINOR_SCALE, PERFECT, SHARP
from ..theory.key_finding import profile
from ..theory.part_writing import ALTERED
from ..theory.progressions import leanings
from ..theory.score import bar_at, pickup_of
from .rules import CLASS, LENGTH_TICKS, PITCH, SOUNDS, Mask, Rules, goal_at, having, home_key

__all__ = ["length_bias", "pitch_bias"]


def _table(relation: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Rows by a sounding note, columns by the next pitch: 1 where they are related so and both sound."""
    return (relation & SOUNDS[None, :] & SOUNDS[:, None]).astype(np.float32)


_APART = np.abs(PITCH[None, :] - PITCH[:, None])
_OVER = (PITCH[None, :] - PITCH[:, None]) % 12
_STEPS, _AWKWARD = _table(np.isin(_APART, (1, 2))), _table(np.isin(_APART, (6, 10, 11)))
_SHARP = _table(np.isin(_APART % 12, SHARP))
_ABOVE, _BELOW = _table(np.isin(_OVER, DISSONANT)), _table(np.isin(-_OVER % 12, DISSONANT))
_PERFECT = _table(np.isin(-_OVER % 12, PERFECT)) > 0


def _alone(cursor: Cursor, rules: Rules, v: int, on_beat: bool) -> NDArray[np.float32]:
    """What speaks for and against each pitch whatever sounds with it: key, register, the step from the last note."""
    out = np.zeros(PITCHES, np.float32)
    own = cursor.sounds[v][-1] if cursor.sounds[v] else 0
    if rules.repeat and own:
        out[own] = -rules.repeat * (1 + (v > 0 and len(cursor.sounds[v]) > 1 and cursor.sounds[v][-2] == own))
    if rules.tonal:
        out += rules.tonal * (1.0 if on_beat else 0.5) * _fitting(home_key(cursor.frame), cursor.frame.style)
    if rules.register:
        out += rules.register * _height(*rules.ranges[v], cursor.frame.shift)
    if rules.seventh and own:
        out -= rules.seventh * _AWKWARD[own]
    if rules.step and own:
        out += rules.step * _STEPS[own]
    if own and (rules.overlap or rules.direct or rules.relation):
        out -= _stumbles(cursor, rules, own)
    if rules.foreign:
        out[_foreign(cursor)] -= rules.foreign
    return out


def pitch_bias(cursor: Cursor, rules: Rules) -> NDArray[np.float32] | None:
    """What to add to the log probabilities of pitches, (PITCHES,), or None where the style has no such costs."""
    if not (rules.sharp or rules.dissonance or rules.tonal or rules.register):
        return None
    v = cursor.voice
    on_beat = (cursor.now - pickup_of(cursor.frame.metres)) % 24 == 0
    again = _alone(cursor, rules, v, on_beat)
    if not on_beat:
        return again
    voices = cursor.frame.voices
    bias = again + _aim(cursor, rules, v)
    if rules.grammar:
        bias += rules.grammar * _grammar(cursor)
    for u in range(voices):
        sound = cursor.sounding(u) if u != v else 0
        if not sound and u != v:
            following = cursor.next_given(u)
            sound = following[3] if following is not None and following[0] == cursor.now else 0
        if not sound:
            continue
        bias -= rules.sharp * _SHARP[sound]
        if v == voices - 1:
            bias -= rules.dissonance * _BELOW[sound]
        elif u == voices - 1:
            bias -= rules.dissonance * _ABOVE[sound]
    return bias


@lru_cache(maxsize=64)
def _fitting(key: int, style: str) -> NDArray[np.float32]:
    """How well pitches fit a key in the ears of listeners, (PITCHES,); notes outside the scale of the signature, but for
    the raised leading tone of minor, worse than the worst, for a mode has its own sixth and seventh.
    """
    out = np.zeros(PITCHES, np.float32)
    if key < 0:
        return out
    fits = profile(key).copy()
    scale = {*MAJOR_SCALE, 8} if key == 21 and style != "chinese" else {*MAJOR_SCALE}
    fits[[tone for tone in range(12) if tone not in scale]] = fits.min() - 1
    out[SOUNDS] = fits[CLASS[SOUNDS]]
    return out


@lru_cache(maxsize=256)
def _height(low: int, high: int, shift: int) -> NDArray[np.float32]:
    """Half octaves above the middle of a range of written pitches, (PITCHES,), at most two."""
    out = np.clip((PITCH + LOW - 1 - shift - (low + high) / 2) / 6, -2, 2)
    return np.where(SOUNDS, out, 0).astype(np.float32)


def _before(cursor: Cursor, u: int) -> tuple[int, int]:
    """(what another voice sang until now, what it sings from now), as sounds; 0 for what is unknown or unless it moves
    now.
    """
    sounds, now = cursor.sounds[u], cursor.now
    if not sounds:
        return 0, 0
    if cursor.onsets[u][-1] == now:
        return (sounds[-2] if len(sounds) > 1 else 0), sounds[-1]
    return (sounds[-1], 0) if cursor.end[u] == now else (0, 0)


def _stumbles(cursor: Cursor, rules: Rules, own: int) -> NDArray[np.float32]:
    """The costs of overlaps, direct fifths and octaves of the outer voices, and cross relations."""
    out = np.zeros(PITCHES, np.float32)
    v, last = cursor.voice, cursor.frame.voices - 1
    for u in range(last + 1):
        before, after = _before(cursor, u) if u != v else (0, 0)
        if not before:
            continue
        if u == v - 1:
            out[SOUNDS & (before < PITCH)] += rules.overlap
        elif u == v + 1:
            out[SOUNDS & (before > PITCH)] += rules.overlap
        if v == last and u == 0 and after and abs(after - before) > 2:
            same = (own < PITCH) if after > before else (own > PITCH)
            out[same & _PERFECT[after]] += rules.direct
        tone = (before + LOW - 1) % 12
        if (own + LOW - 1) % 12 != tone:
            out[having(_ALTERED[tone])] += rules.relation
    return out


_ALTERED = [frozenset({*ALTERED.get(tone, ()), *(a for a, of in ALTERED.items() if tone in of)}) for tone in range(12)]


def _grammar(cursor: Cursor) -> NDArray[np.float32] | float:
    """How usual the chord of this beat would be after that of the beat before, where this voice completes it; about the
    best of them, at most 4 nats.
    """
    v, now, voices = cursor.voice, cursor.now, cursor.frame.voices
    if now < 24 or any(u != v and cursor.end[u] <= now for u in range(voices)):
        return 0.0
    others = [cursor.sounds[u][-1] for u in range(voices) if u != v]
    past = [cursor.sounds[u][cursor.at(u, now - 24)] for u in range(voices)]
    if not all(others) or not all(past):
        return 0.0
    usual = leanings(
        frozenset((s + LOW - 1) % 12 for s in past),
        (min(past) + LOW - 1) % 12,
        frozenset((s + LOW - 1) % 12 for s in others),
        -1 if v == voices - 1 else (others[-1] + LOW - 1) % 12,
    )
    return np.where(SOUNDS, usual[CLASS], 0).astype(np.float32)


def _scale(chord: int) -> set[int]:
    """Pitch classes of the key of which a triad is the tonic; of both kinds of sixth and seventh in minor."""
    root, minor = divmod(chord - 1, 2)
    return {(root + step) % 12 for step in ((*MINOR_SCALE, 9, 11) if minor else MAJOR_SCALE)}


def _foreign(cursor: Cursor) -> Mask:
    """Notes outside the scale of the piece and, in the second half of a phrase, outside that of its goal."""
    goal = goal_at(cursor)
    near = goal is not None and 1 <= goal.chord <= 24 and goal.end - cursor.now <= 144
    return _outside(cursor.frame.final, goal.chord if near and goal is not None else 0)


@lru_cache(maxsize=1024)
def _outside(final: int, goal: int) -> Mask:
    tonic = (final - 1) // 2
    if not 1 <= final <= 24:
        home = set(range(12))
    elif tonic in (2, 4, 5, 7):  # a church mode has the scale of its signature, and a leading tone
        home = {*MAJOR_SCALE, (tonic + 11) % 12}
    else:
        home = _scale(20 if tonic == 9 else final)
    return SOUNDS & ~having(frozenset(home | _scale(goal) if goal else home))


def _aim(cursor: Cursor, rules: Rules, v: int) -> NDArray[np.float32]:
    """A leaning towards the tonic at the beginning and towards the dominant of a cadence on the beat before it."""
    bias = np.zeros(PITCHES, np.float32)
    tonic = triad(cursor.frame.final)
    if not rules.approach or tonic is None:
        return bias
    bass = v == cursor.frame.voices - 1
    if cursor.now == 0:
        tones = tonic if cursor.frame.final % 2 == 0 or tonic[0] == 0 else (tonic[0], (tonic[0] + 3) % 12, tonic[2])
        bias[having(frozenset(tones[:1] if bass else tones))] += 2 * rules.approach
        return bias
    goal = goal_at(cursor)
    if goal is None or not goal.start - 24 <= cursor.now < goal.start or not 1 <= goal.chord <= 24:
        return bias
    root = (goal.chord - 1) // 2
    if root != (tonic[0] + 7) % 12:
        fifth, leading, second, seventh = ((root + step) % 12 for step in (7, 11, 2, 5))
        bias[having(frozenset((fifth, leading) if bass else (fifth, leading, second, seventh)))] += rules.approach
        scale = (0, 2, 3, 5, 7, 8, 9, 11) if goal.chord % 2 == 0 else MAJOR_SCALE
        bias[SOUNDS & ~having(frozenset((root + step) % 12 for step in scale))] -= 2 * rules.approach
    return bias


_HALVED = np.clip(np.log2(24 / LENGTH_TICKS), -2, 2).astype(np.float32)


def length_bias(cursor: Cursor, rules: Rules, pitch: int) -> NDArray[np.float32] | float:
    """What to add to the log probabilities of the lengths of a note of `pitch` (a target)."""
    if pitch == REST:
        return 0.0
    brisk = rules.brisk * _HALVED if rules.brisk else 0.0
    return brisk + rules.pulse * _pulse(cursor, rules.rhythm) if rules.pulse else brisk


@lru_cache(maxsize=256)
def _ids(lengths: tuple[int, ...]) -> Mask:
    """Which lengths, (lengths,), are among these ticks; not to be written to."""
    return np.isin(LENGTH_TICKS, lengths)


def _pulse(cursor: Cursor, rhythm: str) -> NDArray[np.float32]:
    """Which lengths keep a rhythm, (lengths,): 1 where they do, below 0 where they break it.

    "dotted": three to one on the beat; "rocking": two to one; "running": short notes all alike; "even": as long as the
    one before; "flowing": no dots and no single short notes; "broken": not as long as the one before.
    """
    start, metre = bar_at(cursor.frame.metres, cursor.now)
    compound = metre.denominator == 8 and metre.numerator % 3 == 0
    place = (cursor.now - start) % (36 if compound else 24)
    last = LENGTHS[cursor.lengths[cursor.voice][-1]] if cursor.lengths[cursor.voice] else 0
    out = np.zeros(len(LENGTHS), np.float32)
    if rhythm == "dotted":
        dots = (24, 36) if compound else (18, 36)
        wanted = dots if place == 0 else ((36 if compound else 24) - place,)
        out[_ids(wanted)] = 1
    elif rhythm == "rocking":
        size, long = (36, (24,)) if compound else (72, (48,)) if metre.bar == 72 else (48, (36,))
        first = (cursor.now - start) % size == 0
        out[_ids(long if first else (size - long[0],))] = 1
        out[LENGTH_TICKS < 12] = -1
    elif rhythm == "running":
        out[_ids((last,) if last in (6, 12) else (6, 12))] = 1
        out[_ids((18, 36))] = -1
    elif rhythm == "even":
        out[last == LENGTH_TICKS] = 0.8
        out[_ids((4, 6, 8, 9, 18))] = -0.6
    elif rhythm == "flowing":
        out[_ids((12, 24, 48))] = 0.4
        out[_ids((4, 6, 8, 9, 18))] = -0.6
    elif rhythm == "broken":
        out[last == LENGTH_TICKS] = -0.6
    return out
