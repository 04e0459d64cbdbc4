"""Noise, blur and direction fields: the soft tools that scenes and styles share."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image
from scipy import ndimage

from .colour import Array, Numbers

__all__ = ["blur", "blur_field", "fbm_line", "lic", "resize", "sample", "structure_angle", "tile", "value_noise"]

TILE = 1024


@lru_cache(maxsize=8)
def tile(kind: str) -> Array:
    """A tileable texture of 1024 x 1024, mean 0, deviation 1, the same in each picture: scenes read it at offsets of
    their own.

    kind: "cloud" (big soft forms), "general", "fine" (grain), "rough" (ridges). One band for all looks like crumpled
    foil.
    """
    beta, low, high, seed = {
        "cloud": (2.5, 1, 120, 11),
        "general": (1.7, 1, 400, 12),
        "fine": (0.8, 8, 512, 13),
        "rough": (2.0, 2, 260, 14),
    }[kind]
    rng = np.random.default_rng(seed)
    fy = np.fft.fftfreq(TILE)[:, None] * TILE
    fx = np.fft.rfftfreq(TILE)[None] * TILE
    radius = np.hypot(fx, fy)
    radius[0, 0] = 1
    power = radius ** (-beta / 2 - 0.5) * (radius >= low) * (radius <= high)
    power[0, 0] = 0
    phase = rng.uniform(0, 2 * np.pi, radius.shape)
    made = np.fft.irfft2(power * np.exp(1j * phase) * np.sqrt(rng.exponential(size=radius.shape)), (TILE, TILE))
    return (made / made.std()).astype(np.float32)


def sample(kind: str, x: Numbers, y: Numbers) -> Array:
    """The texture `kind` at x, y in tiles (1 = once across), bilinear, wrapped."""
    flat = tile(kind).ravel()
    x, y = np.broadcast_arrays(np.asarray(x, np.float32), np.asarray(y, np.float32))
    fx, fy = x * TILE, y * TILE
    px, py = np.floor(fx), np.floor(fy)
    fx -= px
    fy -= py
    ix, iy = px.astype(np.int32), py.astype(np.int32)
    jx, jy = (ix + 1) & (TILE - 1), ((iy + 1) & (TILE - 1)) * TILE
    ix &= TILE - 1
    iy &= TILE - 1
    iy *= TILE
    top = flat.take(iy + ix)  # take reads four times as fast as an index array
    top += (flat.take(iy + jx) - top) * fx
    low = flat.take(jy + ix)
    low += (flat.take(jy + jx) - low) * fx
    low -= top
    low *= fy
    top += low
    return top


def value_noise(rng: np.random.Generator, shape: tuple[int, int], cycles: float, kind: str = "cloud") -> Array:
    """Noise over a picture of `shape`, `cycles` tiles across its height, at a random offset."""
    height, width = shape
    ox, oy = rng.random(2)
    y = np.arange(height, dtype=np.float32)[:, None] / height * cycles + oy
    x = np.arange(width, dtype=np.float32)[None] / height * cycles + ox
    return sample(kind, x, y)


def fbm_line(
    rng: np.random.Generator,
    x: Array,
    *,
    cycles: float = 3.0,
    octaves: int = 6,
    gain: float = 0.5,
    ridged: bool = False,
) -> Array:
    """One-dimensional fractal noise at x (any unit; `cycles` knots a unit), about -1..1."""
    total, size = np.zeros_like(x, dtype=np.float32), 1.0
    for _ in range(octaves):
        knots = rng.uniform(-1, 1, 257).astype(np.float32)
        place = (x * cycles + rng.uniform(0, 256)) % 256
        base = place.astype(np.int32)
        t = place - base
        t = t * t * (3 - 2 * t)
        value = knots[base] * (1 - t) + knots[base + 1] * t
        total += size * (1 - 2 * np.abs(value) if ridged else value)
        size *= gain
        cycles *= 2.03
    return total.astype(np.float32)


def resize(image: Array, height: int, width: int) -> Array:
    """A float map (H, W) or (H, W, n) at another size, area-averaged down or bilinear up."""
    if image.shape[:2] == (height, width):
        return np.asarray(image, np.float32)
    if image.ndim == 3:
        return np.stack([resize(image[..., i], height, width) for i in range(image.shape[2])], -1)
    how = Image.Resampling.BOX if height < image.shape[0] else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(np.ascontiguousarray(image, np.float32)).resize((width, height), how))


def blur(image: Array, sigma: float) -> Array:
    """Gaussian blur of (H, W) or (H, W, n) with `sigma` in pixels: big ones on a reduced picture, so each size is
    quick.
    """
    if sigma < 0.3:
        return np.asarray(image, np.float32)
    if image.ndim == 3:
        return np.stack([blur(image[..., i], sigma) for i in range(image.shape[2])], -1)
    image = np.asarray(image, np.float32)
    factor = 1
    while sigma / factor > 4 and min(image.shape) // (2 * factor) >= 8:
        factor *= 2
    if factor == 1:
        return ndimage.gaussian_filter(image, sigma, mode="nearest", truncate=3)
    height, width = image.shape
    small = resize(image, max(1, round(height / factor)), max(1, round(width / factor)))
    return resize(ndimage.gaussian_filter(small, sigma / factor, mode="nearest", truncate=3), height, width)


def blur_field(field: Array, sigma: float) -> Array:
    """A double-angle field (H, W, 2) blurred as such, then made to unit length."""
    out = blur(field, sigma)
    return out / (np.hypot(out[..., 0], out[..., 1])[..., None] + 1e-6)


def gradients(values: Array) -> tuple[Array, Array]:
    """Differences of a map (H, W) down and across."""
    down, across = np.gradient(values)
    return np.asarray(down), np.asarray(across)


def structure_angle(light: Array, *, fine: float = 1.2, wide: float = 5.0) -> tuple[Array, Array, Array]:
    """(field, strength, coherence) of a map of light: the double angle along its edges (H, W, 2), energy, and 0..1.

    fine, wide: sigmas of the gradient and of the tensor, in pixels.
    """
    smooth = blur(light, fine)
    gy, gx = gradients(smooth)
    xx, yy, xy = blur(gx * gx, wide), blur(gy * gy, wide), blur(gx * gy, wide)
    size = np.hypot(xx - yy, 2 * xy) + 1e-12
    # the tangent lies at right angles to the gradient: both parts of the double angle change sign
    field = np.stack([-(xx - yy) / size, -2 * xy / size], -1).astype(np.float32)
    return field, (xx + yy).astype(np.float32), (size / (xx + yy + 1e-9)).astype(np.float32)


def lic(image: Array, field: Array, *, steps: int = 10, step: float = 1.5) -> Array:
    """Line integral convolution (Cabral and Leedom 1993): `image` (H, W) or (H, W, n) smoothed along a double-angle
    field.
    """
    height, width = image.shape[:2]
    angle = 0.5 * np.arctan2(field[..., 1], field[..., 0])
    vx0, vy0 = np.cos(angle).ravel().astype(np.float32), np.sin(angle).ravel().astype(np.float32)
    flat = image.reshape(height * width, -1)
    total = flat.astype(np.float32).copy()
    weight = 1.0
    for way in (1.0, -1.0):
        x = np.tile(np.arange(width, dtype=np.float32), height)
        y = np.repeat(np.arange(height, dtype=np.float32), width)
        px, py = vx0 * way, vy0 * way
        for i in range(1, steps + 1):
            x = np.clip(x + px * step, 0, width - 1)
            y = np.clip(y + py * step, 0, height - 1)
            at = y.astype(np.int32) * width + x.astype(np.int32)
            k = 0.5 + 0.5 * np.cos(np.pi * i / (steps + 1))
            total += k * flat[at]
            if way > 0:
                weight += 2 * k
            vx, vy = vx0[at], vy0[at]
            sign = np.where(vx * px + vy * py < 0, -1.0, 1.0).astype(np.float32)
            px, py = vx * sign, vy * sign
    return (total / weight).reshape(image.shape).astype(np.float32)
