"""Bodies of blended round cones: drawn as one form with light, direction and material."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .colour import Array, Numbers
from .noise import blur
from .scene import Patch, Scene
from .shapes import CLOTH, EMPTY, Cone, Form, Frame, Material, shade

__all__ = ["Body", "body"]


@dataclass
class Body:
    """A list of round cones that melt into each other, with helpers to write one down quickly."""

    cones: list[Cone]
    blend: float = 0.03

    def ball(self, p: tuple[float, float, float], r: float, index: int = 0, k: float | None = None) -> Body:
        """Add a sphere."""
        return self.cone(p, p, r, r, index, k)

    def cone(
        self,
        a: tuple[float, float, float],
        b: tuple[float, float, float],
        ra: float,
        rb: float,
        index: int = 0,
        k: float | None = None,
    ) -> Body:
        """Add a round cone."""
        self.cones.append((a, b, ra, rb, index, self.blend if k is None else k))
        return self

    def chain(
        self,
        points: Sequence[tuple[float, float, float]],
        radii: Sequence[float],
        index: int = 0,
        k: float | None = None,
    ) -> Body:
        """Add a row of cones."""
        for a, b, ra, rb in zip(points[:-1], points[1:], radii[:-1], radii[1:], strict=True):
            self.cone(a, b, ra, rb, index, k)
        return self


def body(
    scene: Scene,
    made: Body,
    frame: Frame,
    *,
    yaw: float = 0.0,
    tilt: float = 0.0,
    material: Material = CLOTH,
    soften: float = 0.004,
    dents: Sequence[tuple[float, float, float, float, float, float]] = (),
) -> tuple[Form, Array]:
    """Draw a body: its lit form, with direction and material index, and the projected points function's matrix rows.

    yaw: turn about the vertical, radians; soften: blur of the height in units of the body's height;
    dents: (x, y, z, sigma x, sigma y, depth) pressed into the height, in the body's units.
    """
    cy, sy, ct, st = math.cos(yaw), math.sin(yaw), math.cos(tilt), math.sin(tilt)
    turn = np.array([[cy, 0, sy], [st * sy, ct, -st * cy], [-sy * ct, st, cy * ct]], np.float32)
    size = scene.height
    h = frame.h * size

    def project(p: Sequence[float]) -> tuple[float, float, float]:
        q = turn @ np.asarray(p, np.float32)
        x, y = frame.one(float(q[0]), float(q[1]))
        return x * size, y * size, float(q[2]) * h

    ends = [(project(a), project(b), ra * h, rb * h, i, k * h) for a, b, ra, rb, i, k in made.cones]
    xs = [v for a, b, ra, rb, _, _ in ends for v in (a[0] - ra, a[0] + ra, b[0] - rb, b[0] + rb)]
    ys = [v for a, b, ra, rb, _, _ in ends for v in (a[1] - ra, a[1] + ra, b[1] - rb, b[1] + rb)]
    x0, y0 = max(0, math.floor(min(xs)) - 2), max(0, math.floor(min(ys)) - 2)
    x1, y1 = min(scene.width, math.ceil(max(xs)) + 3), min(scene.height, math.ceil(max(ys)) + 3)
    if x1 <= x0 or y1 <= y0:
        return Form(EMPTY, EMPTY.mask, EMPTY.mask), turn
    shape = (y1 - y0, x1 - x0)
    surface = np.full(shape, -1e4, np.float32)
    signed = np.full(shape, 1e4, np.float32)
    top = np.full(shape, -1e4, np.float32)
    index = np.zeros(shape, np.int16)
    angle = np.zeros(shape, np.float32)
    for a, b, ra, rb, i, k in ends:
        pad = max(ra, rb) + k + 3
        u0, v0 = max(x0, math.floor(min(a[0], b[0]) - pad)), max(y0, math.floor(min(a[1], b[1]) - pad))
        u1, v1 = min(x1, math.ceil(max(a[0], b[0]) + pad)), min(y1, math.ceil(max(a[1], b[1]) + pad))
        if u1 <= u0 or v1 <= v0:
            continue
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = dx * dx + dy * dy
        px = np.arange(u0, u1, dtype=np.float32)[None] + 0.5 - a[0]
        py = np.arange(v0, v1, dtype=np.float32)[:, None] + 0.5 - a[1]
        if length < (0.2 * max(ra, rb)) ** 2 + 1e-6:
            t: Numbers = np.float32(0.5)
            distance = np.hypot(px - dx * 0.5, py - dy * 0.5)
        else:
            t = np.clip((px * dx + py * dy) / length, 0, 1)
            distance = np.hypot(px - t * dx, py - t * dy)
        r = ra + (rb - ra) * t
        z = a[2] + (b[2] - a[2]) * t
        high = z + np.where(distance < r, np.sqrt(np.maximum(r * r - distance * distance, 0)), -3 * (distance - r))
        box = (slice(v0 - y0, v1 - y0), slice(u0 - x0, u1 - x0))
        old = surface[box]
        k = max(k, 1e-3)
        join = np.maximum(k - np.abs(old - high), 0)
        new_top = high > top[box]
        index[box][new_top] = i
        angle[box][new_top] = math.atan2(dy, dx)
        top[box] = np.maximum(top[box], high)
        surface[box] = np.maximum(old, high) + join * join / (4 * k)
        away = distance - r
        old = signed[box]
        join = np.maximum(k - np.abs(old - away), 0)
        signed[box] = np.minimum(old, away) - join * join / (4 * k)
    mask = np.clip(0.5 - signed / 1.5, 0, 1)
    height = np.where(signed < 1.5, surface, np.nan)
    low = np.nanmin(height) if np.isfinite(height).any() else 0
    height = np.where(np.isnan(height), low, height).astype(np.float32)
    for dent_x, dent_y, dent_z, sx, sy_, depth in dents:
        cx, cyy, _ = project((dent_x, dent_y, dent_z))
        gx = (np.arange(x0, x1, dtype=np.float32)[None] - cx) / (sx * h)
        gy = (np.arange(y0, y1, dtype=np.float32)[:, None] - cyy) / (sy_ * h)
        height -= depth * h * np.exp(-0.5 * (gx * gx + gy * gy))
    height = _blur_inside(height, signed < 1.5, soften * h)
    patch = Patch(mask.astype(np.float32), x0, y0)
    return shade(scene, patch, height, material, angle=angle, index=index), turn


def _blur_inside(height: Array, inside: np.ndarray, sigma: float) -> Array:
    """Blur that does not mix the form with what lies outside it."""
    if sigma < 0.3:
        return height
    weight = blur(inside.astype(np.float32), sigma)
    return np.where(
        inside, blur(np.where(inside, height, 0).astype(np.float32), sigma) / np.maximum(weight, 1e-3), height
    ).astype(np.float32)
