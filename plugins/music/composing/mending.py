"""Mending: which stretches of a work are to be written anew."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....core.errors import InputError
from ..notation.score_midi import voice_names
from ..theory.score import Score, bar_lines
from .filling import Free

if TYPE_CHECKING:
    pass

__all__ = ["find_damage", "parse_region"]

_REGION = re.compile(
    r"(?:(?:bars?|measures?|mm?\.)?\s*(\d{1,6})(?:\s*(?:[-–—]|to)\s*(\d{1,6}))?|第?\s*(\d{1,6})(?:\s*[-–—到至]\s*(\d{1,6}))?\s*小节)"
    r"(?:\s*,?\s*(?:(?:of|in)?\s*voices?\s+|声部\s*)(.+))?",
    re.IGNORECASE,
)


def parse_region(region: str, score: Score) -> list[Free]:
    """`"bars 5-8"`, `"5 to 8"`, `"第5-8小节"` or `"bars 5-8 voices alto, 3"` as stretches. Voices by number from the top or
    by name. Raises InputError.
    """
    found = _REGION.fullmatch(region.strip())
    voices: list[int] = list(range(len(score.lines)))
    if found is None:
        match = re.fullmatch(r"voices?\s+(.+)", region.strip(), re.IGNORECASE)
        if not match:
            raise InputError(
                f"{region!r} is not a region of music; write 'bars 5-8', 'bars 5-8 voices alto, tenor' or 'voice 2'"
            )
        return [Free(v, 0, score.length) for v in _voices(match[1], score)]
    begin, end = found[1] or found[3], found[2] or found[4]
    first, last = int(begin), int(end or begin)
    bars = [b for b in bar_lines(score.metres, score.length) if b[0] >= 0]
    pickup = int(score.metres[0].tick < 0)
    if not 1 <= first <= last <= len(bars):
        raise InputError(f"the region {region!r} lies outside the piece, which has bars 1 to {len(bars)}")
    start, stop = bars[first - 1][0], bars[last - 1][0] + bars[last - 1][1].bar
    if first == 1 and pickup:
        start = 0
    if found[5]:
        voices = _voices(found[5], score)
    return [Free(v, start, min(stop, max(score.length, start + 1))) for v in voices]


def _voices(text: str, score: Score) -> list[int]:
    names = [n.lower() for n in (score.names or voice_names(len(score.lines)))]
    usual = [n.lower() for n in voice_names(len(score.lines))]
    voices = []
    for part in re.split(r"[,\s]+(?:and\s+)?", text.strip()):
        if part.isdigit() and 1 <= int(part) <= len(score.lines):
            voices.append(int(part) - 1)
            continue
        at = [i for i in range(len(score.lines)) if part.lower() in (names[i], usual[i])]
        if not at:
            raise InputError(
                f"no voice {part!r}; there are 1 to {len(score.lines)} ({', '.join(dict.fromkeys(names))})"
            )
        voices += at
    return voices


def find_damage(score: Score) -> list[Free]:
    """Bars in which a voice is silent that sings in the bars before and after."""
    bars = bar_lines(score.metres, score.length)
    sings = [
        [any(n.onset < start + m.bar and n.end > start for n in line) for start, m in bars] for line in score.lines
    ]
    free = []
    for v, row in enumerate(sings):
        for i, (start, metre) in enumerate(bars):
            if not row[i] and any(row[:i]) and any(row[i + 1 :]):
                free.append(Free(v, max(0, start), min(start + metre.bar, score.length)))
    return free
