"""People: figures of round cones in several dresses and poses, and heads for portraits."""

# ruff: noqa: RUF005 - sums of arrays and tuples are vectors here
from __future__ import annotations

import math

import numpy as np

from ..colour import Array, darken, from_hex, lerp
from ..scene import Kind, Scene
from ..shapes import CLOTH, SKIN, Body, Frame, body, cast_shadow, disc, inflate, polygon, polygons, put_form, ribbon, spline, taper
from ..world import World

__all__ = ["draw_figure", "draw_portrait", "figure_body"]

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
        arms = {1: ((-0.02 + swing * 0.4, 0.63, 0.125), (0.03 + swing, 0.49, 0.12)), -1: ((-0.02 - swing * 0.4, 0.63, -0.125), (0.03 - swing, 0.49, -0.12))}
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
            b.cone((0.045 * math.cos(a), 0.60, 0.045 * math.sin(a)), (r * 1.05 * math.cos(a) + back, 0.035, r * math.sin(a)), 0.035, 0.045, 3, 0.018)
        b.cone((0, 0.58, 0), (0, 0.10, 0), 0.062, 0.13, 3)
    elif dress == "robe":
        for i in range(9):
            a = 2 * math.pi * i / 9
            b.cone((0.05 * math.cos(a), 0.58, 0.05 * math.sin(a)), (0.115 * math.cos(a), 0.03, 0.10 * math.sin(a)), 0.040, 0.042, 3, 0.018)
        b.cone((0, 0.58, 0), (0, 0.06, 0), 0.062, 0.10, 3).cone((-0.01, 0.56, 0), (0.0, 0.62, 0), 0.088, 0.088, 4, 0.004)
    elif dress == "cape":
        for i in range(11):
            a = 2 * math.pi * i / 11
            b.cone((0.03 * math.cos(a), 0.80, 0.03 * math.sin(a)), (0.17 * math.cos(a), 0.36, 0.16 * math.sin(a)), 0.05, 0.03, 0, 0.014)
        _legs(b, phase)
        b.cone((0.01, 0.975, 0), (0.01, 1.06, 0), 0.15, 0.006, 4, 0.004)
    else:
        _legs(b, phase)
        for i in range(9):
            a = 2 * math.pi * i / 9
            b.cone((0.05 * math.cos(a), 0.58, 0.05 * math.sin(a)), (0.105 * math.cos(a), 0.30, 0.095 * math.sin(a)), 0.042, 0.032, 0, 0.016)
        b.cone((-0.005, 0.985, 0), (0.0, 1.03, 0), 0.055, 0.052, 4, 0.006).cone((-0.01, 0.985, 0), (0.012, 0.985, 0), 0.082, 0.080, 4, 0.004)
    return b


