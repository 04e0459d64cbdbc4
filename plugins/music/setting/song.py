"""A song: lines of words with a melody, chords, and an accompaniment, from the first bar of the piano to its last chord."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from ..arranging.harmony import Harmony, Numeral, numerals_of, progression
from ..arranging.textures import accompany
from ..theory.intervals import MAJOR_SCALE, MINOR_SCALE
from ..theory.keys import Key
from ..theory.score import TICKS, Metre, Note, Score
from .melody import Sung, contradicts, melisma, sing
from .rhythm import EIGHTH, METRES, Placed, choose_rhythm
from .syllables import Syllable

__all__ = ["VOICES", "Song", "SongPlan", "write_song"]

VOICES: dict[str, tuple[int, int]] = {
    "soprano": (60, 79),
    "mezzo-soprano": (57, 76),
    "alto": (55, 74),
    "tenor": (48, 67),
    "baritone": (45, 64),
    "bass": (41, 60),
}
"""The part of each voice's compass that is comfortable for a whole song, lowest and highest MIDI pitch."""

_PENTATONIC = {False: (0, 2, 4, 7, 9), True: (0, 3, 5, 7, 10)}
#: Which earlier line of a stanza of four each line takes up, and how often a stanza is built so; -1 for none.
_FORMS = {"AABA": (-1, 0, -1, 0), "ABAC": (-1, -1, 0, -1), "ABCB": (-1, -1, -1, 1), "ABCD": (-1, -1, -1, -1)}
_FORM_SHARES = (0.3, 0.4, 0.15, 0.15)
_HEIGHTS = (-0.3, 0.1, 0.6, -0.1)
_RETARD = 2
"""Bars of the last chord."""


@dataclass(frozen=True)
class SongPlan:
    """What a song is to be. metre: "" for one that suits the words; wanted: metres that the mood would have; pentatonic:
    whether the melody keeps to five tones; melismas: share of the long strong syllables that have more notes than one.
    """

    key: Key
    compass: tuple[int, int]
    texture: str
    tempo_qpm: float
    metre: str = ""
    wanted: tuple[str, ...] = ()
    pentatonic: bool = False
    melismas: float = 0.0


@dataclass(frozen=True)
class Song:
    """score: voice, right and left hand; words: (tick, text) of each syllable; ends: ticks of the lines' ends; stress: share
    of the strong syllables on strong places; tones: share of neighbours whose tones the melody does not contradict, None
    without tones; melismas: (tick, tick) of the first and the last note of syllables that have several.
    """

    score: Score
    words: tuple[tuple[int, str], ...]
    ends: tuple[int, ...]
    chords: tuple[Harmony, ...]
    metre: str
    form: str
    stress: float
    tones: float | None
    melismas: tuple[tuple[int, int], ...] = ()


@dataclass
class _Stanza:
    """What later stanzas take up of the first: pitches by slot and chords, line by line."""

    pitches: list[dict[int, int]] = field(default_factory=list)
    chords: list[list[Numeral]] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)


