"""The form of a film, its shots, light and colour, and its loudness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from ....core.fonts import pil_font
from ....core.requests import Analysis, AnalyzeRequest, Context
from ..reel.container import FilmReel
from ..reel.decoding import frames_at
from ..reel.measures import find_cuts, find_palette, measure, scan
from .explain import explain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["analyze"]


def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Findings: size_px, fps, duration_s, codecs, cuts_s, palette, features, and captions where
    the manifest has them.
    """
    reel: FilmReel = request.artwork.payload
    context.progress.update(0.1, "pictures")
    times, pictures = scan(reel)
    provenance = request.artwork.provenance
    findings: dict[str, Any] = {
        "size_px": [reel.width_px, reel.height_px],
        "fps": round(reel.fps, 3),
        "duration_s": round(reel.duration_s, 3),
        "video_codec": reel.video_codec,
        "audio_codec": reel.audio_codec or None,
        "cuts_s": find_cuts(times, pictures),
        "palette": find_palette(pictures),
        "features": measure(reel, times, pictures),
        "captions": list(provenance.notes.get("captions", [])) if provenance else [],
    }
    return Analysis(
        medium="film",
        findings=findings,
        explanation=explain(findings, request.language) if request.explain else "",
        plot=_plot(reel, times, pictures, findings["cuts_s"]) if request.plot else None,
    )


def _plot(
    reel: FilmReel, times: NDArray[np.float32], pictures: NDArray[np.float32], cuts_s: list[float]
) -> Image.Image:
    """A strip of frames over time, with its light below and cuts marked."""
    columns, tile, bottom = 8, 180, 120
    high = round(tile * reel.height_px / reel.width_px)
    sheet = Image.new("RGB", (columns * tile, high + bottom), (250, 247, 240))
    for at, frame in enumerate(frames_at(reel, [(i + 0.5) / columns * reel.duration_s for i in range(columns)])):
        sheet.paste(frame.resize((tile, high)), (at * tile, 0))
    draw = ImageDraw.Draw(sheet)
    light = pictures.mean(axis=(1, 2, 3))
    wide = sheet.width / reel.duration_s
    draw.line(
        [(float(t) * wide, high + bottom - 24 - float(v) * (bottom - 40)) for t, v in zip(times, light, strict=True)],
        fill=(70, 60, 50),
        width=2,
    )
    for cut in cuts_s:
        draw.line([(cut * wide, high + 8), (cut * wide, high + bottom - 22)], fill=(176, 58, 46))
    for second in range(0, int(reel.duration_s) + 1, 5):
        draw.text((second * wide + 3, high + bottom - 20), f"{second} s", fill=(120, 110, 100), font=pil_font(14))
    return sheet
