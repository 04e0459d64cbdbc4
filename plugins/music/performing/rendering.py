"""Music as sound: a performance, rendered through a SoundFont (usually the one that pretty_midi carries), in a little
room, at -16 LUFS.

The chain (study and figures in docs/media/music.md): performance copy -> synthesiser -> places from left to right ->
room -> loudness -> limiter. Timing noise and velocities go into the performance only, never into the music that is
saved as the score. All is drawn from the music's own bytes, so the same music always gives the same samples. Room and
loudness use one transform a block.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError
from ..notation.midi_write import midi_bytes
from ..theory.note_table import NoteTable, read_notes
from .fonts import soundfont
from .soundfont import SoundFont, read_soundfont
from .synth import bend_curve, play_part

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["MAX_SECONDS", "RATE_HZ", "Performance", "fermatas_of", "loudness", "perform", "render", "render_stems"]

RATE_HZ = 44_100
MAX_SECONDS = 3_600
TARGET_LUFS = -16.0
CEILING = 10 ** (-1.5 / 20)
"""Highest sample after the limiter: -1.5 dBFS leaves room for what a converter makes between samples."""

_TAIL_S = 2.5
_BLOCK = 1 << 18
_PERCUSSIVE = frozenset([*range(0, 16), *range(24, 32), 45, 46, 47, *range(104, 109), *range(112, 120)])
"""Programs that die away by themselves: joining their notes would only blur them."""
_SLOW_ATTACK = frozenset({48, 50, 52, 54, 60, 68, 89, 91, 92, 94, 95})


@dataclass(frozen=True)
class Performance:
    """Notes as they are played: seconds, pitches, velocities 1-127, part of each; sorted by start. program, is_drum,
    pan (-1 to 1), bends (times, semitones) or None: of each part."""

    start: np.ndarray
    end: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray
    part: np.ndarray
    program: tuple[int, ...]
    is_drum: tuple[bool, ...]
    pan: tuple[float, ...]
    bends: tuple[tuple[np.ndarray, np.ndarray] | None, ...]


def perform(
    midi: PrettyMIDI, *, humanise: float = 1.0, fermatas: Sequence[float] = (), articulation: float = 1.0
) -> Performance:
    """How a player would play it.

    humanise: 0 = as written, 1 = timing within about 15 ms, accents by metre, outer voices a little louder, notes
    joined, a slower end. articulation: share of its length, from 0.2 to 1, that a note of a beat or less sounds.
    fermatas: positions in quarters of chords to dwell on. Volume and expression controllers weigh
    velocities, the sustain pedal lengthens notes.
    """
    notes = read_notes(midi)
    seed = int.from_bytes(hashlib.sha256(midi_bytes(midi)).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    start, end = notes.start_s.copy(), notes.end_s.copy()
    level = notes.velocity.astype(np.float64)
    used = [instrument for instrument in midi.instruments if instrument.notes]
    pans: list[float] = []
    for i, instrument in enumerate(used):
        mine = notes.part == i
        level[mine] *= _controlled_level(instrument, start[mine])
        end[mine] = _pedalled(instrument, end[mine])
        pan = next((c.value for c in instrument.control_changes if c.number == 10), None)
        pans.append(np.nan if pan is None else (pan - 64) / 64)
    if articulation < 1:
        short = notes.end - notes.onset <= 1
        end[short] = start[short] + (end - start)[short] * max(0.2, articulation)
    if humanise > 0:
        level += humanise * _accents(notes, rng)
        end = _joined(notes, start, end, humanise)
        start, end = _warp(notes, start, end, fermatas, humanise)
        shift = rng.normal(0, 0.012 * humanise, len(start)).clip(-0.03, 0.03)
        start, end = np.maximum(start + shift, 0), end + shift
    order = np.argsort(start, kind="stable")
    return Performance(
        start=start[order],
        end=np.maximum(end, start + 0.02)[order],
        pitch=notes.pitch[order],
        velocity=np.rint(level).clip(1, 127).astype(int)[order],
        part=notes.part[order],
        program=tuple(p.program for p in notes.parts),
        is_drum=tuple(p.is_drum for p in notes.parts),
        pan=_places(notes, pans),
        bends=tuple(bend_curve(instrument) for instrument in used),
    )


def _controlled_level(instrument: Instrument, times: np.ndarray) -> np.ndarray:
    """The factor that volume (7) and expression (11) controllers put on each onset; 1 where none is set."""
    factor = np.ones(len(times))
    for number, rest in ((7, 100.0), (11, 127.0)):
        changes = sorted((c.time, c.value) for c in instrument.control_changes if c.number == number)
        if changes:
            at = np.searchsorted([t for t, _ in changes], times + 1e-6, side="right") - 1
            values = np.array([v for _, v in changes], np.float64)
            factor *= np.where(at >= 0, values[np.maximum(at, 0)] / rest, 1.0) ** 0.7
    return factor.clip(0.0, 1.3)


def _pedalled(instrument: Instrument, ends: np.ndarray) -> np.ndarray:
    """Ends moved to where the sustain pedal (64) is let go."""
    changes = sorted((c.time, c.value >= 64) for c in instrument.control_changes if c.number == 64)
    if not changes:
        return ends
    out = ends.copy()
    down: float | None = None
    for time, pressed in [*changes, (float(ends.max()), False)]:
        if pressed and down is None:
            down = time
        elif not pressed and down is not None:
            held = (ends > down) & (ends < time)
            out[held] = time
            down = None
    return out


def _accents(notes: NoteTable, rng: np.random.Generator) -> np.ndarray:
    """Velocities to add: the bar's first beat, its middle, off the beat; outer voices over inner ones; a little chance."""
    bar = notes.bars.index(notes.onset)
    offset = notes.onset - notes.bars.start[bar]
    beat = np.array([notes.bars.beat_length(i) for i in range(len(notes.bars))])[bar]
    on_beat = np.abs(offset / beat - np.rint(offset / beat)) < 0.02
    middle = np.abs(offset - notes.bars.length[bar] / 2) < 0.02
    accent = np.where(offset < 0.02, 6.0, np.where(middle, 3.0, np.where(on_beat, 0.0, -5.0)))
    if notes.voices > 1:
        accent += np.where(
            notes.voice == 0, 4.0, np.where(notes.voice == notes.voices - 1, 2.0, np.where(notes.voice > 0, -3.0, 0.0))
        )
    slow = np.array([p.program in _SLOW_ATTACK and not p.is_drum for p in notes.parts])
    accent += np.where(slow[notes.part] & (notes.voice > 0), 8.0, 0.0)
    return accent + rng.normal(0, 3.0, len(notes)).clip(-8, 8)


