"""Pictures as they are printed and washed: flat blocks with gradation and a key line; ink on paper that stays blank.

The real paper, baren and silk come afterwards, from patches of the finest octave alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from scipy.ndimage import grey_closing, uniform_filter
from scipy.ndimage import label as components

from ..atelier.colour import Array
from .raster import blur, gradient, resize

__all__ = ["carve", "key_line", "wash"]

_PIGMENTS = 11
_CRUMB, _STROKE, _SHAPE = 300, 170, 2200
"""Pixels at 768 on the shorter side: blocks below `_CRUMB` are not worth cutting, lines below `_STROKE` not worth leaving, and
none is drawn round what is smaller than `_SHAPE`.
"""
_WEIGHT = np.array([1.0, 2.2, 2.2], np.float32)


def carve(target: Array, palette: Array, rng: np.random.Generator, scale: float, *, lines: bool = True) -> Array:
    """A picture (Oklab) in flat blocks of at most eleven pigments of `palette` (n, 3), with gradation in wide ones and a key line.

    scale: size of the picture relative to 768 pixels at its shorter side; lines: print the key line.
    """
    pigments = _pigments(palette, target, rng)
    soft = blur(target, 1.5 * scale)
    label = _blocks(soft, pigments, 3.2 * scale, _CRUMB * scale**2)
    flat = pigments[label]
    flat = flat + _gradation(target - flat, label, len(pigments), 34 * scale)
    wiped = blur(target, 7 * scale)  # of the picture, not of the blocks: these would cast halos over what they end at
    picture = wiped + _cut(target, scale)[..., None] * (flat - wiped)
    if not lines:
        return np.asarray(picture, np.float32)
    line = key_line(target, label, scale)
    ink = pigments[int(pigments[:, 0].argmin())] * np.array([0.75, 1, 1], np.float32)
    return np.asarray(picture + line[..., None] * (ink - picture), np.float32)


def _cut(target: Array, scale: float) -> Array:
    """Where blocks end in an edge, 0..1; elsewhere one colour goes over into the next."""
    force = np.zeros(target.shape[:2], np.float32)
    for i in range(3):
        down, right = gradient(blur(target[..., i], 2 * scale))
        force = np.maximum(force, np.hypot(down, right) * float(_WEIGHT[i]))
    return np.clip(1.6 * blur(np.clip(force * scale / 0.011 - 0.5, 0, 1), 4 * scale), 0, 1)


def _pigments(palette: Array, target: Array, rng: np.random.Generator) -> Array:
    """Colours that are both the master's and the picture's: means of the picture's, each moved to the nearest of his."""
    drawn = target.reshape(-1, 3)
    drawn = drawn[rng.choice(len(drawn), min(4000, len(drawn)), replace=False)] * _WEIGHT
    centres, _ = kmeans2(drawn.astype(np.float64), _PIGMENTS, minit="++", seed=int(rng.integers(2**31)), iter=12)
    own = palette[rng.choice(len(palette), min(1500, len(palette)), replace=False)] * _WEIGHT
    away = ((centres[:, None] - own[None]) ** 2).sum(-1)
    near = np.take_along_axis(own, np.argsort(away, 1)[:, :24].reshape(-1, 1), 0).reshape(len(centres), 24, 3).mean(1)
    return np.asarray((0.35 * centres + 0.65 * near) / _WEIGHT, np.float32)


def _blocks(picture: Array, pigments: Array, sigma: float, least: float) -> NDArray[np.int64]:
    """The number of the pigment at each place: nearest in colour, with the smooth outlines of cut wood; parts of fewer than
    `least` pixels go over into what is round them.
    """
    votes = np.empty((len(pigments), *picture.shape[:2]), np.float32)
    for number, pigment in enumerate(pigments):
        votes[number] = (((picture - pigment) * _WEIGHT) ** 2).sum(-1)
    label = votes.argmin(0)
    for reach in (sigma, 0.6 * sigma):
        for number in range(len(pigments)):
            votes[number] = blur((label == number).astype(np.float32), reach)
        label = votes.argmax(0)
    crumbs = np.zeros(label.shape, bool)
    for number in range(len(pigments)):
        crumbs |= (label == number) & ~_large(label == number, least)
    for number in range(len(pigments)):  # what is round a crumb takes its place
        votes[number] = blur(((label == number) & ~crumbs).astype(np.float32), 2.5 * sigma)
    return np.asarray(np.where(crumbs, votes.argmax(0), label), np.int64)


