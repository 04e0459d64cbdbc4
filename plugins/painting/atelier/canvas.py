"""Wet paint: what strokes are pasted on, in order, with alpha and height."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .colour import Array
from .stamps import Stamps, stamp

__all__ = ["Canvas", "CanvasMaker", "Strokes"]

PAD_SHARE = 0.16
Watch = Callable[["Canvas"], None]


@dataclass
class Strokes:
    """Strokes as data, for vector files: x, y (px), width, length, angle, curve, opacity, rgb (n, 3)."""

    rows: list[tuple[np.ndarray, ...]] = field(default_factory=list)


class Canvas:
    """Wet paint: planes (4, H + 2 pad, W + 2 pad): sRGB and height. The pad takes strokes that run over the edge."""

    def __init__(
        self, rgb: Array, *, watch: Watch | None = None, keep: Strokes | None = None, stamps: Stamps | None = None
    ) -> None:
        self.height, self.width = rgb.shape[:2]
        self.pad = int(PAD_SHARE * self.height) + 40
        p = self.pad
        self.planes = np.zeros((4, self.height + 2 * p, self.width + 2 * p), np.float32)
        for i in range(3):
            self.planes[i] = np.pad(rgb[..., i], p, mode="edge")
        self.watch, self.keep = watch, keep
        self.stamps = stamps or Stamps()
        self._since = 0

    @property
    def rgb(self) -> Array:
        """The colours (H, W, 3), a copy."""
        p = self.pad
        return np.ascontiguousarray(self.planes[:3, p : p + self.height, p : p + self.width].transpose(1, 2, 0)).clip(
            0, 1
        )

    @rgb.setter
    def rgb(self, value: Array) -> None:
        p = self.pad
        self.planes[:3, p : p + self.height, p : p + self.width] = value.transpose(2, 0, 1)

    @property
    def relief(self) -> Array:
        """The height of the paint (H, W), a copy."""
        p = self.pad
        return self.planes[3, p : p + self.height, p : p + self.width].copy()

    def dab(
        self,
        brush: tuple[float, ...],
        x: np.ndarray,
        y: np.ndarray,
        angle: np.ndarray,
        curve: np.ndarray,
        variant: np.ndarray,
        rgb: Array,
        height: np.ndarray | float = 1.0,
        *,
        choose: np.ndarray | None = None,
        brushes: tuple[tuple[float, ...], ...] = (),
    ) -> None:
        """Paste strokes in order. x, y: centres in px; angle: radians; curve: -.8..8; variant: 0..1; rgb: (n, 3).

        brushes, choose: several brushes and which one each stroke takes.
        """
        count = len(x)
        if not count:
            return
        kits = brushes or (brush,)
        chosen = np.zeros(count, np.int64) if choose is None else choose
        if self.keep is not None:
            size = np.array([[k[0], k[1], k[7]] for k in kits])[chosen]
            self.keep.rows.append(
                (x.copy(), y.copy(), size[:, 0], size[:, 1], angle.copy(), curve.copy(), size[:, 2], rgb.copy())
            )
        stores = [self.stamps.of_brush(k) for k in kits]
        turns, bends, kinds = zip(
            *[(16, 3, 2) if k[0] > 30 else (24, 5, 3) if k[1] > 20 else (24, 3, 3) for k in kits], strict=True
        )
        turn_of, bend_of, kind_of = np.array(turns)[chosen], np.array(bends)[chosen], np.array(kinds)[chosen]
        ia = np.round((angle % np.pi) / np.pi * turn_of).astype(np.int64)
        # an odd number of half turns flips the stroke, so its bend flips too
        wraps = np.floor(angle / np.pi) + (ia == turn_of)
        ia %= turn_of
        bent = np.clip(curve, -0.8, 0.8) * np.where(wraps % 2 == 0, 1, -1)
        half = (bend_of - 1) // 2
        ib = np.round(bent / 0.8 * half).astype(np.int64)
        ik = np.minimum((variant * kind_of).astype(np.int64), kind_of - 1)
        colours = np.concatenate([rgb, np.broadcast_to(np.asarray(height, np.float32), (count,))[:, None]], 1).astype(
            np.float32
        )[:, :, None, None]
        px, py = np.round(x).astype(np.int64) + self.pad, np.round(y).astype(np.int64) + self.pad
        planes = self.planes
        _, rows, columns = planes.shape
        for i, (kit, a, b, k, cx, cy) in enumerate(
            zip(chosen.tolist(), ia.tolist(), ib.tolist(), ik.tolist(), px.tolist(), py.tolist(), strict=True)
        ):
            stamps = stores[kit]
            found = stamps.get((a, b, k))
            if found is None:
                key = kits[kit]
                found = stamp(key, a * math.pi / turns[kit], b * 0.8 / max(1, (bends[kit] - 1) // 2), k)
                self.stamps.keep(stamps, (a, b, k), found)
            clear, tones, rise = found
            h, w = clear.shape
            y0, x0 = cy - h // 2, cx - w // 2
            if y0 < 0 or x0 < 0 or y0 + h > rows or x0 + w > columns:
                continue
            part = planes[:, y0 : y0 + h, x0 : x0 + w]
            paint = tones * colours[i]
            paint[3] += rise
            part *= clear
            part += paint
            if self.watch is not None:
                self._since += h * w
                if self._since > 0.12 * self.height * self.width:
                    self._since = 0
                    self.watch(self)


CanvasMaker = Callable[[Array], Canvas]
"""Gives a canvas that is primed with a picture (H, W, 3)."""
