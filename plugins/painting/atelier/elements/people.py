"""People at a distance: figures of round cones in several dresses and poses."""

from __future__ import annotations

import math

import numpy as np

from ..bodies import Body, body
from ..colour import Array, darken
from ..scene import Kind, Scene
from ..shapes import CLOTH, Frame, cast_shadow, polygon, put_form, spline, taper
from ..world import World

__all__ = ["draw_figure", "figure_body"]

_DRESS = ("f4eee4", "e8b8c0", "b8cce8", "d84a3c", "f0d070", "5a7cb0")
_COAT = ("3a4458", "5a3c30", "2e4a40", "70382e", "6a6a70")
_SKINS = ("e8b894", "d8a078", "c08458", "a06a44", "f0c8a8")
_HAIRS = ("2a1e1a", "4a3020", "6a4828", "1c1a20", "8a6a3c", "b0a8a0")


def figure_body(dress: str, rng: np.random.Generator, *, pose: str = "stand", phase: float = 0.6) -> Body:
    """A figure of 7.5 heads: material 0 dress, 1 skin, 2 hair, 3 lower dress or legs, 4 hat."""
    b = Body([], 0.025)
    b.cone((0.012, 0.94, 0), (0.03, 0.905, 0), 0.054, 0.040, 1).ball((0.073, 0.915, 0), 0.010, 1)
    b.cone((-0.020, 0.948, 0), (-0.032, 0.91, 0), 0.053, 0.042, 2).ball((0.0, 0.968, 0), 0.049, 2)
    if dress in ("dress", "robe"):
        b.ball((-0.075, 0.955, 0), 0.034, 2)
    b.cone((0, 0.81, 0), (0.008, 0.88, 0), 0.030, 0.028, 1)
    b.cone((0, 0.60, 0), (0, 0.72, 0), 0.068, 0.080, 0)
    for s in (-1, 1):
        b.cone((0, 0.73, 0.03 * s), (0, 0.79, 0.075 * s), 0.072, 0.042, 0)
    if pose == "dance":
        arms = {1: ((0.10, 0.88, 0.16), (0.16, 1.03, 0.10)), -1: ((-0.06, 0.80, -0.26), (0.02, 0.90, -0.40))}
    elif pose == "parasol":
        arms = {1: ((0.09, 0.66, 0.14), (0.15, 0.76, 0.10)), -1: ((-0.02, 0.63, -0.125), (0.03, 0.49, -0.11))}
    elif pose == "staff":
        arms = {1: ((0.10, 0.64, 0.12), (0.20, 0.66, 0.10)), -1: ((-0.02, 0.63, -0.125), (0.03, 0.49, -0.11))}
    else:
        swing = 0.10 * math.sin(phase * 6)
        arms = {
            1: ((-0.02 + swing * 0.4, 0.63, 0.125), (0.03 + swing, 0.49, 0.12)),
            -1: ((-0.02 - swing * 0.4, 0.63, -0.125), (0.03 - swing, 0.49, -0.12)),
        }
    for s, (elbow, hand) in arms.items():
        b.cone((0, 0.785, 0.10 * s), elbow, 0.042, 0.034, 0, 0.02).cone(elbow, hand, 0.034, 0.024, 0, 0.012)
        b.ball(hand, 0.022, 1, 0.006)
        if dress == "robe":
            b.cone(hand, (hand[0] - 0.01, hand[1] - 0.13, hand[2]), 0.035, 0.045, 0, 0.02)
    if dress == "dress":
        flare = 1.25 if pose == "dance" else 1.0
        for i in range(11):
            a = 2 * math.pi * i / 11
            r = 0.19 * flare * (1 + 0.18 * math.sin(2.4 * i + phase * 6))
            back = -0.08 if math.cos(a) < -0.3 else 0.0
            b.cone(
                (0.045 * math.cos(a), 0.60, 0.045 * math.sin(a)),
                (r * 1.05 * math.cos(a) + back, 0.035, r * math.sin(a)),
                0.035,
                0.045,
                3,
                0.018,
            )
        b.cone((0, 0.58, 0), (0, 0.10, 0), 0.062, 0.13, 3)
    elif dress == "robe":
        for i in range(9):
            a = 2 * math.pi * i / 9
            b.cone(
                (0.05 * math.cos(a), 0.58, 0.05 * math.sin(a)),
                (0.115 * math.cos(a), 0.03, 0.10 * math.sin(a)),
                0.040,
                0.042,
                3,
                0.018,
            )
        b.cone((0, 0.58, 0), (0, 0.06, 0), 0.062, 0.10, 3).cone(
            (-0.01, 0.56, 0), (0.0, 0.62, 0), 0.088, 0.088, 4, 0.004
        )
    elif dress == "cape":
        for i in range(11):
            a = 2 * math.pi * i / 11
            b.cone(
                (0.03 * math.cos(a), 0.80, 0.03 * math.sin(a)),
                (0.17 * math.cos(a), 0.36, 0.16 * math.sin(a)),
                0.05,
                0.03,
                0,
                0.014,
            )
        _legs(b, phase)
        b.cone((0.01, 0.975, 0), (0.01, 1.06, 0), 0.15, 0.006, 4, 0.004)
    else:
        _legs(b, phase)
        for i in range(9):
            a = 2 * math.pi * i / 9
            b.cone(
                (0.05 * math.cos(a), 0.58, 0.05 * math.sin(a)),
                (0.105 * math.cos(a), 0.30, 0.095 * math.sin(a)),
                0.042,
                0.032,
                0,
                0.016,
            )
        b.cone((-0.005, 0.985, 0), (0.0, 1.03, 0), 0.055, 0.052, 4, 0.006).cone(
            (-0.01, 0.985, 0), (0.012, 0.985, 0), 0.082, 0.080, 4, 0.004
        )
    return b


