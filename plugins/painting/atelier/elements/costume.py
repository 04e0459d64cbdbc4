"""What sitters wear: hats and veils, collars and ruffs, dress and sleeves, as surfaces in units of the head."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..colour import Array, darken, from_hex, lerp, smoothstep
from ..scene import Kind
from ..sculpture import Surface, ball, cloth_noise, lathe, rotation, tube
from .heads import Sitter

__all__ = ["COLLARS", "HATS", "bust", "collar", "dress", "hat", "sleeve"]

HATS = ("none", "beret", "brim", "cap", "turban", "scarf", "crown", "straw")
COLLARS = ("ruff", "flat", "chemise", "pearls", "fur", "chain", "plain")

_CAP = (
    (0.500, 0.012, 0.0, 0.0, -0.06),
    (0.485, 0.105, 0.13, 0.15, -0.06),
    (0.455, 0.185, 0.20, 0.25, -0.06),
    (0.400, 0.260, 0.29, 0.34, -0.06),
    (0.300, 0.325, 0.365, 0.415, -0.06),
    (0.180, 0.352, 0.402, 0.440, -0.06),
    (0.060, 0.354, 0.410, 0.432, -0.06),
    (-0.060, 0.346, 0.395, 0.395, -0.06),
    (-0.180, 0.330, 0.385, 0.325, -0.06),
    (-0.300, 0.290, 0.370, 0.230, -0.06),
    (-0.400, 0.250, 0.330, 0.150, -0.06),
)


def _shell(
    s: Sitter,
    size: float,
    line: tuple[tuple[float, float], ...],
    colour: Array,
    kind: Kind,
    rise: float = 0.0,
    **more: float,
) -> Surface:
    """A covering of the skull, `size` of it, cut away below `line`: (z, y) pairs from the brow to the nape."""
    made = lathe(_CAP, colour, kind, grid=(110, 210), square=2.1, **more)
    p = made.points
    centre = np.array([0, 0.06, -0.06], np.float32)
    made.points = ((p - centre) * (size * s.wide, size, size) + centre + (0, rise, 0)).astype(np.float32)
    z, y = zip(*sorted(line), strict=True)
    edge = np.interp(p[..., 2], z, y)
    made.shows = smoothstep(-0.010, 0.010, p[..., 1] - edge).astype(np.float32)
    return made


def hat(s: Sitter, kind: str, colour: Array, rng: np.random.Generator) -> list[Surface]:
    """One of `HATS`, empty for "none"."""
    makers: dict[str, Callable[[Sitter, Array, np.random.Generator], list[Surface]]] = {
        "beret": _beret,
        "brim": _brim,
        "straw": _brim,
        "cap": _lace_cap,
        "turban": _turban,
        "scarf": _scarf,
        "crown": _crown,
    }
    return makers[kind](s, colour, rng) if kind in makers else []


def _folded(made: Surface, rng: np.random.Generator, rows: float, columns: float, depth: float) -> Surface:
    """Folds pressed into a surface along its own directions."""
    noise = cloth_noise(made.points.shape[:2], rng, rows=rows, columns=columns)
    normal = np.cross(np.gradient(made.points, axis=0), np.gradient(made.points, axis=1))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
    made.points = (made.points + depth * noise[..., None] * normal).astype(np.float32)
    return made


def _beret(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    band = lathe(
        ((0.36, 0.33, 0.36, 0.41, -0.06), (0.31, 0.345, 0.375, 0.425, -0.06), (0.25, 0.345, 0.385, 0.42, -0.06)),
        darken(colour, np.float32(0.8)),
        Kind.CLOTH,
        grid=(14, 120),
    )
    way = 1 if rng.random() < 0.5 else -1
    top = ball(
        (0.10 * way, 0.425, -0.07),
        (0.47, 0.145, 0.46),
        colour,
        Kind.CLOTH,
        rows=60,
        turn=rotation(0, 0.10, -0.22 * way),
        detail=0.8,
    )
    return [_folded(top, rng, 3, 8, 0.010), band]


def _brim(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    u = np.linspace(-np.pi, np.pi, 150, dtype=np.float32)[None]
    t = np.linspace(0, 1, 26, dtype=np.float32)[:, None]
    r = 0.345 + 0.36 * t
    phase = rng.uniform(0, 6.28)
    y = 0.285 + 0.055 * t**1.5 * np.cos(2 * u + phase) - 0.03 * t + 0.02 * t * np.cos(3 * u + 1)
    sheet = np.stack([r * np.sin(u) * 1.02, y, -0.06 + (r + 0.05) * np.cos(u)], -1).astype(np.float32)
    under = Surface(
        sheet - np.array([0, 0.012, 0], np.float32), darken(colour, np.float32(0.6)), Kind.CLOTH, detail=0.8
    )
    over = Surface(sheet, colour, Kind.CLOTH, detail=0.8)
    crown = lathe(
        (
            (0.64, 0.02, 0.02, 0.02, -0.06),
            (0.635, 0.20, 0.22, 0.24, -0.06),
            (0.60, 0.27, 0.30, 0.32, -0.06),
            (0.45, 0.315, 0.345, 0.38, -0.06),
            (0.27, 0.345, 0.385, 0.42, -0.06),
        ),
        colour,
        Kind.CLOTH,
        grid=(50, 120),
        detail=0.8,
    )
    band = lathe(
        ((0.36, 0.345, 0.375, 0.41, -0.06), (0.29, 0.355, 0.395, 0.43, -0.06)),
        darken(colour, np.float32(0.45)),
        Kind.CLOTH,
        grid=(8, 120),
    )
    for part in (under, over, crown, band):
        part.moved(rotation(0, -0.16, 0.05))
        part.points = part.points + np.array([0, 0.035, -0.02], np.float32)
    return [under, over, crown, band]


def _lace_cap(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    line = ((0.35, 0.42), (0.22, 0.36), (0.12, 0.22), (0.05, 0.02), (-0.01, -0.20), (-0.12, -0.26), (-0.5, -0.30))
    made = _shell(s, 1.13, line, from_hex("efe9dd"), Kind.CLOTH, detail=0.9)
    return [_folded(made, rng, 4, 14, 0.007)]


def _turban(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    line = ((0.5, 0.22), (0.0, 0.16), (-0.5, -0.02))
    out = [_folded(_shell(s, 1.16, line, colour, Kind.CLOTH, detail=0.85), rng, 3, 8, 0.012)]
    for k in range(5):
        u = np.linspace(-np.pi, np.pi, 22)
        lift = 0.205 + 0.062 * k + 0.05 * np.sin(u + 1.3 * k) - 0.06 * np.cos(u) * 0.6
        reach = 0.395 - 0.020 * k
        ring = [
            (reach * math.sin(a) * s.wide, float(y), -0.06 + (reach + 0.045) * math.cos(a))
            for a, y in zip(u, lift, strict=True)
        ]
        shade = colour if k % 2 == 0 else lerp(colour, from_hex("e8dcc0"), 0.45)
        out.append(
            _folded(
                tube(ring, [0.068, 0.075, 0.07, 0.075, 0.068], shade, Kind.CLOTH, grid=(70, 16), along=0, detail=0.85),
                rng,
                12,
                2,
                0.006,
            )
        )
    return out


def _scarf(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    line = ((0.38, 0.30), (0.25, 0.26), (0.12, 0.10), (0.04, -0.12), (-0.10, -0.24), (-0.5, -0.42))
    out = [_folded(_shell(s, 1.13, line, colour, Kind.CLOTH, detail=0.85), rng, 5, 9, 0.010)]
    u = np.linspace(-np.pi, np.pi, 22)
    ring = [(0.375 * math.sin(a) * s.wide, 0.24 + 0.05 * math.cos(a), -0.06 + 0.425 * math.cos(a)) for a in u]
    out.append(
        _folded(
            tube(
                ring,
                [0.05, 0.062, 0.05],
                darken(colour, np.float32(0.92)),
                Kind.CLOTH,
                grid=(70, 14),
                along=0,
                detail=0.85,
            ),
            rng,
            14,
            2,
            0.006,
        )
    )
    tail = lerp(colour, from_hex("d8b44a"), 0.75)
    points = [(-0.06, 0.36, -0.42), (-0.16, 0.02, -0.52), (-0.20, -0.40, -0.46), (-0.17, -0.78, -0.36)]
    out.append(
        _folded(
            tube(points, [0.13, 0.12, 0.12, 0.08], tail, Kind.CLOTH, grid=(50, 20), flat=0.5, along=0, detail=0.85),
            rng,
            2,
            6,
            0.010,
        )
    )
    return out


def _crown(s: Sitter, colour: Array, rng: np.random.Generator) -> list[Surface]:
    gold = from_hex("d8ac3c")
    u = np.linspace(-np.pi, np.pi, 160, dtype=np.float32)[None]
    t = np.linspace(0, 1, 24, dtype=np.float32)[:, None]
    peak = 0.10 + 0.12 * np.abs(np.cos(4 * u)) ** 3
    y = 0.24 + peak * t
    r = 0.385 + 0.05 * t
    sheet = np.stack([r * np.sin(u) * s.wide, y, -0.06 + (r + 0.04) * np.cos(u)], -1).astype(np.float32)
    out = [Surface(sheet, gold, Kind.VESSEL, gloss=0.4, detail=0.9)]
    for k, a in enumerate(np.linspace(-1.2, 1.2, 5)):
        stone = from_hex(("9a2430", "2a4a8a", "2f6a4a")[k % 3])
        out.append(
            ball(
                (0.40 * math.sin(a), 0.285, -0.06 + 0.44 * math.cos(a)),
                (0.026, 0.026, 0.02),
                stone,
                Kind.VESSEL,
                rows=14,
                gloss=0.5,
            )
        )
    return out


def bust(s: Sitter) -> tuple[tuple[float, ...], ...]:
    """The cross-sections of the dressed body, as `lathe` takes them."""
    k = (1.0 if s.man else 0.88) * (1 + 0.10 * s.heavy) * (0.80 if s.child else 1.0)
    return (
        (-0.60, 0.205 * k, 0.21, 0.22, -0.13),
        (-0.68, 0.27 * k, 0.24, 0.26, -0.12),
        (-0.76, 0.36 * k, 0.27, 0.29, -0.11),
        (-0.85, 0.52 * k, 0.31, 0.33, -0.09),
        (-0.96, 0.66 * k, 0.35, 0.36, -0.07),
        (-1.15, 0.74 * k, 0.40, 0.38, -0.05),
        (-1.50, 0.74 * k, 0.44 + 0.06 * s.heavy, 0.38, -0.02),
        (-2.00, 0.68 * k, 0.44 + 0.14 * s.heavy, 0.38, 0.0),
        (-2.60, 0.80 * k, 0.50, 0.42, 0.0),
        (-3.20, 0.95 * k, 0.60, 0.46, 0.0),
    )


def dress(s: Sitter, colour: Array, rng: np.random.Generator, *, low: float = -0.62) -> list[Surface]:
    """Shoulders and body in cloth, open above `low` (y of the neckline's deepest point; -.62 closes at the throat)."""
    made = lathe(bust(s), colour, Kind.CLOTH, grid=(150, 200), square=2.4, detail=0.72, along=0)
    x, y = made.points[..., 0], made.points[..., 1]
    front = smoothstep(-0.20, 0.05, made.points[..., 2])
    if not s.man and not s.child:
        made.points[..., 2] += 0.09 * front * np.exp(-(((np.abs(x) - 0.27) / 0.20) ** 2) - ((y + 1.42) / 0.24) ** 2)
    if low < -0.64:
        open_ = -0.60 + (low + 0.60) * np.exp(-((x / 0.40) ** 4))
        made.shows = smoothstep(0.012, -0.012, y - lerp(-0.70, open_, front)).astype(np.float32)
    return [_folded(made, rng, 5, 9, 0.016)]


def sleeve(
    points: list[tuple[float, float, float]], radii: list[float], colour: Array, rng: np.random.Generator
) -> Surface:
    """A sleeve with folds across it."""
    made = tube(points, radii, colour, Kind.CLOTH, grid=(80, 40), detail=0.72, along=0)
    return _folded(_folded(made, rng, 7, 3, 0.012), rng, 3, 6, 0.010)


def collar(s: Sitter, kind: str, rng: np.random.Generator) -> list[Surface]:
    """One of `COLLARS`, empty for "plain"."""
    white = from_hex("ece5d8")
    u = np.linspace(-np.pi, np.pi, 420, dtype=np.float32)[None]
    t = np.linspace(0, 1, 30, dtype=np.float32)[:, None]
    if kind == "ruff":
        r = 0.235 + 0.36 * t
        pleat = 0.030 * np.sin(44 * u) * t**0.7
        sheet = np.stack(
            [r * np.sin(u) * 1.05, -0.565 - 0.05 * t + pleat + 0.02 * np.cos(u) * t, -0.06 + r * np.cos(u)], -1
        )
        thick = sheet - np.array([0, 0.06, 0], np.float32)
        made = [
            Surface(sheet.astype(np.float32), white, Kind.CLOTH, detail=0.92, along=0),
            Surface(thick.astype(np.float32), darken(white, np.float32(0.8)), Kind.CLOTH, detail=0.9, along=0),
        ]
        rim = np.concatenate([sheet[-1:], thick[-1:]])
        made.append(Surface(rim.astype(np.float32), white, Kind.CLOTH, detail=0.92))
        for part in made:
            part.moved(rotation(0, 0.16, 0), (0, 0.0, -0.02))
        return made
    if kind == "flat":
        k = 1.0 if s.man else 0.9
        reach = 0.40 + 0.018 * np.abs(np.sin(16 * u))
        x = (0.21 + reach * t * k) * np.sin(u)
        y = -0.58 - 0.07 * t - 0.24 * t**2 - 0.07 * np.cos(u) * t
        z = -0.10 + (0.235 + 0.30 * t) * np.cos(u)
        made_ = Surface(np.stack([x, y + 0 * u, z], -1).astype(np.float32), white, Kind.CLOTH, detail=0.92, along=0)
        split = np.where(np.cos(u) > 0, np.abs(np.sin(u)) - 0.10 * t, 1.0)
        made_.shows = smoothstep(-0.01, 0.02, split).astype(np.float32)
        made_.colour = darken(
            np.broadcast_to(white, made_.points.shape),
            1 - 0.12 * (np.sin(40 * u) * (t > 0.78)) - 0.1 * (np.abs(t - 0.78) < 0.02),
        )
        return [_folded(made_, rng, 2, 14, 0.006)]
    if kind == "chemise":  # gathered linen
        ring = [
            (0.43 * math.sin(a), -0.90 + 0.10 * math.cos(2 * a) - 0.04 * math.cos(a), -0.06 + 0.36 * math.cos(a))
            for a in np.linspace(-np.pi, np.pi, 26)
        ]
        return [
            _folded(tube(ring, [0.045, 0.05, 0.045], white, Kind.CLOTH, grid=(120, 12), detail=0.9), rng, 40, 1, 0.012)
        ]
    if kind == "pearls":
        out = []
        for a in np.linspace(-1.9, 1.9, 25):
            place = (0.205 * math.sin(a) * 1.05, -0.665 - 0.085 * math.cos(a), -0.13 + 0.245 * math.cos(a))
            out.append(
                ball(place, (0.024, 0.024, 0.024), from_hex("e6dfd2"), Kind.VESSEL, rows=12, gloss=0.5, detail=0.95)
            )
        return out
    if kind == "fur":
        fur = from_hex("6a4426")
        for_ = [
            [
                (side * 0.23, -0.60, 0.02),
                (side * 0.30, -0.90, 0.28),
                (side * 0.20, -1.40, 0.46),
                (side * 0.14, -2.4, 0.52),
            ]
            for side in (-1, 1)
        ]
        out = []
        for points in for_:
            strip = tube(points, [0.13, 0.17, 0.16, 0.15], fur, Kind.CLOTH, grid=(120, 40), flat=0.6, detail=0.8)
            noise = cloth_noise(strip.points.shape[:2], rng, rows=40, columns=14)
            strip.colour = darken(np.broadcast_to(fur, strip.points.shape), 1 + 0.20 * noise)
            out.append(_folded(strip, rng, 46, 15, 0.014))
        return out
    if kind == "chain":
        ring = [
            (0.56 * math.sin(a), -0.86 - 0.46 * max(0.0, math.cos(a)) ** 1.6, -0.06 + 0.58 * math.cos(a))
            for a in np.linspace(-1.9, 1.9, 40)
        ]
        links = tube(ring, [0.026], from_hex("c8982e"), Kind.VESSEL, grid=(150, 10), gloss=0.5, detail=0.9)
        links.colour = darken(
            np.broadcast_to(from_hex("c8982e"), links.points.shape),
            0.8 + 0.35 * np.sin(np.linspace(0, 150, links.points.shape[0]))[:, None],
        )
        return [links]
    return []
