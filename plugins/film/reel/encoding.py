"""A film coded from planar frames and samples of sound: equal inputs give equal bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from .container import CODECS, FORMATS
from .sound import RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..camera.planes import Frame

__all__ = ["encode"]

# Two frame threads always: x264's result depends on their number, never on the computer's.
_THREADS = "2"


def encode(
    frames: Iterable[Frame],
    *,
    size: tuple[int, int],
    fps: int,
    suffix: str,
    quality: int,
    samples: NDArray[np.float32] | None,
    tell: Callable[[int], None],
) -> bytes:
    """Code planar frames (BT.709, limited range, chroma at half size) and sound (float32, (2, n), 48 kHz) into a
    container.

    quality: constant rate factor, lower is better (x264's scale; about 12 is added for VP9). tell: called with the
    number of
    each frame. Equal inputs give equal bytes: one number of threads, no times of day, no library versions in the
    container.
    """
    with tempfile.TemporaryDirectory(prefix="artwright-film-") as folder:
        path = Path(folder) / f"film{suffix}"
        options = {"movflags": "+faststart", "fflags": "+bitexact"} if suffix == ".mp4" else {"fflags": "+bitexact"}
        with av.open(str(path), "w", format=FORMATS[suffix], options=options) as container:
            video = _video_stream(container, size, fps, suffix, quality)
            audio = _audio_stream(container, suffix) if samples is not None else None
            feed = _feed(audio, samples) if samples is not None else iter(())
            for number, planes in enumerate(frames):
                tell(number)
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
