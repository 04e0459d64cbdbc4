"""The anatomy of hoofed animals: trunk, legs with their joints, neck and head of horse, cow and deer, and how they
stand, walk and graze.

Unit: the height at the withers, feet at y 0, x forward, z to the viewer. A leg is a line of joints (elbow, knee,
fetlock, pastern, hoof; stifle
and hock behind) that turns about its root and bends at knee or hock; so one table stands and walks. Source: proportions
of the drawing
schools (head .43 with its lips, trunk as long as the withers are high, elbow at half of it: Stubbs 1766, Ellenberger
and Baum 1901).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..bodies import Body

__all__ = ["COAT", "HOOF", "HORN", "PALE", "POINT", "Beast", "Head", "beast"]

COAT, POINT, HOOF, PALE, HORN = range(5)
"""Materials: coat; muzzle and lower legs; hooves; udder and socks; horns."""

_FRONT = ((0.285, 0.62), (0.300, 0.335), (0.300, 0.140), (0.325, 0.065), (0.338, 0.0))
_HIND = ((-0.370, 0.72), (-0.290, 0.585), (-0.470, 0.415), (-0.478, 0.150), (-0.445, 0.068), (-0.430, 0.0))
_FRONT_R, _HIND_R = (0.098, 0.044, 0.031, 0.031, 0.044), (0.150, 0.104, 0.047, 0.034, 0.032, 0.045)


@dataclass(frozen=True)
class Head:
    """Where a head is: the poll, the way to the muzzle and out of the forehead (unit vectors), and its length."""

    poll: tuple[float, float]
    along: tuple[float, float]
    length: float

    def at(self, t: float, out: float = 0.0, z: float = 0.0) -> tuple[float, float, float]:
        """The point at share t of the length, `out` lengths towards the forehead, z lengths aside."""
        (dx, dy), n = self.along, self.length
        return self.poll[0] + n * (t * dx - out * dy), self.poll[1] + n * (t * dy + out * dx), z * n


@dataclass(frozen=True)
class Beast:
    """A body with what is drawn on it: its head, the crest of the neck from poll to withers, the root of the tail."""

    body: Body
    head: Head
    crest: tuple[tuple[float, float, float], ...]
    dock: tuple[float, float]


@dataclass(frozen=True)
class _Build:
    """trunk: (x, y, r) from chest to croup; muscle: share of the shoulder and haunch; leg: thickness; neck: joints (x,
    y, r) by pose; head: its
    length, and its slope by pose (radians below level)."""

    trunk: tuple[tuple[float, float, float], ...]
    muscle: float
    leg: float
    neck: dict[str, tuple[tuple[float, float, float], ...]]
    head: float
    slope: dict[str, float]


_BUILDS = {
    "horse": _Build(
        (
            (0.29, 0.745, 0.205),
            (0.12, 0.735, 0.205),
            (-0.06, 0.755, 0.198),
            (-0.22, 0.795, 0.168),
            (-0.36, 0.815, 0.172),
        ),
        1.0,
        1.0,
        {
            "up": ((0.31, 0.83, 0.175), (0.42, 0.985, 0.132), (0.515, 1.125, 0.100), (0.575, 1.220, 0.080)),
            "walk": ((0.31, 0.82, 0.175), (0.45, 0.955, 0.130), (0.570, 1.060, 0.100), (0.655, 1.125, 0.080)),
            "down": ((0.32, 0.79, 0.175), (0.50, 0.690, 0.135), (0.625, 0.540, 0.104), (0.690, 0.420, 0.084)),
        },
        0.43,
        {"up": 0.95, "walk": 0.78, "down": 1.28},
    ),
    "cow": _Build(
        (
            (0.30, 0.690, 0.245),
            (0.10, 0.665, 0.265),
            (-0.10, 0.660, 0.265),
            (-0.28, 0.720, 0.225),
            (-0.42, 0.790, 0.165),
        ),
        0.75,
        1.16,
        {
            "up": ((0.34, 0.78, 0.200), (0.46, 0.85, 0.165), (0.570, 0.915, 0.135), (0.630, 0.960, 0.110)),
            "walk": ((0.34, 0.76, 0.200), (0.47, 0.80, 0.165), (0.590, 0.840, 0.135), (0.660, 0.870, 0.110)),
            "down": ((0.34, 0.74, 0.200), (0.49, 0.62, 0.165), (0.600, 0.480, 0.135), (0.660, 0.370, 0.110)),
        },
        0.36,
        {"up": 0.80, "walk": 0.78, "down": 1.18},
    ),
    "deer": _Build(
        (
            (0.27, 0.770, 0.165),
            (0.12, 0.765, 0.162),
            (-0.06, 0.785, 0.150),
            (-0.22, 0.815, 0.132),
            (-0.36, 0.835, 0.138),
        ),
        0.66,
        0.72,
        {
            "up": ((0.29, 0.86, 0.120), (0.37, 1.010, 0.086), (0.430, 1.160, 0.068), (0.470, 1.260, 0.058)),
            "walk": ((0.30, 0.85, 0.120), (0.42, 0.980, 0.086), (0.520, 1.090, 0.068), (0.580, 1.160, 0.058)),
            "down": ((0.30, 0.80, 0.120), (0.46, 0.680, 0.088), (0.570, 0.530, 0.070), (0.630, 0.410, 0.060)),
        },
        0.30,
        {"up": 0.62, "walk": 0.58, "down": 1.15},
    ),
}


def beast(breed: str, pose: str, phase: float, *, horned: bool = True) -> Beast:
    """breed: "horse", "cow", "deer"; pose: "stand", "walk", "graze"; phase 0..1: of the stride."""
    build_ = _BUILDS[breed]
    way = {"stand": "up", "walk": "walk", "graze": "down"}[pose]
    b = Body([], 0.05)
    for (ax, ay, ar), (cx, cy, cr) in zip(build_.trunk[:-1], build_.trunk[1:], strict=True):
        b.cone((ax, ay, 0), (cx, cy, 0), ar, cr, COAT, 0.06)
    _muscles(b, build_, breed)
    neck = build_.neck[way]
    b.chain([(x, y, 0) for x, y, _ in neck], [r for *_, r in neck], COAT, 0.06)
    slope = build_.slope[way]
    (px, py, pr) = neck[-1]
    head = Head((px + 0.02, py + 0.45 * pr), (math.cos(slope), -math.sin(slope)), build_.head)
    {"horse": _horse_head, "cow": _cow_head, "deer": _deer_head}[breed](b, head, horned)
    _legs(b, build_.leg, pose, phase)
    # the crest runs on the upper side of the neck, on the viewer's side, where hair falls
    bend = np.array([(x, y) for x, y, _ in neck])
    along = np.gradient(bend, axis=0)
    up = np.stack([-along[:, 1], along[:, 0]], -1) / np.hypot(*along.T)[:, None]
    crest = bend + up * np.array([r for *_, r in neck])[:, None] * 0.93
    points = [(float(x), float(y), 0.02) for x, y in crest[::-1]] + [(0.20, 0.965, 0.02)]
    return Beast(b, head, tuple(points), (build_.trunk[-1][0] - 0.155, build_.trunk[-1][1] + 0.07))


def _muscles(b: Body, build_: _Build, breed: str) -> None:
    """Withers, shoulder blade and breast, croup, haunch and buttock; the cow's hip bones, dewlap and udder."""
    m = build_.muscle
    if breed != "cow":
        b.cone((0.13, 0.885, 0), (0.26, 0.905, 0), 0.080, 0.070, COAT, 0.08)
    b.ball((0.385, 0.70, 0), 0.130 * m, COAT, 0.08)
    x, y, r = build_.trunk[-1]
    b.ball((x - 0.06, y - 0.02, 0), 0.86 * r, COAT, 0.06)
    for s in (-1, 1):
        b.cone((0.22, 0.86, 0.105 * s), (0.395, 0.675, 0.105 * s), 0.070 * m, 0.092 * m, COAT, 0.035)
        b.cone((0.395, 0.675, 0.105 * s), (0.275, 0.605, 0.110 * s), 0.088 * m, 0.096 * m, COAT, 0.035)
        b.cone((-0.39, 0.80, 0.085 * s), (-0.40, 0.66, 0.105 * s), 0.140 * m, 0.128 * m, COAT, 0.04)
        b.ball((-0.475, 0.73, 0.075 * s), 0.092 * m, COAT, 0.05)
    if breed == "cow":
        for s in (-1, 1):
            b.ball((-0.33, 0.865, 0.130 * s), 0.046, COAT, 0.10)
        b.chain([(0.60, 0.80, 0), (0.50, 0.60, 0), (0.42, 0.46, 0)], [0.040, 0.050, 0.060], COAT, 0.06)
        b.ball((-0.235, 0.475, 0.03), 0.098, PALE, 0.03)
        for dx in (-0.04, 0.04):
            b.cone((-0.235 + dx, 0.42, 0.07), (-0.235 + dx, 0.360, 0.075), 0.024, 0.016, PALE, 0.01)