def _legs(b: Body, phase: float) -> None:
    stride = 0.08 * (0.6 + 0.4 * math.sin(phase * 6))
    for s in (-1, 1):
        b.cone((0, 0.50, 0.05 * s), (stride * s, 0.27, 0.05 * s), 0.062, 0.045, 3).cone(
            (stride * s, 0.27, 0.05 * s), (1.6 * stride * s - 0.01, 0.06, 0.05 * s), 0.045, 0.032, 3
        )
        b.cone((1.6 * stride * s - 0.01, 0.035, 0.05 * s), (1.6 * stride * s + 0.07, 0.03, 0.05 * s), 0.03, 0.024, 2, 0.01)


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
    """A person of height h. dress: "dress", "robe", "coat", "cape"; pose: "stand", "parasol", "staff", "dance", "flute", "spear"."""
    dress = dress or ("dress", "coat", "robe", "cape")[int(rng.integers(4))]
    choice = _DRESS if dress in ("dress", "robe") else _COAT
    own = world.local(colour or choice[int(rng.integers(len(choice)))], depth * 0.5)
    lower = darken(own, np.float32(0.96)) if dress in ("dress", "robe") else world.local("4a4440", depth)
    skin, hair = world.local(_SKINS[int(rng.integers(3))], depth * 0.4), world.local("b8b0a8" if age == "old" else _HAIRS[int(rng.integers(4))], depth)
    hat = {"robe": world.local(_DRESS[int(rng.integers(3, 5))], depth), "cape": world.local("d8b868", depth)}.get(dress, world.local("3a3030", depth))
    yaw = rng.uniform(0.2, 0.8)
    made = figure_body(dress, rng, pose="staff" if pose == "spear" else pose, phase=float(rng.random()))
    if shadow:
        cast_shadow(scene, frame.x, frame.y, 0.17 * frame.h, strength=0.5, long=1.5)
    form, turn = body(scene, made, frame, yaw=yaw, material=CLOTH)
    put_form(scene, form, np.stack([own, skin, hair, lower, hat]), kinds=[Kind.CLOTH, Kind.SKIN, Kind.HAIR, Kind.CLOTH, Kind.CLOTH], depth=depth, detail=0.9)

    def place(p: tuple[float, float, float]) -> tuple[float, float]:
        q = turn @ np.asarray(p, np.float32)
        return frame.one(float(q[0]), float(q[1]))

    if pose == "parasol":
        _parasol(scene, world, frame, place((0.15, 0.76, 0.10)), depth, world.local("f4e2c0" if rng.random() < 0.5 else "e88a78", depth * 0.5))
    if pose in ("staff", "spear"):
        x, y = place((0.20, 0.66, 0.10))
        top = 0.42 if pose == "staff" else 0.62
        scene.put(
            taper(scene, [(x, y + 0.66 * frame.h), (x + 0.01 * frame.h, y - top * frame.h)], 0.016 * frame.h, smooth=False),
            world.local("5a4230", depth),
            kind=Kind.TRUNK,
            depth=depth,
            detail=0.7,
        )
        if pose == "spear":
            tip = [(x - 0.02 * frame.h, y - top * frame.h), (x + 0.01 * frame.h, y - (top + 0.12) * frame.h), (x + 0.04 * frame.h, y - top * frame.h)]
            scene.put(polygon(scene, tip), world.local("c8d0d8", depth), kind=Kind.VESSEL, depth=depth, detail=0.8)
    if pose == "flute":
        x, y = place((0.075, 0.895, 0.0))
        way = -1 if frame.flip else 1
        scene.put(
            taper(scene, [(x - 0.02 * way * frame.h, y), (x + 0.16 * way * frame.h, y + 0.05 * frame.h)], 0.014 * frame.h, smooth=False),
            world.local("6a4a2c", depth),
            kind=Kind.TRUNK,
            depth=depth,
            detail=0.8,
        )


def _parasol(scene: Scene, world: World, frame: Frame, hand: tuple[float, float], depth: float, colour: Array) -> None:
    """Seven gores, each with its own light: at a distance it is the sign of a lady."""
    way = -1 if frame.flip else 1
    hub = np.array([hand[0] - 0.10 * way * frame.h, hand[1] - 0.40 * frame.h])
    scene.put(taper(scene, [hand, hub], 0.010 * frame.h, smooth=False), world.local("6a5038", depth), kind=Kind.TRUNK, depth=depth, detail=0.8)
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


