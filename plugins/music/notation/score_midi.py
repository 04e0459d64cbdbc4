"""Between the public payload, `pretty_midi.PrettyMIDI`, and the composer's scores.

A score becomes one instrument for each voice, with metres, key signature and tempo; a pickup is written as a short
first bar, so that the bar lines of the file are right. Reading goes by the ticks of the file, not by its seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import FormatError, InputError
from ..performing.instruments import DRUMS, plain_name, program_names
from ..theory.intervals import MAJOR_SCALE
from ..theory.score import MAX_LINES, TICKS, Metre, Note, Score, limit_lines, mean_pitch, to_lines

if TYPE_CHECKING:
    import pretty_midi

__all__ = ["ENSEMBLES", "from_midi", "guess_signature", "programs", "to_midi", "voice_names"]

RESOLUTION = 480

ENSEMBLES: dict[str, tuple[int, ...]] = {
    "organ": (19,),
    "choir": (53, 53, 53, 53),
    "strings": (49,),
    "quartet": (40, 40, 41, 42),
    "piano": (0,),
    "harp": (46,),
    "guitar": (24,),
    "harpsichord": (6,),
    "winds": (73, 71, 71, 70),
    "fiddle": (110,),
    "flute": (73,),
    "accordion": (21,),
    "recorder": (74,),
    "shamisen": (106,),
    "koto": (107,),
}
"""General MIDI programs, from the highest voice down; the last one serves the voices below it."""

_NAMES = {
    1: ("Melody",),
    2: ("Upper", "Lower"),
    3: ("Soprano", "Alto", "Bass"),
    4: ("Soprano", "Alto", "Tenor", "Bass"),
    5: ("Soprano", "Alto", "Tenor I", "Tenor II", "Bass"),
    6: ("Soprano I", "Soprano II", "Alto", "Tenor I", "Tenor II", "Bass"),
}


def voice_names(voices: int, *, quartet: bool = False) -> tuple[str, ...]:
    """Names of so many voices from the top; of the players of a string quartet where it is one."""
    if quartet and voices == 4:
        return ("Violin I", "Violin II", "Viola", "Cello")
    return _NAMES.get(voices) or tuple(f"Voice {i + 1}" for i in range(voices))


def programs(instruments: str, voices: int, default: str) -> list[int]:
    """General MIDI programs of the voices. instruments: an ensemble of `ENSEMBLES`, or instrument names with commas; ""
    is `default`.

    Raises InputError for a name that is neither.
    """
    import pretty_midi

    text = instruments.strip() or default
    if text.lower() in ENSEMBLES:
        chosen = list(ENSEMBLES[text.lower()])
    else:
        chosen = []
        known = {**{plain_name(pretty_midi.program_to_instrument_name(p)): p for p in range(128)}, **program_names()}
        for part in text.split(","):
            name = plain_name(part)
            if name.isdigit() and int(name) < 128:
                chosen.append(int(name))
            elif name in ENSEMBLES:
                chosen.append(ENSEMBLES[name][0])
            elif known.get(name) == DRUMS:
                raise InputError(
                    f"{part.strip()!r} cannot play here: the composer writes voices with a pitch, no drums"
                )
            elif name in known:
                chosen.append(known[name])
            else:
                near = [n for n in known if name and name in n][:4]
                hint = f"; perhaps {', '.join(repr(n) for n in near)}" if near else ""
                raise InputError(
                    f"no instrument {part.strip()!r}: give one of {', '.join(sorted(ENSEMBLES))}, or General MIDI names "
                    f"with commas{hint}"
                )
    return [chosen[min(v, len(chosen) - 1)] for v in range(voices)]


def guess_signature(pitches: Sequence[int], weights: Sequence[int]) -> int:
    """The key signature, in [-6, 6], whose scale holds the most of the weighted pitches; the simplest of equals."""
    histogram = np.bincount(np.asarray(pitches) % 12, weights=np.asarray(weights, float), minlength=12)
    scale = np.array(MAJOR_SCALE)
    return max(range(-5, 7), key=lambda s: (round(float(histogram[(scale + 7 * s) % 12].sum()), 6), -abs(s)))


def to_midi(
    score: Score, *, program: Sequence[int] = (19,), minor: bool = False, velocity: int = 80
) -> pretty_midi.PrettyMIDI:
    """`score` as MIDI: 480 ticks to a quarter, constant tempo; lines of one name are played by one instrument.

    program: of each instrument from the top; minor: the mode that the key signature names.
    """
    import pretty_midi

    from .payload import KeySignature, pickup_metres

    midi = pretty_midi.PrettyMIDI(initial_tempo=score.tempo_qpm, resolution=RESOLUTION)
    second = 60 / score.tempo_qpm / TICKS

    for metre in score.metres:
        if metre.tick < 0:
            stated = pickup_metres(Fraction(metre.tick + metre.bar, TICKS), (metre.numerator, metre.denominator))
        else:
            stated = [(Fraction(metre.tick, TICKS), metre.numerator, metre.denominator)]
        midi.time_signature_changes += [
            pretty_midi.TimeSignature(top, bottom, float(at) * TICKS * second) for at, top, bottom in stated
        ]
    midi.key_signature_changes.append(KeySignature(score.signature, minor, 0.0))
    names = score.names if len(score.names) == len(score.lines) and all(score.names) else voice_names(len(score.lines))
    usual = voice_names(len(set(names)), quartet=True)
    order = [name for name in usual if name in names] if set(names) <= set(usual) else list(dict.fromkeys(names))
    for v, name in enumerate(order):
        instrument = pretty_midi.Instrument(program=program[min(v, len(program) - 1)], name=name)
        played = sorted(
            (n for line, whose in zip(score.lines, names, strict=True) if whose == name for n in line),
            key=lambda n: (n.onset, -n.pitch),
        )
        for note in played:
            instrument.notes.append(pretty_midi.Note(velocity, note.pitch, note.onset * second, note.end * second))
        midi.instruments.append(instrument)
    return midi


def from_midi(
    midi: pretty_midi.PrettyMIDI, *, name: str = "", style: str = "user", limit: int = MAX_LINES, by_part: bool = False
) -> Score:
    """The notes of `midi` on the grid of 24 ticks, drums left out, at most `limit` lines from the highest down.

    by_part: keep the order of the parts instead of ordering lines by pitch. Raises FormatError if there are no notes.
    """
    scale = TICKS / midi.resolution

    def tick(time: float) -> int:
        return round(midi.time_to_tick(max(0.0, time)) * scale)

    lines: list[tuple[Note, ...]] = []
    names: list[str] = []
    for instrument in midi.instruments:
        if instrument.is_drum or not instrument.notes:
            continue
        notes = []
        for n in instrument.notes:
            on = tick(n.start)
            notes.append(Note(on, max(1, tick(n.end) - on), n.pitch))
        for line in to_lines(notes, limit):
            lines.append(line)
            names.append(instrument.name)
    if not lines:
        raise FormatError(
            f"{name or 'the MIDI'!r} holds no notes but drums"
            if midi.instruments
            else f"{name or 'the MIDI'!r} holds no notes"
        )
    if not by_part:
        order = sorted(
            range(len(lines)),
            key=lambda i: -mean_pitch(lines[i]),
        )
        lines, names = [lines[i] for i in order], [names[i] for i in order]
    signature = _signature(midi, lines)
    tempi = midi.get_tempo_changes()[1]
    score = Score(
        name=name,
        style=style,
        lines=tuple(lines),
        metres=_metres(midi, tick),
        signature=signature,
        tempo_qpm=float(tempi[0]) if len(tempi) else 120.0,
        names=tuple(names),
    )
    if len(lines) > limit:
        limited = limit_lines(score, limit)
        score = Score(
            name=name,
            style=style,
            lines=limited.lines,
            metres=score.metres,
            signature=signature,
            tempo_qpm=score.tempo_qpm,
        )
    return score


def _signature(midi: pretty_midi.PrettyMIDI, lines: Sequence[Sequence[Note]]) -> int:
    from .payload import sharps_of

    if midi.key_signature_changes:
        return sharps_of(midi.key_signature_changes[0])
    return guess_signature([n.pitch for line in lines for n in line], [n.length for line in lines for n in line])


def _metres(midi: pretty_midi.PrettyMIDI, tick: Callable[[float], int]) -> tuple[Metre, ...]:
    """The metre map; a short first bar before a change is a pickup, equal signatures on the grid are one."""
    events: list[Metre] = []
    for change in sorted(midi.time_signature_changes, key=lambda c: c.time):
        if change.numerator > 0 and change.denominator > 0:
            events.append(Metre(tick(change.time), change.numerator, change.denominator))
    if not events:
        return (Metre(0, 4, 4),)
    metres = [Metre(0, events[0].numerator, events[0].denominator)]
    if len(events) > 1 and 0 < events[1].tick < events[1].bar and _begins_short(*events[:2]):
        metres = [Metre(events[1].tick - events[1].bar, events[1].numerator, events[1].denominator)]
        events = events[1:]
    for event in events[1:]:
        last = metres[-1]
        same = (last.numerator, last.denominator) == (event.numerator, event.denominator)
        if event.tick > max(last.tick, 0) and (not same or (event.tick - last.tick) % last.bar):
            metres.append(event)
    return tuple(metres)


def _begins_short(first: Metre, following: Metre) -> bool:
    """Whether the first bar is a pickup of the second: cut short by a metre stated within it, or a short metre of one
    bar.
    """
    if following.tick != first.bar:
        return following.tick < first.bar
    from .payload import is_pickup

    metre, then = (first.numerator, first.denominator), (following.numerator, following.denominator)
    return is_pickup(first.bar / TICKS, metre, then)
