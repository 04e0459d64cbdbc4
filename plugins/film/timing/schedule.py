"""When things happen in a film: title, cards of lines, shots; in time with the music where there is some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..captions.splitting import is_chinese, split_long

__all__ = ["Card", "Line", "Schedule", "make_cards", "needed_s", "reading_s", "schedule_film"]

MIN_FILM_S = 12.0
MAX_FILM_S = 240.0
OUTRO_S = 3.2
GAP_S = 0.35


@dataclass(frozen=True)
class Line:
    """A line on the screen from its start to the end of its card, in seconds."""

    text: str
    start_s: float


@dataclass(frozen=True)
class Card:
    """Lines that are on the screen together, and when they leave it."""

    lines: tuple[Line, ...]
    end_s: float

    @property
    def start_s(self) -> float:
        """When the first line comes."""
        return self.lines[0].start_s


@dataclass(frozen=True)
class Schedule:
    """length_s of the film; title_s: until when the title is shown (0: none); cards; lines_left_out: how many did not
    fit.
    """

    length_s: float
    title_s: float
    cards: tuple[Card, ...]
    lines_left_out: int
    on_bars: bool


def reading_s(line: str) -> float:
    """Seconds to read a line aloud, slowly."""
    letters = sum(c.isalnum() for c in line)
    return 1.2 + (0.33 if is_chinese(line) else 0.062) * letters


def make_cards(stanzas: Sequence[Sequence[str]]) -> list[list[str]]:
    """Lines in groups that stand together: couplets, a whole stanza of three, long paragraphs in parts."""
    cards: list[list[str]] = []
    for stanza in stanzas:
        lines = [part for line in stanza for part in split_long(line)]
        at = 0
        while at < len(lines):
            left = len(lines) - at
            size = 3 if left == 3 and all(len(line) <= 48 for line in lines[at:]) else min(2, left)
            if any(len(line) > 60 for line in lines[at : at + size]):
                size = 1
            cards.append(lines[at : at + size])
            at += size
    return cards


def needed_s(groups: Sequence[Sequence[str]], title_s: float) -> float:
    """Seconds that a film needs for its title, the reading of its lines and a quiet end; at least 12."""
    wanted = sum(reading_s(line) for group in groups for line in group) + GAP_S * len(groups)
    return max(MIN_FILM_S, (title_s or 1.5) + (wanted or 4.0) + OUTRO_S)


def schedule_film(
    groups: Sequence[Sequence[str]],
    *,
    title_s: float,
    sound_s: float,
    bars: Sequence[float],
    beats: Sequence[float],
    seconds: float = 0.0,
) -> Schedule:
    """When things happen in a film.

    groups: lines by card; title_s: seconds the title wants, 0 without one; sound_s: length of the music, 0 without
    any; bars, beats: times in seconds, rising; seconds: the length asked for, 0 for what the music and the
    reading of the lines need (12 to 240 s). Lines that do not fit into the length are left out from the end.
    """
    length = seconds or min(MAX_FILM_S, max(sound_s, needed_s(groups, title_s)))
    title_s, outro = min(title_s, 0.28 * length), min(OUTRO_S, 0.2 * length)
    lead = title_s or min(1.5, 0.15 * length)
    room = length - lead - outro
    kept = _fit(groups, max(room, 0.0))
    left_out = sum(map(len, groups)) - sum(map(len, kept))
    if not kept:
        return Schedule(length, min(title_s, length * 0.6), (), left_out, False)
    starts, end, on_bars = _starts(kept, lead, length - outro, bars, beats)
    cards, at = [], 0
    for index, group in enumerate(kept):
        lines = tuple(Line(text, starts[at + row]) for row, text in enumerate(group))
        at += len(group)
        cards.append(Card(lines, starts[at] if index + 1 < len(kept) else end))
    return Schedule(length, min(title_s, cards[0].start_s) if title_s else 0.0, tuple(cards), left_out, on_bars)


def _fit(groups: Sequence[Sequence[str]], room: float) -> list[list[str]]:
    """As many cards as can be read in the room, at up to half again the usual speed."""
    kept: list[list[str]] = []
    used = 0.0
    for group in groups:
        used += sum(map(reading_s, group)) / 1.5
        if used > room + 1e-6:
            break
        kept.append(list(group))
    return kept


def _starts(
    groups: Sequence[Sequence[str]], first: float, last: float, bars: Sequence[float], beats: Sequence[float]
) -> tuple[list[float], float, bool]:
    """(start of each line, end of the last, whether they stand on bars or beats).

    On a pulse each line gets the same whole number of bars if all can be read in that, else whole beats; a poem's lines
    are of one length, and an even
    step lets the eye hear the phrase. Without a pulse the time is shared by length.
    """
    weights = [reading_s(line) for group in groups for line in group]
    for pulse in (bars, beats):
        inside = [t for t in pulse if first - 0.45 <= t <= last + 0.05]
        each = (len(inside) - 1) // len(weights) if len(inside) > 1 else 0
        if not each:
            continue
        times = [inside[row * each] for row in range(len(weights) + 1)]
        if all(times[row + 1] - times[row] >= weight / 1.5 for row, weight in enumerate(weights)):
            return times[:-1], times[-1], True
        shared = _snap(weights, inside)
        if shared:
            return shared[:-1], shared[-1], True
    total = sum(weights)
    times, now = [], first
    for weight in weights:
        times.append(now)
        now += weight / total * (last - first)
    return times, last, False


def _snap(weights: Sequence[float], pulse: Sequence[float]) -> list[float]:
    """Times on the pulse in proportion to the weights, or none if a line would get less than it needs."""
    span, total, now = pulse[-1] - pulse[0], sum(weights), 0.0
    times = []
    for weight in [*weights, 0.0]:
        want = pulse[0] + span * now / total
        times.append(min(pulse, key=lambda t: abs(t - want)))
        now += weight
    fits = all(b - a >= w / 1.5 for a, b, w in zip(times, times[1:], weights, strict=False))
    return times if fits else []
