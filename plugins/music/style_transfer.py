"""Style transfer: the melody and the form of a work stay, the rest is written anew in another style.

For styles of several voices the highest line is kept note by note, with its phrase ends, and the other voices are
written
to it; for styles of one voice the notes on strong beats are kept, which is what variation in those traditions keeps.
A style given by reference works is the learned style in whose eyes they are likeliest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...core.artwork import Artwork
from ...core.errors import InputError
from .convert import programs, to_midi, voice_names
from .editing import Free, fill
from .evaluation import nearest_styles
from .models.composer import ComposerOptions, lend, weight_files
from .scores import Score, bar_lines
from .styles import STYLE_TABLE

if TYPE_CHECKING:
    from ...core.requests import Context, TransferRequest

__all__ = ["transfer"]


def transfer(request: TransferRequest, context: Context, options: ComposerOptions) -> Artwork:
    """`request.artwork` in `request.style`.

    strength: share of the bars (several voices) or of the notes between strong beats (one voice) that are written anew.
    """
    from .writing import _artwork, harmonised, score_of

    work = request.artwork
    score, _ = score_of(work, limit=10_000)
    if request.strength == 0:
        return _artwork(work.payload, work.title, {"strength": 0}, operation="transfer_style")
    name = _target(request, context, options)
    facts = STYLE_TABLE[name]
    voices = options.voices or facts.voices
    melody = max(
        score.lines, key=lambda line: sum(n.pitch * n.length for n in line) / max(1, sum(n.length for n in line))
    )
    tempo = options.tempo_qpm or score.tempo_qpm
    if voices > 1:
        if not 45 <= min(n.pitch for n in melody) <= max(n.pitch for n in melody) <= 96:
            raise InputError(
                "the melody lies outside A2 to C7 and can't be set for several voices; transpose it by octaves first"
            )
        whole, notes = harmonised(melody, score, facts.learned, voices, context, options)
        if request.strength < 1 and len(score.lines) == voices:
            whole = _mixed(whole, score, request.strength, context.rng)
    else:
        whole, notes = _embroidered(melody, score, facts.learned, request.strength, context, options)
    whole = replace(whole, tempo_qpm=tempo, names=voice_names(voices))
    from .writing import _key_of

    midi = to_midi(whole, program=programs(options.instruments, voices, facts.ensemble), minor=_key_of(whole).minor)
    kept = {
        "skeleton": "melody" if voices > 1 else "strong beats",
        "style": name,
        "strength": request.strength,
        **notes,
    }
    return _artwork(midi, work.title, kept, operation="transfer_style")


def _target(request: TransferRequest, context: Context, options: ComposerOptions) -> str:
    """The name of the learned style that is asked for, or nearest to the references."""
    from .writing import named_style, score_of

    names = dict(request.style.names)
    if request.style.references:
        best: dict[str, float] = dict(names)
        for reference, weight in request.style.references:
            scores, _ = score_of(reference, limit=10_000)
            with lend(context, weight_files("all", options.weights, context.home, 1)) as engine:
                near = nearest_styles(engine, scores)
            learned = next(iter(near))
            found = next(n for n, f in STYLE_TABLE.items() if f.learned == learned)
            best[found] = best.get(found, 0.0) + weight
        names = best
    name = max(names, key=names.__getitem__)
    return named_style(replace(request.style, names=((name, 1.0),), references=()))[0]


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


def _embroidered(melody, score, style, strength, context, options):  # type: ignore[no-untyped-def]
    """The melody with its strong beats kept and the notes between written in another style."""
    total = melody[-1].end
    bars = bar_lines(score.metres, total)
    strong = {t for start, metre in bars for t in ((start, start + metre.bar // 2) if metre.bar >= 48 else (start,))}
    free = [
        Free(0, n.onset, n.onset + 1) for n in melody[:-1] if n.onset not in strong and context.rng.random() < strength
    ]
    if not free:
        return replace(score, lines=(tuple(melody),), names=()), {"new_notes": 0}
    base = Score(
        name=score.name,
        style=style,
        lines=(tuple(melody),),
        metres=score.metres,
        signature=score.signature,
        tempo_qpm=score.tempo_qpm,
    )
    with lend(context, weight_files(style, options.weights, context.home, options.nets)) as engine:
        whole, new, best = fill(
            engine,
            base,
            free,
            context.rng,
            style=style,
            task="notes",
            tries=options.best_of,
            temperature=max(1.0, options.temperature),
            top_p=options.top_p,
        )
    return whole, {"new_notes": sum(map(len, new)), "nats_per_note": round(best.nats_per_note, 4)}
