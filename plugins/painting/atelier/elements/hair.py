"""Hair as a painter sees it: one combed mass with streaks along its flow, a few locks apart at the rim, and ends that
taper.

A head of hair is a sheet spanned over guide strands: columns run from the hairline back along the parting, rows from
root to tip. So light and a
brush follow the flow, and one mass has one silhouette. Units and axes are those of the head.
Sources: guide strands and the interpolation between them (Magnenat-Thalmann and others 2002); the painter's rule of
mass before strand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..scene import Kind
from ..sculpture import Surface, ball, cloth_noise, lathe, tube
from ..shapes import spline
from .heads import Sitter

__all__ = ["STYLES", "beard", "drape", "hair"]

STYLES = ("bun", "braid", "wreath", "loose", "long", "short", "bald")

Guide = tuple[tuple[float, float, float], ...]

# strands of the right half from the parting, hairline strand first, the middle of the back last; x is mirrored for the
# left half
_TIED: tuple[Guide, ...] = (
    (
        (0.0, 0.32, 0.33),
        (0.115, 0.298, 0.32),
        (0.235, 0.2, 0.29),
        (0.338, 0.065, 0.14),
        (0.368, -0.01, -0.09),
        (0.28, -0.1, -0.34),
        (0.05, -0.08, -0.5),
    ),
    (
        (0.0, 0.435, 0.275),
        (0.16, 0.425, 0.27),
        (0.318, 0.312, 0.18),
        (0.38, 0.15, 0.02),
        (0.392, 0.04, -0.15),
        (0.29, -0.04, -0.38),
        (0.05, -0.04, -0.53),
    ),
    (
        (0.0, 0.52, 0.09),
        (0.16, 0.505, 0.07),
        (0.32, 0.39, 0.0),
        (0.392, 0.22, -0.1),
        (0.388, 0.1, -0.23),
        (0.27, 0.02, -0.43),
        (0.05, 0.0, -0.55),
    ),
    (
        (0.0, 0.545, -0.1),
        (0.16, 0.525, -0.12),
        (0.3, 0.43, -0.18),
        (0.365, 0.27, -0.27),
        (0.345, 0.15, -0.35),
        (0.22, 0.07, -0.49),
        (0.04, 0.05, -0.56),
    ),
    (
        (0.0, 0.51, -0.31),
        (0.06, 0.49, -0.34),
        (0.11, 0.43, -0.42),
        (0.14, 0.33, -0.49),
        (0.13, 0.23, -0.53),
        (0.09, 0.14, -0.56),
        (0.02, 0.1, -0.57),
    ),
)
_LOOSE: tuple[Guide, ...] = (
    (
        (0.0, 0.32, 0.33),
        (0.115, 0.298, 0.322),
        (0.245, 0.2, 0.29),
        (0.354, 0.03, 0.14),
        (0.38, -0.22, 0.07),
        (0.37, -0.52, 0.09),
        (0.36, -0.86, 0.2),
        (0.34, -1.24, 0.3),
    ),
    (
        (0.0, 0.435, 0.275),
        (0.16, 0.425, 0.27),
        (0.322, 0.308, 0.18),
        (0.4, 0.12, 0.03),
        (0.43, -0.16, 0.01),
        (0.44, -0.5, 0.02),
        (0.44, -0.86, 0.1),
        (0.42, -1.22, 0.18),
    ),
    (
        (0.0, 0.52, 0.09),
        (0.16, 0.505, 0.07),
        (0.33, 0.39, -0.01),
        (0.415, 0.19, -0.11),
        (0.445, -0.12, -0.16),
        (0.47, -0.5, -0.16),
        (0.48, -0.84, -0.12),
        (0.46, -1.18, -0.08),
    ),
    (
        (0.0, 0.545, -0.1),
        (0.16, 0.525, -0.13),
        (0.305, 0.42, -0.22),
        (0.38, 0.2, -0.33),
        (0.39, -0.12, -0.37),
        (0.38, -0.5, -0.37),
        (0.37, -0.82, -0.36),
        (0.36, -1.12, -0.36),
    ),
    (
        (0.0, 0.51, -0.31),
        (0.06, 0.49, -0.35),
        (0.1, 0.41, -0.45),
        (0.12, 0.2, -0.54),
        (0.115, -0.12, -0.56),
        (0.1, -0.5, -0.53),
        (0.09, -0.82, -0.5),
        (0.09, -1.1, -0.5),
    ),
)
# behind the shoulder: the same strands, drawn back from the cheek below the ear
_BEHIND = (0.0, 0.0, 0.0, -0.06, -0.15, -0.26, -0.42, -0.58)
# cropped: from the whorl at the crown outward to the edge, brow first, nape last
_CROP: tuple[Guide, ...] = (
    ((0.0, 0.54, -0.14), (0.0, 0.535, 0.06), (0.0, 0.475, 0.215), (0.0, 0.4, 0.3), (0.0, 0.325, 0.335)),
    ((0.02, 0.54, -0.14), (0.09, 0.53, 0.05), (0.15, 0.465, 0.19), (0.18, 0.39, 0.265), (0.185, 0.31, 0.295)),
    ((0.03, 0.54, -0.15), (0.15, 0.52, 0.0), (0.265, 0.43, 0.11), (0.31, 0.32, 0.175), (0.312, 0.19, 0.195)),
    ((0.04, 0.54, -0.16), (0.18, 0.51, -0.08), (0.32, 0.39, 0.0), (0.37, 0.23, 0.05), (0.362, -0.02, 0.06)),
    ((0.04, 0.54, -0.17), (0.18, 0.505, -0.16), (0.33, 0.38, -0.14), (0.39, 0.22, -0.1), (0.385, 0.04, -0.09)),
    ((0.03, 0.54, -0.18), (0.16, 0.505, -0.24), (0.3, 0.37, -0.31), (0.35, 0.16, -0.33), (0.32, -0.16, -0.24)),
    ((0.02, 0.54, -0.19), (0.09, 0.505, -0.3), (0.17, 0.37, -0.45), (0.2, 0.12, -0.48), (0.185, -0.29, -0.34)),
    ((0.0, 0.54, -0.19), (0.0, 0.505, -0.32), (0.0, 0.37, -0.5), (0.0, 0.11, -0.52), (0.0, -0.33, -0.37)),
)
_FULL: tuple[Guide, ...] = (
    ((0.0, -0.352, 0.338), (0.0, -0.42, 0.372), (0.0, -0.52, 0.372), (0.0, -0.69, 0.315)),
    ((0.06, -0.345, 0.334), (0.062, -0.42, 0.362), (0.062, -0.52, 0.36), (0.05, -0.67, 0.31)),
    ((0.118, -0.305, 0.32), (0.135, -0.41, 0.325), (0.138, -0.52, 0.318), (0.105, -0.645, 0.29)),
    ((0.18, -0.225, 0.285), (0.215, -0.36, 0.255), (0.212, -0.48, 0.235), (0.165, -0.585, 0.225)),
    ((0.255, -0.165, 0.215), (0.278, -0.28, 0.17), (0.265, -0.4, 0.14), (0.21, -0.5, 0.14)),
    ((0.325, -0.06, 0.115), (0.332, -0.16, 0.08), (0.318, -0.27, 0.05), (0.275, -0.38, 0.05)),
    ((0.348, 0.05, 0.05), (0.352, -0.05, 0.03), (0.342, -0.15, 0.01), (0.315, -0.24, 0.0)),
)
_POINTED: tuple[Guide, ...] = (
    ((0.0, -0.352, 0.338), (0.0, -0.42, 0.368), (0.0, -0.51, 0.368), (0.0, -0.63, 0.35)),
    ((0.045, -0.352, 0.334), (0.05, -0.42, 0.362), (0.042, -0.51, 0.362), (0.014, -0.615, 0.35)),
    ((0.085, -0.365, 0.318), (0.092, -0.43, 0.338), (0.072, -0.51, 0.345), (0.025, -0.59, 0.345)),
    ((0.11, -0.39, 0.295), (0.118, -0.45, 0.305), (0.092, -0.51, 0.322), (0.035, -0.565, 0.335)),
)
_MOUSTACHE: tuple[Guide, ...] = (
    ((0.004, -0.218, 0.4), (0.05, -0.232, 0.397), (0.105, -0.272, 0.362), (0.15, -0.312, 0.312)),
    ((0.004, -0.24, 0.41), (0.05, -0.252, 0.404), (0.1, -0.288, 0.368), (0.15, -0.318, 0.312)),
    ((0.004, -0.272, 0.4), (0.045, -0.28, 0.394), (0.09, -0.302, 0.362), (0.146, -0.324, 0.31)),
)


@dataclass(frozen=True)
class _Comb:
    """How a mass is combed. wave: bend of the strands in heads, growing to the tip; turns: bends along a strand; locks:
    of a half head;
    loose: share of the length over which the tips part; rough: depth of the locks; weave: how often a lock crosses
    others; thin: share of the
    length over which it grows dense from bare skin."""

    wave: float = 0.0
    turns: float = 2.0
    locks: int = 9
    loose: float = 0.0
    rough: float = 1.0
    weave: float = 3.0
    thin: float = 0.0


def _sheet(guides: Sequence[Guide], grid: tuple[int, int], *, side: int, wide: float) -> Array:
    """A grid (rows root to tip, columns guide to guide) of points over the guide strands."""
    net = np.array(guides, np.float32) * (side * wide, 1, 1)
    across = np.stack([spline(net[:, k], steps=8) for k in range(net.shape[1])], 1)  # (columns, knots, 3)
    along = np.stack([spline(row, steps=8) for row in across])
    at = [np.linspace(0, n - 1, g) for n, g in zip(along.shape[:2], (grid[1], grid[0]), strict=True)]
    i, j = (np.minimum(a.astype(int), n - 2) for a, n in zip(at, along.shape[:2], strict=True))
    fi, fj = (at[0] - i)[:, None, None], (at[1] - j)[None, :, None]
    made = along[i] * (1 - fi) + along[i + 1] * fi
    return (made[:, j] * (1 - fj) + made[:, j + 1] * fj).transpose(1, 0, 2).astype(np.float32)


def _combed(points: Array, colour: Array, rng: np.random.Generator, comb: _Comb) -> Surface:
    """A sheet with strands and locks, waved, its tips parted into tapering locks."""
    rows, columns = points.shape[:2]
    t, v = np.linspace(0, 1, rows, dtype=np.float32)[:, None], np.linspace(0, 1, columns, dtype=np.float32)[None]
    fine = cloth_noise((rows, columns), rng, rows=1.6, columns=columns / 5)
    # broad locks carry narrow ones that cross over them: of one width they would look like cords
    lock = 0.6 * cloth_noise((rows, columns), rng, rows=1.2, columns=0.5 * comb.locks)
    lock += 0.7 * cloth_noise((rows, columns), rng, rows=comb.weave, columns=1.6 * comb.locks)
    outward = points - np.array([0, 0.0, -0.10], np.float32) * (1, 0, 1) - points * (0, 0.8, 0)
    outward /= np.linalg.norm(outward, axis=-1, keepdims=True) + 1e-6
    settled = smoothstep(0.0, 0.25, t)  # at its root hair lies close, and both sides of a parting meet
    relief = settled * np.maximum(
        comb.rough * (0.004 * fine + 0.012 * lock), -0.009
    )  # deeper, the skull would come through
    if comb.wave:
        phase = 2 * math.pi * (
            comb.turns * t + 0.25 * cloth_noise((rows, columns), rng, rows=1, columns=2)
        ) + rng.uniform(0, 6)
        across = np.gradient(points, axis=1)
        across /= np.linalg.norm(across, axis=-1, keepdims=True) + 1e-6
        grow = smoothstep(0.15, 0.8, t)
        points = points + across * (comb.wave * grow * np.sin(phase))[..., None]
        relief = relief + 0.5 * comb.wave * grow * np.cos(phase)
    made = Surface(
        (points + outward * relief[..., None]).astype(np.float32), colour, Kind.HAIR, gloss=0.07, detail=0.9, along=0
    )
    # value streaks, darker where locks part and at the root, lighter towards tips that the sun has seen
    tone = (
        0.55 * fine + 0.65 * np.clip(lock, -1.6, 1.2) + 0.25 * smoothstep(0.3, 1.0, t) - 0.35 * smoothstep(0.10, 0.0, t)
    )
    made.colour = _streaked(colour, tone)
    if comb.loose:
        share = v * comb.locks + 0.35 * np.sin(9 * v + rng.uniform(0, 6))
        which = np.floor(share).astype(int)
        ends = 1 - 0.6 * comb.loose * rng.random(int(which.max()) + 2).astype(np.float32)[which]
        part = np.abs(share - which - 0.5) * 2
        width = np.clip((ends - t) / comb.loose, 0, 1) ** 0.8
        made.shows = smoothstep(-0.10, 0.10, width * 1.2 - part + 0.04 * fine).astype(np.float32) * (t < ends)
    if comb.thin:
        root = smoothstep(-0.25, 0.25, t - comb.thin * (0.5 + 0.5 * np.clip(fine, -1, 1)))
        made.shows = np.minimum(1.0 if made.shows is None else made.shows, 0.5 + 2 * (root - 0.5)).astype(np.float32)
    return made


def _streaked(colour: Array, noise: Array) -> Array:
    light = float(colour[0])
    made = darken(np.broadcast_to(colour, (*noise.shape, 3)), 1 + (0.20 - 0.12 * light) * np.clip(noise, -2.2, 2.2))
    made[..., 0] += (0.034 - 0.03 * light) * np.clip(noise, -0.8, 2)  # dark hair too shows strands of light
    return made.astype(np.float32)


def _wisps(sheet: Surface, colour: Array, rng: np.random.Generator, count: int, *, rim: bool = False) -> list[Surface]:
    """Fine locks apart from the mass, along columns of it; rim: those of the hairline only."""
    p = sheet.points
    rows, columns = p.shape[:2]
    out = []
    for _ in range(count):
        at = int(columns * (rng.random() * 0.06 if rim else rng.random()))
        first = int(rows * (rng.uniform(0.0, 0.5) if rim else rng.uniform(0.1, 0.55)))
        last = min(rows - 1, first + int(rows * rng.uniform(0.25, 0.45)))
        path = p[np.linspace(first, last, 6).astype(int), at].copy()
        lift = np.sin(np.linspace(0.2, 2.6, 6)) * rng.uniform(0.008, 0.024) * (1 if not rim else 0.35)
        away = path * (1, 0, 1) - np.array([0, 0, -0.1])
        path += (away / (np.linalg.norm(away, axis=1, keepdims=True) + 1e-6)) * lift[:, None]
        path[:, 1] -= 0.006 * rim * np.linspace(0, 1, 6)
        lock = tube(
            [tuple(q) for q in path],
            [0.002, 0.006, 0.007, 0.004, 0.001],
            colour,
            Kind.HAIR,
            grid=(26, 6),
            gloss=0.06,
            along=0,
            detail=0.9,
        )
        lock.colour = darken(colour, np.float32(rng.uniform(0.85, 1.25)))
        lock.joins = True
        out.append(lock)
    return out


def hair(s: Sitter, style: str, rng: np.random.Generator, *, covered: bool = False) -> list[Surface]:
    """One of `STYLES` ("long" is a man's, to the collar); covered: it lies flat under a hat."""
    if style in ("short", "bald"):
        return _cropped(s, rng, bald=style == "bald", covered=covered)
    falls = style in ("loose", "long")
    # hair that falls waves a little: straight, it would hang like a mat
    curl = float(rng.choice([0.016, 0.028, 0.050] if falls else [0.0, 0.012, 0.030])) * (
        0.4 if covered and not falls else 1.0
    )
    parting = float(rng.choice([0.0, 0.0, 0.07, -0.07]))
    over = [bool(v) for v in rng.random(2) < 0.5]
    out = [_scalp(s)]
    for side in (-1, 1):
        guides: list[Guide] = []
        for number, guide in enumerate(_LOOSE if falls else _TIED):
            g = np.array(guide)
            g[0, 0] += side * parting * (1 - 0.2 * number)
            g[1, 0] += 0.5 * side * parting
            if covered:
                g[:4, 1] -= 0.012
                g[:5] = (g[:5] - (0, 0.06, -0.06)) * (0.975, 0.95, 0.93, 0.93, 0.93)[number] + (0, 0.06, -0.06)
            if falls and not over[side > 0]:
                g[:, 2] += np.array(_BEHIND) * (1 - number / 4) ** 0.7
            if style == "long":
                g[4:, 1] = np.array((-0.12, -0.30, -0.48, -0.66)) + 0.02 * number
                g[4:, 0] += np.array((0.02, 0.03, 0.05, 0.03))
            guides.append(tuple(map(tuple, g)))
        comb = _Comb(
            curl,
            2.4 if falls else 1.2,
            13 if falls else 9,
            rng.uniform(0.11, 0.17) if falls else 0.0,
            0.3 if covered else 1.0,
        )
        mass = _combed(_sheet(guides, (110, 190), side=side, wide=s.wide), s.hair, rng, comb)
        mass.joins = True
        out.append(mass)
        out += _wisps(mass, s.hair, rng, 0 if covered else 12 if falls else 3)
        out += _wisps(mass, s.hair, rng, 0 if covered else 4, rim=True)
    if falls:
        out.append(_nape(s, -0.62 if style == "long" else -1.05))
    elif not covered:
        out += (
            _knot(s, rng)
            if style == "bun"
            else _braid(_WREATH if style == "wreath" else _OVER_SHOULDER, 0.052, s, rng, side=1 if over[0] else -1)
        )
    return out


def _scalp(s: Sitter, low: float = 0.0) -> Surface:
    """Dark hair under the combed mass, so that no skull shows through."""
    rows: tuple[tuple[float, ...], ...] = (
        (0.50, 0.02, 0.02, 0.02, -0.10),
        (0.47, 0.17, 0.16, 0.22, -0.10),
        (0.40, 0.265, 0.27, 0.31, -0.10),
        (0.28, 0.335, 0.33, 0.39, -0.10),
    )
    rows += (
        (0.10, 0.352, 0.20, 0.41, -0.10),
        (-0.06, 0.348, 0.06, 0.38, -0.10),
        (-0.20, 0.31, 0.0, 0.28, -0.10),
        (-0.32, 0.24, 0.0, 0.20, -0.12),
    )
    made = lathe(rows, darken(s.hair, np.float32(0.62)), Kind.HAIR, grid=(60, 120), along=0, detail=0.85)
    p = made.points
    p[..., 0] *= s.wide
    edge = (
        np.interp(
            p[..., 2],
            (-0.5, -0.3, -0.14, -0.05, 0.05, 0.15, 0.24, 0.40),
            (-0.34, -0.30, -0.10, 0.08, 0.08, 0.24, 0.33, 0.38),
        )
        + low
    )
    made.shows = smoothstep(-0.01, 0.01, p[..., 1] - edge).astype(np.float32)
    return made


def _nape(s: Sitter, end: float) -> Surface:
    """The inside of hanging hair behind the neck, in shadow."""
    rows: tuple[tuple[float, ...], ...] = (
        (0.05, 0.28, 0.10, 0.20, -0.26),
        (-0.25, 0.38, 0.10, 0.20, -0.27),
        (0.6 * end, 0.40, 0.10, 0.20, -0.28),
    )
    rows += ((0.9 * end, 0.28, 0.08, 0.16, -0.30), (end, 0.16, 0.03, 0.05, -0.32))
    made = lathe(rows, darken(s.hair, np.float32(0.42)), Kind.HAIR, grid=(40, 60), along=0, detail=0.8)
    made.joins = True
    return made


def _knot(s: Sitter, rng: np.random.Generator) -> list[Surface]:
    """A chignon: a coil wound on the back of the head, low or high."""
    high = float(rng.choice([-0.02, 0.05, 0.22]))
    middle = np.array([0, high, -0.585 + 0.25 * max(0.0, high - 0.1)])
    out = [ball(tuple(middle.tolist()), (0.16, 0.15, 0.11), s.hair, Kind.HAIR, rows=40, gloss=0.07, along=0)]
    out[0].colour = _streaked(s.hair, cloth_noise(out[0].points.shape[:2], rng, rows=14, columns=3))
    for radius, back in ((0.125, -0.03), (0.062, -0.085)):
        a = np.linspace(0.3, 2 * np.pi + 0.6, 16)
        ring = [
            (radius * math.sin(x) * 1.08, high + radius * math.cos(x), middle[2] + back - 0.01 * k / 16)
            for k, x in enumerate(a)
        ]
        coil = tube(
            ring, [0.020, 0.052, 0.056, 0.052, 0.016], s.hair, Kind.HAIR, grid=(80, 26), gloss=0.07, along=0, detail=0.9
        )
        coil.colour = _streaked(s.hair, cloth_noise(coil.points.shape[:2], rng, rows=3, columns=9))
        out.append(coil)
    for part in out:
        part.joins = True
    return out


_OVER_SHOULDER = (
    (0.05, -0.06, -0.54),
    (0.2, -0.2, -0.46),
    (0.34, -0.42, -0.2),
    (0.38, -0.66, 0.08),
    (0.36, -0.95, 0.3),
    (0.32, -1.3, 0.42),
)
_WREATH = (
    (0.02, -0.02, -0.56),
    (0.26, 0.10, -0.46),
    (0.40, 0.22, -0.20),
    (0.395, 0.34, 0.0),
    (0.25, 0.435, 0.15),
    (0.0, 0.475, 0.20),
)


def _braid(
    path: Sequence[tuple[float, float, float]], radius: float, s: Sitter, rng: np.random.Generator, *, side: int
) -> list[Surface]:
    """Three strands plaited along a path; a wreath goes round both sides of the head."""
    whole = list(path) if path is not _WREATH else [*path, *((-x, y, z) for x, y, z in path[-2::-1])]
    line = spline(np.array(whole, np.float32) * (side * s.wide, 1, 1), steps=14)
    way = np.gradient(line, axis=0)
    way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-9
    out_ = line * (1, 0.25, 1) - np.array([0, 0, -0.1])
    out_ -= way * (out_ * way).sum(1, keepdims=True)
    out_ /= np.linalg.norm(out_, axis=1, keepdims=True) + 1e-9
    across = np.cross(way, out_)
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    thin = (
        np.interp(np.linspace(0, 1, len(line)), (0, 0.08, 0.75, 1), (0.8, 1, 0.9, 0.35))
        if path is not _WREATH
        else np.ones(len(line))
    )
    turn = 2 * np.pi * far / (radius * 5.2)
    out = []
    for k in range(3):
        a = turn + 2 * np.pi * k / 3
        strand = line + (
            across * (0.62 * radius * np.sin(a) * thin)[:, None]
            + out_ * (0.32 * radius * np.sin(2 * a) * thin)[:, None]
        )
        one = tube(
            [tuple(q) for q in strand[::2]],
            list(0.62 * radius * thin[::8]),
            s.hair,
            Kind.HAIR,
            grid=(220, 14),
            gloss=0.08,
            along=0,
            detail=0.9,
        )
        one.colour = _streaked(s.hair, cloth_noise(one.points.shape[:2], rng, rows=10, columns=6))
        one.joins = True
        out.append(one)
    if path is not _WREATH:
        end = line[-1]
        tip = end + np.array([(0, 0, 0), (0, -0.06, 0), (0.01, -0.15, -0.01)])
        tail = tube([tuple(q) for q in tip], [0.022, 0.032, 0.003], s.hair, Kind.HAIR, grid=(20, 12), along=0)
        tail.joins = True
        ribbon = ball(
            end,
            (0.032, 0.022, 0.032),
            from_hex(("7a2c2c", "2c3a5a", "c8b48a")[int(rng.integers(3))]),
            Kind.CLOTH,
            rows=14,
        )
        out += [tail, ribbon]
    return out


def _cropped(s: Sitter, rng: np.random.Generator, *, bald: bool, covered: bool) -> list[Surface]:
    """Short hair from the whorl outward; bald: only the ring round the back is left. It goes back over the temples with
    the years.
    """
    back = 0.0 if not s.man else 0.09 * float(smoothstep(0.25, 0.9, np.float32(s.age)))
    curl = float(rng.choice([0.0, 0.010, 0.018]))
    swept = float(rng.choice([-1, 1])) * rng.uniform(0.05, 0.13)
    out = [] if bald else [_scalp(s, 0.4 * back)]
    for side in (-1, 1):
        guides = []
        for number, guide in enumerate(_CROP):
            g = np.array(guide)
            front = max(0.0, 1 - number / 3)
            g[-1, 1] += back * front * (1.0 if number else 0.55) + (0.02 if s.child else 0.0) * front
            g[-1, 2] -= 0.9 * back * front
            g[1:4, 0] += (
                side * swept * front * np.array((0.2, 0.5, 0.8))
            )  # brushed aside over the brow, both halves the same way
            g[4, 0] += side * swept * front if number else 0.0
            if covered:
                g = (g - (0, 0.06, -0.06)) * 0.965 + (0, 0.06, -0.06)
            guides.append(tuple(map(tuple, g)))
        mass = _combed(
            _sheet(guides, (80, 200), side=side, wide=s.wide),
            s.hair,
            rng,
            _Comb(curl, 1.6, 15, 0.20, 0.45 if covered else 0.9),
        )
        mass.joins = not bald or side > 0
        if bald:
            t = np.linspace(0, 1, 80)[:, None]
            v = np.linspace(0, 1, 200)[None]
            start = (
                0.60
                - 0.06 * v
                + 0.5 * smoothstep(0.46, 0.34, v)
                + 0.03 * cloth_noise((80, 200), rng, rows=1, columns=30)
            )
            mass.shows = np.minimum(mass.shows, smoothstep(-0.05, 0.05, t - start)).astype(np.float32)  # type: ignore[arg-type]
        out.append(mass)
    return out


def beard(s: Sitter, style: str, rng: np.random.Generator) -> list[Surface]:
    """style: "full", "pointed", "moustache"; the first two have a moustache too."""
    out: list[Surface] = []
    tint = lerp(s.hair, darken(s.skin, np.float32(0.7)), 0.15).astype(np.float32)
    chosen = {"full": _FULL, "pointed": _POINTED}.get(style, ())
    long = 1 + 0.5 * rng.random() * s.age
    for side in (-1, 1):
        for guides, comb in (
            (chosen, _Comb(0.012, 1.3, 7, 0.35, 0.7, 1.1, 0.10)),
            (_MOUSTACHE, _Comb(0.0, 1.0, 3, 0.30, 0.3, 1.0)),
        ):
            if not guides:
                continue
            net = np.array(guides)
            if guides is _FULL:
                net[:, 2:, 1] -= (0.10 * (long - 1)) * np.array((1.0, 2.2)) * np.linspace(1, 0, len(net))[:, None]
            if guides is chosen:
                net[:, 1:, :] += np.array((0, 0, 0.016)) + 0.04 * net[:, 1:, :] * (
                    1,
                    0,
                    0,
                )  # full enough that no jaw comes through
            made = _combed(
                _sheet([tuple(map(tuple, g)) for g in net], (50, 90), side=side, wide=s.wide), tint, rng, comb
            )
            made.joins = bool(out)
            out.append(made)
    return out


def drape(
    part: Surface, rows: Sequence[Sequence[float]], turn: Array, shift: Sequence[float], room: float = 1.05
) -> None:
    """Hair that would sink into a body of cross-sections (as `lathe` takes them), turned and
    shifted, is laid over it.
    """
    p = (part.points - np.asarray(shift, np.float32)) @ turn
    table = np.asarray(rows)[::-1]
    y = p[..., 1]
    wide, front, behind, middle = (np.interp(y, table[:, 0], table[:, k]) for k in range(1, 5))
    z = p[..., 2] - middle
    reach = (np.abs(p[..., 0]) / wide) ** 2.4 + (np.abs(z) / np.where(z > 0, front, behind)) ** 2.4
    out = np.where((y < table[-1, 0]) & (reach < room**2.4), room / np.maximum(reach, 0.05) ** (1 / 2.4), 1.0)
    p[..., 0] *= out
    p[..., 2] = middle + z * out
    part.points = (p @ turn.T + np.asarray(shift, np.float32)).astype(np.float32)