def _large(where: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """The connected parts of at least so many pixels."""
    parts, _ = components(where, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray((sizes >= least)[parts])


def _gradation(away: Array, label: NDArray[np.int64], count: int, sigma: float) -> Array:
    """What is wiped on the block before it is printed: the soft difference to the picture, each block for itself."""
    small = max(1, round(sigma / 6))
    size = label.shape[0] // small, label.shape[1] // small
    out = np.zeros_like(away)
    for number in range(count):
        where = (label == number).astype(np.float32)
        if where.mean() < 0.004:
            continue
        weight = blur(resize(where, size), sigma / small) + 1e-3
        for i in range(3):
            wiped = blur(resize(away[..., i] * where, size), sigma / small) / weight
            out[..., i] += where * resize(wiped, label.shape)
    return 0.85 * out


def key_line(target: Array, label: NDArray[np.int64] | None, scale: float) -> Array:
    """The key block, 0..1: thin lines where the picture is drawn dark, and the outlines of large blocks where light differs."""
    light = target[..., 0]
    near = blur(light, 0.9 * scale)
    wide = 2 * round(3.5 * scale) + 1  # what is dark and narrower: a line, while the dark side of an edge is none
    drawn = np.clip((grey_closing(near, (wide, wide)) - near - 0.02) / 0.05, 0, 1)
    drawn = drawn * blur(_large(drawn > 0.35, _STROKE * scale**2).astype(np.float32), 0.8 * scale)
    if label is None:
        return drawn
    shapes = np.zeros(label.shape, bool)
    for number in range(int(label.max()) + 1):
        shapes |= _large(label == number, _SHAPE * scale**2)
    edge = np.zeros(label.shape, np.float32)
    edge[:-1] += (label[1:] != label[:-1]) & shapes[1:] & shapes[:-1]
    edge[:, :-1] += (label[:, 1:] != label[:, :-1]) & shapes[:, 1:] & shapes[:, :-1]
    outline = np.minimum(1, 1.5 * blur(np.minimum(edge, 1), 0.6 * max(scale, 0.6)))
    around = 2 * round(3 * scale) + 1
    mean = uniform_filter(light, around)
    differs = np.sqrt(np.maximum(uniform_filter(light * light, around) - mean * mean, 0))
    firm = np.clip((differs - 0.03) / 0.04, 0, 1)
    return np.maximum(0.45 * drawn, 0.8 * outline * firm)


def wash(target: Array, paper: Array, scale: float, *, lines: bool = True) -> Array:
    """A picture (Oklab) as washes and lines of ink on `paper` (3): lights stay blank, washes dry with a darker rim, brush lines
    follow what is drawn; colour is a tint.
    """
    light = target[..., 0]
    low, high = np.quantile(light[::4, ::4], (0.01, 0.84))
    tone = np.clip((light - low) / max(0.05, high - low), 0, 1)
    steps = 4.0
    laid = blur(tone, 2.2 * scale)
    pooled = (np.floor(laid * steps) + np.clip(((laid * steps) % 1 - 0.35) / 0.3, 0, 1)) / steps
    rim = np.clip(blur(pooled, 1.2 * scale) - blur(pooled, 4 * scale), -0.2, 0.2)
    body = 0.75 * laid + 0.25 * blur(pooled, 0.8 * scale) + 0.5 * np.minimum(rim, 0)
    dark = paper[0] - (paper[0] - 0.26) * np.clip(1 - body, 0, 1) ** 1.3
    if lines:
        dark = dark - key_line(target, None, scale) * np.clip(dark - 0.22, 0, None) * 0.5
    out = np.empty_like(target)
    out[..., 0] = dark
    for i in (1, 2):
        tint = 0.45 * (target[..., i] - float(target[..., i].mean()))
        out[..., i] = paper[i] * np.clip(dark / paper[0], 0, 1) + tint * np.clip(1.6 * (1 - body), 0.1, 1)
    return out