@dataclass
class _Writing:
    """A song in the making. bar: ticks of a bar; at: the next bar; chords, voice, words, sung, ends: so far."""

    plan: SongPlan
    metre: str
    form: str
    rng: np.random.Generator
    chords: list[Harmony] = field(default_factory=list)
    voice: list[Note] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    sung: list[tuple[Sung, int]] = field(default_factory=list)
    first: _Stanza = field(default_factory=_Stanza)
    melismas: list[tuple[int, int]] = field(default_factory=list)
    at: int = 0

    @property
    def bar(self) -> int:
        return len(METRES[self.metre]) * EIGHTH

    def play(self, *names: str) -> None:
        """Bars of the accompaniment alone, a chord each; names as in major."""
        found = {n.name.upper(): n for n in numerals_of(self.plan.key.minor)}
        numerals = [found[name] for name in names]
        self.chords += _in_time(numerals, self.plan.key, self.at * self.bar, len(names) * self.bar)
        self.at += len(names)

    def add_line(
        self, line: Sequence[Syllable], place: Placed, following: Placed | None, stanza: int, number: int, lines: int
    ) -> None:
        """Set line `number` of the `lines` of a stanza. following: where the next line of the stanza lies."""
        plan, size = self.plan, len(METRES[self.metre])
        role = _role(number, lines)
        numerals = _chords_of(place, role, plan, self.metre, self.first, stanza, number, self.rng)
        harmony = _in_time(numerals, plan.key, self.at * self.bar, place.bars * self.bar)
        notes = _sung(line, place, following, harmony, self.at * size, self.metre, plan)
        pitches = sing(
            notes,
            _scale(plan),
            plan.compass,
            self.rng,
            before=self.voice[-1].pitch if self.voice else 0,
            height=_HEIGHTS[number % 4] if lines > 1 else 0.2,
            close=_close(role, plan.key, pentatonic=plan.pentatonic),
            model=_model(self.first, stanza, number, self.form, lines),
        )
        if not stanza:
            self.first.pitches.append({n.slot: p for n, p in zip(notes, pitches, strict=True)})
            self.first.chords.append(numerals)
            self.first.bars.append(place.bars)
        for syllable, note, pitch, goal in zip(line, notes, pitches, [*pitches[1:], None], strict=True):
            onset = (self.at * size + note.slot) * EIGHTH
            drawn = plan.melismas > 0 and goal is not None and syllable.weight > 0 and note.length > 1
            steps = melisma(pitch, goal, note.length, _scale(plan)) if drawn and goal is not None else ()
            if steps and self.rng.random() < plan.melismas:
                self.voice += [Note(onset + at, length, step) for at, length, step in steps]
                self.melismas.append((onset, onset + steps[-1][0]))
            else:
                self.voice.append(Note(onset, note.length * EIGHTH, pitch, phrase_end=goal is None))
            self.words.append((onset, syllable.text))
        self.sung += zip(notes, pitches, strict=True)
        self.chords += harmony
        self.at += place.bars
        self.ends.append(self.at * self.bar)


def write_song(stanzas: Sequence[Sequence[Sequence[Syllable]]], plan: SongPlan, rng: np.random.Generator) -> Song:
    """A strophic song of stanzas of lines of syllables. Raises InputError for what no rhythm can hold."""
    metre, placed = choose_rhythm(
        [line for stanza in stanzas for line in stanza], rng, metre=plan.metre, wanted=plan.wanted
    )
    form = list(_FORMS)[int(rng.choice(len(_FORMS), p=_FORM_SHARES))]
    song, places = _Writing(plan, metre, form, rng), iter(placed)
    song.play("I", "V7")
    for index, stanza in enumerate(stanzas):
        if index:
            song.play("I")
        here = [next(places) for _ in stanza]
        for number, (line, place) in enumerate(zip(stanza, here, strict=True)):
            following = here[number + 1] if number + 1 < len(here) else None
            song.add_line(line, place, following, index, number, len(stanza))
    return _finished(song, form if len(stanzas[0]) == 4 else "")


def _finished(song: _Writing, form: str) -> Song:
    """The song with its hands, and a last chord that is held."""
    plan, bar = song.plan, song.bar
    beat = EIGHTH if song.metre == "6/8" else TICKS
    right, left = accompany(song.chords, plan.texture, beat=beat, bar=bar, below=song.voice)
    song.play("I")
    final = replace(song.chords.pop(), end=(song.at - 1 + _RETARD) * bar)
    last = accompany([final], "block", beat=beat, bar=bar)
    top, bottom = (int(n) for n in song.metre.split("/"))
    score = Score(
        name="song",
        style="song",
        lines=(tuple(song.voice), (*right, *last[0]), (*left, *last[1])),
        metres=(Metre(0, top, bottom),),
        signature=plan.key.signature,
        tempo_qpm=plan.tempo_qpm,
        names=("Voice", "Piano", "Piano"),
    )
    chords, melismas = (*song.chords, final), tuple(song.melismas)
    return Song(
        score, tuple(song.words), tuple(song.ends), chords, song.metre, form, *_kept(song.sung), melismas=melismas
    )


def _role(line: int, lines: int) -> str:
    """How a line closes: authentic at a stanza's end, half before, open else."""
    if line == lines - 1:
        return "authentic"
    return "half" if line % 2 or lines == 2 else "open"


def _in_time(numerals: Sequence[Numeral], key: Key, start: int, length: int) -> list[Harmony]:
    each = length // len(numerals)
    return [
        Harmony(start + i * each, start + (i + 1) * each, (key.tonic + n.root) % 12, n.tones, n.name)
        for i, n in enumerate(numerals)
    ]


