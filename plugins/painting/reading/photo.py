"""A photograph, or any picture, as a scene that the hands of the atelier can paint.

What a composer knows, a picture has to be asked for: directions from its structure tensor, kept where they are strong
and spread outwards so that calm places flow with their surroundings; regions from colour; the sky, water, leaves and
skin guessed from colour and place; detail from the energy of edges; depth from the row. Guesses only steer the brush:
each stroke still ends where the picture's own colours change.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from ..atelier.colour import Array, oklab_to_srgb, smoothstep, srgb_to_oklab
from ..atelier.noise import blur, blur_field, resize, structure_angle
from ..atelier.scene import Kind, Scene
from .clusters import cluster
from .colours import thumbnail_size
from .composition import find_composition, find_horizon

__all__ = ["scene_from_picture", "scene_from_sketch"]

LABELS = 12
SKETCH_SIDE = 320  # of an enlarged sketch: what is finer is left to the strokes


def scene_from_picture(picture: Image.Image, size: tuple[int, int]) -> Scene:
    """A scene of `size` (width, height) in pixels; an RGB picture of any size, squeezed or grown to it."""
    width, height = size
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    rgb = np.asarray(picture.convert("RGB"), np.float32) / 255
    lab = srgb_to_oklab(rgb)
    small = resize(lab, *_fit(lab.shape[:2], 256))
    labels = _regions(small)
    kinds = _kinds(small, labels)
    near = np.ix_((np.arange(height) * small.shape[0] // height), (np.arange(width) * small.shape[1] // width))
    region = _sharpen(labels, lab)
    kind = _sharpen(kinds, lab) if kinds.any() else kinds[near]
    rows = np.linspace(0.95, 0.15, height, dtype=np.float32)[:, None]
    depth = np.where(kind == Kind.SKY, 1.0, np.broadcast_to(rows, (height, width))).astype(np.float32)
    detail = _detail(small)
    built = find_composition(small)
    scene = Scene.from_maps(
        rgb,
        kind=kind,
        region=region,
        depth=blur(depth, height / 150),
        field=_directions(lab),
        detail=resize(detail, height, width),
        focus=(built["focus"][0] * width / height, built["focus"][1]),
        time=_hour(small),
    )
    row, sure = find_horizon(resize(small, *thumbnail_size(small.shape[:2], 192)))
    scene.horizon = round(row, 3) if sure >= 0.35 else 0.5
    return scene


def scene_from_sketch(sketch: Image.Image, size: tuple[int, int]) -> Scene:
    """A scene of `size` from a small sketch, whose blurred masses are given edges first."""
    return scene_from_picture(_firm(sketch, size[0] / size[1]), size)


def _firm(sketch: Image.Image, aspect: float) -> Image.Image:
    """A sketch enlarged, its masses bounded: a coherence-enhancing shock filter (Weickert 2003).

    Light is carried from the places where it bends down to those where it bends up, seen across the local direction, so
    soft ramps become edges and forms keep their outlines.
    """
    height = round(SKETCH_SIDE / max(1.0, aspect))
    grown = sketch.convert("RGB").resize((max(16, round(height * aspect)), height), Image.Resampling.BICUBIC)
    lab = srgb_to_oklab(np.asarray(grown, np.float32) / 255)
    unit = max(lab.shape[:2]) / SKETCH_SIDE
    for _ in range(14):
        soft = blur(lab, 2.2 * unit)
        tangent, _, _ = structure_angle(soft[..., 0], fine=1.0 * unit, wide=5 * unit)
        across = np.arctan2(tangent[..., 1], tangent[..., 0]) / 2 + np.pi / 2
        dx, dy = np.cos(across), np.sin(across)
        gy, gx = np.gradient(soft[..., 0])
        slope = dx * gx + dy * gy
        sy, sx = np.gradient(slope)
        bend = np.tanh((dx * sx + dy * sy) * 400)[..., None]
        down = np.stack([_slope(lab[..., i], bend[..., 0]) for i in range(3)], -1)
        lab = lab - 0.35 * bend * down
    return Image.fromarray((oklab_to_srgb(lab) * 255 + 0.5).astype(np.uint8))


def _slope(values: Array, bend: Array) -> Array:
    """Size of the gradient by one-sided differences that look away from the edge (upwind)."""
    right, below = np.diff(values, axis=1, append=values[:, -1:]), np.diff(values, axis=0, append=values[-1:])
    left, above = np.diff(values, axis=1, prepend=values[:, :1]), np.diff(values, axis=0, prepend=values[:1])
    grow = np.sqrt(
        np.maximum(right, 0) ** 2 + np.minimum(left, 0) ** 2 + np.maximum(below, 0) ** 2 + np.minimum(above, 0) ** 2
    )
    shrink = np.sqrt(
        np.minimum(right, 0) ** 2 + np.maximum(left, 0) ** 2 + np.minimum(below, 0) ** 2 + np.maximum(above, 0) ** 2
    )
    return np.where(bend < 0, grow, shrink)


def _fit(shape: tuple[int, ...], side: int) -> tuple[int, int]:
    scale = side / max(shape)
    return max(8, round(shape[0] * scale)), max(8, round(shape[1] * scale))


def _directions(lab: Array) -> Array:
    """Tangents of edges, diffused outwards: where a place has no direction of its own it takes its neighbourhood's."""
    height, width = lab.shape[:2]
    shape = _fit((height, width), 512)
    small = resize(lab, *shape)
    unit = shape[0] / 768
    total = np.zeros((*shape, 2), np.float32)
    for i, weight in enumerate((1.0, 2.5, 2.5)):
        tangent, energy, coherence = structure_angle(small[..., i], fine=max(0.8, 1.6 * unit), wide=max(1.5, 5 * unit))
        total += weight * weight * tangent * (energy * coherence**2)[..., None]
    size = np.hypot(total[..., 0], total[..., 1])
    ceiling = np.quantile(size, 0.9) + 1e-12
    total *= (np.minimum(size, ceiling) / (size + 1e-12))[..., None]
    field = total / ceiling
    for sigma, share in ((6, 0.35), (20, 0.12), (60, 0.04), (160, 0.015)):
        field = field + share * blur(total / ceiling, sigma * unit)
    field[..., 0] += 1e-3  # where there is nothing at all the brush goes level
    return resize(blur_field(field, 2.5 * unit), height, width)


