"""Restoring: which stretches of a work are to be written anew, and writing them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...core.artwork import Artwork
from ...core.errors import InputError
from .choosing import choose_manner, heat, usual_style
from .convert import voice_names
from .editing import Free, fill
from .edits import final_goal, joined, key_of, told
from .options import ComposerOptions
from .scores import Score, bar_lines
from .sources import score_of
from .works import finished, lend_manner

if TYPE_CHECKING:
    from ...core.requests import Context, RestoreRequest

__all__ = ["find_damage", "parse_region", "restore"]

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
    found = []
    for part in re.split(r"[,\s]+(?:and\s+)?", text.strip()):
        if part.isdigit() and 1 <= int(part) <= len(score.lines):
            found.append(int(part) - 1)
            continue
        at = [i for i in range(len(score.lines)) if part.lower() in (names[i], usual[i])]
        if not at:
            raise InputError(
                f"no voice {part!r}; there are 1 to {len(score.lines)} ({', '.join(dict.fromkeys(names))})"
            )
        found += at
    return found


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


def restore(request: RestoreRequest, context: Context, options: ComposerOptions) -> Artwork:
    """The work with a region written anew, everything else untouched."""
    work = request.artwork
    score, owners = score_of(work)
    free = parse_region(request.region, score) if request.region else find_damage(score)
    if not free:
        raise InputError(
            f"{work.title or work.short_id!r} has no silent bars to fill; say which part to write anew with "
            f"--region 'bars 5-8'"
        )
    manner = choose_manner(None, options, context, usual=usual_style(score))
    style = manner.learned
    ends = any(f.stop >= score.length for f in free)
    key = key_of(score)
    whole = ends and all(any(f.voice == v and f.stop >= score.length for f in free) for v in range(len(score.lines)))
    metre = bar_lines(score.metres, score.length)[-1][1]
    goals = [final_goal(score.length, metre, 1 + 2 * key.final + int(key.minor))] if whole else []
    with lend_manner(context, manner, options) as engine:
        best = fill(
            engine,
            score,
            free,
            context.rng,
            style=style,
            task="gap",
            tries=options.best_of,
            goals=goals,
            temperature=heat(options, style),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, "restoring"),
        )
    midi = joined(work, owners, best.new, free, score)
    stretches = sorted({(f.start, f.stop) for f in free})
    notes = {
        "style": manner.name,
        "stretches_quarters": [[a / 24, b / 24] for a, b in stretches],
        "voices": sorted({f.voice + 1 for f in free}),
        **told(best),
        "new_notes": sum(map(len, best.new)),
    }
    return finished(midi, work.title, notes, operation="restore", score=-best.cost)
