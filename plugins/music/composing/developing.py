"""Going on with a given work. Given notes stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ....core.artwork import Artwork
from ....core.requests import Context, GenerateRequest
from ..models.composer.cursor import Goal
from ..models.composer.options import ComposerOptions
from ..theory.keys import key_shift
from ..theory.score import TICKS, Metre, Note, Score, bar_lines, mean_pitch
from .character import choose_means, under
from .choosing import choose_style, usual_style
from .ensembles.continuing import continue_roles, roles_of
from .filling import Free, Gap, next_bar
from .finishing import fill_in, finished
from .given import score_of
from .plan import rules_for
from .rules import MINOR_FINALS
from .tune_cadences import find_tonic, next_cadence
from .wishes import words_of

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["continue_work", "final_goal", "joined"]

_BARS = 8
"""How many bars are added where no number is given."""
_VELOCITY = 80


def joined(
    work: Artwork, owners: Sequence[int], new: Sequence[Sequence[Note]], removed: Sequence[Free], score: Score
) -> pretty_midi.PrettyMIDI:
    """A copy of the work's MIDI without the notes that begin in `removed`, with the new ones; all else is untouched."""
    import pretty_midi

    midi = copy.deepcopy(work.payload)
    scale = midi.resolution / TICKS
    for v, owner in enumerate(owners):
        instrument = midi.instruments[owner]
        played = [n.velocity for n in work.payload.instruments[owner].notes]
        starts = {n.onset for n in score.lines[v] if any(f.voice == v and f.start <= n.onset < f.stop for f in removed)}
        if starts:
            ticks = [round(midi.time_to_tick(n.start) / scale) for n in instrument.notes]
            instrument.notes = [n for n, tick in zip(instrument.notes, ticks, strict=True) if tick not in starts]
        velocity = round(float(np.median(played))) if played else _VELOCITY
        for n in new[v]:
            start, end = (midi.tick_to_time(round(t * scale)) for t in (n.onset, n.end))
            instrument.notes.append(pretty_midi.Note(velocity, n.pitch, start, end))
        if new[v]:
            instrument.notes.sort(key=lambda n: n.start)
    return midi


def continue_work(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """The given work, untouched, and `bars` bars more, with a cadence at the end."""
    work, bars = request.sources[0], request.options.bars or _BARS
    if work.medium == "music" and (found := roles_of(request)) is not None:
        return continue_roles(request, context, *found)
    score, owners = score_of(work)
    style = choose_style(request.style, request.options, context, usual=usual_style(score))
    start, metre = bar_lines(score.metres, score.length)[-1]
    full = score.length >= start + metre.bar or score.length - start > metre.bar // 2
    begin = next_bar(score) if full else score.length
    total = next_bar(score) + bars * metre.bar
    shift, top = key_shift(score.signature), max(score.lines, key=mean_pitch)
    tonic = find_tonic(top, shift)
    goals = phrase_plan(
        next_bar(score), total, metre, tonic, context.rng, chorale=style.learned == "bach", alone=len(score.lines) == 1
    )
    echoes = motif_echo(next_bar(score), bars, metre, score.metres) if score.lines[0] else ()
    free = [Free(v, min(begin, line[-1].end if line else 0), total) for v, line in enumerate(score.lines)]
    rules = rules_for(style.learned, len(score.lines))
    gap = Gap(
        score,
        free,
        style.learned,
        "free",
        total=total,
        goals=goals,
        final=goals[-1].chord,
        rules=under(rules, choose_means(request.theme, request.theme.mood)[0]),
        echoes=echoes,
    )
    best = fill_in(gap, style, request, context, "continuing")
    notes = {
        "task": "continue",
        "bars_added": bars,
        "style": style.learned,
        **best.notes(),
        "shift": shift,
        "phrases": len(goals),
    }
    midi, unused = joined(work, owners, best.new, [], score), words_of(request.theme)
    return finished(midi, work.title, notes, operation="generate", score=-best.cost, unused=unused)


def phrase_plan(
    begin: int, total: int, metre: Metre, tonic: int, rng: np.random.Generator, *, chorale: bool, alone: bool
) -> list[Goal]:
    """Phrase ends from `begin` to `total` (ticks), every four bars (every two in chorales): open ones on chords that
    follow one another as Bach's cadences do, the last on the tonic, after its dominant in a chorale.
    """
    minor = tonic in MINOR_FINALS
    size = (2 if chorale and metre.bar >= 3 * TICKS else 4) * metre.bar
    ends = [*range(begin + size, total - size // 2, size), total]
    goals, previous = [], 1 + 2 * tonic + int(minor)
    for end in ends:
        if end == total:
            goals.append(replace(final_goal(end, metre, 1 + 2 * tonic + int(minor and not alone)), dominant=chorale))
        else:
            chord = next_cadence(previous, tonic, minor, rng)
            root = (chord - 1) // 2
            goals.append(Goal(end - max(TICKS, metre.bar // 2), end, 1 + 2 * root if alone else chord))
            previous = chord
    return goals


def motif_echo(begin: int, bars: int, metre: Metre, metres: tuple[Metre, ...]) -> tuple[tuple[int, int, int], ...]:
    """Where the highest voice takes up the opening of the work: in the second half of what is added, for two bars but
    the last beat; nowhere if that is shorter than four bars or the metre has changed.
    """
    if bars < 4 or len(metres) > 1:
        return ()
    first = max(0, metres[0].tick + metre.bar if metres[0].tick < 0 else metres[0].tick)
    start = begin + bars // 2 * metre.bar
    return ((start, start + 2 * metre.bar - TICKS, start - first),) if first + 2 * metre.bar <= begin else ()


def final_goal(total: int, metre: Metre, chord: int) -> Goal:
    """The last chord of a piece of `total` ticks: a bar of it, half a bar where bars are longer than 4/4."""
    hold = metre.bar if metre.bar <= 4 * TICKS else metre.bar // 2
    return Goal(total - hold, total, chord)
