"""Views of a canvas and smooth ways from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Path", "Rectangle"]


@dataclass(frozen=True)
class Rectangle:
    """A view of a canvas: centre and width as shares of the canvas width and height; its shape is the film's."""

    x: float
    y: float
    width: float

    def inside(self) -> Rectangle:
        """The nearest view that lies on the canvas."""
        width = min(self.width, 1.0)
        half = width / 2
        return Rectangle(min(max(self.x, half), 1 - half), min(max(self.y, half), 1 - half), width)


class Path:
    """A camera path: views at rising times, and a smooth way between them.

    Each of x, y and log width is a monotone cubic (PCHIP, Fritsch and Carlson 1980): no overshoot beyond a view, no
    jerk at one. Equal times
    change the width by equal factors, which the eye takes for an even speed.
    """

    def __init__(self, times: Sequence[float], views: Sequence[Rectangle]) -> None:
        self.times, self.views = tuple(times), tuple(views)
        if len(self.views) > 1:
            from scipy.interpolate import PchipInterpolator

            self._curve = PchipInterpolator(self.times, [(v.x, v.y, np.log(v.width)) for v in self.views], axis=0)

    def at(self, time: float) -> Rectangle:
        """The view at a time; before the first and after the last it stays."""
        if len(self.views) == 1:
            return self.views[0]
        x, y, size = self._curve(min(max(time, self.times[0]), self.times[-1]))
        return Rectangle(float(x), float(y), float(np.exp(size))).inside()
