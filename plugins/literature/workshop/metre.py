"""The metre of an English poem: of the whole first, then of each line with its licences and its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..english.words import MARKS, tokenize
from .findings import Fault, Licence
from .metre_patterns import FEET, RHYTHMS, Pattern, patterns
from .word_stress import Spoken, place_cost, spoken

__all__ = ["LineScan", "Metre", "best_scan", "find_metre", "scan_line", "words_of"]

#: Lines that decide on the metre of a long poem; mean cost beyond which there is none; beyond which a line has a fault.
_SAMPLE, _NO_METRE, _ROUGH = 24, 0.95, 0.9
_PRIOR = {"iambic": 0.0, "trochaic": 0.08, "anapaestic": 0.05, "dactylic": 0.15}


@dataclass(frozen=True)
class LineScan:
    """A line against a pattern. words: each with the way it is said; broken: places of the words (from 0) against it."""

    pattern: Pattern
    rhythm: str
    feet: int
    cost: float
    words: tuple[tuple[str, Spoken], ...]
    broken: tuple[int, ...]

    @property
    def stress(self) -> str:
        """A digit a syllable."""
        return "".join(s.stress for _, s in self.words)


@dataclass(frozen=True)
class Metre:
    """The metre of a poem. rhythm: "" if there is none; feet: of each line, as the poem's plan has them; name: for people."""

    rhythm: str
    feet: tuple[int, ...]
    name: str
    scans: tuple[LineScan | None, ...]
    faults: tuple[Fault, ...]
    licences: tuple[Licence, ...]


@lru_cache(maxsize=4096)
def words_of(line: str) -> tuple[str, ...]:
    """The words of a printed line, lower case."""
    return tuple(t for t in tokenize(line) if t not in MARKS)


def find_metre(stanzas: Sequence[Sequence[str]]) -> Metre:
    """The metre that most of a poem keeps, and each line by it."""
    lines = [line for stanza in stanzas for line in stanza]
    sample = lines[:_SAMPLE]
    tables = {rhythm: [_by_feet(line, rhythm) for line in sample] for rhythm in RHYTHMS}
    costs = {r: _mean([_cheapest(row) for row in table]) + _PRIOR[r] for r, table in tables.items()}
    rhythm = min(costs, key=lambda r: costs[r])
    table = tables[rhythm] + [_by_feet(line, rhythm) for line in lines[_SAMPLE:]]
    scans = [min(row.values(), key=lambda s: s.cost, default=None) for row in table]
    feet = _plan([len(s) for s in stanzas], table)
    far = [s is not None and s.cost + 0.5 < _cost_of(row, f) for s, row, f in zip(scans, table, feet, strict=True)]
    varied = _mean([float(f) for f in far]) > 0.34
    if costs[rhythm] > _NO_METRE or (varied and costs[rhythm] > 0.3):
        return Metre("", (), "no metre", (None,) * len(lines), (), ())
    if varied:
        feet = tuple(s.feet if s else f for s, f in zip(scans, feet, strict=True))
    held = [row.get(k) for row, k in zip(table, feet, strict=True)]
    faults: list[Fault] = []
    licences: list[Licence] = []
    for number, (line, own, free) in enumerate(zip(lines, held, scans, strict=True)):
        found = _judge(number + 1, line, own, free, rhythm, feet[number])
        faults += [f for f in found if isinstance(f, Fault)]
        licences += [f for f in found if isinstance(f, Licence)]
    return Metre(rhythm, feet, _name(rhythm, feet, varied=varied), tuple(held), tuple(faults), tuple(licences))


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / max(1, len(numbers))


@lru_cache(maxsize=4096)
def _by_feet(line: str, rhythm: str) -> Mapping[int, LineScan]:
    """The best scan of a line with each number of feet that it may have."""
    found = {k: best_scan(line, rhythm, k) for k in range(1, 9)}
    return {k: scan for k, scan in found.items() if scan is not None}


def _cheapest(row: Mapping[int, LineScan]) -> float:
    return min((scan.cost for scan in row.values()), default=2.0)


def _cost_of(row: Mapping[int, LineScan], feet: int) -> float:
    return min(2.0, row[feet].cost) if feet in row else 2.0


def _plan(sizes: Sequence[int], table: Sequence[Mapping[int, LineScan]]) -> tuple[int, ...]:
    """Feet of each line at the least cost: of its place in the stanza where stanzas are alike, alternating, or one for all."""
    unit = sizes[0] if len(set(sizes)) == 1 and (len(sizes) > 1 or sizes[0] <= 5) else 0
    best: tuple[float, tuple[int, ...]] | None = None
    for period in dict.fromkeys(p for p in (1, 2, 3, 4, unit) if p):
        if period > 1 and len(table) < (2 * period if period != unit else period):
            continue
        chosen = [
            min(range(1, 9), key=lambda k, at=at: sum(_cost_of(row, k) for row in table[at::period]))  # type: ignore[misc]
            for at in range(period)
        ]
        plan = tuple(chosen[i % period] for i in range(len(table)))
        cost = _mean([_cost_of(row, k) for row, k in zip(table, plan, strict=True)])
        cost += 0.12 * (len(set(chosen)) - 1) + 0.01 * period + (0.1 if period == unit == len(table) else 0.0)
        if best is None or cost < best[0]:
            best = (cost, plan)
    return best[1] if best is not None else ()


