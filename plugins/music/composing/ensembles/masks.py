"""Which notes and lengths may be said next: the plan's closes, keys and silences, and what the players can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError
from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.encoding import Word
from ...models.composer.roles.vocabulary import MORE, SLOTS
from ...models.composer.vocabulary import HOLD, LENGTH_ID, LENGTHS, LOW, PITCHES, REST
from ...theory.key_finding import profile
from ..character import Means
from .figures import AGAIN, BASS, CHORD
from .form import Close, RolePlan
from .reach import SOUNDS, Player, beside, unparallel

__all__ = ["FIRST", "Rules", "length_bias", "length_mask", "pitch_bias", "pitch_mask", "repeated"]

Mask = NDArray[np.bool_]
Array = NDArray[np.float32]

TICKS = np.array([*LENGTHS, 0])
"""Ticks of each length; MORE has none."""
PITCH = np.arange(PITCHES)
CLASS = (PITCH + LOW - 1) % 12
_VOICE = SLOTS.index("voice")
FIRST = frozenset(SLOTS.index(name) for name in ("voice", "right", "part 1"))
_BASS = frozenset(SLOTS.index(name) for name in ("left", "part 4"))
_SECOND = frozenset(SLOTS.index(name) for name in ("right 2", "left 2"))
_LEFT, _LEFT_2 = SLOTS.index("left"), SLOTS.index("left 2")
_RIGHT = (SLOTS.index("right"), SLOTS.index("right 2"))
_INNER = frozenset(SLOTS.index(name) for name in ("part 2", "part 3"))
_SUNG = ("hymn", "choir")
"""Ensembles of single voices that sing together."""
_DEEPEST_CHORD, _HIGHEST_BASS, _APART = 45, 53, 3
"""Written pitches of a left hand's chords and basses; semitones between the notes of its chords, at least."""
_BREATH = 12
"""Ticks before the end of a phrase in which a singer breathes."""
_SHORTEST = 6
_AGAIN = 0.5
"""Nats that the same note again costs a melody."""
_TONAL, _BEGINS = 0.3, 1.5
"""What a note of melody or bass gains for each standard deviation by which it fits the key of its phrase, and a phrase of
the home key that begins over the tonic.
"""
_STILL = 1.5
"""Nats that a third bar over one bass costs."""


@dataclass(frozen=True)
class Rules:
    """players: by slot; means: what the theme asks; density: of the melody's notes in the style, as in `Means`; foreign:
    what a note outside the scale of the phrase costs, in nats.
    """

    players: Mapping[int, Player]
    means: Means
    density: float = 0.0
    foreign: float = 1.0

    def lead(self, cursor: Cursor) -> Mask:
        """Where a melody lies: in the upper part of what its player can reach."""
        player = self.players[cursor.slot]
        lowest = player.low + (7 if player.hand or player.strings else 0) + cursor.frame.shift - LOW + 1
        return lowest <= PITCH


@lru_cache(maxsize=1024)
def _of_classes(classes: frozenset[int]) -> Mask:
    mask = SOUNDS & np.isin(CLASS, list(classes))
    mask.flags.writeable = False
    return mask


_CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10), (0, 3, 7, 10), (0, 3, 6, 10), (0, 3, 6, 9), (0, 4, 8))
"""Triads and sevenths that accompany."""


@lru_cache(maxsize=1)
def _is_chord() -> Mask:
    """Of each set of pitch classes, as bits, whether it is part of a chord, (4096,)."""
    known = {sum(1 << (root + step) % 12 for step in chord) for root in range(12) for chord in _CHORDS}
    sets = np.arange(4096)
    return np.any([(sets & ~chord) == 0 for chord in known], axis=0)


def _harmony(cursor: Cursor) -> int:
    """What the left hand has struck since its bass in this bar, and the right hand's inner notes now, as bits."""
    start, _ = cursor.bar_at(cursor.now)
    bits = 0
    rows = zip(reversed(cursor.onsets[_LEFT]), reversed(cursor.tones[_LEFT]), strict=True)
    for onset, tones in rows:
        if onset < start:
            break
        for tone in tones:
            bits |= 1 << int(CLASS[tone])
        if len(tones) == 1 and tones[0] + LOW - 1 - cursor.frame.shift <= _HIGHEST_BASS:
            break
    for v in _RIGHT:
        if cursor.slot != v and cursor.end[v] > cursor.now:
            for tone in cursor.tones[v][-1][1:]:
                bits |= 1 << int(CLASS[tone])
    return bits


