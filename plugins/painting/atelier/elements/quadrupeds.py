"""Four-legged animals with paws or wool: sheep and dog of one recipe; a cat. Horses, cows and deer are in `horses`,
great beasts in `beasts`.
"""

from __future__ import annotations

import math

import numpy as np

from ..bodies import Body, body
from ..colour import darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import FUR, Frame, cast_shadow, disc, put_form
from ..world import World

__all__ = ["draw_cat", "draw_quadruped"]

_COATS = {"sheep": ("ece4d4",), "dog": ("8a5c34", "d8c8a8", "3a302a")}


_BREEDS = {
    # barrel, leg length, leg width, neck length, head
    "sheep": (1.28, 0.62, 0.75, 0.45, 0.85),
    "dog": (0.82, 0.92, 0.80, 0.50, 0.95),
}


def _quadruped(breed: str, grazing: bool, phase: float) -> Body:
    """Height 1 at the withers; material 0 coat, 1 mane, tail or horns, 2 hooves."""
    fat, leg, thick, neck, head = _BREEDS[breed]
    up = 0.75 * leg + 0.0
    b = Body([], 0.05)
    b.cone((-0.30, up, 0), (0.20, up - 0.015, 0), 0.215 * fat, 0.225 * fat, 0, 0.1)
    b.ball((-0.36, up + 0.05, 0), 0.195 * fat, 0, 0.1).ball((-0.44, up + 0.04, 0), 0.155 * fat, 0, 0.1).ball(
        (0.33, up - 0.01, 0), 0.185 * fat, 0, 0.1
    )
    _legs(b, up, leg, thick, phase)
    _head(b, breed, grazing, up, neck, head)
    return b


def _legs(b: Body, up: float, leg: float, thick: float, phase: float) -> None:
    for s, shift in ((1, 0.0), (-1, math.pi)):
        for front in (True, False):
            a = phase + shift + (0 if front else 1.5 * math.pi)
            swing, fold = 0.30 * math.sin(a), max(0.0, math.cos(a)) * 0.7
            x, y, z = (0.30 if front else -0.40), up - 0.12 * leg - (0.0 if front else -0.02), 0.095 * s
            lengths = (0.29, 0.235, 0.06, 0.045) if front else (0.27, 0.25, 0.07, 0.045)
            radii = (0.095, 0.050, 0.034, 0.036, 0.046) if front else (0.155, 0.068, 0.038, 0.036, 0.046)
            turns = (
                (swing, swing - fold, swing - fold * 1.1, swing * 0.3)
                if front
                else (swing + 0.26, swing - 0.38 - 0.4 * fold, swing + 0.1 - 0.5 * fold, swing * 0.3)
            )
            scale = (y) / (sum(lengths) * 0.955 + 0.0)
            px, py = x, y
            for k, (length, turn) in enumerate(zip(lengths, turns, strict=True)):
                qx, qy = px + math.sin(turn) * length * scale, py - math.cos(turn) * length * scale
                b.cone(
                    (px, py, z),
                    (qx, max(qy, 0.015), z),
                    radii[k] * thick,
                    radii[k + 1] * thick,
                    2 if k == 3 else 0,
                    0.05 if k == 0 else 0.02,
                )
                px, py = qx, max(qy, 0.02)


def _dog_head(b: Body, up: float) -> None:
    """A neck carried forward, a skull with a stop, a straight muzzle, pointed ears, and a brush
    of a tail that hangs.
    """
    b.chain([(0.28, up + 0.05, 0), (0.42, up + 0.17, 0), (0.49, up + 0.25, 0)], [0.185, 0.135, 0.105], 0, 0.06)
    b.ball((0.53, up + 0.27, 0), 0.108, 0, 0.04)
    b.cone((0.58, up + 0.235, 0), (0.76, up + 0.19, 0), 0.068, 0.044, 0, 0.03).ball(
        (0.785, up + 0.195, 0), 0.026, 2, 0.005
    )
    for s in (-1, 1):
        b.cone((0.49, up + 0.34, 0.060 * s), (0.455, up + 0.465, 0.080 * s), 0.046, 0.010, 0, 0.015)
    b.chain(
        [(-0.54, up + 0.08, 0), (-0.66, up - 0.04, 0), (-0.74, up - 0.22, 0), (-0.78, up - 0.36, 0)],
        [0.045, 0.062, 0.058, 0.014],
        0,
        0.03,
    )


def _head(b: Body, breed: str, grazing: bool, up: float, neck: float, head: float) -> None:
    if breed == "dog":
        _dog_head(b, up)
        return
    if grazing:
        path = [(0.34, up + 0.03, 0), (0.34 + 0.18 * neck + 0.04, up - 0.13, 0), (0.40 + 0.34 * neck, up - 0.34, 0)]
        face = (path[-1][0] + 0.12 * head, 0.10 + 0.06)
    else:
        path = [
            (0.32, up + 0.09, 0),
            (0.33 + 0.12 * neck, up + 0.09 + 0.24 * neck, 0),
            (0.34 + 0.27 * neck, up + 0.09 + 0.46 * neck, 0),
        ]
        face = (path[-1][0] + 0.27 * head, path[-1][1] - 0.10 * head)
    b.chain(path, [0.185, 0.135, 0.100], 0, 0.08)
    hx, hy = path[-1][0] + 0.04, path[-1][1] - 0.01
    b.cone((hx, hy, 0), (face[0], face[1], 0), 0.100 * head, 0.059 * head, 0, 0.04)
    for s in (-1, 1):
        b.cone((hx - 0.02, hy + 0.07, 0.05 * s), (hx - 0.06, hy + 0.02, 0.16 * s), 0.030, 0.010, 0, 0.01)
    for i in range(22):  # fleece
        a = i * 2.39996
        b.ball((-0.42 + 0.85 * (i / 21), up + 0.02 + 0.22 * math.sin(a), 0.22 * math.cos(a)), 0.115, 0, 0.03)


