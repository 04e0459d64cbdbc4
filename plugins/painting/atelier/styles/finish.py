"""What is done to a painted picture last: softened, edges drawn once more, canvas, varnish, darkened corners."""

from __future__ import annotations

import numpy as np

from ..colour import Array, lerp, smoothstep
from ..noise import blur, sample
from ..scene import Kind, Scene
from .parameters import StyleParameters

__all__ = ["finish"]


def finish(scene: Scene, rgb: Array, p: StyleParameters) -> Array:
    """Paint softened wet in wet, edges, canvas, varnish and darkened corners."""
    if p.extra.get("soft"):  # sfumato: a soft dry brush over all but the finest drawing
        fine = blur(scene.detail, scene.height / 100)
        rgb = lerp(
            rgb, blur(rgb, p.extra["soft"] * scene.height / 300), (1 - 0.45 * smoothstep(0.55, 0.95, fine))[..., None]
        )
    if p.extra.get("linen"):
        thin = 1 - 0.6 * blur(scene.is_kind(Kind.SKIN, Kind.SUN).astype(np.float32), scene.height / 200)
        rgb = rgb * (1 + p.extra["linen"] * thin * _linen(scene))[..., None]
    if p.extra.get("crisp_edges"):  # edges drawn once more, light against dark
        rgb = rgb + p.extra["crisp_edges"] * (rgb - blur(rgb, scene.height / 140))
    if p.extra.get("tooth"):
        x, y = scene.grid()
        rgb = rgb * (1 + p.extra["tooth"] * sample("fine", x * 0.9, y * 0.9))[..., None]
    if p.varnish != (1.0, 1.0, 1.0):
        rgb = rgb * np.array(p.varnish, np.float32)
    if p.vignette:
        x, y = scene.grid()
        far = np.hypot((x / scene.aspect - 0.5) * 2, (y - 0.5) * 2)
        rgb = rgb * (1 - p.vignette * smoothstep(0.75, 1.45, far))[..., None]
    return np.clip(rgb, 0, 1)


def _linen(scene: Scene) -> Array:
    """Linen that shows through thin paint (H, W), about -1..1: ninety threads to the height, each of its own thickness,
    none quite straight.
    """
    x, y = scene.grid()
    x, y = np.broadcast_arrays(x, y)
    turn = 2 * np.pi * 90
    out = np.zeros(scene.shape, np.float32)
    for along, across, drift in ((x, y, 0.31), (y, x, 0.77)):
        wander = 0.0022 * sample("general", x * 1.5 + drift, y * 1.5)
        thickness = (
            1
            + 0.55 * sample("rough", across * 9.0 + drift, along * 0.35)
            + 0.35 * sample("cloud", x * 2.0 + drift, y * 2.0)
        )
        out += np.clip(thickness, 0.1, 2.2) * np.sin(turn * (across + wander))
    return 0.5 * out
