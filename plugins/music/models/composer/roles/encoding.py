"""Scores with roles as positions of a net: one for each note of each chord, and one for each rest.

Whoever's chord ends first speaks next, ties in the order of the slots. The notes of a chord follow one another, all but
the last with the length MORE; so neither the moment, nor who speaks, nor the lengths of a chord's other notes cost
anything. Scores are transposed so that their first signature is empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..encoding import fold
from ..vocabulary import HOLD, LENGTH_ID, LENGTHS, LOW, REST, split_length
from .cursor import Cursor, Frame
from .scores import Chord, RoleScore
from .vocabulary import COLUMNS, MORE, REFERENCES

__all__ = ["Encoded", "Word", "chords_of", "encode", "frame_of", "words_of"]

Byte = NDArray[np.uint8]
Word = tuple[int, int]
"""What is said at a position: pitch (REST, 1.., HOLD) and length (an index, or MORE)."""


@dataclass(frozen=True)
class Encoded:
    """n positions. base: inputs (n, columns); references: (n, REFERENCES); pitch, length: targets (n,); slot: who speaks."""

    base: Byte
    references: Byte
    pitch: Byte
    length: Byte
    slot: Byte

    @property
    def voice(self) -> Byte:
        """Who speaks."""
        return self.slot

    @property
    def sound(self) -> Byte:
        """What is struck, 0 in a rest and where a chord is held."""
        return np.where(self.counted, self.pitch, 0).astype(np.uint8)

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Whether a sounding note begins at each position."""
        return (self.pitch != REST) & (self.pitch != HOLD)


def frame_of(score: RoleScore) -> Frame:
    """What of a score is told before its first note."""
    return Frame(
        style=score.style,
        ensemble=score.ensemble,
        slots=tuple(sorted(score.slots)),
        metres=score.metres,
        total=score.length,
        keys=score.keys,
        minor=score.minor,
        sections=score.sections,
    )


def words_of(score: RoleScore, frame: Frame) -> dict[int, list[list[Word]]]:
    """What each slot says, an event a list, in order of time, rests written out."""
    out: dict[int, list[list[Word]]] = {}
    for slot in frame.slots:
        now = 0
        said: list[list[Word]] = []
        for chord in score.slots.get(slot, ()):
            said += [[(REST, LENGTH_ID[part])] for part in split_length(chord.onset - now)]
            first, *rest = split_length(chord.length)
            tones = list(dict.fromkeys(fold(tone + frame.shift) for tone in chord.tones))
            said.append([*((tone, MORE) for tone in tones[:-1]), (tones[-1], LENGTH_ID[first])])
            said += [[(HOLD, LENGTH_ID[part])] for part in rest]
            now = chord.end
        said += [[(REST, LENGTH_ID[part])] for part in split_length(frame.total - now)]
        out[slot] = said
    return out


def encode(score: RoleScore) -> Encoded:
    """`score` in positions."""
    frame = frame_of(score)
    words = words_of(score, frame)
    count = sum(len(event) for said in words.values() for event in said)
    base = np.zeros((count, len(COLUMNS)), np.uint8)
    references = np.zeros((count, REFERENCES), np.uint8)
    pitch, length, slot = (np.zeros(count, np.uint8) for _ in range(3))
    cursor = Cursor(frame)
    spoken = dict.fromkeys(frame.slots, 0)
    i = 0
    while not cursor.done:
        u = cursor.slot
        for word in words[u][spoken[u]]:
            cursor.inputs(base[i], references[i])
            pitch[i], length[i] = word
            slot[i] = u
            cursor.push(*word)
            i += 1
        spoken[u] += 1
    return Encoded(base[:i], references[:i], pitch[:i], length[:i], slot[:i])


def chords_of(cursor: Cursor) -> dict[int, tuple[Chord, ...]]:
    """What was said so far, as it is written: the inverse of `words_of`."""
    shift = cursor.frame.shift
    out: dict[int, tuple[Chord, ...]] = {}
    for u in cursor.frame.slots:
        line: list[Chord] = []
        rows = zip(cursor.onsets[u], cursor.lengths[u], cursor.tones[u], cursor.held[u], strict=True)
        for onset, length, tones, held in rows:
            ticks = LENGTHS[length]
            if held and line and line[-1].end == onset:
                line[-1] = Chord(line[-1].onset, line[-1].length + ticks, line[-1].tones)
            elif tones:
                line.append(Chord(onset, ticks, tuple(tone + LOW - 1 - shift for tone in tones)))
        if line:
            out[u] = tuple(line)
    return out