def draw_quadruped(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    breed: str = "dog",
    grazing: bool | None = None,
    colour: str = "",
) -> None:
    """A sheep or a dog; h is its height at the withers (the head is above it)."""
    graze = bool(rng.random() < 0.4) if grazing is None else grazing
    graze = graze and breed == "sheep"
    yaw = float(rng.choice([0.0, 0.25, 0.42]))
    coats = _COATS[breed]
    own = world.local(colour or coats[int(rng.integers(len(coats)))], depth * 0.5)
    cast_shadow(scene, frame.x, frame.y, 0.48 * frame.h, strength=0.55, flat=0.16, long=0.4)
    form, _ = body(
        scene,
        _quadruped(breed, graze, float(rng.uniform(0, 6.28))),
        frame,
        yaw=yaw,
        material=FUR,
        soften=0.018 if breed != "sheep" else 0.006,
    )
    if form.patch.mask.size == 0:
        return
    colours = np.stack([own, darken(own, np.float32(0.55)), darken(own, np.float32(0.4))])
    put_form(scene, form, colours, kinds=[Kind.ANIMAL, Kind.HAIR, Kind.ANIMAL], depth=depth, detail=0.9)


def draw_cat(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A sitting cat, h to the tips of its ears."""
    coat = from_hex(("c8884a", "5a5450", "e4dccc", "2c2826", "9a8468")[int(rng.integers(5))])
    b = Body([], 0.03)
    b.cone((-0.10, 0.20, 0), (0.02, 0.48, 0), 0.20, 0.135).ball((0.04, 0.40, 0), 0.125).ball((0.09, 0.74, 0), 0.138)
    for s in (-1, 1):
        b.cone((0.04, 0.84, 0.07 * s), (0.05, 0.950, 0.10 * s), 0.052, 0.010, 0, 0.012)
        b.ball((-0.13, 0.17, 0.12 * s), 0.15)
        b.cone((0.10, 0.36, 0.07 * s), (0.14, 0.04, 0.07 * s), 0.062, 0.042).ball((0.17, 0.035, 0.07 * s), 0.045)
    b.cone((0.17, 0.71, 0), (0.21, 0.70, 0), 0.060, 0.046, 1)
    b.chain(
        [(-0.26, 0.06, 0.05), (-0.20, 0.05, 0.24), (0.02, 0.05, 0.30), (0.20, 0.05, 0.26), (0.30, 0.06, 0.16)],
        [0.06, 0.055, 0.05, 0.045, 0.035],
        0,
    )
    cast_shadow(scene, frame.x, frame.y, 0.28 * frame.h)
    yaw = float(rng.uniform(-1.15, -0.75))
    form, turn = body(scene, b, frame, yaw=yaw, material=FUR, soften=0.010)
    if form.patch.mask.size == 0:
        return
    rows, columns = np.mgrid[0 : form.k.shape[0], 0 : form.k.shape[1]].astype(np.float32) / (frame.h * scene.height)
    stripes = np.sin(rows * 44 + 2.0 * sample("cloud", columns * 0.6, rows * 0.6))
    own = world.local(coat, depth)
    lab = darken(np.broadcast_to(own, (*form.k.shape, 3)), 1 - (0.16 * (stripes > 0.3) if float(coat[0]) > 0.4 else 0))
    lab[form.index == 1] = lerp(own, world.local("f4ece0", depth), 0.6)
    put_form(scene, form, lab.astype(np.float32), kinds=Kind.ANIMAL, depth=depth, detail=0.95)
    for s in (-1, 1):
        q = turn @ np.array([0.195, 0.765, 0.058 * s], np.float32)
        x, y = frame.one(float(q[0]), float(q[1]))
        scene.put(
            disc(scene, x, y, 0.029 * frame.h, 0.025 * frame.h),
            from_hex("c8c050"),
            kind=Kind.ANIMAL,
            depth=depth,
            detail=1.0,
        )
        scene.put(
            disc(scene, x, y, 0.009 * frame.h, 0.022 * frame.h),
            from_hex("14100c"),
            kind=Kind.ANIMAL,
            depth=depth,
            detail=1.0,
            region=scene.regions - 1,
        )
    q = turn @ np.array([0.262, 0.715, 0], np.float32)
    x, y = frame.one(float(q[0]), float(q[1]))
    scene.put(
        disc(scene, x, y, 0.017 * frame.h, 0.012 * frame.h),
        from_hex("b86a64"),
        kind=Kind.ANIMAL,
        depth=depth,
        detail=1.0,
    )
