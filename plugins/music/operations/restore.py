"""Writing some bars or voices of a work anew."""

from __future__ import annotations

from typing import Any

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, RestoreRequest
from ..composing.choosing import choose_style, usual_style
from ..composing.developing import final_goal, joined
from ..composing.filling import Gap
from ..composing.finishing import fill_in, finished
from ..composing.given import score_of
from ..composing.mending import find_damage, parse_region
from ..models.hf.engine import restore as restore_pretrained
from ..theory.score import TICKS, bar_lines, key_of

__all__ = ["restore"]


def restore(request: RestoreRequest[Any], context: Context) -> Artwork:
    """The work with a region written anew, everything else untouched."""
    if request.model.startswith("hf:"):
        return restore_pretrained(request, context)
    work = request.artwork
    score, owners = score_of(work)
    free = parse_region(request.region, score) if request.region else find_damage(score)
    if not free:
        raise InputError(
            f"{work.title or work.short_id!r} has no silent bars to fill; say which part to write anew with "
            f"--region 'bars 5-8'"
        )
    style = choose_style(None, request.options, context, usual=usual_style(score))
    goals = []
    if {f.voice for f in free if f.stop >= score.length} == set(range(len(score.lines))):
        key, metre = key_of(score), bar_lines(score.metres, score.length)[-1][1]
        goals = [final_goal(score.length, metre, 1 + 2 * key.final + int(key.minor))]
    best = fill_in(Gap(score, free, style.learned, "gap", goals=goals), style, request, context, "restoring")
    notes = {
        "style": style.name,
        "stretches_quarters": [[a / TICKS, b / TICKS] for a, b in sorted({(f.start, f.stop) for f in free})],
        "voices": sorted({f.voice + 1 for f in free}),
        **best.notes(),
        "new_notes": sum(map(len, best.new)),
    }
    midi = joined(work, owners, best.new, free, score)
    return finished(midi, work.title, notes, operation="restore", score=-best.cost)
