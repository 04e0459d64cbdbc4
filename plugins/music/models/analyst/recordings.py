"""The analysis of a recording: figures of its sound, its tempo and key, the melody in it; and their picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.messages import Speaker
from ...listening.melody import HOP_S, tuning
from ...listening.recording import Recording
from ...listening.spectrum import FRAME_S, Spectra, find_tempo, hear_key, mel_colours, sound_figures
from ...notation.pianoroll import FADED, INK, PAPER
from ...theory.chords import note_names
from ...theory.key_finding import KeyEstimate, key_name
from .findings import describe_key
from .messages import MESSAGES

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

__all__ = ["plot_recording", "recording_findings"]


def recording_findings(recording: Recording, spectra: Spectra) -> tuple[dict[str, Any], KeyEstimate | None]:
    """(plain JSON, the key or None)."""
    key = hear_key(spectra.chroma)
    qpm, strength = find_tempo(spectra.mel_db)
    notes = [note for instrument in recording.instruments for note in instrument.notes]
    chroma = spectra.chroma.sum(1)
    letters = note_names(key.number if key is not None else 0)
    return {
        "kind": "recording",
        "seconds": round(recording.samples.shape[1] / recording.rate_hz, 3),
        "rate_hz": recording.rate_hz,
        "channels": len(recording.samples),
        **{
            name: round(value, 4)
            for name, value in sound_figures(recording.samples, recording.rate_hz, spectra).items()
        },
        "tempo": {"qpm": round(qpm, 2), "strength": round(strength, 3)},
        "key": describe_key(key),
        "chroma": {letters[c]: round(float(chroma[c] / max(chroma.max(), 1e-9)), 4) for c in range(12)},
        "melody": {
            "notes": len(notes),
            "clear_share": round(recording.track.clear_share, 3),
            "tuning_cents": round(100 * tuning(recording.track.pitch), 1),
            "pitches": [n.pitch for n in notes][:500],
            "tempo_qpm": round(float(recording.get_tempo_changes()[1][0]), 2) if notes else 0.0,
        },
    }, key


def plot_recording(
    recording: Recording,
    spectra: Spectra,
    findings: Mapping[str, Any],
    key: KeyEstimate | None,
    title: str,
    language: str,
) -> Image:
    """The picture of a recording: mel spectrogram, pitch track with the notes heard, chroma, loudness."""
    from matplotlib.figure import Figure
    from PIL import Image as pil

    from .....core.fonts import drawable, plot_font

    say = MESSAGES.speak(language)
    with plot_font():
        figure = Figure(figsize=(13, 9), facecolor=PAPER, dpi=110)
        figure.text(0.07, 0.955, drawable(title) or say("Recording"), fontsize=19, color=INK)
        heard = f"{key_name(key.number, language)} ({key.probability:.0%})" if key else say("keyless")
        facts = (heard, say("per minute", qpm=findings["tempo"]["qpm"]), f"{findings['loudness_lufs']:.1f} LUFS")
        figure.text(0.07, 0.925, "   ·   ".join(facts), fontsize=11, color=FADED)
        _draw_rows(figure, recording, spectra, float(findings["seconds"]), note_names(key.number if key else 0), say)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    buffer.seek(0)
    return pil.open(buffer).convert("RGB")


def _draw_rows(
    figure: Figure, recording: Recording, spectra: Spectra, seconds: float, letters: Sequence[str], say: Speaker
) -> None:
    """The pictures below each other, on one axis of time."""
    track = recording.track.pitch
    heights = {"mel": 3.0, "pitch": 2.4, "chroma": 1.8, "level": 1.0}
    if not np.isfinite(track).any():
        del heights["pitch"]
    edges = {"hspace": 0.14, "left": 0.07, "right": 0.97, "top": 0.9, "bottom": 0.06}
    space = {"height_ratios": list(heights.values()), **edges}
    rows = dict(zip(heights, figure.subplots(len(heights), 1, sharex=True, gridspec_kw=space), strict=True))
    rows["mel"].imshow(
        mel_colours(spectra.mel_db[:, :: max(1, spectra.mel_db.shape[1] // 3000)]),
        aspect="auto",
        extent=(0, seconds, 0, 1),
        interpolation="bilinear",
    )
    rows["mel"].set_yticks([])
    rows["mel"].set_ylabel(say("mel spectrum"))
    if "pitch" in rows:
        step = max(1, len(track) // 6000)
        rows["pitch"].plot(np.arange(len(track))[::step] * HOP_S, track[::step], color="#c8553d", lw=1.1)
        rows["pitch"].set_ylabel(say("pitch"))
    rows["chroma"].imshow(
        spectra.chroma[::-1] / np.maximum(spectra.chroma.max(0), 1e-9),
        aspect="auto",
        extent=(0, seconds, -0.5, 11.5),
        cmap="YlOrBr",
    )
    rows["chroma"].set_yticks(range(12), letters, fontsize=7)
    rows["chroma"].set_ylabel(say("pitch classes"))
    level = 10 * np.log10(spectra.power.sum(0) + 1e-9)
    rows["level"].fill_between(np.arange(len(level)) * FRAME_S, level, level.min(), color="#33608c", alpha=0.7, lw=0)
    rows["level"].set_ylabel(say("level (dB)"))
    rows["level"].set_xlabel(say("seconds"))
    for row in rows.values():
        row.set_facecolor(PAPER)
        row.set_xlim(0, seconds)
        row.tick_params(colors=FADED, labelsize=8)
        row.yaxis.label.set_color(INK)
        for side in row.spines.values():
            side.set_visible(False)