def draw_portrait(
    scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.15, sex: str = "", hat: str = "", age: str = ""
) -> None:
    """A head and shoulders, h being the height of the head, feet of the frame at its middle.

    sex: "woman" or "man"; hat: "beret", "brim", "scarf", "crown", "none"; age: "young", "old".
    """
    man = (sex or ("woman", "man")[int(rng.integers(2))]) == "man"
    hat = hat or ("none", "beret", "brim", "scarf")[int(rng.choice(4, p=[0.40, 0.2, 0.2, 0.2]))]
    old = (age or ("young", "young", "old")[int(rng.integers(3))]) == "old"
    width, length, nose, eye_size, mouth = 1 + rng.uniform(-0.06, 0.06, 5) * (1, 0.8, 2.2, 1.6, 1.6)
    yaw = float(rng.uniform(0.22, 0.5))
    skin = from_hex(_SKINS[int(rng.integers(len(_SKINS)))])
    hair = from_hex("b8b4ae" if old else _HAIRS[int(rng.integers(5))])
    dress = from_hex(("2c3848", "5a2a2a", "2e4a3c", "3a2e26", "6a4a6a", "24406a", "8a6a3c")[int(rng.integers(7))])
    b = Body([], 0.055)

    def p(x: float, y: float, z: float) -> tuple[float, float, float]:
        # the model faces +z; frames look along x
        return (x * width, y * length, z)

    # shoulders and neck first (material 2), head over them
    for s in (-1, 1):
        b.cone(p(0.10 * s, -0.86, -0.14), p(0.60 * s, -1.03, -0.18), 0.17, 0.19, 2, 0.06).cone(
            p(0.60 * s, -1.02, -0.15), p(0.72 * s, -1.75, -0.05), 0.20, 0.23, 2, 0.10
        )
    b.cone(p(0, -1.16, 0.0), p(0, -1.9, 0.05), 0.36, 0.46, 2, 0.10)
    for s in (-1, 1):
        b.cone(p(0.34 * s, -1.22, -0.06), p(0.42 * s, -1.9, 0.0), 0.26, 0.30, 2, 0.10)
    b.cone(p(0, -0.30, -0.08), p(0, -0.78, -0.10), 0.160, 0.185, 0, 0.05).cone(p(0, -0.74, -0.08), p(0, -0.90, 0.02), 0.20, 0.24, 0, 0.05)
    b.ball(p(0, 0.12, -0.06), 0.345, 0).ball(p(0, 0.10, -0.18), 0.33, 0)
    b.cone(p(0, 0.06, 0.06), p(0, -0.36, 0.19), 0.295, 0.13 if man else 0.10, 0, 0.06)
    jaw = 0.185 if man else 0.145
    for s in (-1, 1):
        b.cone(p(jaw * s, -0.16, 0.02), p((0.06 if man else 0.03) * s, -0.36, 0.17), 0.15, 0.10, 0, 0.10)
        b.cone(p(0.16 * s, -0.04, 0.15), p(0.10 * s, -0.16, 0.17), 0.14, 0.13 if not old else 0.115, 0, 0.10)
        b.ball(p(0.12 * s, 0.115, 0.235), 0.085 if not man else 0.092, 0)
        b.ball(p(0.335 * s, 0.02, -0.08), 0.05, 0, 0.02)
        b.ball(p(0.05 * s, -0.135, 0.365 * nose), 0.036, 0, 0.03)
    b.cone(p(0, 0.09, 0.30), p(0, -0.115, 0.30 + 0.115 * nose), 0.038, 0.046, 0, 0.05)
    b.cone(p(0, -0.15, 0.335), p(0, -0.22, 0.275), 0.052, 0.045, 0, 0.05)
    for y, r in ((-0.235, 0.030), (-0.285, 0.034)):
        b.cone(p(-0.06 * mouth, y, 0.255), p(0.06 * mouth, y, 0.255), r, r, 0, 0.03)
    b.ball(p(0, -0.41, 0.23), 0.082 if not man else 0.098, 0, 0.06)
    _hair(b, p, man, hat, old, rng)
    dents = [(s * 0.135 * width, 0.028, 0.25, 0.075, 0.042, 0.030 if not old else 0.038) for s in (-1, 1)]
    base = Frame(frame.x, frame.y, frame.h, frame.flip)
    form, turn = body(scene, b, base, yaw=yaw, material=SKIN, soften=0.014, dents=dents)
    skin_l, hair_l, dress_l = (world.local(c) if scene.ground != "portrait" else c for c in (skin, hair, dress))
    hat_l = from_hex({"beret": "6a2232", "brim": "c8a45a", "scarf": "35609a", "crown": "d8ac3c"}.get(hat, "4a3a2a"))
    put_form(scene, form, np.stack([skin_l, hair_l, dress_l, hat_l]), kinds=[Kind.SKIN, Kind.HAIR, Kind.CLOTH, Kind.CLOTH], depth=depth, detail=0.95)

    def place(x: float, y: float, z: float) -> tuple[float, float]:
        q = turn @ np.asarray(p(x, y, z), np.float32)
        return base.one(float(q[0]), float(q[1]))

    _complexion(scene, base, place, form.patch, skin_l, old)
    _features(scene, base, place, skin_l, hair_l, man, old, eye_size, mouth, depth, yaw)
    _collar(scene, base, place, rng, depth, always=man)


