"""The analysis of a recording: figures of its sound, its tempo and key, the melody in it; told in words and drawn."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from .....core.requests import Analysis, AnalyzeRequest, Context
from ...listening.devices import lend_device
from ...listening.melody import HOP_S, tuning
from ...listening.recording import Recording
from ...listening.spectrum import FRAME_S, Spectra, find_tempo, hear_key, mel_colours, read_spectra, sound_figures
from ...theory.chords import note_names
from ...theory.key_finding import Key, key_name

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["analyze_recording", "recording_findings"]


def analyze_recording(recording: Recording, request: AnalyzeRequest, context: Context) -> Analysis:
    """Read a recording; explanation and plot where asked for."""
    context.progress.update(0.0, "listening")
    with lend_device(context, "listening", size=48 * recording.samples.shape[1]) as device:
        spectra = read_spectra(recording.samples, recording.rate_hz, device)
    found, key = recording_findings(recording, spectra)
    context.progress.update(0.6, "telling")
    explanation = _explain(found, key, request.language) if request.explain else ""
    picture = _plot(recording, spectra, found, key, request.artwork.title, request.language) if request.plot else None
    context.progress.update(1.0, "done")
    return Analysis(medium=request.medium, findings=found, explanation=explanation, plot=picture)


def recording_findings(recording: Recording, spectra: Spectra) -> tuple[dict[str, Any], Key | None]:
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
        "key": None
        if key is None
        else {
            "name": key.name,
            "probability": round(key.probability, 3),
            "second": key_name(key.second),
            "second_probability": round(key.second_probability, 3),
        },
        "chroma": {letters[c]: round(float(chroma[c] / max(chroma.max(), 1e-9)), 4) for c in range(12)},
        "melody": {
            "notes": len(notes),
            "clear_share": round(recording.track.clear_share, 3),
            "tuning_cents": round(100 * tuning(recording.track.pitch), 1),
            "pitches": [n.pitch for n in notes][:500],
            "tempo_qpm": round(float(recording.get_tempo_changes()[1][0]), 2) if notes else 0.0,
        },
    }, key


def _explain(found: dict[str, Any], key: Key | None, language: str) -> str:
    zh = language == "zh"
    bright = found["brightness_hz"]
    lines = []
    if zh:
        colour = "明亮" if bright > 2200 else "柔暗" if bright < 900 else "适中"
        lines.append(
            f"录音长 {found['seconds']:.1f} 秒，响度 {found['loudness_lufs']:.1f} LUFS，峰值 "
            f"{found['peak_dbfs']:.1f} dBFS，"
            f"音色{colour}（谱质心约 {bright:.0f} 赫兹）。"
        )
        lines.append(
            f"速度约每分钟 {found['tempo']['qpm']:.0f} 拍。" if found["tempo"]["qpm"] else "听不出固定的速度。"
        )
        lines.append(
            f"调性：{key_name(key.number, 'zh')}（把握 "
            f"{key.probability:.0%}），其次可能是{key_name(key.second, 'zh')}。"
            if key
            else "听不出调性。"
        )
        melody = found["melody"]
        lines.append(
            f"其中听出一条 {melody['notes']} 个音的旋律，整体比标准音偏 {melody['tuning_cents']:+.0f} 音分。"
            if melody["notes"]
            else "没有听出单声部的旋律：可能是多声部，或没有清楚的音高。"
        )
    else:
        colour = "bright" if bright > 2200 else "dark" if bright < 900 else "neither dark nor bright"
        lines.append(
            f"A recording of {found['seconds']:.1f} s at {found['loudness_lufs']:.1f} LUFS (peak "
            f"{found['peak_dbfs']:.1f} dBFS). "
            f"Its colour is {colour}: half of its moments have their centre of energy below {bright:.0f} Hz."
        )
        lines.append(
            f"The pulse is near {found['tempo']['qpm']:.0f} a minute."
            if found["tempo"]["qpm"]
            else "No steady pulse can be heard."
        )
        lines.append(
            f"It is in {key_name(key.number)} ({key.probability:.0%}); {key_name(key.second)} comes next."
            if key
            else "No key can be heard."
        )
        melody = found["melody"]
        if melody["notes"]:
            lines.append(
                f"A single line of {melody['notes']} notes was heard in it, "
                f"{melody['tuning_cents']:+.0f} cents off A = 440 Hz; the other operations take it as a melody."
            )
        else:
            lines.append("No single line was heard in it: there are several voices at once, or no clear pitch.")
    return "\n".join(lines) + "\n"


def _plot(
    recording: Recording, spectra: Spectra, found: dict[str, Any], key: Key | None, title: str, language: str
) -> Image:
    """Mel spectrogram, pitch track with the notes heard, chroma, loudness."""
    from matplotlib.figure import Figure
    from PIL import Image as pil

    from .....core.fonts import drawable, plot_font
    from ...notation.pianoroll import INK, PAPER

    zh = language == "zh"
    seconds = float(found["seconds"])
    with plot_font():
        figure = Figure(figsize=(13, 9), facecolor=PAPER, dpi=110)
        track = recording.track.pitch
        heights = {"mel": 3.0, "pitch": 2.4, "chroma": 1.8, "level": 1.0}
        if not np.isfinite(track).any():
            del heights["pitch"]
        space = {
            "height_ratios": list(heights.values()),
            "hspace": 0.14,
            "left": 0.07,
            "right": 0.97,
            "top": 0.9,
            "bottom": 0.06,
        }
        rows = dict(zip(heights, figure.subplots(len(heights), 1, sharex=True, gridspec_kw=space), strict=True))
        figure.text(0.07, 0.955, drawable(title) or ("录音" if zh else "Recording"), fontsize=19, color=INK)
        key_text = (
            (key_name(key.number, language) + f" ({key.probability:.0%})") if key else ("无调性" if zh else "no key")
        )
        figure.text(
            0.07,
            0.925,
            f"{key_text}   ·   {found['tempo']['qpm']:.0f} {'拍/分' if zh else 'a minute'}   ·   "
            f"{found['loudness_lufs']:.1f} LUFS",
            fontsize=11,
            color="#7a7266",
        )
        rows["mel"].imshow(
            mel_colours(spectra.mel_db[:, :: max(1, spectra.mel_db.shape[1] // 3000)]),
            aspect="auto",
            extent=(0, seconds, 0, 1),
            interpolation="bilinear",
        )
        rows["mel"].set_yticks([])
        rows["mel"].set_ylabel("梅尔频谱" if zh else "mel spectrum")
        if "pitch" in rows:
            step = max(1, len(track) // 6000)
            rows["pitch"].plot(np.arange(len(track))[::step] * HOP_S, track[::step], color="#c8553d", lw=1.1)
            rows["pitch"].set_ylabel("音高" if zh else "pitch (MIDI)")
        rows["chroma"].imshow(
            spectra.chroma[::-1] / np.maximum(spectra.chroma.max(0), 1e-9),
            aspect="auto",
            extent=(0, seconds, -0.5, 11.5),
            cmap="YlOrBr",
        )
        rows["chroma"].set_yticks(range(12), note_names(key.number if key else 0), fontsize=7)
        rows["chroma"].set_ylabel("音级" if zh else "pitch classes")
        level = 10 * np.log10(spectra.power.sum(0) + 1e-9)
        rows["level"].fill_between(
            np.arange(len(level)) * FRAME_S, level, level.min(), color="#33608c", alpha=0.7, lw=0
        )
        rows["level"].set_ylabel("响度" if zh else "level (dB)")
        rows["level"].set_xlabel("秒" if zh else "seconds")
        for row in rows.values():
            row.set_facecolor(PAPER)
            row.set_xlim(0, seconds)
            row.tick_params(colors="#7a7266", labelsize=8)
            row.yaxis.label.set_color(INK)
            for side in row.spines.values():
                side.set_visible(False)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
    buffer.seek(0)
    return pil.open(buffer).convert("RGB")