def _joined(notes: NoteTable, start: np.ndarray, end: np.ndarray, amount: float) -> np.ndarray:
    """Ends of sustained notes stretched by 20 ms into the next note of their line, or let go a little early before a
    repeated pitch.
    """
    out = end.copy()
    for voice in range(notes.voices):
        line = notes.line(voice)
        if len(line) < 2 or notes.parts[notes.part[line[0]]].program in _PERCUSSIVE:
            continue
        gap = start[line][1:] - end[line][:-1]
        follows = np.abs(gap) < 0.03
        same = np.diff(notes.pitch[line]) == 0
        length = end[line][:-1] - start[line][:-1]
        out[line[:-1]] += amount * np.where(follows, np.where(same, -np.minimum(0.06, 0.15 * length), 0.02), 0.0)
    return out


def _warp(
    notes: NoteTable, start: np.ndarray, end: np.ndarray, fermatas: Sequence[float], amount: float
) -> tuple[np.ndarray, np.ndarray]:
    """Time bent: slower into the end and on its last chord, and before and on each fermata."""
    quarters, seconds = _clock(notes)
    grid = np.arange(0, notes.length + 0.25, 0.25)
    rate = np.ones(len(grid))
    last = float(notes.onset.max())
    if notes.length >= 8:
        into = (grid >= last - 2) & (grid < last)
        rate[into] = 1 - amount * 0.16 * (grid[into] - last + 2) / 2
        rate[grid >= last] = 1 - amount * 0.25
    for at in fermatas:
        if at >= last - 0.01:
            continue
        ends = notes.end[np.abs(notes.onset - at) < 0.02]
        until = float(ends.max()) if len(ends) else at + 1
        rate[(grid >= at - 1) & (grid < at)] *= 1 - amount * 0.08
        rate[(grid >= at) & (grid < until)] *= 1 - amount * 0.38
    written = np.interp(grid, quarters, seconds)
    played = np.concatenate([[0.0], np.cumsum(np.diff(written) / rate[:-1])]) + written[0]
    return _bend(start, written, played), _bend(end, written, played)


def fermatas_of(midi: PrettyMIDI, phrase_ends: Sequence[float]) -> list[float]:
    """Where the chords begin that last until some phrase ends (all in quarters)."""
    notes = read_notes(midi)
    out = []
    for end in phrase_ends:
        last = np.abs(notes.end - end) < 0.02
        if last.any():
            out.append(float(notes.onset[last].max()))
    return out


def _bend(times: np.ndarray, written: np.ndarray, played: np.ndarray) -> np.ndarray:
    return np.interp(times, written, played) + np.maximum(times - written[-1], 0)


def _clock(notes: NoteTable) -> tuple[np.ndarray, np.ndarray]:
    quarters = np.array([q for q, _ in notes.tempi] + [max(notes.length, notes.tempi[-1][0]) + 4.0])
    pace = np.array([60.0 / qpm for _, qpm in notes.tempi])
    return quarters, np.concatenate([[0.0], np.cumsum(np.diff(quarters) * pace)])