def _hair(b: Body, p: object, man: bool, hat: str, old: bool, rng: np.random.Generator) -> None:
    assert callable(p)
    b.ball(p(0, 0.20, -0.13), 0.388, 1, 0.02).ball(p(0.08, 0.30, -0.01), 0.262, 1, 0.03).ball(p(-0.08, 0.30, -0.01), 0.262, 1, 0.03)
    if man:
        for s in (-1, 1):
            b.cone(p(0.30 * s, 0.14, -0.02), p(0.325 * s, -0.06, -0.02), 0.075, 0.045, 1, 0.02)
        if rng.random() < 0.45 or old:
            for s in (-1, 1):
                b.cone(p(0.29 * s, -0.08, 0.0), p(0.10 * s, -0.44, 0.20), 0.075, 0.095, 1, 0.04)
            b.cone(p(0, -0.44, 0.22), p(0, -0.56, 0.18), 0.11, 0.07, 1, 0.05)
            b.cone(p(-0.10, -0.20, 0.335), p(0.10, -0.20, 0.335), 0.022, 0.022, 1, 0.015)
    else:
        long = rng.random() < 0.5
        for s in (-1, 1):
            b.cone(p(0.27 * s, 0.22, 0.03), p(0.345 * s, -0.10, -0.05), 0.10, 0.075, 1, 0.02)
            if long:
                b.cone(p(0.16 * s, -0.10, -0.24), p(0.22 * s, -0.62, -0.22), 0.20, 0.16, 1, 0.03)
                b.chain(
                    [p(0.34 * s, -0.05, -0.06), p(0.37 * s, -0.32, -0.04), p(0.34 * s, -0.62, 0.02), p(0.30 * s, -0.82, 0.08)],
                    [0.10, 0.125, 0.12, 0.06],
                    1,
                    0.03,
                )
        if not long:
            b.ball(p(0, -0.02, -0.46), 0.17, 1)
    if hat == "beret":
        b.cone(p(-0.12, 0.44, -0.08), p(0.16, 0.46, -0.04), 0.30, 0.25, 3, 0.05).cone(p(-0.26, 0.30, 0.0), p(0.26, 0.32, 0.04), 0.14, 0.14, 3, 0.05)
    elif hat == "brim":
        for i in range(61):
            a = 2 * math.pi * i / 61
            b.cone(p(0.24 * math.cos(a), 0.36, -0.10 + 0.24 * math.sin(a)), p(0.56 * math.cos(a), 0.335, -0.08 + 0.54 * math.sin(a)), 0.055, 0.030, 3, 0.06)
        b.cone(p(0, 0.38, -0.10), p(0, 0.56, -0.10), 0.32, 0.26, 3, 0.05)
    elif hat == "scarf":
        b.ball(p(0, 0.22, -0.12), 0.405, 3, 0.03).cone(p(-0.26, 0.20, 0.14), p(0.26, 0.20, 0.14), 0.13, 0.13, 3, 0.05)
        b.chain([p(-0.10, 0.30, -0.40), p(-0.16, -0.10, -0.46), p(-0.18, -0.55, -0.40)], [0.15, 0.11, 0.06], 3, 0.04)
    elif hat == "crown":
        for i in range(16):
            a = 2 * math.pi * i / 16
            x, z = 0.36 * math.cos(a), -0.10 + 0.34 * math.sin(a)
            b.cone(p(x, 0.36, z), p(x * 1.08, 0.50 if i % 2 else 0.62, z * 1.08), 0.05, 0.012 if i % 2 == 0 else 0.03, 3, 0.012)


def _complexion(scene: Scene, frame: Frame, place: object, patch: object, skin: Array, old: bool) -> None:
    """Planes of colour: warm cheeks and nose, cool chin and temples, yellowish forehead."""
    assert callable(place)
    x, y = scene.grid()
    on = scene.kind == Kind.SKIN
    for (px, py, pz), size, (da, db, dl) in (
        ((0.17, -0.10, 0.2), 0.15, (0.024, 0.004, 0.0)),
        ((-0.17, -0.10, 0.2), 0.15, (0.022, 0.004, 0.0)),
        ((0, -0.09, 0.38), 0.08, (0.020, 0.002, 0.01)),
        ((0, -0.40, 0.2), 0.16, (-0.002, -0.010, -0.01)),
        ((0, 0.24, 0.2), 0.20, (0.0, 0.012, 0.015)),
        ((0.14, -0.01, 0.25), 0.06, (0.008, -0.008, -0.03 if old else -0.012)),
        ((-0.14, -0.01, 0.25), 0.06, (0.008, -0.008, -0.03 if old else -0.012)),
    ):
        cx, cy = place(px, py, pz)
        g = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (size * frame.h) ** 2) * on
        scene.lab += g[..., None] * np.array([dl, da, db], np.float32)


