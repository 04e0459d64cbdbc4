"""Points of imitation: voices that enter one after another with the same subject, as in Palestrina's masses.

The model invents a subject (the upper voice of an opening of its own). The plan lets each voice wait in silence and
then take the subject up, some at its own pitch or octave, some a fourth below or a fifth above within the scale; a
second subject enters in the middle. The entries are *given* to the model, which knows them ahead and writes all other
notes around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..models.composer.cursor import Frame, Segment
from ..models.composer.encoding import segments
from ..models.composer.engine import Engine
from ..theory.intervals import MAJOR_SCALE
from ..theory.score import Note
from .rules import Rules
from .search import decode

__all__ = ["IMITATIVE", "find_subject", "with_entries"]

IMITATIVE = ("palestrina", "monteverdi")
_ORDERS = {
    3: ((0, 1, 2), (1, 0, 2), (2, 1, 0)),
    4: ((0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1), (3, 2, 1, 0), (1, 2, 0, 3)),
}


def _degree(pitch: int, by: int) -> int:
    """A pitch of the empty signature moved by steps of the scale; a raised note stays raised."""
    octave, tone = divmod(pitch, 12)
    raised = tone not in MAJOR_SCALE
    at = MAJOR_SCALE.index(tone - raised) + by
    return 12 * (octave + at // 7) + MAJOR_SCALE[at % 7] + raised


def find_subject(line: Sequence[Note], length: int) -> list[Note]:
    """The notes of a line that begin within `length` ticks of its first, the last cut to end there; from tick 0. Empty
    for fewer than three.
    """
    if not line:
        return []
    first = line[0].onset
    inside = [replace(n, onset=n.onset - first) for n in line if n.onset - first < length]
    if len(inside) < 3 or len({n.pitch for n in inside}) < 3:
        return []
    return [*inside[:-1], replace(inside[-1], length=min(inside[-1].length, length - inside[-1].onset))]


def _placed(subject: Sequence[Note], by: int, low: int, high: int) -> list[Note]:
    """The subject moved by steps of the scale, and by octaves into the middle of a range; pitches of the empty
    signature.
    """
    moved = [replace(n, pitch=_degree(n.pitch, by)) for n in subject]
    centre = (min(n.pitch for n in moved) + max(n.pitch for n in moved)) / 2
    octaves = round(((low + high) / 2 - centre) / 12)
    return [replace(n, pitch=min(max(n.pitch + 12 * octaves, low), high)) for n in moved]


def with_entries(
    engine: Engine, frame: Frame, rules: Rules, rng: np.random.Generator, *, temperature: float, top_p: float
) -> tuple[Frame, list[tuple[int, int, int]]]:
    """(the frame with its entries given, entries as (voice, tick, first pitch as written)); the frame as it is where no
    subject fits.
    """
    voices, size = frame.voices, frame.metres[0].bar
    step = 288 if size >= 144 else max(size, 192 // size * size)
    opening = replace(frame, total=min(frame.total, 2 * step), goals=(), final=0)
    rows = decode(engine, [opening] * 4, rules, rng, temperature=temperature, top_p=top_p)
    subjects = [
        s
        for row in sorted(rows, key=lambda r: r.nats_per_note)
        for line in row.cursor.lines()[: voices - 1]
        if len(s := find_subject(line, step)) >= 4
    ]
    if not subjects or frame.total < (voices + 2) * step:
        return frame, []
    limits = [(low + frame.shift, high + frame.shift) for low, high in rules.ranges]
    given: list[list[Segment]] = [[] for _ in range(voices)]
    entries: list[tuple[int, int, int]] = []
    starts = [(0, subjects[0])]
    second = frame.total // 2 // size * size
    if len(subjects) > 1 and second >= voices * step and frame.total - second >= (voices + 1) * step:
        starts.append((second, subjects[-1]))
    for begin, subject in starts:
        orders = _ORDERS.get(voices)
        order = orders[int(rng.integers(len(orders)))] if orders else tuple(int(v) for v in rng.permutation(voices))
        plain = [replace(n, pitch=n.pitch + frame.shift) for n in subject]
        for place, voice in enumerate(order):
            at = begin + place * step
            own = _placed(plain, 0 if place % 2 == 0 else -3, *limits[voice])
            if begin == 0:
                given[voice] += segments([], at, 0)
            given[voice] += [
                (on + at, length, target, sound) for on, length, target, sound in segments(own, own[-1].end, 0)
            ]
            entries.append((voice, at, own[0].pitch - frame.shift))
    return replace(frame, given=tuple(map(tuple, given)), task="notes"), entries
