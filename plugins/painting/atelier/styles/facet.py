"""The facet family: long cuts through the view, planes that shift and tilt against each other, one light each (cubism).

Lines of a few directions cross the picture and hug the subject's own edges. Between them lie planes; each looks at the
scene from a
little elsewhere, keeps its masses as flat shapes, and is shaded from one of its edges to the other, so that neighbours
meet light
against dark. Sober colours: ochre, slate, bottle green, umber, bone, black.
"""

from __future__ import annotations

import math

import numpy as np

from ..brush import Layer, Look, contour, lay, relight
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, sample
from ..scene import Kind, Scene
from .blocks import labels_of
from .finish import finish
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_facet"]

_SOBER = (
    "16140f",
    "2c2a26",
    "3a2c20",
    "5a4630",
    "2c3a34",
    "4a5a50",
    "3c4a58",
    "6a7a86",
    "8a6c42",
    "b08a50",
    "9a9482",
    "c8b486",
    "d8d0bc",
    "efe8d6",
    "a4583a",
)


def _lines(scene: Scene, count: int, rng: np.random.Generator) -> list[tuple[float, float, float]]:
    """(x, y, angle) of cuts: three leading directions, denser about the focus."""
    lead = rng.uniform(0, math.pi)
    angles = lead + np.array([0.0, 1.05, 1.95])
    out = []
    for i, n in enumerate(rng.standard_normal((count, 3)).tolist()):
        reach = (0.20, 0.34, 0.55)[i % 3]
        x = scene.focus[0] + reach * n[0] * min(1.0, scene.aspect)
        y = scene.focus[1] + reach * 0.9 * n[1]
        out.append((x, y, float(angles[(i * 2 + i // 3) % 3] + 0.22 * n[2])))
    return out


def _planes(
    scene: Scene, lines: list[tuple[float, float, float]], rng: np.random.Generator
) -> tuple[np.ndarray, Array, Array]:
    """(plane of each pixel, distance to its nearest cut (u), shading -1..1 across it) of an arrangement of half cuts.

    Each cut reaches only part of the way: full lines would be broken glass.
    """
    x, y = scene.grid()
    near = np.full(scene.shape, 9.0, np.float32)
    shading = np.zeros(scene.shape, np.float32)
    code = np.zeros(scene.shape, np.int64)
    numbers = rng.random((len(lines), 4))
    for i, ((px, py, angle), n) in enumerate(zip(lines, numbers.tolist(), strict=True)):
        c, s = math.cos(angle), math.sin(angle)
        across = (x - px) * s - (y - py) * c
        along = (x - px) * c + (y - py) * s
        bent = across + (0.16 * (n[3] - 0.5)) * along * along * (i % 4 == 1)
        inside = along > -0.12 - 0.5 * n[0] if n[1] < 0.5 else along < 0.12 + 0.5 * n[0]
        inside = inside if i % 3 else np.ones(scene.shape, bool)
        side = bent > 0
        code = code * 2 + (side & inside)
        if i > 50:
            break
        near = np.where(inside, np.minimum(near, np.abs(bent)), near)
        width = 0.05 + 0.09 * n[2]
        tone_ = np.where(side, 1.0, -0.55) * np.exp(-np.abs(bent) / width) * inside
        shading = np.where(np.abs(tone_) > np.abs(shading), tone_ * (1 if n[0] < 0.5 else -1), shading)
    _, label = np.unique(code, return_inverse=True)
    return label.reshape(scene.shape), near, shading.astype(np.float32)


def _elsewhere(
    scene: Scene, lab: Array, label: np.ndarray, rng: np.random.Generator, *, shift: float, turn: float
) -> Array:
    """Each plane looks at the picture from a little elsewhere; less so near the focus, that the subject stays."""
    count = int(label.max()) + 1
    n = np.clip(rng.standard_normal((count, 4)), -1.6, 1.6)
    x, y = scene.grid()
    size = np.maximum(np.bincount(label.ravel(), minlength=count).astype(np.float64), 1)
    cx = np.bincount(label.ravel(), np.broadcast_to(x, label.shape).ravel(), count) / size
    cy = np.bincount(label.ravel(), np.broadcast_to(y, label.shape).ravel(), count) / size
    k = 1 - 0.55 * np.exp(-(((cx - scene.focus[0]) ** 2 + (cy - scene.focus[1]) ** 2) / 0.28**2))
    c, s = np.cos(turn * n[:, 2] * k), np.sin(turn * n[:, 2] * k)
    scale = 1 + 0.10 * n[:, 3] * k
    dx, dy = x - cx[label], y - cy[label]
    sx = cx[label] + (dx * c[label] - dy * s[label]) * scale[label] + (shift * n[:, 0] * k)[label]
    sy = cy[label] + (dx * s[label] + dy * c[label]) * scale[label] + (shift * n[:, 1] * k)[label]
    row, column = (
        np.clip(sy * scene.height, 0, scene.height - 1).astype(np.int64),
        np.clip(sx * scene.height, 0, scene.width - 1).astype(np.int64),
    )
    return lab[row, column]


def _sober(lab: Array, share: float) -> Array:
    """Colours drawn to a sober palette; strong ones keep more of themselves."""
    palette = np.stack([from_hex(c) for c in _SOBER])
    flat = lab.reshape(-1, 3)
    small = np.round(flat * (40, 60, 60)).astype(np.int32)
    cells, back = np.unique(small, axis=0, return_inverse=True)
    centre = cells / np.array([40, 60, 60], np.float32)
    distance = ((centre[:, None] - palette[None]) ** 2 * (1.6, 1.0, 1.0)).sum(-1)
    weight = np.exp(-distance / 0.004)
    weight /= weight.sum(1, keepdims=True) + 1e-9
    near = np.where((distance.min(1) < 0.05)[:, None], weight @ palette, palette[distance.argmin(1)])
    strong = smoothstep(0.09, 0.17, np.hypot(flat[:, 1], flat[:, 2]))[:, None]
    return lerp(flat, near[back.ravel()], share * (1 - 0.55 * strong)).reshape(lab.shape).astype(np.float32)


def paint_facet(sitting: Sitting) -> Array:
    """Paint a scene in facets; returns sRGB."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    e = p.extra
    lab = tone(scene, p, rng)
    low, high = np.percentile(lab[..., 0], [4, 96])
    lab[..., 0] = 0.16 + 0.76 * np.clip((lab[..., 0] - low) / max(0.1, high - low), -0.05, 1.05)
    calm = (scene.detail < 0.6)[..., None]
    soft = np.where(calm, blur(lab, 7 * unit), lab).astype(np.float32)
    label, colours = labels_of(soft, int(e.get("masses", 9)), 4.0 * unit, rng)
    flat = lerp(soft, colours[label], np.where(calm, 0.9, 0.55)).astype(np.float32)
    ranges = scene.is_kind(Kind.MOUNTAIN) & (scene.depth < 0.85)
    # where the land is the subject, its mountains must be found again, mist or not
    land = bool((scene.detail > 0.62).mean() < 0.03 and ranges.mean() > 0.05)
    if land:
        flat[..., 0] -= 0.34 * blur(ranges.astype(np.float32), 2 * unit) * smoothstep(0.35, 0.75, flat[..., 0])
    sitting.progress.update(0.35, "cutting planes")
    lines = _lines(scene, int(e.get("cuts", 15)), rng)
    planes, near, shading = _planes(scene, lines, rng)
    out = _elsewhere(scene, flat, planes, rng, shift=e.get("shift", 0.034), turn=e.get("turn", 0.16))
    count = int(planes.max()) + 1
    size = np.maximum(np.bincount(planes.ravel(), minlength=count), 1)
    mean = np.stack([np.bincount(planes.ravel(), out[..., i].ravel(), count) / size for i in range(3)], -1)
    x, y = scene.grid()
    at_focus = np.exp(-(((x - scene.focus[0]) ** 2 + (y - scene.focus[1]) ** 2) / 0.30**2))
    things = scene.detail > 0.62
    if land:
        things = things | ranges
    subject = blur(things.astype(np.float32), 1.5 * unit)
    held = np.clip(0.25 * at_focus + 0.75 * subject, 0, 1)
    out = lerp(out, mean[planes], (e.get("flat", 0.5) * (1 - held))[..., None])
    tilt = np.clip(rng.standard_normal(count), -1.5, 1.5)
    out[..., 0] += e.get("counter", 0.07) * tilt[planes] * (1 - 0.5 * held) + e.get("shade", 0.22) * shading * (
        1 - 0.45 * held
    )
    drawn = e.get("hold", 1.0) * (0.62 * subject * at_focus + (0.55 if land else 0.30) * subject)[..., None]
    out = lerp(out, flat, np.clip(drawn, 0, 0.8)).astype(np.float32)
    out[..., 0] = np.clip(0.5 + (out[..., 0] - 0.5) * e.get("stark", 1.25), 0.08, 0.97)
    out = _sober(out, e.get("sober", 0.72))
    broken = smoothstep(-0.7, 0.5, sample("general", x * 1.6 + rng.random(), y * 1.6 + rng.random()))
    edge = smoothstep(0.0042, 0.0016, near) * broken * (1 - 0.5 * np.clip(drawn[..., 0], 0, 1))
    out[..., 0] *= 1 - 0.62 * edge
    sitting.progress.update(0.6, "planes")
    field = np.stack([np.cos(2 * (shading * 0.5)), np.sin(2 * (shading * 0.5))], -1).astype(np.float32)
    planed = Scene(
        lab=scene.lab,
        depth=scene.depth,
        kind=scene.kind,
        region=planes.astype(np.int32),
        field=field,
        detail=np.maximum(scene.detail, 0.5),
    )
    look = Look(out.astype(np.float32), field, planed)
    canvas = sitting.canvas_of(oklab_to_srgb(lerp(blur(out, 2 * unit), from_hex("8a7a5c"), 0.10)))
    for layer in (
        Layer(
            width=13,
            length=24,
            density=1.3,
            light=0.020,
            chroma=0.006,
            turn=0.35,
            square=True,
            edge=0.03,
            height=0.7,
            dry=0.15,
            bristle=0.5,
        ),
        Layer(
            width=6, length=11, density=1.5, light=0.014, chroma=0.004, turn=0.3, square=True, error=0.014, edge=0.035
        ),
        Layer(width=3, length=6, density=1.8, light=0.008, chroma=0.003, turn=0.3, error=0.020, edge=0.05),
        Layer(width=1.9, length=4, density=1.8, light=0.004, chroma=0.002, turn=0.2, error=0.030, edge=0.07),
    ):
        lay(canvas, layer, look, rng)
    # planes are laid in flat with hard edges: the brush only gives them a skin
    canvas.rgb = lerp(canvas.rgb, oklab_to_srgb(out), np.float32(e.get("crisp", 0.4)))
    border = scene.edge_strength() * ((scene.detail > 0.5) | things) * ~scene.is_kind(Kind.STAR, Kind.LAMP)
    contour(
        canvas,
        Look(out.astype(np.float32), scene.field, scene),
        rng,
        width=4.6,
        length=34,
        colour=from_hex("15120f"),
        count=int(1700 * scene.aspect / 1.333),
        own=0.15,
        opacity=0.85,
        strength=border,
        dry=0.2,
    )
    return finish(scene, relight(canvas, strength=p.relief, weave=p.weave), p)
