"""Film files: what a film is in memory, and all that is asked of PyAV.

A film's id is taken from its coded pictures and sound, not from the container around them, so that the manifest can be
written
into the container's comment and read back without changing what the film is. Telephones store a picture as the chip
lies and say beside it how to turn it; some cameras store narrow pixels: sizes and pixels here are always those that are
shown.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from ...core.errors import FormatError
from .sound import RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image as Images

    from .camera import Frame

__all__ = [
    "CODECS",
    "READ",
    "FilmReel",
    "encode",
    "fits",
    "frames_at",
    "identity",
    "opened",
    "pictures_of",
    "pixels_of",
    "planes_of",
    "probe",
    "read_tags",
    "rewrap",
    "sound_frames",
]

CODECS = {".mp4": ("libx264", "aac"), ".webm": ("libvpx-vp9", "libopus")}
_FORMATS = {".mp4": "mp4", ".webm": "webm", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
READ = tuple(_FORMATS)
# What a container that we write takes as it is, so that nothing is lost by coding it anew.
_TAKES = {
    ".mp4": ({"h264", "hevc", "av1", "mpeg4"}, {"aac", "mp3", "ac3", "alac", ""}),
    ".webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis", ""}),
}
MAX_BYTES = 512 * 2**20
MAX_SIDE_PX = 8192
MAX_SECONDS = 3 * 3600.0
# Two frame threads always: x264's result depends on their number, never on the computer's.
_THREADS = "2"


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
            if _FORMATS[suffix] not in container.format.name.split(","):
                raise FormatError(
                    f"{name!r} is not what its name says: it holds {container.format.name}; rename it or convert it"
                )
            if not container.streams.video:
                raise FormatError(f"{name!r} holds no pictures; a film needs a video track")
            video = pictures_of(container)
            if video.codec_context is None:
                raise FormatError(f"{name!r} is broken, or its pictures are coded in a way that is not known")
            audio = _sound_of(container)
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


def _sound_of(container: Any) -> Any:
    """The first stream of sound that can be decoded, or None."""
    return next((stream for stream in container.streams.audio if stream.codec_context is not None), None)


def _streams_of(container: Any) -> list[Any]:
    return [stream for stream in (pictures_of(container), _sound_of(container)) if stream is not None]


def sound_frames(container: Any) -> Iterator[Any]:
    """The sound of a film that has some, frame by frame."""
    yield from container.decode(_sound_of(container))


def fits(reel: FilmReel, suffix: str) -> bool:
    """Whether a container of that suffix takes the coded streams as they are."""
    video, audio = _TAKES[suffix]
    return reel.video_codec in video and reel.audio_codec in audio


def pixels_of(frame: Any, reel: FilmReel, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """A picture of the film as it is shown, uint8 of shape (height, width, 3); size: (width, height), its own if None."""
    width, height = _stored(reel, size or (reel.width_px, reel.height_px))
    pixels = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    return np.ascontiguousarray(np.rot90(pixels, reel.quarter_turns))


def planes_of(frame: Any, reel: FilmReel, size: tuple[int, int]) -> Frame:
    """A picture as it is shown, as planes (light, and two of colour at half size) of (width, height), both even."""
    width, height = _stored(reel, size)
    line = frame.reformat(width=width, height=height, format="yuv420p").to_ndarray().reshape(-1)
    luma, half = width * height, (height // 2, width // 2)
    planes = (
        line[:luma].reshape(height, width),
        line[luma : luma + luma // 4].reshape(half),
        line[luma + luma // 4 : luma + luma // 2].reshape(half),
    )
    first, second, third = (np.ascontiguousarray(np.rot90(plane, reel.quarter_turns)) for plane in planes)
    return first, second, third


def _stored(reel: FilmReel, size: tuple[int, int]) -> tuple[int, int]:
    """A size that is shown as (width, height) before the picture is turned."""
    return (size[1], size[0]) if reel.quarter_turns % 2 else size


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
                    digest.update(f"{float(packet.pts * packet.time_base):.3f}".encode())
                    digest.update(bytes(packet))
    return digest.digest()


def rewrap(reel: FilmReel, path: Path, tags: dict[str, str]) -> None:
    """Write the same coded streams, with other tags, to a file in the format of its suffix, which takes them (`fits`)."""
    suffix = path.suffix.lower()
    options = {"movflags": "+faststart", "fflags": "+bitexact"} if suffix == ".mp4" else {"fflags": "+bitexact"}
    with opened(reel) as source, av.open(str(path), "w", format=_FORMATS[suffix], options=options) as target:
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


def frames_at(reel: FilmReel, times_s: Iterable[float]) -> list[Images]:
    """The pictures shown at some times, as PIL images; the last one for times beyond the end."""
    from PIL import Image

    wanted = sorted(times_s)
    found: list[Image.Image] = []
    with opened(reel) as container:
        stream = pictures_of(container)
        for time in wanted:
            container.seek(int(max(0.0, time) * av.time_base), backward=True)
            shown = None
            for frame in container.decode(stream):
                if shown is not None and frame.time is not None and frame.time > time + 1e-3:
                    break
                shown = frame
            if shown is not None:
                found.append(Image.fromarray(pixels_of(shown, reel)))
    return found


def encode(
    frames: Iterable[Frame],
    *,
    size: tuple[int, int],
    fps: int,
    suffix: str,
    quality: int,
    samples: NDArray[np.float32] | None,
    told: Callable[[int], None],
) -> bytes:
    """Code planar frames (BT.709, limited range, chroma at half size) and sound (float32, (2, n), 48 kHz) into a
    container.

    quality: constant rate factor, lower is better (x264's scale; about 12 is added for VP9). told: called with the
    number of
    each frame. Equal inputs give equal bytes: one number of threads, no times of day, no library versions in the
    container.
    """
    with tempfile.TemporaryDirectory(prefix="artwright-film-") as folder:
        path = Path(folder) / f"film{suffix}"
        options = {"movflags": "+faststart", "fflags": "+bitexact"} if suffix == ".mp4" else {"fflags": "+bitexact"}
        with av.open(str(path), "w", format=_FORMATS[suffix], options=options) as container:
            video = _video_stream(container, size, fps, suffix, quality)
            audio = _audio_stream(container, suffix) if samples is not None else None
            feed = _feed(audio, samples) if samples is not None else iter(())
            for number, planes in enumerate(frames):
                told(number)
                container.mux(video.encode(_to_av(planes, number)))
                if number % fps == 0:
                    for packets in _until(feed, (number / fps + 1) * RATE_HZ):
                        container.mux(packets)
            container.mux(video.encode(None))
            for _, packets in feed:
                container.mux(packets)
        return path.read_bytes()


def _video_stream(container: Any, size: tuple[int, int], fps: int, suffix: str, quality: int) -> Any:
    if suffix == ".mp4":
        # No B frames: with them x264's macroblock tree gives other bytes from run to run on small pictures; slow moves
        # lose 5 % in size.
        options = {"preset": "veryfast", "crf": str(quality), "threads": _THREADS, "bf": "0", "profile": "high"}
    else:
        options = {
            "crf": str(quality + 12),
            "b": "0",
            "deadline": "realtime",
            "cpu-used": "7",
            "row-mt": "0",
            "threads": _THREADS,
            "tile-columns": "1",
        }
    stream = container.add_stream(CODECS[suffix][0], rate=fps, options={**options, "flags": "+bitexact"})
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.gop_size = fps * 4
    context.color_range, context.colorspace, context.color_primaries, context.color_trc = 1, 1, 1, 1
    return stream


def _audio_stream(container: Any, suffix: str) -> Any:
    stream = container.add_stream(CODECS[suffix][1], rate=RATE_HZ, layout="stereo", options={"flags": "+bitexact"})
    stream.bit_rate = 160_000
    if suffix == ".mp4":
        stream.codec_context.format = "fltp"
    else:
        stream.codec_context.format = "flt"
    return stream


def _feed(stream: Any, samples: NDArray[np.float32]) -> Iterator[tuple[int, Any]]:
    """(end of the sound given so far, packets), a fifth of a second at a time; the encoder's fifo cuts it to its own
    frames.
    """
    planar = stream.codec_context.format.name == "fltp"
    step = RATE_HZ // 5
    for at in range(0, samples.shape[1], step):
        part = samples[:, at : at + step]
        data = np.ascontiguousarray(part) if planar else np.ascontiguousarray(part.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(data, format="fltp" if planar else "flt", layout="stereo")
        frame.sample_rate, frame.pts = RATE_HZ, at
        yield at + step, stream.encode(frame)
    yield samples.shape[1], stream.encode(None)


def _until(feed: Iterator[tuple[int, Any]], end: float) -> Iterator[Any]:
    for at, packets in feed:
        yield packets
        if at >= end:
            return


def _to_av(planes: Frame, number: int) -> Any:
    height, width = planes[0].shape
    flat = np.concatenate([plane.reshape(-1) for plane in planes]).reshape(height * 3 // 2, width)
    frame = av.VideoFrame.from_ndarray(flat, format="yuv420p")
    frame.pts = number
    frame.color_range, frame.colorspace = 1, 1
    return frame
