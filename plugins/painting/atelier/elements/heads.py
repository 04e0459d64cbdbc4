"""A head in the round: skull and face as one surface, with age, sex, build and expression as numbers.

Unit: the height of the head, crown at y .5, chin at y -.5, eyes at y 0; the face looks along z. Proportions are those
of the
drawing schools (eyes halfway, five eyes wide, nose a third of the face); planes and hollows are Gaussians on the
surface, so light finds brow,
sockets, cheekbones, the wings of the nose, lips and folds by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..scene import Kind
from ..sculpture import Surface, ball, lathe
from ..shapes import spline

__all__ = ["Sitter", "ears", "face", "neck"]


@dataclass(frozen=True, kw_only=True)
class Sitter:
    """Who sits. age: 0 twenty .. 1 eighty; man; lean: hollow cheeks 0..1; heavy: 0..1; nose, brow, jaw, lips, eyes: 1
    is common; hook: of the nose;
    smile: -1..1; gaze: where the eyes turn, -1..1 to the viewer's right; skin, hair: Oklab."""

    man: bool
    age: float
    skin: Array
    hair: Array
    iris: Array
    lean: float = 0.3
    heavy: float = 0.2
    wide: float = 1.0
    nose: float = 1.0
    hook: float = 0.2
    brow: float = 1.0
    jaw: float = 1.0
    lips: float = 1.0
    eyes: float = 1.0
    smile: float = 0.15
    gaze: float = 0.0
    lids: float = 0.3
    child: bool = False


# (y, half width, front z, back z) of the skull without features
_SKULL = (
    (0.500, 0.012, -0.06, -0.08),
    (0.490, 0.090, 0.05, -0.20),
    (0.470, 0.150, 0.11, -0.28),
    (0.430, 0.222, 0.19, -0.37),
    (0.360, 0.292, 0.268, -0.44),
    (0.270, 0.332, 0.322, -0.485),
    (0.170, 0.350, 0.348, -0.50),
    (0.080, 0.350, 0.352, -0.495),
    (0.000, 0.340, 0.338, -0.47),
    (-0.080, 0.330, 0.332, -0.42),
    (-0.150, 0.315, 0.332, -0.36),
    (-0.220, 0.292, 0.336, -0.29),
    (-0.300, 0.258, 0.336, -0.20),
    (-0.360, 0.226, 0.328, -0.12),
    (-0.420, 0.178, 0.318, -0.03),
    (-0.465, 0.128, 0.296, 0.05),
    (-0.490, 0.080, 0.262, 0.10),
    (-0.500, 0.020, 0.200, 0.14),
)


def _bump(x: Array, y: Array, cx: float, cy: float, sx: float, sy: float) -> Array:
    return np.exp(-(((x - cx) / sx) ** 2) - ((y - cy) / sy) ** 2)


def _flush(skin: Array) -> float:
    """How far blood shows through: in fair skin wholly, in dark skin hardly, else brown would turn to brick."""
    return float(np.clip((skin[0] - 0.38) / 0.40, 0.15, 1.0))


def _crease(x: Array, y: Array, points: list[tuple[float, float]], width: float) -> Array:
    """1 on a curve, falling off over `width`."""
    line = spline(np.array(points, np.float32), steps=6)
    far = np.full(np.broadcast(x, y).shape, 9.0, np.float32)
    weight = np.sin(np.linspace(0.25, np.pi - 0.25, len(line)))
    for (px, py), w in zip(line.tolist(), weight.tolist(), strict=True):
        far = np.minimum(far, ((x - px) ** 2 + (y - py) ** 2) / (width * (0.5 + 0.5 * w)) ** 2)
    return np.exp(-far)


