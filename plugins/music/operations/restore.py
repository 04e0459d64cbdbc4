"""Writing some bars or voices of a work anew."""

from __future__ import annotations

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, RestoreRequest
from ..composing.choosing import choose_manner, heat, usual_style
from ..composing.developing import final_goal, joined, key_of, told
from ..composing.filling import fill
from ..composing.finishing import finished, lend_manner
from ..composing.given import score_of
from ..composing.mending import find_damage, parse_region
from ..models.composer.options import ComposerOptions
from ..theory.score import bar_lines

__all__ = ["restore"]


def restore(request: RestoreRequest[ComposerOptions], context: Context) -> Artwork:
    """The work with a region written anew, everything else untouched."""
    options = request.options
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
