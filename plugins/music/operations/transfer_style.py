"""A work in another style: its melody and form stay."""

from __future__ import annotations

from dataclasses import replace

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, TransferRequest
from ..composing.choosing import choose_style
from ..composing.finishing import fill_in, finished
from ..composing.given import score_of
from ..composing.harmonising import tune_gap
from ..composing.restyling import embroidery_gap, mix_bars
from ..models.composer.options import ComposerOptions
from ..notation.score_midi import programs, to_midi, voice_names
from ..theory.score import key_of, mean_pitch

__all__ = ["transfer_style"]

_LOWEST, _HIGHEST = 45, 96
"""What a melody that is set for several voices may reach, A2 to C7."""


def transfer_style(request: TransferRequest[ComposerOptions], context: Context) -> Artwork:
    """`request.artwork` in `request.style`.

    strength: share of the bars (several voices) or of the notes between strong beats (one voice) that are written anew.
    """
    options, work, strength = request.options, request.artwork, request.strength
    score, _ = score_of(work, limit=10_000)
    if strength == 0:
        return finished(work.payload, work.title, {"strength": 0}, operation="transfer_style", score=0.0)
    style = choose_style(request.style, options, context)
    voices = options.voices or style.facts.voices
    melody = max(score.lines, key=mean_pitch)
    remarks: tuple[str, ...] = ()
    notes: dict[str, float] = {"new_notes": 0}
    whole, cost = replace(score, lines=(tuple(melody),), names=()), 0.0
    if voices > 1:
        if not _LOWEST <= min(n.pitch for n in melody) <= max(n.pitch for n in melody) <= _HIGHEST:
            raise InputError(
                "the melody lies outside A2 to C7 and can't be set for several voices; transpose it by octaves first"
            )
        gap = tune_gap(melody, score, style.learned, voices, context.rng)
        filled = fill_in(gap, style, request, context, "harmonising")
        whole, cost, notes = filled.score, filled.cost, {**filled.notes(), "phrases": len(gap.goals)}
        if strength < 1 and len(score.lines) == voices:
            whole = mix_bars(whole, score, strength, context.rng)
        elif strength < 1:
            remarks = (
                f"the strength of {strength:g} did nothing: the work has {len(score.lines)} voices and the style "
                f"writes {voices}, so all but the melody is new",
            )
    elif embroidery := embroidery_gap(melody, score, style.learned, strength, context.rng):
        warm = max(1.0, options.temperature)
        filled = fill_in(embroidery, style, request, context, "embroidering", temperature=warm)
        whole, cost = filled.score, filled.cost
        notes = {"new_notes": sum(map(len, filled.new)), **filled.notes()}
    whole = replace(whole, tempo_qpm=options.tempo_qpm or score.tempo_qpm, names=voice_names(voices))
    midi = to_midi(
        whole, program=programs(options.instruments, voices, style.facts.ensemble), minor=key_of(whole).minor
    )
    kept = {"skeleton": "melody" if voices > 1 else "strong beats", "style": style.name, "strength": strength, **notes}
    return finished(midi, work.title, kept, operation="transfer_style", score=-cost, remarks=remarks)