def face(s: Sitter, *, rows: int = 300) -> Surface:
    """Skull and face, features and complexion included; hair and hat go over it."""
    table = spline(np.array(_SKULL, np.float32), steps=8)
    arc = np.concatenate(
        [[0], np.cumsum(np.hypot(np.diff(table[:, 0]), np.diff(table[:, 2])) + 0.4 * np.abs(np.diff(table[:, 1])))]
    )
    t = np.linspace(0, arc[-1], rows)
    y, wide, front, back = (np.interp(t, arc, table[:, i]).astype(np.float32)[:, None] for i in range(4))
    low = smoothstep(-0.12, -0.40, y)
    wide = wide * s.wide * (1 + low * (0.16 * (s.jaw - 1) + (0.07 if s.man else -0.03) + 0.12 * s.heavy))
    if s.child:
        wide = wide * (1 + 0.05 * smoothstep(-0.05, -0.3, y))
    columns = int(rows * 1.7)
    # more columns in front, where the features are
    u = np.linspace(-1, 1, columns, dtype=np.float32)[None]
    angle = np.pi * (0.55 * u + 0.45 * u**3)
    c, sn = np.cos(angle), np.sin(angle)
    middle = np.float32(-0.06)
    x = wide * np.sign(sn) * np.abs(sn) ** 0.88
    z: Array = np.where(
        c > 0, middle + (front - middle) * np.abs(c) ** 0.80, middle + (back - middle) * np.abs(c) ** 0.95
    ).astype(np.float32)
    forward = smoothstep(0.0, 0.45, c)
    ax = np.abs(x)
    z = z + forward * _relief(s, x, ax, y)
    # features seen from in front only: the back of the head has the same x and y
    colour = lerp(
        np.broadcast_to(s.skin, (*x.shape, 3)),
        _complexion(s, x, ax, y, forward),
        smoothstep(0.02, 0.2, c + 0 * x)[..., None],
    )
    points = np.stack([x, np.broadcast_to(y, x.shape), z], -1).astype(np.float32)
    return Surface(points, colour, Kind.SKIN, gloss=0.045, detail=1.0)


def _relief(s: Sitter, x: Array, ax: Array, y: Array) -> Array:
    """Height of the features over the skull."""
    old = s.age
    young = 0.6 if s.child else 1.0
    # planes of bone show in men and with the years; a young woman's and a child's cheek is one soft form
    bone = 1.0 if s.man and not s.child else 0.40 + 0.60 * float(smoothstep(0.15, 0.8, np.float32(old)))
    r = -0.052 * (1.0 if s.man else 0.85) * _bump(ax, y, 0.150, 0.020, 0.085, 0.055)
    r += (0.022 if s.man else 0.009) * s.brow * young * _bump(ax, y, 0.125, 0.088, 0.105, 0.034)
    r += 0.008 * _bump(x, y, 0, 0.22, 0.22, 0.12)
    # cheekbones, hollows under them, the muzzle, the chin
    r += (0.026 + 0.012 * s.lean) * (0.3 + 0.7 * bone) * _bump(ax, y, 0.205, -0.070, 0.085, 0.060)
    r -= (0.012 + 0.035 * s.lean + 0.012 * old) * bone * _bump(ax, y, 0.205, -0.235, 0.070, 0.090)
    r += 0.030 * _bump(x, y, 0, -0.275, 0.125, 0.085)
    r += (0.034 if s.man else 0.026) * s.jaw * _bump(x, y, 0, -0.430, 0.085, 0.046)
    r -= 0.018 * _bump(x, y, 0, -0.368, 0.085, 0.020)
    r += (0.030 * s.heavy + 0.012 * (1 - bone)) * _bump(ax, y, 0.170, -0.255, 0.10, 0.11)
    # nose: bridge, tip, wings
    level = np.array([0.12, 0.06, 0.02, -0.05, -0.10, -0.140, -0.165, -0.185, -0.204], np.float32)
    rise = np.array(
        [0.0, 0.010, 0.026, 0.070 + 0.020 * s.hook, 0.094 + 0.012 * s.hook, 0.122, 0.118, 0.070, 0.0], np.float32
    )
    rise *= s.nose * young * (1.0 if s.man else 0.90)
    across = np.array([0.05, 0.044, 0.036, 0.038, 0.044, 0.056, 0.060, 0.060, 0.058], np.float32) * (
        1.08 if s.man else 0.90
    )
    height = np.interp(y[:, 0], level[::-1], rise[::-1]).astype(np.float32)[:, None]
    broad = np.interp(y[:, 0], level[::-1], across[::-1]).astype(np.float32)[:, None]
    r += height * np.exp(-((ax / broad) ** 2.2))
    r += 0.036 * s.nose * _bump(ax, y, 0.064, -0.164, 0.026, 0.024)
    r -= 0.020 * _bump(ax, y, 0.034, -0.190, 0.018, 0.010)
    # eyes: the ball in its socket, the lids over it
    r += _eye_relief(s, ax, y)
    # mouth
    corner = -0.300 + 0.016 * s.smile * (ax / 0.09) ** 2
    thin = s.lips * (1 - 0.45 * old)
    r += 0.020 * thin * np.exp(-((ax / 0.075) ** 2) - ((y - corner - 0.017) / 0.015) ** 2)
    r += 0.026 * thin * np.exp(-((ax / 0.062) ** 2) - ((y - corner + 0.024) / 0.018) ** 2)
    r -= 0.018 * np.exp(-((ax / 0.088) ** 4) - ((y - corner) / 0.0065) ** 2)
    r -= 0.012 * bone * _bump(ax, y, 0.100, -0.302, 0.018, 0.022)
    r -= 0.006 * _bump(x, y, 0, -0.232, 0.012, 0.030)
    # folds of age and of laughter
    fold = 0.0045 * bone**2 + 0.020 * old**1.3 + (0.002 + 0.008 * bone**2) * max(0.0, s.smile)
    r -= fold * _crease(ax, y, [(0.082, -0.150), (0.110, -0.200), (0.132, -0.262), (0.128, -0.315)], 0.015)
    if old > 0.3:
        r -= 0.010 * old * _crease(ax, y, [(0.085, -0.036), (0.140, -0.062), (0.205, -0.044)], 0.014)
        r += 0.010 * old * _bump(ax, y, 0.145, -0.045, 0.055, 0.018)
        for k, level_ in enumerate((0.165, 0.215, 0.262)):
            wave = y - level_ - 0.012 * np.cos(14 * x + k)
            r -= 0.0065 * old * np.exp(-((wave / 0.008) ** 2) - (ax / 0.19) ** 4)
        for dy in (0.028, 0.004, -0.022):
            r -= (
                0.006
                * old
                * _crease(ax, y, [(0.232, 0.006 + dy * 0.3), (0.268, 0.010 + dy), (0.300, 0.012 + 1.5 * dy)], 0.006)
            )
        r -= 0.010 * old * _crease(ax, y, [(0.115, -0.335), (0.122, -0.380), (0.112, -0.420)], 0.013)
        r += 0.016 * old * _bump(ax, y, 0.165, -0.385, 0.05, 0.045)
        r -= 0.007 * old * _bump(ax, y, 0.020, 0.080, 0.007, 0.030)
    return r.astype(np.float32)


