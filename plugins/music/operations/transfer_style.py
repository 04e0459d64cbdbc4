"""A work in another style: its melody and form stay."""

from __future__ import annotations

from dataclasses import replace

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, TransferRequest
from ..composing.choosing import choose_manner
from ..composing.developing import harmonised, key_of, told
from ..composing.finishing import finished
from ..composing.given import score_of
from ..composing.restyling import embroider, mix_bars
from ..models.composer.options import ComposerOptions
from ..notation.score_midi import programs, to_midi, voice_names
from ..theory.score import mean_pitch

__all__ = ["transfer_style"]


def transfer_style(request: TransferRequest[ComposerOptions], context: Context) -> Artwork:
    """`request.artwork` in `request.style`.

    strength: share of the bars (several voices) or of the notes between strong beats (one voice) that are written anew.
    """
    options = request.options
    work = request.artwork
    score, _ = score_of(work, limit=10_000)
    if request.strength == 0:
        return finished(work.payload, work.title, {"strength": 0}, operation="transfer_style", score=0.0)
    manner = choose_manner(request.style, options, context)
    facts = manner.facts
    voices = options.voices or facts.voices
    remarks: tuple[str, ...] = ()
    melody = max(score.lines, key=mean_pitch)
    if voices > 1:
        if not 45 <= min(n.pitch for n in melody) <= max(n.pitch for n in melody) <= 96:
            raise InputError(
                "the melody lies outside A2 to C7 and can't be set for several voices; transpose it by octaves first"
            )
        filled = harmonised(melody, score, manner, voices, context, options)
        whole, notes = filled.score, {**told(filled), "phrases": filled.phrases}
        if request.strength < 1 and len(score.lines) == voices:
            whole = mix_bars(whole, score, request.strength, context.rng)
        elif request.strength < 1:
            remarks = (
                f"the strength of {request.strength:g} did nothing: the work has {len(score.lines)} voices and the style "
                f"writes {voices}, so all but the melody is new",
            )
        cost = filled.cost
    else:
        embroidered = embroider(melody, score, manner, request.strength, context, options)
        if embroidered is None:
            whole, notes, cost = replace(score, lines=(tuple(melody),), names=()), {"new_notes": 0}, 0.0
        else:
            whole, cost = embroidered.score, embroidered.cost
            notes = {"new_notes": sum(map(len, embroidered.new)), **told(embroidered)}
    whole = replace(whole, tempo_qpm=options.tempo_qpm or score.tempo_qpm, names=voice_names(voices))
    midi = to_midi(whole, program=programs(options.instruments, voices, facts.ensemble), minor=key_of(whole).minor)
    kept = {
        "skeleton": "melody" if voices > 1 else "strong beats",
        "style": manner.name,
        "strength": request.strength,
        **notes,
    }
    return finished(midi, work.title, kept, operation="transfer_style", score=-cost, remarks=remarks)
