"""Things turned on a wheel: vases, bowls, cups, bottles."""

from __future__ import annotations

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..scene import Kind, Scene
from ..shapes import (
    GLASS,
    GLAZE,
    Frame,
    cast_shadow,
    disc,
    polygon,
    polygons,
    put_form,
    ribbon,
    shade,
    spline,
    taper,
)
from ..world import World
from .fruit import draw_fruit

__all__ = ["draw_bowl", "draw_cup", "draw_vase", "turn_on_wheel"]

_PROFILES = {
    "bottle": [(0, 0.15), (0.1, 0.17), (0.52, 0.17), (0.62, 0.12), (0.70, 0.062), (0.95, 0.052), (1, 0.062)],
    "jar": [(0, 0.26), (0.06, 0.24), (0.35, 0.44), (0.62, 0.47), (0.84, 0.32), (0.93, 0.24), (1, 0.30)],
    "tall": [(0, 0.20), (0.05, 0.18), (0.40, 0.30), (0.66, 0.30), (0.86, 0.15), (0.94, 0.14), (1, 0.19)],
    "round": [(0, 0.22), (0.08, 0.26), (0.38, 0.46), (0.60, 0.44), (0.80, 0.22), (0.90, 0.17), (1, 0.22)],
    "bowl": [(0, 0.55), (0.08, 0.5), (0.5, 1.05), (1, 1.42)],
    "cup": [(0, 0.26), (0.06, 0.30), (0.5, 0.46), (1, 0.52)],
}
_GLAZES = ("5a7fa8", "b4583c", "ece6da", "3f6a64", "8a5a3a", "c8a050", "6a4a6a")


