"""A SoundFont synthesiser in numpy: right pitches, pitch bends, hundreds of times real time.

Each key of a part is resampled once (four-point Hermite; a loop once, then repeated) with its attack and decay, for as
long as its longest note needs; a note is then a copy with its own loudness and release. (symusic's synthesiser, which
is fast too, plays many programs of pretty_midi's SoundFont at wrong pitches: see docs/media/music.md.)
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .soundfont import SoundFont, Zone

if TYPE_CHECKING:
    from pretty_midi import Instrument

__all__ = ["Voice", "bend_curve", "play_part"]

_LOOP_SAMPLES = 4_000
_CACHED = 8_192
MAX_RELEASE_S = 1.2
MIN_RELEASE_S = 0.03
_FADE_DB = 70.0
"""A release is cut where it has fallen so far."""

Voice = tuple[float, float, int, int]
"""A note to play: start and end in seconds, key, velocity."""


def play_part(
    font: SoundFont,
    program: int,
    is_drum: bool,
    notes: list[Voice],
    out: np.ndarray,
    rate_hz: int,
    bends: tuple[np.ndarray, np.ndarray] | None = None,
) -> None:
    """Add the sound of one part to `out` (float32, mono).

    bends: (times in seconds, semitones), holding each value until the next; None for none.
    """
    zones = font.zones(program, is_drum=is_drum)
    needs: dict[tuple[int, tuple[int, ...]], float] = {}
    wanted: list[tuple[float, float, int, int, tuple[int, ...]]] = []
    for start, end, key, velocity in notes:
        layers = tuple(
            i
            for i, z in enumerate(zones)
            if z.keys[0] <= key <= z.keys[1] and z.velocities[0] <= velocity <= z.velocities[1]
        )
        if is_drum:
            end = max(
                [end, *(start + len(zones[i].sample) / zones[i].rate_hz for i in layers if zones[i].loop is None)]
            )
        wanted.append((start, end, key, velocity, layers))
        needs[key, layers] = max(needs.get((key, layers), 0.0), end - start)
    waves: dict[tuple[int, tuple[int, ...]], np.ndarray] = {}
    for start, end, key, velocity, layers in wanted:
        if not layers:
            continue
        tail = min(max(max(zones[i].release for i in layers) * _FADE_DB / 100, MIN_RELEASE_S), MAX_RELEASE_S)
        bend = _bend_within(bends, start, end + tail)
        if bend is not None:
            wave = _layered([zones[i] for i in layers], key, end - start + tail, rate_hz, bend)
        elif (key, layers) in waves:
            wave = waves[key, layers]
        else:
            wave = waves[key, layers] = _layered(
                [zones[i] for i in layers], key, needs[key, layers] + tail, rate_hz, None
            )
        _add(out, wave, start, end, velocity, round(tail * rate_hz), rate_hz)


@lru_cache(maxsize=16)
def _release(size: int) -> np.ndarray:
    """An exponential fall by 70 dB over `size` samples."""
    return np.exp(np.linspace(0, -np.log(10) * _FADE_DB / 20, size, dtype=np.float32))


def _add(out: np.ndarray, wave: np.ndarray, start: float, end: float, velocity: int, rest: int, rate_hz: int) -> None:
    """Put a note into the mix: loudness as the square of velocity, then the release."""
    at = round(start * rate_hz)
    held = max(round((end - start) * rate_hz), 1)
    size = min(held + rest, len(wave), len(out) - at)
    if size <= 0:
        return
    note = wave[:size] * np.float32((velocity / 127) ** 2)
    if size > held:
        note[held:] *= _release(rest)[: size - held]
    out[at : at + size] += note


def _layered(zones: list[Zone], key: int, seconds: float, rate_hz: int, bend: np.ndarray | None) -> np.ndarray:
    """All zones of a key together: float32, with attack, hold and decay. bend: semitones at even steps of the time, or
    None.
    """
    count = max(int(seconds * rate_hz) + 1, 2)
    out = np.zeros(count, np.float32)
    for zone in zones:
        ratio = 2 ** (((key - zone.root) * zone.scale + zone.tune) / 12) * zone.rate_hz / rate_hz
        wave = _bent(zone, ratio, count, rate_hz, bend) if bend is not None else _steady(zone, ratio, count, rate_hz)
        _shape(wave, zone, key, rate_hz)
        out[: len(wave)] += wave
    return out


def _steady(zone: Zone, ratio: float, count: int, rate_hz: int) -> np.ndarray:
    """A zone at one speed, at most `count` samples.

    What comes before the loop is resampled; so is the loop, once, at a speed (within 0.4 cents) that makes a whole
    number of samples of it, which are then repeated.
    """
    if zone.loop is None or count * ratio <= zone.loop[1]:
        inside = min(count, int((len(zone.sample) - 1) / ratio))
        return _filtered(_resampled(_padded(zone.sample), np.arange(max(inside, 1)) * ratio), zone, rate_hz)
    start, end = zone.loop
    length = end - start
    loops = max(1, -(-_LOOP_SAMPLES // int(length / ratio + 1)))
    block = max(round(loops * length / ratio), 1)
    first = int(np.ceil(start / ratio))
    base = first * ratio - start
    around = np.concatenate(
        [zone.sample[end - 1 : end], np.tile(zone.sample[start:end], loops + 1), zone.sample[start : start + 3]]
    )
    repeated = _resampled(around, base % length + np.arange(block) * (loops * length / block))
    head = _resampled(
        _padded(np.concatenate([zone.sample[:end], zone.sample[start : start + 4]])), np.arange(first) * ratio
    )
    wave = _filtered(np.concatenate([head, repeated, repeated]), zone, rate_hz)
    if count <= len(wave):
        return wave[:count].copy()
    steady = wave[first + block :]
    times = -(-(count - len(wave)) // block)
    return np.concatenate([wave, np.tile(steady, times)])[:count]


def _bent(zone: Zone, ratio: float, count: int, rate_hz: int, bend: np.ndarray) -> np.ndarray:
    """A zone whose speed follows a bend."""
    steps = ratio * 2 ** (np.interp(np.linspace(0, len(bend) - 1, count), np.arange(len(bend)), bend) / 12)
    place = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    if zone.loop is None:
        place = place[: int(np.searchsorted(place, len(zone.sample) - 1))]
    else:
        start, end = zone.loop
        place = np.where(place < end, place, start + (place - start) % (end - start))
    sample = (
        zone.sample
        if zone.loop is None
        else np.concatenate([zone.sample[: zone.loop[1]], zone.sample[zone.loop[0] : zone.loop[0] + 3]])
    )
    return _filtered(_resampled(_padded(sample), place), zone, rate_hz)


def _padded(sample: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros(1, np.float32), sample, np.zeros(3, np.float32)])


def _resampled(sample: np.ndarray, place: np.ndarray) -> np.ndarray:
    """`sample` (with one more value in front and three behind) read at places by four-point Hermite interpolation, in
    blocks that stay in the cache.
    """
    out = np.empty(len(place), np.float32)
    for at in range(0, len(place), _CACHED):
        here = place[at : at + _CACHED]
        whole = here.astype(np.int64)
        part = (here - whole).astype(np.float32)
        a, b, c, d = (np.take(sample, whole + k, mode="clip") for k in range(4))
        bump = 0.5 * (d - a) + 1.5 * (b - c)
        bow = a - 2.5 * b + 2 * c - 0.5 * d
        out[at : at + _CACHED] = ((bump * part + bow) * part + 0.5 * (c - a)) * part + b
    return out


def _filtered(wave: np.ndarray, zone: Zone, rate_hz: int) -> np.ndarray:
    """A two-pole low-pass, its corner not below 200 Hz, where the zone has one."""
    if zone.cutoff_hz >= 0.45 * rate_hz:
        return wave
    from scipy.signal import sosfilt

    return sosfilt(_sections(round(max(zone.cutoff_hz, 200.0)), rate_hz), wave).astype(np.float32)


@lru_cache(maxsize=256)
def _sections(cutoff_hz: int, rate_hz: int) -> np.ndarray:
    from scipy.signal import butter

    return butter(2, cutoff_hz, fs=rate_hz, output="sos").astype(np.float32)


def _shape(wave: np.ndarray, zone: Zone, key: int, rate_hz: int) -> None:
    """Gain over time, in place: a straight attack, a hold, a fall in decibels to the sustain level."""
    wave *= np.float32(zone.gain)
    rising = min(int(zone.attack * rate_hz), len(wave))
    if rising > 1:
        wave[:rising] *= np.linspace(0, 1, rising, dtype=np.float32)
    decay = max(zone.decay * 2 ** (zone.decay_per_key * (60 - key)), 0.001)
    first = int((zone.attack + zone.hold) * rate_hz)
    falling = int(decay * zone.sustain_db / 100 * rate_hz)
    if first >= len(wave) or zone.sustain_db <= 0:
        return
    size = min(falling, len(wave) - first)
    wave[first : first + size] *= np.exp(
        np.arange(size, dtype=np.float32) * np.float32(-np.log(10) / 20 * 100 / decay / rate_hz)
    )
    wave[first + size :] *= np.float32(10 ** (-zone.sustain_db / 20))


def bend_curve(instrument: Instrument) -> tuple[np.ndarray, np.ndarray] | None:
    """(times, semitones) of an instrument's pitch bends, its range as the registered parameter 0 says (2 semitones
    where it says nothing); None for none.
    """
    if not any(b.pitch for b in instrument.pitch_bends):
        return None
    reach, parameter = 2.0, (127, 127)
    for change in instrument.control_changes:
        if change.number in (100, 101):
            parameter = (change.value, parameter[1]) if change.number == 101 else (parameter[0], change.value)
        elif change.number == 6 and parameter == (0, 0):
            reach = float(change.value)
    rows = sorted((b.time, b.pitch / 8192 * reach) for b in instrument.pitch_bends)
    return np.array([t for t, _ in rows]), np.array([s for _, s in rows])


def _bend_within(
    bends: tuple[np.ndarray, np.ndarray] | None, start: float, end: float, steps: int = 2_000
) -> np.ndarray | None:
    """Semitones along a note at even steps of its time; None if it is not bent at all."""
    if bends is None:
        return None
    times, values = bends
    moments = np.linspace(start, end, steps)
    at = np.searchsorted(times, moments, side="right") - 1
    curve = np.where(at >= 0, values[np.maximum(at, 0)], 0.0)
    return curve if np.any(curve) else None