_EYE = (0.152, 0.004)


def _almond(s: Sitter, ax: Array, y: Array) -> tuple[Array, Array, Array]:
    """(inside 0..1, height above the upper lid's edge, height below the lower one's) of the opening of the eyes."""
    w = 0.074 * s.eyes
    u = (ax - _EYE[0]) / w
    arch = np.clip(1 - np.abs(u) ** 2.2, 0, 1)
    open_ = (0.031 - 0.011 * s.lids) * s.eyes * (1 - 0.25 * max(0.0, s.smile))
    slant = 0.006 * u
    upper = y - (_EYE[1] + slant + open_ * arch**0.8)
    lower = (_EYE[1] + slant - 0.018 * s.eyes * arch) - y
    inside = smoothstep(0.003, -0.002, upper) * smoothstep(0.003, -0.002, lower) * smoothstep(1.02, 0.96, np.abs(u))
    return inside.astype(np.float32), upper, lower


def _eye_relief(s: Sitter, ax: Array, y: Array) -> Array:
    inside, upper, lower = _almond(s, ax, y)
    far = ((ax - _EYE[0]) ** 2 + (y - _EYE[1]) ** 2) / 0.070**2
    orb = 0.034 * np.sqrt(np.clip(1 - far, 0, 1)) * (1 - (0.75 - 0.55 * s.age) * smoothstep(-0.014, -0.040, y))
    near = np.exp(-(((ax - _EYE[0]) / (0.084 * s.eyes)) ** 4))
    lid = 0.010 * np.exp(-(((upper - 0.006) / 0.008) ** 2)) * near
    fold = -0.008 * np.exp(-(((upper - 0.026 + 0.008 * s.age) / 0.007) ** 2)) * near
    rim = 0.005 * np.exp(-(((lower - 0.005) / 0.006) ** 2)) * near
    return orb - 0.010 * inside + lid + fold + rim


