"""Four parts over a row of chords: found by search, written as text, and checked.

The search tries all voicings of each chord and keeps apart from the checker (`theory.counterpoint`): it looks for
consecutive fifths and octaves by itself, so that each is a test of the other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product

from ....core.errors import InputError
from ..theory.counterpoint import Fault, find_faults
from ..theory.key_finding import KeySpan
from ..theory.note_table import read_notes

__all__ = [
    "TONICS",
    "VOICES",
    "Voicing",
    "chord_tones",
    "faults_of",
    "find_parts",
    "name_of",
    "read_parts",
    "voicings",
    "write_parts",
]

Voicing = tuple[int, int, int, int]
"""MIDI pitches of soprano, alto, tenor, bass."""

VOICES = ("S", "A", "T", "B")
TONICS = {"C": 0, "G": 7, "D": 2, "A": 9, "F": 5, "Bb": 10, "Eb": 3}
RANGES = ((60, 79), (55, 74), (48, 67), (40, 60))
"""The lowest and highest note of each voice: C4 to G5, G3 to D5, C3 to G4, E2 to C4."""

_STEPS = (0, 2, 4, 5, 7, 9, 11)
_NUMERALS = ("I", "ii", "iii", "IV", "V", "vi")
_LETTERS = "CDEFGAB"
_NATURAL = (0, 2, 4, 5, 7, 9, 11)
_NOTE = re.compile(r"([A-Ga-g])(#|b)?(-?\d)")
_COUNTED = ("parallel fifths", "parallel octaves", "crossing", "spacing")


def chord_tones(tonic: str, numeral: str) -> tuple[int, int, int]:
    """Pitch classes of root, third and fifth of a triad of a major key."""
    if numeral not in _NUMERALS:
        raise InputError(f"there is no chord {numeral!r} here; there are: {', '.join(_NUMERALS)}")
    step = _NUMERALS.index(numeral)
    root, third, fifth = ((TONICS[tonic] + _STEPS[(step + more) % 7]) % 12 for more in (0, 2, 4))
    return root, third, fifth


@lru_cache(maxsize=64)
def voicings(tonic: str, numeral: str) -> tuple[Voicing, ...]:
    """All voicings of a triad in root position: complete, its root or fifth doubled, no crossing, upper voices within an octave."""
    root, third, fifth = chord_tones(tonic, numeral)
    tones = {root, third, fifth}
    upper = [[p for p in range(low, high + 1) if p % 12 in tones] for low, high in RANGES[:3]]
    basses = [p for p in range(RANGES[3][0], RANGES[3][1] + 1) if p % 12 == root]
    found = []
    for soprano, alto, tenor, bass in product(*upper, basses):
        classes = [p % 12 for p in (soprano, alto, tenor, bass)]
        in_order = soprano >= alto >= tenor >= bass and soprano - alto <= 12 and alto - tenor <= 12
        if in_order and set(classes) == tones and classes.count(third) == 1 and len({soprano, alto, tenor, bass}) == 4:
            found.append((soprano, alto, tenor, bass))
    return tuple(found)


def has_consecutives(one: Voicing, other: Voicing) -> bool:
    """Whether two voices move alike from a fifth to a fifth, or from an octave (or unison) to an octave."""
    for high, low in combinations(range(4), 2):
        up, down = other[high] - one[high], other[low] - one[low]
        alike = (up > 0 and down > 0) or (up < 0 and down < 0)
        before, after = (one[high] - one[low]) % 12, (other[high] - other[low]) % 12
        if alike and before == after and before in (0, 7):
            return True
    return False


def find_parts(tonic: str, chords: Sequence[str], rng: random.Random) -> list[Voicing] | None:
    """Parts over chords without consecutive fifths and octaves, no voice but the bass leaping further than a fourth."""

    def go_on(parts: list[Voicing]) -> list[Voicing] | None:
        if len(parts) == len(chords):
            return parts
        able = list(voicings(tonic, chords[len(parts)]))
        rng.shuffle(able)
        for voicing in able:
            last = parts[-1] if parts else None
            if last is None or (
                all(abs(a - b) <= 5 for a, b in zip(voicing[:3], last[:3], strict=True))
                and abs(voicing[3] - last[3]) <= 7
                and not has_consecutives(last, voicing)
                and not faults_of(tonic, [last, voicing])
            ):
                found = go_on([*parts, voicing])
                if found is not None:
                    return found
        return None

    return go_on([])


def faults_of(tonic: str, parts: Sequence[Voicing]) -> list[Fault]:
    """What the counterpoint of the house finds in parts of quarters: consecutives, crossing, spacing."""
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(initial_tempo=60)
    for voice, name in enumerate(VOICES):
        instrument = pretty_midi.Instrument(0, name=name)
        instrument.notes = [pretty_midi.Note(80, chord[voice], at, at + 1.0) for at, chord in enumerate(parts)]
        midi.instruments.append(instrument)
    keys = [KeySpan(0.0, float(len(parts)), TONICS[tonic], 1.0)]
    return [fault for fault in find_faults(read_notes(midi), keys) if fault.kind in _COUNTED]


def name_of(pitch: int, tonic: str) -> str:
    """A note's name as the key spells it ("Eb4")."""
    first = _LETTERS.index(tonic[0])
    for step, semitones in enumerate(_STEPS):
        if (TONICS[tonic] + semitones - pitch) % 12 == 0:
            letter = _LETTERS[(first + step) % 7]
            shift = (pitch - _NATURAL[_LETTERS.index(letter)] + 6) % 12 - 6
            octave = (pitch - shift) // 12 - 1
            return f"{letter}{'#' * shift if shift > 0 else 'b' * -shift}{octave}"
    raise InputError(f"the pitch {pitch} is not in {tonic} major")


def write_parts(parts: Sequence[Sequence[int]], tonic: str, voices: str = "SATB") -> str:
    """Parts as lines, a voice each: `S: E5 D5 C5`."""
    rows = {v: [name_of(chord[VOICES.index(v)], tonic) for chord in parts] for v in voices}
    return "\n".join(f"{v}: {' '.join(f'{note:<4}' for note in notes).rstrip()}" for v, notes in rows.items())


def read_parts(text: str, count: int) -> list[Voicing]:
    """The four lines of an answer, `count` notes each. Raises InputError that names the line."""
    lines: dict[str, list[int]] = {}
    for row in text.strip().splitlines():
        head, colon, rest = row.partition(":")
        voice = head.strip().upper()
        if not colon or voice not in VOICES:
            continue
        notes = []
        for word in rest.split():
            match = _NOTE.fullmatch(word)
            if match is None:
                raise InputError(f"{word[:20]!r} in line {voice} is no note; write it as in C4, F#3 or Bb5")
            shift = {"#": 1, "b": -1, None: 0}[match[2]]
            notes.append(_NATURAL[_LETTERS.index(match[1].upper())] + shift + 12 * (int(match[3]) + 1))
        lines[voice] = notes
    for voice in VOICES:
        if len(lines.get(voice, ())) != count:
            raise InputError(
                f"line {voice} has {len(lines.get(voice, ()))} notes; {count} are wanted: write `{voice}: C4 D4 ...`"
            )
    return list(zip(*(lines[voice] for voice in VOICES), strict=True))
