"""Style transfer: the melody and the form of a work stay, the rest is written anew in another style.

For styles of several voices the highest line is kept note by note, with its phrase ends, and the other voices are
written
to it; for styles of one voice the notes on strong beats are kept, which is what variation in those traditions keeps.
A style given by reference works is the learned style in whose eyes they are likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...core.artwork import Artwork
from ...core.errors import InputError
from .choosing import Manner, choose_manner
from .convert import programs, to_midi, voice_names
from .editing import Filled, Free, fill
from .edits import harmonised, key_of, told
from .options import ComposerOptions
from .scores import Note, Score, bar_lines
from .sources import score_of
from .works import finished, lend_manner

if TYPE_CHECKING:
    from ...core.requests import Context, TransferRequest

__all__ = ["transfer"]


def transfer(request: TransferRequest, context: Context, options: ComposerOptions) -> Artwork:
    """`request.artwork` in `request.style`.

    strength: share of the bars (several voices) or of the notes between strong beats (one voice) that are written anew.
    """
    work = request.artwork
    score, _ = score_of(work, limit=10_000)
    if request.strength == 0:
        return finished(work.payload, work.title, {"strength": 0}, operation="transfer_style", score=0.0)
    manner = choose_manner(request.style, options, context)
    facts = manner.facts
    voices = options.voices or facts.voices
    remarks: tuple[str, ...] = ()
    melody = max(
        score.lines, key=lambda line: sum(n.pitch * n.length for n in line) / max(1, sum(n.length for n in line))
    )
    if voices > 1:
        if not 45 <= min(n.pitch for n in melody) <= max(n.pitch for n in melody) <= 96:
            raise InputError(
                "the melody lies outside A2 to C7 and can't be set for several voices; transpose it by octaves first"
            )
        filled = harmonised(melody, score, manner, voices, context, options)
        whole, notes = filled.score, {**told(filled), "phrases": filled.phrases}
        if request.strength < 1 and len(score.lines) == voices:
            whole = _mixed(whole, score, request.strength, context.rng)
        elif request.strength < 1:
            remarks = (
                f"the strength of {request.strength:g} did nothing: the work has {len(score.lines)} voices and the style "
                f"writes {voices}, so all but the melody is new",
            )
        cost = filled.cost
    else:
        embroidered = _embroidered(melody, score, manner, request.strength, context, options)
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


def _mixed(new: Score, old: Score, strength: float, rng: np.random.Generator) -> Score:
    """New lower voices in a share of the bars, the old ones in the others; notes go with the bar they begin in."""
    bars = bar_lines(old.metres, old.length)
    fresh = {start for start, _ in bars if rng.random() < strength}
    starts = np.array([b[0] for b in bars])

    def is_fresh(tick: int) -> bool:
        return int(starts[max(int(np.searchsorted(starts, tick, side="right")) - 1, 0)]) in fresh

    lines = [new.lines[0]]
    for mine, theirs in zip(new.lines[1:], old.lines[1:], strict=True):
        picked = sorted(
            [*(n for n in mine if is_fresh(n.onset)), *(n for n in theirs if not is_fresh(n.onset))],
            key=lambda n: n.onset,
        )
        cut = [replace(a, length=min(a.length, b.onset - a.onset)) for a, b in pairwise(picked)] + picked[-1:]
        lines.append(tuple(n for n in cut if n.length > 0))
    return replace(new, lines=tuple(lines))


def _embroidered(
    melody: Sequence[Note],
    score: Score,
    manner: Manner,
    strength: float,
    context: Context,
    options: ComposerOptions,
) -> Filled | None:
    """The melody with its strong beats kept and the notes between written in another style; None where none is free."""
    bars = bar_lines(score.metres, melody[-1].end)
    strong = {t for start, metre in bars for t in ((start, start + metre.bar // 2) if metre.bar >= 48 else (start,))}
    free = [
        Free(0, n.onset, n.onset + 1) for n in melody[:-1] if n.onset not in strong and context.rng.random() < strength
    ]
    if not free:
        return None
    base = Score(
        name=score.name,
        style=manner.learned,
        lines=(tuple(melody),),
        metres=score.metres,
        signature=score.signature,
        tempo_qpm=score.tempo_qpm,
    )
    with lend_manner(context, manner, options) as engine:
        return fill(
            engine,
            base,
            free,
            context.rng,
            style=manner.learned,
            task="notes",
            tries=options.best_of,
            temperature=max(1.0, options.temperature),
            top_p=options.top_p,
        )
