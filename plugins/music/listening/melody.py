"""From a sung, hummed or played single line to notes: pitch by YIN, notes by a Viterbi path, rhythm on a grid.

YIN: de Cheveigne and Kawahara (2002), its difference function by FFT. Frames where no period is clear are silence; a
recording with too few clear frames, or with several voices at once, gives no melody rather than a wrong one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

__all__ = ["Track", "melody_notes", "notes_on_grid", "track_pitch"]

RATE_HZ = 16_000
HOP_S = 0.01
_WINDOW = 1024
_SPARSE = 8
"""One frame of so many is heard first: where they are mostly not periodic, there is no single line and the rest is spared."""

_LOWEST_HZ, _HIGHEST_HZ = 62.0, 1_320.0
_DIP = 0.15
"""YIN's threshold: the first dip of the normalised difference below it is the period."""

CLEAR = 0.25
QUIET_DB = -38.0
MIN_CLEAR_SHARE = 0.25
SINGLE = 0.1
MIN_NOTE_S = 0.08
ECHO_DB = 13.0
"""What is softer than the rest by so much and has no attack of its own is a room's echo."""

MAX_SECONDS = 600
"""Longer recordings are searched for a melody in their first ten minutes only."""


@dataclass(frozen=True)
class Track:
    """Pitch over time. pitch: float MIDI numbers, nan where no period is clear; level_db; unclear: YIN's aperiodicity;
    each a frame of 10 ms.

    quick_db: the level of 20 ms, in which a note struck again can be seen.
    """

    pitch: np.ndarray
    level_db: np.ndarray
    unclear: np.ndarray
    quick_db: np.ndarray

    @property
    def clear_share(self) -> float:
        """Share of the frames that sound in which a pitch is clear."""
        sounding = self.level_db > self.level_db.max() + QUIET_DB
        return float(np.isfinite(self.pitch[sounding]).mean()) if sounding.any() else 0.0

    @property
    def is_single_line(self) -> bool:
        """Whether most frames that sound are periodic to a high degree: chords are not."""
        sounding = self.level_db > self.level_db.max() + QUIET_DB
        return self.clear_share >= MIN_CLEAR_SHARE and float(np.mean(self.unclear[sounding] < SINGLE)) >= 0.5


