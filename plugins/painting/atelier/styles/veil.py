"""The veil family: light that dissolves form, glazes dragged over wet ground, drawing only at the focus (Turner)."""

from __future__ import annotations

import numpy as np

from ..brush import Look, lay, relight, turn_field
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur, blur_field, sample
from ..scene import Kind, Scene
from .finish import finish
from .passes import passes_of
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_veil"]


def paint_veil(sitting: Sitting) -> Array:
    """Paint a scene in veils of light; returns sRGB."""
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    x, y = scene.grid()
    lab = tone(scene, p, rng)
    lx, ly = scene.sun or (
        scene.focus[0] * 0.6 + (0.25 if scene.light < 0 else 0.75) * scene.aspect * 0.4,
        max(0.16, min(0.45, scene.horizon - 0.14)),
    )
    r = np.hypot(x - lx, (y - ly) * 1.15)
    fx, fy = scene.focus
    wide = 0.42 if scene.ground in ("still", "portrait", "abstract") else 0.24
    near_focus = np.exp(-(((x - fx) / wide) ** 2 + ((y - fy) / (wide * 0.95)) ** 2))
    far = smoothstep(0.35, 0.95, scene.depth)
    glow = np.exp(-((r / 0.36) ** 1.3))
    dark = {"night": 0.62, "storm": 0.85}.get(scene.time, 1.0)
    light = (lab[..., 0] - 0.5) * 1.14 + 0.5
    light = np.maximum(light, (0.15 + 0.12 * far + 0.24 * glow) * dark)
    light = light * (1.06 - 0.26 * smoothstep(0.35, 1.3, r))
    lab = lab * (1, p.chroma, p.chroma)
    lab[..., 0] = light
    middle = np.exp(-(((light - 0.55) / 0.2) ** 2)) * (1 - glow)
    lab[..., 2] -= 0.020 * middle
    gold = lerp(from_hex("fff6d4"), from_hex("eec070"), smoothstep(0.02, 0.42, r)[..., None])
    if scene.time == "night":
        gold = lerp(from_hex("eef0dc"), from_hex("8fa4bc"), smoothstep(0.02, 0.4, r)[..., None])
    veil = np.clip(0.62 * glow + 0.10 * far - 0.50 * near_focus, 0, 0.8) * (
        0.8 if scene.time in ("night", "storm") else 1.0
    )
    lab = lerp(lab, gold, veil[..., None])
    soft = np.clip(1 - 1.25 * near_focus - 0.25 * scene.detail, 0, 1)[..., None]
    lab = lerp(lab, lerp(blur(lab, 1.5 * unit), blur(lab, 3.6 * unit), soft), soft).astype(np.float32)
    sitting.progress.update(0.4, "veils")
    field = _field(scene, lx, ly, r, rng)
    look = Look(lab, field, scene, {int(Kind.WATER): 0.12})
    canvas = sitting.canvas_of(oklab_to_srgb(blur(lab, 3 * unit)))
    passes = passes_of("veil")
    lay(canvas, passes["broad"], look, rng)
    lay(canvas, passes["glaze"], look, rng)
    sitting.progress.update(0.6, "glazes")
    lay(canvas, passes["scumble"], look, rng, where=(0.6 + 0.4 * glow).astype(np.float32))
    lay(canvas, passes["touch"], look, rng, where=(0.35 + 0.45 * glow).astype(np.float32))
    sharp = np.clip(0.15 + near_focus * 1.3 + 0.85 * smoothstep(0.45, 0.8, scene.detail), 0, 1).astype(np.float32)
    for name in ("drawing", "fine", "finest"):
        lay(canvas, passes[name], look, rng, where=sharp)
    bright = Look(lerp(lab, from_hex("fffaf0"), 0.26), field, scene)
    open_air = scene.ground not in ("still", "portrait")
    lay(canvas, passes["lights"], bright, rng, where=(0.8 * glow * open_air).astype(np.float32))
    return finish(scene, relight(canvas, strength=p.relief, shine=p.shine, weave=p.weave), p)


def _field(scene: Scene, lx: float, ly: float, r: Array, rng: np.random.Generator) -> Array:
    """Directions turned about the light above the horizon, broken by noise: exact rings look like a record."""
    x, y = scene.grid()
    o = rng.random(2)
    sky = blur(scene.is_kind(Kind.SKY, Kind.CLOUD, Kind.SUN, Kind.BACKDROP).astype(np.float32), scene.height / 100)
    around = np.arctan2(y - ly, x - lx) + np.pi / 2 + 0.9 * sample("cloud", x * 0.7 + o[0], y * 0.7 + o[1])
    weight = (0.62 * sky * np.exp(-r / 0.7))[..., None]
    field = scene.field * (1 - weight) + np.stack([np.cos(2 * around), np.sin(2 * around)], -1) * weight
    turn = 0.25 * sample("cloud", x * 1.1 + o[1], y * 1.1 + o[0]) * sky
    return blur_field(turn_field(field, turn), scene.height / 120)
