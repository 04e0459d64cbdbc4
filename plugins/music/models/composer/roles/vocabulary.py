"""The alphabet of the nets with roles: slots, ensembles, styles, and the columns of their inputs.

Pitches and lengths are those of `..vocabulary`; one more length, MORE, says that the chord has another note. Everything
here is fixed by the shipped weights: append, never reorder.
"""

from __future__ import annotations

import numpy as np

from ..vocabulary import BINS, HOLD, LENGTHS, METRES, PITCHES

__all__ = [
    "COLUMNS",
    "ENSEMBLES",
    "FORM",
    "INDEX",
    "MORE",
    "NO_TONE",
    "OFFSETS",
    "REFERENCES",
    "SLOTS",
    "STYLES",
    "TABLE",
    "WINDOW",
]

SLOTS: tuple[str, ...] = (
    "voice",
    "voice 2",
    "right",
    "right 2",
    "left",
    "left 2",
    "part 1",
    "part 2",
    "part 3",
    "part 4",
)
"""Who can speak: a hand has a second line for what sounds against its first; parts are players or voices from the top."""

ENSEMBLES: tuple[str, ...] = ("piano", "song", "quartet", "hymn", "choir")

STYLES: tuple[str, ...] = (
    "user",
    "mazurka",
    "waltz",
    "nocturne",
    "polonaise",
    "prelude",
    "etude",
    "chopin",
    "march",
    "krakowiak",
    "polka",
    "variations",
    "piano",
    "schubert",
    "schumann",
    "brahms",
    "wolf",
    "faure",
    "debussy",
    "hensel",
    "franz",
    "lang",
    "mendelssohn",
    "polish song",
    "song",
    "haydn",
    "mozart",
    "beethoven",
    "quartet",
    "hymn",
    "choir",
)

MORE = len(LENGTHS)
"""Length of a note of a chord that is not its last."""
NO_TONE = HOLD
"""In inputs: silence, or no such tone in the chord."""
WINDOW = 256
"""Positions that a net sees."""
REFERENCES = 6
"""Pitches that intervals are measured from."""
FORM = (0.5, 1, 2, 4, 8)
"""How many bars back the form inputs look."""
_TONES = PITCHES + 1


def columns() -> tuple[tuple[str, int], ...]:
    """(name, number of values) of all inputs, in order; 0 says nothing."""
    out: list[tuple[str, int]] = [
        ("style", len(STYLES) + 1),
        ("ensemble", len(ENSEMBLES) + 1),
        ("parts", 5),
        ("metre", len(METRES)),
        ("key", 13),
        ("mode", 3),
        ("place", 65),
        ("rest_of_place", 7),
        ("beat", 13),
        ("to_bar", BINS + 1),
        ("to_end", BINS + 1),
        ("bar_of_eight", 9),
        ("turned", 13),
        ("section", 8),
        ("section_left", 18),
        ("section_bar", 18),
        ("role", len(SLOTS) * len(ENSEMBLES) + 1),
        ("slot", len(SLOTS) + 1),
        ("said", 9),
        ("tone", _TONES),
        ("last_pitch", _TONES),
        ("last_length", len(LENGTHS) + 2),
        ("last_slot", len(SLOTS) + 1),
        ("to_top", 128),
        ("to_bass", 128),
    ]
    for u in range(len(SLOTS)):
        out += [(f"now{u}", _TONES), (f"edge{u}", _TONES), (f"left{u}", 2 * BINS + 1), (f"before{u}", _TONES)]
        out += [(f"size{u}", 7)]
    out += [(f"own{k}", _TONES) for k in (1, 2, 3, 4)] + [(f"own_length{k}", len(LENGTHS) + 2) for k in (1, 2, 3)]
    for k in range(len(FORM)):
        out += [(f"form{k}", _TONES), (f"form_length{k}", len(LENGTHS) + 3), (f"form_run{k}", 9)]
    out += [(f"sounds{i}", 2) for i in range(12)] + [(f"heard{i}", 5) for i in range(12)]
    return tuple(out)


COLUMNS = columns()
INDEX = {name: i for i, (name, _) in enumerate(COLUMNS)}
SIZES = np.array([size for _, size in COLUMNS])
OFFSETS = np.concatenate([[0], np.cumsum(SIZES)[:-1]]).astype(np.int32)
"""First row of each column in the table of inputs; value 0 of any column is row 0, which is empty."""
TABLE = int(SIZES.sum())
