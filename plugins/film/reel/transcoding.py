"""A film coded anew for the other container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import av
import numpy as np

from .container import FilmReel, opened, pictures_of, probe
from .decoding import planes_of, sound_frames
from .encoding import encode
from .sound import RATE_HZ
from .words import stamp

if TYPE_CHECKING:
    from ..camera.planes import Frame

__all__ = ["transcode"]


def transcode(reel: FilmReel, suffix: str, quality: int = 20, *, words: str = "") -> FilmReel:
    """The film in the codecs of `suffix`, upright, at its size and mean rate (whole pictures a second); words: seen in its
    lower right corner.
    """
    fps = max(1, round(reel.fps)) if reel.fps else 24
    size = reel.width_px & ~1, reel.height_px & ~1

    def frames() -> Iterator[Frame]:
        """At a steady rate, whatever the rate of the film was from moment to moment."""
        with opened(reel) as container:
            shown = None
            due = 0
            for frame in container.decode(pictures_of(container)):
                time = frame.time if frame.time is not None else due / fps
                while shown is not None and due / fps < time - 0.5 / fps:
                    yield shown
                    due += 1
                shown = planes_of(frame, reel, size)
            if shown is not None:
                yield shown

    samples = None
    if reel.has_sound:
        with opened(reel) as container:
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
            parts = [part.to_ndarray() for frame in sound_frames(container) for part in resampler.resample(frame)]
            parts += [part.to_ndarray() for part in resampler.resample(None)]
        samples = np.concatenate(parts, axis=1).astype(np.float32) if parts else None
    shown = map(stamp(size, words), frames()) if words else frames()
    data = encode(shown, size=size, fps=fps, suffix=suffix, quality=quality, samples=samples, tell=lambda number: None)
    return probe(data, suffix, f"film{suffix}")
