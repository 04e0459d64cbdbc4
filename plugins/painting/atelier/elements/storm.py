"""The sea in a storm: rows of leaning waves, foam that spills down their steep side, lace on their backs."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..noise import fbm_line, sample
from ..scene import Kind, Patch, Scene
from ..world import World

__all__ = ["draw_storm_waves"]

_ROWS = 9
_CREST = 0.66  # where on a wave its crest stands: the back is twice as long as the front


def draw_storm_waves(scene: Scene, world: World, rng: np.random.Generator, *, y0: float, storm: float) -> None:
    """Waves from the horizon y0 down to the viewer, all leaning with one wind. storm: 0 calm .. 1, their height."""
    x, y = scene.grid()
    line = x[0]
    wind = float(rng.choice([-1, 1]))
    own = rng.uniform(-1, 1, (_ROWS, 3))
    for i in range(_ROWS):
        t = float(np.clip((i + 1 + 0.35 * own[i, 0]) / _ROWS, 0.06, 1))
        base = y0 + (1.08 - y0) * t**1.5 + 0.030 * t * fbm_line(rng, line, cycles=0.8, octaves=2)
        crest, front = _profile(rng, line * wind, (0.13 + 0.50 * t) * 1.35 ** own[i, 1], 0.9 + 0.5 * t)
        height = storm * (0.014 + 0.135 * t) * (1 + 0.45 * own[i, 2])
        tall = np.clip(0.66 + 0.6 * fbm_line(rng, line, cycles=0.9 / (0.3 + t), octaves=2), 0.12, 1.3)
        top = (base - height * tall * crest + 0.0035 * t * fbm_line(rng, line, cycles=16, octaves=4)).astype(np.float32)
        start = max(0, int(top.min() * scene.height) - 1)
        if start < scene.height:
            below = y[start:] - top[None]
            breaking = smoothstep(0.20, 0.75, tall * crest) * smoothstep(
                -0.75, 0.15, fbm_line(rng, line, cycles=1.6 / (0.3 + t), octaves=2) + 0.3 * storm
            )
            _put_row(
                scene,
                world,
                start,
                top,
                below,
                t=t,
                crest=crest,
                front=front,
                breaking=breaking,
                wind=wind,
                phase=float(rng.uniform(0, 6)),
                storm=storm,
            )


def _profile(rng: np.random.Generator, line: Array, period: float, bend: float) -> tuple[Array, Array]:
    """(height 0 in the trough .. 1 on the crest, share of the front 0 on the back .. 1 on the steep side) along a row.

    A trochoid drawn out of shape: flat troughs, narrow crests, the front half as long as the back.
    """
    u = (line / period + 0.5 * bend * fbm_line(rng, line, cycles=0.8 / period**0.5, octaves=2) + rng.uniform()) % 1
    rise, fall = np.clip(u / _CREST, 0, 1), np.clip((u - _CREST) / (1 - _CREST), 0, 1)
    crest = np.where(u < _CREST, np.expm1(2.4 * rise) / np.expm1(2.4), (1 - fall) ** 2.0)
    crest = gaussian_filter1d(crest, 0.035 * period / float(abs(line[1] - line[0])))
    return crest.astype(np.float32), smoothstep(_CREST - 0.05, _CREST + 0.06, u) * (1 - smoothstep(0.9, 1.0, u))


def _put_row(
    scene: Scene,
    world: World,
    start: int,
    top: Array,
    below: Array,
    *,
    t: float,
    crest: Array,
    front: Array,
    breaking: Array,
    wind: float,
    phase: float,
    storm: float,
) -> None:
    x, y = scene.grid()
    rows = y[start:]
    mask = np.clip(below * scene.height + 0.5, 0, 1).astype(np.float32)
    slope = np.gradient(top) * scene.height
    deep = darken(world.water, np.float32(0.60 + 0.16 * (1 - t)))
    glass = lerp(lerp(world.water, from_hex("63b3a2"), 0.42), world.sky[-1], 0.15)
    shine = np.exp(-np.clip(below, 0, None) / (0.012 + 0.075 * t)) * (
        0.35 + 0.65 * front[None] * crest[None]
    )  # light falls through the thin crest
    lab = lerp(lerp(world.water, deep, np.float32(0.35 + 0.65 * t)), glass, np.clip(shine * 0.85, 0, 1)[..., None])
    ripple = sample("general", x * (1.5 - 0.8 * t) + phase, below * (8 - 3.5 * t) + 0.3 * x * wind)
    chop = sample("general", x * 0.5 / (0.25 + t) + phase, (rows - x * 0.12 * wind) * (9 - 5 * t) + phase)
    lab = darken(lab, 1 + 0.07 * ripple + 0.06 * chop - (0.13 * np.tanh(1.6 * slope * np.sign(scene.light)))[None])
    lab = lerp(
        lab,
        world.local("eef3f1") * np.array([1.10, 0.7, 0.7], np.float32),
        _foam(x, below, t, front, breaking, phase, storm)[..., None],
    )
    angle = np.arctan(slope)[None] + 0.5 * wind * front[None] * np.exp(-np.clip(below, 0, None) / 0.08)
    scene.put(
        Patch(mask, 0, start),
        lab.astype(np.float32),
        kind=Kind.WATER,
        depth=0.6 * (1 - t),
        angle=angle,
        detail=0.14 + 0.16 * storm,
    )


def _foam(x: Array, below: Array, t: float, front: Array, breaking: Array, phase: float, storm: float) -> Array:
    """Share of foam (h, w): a ragged cap that spills down the front of a breaking crest, and thin lace behind it."""
    depth = np.clip(below, 0, None)
    ragged = sample("rough", x * (2.6 - 1.2 * t) + phase, depth * (9 - 4 * t) + phase)
    reach = (0.004 + 0.016 * t + (0.010 + 0.060 * t) * front[None]) * breaking[None] * (1 + 0.35 * ragged)
    cap = smoothstep(0.0, 0.45, 1 - depth / np.maximum(reach, 1e-4)) * smoothstep(0.02, 0.2, breaking)[None]
    vein = 1 - np.abs(sample("general", x * (1.3 - 0.6 * t) + 0.37 * phase, depth * (4.5 - 2 * t) + phase))
    lace = smoothstep(0.74, 0.96, vein) * np.exp(-depth / (0.035 + 0.16 * t)) * (0.45 + 0.55 * breaking[None])
    return np.clip(0.95 * cap + 0.75 * storm * lace, 0, 0.96).astype(np.float32)
