"""Composing, continuing and filling in with a language model of notes: a request in, music in whole bars out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError
from .....core.requests import Context, GenerateRequest, RestoreRequest
from ...composing.choosing import parse_metre
from ...composing.developing import joined
from ...composing.filling import Free, next_bar
from ...composing.given import score_of
from ...composing.mending import find_damage, parse_region
from ...composing.seating import RANGES
from ...composing.wishes import read_wishes
from ...medium import Music
from ...notation.score_midi import programs
from ...theory.key_finding import find_key, key_name
from ...theory.keys import Key, key_shift, parse_key
from ...theory.note_table import read_notes
from ...theory.score import TICKS, Metre, Note, Score, bar_lines, mean_pitch
from .arrivals import RATE, Event, Frame, Heat, write_events
from .lending import lend_notes
from .options import NotesOptions

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["generate", "restore"]

_STEPS = (0, 6, 8, 12, 16, 18)
"""Ticks of a quarter on which notes begin and end: sixteenths and triplets of eighths."""
_KEYS = (21, 108)
_DENSEST = 32
"""Notes to a quarter, at most."""
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_LEADING = 8  # of the final of minor, where C is the empty signature: its sharp seventh
_VELOCITY = 80


def generate(request: GenerateRequest[NotesOptions], context: Context) -> Artwork:
    """A new piece of so many bars, or the given work and so many bars more."""
    task = _continue if request.options.task == "continue" else _compose
    if request.style is not None:
        raise InputError("a language model of notes writes in nobody's style; leave the style out")
    return task(request, context)


def _compose(request: GenerateRequest[NotesOptions], context: Context) -> Artwork:
    import pretty_midi

    options = request.options
    if request.sources:
        raise InputError(
            "a new piece is not built on another; give --task continue, or take its theme with --theme-from"
        )
    free = {"programs": options.instruments, "key": options.key, "metre": options.metre, "qpm": options.tempo_qpm}
    wishes = read_wishes(request.theme, 4, heeded=[name for name, given in free.items() if not given])
    asked = options.key or wishes.key
    key = parse_key(asked) if asked else None
    top, bottom = parse_metre(options.metre or wishes.metre or "4/4")
    players = tuple(dict.fromkeys(wishes.programs or programs(options.instruments, 6, "piano")))
    tempo = options.tempo_qpm or wishes.qpm or 100.0
    midi = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    midi.time_signature_changes = [pretty_midi.TimeSignature(top, bottom, 0.0)]
    if key is not None:
        midi.key_signature_changes = [pretty_midi.KeySignature(key.number, 0.0)]
    stop = options.bars * Metre(0, top, bottom).bar
    frame = _frame(midi, 0, stop, {p: _pitches(RANGES.get(p, _KEYS), key) for p in players})
    events, score = _written(request, context, frame)
    _add(midi, events, 0, stop)
    notes = {"task": "compose", "bars": options.bars, "metre": f"{top}/{bottom}", "tempo_qpm": tempo}
    return _work(midi, request.theme.text[:60], notes, score, key, operation="generate", unused=wishes.unused)


def _continue(request: GenerateRequest[NotesOptions], context: Context) -> Artwork:
    import copy

    if not request.sources:
        raise InputError("task 'continue' needs a work to build on; give one with --from FILE")
    work = request.sources[0]
    score, owners = score_of(work)
    begin = next_bar(score)
    bar = bar_lines(score.metres, max(score.length, 1))[-1][1].bar
    stop = begin + request.options.bars * bar
    midi = copy.deepcopy(work.payload)
    frame = _frame(midi, begin, stop, _players(score, owners, work.payload, range(len(score.lines))))
    events, chance = _written(request, context, frame, before=_events(midi, stop=begin))
    _add(midi, events, begin, stop)
    notes = {"task": "continue", "bars_added": request.options.bars}
    return _work(midi, work.title, notes, chance, None, operation="generate")


def restore(request: RestoreRequest[NotesOptions], context: Context) -> Artwork:
    """The work with a region written anew, towards what sounds beside and after it; everything else untouched."""
    work = request.artwork
    score, owners = score_of(work)
    free = parse_region(request.region, score) if request.region else find_damage(score)
    if not free:
        raise InputError(
            f"{work.title or work.short_id!r} has no silent bars to fill; say which part to write anew with --region 'bars 5-8'"
        )
    begin, stop = min(f.start for f in free), max(f.stop for f in free)
    voices = sorted({f.voice for f in free})
    kept = joined(work, owners, [()] * len(score.lines), free, score)
    frame = _frame(kept, begin, stop, _players(score, owners, work.payload, voices))
    first = int(frame.begins[0])
    every = _events(kept)
    before, given = [e for e in every if e.time < first], [e for e in every if e.time >= first]
    events, chance = _written(request, context, frame, before=before, given=given)
    new = _seated(events, kept, score, owners, work.payload, free)
    notes = {
        "stretches_quarters": [[begin / TICKS, stop / TICKS]],
        "voices": [v + 1 for v in voices],
        "new_notes": sum(map(len, new)),
    }
    midi = joined(work, owners, new, free, score)
    return _work(midi, work.title, notes, chance, None, operation="restore")


def _written(
    request: GenerateRequest[NotesOptions] | RestoreRequest[NotesOptions],
    context: Context,
    frame: Frame,
    *,
    before: Sequence[Event] = (),
    given: Sequence[Event] = (),
) -> tuple[list[Event], float]:
    """The likeliest of so many ways to fill a frame."""
    options, found = request.options, []
    with lend_notes(context, request.model) as model:
        for number in range(options.best_of):
            context.progress.update(0.1 + 0.85 * number / options.best_of, "writing")
            heat = Heat(options.temperature, options.top_p)
            found.append(write_events(model, frame, context.rng, heat, before=before, given=given))
    return max(found, key=lambda way: way[1])


def _frame(midi: pretty_midi.PrettyMIDI, begin: int, stop: int, players: Mapping[int, Sequence[int]]) -> Frame:
    """Ticks from `begin` to `stop` on the grid, in the model's hundredths of a second."""
    ticks = [t for t in range(begin, stop + 1) if t % TICKS in _STEPS or t == stop]
    times = np.array([_time(midi, t) for t in ticks], np.int64)
    most = max(4, _DENSEST * (stop - begin) // TICKS)
    return Frame(times[:-1], times[1:], int(times[-1]), players, most)


def _time(midi: pretty_midi.PrettyMIDI, tick: int) -> int:
    return round(float(midi.tick_to_time(round(tick * midi.resolution / TICKS))) * RATE)


def _pitches(compass: tuple[int, int], key: Key | None) -> list[int]:
    """Pitches of a range, in the scale of a key where one is asked for (minor with its leading note)."""
    low, high = compass
    scale = {*_MAJOR, _LEADING} if key is not None and key.final == 9 else {*_MAJOR}
    shift = key_shift(key.signature) if key is not None else 0
    return [p for p in range(low, high + 1) if key is None or (p + shift) % 12 in scale]


def _players(
    score: Score, owners: Sequence[int], midi: pretty_midi.PrettyMIDI, voices: Iterable[int]
) -> dict[int, list[int]]:
    """Pitches that may be written for who plays some voices: their instrument's, and at most a fifth beyond what they play."""
    found: dict[int, set[int]] = {}
    for v in voices:
        program = midi.instruments[owners[v]].program
        low, high = RANGES.get(program, _KEYS)
        heard = [note.pitch for note in score.lines[v]] or [60]
        found.setdefault(program, set()).update(range(max(low, min(heard) - 7), min(high, max(heard) + 7) + 1))
        found[program].update(heard)
    return {program: sorted(pitches) for program, pitches in found.items()}


def _events(midi: pretty_midi.PrettyMIDI, *, stop: int | None = None) -> list[Event]:
    """The notes of some MIDI, those that begin before the tick `stop`."""
    last = _time(midi, stop) if stop is not None else None
    found = [
        Event(round(n.start * RATE), max(1, round((n.end - n.start) * RATE)), 128 if i.is_drum else i.program, n.pitch)
        for i in midi.instruments
        for n in i.notes
    ]
    return sorted(event for event in found if last is None or event.time < last)


def _ticks(midi: pretty_midi.PrettyMIDI, events: Sequence[Event], begin: int, stop: int) -> list[tuple[int, Note]]:
    """(program, note on the grid) of what was written between two ticks: it begins and ends on the grid to the last tick."""
    grid = np.array([t for t in range(begin, stop + 1) if t % TICKS in _STEPS or t == stop])
    times = np.array([_time(midi, int(t)) for t in grid])

    def tick(time: int) -> int:
        return int(grid[np.abs(times - time).argmin()])

    found = [(e.program, tick(e.time), tick(e.time + e.length), e.pitch) for e in events]
    return [(program, Note(on, off - on, pitch)) for program, on, off, pitch in found if off > on]


def _add(midi: pretty_midi.PrettyMIDI, events: Sequence[Event], begin: int, stop: int) -> None:
    """Put written notes to the instruments of their programs, in place."""
    import pretty_midi

    def seconds(tick: int) -> float:
        return float(midi.tick_to_time(round(tick * midi.resolution / TICKS)))

    players = {i.program: i for i in reversed(midi.instruments) if not i.is_drum}
    for program, note in _ticks(midi, events, begin, stop):
        if program not in players:
            players[program] = pretty_midi.Instrument(program, name=pretty_midi.program_to_instrument_name(program))
            midi.instruments.append(players[program])
        played = pretty_midi.Note(_VELOCITY, note.pitch, seconds(note.onset), seconds(note.end))
        players[program].notes.append(played)


def _seated(
    events: Sequence[Event],
    midi: pretty_midi.PrettyMIDI,
    score: Score,
    owners: Sequence[int],
    payload: pretty_midi.PrettyMIDI,
    free: Sequence[Free],
) -> list[list[Note]]:
    """Written notes by voice: the nearest one of their program that is to be written then and is silent; others are left out."""
    new: list[list[Note]] = [[] for _ in score.lines]
    begin, stop = min(f.start for f in free), max(f.stop for f in free)
    centre = [mean_pitch(line) or 60.0 for line in score.lines]
    for program, note in _ticks(midi, events, begin, stop):
        open_ = [
            f
            for f in free
            if payload.instruments[owners[f.voice]].program == program
            and f.start <= note.onset < f.stop
            and (not new[f.voice] or new[f.voice][-1].end <= note.onset)
        ]
        if open_:
            seat = min(open_, key=lambda f: abs(centre[f.voice] - note.pitch))
            new[seat.voice].append(Note(note.onset, min(note.end, seat.stop) - note.onset, note.pitch))
    return new


def _work(
    midi: pretty_midi.PrettyMIDI,
    title: str,
    notes: dict[str, Any],
    score: float,
    key: Key | None,
    *,
    operation: str,
    unused: tuple[str, ...] = (),
) -> Artwork:
    """The work, with the key that is heard in it beside the one that was asked for."""
    heard = find_key(read_notes(midi))
    if heard is not None:
        notes["key_heard"] = key_name(heard.number)
    if key is not None:
        notes["key"] = key.name
    remarks: tuple[str, ...] = ()
    if key is not None and heard is not None and heard.number != key.number:
        remarks = (f"{key.name} was asked for; what was written sounds in {key_name(heard.number)}",)
    provenance = Provenance(operation=operation, medium="music", notes=notes)
    return Music().artwork(
        midi,
        title=title,
        provenance=provenance,
        score=round(score, 4) if np.isfinite(score) else None,
        unused=unused,
        remarks=remarks,
    )
