"""Edits that build on a given work: continuing, harmonising, varying. Given notes stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError
from ..models.composer.options import ComposerOptions
from ..models.composer.styles import STYLE_TABLE
from ..notation.score_midi import programs, to_midi, voice_names
from ..theory.keys import Key, key_shift
from ..theory.score import Metre, Note, Score, bar_lines, mean_pitch
from .choosing import Manner, choose_manner, heat, usual_style
from .filling import Filled, Free, fill, find_phrases, next_bar
from .finishing import finished, lend_manner
from .given import score_of
from .plan import rules_for
from .wishes import read_wishes, words_of

if TYPE_CHECKING:
    import pretty_midi

    from ....core.artwork import Artwork
    from ....core.requests import Context, GenerateRequest
    from ....core.theme import Theme
    from ..models.composer.engine import Engine

__all__ = ["continue_work", "final_goal", "harmonise", "harmonised", "joined", "key_of", "told", "vary"]


def told(found: Filled) -> dict[str, Any]:
    """What a manifest remembers of what was filled in."""
    return {"nats_per_note": round(found.nats_per_note, 4), "critic": round(found.cost, 4)}


def unheard(theme: Theme) -> tuple[str, ...]:
    """All words of a theme that somebody wrote, for an edit that takes nothing from it."""
    return words_of(theme)


def joined(
    work: Artwork, owners: Sequence[int], new: Sequence[Sequence[Note]], removed: Sequence[Free], score: Score
) -> pretty_midi.PrettyMIDI:
    """A copy of the work's MIDI without the notes that begin in `removed`, with the new ones; all else is untouched."""
    import copy

    import pretty_midi

    midi = copy.deepcopy(work.payload)
    scale = midi.resolution / 24
    starts = [{n.onset for n in line} for line in score.lines]
    for v, owner in enumerate(owners):
        instrument = midi.instruments[owner]
        spans = [(f.start, f.stop) for f in removed if f.voice == v]
        if spans:
            instrument.notes = [
                n
                for n in instrument.notes
                if not (
                    (tick := round(midi.time_to_tick(n.start) / scale)) in starts[v]
                    and any(a <= tick < b for a, b in spans)
                )
            ]
        velocity = (
            round(float(np.median([n.velocity for n in work.payload.instruments[owner].notes])))
            if work.payload.instruments[owner].notes
            else 80
        )
        if new[v]:
            for n in new[v]:
                start, end = (midi.tick_to_time(round(t * scale)) for t in (n.onset, n.end))
                instrument.notes.append(pretty_midi.Note(velocity, n.pitch, start, end))
            instrument.notes.sort(key=lambda n: n.start)
    return midi


def continue_work(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """The given work, untouched, and `bars` bars more, with a cadence at the end."""
    options = request.options
    work = request.sources[0]
    score, owners = score_of(work)
    manner = choose_manner(request.style, options, context, usual=usual_style(score))
    style = manner.learned
    start, metre = bar_lines(score.metres, score.length)[-1]
    full = score.length >= start + metre.bar or score.length - start > metre.bar // 2
    begin = next_bar(score) if full else score.length
    total = next_bar(score) + (options.bars or 8) * metre.bar
    shift = key_shift(score.signature)
    key = key_of(score)
    final = 1 + 2 * key.final + int(key.minor and len(score.lines) > 1)
    goals = [final_goal(total, metre, final)]
    free = [Free(v, min(begin, line[-1].end if line else 0), total) for v, line in enumerate(score.lines)]
    with lend_manner(context, manner, options) as engine:
        best = fill(
            engine,
            score,
            free,
            context.rng,
            style=style,
            task="free",
            tries=options.best_of,
            total=total,
            goals=goals,
            final=final,
            temperature=heat(options, style),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, "continuing"),
        )
    midi = joined(work, owners, best.new, [], score)
    notes = {
        "task": "continue",
        "bars_added": options.bars or 8,
        "style": style,
        **told(best),
        "shift": shift,
    }
    return finished(midi, work.title, notes, operation="generate", score=-best.cost, unused=unheard(request.theme))


def key_of(score: Score) -> Key:
    """Major or minor of the signature, by the last and lowest note."""
    last = max((line[-1] for line in score.lines if line), key=lambda n: (n.end, -n.pitch))
    tonic = (last.pitch + key_shift(score.signature)) % 12
    return Key(score.signature, "minor" if tonic in (9, 2, 4) else "major", "")


def final_goal(total: int, metre: Metre, chord: int) -> Any:
    from ..models.composer.cursor import Goal

    hold = metre.bar if metre.bar <= 96 else metre.bar // 2
    return Goal(total - hold, total, chord)


