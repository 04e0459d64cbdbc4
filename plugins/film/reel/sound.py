"""The sound of a film: any work whose medium writes WAV, and its pulse where the work knows it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Artwork, Medium
from ....core.errors import FormatError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RATE_HZ", "Sound", "read_sound", "sound_of"]

RATE_HZ = 48_000  # Opus takes no 44.1 kHz


@dataclass(frozen=True, eq=False)
class Sound:
    """samples: float32 of shape (2, n) in [-1, 1] at 48 kHz; bars, beats: times in seconds; period_s: after which the
    music may begin again.
    """

    samples: NDArray[np.float32]
    bars: tuple[float, ...] = ()
    beats: tuple[float, ...] = ()
    period_s: float = 0.0

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.samples.shape[1] / RATE_HZ

    def lengthened(self, needed_s: float) -> Sound:
        """The music played as often as it takes to last `needed_s` seconds: the ring of one end sounds into the next
        beginning.
        """
        period = self.period_s or self.length_s
        times = math.ceil((needed_s - 1.0) / period) if period > 0.5 else 1
        if times < 2 or self.length_s >= needed_s - 1.0:
            return self
        step = round(period * RATE_HZ)
        samples = np.zeros((2, step * (times - 1) + self.samples.shape[1]), np.float32)
        for number in range(times):
            samples[:, number * step : number * step + self.samples.shape[1]] += self.samples
        peak = float(np.abs(samples).max(initial=0.0))
        if peak > 0.99:
            samples *= 0.99 / peak
        inside = [
            tuple(t + number * period for number in range(times) for t in pulse if t < period - 1e-3)
            for pulse in (self.bars, self.beats)
        ]
        return Sound(samples, inside[0], inside[1], period)

    def cut(self, length_s: float, fade_s: float = 2.2) -> NDArray[np.float32]:
        """Just `length_s` seconds: cut with a fade if longer, followed by silence if shorter."""
        count = round(length_s * RATE_HZ)
        out = np.zeros((2, count), np.float32)
        have = min(count, self.samples.shape[1])
        out[:, :have] = self.samples[:, :have]
        if self.samples.shape[1] > count:
            ramp = min(count, round(fade_s * RATE_HZ))
            out[:, count - ramp :] *= np.cos(np.linspace(0, np.pi / 2, ramp, dtype=np.float32)) ** 2
        return out


def sound_of(work: Artwork, medium: Medium) -> Sound:
    """A work as sound, through its own medium's `.wav`; its pulse from `get_downbeats` and `get_beats` (pretty_midi's
    names) where the payload has them.
    """
    with tempfile.TemporaryDirectory(prefix="artwright-film-") as folder:
        path = Path(folder) / "sound.wav"
        medium.save(work, path)
        samples = read_sound(path)
    bars, beats = _pulse(work.payload, "get_downbeats"), _pulse(work.payload, "get_beats")
    length = samples.shape[1] / RATE_HZ
    return Sound(samples, bars, beats, _period(work.payload, bars, length))


def _pulse(payload: Any, name: str) -> tuple[float, ...]:
    asked = getattr(payload, name, None)
    times: Iterable[float] = asked() if callable(asked) else ()
    return tuple(float(t) for t in times)


def _period(payload: Any, bars: tuple[float, ...], length: float) -> float:
    """The end of the last bar: the bar line at or after the end of the last note."""
    ends = getattr(payload, "get_end_time", None)
    end = float(ends()) if callable(ends) else length
    if len(bars) < 2:
        return min(end, length)
    bar = bars[-1] - bars[-2]
    last = next((t for t in bars if t >= end - 0.25 * bar), bars[-1] + bar)
    return min(last, length)


def read_sound(path: Path) -> NDArray[np.float32]:
    """A sound file as float32 of shape (2, n) at 48 kHz. Raises FormatError if it holds no sound."""
    import av

    parts: list[NDArray[np.float32]] = []
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise FormatError(f"{str(path)!r} holds no sound")
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
            for frame in container.decode(container.streams.audio[0]):
                parts += [part.to_ndarray().astype(np.float32) for part in resampler.resample(frame)]
            parts += [part.to_ndarray().astype(np.float32) for part in resampler.resample(None)]
    except av.error.FFmpegError as error:
        raise FormatError(f"{str(path)!r} cannot be read as sound: {error.strerror}") from error
    if not parts:
        raise FormatError(f"{str(path)!r} holds no sound")
    return np.concatenate(parts, axis=1)
