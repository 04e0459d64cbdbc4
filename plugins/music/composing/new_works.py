"""From a theme to a finished piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from ..models.composer.options import ComposerOptions
from ..notation.score_midi import programs, to_midi
from .candidates import Finished, compose, first_original
from .choosing import choose_key, choose_metre, choose_style, choose_tempo, heat, parse_metre
from .ensembles.works import compose_roles, role_style
from .expression import shade
from .finishing import finished, lend_nets
from .plan import plan_piece
from .wishes import read_wishes

if TYPE_CHECKING:
    from ....core.artwork import Artwork
    from ....core.requests import Context, GenerateRequest

__all__ = ["compose_work"]


def compose_work(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """A new work from a theme. Raises InputError if a work to build on is given, which only the other tasks use."""
    options = request.options
    if request.sources:
        raise InputError(
            "a new piece is not built on another; with --from give --task continue, harmonise or vary, or take its theme "
            "with --theme-from"
        )
    roles = role_style(request)
    if roles is not None:
        return compose_roles(request, context, roles)
    idle = [name for name, is_set in (("form", options.form != "auto"), ("save-plan", options.save_plan)) if is_set]
    if idle:
        raise InputError(
            f"--{idle[0]} counts in the styles for piano, song, quartet, hymn and choir; leave it out here"
        )
    rng = context.rng
    style = choose_style(request.style, options, context, mixes=True)
    facts = style.facts
    voices = options.voices or facts.voices
    free = {"programs": options.instruments, "key": options.key, "metre": options.metre, "qpm": options.tempo_qpm}
    wishes = read_wishes(request.theme, voices, heeded=[name for name, given in free.items() if not given])
    means = wishes.means
    key = choose_key(options.key or wishes.key, wishes.mood, rng, wishes.mode or means.mode, facts.learned)
    drawn = choose_metre(facts, means.metres, rng)
    metre = parse_metre(options.metre or wishes.metre) if options.metre or wishes.metre else drawn
    bars = options.bars or facts.bars
    plan = plan_piece(
        rng,
        style=facts.learned,
        voices=voices,
        bars=bars,
        metre=metre,
        minor=key.minor,
        tonic=key.final,
        pickup=_PICKUPS[options.pickup],
    )
    tempo = options.tempo_qpm or wishes.qpm or choose_tempo(facts, metre, means.pace * wishes.pace)
    named = [*wishes.programs, *wishes.programs[-1:] * voices][:voices]
    program = named or programs(options.instruments, voices, facts.ensemble)
    with lend_nets(context, style, options) as lent:
        engine = lent.blended(style.mix) if style.mix else lent

        def write() -> list[Finished]:
            pieces = compose(
                engine,
                [plan] * options.best_of,
                rng,
                style=facts.learned,
                voices=voices,
                signature=key.signature,
                minor=key.minor,
                tempo_qpm=tempo,
                temperature=heat(options, facts.learned),
                top_p=options.top_p,
                blend=bool(style.mix),
                means=means,
                program=program,
                tell=lambda share: context.progress.update(0.9 * share, "writing"),
            )
            return _by_density(pieces, means.density)

        best, copies = first_original(write(), write, facts.learned)
    midi = to_midi(best.score, program=program, minor=key.minor)
    shade(midi, means, best.score.metres, [goal.end for goal in plan.goals])
    notes = {
        **best.notes(),
        "key": key.name,
        "metre": f"{metre[0]}/{metre[1]}",
        "bars": bars,
        "voices": voices,
        "tempo_qpm": tempo,
        "style": str(request.style) if style.mix else style.name,
        "longest_copies": copies,
        "character": means.notes(),
        "sound": {"articulation": round(means.articulation, 2)},
    }
    title, score = _title(request.theme.text), -best.cost
    return finished(midi, title, notes, operation="generate", score=score, unused=wishes.unused)


_PICKUPS = {"auto": None, "yes": True, "no": False}


def _by_density(pieces: list[Finished], density: float) -> list[Finished]:
    """Candidates ordered by the critic, with a leaning to fuller ones where the theme wants many notes and to calmer ones
    where it wants few.
    """
    if len(pieces) < 2:
        return pieces
    mean = float(np.mean([f.figures.notes_per_bar for f in pieces])) or 1.0
    return sorted(pieces, key=lambda f: f.cost - 0.8 * density * (f.figures.notes_per_bar / mean - 1))


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}..."