def _in_harmony(bits: int) -> Mask:
    """Which pitches go with a set of pitch classes as parts of one chord."""
    return SOUNDS & _is_chord()[bits | (1 << CLASS)]


def _figured(cursor: Cursor, plan: RolePlan) -> Mask | None:
    """What the figure of the left hand lets it strike; None where it is free. Its second line is then silent."""
    u, said, shift = cursor.slot, cursor.said, cursor.frame.shift
    step = plan.step_at(cursor.now) if u in (_LEFT, _LEFT_2) else None
    if step is None:
        return None
    if u == _LEFT_2 or not step.kind:
        return np.zeros(PITCHES, bool)
    written = PITCH + LOW - 1 - shift
    if step.kind == BASS:
        return SOUNDS & (written <= _HIGHEST_BASS)
    bits = _harmony(cursor) | sum(1 << k for k in {int(CLASS[tone]) for tone in said})
    mask = _in_harmony(bits)
    if step.kind in (CHORD, AGAIN):
        return mask & (written >= _DEEPEST_CHORD) & ((said[-1] + _APART if said else 0) <= PITCH)
    last = cursor.tones[u][-1] if cursor.tones[u] else ()
    start, _ = cursor.bar_at(cursor.now)
    near = [
        t for on, tones in zip(cursor.onsets[u][-4:], cursor.tones[u][-4:], strict=True) if on >= start for t in tones
    ]
    if near:
        mask = mask & (max(near) - 16 <= PITCH) & (min(near) + 16 >= PITCH)
    fresh = mask & ~np.isin(PITCH, [*last, *near[-2:]])
    other = fresh & ((_harmony(cursor) >> CLASS) & 1 == 0)
    return other if len(near) < 3 and other.any() else fresh


def repeated(cursor: Cursor, plan: RolePlan) -> list[Word]:
    """The chord before once more, where the figure wants that and the close lets it."""
    step = plan.step_at(cursor.now) if cursor.slot == _LEFT and not cursor.said else None
    before = cursor.tones[_LEFT][-1] if cursor.tones[_LEFT] else ()
    if step is None or step.kind != AGAIN or len(before) < 2:
        return []
    wanted = _wanted(cursor, plan, plan.close_at(cursor.now))
    if wanted is not None and not {int(CLASS[tone]) for tone in before} <= wanted[0]:
        return []
    if any(tone in before for v in _RIGHT if cursor.end[v] > cursor.now for tone in cursor.tones[v][-1]):
        return []
    return [*((tone, MORE) for tone in before[:-1]), (before[-1], LENGTH_ID[step.ticks])]


def _wanted(cursor: Cursor, plan: RolePlan, close: Close) -> tuple[frozenset[int], int] | None:
    """(pitch classes that may sound now, that of the bass) at a close and on the beat before it; None elsewhere."""
    now = cursor.now
    if now >= close.start:
        return frozenset(close.chord), close.chord[0]
    if close.full and now >= close.start - plan.approach:
        return frozenset(close.key.seventh), close.key.seventh[0]
    if now < max(plan.beat, plan.approach) and not close.begin:
        return frozenset(close.key.triad), close.key.triad[0]
    return None


def pitch_mask(cursor: Cursor, plan: RolePlan, rules: Rules) -> Mask:
    """What may be said now, (PITCHES,): tones and the rest."""
    u, now, said = cursor.slot, cursor.now, cursor.said
    out = np.zeros(PITCHES, bool)
    if u == _VOICE and _is_silent(cursor, plan):
        out[REST] = True
        return out
    close = plan.close_at(now)
    layers = [beside(cursor, rules.players)]
    wanted = _wanted(cursor, plan, close)
    if wanted is not None:
        classes, bass = wanted
        leads = u in _BASS and not said
        layers.append(_of_classes(frozenset({bass}) if leads else classes))
        if leads and now >= close.start and cursor.sounding():
            layers.append(min(cursor.sounding()) >= PITCH)
        if u in _INNER and now >= close.start and not said and not _sounds(cursor, close.chord[1]):
            layers.append(_of_classes(frozenset({close.chord[1]})))
        if u in FIRST and not said and now >= close.start and close.last:
            layers.append(_of_classes(frozenset({close.chord[0]})))
    if u in FIRST and not said:
        layers += [rules.lead(cursor), _near(cursor, u)]
    if cursor.frame.ensemble in _SUNG:
        layers.append(unparallel(cursor, u, wanted[1] if wanted else None, rules.players))
    figure = _figured(cursor, plan)
    if figure is not None:
        layers.insert(1, figure)
    elif u in (_LEFT, _LEFT_2, *_RIGHT) and said:
        layers.append(_in_harmony(_harmony(cursor) | sum(1 << k for k in {int(CLASS[tone]) for tone in said[1:]})))
    mask = layers[0]
    for layer in layers[1:]:
        if (mask & layer).any() or layer is figure or said:
            mask = mask & layer
    if close.last and now >= close.start and u == _LEFT and said and not _sounds(cursor, close.chord[1]):
        third = mask & _of_classes(frozenset({close.chord[1]}))
        mask = third if third.any() else mask
    out |= mask
    if figure is not None:
        out[REST] = not said and not mask.any()
    elif not said and (not mask.any() or _may_rest(cursor, close, u)):
        out[REST] = True
    return out


def _sounds(cursor: Cursor, pitch_class: int) -> bool:
    return any(int(CLASS[tone]) == pitch_class for tone in cursor.sounding())


def _is_silent(cursor: Cursor, plan: RolePlan) -> bool:
    """Whether the voice rests here: outside its verses, and to breathe."""
    now = cursor.now
    return any(start <= now < stop for start, stop in plan.silent) or now >= plan.close_at(now).end - _BREATH


def _near(cursor: Cursor, u: int) -> Mask:
    """Within an octave of what was heard last."""
    last = next((tones for tones in reversed(cursor.tones[u]) if tones), ())
    return np.abs(PITCH - last[0]) <= 12 if last else SOUNDS


def _may_rest(cursor: Cursor, close: Close, u: int) -> bool:
    rested = bool(cursor.tones[u]) and not cursor.tones[u][-1]
    if u in _SECOND:
        return True
    if cursor.frame.ensemble in _SUNG:
        return False
    if cursor.now >= close.start:
        return not close.last and u not in _BASS and u not in FIRST and not rested
    return not rested and cursor.now > 0


def pitch_bias(cursor: Cursor, plan: RolePlan, rules: Rules) -> Array:
    """Leanings, in nats, (PITCHES,): towards the scale of the phrase, and the register that the theme asks for."""
    close = plan.close_at(cursor.now)
    middle = (close.begin + close.end) // 2
    scale = close.key.scale
    u = cursor.slot
    if not close.full and cursor.now < middle:
        scale = scale | plan.close_at(max(0, close.begin - 1)).key.scale
    out = np.where(_of_classes(scale) | ~SOUNDS, 0.0, -rules.foreign).astype(np.float32)
    out += _clash(cursor)
    if u in FIRST or u in _BASS:
        out += np.where(SOUNDS, _TONAL * profile(close.key.tonic + 12 * close.key.minor)[CLASS], 0.0).astype(np.float32)
    if u in _BASS and not cursor.said and cursor.now == close.begin and close.key == plan.closes[-1].key:
        out[_of_classes(frozenset({close.key.tonic}))] += _BEGINS
    if u in _BASS and not cursor.said:
        out += _unmoved(cursor, u)
    if u in FIRST and not cursor.said and cursor.tones[u] and cursor.tones[u][-1]:
        out[cursor.tones[u][-1][0]] -= _AGAIN
    if u in FIRST and rules.means.register:
        player = rules.players[u]
        centre = (player.low + player.high) / 2 + cursor.frame.shift - LOW + 1
        out += np.where(SOUNDS, 0.08 * rules.means.register * (PITCH - centre), 0.0).astype(np.float32)
    out[REST] -= 0.3 * (u in FIRST)
    return out


def _clash(cursor: Cursor) -> Array:
    """What a semitone (by pitch class) against what sounds costs, and among parts what makes no chord: more on a beat."""
    cost = -1.5 if cursor.now % 24 == 0 else -0.5
    if SLOTS[cursor.slot].startswith("part"):
        bits = sum(1 << k for k in {int(CLASS[tone]) for tone in cursor.sounding()})
        return np.where(SOUNDS & ~_is_chord()[bits | (1 << CLASS)], cost, 0.0).astype(np.float32)
    near = np.zeros(PITCHES, bool)
    for tone in cursor.sounding():
        near |= np.isin((CLASS - int(CLASS[tone])) % 12, (1, 11))
    return np.where(near & SOUNDS, cost, 0.0).astype(np.float32)


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


