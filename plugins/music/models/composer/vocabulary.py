"""The alphabet of the composer model: pitches, lengths, styles, metres, and the columns of its inputs.

Everything here is fixed by the shipped weights: append, never reorder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "COLUMNS",
    "HOLD",
    "LENGTHS",
    "LENGTH_ID",
    "LOW",
    "METRES",
    "PITCHES",
    "REST",
    "SLOTS",
    "STYLES",
    "TASKS",
    "Column",
    "columns",
    "quantise",
    "split_length",
]

SLOTS = 6
"""Most voices at once; slot 0 is the highest."""

REST, LOW, HIGH = 0, 22, 108
HOLD = HIGH - LOW + 2
"""Target that prolongs the note before it; used where a note is longer than the longest length."""
PITCHES = HOLD + 1
NONE = PITCHES
"""In inputs: no pitch there."""

LENGTHS: tuple[int, ...] = (
    *range(1, 25),
    26,
    27,
    28,
    30,
    32,
    33,
    36,
    39,
    40,
    42,
    44,
    45,
    48,
    51,
    54,
    56,
    60,
    64,
    66,
    72,
    75,
    78,
    80,
    84,
    90,
    93,
    96,
    99,
    102,
    108,
    112,
    114,
    120,
    126,
    132,
    138,
    144,
    150,
    156,
    160,
    162,
    168,
    174,
    180,
    186,
    192,
    204,
    216,
    228,
    240,
    252,
    264,
    276,
    288,
    300,
    312,
    324,
    336,
    348,
    360,
    372,
    384,
)
"""Lengths in ticks; any other is a sum of them, longest first."""
LENGTH_ID = {length: i for i, length in enumerate(LENGTHS)}

STYLES: tuple[str, ...] = (
    "user",
    "bach",
    "palestrina",
    "monteverdi",
    "mozart",
    "haydn",
    "beethoven",
    "trecento",
    "ryan",
    "oneill",
    "aird",
    "essen",
    "chinese",
)
METRES: tuple[tuple[int, int], ...] = (
    (0, 0),
    (4, 4),
    (2, 2),
    (3, 4),
    (2, 4),
    (6, 8),
    (3, 8),
    (9, 8),
    (12, 8),
    (4, 2),
    (3, 2),
    (6, 4),
    (5, 4),
    (5, 8),
    (1, 4),
    (7, 8),
    (9, 4),
    (2, 8),
    (4, 8),
)
TASKS: tuple[str, ...] = ("free", "melody", "voices", "gap", "notes", "continue", "bass", "plan")

DISTANCES: tuple[int, ...] = (
    0,
    1,
    2,
    3,
    4,
    6,
    8,
    9,
    12,
    15,
    18,
    21,
    24,
    30,
    36,
    42,
    48,
    60,
    72,
    84,
    96,
    120,
    144,
    168,
    192,
    240,
    288,
    384,
    576,
    768,
)
"""Upper edges of the bins in which times are given as inputs, in ticks."""
BINS = len(DISTANCES) + 1


@lru_cache(maxsize=1)
def _bin_table() -> tuple[int, ...]:
    table, at = [], 0
    for tick in range(DISTANCES[-1] + 1):
        while DISTANCES[at] < tick:
            at += 1
        table.append(at)
    return tuple(table)


def quantise(ticks: int) -> int:
    """The bin of a time: 0 for 0 and below, the last for all beyond the last edge."""
    return _bin_table()[ticks] if 0 <= ticks <= DISTANCES[-1] else (0 if ticks < 0 else BINS - 1)


@lru_cache(maxsize=4096)
def split_length(ticks: int) -> tuple[int, ...]:
    """`ticks` as lengths of the table, longest first."""
    parts = []
    while ticks:
        part = max(length for length in LENGTHS if length <= ticks)
        parts.append(part)
        ticks -= part
    return tuple(parts)


@dataclass(frozen=True)
class Column:
    """One input: its name, the number of its values (0 means nothing to say), and how transposition moves it.

    moves: "" not at all, "pitch" values 1 to HIGH-LOW+1 by semitones, "class" values 1 to 12 by pitch class,
    "chord" values 1 to 24 (two for each root) by pitch class.
    """

    name: str
    size: int
    moves: str = ""


def columns() -> tuple[Column, ...]:
    """All inputs in order."""
    pitch = PITCHES + 1
    columns = [
        Column("style", len(STYLES) + 1),
        Column("voices", SLOTS + 1),
        Column("metre", len(METRES)),
        Column("key", 13),
        Column("shift", 14),
        Column("task", len(TASKS) + 1),
        Column("voice", SLOTS + 1),
        Column("from_bass", SLOTS + 1),
        Column("place", 65),
        Column("rest_of_place", 7),
        Column("to_bar", BINS + 1),
        Column("to_end", BINS + 1),
        Column("bar_of_eight", 9),
        Column("beat", 13),
        Column("last_pitch", pitch, "pitch"),
        Column("last_length", len(LENGTHS) + 1),
        Column("last_voice", SLOTS + 1),
    ]
    for u in range(SLOTS):
        columns += [
            Column(f"now{u}", pitch, "pitch"),
            Column(f"before{u}", pitch, "pitch"),
            Column(f"left{u}", 2 * BINS + 1),
        ]
    columns += [Column(f"own{k}", pitch, "pitch") for k in (1, 2, 3)] + [
        Column("own_length1", len(LENGTHS) + 1),
        Column("own_length2", len(LENGTHS) + 1),
    ]
    columns += [Column("to_top", 128), Column("to_bass", 128), Column("to_above", 128)]
    for k in FORM:
        columns += [
            Column(f"form{k}", pitch, "pitch"),
            Column(f"form_length{k}", len(LENGTHS) + 3),
            Column(f"form_run{k}", 9),
        ]
    columns += [Column("top_form4", pitch, "pitch"), Column("top_form8", pitch, "pitch")]
    columns += [
        Column("goal", BINS + 1),
        Column("goal_chord", 27, "chord"),
        Column("goal_top", 13, "class"),
        Column("final", 27, "chord"),
    ]
    for u in range(SLOTS):
        columns += [
            Column(f"next{u}", pitch + 1, "pitch"),
            Column(f"next_in{u}", BINS + 1),
            Column(f"after{u}", pitch + 1, "pitch"),
        ]
    return tuple(columns)


FORM = (1, 2, 4, 8)
"""How many bars back the form inputs look."""
COLUMNS = columns()
INDEX = {c.name: i for i, c in enumerate(COLUMNS)}
