"""Scores as positions of the composer model: one position for each note or rest, and what the model may know there.

Whoever's note ends first speaks next, ties going from the highest voice down, so neither the moment nor the voice
costs a token. A position has two targets, pitch and length. Its inputs (see `vocabulary`) follow from what was
said before, from the header (style, voices, metre, key, length) and from what is given of the future. Scores are
transposed so that their key signature is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...theory.chord_classes import chord_class
from ...theory.keys import key_shift
from ...theory.score import Metre, Note, Score, bar_lines
from .vocabulary import (
    BINS,
    COLUMNS,
    DISTANCES,
    FORM,
    HIGH,
    HOLD,
    INDEX,
    LENGTH_ID,
    LENGTHS,
    LOW,
    METRES,
    REST,
    SLOTS,
    STYLES,
    split_length,
)

__all__ = ["Encoded", "encode", "future", "shifted", "to_score"]

Int = NDArray[np.int64]
Byte = NDArray[np.uint8]

_EDGES = np.array(DISTANCES)
_LENGTHS = np.array(LENGTHS)
TO_END_CAP = 289


def bins(ticks: Int) -> Int:
    """Vectorised `vocabulary.quantise`."""
    return np.minimum(np.searchsorted(_EDGES, np.maximum(ticks, 0)), BINS - 1)


@dataclass(frozen=True)
class Encoded:
    """A score in positions. All arrays have one row for each of n positions, in the order of speaking.

    onset: ticks; length, pitch: targets (index in LENGTHS; REST, 1.. for LOW.., HOLD); sound: what sounds, 0 in a
    rest; voice: slot; base: inputs but those of the known future, (n, columns), uint8; counted: whether a sounding
    note begins here. total: ticks; shift: semitones from the written pitch to the encoded one.
    """

    score: Score
    onset: Int
    length: Int
    pitch: Int
    sound: Int
    voice: Int
    base: Byte
    total: int
    shift: int

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Whether a sounding note begins at each position."""
        return (self.pitch != REST) & (self.pitch != HOLD)


def fold(pitch: int) -> int:
    """A pitch brought into the range of the alphabet by octaves."""
    while pitch < LOW:
        pitch += 12
    while pitch > HIGH:
        pitch -= 12
    return pitch - LOW + 1


def segments(line: Sequence[Note], total: int, shift: int) -> list[tuple[int, int, int, int]]:
    """(onset, length index, target, sounding pitch) of one voice from tick 0 to `total` without a gap."""
    spans: list[tuple[int, int, int, int]] = []

    def speak(start: int, length: int, target: int, sound: int) -> None:
        for i, part in enumerate(split_length(length)):
            spans.append((start, LENGTH_ID[part], target if i == 0 or target == REST else HOLD, sound))
            start += part

    now = 0
    for note in line:
        if note.onset > now:
            speak(now, note.onset - now, REST, 0)
        pitch = fold(note.pitch + shift)
        speak(note.onset, note.length, pitch, pitch)
        now = note.end
    if now < total:
        speak(now, total - now, REST, 0)
    return spans


def encode(score: Score, *, style: str | None = None, shift: int | None = None, total: int | None = None) -> Encoded:
    """`score` in positions. style: instead of the score's; shift: instead of what its signature says; total: ticks, at
    least its length.

    Raises ValueError for more lines than there are slots.
    """
    lines = score.lines
    if not 0 < len(lines) <= SLOTS:
        raise ValueError(f"{len(lines)} lines; 1 to {SLOTS} can be encoded")
    total = max(score.length, total or 0)
    shift = key_shift(score.signature) if shift is None else shift
    rows = np.array(
        [
            (on, v, length, pitch, sound)
            for v, line in enumerate(lines)
            for on, length, pitch, sound in segments(line, total, shift)
        ],
        np.int64,
    ).reshape(-1, 5)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    onset, voice, length, pitch, sound = (np.ascontiguousarray(c) for c in rows.T)
    spoken = _Spoken(len(lines), onset, voice, length, sound, _shown(sound))
    base = _features(score, style or score.style, spoken, total, shift)
    return Encoded(
        score=score,
        onset=onset,
        length=length,
        pitch=pitch,
        sound=sound,
        voice=voice,
        base=base,
        total=total,
        shift=shift,
    )


def _shown(sound: Int) -> Int:
    """Sounding pitch as an input: a rest has a value of its own, 0 stays for "nothing"."""
    return np.where(sound == 0, HOLD, sound)


