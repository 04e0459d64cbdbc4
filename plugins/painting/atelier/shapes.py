"""The primitives that draw everything: polygons and tapered strokes, inflated outlines, and bodies of round cones.

Each gives a mask in its bounding box; the last two also a height, from which light and direction follow. Points are in
picture heights, x right and y down; a `Frame` turns a thing's own coordinates (feet at the origin, y up, x forward,
height 1) into them.
Sources: convolution surfaces (Bloomenthal and Shoemake 1991), inflation of outlines (Igarashi, Matsuoka, Tanaka 1999),
normals from drawings (Johnston 2002).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from .colour import Array, darken
from .noise import blur
from .scene import Kind, Patch, Scene

__all__ = [
    "Cone",
    "Form",
    "Frame",
    "Material",
    "disc",
    "inflate",
    "polygon",
    "polygons",
    "ribbon",
    "shade",
    "spline",
    "taper",
]

Points = Sequence[Sequence[float] | Array] | Array
EMPTY = Patch(np.zeros((0, 0), np.float32), 0, 0)


@dataclass(frozen=True)
class Material:
    """How a surface takes light: ambient, diffuse, specular share; largest gradient (a low one keeps faces soft);
    crease shadow.
    """

    ambient: float = 0.45
    diffuse: float = 0.70
    specular: float = 0.0
    steep: float = 4.0
    crease: float = 0.5


CLOTH = Material()
SKIN = Material(0.52, 0.60, 0.02, 1.5, 0.08)
FUR = Material(0.45, 0.70, 0.04)
PETAL = Material(0.68, 0.42, 0.0, 2.0, 0.25)
FRUIT = Material(0.38, 0.72, 0.30)
GLAZE = Material(0.40, 0.70, 0.40)
GLASS = Material(0.42, 0.62, 0.55)
STONE = Material(0.50, 0.62)


@dataclass(frozen=True)
class Frame:
    """Where a thing stands: x, y of its feet and its height h in u; flip mirrors it; lean turns it (radians)."""

    x: float
    y: float
    h: float
    flip: bool = False
    lean: float = 0.0

    def at(self, points: Points) -> Array:
        """Own coordinates (n, 2) as picture coordinates."""
        p = np.asarray(points, np.float32).reshape(-1, 2)
        px, py = p[:, 0] * (-1 if self.flip else 1), p[:, 1]
        if self.lean:
            c, s = math.cos(self.lean), math.sin(self.lean)
            px, py = px * c - py * s, px * s + py * c
        return np.stack([self.x + px * self.h, self.y - py * self.h], -1)

    def one(self, x: float, y: float) -> tuple[float, float]:
        """One point."""
        p = self.at([(x, y)])[0]
        return float(p[0]), float(p[1])


def spline(points: Points, *, closed: bool = False, steps: int = 8) -> Array:
    """A Catmull-Rom curve through the points, `steps` pieces a segment."""
    p = np.asarray(points, np.float32)
    if len(p) < 3:
        return p
    if closed:
        p = np.concatenate([p[-1:], p, p[:2]])
    else:
        p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[:, None]
    out = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    if not closed:
        out.append(p[-2:-1])
    return np.concatenate(out)


def polygons(scene: Scene, shapes: Iterable[Points], *, widths: Sequence[float] | None = None) -> Patch:
    """The union of filled outlines, antialiased (drawn at twice the size in their bounding box)."""
    size = scene.height
    parts = [np.asarray(s, np.float32) * size for s in shapes]
    parts = [p for p in parts if len(p) >= 3]
    if not parts:
        return EMPTY
    every = np.concatenate(parts)
    x0, y0 = np.maximum(np.floor(every.min(0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(every.max(0)).astype(int) + 2, (scene.width, scene.height))
    if x1 <= x0 or y1 <= y0:
        return EMPTY
    scale = 2
    image = Image.new("L", ((x1 - x0) * scale, (y1 - y0) * scale))
    draw = ImageDraw.Draw(image)
    for p in parts:
        draw.polygon([(float(a), float(b)) for a, b in (p - (x0, y0)) * scale], fill=255)
    mask = np.asarray(image.resize((x1 - x0, y1 - y0), Image.Resampling.BOX), np.float32) / 255
    return Patch(mask, int(x0), int(y0))


def polygon(scene: Scene, points: Points) -> Patch:
    """One filled outline."""
    return polygons(scene, [points])


def disc(scene: Scene, x: float, y: float, rx: float, ry: float | None = None, angle: float = 0.0) -> Patch:
    """A filled ellipse, turned by `angle`."""
    ry = rx if ry is None else ry
    t = np.linspace(0, 2 * np.pi, max(12, min(72, int(rx * scene.height * 1.2) + 12)), endpoint=False)
    a, b = rx * np.cos(t), ry * np.sin(t)
    c, s = math.cos(angle), math.sin(angle)
    return polygon(scene, np.stack([x + a * c - b * s, y + a * s + b * c], -1))


def ribbon(
    points: Points, widths: Sequence[float] | Array | float, *, smooth: bool = True, steps: int = 6
) -> list[Array]:
    """The outlines of a tapered stroke: one body and two round ends. widths: full widths in u, at the points."""
    p = np.asarray(points, np.float32)
    w: Array = (
        np.full(len(p), widths, np.float32)
        if isinstance(widths, int | float | np.floating)
        else np.interp(np.linspace(0, 1, len(p)), np.linspace(0, 1, len(widths)), widths)
    )
    if smooth and len(p) > 2:
        curve = spline(p, steps=steps)
        w = np.interp(np.linspace(0, 1, len(curve)), np.linspace(0, 1, len(p)), w)
        p = curve
    along = np.gradient(p, axis=0)
    along /= np.hypot(along[:, 0], along[:, 1])[:, None] + 1e-9
    side = np.stack([-along[:, 1], along[:, 0]], -1) * (w / 2)[:, None]
    out = [np.concatenate([p + side, (p - side)[::-1]])]
    for i in (0, -1):
        if w[i] > 0.002:
            t = np.linspace(0, 2 * np.pi, 12, endpoint=False)
            out.append(p[i] + w[i] / 2 * np.stack([np.cos(t), np.sin(t)], -1))
    return out


def taper(scene: Scene, points: Points, widths: Sequence[float] | Array | float, *, smooth: bool = True) -> Patch:
    """A tapered stroke as a patch."""
    return polygons(scene, ribbon(points, widths, smooth=smooth))


def light_vector(scene: Scene) -> Array:
    """Unit vector to the light: from the scene's side, above and in front (y down)."""
    v = np.array([scene.light * 1.3, -0.75, 0.75], np.float32)
    return v / np.linalg.norm(v)


