"""SoundFont 2 and 3 files: samples, and which of them an instrument plays for a key and a velocity.

Follows the SoundFont Technical Specification 2.04 (E-mu, 2006); in SoundFont 3, as MuseScore writes it, each sample is
an Ogg Vorbis file of its own and loops count from its beginning. Read: all generators that shape pitch, loudness,
envelope and a steady low-pass; preset generators add to those of the instrument. Not read: modulators (the default ones
for velocity are built in), LFOs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ....core.errors import FormatError

__all__ = ["SoundFont", "Zone", "read_soundfont"]

_PHDR = np.dtype([("name", "S20"), ("preset", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("rest", "V12")])
_BAG = np.dtype([("gen", "<u2"), ("mod", "<u2")])
_GEN = np.dtype([("oper", "<u2"), ("amount", "<i2")])
_INST = np.dtype([("name", "S20"), ("bag", "<u2")])
_SHDR = np.dtype(
    [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("key", "u1"),
        ("cents", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ]
)
_INSTRUMENT, _KEYS, _VELOCITIES, _SAMPLE = 41, 43, 44, 53
_DEFAULTS = {8: 13500, 29: 0, 33: -12000, 34: -12000, 35: -12000, 36: -12000, 37: 0, 38: -12000, 56: 100, 58: -1}
_ROM = 0x8000
_STEREO = 0b110
_MOST_BYTES = 1 << 30
_VORBIS = 0x10


@dataclass(frozen=True)
class Zone:
    """A sample as one preset plays it.

    sample: float32; loop: (start, end) in samples, or None; rate_hz; root: the key at which it sounds as recorded;
    tune: semitones; scale: semitones a key; gain: linear; attack, hold, decay, release: seconds (decay and release are
    for 100 dB); sustain_db: how far decay goes; decay_per_key: octaves of time a key below 60; cutoff_hz: of the
    low-pass, inf for none; keys, velocities: ranges, both ends included.
    """

    sample: np.ndarray
    loop: tuple[int, int] | None
    rate_hz: int
    root: int
    tune: float
    scale: float
    gain: float
    attack: float
    hold: float
    decay: float
    release: float
    sustain_db: float
    decay_per_key: float
    cutoff_hz: float
    keys: tuple[int, int]
    velocities: tuple[int, int]


class SoundFont:
    """A SoundFont in memory; zones are put together when first asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        chunks = _chunks(data, name)
        try:
            self._raw = chunks[b"smpl"]
            self._samples = np.frombuffer(self._raw[: len(self._raw) // 2 * 2], "<i2")
            self._presets, self._preset_bags, self._preset_gens = (
                np.frombuffer(chunks[k], t) for k, t in ((b"phdr", _PHDR), (b"pbag", _BAG), (b"pgen", _GEN))
            )
            self._instruments, self._bags, self._gens = (
                np.frombuffer(chunks[k], t) for k, t in ((b"inst", _INST), (b"ibag", _BAG), (b"igen", _GEN))
            )
            self._headers = np.frombuffer(chunks[b"shdr"], _SHDR)
        except (KeyError, ValueError) as error:
            raise FormatError(f"{name!r} is not a SoundFont that can be read: {error}") from error
        if not (len(self._presets) > 1 and len(self._instruments) > 1 and len(self._headers) > 1):
            raise FormatError(f"{name!r} is a SoundFont without an instrument")
        self._cache: dict[tuple[int, int], list[Zone]] = {}
        self._decoded: dict[int, np.ndarray] = {}

    def has(self, program: int, *, is_drum: bool = False) -> bool:
        """Whether the font itself holds a General MIDI program, or a drum kit."""
        bank = 128 if is_drum else 0
        return any(p["bank"] == bank and (is_drum or p["preset"] == program) for p in self._presets[:-1])

    def zones(self, program: int, *, is_drum: bool = False) -> list[Zone]:
        """The zones of a General MIDI program; one that the font lacks is played by its family's first, else by the
        first preset of the bank.
        """
        bank = 128 if is_drum else 0
        there = {int(p["preset"]): i for i, p in enumerate(self._presets[:-1]) if p["bank"] == bank}
        if not there:
            return []
        number = program if program in there else program // 8 * 8 if program // 8 * 8 in there else min(there)
        if (bank, number) not in self._cache:
            self._cache[bank, number] = self._preset_zones(there[number])
        return self._cache[bank, number]

    def _preset_zones(self, preset: int) -> list[Zone]:
        common: dict[int, int] = {}
        out: list[Zone] = []
        for bag in range(int(self._presets[preset]["bag"]), int(self._presets[preset + 1]["bag"])):
            row = {**common, **_generators(self._preset_gens, self._preset_bags, bag)}
            if _INSTRUMENT in row:
                out += self._instrument_zones(row[_INSTRUMENT], row)
            elif bag == self._presets[preset]["bag"]:
                common = row
        return out

    def _instrument_zones(self, instrument: int, preset: dict[int, int]) -> list[Zone]:
        common: dict[int, int] = {}
        out: list[Zone] = []
        first, last = (int(self._instruments[i]["bag"]) for i in (instrument, instrument + 1))
        for bag in range(first, last):
            row = {**common, **_generators(self._gens, self._bags, bag)}
            if _SAMPLE not in row:
                if bag == first:
                    common = row
                continue
            header = self._headers[row[_SAMPLE]]
            keys, velocities = (_both(row.get(k), preset.get(k)) for k in (_KEYS, _VELOCITIES))
            if not int(header["kind"]) & _ROM and keys and velocities:
                zone = self._zone(header, row, preset, keys, velocities)
                if zone is not None:
                    out.append(zone)
        return out

    def _zone(
        self,
        header: np.void,
        row: dict[int, int],
        preset: dict[int, int],
        keys: tuple[int, int],
        velocities: tuple[int, int],
    ) -> Zone | None:
        def value(oper: int) -> int:
            return row.get(oper, _DEFAULTS.get(oper, 0)) + (preset.get(oper, 0) if oper not in (_SAMPLE, 54, 58) else 0)

        def seconds(oper: int) -> float:
            return float(2 ** (min(max(value(oper), -12000), 8000) / 1200))

        samples, first, last = self._samples_of(header)
        start, end = first + value(0) + 32768 * value(4), last + value(1) + 32768 * value(12)
        loop = (
            int(header["loop_start"]) + value(2) + 32768 * value(45) - start,
            int(header["loop_end"]) + value(3) + 32768 * value(50) - start,
        )
        if not 0 <= start < end <= len(samples):
            return None
        looped = value(54) & 1 and 0 <= loop[0] < loop[1] - 1 and loop[1] <= end - start
        cents = value(8) + value(11) * (1 - min(max(value(29), 0), 1000) / 1000)
        gain = (
            10 ** (-0.4 * max(value(48), 0) / 200) / 32768
        )  # synthesisers weigh centibels by 0.4 here, as the first hardware did
        return Zone(
            sample=samples[start:end].astype(np.float32),
            loop=loop if looped else None,
            rate_hz=int(header["rate"]),
            root=value(58) if value(58) >= 0 else min(int(header["key"]), 127),
            tune=value(51) + (value(52) + int(header["cents"])) / 100,
            scale=value(56) / 100,
            gain=gain * (0.7 if int(header["kind"]) & _STEREO else 1.0),
            attack=seconds(33) + seconds(34),
            hold=seconds(35),
            decay=seconds(36),
            release=seconds(38),
            sustain_db=min(max(value(37), 0), 1440) / 10,
            decay_per_key=value(40) / 1200,
            cutoff_hz=8.176 * 2 ** (cents / 1200) if cents < 13400 else float("inf"),
            keys=keys,
            velocities=velocities,
        )

    def _samples_of(self, header: np.void) -> tuple[np.ndarray, int, int]:
        """(samples, where a recording begins in them, where it ends)."""
        start, end = int(header["start"]), int(header["end"])
        if not int(header["kind"]) & _VORBIS:
            return self._samples, start, end
        if start not in self._decoded:
            self._decoded[start] = _vorbis(self._raw[start:end])
        return self._decoded[start], 0, len(self._decoded[start])


def _vorbis(data: bytes) -> np.ndarray:
    """The samples of an Ogg Vorbis file, int16; none where it cannot be read."""
    import io

    import av

    try:
        with av.open(io.BytesIO(data), "r") as file:
            resampler = av.AudioResampler(format="s16", layout="mono")
            parts = [out.to_ndarray()[0] for frame in file.decode(audio=0) for out in resampler.resample(frame)]
    except (av.FFmpegError, ValueError, IndexError):
        return np.zeros(0, np.int16)
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, np.int16)


def _chunks(data: bytes, name: str) -> dict[bytes, bytes]:
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk":
        raise FormatError(f"{name!r} is not a SoundFont: it begins with {data[:4]!r}")
    out: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        inner, end = at + 12, min(at + 8 + size, len(data))
        while inner + 8 <= end:
            part = int.from_bytes(data[inner + 4 : inner + 8], "little")
            out[data[inner : inner + 4]] = data[inner + 8 : min(inner + 8 + part, end)]
            inner += 8 + part + part % 2
        at += 8 + size
        if data[at : at + 4] != b"LIST":  # some writers leave out the padding of an odd list
            at += size % 2
    return out


def _generators(gens: np.ndarray, bags: np.ndarray, bag: int) -> dict[int, int]:
    first, last = int(bags[bag]["gen"]), int(bags[bag + 1]["gen"])
    return {
        int(g["oper"]): int(g["amount"])
        if g["oper"] not in (_INSTRUMENT, _SAMPLE, _KEYS, _VELOCITIES)
        else int(g["amount"]) & 0xFFFF
        for g in gens[first:last]
    }


def _both(a: int | None, b: int | None) -> tuple[int, int] | None:
    """The common part of two ranges packed as low and high byte; None if there is none."""
    low, high = 0, 127
    for packed in (a, b):
        if packed is not None:
            low, high = max(low, packed & 255), min(high, packed >> 8)
    return (low, high) if low <= high else None


@lru_cache(maxsize=2)
def read_soundfont(path: Path) -> SoundFont:
    """The SoundFont in a file. Raises FormatError if it is none or cannot be read."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise FormatError(f"the SoundFont {str(path)!r} cannot be read: {error.strerror}") from error
    if size > _MOST_BYTES:
        raise FormatError(f"the SoundFont {str(path)!r} is {size >> 20} MB large; up to {_MOST_BYTES >> 20} are read")
    return SoundFont(data, path.name)
