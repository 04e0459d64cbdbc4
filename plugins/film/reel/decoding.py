"""The pictures and the sound of a film, as they are shown and heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from PIL import Image

from .container import FilmReel, opened, pictures_of, sound_of_container

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..camera.planes import Frame

__all__ = ["frames_at", "pixels_of", "planes_of", "sound_frames"]


def sound_frames(container: Any) -> Iterator[Any]:
    """The sound of a film that has some, frame by frame."""
    yield from container.decode(sound_of_container(container))


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


def frames_at(reel: FilmReel, times_s: Iterable[float]) -> list[Image.Image]:
    """The pictures shown at some times, as PIL images; the last one for times beyond the end."""
    wanted = sorted(times_s)
    pictures: list[Image.Image] = []
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
                pictures.append(Image.fromarray(pixels_of(shown, reel)))
    return pictures