@dataclass(frozen=True)
class Form:
    """A lit shape: patch, factor k on light (h, w), specular (h, w), direction (h, w) or None, material index (h, w) or
    None.
    """

    patch: Patch
    k: Array
    shine: Array
    angle: Array | None = None
    index: np.ndarray | None = None

    def colour(self, lab: Array) -> Array:
        """A colour (3,) or (h, w, 3) in this light: darkened by k, warm in the light, cool in the shade."""
        out = darken(np.broadcast_to(lab, (*self.k.shape, 3)), self.k)
        out[..., 2] += 0.02 * np.clip(self.k - 0.95, -0.5, 0.5) * 2
        out[..., 0] += self.shine
        return out


def shade(
    scene: Scene,
    patch: Patch,
    height: Array,
    material: Material = CLOTH,
    *,
    angle: Array | None = None,
    index: np.ndarray | None = None,
) -> Form:
    """Light a height map (in pixels) with the scene's light."""
    gy, gx = np.gradient(height)
    steep = np.hypot(gx, gy)
    scale = np.minimum(1, material.steep / (steep + 1e-6))
    gx, gy = gx * scale, gy * scale
    norm = 1 / np.sqrt(1 + gx * gx + gy * gy)
    lx, ly, lz = light_vector(scene)
    facing = (-gx * lx - gy * ly + lz) * norm
    k = material.ambient + material.diffuse * np.clip((facing + 0.18) / 1.18, 0, 1)
    if material.crease:
        size = scene.height
        hollow = np.clip(14 * (blur(height, 0.012 * size) - height) / size, 0, 0.5)
        k = k - material.crease * hollow * (patch.mask > 0.5)
    shine = np.zeros_like(k)
    if material.specular:
        hx, hy, hz = lx, ly, lz + 1
        n = math.sqrt(hx * hx + hy * hy + hz * hz)
        shine = material.specular * np.clip((-gx * hx - gy * hy + hz) * norm / n, 0, 1) ** 24
    return Form(patch, k.astype(np.float32), shine.astype(np.float32), angle, index)


