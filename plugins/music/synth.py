"""A SoundFont synthesiser in numpy: right pitches, pitch bends, hundreds of times real time.

Each (zone, key) is resampled once (four-point Hermite) with its attack and decay, for as long as the longest note needs it; a note is then a copy with its own
loudness and release. (symusic's synthesiser, which is fast too, plays many programs of pretty_midi's SoundFont at wrong pitches: see
docs/media/music.md.)
"""

from __future__ import annotations

import numpy as np

from .soundfont import SoundFont, Zone

__all__ = ["Voice", "bend_curve", "play_part"]

MAX_RELEASE_S = 1.2
MIN_RELEASE_S = 0.03
_FADE_DB = 70.0
"""A release is cut where it has fallen so far."""

Voice = tuple[float, float, int, int]
"""A note to play: start and end in seconds, key, velocity."""


def play_part(font: SoundFont, program: int, is_drum: bool, notes: list[Voice], out: np.ndarray, rate_hz: int, bends: tuple[np.ndarray, np.ndarray] | None = None) -> None:
    """Add the sound of one part to `out` (float32, mono).

    bends: (times in seconds, semitones), holding each value until the next; None for none.
    """
    zones = font.zones(program, is_drum=is_drum)
    needs: dict[tuple[int, int], float] = {}
    wanted: list[tuple[int, Voice]] = []
    for start, end, key, velocity in notes:
        for i, zone in enumerate(zones):
            if zone.keys[0] <= key <= zone.keys[1] and zone.velocities[0] <= velocity <= zone.velocities[1]:
                lasts = end - start if zone.loop is not None or not is_drum else len(zone.sample) / zone.rate_hz
                wanted.append((i, (start, start + max(lasts, end - start), key, velocity)))
                needs[i, key] = max(needs.get((i, key), 0.0), wanted[-1][1][1] - start)
    waves: dict[tuple[int, int], np.ndarray] = {}
    for i, (start, end, key, velocity) in wanted:
        zone = zones[i]
        tail = min(max(zone.release * _FADE_DB / 100, MIN_RELEASE_S), MAX_RELEASE_S)
        bend = _bend_within(bends, start, end + tail)
        if bend is not None:
            wave = _wave(zone, key, end - start + tail, rate_hz, bend)
        elif (i, key) in waves:
            wave = waves[i, key]
        else:
            wave = waves[i, key] = _wave(zone, key, needs[i, key] + tail, rate_hz, None)
        _add(out, wave, zone, start, end, velocity, tail, rate_hz)


def _add(out: np.ndarray, wave: np.ndarray, zone: Zone, start: float, end: float, velocity: int, tail: float, rate_hz: int) -> None:
    """Put a note into the mix: loudness as the square of velocity, then the release as an exponential fall."""
    at = round(start * rate_hz)
    held = max(round((end - start) * rate_hz), 1)
    rest = round(tail * rate_hz)
    gain = np.float32((velocity / 127) ** 2)
    stop = min(held, len(wave), len(out) - at)
    out[at : at + stop] += gain * wave[:stop]
    size = min(rest, len(wave) - held, len(out) - at - held)
    if size > 0:
        time = np.arange(size, dtype=np.float32)
        speed = np.float32(np.log(10) * _FADE_DB / 20 / rest)
        out[at + held : at + held + size] += gain * wave[held : held + size] * np.exp(-speed * time)


def _wave(zone: Zone, key: int, seconds: float, rate_hz: int, bend: np.ndarray | None) -> np.ndarray:
    """The sound of a zone at a key: float32, resampled, filtered, with attack, hold and decay. bend: semitones at each sample, or None."""
    count = max(int(seconds * rate_hz) + 1, 2)
    ratio = 2 ** (((key - zone.root) * zone.scale + zone.tune) / 12) * zone.rate_hz / rate_hz
    if bend is None:
        place = np.arange(count) * ratio
    else:
        steps = ratio * 2 ** (np.interp(np.linspace(0, len(bend) - 1, count), np.arange(len(bend)), bend) / 12)
        place = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    sample = _unrolled(zone, int(place[-1]) + 4)
    inside = int(np.searchsorted(place, len(sample) - 3))
    place = place[:inside]
    whole = place.astype(np.int64)
    part = (place - whole).astype(np.float32)
    a, b, c, d = (sample[whole + k] for k in range(4))
    rise = 0.5 * (c - a)
    bow = a - 2.5 * b + 2 * c - 0.5 * d
    bump = 0.5 * (d - a) + 1.5 * (b - c)
    wave = ((bump * part + bow) * part + rise) * part + b
    if zone.cutoff_hz < 0.45 * rate_hz:
        wave = _low_pass(wave, zone.cutoff_hz, rate_hz)
    wave *= _envelope(zone, key, len(wave), rate_hz)
    return wave


def _unrolled(zone: Zone, length: int) -> np.ndarray:
    """One sample of silence, then the sample with its loop repeated to `length`, or as far as it goes with two of silence after it."""
    if zone.loop is None or length <= zone.loop[1]:
        return np.concatenate([np.zeros(1, np.float32), zone.sample[: length + 3], np.zeros(2, np.float32)])
    start, end = zone.loop
    loop = zone.sample[start:end]
    times = (length - end) // len(loop) + 2
    return np.concatenate([np.zeros(1, np.float32), zone.sample[:end], np.tile(loop, times)])


def _low_pass(wave: np.ndarray, cutoff_hz: float, rate_hz: int) -> np.ndarray:
    """A two-pole low-pass, its corner not below 200 Hz."""
    from scipy.signal import butter, sosfilt

    sections = butter(2, max(cutoff_hz, 200.0), fs=rate_hz, output="sos")
    return sosfilt(sections, wave).astype(np.float32)


def _envelope(zone: Zone, key: int, count: int, rate_hz: int) -> np.ndarray:
    """Gain over time: a straight attack, a hold, a fall in decibels to the sustain level."""
    time = np.arange(count, dtype=np.float32) / np.float32(rate_hz)
    decay = max(zone.decay * 2 ** (zone.decay_per_key * (60 - key)), 0.001)
    fall = np.clip((time - np.float32(zone.attack + zone.hold)) * np.float32(100 / decay), 0, np.float32(zone.sustain_db))
    gain = np.exp(fall * np.float32(-np.log(10) / 20))
    rising = int(zone.attack * rate_hz)
    if rising > 1:
        gain[:rising] *= np.linspace(0, 1, rising, dtype=np.float32)[:count]
    gain *= np.float32(zone.gain)
    return gain


def bend_curve(instrument) -> tuple[np.ndarray, np.ndarray] | None:  # type: ignore[no-untyped-def]
    """(times, semitones) of an instrument's pitch bends, its range as the registered parameter 0 says (2 semitones where it says nothing); None for none."""
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


def _bend_within(bends: tuple[np.ndarray, np.ndarray] | None, start: float, end: float, steps: int = 2_000) -> np.ndarray | None:
    """Semitones along a note at even steps of its time; None if it is not bent at all."""
    if bends is None:
        return None
    times, values = bends
    moments = np.linspace(start, end, steps)
    at = np.searchsorted(times, moments, side="right") - 1
    curve = np.where(at >= 0, values[np.maximum(at, 0)], 0.0)
    return curve if np.any(curve) else None
