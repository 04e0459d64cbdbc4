"""Land in water: far shores, banks, islets."""

from __future__ import annotations

import numpy as np

from ..colour import darken, lerp
from ..noise import fbm_line, sample
from ..scene import Kind, Patch, Scene
from ..shapes import Frame, polygon
from ..world import World
from .trees import draw_bush
from .water import draw_foam_line

__all__ = ["draw_bank", "draw_far_shore", "draw_islet"]


def draw_far_shore(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    y: float,
    height: float = 0.03,
    depth: float = 0.75,
    kind: Kind = Kind.FOLIAGE,
) -> None:
    """A low line of trees on the far side, ending at y."""
    x, _ = scene.grid()
    row = x[0]
    top = y - height * np.clip(0.55 + 0.5 * fbm_line(rng, row, cycles=3.5, octaves=6, gain=0.6), 0.05, 1.4)
    first, last = max(0, int(top.min() * scene.height) - 1), min(scene.height, int(y * scene.height) + 1)
    rows = (np.arange(first, last, dtype=np.float32)[:, None] + 0.5) / scene.height
    mask = np.clip((rows - top[None]) * scene.height + 0.5, 0, 1).astype(np.float32)
    n = sample("general", row[None] * 1.3 + rng.random(), rows * 4)
    base = world.local(world.foliage(rng, "pine" if world.season == "winter" else ""), depth)
    lab = darken(np.broadcast_to(lerp(base, world.near, 0.25 * (1 - depth)), (*mask.shape, 3)), 0.92 + 0.12 * n)
    scene.put(Patch(mask, 0, first), lab, kind=kind, depth=depth, angle=np.pi / 2 + 0.4, detail=0.25)


def draw_islet(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.35) -> None:
    """A low mound of land in water, 4.4 h wide, with stones and bushes at its rim."""
    _mound(scene, world, frame, rng, depth, 2.2)


def draw_bank(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.3) -> None:
    """A bank of land, 2 h to each side of the frame, its lower edge in the water (or cut by the picture)."""
    _mound(scene, world, frame, rng, depth, 3.4, bushes=7)


def _mound(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, depth: float, wide: float, bushes: int = 4
) -> None:
    u = np.linspace(-1, 1, 25)
    top = (1 - u**2) ** 0.6 * (1 + 0.12 * fbm_line(rng, u.astype(np.float32), cycles=3, octaves=3))
    low = -0.16 * (1 - u**2) ** 0.5 + 0.03 * rng.standard_normal(25)
    outline = np.concatenate([np.stack([u * wide, top], -1), np.stack([u * wide, low], -1)[::-1]])
    patch = polygon(scene, frame.at(outline))
    if patch.mask.size == 0:
        return
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    t = np.clip((rows - (frame.y - frame.h)) / max(1e-3, frame.h), 0, 1.2)
    n = sample("general", columns * 1.6 + rng.random(), rows * 3)
    side = np.tanh((columns - frame.x) / max(1e-3, wide * frame.h) * 1.4) * np.sign(scene.light)
    k = 1.0 + 0.10 * n + 0.14 * side - 0.16 * t
    grass = world.local(world.ground[0], depth * 0.6)
    lab = darken(
        lerp(
            grass,
            world.local("7a6a50", depth),
            np.clip((t - 0.72) * 3.2, 0, 1)[..., None] * np.ones((*k.shape, 1), np.float32),
        ),
        k,
    )
    snowy = world.season == "winter"
    scene.put(
        patch, lab.astype(np.float32), kind=Kind.SNOW if snowy else Kind.GRASS, depth=depth, angle=0.15 * n, detail=0.3
    )
    draw_foam_line(
        scene,
        world,
        rng,
        frame.x - wide * frame.h * 0.97,
        frame.x + wide * frame.h * 0.97,
        frame.y + 0.10 * frame.h,
        0.05 * frame.h + 0.002,
    )
    for i in range(bushes):
        u0 = rng.uniform(-0.85, 0.85)
        draw_bush(
            scene,
            world,
            Frame(
                frame.x + u0 * wide * frame.h,
                frame.y - (1 - u0 * u0) ** 0.6 * frame.h * 0.75 + 0.2 * frame.h,
                rng.uniform(0.35, 0.6) * frame.h,
            ),
            rng,
            depth=depth,
        )
        del i