def turn_on_wheel(
    scene: Scene,
    frame: Frame,
    shape: str,
    colour: Array,
    depth: float,
    *,
    glass: bool = False,
    pattern: bool = False,
    number: float = 0.0,
) -> float:
    """A turned vessel; returns the half width of its mouth in u."""
    t, r = np.array(_PROFILES[shape]).T
    fine = np.linspace(0, 1, 60)
    curve = spline(np.stack([t, r], -1), steps=8)
    radius = np.interp(fine, curve[:, 0], curve[:, 1])
    outline = np.concatenate([np.stack([radius, fine], -1), np.stack([-radius, fine], -1)[::-1]])
    base = np.linspace(0, np.pi, 12)
    outline = np.concatenate(
        [np.stack([radius[0] * np.cos(base)[::-1], -0.09 * radius[0] * np.sin(base)], -1)[::-1][::-1], outline]
    )
    patch = polygon(
        scene,
        frame.at(
            np.concatenate(
                [
                    np.stack([radius, fine], -1),
                    np.stack([-radius, fine], -1)[::-1],
                    np.stack([-radius[0] * np.cos(base), -0.14 * radius[0] * np.sin(base)], -1),
                ]
            )
        ),
    )
    if patch.mask.size == 0:
        return 0.0
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + 0.5 + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + 0.5 + patch.x) / scene.height
    level = np.clip((frame.y - rows) / frame.h, 0, 1)
    around = np.interp(level[:, 0], fine, radius).astype(np.float32)[:, None] * frame.h
    height = np.sqrt(np.clip(around**2 - (columns - frame.x) ** 2, 0, None)) * scene.height
    form = shade(scene, patch, height.astype(np.float32), GLASS if glass else GLAZE)
    lab = np.broadcast_to(colour, (*patch.mask.shape, 3)).copy()
    if pattern:
        u = np.arcsin(np.clip((columns - frame.x) / np.maximum(around, 1e-4), -1, 1))
        band = (np.abs(level - 0.52) < 0.13) & (np.sin(u * 9 + number) * np.sin(level * 46) > 0.2)
        rings = (np.abs(level - 0.70) < 0.012) | (np.abs(level - 0.33) < 0.012) | (np.abs(level - 0.87) < 0.01)
        lab[band | rings] = lerp(colour, from_hex("2c4a90"), 0.75)
    put_form(scene, form, lab.astype(np.float32), kinds=Kind.VESSEL, depth=depth, detail=0.85, angle=0.0)
    mouth = float(radius[-1]) * frame.h
    region = scene.regions - 1
    scene.put(
        disc(scene, frame.x, frame.y - frame.h, mouth, 0.24 * mouth),
        darken(colour, np.float32(1.12)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=region,
    )
    scene.put(
        disc(scene, frame.x, frame.y - frame.h + 0.02 * mouth, 0.86 * mouth, 0.18 * mouth),
        darken(colour, np.float32(0.34)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=region,
    )
    return mouth


def draw_vase(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    shape: str = "",
    colour: str = "",
) -> None:
    """A vase, jar or bottle of height h."""
    shape = shape or ("jar", "tall", "round")[int(rng.integers(3))]
    own = from_hex(colour or ("2f4a34" if shape == "bottle" else _GLAZES[int(rng.integers(len(_GLAZES)))]))
    cast_shadow(scene, frame.x, frame.y, 0.36 * frame.h, strength=0.6)
    turn_on_wheel(
        scene,
        frame,
        shape,
        own,
        depth,
        glass=shape == "bottle",
        pattern=bool(rng.random() < 0.45) and float(own[0]) > 0.75,
        number=float(rng.uniform(0, 6)),
    )


def draw_bowl(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A bowl of fruit: rim, fruit, then the bowl's front; h is the bowl's height."""
    own = from_hex(("b4583c", "e4dccc", "5a7fa8", "6a4a34")[int(rng.integers(4))])
    cast_shadow(scene, frame.x, frame.y, 1.2 * frame.h, strength=0.6)
    scene.put(
        disc(scene, frame.x, frame.y - frame.h, 1.40 * frame.h, 0.36 * frame.h),
        darken(own, np.float32(0.4)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.8,
    )
    for u, v in ((-0.7, 0.98), (0.1, 1.02), (0.8, 0.98), (-0.3, 1.32), (0.45, 1.35), (0.05, 1.08)):
        draw_fruit(
            scene,
            world,
            Frame(frame.x + u * frame.h, frame.y - (v - 0.36) * frame.h, 0.80 * frame.h),
            rng,
            depth=depth,
            shadow=False,
        )
    t = np.linspace(0, np.pi, 30)
    fine = np.linspace(0, 1, 30)
    curve = spline(np.array(_PROFILES["bowl"]), steps=8)
    radius = np.interp(fine, curve[:, 0], curve[:, 1])
    rim = np.stack([1.42 * np.cos(t), 1.0 - 0.34 * np.sin(t)], -1)
    outline = np.concatenate([rim, np.stack([-radius, fine], -1)[::-1], np.stack([radius, fine], -1)])
    patch = polygon(scene, frame.at(outline))
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + 0.5 + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + 0.5 + patch.x) / scene.height
    around = (
        np.interp(np.clip((frame.y - rows[:, 0]) / frame.h, 0, 1), fine, radius).astype(np.float32)[:, None] * frame.h
    )
    height = np.sqrt(np.clip(around**2 - (columns - frame.x) ** 2, 0, None)) * scene.height
    put_form(
        scene,
        shade(scene, patch, height.astype(np.float32), GLAZE),
        own,
        kinds=Kind.VESSEL,
        depth=depth,
        detail=0.85,
        angle=0.0,
    )
    edge = ribbon(frame.at(rim), 0.05 * frame.h)
    scene.put(
        polygons(scene, edge),
        darken(own, np.float32(1.2)),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
        region=scene.regions - 1,
    )


def draw_cup(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A cup of tea with a handle and steam."""
    own = from_hex(("ece6da", "5a7fa8", "8aa88a", "b4583c")[int(rng.integers(4))])
    cast_shadow(scene, frame.x, frame.y, 0.6 * frame.h)
    ring = frame.at([(0.42, 0.80), (0.70, 0.84), (0.80, 0.55), (0.62, 0.30), (0.40, 0.30)])
    scene.put(
        polygons(scene, ribbon(ring, 0.09 * frame.h)),
        darken(own, np.float32(0.9)),
        kind=Kind.VESSEL,
        depth=depth,
        detail=0.85,
    )
    mouth = turn_on_wheel(scene, frame, "cup", own, depth, pattern=bool(rng.random() < 0.5))
    scene.put(
        disc(scene, frame.x, frame.y - frame.h + 0.04 * mouth, 0.82 * mouth, 0.155 * mouth),
        from_hex("8a5a2c"),
        kind=Kind.VESSEL,
        depth=depth,
        angle=0.0,
        detail=0.85,
    )
    for s in (-0.2, 0.12):
        steam = frame.at([(s, 1.1), (s + 0.14, 1.4), (s - 0.06, 1.7), (s + 0.12, 2.0)])
        scene.put(
            taper(scene, steam, [0.03 * frame.h, 0.07 * frame.h, 0.06 * frame.h, 0.01 * frame.h]),
            from_hex("f4f0ea"),
            kind=Kind.CLOUD,
            depth=depth,
            opacity=0.35,
            soft=True,
        )
