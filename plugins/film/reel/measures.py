"""What can be read in a film: its form, shots, light and colour, and loudness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image

from ....core.errors import FormatError
from .container import FilmReel, opened, pictures_of
from .decoding import pixels_of, sound_frames
from .sound import RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["find_cuts", "find_palette", "measure", "scan"]

_SAMPLES_A_SECOND = 4
_SMALL = (48, 27)


def scan(reel: FilmReel) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
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


def find_cuts(times: NDArray[np.float32], pictures: NDArray[np.float32]) -> list[float]:
    """Times where the picture changes much more than around it: cuts, and the middle of dissolves."""
    if len(times) < 6:
        return []
    step = 4 if len(times) > 12 else 1
    change = np.abs(pictures[step:] - pictures[:-step]).mean(axis=(1, 2, 3))
    limit = max(0.05, float(np.median(change)) * 3)
    cuts: list[float] = []
    for at in range(1, len(change) - 1):
        if change[at] > limit and change[at] >= change[at - 1] and change[at] > change[at + 1]:
            time = float(times[at] + times[at + step]) / 2
            if not cuts or time - cuts[-1] > 1.5:
                cuts.append(round(time, 2))
    return cuts


def find_palette(pictures: NDArray[np.float32], count: int = 5) -> list[str]:
    """Main colours, by a median cut, most frequent first."""
    chosen = pictures[:: max(1, len(pictures) // 12)]
    sheet = Image.fromarray((chosen.reshape(-1, _SMALL[0], 3) * 255).astype(np.uint8))
    small = sheet.quantize(count, method=Image.Quantize.MEDIANCUT)
    table = small.getpalette() or []
    counts = np.bincount(np.asarray(small).reshape(-1), minlength=count)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist()
    return ["#" + bytes(table[index * 3 : index * 3 + 3]).hex() for index in order]


def measure(reel: FilmReel, times: NDArray[np.float32], pictures: NDArray[np.float32]) -> dict[str, float]:
    """Numbers that describe a film; times, pictures: of `scan`. Light and saturation in 0..1, loudness in dB, movement as
    mean change of a pixel a second.
    """
    light = pictures.mean(axis=(1, 2, 3))
    saturation = (pictures.max(-1) - pictures.min(-1)).mean(axis=(1, 2))
    moved = (
        np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2, 3)) * _SAMPLES_A_SECOND
        if len(times) > 1
        else np.zeros(1, np.float32)
    )
    rms, peak = _loudness_db(reel)
    cuts = find_cuts(times, pictures)
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
