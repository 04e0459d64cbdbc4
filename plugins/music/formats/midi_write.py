"""PrettyMIDI as the bytes of a Standard MIDI File: the same music, always the same bytes.

`pretty_midi.write` truncates tempi to whole microseconds, sorts controllers by number (which breaks registered
parameters, sequences of controllers 101, 100, 6, 38) and writes names in Latin-1 only. This writer rounds, keeps the
order of controllers, writes UTF-8 and gives each instrument a channel of its own (with a port prefix beyond 15), so
that reading the file back and writing it again gives the same bytes. Those bytes, without title and manifest,
are also the content that a work's id is the hash of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ....core.errors import InputError

if TYPE_CHECKING:
    from pretty_midi import Instrument, PrettyMIDI

__all__ = ["MANIFEST_MARK", "midi_bytes", "seconds_to_ticks", "tempo_map"]

MANIFEST_MARK = "artwright "
"""How the text event that carries the manifest begins."""

MAX_RESOLUTION = 32_767
BANK_CONTROLLERS = frozenset({0, 32})
DRUM_CHANNEL = 9

_MELODIC_CHANNELS = [c for c in range(16) if c != DRUM_CHANNEL]
_MINOR = 12
_SHARPS_MAJOR = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 6: 6, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}
"""Sharps (flats below zero) of the signature for each major tonic, the fewer where two spellings sound alike."""

Event = tuple[int, int, bytes]


def tempo_map(midi: PrettyMIDI) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The tempo map as the file holds it.

    Returns (ticks int64, seconds float64, microseconds per quarter int64), one entry a change, the first at tick 0;
    changes that change nothing are left out. Seconds are those of the payload's own scales.
    """
    by_tick: dict[int, float] = {}
    for tick, scale in midi._tick_scales:
        by_tick[int(tick)] = float(scale)
    by_tick.setdefault(0, 60.0 / (120.0 * midi.resolution))
    ticks: list[int] = []
    seconds: list[float] = []
    tempi: list[int] = []
    now, last_tick, last_scale = 0.0, 0, by_tick[0]
    for tick in sorted(by_tick):
        now += (tick - last_tick) * last_scale
        last_tick, last_scale = tick, by_tick[tick]
        tempo = int(np.clip(round(last_scale * midi.resolution * 1e6), 1, 0xFFFFFF))
        if not tempi or tempo != tempi[-1]:
            ticks.append(tick)
            seconds.append(now)
            tempi.append(tempo)
    return np.array(ticks, np.int64), np.array(seconds), np.array(tempi, np.int64)


def seconds_to_ticks(midi: PrettyMIDI, seconds: Sequence[float] | np.ndarray) -> np.ndarray:
    """The nearest ticks to some times in seconds, int64, none below 0."""
    changes = sorted({int(t): float(s) for t, s in midi._tick_scales}.items())
    ticks = np.array([t for t, _ in changes], np.float64)
    scales = np.array([s for _, s in changes])
    starts = np.concatenate([[0.0], np.cumsum(np.diff(ticks) * scales[:-1])])
    times = np.asarray(seconds, np.float64)
    place = np.clip(np.searchsorted(starts, times, side="right") - 1, 0, len(starts) - 1)
    return np.maximum(np.rint(ticks[place] + (times - starts[place]) / scales[place]), 0).astype(np.int64)


def midi_bytes(midi: PrettyMIDI, *, title: str = "", manifest: str = "") -> bytes:
    """A format-1 file of `midi`.

    Notes keep their ticks (a note shorter than a tick lasts one), velocities are kept within 1-127; instruments without
    notes,
    controllers or bends are left out. title: the name of the first track; manifest: JSON, stored in a text event.
    Raises InputError if there is no note, a value is outside MIDI's range or a metre cannot be written.
    """
    if not any(instrument.notes for instrument in midi.instruments):
        raise InputError("the music holds no note; a work needs one at least")
    if not 1 <= midi.resolution <= MAX_RESOLUTION:
        raise InputError(f"the resolution is {midi.resolution} ticks a quarter; MIDI takes 1 to {MAX_RESOLUTION}")
    tracks = [_meta_track(midi, title, manifest)]
    melodic = drums = 0
    for instrument in midi.instruments:
        if not (instrument.notes or instrument.control_changes or instrument.pitch_bends):
            continue
        if instrument.is_drum:
            port, channel = drums, DRUM_CHANNEL
            drums += 1
        else:
            port, channel = divmod(melodic, len(_MELODIC_CHANNELS))
            channel = _MELODIC_CHANNELS[channel]
            melodic += 1
        if port > 127:
            raise InputError(
                f"the music has {len(midi.instruments)} instruments; at most {128 * len(_MELODIC_CHANNELS)} can be "
                f"written"
            )
        tracks.append(_instrument_track(midi, instrument, port, channel))
    head = b"MThd" + (6).to_bytes(4, "big") + (1).to_bytes(2, "big")
    head += len(tracks).to_bytes(2, "big") + int(midi.resolution).to_bytes(2, "big")
    return head + b"".join(_chunk(track) for track in tracks)