def _places(notes: NoteTable, given: list[float]) -> tuple[float, ...]:
    """Where each part stands: as its controller says, else parts spread from left (highest) to right, within a third of
    the stage.
    """
    heights = [float(notes.pitch[notes.part == i].mean()) for i in range(len(notes.parts))]
    free = sorted(
        (i for i in range(len(heights)) if np.isnan(given[i]) and not notes.parts[i].is_drum), key=lambda i: -heights[i]
    )
    places = [0.0 if np.isnan(pan) else float(np.clip(pan, -1, 1)) for pan in given]
    for rank, i in enumerate(free):
        places[i] = 0.0 if len(free) == 1 else -0.35 + 0.7 * rank / (len(free) - 1)
    return tuple(places)


def render(
    midi: PrettyMIDI,
    *,
    rate_hz: int = RATE_HZ,
    humanise: float = 1.0,
    room: float = 0.18,
    fermatas: Sequence[float] = (),
    articulation: float = 1.0,
) -> np.ndarray:
    """The sound of some music: float32 of shape (2, samples), within [-1, 1], at -16 LUFS where the limiter allows.

    room: share of reverberation, 0 = none; humanise, fermatas, articulation: see `perform`. Raises InputError if there is no note or
    it lasts longer than an hour.
    """
    _check_length(midi)
    played = perform(midi, humanise=humanise, fermatas=fermatas, articulation=articulation)
    sound = _play(played, rate_hz)
    if room > 0:
        sound = _room(sound, rate_hz, room)
    return _level(sound, rate_hz)


