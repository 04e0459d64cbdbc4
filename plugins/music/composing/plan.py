"""The plan of a piece, made before its first note: metre, bars, phrases, the chord each phrase aims at, and the end.

Chorale phrases and their cadences follow what was counted in Bach's (`facts`). The plan reaches the model twice: as
inputs it was trained with, and as masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..models.composer.cursor import Goal
from ..models.composer.style_facts import facts
from ..theory.score import TICKS, Metre
from .rules import Rules

__all__ = ["Plan", "plan_piece", "rules_for"]

CHORALE_RANGES = ((60, 79), (53, 74), (48, 69), (36, 62))
DOMINANT, HALF_TONICISED = 0.8, 0.45
"""How often a phrase reaches its chord through that chord's dominant (71 % of Bach's phrase ends), and how often a half cadence does."""
TONAL = 0.4
"""What a note gains for each standard deviation by which it fits the key: tunes wander into the relative key without it."""
PHRASED = ("bach",)
VOCAL = ("bach", "palestrina", "monteverdi", "trecento")
QUARTETS = ("mozart", "haydn", "beethoven")
FOLK = ("ryan", "oneill", "aird", "essen", "chinese")


@dataclass(frozen=True)
class Plan:
    """metres, total: ticks; goals: phrase ends; final: chord class of the last chord; pickup: ticks; echoes: (start,
    stop, back): the highest voice repeats from `start` to `stop` what it sang `back` ticks before; form: letters of the
    phrases; told: whether the model learned phrase ends in this style, so that they can be told to it, and not only be
    asked of it."""

    metres: tuple[Metre, ...]
    total: int
    goals: tuple[Goal, ...]
    final: int
    pickup: int = 0
    echoes: tuple[tuple[int, int, int], ...] = ()
    form: str = ""
    told: bool = True


def rules_for(style: str, voices: int) -> Rules:
    """The masks of a style with so many voices."""
    if style == "bach" and voices == 4:
        return Rules(
            ranges=CHORALE_RANGES,
            crossing=False,
            parallels=False,
            rests=0,
            leap=12,
            spacing=14,
            together=True,
            grid=6,
            sharp=-0.8,
            dissonance=-0.25,
            approach=1.2,
            repeat=0.35,
            foreign=3.0,
            seventh=1.0,
            step=0.5,
            overlap=0.6,
            direct=3.0,
            relation=1.6,
            grammar=1.0,
            opening=True,
        )
    known = facts().get(style, {}).get("ranges", {})
    ranges = known.get(str(voices))
    if ranges is None:
        spans = np.linspace(67, 45, voices) if voices > 1 else np.array([70])
        ranges = [[int(c) - 10, int(c) + 12] for c in spans]
    limits = tuple((low, high) for low, high in ranges)
    if style in FOLK or voices == 1:
        return Rules(
            ranges=limits,
            rests=24 if style in ("essen", "chinese", "user") else 0,
            leap=12,
            together=voices == 1,
            tonal=TONAL,
            opening=voices == 1,
            leading=voices == 1 and style != "chinese",
        )
    if style in VOCAL or style == "user":
        return Rules(ranges=limits, crossing=True, parallels=False, rests=384, leap=12, tonal=TONAL)
    return Rules(
        ranges=limits,
        rests=1536,
        leap=19,
        sharp=1.2,
        dissonance=0.8,
        foreign=0.35,
        repeat=0.15,
        step=0.15,
        brisk=0.5,
        tonal=TONAL,
        opening=True,
    )


def pick(rng: np.random.Generator, counts: dict[str, int]) -> str:
    """A key with the probability of its count."""
    keys = list(counts)
    weights = np.array([counts[k] for k in keys], float)
    return keys[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum(), side="right"))]


def _cadence_chain(rng: np.random.Generator, count: int, minor: bool, final: int) -> list[int]:
    """Chord classes of `count` phrase ends, the last being `final`."""
    table = facts()["bach"]["cadences"]["minor" if minor else "major"]
    chain: list[int] = []
    previous = "0"
    for _ in range(count - 1):
        row = table.get(previous, table["0"])
        least = max(3, 0.05 * sum(row.values()))
        counts = {
            c: n for c, n in row.items() if n >= least and not (len(chain) > 1 and chain[-1] == chain[-2] == int(c))
        }
        if chain and _is_half(chain[-1], final):  # one half cadence after another leaves a piece on the dominant
            counts = {c: n for c, n in counts.items() if not _is_half(int(c), final)} or counts
        previous = pick(rng, counts or table["0"])
        chain.append(int(previous))
    return [*chain, final]


def _is_half(chord: int, final: int) -> bool:
    """Whether a phrase end is a half cadence in the main key."""
    return (chord - 1) // 2 == ((final - 1) // 2 + 7) % 12


def plan_piece(
    rng: np.random.Generator,
    *,
    style: str,
    voices: int,
    bars: int,
    metre: tuple[int, int],
    minor: bool,
    tonic: int | None = None,
    pickup: bool | None = None,
    phrased: bool = True,
) -> Plan:
    """A plan of `bars` bars. tonic: pitch class of the final in the empty key signature (9 in minor, else 0, unless it
    is a church mode's); pickup: whether to begin with an upbeat; None leaves it to chance as in the style."""
    size = Metre(0, *metre).bar
    up = _pickup(rng, style, metre, size, pickup)
    tonic = (9 if minor else 0) if tonic is None else tonic
    final = 1 + 2 * tonic + int(minor and voices > 1)
    if style == "bach" and minor:
        picardy = rng.random() < 0.7
        final = (19 if picardy else 20) if voices > 1 else final
    outline = _Outline(style, Metre(up - size if up else 0, *metre), size, up, bars, minor, final)
    if style in PHRASED and phrased:
        return _phrases(rng, outline)
    if style in FOLK and voices == 1 and phrased and bars in _TUNES:
        return _strains(rng, outline)
    total, last = outline.total, _last_chord(rng, outline)
    return outline.plan([Goal(total - last, total, final, 0, style in (*QUARTETS, "monteverdi") and voices > 1)])


def _pickup(rng: np.random.Generator, style: str, metre: tuple[int, int], size: int, wanted: bool | None) -> int:
    """Ticks of the upbeat in bars of `size` ticks; where nobody wants one or none, as often as in the style."""
    numerator, denominator = metre
    if wanted is None:
        usual = facts().get(style, {}).get("pickups", {})
        counts = {key.split(":")[1]: n for key, n in usual.items() if key.split(":")[0] == f"{numerator}/{denominator}"}
        counts = {key: n for key, n in counts.items() if int(key) < size and n >= 2}
        return int(pick(rng, counts)) if counts else 0
    beat = 96 // denominator if numerator % 3 or numerator == 3 else 3 * 96 // denominator
    return min(24 if style == "bach" else max(12, beat // 2), size - 12) if wanted else 0


@dataclass(frozen=True)
class _Outline:
    """What is settled before the phrases: metre (which begins before a pickup), ticks of a bar and of the pickup, bars,
    mode, class of the last chord.
    """

    style: str
    metre: Metre
    size: int
    up: int
    bars: int
    minor: bool
    final: int

    @property
    def total(self) -> int:
        """Ticks of the piece."""
        return self.bars * self.size

    def plan(
        self,
        goals: Sequence[Goal],
        *,
        echoes: tuple[tuple[int, int, int], ...] = (),
        form: str = "",
        told: bool = True,
    ) -> Plan:
        """The plan with these phrase ends."""
        return Plan((self.metre,), self.total, tuple(goals), self.final, self.up, echoes, form, told)


_TUNES = {8: 2, 12: 3, 16: 4, 24: 3, 32: 4}
"""Bars of a tune that falls into phrases of four or eight bars, and how many."""
_OPEN = {False: ((7, 5), (2, 4), (4, 1)), True: ((7, 5), (2, 2), (3, 1))}
"""Degrees (semitones above the final) on which a phrase that is to be answered ends, with their weights, in major and in minor."""


def _strains(rng: np.random.Generator, outline: _Outline) -> Plan:
    """A tune in phrases of equal length: a a', then b b' or b a'; what returns is the same but for its last quarter.
    Open and closed ends take turns.
    """
    count = _TUNES[outline.bars]
    length = outline.total // count
    rounded = count == 4 and rng.random() < 0.5
    form = {2: "aa'", 3: "aa'b", 4: "aa'ba'" if rounded else "aa'bb'"}[count]
    turn = length - max(outline.size, length // 4)
    echoes = [(length, length + turn, length)]
    if count == 4:
        echoes.append((3 * length, 4 * length - (0 if rounded else length - turn), 2 * length if rounded else length))
    tonic = (outline.final - 1) // 2
    degrees = _OPEN[tonic in (2, 4, 9)]
    goals = []
    for i in range(count):
        end = (i + 1) * length
        hold = _last_chord(rng, outline)
        closed = i % 2 == 1 or i == count - 1
        step = 0 if closed else int(pick(rng, {str(d): w for d, w in degrees}))
        goals.append(Goal(end - hold, end, 1 + 2 * ((tonic + step) % 12)))
    if rounded:
        goals[3] = Goal(goals[1].start + 2 * length, outline.total, goals[1].chord)
    return outline.plan(goals, echoes=tuple(echoes), form=form, told=outline.style in ("essen", "chinese"))


def _last_chord(rng: np.random.Generator, outline: _Outline) -> int:
    """Length of the final in ticks: from a strong beat of the last bar, which a pickup shortens."""
    size, full, metre = outline.size, outline.size - outline.up, outline.metre
    least = 12 if outline.style in FOLK else TICKS
    strong = [full]
    if metre.numerator % 2 == 0 and size >= 2 * TICKS and full - size // 2 >= least:  # 3/4 has no second strong beat
        strong.append(full - size // 2)
    if outline.style in FOLK:
        usual = [hold for hold in strong if hold <= 2 * TICKS] or strong[-1:]
        return usual[int(rng.integers(len(usual)))]
    whole = outline.style in ("palestrina", "monteverdi", "trecento") or rng.random() < 0.5
    return strong[0 if whole else -1]


def _phrases(rng: np.random.Generator, outline: _Outline) -> Plan:
    """Phrases of about eight beats (a bar more where they don't divide evenly), each with its cadence; A A B where
    there are six or more.
    """
    size, up, bars, final = outline.size, outline.up, outline.bars, outline.final
    each = max(1, round(192 / size)) if size < 144 else 1
    count = max(1, bars // each)
    sizes = [each] * count
    for i in range(bars - each * count):
        sizes[-1 - i % count] += 1
    ends = (np.cumsum(sizes) * size).tolist()
    chain = _cadence_chain(rng, count, outline.minor, final)
    echoes: tuple[tuple[int, int, int], ...] = ()
    form = "abcdefghijklmnopqrstuvwxyz"[:count] if count <= 26 else ""
    if (
        6 <= count <= 12
        and rng.random() < 0.65
        and sizes[0] == sizes[2]
        and sizes[1] == sizes[3]
        and chain[0] != chain[1]
    ):
        chain[2:4] = chain[0:2]
        echoes = ((ends[1], ends[3], ends[1]),)
        form = "abab" + form[2 : count - 2]
    goals = []
    for i, end in enumerate(ends):
        often = HALF_TONICISED if _is_half(chain[i], final) else DOMINANT
        dominant = end == outline.total or (1 <= chain[i] <= 24 and rng.random() < often)
        goals.append(Goal(end - _hold(rng, size, up, end == outline.total), end, chain[i], 0, dominant))
    if echoes:
        goals[2] = Goal(ends[2] - (goals[0].end - goals[0].start), ends[2], chain[0], 0, goals[0].dominant)
        goals[3] = Goal(ends[3] - (goals[1].end - goals[1].start), ends[3], chain[1], 0, goals[1].dominant)
    return outline.plan(goals, echoes=echoes, form=form)


def _hold(rng: np.random.Generator, size: int, up: int, last: bool) -> int:
    """Length of a phrase's last chord: to the end of the phrase from a strong beat, as in the chorales."""
    if size % 72 == 0 and size % 96:
        return size - up
    if not up:
        return size // 2
    long = rng.random() < (0.5 if last else 0.22)
    return size - up if long and size <= 96 else max(24, size // 2 - up)