def length_mask(cursor: Cursor, plan: RolePlan, rules: Rules, pitch: int) -> Mask:
    """Which lengths, (lengths,), a pitch may have: to a close and no further, on the grid of sixteenths or of triplets."""
    u, now = cursor.slot, cursor.now
    close = plan.close_at(now)
    bound = _bound(cursor, plan, close, pitch)
    ends = now + TICKS
    mask = (TICKS > 0) & (ends <= bound)
    step = plan.step_at(now) if u in (_LEFT, _LEFT_2) else None
    if step is not None:
        return _in_figure(cursor, plan, rules, pitch, min(step.ticks, bound - now) if u == _LEFT else bound - now)
    if close.last and now >= close.start and pitch != REST:
        if u == _LEFT and len(cursor.said) < 2 and _has_more(cursor, plan, rules, pitch):
            return TICKS == 0
        whole = mask & (ends == bound)
        mask = whole if whole.any() else mask
    thirds = u in _RIGHT and plan.step_at(now) is not None  # against a figure of even notes they only blur
    on_grid = mask & _grid(now % 24) & (~(thirds & (TICKS % 6 != 0))) & ((TICKS >= _SHORTEST) | (ends == bound))
    mask = on_grid if on_grid.any() else mask
    player = rules.players[u]
    if pitch not in (REST, HOLD) and len(cursor.said) + 1 < player.tones:
        mask[MORE] = _has_more(cursor, plan, rules, pitch)
    if not mask.any():
        raise InputError("no length fits here")
    return mask


def _in_figure(cursor: Cursor, plan: RolePlan, rules: Rules, pitch: int, ticks: int) -> Mask:
    """The length of a step of the figure; chords of two notes at least, and of three at most."""
    mask = np.zeros(len(TICKS), bool)
    step = plan.step_at(cursor.now)
    mask[LENGTH_ID[max(k for k in LENGTHS if k <= ticks)]] = True
    chord = step is not None and step.kind in (CHORD, AGAIN)
    wanting = cursor.slot == _LEFT and chord and pitch != REST and len(cursor.said) < 2
    if wanting and _has_more(cursor, plan, rules, pitch):
        mask[MORE] = True
        if not cursor.said:
            mask[:MORE] = False
    return mask


def _bound(cursor: Cursor, plan: RolePlan, close: Close, pitch: int) -> int:
    """The tick beyond which nothing lasts that is struck now."""
    now, u = cursor.now, cursor.slot
    if u == _VOICE:
        starts = [start for start, _ in plan.silent if start > now]
        stops = [stop for start, stop in plan.silent if start <= now < stop]
        if stops:
            return stops[0]
        breath = close.end - _BREATH
        inside = breath if now < breath else close.end
        return min([inside, *starts, *([close.start] if now < close.start else [])])
    if now >= close.start:
        return close.end
    approach = close.start - plan.approach
    return approach if close.full and now < approach else close.start


@lru_cache(maxsize=64)
def _grid(place: int) -> Mask:
    """Lengths that end well from a place in a quarter: on sixteenths, or on thirds of the quarter from a third or from
    its beginning.
    """
    ends = (place + TICKS) % 24
    thirds = np.isin(ends, (0, 8, 16))
    sixteenths = ends % 6 == 0
    if place % 8 == 0 and place:
        mask = thirds & (place + TICKS <= 24)
    elif place % 6:
        mask = ends == 0
    else:
        mask = sixteenths if place else sixteenths | (thirds & (TICKS < 24))
    mask.flags.writeable = False
    return mask


def _has_more(cursor: Cursor, plan: RolePlan, rules: Rules, pitch: int) -> bool:
    """Whether another note can join the chord after this one."""
    probe = cursor.copy()
    probe.push(pitch, MORE)
    return bool(pitch_mask(probe, plan, rules)[1:HOLD].any())


def length_bias(cursor: Cursor, rules: Rules, pitch: int) -> Array:
    """Leanings, in nats, (lengths,): the theme's density and the rhythm of melodies."""
    out = np.zeros(len(TICKS), np.float32)
    means = rules.means
    if pitch == REST or cursor.slot in _SECOND:
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