def _legs(b: Body, thick: float, pose: str, phase: float) -> None:
    for s, shift in ((-1, 0.5), (1, 0.0)):
        for front in (True, False):
            q = (phase + shift + (0.25 if front else 0.0)) % 1.0
            swing, bend, lift = 0.0, 0.0, 0.0
            if pose == "walk":
                if q < 0.62:
                    swing = 0.30 - 0.60 * q / 0.62
                else:
                    u = (q - 0.62) / 0.38
                    swing, bend, lift = -0.30 + 0.62 * u, 1.05 * math.sin(math.pi * u), 0.10 * math.sin(math.pi * u)
            else:  # no animal stands like a table: one foot of each pair is before the other
                swing = (0.13 if front else -0.20) * s + (0.10 if pose == "graze" and front else 0.0) * s
            _leg(b, front, thick, s, swing, bend, lift)


def _leg(b: Body, front: bool, thick: float, s: int, swing: float, bend: float, lift: float) -> None:
    joints = np.array(_FRONT if front else _HIND)
    radii = np.array(_FRONT_R if front else _HIND_R) * np.append(
        [1.0 if thick > 1 else thick**0.5], np.full(len(joints) - 1, thick)
    )
    joints = _turned(joints, 0, swing)
    knee = 1 if front else 2
    joints = _turned(joints, knee, -bend if front else -0.55 * bend)
    if not front and bend:
        joints = _turned(joints, 1, 0.45 * bend)
    joints = _turned(joints, len(joints) - 3, -0.5 * bend)
    # the sole is on the ground, or lifted: the leg below its root is stretched to it
    root, sole = joints[0, 1], joints[-1, 1]
    joints[:, 1] = root - (root - joints[:, 1]) * (root - lift) / (root - sole)
    z = (0.100 if front else 0.095) * s
    for k in range(len(joints) - 2):
        material = COAT if k < knee else POINT
        b.cone((*joints[k], z), (*joints[k + 1], z), radii[k], radii[k + 1], material, 0.05 if k == 0 else 0.016)
    b.ball((*joints[knee], z), radii[knee] * 1.12, COAT if front else POINT, 0.02)
    fetlock = joints[-3]
    b.ball((fetlock[0] - 0.006, fetlock[1], z), radii[-3] * 1.18, POINT, 0.02)
    pastern, tip = joints[-2], joints[-1]
    b.cone(
        (*(pastern + (tip - pastern) * 0.15), z),
        (*(tip + (pastern - tip) * 0.42), z),
        radii[-2] * 1.10,
        radii[-1],
        HOOF,
        0.004,
    )


