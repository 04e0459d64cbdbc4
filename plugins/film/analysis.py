"""What can be read in a film: its form, shots, light and colour, and loudness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.artwork import Artwork
from ...core.errors import FormatError
from ...core.theme import Mood, Theme, find_language, read_words
from .reel import FilmReel, opened, pictures_of, pixels_of, sound_frames
from .sound import RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.requests import Analysis, AnalyzeRequest, Context

__all__ = ["analyze", "features_of", "theme_of"]

_SAMPLES_A_SECOND = 4
_SMALL = (48, 27)


def _scan(reel: FilmReel) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(times, small pictures as float32 of shape (n, 27, 48, 3) in 0..1), about four a second and at most 4,000."""
    times, pictures = [], []
    gap = max(1 / _SAMPLES_A_SECOND, reel.duration_s / 4_000)
    following = 0.0
    with opened(reel) as container:
        stream = pictures_of(container)
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            if frame.time is not None and frame.time + 1e-6 >= following:
                following = frame.time + gap
                times.append(frame.time)
                pictures.append(pixels_of(frame, reel, _SMALL))
    if not pictures:
        raise FormatError("the film is broken: no picture of it has a time")
    return np.array(times, np.float32), np.stack(pictures).astype(np.float32) / np.float32(255)


def _loudness_db(reel: FilmReel) -> tuple[float, float]:
    """(root mean square, peak) of the sound in dB below full scale; -120 for silence."""
    import av

    if not reel.has_sound:
        return -120.0, -120.0
    total, count, peak = 0.0, 0, 0.0
    with opened(reel) as container:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
        for frame in sound_frames(container):
            for part in resampler.resample(frame):
                samples = np.nan_to_num(part.to_ndarray().astype(np.float32), posinf=1.0, neginf=-1.0)
                total += float(np.square(samples, dtype=np.float64).sum())
                count += samples.size
                peak = max(peak, float(np.abs(samples).max(initial=0.0)))
    power = total / max(1, count)
    return max(-120.0, 10 * np.log10(power + 1e-12)), max(-120.0, 20 * np.log10(peak + 1e-6))


def _cuts(times: NDArray[np.float32], pictures: NDArray[np.float32]) -> list[float]:
    """Times where the picture changes much more than around it: cuts, and the middle of dissolves."""
    if len(times) < 6:
        return []
    step = 4 if len(times) > 12 else 1
    change = np.abs(pictures[step:] - pictures[:-step]).mean(axis=(1, 2, 3))
    limit = max(0.05, float(np.median(change)) * 3)
    found: list[float] = []
    for at in range(1, len(change) - 1):
        if change[at] > limit and change[at] >= change[at - 1] and change[at] > change[at + 1]:
            time = float(times[at] + times[at + step]) / 2
            if not found or time - found[-1] > 1.5:
                found.append(round(time, 2))
    return found


def _palette(pictures: NDArray[np.float32], count: int = 5) -> list[str]:
    """Main colours, by a median cut, most frequent first."""
    from PIL import Image

    chosen = pictures[:: max(1, len(pictures) // 12)]
    sheet = Image.fromarray((chosen.reshape(-1, _SMALL[0], 3) * 255).astype(np.uint8))
    small = sheet.quantize(count, method=Image.Quantize.MEDIANCUT)
    table = small.getpalette() or []
    counts = np.bincount(np.asarray(small).reshape(-1), minlength=count)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist()
    return ["#" + bytes(table[index * 3 : index * 3 + 3]).hex() for index in order]


def features_of(reel: FilmReel) -> dict[str, float]:
    """Numbers that describe a film; light and saturation in 0..1, loudness in dB, movement as mean change of a pixel a
    second.
    """
    return _features(reel, *_scan(reel))


def _features(reel: FilmReel, times: NDArray[np.float32], pictures: NDArray[np.float32]) -> dict[str, float]:
    light = pictures.mean(axis=(1, 2, 3))
    saturation = (pictures.max(-1) - pictures.min(-1)).mean(axis=(1, 2))
    moved = (
        np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2, 3)) * _SAMPLES_A_SECOND
        if len(times) > 1
        else np.zeros(1, np.float32)
    )
    rms, peak = _loudness_db(reel)
    cuts = _cuts(times, pictures)
    warm = float((pictures[..., 0] - pictures[..., 2]).mean())
    row = {
        "duration_s": reel.duration_s,
        "shots": len(cuts) + 1.0,
        "shot_s": reel.duration_s / (len(cuts) + 1),
        "aspect": reel.width_px / reel.height_px,
        "light_mean": light.mean(),
        "light_spread": light.std(),
        "contrast": pictures.mean(-1).std(axis=(1, 2)).mean(),
        "saturation": saturation.mean(),
        "warmth": warm,
        "movement_mean": moved.mean(),
        "movement_high": np.quantile(moved, 0.9),
        "loudness_db": rms,
        "peak_db": peak,
    }
    return {key: round(float(value), 5) for key, value in row.items()}