def _regions(small: Array) -> np.ndarray:
    """Labels by k-means on colour and, a little, place; cleaned by blurring their masks; (h, w) int32."""
    height, width = small.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width)
    soft = blur(small, 1.0)
    points = np.concatenate([soft * (1, 2.2, 2.2), 0.22 * x[..., None], 0.30 * y[..., None]], -1).reshape(-1, 5)
    step = points[:: max(1, len(points) // 8000)]
    centres, _ = cluster(step, step[np.linspace(0, len(step) - 1, LABELS).astype(int)], 14)
    labels = np.argmin((centres**2).sum(1) - 2 * points @ centres.T, axis=1).reshape(height, width)
    masks = np.stack([ndimage.gaussian_filter((labels == i).astype(np.float32), 1.6) for i in range(LABELS)])
    return masks.argmax(0).astype(np.int32)


def _sharpen(labels: np.ndarray, lab: Array) -> np.ndarray:
    """Labels at the size of `lab`, their borders smooth: each label's mask grown bilinearly, the largest wins."""
    height, width = lab.shape[:2]
    best = np.full((height, width), -1.0, np.float32)
    out = np.zeros((height, width), labels.dtype)
    for value in np.unique(labels):
        mask = resize(ndimage.gaussian_filter((labels == value).astype(np.float32), 0.8), height, width)
        better = mask > best
        best[better] = mask[better]
        out[better] = value
    return out


def _kinds(small: Array, labels: np.ndarray) -> np.ndarray:
    """Sky, water, leaves, skin, snow; `Kind.SHAPE` for all else."""
    height = labels.shape[0]
    kinds = np.full(labels.shape, Kind.SHAPE, np.uint8)
    rough = np.hypot(*np.gradient(blur(small[..., 0], 0.8)))
    rows = np.broadcast_to(np.arange(height)[:, None] / height, labels.shape)
    top = labels[: max(1, height // 8)]
    for value in np.unique(labels):
        inside = labels == value
        light, a, b = small[inside].mean(0)
        chroma, hue = float(np.hypot(a, b)), float(np.degrees(np.arctan2(b, a))) % 360
        flat = float(rough[inside].mean()) < 0.018
        if (top == value).mean() > 0.04 and light > 0.42 and flat and float(rows[inside].mean()) < 0.45:
            kinds[inside] = Kind.SKY
        elif 105 < hue < 160 and chroma > 0.03:
            kinds[inside] = Kind.FOLIAGE
        elif 190 < hue < 275 and chroma > 0.02 and float(rows[inside].mean()) > 0.45:
            kinds[inside] = Kind.WATER
        elif light > 0.86 and chroma < 0.03 and float(rows[inside].mean()) > 0.4:
            kinds[inside] = Kind.SNOW
        elif (
            35 < hue < 75
            and 0.035 < chroma < 0.11
            and 0.55 < light < 0.88
            and flat
            and float(np.abs(rows[inside] - 0.45).mean()) < 0.2
        ):
            kinds[inside] = Kind.SKIN
    return kinds


def _detail(small: Array) -> Array:
    """0 calm .. 1 full of edges: smoothed gradient energy between its 60th and 93rd percentile."""
    soft = blur(small, 0.8)
    energy = sum(k * np.hypot(*np.gradient(soft[..., i])) for i, k in enumerate((1.0, 1.5, 1.5)))
    energy = blur(energy, small.shape[0] / 60)
    low, high = np.quantile(energy, [0.60, 0.93])
    return smoothstep(float(low), float(max(high, low + 1e-3)), energy).astype(np.float32)


def _hour(small: Array) -> str:
    light, warm = float(small[..., 0].mean()), float(small[: small.shape[0] // 3, :, 2].mean())
    return "night" if light < 0.33 else "dusk" if warm > 0.06 and light < 0.62 else "day"