def harmonise(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """The highest line of the given work as soprano, with three voices below it."""
    options = request.options
    work = request.sources[0]
    score, _ = score_of(work, limit=10_000)
    melody = max(score.lines, key=mean_pitch)
    pitches = [n.pitch for n in melody]
    if min(pitches) < 48 or max(pitches) > 88:
        span = f"{min(pitches)} to {max(pitches)}"
        raise InputError(
            f"the melody goes from {span} (MIDI numbers); between 48 (C3) and 88 (E6) it can be harmonised: "
            f"transpose it by octaves"
        )
    manner = choose_manner(request.style, options, context)
    if manner.facts.voices < 2:
        several = ", ".join(n for n, f in STYLE_TABLE.items() if f.voices > 1)
        raise InputError(f"the style {manner.name!r} has one voice; a tune is harmonised in one of several: {several}")
    voices = options.voices or 4
    if voices < 2:
        raise InputError("harmonising needs 2 voices at least: the tune and one below it")
    wishes = read_wishes(request.theme, voices, heeded=() if options.instruments else ("programs",))
    filled = harmonised(melody, score, manner, voices, context, options)
    named = [*wishes.programs, *wishes.programs[-1:] * voices][:voices]
    program = named or programs(options.instruments, voices, manner.facts.ensemble)
    midi = to_midi(replace(filled.score, names=voice_names(voices)), program=program, minor=key_of(filled.score).minor)
    unused = tuple(word for word in words_of(request.theme) if word not in wishes.heard)
    notes = {"task": "harmonise", "style": manner.name, **told(filled), "phrases": filled.phrases}
    return finished(midi, work.title, notes, operation="generate", score=-filled.cost, unused=unused)


def harmonised(
    melody: Sequence[Note], score: Score, manner: Manner, voices: int, context: Context, options: ComposerOptions
) -> Filled:
    """A score of `voices` voices, the highest of them a melody that stays as it is."""
    with lend_manner(context, manner, options) as engine:
        return melody_harmonised(
            engine,
            melody,
            score,
            manner.learned,
            voices,
            context.rng,
            options,
            tell=lambda share: context.progress.update(0.9 * share, "harmonising"),
        )


def melody_harmonised(
    engine: Engine,
    melody: Sequence[Note],
    score: Score,
    style: str,
    voices: int,
    rng: np.random.Generator,
    options: ComposerOptions,
    tell: Callable[[float], None] | None = None,
) -> Filled:
    """`harmonised` with an engine and a generator at hand."""
    bar = score.metres[-1].bar
    end = melody[-1].end
    lines = (tuple(melody), *(() for _ in range(voices - 1)))
    base = Score(
        name=score.name,
        style=style,
        lines=lines,
        metres=score.metres,
        signature=score.signature,
        tempo_qpm=score.tempo_qpm,
    )
    shift = key_shift(score.signature)
    phrases = find_phrases(melody, end, bar)
    from ..models.composer.cursor import Goal

    goals = []
    for start, stop in phrases:
        top = (melody_at(melody, start).pitch + shift) % 12
        chord = _fitting_chord(top, stop == end, rng)
        before = (melody_at(melody, start - 1).pitch + shift - (chord - 1) // 2) % 12
        goals.append(
            Goal(start, stop, chord, top + 1, dominant=style == "bach" and before in (2, 5, 7, 11) and start >= 24)
        )
    free = [Free(v, 0, end) for v in range(1, voices)]
    rules = rules_for(
        style, voices
    )  # a given tune does not bend: the other voices have to avoid more clashes than in free composing
    found = fill(
        engine,
        base,
        free,
        rng,
        style=style,
        task="melody",
        tries=options.best_of,
        total=end,
        goals=goals,
        final=goals[-1].chord,
        rules=replace(rules, sharp=1.6, dissonance=1.0) if rules.sharp else rules,
        temperature=heat(options, style),
        top_p=options.top_p,
        tell=tell,
    )
    return replace(found, phrases=len(phrases))


def melody_at(melody: Sequence[Note], tick: int) -> Note:
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
"""Chords (classes as in `encoding.chord_class`, in the empty signature) that a phrase may end on below a note of each pitch class."""


def _fitting_chord(top: int, last: bool, rng: np.random.Generator) -> int:
    if last:
        return {0: 1, 4: 1, 7: 1, 9: 19, 1: 19}.get(top, 1 if top in (0, 4, 7) else _CHORDS_OVER[top][0])
    options = _CHORDS_OVER[top]
    return options[min(int(rng.random() ** 1.5 * len(options)), len(options) - 1)]


def vary(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """A variation: the notes on the strong beats of each voice stay, what lies between is written anew."""
    options = request.options
    work = request.sources[0]
    score, owners = score_of(work)
    manner = choose_manner(request.style, options, context, usual=usual_style(score))
    style = manner.learned
    bars = bar_lines(score.metres, score.length)
    strong = {t for start, metre in bars for t in ((start, start + metre.bar // 2) if metre.bar >= 96 else (start,))}
    last = score.length - bars[-1][1].bar
    free: list[Free] = []
    for v, line in enumerate(score.lines):
        keep = {n.onset for n in line if n.onset in strong or n.end >= score.length or (v == 0 and n.phrase_end)}
        for n in line:
            if n.onset not in keep and n.onset < max(last, n.onset - 1):
                free.append(Free(v, n.onset, n.onset + 1))
    if not free:
        raise InputError(f"{work.title or work.short_id!r} has no notes between its strong beats that could be varied")
    with lend_manner(context, manner, options) as engine:
        best = fill(
            engine,
            score,
            free,
            context.rng,
            style=style,
            task="notes",
            tries=options.best_of,
            temperature=max(1.0, options.temperature),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, "varying"),
        )
    midi = joined(work, owners, best.new, free, score)
    notes = {"task": "vary", "style": style, **told(best)}
    return finished(midi, work.title, notes, operation="generate", score=-best.cost, unused=unheard(request.theme))
