"""Harmonising: voices below a given tune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, GenerateRequest
from ..models.composer.options import ComposerOptions
from ..models.composer.styles import STYLE_TABLE
from ..notation.score_midi import programs, to_midi, voice_names
from ..theory.keys import key_shift
from ..theory.score import Note, Score, mean_pitch
from .candidates import players_for
from .character import under
from .choosing import choose_style
from .expression import shade
from .filling import Free, Gap
from .finishing import fill_in, finished
from .given import score_of
from .plan import rules_for
from .rules import MINOR_FINALS
from .seating import seated
from .tune_cadences import find_tonic, tune_goals
from .wishes import read_wishes, words_of

__all__ = ["harmonise", "tune_gap"]

_LOWEST, _HIGHEST = 48, 88
"""What a soprano's tune may reach, C3 to E6: below it there is no room for other voices, above it none sings."""


def harmonise(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """The highest line of the given work as soprano, with three voices below it."""
    options, work = request.options, request.sources[0]
    score, _ = score_of(work, limit=10_000)
    melody = max(score.lines, key=mean_pitch)
    low, high = min(n.pitch for n in melody), max(n.pitch for n in melody)
    if low < _LOWEST or high > _HIGHEST:
        raise InputError(
            f"the melody goes from {low} to {high} (MIDI numbers); between 48 (C3) and 88 (E6) it can be harmonised: "
            f"transpose it by octaves"
        )
    style = choose_style(request.style, options, context)
    if style.facts.voices < 2:
        several = ", ".join(n for n, f in STYLE_TABLE.items() if f.voices > 1)
        raise InputError(f"the style {style.name!r} has one voice; a tune is harmonised in one of several: {several}")
    voices = options.voices or 4
    if voices < 2:
        raise InputError("harmonising needs 2 voices at least: the tune and one below it")
    wishes = read_wishes(request.theme, voices, heeded=() if options.instruments else ("programs",))
    gap = tune_gap(melody, score, style.learned, voices, context.rng)
    named = [*wishes.programs, *wishes.programs[-1:] * voices][:voices]
    program = named or programs(options.instruments, voices, style.facts.ensemble)
    if gap.rules is not None:
        players = players_for("", voices, program)
        gap = replace(gap, rules=under(seated(gap.rules, program, players), wishes.means))
    filled = fill_in(gap, style, request, context, "harmonising")
    minor = find_tonic(melody, key_shift(score.signature)) in MINOR_FINALS
    midi = to_midi(replace(filled.score, names=voice_names(voices)), program=program, minor=minor)
    shade(midi, wishes.means, filled.score.metres, [goal.end for goal in gap.goals])
    unused = tuple(word for word in words_of(request.theme) if word not in wishes.heard)
    notes = {
        "task": "harmonise",
        "style": style.name,
        **filled.notes(),
        "phrases": len(gap.goals),
        "character": wishes.means.notes(),
    }
    return finished(midi, work.title, notes, operation="generate", score=-filled.cost, unused=unused)


def tune_gap(melody: Sequence[Note], score: Score, style: str, voices: int, rng: np.random.Generator) -> Gap:
    """A score of `voices` voices, the highest of them a melody that stays as it is; its phrases end on fitting chords."""
    end, shift = melody[-1].end, key_shift(score.signature)
    lines = (tuple(melody), *(() for _ in range(voices - 1)))
    goals, _ = tune_goals(melody, score.metres, shift, rng, cadences=style == "bach")
    rules = rules_for(style, voices)
    if rules.sharp:  # a given tune does not bend: the other voices avoid more clashes than in free composing
        rules = replace(rules, sharp=1.6, dissonance=1.0)
    return Gap(
        replace(score, style=style, lines=lines, names=(), title=""),
        [Free(v, 0, end) for v in range(1, voices)],
        style,
        "melody",
        total=end,
        goals=goals,
        final=goals[-1].chord,
        rules=rules,
    )
