"""Masses of hair: sheets over guide strands, streaked along their flow, and locks apart at the rim."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..colour import Array, darken, smoothstep
from ..scene import Kind
from ..sculpture import Surface, cloth_noise, tube
from ..shapes import spline

__all__ = ["Comb", "comb_hair", "span_sheet", "strands_of", "wisps"]

Guide = tuple[tuple[float, float, float], ...]


@lru_cache(maxsize=1)
def _strands() -> Mapping[str, tuple[Guide, ...]]:
    rows = tomllib.loads((Path(__file__).parent / "data" / "strands.toml").read_text("utf-8"))
    return {name: tuple(tuple((x, y, z) for x, y, z in strand) for strand in strands) for name, strands in rows.items()}


def strands_of(name: str) -> tuple[Guide, ...]:
    """The guide strands of a head of hair or a beard, from `data/strands.toml`."""
    return _strands()[name]


@dataclass(frozen=True)
class Comb:
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


def span_sheet(guides: Sequence[Guide], grid: tuple[int, int], *, side: int, wide: float) -> Array:
    """A grid (rows root to tip, columns guide to guide) of points over the guide strands."""
    net = np.array(guides, np.float32) * (side * wide, 1, 1)
    across = np.stack([spline(net[:, k], steps=8) for k in range(net.shape[1])], 1)  # (columns, knots, 3)
    along = np.stack([spline(row, steps=8) for row in across])
    at = [np.linspace(0, n - 1, g) for n, g in zip(along.shape[:2], (grid[1], grid[0]), strict=True)]
    i, j = (np.minimum(a.astype(int), n - 2) for a, n in zip(at, along.shape[:2], strict=True))
    fi, fj = (at[0] - i)[:, None, None], (at[1] - j)[None, :, None]
    made = along[i] * (1 - fi) + along[i + 1] * fi
    return (made[:, j] * (1 - fj) + made[:, j + 1] * fj).transpose(1, 0, 2).astype(np.float32)


def comb_hair(points: Array, colour: Array, rng: np.random.Generator, comb: Comb) -> Surface:
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


def wisps(sheet: Surface, colour: Array, rng: np.random.Generator, count: int, *, rim: bool = False) -> list[Surface]:
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
