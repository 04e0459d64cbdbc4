"""The door to the hands: a scene, a style and a size give a picture."""

from __future__ import annotations

from functools import partial

import numpy as np
from PIL import Image

from .....core.progress import Progress, Silent
from ..brush import relight
from ..canvas import Canvas, Strokes
from ..colour import Array
from ..noise import resize
from ..scene import Scene
from ..stamps import Stamps
from .dots import paint_dots
from .facet import paint_facet
from .gold import paint_gold
from .ink import paint_ink
from .parameters import FAMILIES, StyleParameters
from .sitting import Sitting
from .stroke import paint_stroke
from .veil import paint_veil
from .woodblock import paint_print

__all__ = ["Frames", "paint"]

_PIPELINES = dict(
    zip(
        FAMILIES,
        (paint_stroke, paint_dots, paint_veil, paint_print, paint_ink, paint_gold, paint_facet),
        strict=True,
    )
)


class Frames:
    """Snapshots of a picture while it is made, `height` pixels high, at most `most`; `pick(n)` gives n of them, evenly."""

    def __init__(self, height: int, most: int = 160) -> None:
        self.height, self.most = height, most
        self.shots: list[Array] = []
        self._calls, self._every = 0, 1

    def __call__(self, canvas: Canvas) -> None:
        """Keep a snapshot of a canvas; from the most on each second one is dropped and half as many are taken."""
        self._calls += 1
        if self._calls % self._every:
            return
        if len(self.shots) >= self.most:
            del self.shots[1::2]
            self._every *= 2
        width = round(self.height * canvas.width / canvas.height)
        self.add(relight(canvas, strength=0.3), width)

    def add(self, rgb: Array, width: int | None = None) -> None:
        """Keep a stage (H, W, 3)."""
        width = width or round(self.height * rgb.shape[1] / rgb.shape[0])
        self.shots.append((resize(rgb, self.height, width) * 255 + 0.5).astype(np.uint8))

    def pick(self, count: int) -> list[Image.Image]:
        """`count` stages in order, the last one the last."""
        if not self.shots:
            return []
        places = np.linspace(0, len(self.shots) - 1, count).round().astype(int)
        return [Image.fromarray(self.shots[i]) for i in places]


def paint(
    scene: Scene,
    style: StyleParameters,
    *,
    size: tuple[int, int],
    rng: np.random.Generator,
    progress: Progress | None = None,
    frames: Frames | None = None,
    strokes: Strokes | None = None,
    stamps: Stamps | None = None,
) -> Image.Image:
    """Paint `scene` in `style`.

    size: (width, height) in px, any, of about the scene's aspect; rng: all randomness comes from it; frames: gets
    stages of the
    work; strokes: gets the strokes as data; stamps: those of the pictures before. Returns an RGB picture.
    """
    width, height = size
    at_size = scene.resized(height, width)
    canvas_of = partial(Canvas, watch=frames, keep=strokes, stamps=stamps)
    rgb = _PIPELINES[style.family](Sitting(at_size, style, canvas_of, rng, progress or Silent()))
    if frames is not None:
        frames.add(rgb)
    return Image.fromarray((rgb * 255 + 0.5).astype(np.uint8))
