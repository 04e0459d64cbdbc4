"""Great beasts: tiger, lion, bear and elephant, each with a body of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from ..bodies import Body, body
from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import FUR, Form, Frame, cast_shadow, disc, put_form
from ..world import World

__all__ = ["draw_bear", "draw_elephant", "draw_lion", "draw_tiger"]

_UP = 0.56  # height of the trunk's middle where the back is at about .8
_Point = tuple[float, float, float]


def draw_tiger(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A walking tiger; the frame's height is a fifth more than its back's."""

    def coat(form: Form, rows: Array, columns: Array) -> Array:
        lab = _countershaded(world, form, rows, "d8862c", "f0e2c8", depth)
        stripe = np.sin(columns * 34 + 2.4 * sample("cloud", columns * 0.5, rows * 0.5) + 1.2 * rows) > 0.45
        lab[stripe & (form.index == 0)] = world.local("2a1c14", depth)
        return lab

    _put(
        scene,
        world,
        frame,
        rng,
        _cat(rng, maned=False),
        coat,
        depth=depth,
        eyes=[((0.675, _UP + 0.275, 0.082), 0.020)],
        nose=(0.735, _UP + 0.20, 0.0),
    )


def draw_lion(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A walking lion with his mane."""
    mane = ("5a3a1e", "7a4e26", "3e2a1a")[int(rng.integers(3))]

    def coat(form: Form, rows: Array, columns: Array) -> Array:
        lab = _countershaded(world, form, rows, "c8985a", "e8d4ac", depth)
        strands = 1 + 0.22 * np.sin(60 * columns + 5 * sample("cloud", columns * 0.8, rows * 0.8)) * sample(
            "rough", columns, rows
        )
        lab[form.index == 2] = darken(np.broadcast_to(world.local(mane, depth), lab.shape), strands)[form.index == 2]
        return lab

    _put(
        scene,
        world,
        frame,
        rng,
        _cat(rng, maned=True),
        coat,
        depth=depth,
        eyes=[((0.700, _UP + 0.285, 0.070), 0.018)],
        nose=(0.765, _UP + 0.21, 0.0),
    )


def draw_bear(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A brown bear on all fours."""
    fur = ("5a3c26", "3a2a20", "7a5434")[int(rng.integers(3))]
    b = Body([], 0.06)
    b.cone((-0.28, 0.56, 0), (0.20, 0.58, 0), 0.27, 0.27, 0, 0.12).ball((-0.40, 0.53, 0), 0.25, 0, 0.12).ball(
        (0.26, 0.66, 0), 0.22, 0, 0.12
    )
    for s, swing in ((1, 0.7), (-1, -0.6)):
        z = 0.13 * s
        b.chain(
            [
                (0.28, 0.50, z),
                (0.28 + 0.05 * swing, 0.28, z),
                (0.28 + 0.10 * swing, 0.07, z),
                (0.36 + 0.10 * swing, 0.055, z),
            ],
            [0.15, 0.11, 0.085, 0.065],
        )
        hind = [
            (-0.42, 0.50, z),
            (-0.37 - 0.05 * swing, 0.27, z),
            (-0.42 - 0.10 * swing, 0.07, z),
            (-0.32 - 0.10 * swing, 0.055, z),
        ]
        b.chain(hind, [0.20, 0.12, 0.085, 0.065])
        b.ball((0.52, 0.83, 0.11 * s), 0.048, 0, 0.02)
    b.chain([(0.30, 0.66, 0), (0.46, 0.68, 0)], [0.22, 0.17], 0, 0.1).ball((0.54, 0.69, 0), 0.155, 0, 0.06)
    b.cone((0.62, 0.65, 0), (0.76, 0.615, 0), 0.085, 0.058, 1, 0.04).ball((-0.66, 0.60, 0), 0.05)

    def coat(form: Form, rows: Array, columns: Array) -> Array:
        own = world.local(fur, depth)
        assert form.index is not None  # bodies have one
        lab = np.stack([own, lerp(own, world.local("c8a478", depth), 0.45)])[np.minimum(form.index, 1)]
        return darken(lab, 1 + 0.10 * sample("rough", columns * 1.6, rows * 0.7))

    _put(
        scene,
        world,
        frame,
        rng,
        b,
        coat,
        depth=depth,
        eyes=[((0.655, 0.735, 0.075), 0.013)],
        nose=(0.815, 0.63, 0.0),
        iris="3a2414",
    )


def draw_elephant(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """An elephant with tusks; the frame's height is that of its back."""

    def coat(form: Form, rows: Array, columns: Array) -> Array:
        own = world.local("8d857e", depth)
        ears = lerp(darken(own, np.float32(0.78)), world.local("a07c70", depth), 0.25)
        colours = np.stack([own, world.local("efe6d2", depth), darken(own, np.float32(0.45)), ears])
        wrinkles = 0.03 * np.sin(90 * rows + 4 * sample("cloud", columns, rows)) + 0.025 * sample(
            "rough", columns * 1.4, rows * 1.4
        )
        return darken(colours[form.index], 1 + wrinkles * (form.index != 1))

    eye = [((0.665, 0.80, 0.125), 0.012)]
    _put(
        scene,
        world,
        frame,
        rng,
        _elephant(rng),
        coat,
        depth=depth,
        eyes=eye,
        nose=None,
        yaws=(0.2, 0.45),
        iris="4a2c14",
    )


def _cat(rng: np.random.Generator, *, maned: bool) -> Body:
    """A big cat that walks: material 0 coat, 1 muzzle and chest, 2 mane and the tail's tuft."""
    up, swing = _UP, float(rng.uniform(0.6, 1.1))
    b = Body([], 0.05)
    b.cone((-0.34, up + 0.02, 0), (0.22, up, 0), 0.185, 0.215, 0, 0.1).ball((-0.45, up + 0.02, 0), 0.170, 0, 0.1).ball(
        (0.30, up + 0.03, 0), 0.195, 0, 0.1
    )
    for s, way in ((1, swing), (-1, -0.8 * swing)):
        z = 0.095 * s
        b.chain(
            [(0.31, up - 0.06, z), (0.31 + 0.07 * way, up - 0.28, z), (0.30 + 0.14 * way, 0.09, z)],
            [0.105, 0.072, 0.050],
        )
        b.cone((0.30 + 0.14 * way, 0.05, z), (0.37 + 0.14 * way, 0.045, z), 0.050, 0.050)
        b.chain(
            [
                (-0.45, up - 0.02, z),
                (-0.36 - 0.06 * way, up - 0.25, z),
                (-0.50 - 0.10 * way, 0.21, z),
                (-0.46 - 0.15 * way, 0.06, z),
            ],
            [0.155, 0.100, 0.056, 0.046],
        )
        b.cone((-0.46 - 0.15 * way, 0.05, z), (-0.38 - 0.15 * way, 0.045, z), 0.048, 0.050)
    b.chain([(0.30, up + 0.08, 0), (0.46, up + 0.20, 0)], [0.175, 0.135], 0, 0.08)
    ahead = 0.03 if maned else 0.0
    b.ball((0.56 + ahead, up + 0.24, 0), 0.125, 0, 0.05)
    b.cone((0.62 + ahead, up + 0.20, 0), (0.70 + ahead, up + 0.185, 0), 0.078, 0.060, 1, 0.03).ball(
        (0.665 + ahead, up + 0.135, 0), 0.048, 1, 0.02
    )
    for s in (-1, 1):
        b.cone((0.53, up + 0.335, 0.085 * s), (0.515, up + 0.395, 0.100 * s), 0.046, 0.030, 0, 0.015)
        if not maned:
            b.ball((0.56, up + 0.155, 0.105 * s), 0.062, 1, 0.03)
    tail = [
        (-0.58, up + 0.06, 0),
        (-0.72, up - 0.10, 0),
        (-0.84, up - 0.24, 0),
        (-0.98, up - 0.22, 0),
        (-1.05, up - 0.08, 0),
    ]
    b.chain(tail, [0.048, 0.036, 0.030, 0.027, 0.026], 0, 0.03)
    if maned:
        b.cone((-1.04, up - 0.06, 0), (-1.09, up + 0.02, 0), 0.042, 0.014, 2, 0.02)
        b.ball((0.40, up - 0.06, 0), 0.150, 2, 0.06)  # it hangs over the chest
        for k in range(26):
            a, ring = k * 2.39996, 0.10 + 0.11 * (k / 25) ** 0.5
            b.ball((0.43 + 0.05 * math.sin(3 * a), up + 0.19 + ring * math.sin(a), ring * math.cos(a)), 0.105, 2, 0.03)
    return b


def _elephant(rng: np.random.Generator) -> Body:
    """Material 0 hide, 1 tusks, 2 the tail's tuft, 3 ears."""
    swing = float(rng.uniform(0.3, 0.8))
    b = Body([], 0.06)
    b.cone((-0.26, 0.66, 0), (0.16, 0.66, 0), 0.300, 0.295, 0, 0.12).ball((-0.40, 0.62, 0), 0.245, 0, 0.12).ball(
        (0.28, 0.66, 0), 0.250, 0, 0.12
    )
    for s, way in ((1, swing), (-1, -swing)):
        z = 0.155 * s
        b.chain([(0.27, 0.50, z), (0.28 + 0.04 * way, 0.27, z), (0.28 + 0.09 * way, 0.07, z)], [0.140, 0.105, 0.098])
        b.chain([(-0.40, 0.48, z), (-0.37 - 0.04 * way, 0.27, z), (-0.40 - 0.09 * way, 0.07, z)], [0.165, 0.110, 0.098])
    b.cone((0.30, 0.76, 0), (0.50, 0.80, 0), 0.200, 0.175, 0, 0.1).ball((0.56, 0.80, 0), 0.170, 0, 0.06).ball(
        (0.53, 0.91, 0), 0.115, 0, 0.06
    )
    lift = float(rng.choice([0.0, 0.0, 1.0]))
    reach = [(0.80, 0.30), (0.84, 0.16), (0.92, 0.09)] if not lift else [(0.90, 0.42), (1.03, 0.44), (1.10, 0.56)]
    b.chain(
        [(0.64, 0.76, 0), (0.745, 0.58, 0), *((x, y, 0.0) for x, y in reach)],
        [0.105, 0.078, 0.058, 0.046, 0.036],
        0,
        0.04,
    )
    for s in (-1, 1):
        b.chain(
            [(0.62, 0.665, 0.085 * s), (0.72, 0.545, 0.125 * s), (0.84, 0.520, 0.130 * s)],
            [0.030, 0.024, 0.007],
            1,
            0.01,
        )
        root: _Point = (0.49, 0.86, 0.145 * s)
        for x, y in ((0.30, 0.90), (0.24, 0.80), (0.23, 0.69), (0.27, 0.58), (0.35, 0.51), (0.43, 0.55)):
            b.cone(root, (x, y, 0.245 * s), 0.045, 0.040, 3, 0.06)
    b.chain([(-0.63, 0.70, 0), (-0.70, 0.52, 0), (-0.70, 0.34, 0)], [0.030, 0.018, 0.014]).ball(
        (-0.70, 0.30, 0), 0.028, 2, 0.01
    )
    return b


def _countershaded(world: World, form: Form, rows: Array, coat: str, pale: str, depth: float) -> Array:
    """Coat, muzzle and tail in their colours, the flank paler towards the belly."""
    own, light = world.local(coat, depth), world.local(pale, depth)
    lab = np.stack([own, light, own])[form.index].copy()
    low = rows / max(float(rows.max()), 1e-6)
    belly = 0.5 * smoothstep(0.40, 0.55, low) * (1 - smoothstep(0.58, 0.70, low)) * (form.index == 0)
    return lerp(lab, light, belly[..., None])


def _put(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    made: Body,
    coat: Callable[[Form, Array, Array], Array],
    *,
    depth: float,
    eyes: Sequence[tuple[_Point, float]],
    nose: _Point | None,
    yaws: tuple[float, float] = (0.0, 0.42),
    iris: str = "d8c060",
) -> None:
    """Shadow, body and the eye on the side that is seen. coat(form, rows, columns in heights) gives the colours."""
    cast_shadow(scene, frame.x, frame.y, 0.50 * frame.h, strength=0.55, flat=0.16, long=0.4)
    form, turn = body(scene, made, frame, yaw=float(rng.uniform(*yaws)), material=FUR, soften=0.014)
    if form.patch.mask.size == 0 or form.index is None:
        return
    rows, columns = np.mgrid[0 : form.index.shape[0], 0 : form.index.shape[1]].astype(np.float32) / (
        frame.h * scene.height
    )
    put_form(scene, form, coat(form, rows, columns).astype(np.float32), kinds=Kind.ANIMAL, depth=depth, detail=0.9)

    def dot(point: _Point, width: float, height: float, colour: str) -> None:
        q = turn @ np.array(point, np.float32)
        x, y = frame.one(float(q[0]), float(q[1]))
        scene.put(
            disc(scene, x, y, width * frame.h, height * frame.h),
            from_hex(colour),
            kind=Kind.ANIMAL,
            depth=0.1,
            detail=1.0,
        )

    for (x, y, z), size in eyes:
        for s in (-1, 1):
            if s * turn[2, 2] + turn[2, 0] > 0.2:  # the side that faces the viewer
                dot((x, y, z * s), size * 1.25, size * 1.1, "1a120c")
                dot((x + 0.003, y, z * s), size * 0.85, size * 0.75, iris)
                dot((x + 0.004, y, z * s), size * 0.42, size * 0.60, "14100c")
    if nose is not None:
        dot(nose, 0.024, 0.019, "4a2a24")
