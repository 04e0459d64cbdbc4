"""Variations on a given work: its tune in figures, its mode, rhythm, register and pace as a theme wants them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ....core.artwork import Artwork
from ....core.errors import InputError
from ....core.requests import Context, GenerateRequest
from ..arranging.fitting import fit_chords
from ..models.composer.options import ComposerOptions
from ..theory.chords import KINDS, read_harmony
from ..theory.key_finding import find_key, key_name
from ..theory.keys import Key, parse_key
from ..theory.note_table import read_notes
from ..theory.score import TICKS, Note, Score, bar_at, bar_lines, mean_pitch, strong_beats
from .character import choose_means
from .expression import shade
from .figuration import Chords, Manner, Tonality, choose_manner, in_mode, varied
from .finishing import finished
from .given import score_of
from .wishes import words_of

if TYPE_CHECKING:
    import numpy as np
    import pretty_midi

__all__ = ["vary"]

_NEAR = 5
"""Semitones by which the first line may lie below the highest and still be the tune."""


def vary(request: GenerateRequest[ComposerOptions], context: Context) -> Artwork:
    """A variation. Raises InputError for a style, which has no use here, and a work with nothing to vary."""
    if request.style is not None:
        raise InputError(
            f"a variation keeps the style of its work; leave {str(request.style)!r} out, or ask for "
            f"`artwright music transfer-style`"
        )
    work, rng = request.sources[0], context.rng
    score, owners = score_of(work, limit=10_000)
    means = choose_means(request.theme, request.theme.mood)[0]
    found = find_key(read_notes(work.payload))
    key = parse_key(key_name(found.number)) if found is not None else parse_key("C major")
    home = Tonality(key.tonic, key.minor)
    top = _tune(score)
    given = _Given(score, top, home, _harmony(score, work, key, rng))
    tries = [choose_manner(means, home.minor, score.lines[top], rng) for _ in range(request.options.best_of)]
    candidates = [(_cost(lines := _written(given, manner), top), i, manner, lines) for i, manner in enumerate(tries)]
    cost, _, manner, lines = min(candidates, key=lambda c: c[:2])
    if [list(line) for line in score.lines] == [list(line) for line in lines] and manner.pace == 1:
        raise InputError(
            f"{work.title or work.short_id!r} has no note that is long enough to become a figure; give another work"
        )
    midi = _played(work.payload, score, owners, lines, key, manner)
    if means.characters:
        ends = [n.end for n in score.lines[top] if n.phrase_end] or [
            start for start, _ in bar_lines(score.metres, score.length)[4::4]
        ]
        shade(midi, means, score.metres, [*ends, score.length])
    minor = home.minor if manner.minor is None else manner.minor
    notes = {
        "task": "vary",
        "figure": manner.figure,
        "key": key_name(home.tonic + 12 * minor),
        "pace": round(manner.pace, 3),
        "octaves": manner.octaves,
        "clashes": round(cost, 4),
        "character": means.notes(),
        "sound": {"articulation": round(means.articulation, 2)},
    }
    return finished(midi, work.title, notes, operation="generate", score=-cost, unused=words_of(request.theme))


@dataclass(frozen=True)
class _Given:
    """A work that is varied: its lines, which of them is the tune, its key, its harmony."""

    score: Score
    top: int
    home: Tonality
    chords: Chords


def _tune(score: Score) -> int:
    """The line that carries the tune: the first, unless another lies well above it."""
    means = [mean_pitch(line) for line in score.lines]
    highest = max(range(len(means)), key=means.__getitem__)
    return 0 if means[0] >= means[highest] - _NEAR else highest


def _harmony(score: Score, work: Artwork, key: Key, rng: np.random.Generator) -> Chords:
    """The chords that sound, or, where a line is alone, those that would accompany it."""
    if len(score.lines) == 1:
        fitted = fit_chords(score.lines[0], score.metres, key, rng)
        spans = [(c.start, c.end, c.classes) for c in fitted]
    else:
        _, chords = read_harmony(read_notes(work.payload))
        spans = [
            (round(TICKS * c.start), round(TICKS * c.end), frozenset((c.root + t) % 12 for t in KINDS[c.kind][0]))
            for c in chords
        ]
    return lambda tick: next((classes for start, end, classes in spans if start <= tick < end), frozenset())


def _written(given: _Given, manner: Manner) -> list[list[Note]]:
    """All lines: the tune in its figure, the others as they were, all of them in the mode of the manner."""
    score, home = given.score, given.home
    minor = home.minor if manner.minor is None else manner.minor

    def turned(line: Sequence[Note]) -> list[Note]:
        after = [n.pitch for n in line[1:]]
        return [replace(n, pitch=in_mode(n.pitch, p, home, minor)) for n, p in zip(line, [*after, None], strict=True)]

    def chords(tick: int) -> frozenset[int]:
        classes = given.chords(tick)
        dominant = (home.tonic + 7) % 12 in classes
        return frozenset(in_mode(c, c + 1 if dominant else None, home, minor) % 12 for c in classes)

    bars = bar_lines(score.metres, score.length)
    strong = strong_beats(bars, halved_from=4 * TICKS)
    lines = [turned(line) for line in score.lines]
    lines[given.top] = varied(
        lines[given.top],
        Tonality(home.tonic, minor),
        manner,
        chords,
        last=bars[-1][0],
        strong=lambda tick: tick in strong or (tick - bar_at(score.metres, tick)[0]) % TICKS == 0,
    )
    return lines


def _cost(lines: Sequence[Sequence[Note]], top: int) -> float:
    """What is wrong with a tune among the other lines, a note: semitones and tritones struck against what sounds, unisons and
    crossings.
    """
    others = [n for v, line in enumerate(lines) if v != top for n in line]
    wrong = 0.0
    for note in lines[top]:
        under = [n.pitch for n in others if n.onset <= note.onset < n.end]
        weight = 1.0 if note.onset % TICKS == 0 else 0.4
        wrong += weight * sum((note.pitch - p) % 12 in (1, 11) or note.pitch == p for p in under)
        wrong += 0.5 * weight * any(p > note.pitch for p in under)
    return wrong / max(1, len(lines[top]))


def _played(
    given: pretty_midi.PrettyMIDI,
    score: Score,
    owners: Sequence[int],
    lines: Sequence[Sequence[Note]],
    key: Key,
    manner: Manner,
) -> pretty_midi.PrettyMIDI:
    """A copy of the work's MIDI with the new lines; each note is as loud as what it was made from."""
    import pretty_midi

    from ..notation.payload import KeySignature

    midi = copy.deepcopy(given)
    scale = midi.resolution / TICKS
    for number in sorted({*owners}):
        loud = {round(given.time_to_tick(n.start) / scale): n.velocity for n in midi.instruments[number].notes}
        midi.instruments[number].notes = []
        for owner, line in zip(owners, lines, strict=True):
            velocity = 80
            for note in line if owner == number else ():
                velocity = loud.get(note.onset, velocity)
                start, end = (midi.tick_to_time(round(t * scale)) for t in (note.onset, note.end))
                midi.instruments[number].notes.append(pretty_midi.Note(velocity, note.pitch, start, end))
        midi.instruments[number].notes.sort(key=lambda n: (n.start, -n.pitch))
    if manner.minor is not None:
        sharps = key.signature + (3 if key.minor else -3)
        midi.key_signature_changes = [KeySignature(sharps, manner.minor, 0.0)] if abs(sharps) <= 7 else []
    _pace(midi, manner.pace)
    return midi


def _pace(midi: pretty_midi.PrettyMIDI, pace: float) -> None:
    """Play everything `pace` times as fast, in place; ticks stay as they are."""
    if pace == 1:
        return
    ends = [midi.time_to_tick(midi.get_end_time())]
    for instrument in midi.instruments:
        for note in instrument.notes:
            note.start, note.end = note.start / pace, note.end / pace
        for event in (*instrument.control_changes, *instrument.pitch_bends):
            event.time /= pace
    for event in (
        *midi.time_signature_changes,
        *midi.key_signature_changes,
        *midi.lyrics,
        *midi.text_events,
    ):
        event.time /= pace
    midi._tick_scales = [(tick, seconds / pace) for tick, seconds in midi._tick_scales]
    midi._update_tick_to_time(max(ends) + midi.resolution)
