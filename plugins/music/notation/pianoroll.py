"""Piano rolls: small pictures of music, drawn by Pillow, without a plotting library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..listening.spectrum import mel_picture
from ..theory.note_table import NoteTable, read_notes

if TYPE_CHECKING:
    from PIL.Image import Image
    from pretty_midi import PrettyMIDI

__all__ = ["VOICE_COLOURS", "draw_piano_roll"]

VOICE_COLOURS = ("#c8553d", "#e09f3e", "#3f8f6b", "#33608c", "#7d5ba6", "#a3695c", "#5b8e9c", "#8a8d3c")
"""From the highest voice to the lowest: told apart by people with the common colour blindnesses, and in grey by their order."""

DRUM_COLOUR = "#8c8478"
PAPER, LINE, BLACK_KEYS, INK, FADED = "#fbf8f1", "#d9d2c3", "#f1ecdf", "#4a443b", "#7a7266"
_BLACK = frozenset({1, 3, 6, 8, 10})


def _frame(notes: NoteTable) -> tuple[float, float, int, int]:
    """(first and last quarter, lowest and highest pitch shown)."""
    low, high = (int(notes.pitch.min()), int(notes.pitch.max())) if len(notes) else (60, 72)
    middle = (low + high) // 2
    return 0.0, max(notes.length, 1.0), min(low - 2, middle - 9), max(high + 2, middle + 9)


def _colour(notes: NoteTable, note: int) -> str:
    voice = int(notes.voice[note])
    return DRUM_COLOUR if voice < 0 else VOICE_COLOURS[voice % len(VOICE_COLOURS)]


def draw_piano_roll(midi: PrettyMIDI, *, width: int = 640, height: int = 0) -> Image:
    """A piano roll as an RGB picture; a recording without melody is drawn as its spectrogram."""
    from PIL import Image as pil
    from PIL import ImageDraw

    samples = getattr(midi, "samples", None)
    if samples is not None and not any(i.notes for i in midi.instruments):
        return mel_picture(samples, midi.rate_hz, width=width)
    height = height or max(120, round(width * 0.4))
    notes = read_notes(midi)
    first, last, low, high = _frame(notes)
    scale = 3
    x, y = scale * width / (last - first), scale * height / (high - low + 1)
    image = pil.new("RGB", (scale * width, scale * height), PAPER)
    draw = ImageDraw.Draw(image)
    for pitch in range(low, high + 1):
        if pitch % 12 in _BLACK:
            draw.rectangle([0, (high - pitch) * y, scale * width, (high - pitch + 1) * y], fill=BLACK_KEYS)
    for start in notes.bars.start[:: max(1, len(notes.bars) // 200)]:
        draw.line([start * x, 0, start * x, scale * height], fill=LINE, width=scale)
    paper = np.array(_rgb(PAPER))
    for i in range(len(notes)):
        shade = 0.55 + 0.45 * notes.velocity[i] / 127
        colour = tuple(round(v) for v in np.array(_rgb(_colour(notes, i))) * shade + paper * (1 - shade))
        top = (high - notes.pitch[i]) * y
        right = max(notes.end[i] * x - scale, notes.onset[i] * x + scale)
        box = [notes.onset[i] * x, top + 0.08 * y, right, top + 0.92 * y]
        draw.rounded_rectangle(box, radius=min(2.5 * scale, 0.3 * y, (right - box[0]) / 2), fill=colour)
    return image.resize((width, height), pil.Resampling.LANCZOS)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
