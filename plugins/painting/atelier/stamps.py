"""Stamps: single strokes, pre-rendered with bristles, ragged ends and a height, and kept for the next one like them."""

from __future__ import annotations

import math
from collections import OrderedDict

import numpy as np

from .colour import Array, smoothstep

__all__ = ["Stamp", "Stamps", "stamp"]

_MOST_BYTES = 160_000_000
Stamp = tuple[Array, Array, Array]
"""See `stamp`."""


class Stamps:
    """Stamps by brush, each made when it is first used; the least used brushes are dropped beyond a budget.

    What paints several pictures keeps one for all of them.
    """

    def __init__(self) -> None:
        self._brushes: OrderedDict[tuple[float, ...], dict[tuple[int, int, int], Stamp]] = OrderedDict()
        self._bytes = 0

    def of_brush(self, key: tuple[float, ...]) -> dict[tuple[int, int, int], Stamp]:
        """The stamps of a brush so far."""
        if key not in self._brushes:
            while self._bytes > _MOST_BYTES and self._brushes:
                _, old = self._brushes.popitem(last=False)
                self._bytes -= sum(part.nbytes for stamp in old.values() for part in stamp)
            self._brushes[key] = {}
        self._brushes.move_to_end(key)
        return self._brushes[key]

    def keep(self, stamps: dict[tuple[int, int, int], Stamp], place: tuple[int, int, int], made: Stamp) -> None:
        """Keep a stamp among those of its brush."""
        stamps[place] = made
        self._bytes += sum(part.nbytes for part in made)


def stamp(key: tuple[float, ...], angle: float, curve: float, seed: int) -> Stamp:
    """(1 - alpha (h, w), alpha times tone (4, h, w), alpha times height (h, w)) of a stroke turned by `angle`, bent by
    `curve`.

    Bristles change the tone by a factor: an amount would leave combed streaks in the darks.
    """
    width, length, dry, ragged, square, tapering, bristle, opacity = key
    rng = np.random.default_rng((seed, int(width * 8), int(length * 8)))
    c, s = math.cos(angle), math.sin(angle)
    reach = length / 2 + width * 0.5 + abs(curve) * length / 4
    half_w = math.ceil(abs(c) * reach + abs(s) * (width * 0.75 + abs(curve) * length / 4)) + 1
    half_h = math.ceil(abs(s) * reach + abs(c) * (width * 0.75 + abs(curve) * length / 4)) + 1
    y, x = np.mgrid[-half_h : half_h + 1, -half_w : half_w + 1].astype(np.float32)
    u = (x * c + y * s) / (length / 2)
    v = (-x * s + y * c) - curve * length / 4 * (u * u - 0.35)
    v = v / (width / 2)
    if tapering:
        v = v / np.clip(1 - 0.8 * u * u, 0.08, 1)
    knots = max(4, round(1.1 * width) + 2)
    lines = rng.standard_normal(knots).astype(np.float32)
    across = np.clip((v * 0.5 + 0.5) * (knots - 1), 0, knots - 1.001)
    base = across.astype(np.int32)
    hair = lines[base] * (1 - across + base) + lines[base + 1] * (across - base)
    ends = rng.random((2, knots)).astype(np.float32) * ragged
    end = np.where(u < 0, ends[0][base], ends[1][base])
    rim = min(0.9, max(0.22, 1.6 / width))
    side = smoothstep(1.0 + rim * 0.3, 1.0 - rim, np.abs(v))
    cap = np.abs(u) + end * (0.5 if square else 1.0)
    if not square:
        cap = cap + 0.35 * np.clip(np.abs(v), 0, 1) ** 2 * min(1.0, width / length * 1.5)
    soft = max(0.10, 2.0 / length)
    alpha = side * smoothstep(1.0 + soft * 0.5, 1.0 - soft, cap)
    if dry:
        grain = hair + 0.5 * rng.standard_normal(u.shape).astype(np.float32)
        alpha = alpha * (1 - dry * smoothstep(-0.2, 0.9, grain + 0.9 * (u * 0.5 + 0.5) - 0.9 * (1 - dry)))
    alpha = (alpha * opacity).astype(np.float32)
    hair = np.clip(hair, -2, 2) * bristle
    ridge = np.exp(-(((np.abs(v) - 0.85) / 0.22) ** 2))
    height = 0.55 + 0.30 * hair + 0.35 * ridge + 0.25 * np.clip(u, 0, 1)
    tones = np.empty((4, *alpha.shape), np.float32)
    tones[:3] = alpha * (1 + 0.065 * hair)
    tones[3] = alpha
    return 1 - alpha, tones, (alpha * (height - 1)).astype(np.float32)