def _complexion(s: Sitter, x: Array, ax: Array, y: Array, forward: Array) -> Array:
    """Three bands of colour - golden brow, red middle, cool chin -, lips, eyes, brows, beard's shadow."""
    shape = np.broadcast(x, y).shape
    lab = np.broadcast_to(s.skin, (*shape, 3)).astype(np.float32).copy()
    red = (
        0.024 * _bump(ax, y, 0.185, -0.110, 0.10, 0.080)
        + 0.026 * _bump(x, y, 0, -0.150, 0.060, 0.050)
        + 0.010 * _bump(ax, y, 0.15, 0.0, 0.1, 0.06)
    )
    red *= 1.15 if not s.man else 1.0 + 0.25 * s.age
    red *= _flush(s.skin)
    lab[..., 1] += red
    lab[..., 2] += 0.012 * _bump(x, y, 0, 0.24, 0.25, 0.12) - 0.010 * _bump(x, y, 0, -0.40, 0.22, 0.10) + 0.2 * red
    lab[..., 0] += 0.015 * _bump(x, y, 0, 0.22, 0.18, 0.10) - 0.03 * _bump(ax, y, 0.135, -0.030, 0.06, 0.02) * (
        0.35 + s.age
    )
    if s.man and not s.child:
        beard = (smoothstep(-0.13, -0.25, y) * smoothstep(0.30, 0.2, ax) * forward).astype(np.float32)
        lab[..., 0] -= 0.030 * beard
        lab[..., 2] -= 0.012 * beard
    # lips
    corner = -0.300 + 0.016 * s.smile * (ax / 0.09) ** 2
    thin = s.lips * (1 - 0.4 * s.age)
    bow = 0.030 * thin * np.clip(1 - (ax / 0.094) ** 1.7, 0, 1) * (1 - 0.20 * np.exp(-((ax / 0.016) ** 2)))
    under = 0.044 * thin * np.clip(1 - (ax / 0.086) ** 2.2, 0, 1) ** 0.8
    over = smoothstep(0.004, -0.003, y - corner - bow) * smoothstep(-0.002, 0.002, y - corner)
    below = smoothstep(0.004, -0.003, corner - under - y) * smoothstep(0.002, -0.002, y - corner)
    rose = darken(from_hex("b0504a"), np.float32(s.skin[0] / 0.80))
    tint = lerp(darken(s.skin, np.float32(0.80)), rose, 0.30 if s.man else 0.55)
    lab = lerp(lab, darken(tint, np.float32(0.86)), (0.85 * over * (ax < 0.1))[..., None])
    lab = lerp(lab, tint, (0.75 * below * (ax < 0.1))[..., None])
    seam = np.exp(-((ax / 0.092) ** 6) - ((y - corner) / 0.0052) ** 2)
    lab[..., 0] *= 1 - 0.60 * seam * forward
    nostril = _bump(ax, y, 0.034, -0.186, 0.017, 0.0085)
    lab[..., 0] *= 1 - (0.62 if s.man else 0.50) * nostril
    lab = _eyes(s, x, ax, y, lab)
    # brows: hairs thin out to the side
    brow_y = (
        0.088
        + 0.020 * np.sin(np.clip((ax - 0.05) / 0.18, 0, 1) * np.pi * 0.8)
        - 0.03 * np.clip((ax - 0.19) / 0.05, 0, 1)
        + 0.006 * s.smile
    )
    thick = (0.016 if s.man else 0.0125) * s.brow * (1 - 0.5 * np.clip((ax - 0.14) / 0.11, 0, 1))
    brow = np.exp(-(((y - brow_y) / thick) ** 2)) * smoothstep(0.040, 0.065, ax) * smoothstep(0.255, 0.20, ax)
    hairs = 0.88 + 0.12 * np.sin(210 * (ax - 1.6 * (y - brow_y)))
    share = brow * hairs * (0.30 if s.child else 0.78 if s.man else 0.62) * forward
    return lerp(lab, lerp(s.hair, darken(s.skin, np.float32(0.4)), 0.35), share[..., None]).astype(np.float32)


