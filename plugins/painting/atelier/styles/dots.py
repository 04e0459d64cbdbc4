"""The dot family: divided colour in dots of pure pigments (Seurat, Signac)."""

from __future__ import annotations

import numpy as np

from ..brush import Layer, Look, brush_key, grid_positions, relight
from ..canvas import Canvas
from ..colour import Array, from_hex, lerp, oklab_to_srgb, smoothstep
from ..noise import blur
from ..scene import Kind
from .finish import finish
from .sitting import Sitting
from .tone import tone

__all__ = ["paint_dots"]

_PIGMENTS = np.stack(
    [
        from_hex(c)
        for c in (
            "f4f0e4",
            "f6e8a0",
            "f4d24a",
            "f0a83c",
            "e8763a",
            "d8483a",
            "c03a5a",
            "e89ab0",
            "b06ab0",
            "7a5ab0",
            "4a4aa0",
            "2f5ab0",
            "4a8ad0",
            "9cc4e4",
            "5ab0b8",
            "3a8a7a",
            "4a9a4a",
            "8ab84a",
            "c0d078",
            "24305a",
            "3a4a3a",
            "f0cdb0",
        )
    ]
)


def paint_dots(sitting: Sitting) -> Array:
    """Paint a scene in dots; returns sRGB. Each dot takes the nearest pure pigment to a scattered colour, part of the
    true one mixed back.
    """
    scene, p, rng = sitting.scene, sitting.parameters, sitting.rng
    unit = (scene.height * scene.width / (768 * 1024)) ** 0.5
    lab = tone(scene, p, rng)
    # irradiation: lights grow lighter and darks darker where they meet
    lab[..., 0] += 0.55 * np.clip(lab[..., 0] - blur(lab[..., 0], 16 * unit), -0.12, 0.12)
    look = Look(lab, scene.field, scene)
    canvas = sitting.canvas_of(oklab_to_srgb(lerp(blur(lab, 6 * unit), from_hex(p.ground), p.ground_share)))
    base = Layer(width=9, length=15, turn=0.5, ragged=0.3, bristle=0.4, height=0.6)
    divided, kept = p.extra.get("divided", 1.0), p.extra.get("kept", 0.46)
    _dots(canvas, base, look, rng, spacing=8.4, spread=0.05 * divided, kept=0.65, edge=0.3)
    finest = p.extra.get("dot", 1.3)
    for number, (spacing, width, spread) in enumerate(((7.6, 8.6, 0.075), (5.8, 6.4, 0.062), (4.5, 4.6, 0.042))):
        brush = Layer(width=width * finest, length=width * 1.12 * finest, turn=1.5, ragged=0.15, bristle=0.3)
        _dots(
            canvas,
            brush,
            look,
            rng,
            spacing=spacing * finest,
            spread=spread * divided,
            kept=kept,
            edge=0.08,
            divided_light=p.extra.get("divided_light", 1.0),
        )
        sitting.progress.update(0.4 + 0.18 * number, "dots")
    sharp = Layer(width=3.6, length=4.4, turn=0.8, ragged=0.15, bristle=0.2)
    where = smoothstep(0.66, 0.92, scene.detail)
    _dots(canvas, sharp, look, rng, spacing=3.6, spread=0.035, kept=0.6, edge=0.05, where=where)
    return finish(scene, relight(canvas, strength=p.relief, weave=p.weave), p)


def _dots(
    canvas: Canvas,
    brush: Layer,
    look: Look,
    rng: np.random.Generator,
    *,
    spacing: float,
    spread: float,
    kept: float,
    edge: float,
    where: Array | None = None,
    divided_light: float = 1.0,
) -> None:
    unit = look.unit
    w, length = max(1.4, brush.width * unit), max(1.5, brush.length * unit)
    step = max(1.5, spacing * unit)
    x, y = grid_positions(rng, canvas.height, canvas.width, step / 0.8, step / 0.8, 1.0)
    count = len(x)
    scatter = np.clip(rng.standard_normal((count, 3)), -2, 2).astype(np.float32)
    turn, variant, chance = rng.random((3, count))
    ix, iy = np.clip(x, 0, canvas.width - 1).astype(np.int64), np.clip(y, 0, canvas.height - 1).astype(np.int64)
    if where is not None:
        keep = chance < where[iy, ix]
        x, y, ix, iy, scatter, turn, variant = (
            x[keep],
            y[keep],
            ix[keep],
            iy[keep],
            scatter[keep],
            turn[keep],
            variant[keep],
        )
        if not len(x):
            return
    true = blur(look.lab, 0.2 * w)[iy, ix]
    calm = np.where(np.isin(look.scene.kind[iy, ix], (Kind.SKIN,)), 0.5, 1.0)[:, None]
    wanted = true + spread * scatter * (0.45, 1, 1) * calm
    distance = ((wanted[:, None] - _PIGMENTS[None]) ** 2 * (1.2, 1, 1)).sum(-1)
    pigment = _PIGMENTS[distance.argmin(1)]
    lab = lerp(pigment, true, kept)
    lab[:, 0] = lerp(lab[:, 0], true[:, 0], 1 - 0.45 * divided_light)
    angle = turn * np.pi
    canvas.dab(
        brush_key(brush, w, length),
        x,
        y,
        angle,
        np.zeros(len(x)),
        variant,
        oklab_to_srgb(lab.astype(np.float32)),
        brush.height,
    )