def inflate(
    scene: Scene,
    patch: Patch,
    radius: float,
    material: Material = CLOTH,
    *,
    folds: Sequence[tuple[Points, float, float]] = (),
) -> Form:
    """Inflate a mask to a rounded form: height rises over `radius` (u) from the rim. folds: (points, width, depth)
    pressed in.
    """
    mask = patch.mask
    if mask.size == 0 or min(mask.shape) < 2:
        return Form(patch, np.ones_like(mask), np.zeros_like(mask))
    r = max(1.0, radius * scene.height)
    inside = np.pad(mask > 0.5, 1)
    far = np.minimum(ndimage.distance_transform_edt(inside)[1:-1, 1:-1] / r, 1)
    height = r * np.sqrt(np.clip(1 - (1 - far) ** 2, 0, 1)).astype(np.float32)
    for points, width, depth in folds:
        fold = taper(scene, points, width)
        if fold.mask.size:
            full = np.zeros(scene.shape, np.float32)
            full[fold.box] = fold.mask
            height -= depth * scene.height * blur(full[patch.box], 0.6 * width * scene.height)
    height = blur(height, min(0.12 * r, 3.0))
    return shade(scene, patch, height, material)


Cone = tuple[tuple[float, float, float], tuple[float, float, float], float, float, int, float]
"""(start, end, radius at start, radius at end, material index, blend k): x forward, y up, z to the viewer, units of the height."""


def put_form(
    scene: Scene,
    form: Form,
    colours: Array,
    *,
    kinds: Sequence[Kind] | Kind,
    depth: float,
    detail: float = 0.9,
    angle: float | None = None,
) -> None:
    """Put a lit form into the scene. colours: (3,), or (n, 3) by material index; kinds: one, or one for each index."""
    patch = form.patch
    if patch.mask.size == 0:
        return
    lab = colours if colours.ndim in (1, 3) else colours[form.index]
    direction = form.angle if angle is None else angle
    if isinstance(kinds, Kind):
        scene.put(patch, form.colour(lab), kind=kinds, depth=depth, angle=direction, detail=detail)
        return
    scene.put(patch, form.colour(lab), kind=kinds[0], depth=depth, angle=direction, detail=detail)
    box, inside = patch.box, patch.mask > 0.5
    base = scene.regions - 1
    for i, kind in enumerate(kinds):
        here = inside & (form.index == i)
        scene.kind[box][here] = kind
        if i:
            scene.region[box][here] = base + i
    scene.regions = base + len(kinds) + 1


def cast_shadow(
    scene: Scene, x: float, y: float, radius: float, *, strength: float = 0.5, flat: float = 0.22, long: float = 1.0
) -> None:
    """The shadow a standing thing throws on the ground, away from the light: a thing without one floats."""
    away = -1 if scene.light > 0 else 1
    patch = disc(scene, x + away * radius * 0.9 * long, y, radius * (1.0 + 0.5 * long), radius * flat)
    if patch.mask.size == 0:
        return
    pad = int(0.02 * scene.height) + 2
    full = np.pad(patch.mask, pad)
    soft = blur(full, 0.007 * scene.height)
    y0, x0 = max(0, patch.y - pad), max(0, patch.x - pad)
    y1, x1 = min(scene.height, patch.y - pad + full.shape[0]), min(scene.width, patch.x - pad + full.shape[1])
    soft = soft[y0 - patch.y + pad : y1 - patch.y + pad, x0 - patch.x + pad : x1 - patch.x + pad]
    box = (slice(y0, y1), slice(x0, x1))
    part = scene.lab[box]
    dark = darken(part, 0.42)
    dark[..., 2] -= 0.012
    part += (dark - part) * (soft * strength * 1.4).clip(0, 0.8)[..., None]
