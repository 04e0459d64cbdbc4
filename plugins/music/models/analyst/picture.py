"""The picture of an analysis: a piano roll with coloured voices, chords, keys, cadences and phrases."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from ...notation.pianoroll import BLACK_KEYS, DRUM_COLOUR, FADED, INK, LINE, PAPER, VOICE_COLOURS
from ...theory.counterpoint import voice_names
from ...theory.key_finding import key_name
from .findings import Reading
from .messages import MESSAGES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image

__all__ = ["plot_reading"]

BARS_A_LINE = 8
MAX_LINES = 6
ROW = 2.95
_BLACK = frozenset({1, 3, 6, 8, 10})
_CADENCE_COLOURS = {
    "perfect authentic": "#2f5d50",
    "imperfect authentic": "#5d8a6c",
    "half": "#b8862b",
    "Phrygian half": "#b8862b",
    "plagal": "#5b6fa8",
    "deceptive": "#a8425b",
    "other": "#8c8478",
}


def plot_reading(
    reading: Reading, *, title: str = "", language: str = "en", bars: int = 0, first_bar: int = 0, dpi: int = 130
) -> Image:
    """The picture, RGB, 1,690 pixels wide: systems of eight bars, at most six of them unless `bars` says how many.

    first_bar: the printed bar to begin with. Longer music is shown from there as far as it goes; the title says which
    bars.
    """
    from matplotlib.figure import Figure
    from PIL import Image as pil

    from .....core.fonts import drawable, plot_font

    notes = reading.notes
    used = np.flatnonzero(notes.bars.start < notes.length - 1e-6)
    begin = int(np.searchsorted(notes.bars.number[used], first_bar)) if first_bar else 0
    begin = min(begin, len(used) - 1)
    a_line = BARS_A_LINE
    shown = min(len(used) - begin, bars or a_line * MAX_LINES)
    pickup = begin == 0 and notes.bars.number[0] == 0
    cuts = _systems(shown, a_line, pickup)
    with plot_font():
        height = 1.1 + ROW * len(cuts)
        figure = Figure(figsize=(13, height), facecolor=PAPER, dpi=dpi)
        low, high = (
            (int(notes.pitch[notes.pitched].min()) - 5, int(notes.pitch[notes.pitched].max()) + 3)
            if len(notes.pitched)
            else (57, 70)
        )
        high = max(high, low + 16)
        _title(figure, reading, drawable(title), language, begin, shown, len(used), height)
        widest = max(float(_end(reading, begin + b - 1) - notes.bars.start[begin + a]) for a, b in cuts)
        for row, (first, last) in enumerate(cuts):
            bottom = 1 - (1.1 + ROW * (row + 1) - 0.5) / height
            axes = figure.add_axes((0.045, bottom, 0.94, 1.95 / height))
            _system(axes, reading, begin + first, begin + last, low, high, widest, language)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    buffer.seek(0)
    return pil.open(buffer).convert("RGB")


def _systems(shown: int, a_line: int, pickup: bool) -> list[tuple[int, int]]:
    cuts, at = [], 0
    while at < shown:
        until = min(at + a_line + (1 if pickup and at == 0 else 0), shown)
        if shown - until <= 2:
            until = shown
        cuts.append((at, until))
        at = until
    return cuts


def _end(reading: Reading, bar: int) -> float:
    return float(reading.notes.bars.start[bar] + reading.notes.bars.length[bar])


def _title(
    figure: Figure, reading: Reading, title: str, language: str, begin: int, shown: int, total: int, height: float
) -> None:
    notes = reading.notes
    say = MESSAGES.speak(language)
    facts = []
    if reading.key is not None:
        facts.append(f"{key_name(reading.key.number, language)} ({reading.key.probability:.0%})")
    facts.append(notes.bars.metre_name(notes.bars.first_whole))
    facts.append(say("quarters per minute", qpm=notes.tempi[0][1]))
    if reading.phrases:
        facts.append(say("letters", letters=" ".join(p.letter for p in reading.phrases[:24])))
    if shown < total:
        a, b = int(notes.bars.number[begin]), int(notes.bars.number[begin + shown - 1])
        facts.append(say("bars of", first=a, last=b, total=total))
    figure.text(0.045, 1 - 0.36 / height, title or say("Analysis"), fontsize=19, color=INK, va="center")
    figure.text(0.045, 1 - 0.72 / height, "   ·   ".join(facts), fontsize=11, color=FADED, va="center")
    if 2 <= notes.voices <= 8:
        x = 0.985
        for voice, name in reversed(list(enumerate(voice_names(notes.voices, language)))):
            figure.text(
                x,
                1 - 0.36 / height,
                name,
                fontsize=11,
                color=VOICE_COLOURS[voice % len(VOICE_COLOURS)],
                ha="right",
                va="center",
            )
            x -= 0.018 + 0.0071 * len(name) * (2 if say.is_chinese else 1)


def _system(
    axes: Axes, reading: Reading, first: int, last: int, low: int, high: int, widest: float, language: str
) -> None:
    from matplotlib.patches import FancyBboxPatch, Rectangle

    notes = reading.notes
    start, end = float(notes.bars.start[first]), _end(reading, last - 1)
    axes.set_facecolor(PAPER)
    axes.set_xlim(start, start + widest)
    axes.set_ylim(low - 0.5, high + 0.5)
    for side in axes.spines.values():
        side.set_visible(False)
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK:
            axes.add_patch(Rectangle((start, pitch - 0.5), end - start, 1, color=BLACK_KEYS, lw=0, zorder=0))
    octaves = [p for p in range(low, high + 1) if p % 12 == 0]
    axes.set_yticks(octaves, [f"C{p // 12 - 1}" for p in octaves], fontsize=8, color=FADED)
    axes.set_xticks([])
    axes.tick_params(length=0)
    beats = notes.bars.beats[(notes.bars.beats > start) & (notes.bars.beats < end)]
    axes.vlines(beats, low - 0.5, high + 0.5, color=LINE, lw=0.4, zorder=1)
    for bar in range(first, last):
        x = float(notes.bars.start[bar])
        axes.vlines(x, low - 0.5, high + 0.5, color="#b9b09e", lw=1.0, zorder=1)
        axes.annotate(
            str(int(notes.bars.number[bar])),
            (x, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, 22),
            textcoords="offset points",
            fontsize=8,
            color="#a79d8b",
        )
    axes.vlines(end, low - 0.5, high + 0.5, color="#b9b09e", lw=1.0, zorder=1)
    inside = np.flatnonzero((notes.end > start + 1e-6) & (notes.onset < end - 1e-6))
    for note in inside.tolist():
        a, b = max(float(notes.onset[note]), start), min(float(notes.end[note]), end)
        voice = int(notes.voice[note])
        gap = min(0.05 * widest / 32, 0.2 * (b - a))
        if voice < 0:
            axes.plot([a], [low], marker="x", ms=3, color=DRUM_COLOUR, zorder=3)
            continue
        shade = 0.6 + 0.4 * notes.velocity[note] / 127
        box = FancyBboxPatch(
            (a + gap, notes.pitch[note] - 0.38),
            b - a - 2 * gap,
            0.76,
            boxstyle=f"round,pad=0,rounding_size={min(0.1 * widest / 32, (b - a) / 4)}",
            lw=0,
            mutation_aspect=5,
            facecolor=VOICE_COLOURS[voice % len(VOICE_COLOURS)],
            alpha=shade,
            zorder=3,
        )
        axes.add_patch(box)
    _harmony(axes, reading, start, end, widest)
    _structure(axes, reading, start, end, low, high, language)


def _harmony(axes: Axes, reading: Reading, start: float, end: float, widest: float) -> None:
    """Chord names above and numerals below, as far as there is room for them."""
    room = widest / 1150
    free = [start - 1.0, start - 1.0]
    for chord in reading.chords:
        if chord.end <= start + 1e-6 or chord.start >= end - 1e-6:
            continue
        x = max(chord.start, start)
        for which, (text, y, size) in enumerate(((chord.name, 6, 8.5), (chord.numeral.replace("o", "°"), -13, 9))):
            wide = room * size * 0.72 * (len(text) + 1)
            if x < free[which]:
                continue
            free[which] = x + wide
            axes.annotate(
                text,
                (x, 1 if which == 0 else 0),
                xycoords=("data", "axes fraction"),
                xytext=(1, y),
                textcoords="offset points",
                fontsize=size,
                color="#6b6255" if which == 0 else INK,
            )


def _structure(axes: Axes, reading: Reading, start: float, end: float, low: int, high: int, language: str) -> None:
    """Keys and phrases below, cadences as marks with their kind."""
    for span in reading.keys:
        a = max(span.start, start)
        if span.start < end - 1e-6 and span.end > start + 1e-6 and (span.start >= start - 1e-6 or a == start):
            axes.annotate(
                key_name(span.number, language) + ":",
                (a, 0),
                xycoords=("data", "axes fraction"),
                xytext=(1, -27),
                textcoords="offset points",
                fontsize=8.5,
                color="#8a5a3b",
            )
    for phrase in reading.phrases:
        if start - 1e-6 <= phrase.start < end - 1e-6:
            axes.annotate(
                phrase.letter,
                (phrase.start, 1),
                xycoords=("data", "axes fraction"),
                xytext=(16, 20),
                textcoords="offset points",
                fontsize=12,
                color="#8a5a3b",
            )
    for cadence in reading.cadences:
        if start - 1e-6 <= cadence.position < end - 1e-6:
            colour = _CADENCE_COLOURS[cadence.kind]
            axes.axvspan(cadence.position, min(cadence.end, end), color=colour, alpha=0.13, lw=0, zorder=0.5)
            axes.annotate(
                MESSAGES.speak(language)(f"short {cadence.kind}"),
                (min(cadence.end, end), 0),
                xycoords=("data", "axes fraction"),
                xytext=(-2, 3),
                textcoords="offset points",
                fontsize=8.5,
                color=colour,
                ha="right",
                zorder=5,
            )