def _features(
    scene: Scene, frame: Frame, place: object, skin: Array, hair: Array, man: bool, old: bool, eye_size: float, mouth: float, depth: float, yaw: float
) -> None:
    assert callable(place)
    h = frame.h
    line = lerp(from_hex("2c1a16"), hair, 0.35)
    iris = from_hex("4a5a48" if float(skin[0]) > 0.75 else "3a2618")
    shade_ = darken(skin, np.float32(0.62))
    turn = math.cos(yaw)
    for s in (-1, 1):
        narrow = 1.0 if s > 0 else 0.88
        cx, cy = place(0.135 * s, 0.022, 0.262)
        a, bb = 0.064 * h * eye_size * turn * narrow * 1.05, 0.027 * h * eye_size
        t = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        almond = np.stack([cx + a * np.cos(t), cy - bb * np.sin(t) * (np.abs(np.sin(t)) ** 0.35) * np.where(np.sin(t) > 0, 1.05, 0.75)], -1)
        scene.put(polygon(scene, almond), from_hex("b9aca0"), kind=Kind.SKIN, depth=depth, detail=1.0)
        eye = scene.regions - 1
        look = 0.010 * h * (-1 if frame.flip else 1)
        scene.put(
            disc(scene, cx + look, cy - 0.002 * h, 0.0265 * h * eye_size * 0.95, 0.0262 * h * eye_size),
            iris,
            kind=Kind.SKIN,
            depth=depth,
            detail=1.0,
            region=eye,
        )
        scene.put(disc(scene, cx + look, cy - 0.002 * h, 0.012 * h * eye_size), from_hex("120c0c"), kind=Kind.SKIN, depth=depth, detail=1.0, region=eye)
        scene.put(
            disc(scene, cx + look - 0.009 * h, cy - 0.011 * h, 0.0048 * h),
            from_hex("f4ece0"),
            kind=Kind.SKIN,
            depth=depth,
            detail=1.0,
            region=eye,
            opacity=0.75,
        )
        lid = np.stack([np.linspace(cx - a * 1.08, cx + a * 1.08, 9), cy - bb * 1.02 * np.sin(np.linspace(0.12, np.pi - 0.12, 9)) ** 0.8 + 0.004 * h], -1)
        scene.put(polygons(scene, ribbon(lid, [0.005 * h, 0.015 * h, 0.005 * h])), line, kind=Kind.SKIN, depth=depth, detail=1.0, angle=0.0)
        crease = lid - (0, 0.021 * h)
        scene.put(polygons(scene, ribbon(crease, [0.002 * h, 0.009 * h, 0.002 * h])), shade_, kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.5, soft=True)
        low = np.stack([np.linspace(cx - a, cx + a, 7), cy + bb * 0.85 * np.sin(np.linspace(0.1, np.pi - 0.1, 7))], -1)
        scene.put(polygons(scene, ribbon(low, [0.002 * h, 0.006 * h, 0.002 * h])), shade_, kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.6, soft=True)
        if old:
            bag = low + (0, 0.030 * h)
            scene.put(polygons(scene, ribbon(bag, [0.002 * h, 0.010 * h, 0.002 * h])), shade_, kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.4, soft=True)
            fold = [place(0.09 * s, -0.14, 0.33), place(0.135 * s, -0.21, 0.27), place(0.13 * s, -0.29, 0.24)]
            scene.put(taper(scene, fold, [0.004 * h, 0.014 * h, 0.003 * h]), shade_, kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.45, soft=True)
        brow = [place(0.055 * s, 0.105, 0.30), place(0.13 * s, 0.130, 0.29), place(0.215 * s, 0.098, 0.22)]
        thick = 0.028 if man else 0.018
        scene.put(
            taper(scene, brow, [thick * h, thick * h, 0.004 * h]),
            lerp(hair, from_hex("2a1e1a"), 0.3),
            kind=Kind.HAIR,
            depth=depth,
            detail=1.0,
            opacity=0.85,
            angle=0.1,
        )
        nx, ny = place(0.030 * s, -0.150, 0.385)
        scene.put(disc(scene, nx, ny, 0.016 * h, 0.009 * h), darken(skin, np.float32(0.42)), kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.75, soft=True)
    if old:
        for y in (0.22, 0.27):
            wrinkle = [place(-0.13, y, 0.26), place(0, y + 0.012, 0.30), place(0.13, y, 0.26)]
            scene.put(taper(scene, wrinkle, [0.002 * h, 0.007 * h, 0.002 * h]), shade_, kind=Kind.SKIN, depth=depth, detail=1.0, opacity=0.4, soft=True)
    red = lerp(darken(skin, np.float32(0.72)), from_hex("b04a44"), 0.32 if man else 0.55)
    m = 0.092 * mouth
    upper = [
        place(-m, -0.262, 0.255),
        place(-0.03, -0.236, 0.292),
        place(0, -0.243, 0.300),
        place(0.03, -0.236, 0.292),
        place(m, -0.262, 0.255),
        place(0, -0.262, 0.290),
    ]
    lower = [place(-m * 0.9, -0.263, 0.255), place(0, -0.262, 0.292), place(m * 0.9, -0.263, 0.255), place(0.03, -0.306, 0.285), place(-0.03, -0.306, 0.285)]
    scene.put(polygon(scene, upper), darken(red, np.float32(0.88)), kind=Kind.SKIN, depth=depth, detail=1.0, angle=0.0)
    scene.put(polygon(scene, lower), red, kind=Kind.SKIN, depth=depth, detail=1.0, angle=0.0, region=scene.regions - 1)
    scene.put(
        taper(
            scene,
            [place(-m, -0.258, 0.255), place(-0.03, -0.264, 0.290), place(0.03, -0.264, 0.290), place(m, -0.258, 0.255)],
            [0.004 * h, 0.009 * h, 0.004 * h],
        ),
        darken(red, np.float32(0.45)),
        kind=Kind.SKIN,
        depth=depth,
        detail=1.0,
        soft=True,
    )


