"""Colour in Oklab (Ottosson 2020): L in 0..1, a and b about -0.3..0.3; sRGB in 0..1.

Jitter, mixing, shading and distance are computed here; alpha compositing of paint happens in sRGB.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Array",
    "Numbers",
    "darken",
    "from_hex",
    "lerp",
    "mix_stops",
    "oklab_to_srgb",
    "smoothstep",
    "srgb_to_oklab",
    "transport",
]

Array = NDArray[np.floating[Any]]
"""Real numbers in any precision: most are kept as float32, sums of them may be wider."""
Numbers = Array | np.floating[Any] | float
"""An array or one number."""

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_LMS_INVERSE, _LAB_INVERSE = np.linalg.inv(_LMS).astype(np.float32), np.linalg.inv(_LAB).astype(np.float32)
_GAMMA_STEPS = 8192


def srgb_to_oklab(rgb: Array) -> Array:
    """sRGB in 0..1 of shape (..., 3) as Oklab of that shape, float32."""
    rgb = np.asarray(rgb, np.float32)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((np.maximum(rgb, 0) + 0.055) / 1.055) ** 2.4)
    return (np.cbrt(linear.astype(np.float32) @ _LMS.T) @ _LAB.T).astype(np.float32)


@lru_cache(maxsize=1)
def _gamma() -> Array:
    """sRGB of linear light at (i / steps) squared: fine where the curve is steep."""
    linear = (np.arange(_GAMMA_STEPS + 1, dtype=np.float64) / _GAMMA_STEPS) ** 2
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).astype(np.float32)


def oklab_to_srgb(lab: Array) -> Array:
    """Oklab of shape (..., 3) as sRGB, clipped to 0..1."""
    lms = np.asarray(lab, np.float32) @ _LAB_INVERSE.T
    linear = np.clip((lms * lms * lms) @ _LMS_INVERSE.T, 0, 1)
    return _gamma()[(np.sqrt(linear) * _GAMMA_STEPS + 0.5).astype(np.int32)]


@lru_cache(maxsize=2048)
def _hex(text: str) -> tuple[float, float, float]:
    value = int(text.lstrip("#"), 16)
    rgb = np.array([value >> 16 & 255, value >> 8 & 255, value & 255], np.float32) / 255
    light, a, b = (float(v) for v in srgb_to_oklab(rgb))
    return light, a, b


def from_hex(text: str) -> Array:
    """`"#rrggbb"` or `"rrggbb"` as Oklab of shape (3,)."""
    return np.array(_hex(text), np.float32)


def lerp(a: Numbers, b: Numbers, t: Numbers) -> Array:
    """a at t = 0, b at t = 1."""
    return cast(Array, a + (b - a) * t)


def smoothstep(low: Numbers, high: Numbers, x: Numbers) -> Array:
    """0 below `low`, 1 above `high`, smooth between; `low` may be above `high`."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return cast(Array, t * t * (3 - 2 * t))


def darken(lab: Array, factor: Numbers) -> Array:
    """Oklab with its light multiplied by `factor`; chroma goes with the root, else shadows glow."""
    by = np.asarray(factor, np.float32)
    root = np.sqrt(np.clip(by, 0, 1.6))
    return np.stack([lab[..., 0] * by, lab[..., 1] * root, lab[..., 2] * root], -1).astype(np.float32)


def mix_stops(stops: Array, t: Array) -> Array:
    """Colours of shape (n, 3) at equal distances, interpolated at t in 0..1; returns t.shape + (3,)."""
    place = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(t, place, stops[:, i]) for i in range(3)], -1).astype(np.float32)


def transport(
    lab: Array, target: Array, rng: np.random.Generator, *, light: float, chroma: float, rounds: int = 16
) -> Array:
    """Move the colours of a picture towards a palette by sliced optimal transport.

    lab: (H, W, 3); target: (n, 3) sample of the palette; light, chroma: shares of the displacement taken in L and
    in a, b. The displacement is spread over a 17^3 lattice by a Gaussian, which keeps neighbours together.
    Source: sliced barycentres (Bonneel et al. 2015), regularised as in Pitie, Kokaram and Dahyot (2007).
    """
    flat = lab.reshape(-1, 3)
    count = 1600
    source = flat[rng.integers(0, len(flat), count)].astype(np.float64)
    goal = target[rng.integers(0, len(target), count)].astype(np.float64)
    moved = source.copy()
    for _ in range(rounds):
        basis, _ = np.linalg.qr(rng.standard_normal((3, 3)))
        for axis in basis.T:
            along = moved @ axis
            order = np.argsort(along, kind="stable")
            step = np.empty(count)
            step[order] = np.sort(goal @ axis, kind="stable") - along[order]
            moved += 0.6 * step[:, None] * axis
    shift = ((moved - source) * (light, chroma, chroma)).astype(np.float32)
    steps, low, high = 17, np.array([0, -0.25, -0.25], np.float32), np.array([1, 0.25, 0.25], np.float32)
    axes = [np.linspace(a, b, steps, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    lattice = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    points = source.astype(np.float32)
    distance = (lattice**2).sum(1)[:, None] + (points**2).sum(1) - 2 * lattice @ points.T
    weight = np.exp(-np.maximum(distance, 0) / (2 * 0.06**2)) + 1e-9
    table = (weight @ shift / weight.sum(1, keepdims=True)).reshape(steps, steps, steps, 3)
    return (lab + _trilinear(table, (lab - low) / (high - low) * (steps - 1))).astype(np.float32)


def _trilinear(table: Array, place: Array) -> Array:
    place = np.clip(place, 0, table.shape[0] - 1.001)
    base = place.astype(np.int32)
    part = place - base
    out = np.zeros(place.shape, np.float32)
    flat = table.reshape(-1, 3)
    n = table.shape[0]
    for i in (0, 1):
        wi = part[..., 0] if i else 1 - part[..., 0]
        for j in (0, 1):
            wj = wi * (part[..., 1] if j else 1 - part[..., 1])
            for k in (0, 1):
                w = wj * (part[..., 2] if k else 1 - part[..., 2])
                out += w[..., None] * flat[((base[..., 0] + i) * n + base[..., 1] + j) * n + base[..., 2] + k]
    return out
