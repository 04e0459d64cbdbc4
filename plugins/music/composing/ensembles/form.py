"""The plan of a piece with roles: sections, their keys, phrases and how they close, what returns, where the voice is silent.

Phrases are of four bars. A section that returns is heard again note for note but for its close where that differs; middle
sections go to the dominant (in minor to the relative major) and back to the dominant of the home key, trios to the
subdominant (in minor to the major on the tonic).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ...models.composer.roles.cursor import Frame
from ...models.composer.roles.vocabulary import SLOTS
from ...theory.score import TICKS, Metre
from .chords import Planned, plan_chords
from .figures import Figure, Step, choose_figure

__all__ = ["ENSEMBLE_SLOTS", "FORMS", "Close", "LocalKey", "RolePlan", "Sketch", "plan_roles", "planned", "sketch_form"]

FORMS = ("auto", "period", "aaba", "aba", "rondo", "minuet", "variations")
"""Forms that can be asked for; "auto" follows from the number of bars."""

_NAMES = {
    "piano": ("right", "left"),
    "song": ("voice", "right", "left"),
    "quartet": ("part 1", "part 2", "part 3", "part 4"),
    "hymn": ("part 1", "part 2", "part 3", "part 4"),
    "choir": ("part 1", "part 2", "part 3", "part 4"),
}
ENSEMBLE_SLOTS = {name: tuple(SLOTS.index(slot) for slot in slots) for name, slots in _NAMES.items()}
"""Who plays in each ensemble."""

_LETTERS = {
    "period": "A",
    "aaba": "AABA",
    "aba": "ABA",
    "rondo": "ABACA",
    "minuet": "AATTAA",
    "variations": "AVVV",
}
_PHRASE = 4
"""Bars of a phrase."""


@dataclass(frozen=True)
class LocalKey:
    """tonic: pitch class in the empty signature of the piece; minor: whether its third is minor."""

    tonic: int
    minor: bool

    @property
    def triad(self) -> tuple[int, int, int]:
        """Root, third and fifth of the tonic chord."""
        return self.tonic, (self.tonic + 4 - self.minor) % 12, (self.tonic + 7) % 12

    @property
    def dominant(self) -> tuple[int, int, int]:
        """Root, third and fifth of the dominant."""
        return tuple((self.tonic + step) % 12 for step in (7, 11, 2))  # type: ignore[return-value]

    @property
    def seventh(self) -> tuple[int, int, int, int]:
        """The dominant seventh, the root first."""
        return (*self.dominant, (self.tonic + 5) % 12)

    @property
    def scale(self) -> frozenset[int]:
        """Pitch classes of the scale; in minor with the raised sixth and seventh."""
        steps = (0, 2, 3, 5, 7, 8, 9, 10, 11) if self.minor else (0, 2, 4, 5, 7, 9, 11)
        return frozenset((self.tonic + step) % 12 for step in steps)


@dataclass(frozen=True)
class Close:
    """A phrase end. begin: tick at which the phrase begins; start, end: ticks of its last chord; key: in which it closes;
    full: on the tonic through the dominant, else on the dominant; last: whether the piece ends with it.
    """

    begin: int
    start: int
    end: int
    key: LocalKey
    full: bool
    last: bool = False

    @property
    def chord(self) -> tuple[int, int, int]:
        """Root, third and fifth of the chord it closes on."""
        return self.key.triad if self.full else self.key.dominant


@dataclass(frozen=True)
class RolePlan:
    """frame: what the net is told; closes: phrase ends in order; echoes: (start, stop, back) in ticks, where all repeat
    what they played `back` before; silent: (start, stop) where the voice rests; form: letters of the sections; beat:
    ticks of a beat; approach: of the dominant before a full close; figures: (start, stop, figure) of the left hand, in order;
    tunes: as echoes, where the melody alone is repeated; chords: to aim at, in order; pulses: (start, stop, ticks) of what
    inner players like to move in.
    """

    frame: Frame
    closes: tuple[Close, ...]
    echoes: tuple[tuple[int, int, int], ...] = ()
    silent: tuple[tuple[int, int], ...] = ()
    form: str = ""
    beat: int = TICKS
    approach: int = TICKS
    figures: tuple[tuple[int, int, Figure], ...] = ()
    tunes: tuple[tuple[int, int, int], ...] = ()
    chords: tuple[Planned, ...] = ()
    pulses: tuple[tuple[int, int, int], ...] = ()

    def step_at(self, tick: int) -> Step | None:
        """What the left hand does at a tick: a step of its figure, or a silent one until the next; None where it is free."""
        for start, stop, figure in self.figures:
            if start <= tick < stop and figure:
                place = (tick - start) % self.frame.metres[0].bar
                if self.closes[-1].start <= tick:
                    return None
                nearest = next((step for step in figure if step.place >= place), None)
                until = nearest.place if nearest else self.frame.metres[0].bar
                return nearest if nearest and nearest.place == place else Step(place, until - place, "")
        return None

    def chord_at(self, tick: int) -> Planned | None:
        """The chord to aim at; None at closes, and where none is planned."""
        at = bisect_right(self.chords, tick, key=lambda chord: chord.start) - 1
        return self.chords[at] if at >= 0 and tick < self.chords[at].stop else None

    def pulse_at(self, tick: int) -> int:
        """Ticks that inner players like to move in; 0 where they are free."""
        return next((ticks for start, stop, ticks in self.pulses if start <= tick < stop), 0)

    def close_at(self, tick: int) -> Close:
        """The phrase end that lies ahead, or whose chord sounds."""
        return next((close for close in self.closes if tick < close.end), self.closes[-1])


@dataclass
class Sketch:
    """A form without time: bars so far, phrases as (first bar, bars, key, full), sections as (letter, first bar, bars); bars
    before and after them stand in no section, there the voice is silent.
    """

    home: LocalKey
    bars: int = 0
    phrases: list[tuple[int, int, LocalKey, bool]] = field(default_factory=list)
    sections: list[tuple[str, int, int]] = field(default_factory=list)

    def phrase(self, bars: int, key: LocalKey, *, full: bool) -> None:
        """Add a phrase."""
        self.phrases.append((self.bars, bars, key, full))
        self.bars += bars


def form_for(bars: int, wanted: str) -> str:
    """The form of so many bars where none is asked for."""
    if wanted != "auto":
        return wanted
    if bars < 12:
        return "period"
    if bars < 20:
        return "aaba"
    if bars < 28:
        return "aba"
    return "aaba" if bars < 40 else "rondo" if bars < 56 else "minuet"


def plan_roles(
    rng: np.random.Generator,
    *,
    style: str,
    ensemble: str,
    bars: int,
    metre: tuple[int, int],
    signature: int,
    minor: bool,
    form: str = "auto",
    density: float = 0.0,
    bare: bool = False,
) -> RolePlan:
    """The plan of a piece of `bars` bars: `planned` of `sketch_form`."""
    sketch = sketch_form(rng, ensemble=ensemble, bars=bars, minor=minor, form=form, bare=bare)
    return planned(rng, sketch, style=style, ensemble=ensemble, metre=metre, signature=signature, density=density)


def sketch_form(
    rng: np.random.Generator, *, ensemble: str, bars: int, minor: bool, form: str = "auto", bare: bool = False
) -> Sketch:
    """Sections and phrases of `bars` bars. form: one of FORMS. Songs have two bars before the voice and, where there is room,
    two after it, unless they are wanted bare.
    """
    home = LocalKey(9 if minor else 0, minor)
    sketch = Sketch(home)
    intro = 2 if ensemble == "song" and bars >= 12 and not bare else 0
    outro = 2 if ensemble == "song" and bars >= 16 and not bare else 0
    inner = bars - intro - outro
    letters = _LETTERS[form_for(inner, form)]
    letters = letters if inner >= 2 * len(letters) else "A"
    lengths = _section_bars(inner, len(letters))
    if intro:
        sketch.phrase(intro, home, full=False)
    for letter, length in zip(letters, lengths, strict=True):
        _section(sketch, letter, length, rng)
    if outro:
        sketch.phrase(outro, home, full=True)
    return sketch


def planned(
    rng: np.random.Generator,
    sketch: Sketch,
    *,
    style: str,
    ensemble: str,
    metre: tuple[int, int],
    signature: int,
    density: float = 0.0,
) -> RolePlan:
    """A form in time, with what follows from it. signature: sharps of the home key; density: of notes, as a theme wants it, -1
    to 1.
    """
    intro = sketch.sections[0][1]
    outro = sketch.bars - sum(sketch.sections[-1][1:])
    size = Metre(0, *metre).bar
    beat = 36 if metre[1] == 8 and metre[0] % 3 == 0 else 4 * TICKS // metre[1]
    closes = _closes(sketch, size, beat)
    total = sketch.bars * size
    frame = Frame(
        style=style,
        ensemble=ensemble,
        slots=ENSEMBLE_SLOTS[ensemble],
        metres=(Metre(0, *metre),),
        total=total,
        keys=((0, signature),),
        minor=sketch.home.minor,
        sections=tuple(sorted({0, *(first * size for _, first, _ in sketch.sections)})),
    )
    silent = [(0, intro * size)] if intro else []
    if outro:
        silent.append((total - outro * size, total))
    figures = _figures(sketch, style, metre, density, rng) if ensemble in ("piano", "song") else ()
    hands = ensemble in ("piano", "song")
    approach = (size if size <= 72 else size // 2) if hands else beat
    return RolePlan(
        frame,
        closes,
        _echoes(sketch, closes, size),
        tuple(silent),
        "".join(letter for letter, *_ in sketch.sections),
        beat,
        approach,
        figures,
        _echoes(sketch, closes, size, tune=True),
        plan_chords(closes, _harmonic_rhythm(size, ensemble, rng), rng),
        _pulses(sketch, size, beat, density, rng) if ensemble == "quartet" else (),
    )


def _harmonic_rhythm(size: int, ensemble: str, rng: np.random.Generator) -> int:
    """Ticks of a chord: a bar; in choirs, and now and then elsewhere, half a bar where it has halves."""
    halved = size % (2 * TICKS) == 0 and (ensemble in ("hymn", "choir") or rng.random() < 0.5)
    return size // 2 if halved and size >= 4 * TICKS else size


def _pulses(
    sketch: Sketch, size: int, beat: int, density: float, rng: np.random.Generator
) -> tuple[tuple[int, int, int], ...]:
    """What the inner players of each kind of section move in: halves of beats, beats, or two beats."""
    chosen: dict[str, int] = {}
    rows = []
    for letter, first, bars in sketch.sections:
        if letter not in chosen:
            usual = [beat // 2, beat, 2 * beat]
            odds = np.array([0.55 + 0.3 * density, 0.35, 0.1 - 0.2 * density]).clip(0.02)
            fresh = [ticks for ticks in usual if ticks not in chosen.values()] or usual
            weights = np.array([odds[usual.index(ticks)] for ticks in fresh])
            chosen[letter] = fresh[int(rng.choice(len(fresh), p=weights / weights.sum()))]
        rows.append((first * size, (first + bars) * size, chosen[letter]))
    return tuple(rows)


def _figures(
    sketch: Sketch, style: str, metre: tuple[int, int], density: float, rng: np.random.Generator
) -> tuple[tuple[int, int, Figure], ...]:
    """A figure for each kind of section; what stands before and after the sections goes as its neighbour."""
    size = Metre(0, *metre).bar
    chosen: dict[str, Figure] = {}
    rows = []
    for letter, first, bars in sketch.sections:
        if letter not in chosen or letter == "V":
            chosen[letter] = choose_figure(style, metre, density, rng)
        rows.append((first * size, (first + bars) * size, chosen[letter]))
    rows[0] = (0, *rows[0][1:])
    rows[-1] = (rows[-1][0], sketch.bars * size, rows[-1][2])
    return tuple(rows)


def _section_bars(bars: int, count: int) -> list[int]:
    """Bars of so many sections: multiples of four where that can be, what is left in the last."""
    each = bars // count
    unit = each // _PHRASE * _PHRASE or each
    return [*[unit] * (count - 1), bars - unit * (count - 1)]


def _section(sketch: Sketch, letter: str, bars: int, rng: np.random.Generator) -> None:
    """Add the phrases of a section: question and answer, or away and back."""
    home, first = sketch.home, sketch.bars
    seen = sum(of == letter for of, *_ in sketch.sections)
    sketch.sections.append((letter, first, bars))
    away = {
        "B": LocalKey((home.tonic + 3) % 12, False) if home.minor else LocalKey((home.tonic + 7) % 12, False),
        "C": LocalKey(home.tonic, False) if home.minor else LocalKey((home.tonic + 9) % 12, True),
        "T": LocalKey(home.tonic, False) if home.minor else LocalKey((home.tonic + 5) % 12, False),
    }.get(letter, home)
    sizes = _phrase_bars(bars)
    for i, size in enumerate(sizes):
        last = i == len(sizes) - 1
        if letter in ("B", "C"):
            back = last and (len(sizes) > 1 or letter == "B")
            sketch.phrase(size, home if back else away, full=not back)
        elif len(sizes) == 1:
            sketch.phrase(size, away, full=letter != "A" or seen > 0)
        else:
            sketch.phrase(size, away, full=last or i % 2 == 1)


def _phrase_bars(bars: int) -> list[int]:
    """Phrases of four bars, the last of up to seven."""
    count = max(1, bars // _PHRASE)
    return [_PHRASE] * (count - 1) + [bars - _PHRASE * (count - 1)]


def _closes(sketch: Sketch, size: int, beat: int) -> tuple[Close, ...]:
    """Phrase ends in ticks: the last chord takes the last bar, or its first strong beat where a phrase is short."""
    out = []
    for i, (first, bars, key, full) in enumerate(sketch.phrases):
        last = i == len(sketch.phrases) - 1
        end = (first + bars) * size
        hold = size if bars > 1 else max(beat, size // 2 if size % (2 * beat) == 0 else beat)
        out.append(Close(first * size, end - hold, end, key, full or last, last))
    return tuple(out)


def _echoes(
    sketch: Sketch, closes: Sequence[Close], size: int, *, tune: bool = False
) -> tuple[tuple[int, int, int], ...]:
    """Where a section comes again it is heard again, up to the bar before a close that differs. tune: of variations,
    whose tune alone comes again.
    """
    out: list[tuple[int, int, int]] = []
    known: dict[str, tuple[int, int]] = {}
    for letter, first, bars in sketch.sections:
        name = "A" if letter == "V" else letter
        if name in known and (letter == "V") == tune:
            begin, length = known[name]
            here = [c for c in closes if first * size < c.end <= (first + bars) * size]
            there = [c for c in closes if begin * size < c.end <= (begin + length) * size]
            for a, b in zip(here, there, strict=False):
                same = a.end - a.begin == b.end - b.begin and a.full == b.full and a.last == b.last
                stop = a.end if same else min(a.start, a.begin + (b.start - b.begin)) - size
                if stop > a.begin:
                    out.append((a.begin, stop, (first - begin) * size))
        known.setdefault(name, (first, bars))
    return tuple(out)