def _name(rhythm: str, feet: Sequence[int], *, varied: bool) -> str:
    kinds = list(dict.fromkeys(feet))
    if len(kinds) > (2 if varied else 3):
        return f"{rhythm}, lines of {min(feet)} to {max(feet)} feet"
    return f"{rhythm} " + " and ".join(FEET[k] for k in kinds if k)


@lru_cache(maxsize=4096)
def _reach(words: tuple[str, ...]) -> tuple[int, int]:
    sizes = [[len(s.stress) for s in spoken(w)] for w in words]
    elidable = sum(a in ("the", "to") for a in words)
    return sum(map(min, sizes)) - elidable, sum(map(max, sizes))


def best_scan(line: str, rhythm: str, feet: int) -> LineScan | None:
    """The scan of least cost of a line in a metre; None if no pattern of it has as many syllables."""
    words = words_of(line)
    if not words:
        return None
    low, high = _reach(words)
    best: LineScan | None = None
    for pattern in patterns(rhythm, feet):
        if low <= len(pattern.places) <= high and (best is None or pattern.cost < best.cost):
            best = scan_line(words, pattern, rhythm, feet, best)
    return best


def scan_line(
    words: tuple[str, ...], pattern: Pattern, rhythm: str, feet: int, best: LineScan | None = None
) -> LineScan | None:
    """The words laid on a pattern at the least cost, or `best` if that is better or they don't fit."""
    places = pattern.places
    limit = best.cost if best is not None else 99.0
    states: dict[int, tuple[float, tuple[Spoken, ...]]] = {0: (pattern.cost, ())}
    for number, word in enumerate(words):
        following: dict[int, tuple[float, tuple[Spoken, ...]]] = {}
        for at, (cost, path) in states.items():
            for way in _ways(words, number):
                end = at + len(way.stress)
                if end > len(places):
                    continue
                more = cost + way.cost + _cost(word, way.stress, places[at:end])[0]
                if more < limit and (end not in following or more < following[end][0]):
                    following[end] = (more, (*path, way))
        states = following
        if not states:
            return best
    if len(places) not in states:
        return best
    cost, path = states[len(places)]
    at, broken = 0, []
    for number, (word, way) in enumerate(zip(words, path, strict=True)):
        if _cost(word, way.stress, places[at : at + len(way.stress)])[1]:
            broken.append(number)
        at += len(way.stress)
    return LineScan(pattern, rhythm, feet, cost, tuple(zip(words, path, strict=True)), tuple(broken))


_cost = lru_cache(maxsize=100_000)(place_cost)


def _ways(words: Sequence[str], number: int) -> tuple[Spoken, ...]:
    word = words[number]
    if word in ("the", "to") and number + 1 < len(words) and words[number + 1][0] in "aeiouh":
        return (*spoken(word), Spoken("", 0.45, "elision"))
    return spoken(word)


def _judge(
    number: int, line: str, own: LineScan | None, free: LineScan | None, rhythm: str, feet: int
) -> list[Fault | Licence]:
    asked = f"{rhythm} {FEET[feet]}" if feet else rhythm
    words = words_of(line)
    if not words or not feet:
        return []
    plain = sum(len(spoken(w)[0].stress) for w in words)
    other = free is not None and free.feet != feet and (own is None or free.cost + 0.5 < own.cost > 1.2)
    if own is None or (other and plain != len(RHYTHMS[rhythm]) * feet):
        wanted = len(RHYTHMS[rhythm]) * feet
        rule = f"{asked} has about {wanted} syllables, this line {plain}" + (
            f": {FEET[free.feet]}" if free is not None and free.feet != feet else ""
        )
        remedy = f"{'take away' if plain > wanted else 'add'} {abs(plain - wanted)} or so"
        return [Fault(name="length", line=number, text=line, rule=rule, remedy=remedy)]
    found: list[Fault | Licence] = []
    for at in own.broken:
        word, way = own.words[at]
        start = sum(len(s.stress) for _, s in own.words[:at])
        places = own.pattern.places[start : start + len(way.stress)]
        rule = f"{asked}: {word!r} is stressed {_spell(way.stress)} and lies on {_spell_places(places)}"
        remedy = "move the word by one syllable, or take one that is stressed otherwise"
        found.append(Fault(name="stress", line=number, place=at + 1, text=word, rule=rule, remedy=remedy))
    if not found and own.cost > _ROUGH + 0.35 + 0.03 * len(words):
        rule = f"{asked} is hard to hear in it; the best reading is {own.pattern.places}"
        remedy = "set strong words where the metre is strong"
        found.append(Fault(name="rough", line=number, text=line, rule=rule, remedy=remedy, weight="blemish"))
    found += [Licence(name=name, line=number, rule=f"of {asked}") for name in own.pattern.licences]
    for at, (word, way) in enumerate(own.words):
        if way.licence:
            size = len(way.stress)
            rule = f"said in {size} syllable{'s' * (size != 1)}"
            found.append(Licence(name=way.licence, line=number, place=at + 1, text=word, rule=rule))
    return found


def _spell(stress: str) -> str:
    return "".join("ˈx" if s == "1" else "x" for s in stress)


def _spell_places(places: str) -> str:
    return "-".join("strong" if p == "S" else "weak" for p in places)