def _legs(b: Body, phase: float) -> None:
    stride = 0.08 * (0.6 + 0.4 * math.sin(phase * 6))
    for s in (-1, 1):
        b.cone((0, 0.50, 0.05 * s), (stride * s, 0.27, 0.05 * s), 0.062, 0.045, 3).cone(
            (stride * s, 0.27, 0.05 * s), (1.6 * stride * s - 0.01, 0.06, 0.05 * s), 0.045, 0.032, 3
        )
        b.cone(
            (1.6 * stride * s - 0.01, 0.035, 0.05 * s), (1.6 * stride * s + 0.07, 0.03, 0.05 * s), 0.03, 0.024, 2, 0.01
        )


def draw_figure(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    dress: str = "",
    pose: str = "stand",
    colour: str = "",
    age: str = "",
    shadow: bool = True,
) -> None:
    """A person of height h. dress: "dress", "robe", "coat", "cape"; pose: "stand", "parasol", "staff", "dance",
    "flute", "spear".
    """
    dress = dress or ("dress", "coat", "robe", "cape")[int(rng.integers(4))]
    choice = _DRESS if dress in ("dress", "robe") else _COAT
    own = world.local(colour or choice[int(rng.integers(len(choice)))], depth * 0.5)
    lower = darken(own, np.float32(0.96)) if dress in ("dress", "robe") else world.local("4a4440", depth)
    skin, hair = (
        world.local(_SKINS[int(rng.integers(3))], depth * 0.4),
        world.local("b8b0a8" if age == "old" else _HAIRS[int(rng.integers(4))], depth),
    )
    hat = {"robe": world.local(_DRESS[int(rng.integers(3, 5))], depth), "cape": world.local("d8b868", depth)}.get(
        dress, world.local("3a3030", depth)
    )
    yaw = rng.uniform(0.2, 0.8)
    made = figure_body(dress, rng, pose="staff" if pose == "spear" else pose, phase=float(rng.random()))
    if shadow:
        cast_shadow(scene, frame.x, frame.y, 0.17 * frame.h, strength=0.5, long=1.5)
    form, turn = body(scene, made, frame, yaw=yaw, material=CLOTH)
    put_form(
        scene,
        form,
        np.stack([own, skin, hair, lower, hat]),
        kinds=[Kind.CLOTH, Kind.SKIN, Kind.HAIR, Kind.CLOTH, Kind.CLOTH],
        depth=depth,
        detail=0.9,
    )

    def place(p: tuple[float, float, float]) -> tuple[float, float]:
        q = turn @ np.asarray(p, np.float32)
        return frame.one(float(q[0]), float(q[1]))

    if pose == "parasol":
        _parasol(
            scene,
            world,
            frame,
            place((0.15, 0.76, 0.10)),
            depth,
            world.local("f4e2c0" if rng.random() < 0.5 else "e88a78", depth * 0.5),
        )
    if pose in ("staff", "spear"):
        x, y = place((0.20, 0.66, 0.10))
        top = 0.42 if pose == "staff" else 0.62
        scene.put(
            taper(
                scene, [(x, y + 0.66 * frame.h), (x + 0.01 * frame.h, y - top * frame.h)], 0.016 * frame.h, smooth=False
            ),
            world.local("5a4230", depth),
            kind=Kind.TRUNK,
            depth=depth,
            detail=0.7,
        )
        if pose == "spear":
            tip = [
                (x - 0.02 * frame.h, y - top * frame.h),
                (x + 0.01 * frame.h, y - (top + 0.12) * frame.h),
                (x + 0.04 * frame.h, y - top * frame.h),
            ]
            scene.put(polygon(scene, tip), world.local("c8d0d8", depth), kind=Kind.VESSEL, depth=depth, detail=0.8)
    if pose == "flute":
        x, y = place((0.075, 0.895, 0.0))
        way = -1 if frame.flip else 1
        scene.put(
            taper(
                scene,
                [(x - 0.02 * way * frame.h, y), (x + 0.16 * way * frame.h, y + 0.05 * frame.h)],
                0.014 * frame.h,
                smooth=False,
            ),
            world.local("6a4a2c", depth),
            kind=Kind.TRUNK,
            depth=depth,
            detail=0.8,
        )