def render_stems(
    midi: PrettyMIDI, *, rate_hz: int = RATE_HZ, humanise: float = 1.0, room: float = 0.18
) -> list[np.ndarray]:
    """The sound of each instrument that has notes by itself, in order, as `render` plays them together: float32 of shape
    (2, samples), all equally long, with one gain for all, so that they add up to the whole at -16 LUFS, or as loud as no
    sample of the whole or of a part passes the ceiling. Raises InputError as `render` does.
    """
    _check_length(midi)
    played = perform(midi, humanise=humanise)
    font = read_soundfont(soundfont())
    stems = []
    for part in range(len(played.program)):
        sound = _silence(played, rate_hz)
        _play_part(font, played, part, sound, np.zeros(sound.shape[1], np.float32), rate_hz)
        stems.append(_room(sound, rate_hz, room) if room > 0 else sound)
    whole = np.sum(stems, axis=0)
    peak = max(float(np.abs(sound).max()) for sound in (whole, *stems))
    gain = min(10 ** ((TARGET_LUFS - loudness(whole, rate_hz)) / 20), CEILING / max(peak, 1e-9))
    fade = min(int(0.02 * rate_hz), whole.shape[1])
    for sound in stems:
        sound *= np.float32(gain)
        sound[:, sound.shape[1] - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return stems


def _check_length(midi: PrettyMIDI) -> None:
    if midi.get_end_time() > MAX_SECONDS:
        raise InputError(
            f"the music lasts {midi.get_end_time() / 60:.0f} minutes; sound is made of up to {MAX_SECONDS // 60}: "
            f"cut it, or save it as .mid"
        )


def _silence(played: Performance, rate_hz: int) -> np.ndarray:
    return np.zeros((2, int((float(played.end.max()) + _TAIL_S) * rate_hz)), np.float32)


def _play(played: Performance, rate_hz: int) -> np.ndarray:
    """Play each part and put it at its place."""
    font = read_soundfont(soundfont())
    out = _silence(played, rate_hz)
    mono = np.empty(out.shape[1], np.float32)
    for part in range(len(played.program)):
        _play_part(font, played, part, out, mono, rate_hz)
    return out


def _play_part(
    font: SoundFont, played: Performance, part: int, out: np.ndarray, mono: np.ndarray, rate_hz: int
) -> None:
    """Add one part to `out`, (2, samples), at its place. mono: room to play in."""
    mine = np.flatnonzero(played.part == part)
    columns = (
        played.start[mine].tolist(),
        played.end[mine].tolist(),
        played.pitch[mine].tolist(),
        played.velocity[mine].tolist(),
    )
    mono[:] = 0
    notes = list(zip(*columns, strict=True))
    play_part(font, played.program[part], played.is_drum[part], notes, mono, rate_hz, played.bends[part])
    angle = (played.pan[part] + 1) * np.pi / 4
    out[0] += np.float32(np.cos(angle) * np.sqrt(2)) * mono
    out[1] += np.float32(np.sin(angle) * np.sqrt(2)) * mono


@lru_cache(maxsize=4)
def _impulse(rate_hz: int, block: int) -> tuple[np.ndarray, int]:
    """(spectra of the two ears' impulse responses, their length): decaying noise, 1.4 s to -60 dB, darker above 4.5
    kHz, unit energy.
    """
    from scipy import fft

    length = int(1.6 * rate_hz)
    time = np.arange(length) / rate_hz
    rng = np.random.default_rng(1770)
    noise = rng.standard_normal((2, length)) * np.exp(-6.9 * time / 1.4) * np.minimum(time / 0.02, 1)
    spectrum = fft.rfft(noise, 2 * length)
    frequency = np.fft.rfftfreq(2 * length, 1 / rate_hz)
    noise = fft.irfft(spectrum * (frequency > 120) / (1 + (frequency / 4500) ** 2), 2 * length)[:, :length]
    noise /= np.sqrt((noise**2).sum(1, keepdims=True))
    return fft.rfft(noise.astype(np.float32), block), length


def _room(sound: np.ndarray, rate_hz: int, wet: float) -> np.ndarray:
    """Add reverberation: one transform of the mono sum a block serves both ears (overlap-add)."""
    from scipy import fft

    spectra, length = _impulse(rate_hz, _BLOCK)
    hop = _BLOCK - length
    mono = sound.mean(0)
    sound *= np.float32(1 - 0.3 * wet)
    for at in range(0, len(mono), hop):
        tail = fft.irfft(fft.rfft(mono[at : at + hop], _BLOCK)[None] * spectra, _BLOCK)
        size = min(_BLOCK, len(mono) - at)
        sound[:, at : at + size] += np.float32(wet) * tail[:, :size]
    return sound


@lru_cache(maxsize=4)
def _k_filter(rate_hz: int) -> np.ndarray:
    """The K-weighting of ITU-R BS.1770-4, a shelf and a high-pass, as second-order sections for any rate (coefficients
    after De Man 2014).
    """
    sections = []
    for centre, q, gain_db in (
        (1681.974450955533, 0.7071752369554196, 3.999843853973347),
        (38.13547087602444, 0.5003270373238773, None),
    ):
        k = np.tan(np.pi * centre / rate_hz)
        a0 = 1 + k / q + k * k
        if gain_db is None:
            top = [1.0, -2.0, 1.0]
        else:
            high = 10 ** (gain_db / 20)
            mid = high**0.4996667741545416
            top = [(high + mid * k / q + k * k) / a0, 2 * (k * k - high) / a0, (high - mid * k / q + k * k) / a0]
        sections.append([*top, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    return np.array(sections)


def loudness(sound: np.ndarray, rate_hz: int) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770-4 with both gates) of float32 (channels, samples); -70 for silence.

    torchaudio's own reads the standard's reference tone (997 Hz, full scale, -3.01 LUFS) 0.27 too low, gives no number
    for silence, and takes over twenty times as long.
    """
    from scipy.signal import sosfilt

    hop = int(0.1 * rate_hz)
    if sound.shape[1] < 4 * hop:
        sound = np.pad(sound, ((0, 0), (0, 4 * hop - sound.shape[1])))
    powers = []
    state = np.zeros((2, len(sound), 2))
    for at in range(0, sound.shape[1] - hop + 1, 256 * hop):
        part = sound[:, at : at + 256 * hop]
        part, state = sosfilt(_k_filter(rate_hz), part[:, : part.shape[1] // hop * hop].astype(np.float64), zi=state)
        powers.append((part.reshape(len(sound), -1, hop) ** 2).mean(2).sum(0))
    tenths = np.concatenate(powers)
    power = np.convolve(tenths, np.full(4, 0.25), "valid")
    level = -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
    loud = level > -70
    if not loud.any():
        return -70.0
    gate = -0.691 + 10 * np.log10(power[loud].mean()) - 10
    return float(-0.691 + 10 * np.log10(power[loud & (level > gate)].mean()))


def _level(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """Bring to -16 LUFS, limit where a sample would pass the ceiling, fade the last 20 ms."""
    now = loudness(sound, rate_hz)
    if now > -69:
        sound *= np.float32(10 ** ((TARGET_LUFS - now) / 20))
    if np.abs(sound).max() > CEILING:
        from scipy.ndimage import minimum_filter1d, uniform_filter1d

        window = int(0.01 * rate_hz) | 1
        peak = np.maximum(np.abs(sound[0]), np.abs(sound[1]))
        gain = minimum_filter1d(np.minimum(1, CEILING / np.maximum(peak, 1e-9)), window)
        sound *= uniform_filter1d(gain, window).astype(np.float32)
        np.clip(sound, -CEILING, CEILING, out=sound)
    fade = min(int(0.02 * rate_hz), sound.shape[1])
    sound[:, sound.shape[1] - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound
