"""The scene's colours as a hand sees them: palette, contrast, lift, chroma, shadows, gathered light."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..colour import Array, from_hex, lerp, smoothstep, transport
from ..noise import blur
from ..scene import Kind, Scene
from .parameters import StyleParameters

__all__ = ["tone"]


def tone(scene: Scene, p: StyleParameters, rng: np.random.Generator) -> Array:
    """The scene's colours as this hand would see them: palette, contrast, lift, chroma, shadows, gathered light."""
    lab = scene.lab.copy()
    if p.palette and (p.palette_chroma or p.palette_light):
        lab = transport(lab, p.palette_points(rng), rng, light=p.palette_light, chroma=p.palette_chroma)
    middle = float(lab[..., 0].mean())
    light = middle + (lab[..., 0] - middle) * p.contrast
    light = p.floor + p.span * np.clip(light, 0, 1.05)
    lab = lab * (1, p.chroma, p.chroma)
    # paint has an end: strong colours draw near to it and never pass
    most = p.extra.get("strongest", 0.145)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    knee = 0.55 * most
    held = np.where(
        chroma > knee, knee + (most - knee) * np.tanh((chroma - knee) / (most - knee)), chroma
    ) / np.maximum(chroma, 1e-6)
    lab[..., 1:] *= held[..., None]
    dark = smoothstep(0.62, 0.25, light)
    lab[..., 1] += p.shadow[0] * dark
    lab[..., 2] += p.shadow[1] * dark
    lab[..., 0] = light
    wall = p.extra.get("wall", 0.0)
    if wall:  # bare walls show the ground: the sitter and the things come out of it
        bare = blur(scene.is_kind(Kind.BACKDROP).astype(np.float32), scene.height / 300)
        shown = from_hex(p.ground) + np.array([0.25, 0, 0], np.float32) * (lab[..., :1] - lab[..., :1].mean())
        lab = lerp(lab, shown, (wall * bare)[..., None])
    if p.extra.get("plain_sky"):
        lab = _plain_sky(scene, lab, p)
    if p.spot:
        lab = _gathered(scene, lab, p)
    if p.umber:
        brown = np.stack([lab[..., 0], 0.018 * (0.35 + 1.1 * lab[..., 0]), 0.055 * (0.35 + 1.1 * lab[..., 0])], -1)
        share = np.where(lab[..., 2] < 0, min(1.0, p.umber * 1.4), p.umber)[..., None]
        lab = lerp(lab, brown, share)
    return lab.astype(np.float32)


def _plain_sky(scene: Scene, lab: Array, p: StyleParameters) -> Array:
    """A sky laid in with one broad brush over the dark ground: few clouds, darker at the top."""
    sky = scene.is_kind(Kind.SKY, Kind.CLOUD)
    count = np.maximum(1, sky.sum(1))[:, None]
    rows = ndimage.gaussian_filter1d((lab * sky[..., None]).sum(1) / count, scene.height / 30, axis=0, mode="nearest")[
        :, None
    ]
    _, y = scene.grid()
    plain = lerp(rows, from_hex(p.ground), (0.5 * smoothstep(0.8 * max(0.3, scene.horizon), 0.0, y))[..., None])
    share = p.extra["plain_sky"] * blur(sky.astype(np.float32), scene.height / 400)
    return lerp(lab, plain, share[..., None]).astype(np.float32)


def _gathered(scene: Scene, lab: Array, p: StyleParameters) -> Array:
    """Chiaroscuro: light kept at the focus (and around the sun and lamps), the rest sunk in brown dark."""
    x, y = scene.grid()
    fx, fy = scene.focus
    radius = p.extra.get("spot_radius", 0.46)
    spot = np.exp(-(((x - fx) * 0.8) ** 2 + ((y - fy) * 1.1) ** 2) / radius**2)
    if scene.sun is not None:
        sx, sy = scene.sun
        spot = np.maximum(spot, 0.85 * np.exp(-((x - sx) ** 2 + (y - sy) ** 2) / 0.34**2))
    for lx, ly, power in scene.lamps[:24]:
        spot = np.maximum(spot, 0.8 * power * np.exp(-((x - lx) ** 2 + (y - ly) ** 2) / 0.14**2))
    # a bare wall behind the sitter stays in the dark, or it would be the lightest thing of all
    spot = spot * (1 - 0.5 * blur(scene.is_kind(Kind.BACKDROP).astype(np.float32), scene.height / 60))
    ambient = p.extra.get("ambient", 0.42)
    sunk = np.clip(lab[..., 0], 0, 1) ** 1.12 * (ambient + (1.16 - ambient) * spot)
    out = lab.copy()
    out[..., 0] = lerp(lab[..., 0], 0.12 + 0.86 * sunk, p.spot)
    fade = lerp(1.0, 0.72 + 0.38 * spot, p.spot)
    out[..., 1:] *= fade[..., None]
    lost = p.extra.get("lost", 0.0)
    if lost:  # edges are lost where dark meets dark, and found again in the light
        dark = smoothstep(0.55, 0.30, out[..., 0]) * (1 - 0.75 * spot)
        out = lerp(out, blur(out, scene.height / 65), (lost * dark)[..., None])
    return out