def _parasol(scene: Scene, world: World, frame: Frame, hand: tuple[float, float], depth: float, colour: Array) -> None:
    """Seven gores, each with its own light: at a distance it is the sign of a lady."""
    way = -1 if frame.flip else 1
    hub = np.array([hand[0] - 0.10 * way * frame.h, hand[1] - 0.40 * frame.h])
    scene.put(
        taper(scene, [hand, hub], 0.010 * frame.h, smooth=False),
        world.local("6a5038", depth),
        kind=Kind.TRUNK,
        depth=depth,
        detail=0.8,
    )
    tilt, radius = -0.38 * way, 0.31 * frame.h
    ribs = np.linspace(-1, 1, 8)
    region = None
    for i in range(7):
        edge = []
        for u in np.linspace(ribs[i], ribs[i + 1], 5):
            a = u * math.pi / 2
            sag = 0.03 * math.sin(math.pi * (u - ribs[i]) / (ribs[i + 1] - ribs[i]))
            edge.append((math.sin(a), -(0.10 + sag) + 0.12 * math.cos(a)))
        points = np.array([(0, 0.62), *edge])
        mid = (ribs[i] + ribs[i + 1]) / 2
        points = np.concatenate(
            [
                points[:1] * 0.999,
                spline(np.array([(0, 0.62), (edge[0][0] * 0.62, 0.44), edge[0]]), steps=4),
                np.array(edge[1:]),
                spline(np.array([edge[-1], (edge[-1][0] * 0.62, 0.44), (0, 0.62)]), steps=4),
            ]
        )
        c, s = math.cos(tilt), math.sin(tilt)
        turned = np.stack([points[:, 0] * c + points[:, 1] * s, -points[:, 0] * s + points[:, 1] * c], -1)
        lit = 0.86 + 0.22 * math.cos(2.2 * (mid - 0.5 * np.sign(scene.light)))
        scene.put(
            polygon(scene, hub + (turned - (0, 0.35)) * (radius, -radius)),
            darken(colour, np.float32(lit)),
            kind=Kind.CLOTH,
            depth=depth,
            angle=math.pi / 2 - mid,
            detail=0.85,
            region=region,
        )
        region = scene.regions - 1 if region is None else region
