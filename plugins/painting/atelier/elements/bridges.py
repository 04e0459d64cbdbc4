"""Bridges of stone and of wood."""

from __future__ import annotations

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..scene import Kind, Patch, Scene
from ..shapes import disc, polygon, polygons, ribbon
from ..world import World, glow

__all__ = ["draw_stone_bridge", "draw_wooden_bridge"]


def draw_stone_bridge(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    x0: float,
    x1: float,
    y: float,
    rise: float,
    depth: float = 0.4,
    arches: int = 3,
) -> None:
    """A stone bridge from x0 to x1 above the water at y; piers and soffits, pale parapet, joints, lamps by night."""
    stone = world.local("b8a88c", depth)
    if world.name == "night":  # the moon finds pale stone
        stone = stone + np.array([0.15, 0.004, 0.012], np.float32)
    span = x1 - x0
    t = np.linspace(0, 1, 60)

    def deck(u: Array) -> Array:
        return y - rise * (0.52 + 0.48 * np.sin(np.pi * u))

    weights = np.array([1, 1.35, 1, 1, 1][:arches]) if arches != 5 else np.array([0.8, 1, 1.3, 1, 0.8])
    pier = 0.12 / arches
    free = 1 - pier * (arches + 1)
    holes, soffits, u0 = [], [], pier
    for w in weights / weights.sum() * free:
        centre, half = u0 + w / 2, w / 2
        a = np.linspace(0, np.pi, 20)
        high = min(rise * 0.8, half * span * 0.95)
        px = x0 + span * (centre - half * np.cos(a))
        py = y + 0.004 - high * np.sin(a)
        holes.append(np.stack([px, py], -1))
        soffits.append(np.stack([px + (0.014 if scene.light < 0 else -0.014), py - 0.004], -1))
        u0 += w + pier
    outline = np.concatenate([np.stack([x0 + span * t, deck(t)], -1), [(x1, y + 0.012), (x0, y + 0.012)]])
    body, hole = polygon(scene, outline), polygons(scene, holes)
    soffit = polygons(scene, soffits)
    if body.mask.size == 0:
        return
    mask = body.full(scene.shape) * (1 - hole.full(scene.shape))
    joint = _joints(body, scene)
    patch = Patch(np.ascontiguousarray(mask[body.box]), body.x, body.y)
    lab = darken(np.broadcast_to(stone, (*patch.mask.shape, 3)), joint)
    inner = soffit.full(scene.shape)[body.box] * patch.mask
    lab = lerp(lab, darken(stone, np.float32(0.5)), (0.9 * inner)[..., None])
    scene.put(patch, lab.astype(np.float32), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.65)
    ring = []
    for h in holes:
        ring += ribbon(h, 0.010, smooth=False)[:1]
    scene.put(
        polygons(scene, ring),
        darken(stone, np.float32(1.1)),
        kind=Kind.WALL,
        depth=depth,
        angle=0.4,
        detail=0.7,
        region=scene.regions - 1,
        opacity=0.8,
    )
    rail = ribbon(np.stack([x0 + span * t, deck(t) - 0.006], -1), 0.018, smooth=False)
    scene.put(
        polygons(scene, rail), darken(stone, np.float32(1.16)), kind=Kind.WALL, depth=depth, angle=0.0, detail=0.7
    )
    if world.name in ("night", "dusk"):
        for u in (0.2, 0.5, 0.8):
            x, top = x0 + span * u, float(deck(np.array([u]))[0])
            scene.put(
                polygons(scene, ribbon([(x, top), (x, top - 0.05)], 0.004, smooth=False)),
                world.local("20242c", depth),
                kind=Kind.WALL,
                depth=depth,
                detail=0.6,
            )
            glow(scene, x, top - 0.055, 0.035, from_hex("ffce74"), 0.7)
            scene.put(disc(scene, x, top - 0.055, 0.007), from_hex("fff0bc"), kind=Kind.LAMP, depth=depth, detail=0.9)
            scene.lamps.append((x, top - 0.055, 0.7))


def _joints(patch: Patch, scene: Scene) -> Array:
    rows = (np.arange(patch.mask.shape[0], dtype=np.float32)[:, None] + patch.y) / scene.height
    columns = (np.arange(patch.mask.shape[1], dtype=np.float32)[None] + patch.x) / scene.height
    row = np.floor(rows / 0.020)
    u = columns / 0.045 + 0.5 * (row % 2)
    tone = 0.05 * np.sin(12.9 * np.floor(u) + 78.2 * row)
    line = np.minimum(np.abs(rows / 0.020 - row), np.abs(u - np.floor(u)) * 2.2)
    return (0.96 + tone - 0.16 * (line < 0.10)).astype(np.float32)


def draw_wooden_bridge(
    scene: Scene,
    world: World,
    rng: np.random.Generator,
    *,
    x0: float,
    x1: float,
    y: float,
    rise: float,
    depth: float = 0.4,
    colour: str = "a8402c",
) -> None:
    """An arched footbridge with rails and piles, red or green as in gardens."""
    wood = world.local(colour, depth)
    t = np.linspace(0, 1, 41)
    deck = np.stack([x0 + (x1 - x0) * t, y - rise * (0.25 + 0.75 * 4 * t * (1 - t))], -1)
    piles = []
    for i in range(6, 36, 6):
        piles += ribbon([deck[i], (deck[i, 0], y + 0.01)], 0.010, smooth=False)
    scene.put(
        polygons(scene, piles), darken(wood, np.float32(0.5)), kind=Kind.WALL, depth=depth, angle=1.57, detail=0.6
    )
    scene.put(
        polygons(scene, ribbon(deck, 0.026, smooth=False)),
        darken(wood, np.float32(0.82)),
        kind=Kind.WALL,
        depth=depth,
        angle=0.0,
        detail=0.75,
    )
    rails = ribbon(deck - (0, 0.052), 0.011, smooth=False) + ribbon(deck - (0, 0.030), 0.006, smooth=False)
    for i in range(0, 41, 4):
        rails += ribbon([deck[i], deck[i] - (0, 0.062)], 0.009, smooth=False)
    scene.put(
        polygons(scene, rails), darken(wood, np.float32(1.12)), kind=Kind.ROOF, depth=depth, angle=0.0, detail=0.85
    )
