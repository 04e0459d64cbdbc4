"""The facet family: the view cut into planes that shift, turn and flatten it (analytic cubism)."""

from __future__ import annotations

import math

import numpy as np

from .....core.progress import Progress
from ..brush import Canvas, Layer, Look, contour, lay, relight
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, sample
from ..scene import Kind, Scene
from .parameters import StyleParameters
from .stroke import finish, tone

__all__ = ["paint_facet"]


def _cuts(scene: Scene, levels: int, rng: np.random.Generator, along: float) -> tuple[np.ndarray, np.ndarray]:
    """(facet of each pixel, signed distance to its nearest cut in u) of a recursive division by straight lines."""
    x, y = scene.grid()
    xs, ys = np.broadcast_to(x, scene.shape), np.broadcast_to(y, scene.shape)
    label = np.zeros(scene.shape, np.int32)
    near = np.full(scene.shape, 9.0, np.float32)
    count = 1
    numbers = rng.random((2**levels, 4))
    angle_map = 0.5 * np.arctan2(scene.field[..., 1], scene.field[..., 0])
    for level in range(levels):
        for old in range(count):
            here = label == old
            share = float(here.mean())
            if share < 0.0022:
                continue
            n = numbers[(old * 7 + level * 13) % len(numbers)]
            px, py = xs[here], ys[here]
            cx, cy = px.mean() + (n[0] - 0.5) * 0.25 * px.std(), py.mean() + (n[1] - 0.5) * 0.25 * py.std()
            cov = np.cov(np.stack([px[::7], py[::7]])) if here.sum() > 40 else np.eye(2)
            axis = 0.5 * math.atan2(2 * cov[0, 1], cov[0, 0] - cov[1, 1])
            turn = axis + math.pi / 2 + (n[2] - 0.5) * 1.0
            if n[3] < along:
                turn = float(angle_map[min(scene.height - 1, int(cy * scene.height)), min(scene.width - 1, int(cx * scene.height))])
            distance = (xs - cx) * math.sin(turn) - (ys - cy) * math.cos(turn)
            near = np.where(here, np.minimum(near, np.abs(distance)), near)
            label = np.where(here & (distance > 0), count + old, label)
        count *= 2
    _, label = np.unique(label, return_inverse=True)
    return label.reshape(scene.shape), near.astype(np.float32)


def _sampled(scene: Scene, lab: Array, label: np.ndarray, rng: np.random.Generator, *, shift: float, turn: float, flat: float) -> Array:
    """Each facet looks at the picture from elsewhere and flattens it; less so near the focus."""
    count = int(label.max()) + 1
    n = np.clip(rng.standard_normal((count, 4)), -1.8, 1.8)
    x, y = scene.grid()
    size = np.bincount(label.ravel(), minlength=count).astype(np.float64)
    cx = np.bincount(label.ravel(), np.broadcast_to(x, label.shape).ravel(), count) / np.maximum(size, 1)
    cy = np.bincount(label.ravel(), np.broadcast_to(y, label.shape).ravel(), count) / np.maximum(size, 1)
    calm = np.exp(-(((cx - scene.focus[0]) ** 2 + (cy - scene.focus[1]) ** 2) / 0.30**2))
    k = 1 - 0.62 * calm
    c, s = np.cos(turn * n[:, 2] * k), np.sin(turn * n[:, 2] * k)
    scale = 1 + 0.09 * n[:, 3] * k
    dx, dy = x - cx[label], y - cy[label]
    sx = cx[label] + (dx * c[label] - dy * s[label]) * scale[label] + (shift * n[:, 0] * k)[label]
    sy = cy[label] + (dx * s[label] + dy * c[label]) * scale[label] + (shift * n[:, 1] * k)[label]
    row, column = np.clip(sy * scene.height, 0, scene.height - 1).astype(np.int64), np.clip(sx * scene.height, 0, scene.width - 1).astype(np.int64)
    seen = lab[row, column]
    mean = np.stack([np.bincount(label.ravel(), seen[..., i].ravel(), count) / np.maximum(size, 1) for i in range(3)], -1)
    share = (flat * (1 - 0.68 * calm))[label]
    out = lerp(seen, mean[label], share[..., None])
    direction = rng.uniform(0, 2 * np.pi, count)
    reach = np.sqrt(np.maximum(size, 1)) / scene.height
    ramp = (dx * np.cos(direction)[label] + dy * np.sin(direction)[label]) / (reach[label] + 1e-3)
    out[..., 0] += np.clip(0.21 * ramp * (1 - 0.35 * calm[label]), -0.26, 0.26)
    return out.astype(np.float32)


