"""Developing a given work: going on with it, varying it. Given notes stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, GenerateRequest
from ..models.composer.cursor import Goal
from ..models.composer.options import ComposerOptions
from ..theory.keys import key_shift
from ..theory.score import TICKS, Metre, Note, Score, bar_lines, key_of, strong_beats
from .choosing import choose_style, usual_style
from .filling import Free, Gap, next_bar
from .finishing import fill_in, finished
from .given import score_of
from .wishes import words_of

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["continue_work", "final_goal", "joined", "vary"]

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
    score, owners = score_of(work)
    style = choose_style(request.style, request.options, context, usual=usual_style(score))
    start, metre = bar_lines(score.metres, score.length)[-1]
    full = score.length >= start + metre.bar or score.length - start > metre.bar // 2
    begin = next_bar(score) if full else score.length
    total = next_bar(score) + bars * metre.bar
    key = key_of(score)
    goal = final_goal(total, metre, 1 + 2 * key.final + int(key.minor and len(score.lines) > 1))
    free = [Free(v, min(begin, line[-1].end if line else 0), total) for v, line in enumerate(score.lines)]
    gap = Gap(score, free, style.learned, "free", total=total, goals=[goal], final=goal.chord)
    best = fill_in(gap, style, request, context, "continuing")
    notes = {
        "task": "continue",
        "bars_added": bars,
        "style": style.learned,
        **best.notes(),
        "shift": key_shift(score.signature),
    }
    midi, unused = joined(work, owners, best.new, [], score), words_of(request.theme)
    return finished(midi, work.title, notes, operation="generate", score=-best.cost, unused=unused)


def final_goal(total: int, metre: Metre, chord: int) -> Goal:
    """The last chord of a piece of `total` ticks: a bar of it, half a bar where bars are longer than 4/4."""
    hold = metre.bar if metre.bar <= 4 * TICKS else metre.bar // 2
    return Goal(total - hold, total, chord)


def vary(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """A variation: the notes on the strong beats of each voice stay, what lies between is written anew."""
    work, options = request.sources[0], request.options
    score, owners = score_of(work)
    style = choose_style(request.style, options, context, usual=usual_style(score))
    bars = bar_lines(score.metres, score.length)
    strong = strong_beats(bars, halved_from=4 * TICKS)
    last = score.length - bars[-1][1].bar
    free: list[Free] = []
    for v, line in enumerate(score.lines):
        keep = {n.onset for n in line if n.onset in strong or n.end >= score.length or (v == 0 and n.phrase_end)}
        free += [
            Free(v, n.onset, n.onset + 1) for n in line if n.onset not in keep and n.onset < max(last, n.onset - 1)
        ]
    if not free:
        raise InputError(f"{work.title or work.short_id!r} has no notes between its strong beats that could be varied")
    gap = Gap(score, free, style.learned, "notes")
    best = fill_in(gap, style, request, context, "varying", temperature=max(1.0, options.temperature))
    midi, unused = joined(work, owners, best.new, free, score), words_of(request.theme)
    notes = {"task": "vary", "style": style.learned, **best.notes()}
    return finished(midi, work.title, notes, operation="generate", score=-best.cost, unused=unused)