def track_pitch(samples: np.ndarray, rate_hz: int) -> Track:
    """The pitch track of float32 (channels, samples)."""
    import torch
    from torchaudio.functional import resample

    mono = torch.from_numpy(np.ascontiguousarray(samples[:, : MAX_SECONDS * rate_hz].mean(0)))
    sound = resample(mono, rate_hz, RATE_HZ).numpy() if rate_hz != RATE_HZ else mono.numpy()
    hop, longest = int(HOP_S * RATE_HZ), int(RATE_HZ / _LOWEST_HZ) + 2
    size = _WINDOW + longest
    sound = np.pad(sound, (size // 2, size))
    count = max(1, (len(sound) - size) // hop)
    rough = _at(sound, np.arange(0, count, _SPARSE) * hop, size, longest, hop)
    loud = rough[1] > rough[1].max() + QUIET_DB
    if np.mean(rough[2][loud] < SINGLE) < 0.35:
        pitch, level, unclear, quick = (np.repeat(row, _SPARSE)[:count] for row in rough)
        return Track(np.full(count, np.nan), level, unclear, quick)
    pitch, level, unclear, quick = _at(sound, np.arange(count) * hop, size, longest, hop)
    pitch[(unclear > CLEAR) | (level < max(level.max() + QUIET_DB, -65.0))] = np.nan
    return Track(_smoothed(pitch), level, unclear, quick)


def _at(
    sound: np.ndarray, starts: np.ndarray, size: int, longest: int, hop: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(pitch, level_db, unclear, quick_db) of the frames that begin at `starts`."""
    parts = []
    windows = np.lib.stride_tricks.sliding_window_view(sound, size)
    for first in range(0, len(starts), 2048):
        frames = windows[starts[first : first + 2048]]
        level = 10 * np.log10((frames[:, :_WINDOW] ** 2).mean(1) + 1e-12)
        middle = frames[:, size // 2 - hop : size // 2 + hop]
        parts.append((*_yin(frames, longest), level, 10 * np.log10((middle**2).mean(1) + 1e-12)))
    pitch, unclear, level, quick = (np.concatenate(column).astype(np.float64) for column in zip(*parts, strict=True))
    return pitch, level, unclear, quick


def _yin(frames: np.ndarray, longest: int) -> tuple[np.ndarray, np.ndarray]:
    """(pitch as MIDI numbers, aperiodicity) of frames of `_WINDOW + longest` samples."""
    from scipy import fft

    size = fft.next_fast_len(frames.shape[1] + _WINDOW, real=True)
    spectrum = fft.rfft(frames, size) * np.conj(fft.rfft(frames[:, :_WINDOW], size))
    correlation = fft.irfft(spectrum, size)[:, : longest + 1]
    energy = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    lags = np.arange(longest + 1)
    power = energy[:, lags + _WINDOW] - energy[:, lags]
    difference = np.maximum(power[:, :1] + power - 2 * correlation, 0)
    normal = np.ones_like(difference)
    normal[:, 1:] = difference[:, 1:] * lags[1:] / np.maximum(np.cumsum(difference[:, 1:], axis=1), 1e-12)
    shortest = int(RATE_HZ / _HIGHEST_HZ)
    inner = normal[:, shortest - 1 : longest + 1]
    dips = (inner[:, 1:-1] < inner[:, :-2]) & (inner[:, 1:-1] <= inner[:, 2:])
    low = dips & (inner[:, 1:-1] < _DIP)
    rows = np.arange(len(frames))
    best = np.where(low.any(1), low.argmax(1), np.where(dips, inner[:, 1:-1], 9.0).argmin(1)) + shortest
    best = np.clip(best, 1, longest - 1)
    a, b, c = normal[rows, best - 1], normal[rows, best], normal[rows, best + 1]
    bend = a - 2 * b + c
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (a - c) / np.where(np.abs(bend) > 1e-12, bend, 1.0), 0.0)
    return 69 + 12 * np.log2(RATE_HZ / (best + np.clip(shift, -1, 1)) / 440), b


def _smoothed(pitch: np.ndarray) -> np.ndarray:
    """Single frames that jump by more than a third are mended from their neighbours; lonely ones are dropped."""
    out = pitch.copy()
    padded = np.pad(pitch, 2, constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 5)
    known = np.isfinite(around).sum(1)
    filled = np.where(np.isfinite(around), around, np.inf)
    middle = np.sort(filled, axis=1)[np.arange(len(pitch)), np.maximum(known - 1, 0) // 2]
    jump = np.isfinite(pitch) & (np.abs(pitch - middle) > 3) & (known >= 3)
    out[jump] = middle[jump]
    out[known < 3] = np.nan
    return out


def tuning(pitch: np.ndarray) -> float:
    """How far the line lies off A = 440 Hz in semitones, (-0.5, 0.5]."""
    known = pitch[np.isfinite(pitch)]
    return float(np.angle(np.exp(2j * np.pi * known).mean()) / (2 * np.pi)) if len(known) else 0.0


def melody_notes(track: Track) -> list[tuple[float, float, int, int]]:
    """(start, end in seconds, pitch, velocity) of the notes of a single line; [] if too little of it has a clear pitch."""
    if np.isfinite(track.pitch).sum() * HOP_S < 0.3 or not track.is_single_line:
        return []
    pitch = track.pitch - tuning(track.pitch)
    states = _states(pitch)
    struck = _strikes(track.quick_db)
    cuts = sorted({0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), *struck.tolist(), len(states)})
    loud = np.percentile(track.level_db[states > 0], 95) if (states > 0).any() else 0.0
    notes: list[tuple[float, float, int, int]] = []
    for a, b in itertools.pairwise(cuts):
        if states[a] <= 0:
            continue
        start, end, value = a * HOP_S, b * HOP_S, int(states[a])
        if end - start < MIN_NOTE_S:
            if notes and notes[-1][2] == value and start - notes[-1][1] < 0.03:
                notes[-1] = (notes[-1][0], end, value, notes[-1][3])
            continue
        if (
            notes
            and track.level_db[a:b].max() < loud - ECHO_DB
            and track.level_db[a:b].max() - track.level_db[a : a + 3].min() < 4
        ):
            continue
        velocity = int(np.clip(96 + 1.4 * (track.level_db[a:b].max() - loud), 40, 112))
        notes.append((start, end, value, velocity))
    return notes


def _strikes(level_db: np.ndarray) -> np.ndarray:
    """Frames where the level has just risen by 5 dB out of a dip of at most 100 ms: a pitch struck again."""
    padded = np.pad(level_db, 10, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 21)
    before, after = around[:, :10].max(1), around[:, 11:].max(1)
    dip = np.minimum(before, after) - level_db
    lowest = level_db <= around[:, 5:16].min(1) + 1e-9
    return np.flatnonzero((dip > 5) & lowest) + 1


def _states(pitch: np.ndarray) -> np.ndarray:
    """The pitch (0 = silence) of each frame: the likeliest path, where changing costs as much as some frames that fit
    badly.
    """
    known = np.isfinite(pitch)
    low, high = int(np.nanmin(pitch)) - 1, int(np.nanmax(pitch)) + 2
    values = np.arange(low, high + 1)
    cost = np.full((len(pitch), len(values) + 1), 1.2)
    cost[known, 0] = 2.2
    cost[~known, 0] = 0.0
    cost[known, 1:] = np.minimum(((pitch[known, None] - values[None]) / 0.45) ** 2 / 2, 4.0)
    best = cost[0].copy()
    came = np.zeros(cost.shape, int)
    for i in range(1, len(cost)):
        jump = int(best.argmin())
        moved = best[jump] + 5.0
        stay = best <= moved
        came[i] = np.where(stay, np.arange(len(best)), jump)
        best = np.where(stay, best, moved) + cost[i]
    path = [int(best.argmin())]
    for i in range(len(cost) - 1, 0, -1):
        path.append(int(came[i, path[-1]]))
    chosen = np.array(path[::-1])
    return np.where(chosen > 0, values[np.maximum(chosen - 1, 0)], 0)


def beat_of(onsets: np.ndarray) -> float:
    """The length of a quarter in seconds, 0.4 to 1.1: the one whose 16ths the gaps between onsets fit best, plain
    values first.
    """
    gaps = np.diff(onsets)
    gaps = gaps[(gaps > 0.08) & (gaps < 4)]
    if len(gaps) < 3:
        return 0.6
    best, chosen = np.inf, 0.6
    for beat in np.arange(0.4, 1.1, 0.005):
        units = gaps / beat * 4
        near = np.maximum(np.rint(units), 1)
        off = np.minimum(np.abs(units - near), 0.5)
        odd = np.where(near % 4 == 0, 0.0, np.where(near % 2 == 0, 0.05, 0.14))
        price = float((off * np.minimum(1, 4 / near) + odd).mean()) + 0.08 * abs(np.log2(beat / 0.62))
        if price < best - 1e-9:
            best, chosen = price, float(beat)
    return chosen


def notes_on_grid(notes: list[tuple[float, float, int, int]]) -> tuple[int, list[tuple[int, int, int, int]]]:
    """Rhythm of heard notes (start and end in seconds, pitch, velocity) on a grid of 16ths at a tempo that fits.

    Returns (microseconds a quarter, (first and last 16th, pitch, velocity) of each); the gap before each onset decides,
    so drift does no harm.
    """
    beat = beat_of(np.array([n[0] for n in notes])) if notes else 0.6
    tempo = round(beat * 1e6)
    step = tempo / 1e6 / 4
    rows: list[tuple[int, int, int, int]] = []
    at = 0
    for i, (start, end, pitch, velocity) in enumerate(notes):
        if i:
            at += max(1, round((start - notes[i - 1][0]) / step))
        until = max(1, round((notes[i + 1][0] - start) / step)) if i + 1 < len(notes) else 16
        length = min(max(1, round((end - start) / step)), until)
        if until - length <= 1 and i + 1 < len(notes):
            length = until
        rows.append((at, at + length, pitch, velocity))
    return tempo, rows