def _chords_of(
    place: Placed,
    role: str,
    plan: SongPlan,
    metre: str,
    first: _Stanza,
    index: int,
    line: int,
    rng: np.random.Generator,
) -> list[Numeral]:
    """A chord a bar, two in bars of four quarters; those of the first stanza again where the phrase is as long."""
    if index and line < len(first.chords) and first.bars[line] == place.bars:
        return first.chords[line]
    each = 2 if metre == "4/4" else 1
    count = place.bars * each
    size = len(METRES[metre])
    final = min(count - 1, max(0, place.starts[-1]) * each // size)
    tonic, minor = ("i" if plan.key.minor else "I"), plan.key.minor
    dominant = "VII" if minor and plan.pentatonic else "V"
    tail = [tonic if role != "half" else dominant] * (count - final)
    if role == "authentic" and count > len(tail):
        tail = [dominant if plan.pentatonic else "V7", *tail]
    numerals = numerals_of(plan.key.minor)
    costs = np.zeros((count, len(numerals)))
    if plan.pentatonic:
        costs[:, [i for i, n in enumerate(numerals) if n.name in ("iii", "V7", "iio")]] += 4.0
    begin = tonic if line == 0 and count > len(tail) else ""
    return progression(minor, count, rng, first=begin, last=tail, costs=costs)


def _sung(
    line: Sequence[Syllable],
    place: Placed,
    following: Placed | None,
    chords: Sequence[Harmony],
    start: int,
    metre: str,
    plan: SongPlan,
) -> list[Sung]:
    """The syllables of a line as notes without pitch; the last is held to a breath before what follows."""
    strengths = METRES[metre]
    size = len(strengths)
    full = place.bars * size + min(0, following.starts[0] if following else 0)
    stop = min(full, max(full - 1, place.starts[-1] + 2))  # a breath, but where it would make the last note too short
    lengths = [b - a for a, b in pairwise((*place.starts, max(stop, place.starts[-1] + 1)))]
    scale = _scale(plan)
    notes = []
    for syllable, slot, length in zip(line, place.starts, lengths, strict=True):
        tick = (start + slot) * EIGHTH
        chord = next((c for c in chords if c.start <= tick < c.end), chords[0])
        classes = chord.classes & scale if plan.pentatonic else chord.classes
        notes.append(
            Sung(slot, strengths[slot % size], syllable.weight, syllable.tone, classes or chord.classes, length)
        )
    return notes


def _scale(plan: SongPlan) -> frozenset[int]:
    steps = _PENTATONIC[plan.key.minor] if plan.pentatonic else MINOR_SCALE if plan.key.minor else MAJOR_SCALE
    return frozenset((plan.key.tonic + s) % 12 for s in steps)


def _close(role: str, key: Key, *, pentatonic: bool) -> frozenset[int]:
    """Pitch classes that a line may end on."""
    if role == "authentic":
        return frozenset({key.tonic})
    if role == "half":
        return frozenset((key.tonic + s) % 12 for s in ((2, 7) if not (pentatonic and key.minor) else (5, 10)))
    return frozenset((key.tonic + s) % 12 for s in ((3 if key.minor else 4), 7))


def _model(first: _Stanza, index: int, line: int, form: str, lines: int) -> Mapping[int, int] | None:
    """The line that this one takes up: the same one of the first stanza, or an earlier one by the form."""
    if index:
        return first.pitches[line] if line < len(first.pitches) else None
    earlier = _FORMS[form][line] if lines == 4 else (line - 2 if line >= 2 and line % 2 == 0 else -1)
    return first.pitches[earlier] if 0 <= earlier < len(first.pitches) else None


def _kept(sung: Sequence[tuple[Sung, int]]) -> tuple[float, float | None]:
    """(share of strong syllables on beats, share of neighbouring tones that the melody does not contradict)."""
    strong = [n.strength > 0 for n, _ in sung if n.weight == 2]
    pairs = [
        not contradicts(a.tone, b.tone, q - p)
        for (a, p), (b, q) in pairwise(sung)
        if a.tone and b.tone and b.slot > a.slot
    ]
    return (round(float(np.mean(strong)), 3) if strong else 1.0), (round(float(np.mean(pairs)), 3) if pairs else None)
