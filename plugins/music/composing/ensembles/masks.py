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
from ..character import Means
from .figures import AGAIN, BASS, CHORD
from .form import Close, RolePlan
from .reach import SOUNDS, Player, beside, unparallel

__all__ = [
    "BASSES",
    "CLASS",
    "FIRST",
    "INNER",
    "PITCH",
    "SECOND",
    "TICKS",
    "Rules",
    "is_chord",
    "length_mask",
    "of_classes",
    "pitch_mask",
    "repeated",
]

Mask = NDArray[np.bool_]
Array = NDArray[np.float32]

TICKS = np.array([*LENGTHS, 0])
"""Ticks of each length; MORE has none."""
PITCH = np.arange(PITCHES)
CLASS = (PITCH + LOW - 1) % 12
_VOICE = SLOTS.index("voice")
FIRST = frozenset(SLOTS.index(name) for name in ("voice", "right", "part 1"))
BASSES = frozenset(SLOTS.index(name) for name in ("left", "part 4"))
SECOND = frozenset(SLOTS.index(name) for name in ("right 2", "left 2"))
_LEFT, _LEFT_2 = SLOTS.index("left"), SLOTS.index("left 2")
_RIGHT = (SLOTS.index("right"), SLOTS.index("right 2"))
INNER = frozenset(SLOTS.index(name) for name in ("part 2", "part 3"))
_SUNG = ("hymn", "choir")
"""Ensembles of single voices that sing together."""
_DEEPEST_CHORD, _HIGHEST_BASS, _APART = 45, 53, 3
"""Written pitches of a left hand's chords and basses; semitones between the notes of its chords, at least."""
_BREATH = 12
"""Ticks before the end of a phrase in which a singer breathes."""
_SHORTEST = 6


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
def of_classes(classes: frozenset[int]) -> Mask:
    mask = SOUNDS & np.isin(CLASS, list(classes))
    mask.flags.writeable = False
    return mask


_CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10), (0, 3, 7, 10), (0, 3, 6, 10), (0, 3, 6, 9), (0, 4, 8))
"""Triads and sevenths that accompany."""


@lru_cache(maxsize=1)
def is_chord() -> Mask:
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
    return SOUNDS & is_chord()[bits | (1 << CLASS)]


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
        leads = u in BASSES and not said
        layers.append(of_classes(frozenset({bass}) if leads else classes))
        if leads and now >= close.start and cursor.sounding():
            layers.append(min(cursor.sounding()) >= PITCH)
        if u in INNER and now >= close.start and not said and not _sounds(cursor, close.chord[1]):
            layers.append(of_classes(frozenset({close.chord[1]})))
        if u in FIRST and not said and now >= close.start and close.last:
            layers.append(of_classes(frozenset({close.chord[0]})))
    if u in FIRST and not said:
        layers += [rules.lead(cursor), _near(cursor, u)]
    if cursor.frame.ensemble in (*_SUNG, "quartet"):
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
        third = mask & of_classes(frozenset({close.chord[1]}))
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
    if u in SECOND:
        return True
    if cursor.frame.ensemble in _SUNG:
        return False
    if cursor.now >= close.start:
        return not close.last and u not in BASSES and u not in FIRST and not rested
    return not rested and cursor.now > 0


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