def _turned(joints: np.ndarray, at: int, angle: float) -> np.ndarray:
    """Joints after `at` turned about it; a positive angle moves the foot forward."""
    if not angle:
        return joints
    c, s = math.cos(angle), math.sin(angle)
    out = joints.copy()
    out[at + 1 :] = (joints[at + 1 :] - joints[at]) @ np.array([[c, s], [-s, c]]) + joints[at]
    return out


def _horse_head(b: Body, h: Head, horned: bool) -> None:
    """Forehead, jowl, straight nose, nostrils, lips and chin; ears upright."""
    n = h.length
    b.ball(h.at(0.14, -0.02), 0.200 * n, COAT, 0.03)
    for s in (-1, 1):
        b.ball(h.at(0.28, -0.115, 0.085 * s), 0.185 * n, COAT, 0.012)
        b.cone(h.at(0.20, 0.075, 0.12 * s), h.at(0.36, 0.045, 0.12 * s), 0.070 * n, 0.055 * n, COAT, 0.02)
        b.cone(h.at(0.02, 0.10, 0.11 * s), h.at(-0.20, 0.17, 0.13 * s), 0.062 * n, 0.012 * n, COAT, 0.008)
        b.ball(h.at(0.90, 0.020, 0.060 * s), 0.085 * n, POINT, 0.015)
    b.cone(h.at(0.22, 0.0), h.at(0.84, -0.01), 0.175 * n, 0.108 * n, COAT, 0.02)
    b.cone(h.at(0.84, -0.015), h.at(0.93, -0.03), 0.112 * n, 0.098 * n, POINT, 0.02)
    b.ball(h.at(0.925, -0.125), 0.058 * n, POINT, 0.012)


