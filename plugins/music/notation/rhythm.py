"""How a stretch of time is written: note values, dots, ties by the metre, triplets, beams. Positions in 24ths of a quarter.

What is written shows the beats: a note is cut where it would hide a beat stronger than both its ends, a rest begins on a
multiple of itself, beams end where beats end (Gould 2011, "Behind Bars", chapters on ties, rests and beams).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Measured", "Value", "beams", "beat_groups", "measured", "values"]

_TYPES = ((192, "breve"), (96, "whole"), (48, "half"), (24, "quarter"), (12, "eighth"), (6, "16th"), (3, "32nd"))
PLAIN: dict[int, tuple[str, int]] = {
    **{steps * 3 // 2: (name, 1) for steps, name in _TYPES if steps > 3},
    **{steps: (name, 0) for steps, name in _TYPES},
}
"""Values outside triplets: steps to (type, dots)."""

TRIPLET: dict[int, tuple[str, int]] = {
    **{steps: (name, 1) for steps, name in _TYPES},
    **{steps * 2 // 3: (name, 0) for steps, name in _TYPES},
    1: ("64th", 0),
}
"""Values within triplets."""

BEAMS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}
"""Beams of each value that has any."""


@dataclass(frozen=True)
class Value:
    """A note value from `start`, `steps` long. triplet: the window (first, last step) that it is part of, or None."""

    start: int
    steps: int
    name: str
    dots: int
    triplet: tuple[int, int] | None = None

    @property
    def end(self) -> int:
        """Where it stops."""
        return self.start + self.steps


def beat_groups(metre: tuple[int, int]) -> list[int]:
    """Lengths of the groups that beams show in a bar: beats, dotted in 6/8 and the like, 3+2 and 2+2+3 in odd metres."""
    top, bottom = metre
    unit = 96 // bottom if bottom <= 32 else 3
    if bottom <= 4:
        return [unit] * top
    if top % 3 == 0:
        return [3 * unit] * (top // 3)
    if top % 2 == 0:
        return [2 * unit] * (top // 2)
    if top < 5:
        return [top * unit]
    return [3 * unit, *[2 * unit] * ((top - 3) // 2)] if top == 5 else [*[2 * unit] * ((top - 3) // 2), 3 * unit]


def _is_compound(metre: tuple[int, int]) -> bool:
    return metre[0] % 3 == 0 and metre[1] >= 8


@lru_cache(maxsize=64)
def _levels(metre: tuple[int, int]) -> tuple[int, ...]:
    """How weak each step of a bar is: 0 = the bar line, then the middle, beats and their parts."""
    groups = beat_groups(metre)
    bar = sum(groups)
    levels = [9] * (bar + 1)
    for part, level in ((3, 6), (6, 5), (12, 4)):
        for at in range(0, bar + 1, part):
            levels[at] = level
    if groups[0] > 24 and not _is_compound(metre):
        for at in range(0, bar + 1, 24):
            levels[at] = 3
    starts = [sum(groups[:i]) for i in range(len(groups) + 1)]
    for at in starts:
        levels[at] = 3 if groups[0] <= 24 and not _is_compound(metre) else 2
    if metre[0] % 2 == 0 and len(groups) % 2 == 0 and len(groups) > 2:
        levels[bar // 2] = 2 if not _is_compound(metre) else 1
    if metre[1] <= 4 and metre[0] in (5, 7):
        levels[(metre[0] + 1) // 2 * groups[0]] = 2
    levels[0] = levels[bar] = 0
    return tuple(levels)


@dataclass(frozen=True)
class Measured:
    """A bar as rhythm sees it: metre; first: step of the bar line that it counts from (before a pickup); start, end: what
    there is of it.
    """

    metre: tuple[int, int]
    first: int
    start: int
    end: int

    @property
    def is_whole(self) -> bool:
        """Whether it is as long as its metre says: a rest of a whole measure counts as much."""
        return self.end - self.start == sum(beat_groups(self.metre))

    def level(self, step: int) -> int:
        """How weak a step is, 0 for the bar line."""
        levels = _levels(self.metre)
        return levels[min(max(step - self.first, 0), len(levels) - 1)]


def measured(metre: tuple[int, int], start: int, end: int, *, pickup: bool) -> Measured:
    """The bar from `start` to `end`; a pickup ends on the bar line."""
    return Measured(metre, end - sum(beat_groups(metre)) if pickup else start, start, end)


def triplets(bar: Measured, edges: Iterable[int]) -> list[tuple[int, int]]:
    """The windows in which triplets stand, given where the notes of a voice begin and end."""
    within = sorted({e for e in edges if bar.start <= e <= bar.end})
    size = next(s for s in (48, 24, 12, 6, 3, 1) if (bar.end - bar.start) % s == 0 and (bar.start - bar.first) % s == 0)
    if _is_compound(bar.metre) or bar.metre[1] > 4:
        size = min(size, 12)
    windows: list[tuple[int, int]] = []
    for first in range(bar.start, bar.end, size):
        windows += _windows(bar, within, first, first + size)
    return windows


def _windows(bar: Measured, edges: Sequence[int], first: int, last: int) -> list[tuple[int, int]]:
    inside = [e - first for e in edges if first < e < last]
    odd = [e for e in inside if e % 3]
    if not odd:
        return []
    middle = (last - first) // 2
    wide = last - first > 24
    if last - first <= 3 or (middle not in inside and (not wide or all(e % 8 == 0 for e in inside))):
        return [(first, last)]
    return [*_windows(bar, edges, first, first + middle), *_windows(bar, edges, first + middle, last)]


def values(bar: Measured, start: int, end: int, windows: Sequence[tuple[int, int]], *, rest: bool) -> list[Value]:
    """The note values (or rests) that fill a stretch of a bar, in order."""
    cuts = sorted({start, end, *(e for w in windows for e in w if start < e < end)})
    out: list[Value] = []
    for a, b in itertools.pairwise(cuts):
        window = next((w for w in windows if w[0] <= a and b <= w[1]), None)
        if window is None:
            out += _plain(bar, a, b, rest)
        else:
            out += _in_triplet(a, b, window)
    return out


def _in_triplet(start: int, end: int, window: tuple[int, int]) -> list[Value]:
    out = []
    while start < end:
        left = end - start
        steps = left if left in TRIPLET else max(v for v in (32, 16, 8, 4, 2, 1) if v <= left)
        out.append(Value(start, steps, *TRIPLET[steps], window))
        start += steps
    return out


def _plain(bar: Measured, start: int, end: int, rest: bool) -> list[Value]:
    steps = end - start
    fits = _rest_fits if rest else _note_fits
    if steps in PLAIN and (steps == 3 or fits(bar, start, end)):
        return [Value(start, steps, *PLAIN[steps])]
    inside = range(start + 1, end)
    strongest = min(bar.level(p) for p in inside)
    points = [p for p in inside if bar.level(p) == strongest]
    at = points[-1] if bar.level(start) <= bar.level(end) else points[0]
    return [*_plain(bar, start, at, rest), *_plain(bar, at, end, rest)]


def _note_fits(bar: Measured, start: int, end: int) -> bool:
    inside = [bar.level(p) for p in range(start + 1, end)]
    crossed, ends = min(inside), min(bar.level(start), bar.level(end))
    if _is_compound(bar.metre):
        return crossed > 2 or (bar.level(start) <= 2 and bar.level(end) <= 2)
    if crossed >= ends:
        return True
    return ends - crossed == 1 and inside.count(crossed) == 1 and PLAIN[end - start][1] == 0


def _rest_fits(bar: Measured, start: int, end: int) -> bool:
    steps = end - start
    inside = [bar.level(p) for p in range(start + 1, end)]
    if min(inside) < min(bar.level(start), bar.level(end)):
        return False
    if _is_compound(bar.metre):
        return steps <= 12 or (min(inside) > 2 and steps == 36) or bar.level(start) == 0 == bar.level(end)
    longest = max(24, sum(beat_groups(bar.metre)) // 2) if bar.metre[0] % 2 == 0 else max(24, beat_groups(bar.metre)[0])
    return PLAIN[steps][1] == 0 and steps <= longest and (start - bar.first) % steps == 0


def beams(bar: Measured, line: Sequence[tuple[Value, bool]]) -> list[list[str]]:
    """What each value of a bar says of its beams, one word a level; line: values in order, and whether each is sounded."""
    out: list[list[str]] = [[] for _ in line]
    group: list[int] = []
    for i, (value, sounds) in enumerate(line):
        joins = sounds and value.name in BEAMS
        if group and (
            not joins or _place(bar, line, i) != _place(bar, line, group[0]) or value.start != line[group[-1]][0].end
        ):
            _write_beams([line[k][0] for k in group], [out[k] for k in group])
            group = []
        if joins:
            group.append(i)
    _write_beams([line[k][0] for k in group], [out[k] for k in group])
    return out


def _place(bar: Measured, line: Sequence[tuple[Value, bool]], i: int) -> int:
    """Which group of the bar holds a value: beats (quarters in 2/2), two of which are one where there is nothing but eighths."""
    groups = beat_groups(bar.metre)
    if groups[0] > 24 and not _is_compound(bar.metre):
        groups = [24] * (sum(groups) // 24)
    at, first = line[i][0].start - bar.first, 0
    k = 0
    while k + 1 < len(groups) and at >= first + groups[k]:
        first += groups[k]
        k += 1
    if groups[0] == 24 and len(groups) % 2 == 0:
        pair = first - first % 48 + bar.first
        inside = [v for v, _ in line if pair <= v.start < pair + 48]
        if all(v.steps == 12 and v.triplet is None for v in inside) and sum(v.steps for v in inside) == 48:
            return k - k % 2
    if bar.metre == (3, 4) and all(v.steps == 12 and s for v, s in line) and len(line) == 6:
        return 0
    return k


def _write_beams(group: Sequence[Value], out: Sequence[list[str]]) -> None:
    if len(group) < 2:
        return
    counts = [BEAMS[v.name] for v in group]
    for i, (value, count) in enumerate(zip(group, counts, strict=True)):
        for level in range(1, count + 1):
            before = i > 0 and counts[i - 1] >= level
            after = i + 1 < len(group) and counts[i + 1] >= level
            if before or after:
                out[i].append("continue" if before and after else "end" if before else "begin")
            else:
                on_beat = i == 0 or (i + 1 < len(group) and (value.start - group[0].start) % (2 * value.steps) == 0)
                out[i].append("forward hook" if on_beat else "backward hook")