def _meta_track(midi: PrettyMIDI, title: str, manifest: str) -> list[Event]:
    events: list[Event] = []
    if title:
        events.append((0, 0, _meta(0x03, title.encode("utf-8", "replace"))))
    if manifest:
        events.append((0, 1, _meta(0x01, (MANIFEST_MARK + manifest).encode("utf-8", "replace"))))
    ticks, _, tempi = tempo_map(midi)
    events += [(int(t), 2, _meta(0x51, int(us).to_bytes(3, "big"))) for t, us in zip(ticks, tempi, strict=True)]
    for metre in midi.time_signature_changes:
        power = int(metre.denominator).bit_length() - 1
        if not 1 <= metre.numerator <= 255 or 1 << power != metre.denominator or power > 7:
            raise InputError(
                f"the metre {metre.numerator}/{metre.denominator} cannot be written; MIDI takes 1-255 beats of 1/1 to "
                f"1/128"
            )
        events.append((_tick(midi, metre.time), 3, _meta(0x58, bytes([metre.numerator, power, 24, 8]))))
    for key in midi.key_signature_changes:
        minor = key.key_number >= _MINOR
        sharps = _SHARPS_MAJOR[(key.key_number + 3) % 12 if minor else key.key_number]
        events.append((_tick(midi, key.time), 4, _meta(0x59, bytes([sharps % 256, int(minor)]))))
    for order, kind, texts in ((5, 0x05, midi.lyrics), (6, 0x01, midi.text_events)):
        for text in texts:
            if order == 6 and text.text.startswith(MANIFEST_MARK):
                continue
            events.append((_tick(midi, text.time), order, _meta(kind, text.text.encode("utf-8", "replace"))))
    return events


def _instrument_track(midi: PrettyMIDI, instrument: Instrument, port: int, channel: int) -> list[Event]:
    events: list[Event] = []
    if port:
        events.append((0, 0, _meta(0x21, bytes([port]))))
    if instrument.name:
        events.append((0, 0, _meta(0x03, instrument.name.encode("utf-8", "replace"))))
    events.append((0, 2, bytes([0xC0 | channel, _seven_bits(instrument.program, "program")])))
    ticks = seconds_to_ticks(midi, [c.time for c in instrument.control_changes])
    for tick, change in zip(ticks.tolist(), instrument.control_changes, strict=True):
        number = _seven_bits(change.number, "controller")
        order = 1 if tick == 0 and number in BANK_CONTROLLERS else 4
        events.append(
            (tick, order, bytes([0xB0 | channel, number, _seven_bits(change.value, "value of a controller")]))
        )
    ticks = seconds_to_ticks(midi, [b.time for b in instrument.pitch_bends])
    for tick, bend in zip(ticks.tolist(), instrument.pitch_bends, strict=True):
        value = int(bend.pitch) + 8192
        if not 0 <= value < 16384:
            raise InputError(f"a pitch bend is {bend.pitch}; MIDI takes -8192 to 8191")
        events.append((tick, 5, bytes([0xE0 | channel, value & 127, value >> 7])))
    starts = seconds_to_ticks(midi, [n.start for n in instrument.notes])
    ends = np.maximum(seconds_to_ticks(midi, [n.end for n in instrument.notes]), starts + 1)
    rows = sorted(
        (start, _seven_bits(n.pitch, "pitch"), min(127, max(1, int(n.velocity))), end)
        for n, start, end in zip(instrument.notes, starts.tolist(), ends.tolist(), strict=True)
    )
    events += [(start, 6, bytes([0x90 | channel, pitch, velocity])) for start, pitch, velocity, _ in rows]
    events += [(end, 3, bytes([0x80 | channel, pitch, 64])) for end, pitch in sorted((r[3], r[1]) for r in rows)]
    return events


def _tick(midi: PrettyMIDI, seconds: float) -> int:
    return int(seconds_to_ticks(midi, [seconds])[0])


def _seven_bits(value: float, what: str) -> int:
    if not 0 <= int(value) <= 127:
        raise InputError(f"the {what} {value} is outside MIDI's range of 0 to 127")
    return int(value)


def _meta(kind: int, data: bytes) -> bytes:
    return bytes([0xFF, kind]) + _variable(len(data)) + data


def _variable(value: int) -> bytes:
    """A number in MIDI's variable-length form, 7 bits a byte, at most 4 bytes."""
    if value < 128:
        return bytes([value])
    if value >= 1 << 28:
        raise InputError(
            f"a gap of {value} ticks is longer than MIDI can say ({(1 << 28) - 1}); use a lower resolution"
        )
    parts = [value & 127]
    while value := value >> 7:
        parts.append(128 | value & 127)
    return bytes(reversed(parts))


def _chunk(events: list[Event]) -> bytes:
    events.sort(key=lambda event: event[:2])
    out = bytearray()
    now = 0
    for tick, _, data in events:
        out += _variable(tick - now)
        out += data
        now = tick
    out += b"\x00\xff\x2f\x00"
    return b"MTrk" + len(out).to_bytes(4, "big") + bytes(out)
