"""Sculptures: curved surfaces in space, turned, lit by one lamp with real cast shadows, and put into a scene.

A `Surface` is a grid of points with a colour each. Heads, hands, hats and cloth are surfaces in one space, so a brim
shades the brow
and a chin the collar: light and shadow make a head, outlines do not. Points are in units of the sculpture's own height,
x to the
viewer's right, y up, z to the viewer.
Sources: shadow maps (Williams 1978), wrapped diffuse light; the reddening of skin where light turns to shadow is a
painter's rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .colour import Array, darken, smoothstep
from .noise import blur
from .scene import Kind, Patch, Scene
from .shapes import spline

__all__ = ["Lamp", "Surface", "ball", "cloth_noise", "lathe", "put_sculpture", "rotation", "tube"]


@dataclass
class Surface:
    """points (n, m, 3); colour (n, m, 3) Oklab or (3,); kind: what it is, skin takes light as skin does; gloss: 0..1;
    detail: how
    carefully it is painted; along: which grid direction a brush follows (0 or 1); shows (n, m) 0..1: where it is cut
    away, or None;
    joins: one thing with the surface before it, no outline runs between them."""

    points: Array
    colour: Array
    kind: Kind
    gloss: float = 0.0
    detail: float = 0.85
    along: int = 1
    shows: np.ndarray | None = None
    joins: bool = False

    def moved(self, turn: Array, shift: Sequence[float] = (0, 0, 0)) -> Surface:
        """The surface turned by a matrix and shifted."""
        self.points = (self.points @ turn.T + np.asarray(shift, np.float32)).astype(np.float32)
        return self


@dataclass(frozen=True)
class Lamp:
    """Direction to the light (x right, y up, z to the viewer), share of light in the shadows, warmth of the light."""

    direction: tuple[float, float, float]
    ambient: float = 0.34
    warm: float = 0.016


def rotation(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Array:
    """A turn about the vertical (to the right), then nodding, then leaning; radians."""
    cy, sy, cp, sp, cr, sr = (
        math.cos(yaw),
        math.sin(yaw),
        math.cos(pitch),
        math.sin(pitch),
        math.cos(roll),
        math.sin(roll),
    )
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return (about_z @ about_x @ about_y).astype(np.float32)


def ball(
    centre: Sequence[float],
    radii: Sequence[float],
    colour: Array,
    kind: Kind,
    *,
    rows: int = 60,
    turn: Array | None = None,
    **more: float,
) -> Surface:
    """An ellipsoid."""
    v = np.linspace(0, np.pi, rows, dtype=np.float32)[:, None]
    u = np.linspace(-np.pi, np.pi, rows * 2, dtype=np.float32)[None]
    p = np.stack([np.sin(v) * np.sin(u), np.cos(v) * np.ones_like(u), np.sin(v) * np.cos(u)], -1) * np.asarray(
        radii, np.float32
    )
    if turn is not None:
        p = p @ turn.T
    return Surface((p + np.asarray(centre, np.float32)).astype(np.float32), colour, kind, **more)  # type: ignore[arg-type]


def lathe(
    rows: Sequence[Sequence[float]],
    colour: Array,
    kind: Kind,
    *,
    grid: tuple[int, int] = (120, 240),
    square: float = 2.2,
    **more: float,
) -> Surface:
    """A form of cross-sections: rows of (y, half width, depth in front, depth behind, z of the middle), top to bottom,
    splined.
    """
    table = spline(np.asarray(rows, np.float32), steps=10)
    steps = np.concatenate([[0], np.cumsum(np.hypot(np.diff(table[:, 0]), np.diff(table[:, 1])) + 1e-5)])
    t = np.linspace(0, steps[-1], grid[0])
    y, wide, front, behind, middle = (np.interp(t, steps, table[:, i]).astype(np.float32)[:, None] for i in range(5))
    e = 2 / square
    # columns at even distances on the outline, else those in front would leave holes between them
    fine = np.linspace(-np.pi, np.pi, 1441)
    c, s = np.cos(fine), np.sin(fine)
    far = np.hypot(np.diff(np.sign(s) * np.abs(s) ** e), np.diff(np.sign(c) * np.abs(c) ** e))
    arc = np.concatenate([[0], np.cumsum(far)])
    u = np.interp(np.linspace(0, arc[-1], grid[1]), arc, fine).astype(np.float32)[None]
    c, s = np.cos(u), np.sin(u)
    x = wide * np.sign(s) * np.abs(s) ** e
    z = middle + np.where(c > 0, front, behind) * np.sign(c) * np.abs(c) ** e
    return Surface(np.stack([x, np.broadcast_to(y, x.shape), z], -1).astype(np.float32), colour, kind, **more)  # type: ignore[arg-type]


def tube(
    points: Sequence[Sequence[float]],
    radii: Sequence[float],
    colour: Array,
    kind: Kind,
    *,
    grid: tuple[int, int] = (40, 28),
    flat: float = 1.0,
    **more: float,
) -> Surface:
    """A round form along a curve with closed round ends; flat: thickness over width, along z."""
    line = spline(np.asarray(points, np.float32), steps=8) if len(points) > 2 else np.asarray(points, np.float32)
    far = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    knots = np.linspace(0, far[-1], len(radii))
    # the ends are capped by hemispheres: extra rows whose radius falls as a circle
    first, last = radii[0], radii[-1]
    t = np.concatenate(
        [
            -first * np.cos(np.linspace(0, np.pi / 2, 7))[:-1],
            np.linspace(0, far[-1], grid[0]),
            far[-1] + last * np.sin(np.linspace(0, np.pi / 2, 7))[1:],
        ]
    )
    inside = np.clip(t, 0, far[-1])
    centre = np.stack([np.interp(inside, far, line[:, i]) for i in range(3)], -1)
    radius = np.interp(inside, knots, radii)
    radius = np.where(
        t < 0,
        np.sqrt(np.maximum(first**2 - t**2, 0)),
        np.where(t > far[-1], np.sqrt(np.maximum(last**2 - (t - far[-1]) ** 2, 0)), radius),
    )
    way = np.gradient(centre, axis=0)
    if t[0] < 0:
        way[:6], way[-6:] = way[7], way[-8]
    way /= np.linalg.norm(way, axis=1, keepdims=True) + 1e-9
    centre = centre + way * (t - inside)[:, None]
    up = np.where(np.abs(way[:, 2:3]) > 0.9, np.array([[0, 1, 0]]), np.array([[0, 0, 1]]))
    side = np.cross(way, up)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    depth = np.cross(side, way)
    u = np.linspace(-np.pi, np.pi, grid[1])
    p = centre[:, None] + radius[:, None, None] * (
        side[:, None] * np.sin(u)[None, :, None] + flat * depth[:, None] * np.cos(u)[None, :, None]
    )
    return Surface(p.astype(np.float32), colour, kind, **more)  # type: ignore[arg-type]


def cloth_noise(shape: tuple[int, int], rng: np.random.Generator, *, rows: float, columns: float) -> Array:
    """Smooth noise on a grid of `shape` with about so many folds down and across, deviation 1."""
    grain = rng.standard_normal((max(4, int(rows * 2)) + 3, max(4, int(columns * 2)) + 3)).astype(np.float32)
    made = ndimage.zoom(grain, (shape[0] / grain.shape[0], shape[1] / grain.shape[1]), order=3)[: shape[0], : shape[1]]
    made = np.pad(made, ((0, shape[0] - made.shape[0]), (0, shape[1] - made.shape[1])), mode="edge")
    return (made / (made.std() + 1e-6)).astype(np.float32)


def _normals(p: Array) -> Array:
    n = np.cross(np.gradient(p, axis=0), np.gradient(p, axis=1))
    n /= np.linalg.norm(n, axis=-1, keepdims=True) + 1e-9
    # grids run either way round: outward is away from the form's middle line
    outward = p - p.mean((0, 1))
    if float((n * outward).sum(-1).mean()) < 0:
        n = -n
    return n.astype(np.float32)


def _finer(p: Array, step: float, maps: Array) -> tuple[Array, Array]:
    """(points, maps) of a grid resampled so that most neighbours lie `step` or less apart."""
    gaps = [float(np.percentile(np.linalg.norm(np.diff(p, axis=a)[::2, ::2], axis=-1), 97)) for a in (0, 1)]
    factor = [int(np.clip(math.ceil(g / step), 1, 24)) for g in gaps]
    if factor == [1, 1]:
        return p, maps
    size = [(n - 1) * f + 1 for n, f in zip(p.shape[:2], factor, strict=True)]
    at = [np.linspace(0, n - 1, s) for n, s in zip(p.shape[:2], size, strict=True)]
    i0, j0 = np.minimum(at[0].astype(int), p.shape[0] - 2), np.minimum(at[1].astype(int), p.shape[1] - 2)
    fi, fj = (at[0] - i0).astype(np.float32)[:, None, None], (at[1] - j0).astype(np.float32)[None, :, None]
    both = np.concatenate([p, maps], -1)
    if factor[0] > 1:
        both = both[i0] * (1 - fi) + both[i0 + 1] * fi
    if factor[1] > 1:
        both = both[:, j0] * (1 - fj) + both[:, j0 + 1] * fj
    return both[..., :3], both[..., 3:]


def _shown(
    p: Array, shows: Array, x: float, y: float, h: float, way: float, aspect: float
) -> tuple[slice, slice] | None:
    """The part of a grid that may be seen: backs of things and what lies outside the picture cost half of the time."""
    px, py = x + way * p[..., 0] * h, y - p[..., 1] * h
    seen = (shows > -0.4) & (px > -0.05) & (px < aspect + 0.05) & (py > -0.05) & (py < 1.05)
    if not seen.any():
        return None
    i, j = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    return slice(max(0, int(i[0]) - 2), int(i[-1]) + 3), slice(max(0, int(j[0]) - 2), int(j[-1]) + 3)


def put_sculpture(
    scene: Scene,
    surfaces: Sequence[Surface],
    x: float,
    y: float,
    h: float,
    lamp: Lamp,
    *,
    depth: float = 0.15,
    flip: bool = False,
) -> None:
    """Draw surfaces with their origin at (x, y) u and `h` u for one unit. flip mirrors the sculpture and its light."""
    step = 1.0 / (h * scene.height)
    way = -1.0 if flip else 1.0
    direction = np.asarray(lamp.direction, np.float32) * (way, 1, 1)
    direction = (direction / np.linalg.norm(direction)).astype(np.float32)
    shadows = _shadows(surfaces, direction)
    rows: list[Array] = []
    places: list[np.ndarray] = []
    for number, (surface, shadow) in enumerate(zip(surfaces, shadows, strict=True)):
        p = surface.points
        normal = _normals(p)
        lit = _lit(surface, normal, shadow, direction, lamp)
        tangent = np.gradient(p, axis=surface.along)[..., :2]
        shows = (
            normal[..., 2:] if surface.shows is None else np.minimum(normal[..., 2:], surface.shows[..., None] - 0.65)
        )
        box = _shown(p, shows[..., 0], x, y, h, way, scene.width / scene.height)
        if box is None:
            continue
        p, maps = _finer(p[box], step, np.concatenate([lit, tangent, shows], -1).astype(np.float32)[box])
        px, py = (x + way * p[..., 0] * h) * scene.height, (y - p[..., 1] * h) * scene.height
        seen = (maps[..., 5] > -0.15) & (px >= 0) & (py >= 0) & (px < scene.width) & (py < scene.height)
        rows.append(np.concatenate([p[seen], maps[seen][:, :5], np.full((int(seen.sum()), 1), number, np.float32)], -1))
        places.append(np.stack([px[seen], py[seen]]).astype(np.int64))
    points = np.concatenate(rows) if rows else np.zeros((0, 9), np.float32)
    if not len(points):
        return
    ix, iy = np.concatenate(places, 1)
    x0, y0 = int(ix.min()), int(iy.min())
    shape = (int(iy.max()) + 1 - y0, int(ix.max()) + 1 - x0)
    nearness = points[:, 2] - points[:, 2].min()
    # sixteen bits sort by radix, many times faster than floats
    order = np.argsort((nearness * (65535 / (nearness.max() + 1e-6))).astype(np.uint16), kind="stable")
    front = np.full(shape[0] * shape[1], -1, np.int64)
    front[(iy[order] - y0) * shape[1] + (ix[order] - x0)] = order
    front = _filled(front.reshape(shape))
    hit = front >= 0
    near = (
        front
        if hit.all()
        else front[tuple(ndimage.distance_transform_edt(~hit, return_distances=False, return_indices=True))]
    )
    made = points[near]
    mask = np.clip(blur(np.pad(hit, 2).astype(np.float32), 0.55)[2:-2, 2:-2] * 1.9 - 0.45, 0, 1)
    angle = np.arctan2(-made[..., 7], way * made[..., 6]).astype(np.float32)
    owner = np.rint(made[..., 8]).astype(np.int64)
    first = scene.regions
    scene.put(
        Patch(mask.astype(np.float32), x0, y0), made[..., 3:6], kind=Kind.CLOTH, depth=depth, angle=angle, detail=0.9
    )
    box, solid = (slice(y0, y0 + shape[0]), slice(x0, x0 + shape[1])), mask > 0.5
    scene.kind[box][solid] = np.array([int(s.kind) for s in surfaces])[owner][solid]
    scene.detail[box][solid] = np.array([s.detail for s in surfaces], np.float32)[owner][solid]
    thing = np.cumsum([not s.joins for s in surfaces])
    scene.region[box][solid] = first + thing[owner][solid]
    scene.regions = first + int(thing[-1]) + 1


def _lit(surface: Surface, normal: Array, shadow: Array, direction: Array, lamp: Lamp) -> Array:
    """Colours of a surface in the light: wrapped diffuse light, cast shadow, some light thrown back on the far side."""
    skin = surface.kind == Kind.SKIN
    facing = normal @ direction
    wrap = 0.18 if skin else 0.08
    diffuse = np.clip((facing + wrap) / (1 + wrap), 0, 1) * (1 - 0.88 * shadow)
    back = np.clip(-facing, 0, 1) * np.clip(1 - normal[..., 2], 0, 1)
    k = (
        lamp.ambient * (0.72 + 0.28 * np.clip(normal[..., 2], 0, 1)) * (0.85 + 0.15 * normal[..., 1])
        + 0.10 * back
        + (1.12 - lamp.ambient) * diffuse
    )
    colour = np.broadcast_to(surface.colour, normal.shape)
    lab = darken(colour, k)
    if skin:
        # shadows of dark skin are brown, not red: its red fades with the light while its yellow stays; blood shows at
        # the turn of fair skin
        fair = np.clip(colour[..., 0] - 0.45, 0, 0.35) / 0.35
        lab[..., 1] *= np.clip(0.45 + 0.30 * fair + 0.75 * k, 0.5, 1.0)
        turn = fair * np.exp(-(((k - 0.55) / 0.16) ** 2))
        lab[..., 1] += 0.014 * turn
        lab[..., 2] += 0.006 * turn
    lab[..., 2] += 1.6 * lamp.warm * np.clip(k - 0.7, -0.4, 0.4)
    if surface.gloss:
        half = direction + np.array([0, 0, 1], np.float32)
        half /= np.linalg.norm(half)
        lab[..., 0] += surface.gloss * np.clip(normal @ half, 0, 1) ** 26 * (1 - shadow)
    return lab


def _shadows(surfaces: Sequence[Surface], direction: Array) -> list[Array]:
    """Share of shadow 0..1 of each point of each grid: what lies nearer to the lamp hides it."""
    aside = np.cross(direction, [0.0, 1.0, 0.0])
    aside /= np.linalg.norm(aside)
    frame = np.stack([aside, np.cross(aside, direction), direction]).astype(np.float32)
    seen = [s.points.reshape(-1, 3) @ frame.T for s in surfaces]
    every = np.concatenate(
        [p if s.shows is None else p[s.shows.ravel() > 0.5] for s, p in zip(surfaces, seen, strict=True)]
    )
    low = every[:, :2].min(0)
    cell = max(float((every[:, :2].max(0) - low).max()) / 380, 0.006)
    width, rows = (int(n) + 1 for n in ((every[:, :2].max(0) - low) / cell))
    at = ((every[:, :2] - low) / cell).astype(np.int64)
    order = np.argsort(every[:, 2], kind="stable")
    nearest = np.full(width * rows, -9.0, np.float32)
    nearest[at[order, 1] * width + at[order, 0]] = every[order, 2]
    nearest = ndimage.grey_closing(nearest.reshape(rows, width), 3)
    out = []
    for surface, points in zip(surfaces, seen, strict=True):
        iu, iv = ((points[:, :2] - low) / cell).astype(np.int64).T
        total = np.zeros(len(points), np.float32)
        for du, dv in ((0, 0), (2, 1), (-1, 2), (-2, -1), (1, -2)):  # several taps soften the edge
            there = nearest[np.clip(iv + dv, 0, rows - 1), np.clip(iu + du, 0, width - 1)]
            total += smoothstep(0.03, 0.075, there - points[:, 2])
        out.append(blur((total / 5).reshape(surface.points.shape[:2]), 1.5))
    return out


def _filled(front: np.ndarray) -> np.ndarray:
    """Pin holes between splatted points take their nearest neighbour."""
    hit = front >= 0
    closed = ndimage.binary_closing(np.pad(hit, 3), iterations=2)[3:-3, 3:-3]
    holes = closed & ~hit
    if holes.any():
        near = ndimage.distance_transform_edt(~hit, return_distances=False, return_indices=True)
        front = np.where(holes, front[near[0], near[1]], front)
    return front