def _collar(scene: Scene, frame: Frame, place: object, rng: np.random.Generator, depth: float, always: bool = False) -> None:
    """A white collar or a string of pearls gives the dark dress an edge of light."""
    assert callable(place)
    h = frame.h
    if rng.random() < 0.6 or always:
        u = np.linspace(-1, 1, 15)
        inner = [place(0.225 * v, -0.66 - 0.15 * (1 - v * v), 0.06 + 0.12 * (1 - v * v)) for v in u]
        outer = [place(0.50 * v, -0.83 - 0.20 * (1 - v * v) ** 0.8 + 0.012 * math.cos(17 * v), 0.02 + 0.22 * (1 - v * v)) for v in u]
        split = [place(0.0, -0.83, 0.20), place(0.0, -1.04, 0.26)]
        folds = [([inner[i], outer[i]], 0.012 * h, 0.006 * h) for i in range(1, 14, 2)] + [(split, 0.02 * h, 0.02 * h)]
        form = inflate(scene, polygon(scene, np.array(inner + outer[::-1])), 0.05 * h, folds=folds)
        put_form(scene, form, from_hex("ece4d6"), kinds=Kind.CLOTH, depth=depth, detail=0.85, angle=1.2)
        return
    for u in np.linspace(-1, 1, 17):
        x, y = place(0.21 * u, -0.70 - 0.15 * (1 - u * u), 0.08 + 0.12 * (1 - u * u))
        scene.put(disc(scene, x, y, 0.017 * h), from_hex("ece6da"), kind=Kind.VESSEL, depth=depth, detail=0.9, region=None if u == -1 else scene.regions - 1)
        scene.put(disc(scene, x - 0.005 * h, y - 0.005 * h, 0.006 * h), from_hex("ffffff"), kind=Kind.VESSEL, depth=depth, detail=0.9, soft=True)
