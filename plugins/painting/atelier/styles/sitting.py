"""What a hand is given to paint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .....core.progress import Progress
from ..canvas import CanvasMaker
from ..scene import Scene
from .parameters import StyleParameters

__all__ = ["Sitting"]


@dataclass(frozen=True)
class Sitting:
    """The scene before the hand, the hand's parameters, and what it paints with: canvas_of makes a canvas of a ground (sRGB),
    rng draws what chance decides, progress is told.
    """

    scene: Scene
    parameters: StyleParameters
    canvas_of: CanvasMaker
    rng: np.random.Generator
    progress: Progress
