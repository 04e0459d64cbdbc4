"""Going on with a given work for players with roles: phrases after it, its left hand's figure, its opening once more."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from .....core.errors import FormatError
from ...models.composer.options import ComposerOptions
from ...models.composer.roles.cursor import Cursor
from ...models.composer.roles.dataset import to_indices
from ...models.composer.roles.encoding import chords_of, words_of
from ...models.composer.roles.engine import lend_roles
from ...models.composer.roles.reading import guess_ensemble, midi_sheet, read_roles, seats
from ...models.composer.roles.scores import Chord, RoleScore
from ...models.composer.roles.styles import ROLE_STYLES, RoleStyle
from ...models.composer.roles.vocabulary import COLUMNS, REFERENCES, SLOTS
from ...theory.key_finding import find_key
from ...theory.keys import parse_key
from ...theory.note_table import read_notes
from ...theory.score import TICKS, Metre, bar_lines
from ..character import choose_means
from ..finishing import finished
from ..wishes import words_of as theme_words
from .draw import Row, draw_rows
from .figures import BASS, CHORD, TONE, Figure, Step
from .form import RolePlan, plan_roles
from .masks import FIRST, Rules
from .reach import players_of
from .works import HEAT, role_style

if TYPE_CHECKING:
    from pretty_midi import PrettyMIDI

    from .....core.artwork import Artwork
    from .....core.requests import Context, GenerateRequest

__all__ = ["continue_roles", "roles_of"]

_BARS = 8
_LEFT = SLOTS.index("left")
_HIGHEST_BASS = 53
_OWN = ("piano", "song", "quartet")
"""Ensembles whose works are continued by their own net where no style is asked for."""


def roles_of(request: GenerateRequest[ComposerOptions]) -> tuple[RoleScore, RoleStyle] | None:
    """The given work as its players have it and the style to go on in, if a style with roles is asked for, or none is and
    the work is for piano, voice and piano, or string quartet; None else.
    """
    style = role_style(request)
    if style is None and (request.style is not None or request.options.weights):
        return None
    work = request.sources[0]
    if not any(instrument.notes and not instrument.is_drum for instrument in work.payload.instruments):
        return None  # nothing to build on: whoever reads it next says why
    sheet = midi_sheet(work.payload)
    ensemble = style.ensemble if style is not None else guess_ensemble(sheet)
    if style is None and ensemble not in _OWN:
        return None
    style = style or ROLE_STYLES[ensemble]
    try:
        return read_roles(sheet, name=work.title or "the work", style=style.learned, ensemble=ensemble), style
    except FormatError:
        if request.style is None:
            return None
        raise


def continue_roles(
    request: GenerateRequest[ComposerOptions], context: Context, score: RoleScore, style: RoleStyle
) -> Artwork:
    """The given work, untouched, and `bars` bars more: phrases of four bars, the last on the tonic; from the middle on
    how the work begins is heard again.
    """
    work, options = request.sources[0], request.options
    bars = options.bars or _BARS
    found = find_key(read_notes(work.payload))
    key = parse_key(found.name) if found is not None else parse_key("C major")
    players = players_of(style.ensemble)
    slots = {u: chords for u, chords in score.slots.items() if u in players}
    score = replace(score, slots=slots, keys=((0, key.signature),), minor=key.minor)
    plan = _plan(score, bars, context)
    means = choose_means(request.theme, request.theme.mood)[0]
    begin = plan.closes[0].begin
    with lend_roles(context) as engine:
        rows = draw_rows(
            engine,
            plan,
            Rules(players, means, style.density),
            context.rng,
            count=options.best_of,
            temperature=options.temperature or HEAT,
            top_p=options.top_p,
            first=_begun(score, plan, begin),
            tell=lambda share: context.progress.update(0.95 * share, "continuing"),
        )
    row = rows[0]
    added = {u: tuple(c for c in chords if c.onset >= begin) for u, chords in chords_of(row.cursor).items()}
    midi = _with(work.payload, added, seats(midi_sheet(work.payload), style.ensemble))
    notes = {
        "task": "continue",
        "bars_added": bars,
        "style": str(request.style or style.learned),
        "ensemble": style.ensemble,
        "key": key.name,
        "phrases": len(plan.closes),
        "nats_per_note": round(row.nats / max(1, row.drawn), 4),
        "critic": round(row.cost / len(plan.closes), 4),
    }
    cost = row.cost / len(plan.closes)
    return finished(midi, work.title, notes, operation="generate", score=-cost, unused=theme_words(request.theme))


def _plan(score: RoleScore, bars: int, context: Context) -> RolePlan:
    """Phrases from the bar line after the work on; the figure of its left hand; its opening again in the second half."""
    start, metre = bar_lines(score.metres, score.length)[-1]
    begin = start + metre.bar if score.length > start else start
    fresh = plan_roles(
        context.rng,
        style=score.style,
        ensemble=score.ensemble,
        bars=bars,
        metre=(metre.numerator, metre.denominator),
        signature=score.keys[0][1],
        minor=bool(score.minor),
        form="period",
        bare=True,
    )
    closes = tuple(replace(c, begin=c.begin + begin, start=c.start + begin, end=c.end + begin) for c in fresh.closes)
    total = begin + bars * metre.bar
    frame = replace(
        fresh.frame,
        slots=tuple(sorted({*fresh.frame.slots, *score.slots})),
        metres=score.metres,
        keys=score.keys,
        total=total,
        sections=(*(s for s in score.sections if s < begin), begin),
    )
    figure = figure_of(score.slots.get(_LEFT, ()), score.metres, begin)
    first = _opening(score, begin)
    half = next((c.begin for c in closes if c.begin >= begin + bars // 2 * metre.bar), 0)
    known = half and len(score.metres) == 1 and first + 2 * metre.bar <= begin
    return replace(
        fresh,
        frame=frame,
        closes=closes,
        figures=((begin, total, figure),) if figure else (),
        echoes=((half, half + 2 * metre.bar, half - first),) if known else (),
        tunes=(),
        chords=tuple(replace(c, start=c.start + begin, stop=c.stop + begin) for c in fresh.chords),
        pulses=(),
        silent=(),
    )


def _opening(score: RoleScore, begin: int) -> int:
    """The first whole bar of the highest slot that has a melody."""
    top = next((score.slots[u] for u in sorted(FIRST) if score.slots.get(u)), ())
    onset = top[0].onset if top else 0
    return min((start for start, _ in bar_lines(score.metres, begin) if start >= max(0, onset)), default=begin)


def figure_of(left: Sequence[Chord], metres: tuple[Metre, ...], stop: int, last: int = 12) -> Figure:
    """What a left hand did in most of the last bars before a tick; () where it had no figure or the metre changes."""
    size = metres[0].bar
    if len(metres) > 1 or not left:
        return ()
    bars: Counter[Figure] = Counter()
    for start in range(max(metres[0].tick, stop - last * size), stop, size):
        row = [c for c in left if start <= c.onset < start + size]
        if len(row) > 1:
            bars[tuple(Step(c.onset - start, min(c.length, start + size - c.onset), _kind(c, start)) for c in row)] += 1
    if not bars:
        return ()
    figure, count = bars.most_common(1)[0]
    return figure if count >= max(2, sum(bars.values()) // 4) else ()


def _kind(chord: Chord, start: int) -> str:
    if len(chord.tones) > 1:
        return CHORD
    return BASS if chord.onset == start and chord.tones[0] <= _HIGHEST_BASS else TONE


def _begun(score: RoleScore, plan: RolePlan, begin: int) -> Row:
    """A row that has said the given work."""
    said = words_of(score, replace(plan.frame, total=begin))
    row = Row(Cursor(plan.frame))
    spoken = dict.fromkeys(plan.frame.slots, 0)
    inputs, references = np.zeros(len(COLUMNS), np.uint8), np.zeros(REFERENCES, np.uint8)
    while row.cursor.now < begin and not row.cursor.done:
        u = row.cursor.slot
        for word in said[u][spoken[u]]:
            row.cursor.inputs(inputs, references)
            row.history.append(to_indices(inputs))
            row.cursor.push(*word)
        spoken[u] += 1
    return row


def _with(midi: PrettyMIDI, added: Mapping[int, Sequence[Chord]], owners: Mapping[int, int]) -> PrettyMIDI:
    """A copy of the work's MIDI with new chords by the instruments of their slots, as loud as they were, phrases arched."""
    import pretty_midi

    out = copy.deepcopy(midi)
    scale = out.resolution / TICKS
    for u, chords in added.items():
        instrument = out.instruments[owners.get(u, owners[min(owners)])]
        played = [note.velocity for note in midi.instruments[owners.get(u, owners[min(owners)])].notes]
        usual = float(np.median(played)) if played else 80.0
        for i, chord in enumerate(chords):
            start, end = (out.tick_to_time(round(t * scale)) for t in (chord.onset, chord.end))
            arch = 6 * np.sin(np.pi * (i + 1) / (len(chords) + 1)) if u in FIRST else 0
            velocity = int(np.clip(round(usual + arch), 1, 127))
            instrument.notes += [pretty_midi.Note(velocity, tone, start, end) for tone in chord.tones]
        instrument.notes.sort(key=lambda n: (n.start, -n.pitch))
    return out
