"""Sound files: WAV by hand, FLAC, MP3, Ogg Vorbis and Opus through PyAV, which also reads AAC, AIFF and the sound of
films; title and manifest in their tags.

Equal samples give equal files: WAV has no date, and the others are muxed bit-exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np

from ....core.errors import FormatError, InputError
from ....core.tags import check_tags

__all__ = ["MAX_SECONDS", "read_sound", "write_sound"]

MAX_SECONDS = 1_800
"""Longest recording that is read: half an hour."""

MIN_RATE_HZ, MAX_RATE_HZ = 1_000, 768_000
MAX_WAV_BYTES = (1 << 32) - (1 << 20)
_CODECS = {
    ".flac": ("flac", "flac", 0),
    ".mp3": ("libmp3lame", "mp3", 192_000),
    ".ogg": ("libvorbis", "ogg", 160_000),
    ".opus": ("libopus", "ogg", 128_000),
}


def write_sound(
    path: Path, sound: np.ndarray, rate_hz: int, *, title: str = "", manifest: Callable[[str], str] = lambda digest: ""
) -> None:
    """Write float32 of shape (channels, samples), within [-1, 1], as the suffix says; samples beyond are clipped.

    manifest: tells the manifest of a file whose coded sound has this SHA-256 (that of `read_sound`).
    Raises InputError if a WAV would pass 4 GB, FormatError for a suffix that is not written.
    """
    suffix = path.suffix.lower()
    if suffix == ".wav":
        path.write_bytes(_wav(sound, rate_hz, title, manifest))
    elif suffix in _CODECS:
        _encode(path, sound, rate_hz, title, manifest)
    else:
        raise FormatError(f"sound is not written as {suffix!r}; there are: .wav, {', '.join(_CODECS)}")


def _integers(sound: np.ndarray) -> np.ndarray:
    """16-bit samples, interleaved: shape (samples, channels)."""
    return np.ascontiguousarray(np.rint(sound.clip(-1, 1) * 32767).astype("<i2").T)


def _wav(sound: np.ndarray, rate_hz: int, title: str, manifest: Callable[[str], str]) -> bytes:
    data = _integers(sound).tobytes()
    if len(data) > MAX_WAV_BYTES:
        raise InputError(
            f"the sound is {len(data) >> 20} MB large; a WAV file holds 4,095: choose .flac, .mp3, .ogg or .opus"
        )
    channels, comment = len(sound), manifest(sha256(data).hexdigest())
    chunks = b"fmt " + struct.pack("<IHHIIHH", 16, 1, channels, rate_hz, rate_hz * channels * 2, channels * 2, 16)
    tags = b"".join(_info(tag, text) for tag, text in ((b"INAM", title), (b"ICMT", comment)) if text)
    if tags:
        chunks += b"LIST" + struct.pack("<I", len(tags) + 4) + b"INFO" + tags
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def _info(tag: bytes, text: str) -> bytes:
    data = text.encode("utf-8", "replace") + b"\0"
    return tag + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _encode(path: Path, sound: np.ndarray, rate_hz: int, title: str, manifest: Callable[[str], str]) -> None:
    import av

    codec, container, bit_rate = _CODECS[path.suffix.lower()]
    name = codec if codec in av.codecs_available else "vorbis" if codec == "libvorbis" else codec
    with av.open(str(path), "w", format=container, options={"fflags": "+bitexact"}) as out:
        extra = {"vorbis": {"strict": "experimental"}, "libmp3lame": {"compression_level": "7"}}.get(
            name, {}
        )  # LAME's usual care costs twice the time
        stream = out.add_stream(name, rate=rate_hz, layout="stereo" if len(sound) == 2 else "mono", options=extra)
        assert isinstance(stream, av.AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate
        stream.codec_context.flags |= int(av.codec.context.Flags.bitexact)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=stream.layout, rate=rate_hz)
        samples = _integers(sound)
        packets: list[av.Packet[av.AudioStream]] = []
        for at in range(0, len(samples), 1 << 16):
            block = samples[at : at + (1 << 16)]
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout=stream.layout.name)
            frame.sample_rate, frame.pts = rate_hz, at
            for ready in resampler.resample(frame):
                packets += stream.encode(ready)
        for ready in resampler.resample(None):
            packets += stream.encode(ready)
        packets += stream.encode(None)
        comment = manifest(sha256(b"".join(bytes(packet) for packet in packets)).hexdigest())
        tags = {key: text for key, text in (("title", title), ("comment", comment)) if text}
        out.metadata.update(tags)  # the head of the file is written with the first packet
        if container == "ogg":
            stream.metadata.update(tags)
        out.mux(packets)


def read_sound(path: Path) -> tuple[np.ndarray, int, str, str, str]:
    """(float32 of shape (1 or 2, samples), rate in hertz, title or "", comment or "", SHA-256 of the coded sound).

    Raises FormatError if it is no sound that can be decoded, is empty or lasts longer than half an hour.
    """
    import av

    path = Path(path)
    blocks: list[np.ndarray] = []
    digest = sha256()
    try:
        if not path.stat().st_size:
            raise FormatError(f"{path.name!r} is empty; there is nothing to hear")
        check_tags(path)
        with av.open(str(path), metadata_errors="replace") as source:
            if not source.streams.audio:
                raise FormatError(f"{path.name!r} holds no sound")
            stream = source.streams.audio[0]
            codec = stream.codec_context
            tags = {k.lower(): v for k, v in {**stream.metadata, **source.metadata}.items()}
            if codec is None or not MIN_RATE_HZ <= int(codec.sample_rate or 0) <= MAX_RATE_HZ:
                raise FormatError(
                    f"{path.name!r} cannot be decoded as sound: its codec or sample rate is not known; rates of "
                    f"{MIN_RATE_HZ} to {MAX_RATE_HZ} hertz are read"
                )
            rate_hz, total = int(codec.sample_rate), 0
            resampler = av.AudioResampler(
                format="fltp", layout="mono" if codec.channels == 1 else "stereo", rate=rate_hz
            )
            for packet in source.demux(stream):
                digest.update(bytes(packet))
                for frame in packet.decode():
                    for ready in resampler.resample(frame):
                        blocks.append(ready.to_ndarray())
                        total += blocks[-1].shape[1]
                if total > MAX_SECONDS * rate_hz:
                    raise FormatError(f"{path.name!r} lasts longer than {MAX_SECONDS // 60} minutes; cut it into parts")
    except av.error.FFmpegError as error:
        raise FormatError(
            f"{path.name!r} cannot be decoded as sound: {error.strerror or error}; .wav, .flac, .mp3, .ogg, .opus, "
            f".m4a and the sound of .mov and .mkv are read"
        ) from error
    except OSError as error:
        raise FormatError(f"{str(path)!r} cannot be read: {error.strerror or error}") from error
    if not blocks or not total:
        raise FormatError(f"{path.name!r} holds no sound: its audio stream is empty")
    sound = np.nan_to_num(np.concatenate(blocks, axis=1))
    return sound, rate_hz, tags.get("title", ""), tags.get("comment", ""), digest.hexdigest()