def analyze(request: AnalyzeRequest, context: Context) -> Analysis:
    """Findings: size_px, fps, duration_s, codecs, cuts_s, palette, features, and captions where
    the manifest has them.
    """
    from ...core.requests import Analysis

    reel: FilmReel = request.artwork.payload
    context.progress.update(0.1, "pictures")
    times, pictures = _scan(reel)
    told = request.artwork.provenance
    findings: dict[str, Any] = {
        "size_px": [reel.width_px, reel.height_px],
        "fps": round(reel.fps, 3),
        "duration_s": round(reel.duration_s, 3),
        "video_codec": reel.video_codec,
        "audio_codec": reel.audio_codec or None,
        "cuts_s": _cuts(times, pictures),
        "palette": _palette(pictures),
        "features": _features(reel, times, pictures),
        "captions": list(told.notes.get("captions", [])) if told else [],
    }
    return Analysis(
        medium="film",
        findings=findings,
        explanation=_explain(findings, request.language) if request.explain else "",
        plot=_plot(reel, times, pictures, findings) if request.plot else None,
    )


def _explain(findings: dict[str, Any], language: str) -> str:
    features, shots = findings["features"], len(findings["cuts_s"]) + 1
    silent = findings["audio_codec"] is None
    if language == "zh":
        pace = "舒缓" if features["movement_mean"] < 0.06 else "活跃"
        light = "偏暗" if features["light_mean"] < 0.35 else "明亮" if features["light_mean"] > 0.6 else "适中"
        sound = "无声" if silent else f"平均响度 {features['loudness_db']:.0f} dB"
        return f"全片 {findings['duration_s']:.1f} 秒，约 {shots} 个镜头，运动{pace}，画面{light}，{sound}。"
    pace = "slow" if features["movement_mean"] < 0.06 else "lively"
    light = "dark" if features["light_mean"] < 0.35 else "bright" if features["light_mean"] > 0.6 else "of middle light"
    sound = "it is silent" if silent else f"its mean loudness is {features['loudness_db']:.0f} dB below full scale"
    return (
        f"The film lasts {findings['duration_s']:.1f} s in about {shots} shots; its movement is {pace}, its "
        f"pictures are {light}, and {sound}."
    )


def _plot(reel: FilmReel, times: NDArray[np.float32], pictures: NDArray[np.float32], findings: dict[str, Any]) -> Any:
    """A strip of frames over time, with its light below and cuts marked."""
    from PIL import Image, ImageDraw

    from ...core.fonts import pil_font
    from .reel import frames_at

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
    for cut in findings["cuts_s"]:
        draw.line([(cut * wide, high + 8), (cut * wide, high + bottom - 22)], fill=(176, 58, 46))
    for second in range(0, int(reel.duration_s) + 1, 5):
        draw.text((second * wide + 3, high + bottom - 20), f"{second} s", fill=(120, 110, 100), font=pil_font(14))
    return sheet


def theme_of(artwork: Artwork) -> Theme:
    """The theme in the manifest; else words of the title and captions with the film's palette and the mood of its light
    and movement.
    """
    told = artwork.provenance
    if told is not None and told.theme:
        return Theme.from_dict(dict(told.theme))
    reel: FilmReel = artwork.payload
    times, pictures = _scan(reel)
    features = _features(reel, times, pictures)
    text = artwork.title or "a film"
    words, images = read_words(text)
    mood = Mood(
        valence=1.6 * (features["light_mean"] - 0.45) + features["warmth"],
        arousal=-0.4 + 6 * features["movement_mean"] + features["saturation"],
    )
    return Theme(
        text=text,
        words=words,
        language=find_language(text),
        images=images,
        mood=mood,
        palette=tuple(_palette(pictures)),
    )
