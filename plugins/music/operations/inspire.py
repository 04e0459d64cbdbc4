"""Ideas before notes: progressions and motifs in turn."""

from __future__ import annotations

from ....core.requests import Context, Idea, InspireRequest
from ..composing.choosing import choose_key
from ..composing.ideas import motif, progression, progressions
from ..models.composer.options import ComposerOptions

__all__ = ["inspire"]


def inspire(request: InspireRequest[ComposerOptions], context: Context) -> list[Idea]:
    """`request.count` ideas, progressions and motifs in turn, in the key that the theme's mood asks for (or
    `options.key`).
    """
    options = request.options
    rng = context.rng
    chinese = request.theme.language == "zh"
    ideas: list[Idea] = []
    used: set[tuple[str, int]] = set()
    for i in range(request.count):
        key = choose_key(options.key, request.theme.mood, rng)
        mode = "minor" if key.minor else "major"
        if i % 2 == 0:
            rows = progressions()[mode]
            fresh = [n for n in range(len(rows)) if (mode, n) not in used] or list(range(len(rows)))
            chosen = fresh[int(rng.integers(len(fresh)))]
            used.add((mode, chosen))
            ideas.append(progression(rows[chosen], key, chinese))
        else:
            ideas.append(motif(key, request.theme.mood.arousal, rng, chinese))
    return ideas