def _cow_head(b: Body, h: Head, horned: bool) -> None:
    """Broad and short: a flat forehead, wide muzzle, ears aside, horns."""
    n = h.length
    b.ball(h.at(0.12, 0.0), 0.270 * n, COAT, 0.03)
    for s in (-1, 1):
        b.ball(h.at(0.34, -0.10, 0.12 * s), 0.200 * n, COAT, 0.02)
        b.cone(h.at(0.02, 0.04, 0.22 * s), h.at(-0.20, -0.10, 0.50 * s), 0.080 * n, 0.045 * n, COAT, 0.01)
        b.ball(h.at(0.86, 0.0, 0.10 * s), 0.165 * n, POINT, 0.02)
        if horned:
            horn = [
                h.at(-0.08, 0.06, 0.20 * s),
                h.at(-0.16, 0.14, 0.42 * s),
                h.at(-0.34, 0.24, 0.50 * s),
                h.at(-0.50, 0.26, 0.40 * s),
            ]
            b.chain(horn, [0.070 * n, 0.058 * n, 0.040 * n, 0.010 * n], HORN, 0.006)
    b.cone(h.at(0.22, 0.01), h.at(0.80, -0.02), 0.235 * n, 0.175 * n, COAT, 0.03)
    b.cone(h.at(0.82, -0.03), h.at(0.94, -0.04), 0.185 * n, 0.165 * n, POINT, 0.02)


def _deer_head(b: Body, h: Head, horned: bool) -> None:
    """A fine wedge, large ears, antlers of three tines."""
    n = h.length
    b.ball(h.at(0.16, -0.02), 0.195 * n, COAT, 0.03)
    b.ball(h.at(0.34, -0.09), 0.155 * n, COAT, 0.02)
    b.cone(h.at(0.25, 0.0), h.at(0.90, -0.03), 0.150 * n, 0.075 * n, COAT, 0.02)
    b.ball(h.at(0.93, -0.015), 0.074 * n, POINT, 0.01)
    for s in (-1, 1):
        b.cone(h.at(0.02, 0.06, 0.14 * s), h.at(-0.22, 0.02, 0.44 * s), 0.085 * n, 0.016 * n, COAT, 0.008)
        if not horned:
            continue
        beam = [
            h.at(0.06, 0.14, 0.10 * s),
            h.at(-0.34, 0.22, 0.34 * s),
            h.at(-0.80, 0.34, 0.58 * s),
            h.at(-1.16, 0.62, 0.56 * s),
        ]
        b.chain(beam, [0.050 * n, 0.046 * n, 0.038 * n, 0.010 * n], HORN, 0.006)
        for k, (t, o, z) in enumerate(((-0.12, 0.19, 0.20), (-0.50, 0.28, 0.42), (-0.82, 0.37, 0.56))):
            b.cone(
                h.at(t, o, z * s),
                h.at(t - 0.16 - 0.05 * k, o + 0.34, (z + 0.06) * s),
                0.036 * n,
                0.008 * n,
                HORN,
                0.004,
            )
