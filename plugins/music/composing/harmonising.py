"""Harmonising: voices below a given tune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, GenerateRequest
from ..models.composer.cursor import Goal
from ..models.composer.options import ComposerOptions
from ..models.composer.styles import STYLE_TABLE
from ..notation.score_midi import programs, to_midi, voice_names
from ..theory.keys import key_shift
from ..theory.score import TICKS, Note, Score, key_of, mean_pitch
from .choosing import choose_style
from .filling import Free, Gap, find_phrases
from .finishing import fill_in, finished
from .given import score_of
from .plan import rules_for
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
    filled = fill_in(gap, style, request, context, "harmonising")
    named = [*wishes.programs, *wishes.programs[-1:] * voices][:voices]
    program = named or programs(options.instruments, voices, style.facts.ensemble)
    midi = to_midi(replace(filled.score, names=voice_names(voices)), program=program, minor=key_of(filled.score).minor)
    unused = tuple(word for word in words_of(request.theme) if word not in wishes.heard)
    notes = {"task": "harmonise", "style": style.name, **filled.notes(), "phrases": len(gap.goals)}
    return finished(midi, work.title, notes, operation="generate", score=-filled.cost, unused=unused)


def tune_gap(melody: Sequence[Note], score: Score, style: str, voices: int, rng: np.random.Generator) -> Gap:
    """A score of `voices` voices, the highest of them a melody that stays as it is; its phrases end on fitting chords."""
    end, shift = melody[-1].end, key_shift(score.signature)
    lines = (tuple(melody), *(() for _ in range(voices - 1)))
    goals = []
    for start, stop in find_phrases(melody, end, score.metres[-1].bar):
        top = (_melody_at(melody, start).pitch + shift) % 12
        chord = _fitting_chord(top, stop == end, rng)
        before = (_melody_at(melody, start - 1).pitch + shift - (chord - 1) // 2) % 12
        dominant = style == "bach" and before in _OVER_DOMINANT and start >= TICKS
        goals.append(Goal(start, stop, chord, top + 1, dominant=dominant))
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


_OVER_DOMINANT = (2, 5, 7, 11)
"""Notes of a tune, above the root of a phrase's last chord, below which its dominant seventh may stand."""


def _melody_at(melody: Sequence[Note], tick: int) -> Note:
    """The note of a melody that sounds at or before a tick."""
    return max((n for n in melody if n.onset <= tick), key=lambda n: n.onset, default=melody[0])


_CHORDS_OVER = {
    0: (1, 20, 11),
    2: (15, 15, 6),
    4: (1, 20, 19),
    5: (11, 6),
    7: (1, 15),
    9: (20, 11, 19),
    11: (15,),
    8: (9,),
    6: (5,),
    1: (19,),
    10: (21,),
    3: (7,),
}
"""Chords (classes as in `chord_classes`, in the empty signature) that a phrase may end on below a note of each pitch class."""


def _fitting_chord(top: int, last: bool, rng: np.random.Generator) -> int:
    if last:
        return {0: 1, 4: 1, 7: 1, 9: 19, 1: 19}.get(top, 1 if top in (0, 4, 7) else _CHORDS_OVER[top][0])
    options = _CHORDS_OVER[top]
    return options[min(int(rng.random() ** 1.5 * len(options)), len(options) - 1)]