def paint_facet(scene: Scene, p: StyleParameters, canvas_of: type[Canvas], rng: np.random.Generator, progress: Progress, **hooks: object) -> Array:
    """Paint a scene in facets; returns sRGB."""
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    lab = tone(scene, p, rng)
    low, high = np.percentile(lab[..., 0], [3, 97])
    lab[..., 0] = 0.20 + 0.76 * np.clip((lab[..., 0] - low) / max(0.1, high - low), -0.05, 1.05)
    # sober colours: half of a and b goes to an ochre and slate curve; accents survive
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    light = lab[..., 0]
    ochre = np.stack([light, 0.012 + 0.010 * light, 0.050 * np.sin(np.pi * np.clip(light, 0, 1)) + 0.01], -1)
    cool = lab[..., 2] < -0.015
    ochre[..., 2] = np.where(cool, -0.012, ochre[..., 2])
    share = p.extra.get("sober", 0.55) * (1 - 0.65 * smoothstep(0.11, 0.2, chroma))
    lab = lerp(lab, ochre, share[..., None]).astype(np.float32)
    progress.update(0.35, "cutting planes")
    first, near1 = _cuts(scene, 6, rng, 0.35)
    out = _sampled(scene, lab, first, rng, shift=0.034, turn=0.16, flat=0.58)
    for levels, shift, opacity in ((7, 0.05, 0.50), (5, 0.022, 0.34)):
        label, near = _cuts(scene, levels, rng, 0.35)
        chosen = rng.random(int(label.max()) + 1) < 0.5
        layer = _sampled(scene, lab, label, rng, shift=shift, turn=0.14, flat=0.55)
        alpha = chosen[label] * opacity
        out = lerp(out, layer, alpha[..., None])
        near1 = np.minimum(near1, np.where(chosen[label], near, 9.0))
    x, y = scene.grid()
    broken = smoothstep(-0.6, 0.8, sample("general", x * 2.2 + rng.random(), y * 2.2 + rng.random()))
    edge = smoothstep(0.0036, 0.0010, near1) * broken * 0.8
    beside = smoothstep(0.028, 0.0, near1) * (1 - edge)
    out[..., 0] = out[..., 0] * (1 - 0.40 * edge) - 0.04 * beside * broken
    out[..., 0] = 0.5 + (out[..., 0] - 0.5) * 1.14
    subject = blur((scene.detail > 0.62).astype(np.float32), 2.0 * unit)
    fx = np.exp(-(((x - scene.focus[0]) ** 2 + (y - scene.focus[1]) ** 2) / 0.42**2))
    out = lerp(out, lab, (0.64 * subject * fx)[..., None]).astype(np.float32)
    progress.update(0.6, "planes")
    field = scene.field * 0.5
    field[..., 0] += 0.5
    look = Look(out, field.astype(np.float32), scene)
    canvas = canvas_of(oklab_to_srgb(lerp(blur(out, 3 * unit), from_hex("8a7a5c"), 0.12)), **hooks)
    for layer in (
        Layer(width=14, length=30, density=1.4, light=0.016, chroma=0.008, turn=0.25, square=True, edge=0.035, height=0.7),
        Layer(width=7, length=15, density=1.4, light=0.020, chroma=0.008, turn=0.2, square=True, dry=0.15, error=0.014, edge=0.04),
        Layer(width=3.4, length=7, density=1.7, light=0.010, chroma=0.005, turn=0.2, error=0.022, edge=0.06),
        Layer(width=2.2, length=5, density=1.6, light=0.006, chroma=0.003, turn=0.2, error=0.035, edge=0.08),
    ):
        lay(canvas, layer, look, rng)
    where = scene.edge_strength() * (scene.detail > 0.5) * ~scene.is_kind(Kind.STAR, Kind.LAMP)
    contour(
        canvas,
        look,
        rng,
        width=4.4,
        length=30,
        colour=from_hex("1c1816"),
        count=int(1500 * scene.aspect / 1.333),
        own=0.2,
        opacity=0.72,
        strength=where,
        dry=0.3,
    )
    return finish(scene, relight(canvas, strength=p.relief, weave=p.weave), p)
