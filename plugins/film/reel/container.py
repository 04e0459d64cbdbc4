"""Film files: what a film is in memory, and its container.

A film's id is taken from its coded pictures and sound, not from the container around them, so that the manifest can be
written into the container's comment and read back without changing what the film is. Telephones store a picture as the
chip lies and say beside it how to turn it; some cameras store narrow pixels: sizes are always those that are shown.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from ....core.errors import FormatError

__all__ = [
    "CODECS",
    "FORMATS",
    "FilmReel",
    "fits",
    "identity",
    "opened",
    "pictures_of",
    "probe",
    "read_tags",
    "rewrap",
    "sound_of_container",
]

CODECS = {".mp4": ("libx264", "aac"), ".webm": ("libvpx-vp9", "libopus")}
FORMATS = {".mp4": "mp4", ".webm": "webm", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
# What a container that we write takes as it is, so that nothing is lost by coding it anew.
_TAKES = {
    ".mp4": ({"h264", "hevc", "av1", "mpeg4"}, {"aac", "mp3", "ac3", "alac", ""}),
    ".webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis", ""}),
}
MAX_BYTES = 512 * 2**20
MAX_SIDE_PX = 8192
MAX_SECONDS = 3 * 3600.0


@dataclass(frozen=True, eq=False)
class FilmReel:
    """The payload of the medium film: the bytes of a container, its suffix, and what is in it.

    width_px, height_px: as it is shown; quarter_turns: counterclockwise, from how its pictures are stored.
    """

    data: bytes
    suffix: str
    width_px: int
    height_px: int
    fps: float
    duration_s: float
    video_codec: str
    audio_codec: str = ""
    quarter_turns: int = 0

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return bool(self.audio_codec)


@contextmanager
def opened(reel: FilmReel) -> Iterator[Any]:
    """The container, open for reading. Errors of the library become FormatError."""
    try:
        with av.open(io.BytesIO(reel.data), "r") as container:
            yield container
    except av.error.FFmpegError as error:
        raise FormatError(f"the film is broken: {error.strerror or error}") from error


def probe(data: bytes, suffix: str, name: str) -> FilmReel:
    """Look into the bytes of a file. Raises FormatError, naming the file, if it is no film of that suffix or beyond the
    limits.
    """
    if len(data) > MAX_BYTES:
        raise FormatError(f"{name!r} has {len(data) >> 20} MiB; films of up to {MAX_BYTES >> 20} MiB are read")
    try:
        with av.open(io.BytesIO(data), "r") as container:
            if FORMATS[suffix] not in container.format.name.split(","):
                raise FormatError(
                    f"{name!r} is not what its name says: it holds {container.format.name}; rename it or convert it"
                )
            if not container.streams.video:
                raise FormatError(f"{name!r} holds no pictures; a film needs a video track")
            video = pictures_of(container)
            if video.codec_context is None:
                raise FormatError(f"{name!r} is broken, or its pictures are coded in a way that is not known")
            audio = sound_of_container(container)
            seconds = container.duration / av.time_base if container.duration else 0.0
            if (
                max(video.width, video.height) > MAX_SIDE_PX
                or min(video.width, video.height) < 2
                or not 0 < seconds <= MAX_SECONDS
            ):
                raise FormatError(
                    f"{name!r} is {video.width}x{video.height} pixels and {seconds:.0f} s long; "
                    f"films of up to {MAX_SIDE_PX} pixels a side and {MAX_SECONDS:.0f} s are read"
                )
            first = next(container.decode(video), None)
            if first is None:
                raise FormatError(f"{name!r} is broken: not one picture of it can be read")
            turns = round(first.rotation / 90) % 4
            size = max(1, min(MAX_SIDE_PX, round(video.width * (video.sample_aspect_ratio or 1)))), video.height
            return FilmReel(
                data=data,
                suffix=suffix,
                width_px=size[turns % 2],
                height_px=size[1 - turns % 2],
                quarter_turns=turns,
                fps=float(video.average_rate or 0),
                duration_s=seconds,
                video_codec=video.codec_context.name,
                audio_codec=audio.codec_context.name if audio else "",
            )
    except (av.error.FFmpegError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FormatError(f"{name!r} cannot be read as a film: {reason}") from error


def pictures_of(container: Any) -> Any:
    """The stream of moving pictures; a cover that is stored as a picture is none."""
    return container.streams.best("video") or container.streams.video[0]


def sound_of_container(container: Any) -> Any:
    """The first stream of sound that can be decoded, or None."""
    return next((stream for stream in container.streams.audio if stream.codec_context is not None), None)


def _streams_of(container: Any) -> list[Any]:
    return [stream for stream in (pictures_of(container), sound_of_container(container)) if stream is not None]


def fits(reel: FilmReel, suffix: str) -> bool:
    """Whether a container of that suffix takes the coded streams as they are."""
    video, audio = _TAKES[suffix]
    return reel.video_codec in video and reel.audio_codec in audio


def read_tags(reel: FilmReel) -> dict[str, str]:
    """The container's tags, their names in lower case."""
    with opened(reel) as container:
        return {key.lower(): value for key, value in container.metadata.items()}


def identity(reel: FilmReel) -> bytes:
    """SHA-256 of the coded streams: size, turn, rate, parameters and all packets in order."""
    turned = f" turned {reel.quarter_turns}" if reel.quarter_turns else ""
    digest = hashlib.sha256(f"{reel.video_codec} {reel.width_px}x{reel.height_px} {reel.audio_codec}{turned}".encode())
    with opened(reel) as container:
        for stream in sorted(_streams_of(container), key=lambda s: s.type):
            digest.update(stream.type.encode())
            container.seek(0)
            for packet in container.demux(stream):
                if packet.size:
                    # a damaged file may hold packets without a time
                    at = "" if packet.pts is None else f"{float(packet.pts * packet.time_base):.3f}"
                    digest.update(at.encode())
                    digest.update(bytes(packet))
    return digest.digest()


def rewrap(reel: FilmReel, path: Path, tags: dict[str, str]) -> None:
    """Write the same coded streams, with other tags, to a file in the format of its suffix, which takes them (`fits`)."""
    suffix = path.suffix.lower()
    options = {"movflags": "+faststart", "fflags": "+bitexact"} if suffix == ".mp4" else {"fflags": "+bitexact"}
    with opened(reel) as source, av.open(str(path), "w", format=FORMATS[suffix], options=options) as target:
        target.metadata.update(tags)
        pairs = {s.index: target.add_stream_from_template(s) for s in _streams_of(source)}
        packets = [p for p in source.demux([source.streams[index] for index in pairs]) if p.size and p.pts is not None]
        for index in pairs:
            _order([packet for packet in packets if packet.stream.index == index])
        for packet in packets:
            packet.stream = pairs[packet.stream.index]
            target.mux(packet)


def _order(packets: list[Any]) -> None:
    """Give packets the times of decoding that Matroska does not store: those of showing, in order, early enough."""
    if all(packet.dts is not None for packet in packets):
        return
    shown = sorted(packet.pts for packet in packets)
    late = max(time - packet.pts for time, packet in zip(shown, packets, strict=True))
    for time, packet in zip(shown, packets, strict=True):
        packet.dts = time - late