def _features(score: Score, style: str, spoken: _Spoken, total: int, shift: int) -> Byte:
    """The inputs of all positions but those of the known future."""
    out = np.zeros((len(spoken.onset), len(COLUMNS)), np.uint8)

    def put(name: str, values: Int | int, rows: Int | NDArray[np.bool_] | slice = slice(None), /) -> None:
        out[rows, INDEX[name]] = values

    put("style", (STYLES.index(style) if style in STYLES else 0) + 1)
    put("voices", spoken.voices)
    put("key", (shift + 6) % 12 + 1)
    put("voice", spoken.voice + 1)
    put("from_bass", spoken.voices - spoken.voice)
    put("to_end", 1 + bins(np.minimum(total - spoken.onset, TO_END_CAP)))
    bars = bar_lines(score.metres, max(total, 1))
    sizes = _bar_inputs(put, bars, spoken.onset)
    put("last_pitch", spoken.shown[:-1], slice(1, None))
    put("last_length", spoken.length[:-1] + 1, slice(1, None))
    put("last_voice", spoken.voice[:-1] + 1, slice(1, None))
    _voice_inputs(put, spoken)
    _form(put, spoken, sizes, min(bars[0][0], 0))
    _goals(put, score, spoken.onset, shift)
    return out


@dataclass(frozen=True)
class _Spoken:
    """What is said at each of n positions: onset in ticks, voice, length as an index, what sounds; shown: the latter as
    an input. voices: how many there are.
    """

    voices: int
    onset: Int
    voice: Int
    length: Int
    sound: Int
    shown: Int


