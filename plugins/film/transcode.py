"""A film coded anew for the other container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from .reel import FilmReel, encode, opened, probe
from .sound import RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .camera import Frame

__all__ = ["transcode"]


def transcode(reel: FilmReel, suffix: str, quality: int = 20) -> FilmReel:
    """The film in the codecs of `suffix`, at its size and rate (whole pictures a second)."""
    import av

    fps = max(1, round(reel.fps)) if reel.fps else 24
    size = reel.width_px & ~1, reel.height_px & ~1

    def frames() -> Iterator[Frame]:
        with opened(reel) as container:
            stream = container.streams.video[0]
            for frame in container.decode(stream):
                planes = frame.reformat(width=size[0], height=size[1], format="yuv420p").to_ndarray()
                yield _split(planes, size)

    samples = None
    if reel.has_sound:
        with opened(reel) as container:
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
            parts = [part.to_ndarray() for frame in container.decode(audio=0) for part in resampler.resample(frame)]
            parts += [part.to_ndarray() for part in resampler.resample(None)]
        samples = np.concatenate(parts, axis=1).astype(np.float32) if parts else None
    data = encode(
        frames(), size=size, fps=fps, suffix=suffix, quality=quality, samples=samples, told=lambda number: None
    )
    return probe(data, suffix, f"film{suffix}")


def _split(flat: NDArray[np.uint8], size: tuple[int, int]) -> Frame:
    width, height = size
    line = flat.reshape(-1)
    luma, quarter = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        line[:luma].reshape(height, width),
        line[luma : luma + quarter].reshape(half),
        line[luma + quarter : luma + 2 * quarter].reshape(half),
    )