def _eyes(s: Sitter, x: Array, ax: Array, y: Array, lab: Array) -> Array:
    inside, upper, lower = _almond(s, ax, y)
    white = lerp(from_hex("d8cfc4"), darken(s.skin, np.float32(0.85)), 0.30)
    lab = lerp(lab, white, (inside * 0.92)[..., None])
    lab[..., 0] -= inside * 0.16 * smoothstep(-0.016, 0.0, upper)
    side = np.sign(x)
    centre = _EYE[0] + 0.026 * s.gaze * side
    far = np.hypot(ax - centre, (y - _EYE[1] - 0.005))
    r = 0.0325 * s.eyes
    iris = smoothstep(r + 0.002, r - 0.002, far) * inside
    lab = lerp(
        lab, lerp(s.iris, darken(s.iris, np.float32(0.45)), smoothstep(0.55 * r, r, far)[..., None]), iris[..., None]
    )
    lab = lerp(lab, from_hex("0d0a0a"), (smoothstep(0.0145 * s.eyes, 0.0115 * s.eyes, far) * inside)[..., None])
    near = smoothstep(0.080, 0.062, np.abs(ax - _EYE[0]) / s.eyes / 1.1)
    lash = np.exp(-(((upper - 0.0015) / 0.0052) ** 2)) * near
    lab = lerp(lab, lerp(from_hex("1a100d"), darken(s.hair, np.float32(0.6)), 0.3), (0.88 * lash)[..., None])
    lab = lerp(
        lab, darken(s.skin, np.float32(0.60)), (0.45 * np.exp(-(((lower - 0.0015) / 0.0045) ** 2)) * near)[..., None]
    )
    lab = lerp(
        lab,
        darken(s.skin, np.float32(0.66)),
        (0.42 * np.exp(-(((upper - 0.024 + 0.008 * s.age) / 0.006) ** 2)) * near)[..., None],
    )
    glint = smoothstep(0.0062, 0.0035, np.hypot(x - side * centre + 0.011, y - _EYE[1] - 0.016)) * inside
    return lerp(lab, from_hex("fbf6ec"), (0.9 * glint)[..., None])


def ears(s: Sitter) -> list[Surface]:
    """Both ears, from brow to the base of the nose."""
    out = []
    red = s.skin + np.array([-0.03, 0.022, 0.006], np.float32) * _flush(s.skin)
    for side in (-1, 1):
        made = ball(
            (side * 0.345 * s.wide, -0.045, -0.07),
            (0.030, 0.098, 0.060),
            red,
            Kind.SKIN,
            rows=36,
            gloss=0.02,
            detail=0.9,
        )
        out.append(made)
        out.append(
            ball(
                (side * 0.365 * s.wide, -0.035, -0.055),
                (0.022, 0.060, 0.030),
                darken(red, np.float32(0.72)),
                Kind.SKIN,
                rows=24,
                detail=0.9,
            )
        )
    return out


def neck(s: Sitter) -> Surface:
    """The neck with its two strings, leaning forward to the head."""
    w = (0.205 if s.man else 0.168) * (1 + 0.25 * s.heavy) * (0.85 if s.child else 1.0)
    rows: tuple[tuple[float, ...], ...] = (
        (-0.22, w * 0.94, 0.20, 0.26, -0.10),
        (-0.42, w * 0.96, 0.21, 0.22, -0.11),
        (-0.56, w, 0.20, 0.20, -0.13),
        (-0.68, w * 1.15, 0.20, 0.22, -0.15),
    )
    if s.man or s.child:  # closed at the throat
        rows += ((-0.80, w * 1.60, 0.24, 0.24, -0.13), (-0.94, w * 2.1, 0.30, 0.26, -0.10))
    else:
        rows += (
            (-0.77, w * 1.65, 0.24, 0.25, -0.12),
            (-0.86, w * 2.45, 0.285, 0.30, -0.10),
            (-0.97, w * 3.0, 0.29, 0.33, -0.08),
        )
        rows += ((-1.15, w * 3.2, 0.20, 0.33, -0.06),)
    made = lathe(
        rows, s.skin - np.array([0.03, -0.004, 0.0], np.float32), Kind.SKIN, grid=(70, 130), gloss=0.02, detail=0.85
    )
    p = made.points
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    front = z > -0.12
    string = np.exp(-(((np.abs(x) - 0.13 - 0.25 * (y + 0.75)) / 0.035) ** 2)) * smoothstep(-0.88, -0.76, y) * front
    pit = np.exp(-((x / 0.035) ** 2) - ((y + 0.86) / 0.04) ** 2) * front
    p[..., 2] = z + (0.012 + 0.012 * s.age) * string - 0.02 * pit
    return made