def _bar_inputs(put: Putter, bars: Sequence[tuple[int, Metre]], onset: Int) -> Int:
    """Metre and place in the bar; gives the length of the bar at each position."""
    starts = np.array([start for start, _ in bars])
    names = [(metre.numerator, metre.denominator) for _, metre in bars]
    metres = np.array([METRES.index(name) if name in METRES else 0 for name in names])
    bar = np.maximum(np.searchsorted(starts, onset, side="right") - 1, 0)
    place, size = onset - starts[bar], np.array([metre.bar for _, metre in bars])[bar]
    put("metre", metres[bar])
    put("place", np.minimum(place // 6, 63) + 1)
    put("rest_of_place", place % 6 + 1)
    put("beat", np.minimum(place // 24, 11) + 1)
    put("to_bar", 1 + bins(size - place))
    put("bar_of_eight", (bar - int(starts[0] < 0)) % 8 + 1)
    return size


def _voice_inputs(put: Putter, spoken: _Spoken) -> None:
    """What each voice sings now and sang before, what the speaking one sang last, and how far it is from the others."""
    onset, voice, length, sound, shown = spoken.onset, spoken.voice, spoken.length, spoken.sound, spoken.shown
    n, voices = len(onset), spoken.voices
    ticks, order = _LENGTHS[length], np.arange(n)
    now = np.full((voices, n), -1)
    before = np.full(n, -1)
    for u in range(voices):
        members = np.flatnonzero(voice == u)
        before[members[1:]] = members[:-1]
        now[u, 1:] = np.maximum.accumulate(np.where(voice == u, order, -1))[:-1]
        known = now[u] >= 0
        at = now[u][known]
        put(f"now{u}", shown[at], known)
        left = onset[at] + ticks[at] - onset[known]
        put(f"left{u}", 1 + 2 * bins(left) + (onset[at] == onset[known]), known)
    for u in range(voices):
        at = np.where(now[u] >= 0, before[np.maximum(now[u], 0)], -1)
        put(f"before{u}", np.where(at >= 0, shown[np.maximum(at, 0)], 0))
    at = before
    for k in (1, 2, 3):
        known = at >= 0
        put(f"own{k}", shown[np.maximum(at, 0)][known], known)
        if k < 3:
            put(f"own_length{k}", length[np.maximum(at, 0)][known] + 1, known)
        at = np.where(known, before[np.maximum(at, 0)], -1)
    own = np.where(before >= 0, sound[np.maximum(before, 0)], 0)
    for name, other in (
        ("to_top", np.zeros(n, np.int64)),
        ("to_bass", np.full(n, voices - 1)),
        ("to_above", np.maximum(voice - 1, 0)),
    ):
        at = now[other, order]
        theirs = np.where(at >= 0, sound[np.maximum(at, 0)], 0)
        known = (own > 0) & (theirs > 0)
        put(name, np.clip(own - theirs + 64, 1, 127)[known], known)


def _at(members: Int, onset: Int, ticks: Int) -> Int:
    """Index of the segment of one voice that covers each of `ticks` (which are not before its first)."""
    return members[np.maximum(np.searchsorted(onset[members], ticks, side="right") - 1, 0)]


class Putter(Protocol):
    """Writes values into a column of the inputs, at some rows or all."""

    def __call__(self, name: str, values: Int | int, rows: Int | NDArray[np.bool_] | slice = ..., /) -> None: ...


def _form(put: Putter, spoken: _Spoken, size: Int, first: int) -> None:
    """What stood at the same place 1, 2, 4 and 8 bars ago, and for how many notes the voice has followed it."""
    onset, length, sound, shown = spoken.onset, spoken.length, spoken.sound, spoken.shown
    of_voice = [np.flatnonzero(spoken.voice == v) for v in range(spoken.voices)]
    for v, members in enumerate(of_voice):
        for k in FORM:
            back = onset[members] - k * size[members]
            known = back >= max(first, 0)
            rows = members[known]
            if not len(rows):
                continue
            at = _at(members, onset, back[known])
            begins = onset[at] == back[known]
            put(f"form{k}", shown[at], rows)
            put(f"form_length{k}", np.where(begins, length[at] + 1, len(LENGTHS) + 1), rows)
            same = np.zeros(len(members), bool)
            same[known] = begins & (length[at] == length[rows]) & (sound[at] == sound[rows])
            run = np.zeros(len(members), np.int64)
            count = np.arange(len(members))
            broken = np.maximum.accumulate(np.where(same, -1, count))
            run[1:] = (count - broken)[:-1]
            put(f"form_run{k}", 1 + np.minimum(run, 7)[known], rows)
            if k in (4, 8):
                at = _at(of_voice[0], onset, back[known]) if v else at
                put(f"top_form{k}", shown[at], rows)


def _goals(put: Putter, score: Score, onset: Int, shift: int) -> None:
    """Distance to the next phrase end, its chord and upper note; the last chord."""
    lines = len(score.lines)
    ends = sorted({n.end for line in score.lines for n in line if n.phrase_end})

    def chord_before(tick: int) -> tuple[int, int]:
        sounds = [[fold(n.pitch + shift) for n in line if n.onset < tick <= n.end] for line in score.lines]
        top = sounds[0]
        heard = [sound + LOW - 1 for line in sounds for sound in line]
        return chord_class(heard, lines), ((top[-1] + LOW - 1) % 12 + 1 if top else 0)

    put("final", chord_before(max((n.end for line in score.lines for n in line), default=0))[0])
    start = 0
    for end in ends:
        rows = (onset >= start) & (onset < end)
        chord, top = chord_before(end)
        put("goal", 1 + bins(end - onset[rows]), rows)
        if lines > 1:
            put("goal_chord", chord, rows)
        put("goal_top", top, rows)
        start = end


_MOVED = {kind: np.array([INDEX[c.name] for c in COLUMNS if c.moves == kind]) for kind in ("pitch", "class", "chord")}


def shifted(inputs: Byte, semitones: int) -> Byte:
    """Inputs (rows, columns) as they would be `semitones` higher; the column `shift` says so."""
    out = inputs.copy()
    out[:, INDEX["shift"]] = semitones + 7
    if not semitones:
        return out
    values = inputs[:, _MOVED["pitch"]].astype(np.int64)
    moved = np.clip(values + semitones, 1, HIGH - LOW + 1)
    out[:, _MOVED["pitch"]] = np.where((values > 0) & (values < HOLD), moved, values)
    values = inputs[:, _MOVED["class"]].astype(np.int64)
    out[:, _MOVED["class"]] = np.where(values > 0, (values - 1 + semitones) % 12 + 1, 0)
    values = inputs[:, _MOVED["chord"]].astype(np.int64)
    out[:, _MOVED["chord"]] = np.where((values > 0) & (values < 25), (values - 1 + 2 * semitones) % 24 + 1, values)
    return out


def future(encoded: Encoded, given: NDArray[np.bool_], start: int, stop: int, out: Byte) -> None:
    """Fill the columns of the known future in `out`, the inputs of positions start..stop.

    given: (n,) which positions are given. For each voice: the next given note not yet spoken, how far it is, and the
    one after it.
    """
    rows = np.arange(start, stop)
    shown = _shown(encoded.sound)
    for u in range(len(encoded.score.lines)):
        members = np.flatnonzero((encoded.voice == u) & given)
        if not len(members):
            continue
        at = np.searchsorted(members, rows)
        known = at < len(members)
        next_ = members[at[known]]
        out[known, INDEX[f"next{u}"]] = shown[next_]
        out[known, INDEX[f"next_in{u}"]] = 1 + bins(encoded.onset[next_] - encoded.onset[rows[known]])
        more = at + 1 < len(members)
        out[more, INDEX[f"after{u}"]] = shown[members[at[more] + 1]]


def to_score(encoded_pitch: Int, length: Int, voice: Int, voices: int, shift: int) -> list[list[Note]]:
    """Lines of written notes from targets: the inverse of `encode` but for phrase ends."""
    lines: list[list[Note]] = [[] for _ in range(voices)]
    now = [0] * voices
    for pitch, size, v in zip(encoded_pitch.tolist(), length.tolist(), voice.tolist(), strict=True):
        ticks = LENGTHS[size]
        if pitch == HOLD and lines[v]:
            last = lines[v][-1]
            lines[v][-1] = Note(last.onset, last.length + ticks, last.pitch, last.phrase_end)
        elif pitch not in (REST, HOLD):
            lines[v].append(Note(now[v], ticks, pitch + LOW - 1 - shift))
        now[v] += ticks
    return lines
