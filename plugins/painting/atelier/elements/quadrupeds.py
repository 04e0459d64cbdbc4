"""Four-legged animals: horse, cow, deer, sheep, dog and tiger of one recipe; a rider; a cat."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..colour import darken, from_hex, lerp
from ..noise import sample
from ..scene import Kind, Scene
from ..shapes import FUR, Body, Frame, body, cast_shadow, disc, put_form, taper
from ..world import World
from .people import figure_body

__all__ = ["draw_cat", "draw_horse", "draw_rider"]

_HORSES = ("7a4a2b", "4a3024", "a87848", "e4ddd0", "2c2622", "9a5a34")


_BREEDS = {
    # barrel, leg length, leg width, neck length, head, tail: factors on the horse
    "horse": (1.0, 1.0, 1.0, 1.0, 1.0),
    "cow": (1.16, 0.82, 1.05, 0.55, 1.1),
    "deer": (0.78, 1.12, 0.66, 1.05, 0.80),
    "sheep": (1.28, 0.62, 0.75, 0.45, 0.85),
    "dog": (0.82, 0.92, 0.80, 0.50, 0.95),
    "tiger": (0.98, 0.74, 1.15, 0.42, 1.15),
}


def _quadruped(breed: str, grazing: bool, phase: float) -> Body:
    """Height 1 at the withers; material 0 coat, 1 mane, tail or horns, 2 hooves."""
    fat, leg, thick, neck, head = _BREEDS[breed]
    up = 0.75 * leg + 0.0
    b = Body([], 0.05)
    b.cone((-0.30, up, 0), (0.20, up - 0.015, 0), 0.215 * fat, 0.225 * fat, 0, 0.1)
    b.ball((-0.36, up + 0.05, 0), 0.195 * fat, 0, 0.1).ball((-0.44, up + 0.04, 0), 0.155 * fat, 0, 0.1).ball((0.33, up - 0.01, 0), 0.185 * fat, 0, 0.1)
    if breed in ("horse", "deer", "cow"):
        b.cone((0.10, up + 0.16, 0), (0.24, up + 0.16, 0), 0.088, 0.09, 0, 0.1)
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
                b.cone((px, py, z), (qx, max(qy, 0.015), z), radii[k] * thick, radii[k + 1] * thick, 2 if k == 3 else 0, 0.05 if k == 0 else 0.02)
                px, py = qx, max(qy, 0.02)


def _tiger_head(b: Body, up: float) -> None:
    """A round skull carried low, a short muzzle, cheeks and round ears; muzzle and cheeks are of material 1. A long tail, lifted at its end."""
    b.cone((0.30, up + 0.06, 0), (0.52, up + 0.13, 0), 0.200, 0.150, 0, 0.08)
    b.ball((0.60, up + 0.16, 0), 0.150, 0, 0.05)
    b.cone((0.66, up + 0.13, 0), (0.755, up + 0.095, 0), 0.088, 0.066, 1, 0.03).ball((0.72, up + 0.04, 0), 0.058, 1, 0.02)
    for s in (-1, 1):
        b.ball((0.575, up + 0.07, 0.105 * s), 0.078, 1, 0.03)
        b.cone((0.56, up + 0.27, 0.085 * s), (0.55, up + 0.325, 0.10 * s), 0.048, 0.034, 0, 0.015)
    tail = [(-0.56, up + 0.08, 0), (-0.72, up - 0.10, 0), (-0.86, up - 0.22, 0), (-1.00, up - 0.16, 0), (-1.06, up, 0)]
    b.chain(tail, [0.05, 0.042, 0.038, 0.036, 0.034], 0, 0.03)


def _dog_head(b: Body, up: float) -> None:
    """A neck carried forward, a skull with a stop, a straight muzzle, pointed ears, and a brush of a tail that hangs."""
    b.chain([(0.28, up + 0.05, 0), (0.42, up + 0.17, 0), (0.49, up + 0.25, 0)], [0.185, 0.135, 0.105], 0, 0.06)
    b.ball((0.53, up + 0.27, 0), 0.108, 0, 0.04)
    b.cone((0.58, up + 0.235, 0), (0.76, up + 0.19, 0), 0.068, 0.044, 0, 0.03).ball((0.785, up + 0.195, 0), 0.026, 2, 0.005)
    for s in (-1, 1):
        b.cone((0.49, up + 0.34, 0.060 * s), (0.455, up + 0.465, 0.080 * s), 0.046, 0.010, 0, 0.015)
    b.chain([(-0.54, up + 0.08, 0), (-0.66, up - 0.04, 0), (-0.74, up - 0.22, 0), (-0.78, up - 0.36, 0)], [0.045, 0.062, 0.058, 0.014], 0, 0.03)


_OWN_HEADS = {"tiger": _tiger_head, "dog": _dog_head}


def _head(b: Body, breed: str, grazing: bool, up: float, neck: float, head: float) -> None:
    if breed in _OWN_HEADS:
        _OWN_HEADS[breed](b, up)
        return
    if grazing:
        path = [(0.34, up + 0.03, 0), (0.34 + 0.18 * neck + 0.04, up - 0.13, 0), (0.40 + 0.34 * neck, up - 0.34, 0)]
        face = (path[-1][0] + 0.12 * head, 0.10 + 0.06)
    else:
        path = [(0.32, up + 0.09, 0), (0.33 + 0.12 * neck, up + 0.09 + 0.24 * neck, 0), (0.34 + 0.27 * neck, up + 0.09 + 0.46 * neck, 0)]
        face = (path[-1][0] + 0.27 * head, path[-1][1] - (0.24 if breed in ("horse", "cow", "deer") else 0.10) * head)
    fat = 1.0 if breed not in ("deer",) else 0.72
    b.chain(path, [0.185 * fat, 0.135 * fat, 0.100 * fat], 0, 0.08)
    hx, hy = path[-1][0] + 0.04, path[-1][1] - 0.01
    blunt = 1.05 if breed == "sheep" else 1.0
    b.cone((hx, hy, 0), (face[0], face[1], 0), 0.100 * head, 0.056 * head * blunt, 0, 0.04)
    for s in (-1, 1):
        ear = (hx - 0.05, hy + 0.15 if not grazing else hy + 0.10, 0.06 * s)
        if breed in ("sheep", "cow"):
            ear = (hx - 0.06, hy + 0.02, 0.16 * s)
        b.cone((hx - 0.02, hy + 0.07, 0.05 * s), ear, 0.030, 0.010, 0, 0.01)
    if breed == "horse":
        for i in range(12):
            t = i / 11
            x = path[0][0] - 0.07 + (path[-1][0] - path[0][0] + 0.03) * t
            y = path[0][1] + 0.12 + (path[-1][1] - path[0][1]) * t
            b.cone((x, y, 0.06), (x - 0.05, y - 0.15, 0.15), 0.032, 0.012, 1, 0.012)
        for i in range(5):
            z = 0.02 * (i - 2)
            b.chain(
                [(-0.56, up + 0.10, z), (-0.66, up - 0.05, z), (-0.68 - 0.02 * i, up - 0.28, z), (-0.64 - 0.02 * i, up - 0.48, z)],
                [0.045, 0.05, 0.042, 0.008],
                1,
                0.02,
            )
    elif breed == "cow":
        b.chain([(-0.56, up + 0.10, 0), (-0.66, up - 0.05, 0), (-0.68, up - 0.32, 0)], [0.03, 0.022, 0.026], 1, 0.02)
        for s in (-1, 1):
            b.chain([(hx - 0.02, hy + 0.09, 0.06 * s), (hx + 0.02, hy + 0.17, 0.15 * s), (hx + 0.06, hy + 0.24, 0.14 * s)], [0.026, 0.018, 0.006], 1, 0.01)
    if breed == "deer":
        for s in (-1, 1):
            b.chain(
                [(hx - 0.02, hy + 0.09, 0.04 * s), (hx - 0.12, hy + 0.26, 0.12 * s), (hx - 0.06, hy + 0.44, 0.20 * s), (hx + 0.04, hy + 0.54, 0.20 * s)],
                [0.020, 0.018, 0.015, 0.005],
                1,
                0.01,
            )
            for k, t in enumerate((0.24, 0.34, 0.44)):
                b.cone(
                    (hx - 0.11 + 0.02 * k, hy + t, (0.12 + 0.03 * k) * s), (hx + 0.03 + 0.03 * k, hy + t + 0.13, (0.16 + 0.03 * k) * s), 0.014, 0.004, 1, 0.008
                )
    if breed == "sheep":
        for i in range(22):
            a = i * 2.39996
            b.ball((-0.42 + 0.85 * (i / 21), up + 0.02 + 0.22 * math.sin(a), 0.22 * math.cos(a)), 0.115, 0, 0.03)


def draw_horse(
    scene: Scene,
    world: World,
    frame: Frame,
    rng: np.random.Generator,
    *,
    depth: float = 0.2,
    breed: str = "horse",
    grazing: bool | None = None,
    colour: str = "",
) -> tuple[Frame, float]:
    """A four-legged animal; h is its height at the withers (the head is above it). Returns frame and yaw, for a rider."""
    graze = bool(rng.random() < 0.4) if grazing is None else grazing
    graze = graze and breed not in ("tiger", "dog", "deer")
    yaw = float(rng.choice([0.0, 0.25, 0.42]))
    coat = (
        colour
        or {"cow": ("a87048", "6a4430", "e0d4c0"), "deer": ("b0804c",), "sheep": ("ece4d4",), "dog": ("8a5c34", "d8c8a8", "3a302a"), "tiger": ("d8862c",)}.get(
            breed, _HORSES
        )[0]
    )
    if not colour and breed in ("horse", "cow", "dog"):
        choice = {"cow": ("a87048", "6a4430", "e0d4c0"), "dog": ("8a5c34", "d8c8a8", "3a302a")}.get(breed, _HORSES)
        coat = choice[int(rng.integers(len(choice)))]
    own = world.local(coat, depth * 0.5)
    mane = darken(own, np.float32(0.55)) if coat not in ("e4ddd0",) else world.local("b8b0a4", depth)
    if breed in ("deer", "cow", "tiger"):
        mane = world.local({"deer": "6a5238", "cow": "d8ccb0", "tiger": "f2e6d0"}[breed], depth)
    cast_shadow(scene, frame.x, frame.y, 0.48 * frame.h, strength=0.55, flat=0.16, long=0.4)
    form, turn = body(scene, _quadruped(breed, graze, float(rng.uniform(0, 6.28))), frame, yaw=yaw, material=FUR, soften=0.018 if breed != "sheep" else 0.006)
    if form.patch.mask.size == 0:
        return frame, yaw
    colours = np.stack([own, mane, own if breed == "tiger" else darken(own, np.float32(0.4))])
    if breed in ("tiger", "cow"):
        lab = colours[form.index].copy()
        rows, columns = np.mgrid[0 : lab.shape[0], 0 : lab.shape[1]].astype(np.float32) / (frame.h * scene.height)
        if breed == "tiger":
            stripe = np.sin(columns * 34 + 2.4 * sample("cloud", columns * 0.5, rows * 0.5) + 1.2 * rows) > 0.45
            lab[stripe & (form.index != 1)] = world.local("2a1c14", depth)
            belly = (rows > 0.45 * rows.max()) & (rows < 0.62 * rows.max()) & (form.index == 0)
            lab[belly & ~stripe] = lerp(lab[belly & ~stripe], world.local("f0e0c4", depth), 0.6)
        elif coat == "e0d4c0":
            lab[(sample("cloud", columns * 0.6 + 0.2, rows * 0.6) > 0.3) & (form.index == 0)] = world.local("4a3226", depth)
        put_form(scene, form, lab.astype(np.float32), kinds=Kind.ANIMAL, depth=depth, detail=0.9)
        if breed == "tiger":
            _tiger_face(scene, frame, turn)
    else:
        put_form(scene, form, colours, kinds=[Kind.ANIMAL, Kind.HAIR, Kind.ANIMAL], depth=depth, detail=0.9)
    return frame, yaw


def _tiger_face(scene: Scene, frame: Frame, turn: NDArray[np.float32]) -> None:
    """Eyes with pupils on the side that is seen, and the nose."""
    up = 0.75 * _BREEDS["tiger"][1]
    for s in (-1, 1):
        q = turn @ np.array([0.695, up + 0.205, 0.085 * s], np.float32)
        if s * turn[2, 2] + turn[2, 0] > 0.2:
            x, y = frame.one(float(q[0]), float(q[1]))
            for w, h, colour in ((0.024, 0.018, "d8c860"), (0.010, 0.014, "14100c")):
                scene.put(disc(scene, x, y, w * frame.h, h * frame.h), from_hex(colour), kind=Kind.ANIMAL, depth=0.1, detail=1.0)
    q = turn @ np.array([0.815, up + 0.125, 0], np.float32)
    x, y = frame.one(float(q[0]), float(q[1]))
    scene.put(disc(scene, x, y, 0.024 * frame.h, 0.018 * frame.h), from_hex("a85850"), kind=Kind.ANIMAL, depth=0.1, detail=1.0)


def draw_rider(scene: Scene, world: World, frame: Frame, rng: np.random.Generator, *, depth: float = 0.2) -> None:
    """A horse with somebody on it; h is the horse's height at the withers."""
    frame, yaw = draw_horse(scene, world, frame, rng, depth=depth, grazing=False)
    seat = Frame(frame.x + (-0.02 if not frame.flip else 0.02) * frame.h, frame.y - 0.46 * frame.h, 1.02 * frame.h, frame.flip)
    b = figure_body("coat", rng, phase=0.3)
    b.cones = [c for c in b.cones if (c[4] != 3 and c[0][1] > 0.42) or (c[4] == 0 and c[0][1] > 0.45)]
    b.cone((0.0, 0.50, 0.09), (0.13, 0.36, 0.17), 0.062, 0.05, 3).cone((0.13, 0.36, 0.17), (0.06, 0.16, 0.18), 0.045, 0.034, 3).cone(
        (0.06, 0.13, 0.18), (0.13, 0.12, 0.18), 0.03, 0.024, 2
    )
    form, _ = body(scene, b, seat, yaw=yaw)
    coat = world.local(("8a2c28", "2c4a70", "3a5a3c")[int(rng.integers(3))], depth)
    put_form(
        scene,
        form,
        np.stack([coat, world.local("e0b08c", depth), world.local("2a1e1a", depth), world.local("e0d4bc", depth), world.local("2c2a30", depth)]),
        kinds=[Kind.CLOTH, Kind.SKIN, Kind.HAIR, Kind.CLOTH, Kind.CLOTH],
        depth=depth,
        detail=0.9,
    )
    rein = [seat.one(0.05, 0.50), frame.one(0.55, 1.05)]
    scene.put(taper(scene, rein, 0.008 * frame.h, smooth=False), world.local("2a1a12", depth), kind=Kind.ANIMAL, depth=depth, detail=0.8)


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
    b.chain([(-0.26, 0.06, 0.05), (-0.20, 0.05, 0.24), (0.02, 0.05, 0.30), (0.20, 0.05, 0.26), (0.30, 0.06, 0.16)], [0.06, 0.055, 0.05, 0.045, 0.035], 0)
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
        scene.put(disc(scene, x, y, 0.029 * frame.h, 0.025 * frame.h), from_hex("c8c050"), kind=Kind.ANIMAL, depth=depth, detail=1.0)
        scene.put(disc(scene, x, y, 0.009 * frame.h, 0.022 * frame.h), from_hex("14100c"), kind=Kind.ANIMAL, depth=depth, detail=1.0, region=scene.regions - 1)
    q = turn @ np.array([0.262, 0.715, 0], np.float32)
    x, y = frame.one(float(q[0]), float(q[1]))
    scene.put(disc(scene, x, y, 0.017 * frame.h, 0.012 * frame.h), from_hex("b86a64"), kind=Kind.ANIMAL, depth=depth, detail=1.0)
