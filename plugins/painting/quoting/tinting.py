"""Colours of a third work on masses that keep their own light; hours brought near; waves that bend what is quoted."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ..atelier.colour import Array
from ..paint.raster import blur, resize

__all__ = ["COLOURS", "bend", "borrow_colours", "bring_light", "dye", "worn"]

COLOURS = {
    "red": (0.16, 0.08), "blue": (-0.02, -0.12), "green": (-0.09, 0.07), "yellow": (0.0, 0.14), "gold": (0.02, 0.12), "purple": (0.08, -0.10),
    "pink": (0.10, 0.01), "white": (0.0, 0.01), "black": (0.0, 0.0), "brown": (0.04, 0.06), "grey": (0.0, 0.0), "silver": (0.0, -0.01),
}  # fmt: skip
"""What a colour is called in a theme, and its a and b in Oklab."""
_NEAREST = 24
_AREA = 112**2
"""Pixels at which colours are looked for."""


def borrow_colours(picture: Array, source: Array, share: float, rng: np.random.Generator) -> Array:
    """`share` of the a, b of those places of `source` that are nearest in rank of light and in position."""
    h, w = picture.shape[:2]
    less = (_AREA / (h * w)) ** 0.5
    small = resize(picture, (max(8, round(h * less)), max(8, round(w * less))))
    h, w = small.shape[:2]
    points = _places(source)
    drawn = rng.choice(len(points), min(2500, len(points)), replace=False)
    tree = cKDTree(points[drawn])
    _, near = tree.query(_places(small), k=min(_NEAREST, len(drawn)))
    colours = source.reshape(-1, 3)[drawn, 1:]
    wanted = colours[near].mean(1).reshape(h, w, 2)
    shift = blur(wanted - small[..., 1:], 1.0) * share
    out = picture.copy()
    out[..., 1:] += resize(shift, picture.shape[:2])
    return out


def _places(picture: Array) -> Array:
    h, w = picture.shape[:2]
    rank = np.empty(h * w, np.float32)
    rank[np.argsort(picture[..., 0].ravel(), kind="stable")] = np.linspace(0, 1, h * w, dtype=np.float32)
    y, x = np.meshgrid(np.linspace(0, 1, h, dtype=np.float32), np.linspace(0, 1, w, dtype=np.float32), indexing="ij")
    return np.stack([rank, 0.6 * y.ravel(), 0.2 * x.ravel()], 1)


def bring_light(picture: Array, source: Array, share: float) -> Array:
    """The light of a picture moved by `share` to the distribution of another's: day becomes night."""
    steps = np.linspace(0, 1, 33)
    have, want = np.quantile(picture[..., 0], steps), np.quantile(source[..., 0], steps)
    have = have + np.arange(33) * 1e-6
    moved = np.interp(picture[..., 0], have, want)
    out = picture.copy()
    out[..., 0] += share * (moved - picture[..., 0])
    return out


def bend(picture: Array, amount: float, rng: np.random.Generator) -> Array:
    """The picture bent by three low waves each way, `amount` of its side."""
    from scipy.ndimage import map_coordinates

    h, w = picture.shape[:2]
    y, x = np.mgrid[:h, :w].astype(np.float32)
    shift = [np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)]
    for plane in shift:
        for _ in range(3):
            fy, fx = rng.uniform(0.3, 1.3, 2)
            phase = rng.uniform(0, 2 * np.pi)
            plane += np.cos(2 * np.pi * (fy * y / h + fx * x / w) + phase) / 3
    side = min(h, w)
    at = np.stack([y + amount * side * shift[0], x + amount * side * shift[1]])
    return np.stack([map_coordinates(picture[..., i], at, order=1, mode="reflect") for i in range(3)], -1).astype(
        np.float32
    )


def worn(picture: Array, box: tuple[float, float, float, float]) -> Array:
    """How surely each place is of what is worn inside `box`, 0..1: near to the commonest colour there; skin, and what is very
    light, is not.
    """
    h, w = picture.shape[:2]
    left, top, right, bottom = box
    y, x = np.meshgrid((np.arange(h) + 0.5) / h, (np.arange(w) + 0.5) / w, indexing="ij")
    u = np.abs(2 * (x - left) / max(1e-3, right - left) - 1)
    v = np.abs(2 * (y - top) / max(1e-3, bottom - top) - 1)
    inside = np.clip((1.05 - np.maximum(u, np.where(y > top, np.minimum(v, 0.9), v))) / 0.4, 0, 1)
    core = picture[(u < 0.6) & (v < 0.7)]
    if not len(core):
        return np.zeros((h, w), np.float32)
    light, a, b = picture[..., 0], picture[..., 1], picture[..., 2]
    away = ((picture - np.median(core, 0)) / (0.2, 0.045, 0.045)) ** 2
    alike = np.exp(-0.5 * away.sum(-1))
    skin = (light > 0.5) & (a > 0.015) & (b > 0.02)
    weight = blur((inside * alike * ~skin * (light < 0.85)).astype(np.float32), 0.8)
    return np.minimum(1, 1.3 * weight)


def dye(picture: Array, box: tuple[float, float, float, float], colour: tuple[float, float]) -> Array:
    """What is worn inside `box` (`worn`) in another colour (a, b)."""
    weight = worn(picture, box)
    light = picture[..., 0]
    out = picture.copy()
    strength = np.clip(light / 0.45, 0.25, 1.0)
    for i in (0, 1):
        out[..., i + 1] += weight * (colour[i] * strength - out[..., i + 1])
    if max(abs(colour[0]), abs(colour[1])) > 0.05:  # a colour is not seen in what is nearly black
        out[..., 0] += weight * np.clip(0.30 - light, 0, 0.12)
    return out
